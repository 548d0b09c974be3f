"""sql/queries/takeout.sql as typed functions."""

from typing import TYPE_CHECKING
from uuid import UUID

from renderer.db import queries

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("takeout")


async def site_text(conn: "Connection", website_id: UUID) -> str:
    """What the site is made of, as JSON; columns that are more than 2 MiB are named, and not in it."""
    text: str = await _queries.site_text(conn, website_id=website_id)
    return text


async def post_ids(conn: "Connection", website_id: UUID) -> list[UUID]:
    """Of all posts, drafts among them, the oldest first."""
    return [row["id"] async for row in _queries.post_ids(conn, website_id=website_id)]
