"""At most one centred heading on a page beside its first: the rest stand at the side, whatever their writer set."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from renderer.themes.manifest import Section
from renderer.themes.repair import Repairs
from renderer.themes.views import ItemView, SectionView

if TYPE_CHECKING:
    from renderer.themes.plan import Placed

_CLASS = 'class="align-center"'
_HEADING = re.compile(rf"(<h[2-6]) {_CLASS}>")
_OUTSIDE = frozenset({"hero", "announcement"})


def set_centres(sections: Sequence[SectionView], says: Mapping[str, Section]) -> tuple[SectionView, ...]:
    """The sections of a page, top to bottom, laid out; `says` is what the theme says of each type.

    A heading that the theme itself sets in the middle comes first, then the first of the site's.
    """
    left = [0 if any(_theirs(section, says) for section in sections) else 1]
    return tuple(section if section.type in _OUTSIDE else _settled(section, left) for section in sections)


def report_centres(
    shown: Sequence[SectionView], asked: Sequence[tuple[SectionView, "Placed"]], repairs: Repairs
) -> None:
    after = {section.id: section for section in shown}
    for section, placed in asked:
        drawn = after.get(section.id)
        if drawn is not None and _count(drawn) < _count(section):
            repairs.add(placed.pointer, "a centred heading drawn at the side: one a page, beside the first")


def _theirs(section: SectionView, says: Mapping[str, Section]) -> bool:
    theirs = says.get(section.type)
    one = theirs.variants.get(section.variant) if theirs else None
    return one is not None and one.centred and section.ground == "band"


def _count(section: SectionView) -> int:
    return sum(len(_HEADING.findall(text)) for text in section.texts if text and _CLASS in text)


def _settled(section: SectionView, left: list[int]) -> SectionView:
    if not any(text and _CLASS in text for text in section.texts):
        return section
    groups = tuple(replace(group, items=_items(group.items, left)) for group in section.groups)
    return replace(
        section,
        lead=_text(section.lead, left),
        text=_text(section.text, left),
        items=_items(section.items, left),
        groups=groups,
    )


def _items(items: tuple[ItemView, ...], left: list[int]) -> tuple[ItemView, ...]:
    return tuple(replace(item, text=_text(item.text, left)) for item in items)


def _text(text: Markup | None, left: list[int]) -> Markup | None:
    """On the engine's own markup: whatever a row says has its `<` escaped."""
    if not text or _CLASS not in text:
        return text

    def settled(found: re.Match[str]) -> str:
        left[0] -= 1
        return found[0] if left[0] >= 0 else f"{found[1]}>"

    return Markup(_HEADING.sub(settled, text))  # noqa: S704 - headings of a page that was escaped
