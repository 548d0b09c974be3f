"""A few colours → every colour a page needs, light and dark, with WCAG 2.2 AA text by construction.

Order of giving way: first the ink moves, then the shade of a neutral, never the brand itself: a fill in the brand's
colour is the brand's colour, since black or white reaches 4.5:1 on any colour (4.58:1 at worst).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from renderer.themes.colour import Colour, contrast, from_hex, luminance
from renderer.themes.tints import TINTS, category_grounds

AA = 4.5
SHAPE = 3.0
"""WCAG 2.2, 1.4.11: what is no text but says something: the edge of a field, a ring of focus, an hour bar."""
_MARGIN = 0.06  # over AA, so that a browser's own rounding cannot fall below it

GROUNDS = ("ground", "surface", "sunk", "raised", "cloth")
CODE = ("code-text", "code-name")
"""Inks for code beside the others; on the sunk ground, where code stands."""
PAIRS = frozenset(
    (
        *((ink, ground) for ink in ("ink", "muted", "brand-ink") for ground in (*GROUNDS, *TINTS)),
        *(("on-brand", "brand"), ("on-brand", "brand-hover"), ("on-accent", "accent")),
        *(("on-band", "band"), ("band-muted", "band"), ("on-board", "board")),
        *((ink, "sunk") for ink in CODE),
    )
)
"""(ink, ground): every pair that a theme's style sheet may set text or a control in, either way round, at 4.5:1.

