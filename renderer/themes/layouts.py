"""Which variant each section of a page is drawn in: what was asked for, unless two neighbours would look alike."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from renderer.themes.grid import cells
from renderer.themes.manifest import Section, SectionVariant
from renderer.themes.parts import Again, anew
from renderer.themes.repair import Repairs
from renderer.themes.views import GroupView, ItemView, SectionView

if TYPE_CHECKING:
    from renderer.themes.plan import Placed

_NO_SECTION = Section()
_WINDOW, _STRUCTURES = 8, 3
"""Among so many sections in a row there are to be so many layouts at least."""


def set_layouts(
    sections: Sequence[SectionView], says: Mapping[str, Section], again: Again = anew
) -> tuple[SectionView, ...]:
    """The sections of a page, top to bottom, each with `variant` and `layout` and its items placed in their rows.

    `says` is what the theme says of each type. A section's `variant` is what was asked for, or empty.
    """
    done: list[SectionView] = []
    above: list[str] = []
    for section in sections:
        theirs = says.get(section.type, _NO_SECTION)
        name = _choose(section, theirs, above)
        variant = theirs.variants[name]
        done.append(again(section, ("variant", name), partial(_laid, section, name, variant)))
        if section.type != "announcement":
            above.append(variant.layout)
    return tuple(done)


def _laid(section: SectionView, name: str, variant: SectionVariant) -> SectionView:
    return replace(
        section,
        variant=name,
        layout=variant.layout,
        items=_placed(section.items, variant),
        groups=tuple(GroupView(group.name, group.text, _placed(group.items, variant)) for group in section.groups),
    )


def report_layouts(
    shown: Sequence[SectionView], asked: Sequence[tuple[SectionView, "Placed"]], repairs: Repairs
) -> None:
    """Say where a variant that was asked for had to give way."""
    variants = {section.id: section.variant for section in shown}
    for section, placed in asked:
        variant = variants.get(section.id, section.variant)
        if section.variant and variant != section.variant:
            reason = "it cannot draw what the section holds, or the section above has the same layout"
            repairs.add(f"{placed.standing}/variant", f"drawn as {variant}: {reason}")


def _choose(section: SectionView, theirs: Section, above: Sequence[str]) -> str:
    """The best of a type's variants; among equals the one the theme names first."""
    grouped = bool(section.groups)
    able = [name for name, one in theirs.variants.items() if one.groups in (None, grouped)] or list(theirs.variants)
    if len(able) == 1:
        return able[0]
    count = sum(len(shelf.items) for shelf in section.shelves)
    longest = max((len(item.text or "") for shelf in section.shelves for item in shelf.items), default=0)
    recent = above[1 - _WINDOW :]

    def faults(name: str) -> tuple[int, int]:
        one = theirs.variants[name]
        repeats = bool(above) and one.layout == above[-1]
        misfit = (not one.fits(count, longest)) * 2
        same = len(recent) >= _STRUCTURES and len({*recent, one.layout}) < _STRUCTURES
        unasked = bool(section.variant) and name != section.variant
        return repeats * 16 + same * 8 + unasked * 4 + misfit, able.index(name)

    return min(able, key=faults)


def _placed(items: tuple[ItemView, ...], variant: SectionVariant) -> tuple[ItemView, ...]:
    rows = cells(len(items), variant.columns)
    return tuple(replace(item, cells=cell) for item, cell in zip(items, rows, strict=True))
