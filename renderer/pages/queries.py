"""What pages read of a site beside its row."""

from typing import TYPE_CHECKING
from uuid import UUID

from renderer.db import queries
from renderer.themes import PostSource

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("pages")


async def newest_posts(conn: "Connection", website_id: UUID, *, most: int) -> list[PostSource]:
    """The `most` newest visible posts of a site, newest first."""
    return [PostSource(**dict(row)) async for row in _queries.newest_posts(conn, website_id=website_id, most=most)]
