"""Words on a bitmap, in a theme's own faces."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from unicodedata import category, normalize

from fontTools.ttLib import TTFont
from PIL import ImageFont

Face = ImageFont.FreeTypeFont
_LEAST_KEPT = 0.6
"""Share of a text's letters that a face must have; below it the text would be a riddle."""


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font file of a theme (WOFF2) that can be set at any size; `glyphs` are the characters it has."""

    data: bytes
    glyphs: frozenset[int]

    def at(self, size: float, weight: int) -> Face:
        """A face of its own for each drawing: FreeType's are not for two threads at once."""
        face = ImageFont.truetype(BytesIO(self.data), size)
        try:
            axes = face.get_variation_axes()
        except OSError:  # not a variable font
            return face
        face.set_variation_by_axes([_within(axis, weight) for axis in axes])
        return face

    def known(self, text: str) -> str:
        """The text without what this face lacks (emoji, other scripts); empty when too little is left."""
        text = " ".join(normalize("NFC", text).split())
        kept = "".join(mark for mark in text if ord(mark) in self.glyphs or mark == " ")
        letters, left = (sum(category(mark)[0] in "LN" for mark in part) for part in (text, kept))
        return " ".join(kept.split()) if left and left >= letters * _LEAST_KEPT else ""


def _within(axis: ImageFont.Axis, weight: int) -> float:
    low, high = axis["minimum"] or 0, axis["maximum"] or 0
    named = (axis["name"] or b"").decode("latin-1")
    return min(high, max(low, weight)) if named == "Weight" else axis["default"] or low


@lru_cache(maxsize=16)
def read_typeface(woff2: bytes) -> Typeface:
    """FreeType as Pillow brings it reads no WOFF2, so the font is unpacked once, in memory."""
    font = TTFont(BytesIO(woff2))
    font.flavor = None
    plain = BytesIO()
    font.save(plain)
    return Typeface(plain.getvalue(), frozenset(font.getBestCmap() or ()))


def set_lines(text: str, face: Face, width: float) -> list[str]:
    """Words in lines no wider than `width`; a word that is wider alone is broken where it must be."""
    lines: list[str] = []
    for word in text.split():
        if lines and face.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
            continue
        while face.getlength(word) > width and len(word) > 1:
            cut = next(end for end in range(len(word) - 1, 0, -1) if end == 1 or face.getlength(word[:end]) <= width)
            lines.append(word[:cut])
            word = word[cut:]
        lines.append(word)
    return lines


def fit_lines(
    text: str,
    typeface: Typeface,
    weight: int,
    box: tuple[float, float],
    sizes: Sequence[float],
    leading: float,
    most: int,
) -> tuple[Face, list[str]]:
    """The largest of `sizes` at which the text fits the box in `most` lines of nearly equal length; cut at the last."""
    width, height = box
    face, lines = typeface.at(sizes[-1], weight), [""]
    for size in sizes:
        face = typeface.at(size, weight)
        lines = set_lines(text, face, width)
        if len(lines) <= most and len(lines) * size * leading <= height and not _broken(lines, text):
            return face, _balanced(text, face, width, lines)
    most = min(most, max(1, int(height / (sizes[-1] * leading))))
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip(" ,.;:–-") + "…"]
    return face, lines


def _broken(lines: list[str], text: str) -> bool:
    return " ".join(lines) != " ".join(text.split())


def _balanced(text: str, face: Face, width: float, lines: list[str]) -> list[str]:
    """As many lines, but in the narrowest column that holds them: no lonely last word."""
    for share in (0.6, 0.68, 0.76, 0.84, 0.92):
        narrow = set_lines(text, face, width * share)
        if len(narrow) == len(lines) and not _broken(narrow, text):
            return narrow
    return lines
