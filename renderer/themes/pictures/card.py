"""The picture of a link preview (Open Graph, 1200 × 630): a page's title beside the site's motif."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageDraw

from renderer.themes.motifs import figure
from renderer.themes.pictures.canvas import motif_tile
from renderer.themes.pictures.icon import paint_sign
from renderer.themes.pictures.lettering import Face, Typeface, fit_lines, read_typeface

WIDTH, HEIGHT = 1200, 630
_DRAWN = 1
"""Raised when the same card is drawn otherwise, so that its address changes with it."""
_PANEL = 400
_EDGE = 72
_SIZES = (124, 110, 96, 88, 80, 72, 64, 58, 52, 46, 42)
_MOST_LINES = 4
_TITLE_TOP, _TITLE_END = 140.0, 502.0
"""Below the site's name, above the rule over its host."""


@dataclass(frozen=True, slots=True)
class Card:
    """All that a picture shows; `digest` names it. Colours are hex; `heading` and `body` name files of the theme."""

    title: str
    name: str
    host: str
    motif: str
    seed: str
    ground: str
    ink: str
    muted: str
    line: str
    brand: str
    on_brand: str
    accent: str
    band_line: str
    radius: str
    heading: str | None
    body: str | None
    heading_weight: int
    strong_weight: int
    scale: float

    @property
    def digest(self) -> str:
        return sha256(repr((_DRAWN, astuple(self))).encode("utf-8", "replace")).hexdigest()[:24]


def draw_card(card: Card, files: Mapping[str, bytes]) -> bytes:
    """PNG. `files` are the theme's fonts (WOFF2) by the names in the card; a title they cannot write is left out."""
    heading = _typeface(card.heading, files)
    body = _typeface(card.body, files) or heading
    title = heading.known(card.title) or heading.known(card.name) if heading else ""
    name = body.known(card.name) if body else ""
    panel = _PANEL if title else WIDTH
    image = Image.new("RGB", (WIDTH, HEIGHT), card.ground)
    drawn, turn = figure(card.motif, card.seed)
    inks = {"g": card.brand, "a": card.on_brand, "b": card.accent, "c": card.band_line}
    scale = 144 / max(drawn.size) if drawn.size else 1.0
    image.paste(motif_tile(drawn, turn, (panel, HEIGHT), inks, scale), (WIDTH - panel, 0))
    pen = ImageDraw.Draw(image)
    if title and heading and body:
        _write_title(pen, card, title, heading)
        _write_name(image, pen, card, name if name != title else "", body)
    out = BytesIO()
    image.save(out, "PNG", compress_level=7)
    return out.getvalue()


def _typeface(name: str | None, files: Mapping[str, bytes]) -> Typeface | None:
    return read_typeface(files[name]) if name and name in files else None


def _write_title(pen: ImageDraw.ImageDraw, card: Card, title: str, heading: Typeface) -> None:
    leading = 1.1
    box = (WIDTH - _PANEL - 2 * _EDGE + 8, _TITLE_END - _TITLE_TOP)
    sizes = [size * card.scale for size in _SIZES]
    face, lines = fit_lines(title, heading, card.heading_weight, box, sizes, leading, _MOST_LINES)
    step = face.size * leading
    top = _TITLE_TOP + (_TITLE_END - _TITLE_TOP - step * len(lines)) / 2
    for index, line in enumerate(lines):
        pen.text((_EDGE, top + step * index + face.size * 0.86), line, fill=card.ink, font=face, anchor="ls")


def _write_name(image: Image.Image, pen: ImageDraw.ImageDraw, card: Card, name: str, body: Typeface) -> None:
    image.paste(paint_sign(46, card.brand, card.on_brand, card.radius, card.ground), (_EDGE, _EDGE - 6))
    face = body.at(29, card.strong_weight)
    if name:
        pen.text((_EDGE + 64, _EDGE + 27), _cut(name, face, 560), fill=card.ink, font=face, anchor="ls")
    small = body.at(25, 400)
    pen.line(((_EDGE, HEIGHT - _EDGE - 34), (_EDGE + 64, HEIGHT - _EDGE - 34)), fill=card.line, width=4)
    pen.text((_EDGE, HEIGHT - _EDGE + 8), _cut(card.host, small, 640), fill=card.muted, font=small, anchor="ls")


def _cut(text: str, face: Face, width: float) -> str:
    while len(text) > 1 and face.getlength(text) > width:
        text = text[:-2].rstrip() + "…"
    return text
