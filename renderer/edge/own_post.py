"""Whether one of our own pages sent a post."""

from aiohttp import web

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def is_own_post(request: web.BaseRequest, scheme: str) -> bool:
    """Whether the request comes from a page of this very origin, as far as the browser says.

    Sec-Fetch-Site decides where it is sent; "none" is the visitor's own doing, such as a reloaded page. Browsers and
    WebViews before 2020 (Safari before 16.4), and all of them on plain http, send none: there Origin must be exact, and
    what sends neither is no browser that could be misled.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin.lower() == own_origin(request, scheme)


def own_origin(request: web.BaseRequest, scheme: str) -> str:
    """The origin that was asked, as a browser writes it (RFC 6454 §6.2): lower case, without the scheme's own port."""
    return f"{scheme}://{request.host.lower().removesuffix(_DEFAULT_PORTS[scheme])}"
