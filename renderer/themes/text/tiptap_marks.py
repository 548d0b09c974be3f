"""Marks of inline nodes, in the order in which ProseMirror nests them."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from renderer.themes.text.links import DEAD_LINK, is_usual, link_tag, safe_link
from renderer.themes.text.losses import Losses, named

Mark = tuple[int, str, str, str]
"""Rank, opening tag, closing tag, and what tells it from a neighbour with the same tags (a highlight's colour)."""

LINK = 0
_MOST_UNUSUAL = 200
"""Links of a document that are judged at length; of more than these only the words are shown."""

# The order of the StarterKit's schema, then the further extensions: the outermost first.
_SIMPLE: dict[str, Mark] = {
    name: (rank, f"<{tag}>", f"</{tag}>", "")
    for rank, (tag, *names) in enumerate(
        (
            ("strong", "bold", "strong"),
            ("code", "code"),
            ("em", "italic", "em"),
            ("s", "strike", "strikethrough", "s"),
            ("u", "underline", "u"),
            ("mark", "highlight"),
            ("sub", "subscript", "sub"),
            ("sup", "superscript", "sup"),
        ),
        start=LINK + 1,
    )
    for name in names
}
_ALONE: dict[str, list[Mark]] = {name: [mark] for name, mark in _SIMPLE.items()}
_rank = itemgetter(0)


class Marks:
    """Reads marks; remembers the links of one document, which often lead to the same place."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._links: dict[str, Mark | None] = {}
        self._unusual = 0

    def read(self, marks: Any) -> Sequence[Mark]:
        """The marks that are ours, outermost first, none twice. Whatever else is among them is left out."""
        if not isinstance(marks, list):
            return ()
        if len(marks) == 1 and type(marks[0]) is dict and "attrs" not in marks[0]:
            name = marks[0].get("type")
            return _ALONE.get(name, ()) if type(name) is str else ()
        found: list[Mark] = []
        for mark in marks:
            name = mark.get("type") if isinstance(mark, dict) else mark
            if not isinstance(name, str):
                continue
            known = _SIMPLE.get(name)
            if known is not None:
                if name == "highlight" and isinstance(mark, dict):
                    known = _coloured(known, mark.get("attrs"))
                found.append(known)
            elif name == "link" and isinstance(mark, dict):
                link = self._link(mark.get("attrs"))
                if link is not None:
                    found.append(link)
                else:
                    self._losses.add(mark, f"{DEAD_LINK}: {named(_address(mark))}")
        if len(found) > 1:
            found.sort(key=_rank)
            found = [mark for index, mark in enumerate(found) if not index or mark[0] != found[index - 1][0]]
        return found

    def _link(self, attrs: Any) -> Mark | None:
        href = attrs.get("href") if isinstance(attrs, dict) else None
        if not isinstance(href, str):
            return None
        title = attrs.get("title")
        title = title[:200] if isinstance(title, str) else None
        key = href if title is None else f"{href}\n{title}"
        if key not in self._links:
            self._links[key] = self._judge(href, title)
        return self._links[key]

    def _judge(self, href: str, title: str | None) -> Mark | None:
        address: str | None = href
        if not is_usual(href):
            self._unusual += 1
            address = safe_link(href) if self._unusual <= _MOST_UNUSUAL else None
        return None if address is None else (LINK, link_tag(address, title), "</a>", "")


def _address(mark: dict[str, Any]) -> object:
    attrs = mark.get("attrs")
    return attrs.get("href") if isinstance(attrs, dict) else None


def _coloured(mark: Mark, attrs: Any) -> Mark:
    """The colour itself is the site's to choose; it only keeps two highlights side by side apart."""
    colour = attrs.get("color") if isinstance(attrs, dict) else None
    return (*mark[:3], colour) if isinstance(colour, str) else mark
