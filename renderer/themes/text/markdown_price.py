"""What reading a Markdown text would cost, from its signs: markdown-it takes time for what looks like markup.

It is nearly linear in them, but slow: sixty thousand brackets take more than a second, where a post of ten thousand
words takes 40 ms. A text beyond the budget is Markdown as far as the budget reaches, and plain paragraphs from there.
"""

import re

BUDGET = 90_000
"""Microseconds, roughly, of one core."""

_SIGNS = {
    "[": 30, "![": 30, "](": 25, '"': 18, "'": 18, "*": 13, "_": 13, "~": 13, "`": 9, "<": 20, "://": 60, "&": 8,
    "\\": 6, "\n": 26, "\n\n": 20, "|": 20, "-": 4, "+": 4, "#": 3, "]": 6, ">": 8,
}  # fmt: skip
_ITEM = re.compile(r"^[ >\t]*(?:[-+*]|\d{1,9}[.)])[ \t]", re.MULTILINE)
_ITEM_PRICE = 25
_CELL_PRICE = 25
_STAIRS = re.compile(r"^(?:[ \t]*(?:[-+*>]|\d{1,9}[.)])){4,}.*", re.MULTILINE)
_DEEPEST = 50
_RULED = re.compile(r"^[ >\t]*+(?:\|[ \t]*+)?:?-++:?[ \t]*+\|", re.MULTILINE)


class Purse:
    """What all the Markdown of one site may cost: many texts, each within its budget, would hold a worker up, too."""

    def __init__(self, left: int = 400_000) -> None:
        self.left = left


def split(text: str) -> tuple[str, str, int]:
    """The text that is worth reading as Markdown, whole blocks of it; the rest; and what reading the first costs."""
    whole = price(text)
    if whole <= BUDGET:
        return text, "", whole
    left = BUDGET
    at = 0
    while at < len(text):
        end = text.find("\n\n", at)
        end = len(text) if end < 0 else end + 2
        left -= price(text[at:end])
        if left < 0:
            break
        at = end
    return text[:at], text[at:], BUDGET


def price(text: str) -> int:
    """Microseconds, roughly."""
    total = len(text) // 8 + 1 + sum(text.count(sign) * cost for sign, cost in _SIGNS.items())
    total += sum(1 for _ in _ITEM.finditer(text)) * _ITEM_PRICE
    # A line that begins with many markers is read from its beginning for each of them.
    total += sum(min(_DEEPEST, len(line[0]) // 2) * len(line[0]) // 3 for line in _STAIRS.finditer(text))
    if "|" in text and _RULED.search(text):
        # A row is filled up with empty cells to the width of its heading.
        lines = text.split("\n")
        total += len(lines) * max(line.count("|") for line in lines) * _CELL_PRICE
    return total
