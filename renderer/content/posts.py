"""Posts of a site that more than one room reads. Every row is one that visitors may see."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.db import queries
from renderer.themes import PostSource

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("posts")

# As many as any theme shows on a page.
NEWEST_POSTS = 6

MOST_SLUG = 200
"""Characters a slug has at most; a longer one names nothing, and the database need not be asked."""


async def newest_posts(conn: "Connection", website_id: UUID, *, most: int, skip: int = 0) -> list[PostSource]:
    """Newest first, without the first `skip`."""
    found = _queries.newest_posts(conn, website_id=website_id, most=most, skip=skip)
    return [PostSource(**dict(row)) async for row in found]


async def post_by_slug(conn: "Connection", website_id: UUID, slug: str) -> PostSource | None:
    """What a list would show of it, without its extract."""
    row = await _queries.post_in_short(conn, website_id=website_id, slug=slug)
    return PostSource(**dict(row)) if row else None


async def blog_changed(conn: "Connection", website_id: UUID) -> datetime:
    """When what the site and its blog show changed last; never goes back."""
    changed: datetime = await _queries.blog_changed(conn, website_id=website_id)
    return changed
