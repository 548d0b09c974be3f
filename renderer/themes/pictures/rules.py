"""Whose pictures may be shown, and the sizes they come in."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from renderer.themes.found.urls import absolute
from renderer.themes.pictures.own import Sizes, own_picture
from renderer.themes.pictures.resizer import Resizer
from renderer.themes.text.links import own_path, safe_link

WIDTHS = (320, 480, 640, 960, 1280, 1600, 1920)
"""Widths in pixels that a resizer is asked for: few, so that its cache is hit."""


@dataclass(frozen=True, slots=True)
class ImageRules:
    """What the operator allows beside a site's own origin; `hosts` are names without scheme or port."""

    hosts: tuple[str, ...] = ()
    resizer: Resizer | None = None

    @property
    def origins(self) -> tuple[str, ...]:
        """For `img-src` of a Content-Security-Policy."""
        own = tuple(f"https://{host}" for host in self.hosts)
        return (*own, self.resizer.origin) if self.resizer else own


@dataclass(frozen=True, slots=True)
class Pictures:
    """The rules as they apply to one site."""

    base_url: str
    rules: ImageRules = ImageRules()

    def vet(self, text: str | None) -> str | None:
        """A path of the site's own origin, or https on an allowed host; None for any other address."""
        own = own_path(text, self.base_url)
        if own is not None or not self.rules.hosts:
            return own
        link = safe_link(text)
        if link is None or not link.startswith("https:"):
            return None
        parts = urlsplit(link)
        return link if parts.hostname in self.rules.hosts and parts.port in (None, 443) else None

    def sizes(self, src: str, width: int | None, height: int | None) -> Sizes:
        """Of a vetted address; `width` and `height` as they are told, unless an uploaded picture's address knows."""
        own = own_picture(src)
        if own is not None:
            return Sizes(own.width, own.height, webp=own.webp, avif=own.avif, small=own.small)
        return Sizes(width, height, self.srcset(src, width))

    def srcset(self, src: str, width: int | None) -> str | None:
        """Candidates by width, none wider than the picture itself; None without a resizer, and for drawings."""
        resizer = self.rules.resizer
        if resizer is None or urlsplit(src).path.lower().endswith((".svg", ".gif")):
            return None
        source = absolute(self.base_url, src)
        widths = [step for step in WIDTHS if width is None or step < width]
        if width is not None and width <= WIDTHS[-1]:
            widths.append(width)
        if len(widths) < 2:
            return None
        return ", ".join(f"{resizer.address(source, step)} {step}w" for step in widths)