Tests read the style sheets and refuse any other pair; a theme that needs one adds it here, and `_shades` keeps it.
"""
SHAPES = frozenset(
    (
        *((shape, ground) for shape in ("edge", "brand-edge", "focus") for ground in GROUNDS),
        *(("focus", tint) for tint in TINTS),
    )
)
"""(shape, ground): the same at 3:1."""
_STRIDE = 6  # steps of lightness tried at once: contrast only grows on the way, so the steps between come after

Shades = dict[str, str]


@dataclass(frozen=True, slots=True)
class Seeds:
    """What a palette starts from, as sRGB hex; `character` says how strongly the neutrals are coloured."""

    primary: str
    accent: str | None = None
    ground: str | None = None
    ink: str | None = None
    character: str = "tint"


_LOUD = 0.1  # chroma from which on a ground is a colour, not a tint
_COLOURED = 0.05  # from here on a ground is seen as a colour
_GREY = 0.004
_INKY = 0.02  # chroma up to which a dark colour is an ink rather than a hue
_LOST = 1.7  # contrast below which a fill cannot be told from its ground
_TINT_CHROMA = {"mono": 0.0, "paper": 0.035, "tint": 0.05, "rich": 0.055, "saturated": 0.06}
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
    if own and ground.c < _GREY:  # a grey has no hue to deepen: the brand's, or none
        ground, chroma = Colour(ground.l, ground.c, hue), chroma if brand.c > 0.01 or ground.l > 0.97 else 0.0
    soft = own and ground.c < 0.06  # a saturated ground is loud enough: its shades only darken
    tint = ground if own else Colour(1, chroma, hue)
    return _shades(
        seeds,
        brand,
        ground=ground,
        surface=ground.at(ground.l - 0.03, max(ground.c * (1.12 if soft else 1), chroma * 0.9)),
        sunk=ground.at(ground.l - 0.065, max(ground.c * (1.2 if soft else 1), chroma * 1.3)),
        raised=ground.at(min(1.0, ground.l + 0.02), ground.c * 0.6),
        cloth=ground.at(max(ground.l, 0.975), 0.014) if own and ground.c > _COLOURED else None,
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
    if given is not None and given.c > _LOUD and given.l > 0.6:
        # A ground that is a colour of its own turns to mud when it is darkened: at night it is what is lit.
        return _dark_on(Colour(0.19, 0.012, hue), brand, seeds, lit=given)
    if given is not None and given.c > 0.05:
        hue, chroma = given.h, max(chroma, 0.035)
    return _dark_on(Colour(0.195, max(0.006, chroma * 1.1), hue), brand, seeds)


def more_contrast(shades: Shades) -> Shades:
    """What changes for a reader who asks for more contrast: 7:1 for text, 4.5:1 for edges, lines that are seen."""
    grounds = [shades[name] for name in GROUNDS]
    bright = luminance(shades["ground"]) < 0.18
    extreme, step = ("#ffffff", 0.02) if bright else ("#000000", -0.02)
    ink = extreme if min(contrast(extreme, ground) for ground in grounds) >= AA else shades["ink"]
    changed = {
        "ink": ink,
        "muted": readable(from_hex(shades["muted"]), grounds, 7.0, step),
        "brand-ink": readable(from_hex(shades["brand-ink"]), grounds, 7.0, step),
        **{name: readable(from_hex(shades[name]), [shades["sunk"]], 7.0, step) for name in CODE},
        "line": shades["edge"],
        "edge": readable(from_hex(shades["edge"]), grounds, AA, step),
        "brand-edge": readable(from_hex(shades["brand-edge"]), grounds, AA, step),
        "button-edge": ink,
        "focus": ink,
    }
    for name, ground in (("on-brand", "brand"), ("on-accent", "accent"), ("on-band", "band")):
        changed[name] = max(("#ffffff", "#000000"), key=lambda shade: contrast(shade, shades[ground]))
    changed["band-muted"] = changed["band-line"] = changed["on-band"]
    if contrast(changed["on-brand"], shades["brand-hover"]) < AA + _MARGIN:
        changed["on-brand"] = shades["on-brand"]
    return {name: shade for name, shade in changed.items() if shade != shades[name]}


def _dark_on(ground: Colour, brand: Colour, seeds: Seeds, lit: Colour | None = None) -> Shades:
    ground = ground.at(min(ground.l, 0.3))
    if brand.c < _INKY and contrast(brand.hex, ground.hex) < _LOST:
        # A brand that is black ink by day is white paper by night; buttons and drawings would be black on black.
        brand = brand.at(0.9)
        seeds = replace(seeds, primary=brand.hex)
    given = from_hex(seeds.ink) if seeds.ink else None
    own = given if given is not None and given.l > 0.6 else None
    return _shades(
        seeds,
        brand,
        ground=ground,
        # Steps are lost near black: on it they begin where the eye does.
        surface=ground.at(max(ground.l + 0.035, 0.165), ground.c * 1.08),
        sunk=ground.at(max(ground.l + 0.07, 0.21), ground.c * 1.12),
        raised=ground.at(max(ground.l + 0.05, 0.185), ground.c * 1.1),
        line=ground.at(max(ground.l + 0.135, 0.29), ground.c * 1.15),
        ink=own or Colour(0.94, min(0.02, ground.c * 0.5 + 0.004), ground.h),
        muted=0.74,
        ink_step=0.012,
        lit=lit,
    )


def _shades(
    seeds: Seeds,
    brand: Colour,
    *,
    ground: Colour,
    surface: Colour,
    sunk: Colour,
    raised: Colour,
    cloth: Colour | None = None,
    line: Colour,
    ink: Colour,
    muted: float,
    ink_step: float,
    lit: Colour | None = None,
) -> Shades:
    # What is laid over the ground as a whole block: nearly white on a coloured one, otherwise a shade of it.
    grounds = [shade.hex for shade in (ground, surface, sunk, raised, cloth or surface)]
    accent = from_hex(seeds.accent) if seeds.accent else brand
    sign = lit or brand
    band = lit.hex if lit else seeds.primary
    on_brand, on_band = ink_on([seeds.primary]), ink_on([band])
    shades: Shades = {
        **dict(zip(GROUNDS, grounds, strict=True)),
        "line": line.hex,
        "edge": readable(line, grounds, SHAPE, ink_step),
        "ink": readable(ink, grounds, 7.0, ink_step),
        "muted": readable(ink.at(muted, min(0.03, ink.c)), grounds, AA, ink_step),
        "brand": seeds.primary,
        "on-brand": on_brand,
        "brand-hover": _hover(brand, on_brand),
        "brand-ink": readable(sign, grounds, AA, ink_step),
        "accent": seeds.accent or seeds.primary,
        "on-accent": ink_on([seeds.accent or seeds.primary]),
        "band": band,
        "on-band": on_band,
        "band-muted": _toward(on_band, band, AA),
        "band-line": _mix(band, on_band, 0.28),
        "band-motif": _mix(band, on_band, 0.16),
        "motif-ground": grounds[1],
        "motif-1": _mix(grounds[1], sign.hex, 0.85 if contrast(grounds[1], sign.hex) > 1.5 else 1.0),
        "motif-2": _mix(grounds[1], accent.hex, 0.55),
        "motif-3": _mix(grounds[1], sign.hex, 0.22),
        "brand-edge": readable(sign, grounds, SHAPE, ink_step),
    }
    # Two more inks for code, as strongly coloured as the brand: a third of the circle to either side of it.
    vivid = min(0.13, sign.c)
    tone = 0.5 if ink_step < 0 else 0.78
    for name, turn in zip(CODE, (120, 240), strict=True):
        shades[name] = readable(Colour(tone, vivid, (sign.h + turn) % 360), [grounds[2]], AA, ink_step)
    # A board is dark by day and by night: the ink's own colour, or what lies deeper than a dark ground.
    bright = luminance(shades["ink"]) > luminance(grounds[0])
    shades["board"], shades["on-board"] = (grounds[2], shades["ink"]) if bright else (shades["ink"], grounds[0])
    # A button's words say what it is; where its fill is lost on the ground, an edge says how large it is.
    shades["button-edge"] = seeds.primary if contrast(seeds.primary, grounds[0]) >= _LOST else shades["ink"]
    shades["accent-edge"] = shades["accent"] if contrast(shades["accent"], grounds[0]) >= 1.25 else shades["edge"]
    shades["focus"] = shades["ink"]
    tinting = _TINT_CHROMA.get(seeds.character, 0.05) if sign.c > _GREY else 0.0
    shades.update(category_grounds(sign.h, tinting, [grounds[0], grounds[1], grounds[3], grounds[2]]))
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
    wanted = ratio + _MARGIN
    for direction in (step, -step):
        for stride in range(0, 96, _STRIDE):
            far = ink.at(ink.l + direction * stride)
            if all(contrast(far.hex, ground) >= wanted for ground in grounds):
                for back in range(max(0, stride - _STRIDE + 1), stride):
                    near = ink.at(ink.l + direction * back).hex
                    if all(contrast(near, ground) >= wanted for ground in grounds):
                        return near
                return far.hex
            if stride and not 0.0 < far.l < 1.0:
                break
    return max(("#000000", "#ffffff"), key=lambda shade: min(contrast(shade, ground) for ground in grounds))


def _hover(brand: Colour, on_brand: str) -> str:
    """A step away from the ink, so that hovering can only raise the contrast; toward it where there is none left."""
    away = -1 if luminance(on_brand) > 0.4 else 1
    for step in (0.055 * away, -0.06 * away, -0.035 * away):
        hover = brand.at(brand.l + step)
        if abs(hover.l - brand.l) > 0.03 and contrast(hover.hex, on_brand) >= AA + _MARGIN:
            return hover.hex
    return brand.hex


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
