"""What page views need done from time to time: partitions ahead, roots of days, and an end to what is old.

Once by `renderer maintain`, hourly by the server, by one process at a time (renderer/upkeep.py). Doing it twice does no
harm.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from renderer.keyring import Keyring
from renderer.views import queries
from renderer.views.rollup import forget_nights
from renderer.views.roots import new_root, wanted_days

log = logging.getLogger(__name__)

# Rows deleted in one transaction.
MOST_ROWS = 5000
# Detaching waits for everybody who reads the table; one that is interrupted is finished the next time.
DETACH_MILLISECONDS = 60_000


@dataclass
class Upkeep:
    """What was done, in numbers."""

    made: int = 0  # partitions
    roots: int = 0  # made
    destroyed: int = 0  # roots
    deleted: int = 0  # views past their time
    dropped: int = 0  # partitions
    forgotten: int = 0  # yesterday's labels, on views
    left: int = 0  # partitions that only their owner may drop

    def __str__(self) -> str:
        said = [
            f"{self.made} partitions made",
            f"{self.roots} daily roots made, {self.destroyed} destroyed",
            f"{self.forgotten} labels of the day before forgotten",
            f"{self.deleted} old views deleted",
            f"{self.dropped} old partitions dropped",
        ]
        if self.left:
            said.append(f"{self.left} empty ones wait for the tables' owner (database.migrate_url)")
        return "; ".join(said)


async def keep_up(conn: asyncpg.Connection, keyring: Keyring, retention_days: int, *, deletes: bool = True) -> Upkeep:
    """Do all of it on a connection of its own, as tapsite_maintain or the tables' owner; unless it `deletes`, no view.

    Raises what asyncpg raises; what was done by then stays done.
    """
    done = Upkeep()
    done.made = await queries.make_partitions(conn)
    for day in wanted_days(datetime.now(UTC)):
        done.roots += await queries.add_root(conn, new_root(keyring, day))
    done.destroyed = await queries.destroy_roots(conn)
    done.forgotten = await forget_nights(conn, datetime.now(UTC))
    while deletes and (gone := await queries.delete_old_views(conn, retention_days, MOST_ROWS)):
        done.deleted += gone
    if deletes:
        await drop_partitions(conn, retention_days, done)
    await queries.forget_pieces(conn)
    await queries.forget_labels(conn)
    return done


async def drop_partitions(conn: asyncpg.Connection, retention_days: int, done: Upkeep) -> None:
    """Drop what the rows above left empty. Outside a transaction, as CONCURRENTLY must be: inserts go on meanwhile."""
    old = await queries.old_partitions(conn, retention_days)
    if old and not await queries.owns_page_views(conn):
        done.left = len(old)
        return
    await conn.execute(f"SET statement_timeout = {DETACH_MILLISECONDS:d}")
    for name, state in old:
        # Names come from the catalogue, quoted by it; no function may run these.
        if state != "detached":
            await conn.execute(
                f"ALTER TABLE page_views DETACH PARTITION {name} {'FINALIZE' if state == 'pending' else 'CONCURRENTLY'}"
            )
        await conn.execute(f"DROP TABLE {name}")
        done.dropped += 1
    await conn.execute("RESET statement_timeout")
