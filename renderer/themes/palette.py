"""A few colours → every colour a page needs, light and dark, with WCAG 2.2 AA text by construction.

Order of giving way: first the ink moves, then the shade of a neutral, never the brand itself: a fill in the brand's
colour is the brand's colour, since black or white reaches 4.5:1 on any colour (4.58:1 at worst).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from renderer.themes.colour import Colour, contrast, from_hex

AA = 4.5
_MARGIN = 0.06  # over AA, so that a browser's own rounding cannot fall below it

Shades = dict[str, str]


@dataclass(frozen=True, slots=True)
class Seeds:
    """What a palette starts from, as sRGB hex; `character` says how strongly the neutrals are coloured."""

    primary: str
    accent: str | None = None
    ground: str | None = None
    ink: str | None = None
    character: str = "tint"


_NEUTRAL_CHROMA = {"mono": 0.003, "paper": 0.012, "tint": 0.014, "rich": 0.03, "saturated": 0.03}


def light(seeds: Seeds) -> Shades:
    brand = from_hex(seeds.primary)
    chroma = _NEUTRAL_CHROMA.get(seeds.character, 0.014)
    hue = brand.h if brand.c > 0.01 else 75.0
    ground = from_hex(seeds.ground) if seeds.ground else Colour(0.985, chroma * 0.45, hue)
    if 0.55 <= ground.l < 0.78:
        ground = ground.at(0.78)  # in between neither black nor white would read on every shade of it
    if ground.l < 0.55:  # a dark ground of the site's own: the light mode is then its light relative
        return _dark_on(ground, brand, seeds)
    own = bool(seeds.ground)
    soft = own and ground.c < 0.06  # a saturated ground is loud enough: its shades only darken
    tint = ground if own else Colour(1, chroma, hue)
    return _shades(
        seeds,
        brand,
        ground=ground,
        surface=ground.at(ground.l - 0.03, max(ground.c * (1.12 if soft else 1), chroma * 0.9)),
        sunk=ground.at(ground.l - 0.065, max(ground.c * (1.2 if soft else 1), chroma * 1.3)),
        raised=ground.at(min(1.0, ground.l + 0.02), ground.c * 0.6),
        line=ground.at(ground.l - 0.115, max(tint.c, chroma * 1.2)),
        ink=from_hex(seeds.ink) if seeds.ink else Colour(0.235, min(0.05, chroma * 2 + ground.c * 0.3), hue),
        muted=0.5,
        ink_step=-0.012,
    )


def dark(seeds: Seeds) -> Shades:
    """Derived, not inverted: the ground keeps the brand's hue, inks are softer than white, lines are lighter."""
    brand = from_hex(seeds.primary)
    hue = brand.h if brand.c > 0.01 else 75.0
    chroma = _NEUTRAL_CHROMA.get(seeds.character, 0.014)
    given = from_hex(seeds.ground) if seeds.ground else None
    if given is not None and given.l < 0.4:
        return _dark_on(given, brand, seeds)
    if given is not None and given.c > 0.05:
        hue, chroma = given.h, max(chroma, 0.035)
    return _dark_on(Colour(0.195, max(0.006, chroma * 1.1), hue), brand, seeds)


def _dark_on(ground: Colour, brand: Colour, seeds: Seeds) -> Shades:
    ground = ground.at(min(ground.l, 0.3))
    return _shades(
        seeds,
        brand,
        ground=ground,
        surface=ground.at(ground.l + 0.035, ground.c * 1.08),
        sunk=ground.at(ground.l + 0.07, ground.c * 1.12),
        raised=ground.at(ground.l + 0.05, ground.c * 1.1),
        line=ground.at(ground.l + 0.135, ground.c * 1.15),
        ink=Colour(0.94, min(0.02, ground.c * 0.5 + 0.004), ground.h),
        muted=0.74,
        ink_step=0.012,
    )


