"""Five tinted grounds of equal weight, their hues spread from the brand's: what tells one category from another."""

from collections.abc import Sequence

from renderer.themes.colour import Colour, from_hex, luminance

TINTS = ("cat-1", "cat-2", "cat-3", "cat-4", "cat-5")
_TURNS = (0, 144, 288, 72, 216)
"""Degrees from the brand's hue: neighbours are far apart."""
_INSIDE = 0.06


def category_grounds(hue: float, chroma: float, grounds: Sequence[str]) -> dict[str, str]:
    """The tints by name, as sRGB hex; the last of `grounds` is the one they stand near.

    Whatever reads on all of `grounds` reads on these too, since their luminance lies between the least and the
    greatest of them (contrast only depends on luminance, WCAG 2.2).
    """
    lights = [luminance(ground) for ground in grounds]
    near = lights[-1]
    far = max((min(lights), max(lights)), key=lambda light: abs(light - near))
    wanted = near + (far - near) * _INSIDE
    return {
        name: _at(Colour(from_hex(grounds[-1]).l, chroma, (hue + turn) % 360), wanted, lights) or grounds[-1]
        for name, turn in zip(TINTS, _TURNS, strict=True)
    }


def _at(tint: Colour, wanted: float, lights: Sequence[float]) -> str | None:
    """The tint at a luminance; None where rounding leaves it outside."""
    for _ in range(4):  # luminance grows with the cube of lightness, so this closes in at once
        shown = luminance(tint.hex)
        tint = tint.at(tint.l * (wanted / shown) ** (1 / 3) if shown else tint.l + 0.05)
    return tint.hex if min(lights) <= luminance(tint.hex) <= max(lights) else None
