"""The order of grounds down a page: at most one saturated band, never more than two equal grounds in a row."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from renderer.themes.parts import Again, anew
from renderer.themes.repair import Repairs
from renderer.themes.views import SectionView

if TYPE_CHECKING:
    from renderer.themes.plan import Placed

_OUTSIDE = frozenset({"hero", "announcement"})
BANDS = ("statistics", "cta", "testimonials", "features", "steps")
"""Types that may carry the band; the one the site asked for comes first."""


def set_grounds(sections: Sequence[SectionView], again: Again = anew) -> tuple[SectionView, ...]:
    body = [section for section in sections if section.type not in _OUTSIDE]
    asked = [section for section in body if section.ground == "band" and section.type in BANDS]
    fit = [section for section in body if not section.ground and section.type == "cta"]
    band = asked[0] if asked else fit[0] if fit else None
    done: list[SectionView] = []
    for section in sections:
        if section.type in _OUTSIDE:
            done.append(_on(section, "ground", again))
            continue
        ground = section.ground or "ground"
        if section is band:
            ground = "band"
        elif ground == "band":
            ground = "surface"
        grounds = [other.ground for other in done if other.type not in _OUTSIDE]
        if ground != "band" and grounds[-2:] == [ground, ground]:
            ground = "surface" if ground == "ground" else "ground"
        done.append(_on(section, ground, again))
    return tuple(done)


def _on(section: SectionView, ground: str, again: Again) -> SectionView:
    if section.ground == ground:
        return section
    return again(section, ("ground", ground), lambda: replace(section, ground=ground))


def report_grounds(
    shown: Sequence[SectionView], asked: Sequence[tuple[SectionView, "Placed"]], repairs: Repairs
) -> None:
    """Say where a ground that was asked for had to give way."""
    grounds = {section.id: section.ground for section in shown}
    for section, placed in asked:
        ground = grounds.get(section.id, section.ground)
        if section.ground and ground != section.ground:
            reason = "one band a page, never three equal grounds in a row, none of its own at the top"
            repairs.add(f"{placed.standing}/background", f"drawn as {ground}: {reason}")
