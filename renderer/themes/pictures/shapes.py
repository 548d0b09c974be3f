"""The markup of a motif, read back as polygons, for drawing without an SVG renderer.

Reads what `motifs` writes and nothing else: path, rect, circle, ellipse and g, with translate, rotate and scale. No
text from a row is in it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, radians, sin
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path import parse_path

Point = tuple[float, float]

_TAG = re.compile(r"<(/?)(\w++)([^<>]*?)/?>")
_ATTRIBUTE = re.compile(r'(?<![\w-])([\w-]++)="([^"]*)"')
_STEP = re.compile(r"(translate|rotate|scale)\(([^)]*)\)")
_STEPS_A_CURVE = 10
_STEPS_A_ROUND = 48


@dataclass(frozen=True, slots=True)
class Shape:
    """One outline of an element. `names` are its classes; `dash` is drawn and left out by turns."""

    names: frozenset[str]
    points: tuple[Point, ...]
    closed: bool
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """An affine map: x → a·x + c·y + e, y → b·x + d·y + f, as SVG's matrix(a b c d e f)."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def then(self, inner: "Turn") -> "Turn":
        """`inner` first, then this."""
        return Turn(
            self.a * inner.a + self.c * inner.b,
            self.b * inner.a + self.d * inner.b,
            self.a * inner.c + self.c * inner.d,
            self.b * inner.c + self.d * inner.d,
            self.a * inner.e + self.c * inner.f + self.e,
            self.b * inner.e + self.d * inner.f + self.f,
        )

    def of(self, points: Sequence[Point]) -> list[Point]:
        return [(self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f) for x, y in points]


def turned(degrees: float, scale: float = 1.0, x: float = 0.0, y: float = 0.0) -> Turn:
    angle = radians(degrees)
    return Turn(scale * cos(angle), scale * sin(angle), -scale * sin(angle), scale * cos(angle), x, y)


@lru_cache(maxsize=64)
def read_shapes(markup: str) -> tuple[Shape, ...]:
    """In the order in which they are painted."""
    shapes: list[Shape] = []
    groups = [Turn()]
    for tag in _TAG.finditer(markup):
        closing, name, text = tag.groups()
        attributes = dict(_ATTRIBUTE.findall(text))
        if name == "g":
            groups = groups[:-1] if closing else [*groups, groups[-1].then(_transform(attributes))]
            continue
        place = groups[-1].then(_transform(attributes))
        names = frozenset(attributes.get("class", "").split())
        dash = tuple(float(part) for part in attributes.get("stroke-dasharray", "").split())
        for points, closed in _outlines(name, attributes):
            shapes.append(Shape(names, tuple(place.of(points)), closed, dash))
    return tuple(shapes)


def _outlines(name: str, attributes: dict[str, str]) -> Iterator[tuple[list[Point], bool]]:
    def number(key: str) -> float:
        return float(attributes.get(key, 0))

    if name == "path":
        pen = _Flattener()
        parse_path(attributes.get("d", ""), pen)
        yield from pen.outlines
    elif name == "rect":
        x, y, width, height = number("x"), number("y"), number("width"), number("height")
        yield [(x, y), (x + width, y), (x + width, y + height), (x, y + height)], True
    elif name in ("circle", "ellipse"):
        x, y = number("cx"), number("cy")
        wide, high = (number("r"), number("r")) if name == "circle" else (number("rx"), number("ry"))
        steps = [2 * pi * step / _STEPS_A_ROUND for step in range(_STEPS_A_ROUND)]
        yield [(x + wide * cos(step), y + high * sin(step)) for step in steps], True


def _transform(attributes: dict[str, str]) -> Turn:
    turn = Turn()
    for name, text in _STEP.findall(attributes.get("transform", "")):
        values = [float(part) for part in re.split(r"[\s,]+", text.strip())]
        if name == "translate":
            turn = turn.then(Turn(e=values[0], f=values[1] if len(values) > 1 else 0.0))
        elif name == "scale":
            turn = turn.then(Turn(a=values[0], d=values[-1]))
        else:
            x, y = values[1:3] if len(values) > 2 else (0.0, 0.0)
            turn = turn.then(Turn(e=x, f=y)).then(turned(values[0])).then(Turn(e=-x, f=-y))
    return turn


class _Flattener(BasePen):  # type: ignore[misc]  # fontTools has no types
    """Outlines as points; curves become short straight lines."""

    def __init__(self) -> None:
        super().__init__(None)
        self.outlines: list[tuple[list[Point], bool]] = []

    def _moveTo(self, pt: Point) -> None:
        self.outlines.append(([pt], False))

    def _lineTo(self, pt: Point) -> None:
        self.outlines[-1][0].append(pt)

    def _curveToOne(self, pt1: Point, pt2: Point, pt3: Point) -> None:
        start: Any = self._getCurrentPoint()
        for step in range(1, _STEPS_A_CURVE + 1):
            t, u = step / _STEPS_A_CURVE, 1 - step / _STEPS_A_CURVE
            self.outlines[-1][0].append(
                tuple(u**3 * start[i] + 3 * u * u * t * pt1[i] + 3 * u * t * t * pt2[i] + t**3 * pt3[i] for i in (0, 1))
            )

    def _closePath(self) -> None:
        points, _ = self.outlines.pop()
        self.outlines.append((points, True))
