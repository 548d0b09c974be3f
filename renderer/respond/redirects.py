"""To another address: of the same site, of its own host and scheme, or one that an operator configured."""

from urllib.parse import quote

from aiohttp import web

from renderer.edge.answers import SharedAside
from renderer.edge.sites import OpenSite
from renderer.keys import SETTINGS, SITE
from renderer.respond import PUBLIC, SECURITY, security, shared


def redirect(location: str, *, status: int = 301) -> web.Response:
    """A redirect to a path of the same site or an address that an operator configured."""
    return web.Response(status=status, headers={**SECURITY, "Location": location, "Cache-Control": PUBLIC})


def moved(request: web.Request, location: str) -> web.StreamResponse:
    """A permanent redirect that keeps what the visitor asked with (campaigns are counted by it), unless the target asks
    itself. The query goes on percent-encoded as it came: decoded, `%0d%0a` would end the header."""
    target = _with_query(request, location)
    if target != location:
        return redirect(target)
    return shared(request, b"", {"Location": location, "Cache-Control": PUBLIC}, status=301)


def moved_home(request: web.Request, home: str, path: str) -> web.StreamResponse:
    """The same from another host of the site, or another scheme, to a path of its own one, whose origin is `home`."""
    site, location = request[SITE], home + path
    if request.rel_url.raw_query_string or not isinstance(site, OpenSite):
        return redirect(_with_query(request, location))
    lines = {**security(request), "Location": location, "Cache-Control": PUBLIC}
    return SharedAside(site.ground, status=301, body=b"", headers=lines, zone=None)


def secured(request: web.Request, host: str) -> web.Response:
    """The same address of a host that is no site's, over https, whatever the method (RFC 9110 §15.4.9)."""
    return redirect(_with_query(request, request.app[SETTINGS].origin(host) + request.rel_url.raw_path), status=308)


def _with_query(request: web.Request, location: str) -> str:
    bare, mark, fragment = location.partition("#")
    query = quote(request.rel_url.raw_query_string, safe="/?:@!$&'()*+,;=%-._~", errors="surrogateescape")
    return f"{bare}?{query}{mark}{fragment}" if query and "?" not in bare else location
