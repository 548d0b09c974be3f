"""A sheet of 1200 × 630 pixels that a composition is drawn on, in a site's own colours, faces and motif."""

from collections.abc import Mapping
from io import BytesIO

from PIL import Image, ImageDraw

from renderer.themes.motifs import figure
from renderer.themes.pictures.canvas import motif_tile
from renderer.themes.pictures.icon import paint_sign
from renderer.themes.pictures.lettering import Face, Typeface, fit_lines

WIDTH, HEIGHT = 1200, 630
_SIZES = (148, 132, 118, 104, 94, 86, 78, 70, 64, 58, 52, 46, 42)
_CAP = 0.86
"""Where the first line's baseline lies, in ems below its top."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Inks = Mapping[str, str]


class Sheet:
    """Every method draws; colours are names of the palette."""

    def __init__(
        self,
        inks: Inks,
        motif: str,
        seed: str,
        heading: Typeface | None,
        body: Typeface | None,
        heading_weight: int,
        strong_weight: int,
        scale: float,
    ) -> None:
        self.inks, self._motif, self._seed = inks, motif, seed
        self.heading, self._body = heading, body
        self.heading_weight, self._strong_weight, self._scale = heading_weight, strong_weight, scale
        self.image = Image.new("RGB", (WIDTH, HEIGHT), inks["ground"])
        self.pen = ImageDraw.Draw(self.image)

    def fill(self, box: Box, ink: str) -> None:
        left, top, right, bottom = box
        self.pen.rectangle((left, top, right - 1, bottom - 1), fill=self.inks[ink])

    def shape(self, points: tuple[tuple[float, float], ...], ink: str) -> None:
        self.pen.polygon(points, fill=self.inks[ink])

    def motif(self, box: Box, inks: tuple[str, str, str, str], part: str = "", step: float = 144) -> None:
        """The site's motif in ground and three inks. `part` names another figure of the same site; `step`: pixels of a
        repeat's longer side."""
        left, top, right, bottom = map(round, box)
        drawn, turn = figure(self._motif, f"{self._seed}{part}")
        colours = {key: self.inks[ink] for key, ink in zip("gabc", inks, strict=True)}
        scale = step / max(drawn.size) if drawn.size else 1.0
        self.image.paste(motif_tile(drawn, turn, (right - left, bottom - top), colours, scale), (left, top))

    def sign(self, x: int, y: int, size: int, radius: str, ground: str) -> None:
        """The site's drawn icon."""
        self.image.paste(paint_sign(size, self.inks["brand"], self.inks["on-brand"], radius, self.inks[ground]), (x, y))

    def title(
        self,
        text: str,
        box: Box,
        ink: str,
        *,
        most: int = 4,
        stand: float = 0.5,
        leading: float = 1.1,
        largest: int = 132,
    ) -> float:
        """The text as large as the box allows; `stand` 0: at its top, 1: at its foot. Returns where it ends."""
        left, top, right, bottom = box
        if self.heading is None:
            return top
        sizes = [size * self._scale for size in _SIZES if size <= largest]
        room = (right - left, bottom - top)
        face, lines = fit_lines(text, self.heading, self.heading_weight, room, sizes, leading, most)
        step = face.size * leading
        begin = top + (bottom - top - step * len(lines)) * stand
        for index, line in enumerate(lines):
            at = (left, begin + step * index + face.size * _CAP)
            self.pen.text(at, line, fill=self.inks[ink], font=face, anchor="ls")
        return begin + step * len(lines)

    def say(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        ink: str,
        width: float,
        *,
        strong: bool = False,
        end: bool = False,
    ) -> None:
        """One line of small print with its baseline at `y`, cut to `width`; `end`: it ends at `x`."""
        if not text or self._body is None:
            return
        face = self.strong(size) if strong else self._body.at(size, 400)
        self.pen.text((x, y), _cut(text, face, width), fill=self.inks[ink], font=face, anchor="rs" if end else "ls")

    def strong(self, size: float) -> Face:
        """The body's face as names are set in."""
        if self._body is None:
            raise ValueError("no face for small print")
        return self._body.at(size, self._strong_weight)

    def png(self) -> bytes:
        out = BytesIO()
        self.image.save(out, "PNG", compress_level=7)
        return out.getvalue()


def _cut(text: str, face: Face, width: float) -> str:
    while len(text) > 1 and face.getlength(text) > width:
        text = text[:-2].rstrip() + "…"
    return text
