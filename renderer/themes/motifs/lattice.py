"""Figures that repeat on a lattice: one repeat and its size. Classes: a, b, c are fills, al, bl, cl lines."""

from math import cos, pi, sin
from random import Random

Repeat = tuple[str, tuple[float, float]]


def kawung(rng: Random) -> Repeat:
    """Four petals of the sugar palm fruit round a point, as on the court cloths of Yogyakarta."""
    fat = rng.choice((8.5, 9.5, 10.5))
    fill, line = rng.choice((("a", "b"), ("a", "c"), ("b", "a")))
    petals = "".join(
        f'<ellipse class="{fill}" cx="{x}" cy="{y}" rx="{fat}" ry="13" transform="rotate({turn} {x} {y})"/>'
        f'<path class="{line}l" d="M{x - 6.5} {y - 6.5 * side}L{x + 6.5} {y + 6.5 * side}"/>'
        for x, y, turn, side in ((12, 12, -45, 1), (36, 12, 45, -1), (12, 36, 45, -1), (36, 36, -45, 1))
    )
    heart = rng.choice(
        (
            f'<rect class="{line}" x="21" y="21" width="6" height="6" transform="rotate(45 24 24)"/>',
            f'<circle class="{line}" cx="24" cy="24" r="3"/>',
            f'<path class="{line}l" d="M24 19v10M19 24h10"/>',
        )
    )
    return petals + heart, (48, 48)


def parang(rng: Random) -> Repeat:
    """The broken knife: S-curves in ranks, with a row of lozenges (mlinjon) between."""
    wide = rng.choice((26, 32))
    lean = rng.choice((5, 8))
    knife = (
        f'<path class="a" d="M0 4C{lean} 4 {lean + 6} 10 {lean + 4} 17C{lean + 2} 23 {lean + 8} 27 16 26'
        f'C13 {wide + 2} 2 {wide} 1 22C0 16 5 14 4 10C3 7 0 8 0 4Z"/>'
        '<circle class="b" cx="10" cy="12" r="2"/>'
    )
    row = f'<path class="b" d="M0 {wide + 9}l5 -4l5 4l-5 4zM12 {wide + 9}l3 -2.5l3 2.5l-3 2.5z"/>'
    lines = f'<path class="cl" d="M0 {wide + 3.5}h20M0 {wide + 14.5}h20"/>'
    return knife + row + lines, (20, wide + 17)


def mega_mendung(rng: Random) -> Repeat:
    """Rain clouds of Cirebon: one outline, nested in graded shades."""
    height = rng.choice((64, 70))
    cloud = "M-8 40c0-9 9-13 15-8c2-11 18-12 21-2c6-7 18-3 17 7c8-1 13 6 9 12h-54c-6 0-9-4-8-9z"
    parts = []
    for place in ((10, -18), (52, height / 2 - 18)):
        for step, (scale, name) in enumerate(((1, "c"), (0.78, "b"), (0.55, "a"), (0.3, "g"))):
            x, y = place[0] + 23 * (1 - scale), place[1] + 42 * (1 - scale) + step * 0.6
            parts.append(f'<path class="{name}" transform="translate({x:.1f} {y:.1f}) scale({scale})" d="{cloud}"/>')
    drift = rng.choice((4, 9))
    parts.append(f'<path class="cl" d="M{drift} {height - 6}h26M{drift + 40} {height / 2 - 8}h18"/>')
    return "".join(parts), (104, height)


def ceplok(rng: Random) -> Repeat:
    """Rosettes cut open like a fruit, in a grid, with a quarter figure at each corner."""
    count = rng.choice((6, 8, 8, 12))
    inner = rng.choice((4, 5))
    petals = "".join(
        f'<ellipse class="{"a" if index % 2 == 0 or count == 6 else "b"}" cx="28" cy="15" '
        f'rx="{3.6 if count > 8 else 4.6}" ry="8.5" transform="rotate({360 * index / count:g} 28 28)"/>'
        for index in range(count)
    )
    core = f'<circle class="g" cx="28" cy="28" r="{inner + 1.5}"/><circle class="b" cx="28" cy="28" r="{inner - 1}"/>'
    ring = '<circle class="cl" cx="28" cy="28" r="24.5"/>' if rng.random() < 0.6 else ""
    corner = rng.choice(
        (
            '<path class="b" d="M0 8V0h8zM48 0h8v8zM56 48v8h-8zM8 56H0v-8z"/>',
            '<path class="al" d="M0 9A9 9 0 0 0 9 0M47 0A9 9 0 0 0 56 9M56 47A9 9 0 0 0 47 56M9 56A9 9 0 0 0 0 47"/>',
            '<path class="c" d="M0 12V0h12zM44 0h12v12zM56 44v12H44zM12 56H0V44z"/>',
        )
    )
    return ring + petals + core + corner, (56, 56)


