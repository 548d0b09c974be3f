"""A picture of the site that an address or a field names."""

from typing import TYPE_CHECKING

from aiohttp import web

from renderer.console.visit import Visit, read_id
from renderer.media.queries import Listed, find_picture

if TYPE_CHECKING:
    from renderer.db.lease import Connection


async def picture_of(conn: "Connection", visit: Visit, text: str) -> Listed:
    """`text` is its id. Raises web.HTTPNotFound: the site has none of that id."""
    picture = await find_picture(conn, visit.site.id, read_id(text))
    if picture is None:
        raise web.HTTPNotFound
    return picture
