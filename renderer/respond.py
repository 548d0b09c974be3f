"""Page → bytes: the one place that writes an HTML answer, with its headers.

What may be kept by whom is decided here from the request's site, not by the handlers: a password-protected site's
answer is `private, no-store` whatever it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from http import HTTPStatus

from aiohttp import web

from renderer import __version__, plain, themes
from renderer.edge import conditions, downstream
from renderer.edge.answers import DETERMINED, VIEW, Passing, Shared, SharedByHost, View
from renderer.edge.ground import Ground
from renderer.edge.sent import Wire
from renderer.edge.sites import EdgeSite, OpenSite, PreviewSite
from renderer.keys import (
    ADMITTED,
    AS_OF,
    FRONT,
    HEEDS_DNT,
    HELD,
    IMAGE_RULES,
    LEASE,
    SCHEME,
    SETTINGS,
    SHELF,
    SITE,
    ZONE,
)
from renderer.settings import Settings

PUBLIC = downstream.PUBLIC
PRIVATE = "private, no-store"
# What never changes, since its name holds its hash (RFC 8246).
FOREVER = "public, max-age=31536000, immutable"
NO_STORE = "no-store"
# One address, several codings (edge/front.py).
VARIES = {"Vary": "Accept-Encoding"}
MOST_SECTIONS = 200
# Seconds a client is told to wait where we cannot know better.
RETRY_AFTER = 3600
# Under this a held site has its row as the theme engine takes it.
SOURCE = "source"

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


def html(
    request: web.Request,
    drawn: themes.Drawn,
    *,
    status: int = 200,
    cache: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """An HTML answer for this visitor alone. 200s carry a strong ETag, by which the edge knows what a client has.

    `cache` is the Cache-Control; None: `PUBLIC`, or `NO_STORE` for what its address does not tell (405, 429).
    """
    body, lines = _html(request, drawn, status, cache, headers or {})
    return _seen(request, web.Response(status=status, body=body, headers=lines), drawn)


def page(request: web.Request, drawn: themes.Drawn, *, status: int = 200) -> web.Response:
    """An HTML answer that follows from its address: never from a field of the query, a cookie or who is asking.

    The same for everybody and kept (edge/cache.py), unless it is of a site with a password.
    """
    body, lines = _html(request, drawn, status, None, {})
    return _seen(request, shared(request, body, lines, status=status), drawn)


def shared(request: web.Request, body: bytes, headers: Mapping[str, str], *, status: int = 200) -> web.Response:
    """What follows from its address, as it may be kept; of a site with a password, as it may not."""
    site = request.get(SITE)
    if not isinstance(site, OpenSite):
        return web.Response(status=status, body=body, headers=headers)
    return Shared(
        site.ground, status=status, body=body, headers={**security(request), **headers}, zone=request.get(ZONE)
    )


def _html(
    request: web.Request, drawn: themes.Drawn, status: int, cache: str | None, headers: Mapping[str, str]
) -> tuple[bytes, dict[str, str]]:
    """Body and headers."""
    body = drawn.html.encode("utf-8", "replace")
    site = request.get(SITE)
    if site is not None and (site.is_password_protected or isinstance(site, PreviewSite)):
        cache = PRIVATE
    elif cache is None:
        cache = PUBLIC if status in DETERMINED else NO_STORE
    lines = {
        **security(request),
        "Cache-Control": cache,
        "Content-Security-Policy": policy(
            drawn.style_hashes,
            drawn.script_hashes,
            request.app[IMAGE_RULES].origins if site else (),
            drawn.frames,
            drawn.media,
        ),
        **({"X-Robots-Tag": drawn.robots} if drawn.robots else {}),
        **headers,
        "Content-Type": "text/html; charset=utf-8",
    }
    if status == 200 and "no-store" not in cache:
        lines["ETag"] = _tag(body)
    return body, lines


def security(request: web.Request) -> dict[str, str]:
    """Headers that any answer to it has."""
    return {**SECURITY, **_SECURITY_TLS} if request.get(SCHEME) == "https" else SECURITY


def _seen(request: web.Request, answer: web.Response, drawn: themes.Drawn) -> web.Response:
    """Marked as a page of a public site, for whoever counts visits."""
    site = request.get(SITE)
    if isinstance(site, OpenSite) and ZONE in request and drawn.counted:
        answer[VIEW] = View(str(site.id), request[ZONE], request[HEEDS_DNT])
    return answer


def file(
    request: web.Request, body: bytes, content_type: str, *, forever: bool = False, robots: str | None = None
) -> web.Response:
    """A file that is no page. `forever`: its address holds the hash of what it shows (RFC 8246)."""
    headers = {
        **file_headers(content_type),
        "Cache-Control": FOREVER if forever else PUBLIC,
        "ETag": _tag(body),
        "Content-Type": content_type,
    }
    if robots:
        headers["X-Robots-Tag"] = robots
    return shared(request, body, headers)


def _tag(body: bytes) -> str:
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


def unchanged(request: web.Request, headers: Mapping[str, str]) -> web.Response | None:
    """304 for who has it already."""
    known = conditions.unchanged(request.headers, headers)
    return None if known is None else web.Response(status=304, headers={**headers, "ETag": known, **VARIES})


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


def now(request: web.Request) -> datetime:
    """The moment that a page is drawn for: this one, but in a preview that asks for another."""
    return request.get(AS_OF) or datetime.now(UTC)


async def themed(request: web.Request) -> themes.Site:
    """The request's site as its theme reads it."""
    held = request.get(HELD)
    source = held.read.get(SOURCE) if held is not None else None
    if source is None:
        source = site_source(request.app[SETTINGS], request[SITE], request.app[IMAGE_RULES])
        if held is not None:
            held.read[SOURCE] = source
    shelf = request.app[SHELF]
    if source not in shelf:
        await request[LEASE].release()  # no connection waits for a reading
    read = await shelf.read(source)
    request[ZONE], request[HEEDS_DNT] = read.zone, read.heeds_dnt
    request.app[FRONT].languages[request.headers.get("Host", "")] = read.language
    return read


