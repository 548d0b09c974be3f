"""Typed functions over sql/queries/views.sql."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from renderer.db import queries
from renderer.themes import POSTS_A_PAGE, Place
from renderer.views.event import Click, Like, Uncounted
from renderer.views.roots import WrappedRoot
from renderer.views.rows import AFTER, BEFORE, COLUMNS, Count, moment

if TYPE_CHECKING:
    from renderer.db.lease import Connection

# Id, site and time of a view, then a View's fields from page_path on.
Row = tuple[Any, ...]


async def claim_piece(conn: "Connection", piece: UUID) -> bool:
    """Within the transaction that stores the piece; False: it is stored already."""
    return bool(await _queries.claim_piece(conn, piece=piece))


async def known_websites(conn: "Connection", websites: Collection[bytes]) -> frozenset[bytes]:
    """Which of them there are; ids as bytes. None of these is deleted before the transaction ends."""
    ids = [UUID(bytes=one) for one in websites]
    return frozenset([row["id"].bytes async for row in _queries.known_websites(conn, website_ids=ids)])


async def copy_views(conn: "Connection", rows: Sequence[bytes], counts: Collection[Count]) -> None:
    """Store views (rows.pack_rows) by COPY and raise the counters of their sites. Raises where one is there already, or
    cannot be stored."""
    source = memoryview(b"".join((BEFORE, *rows, AFTER)))  # bytes would be taken for the name of a file
    await conn.copy_to_table("page_views", source=source, columns=COLUMNS, format="binary")
    await _count(conn, [(UUID(bytes=site), views, moment(last)) for site, views, last in counts])


async def insert_views(conn: "Connection", rows: Sequence[Row]) -> int:
    """Store those of the views that are new, and raise their sites' counters by these; returns how many."""
    arrays = dict(zip(_ARRAYS, zip(*rows, strict=True), strict=True))
    stored = [tuple(row) async for row in _queries.insert_views(conn, **arrays)]
    await _count(conn, stored)
    return sum(views for _, views, _ in stored)


async def _count(conn: "Connection", counts: Sequence[tuple[UUID, int, datetime]]) -> None:
    if counts:
        websites, views, last_viewed = zip(*counts, strict=True)
        await _queries.count_views(conn, website_ids=websites, views=views, last_viewed=last_viewed)


async def add_uncounted(conn: "Connection", counts: dict[Uncounted, int]) -> None:
    """Add visits that are no views to their days' counts."""
    await _queries.add_uncounted(
        conn,
        website_ids=[one.website_id for one in counts],
        dates=[date.fromisoformat(one.day) for one in counts],
        reasons=[one.reason[:40] for one in counts],
        visits=list(counts.values()),
    )


async def add_clicks(conn: "Connection", clicks: Sequence[Click]) -> None:
    """Add followed links to their days' counts; a visitor counts once for a way and day."""
    await _queries.add_clicks(
        conn,
        website_ids=[click.website_id for click in clicks],
        dates=[date.fromisoformat(click.day) for click in clicks],
        ways=[click.way[:40] for click in clicks],
        labels=[click.visitor_hash for click in clicks],
    )


async def add_likes(conn: "Connection", likes: Sequence[Like]) -> None:
    """Count visible posts that visitors like; a visitor counts once for a post and day."""
    await _queries.add_likes(
        conn,
        website_ids=[like.website_id for like in likes],
        dates=[date.fromisoformat(like.day) for like in likes],
        slugs=[like.slug for like in likes],
        labels=[like.label for like in likes],
    )


async def forget_labels(conn: "Connection") -> None:
    """Forget who followed links and liked posts on days that are over everywhere."""
    await _queries.forget_click_labels(conn)
    await _queries.forget_like_labels(conn)


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


async def old_partitions(conn: "Connection", days: int) -> list[tuple[str, str]]:
    """Partitions that ended more than `days` ago, quoted, and how far they are: "attached", "pending" (detaching was
    interrupted) or "detached" (dropping was)."""
    return [(row["name"], row["state"]) async for row in _queries.old_partitions(conn, days=days)]


async def owns_page_views(conn: "Connection") -> bool:
    """Whether this connection may drop partitions."""
    return bool(await _queries.owns_page_views(conn))


async def forget_pieces(conn: "Connection") -> int:
    """Forget pieces whose files are long deleted; returns how many."""
    return int(await _queries.forget_pieces(conn))


_ARRAYS = tuple(f"{column}s" for column in COLUMNS)
_queries = queries.load("views")


async def has_place(conn: "Connection", website_id: UUID, place: Place, zone: ZoneInfo) -> bool:
    """Whether visitors of the site see a post, or a list of posts that is not empty, at a place whose slug is
    storable."""
    first, end = place.span(zone) if place.kind == "archive" else (None, None)
    skip = (place.page - 1) * POSTS_A_PAGE
    return bool(
        await _queries.has_place(
            conn, website_id=website_id, kind=place.kind, slug=place.slug, first=first, end=end, skip=skip
        )
    )
