"""What a node of a TipTap document says about itself, whatever types its fields have."""

from collections.abc import Sequence
from typing import Any


def children(node: dict[str, Any]) -> Sequence[Any]:
    """Its content as a list: generators also write one node, a bare string, or `text` where content belongs."""
    content = node.get("content")
    if type(content) is list:
        return content
    if isinstance(content, str | dict):
        return (content,)
    text = node.get("text")
    return (text,) if isinstance(text, str) else ()


def kind_of(node: Any) -> str:
    kind = node.get("type") if isinstance(node, dict) else None
    return kind if isinstance(kind, str) else ""


def attrs_of(node: dict[str, Any]) -> dict[str, Any]:
    attrs = node.get("attrs")
    return attrs if isinstance(attrs, dict) else {}


def whole(value: Any, low: int, high: int) -> int | None:
    """A whole number within bounds, also where it is written as text or as 2.0."""
    if isinstance(value, str) and len(value) <= 7 and value.removeprefix("-").isdecimal():
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high else None
