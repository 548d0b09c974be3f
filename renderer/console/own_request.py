"""Whether one of the console's own pages sent a request that changes something."""

from aiohttp import web

from renderer.edge.own_post import own_origin
from renderer.keys import SCHEME

SAFE = frozenset({"GET", "HEAD"})


def is_own_request(request: web.Request) -> bool:
    """True for safe methods, for `Sec-Fetch-Site: same-origin`, and for the exact Origin where a browser says no more.

    What says neither is refused: every browser sends Origin with a POST (Fetch §3.1), and only a browser brings along
    a cookie that somebody else could use.
    """
    if request.method in SAFE:
        return True
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return request.headers.get("Origin", "").lower() == own_origin(request, request[SCHEME])
