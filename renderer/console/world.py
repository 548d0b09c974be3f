"""Countries as a map, drawn on the server over a picture of all land: numbers in, shapes out (data/world)."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import ceil, log
from typing import Any

from renderer.settings import ROOT
from renderer.statistics import Count

LEVELS = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """A country that visitors came from. `level` is 1 to LEVELS, by the magnitude of its views; `dot` is where to mark
    one that is too small to be seen."""

    code: str
    views: int
    level: int
    path: str
    dot: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class World:
    width: int
    height: int
    shapes: tuple[Shape, ...]


def draw_world(countries: Iterable[Count]) -> World | None:
    """None where no country is known, or none of them is on the map."""
    known = _world()
    counts = Counter[str]()
    for one in countries:
        if one.name.upper() in known["countries"]:
            counts[one.name.upper()] += one.views
    most = max(counts.values(), default=0)
    shapes = []
    for code, views in counts.items():
        if views > 0:
            country = known["countries"][code]
            level = max(1, ceil(LEVELS * log(1 + views) / log(1 + most)))
            dot = (country["at"][0], country["at"][1]) if country["small"] else None
            shapes.append(Shape(code, views, min(level, LEVELS), country["path"], dot))
    return World(known["width"], known["height"], tuple(shapes)) if shapes else None


@cache
def _world() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / "data/world/countries.json").read_text("utf-8"))
    return read