def site_source(settings: Settings, site: EdgeSite, images: themes.ImageRules) -> themes.SiteSource:
    """A site's row, as the theme engine takes it."""
    host = site.primary_host or f"{site.subdomain}.{settings.server.base_domains[0]}"
    columns = site.columns
    return themes.SiteSource(
        **{name: columns[name] for name in _COLUMNS},
        default_sections=_texts(columns["default_sections"]),
        base_url=settings.origin(host),
        is_protected=site.is_password_protected or isinstance(site, PreviewSite),
        images=images,
        owner=columns["user_id"],
        is_judged=bool(settings.akismet.key.get_secret_value()),
        shows_examples=isinstance(site, PreviewSite),
    )


def image_rules(settings: Settings) -> themes.ImageRules:
    """What the operator allows of pictures, as the theme engine takes it."""
    images = settings.images
    if not images.resizer:
        return themes.ImageRules(images.hosts)
    key, salt = images.signing_key
    return themes.ImageRules(images.hosts, themes.Resizer(images.resizer, images.resizer_kind, key, salt))


def _texts(array: list[object] | None) -> tuple[str, ...] | None:
    """An array of PostgreSQL's, which may hold NULLs, have further dimensions, or no end."""
    return None if array is None else tuple(entry for entry in array[:MOST_SECTIONS] if isinstance(entry, str))


_COLUMNS = frozenset(themes.SiteSource.__dataclass_fields__) - {
    "default_sections",
    "base_url",
    "is_protected",
    "images",
    "owner",
    "is_judged",
    "shows_examples",
}


async def error(request: web.Request, status: int, headers: Mapping[str, str] | None = None) -> web.Response:
    """An error page: in the site's theme once the visitor was let in, else the one that names nobody."""
    headers = dict(headers or {})
    if status == 503:
        headers.setdefault("Retry-After", str(RETRY_AFTER))
    if request.get(ADMITTED) and status < 500:
        drawn = themes.draw_error(await themed(request), status, request.path)
        if status in (404, 410):
            return page(request, drawn, status=status)
        return html(request, drawn, status=status, headers=headers)
    return nobody(request, status, headers)


def nobody(request: web.Request, status: int, headers: Mapping[str, str] | None = None) -> web.Response:
    """The plain page of `status`, which names no tenant."""
    return html(request, _plain(status), status=status, headers=headers)


def busy(typed: Sequence[str] = (), language: str = "id") -> Wire:
    """For whoever asks a site of which too much is asked already, with what was typed."""
    return refusal(503, plain.plain_page(503, typed, language).encode("utf-8", "replace"), "text/html; charset=utf-8")


def refusal(status: int, body: bytes, content_type: str) -> Wire:
    """What is answered below the application, for this visitor and now alone: as it goes over the wire."""
    lines = {
        **SECURITY,
        "Cache-Control": NO_STORE,
        "Content-Security-Policy": policy(plain.STYLE_HASHES, ()),
        "Retry-After": "5",
        "Content-Type": content_type,
        "Content-Length": str(len(body)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return Wire(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{head}".encode(), body)


def nothing(request: web.Request, status: int, ground: Ground | None) -> web.Response:
    """The plain page of a host without a site, whatever the path: kept, where a ground is known (404, 410)."""
    if ground is None or status not in (404, 410):
        return nobody(request, status, {"Retry-After": str(RETRY_AFTER)} if status == 503 else None)
    body, lines = _html(request, _plain(status), status, None, {})
    return SharedByHost(ground, status=status, body=body, headers=lines, zone=None)


def as_nothing(request: web.Request) -> web.Response:
    """What a host without a site gets, to the byte, for one that has something which is not to be seen."""
    body, lines = _html(request, _plain(404), 404, None, {})
    return Passing(status=404, body=body, headers=lines)


def _plain(status: int) -> themes.Drawn:
    return themes.Drawn(plain.plain_page(status), plain.STYLE_HASHES)
