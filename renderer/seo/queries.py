"""What indexes read of the database. Every row is one that visitors may see."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.db import queries
from renderer.themes.found.sitemap import IndexedPost

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("seo")


async def blog_changed(conn: "Connection", website_id: UUID) -> datetime:
    """When what the site shows changed last; never goes back."""
    changed: datetime = await _queries.blog_changed(conn, website_id=website_id)
    return changed


async def count_posts(conn: "Connection", website_id: UUID) -> int:
    count: int = await _queries.count_posts(conn, website_id=website_id)
    return count


async def posts_for_index(conn: "Connection", website_id: UUID, *, most: int, skip: int) -> list[IndexedPost]:
    """Visible posts, oldest first."""
    names = IndexedPost.__dataclass_fields__
    found = _queries.posts_for_index(conn, website_id=website_id, most=most, skip=skip)
    return [IndexedPost(**{name: row[name] for name in names}) async for row in found]


async def labels(conn: "Connection", website_id: UUID) -> list[tuple[str, str]]:
    """(kind, slug) of categories and tags that have a visible post."""
    return [(row["kind"], row["slug"]) async for row in _queries.labels_for_index(conn, website_id=website_id)]


async def newest_posts(conn: "Connection", website_id: UUID, *, most: int) -> list[tuple[str, str, str | None]]:
    """(slug, title, excerpt), newest first."""
    found = _queries.newest_posts(conn, website_id=website_id, most=most)
    return [(row["slug"], row["title"], row["excerpt"]) async for row in found]
