"""Uploaded pictures inside a page that is shown before its site is: as `data:` addresses (RFC 2397).

A frame without an origin gets none of the console's files, and a site that is not public gives its own to nobody.
"""

import asyncio
import re
from base64 import b64encode

from renderer.console.visit import Visit
from renderer.keys import PICTURES
from renderer.media.queries import picture_by_name
from renderer.themes.pictures.own import FOLDER, NAME

MOST, WIDEST = 12, 320
"""Pictures of a page, and pixels of each: the frame is a small one."""
_SOURCE = re.compile(rf"<source\b[^>]*{FOLDER}[^>]*>")
_SRCSET = re.compile(rf'\s(?:srcset|imagesrcset)="[^"]*{FOLDER}[^"]*"')
_ADDRESS = re.compile(rf'(\bsrc="|url\("?)(?:https?://[^"/()\s]+)?{FOLDER}({NAME.pattern})/[^"()\s]+')


def are_hidden(visit: Visit) -> bool:
    """Whether the site itself shows its pictures to nobody, or to who knows a password alone."""
    return visit.site.status != "published" or visit.site.is_protected


async def inlay(visit: Visit, html: str) -> str:
    """The page with its first pictures in it; what more there are show their descriptions."""
    names = list(dict.fromkeys(found[2] for found in _ADDRESS.finditer(html)))[:MOST]
    if not names:
        return html
    async with visit.db() as conn:
        kept = [await picture_by_name(conn, visit.site.id, name) for name in names]
    places = {one.name: f"{one.place}/{one.picture.file_for(WIDEST)}" for one in kept if one}
    read = await asyncio.gather(*(_file(visit, place) for place in places.values()))
    inside = {name: one for name, one in zip(places, read, strict=True) if one}
    html = _SRCSET.sub("", _SOURCE.sub("", html))
    return _ADDRESS.sub(lambda found: found[1] + inside[found[2]] if found[2] in inside else found[0], html)


async def _file(visit: Visit, place: str) -> str:
    try:
        body = await visit.request.app[PICTURES].get(place)
    except OSError:
        body = None
    return f"data:image/webp;base64,{b64encode(body).decode()}" if body else ""
