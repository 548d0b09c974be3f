"""Files of the pictures that a site's owner uploaded, on the site's own origin."""

import re

from aiohttp import web

from renderer import respond
from renderer.edge import conditions
from renderer.edge.sites import OpenSite
from renderer.keys import LEASE, PICTURES, SITE
from renderer.media.queries import picture_by_name
from renderer.themes.pictures.own import type_of

_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{1,18})?|-(\d{1,18}))")


async def show_picture(request: web.Request) -> web.StreamResponse:
    """One file. Another site's picture, and a file that there is not, are not found: by an answer that nobody keeps,
    because the same picture may be uploaded again."""
    name, file = request.match_info["name"], request.match_info["file"]
    kept = await picture_by_name(await request[LEASE].conn(), request[SITE].id, name)
    await request[LEASE].release()
    if kept is None or file not in kept.picture.files:
        return respond.nobody(request, 404)
    try:
        body = await request.app[PICTURES].get(f"{kept.place}/{file}")
    except OSError:
        return respond.nobody(request, 503, {"Retry-After": "10"})
    if body is None:
        return respond.nobody(request, 404)
    content_type = type_of(file)
    headers = {
        **respond.SECURITY,
        **respond.file_headers(content_type),
        # Whoever opens it by itself sees a picture, whatever a browser takes it for.
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": respond.FOREVER if isinstance(request[SITE], OpenSite) else respond.PRIVATE,
        "ETag": f'"{name}-{file}"',
        "Accept-Ranges": "bytes",
        "Content-Type": content_type,
    }
    return _part(request, body, headers) or web.Response(body=body, headers=headers)


def _part(request: web.Request, body: bytes, headers: dict[str, str]) -> web.Response | None:
    """What a single range asks for (RFC 9110 §14); None: the whole, which is also what several ranges get."""
    asked = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if asked is None or request.method != "GET":
        return None
    etag = headers["ETag"]
    if conditions.known_tag(request.headers, etag, None) or conditions.fails(request.headers, etag, None):
        return None  # 304 or 412 comes first
    if request.headers.get("If-Range", headers["ETag"]) != headers["ETag"]:
        return None
    size = len(body)
    if asked[3] is not None:
        first, last = max(0, size - int(asked[3])), size - 1
    else:
        first, last = int(asked[1]), min(int(asked[2]) if asked[2] else size, size - 1)
        if asked[2] and int(asked[2]) < first:
            return None  # no range at all
    if first >= size or not size:
        return web.Response(status=416, headers={**respond.SECURITY, "Content-Range": f"bytes */{size}"})
    headers = {**headers, "Content-Range": f"bytes {first}-{last}/{size}"}
    return web.Response(status=206, body=body[first : last + 1], headers=headers)


routes = [web.get("/_media/{name}/{file}", show_picture, name="pages.picture")]
