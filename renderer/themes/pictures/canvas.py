"""Drawing shapes on a bitmap: without smoothing, larger than asked for, and then reduced."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import hypot

from PIL import Image, ImageDraw

from renderer.themes.motifs import Figure
from renderer.themes.motifs.draw import HEIGHT, WIDTH
from renderer.themes.pictures.shapes import Point, Shape, Turn, read_shapes, turned

OVERSAMPLE = 3
_LINE = 1.5
"""Width of a motif's lines in its own units, as the themes draw them."""

Inks = Mapping[str, str]
"""Colours by class: `g` is the ground, `a`, `b`, `c` are fills, and lines are `al`, `bl`, `cl`."""


def motif_tile(figure: Figure, turn: float, size: tuple[int, int], inks: Inks, scale: float) -> Image.Image:
    """A motif that fills `size`; `scale` is the pixels of one of its units, where it repeats."""
    width, height = (side * OVERSAMPLE for side in size)
    image = Image.new("RGB", (width, height), inks["g"])
    pen = ImageDraw.Draw(image)
    shapes = read_shapes(figure.body)
    if figure.size is None:
        fit = max(width / WIDTH, height / HEIGHT)
        place = Turn(fit, 0, 0, fit, (width - WIDTH * fit) / 2, (height - HEIGHT * fit) / 2)
        _paint(pen, shapes, place, inks, fit)
    else:
        for place in _lattice(figure.size, turn, (width, height), scale * OVERSAMPLE):
            _paint(pen, shapes, place, inks, scale * OVERSAMPLE)
    return image.resize(size, Image.Resampling.BOX)


def _lattice(step: tuple[float, float], turn: float, size: tuple[int, int], scale: float) -> list[Turn]:
    """Where a repeat stands so that the whole area is covered, however it is turned; the middle is a corner of four."""
    reach = hypot(*size) / 2
    columns = int(reach / (step[0] * scale)) + 2
    rows = int(reach / (step[1] * scale)) + 2
    whole = turned(turn, scale, size[0] / 2, size[1] / 2)
    places = [
        whole.then(Turn(e=column * step[0], f=row * step[1]))
        for row in range(-rows, rows + 1)
        for column in range(-columns, columns + 1)
    ]
    far = hypot(*step) * scale
    return [place for place in places if -far <= place.e <= size[0] + far and -far <= place.f <= size[1] + far]


def _paint(pen: ImageDraw.ImageDraw, shapes: Sequence[Shape], place: Turn, inks: Inks, scale: float) -> None:
    for shape in shapes:
        points = place.of(shape.points)
        for name in ("g", "a", "b", "c"):
            if name in shape.names and len(points) > 2:
                pen.polygon(points, fill=inks[name])
        line = next((name for name in ("al", "bl", "cl") if name in shape.names), None)
        if line is not None:
            _stroke(pen, points, shape, inks[line[0]], scale)


def _stroke(pen: ImageDraw.ImageDraw, points: list[Point], shape: Shape, ink: str, scale: float) -> None:
    wide = max(1, round(_LINE * scale))
    line = [*points, points[0]] if shape.closed else points
    for part in _dashed(line, [length * scale for length in shape.dash]):
        pen.line(part, fill=ink, width=wide, joint="curve")


def _dashed(line: list[Point], dash: list[float]) -> list[list[Point]]:
    """Each straight piece of a dashed line in parts; a plain line as it is."""
    if not dash:
        return [line]
    parts = []
    for (x, y), (u, v) in pairwise(line):
        length, at = hypot(u - x, v - y), 0.0
        for index in range(400):
            end = min(length, at + dash[index % len(dash)])
            if index % 2 == 0 and end > at:
                parts.append([(x + (u - x) * t / length, y + (v - y) * t / length) for t in (at, end)])
            at = end
            if at >= length:
                break
    return parts
