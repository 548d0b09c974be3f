"""An upload → the files that are served of it, by Pillow. Pure, and slow: `studio.py` runs it in a process of its own.

What comes out holds pixels and nothing else: no EXIF (places, names of devices), no profile, no comment, no
second picture.
"""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError, features

from renderer.media.heif import open_heif

_FORMATS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
_AVIF = frozenset((b"avif", b"avis"))
_GENERAL = frozenset((b"mif1", b"msf1"))
_HEIF = _GENERAL | {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"heif"}
MOST_PIXELS = 80_000_000
"""A picture that unfolds into more is refused before it does: some 320 MB."""
LONGEST_SIDE = 20_000
WEBP_QUALITY, JPEG_QUALITY = 80, 82
AVIF_QUALITY, AVIF_SPEED = 55, 8
"""Nearer to photographs than WebP at its own quality, in three quarters of the bytes and as little time."""
AVIF_GAIN = 0.95
"""AVIF is kept where all its files together are at most so much of WebP's."""
AVIF_BEFORE = 10.0
"""Seconds of CPU after which it is not begun: a picture that is hard to draw is to be had without it."""
_CAN_AVIF = features.check("avif")
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@dataclass(frozen=True, slots=True)
class Order:
    """Which widths are wanted, as far as the picture is as wide: `own.STEPS`, `own.FALLBACK_STEPS`, `own.TALLEST`."""

    steps: tuple[int, ...]
    fallback_steps: tuple[int, ...]
    tallest: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """`files` are (name, bytes): `320.webp`, …, `1280.jpg`, and `320.avif`, … where `has_avif`."""

    width: int
    height: int
    fallback: str
    files: tuple[tuple[str, bytes], ...]

    @property
    def has_avif(self) -> bool:
        return any(name.endswith(".avif") for name, _ in self.files)


class Refused(ValueError):
    """`why`: svg, heic (one that libheif cannot read), type (none that is taken), dimensions (too many pixels), broken,
    too_hard (time or memory)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def format_of(data: bytes) -> str:
    """Pillow's name of the format that the content has, HEIF for HEIC and its kin (ISO/IEC 23008-12, annex B).

    Raises Refused for all that is not taken.
    """
    for start, found in _FORMATS:
        if data.startswith(start):
            return found
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        brand, length = data[8:12], min(int.from_bytes(data[:4]), 256)
        others = {data[at : at + 4] for at in range(16, length, 4)}
        if brand in _AVIF or (brand in _GENERAL and others & _AVIF):
            return "AVIF"
        if brand in _HEIF:
            return "HEIF"
    beginning = data[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    raise Refused("svg" if beginning.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")) else "type")


def draw(data: bytes, order: Order) -> Drawn:
    """Raises Refused. A moving picture becomes its first frame."""
    began, found = time.process_time(), format_of(data)
    try:
        with open_heif(data) if found == "HEIF" else Image.open(io.BytesIO(data), formats=[found]) as opened:
            if opened.width * opened.height > MOST_PIXELS or max(opened.size) > LONGEST_SIDE:
                raise Refused("dimensions")
            if found == "JPEG":
                # Unfolded at a half, a quarter or an eighth, where that is enough.
                opened.draft(None, (order.steps[-1], order.steps[-1]))
            profile = opened.info.get("icc_profile")
            whole = _pixels(_fit(ImageOps.exif_transpose(opened), order), profile)
    except (Image.DecompressionBombError, MemoryError):
        raise Refused("dimensions") from None
    except Refused:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, RuntimeError):
        raise Refused("heic" if found == "HEIF" else "broken") from None
    fallback = "png" if whole.mode == "RGBA" else "jpg"
    files = tuple(_files(whole, fallback, order))
    webp = sum(len(body) for name, body in files if name.endswith(".webp"))
    if _CAN_AVIF and time.process_time() - began < AVIF_BEFORE:
        files += _avif(whole, order, int(webp * AVIF_GAIN))
    return Drawn(whole.width, whole.height, fallback, files)


def _fit(picture: Image.Image, order: Order) -> Image.Image:
    """As large as the largest file. In a mode that can be resized without losing what is transparent."""
    if picture.mode in ("P", "PA", "LA", "RGBa") or (
        picture.mode in ("1", "L", "RGB") and "transparency" in picture.info
    ):
        picture = picture.convert("RGBA")
    elif picture.mode.startswith("I;16"):
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    elif picture.mode == "1":
        picture = picture.convert("L")
    scale = min(1.0, order.steps[-1] / picture.width, order.tallest / picture.height)
    if scale == 1.0:
        return picture
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _pixels(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB, as RGB, or RGBA where anything is transparent; without what came along."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = picture.convert("RGB") if alpha is not None else picture
    if profile:
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            colours = ImageCms.profileToProfile(colours, given, _SRGB, outputMode="RGB") or colours
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # of other colours than these pixels, or broken: they are taken as they are
    colours = colours if colours.mode == "RGB" else colours.convert("RGB")
    if alpha is not None and alpha.getextrema()[0] < 255:  # type: ignore[operator]  # one band has one pair
        colours.putalpha(alpha)
    # What is written is asked of `info` as well.
    bare = Image.new(colours.mode, colours.size)
    bare.paste(colours)
    return bare


def _files(whole: Image.Image, fallback: str, order: Order) -> Iterator[tuple[str, bytes]]:
    plain = {min(step, whole.width) for step in order.fallback_steps}
    for made in _widths(whole, order):
        yield f"{made.width}.webp", _encoded(made, "WEBP", quality=WEBP_QUALITY, method=4)
        if made.width in plain and fallback == "jpg":
            yield f"{made.width}.jpg", _encoded(made, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
        elif made.width in plain:
            yield f"{made.width}.png", _encoded(made, "PNG", optimize=False, compress_level=7)


def _avif(whole: Image.Image, order: Order, most: int) -> tuple[tuple[str, bytes], ...]:
    """The same widths as AVIF, in at most so many bytes together; none where that fails."""
    made: list[tuple[str, bytes]] = []
    try:
        for picture in _widths(whole, order):
            body = _encoded(picture, "AVIF", quality=AVIF_QUALITY, speed=AVIF_SPEED, max_threads=1)
            most -= len(body)
            if most < 0:
                return ()
            made.append((f"{picture.width}.avif", body))
    except (OSError, ValueError, RuntimeError, MemoryError):
        return ()  # it is beside what everybody reads
    return tuple(made)


def _widths(whole: Image.Image, order: Order) -> Iterator[Image.Image]:
    """The widest first: each is made of the one before."""
    made = whole
    for width in sorted({whole.width, *(step for step in order.steps if step < whole.width)}, reverse=True):
        if width < made.width:
            height = max(1, round(whole.height * width / whole.width))
            made = made.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        yield made


def _encoded(picture: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()
