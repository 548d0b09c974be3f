"""What a browser tells of itself: a followed link, a page the server could not see being shown; likes of posts; and
that its visits are an owner's own.

The first two are answered 204 whatever they say: there is nobody who would read an error.
"""

import re
from contextlib import suppress
from urllib.parse import parse_qsl, unquote
from zoneinfo import ZoneInfo

from aiohttp import web

from renderer import respond
from renderer.at_hand import forms_at_hand
from renderer.db.pool import TEMPORARY
from renderer.edge.body import read_body
from renderer.edge.limits import SPAN, Allowance
from renderer.edge.own_post import is_own_post
from renderer.edge.sites import PreviewSite
from renderer.keys import CLIENT, LEASE, SCHEME, SITE, ZONE
from renderer.respond import redirects
from renderer.themes import CLICK_PATH, LIKE_PATH, OWN_PATH, VIEW_PATH, WAYS, Place, Site, blog_address, read_place
from renderer.themes.forms import FORM_KEY, FORMS_PATH, find_form
from renderer.themes.forms.draw import draw_question
from renderer.views import queries
from renderer.views.event import MOST_SLUG, NO_COUNT, asks_not_to_count
from renderer.views.watch import WATCH, Watch

MOST_BYTES = 8_192
SECONDS = 5.0
# As long as browsers keep any cookie (RFC 6265bis §5.5).
OWN_SECONDS = 400 * 86_400
# What sendBeacon makes of a text.
_KINDS = frozenset({"text/plain"})
_FORM = frozenset({"application/x-www-form-urlencoded"})


async def take_click(request: web.Request) -> web.Response:
    """A link was followed: `to` says where it leads."""
    way = request.query.get("to", "")
    if way in WAYS and is_own_post(request, request[SCHEME]):
        site = await respond.themed(request)
        watch = _watch(request)
        if watch and site.view.counting != "off" and await _is_within(request, watch.told):
            watch.reached(request, way)
    return _heard()


async def take_view(request: web.Request) -> web.Response:
    """Lines: who counts, as the page said; path; query; referrer.

    A site's pages are counted by the server or by browsers, never by both; what was fetched ahead was not counted.
    What stands at no address of the site's is nobody's view: a stranger could write into its owner's statistics.
    """
    site = await respond.themed(request)
    told = ""
    with suppress(web.HTTPException):
        told = (await read_body(request, _KINDS, most=MOST_BYTES, seconds=SECONDS)).decode("utf-8", "replace")
    mode, path, query, referrer, *_ = [*told.split("\n"), "", "", "", ""]
    watch = _watch(request)
    counting = site.view.counting
    shown = unquote(path)
    is_meant = mode == counting != "off" and path.startswith("/") and is_own_post(request, request[SCHEME])
    if watch and is_meant and await _is_within(request, watch.told) and await _is_page(request, site, path):
        watch.shown(request, request[SITE].id, request[ZONE], shown, query.removeprefix("?"), referrer)
    return _heard()


async def take_like(request: web.Request) -> web.Response:
    """Back to the post, where a line says thanks. Its number is the page's, which may be kept for a while."""
    body = await read_body(request, _FORM, most=MOST_BYTES, seconds=SECONDS)
    slug = next((value for name, value in _fields(body) if name == "post"), "")[:MOST_SLUG]
    if not is_own_post(request, request[SCHEME]):
        raise web.HTTPForbidden
    site = await respond.themed(request)
    if not slug or WATCH not in request.app or site.view.counting == "off":
        raise web.HTTPNotFound
    if watch := _watch(request):
        if not await _is_within(request, watch.likes):
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(SPAN)})
        watch.liked(request, request[SITE].id, request[ZONE], slug)
    return redirects.redirect(f"{blog_address(Place('post', slug), site.words)}#suka", status=303)


async def show_own(request: web.Request) -> web.StreamResponse:
    """Whether visits with this browser count, and a button to change it."""
    site = await respond.themed(request)
    await request[LEASE].release()
    text, button, wanted = "own_counted", "own_leave_out", "no"
    if asks_not_to_count(request.headers):
        text, button, wanted = "own_left_out", "own_count", "yes"
    elif _watch(request) is None or site.view.counting == "off":
        text, button = "own_left_out", ""
    drawn = draw_question(site, text=text, button=button, action=f"{OWN_PATH}?count={wanted}", title="own_visits")
    return respond.html(request, drawn, cache=respond.PRIVATE)


async def change_own(request: web.Request) -> web.Response:
    """The cookie grants nothing, so anybody may have one; a page elsewhere must not give it to a site's visitors."""
    if not is_own_post(request, request[SCHEME]):
        raise web.HTTPForbidden
    answer = redirects.redirect(OWN_PATH, status=303)
    answer.headers["Cache-Control"] = respond.NO_STORE
    # As the button said, however often it comes.
    seconds = 0 if request.query.get("count") == "yes" else OWN_SECONDS
    answer.set_cookie(NO_COUNT, "1", max_age=seconds, path="/", secure=True, httponly=True, samesite="Lax")
    return answer


def _fields(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("utf-8", "replace"), max_num_fields=8)
    except ValueError:  # more fields than our form has
        raise web.HTTPBadRequest from None


async def _is_page(request: web.Request, site: Site, path: str) -> bool:
    """Whether a page that counts stands at this path, percent-encoded. True where the database cannot say."""
    shown, place = unquote(path), read_place(path)
    if site.at(shown) is not None:
        return True
    try:
        if place is not None:
            if place.feed or shown != unquote(blog_address(place, site.words)):
                return False
            if place.kind in ("twin", "search", "subscribe") or place == Place("index"):
                return place.kind != "twin"
            return await queries.has_place(await request[LEASE].conn(), request[SITE].id, place, ZoneInfo(site.zone))
        key = shown.removeprefix(FORMS_PATH)
        if key == shown or re.fullmatch(FORM_KEY, key) is None:
            return False
        rows = await forms_at_hand(request, [key])
        return find_form(rows, key, site.words, site.language) is not None
    except TEMPORARY:
        return True
    finally:
        await request[LEASE].release()


async def _is_within(request: web.Request, allowance: Allowance) -> bool:
    """Whether this client tells the site no more than it may."""
    try:
        return await allowance.admits(request[LEASE].conn, request[SITE].id, request[CLIENT])
    finally:
        await request[LEASE].release()


def _watch(request: web.Request) -> Watch | None:
    """Who counts, if anybody does; nobody counts what is done in a preview."""
    return None if isinstance(request[SITE], PreviewSite) else request.app.get(WATCH)


def _heard() -> web.Response:
    return web.Response(status=204, headers={"Cache-Control": respond.NO_STORE})


routes = [
    web.post(LIKE_PATH, take_like, name="views.like"),
    web.post(CLICK_PATH, take_click, name="views.click"),
    web.post(VIEW_PATH, take_view, name="views.view"),
    web.get(OWN_PATH, show_own, name="views.own"),
    web.post(OWN_PATH, change_own, name="views.change_own"),
]
