"""Sitemaps and llms.txt: only for a site that may be indexed, only what visitors may see."""

from datetime import datetime

from aiohttp import web

from renderer import respond
from renderer.content.posts import blog_changed, newest_posts
from renderer.edge import codings
from renderer.edge.negotiation import IDENTITY, accepted
from renderer.keys import LEASE, SITE
from renderer.seo import queries
from renderer.themes import Site
from renderer.themes.found import paths, sitemap

XML = "application/xml; charset=utf-8"
_CHUNK = 5_000
"""Posts fetched at a time: between two chunks no connection is held."""
_MOST_FILES = 99
_MOST_TOLD = 50


async def show_index(request: web.Request) -> web.StreamResponse:
    site, changed, headers = await _open(request, XML)
    count = await queries.count_posts(await request[LEASE].conn(), request[SITE].id)
    files = min(_MOST_FILES, -(-count // sitemap.MOST_ENTRIES))
    return _send(request, sitemap.sitemap_index(site, files, changed), headers)


async def show_pages(request: web.Request) -> web.StreamResponse:
    site, changed, headers = await _open(request, XML)
    conn = await request[LEASE].conn()
    has_posts = bool(await newest_posts(conn, request[SITE].id, most=1))
    labels = await queries.labels(conn, request[SITE].id) if has_posts else []
    return _send(request, sitemap.pages_sitemap(site, labels, changed, has_posts=has_posts), headers)


async def show_posts(request: web.Request) -> web.StreamResponse:
    """One file of posts, sent as it is read."""
    site, _, headers = await _open(request, XML)
    if (same := respond.unchanged(request, headers)) is not None:
        return same
    start = (int(request.match_info["number"]) - 1) * sitemap.MOST_ENTRIES
    posts = await queries.posts_for_index(await request[LEASE].conn(), request[SITE].id, most=_CHUNK, skip=start)
    if not posts:
        raise web.HTTPNotFound
    coding = accepted(request.headers)[0]
    headers |= respond.VARIES
    if coding != IDENTITY:
        headers |= {"Content-Encoding": coding, "ETag": codings.tag(headers["ETag"], coding, "quick")}
    if request.method == "HEAD":
        return web.Response(headers=headers)
    coder = codings.stream(coding)
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    await response.write(coder.compress(sitemap.OPEN.encode()))
    sent = 0
    while posts:
        await request[LEASE].release()
        await response.write(coder.compress("".join(sitemap.post_rows(site, posts)).encode("utf-8", "replace")))
        sent += len(posts)
        most = min(_CHUNK, sitemap.MOST_ENTRIES - sent)
        if len(posts) < _CHUNK or most <= 0:
            break
        conn = await request[LEASE].conn()
        posts = await queries.posts_for_index(conn, request[SITE].id, most=most, behind=posts[-1])
    await response.write(coder.compress(sitemap.CLOSE.encode()) + coder.finish())
    await response.write_eof()
    return response


async def show_llms(request: web.Request) -> web.StreamResponse:
    site, _, headers = await _open(request, "text/plain; charset=utf-8")
    posts = await newest_posts(await request[LEASE].conn(), request[SITE].id, most=_MOST_TOLD)
    return _send(request, sitemap.llms_txt(site, posts), headers)


def _send(request: web.Request, text: str, headers: dict[str, str]) -> web.Response:
    return respond.shared(request, text.encode("utf-8", "replace"), headers)


async def _open(request: web.Request, content_type: str) -> tuple[Site, datetime, dict[str, str]]:
    """The site, when it changed last, and the file's headers; not found for a site that is not to be indexed."""
    site = await respond.themed(request)
    if not site.robots.index:
        raise web.HTTPNotFound
    changed = await blog_changed(await request[LEASE].conn(), request[SITE].id)
    return site, changed, respond.versioned(request, site, changed, content_type)


routes = [
    web.get(paths.SITEMAP, show_index, name="seo.sitemap"),
    web.get("/sitemap-pages.xml", show_pages, name="seo.sitemap.pages"),
    web.get(r"/sitemap-posts-{number:[1-9][0-9]?}.xml", show_posts, name="seo.sitemap.posts"),
    web.get(paths.LLMS, show_llms, name="seo.llms"),
]
