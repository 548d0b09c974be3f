"""Where the console shows a picture of a site."""

from typing import TYPE_CHECKING

from renderer.console.visit import Visit
from renderer.media.queries import picture_by_name
from renderer.themes.pictures.own import own_picture

if TYPE_CHECKING:
    from renderer.db.lease import Connection


async def console_address(conn: "Connection", visit: Visit, address: str | None) -> str | None:
    """An uploaded picture at an address of the console, so that it shows before the site is live; any other where it
    is."""
    if not address:
        return None
    own = own_picture(address)
    if own is not None and (kept := await picture_by_name(conn, visit.site.id, own.name)):
        return f"/sites/{visit.site.id}/pictures/{kept.id}/{own.file_for(640)}"
    return visit.site.url + address if address.startswith("/") else address
