"""Searching a blog."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import web

from renderer import respond, themes
from renderer.blog import queries
from renderer.keys import LEASE, SITE
from renderer.themes import POSTS_A_PAGE, Place, PostList, Site
from renderer.themes.decode import clean_text

MOST_QUERY = 200
"""Characters that can be searched for."""
_MOST_FIELDS = 40
_PAGE_NUMBER = re.compile(r"[1-9][0-9]?|100")
_RETRY_SECONDS = "10"


@dataclass(frozen=True, slots=True)
class Search:
    query: str
    """Without blanks around it, in normal form C; nothing: the form alone."""
    page: int | None
    """None: there is no such page."""


def read_search(raw_query: str) -> Search:
    """What a percent-encoded query string asks for; fields of other names are nobody's. HTTPBadRequest where it cannot
    be read."""
    try:
        fields = parse_qsl(raw_query, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
        asked = dict(reversed(fields))  # the first of each name
        asked.get("q", "").encode()
    except ValueError:  # not UTF-8, or too many
        raise web.HTTPBadRequest from None
    query = clean_text(asked.get("q", "")).strip()
    page = asked.get("p", "1")
    return Search(query, int(page) if _PAGE_NUMBER.fullmatch(page) else None)


async def show_search(request: web.Request, site: Site, place: Place) -> web.StreamResponse:
    asked = read_search(request.rel_url.raw_query_string)
    if len(asked.query) > MOST_QUERY:
        return _answer(request, site, 1, PostList((), notice="blog_search_long"), status=400)
    if asked.page is None or (not asked.query and asked.page > 1):
        raise web.HTTPNotFound
    if not asked.query:
        return _answer(request, site, 1, PostList(()))
    lease, skip = request[LEASE], (asked.page - 1) * POSTS_A_PAGE
    hits = await queries.posts_found(
        await lease.conn(), request[SITE].id, asked.query, most=POSTS_A_PAGE + 1, skip=skip
    )
    await lease.release()
    if hits is None:
        slow = PostList((), query=asked.query, notice="blog_search_slow")
        return _answer(request, site, asked.page, slow, status=503, headers={"Retry-After": _RETRY_SECONDS})
    if not hits.posts and asked.page > 1:
        raise web.HTTPNotFound
    posts = hits.posts[:POSTS_A_PAGE]
    extracts = {
        themes.blog_address(Place("post", post.slug), site.words): text
        for post, text in zip(posts, hits.extracts, strict=False)
        if text
    }
    more = len(hits.posts) > POSTS_A_PAGE
    found = PostList(posts, more, query=asked.query, found=extracts, instead=hits.instead)
    return _answer(request, site, asked.page, found)


def _answer(
    request: web.Request,
    site: Site,
    page: int,
    found: PostList,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> web.Response:
    drawn = themes.draw_list(site, Place("search", page=page), found, respond.now(request))
    return respond.html(request, drawn, status=status, headers=headers)
