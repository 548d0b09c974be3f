"""Pictures that owners uploaded: the address of one says its size and which files there are of it.

    /_media/<digest>-<width>x<height>[a]/<width of the file>.avif|webp|jpg|png

So whoever has the address, in a document, a column or a line of Markdown, can draw it without asking anybody.
"""

import re
from dataclasses import dataclass

FOLDER = "/_media/"
STEPS = (320, 640, 960, 1280, 1920)
"""Widths in pixels of the files, as far as the picture is as wide."""
TALLEST = 2560
FALLBACK_STEPS = (320, 1280)
"""Widths for what reads no WebP: old browsers, cards of messages, feeds."""

NAME = re.compile(r"([0-9a-f]{32})-([1-9]\d{0,3})x([1-9]\d{0,3})(a?)")
"""With an `a` at its end there is AVIF beside WebP."""
_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}
_ADDRESS = re.compile(rf"{FOLDER}({NAME.pattern})/[1-9]\d{{0,3}}\.(?:avif|webp|(jpg|png))")


@dataclass(frozen=True, slots=True)
class Sizes:
    """A picture's own size in pixels, where that is known; `srcset` of the type that it has, and of WebP and AVIF
    beside it."""

    width: int | None
    height: int | None
    srcset: str | None = None
    webp: str | None = None
    avif: str | None = None
    small: str | None = None
    """Its smallest file, where there are several of our own making."""


@dataclass(frozen=True, slots=True)
class OwnPicture:
    """`fallback` is the type of the files beside WebP: jpg, or png where something is transparent."""

    name: str
    width: int
    height: int
    fallback: str

    @property
    def files(self) -> tuple[str, ...]:
        """Names of all files."""
        kinds = ("webp", "avif") if self.has_avif else ("webp",)
        return tuple(f"{width}.{kind}" for kind in kinds for width in widths(self.width)) + tuple(
            f"{width}.{self.fallback}" for width in fallback_widths(self.width)
        )

    @property
    def has_avif(self) -> bool:
        return self.name.endswith("a")

    def file_for(self, width: int) -> str:
        """The WebP file that is at most so wide, or the narrowest."""
        return f"{max((one for one in widths(self.width) if one <= width), default=widths(self.width)[0])}.webp"

    @property
    def src(self) -> str:
        """The address that stands in content."""
        return self.address(f"{fallback_widths(self.width)[-1]}.{self.fallback}")

    @property
    def small(self) -> str:
        return self.address(f"{fallback_widths(self.width)[0]}.{self.fallback}")

    @property
    def webp(self) -> str:
        """`srcset` of the WebP files."""
        return self._srcset("webp")

    @property
    def avif(self) -> str | None:
        """`srcset` of the AVIF files, where there are some."""
        return self._srcset("avif") if self.has_avif else None

    def _srcset(self, kind: str) -> str:
        return ", ".join(f"{self.address(f'{width}.{kind}')} {width}w" for width in widths(self.width))

    def address(self, file: str) -> str:
        return f"{FOLDER}{self.name}/{file}"


def own_picture(address: str | None) -> OwnPicture | None:
    """What an address says; None where it is none of an uploaded picture's. Whether the site has it is not known."""
    found = _ADDRESS.fullmatch(address or "")
    if found is None or found[6] is None:
        return None
    width, height = int(found[3]), int(found[4])
    picture = OwnPicture(found[1], width, height, found[6])
    return picture if width <= STEPS[-1] and height <= TALLEST and address in (picture.src, picture.small) else None


def type_of(file: str) -> str:
    """The media type of one of `OwnPicture.files`."""
    return _TYPES[file.rpartition(".")[2]]


def widths(width: int) -> tuple[int, ...]:
    """Of the files of a picture that is so wide."""
    return (*(step for step in STEPS if step < width), width)


def fallback_widths(width: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(min(step, width) for step in FALLBACK_STEPS))
