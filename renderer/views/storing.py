"""A piece of a spool → the database: one transaction, once.

The piece's id is claimed in the transaction that stores it, so that whatever is sent again adds nothing: neither
views nor counts. A record that the database refuses is found by halving and set aside; the others are stored.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from renderer.views import queries
from renderer.views.event import View
from renderer.views.records import Batch

if TYPE_CHECKING:
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


async def store(conn: "Connection", piece: UUID, batch: Batch, retention: timedelta) -> Stored:
    """Store a piece, in a transaction of its own.

    Raises PartitionMissing, and what asyncpg raises where the database is away: nothing is stored then.
    """
    async with conn.transaction():
        if not await queries.claim_piece(conn, piece):
            return Stored(known=True)
        done = Stored()
        await _insert(conn, batch.views, done, retention)
        if batch.uncounted:
            await queries.add_uncounted(conn, Counter(batch.uncounted))
        return done


async def _insert(conn: "Connection", views: list[tuple[str, View]], done: Stored, retention: timedelta) -> None:
    if not views:
        return
    try:
        async with conn.transaction():
            done.views += await queries.insert_views(conn, views)
        return
    except _REFUSALS as refusal:
        if len(views) == 1:
            _set_aside(views[0], refusal, done, retention)
            return
    half = len(views) // 2
    await _insert(conn, views[:half], done, retention)
    await _insert(conn, views[half:], done, retention)


def _set_aside(record: tuple[str, View], refusal: asyncpg.PostgresError, done: Stored, retention: timedelta) -> None:
    # What an INSERT says that finds no partition; page_views has no other CHECK.
    if isinstance(refusal, asyncpg.CheckViolationError):
        now, at = datetime.now(UTC).timestamp(), record[1].at
        if now - retention.total_seconds() <= at <= now + _AHEAD.total_seconds():
            raise PartitionMissing
    done.refused.append(record)
