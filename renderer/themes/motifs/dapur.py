"""What a food stall paints on its cloth: dishes as flat silhouettes, chillies on a cord, broad strokes of a brush.

Classes as in `lattice`. A dish is drawn in a box of about 100 × 76, its middle at (50, 38).
"""

from collections.abc import Sequence
from math import cos, pi, sin
from random import Random

from renderer.themes.motifs.lattice import Repeat

_STEAM = '<path class="bl" d="M36 20C29 13 42 9 35 1M50 20C43 13 56 9 49 1M64 20C57 13 70 9 63 1"/>'
_DISHES = (
    # Catfish: flat head, long whiskers.
    '<path class="a" d="M4 38C7 24 22 21 38 25C60 31 78 33 99 20C94 32 95 44 99 57C80 46 60 51 38 53C20 55 5 50 4 38Z'
    'M34 25C44 12 60 14 68 30ZM40 52C46 62 56 62 60 51Z"/><circle class="g" cx="18" cy="33" r="3"/>'
    '<path class="g" d="M31 28C37 35 37 43 31 50C34 43 34 35 31 28Z"/>'
    '<path class="al" d="M7 33C-2 26-5 18-6 10M12 27C8 18 4 12 0 6M7 44C-1 50-4 58-5 66"/>',
    # Hen.
    '<path class="a" d="'
    "M30 12C38 8 44 14 43 22C46 30 56 32 66 28C74 24 80 14 92 12C98 24 94 44 82 52C70 62 46 64 34 55"
    'C24 47 22 33 26 24L13 26L24 17C25 14 27 13 30 12Z"/>'
    '<path class="b" d="M27 13C24 4 31 4 33 8C35 1 42 4 40 11C37 11 31 10 27 13ZM18 28h7v4c0 6-7 6-7 0z"/>'
    '<path class="g" d="M48 38C60 34 70 38 80 32C80 46 66 54 52 50Z"/><circle class="g" cx="33" cy="18" r="2"/>'
    '<path class="al" d="M52 60V72M45 74L52 70L59 74M66 60V72M59 74L66 70L73 74"/>',
    # Prawn.
    '<path class="a" d="M13 44C8 20 32 5 58 10C82 15 93 36 86 54L99 66L83 64L76 72L74 54C77 40 71 29 56 27'
    'C41 25 33 35 37 47C31 55 17 55 13 44Z"/><circle class="g" cx="22" cy="40" r="2.6"/>'
    '<path class="g" d="M34 13C40 18 41 23 40 28L43 27C44 21 41 16 37 12Z'
    "M54 9C56 15 56 21 54 27L57 27C60 21 60 15 58 10Z"
    'M74 17C71 22 68 27 64 30L66 32C71 29 76 24 77 19Z"/>'
    '<path class="al" d="M15 47C6 54 3 62-3 68M20 50C16 60 14 66 10 74M44 28L40 40M52 28L50 40M60 30L60 42"/>',
    # Bowl of soup.
    '<path class="a" d="M6 28H94C94 50 78 64 64 67V73H36V67C22 64 6 50 6 28Z"/>'
    '<path class="g" d="M14 38H86L85 42H15Z"/><path class="b" d="M25 52a5 5 0 0 1 10 0zM40 52a5 5 0 0 1 10 0z'
    'M55 52a5 5 0 0 1 10 0zM33 59a5 5 0 0 1 10 0zM48 59a5 5 0 0 1 10 0z"/>' + _STEAM,
    # Rice cake in its woven leaf.
    '<path class="a" d="M50 6L90 40L50 74L10 40Z"/><path class="g" d="M30 22L33 20L73 54L70 57Z'
    "M20 31L23 29L63 62L60 65Z"
    'M40 14L43 12L82 46L79 49ZM70 22L67 20L27 54L30 57ZM80 31L77 29L37 62L40 65ZM60 14L57 12L18 46L21 49Z"/>'
    '<path class="bl" d="M50 6C48 0 54-2 52-8M50 74C44 80 40 80 38 86M50 74C54 80 60 80 62 86"/>',
    # Skewers.
    "".join(
        f'<path class="al" d="M2 {y}H98"/><path class="a" d="M10 {y - 8}h18l4 8l-4 8H10l-4-8z'
        f'M36 {y - 8}h16l4 8l-4 8H36l-4-8zM60 {y - 8}h16l4 8l-4 8H60l-4-8z"/>'
        f'<path class="g" d="M14 {y - 3}h9v2h-9zM40 {y - 3}h9v2h-9zM64 {y - 3}h9v2h-9z"/>'
        for y in (16, 38, 60)
    ),
    # Fish on its plate.
    '<path class="a" d="M2 38C16 14 46 8 70 30L98 12C91 28 91 48 98 64L70 46C46 68 16 62 2 38Z"/>'
    '<circle class="g" cx="18" cy="34" r="3.4"/><path class="g" d="M32 20C40 30 40 46 32 56C36 46 36 30 32 20Z'
    'M46 24L49 22L58 36L55 38ZM46 52L49 54L58 40L55 39Z"/>',
)
_DRINKS = (
    # Cup on a saucer.
    '<path class="a" d="M16 26H74V46C74 58 65 64 56 64H34C25 64 16 58 16 46ZM6 67H86L78 73H14Z'
    'M74 31H82C95 31 94 53 79 54H72V48H79C86 47 86 37 81 37H74Z"/><path class="g" d="M24 32H30V48H24Z"/>' + _STEAM,
    # Glass with ice and a straw.
    '<path class="a" d="M24 14H76L68 74H32ZM52 14L60-8L72-12L73-8L63-4L57 14Z"/>'
    '<path class="g" d="M30 26H70L69 31H31ZM38 36l9-3l4 8l-9 4zM53 44l9 2l-2 9l-9-2zM40 52l8 1l-1 8l-8-1z"/>',
    # Kettle.
    '<path class="a" d="M30 24H70C82 30 86 44 84 60L80 72H20L16 56L2 34L0 26L10 24L22 40C24 32 26 28 30 24Z"/>'
    '<path class="a" d="M36 22C36 18 64 18 64 22ZM46 17a4 4 0 0 1 8 0z'
    'M30 20C26-6 74-6 70 20L64 20C66 4 34 4 36 20Z"/>'
    '<path class="g" d="M26 44H80L81 50H24ZM24 58H82L81 62H22Z"/>',
)
_CHILLI = "M0 0C12-8 30-5 42 5C50 12 54 20 55 29C44 17 22 18 6 14C-3 11-4 4 0 0ZM-1 5C-9 6-13 0-13-7L-9-7C-8-3-5-1 0 0Z"

