"""Headers of answers: what they may load, who may keep them, and by what a browser knows that it has them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256

from aiohttp import web

from renderer import __version__, themes
from renderer.edge import downstream
from renderer.keys import SCHEME

PUBLIC = downstream.PUBLIC
PRIVATE = "private, no-store"
# What never changes, since its name holds its hash (RFC 8246).
FOREVER = "public, max-age=31536000, immutable"
NO_STORE = "no-store"
# One address, several codings (edge/front.py).
VARIES = {"Vary": "Accept-Encoding"}

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
SVG_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
# Browsers ignore them without TLS. Of a custom domain's other hosts we know nothing, so they are not included.
_SECURITY_TLS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=15552000",
}


def security(request: web.Request) -> dict[str, str]:
    """Headers that any answer to it has."""
    return {**SECURITY, **_SECURITY_TLS} if request.get(SCHEME) == "https" else SECURITY


def etag(body: bytes) -> str:
    return f'"{sha256(body).hexdigest()[:32]}"'


def versioned(
    request: web.Request, site: themes.Site, changed: datetime, content_type: str, robots: str | None = None
) -> dict[str, str]:
    """Headers of a file that follows from what the site shows. `changed` is when that changed last; never goes back.

    Ask `unchanged` with them before a file is made that is too large to be kept.
    """
    state = f"{changed.isoformat()}|{site.source.base_url}{request.path}|{__version__}"
    headers = {
        **file_headers(content_type),
        "Cache-Control": PUBLIC,
        "ETag": f'"{sha256(state.encode("utf-8", "replace")).hexdigest()[:32]}"',
        "Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True),
        "Content-Type": content_type,
    }
    return headers | ({"X-Robots-Tag": robots} if robots else {})


def file_headers(content_type: str) -> dict[str, str]:
    """Opened by itself an SVG is a document: in a sandbox it runs nothing and asks for nothing."""
    headers = {"X-Content-Type-Options": "nosniff"}
    if content_type.startswith("image/svg+xml"):
        headers["Content-Security-Policy"] = SVG_POLICY
    return headers


def policy(
    style_hashes: Iterable[str],
    script_hashes: Iterable[str],
    picture_origins: Iterable[str] = (),
    frames: Iterable[str] = (),
    media: Iterable[str] = (),
) -> str:
    """The Content-Security-Policy of a page: own origin, own hashes, pictures from where the operator allows, and the
    frames and files that its own script may open.

    What reads a page through the browser (Lighthouse, the developer tools) asks for robots.txt as the page would, under
    `connect-src`; it opens nothing that pictures and forms of the own origin do not reach already.
    """
    pictures = "".join(f" {origin}" for origin in picture_origins)
    styles = "".join(f" 'sha256-{value}'" for value in style_hashes)
    scripts = " ".join(f"'sha256-{value}'" for value in script_hashes) or "'none'"
    framed = "".join(f" {origin}" for origin in frames)
    played = "".join(f" {source}" for source in media)
    return (
        (
            f"default-src 'none'; object-src 'none'; style-src 'self'{styles}; script-src {scripts}; font-src 'self'; "
            f"img-src 'self' data:{pictures}; manifest-src 'self'; connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        + (f"; frame-src{framed}" if framed else "")
        + (f"; media-src{played}" if played else "")
    )
