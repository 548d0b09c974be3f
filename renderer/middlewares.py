"""What every request passes, outermost first: marks of a preview, errors, find_site, gate."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from renderer import forms, gate, preview, respond
from renderer.at_hand import HELD_ROUTES, site_at_hand
from renderer.db.lease import Lease
from renderer.db.pool import TEMPORARY
from renderer.edge.answers import AWAY
from renderer.edge.client_address import PLAIN, WAY
from renderer.edge.sites import BaseDomain, EdgeSite, Found, OpenSite, State, find_site
from renderer.hostnames import InvalidHost, normalise_host
from renderer.keys import ADMITTED, BASE_HANDLER, CONSOLE, FRONT, HELD, HOST, LEASE, POOL, SETTINGS, SITE
from renderer.respond import redirects

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = logging.getLogger(__name__)

# Names of routes that belong to no site and say nothing of one: they answer on any host, and the gate lets them by.
SITELESS = frozenset({"themes.asset", "edge.health"})
# Those of pages that may have moved. Another's answer may have been sent by the time it is there (sitemaps).
_MOVING = frozenset({"pages.page", "blog"})

# A suspension may end at any time; an hour keeps polite crawlers from losing the site.
_REFUSED = {State.GONE: 410, State.UNAVAILABLE: 503, State.DRAFT: 404, State.EXPIRED: 404}


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever went wrong into the right page; log only what is our fault."""
    app = request.app
    waits = app[FRONT].tally.pool_waits
    request[LEASE] = Lease(app[POOL], app[SETTINGS].database.connect_seconds, waits)
    try:
        return await handler(request)
    except web.HTTPException as fault:
        if fault.status < 400:
            raise
        said = {name: fault.headers[name] for name in ("Allow", "Retry-After") if name in fault.headers}
        return await respond.error(request, fault.status, said)
    except TEMPORARY as fault:
        app[FRONT].tally.miss_database(fault)
        answer = await _failed(request, 503, {"Retry-After": "10"})
        answer[AWAY] = True
        return answer
    except Exception:
        log.exception("unexpected error on %s %s", request.method, request.match_info.route.name)
        return await _failed(request, 500)
    finally:
        await request[LEASE].release()


async def _failed(request: web.Request, status: int, headers: dict[str, str] | None = None) -> web.Response:
    """Who has sent a form is thanked all the same: after an error they would send it once more."""
    if request.match_info.route.name == forms.THANKS:
        return forms.thank_plainly(request)
    return await respond.error(request, status, headers)


@web.middleware
async def find_the_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """For whose site the request is; nothing behind this reads the Host header again."""
    if request.match_info.route.name in SITELESS:
        return await handler(request)
    try:
        host = request[HOST] = _host(request)
    except InvalidHost:
        return respond.nobody(request, 400)
    is_console = host == request.app[SETTINGS].console.host and CONSOLE in request.app
    if is_console or preview.is_preview_host(host, request.app[SETTINGS]):
        if request[WAY] == PLAIN:
            return redirects.secured(request, host)
        return await request.app[CONSOLE](request) if is_console else await preview.serve(request, host, handler)
    front, holds = request.app[FRONT], request.match_info.route.name in HELD_ROUTES
    if holds and (held := front.held(host)) is not None:
        request[HELD] = held
        return await _serve(request, handler, held.site)
    site: Found | None
    try:
        site = await find_site(await request[LEASE].conn(), host, request.app[SETTINGS].server.base_domains)
    except TEMPORARY:
        await request[LEASE].release()
        site = await site_at_hand(request, host)
        if site is None:
            if request.match_info.route.name == "forms.take":
                return await forms.keep_text(request)
            raise
    if isinstance(site, BaseDomain):
        return await request.app[BASE_HANDLER](request)
    if not isinstance(site, EdgeSite):
        return respond.nothing(request, 404, site.ground if site else None)
    if site.state is not State.LIVE:
        ground = site.ground if isinstance(site, OpenSite) else None
        return respond.nothing(request, _REFUSED[site.state], ground)
    if holds and isinstance(site, OpenSite) and (held := front.cache.hold(host, site)) is not None:
        request[HELD] = held
    return await _serve(request, handler, site)


async def _serve(request: web.Request, handler: Handler, site: EdgeSite) -> web.StreamResponse:
    """The answer for a site that is live, at the host and scheme that it has."""
    request[SITE] = site
    is_elsewhere = site.primary_host not in (None, request[HOST]) or request[WAY] == PLAIN
    if is_elsewhere and request.method in ("GET", "HEAD"):
        return await _home(request, handler)
    return await handler(request)


async def _home(request: web.Request, handler: Handler) -> web.StreamResponse:
    """To the site's own scheme and host, and there to the address that the page has, in one hop (RFC 9110 §15.4.2)."""
    target, site = request.rel_url.raw_path, await respond.themed(request)
    if request.match_info.route.name in _MOVING and site.at(request.path) is None:
        try:
            answer = await handler(request)
        except web.HTTPException:
            pass  # the site's own host says so
        else:
            target = answer.headers["Location"] if answer.status == 301 else target
    home = request.app[SETTINGS].origin(request[SITE].primary_host or request[HOST])
    return redirects.moved_home(request, home, target)


@web.middleware
async def keep_the_gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """In front of everything a password-protected site has, its errors included."""
    site = request.get(SITE)
    if site is not None and site.is_password_protected:
        answer = await gate.guard(request, site)
        if answer is not None:
            return answer
    request[ADMITTED] = site is not None
    return await handler(request)


def _host(request: web.Request) -> str:
    """The host of the request's target, or else of its one Host header (RFC 9112 §3.2.2, §3.2.3)."""
    if len(request.headers.getall("Host", ())) > 1:
        raise InvalidHost("several Host headers")
    return normalise_host(request.host)


MIDDLEWARES = (preview.dressed, errors, find_the_site, keep_the_gate)
