"""What every request passes, outermost first: errors, find_site, gate."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from renderer import gate, respond
from renderer.db.lease import Lease
from renderer.db.pool import TEMPORARY
from renderer.edge.client_address import find_client
from renderer.edge.sites import BaseDomain, State, find_site
from renderer.hostnames import InvalidHost, normalise_host
from renderer.keys import ADMITTED, BASE_HANDLER, CLIENT, LEASE, POOL, SCHEME, SETTINGS, SITE

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = logging.getLogger(__name__)

# Names of routes that belong to no site and say nothing of one: they answer on any host, and the gate lets them by.
SITELESS = frozenset({"themes.asset", "edge.health"})

# A suspension may end at any time; an hour keeps polite crawlers from losing the site.
_REFUSED = {State.GONE: 410, State.UNAVAILABLE: 503, State.DRAFT: 404, State.EXPIRED: 404}


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever went wrong into the right page; log only what is our fault."""
    request[LEASE] = lease = Lease(request.app[POOL], request.app[SETTINGS].database.connect_seconds)
    try:
        return await handler(request)
    except web.HTTPException as answer:
        if answer.status < 400:
            raise
        allow = {"Allow": answer.headers["Allow"]} if "Allow" in answer.headers else None
        return await respond.error(request, answer.status, allow)
    except TEMPORARY as fault:
        log.warning("database unavailable: %s", type(fault).__name__)
        return await respond.error(request, 503, {"Retry-After": "10"})
    except Exception:
        log.exception("unexpected error on %s %s", request.method, request.match_info.route.name)
        return await respond.error(request, 500)
    finally:
        await lease.release()


@web.middleware
async def find_the_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Who is asking, and for whose site; nothing behind this reads the Host header again."""
    settings = request.app[SETTINGS]
    client = find_client(
        _peer(request),
        request.headers.getall("X-Forwarded-For", ()),
        request.headers.getall("X-Forwarded-Proto", ()),
        trusted=settings.trusted_networks,
        trust_unix="unix" in settings.server.trusted_proxies,
        scheme=request.scheme,
    )
    request[CLIENT], request[SCHEME] = client.address, client.scheme
    if request.match_info.route.name in SITELESS:
        return await handler(request)
    try:
        host = _host(request)
    except InvalidHost:
        return respond.nobody(request, 400)
    site = await find_site(await request[LEASE].conn(), host, settings.server.base_domains)
    if isinstance(site, BaseDomain):
        return await request.app[BASE_HANDLER](request)
    if site is None or site.state is not State.LIVE:
        status = _REFUSED[site.state] if site else 404
        return respond.nobody(request, status, {"Retry-After": str(respond.RETRY_AFTER)} if status == 503 else None)
    request[SITE] = site
    return await handler(request)


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


def _peer(request: web.Request) -> str | None:
    peername = request.transport.get_extra_info("peername") if request.transport else None
    return str(peername[0]) if isinstance(peername, tuple) else None


MIDDLEWARES = (errors, find_the_site, keep_the_gate)
