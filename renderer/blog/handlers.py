"""Pages of a blog."""

import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import web

from renderer import respond, themes
from renderer.blog import queries
from renderer.blog.kept import KEPT_POSTS
from renderer.blog.search import read_search, show_search
from renderer.content.posts import MOST_SLUG, blog_changed, newest_posts
from renderer.keys import HELD, LEASE, SHELF, SITE
from renderer.respond import redirects
from renderer.themes import POSTS_A_PAGE, Place, PostList, PostRow, Site

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_TABLES = {"post": "post", "twin": "post", "category": "category", "tag": "tag"}
"""Places that have a slug → what has it."""
_MOST_YEARS = 25
"""Years of the archive that a list leads to; older ones have their pages all the same."""


async def show_blog(request: web.Request) -> web.StreamResponse:
    """Whatever stands below /blog; another spelling of an address is sent to the one it has."""
    site = await respond.themed(request)
    place = themes.read_place(request.rel_url.raw_path)
    if place is None or len(place.slug) > MOST_SLUG or "\0" in place.slug:
        raise web.HTTPNotFound
    if place.kind in ("search", "subscribe") and await _is_post(request, place):
        place = replace(place, kind="post")
    wanted = themes.blog_address(place, site.words)
    if wanted != request.rel_url.raw_path:
        # In one hop: an old slug in an odd spelling leads to where the post stands now.
        found = await _standing(request, place) if place.kind in _TABLES else place
        return redirects.moved(request, themes.blog_address(found, site.words))
    show = _show_feed if place.feed else _SHOWN.get(place.kind)
    if show is None:
        raise web.HTTPNotFound
    return await show(request, site, place)


async def _show_post(request: web.Request, site: Site, place: Place) -> web.StreamResponse:
    lease, row, held, kept = request[LEASE], request[SITE], request.get(HELD), request.app[KEPT_POSTS]
    conn = await lease.conn()
    around = kept.beside(held, row.id, place.slug)
    if around is None:
        found = await queries.post_with_beside(conn, row.id, place.slug)
        if found is None:
            return await _moved(request, site, place)
        post, around = found
        kept.keep_beside(held, row.id, place.slug, around)
    else:
        known = await queries.post_by_slug(conn, row.id, place.slug)
        if known is None:
            return await _moved(request, site, place)
        post = known
    await lease.release()
    now = respond.now(request)
    today = themes.today_of(site, now)
    drawn = kept.drawn(site, post, around, today)
    if drawn is None:
        drawn = await request.app[SHELF].run(_weight(post), lambda: themes.draw_post(site, post, around, now))
        kept.keep(site, post, around, today, drawn)
    return respond.page(request, drawn)


async def _show_twin(request: web.Request, site: Site, place: Place) -> web.StreamResponse:
    """The post as Markdown: for those who read llms.txt, and never instead of the post in an index.

    A post whose own slug ends like this comes first: it has no other address.
    """
    lease = request[LEASE]
    conn = await lease.conn()
    own = Place("post", f"{place.slug}.md")
    if await _exists(conn, request[SITE].id, "post", own.slug):
        return await _show_post(request, site, own)
    post = await queries.post_by_slug(conn, request[SITE].id, place.slug)
    if post is None:
        retired = await queries.retired_slug(conn, request[SITE].id, "post", own.slug)
        return await _moved(request, site, place if retired is None else own)
    await lease.release()
    text = await request.app[SHELF].run(_weight(post), lambda: themes.draw_twin(site, post))
    return respond.file(request, text.encode("utf-8", "replace"), "text/markdown; charset=utf-8", robots="noindex")


def _weight(post: PostRow) -> int:
    """As much of a site's row as takes as long to draw: a document is drawn from nearly as it stands."""
    return len(post.content or "") // 3


async def _show_list(request: web.Request, site: Site, place: Place) -> web.StreamResponse:
    lease, row = request[LEASE], request[SITE]
    conn = await lease.conn()
    label, skip = None, (place.page - 1) * POSTS_A_PAGE
    if place.kind == "archive":
        first, end = place.span(ZoneInfo(site.zone))
        posts = await queries.posts_of_span(conn, row.id, first, end, most=POSTS_A_PAGE + 1, skip=skip)
    elif place.kind in ("category", "tag"):
        named = await queries.label_by_slug(conn, row.id, place.kind, place.slug)
        if named is None:
            return await _moved(request, site, place)
        label = named[1]
        posts = await queries.posts_of_label(conn, row.id, place.kind, named[0], most=POSTS_A_PAGE + 1, skip=skip)
    else:
        posts = await newest_posts(conn, row.id, most=POSTS_A_PAGE + 1, skip=skip)
    # An empty blog has a page that says so; an empty month, label or further page is none.
    if not posts and (place.kind != "index" or place.page > 1):
        raise web.HTTPNotFound
    categories = await queries.categories(conn, row.id) if place.kind in ("index", "category") else ()
    more, now = len(posts) > POSTS_A_PAGE, respond.now(request)
    spans = await _spans(conn, row.id, site, place, now) if more or place.page > 1 or place.year else ()
    await lease.release()
    found = PostList(posts[:POSTS_A_PAGE], more, label, categories, spans)
    return respond.page(request, themes.draw_list(site, place, found, now))


