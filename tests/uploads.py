"""Pictures as owners' machines have them, and as nobody's should."""

import io
from typing import Any

from PIL import Image, ImageCms, ImageDraw


def picture(width: int = 900, height: int = 600, form: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """Red on the left, blue on the right, a green corner at the top left."""
    made = Image.new("RGB", (width, height), (200, 30, 30))
    pen = ImageDraw.Draw(made)
    pen.rectangle((width // 2, 0, width, height), fill=(30, 30, 200))
    pen.rectangle((0, 0, width // 4, height // 4), fill=(30, 180, 30))
    out = io.BytesIO()
    made.convert(mode).save(out, form, **options)
    return out.getvalue()


def turned() -> bytes:
    """Lying on its side, as telephones store what was taken upright, with where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Rahasia Telepon"
    exif.get_ifd(0x8825)[1] = "S"
    return picture(900, 600, exif=exif, quality=90)


def see_through(width: int = 400) -> bytes:
    made = Image.new("RGBA", (width, width), (0, 0, 0, 0))
    ImageDraw.Draw(made).ellipse((20, 20, width - 20, width - 20), fill=(200, 30, 30, 255))
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def profiled() -> bytes:
    """Grey as its profile says: the same numbers are another colour without it."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    return picture(300, 200, icc_profile=profile)


def bomb() -> bytes:
    """A small file that unfolds into 400 million pixels."""
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()
