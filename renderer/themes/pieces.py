"""Pieces of a page as they were drawn before, while all that their templates look at is as it was: its sections, and
what stands round its main part."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from markupsafe import Markup, escape

from renderer.themes.environment import ThemeTemplate
from renderer.themes.views import SectionView

_PLAIN = (str, int, float, bool, type(None), date)


@dataclass(frozen=True, slots=True)
class Piece:
    """A section as drawn from `seen`, and what drawing it took of the page's measure (`meter`)."""

    seen: tuple[Any, ...]
    text: Markup
    steps: int
    said: int


Pieces = dict[str, Piece]
"""By the section's id, or the name of the template of what stands round all of them."""

_HERE = "\ufdd2"
"""In what is drawn for many pages: the address of each. A noncharacter, which no row can hold."""


class Surroundings:
    """Header, footer and quick bar of a page, drawn when its layout asks for them; for pages of one `kept` they are
    mostly the same. `values` are what templates see."""

    __slots__ = ("_address", "_kept", "_templates", "_values")

    def __init__(self, templates: Mapping[str, ThemeTemplate], values: Mapping[str, Any], kept: Pieces) -> None:
        self._templates, self._kept, self._address = templates, kept, values["here"]
        self._values = {**values, "here": _HERE if self._address else None}

    @property
    def header(self) -> Markup:
        return self._draw("header.html")

    @property
    def footer(self) -> Markup:
        return self._draw("footer.html")

    @property
    def quick(self) -> Markup:
        return self._draw("quick.html")

    def _draw(self, name: str) -> Markup:
        text = _take(self._templates[name], name, self._values, self._kept).text
        return text.replace(_HERE, escape(self._address)) if self._address else text


def draw_pieces(
    templates: Mapping[str, ThemeTemplate], sections: Sequence[SectionView], values: Mapping[str, Any], kept: Pieces
) -> tuple[Markup, ...]:
    """Every section of a page; `values` are what templates see beside it. `kept` becomes these sections as drawn now.

    Raises TooMuch as the templates do.
    """
    drawn = []
    for section in sections:
        template = templates[f"sections/{section.type}.html"]
        drawn.append(_take(template, section.id, {**values, "section": section}, kept).text)
    for gone in kept.keys() - {section.id for section in sections} - _ROUND:
        del kept[gone]
    return tuple(drawn)


def _take(template: ThemeTemplate, key: str, shown: Mapping[str, Any], kept: Pieces) -> Piece:
    """The piece kept under `key`, where it is still what would be drawn; else drawn, and kept."""
    names = template.names
    seen = None if names is None else tuple(shown.get(name) for name in names)
    piece = kept.get(key)
    if piece is not None and seen is not None and is_same(piece.seen, seen):
        template.environment.meter.spend(piece.steps, piece.said)
        return piece
    piece = _draw(template, shown, seen or ())
    if seen is not None:
        kept[key] = piece
    return piece


def _draw(template: ThemeTemplate, shown: Mapping[str, Any], seen: tuple[Any, ...]) -> Piece:
    count = template.environment.meter.now
    steps, said = count.steps, count.said
    text = Markup(template.render(shown))  # noqa: S704 - what an escaping template says
    return Piece(seen, text, count.steps - steps, count.said - said)


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are drawn alike: equal, and of the same types throughout, since Markup equals its text."""
    if one is other:
        return True
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is tuple or kind is list:
        return len(one) == len(other) and all(map(is_same, one, other))
    if issubclass(kind, _PLAIN):
        return bool(one == other)
    if kind not in _VALUES:
        names = [field.name for field in fields(kind)] if is_dataclass(kind) else []
        _VALUES[kind] = attrgetter(*names) if len(names) > 1 else None
    values = _VALUES[kind]
    if values is None:
        return False
    # Most are the same objects: a call for each would take most of the time.
    return all(mine is theirs or is_same(mine, theirs) for mine, theirs in zip(values(one), values(other), strict=True))


_ROUND = frozenset({"header.html", "footer.html", "quick.html"})
"""No section has such an id."""
_VALUES: dict[type, Callable[[Any], tuple[Any, ...]] | None] = {}
"""Of classes of views; None for what is the same only as itself."""
