"""robots.txt, icons, the web manifest and pictures of link previews."""

from collections.abc import Callable
from functools import partial

from aiohttp import web

from renderer import respond, themes
from renderer.content.posts import MOST_SLUG, post_by_slug
from renderer.keys import LEASE, SITE
from renderer.respond import redirects
from renderer.seo.easel import EASEL, Busy
from renderer.themes.found import paths, sharing
from renderer.themes.found.crawlers import robots_txt
from renderer.themes.found.urls import absolute
from renderer.themes.pictures.card import draw_card
from renderer.themes.pictures.qris import draw_qris
from renderer.themes.text.segments import slug_of

# Seconds: a picture is drawn in far less, so a queue is gone by then.
BUSY_RETRY = 5


async def show_robots(request: web.Request) -> web.StreamResponse:
    site = await respond.themed(request)
    sitemap = absolute(site.source.base_url, paths.SITEMAP)
    return respond.file(request, robots_txt(site.robots, sitemap).encode(), "text/plain; charset=utf-8")


async def show_favicon(request: web.Request) -> web.StreamResponse:
    """For whoever asks without reading a page: the owner's icon, or the drawn one."""
    site = await respond.themed(request)
    own = sharing.own_icon(site)
    if own is not None and own != request.path:
        return redirects.redirect(own, status=302)
    icon = sharing.site_icon(site)
    return await _send_drawn(request, site, f"{icon.digest}.ico", icon.ico, "image/x-icon", forever=False)


async def show_manifest(request: web.Request) -> web.StreamResponse:
    body = sharing.web_manifest(await respond.themed(request)).encode("utf-8", "replace")
    return respond.file(request, body, "application/manifest+json; charset=utf-8")


async def show_icon(request: web.Request) -> web.StreamResponse:
    """The drawn icon; any digest but that of the site as it is now is not found."""
    site = await respond.themed(request)
    icon = sharing.site_icon(site)
    name = request.match_info["name"]
    if request.match_info["digest"] != icon.digest or name not in sharing.ICON_NAMES:
        raise web.HTTPNotFound
    if name == sharing.SCALABLE:
        return respond.file(request, icon.svg.encode(), "image/svg+xml", forever=True, robots=site.robots.content)
    size, whole = sharing.ICON_SIZES.get(name, (512, True))
    return await _send_drawn(request, site, f"{icon.digest}/{name}", partial(icon.png, size, whole=whole))


async def show_card(request: web.Request) -> web.StreamResponse:
    """The picture of a page's link preview; only of pages that this site shows now, as they are now."""
    site = await respond.themed(request)
    card = sharing.find_card(site, request.match_info["digest"])
    if card is None:
        raise web.HTTPNotFound
    return await _send_drawn(request, site, card.digest, partial(draw_card, card, sharing.card_fonts(site)))


async def show_qris(request: web.Request) -> web.StreamResponse:
    """The picture of the owner's payment code; any other than that of the site as it is now is not found."""
    site = await respond.themed(request)
    qris = site.view.qris
    if qris is None or qris.code is None or qris.digest != request.match_info["digest"]:
        raise web.HTTPNotFound
    return await _send_drawn(request, site, f"qris/{qris.digest}", partial(draw_qris, qris.code))


async def show_post_card(request: web.Request) -> web.StreamResponse:
    """The picture of a post's link preview; only of a post that visitors may see, as it is now."""
    site = await respond.themed(request)
    slug = slug_of(request.match_info["slug"])
    if len(slug) > MOST_SLUG or "\0" in slug:
        raise web.HTTPNotFound
    post = await post_by_slug(await request[LEASE].conn(), request[SITE].id, slug)
    card = sharing.post_card(site, post.slug, post.title, post.visible_from) if post else None
    if card is None or card.digest != request.match_info["digest"]:
        raise web.HTTPNotFound
    return await _send_drawn(request, site, card.digest, partial(draw_card, card, sharing.card_fonts(site)))


async def _send_drawn(
    request: web.Request,
    site: themes.Site,
    name: str,
    draw: Callable[[], bytes],
    content_type: str = "image/png",
    *,
    forever: bool = True,
) -> web.Response:
    await request[LEASE].release()
    try:
        body = await request.app[EASEL].picture(name, draw)
    except Busy:
        return await respond.error(request, 503, {"Retry-After": str(BUSY_RETRY)})
    return respond.file(request, body, content_type, forever=forever, robots=site.robots.content)


routes = [
    web.get("/robots.txt", show_robots, name="seo.robots"),
    web.get("/favicon.ico", show_favicon, name="seo.favicon"),
    web.get(paths.MANIFEST, show_manifest, name="seo.manifest"),
    web.get(paths.ICONS + "{digest:[0-9a-f]+}/{name}", show_icon, name="seo.icon"),
    web.get(paths.CARDS + "{digest:[0-9a-f]+}.png", show_card, name="seo.card"),
    web.get(paths.QRIS + "{digest:[0-9a-f]+}.png", show_qris, name="seo.qris"),
    web.get(paths.CARDS + "{slug:[^/]+}/{digest:[0-9a-f]+}.png", show_post_card, name="seo.card.post"),
]
