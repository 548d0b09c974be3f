"""The picture of a link preview (Open Graph, 1200 × 630): what it says, and in which composition."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from renderer.themes.pictures.compositions import COMPOSITIONS
from renderer.themes.pictures.lettering import Typeface, read_typeface
from renderer.themes.pictures.sheet import HEIGHT, WIDTH, Inks, Sheet

__all__ = ["HEIGHT", "SHADES", "WIDTH", "Card", "draw_card"]

_DRAWN = 2
"""Raised when the same card is drawn otherwise, so that its address changes with it."""
SHADES = (
    "ground", "ink", "muted", "line", "edge", "raised", "sunk", "brand", "on-brand", "brand-ink", "brand-edge",
    "accent", "on-accent", "band", "on-band", "band-muted", "band-line", "band-motif", "board", "on-board", "cloth",
    "motif-1", "motif-2", "motif-3", "cat-1", "cat-2", "cat-3",
)  # fmt: skip
"""The palette's colours that compositions use."""


@dataclass(frozen=True, slots=True)
class Card:
    """All that a picture shows; `digest` names it. `note` stands beside the host; `shades` are names with hex colours;
    `heading` and `body` name files of the theme."""

    composition: str
    title: str
    name: str
    note: str
    host: str
    motif: str
    seed: str
    shades: tuple[tuple[str, str], ...]
    radius: str
    heading: str | None
    body: str | None
    heading_weight: int
    strong_weight: int
    scale: float

    @property
    def digest(self) -> str:
        return sha256(f"{_DRAWN} {self!r}".encode("utf-8", "replace")).hexdigest()[:24]


def draw_card(card: Card, files: Mapping[str, bytes]) -> bytes:
    """PNG. `files` are the theme's fonts (WOFF2) by the names in the card; a title they cannot write is left out."""
    heading = _typeface(card.heading, files)
    body = _typeface(card.body, files) or heading
    inks: Inks = dict(card.shades)
    sheet = Sheet(inks, card.motif, card.seed, heading, body, card.heading_weight, card.strong_weight, card.scale)
    title = heading.known(card.title) or heading.known(card.name) if heading else ""
    if not title:
        sheet.motif((0, 0, WIDTH, HEIGHT), ("brand", "on-brand", "accent", "band-line"))
        return sheet.png()
    name = body.known(card.name) if body else ""
    foot = " · ".join(part for part in (body.known(card.note) if body else "", card.host) if part)
    COMPOSITIONS[card.composition](sheet, title, name if name != title else "", foot, card.radius)
    return sheet.png()


def _typeface(name: str | None, files: Mapping[str, bytes]) -> Typeface | None:
    return read_typeface(files[name]) if name and name in files else None
