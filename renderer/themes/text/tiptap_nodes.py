"""What a node of a TipTap document says about itself, whatever types its fields have."""

from collections.abc import Sequence
from typing import Any

INLINE = frozenset({"text", "hardBreak", "hard_break", "mention"})
BLOCKS = frozenset({
    "paragraph", "heading", "blockquote", "bulletList", "bullet_list", "taskList", "task_list", "orderedList",
    "ordered_list", "listItem", "list_item", "taskItem", "task_item", "codeBlock", "code_block", "horizontalRule",
    "horizontal_rule", "image", "table", "tableRow", "table_row", "tableCell", "table_cell", "tableHeader",
    "table_header", "youtube", "details", "detailsSummary", "detailsContent", "doc",
})  # fmt: skip
"""Of other kinds only the text is known. Snake case is ProseMirror's own schema."""


def is_node(value: Any) -> bool:
    """Whether anything could be shown of it: a bare string counts as text."""
    return isinstance(value, dict | str)


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
