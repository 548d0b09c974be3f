"""What comes out: pages and the files they link to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drawn:
    """A whole HTML document with the hashes its Content-Security-Policy needs (base64 SHA-256, without prefix)."""

    html: str
    style_hashes: tuple[str, ...] = ()
    script_hashes: tuple[str, ...] = ()
    robots: str | None = None
    """What `X-Robots-Tag` says, as the page's own meta element does."""
    frames: tuple[str, ...] = ()
    """Origins that the page's script may frame."""
    media: tuple[str, ...] = ()
    """Sources that it may play files from."""
    counted: bool = True
    """Whether the server counts that it was answered; where a browser tells of it or nobody does, it must not."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of a theme under a name that holds its own hash: it may be cached for ever."""

    body: bytes
    content_type: str
