"""Typed functions over sql/queries/views.sql."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.db import queries
from renderer.views.event import Uncounted, View
from renderer.views.roots import WrappedRoot

if TYPE_CHECKING:
    from renderer.db.lease import Connection

# "tapviews" in ASCII: one upkeep at a time.
UPKEEP_LOCK = int.from_bytes(b"tapviews", "big")


async def claim_piece(conn: "Connection", piece: UUID) -> bool:
    """Within the transaction that stores the piece; False: it is stored already."""
    return bool(await _queries.claim_piece(conn, piece=piece))


async def insert_views(conn: "Connection", views: Sequence[tuple[str, View]]) -> int:
    """Store views and raise their sites' counters; returns how many were new and of sites that there are.

    One statement whatever the number: arrays take the place of a staging table, for which the edge has no right.
    """
    columns = list(zip(*(view for _, view in views), strict=True))
    stored = [
        row
        async for row in _queries.insert_views(
            conn, ids=[event_id for event_id, _ in views], **dict(zip(_ARRAYS, columns, strict=True))
        )
    ]
    if stored:
        await _queries.count_views(
            conn,
            website_ids=[row["website_id"] for row in stored],
            views=[row["views"] for row in stored],
            last_viewed=[row["last_viewed_at"] for row in stored],
        )
    return sum(row["views"] for row in stored)


async def add_uncounted(conn: "Connection", counts: dict[Uncounted, int]) -> None:
    """Add visits that are no views to their days' counts."""
    await _queries.add_uncounted(
        conn,
        website_ids=[one.website_id for one in counts],
        dates=[date.fromisoformat(one.day) for one in counts],
        reasons=[one.reason[:40] for one in counts],
        visits=list(counts.values()),
    )


async def roots_at_hand(conn: "Connection") -> list[WrappedRoot]:
    """Roots that are not past their end."""
    return [WrappedRoot(**row) async for row in _queries.roots_at_hand(conn)]


async def add_root(conn: "Connection", root: WrappedRoot) -> bool:
    """False where the day has one: the first stays."""
    found = await _queries.add_root(
        conn, day=root.day, wrapped_root=root.wrapped_root, key_id=root.key_id, destroy_after=root.destroy_after
    )
    return bool(found)


async def destroy_roots(conn: "Connection") -> int:
    """Delete roots past their end; returns how many."""
    return int(await _queries.destroy_roots(conn))


async def make_partitions(conn: "Connection") -> int:
    """Partitions of last month to three months ahead; returns how many were new."""
    return int(await _queries.make_partitions(conn))


async def delete_old_views(conn: "Connection", days: int, most: int) -> int:
    """Delete at most so many views older than `days`; returns how many."""
    return int(await _queries.delete_old_views(conn, days=days, most=most))


async def old_partitions(conn: "Connection", days: int) -> list[tuple[str, bool]]:
    """Partitions that ended more than `days` ago, and whether their detaching was interrupted."""
    return [(row["name"], row["pending"]) async for row in _queries.old_partitions(conn, days=days)]


async def owns_page_views(conn: "Connection") -> bool:
    """Whether this connection may drop partitions."""
    return bool(await _queries.owns_page_views(conn))


async def forget_pieces(conn: "Connection") -> int:
    """Forget pieces whose files are long deleted; returns how many."""
    return int(await _queries.forget_pieces(conn))


async def try_upkeep_lock(conn: "Connection") -> bool:
    """Held by the session; False: another one has it."""
    return bool(await _queries.try_upkeep_lock(conn, lock=UPKEEP_LOCK))


async def release_upkeep_lock(conn: "Connection") -> None:
    """Give the lock back."""
    await _queries.release_upkeep_lock(conn, lock=UPKEEP_LOCK)


_ARRAYS = (
    "website_ids",
    "at",
    "page_paths",
    "referrers",
    "visitor_hashes",
    "earlier_hashes",
    "device_types",
    "browsers",
    "systems",
    "countries",
    "cities",
    "utm_sources",
    "utm_media",
    "utm_campaigns",
)
_queries = queries.load("views")