def truntum(rng: Random) -> Repeat:
    """Stars of jasmine, strewn in a half-drop."""
    rays = rng.choice((6, 8))
    parts = []
    for x, y, size, name in ((14, 14, 9, "a"), (42, 42, rng.choice((6, 9)), "b")):
        spokes = "".join(
            f"M{x} {y}L{x + size * cos(2 * pi * i / rays):.1f} {y + size * sin(2 * pi * i / rays):.1f}"
            for i in range(rays)
        )
        parts.append(f'<path class="{name}l" d="{spokes}"/><circle class="{name}" cx="{x}" cy="{y}" r="2.6"/>')
    dot = rng.choice((1.6, 2.2))
    parts.append(f'<circle class="c" cx="42" cy="14" r="{dot}"/><circle class="c" cx="14" cy="42" r="{dot}"/>')
    return "".join(parts), (56, 56)


def tegel(rng: Random) -> Repeat:
    """Cement floor tiles as in houses of the 1920s; four quarter turns of one drawing."""
    kind = rng.randrange(4)
    quarter = (
        '<path class="a" d="M0 0h20A20 20 0 0 1 0 20z"/>'
        '<path class="bl" d="M26 0A26 26 0 0 1 0 26"/><path class="c" d="M32 32V20A12 12 0 0 0 20 32z"/>',
        '<path class="a" d="M0 0L32 8L8 32z"/><path class="b" d="M32 32V22L22 32z"/><path class="cl" d="M4 28L28 4"/>',
        '<path class="c" d="M0 0h32A32 32 0 0 1 0 32z"/>'
        '<path class="a" d="M0 0h16A16 16 0 0 1 0 16z"/><path class="b" d="M32 32l-9-3l6-6z"/>',
        '<path class="a" d="M0 32A32 32 0 0 1 32 0A22 22 0 0 1 0 32z"/>'
        '<circle class="b" cx="6" cy="6" r="4"/><path class="cl" d="M32 14A18 18 0 0 0 14 32"/>',
    )[kind]
    turned = "".join(f'<g transform="rotate({turn} 32 32)">{quarter}</g>' for turn in (0, 90, 180, 270))
    return turned + '<path class="cl" d="M0 0h64M0 0v64"/>', (64, 64)


def ombak(rng: Random) -> Repeat:
    """Waves: nested arcs in overlapping rows."""
    rings = rng.choice(((22, 16, 10, 4), (22, 17, 12), (22, 14, 6)))
    parts = []
    for x, y in ((22, 24), (0, 35), (44, 35), (22, 46)):
        for index, radius in enumerate(rings):
            name = ("g", "c", "a", "b")[index % 4] if rng.random() > 0 else "a"
            parts.append(f'<circle class="{name}{" al" if index == 0 else ""}" cx="{x}" cy="{y}" r="{radius}"/>')
    return "".join(parts), (44, 22)


def daun(rng: Random) -> Repeat:
    """Leaves on a stem, pair by pair."""
    reach = rng.choice((16, 19))
    leaf = f"M0 0C{reach * 0.3:.1f} -7 {reach * 0.8:.1f} -7 {reach} -3C{reach * 0.8:.1f} 4 {reach * 0.3:.1f} 5 0 0Z"
    parts = ['<path class="al" d="M26 0v60"/>']
    names = rng.sample(("a", "b", "a", "c"), 4)
    for index, y in enumerate((8, 23, 38, 53)):
        name = names[index]
        parts.append(
            f'<path class="{name}" transform="translate(26 {y}) rotate({-28 + rng.randrange(8)})" d="{leaf}"/>'
        )
        parts.append(
            f'<path class="{name}" transform="translate(26 {y}) scale(-1 1) '
            f'rotate({-28 + rng.randrange(8)})" d="{leaf}"/>'
        )
    return "".join(parts), (52, 60)
