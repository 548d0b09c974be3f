"""HTML answers and files as bytes, for this visitor alone or for everybody."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from aiohttp import web

from renderer import themes
from renderer.edge import codings, conditions
from renderer.edge.answers import DETERMINED, VIEW, Passing, Shared, SharedByHost, View
from renderer.edge.ground import Ground
from renderer.edge.negotiation import accepted
from renderer.edge.sent import Wire
from renderer.edge.sites import OpenSite, PreviewSite
from renderer.keys import ADMITTED, HEEDS_DNT, IMAGE_RULES, SITE, ZONE
from renderer.respond import plain
from renderer.respond.headers import (
    FOREVER,
    NO_STORE,
    PRIVATE,
    PUBLIC,
    SECURITY,
    VARIES,
    etag,
    file_headers,
    policy,
    security,
)
from renderer.respond.reading import themed

# Seconds a client is told to wait where we cannot know better.
RETRY_AFTER = 3600


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
        lines["ETag"] = etag(body)
    return body, lines


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
        "ETag": etag(body),
        "Content-Type": content_type,
    }
    if robots:
        headers["X-Robots-Tag"] = robots
    return shared(request, body, headers)


def unchanged(request: web.Request, headers: Mapping[str, str]) -> web.Response | None:
    """304 for who has it already."""
    known = conditions.unchanged(request.headers, headers)
    if known is None:
        return None
    if known == conditions.ANY:
        known = codings.tag(headers["ETag"], accepted(request.headers)[0], "quick")
    return web.Response(status=304, headers={**headers, "ETag": known, **VARIES})


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
