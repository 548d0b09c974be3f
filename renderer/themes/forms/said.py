"""Answers that are more than a text, as people read them."""

from collections.abc import Mapping
from typing import Any

from renderer.themes.text.money import rupiah


def order_said(value: Mapping[str, Any], language: str = "id") -> list[str] | None:
    """What was ordered, a line each, the total last; None for what is no order."""
    lines, total = value.get("lines"), value.get("total")
    if not isinstance(lines, list) or type(total) is not int:
        return None
    said = []
    for line in lines[:100]:
        if not isinstance(line, dict):
            return None
        label, quantity, amount = line.get("label"), line.get("quantity"), line.get("amount")
        if not isinstance(label, str) or type(quantity) is not int or type(amount) is not int:
            return None
        said.append(f"{quantity} × {label[:200]}: {rupiah(amount, language)}")
    return [*said, f"Total: {rupiah(total, language)}"]


def file_said(value: Mapping[str, Any]) -> str | None:
    """The name of a file that was sent; None for what is none."""
    name = value.get("name")
    return name[:200] if isinstance(value.get("sha256"), str) and isinstance(name, str) else None
