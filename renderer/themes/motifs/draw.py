"""Seeding, framing and colouring; the figures themselves are in `lattice` and `free`."""

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from random import Random
from typing import NamedTuple

from markupsafe import Markup

from renderer.themes.motifs import dapur, free, lattice

WIDTH, HEIGHT = 240, 160
GROUNDS = 5
"""How many colourings a theme's style sheet has: classes `m0` … `m4`."""


class Figure(NamedTuple):
    """Markup of one repeat and its size; size None means: it fills the frame itself."""

    body: str
    size: tuple[float, float] | None = None
    turns: tuple[int, ...] = (0,)


MOTIFS: dict[str, Callable[[Random], Figure]] = {
    "kawung": lambda rng: Figure(*lattice.kawung(rng), turns=(0, 0, 45)),
    "parang": lambda rng: Figure(*lattice.parang(rng), turns=(-45, -38, 45)),
    "mega-mendung": lambda rng: Figure(*lattice.mega_mendung(rng)),
    "ceplok": lambda rng: Figure(*lattice.ceplok(rng), turns=(0, 0, 45)),
    "truntum": lambda rng: Figure(*lattice.truntum(rng), turns=(0, 45, 20)),
    "tegel": lambda rng: Figure(*lattice.tegel(rng), turns=(0, 0, 45)),
    "ombak": lambda rng: Figure(*lattice.ombak(rng)),
    "daun": lambda rng: Figure(*lattice.daun(rng), turns=(0, 18, -24)),
    "tenun": lambda rng: Figure(free.tenun(rng)),
    "terazo": lambda rng: Figure(free.terazo(rng)),
    "kontur": lambda rng: Figure(free.kontur(rng)),
    "kertas": lambda rng: Figure(free.kertas(rng)),
    "lauk": lambda rng: Figure(dapur.lauk(rng)),
    "kopi": lambda rng: Figure(dapur.kopi(rng)),
    "cabai": lambda rng: Figure(*dapur.cabai(rng), turns=(0, 0, 90)),
    "sapuan": lambda rng: Figure(dapur.sapuan(rng)),
}
_ALSO = {
    "mendung": "mega-mendung", "megamendung": "mega-mendung", "ikat": "tenun", "songket": "tenun", "terrazzo": "terazo",
    "tiles": "tegel", "tile": "tegel", "waves": "ombak", "wave": "ombak", "contour": "kontur", "topographic": "kontur",
    "leaf": "daun", "leaves": "daun", "paper": "kertas", "lines": "kertas", "batik": "kawung", "lurik": "tenun",
    "sidomukti": "ceplok", "melati": "truntum", "jagad": "ceplok", "pecah": "terazo", "sekar": "truntum",
    "can": "daun", "latohan": "ombak",
    "dish": "lauk", "food": "lauk", "chilli": "cabai", "chili": "cabai", "brush": "sapuan",
}  # fmt: skip


_KIN = (
    ("kawung", "ceplok", "parang", "truntum", "tenun", "mega-mendung"),
    ("tegel", "terazo", "ombak"),
    ("kontur", "daun", "ombak"),
    ("kertas", "tegel", "kontur"),
    ("kopi", "lauk"),
    ("cabai", "sapuan"),
)


def kin(motif: str, index: int) -> str:
    """The motif for every other item, its relatives between, so that a wall of works is a collection."""
    family = next((family for family in _KIN if motif in family), (motif,))
    others = [other for other in family if other != motif]
    return motif if index % 2 == 0 or not others else others[index // 2 % len(others)]


def named_motif(text: str | None) -> str | None:
    """The motif that a text names ("Kain Parang Rusak" → parang), or None."""
    for word in (text or "").casefold().replace("mega mendung", "mega-mendung").split():
        word = word.strip(".,:;()")
        if word in MOTIFS or word in _ALSO:
            return _ALSO.get(word, word)
    return None


def figure(motif: str, seed: str) -> tuple[Figure, int]:
    """A motif's one repeat for whoever draws it without SVG, and a turn in degrees that suits it."""
    drawn, rng, _ = _seeded(motif, seed)
    return drawn, rng.choice(drawn.turns)


def _seeded(motif: str, seed: str) -> tuple[Figure, Random, str]:
    motif = _ALSO.get(motif, motif)
    if motif not in MOTIFS:
        motif = "terazo"
    digest = blake2b(f"{motif}|{seed}".encode("utf-8", "replace"), digest_size=8).hexdigest()
    rng = Random(int(digest, 16))  # noqa: S311 - a drawing, not a secret
    return MOTIFS[motif](rng), rng, digest


@lru_cache(maxsize=4096)
def draw_motif(motif: str, seed: str, *, ground: int | None = None, shape: str = "tile") -> Markup:
    """An SVG for decoration. `seed` names site and item; `ground` fixes the colouring; shape: tile, strip or tall."""
    figure, rng, digest = _seeded(motif, seed)
    colouring = rng.randrange(GROUNDS - 1) if ground is None else ground % GROUNDS
    width, height = {"strip": (480, 64), "tall": (120, 320)}.get(shape, (WIDTH, HEIGHT))
    if figure.size is None:
        body = figure.body
        box = f"0 0 {WIDTH} {HEIGHT}"
        if shape == "strip":
            box = f"0 {rng.randrange(20, 60)} {WIDTH} 32"
        elif shape == "tall":
            box = f"{rng.randrange(40, 120)} 0 60 {HEIGHT}"
    else:
        turn = rng.choice(figure.turns)
        scale = rng.choice((0.8, 1, 1.25, 1.6)) if shape == "tile" else rng.choice((0.8, 1))
        shift = f"{rng.randrange(0, 40)} {rng.randrange(0, 40)}"
        transform = f"translate({shift}) rotate({turn}) scale({scale:g})"
        name = f"m{digest}{shape[0]}"
        body = (
            f'<defs><pattern id="{name}" width="{figure.size[0]:g}" height="{figure.size[1]:g}" '
            f'patternUnits="userSpaceOnUse" patternTransform="{transform}">{figure.body}</pattern></defs>'
            f'<rect width="{width}" height="{height}" fill="url(#{name})"/>'
        )
        box = f"0 0 {width} {height}"
    return Markup(  # noqa: S704 - constants and numbers only
        f'<svg class="motif m{colouring}" viewBox="{box}" preserveAspectRatio="xMidYMid slice" '
        f'aria-hidden="true" focusable="false">{body}</svg>'
    )
