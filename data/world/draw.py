"""`make world`: borders of world-atlas (TopoJSON, longitudes and latitudes) → the console's map.

    python data/world/draw.py countries-50m.json

writes countries.json beside this file (paths by ISO 3166-1 alpha-2 code) and the console's static/world.svg (all land).
Equal Earth projection (Šavrič, Patterson, Jenny 2018, doi:10.1080/13658816.2018.1504949), without Antarctica; every
border is simplified once, so that neighbours still meet.
"""

import json
import sys
from collections.abc import Sequence
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt
from pathlib import Path
from typing import Any

from babel.core import get_global

HERE = Path(__file__).parent
PICTURE = HERE.parents[1] / "renderer/console/static/world.svg"
WIDTH = 2_000
TOLERANCE = 1.3
"""Units that a border may be off by."""
LEAST_AREA = 14.0
"""Square units: smaller islands are left out, but for a country's largest."""
_A = (1.340264, -0.081106, 0.000893, 0.003796)
_SCALE = WIDTH / 5.41326
_TOP = 84.0
ANTARCTICA = "010"

Point = tuple[float, float]


def project(longitude: float, latitude: float) -> Point:
    theta = asin(sqrt(3) / 2 * sin(radians(latitude)))
    squared = theta * theta
    sixth = squared**3
    x = 2 * sqrt(3) * radians(longitude) * cos(theta)
    x /= 3 * (9 * _A[3] * sixth * squared + 7 * _A[2] * sixth + 3 * _A[1] * squared + _A[0])
    return x * _SCALE + WIDTH / 2, -theta * (_A[0] + _A[1] * squared + sixth * (_A[2] + _A[3] * squared)) * _SCALE


def simplify(degrees: Sequence[Point]) -> list[Point]:
    """Ramer, Douglas, Peucker, as it will be seen; ends stay."""
    points = [project(*one) for one in degrees]
    kept, parts = {0, len(points) - 1}, [(0, len(points) - 1)]
    while parts:
        first, last = parts.pop()
        (ax, ay), (bx, by) = points[first], points[last]
        length = hypot(bx - ax, by - ay)
        worst, at = TOLERANCE, -1
        for number in range(first + 1, last):
            x, y = points[number]
            off = abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length if length else hypot(x - ax, y - ay)
            if off > worst:
                worst, at = off, number
        if at >= 0:
            kept.add(at)
            parts += [(first, at), (at, last)]
    return [degrees[number] for number in sorted(kept)]


def unwrapped(degrees: Sequence[Point]) -> list[Point]:
    """Without jumps from one edge of the map to the other: longitudes go on beyond 180."""
    out = [degrees[0]]
    for x, y in degrees[1:]:
        out.append((x - 360 * round((x - out[-1][0]) / 360), y))
    return out


def clipped(degrees: Sequence[Point], edge: float, side: int) -> list[Point]:
    """What of a ring lies on one side of a meridian (Sutherland, Hodgman): 1 east of it, -1 west."""
    out: list[Point] = []
    for (ax, ay), (bx, by) in zip([degrees[-1], *degrees], degrees, strict=False):
        if (ax - edge) * side * (bx - edge) * side < 0:
            out.append((edge, ay + (by - ay) * (edge - ax) / (bx - ax)))
        if (bx - edge) * side >= 0:
            out.append((bx, by))
    return out


def on_the_map(degrees: Sequence[Point]) -> list[list[Point]]:
    """A ring as one or two on the map, projected."""
    found = []
    for turn in (-360, 0, 360):
        moved = [(x + turn, y) for x, y in degrees]
        for edge, side in ((-180, 1), (180, -1)):
            moved = clipped(moved, edge, side) if moved else []
        if moved:
            found.append([project(*one) for one in moved])
    return found


def read_arcs(topology: dict[str, Any]) -> list[list[Point]]:
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(simplify(unwrapped(points)))
    return arcs


def ring(arcs: list[list[Point]], numbers: Sequence[int]) -> list[Point]:
    points: list[Point] = []
    for number in numbers:
        part = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += part[1:] if points else part
    return unwrapped(points)


def area(points: Sequence[Point]) -> float:
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True))) / 2


def path(rings: Sequence[Sequence[Point]], top: float) -> str:
    out = []
    for points in rings:
        whole = [(round(x), round(y - top)) for x, y in points]
        steps = [f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(whole) if a != b]
        # Smaller than a unit: still a place, and no path without a step, which would end the picture.
        steps = steps if len(steps) > 2 else ["1 0", "0 1"]
        out.append(f"M{whole[0][0]} {whole[0][1]}l{' '.join(steps)}z".replace(" -", "-"))
    return "".join(out)


def main(source: str) -> None:
    topology = json.loads(Path(source).read_text("utf-8"))
    arcs = read_arcs(topology)
    top = project(0, _TOP)[1]
    codes = get_global("territory_aliases")
    countries: dict[str, dict[str, Any]] = {}
    land, lowest = "", 0.0
    for one in topology["objects"]["countries"]["geometries"]:
        if one.get("id") == ANTARCTICA or "arcs" not in one:
            continue
        polygons = [one["arcs"]] if one["type"] == "Polygon" else one["arcs"]
        drawn_rings = (one for polygon in polygons for one in on_the_map(ring(arcs, polygon[0])))
        outer = sorted(drawn_rings, key=area, reverse=True)
        rings = [points for number, points in enumerate(outer) if not number or area(points) >= LEAST_AREA]
        drawn = path(rings, top)
        land += drawn
        lowest = max(lowest, *(y - top for points in rings for _, y in points))
        code = codes.get(one.get("id", ""), [""])[0]
        if len(code) == 2:
            middle = [sum(values) / len(rings[0]) for values in zip(*rings[0], strict=True)]
            countries[code] = {
                "path": drawn,
                "at": [round(middle[0]), round(middle[1] - top)],
                "small": area(rings[0]) < 10 * LEAST_AREA,
            }
    height = round(lowest) + 2
    told = {"width": WIDTH, "height": height, "countries": dict(sorted(countries.items()))}
    (HERE / "countries.json").write_text(json.dumps(told, indent=0) + "\n", "utf-8")
    style = "path{fill:#d6d1c6}@media (prefers-color-scheme:dark){path{fill:#38352f}}"
    PICTURE.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"><style>{style}</style>'
        f'<path d="{land}"/></svg>\n',
        "utf-8",
    )


if __name__ == "__main__":
    main(sys.argv[1])