async def _spans(
    conn: "Connection", website_id: UUID, site: Site, place: Place, now: datetime
) -> tuple[tuple[int, int], ...]:
    """What a list leads to of the archive: from the index the latest years, from a year or month the year's months."""
    if place.kind not in ("index", "archive"):
        return ()
    zone = ZoneInfo(site.zone)
    latest = now.astimezone(zone).year
    asked = (
        [(place.year, month) for month in range(1, 13)] if place.year else [(latest - n, 0) for n in range(_MOST_YEARS)]
    )
    spans = [Place("archive", year=year, month=month).span(zone) for year, month in asked]
    shown = await queries.spans_shown(conn, website_id, spans)
    return tuple(asked[number] for number in shown)


async def _show_feed(request: web.Request, site: Site, place: Place) -> web.StreamResponse:
    lease, row = request[LEASE], request[SITE]
    conn = await lease.conn()
    named = None
    if place.kind != "index":
        named = await queries.label_by_slug(conn, row.id, place.kind, place.slug)
        if named is None:
            return await _moved(request, site, place)
    changed = await blog_changed(conn, row.id)
    content_type = f"{themes.FEED_TYPES[place.feed]}; charset=utf-8"
    headers = respond.versioned(request, site, changed, content_type, site.robots.content)
    label_id = named[0] if named else None
    posts = await queries.feed_posts(conn, row.id, place.kind, label_id, most=themes.MOST_FEED_POSTS)
    # Like its page: a label without posts is none; a blog has a feed before it has posts.
    if named is not None and not posts:
        raise web.HTTPNotFound
    await lease.release()
    label = named[1] if named else None
    length = sum(len(post.content or "") for post in posts)
    body = await request.app[SHELF].run(length, lambda: themes.draw_feed(site, place, posts, label, changed))
    return respond.shared(request, body, headers)


async def _show_subscribe(request: web.Request, site: Site, place: Place) -> web.StreamResponse:
    return respond.page(request, themes.draw_list(site, place, PostList(()), respond.now(request)))


async def _is_post(request: web.Request, place: Place) -> bool:
    """Whether a post's slug is the very word of one of the blog's own pages. Who searches for something wants that."""
    if place.kind == "search" and read_search(request.rel_url.raw_query_string).query:
        return False
    return await _exists(await request[LEASE].conn(), request[SITE].id, "post", place.slug)


async def _moved(request: web.Request, site: Site, place: Place) -> web.StreamResponse:
    """An address that nothing has now: what was renamed is one hop away. HTTPGone, HTTPNotFound for the others."""
    found = await _standing(request, place)
    if found == place:
        raise web.HTTPNotFound
    return redirects.moved(request, themes.blog_address(found, site.words))


async def _standing(request: web.Request, place: Place) -> Place:
    """Where a post, category or tag stands that was asked for by `place`. HTTPGone where it was deleted, HTTPNotFound
    where there never was one, or it is not to be seen."""
    conn, site_id, kind = await request[LEASE].conn(), request[SITE].id, _TABLES[place.kind]
    for slug in dict.fromkeys((place.slug, usual_slug(place.slug))):
        if await _exists(conn, site_id, kind, slug):
            return replace(place, slug=slug)
        retired = await queries.retired_slug(conn, site_id, kind, slug)
        now = retired.slug if retired is not None else None
        if now and (kind == "post" or await _exists(conn, site_id, kind, now)):
            return replace(place, slug=now)
        if retired is not None and retired.gone:
            raise web.HTTPGone
    raise web.HTTPNotFound


async def _exists(conn: "Connection", website_id: UUID, kind: str, slug: str) -> bool:
    if kind == "post":
        return await queries.post_by_slug(conn, website_id, slug) is not None
    named = await queries.label_by_slug(conn, website_id, kind, slug)
    # One without posts has no page to lead to, and is nobody's to know of.
    return named is not None and bool(await queries.posts_of_label(conn, website_id, kind, named[0], most=1, skip=0))


def usual_slug(slug: str) -> str:
    """As slugs are usually written: small letters, no blanks, normal form C."""
    return "-".join(unicodedata.normalize("NFC", slug.casefold()).replace("_", " ").split())


_SHOWN: dict[str, Callable[[web.Request, Site, Place], Awaitable[web.StreamResponse]]] = {
    "index": _show_list,
    "category": _show_list,
    "tag": _show_list,
    "archive": _show_list,
    "post": _show_post,
    "twin": _show_twin,
    "search": show_search,
    "subscribe": _show_subscribe,
}

# Any spelling of the first word comes here, so that one place knows where it leads.
routes = [web.get("/{path:/*(?i:blog)(?:/.*)?}", show_blog, name="blog")]
