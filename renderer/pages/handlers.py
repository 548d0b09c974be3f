"""Pages of a site, and the files of its theme."""

from datetime import UTC, datetime

from aiohttp import web
from yarl import URL

from renderer import respond
from renderer.at_hand import forms_at_hand
from renderer.content.posts import NEWEST_POSTS, newest_posts
from renderer.edge.answers import Forever
from renderer.keyring.stamps import make_stamp
from renderer.keys import KEYRING, LEASE, SHELF, SITE, THEMES
from renderer.respond import redirects
from renderer.themes import forms_on


async def show_page(request: web.Request) -> web.StreamResponse:
    """A page of the request's site; another spelling of its path is sent to the one it has."""
    site = await respond.themed(request)
    path = canonical_path(request.path)
    if site.at(path) is None:
        target = site.redirect(path)
        if target is None:
            raise web.HTTPNotFound
        return redirects.moved(request, target)
    if path != request.path:
        return redirects.moved(request, str(URL.build(path=path)))
    lease = request[LEASE]
    posts = await newest_posts(await lease.conn(), request[SITE].id, most=NEWEST_POSTS) if site.lists_posts else ()
    keys = forms_on(site, path)
    forms = await forms_at_hand(request, keys)
    await lease.release()
    stamp = make_stamp(request.app[KEYRING], request[SITE].id, datetime.now(UTC).date()) if keys else ""
    drawn = await request.app[SHELF].draw(site, path, posts, respond.now(request), forms, stamp)
    if drawn is None:
        raise web.HTTPNotFound
    return respond.page(request, drawn)


async def show_asset(request: web.Request) -> web.StreamResponse:
    """A file of a theme, under a name that holds its hash."""
    asset = request.app[THEMES].assets.get(request.path)
    if asset is None:
        raise web.HTTPNotFound
    # The address names the content, so any address is an entity tag of its own.
    etag = f'"{request.path.rpartition("/")[2]}"'
    headers = {
        **respond.SECURITY,
        **respond.file_headers(asset.content_type),
        "Cache-Control": respond.FOREVER,
        "ETag": etag,
    }
    return Forever(body=asset.body, headers={**headers, "Content-Type": asset.content_type})


def canonical_path(path: str) -> str:
    """One leading slash, none doubled, none at the end: `//tentang/` is `/tentang`."""
    return "/" + "/".join(part for part in path.split("/") if part)


routes = [
    web.get("/_theme/{path:.+}", show_asset, name="themes.asset"),
    web.get("/{path:.*}", show_page, name="pages.page"),
]
