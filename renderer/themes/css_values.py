"""Values from a row that may shape CSS: read by their type's grammar, or refused whole. Nothing is ever stripped.

What reaches a style sheet is computed here (a hex colour, one of our own words), never the text that was given.
"""

import math
from functools import lru_cache
from typing import Any

import tinycss2
from coloraide import Color

_FUNCTIONS = frozenset({"rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch"})
_MOST = 80


@lru_cache(maxsize=2048)
def parse_colour(text: str) -> str | None:
    """An opaque CSS colour as `#rrggbb`, brought into sRGB by reducing chroma; None for anything else."""
    text = text.strip()
    if not text or len(text) > _MOST or not text.isascii() or "\\" in text or "/*" in text:
        return None
    nodes = tinycss2.parse_component_value_list(text)
    if len(nodes) != 1 or not _is_colour(nodes[0]):
        return None
    try:
        match = Color.match(text, fullmatch=True)
    except (ValueError, OverflowError):
        return None
    if match is None:
        return None
    colour = match.color
    if not math.isclose(colour.alpha(nans=False), 1.0) or not all(math.isfinite(c) for c in colour.coords(nans=False)):
        return None
    if any(abs(coordinate) > 1e4 for coordinate in colour.coords(nans=False)):
        return None
    shown = colour.convert("srgb").fit("srgb", method="oklch-chroma")
    channels = [min(1.0, max(0.0, channel)) for channel in shown.coords(nans=False)]
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _is_colour(node: Any) -> bool:
    if node.type == "function":
        return node.lower_name in _FUNCTIONS and all(
            part.type in ("number", "percentage", "dimension", "whitespace", "ident")
            or (part.type == "literal" and part.value in (",", "/"))
            for part in node.arguments
        )
    return node.type in ("hash", "ident")
