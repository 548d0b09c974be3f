"""Values from a row that may shape CSS: read by their type's grammar, or refused whole. Nothing is ever stripped.

What reaches a style sheet is computed here (a hex colour, a number, one of our own words), never what was given.
"""

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import tinycss2

if TYPE_CHECKING:
    from coloraide import Color

_FUNCTIONS = frozenset({"rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color"})
# CSS Color 4 for color(), and the Design Tokens Color Module 2025.10, which counts hsl and hwb in per cent.
_SPACES = frozenset(
    (
        *("srgb", "srgb-linear", "display-p3", "a98-rgb", "prophoto-rgb", "rec2020", "xyz-d50", "xyz-d65"),
        *("hsl", "hwb", "lab", "lch", "oklab", "oklch"),
    )
)
_PER_CENT = frozenset({"hsl", "hwb"})
_MOST = 80
_LARGEST = 1e4
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_LENGTH = re.compile(r"(\d{1,5}(?:\.\d{1,6})?|\.\d{1,6})(px|rem|em|%)?")
_FAMILY = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,79}")


@lru_cache(maxsize=2048)
def parse_colour(text: str) -> str | None:
    """An opaque CSS colour as `#rrggbb`, brought into sRGB by reducing chroma; None for anything else."""
    text = text.strip(" ")
    if _HEX.fullmatch(text):
        return text.lower()
    if not text or len(text) > _MOST or not text.isascii() or not text.isprintable() or "\\" in text or "/*" in text:
        return None
    nodes = tinycss2.parse_component_value_list(text)
    if len(nodes) != 1 or not _is_colour(nodes[0]):
        return None
    try:
        match = _colours().match(text, fullmatch=True)
    except (ValueError, OverflowError):
        return None
    return _shown(match.color) if match else None


def colour_of(value: Any) -> str | None:
    """A token's colour: CSS text, or `{"colorSpace": …, "components": […], "alpha": …, "hex": …}`."""
    if isinstance(value, str):
        return parse_colour(value)
    if not isinstance(value, dict):
        return None
    space, parts, alpha = value.get("colorSpace"), value.get("components"), value.get("alpha", 1)
    if space is None and parts is None and isinstance(value.get("hex"), str):
        return parse_colour(value["hex"]) if _HEX.fullmatch(value["hex"]) and alpha == 1 else None
    if not isinstance(space, str) or space not in _SPACES or not isinstance(parts, list) or len(parts) != 3:
        return None
    read = [0.0 if part == "none" else _number(part) for part in (*parts, 1 if alpha is None else alpha)]
    numbers = [number for number in read if number is not None]
    if len(numbers) != 4:
        return None
    share = 100 if space in _PER_CENT else 1
    return _shown(_colours()(space, [numbers[0], numbers[1] / share, numbers[2] / share], numbers[3]))


def parse_pixels(value: Any) -> float | None:
    """A length: `8`, `"8px"`, `"0.5rem"`, `{"value": 8, "unit": "px"}`; half of anything (`50%`) is without end."""
    if isinstance(value, dict):
        number, unit = _number(value.get("value")), value.get("unit")
        if number is None or number < 0 or unit not in ("px", "rem", "em"):
            return None
        return number if unit == "px" else number * 16
    if isinstance(value, str):
        match = _LENGTH.fullmatch(value.strip(" "))
        if match is None:
            return None
        number = float(match[1])
        if match[2] == "%":
            return 9999.0 if number >= 50 else None
        return number * 16 if match[2] in ("rem", "em") else number
    number = _number(value)
    return None if number is None or number < 0 else number


def parse_families(value: Any) -> tuple[str, ...]:
    """Family names, lower case, in order: a CSS list as text, or a list of names. They are compared, never sent."""
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or len(names) > 20:
        return ()
    families = []
    for name in names:
        if not isinstance(name, str) or len(name) > 100:
            return ()
        name = name.strip(" ")
        if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
            name = name[1:-1]
        if not _FAMILY.fullmatch(name):
            return ()
        families.append(name.casefold())
    return tuple(families)


def _colours() -> "type[Color]":
    """Imported for the first colour that is not hexadecimal: it takes a twentieth of a start, and such are rare."""
    from coloraide import Color

    return Color


def _shown(colour: "Color") -> str | None:
    coordinates = colour.coords(nans=False)
    if not math.isclose(colour.alpha(nans=False), 1.0):
        return None
    if not all(math.isfinite(part) and abs(part) <= _LARGEST for part in coordinates):
        return None
    channels = colour.convert("srgb").fit("srgb", method="oklch-chroma").coords(nans=False)
    if not all(map(math.isfinite, channels)):
        return None
    return "#" + "".join(f"{round(min(1.0, max(0.0, channel)) * 255):02x}" for channel in channels)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and abs(value) <= _LARGEST * 10 else None


def _is_colour(node: Any) -> bool:
    if node.type == "function":
        return (
            node.lower_name in _FUNCTIONS
            and all(
                part.type in ("number", "percentage", "dimension", "whitespace", "ident")
                or (part.type == "literal" and part.value in (",", "/"))
                for part in node.arguments
            )
            and (node.lower_name != "color" or _space(node) in _SPACES - _PER_CENT)
        )
    return node.type in ("hash", "ident")


def _space(node: Any) -> str | None:
    return next((part.lower_value for part in node.arguments if part.type == "ident"), None)
