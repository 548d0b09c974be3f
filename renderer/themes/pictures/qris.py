"""The picture of a QRIS: the code, in whose name, and the national number, as it hangs on a counter."""

from dataclasses import astuple
from hashlib import sha256
from io import BytesIO

import segno
from PIL import Image, ImageDraw, ImageFont

from renderer.themes.text.money import rupiah
from renderer.themes.text.qris import Qris

WIDTH, HEIGHT = 720, 900
_DRAWN = 1
"""Raised when the same code is drawn otherwise, so that its address changes with it."""
_TOP = 168
_QUIET = 4
"""Modules of white round a code (ISO/IEC 18004, 5.3.8)."""
_MOST_SIZE, _LEAST_SIZE = 44, 20


def digest(code: Qris) -> str:
    return sha256(repr((_DRAWN, astuple(code))).encode()).hexdigest()[:24]


def draw_qris(code: Qris) -> bytes:
    """PNG, black on white whatever the site's colours are: scanners want it so. All its texts are ASCII."""
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(image)
    _write(pen, "QRIS", 64, _MOST_SIZE)
    _write(pen, code.merchant, 128, _MOST_SIZE)
    _paint_code(pen, code.payload)
    below = (code.nmid and f"NMID {code.nmid}", code.city, rupiah(code.amount) if code.amount is not None else None)
    _write(pen, "  ".join(part for part in below if part), HEIGHT - 56, 28)
    out = BytesIO()
    image.quantize(16).save(out, "PNG", optimize=True)
    return out.getvalue()


def _paint_code(pen: ImageDraw.ImageDraw, payload: str) -> None:
    rows = tuple(segno.make_qr(payload, error="m").matrix)
    module = min(WIDTH, HEIGHT - _TOP - 96) // (len(rows) + 2 * _QUIET)
    left = (WIDTH - module * len(rows)) // 2
    top = _TOP + (HEIGHT - _TOP - 96 - module * len(rows)) // 2
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                place = (left + x * module, top + y * module)
                pen.rectangle((*place, place[0] + module - 1, place[1] + module - 1), fill=0)


def _write(pen: ImageDraw.ImageDraw, text: str, middle: int, size: int) -> None:
    """In one line, in the middle, as large as it fits."""
    face = ImageFont.load_default(size)
    while size > _LEAST_SIZE and pen.textlength(text, face) > WIDTH - 64:
        size -= 2
        face = ImageFont.load_default(size)
    pen.text((WIDTH // 2, middle), text, fill=0, font=face, anchor="mm")
