"""The drawn icon of a site without one of its own: a sign on a post, in the site's colours."""

from dataclasses import astuple, dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from struct import pack
from urllib.parse import quote

from PIL import Image, ImageDraw

_DRAWN = 1
_CORNERS = {"none": 0, "sm": 3, "md": 6, "lg": 10, "full": 16}
_SIGN = ((9, 7), (23, 7), (23, 15), (12, 15), (12, 25), (9, 25))
"""In a square of 32."""
_OVERSAMPLE = 4


@dataclass(frozen=True, slots=True)
class Icon:
    brand: str
    ink: str
    radius: str

    @property
    def digest(self) -> str:
        return _digest(self)

    @property
    def svg(self) -> str:
        points = " ".join(f"{x} {y}" for x, y in _SIGN)
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
            f'<rect width="32" height="32" rx="{corner(self.radius)}" fill="{self.brand}"/>'
            f'<path fill="{self.ink}" d="M{points}z"/></svg>'
        )

    def png(self, size: int, *, whole: bool = False) -> bytes:
        """`whole`: to the edges, for launchers that cut the icon to a shape of their own."""
        image = paint_sign(
            size, self.brand, self.ink, "none" if whole else self.radius, None, inset=0.1 if whole else 0
        )
        out = BytesIO()
        image.save(out, "PNG")
        return out.getvalue()

    def ico(self) -> bytes:
        """One picture of 32 pixels, as PNG inside the ICO container that `/favicon.ico` promises."""
        png = self.png(32)
        return pack("<HHHBBBBHHII", 0, 1, 1, 32, 32, 0, 0, 1, 32, len(png), 22) + png


@lru_cache(maxsize=512)
def data_url(icon: Icon) -> str:
    """The icon inside the page itself."""
    return "data:image/svg+xml," + quote(icon.svg, safe="/:='")


@lru_cache(maxsize=512)
def _digest(icon: Icon) -> str:
    return sha256(repr((_DRAWN, astuple(icon))).encode()).hexdigest()[:16]


def corner(radius: str) -> int:
    return _CORNERS.get(radius, 6)


def paint_sign(size: int, brand: str, ink: str, radius: str, ground: str | None, *, inset: float = 0) -> Image.Image:
    """`ground` None: transparent outside its corners."""
    side = size * _OVERSAMPLE
    unit = side / 32
    image = Image.new("RGB" if ground else "RGBA", (side, side), ground or "#00000000")
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), corner(radius) * unit, fill=brand)
    points = [(16 + (x - 16) * (1 - inset), 16 + (y - 16) * (1 - inset)) for x, y in _SIGN]
    pen.polygon([(x * unit, y * unit) for x, y in points], fill=ink)
    return image.resize((size, size), Image.Resampling.BOX)