_BEAN = (
    "M-18-3C-16-13 8-16 17-6C10-3 4-4-2-1C-8 2-13 2-18-3Z"
    "M-17 2C-12 6-6 5 0 2C6-1 12 0 18-2C20 8 0 15-10 11C-14 9-16 6-17 2Z"
)


def _place(x: float, y: float, turn: int, scale: float, side: int, body: str) -> str:
    turned = f"translate({x:g} {y:g}) rotate({turn}) scale({side * scale:.2f} {scale:.2f}) translate(-50 -38)"
    return f'<g transform="{turned}">{body}</g>'


def _rays(rng: Random) -> str:
    count, turn = rng.choice((9, 12, 15)), rng.uniform(0, 1)
    rays = ""
    for index in range(count):
        angles = ((index + part) * 2 * pi / count + turn for part in (0, 0.5))
        ends = (f"L{120 + 200 * cos(angle):.0f} {80 + 200 * sin(angle):.0f}" for angle in angles)
        rays += f"M120 80{''.join(ends)}z"
    return f'<path class="c" d="{rays}"/>'


def _plate(rng: Random) -> str:
    x, y = rng.randrange(105, 136), rng.randrange(72, 89)
    return f'<circle class="c" cx="{x}" cy="{y}" r="{rng.randrange(64, 80)}"/>'


def _bands(rng: Random) -> str:
    at, high = rng.randrange(20, 60), rng.randrange(46, 80)
    return f'<path class="c" d="M0 {at}H240V{at + high}H0zM0 {at + high + 8}H240v8H0z"/>'


def lauk(rng: Random) -> str:
    """One dish, as large as the cloth allows, on rays, a plate or a band, with chillies beside it."""
    return _poster(rng, _DISHES, _CHILLI)


def kopi(rng: Random) -> str:
    """The same with what is drunk, and coffee beans beside it."""
    return _poster(rng, _DRINKS, _BEAN)


def _poster(rng: Random, dishes: Sequence[str], beside: str) -> str:
    parts = [rng.choice((_rays, _plate, _bands))(rng)]
    side, turn = rng.choice((1, -1)), rng.randrange(-12, 13)
    parts.append(_place(120, 80, turn, rng.uniform(1.4, 1.7), side, rng.choice(dishes)))
    for x, y in rng.sample(((26, 24), (214, 26), (24, 140), (216, 138)), rng.choice((1, 2))):
        parts.append(
            f'<path class="b" transform="translate({x} {y}) rotate({rng.randrange(0, 360, 15)}) '
            f'scale({rng.uniform(0.8, 1.1):.2f})" d="{beside}"/>'
        )
    return "".join(parts)


def cabai(rng: Random) -> Repeat:
    """Chillies hung on a cord, the border of many a stall's cloth."""
    lean = rng.choice((18, 26, 34))
    tie = rng.choice(('<circle class="b" cx="8" cy="10" r="4"/>', '<path class="b" d="M3 5h10v9H3z"/>'))
    one, two = rng.choice((("a", "b"), ("b", "a"), ("a", "c")))
    cord = '<path class="al" d="M0 10C14 4 34 16 48 10M0 42C14 36 34 48 48 42"/>'
    hang = "".join(
        f'<path class="{name}" transform="translate({x} {y}) rotate({turn}) scale(.5)" d="{_CHILLI}"/>'
        for name, x, y, turn in (
            (one, 8, 10, lean),
            (two, 30, 11, lean + 30),
            (two, 8, 42, lean + 26),
            (one, 30, 43, lean),
        )
    )
    return cord + tie + hang, (48, 64)


def sapuan(rng: Random) -> str:
    """Broad strokes of a flat brush, each with the dry end that its hairs leave."""
    parts: list[str] = []
    y = rng.randrange(-10, 6)
    while y < 160:
        high = rng.choice((18, 26, 36, 50))
        start, end = rng.randrange(-30, 40), rng.randrange(190, 260)
        step = high / (high // 5)
        hairs = "".join(
            f"L{end + rng.randrange(-34, 12)} {y + hair * step:.0f}"
            f"L{end + rng.randrange(-40, 4)} {y + (hair + 0.6) * step:.0f}"
            for hair in range(high // 5)
        )
        lift = rng.randrange(2, 8)
        foot = f"L{end - 20} {y + high}L{start + lift} {y + high}z"
        parts.append(f'<path class="{rng.choice("aabc")}" d="M{start} {y + lift}{hairs}{foot}"/>')
        y += high + rng.choice((6, 10, 14))
    return "".join(parts)