def _shades(
    seeds: Seeds,
    brand: Colour,
    *,
    ground: Colour,
    surface: Colour,
    sunk: Colour,
    raised: Colour,
    line: Colour,
    ink: Colour,
    muted: float,
    ink_step: float,
) -> Shades:
    grounds = [shade.hex for shade in (ground, surface, sunk, raised)]
    accent = from_hex(seeds.accent) if seeds.accent else brand.at(brand.l, brand.c)
    band = seeds.primary
    on_band = ink_on([band])
    darker = luminous(on_band)
    shades: Shades = {
        "ground": grounds[0],
        "surface": grounds[1],
        "sunk": grounds[2],
        "raised": grounds[3],
        "line": line.hex,
        "edge": readable(line, grounds, 3.05, ink_step),
        "ink": readable(ink, grounds, 7.0, ink_step),
        "muted": readable(ink.at(muted, min(0.03, ink.c)), grounds, AA, ink_step),
        "brand": band,
        "on-brand": on_band,
        "brand-hover": _hover(brand, on_band, darker),
        "brand-ink": readable(brand, grounds, AA, ink_step),
        "accent": accent.hex,
        "on-accent": ink_on([accent.hex]),
        "accent-ink": readable(accent, grounds, AA, ink_step),
        "band": band,
        "on-band": on_band,
        "band-muted": _toward(on_band, band, AA),
        "band-line": _mix(band, on_band, 0.28),
        "band-motif": _mix(band, on_band, 0.16),
        "motif-ground": surface.hex,
        "motif-1": _mix(grounds[1], brand.hex, 0.85 if contrast(grounds[1], brand.hex) > 1.5 else 1.0),
        "motif-2": _mix(grounds[1], accent.hex, 0.55),
        "motif-3": _mix(grounds[1], brand.hex, 0.22),
    }
    # Bars and rules carry meaning (hours, the line of an itinerary): 3:1, WCAG 1.4.11. A button's words carry its own.
    shades["brand-edge"] = readable(brand, grounds, 3.0, ink_step)
    shades["button-edge"] = band if contrast(band, grounds[0]) >= 1.7 else shades["edge"]
    shades["focus"] = shades["ink"]
    return shades


def ink_on(grounds: Iterable[str]) -> str:
    """A white or a black, tinted as the ground allows, that reads on all of `grounds`."""
    grounds = list(grounds)
    tone = from_hex(grounds[0])
    soft = [Colour(0.985, min(0.012, tone.c), tone.h).hex, Colour(0.2, min(0.03, tone.c), tone.h).hex]
    for candidate in (soft[0], "#ffffff", soft[1], "#000000"):
        if all(contrast(candidate, ground) >= AA + _MARGIN for ground in grounds):
            return candidate
    return max(("#ffffff", "#000000"), key=lambda candidate: min(contrast(candidate, ground) for ground in grounds))


def readable(ink: Colour, grounds: Iterable[str], ratio: float, step: float) -> str:
    """Move the ink's lightness, first in the direction of `step`, until it reaches `ratio` on every ground."""
    grounds = list(grounds)
    for direction in (step, -step):
        tone = ink
        for _ in range(90):
            shade = tone.hex
            if all(contrast(shade, ground) >= ratio + _MARGIN for ground in grounds):
                return shade
            if not 0.0 < tone.l < 1.0:
                break
            tone = tone.at(tone.l + direction)
    return max(("#000000", "#ffffff"), key=lambda shade: min(contrast(shade, ground) for ground in grounds))


def luminous(hex_colour: str) -> bool:
    return from_hex(hex_colour).l > 0.6


def _hover(brand: Colour, on_brand: str, light_ink: bool) -> str:
    """A step away from the ink, so that hovering can only raise the contrast."""
    hover = brand.at(brand.l - 0.055 if light_ink else min(1.0, brand.l + 0.05)).hex
    return hover if contrast(hover, on_brand) >= AA + _MARGIN else brand.hex


def _toward(ink: str, ground: str, ratio: float) -> str:
    """`ink`, softened toward `ground` as far as `ratio` allows (three quarters of the way back at most)."""
    for share in (0.28, 0.22, 0.16, 0.1, 0.05):
        mixed = _mix(ink, ground, share)
        if contrast(mixed, ground) >= ratio + _MARGIN:
            return mixed
    return ink


def _mix(one: str, other: str, share: float) -> str:
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
