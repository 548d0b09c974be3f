"""sql/queries/deleted.sql as typed functions: posts that were deleted and are kept for thirty days, and copies."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from renderer.console.writing.queries import Changed, SlugTaken
from renderer.db import queries

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("deleted")


@dataclass(frozen=True, slots=True)
class Deleted:
    """A post in the list of deleted ones."""

    id: UUID
    slug: str
    title: str
    deleted_at: datetime | None
    kept_until: datetime | None


@dataclass(frozen=True, slots=True)
class Again:
    """A post that is there again, or is a copy. `slug` may be another than the one it had."""

    id: UUID
    slug: str


async def delete_post(conn: "Connection", website_id: UUID, post_id: UUID) -> None:
    """Its address is 410 from now on where visitors ever saw it."""
    await _queries.delete_post(conn, website_id=website_id, post_id=post_id)


async def bring_back(conn: "Connection", website_id: UUID, post_id: UUID) -> Again | None:
    """As it was, with those of its labels that there still are. None: it is not there any more. Raises SlugTaken where
    somebody takes its address at the very moment."""
    try:
        async with conn.transaction():
            row = await _queries.bring_back(conn, website_id=website_id, post_id=post_id)
    except asyncpg.UniqueViolationError:
        raise SlugTaken from None
    return await _labelled(conn, website_id, row) if row else None


async def list_deleted(conn: "Connection", website_id: UUID, most: int) -> list[Deleted]:
    """The one that was deleted last first."""
    return [Deleted(**row) async for row in _queries.deleted_posts(conn, website_id=website_id, most=most)]


async def duplicate_post(conn: "Connection", website_id: UUID, post_id: UUID, prefix: str) -> Again:
    """A draft like it, whose title begins with `prefix`. Raises Changed where it is gone."""
    row = await _queries.duplicate_post(conn, website_id=website_id, post_id=post_id, prefix=prefix)
    if row is None:
        raise Changed
    return await _labelled(conn, website_id, row)


async def _labelled(conn: "Connection", website_id: UUID, row: asyncpg.Record) -> Again:
    await _queries.link_labels(
        conn, website_id=website_id, post_id=row["id"], categories=row["categories"], tags=row["tags"]
    )
    return Again(row["id"], row["slug"])
