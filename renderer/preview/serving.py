"""From a preview's host to its pages: the link swapped for a cookie, the cookie asked about with each request.

Whatever is wrong with either gets what a host that nobody has gets, to the byte: whether a site exists, or a link once
worked, is nobody's to learn.
"""

import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web

from renderer import respond, themes
from renderer.edge.sites import PreviewSite, find_previewed, find_unpreviewed
from renderer.gate.next_path import safe_next
from renderer.keys import ADMITTED, AS_OF, KEYRING, LEASE, POOL, SCHEME, SETTINGS, SITE
from renderer.preview import queries
from renderer.preview.card import draw_card
from renderer.preview.dressing import SHOWN, Shown, as_of, control, dress
from renderer.preview.hosts import is_preview_host, previewed_site
from renderer.preview.lease import PreviewLease
from renderer.preview.queries import Link
from renderer.preview.tokens import LINKS, read_cookie, read_link, set_cookie
from renderer.themes import Place

__all__ = ["LINK", "dressed", "is_preview_host", "keep_apart", "serve"]

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# The link by which the request sees what it sees.
LINK = web.RequestKey("link", Link)

_APART = {
    "Cache-Control": respond.PRIVATE,
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    # "no-referrer" would make browsers post forms with `Origin: null`.
    "Referrer-Policy": "same-origin",
}
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_.-]+")


async def serve(request: web.Request, host: str, handler: Handler) -> web.StreamResponse:
    """The answer to a request for a normalised host below the preview domain."""
    website_id = previewed_site(host, request.app[SETTINGS])
    if website_id is None:
        return respond.as_nothing(request)
    token = request.path.removeprefix(LINKS)
    if token != request.path and _TOKEN.fullmatch(token):
        link_id = read_link(request.app[KEYRING], website_id, token)
        if link_id is None or request.method not in ("GET", "HEAD"):
            return respond.as_nothing(request)
        return await _open_link(request, host, website_id, link_id)
    link_id = read_cookie(request, request.app[KEYRING], request[SCHEME], website_id)
    if link_id is None or not await _enter(request, host, website_id, link_id):
        return respond.as_nothing(request)
    conn, link = await request[LEASE].conn(), request[LINK]
    await queries.use_link(conn, link)
    request[SHOWN] = Shown(link, await find_unpreviewed(conn, website_id, host))
    if request.path.startswith(LINKS):
        request[ADMITTED] = True
        return await control(request)
    return await handler(request)


async def _open_link(request: web.Request, host: str, website_id: UUID, link_id: UUID) -> web.StreamResponse:
    """A page that sets the cookie and goes on to the site. 200 and not a redirect, because what makes a card of a
    message's link follows those without the cookie; what it finds here says no more than that this is a draft."""
    if not await _enter(request, host, website_id, link_id):
        return respond.as_nothing(request)
    link, target = request[LINK], "/"
    if link.blog_post_id is not None:
        slug = await queries.slug_shown(await request[LEASE].conn(), website_id, link.blog_post_id)
        if slug is not None:
            target = themes.blog_address(Place("post", slug), (await respond.themed(request)).words)
    elif "edit" in request.query and link.shows == "draft":
        target = f"{LINKS}edit?{urlencode({'on': '1', 'to': safe_next(request.query.get('to', '/'))})}"
    answer = respond.html(request, draw_card(target), cache=respond.PRIVATE)
    set_cookie(answer, request.app[KEYRING], request[SCHEME], link)
    return answer


async def _enter(request: web.Request, host: str, website_id: UUID, link_id: UUID) -> bool:
    """Let the request see what a link shows, if that may be used now."""
    await request[LEASE].release()
    app, moment = request.app, as_of(request)
    seconds = app[SETTINGS].database.connect_seconds
    request[LEASE] = lease = PreviewLease(app[POOL], seconds, website_id, link_id, moment)
    conn = await lease.conn()
    link = await queries.live_link(conn, website_id, link_id)
    site = await find_previewed(conn, website_id, host) if link else None
    if link is None or site is None:
        return False
    request[SITE], request[LINK] = site, link
    if moment is not None:
        request[AS_OF] = moment
    return True


@web.middleware
async def dressed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost: what a preview answers, errors included, is marked as one."""
    answer = await handler(request)
    if isinstance(request.get(SITE), PreviewSite):
        _set_apart(answer)
        await dress(request, answer)
    return answer


async def keep_apart(request: web.Request, response: web.StreamResponse) -> None:
    """For app.on_response_prepare: the same for what is sent as it is made."""
    if isinstance(request.get(SITE), PreviewSite):
        _set_apart(response)


def _set_apart(answer: web.StreamResponse) -> None:
    if not answer.prepared:
        answer.headers.update(_APART)
        # Nothing of it is kept, so nothing of it is ever unchanged.
        answer.headers.popall("ETag", None)
        answer.headers.popall("Last-Modified", None)
