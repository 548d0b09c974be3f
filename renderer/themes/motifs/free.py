"""Figures that fill their frame (240 × 160) without a repeat. Classes as in `lattice`."""

from math import cos, pi, sin
from random import Random


def tenun(rng: Random) -> str:
    """Bands of a woven cloth, each with a small figure across."""
    parts: list[str] = []
    y = -rng.randrange(0, 14)
    last = -1
    while y < 160:
        kind = rng.choice([kind for kind in range(5) if kind != last])
        last = kind
        height = rng.choice((10, 14, 20, 28))
        name = rng.choice("ab")
        if kind == 0:
            parts.append(f'<rect class="{rng.choice("abc")}" y="{y}" width="240" height="{height // 2}"/>')
            height //= 2
        elif kind == 1:
            step = height
            zig = f"l{step / 2:g} {-height + 4}l{step / 2:g} {height - 4}" * (240 // step + 1)
            parts.append(f'<path class="{name}l" d="M0 {y + height - 2}{zig}"/>')
        elif kind == 2:
            step = rng.choice((16, 20, 24))
            half, wide = height / 2, step * 0.36
            gems = "".join(
                f"M{x} {y + half:g}l{wide:.1f} {1 - half:g}l{wide:.1f} {half - 1:g}l{-wide:.1f} {half - 1:g}z"
                for x in range(0, 240, step)
            )
            parts.append(f'<path class="{name}" d="{gems}"/>')
        elif kind == 3:
            parts.append(
                f'<path class="cl" stroke-dasharray="{rng.choice(("2 4", "6 3", "10 4"))}" '
                f'd="M0 {y + 3}h240M0 {y + 7}h240"/>'
            )
            height = 10
        else:
            height = 6
        y += height + 2
    return "".join(parts)


def terazo(rng: Random) -> str:
    """Chips of stone in cement: angular, of three sizes, never touching."""
    parts: dict[str, list[str]] = {"a": [], "b": [], "c": []}
    taken: list[tuple[float, float, float]] = []
    for _ in range(220):
        if len(taken) >= 40:
            break
        radius = rng.choice((4, 5, 7, 9, 13, 18))
        x, y = rng.uniform(0, 240), rng.uniform(0, 160)
        if any((x - u) ** 2 + (y - v) ** 2 < (radius + w + 2.5) ** 2 for u, v, w in taken):
            continue
        taken.append((x, y, radius))
        corners = rng.choice((4, 5, 5, 6))
        turn = rng.uniform(0, 2 * pi)
        points = []
        for index in range(corners):
            angle = turn + 2 * pi * index / corners + rng.uniform(-0.3, 0.3)
            reach = radius * rng.uniform(0.65, 1)
            points.append(f"{x + reach * cos(angle):.0f} {y + reach * sin(angle):.0f}")
        parts[rng.choice("aabc")].append("M" + "L".join(points) + "z")
    return "".join(f'<path class="{name}" d="{"".join(paths)}"/>' for name, paths in parts.items() if paths)


def kontur(rng: Random) -> str:
    """Contour lines of a hill, as on a hiking map; every third one is heavier."""
    cx, cy = rng.uniform(60, 180), rng.uniform(40, 120)
    waves = [(rng.uniform(0.05, 0.16), rng.randrange(2, 5), rng.uniform(0, 6)) for _ in range(3)]
    parts = []
    for ring in range(1, 12):
        radius = 9 + ring * 14
        points = []
        for index in range(14):
            angle = 2 * pi * index / 14
            bend = 1 + sum(size * sin(count * angle + phase + ring * 0.12) for size, count, phase in waves)
            points.append((cx + 1.3 * radius * bend * cos(angle), cy + 0.85 * radius * bend * sin(angle)))
        middle = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(points, points[1:] + points[:1], strict=True)]
        path = f"M{middle[-1][0]:.0f} {middle[-1][1]:.0f}" + "".join(
            f"Q{p[0]:.0f} {p[1]:.0f} {m[0]:.0f} {m[1]:.0f}" for p, m in zip(points, middle, strict=True)
        )
        name = "al" if ring % 3 == 0 else "cl"
        parts.append(f'<path class="{name}" d="{path}"/>' if ring > 1 else f'<path class="b" d="{path}"/>')
    return "".join(parts)


def kertas(rng: Random) -> str:
    """A printed page: headlines, an initial, rules, ornaments and lines of text, locked into columns."""
    columns = rng.choice((2, 3))
    width = (240 - 14 * (columns + 1)) // columns
    parts: list[str] = []
    for column in range(columns):
        x, y, last = 14 + column * (width + 14), rng.choice((-6, 4, 12)), -1
        while y < 156:
            kind = rng.choice([kind for kind in range(5) if kind != last])
            last = kind
            figure, height = _PRESS[kind](rng, x, y, width)
            parts.append(figure)
            y += height
    return "".join(parts)


def _headline(rng: Random, x: int, y: int, width: int) -> tuple[str, int]:
    name = rng.choice("ab")
    bars = f"M{x} {y}h{width}v8h-{width}zM{x} {y + 13}h{width * rng.uniform(0.4, 0.8):.0f}v8H{x}z"
    return f'<path class="{name}" d="{bars}"/>', 31


def _initial(rng: Random, x: int, y: int, width: int) -> tuple[str, int]:
    size = 20
    beside = "".join(f"M{x + size + 6} {y + 2 + row * 6}h{width - size - 6}" for row in range(4))
    below = f"M{x} {y + 26}h{width}M{x} {y + 32}h{width * rng.uniform(0.3, 0.7):.0f}"
    return f'<path class="a" d="M{x} {y}h{size}v{size}h-{size}z"/><path class="cl" d="{beside}{below}"/>', 42


def _lines(rng: Random, x: int, y: int, width: int) -> tuple[str, int]:
    count = rng.randrange(3, 6)
    rows = "".join(
        f"M{x} {y + row * 6}h{width if row < count - 1 else width * rng.uniform(0.3, 0.8):.0f}" for row in range(count)
    )
    return f'<path class="cl" d="{rows}"/>', count * 6 + 6


def _ornament(rng: Random, x: int, y: int, width: int) -> tuple[str, int]:
    middle, size = x + width // 2, rng.choice((4, 5))
    gems = "".join(f"M{middle + step * 16} {y}l{size} {size}l-{size} {size}l-{size}-{size}z" for step in (-1, 0, 1))
    return f'<path class="{rng.choice("ab")}" d="{gems}"/>', 2 * size + 10


def _rule(rng: Random, x: int, y: int, width: int) -> tuple[str, int]:
    return f'<path class="a" d="M{x} {y}h{width}v3h-{width}z"/><path class="al" d="M{x} {y + 6}h{width}"/>', 15


_PRESS = (_headline, _initial, _lines, _ornament, _rule)
