"""What indexes read of the database. Every row is one that visitors may see."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.db import queries
from renderer.themes.found.sitemap import IndexedPost

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("seo")
_indexnow = queries.load("indexnow")
_FIRST = datetime.min.replace(tzinfo=UTC)


async def count_posts(conn: "Connection", website_id: UUID) -> int:
    count: int = await _queries.count_posts(conn, website_id=website_id)
    return count


async def posts_for_index(
    conn: "Connection", website_id: UUID, *, most: int, skip: int = 0, behind: IndexedPost | None = None
) -> list[IndexedPost]:
    """Visible posts, oldest first, without the first `skip`: of all, or of those behind one."""
    names = IndexedPost.__dataclass_fields__
    found = _queries.posts_for_index(
        conn,
        website_id=website_id,
        moment=behind.visible_from if behind else _FIRST,
        post=behind.id if behind else UUID(int=0),
        most=most,
        skip=skip,
    )
    return [IndexedPost(**{name: row[name] for name in names}) async for row in found]


async def labels(conn: "Connection", website_id: UUID) -> list[tuple[str, str]]:
    """(kind, slug) of categories and tags that have a visible post."""
    return [(row["kind"], row["slug"]) async for row in _queries.labels_for_index(conn, website_id=website_id)]


async def visible_slugs(conn: "Connection", website_id: UUID, slugs: Collection[str]) -> set[str]:
    """Those of `slugs` whose post may be seen."""
    found = _queries.visible_slugs(conn, website_id=website_id, slugs=list(slugs))
    return {row["slug"] async for row in found}


async def labels_of_slugs(conn: "Connection", website_id: UUID, slugs: Collection[str]) -> list[tuple[str, str]]:
    """(`category` or `tag`, its slug) of what lists the posts of `slugs` that may be seen."""
    found = _queries.labels_of_slugs(conn, website_id=website_id, slugs=list(slugs))
    return [(row["kind"], row["slug"]) async for row in found]


async def announces_changes(conn: "Connection") -> bool:
    """Whether the platform tells search engines of changes."""
    return bool(await _indexnow.announces_changes(conn))
