"""Colour arithmetic in OKLCH (Ottosson 2020) and WCAG 2.2 contrast, on plain floats: a palette has many steps."""

import math
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Colour:
    """OKLCH: lightness 0…1, chroma 0…~0.37, hue in degrees."""

    l: float  # noqa: E741 - the name the colour space gives it
    c: float
    h: float

    def at(self, lightness: float, chroma: float | None = None) -> "Colour":
        return Colour(min(1.0, max(0.0, lightness)), self.c if chroma is None else chroma, self.h)

    @property
    def hex(self) -> str:
        return to_hex(self)


def from_rgb(red: float, green: float, blue: float) -> Colour:
    """sRGB channels 0…1 → OKLCH."""
    r, g, b = (_linear(min(1.0, max(0.0, channel))) for channel in (red, green, blue))
    l_ = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    m_ = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    s_ = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * l_ + 0.7936177850 * m_ - 0.0040720468 * s_
    a = 1.9779984951 * l_ - 2.4285922050 * m_ + 0.4505937099 * s_
    b_ = 0.0259040371 * l_ + 0.7827717662 * m_ - 0.8086757660 * s_
    chroma = math.hypot(a, b_)
    return Colour(lightness, chroma if chroma > 0.002 else 0.0, math.degrees(math.atan2(b_, a)) % 360)


def from_hex(text: str) -> Colour:
    return from_rgb(*(int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)))


@lru_cache(maxsize=4096)
def to_hex(colour: Colour) -> str:
    """The nearest sRGB colour of the same lightness and hue: chroma is reduced until it fits."""
    low, high = 0.0, colour.c
    channels = _srgb(colour)
    if not _fits(channels):
        for _ in range(14):
            middle = (low + high) / 2
            if _fits(_srgb(colour.at(colour.l, middle))):
                low = middle
            else:
                high = middle
        channels = _srgb(colour.at(colour.l, low))
    return "#" + "".join(f"{round(min(1.0, max(0.0, channel)) * 255):02x}" for channel in channels)


@lru_cache(maxsize=4096)
def luminance(hex_colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, of the eight-bit colour that is really sent."""
    r, g, b = (_linear(int(hex_colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    a, b = luminance(one), luminance(other)
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _encode(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _srgb(colour: Colour) -> tuple[float, float, float]:
    a = colour.c * math.cos(math.radians(colour.h))
    b = colour.c * math.sin(math.radians(colour.h))
    l_ = (colour.l + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (colour.l - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (colour.l - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _encode(4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_),
        _encode(-1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_),
        _encode(-0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_),
    )


def _fits(channels: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= channel <= 1.0005 for channel in channels)
