"""A piece of a spool → the database: one transaction, once.

The piece's id is claimed in the transaction that stores it, so that whatever is sent again adds nothing: neither
views nor counts. A record that the database refuses is found by halving and set aside; the others are stored.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from renderer.views import queries
from renderer.views.blocks import Block
from renderer.views.queries import Row
from renderer.views.records import Batch
from renderer.views.rows import Count, View, add_up, count_of, finish, pack_rows, split, unpack

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from renderer.db.lease import Connection

# What one record causes, and no other one cures.
_REFUSALS = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
# Partitions are made three months ahead; a view from beyond has a wrong clock.
_AHEAD = timedelta(days=60)


class PartitionMissing(Exception):
    """Views of a month whose partition is not there yet: the piece waits."""


@dataclass
class Stored:
    """What became of a piece."""

    known: bool = False  # it was stored before
    views: int = 0
    refused: list[tuple[str, View]] = field(default_factory=list)


async def _nothing(done: "Stored") -> None:
    """Keep none of what was refused."""


async def store(
    conn: "Connection",
    piece: UUID,
    batch: Batch,
    retention: timedelta,
    keep: "Callable[[Stored], Awaitable[None]]" = _nothing,
) -> Stored:
    """Store a piece, in a transaction of its own.

    `keep` sets aside what was refused, before the piece counts as stored: nobody would ask for it again.
    Raises PartitionMissing, and what asyncpg raises where the database is away: nothing is stored then.
    """
    async with conn.transaction():
        if not await queries.claim_piece(conn, piece):
            return Stored(known=True)
        done = Stored()
        blocks = [*batch.blocks, *_packed(batch, done)]
        rows = [block.rows for block in blocks]
        sites = add_up(chain.from_iterable(block.counts for block in blocks))
        known = await queries.known_websites(conn, sites) if sites else frozenset()
        if len(known) < len(sites):
            # Views of a site that is gone go with it.
            rows = [row for some in rows for row in split(some) if count_of(row)[0] in known]
            sites = {site: sites[site] for site in known}
        if rows and not await _copy(conn, rows, sites, done):
            await _insert(conn, _unpacked(rows, batch), done, retention)
        if batch.uncounted:
            await queries.add_uncounted(conn, Counter(batch.uncounted))
        if batch.clicks:
            await queries.add_clicks(conn, batch.clicks)
        if batch.likes:
            await queries.add_likes(conn, batch.likes)
        await keep(done)
        return done


def _packed(batch: Batch, done: Stored) -> list[Block]:
    blocks = []
    for event_id, view in batch.views:
        try:
            number = UUID(event_id).int
            row = pack_rows(number >> 64, number & (1 << 64) - 1, [finish(view)])
            blocks.append(Block(row, [count_of(row)]))
        except (ValueError, TypeError, AttributeError):
            done.refused.append((event_id, view))
    return blocks


def _unpacked(rows: Iterable[bytes], batch: Batch) -> list[Row]:
    found: list[Row] = []
    for row in chain.from_iterable(map(split, rows)):
        try:
            found.append(unpack(row))
        except ValueError:
            batch.damaged.append(row)
    return found


async def _copy(conn: "Connection", rows: list[bytes], sites: dict[bytes, Count], done: Stored) -> bool:
    """All rows at once, at half of what an INSERT takes; False where one of them stands in the way."""
    try:
        async with conn.transaction():
            await queries.copy_views(conn, rows, sites.values())
    except (asyncpg.PostgresError, ValueError, TypeError):
        # Why, the careful way finds out. Where the connection is gone, it says so again.
        return False
    done.views += sum(views for _, views, _ in sites.values())
    return True


async def _insert(conn: "Connection", rows: list[Row], done: Stored, retention: timedelta) -> None:
    """Each row that is new and can be stored."""
    try:
        async with conn.transaction():
            done.views += await queries.insert_views(conn, rows)
        return
    except _REFUSALS as refusal:
        if len(rows) == 1:
            _set_aside(rows[0], refusal, done, retention)
            return
    half = len(rows) // 2
    await _insert(conn, rows[:half], done, retention)
    await _insert(conn, rows[half:], done, retention)


def _set_aside(row: Row, refusal: asyncpg.PostgresError, done: Stored, retention: timedelta) -> None:
    event_id, website_id, at, *texts = row
    # What an INSERT says that finds no partition; page_views has no other CHECK.
    if isinstance(refusal, asyncpg.CheckViolationError) and -retention <= at - datetime.now(UTC) <= _AHEAD:
        raise PartitionMissing
    done.refused.append((str(event_id), View(str(website_id), at.timestamp(), *texts)))
