"""A request's connection: taken from the pool at the first query, given back before rendering."""

import contextlib
from time import perf_counter
from typing import TYPE_CHECKING

import asyncpg

from renderer.db.pool import TEMPORARY
from renderer.tally import Histogram

if TYPE_CHECKING:
    # asyncpg's own classes, generic in its stubs alone
    from asyncpg.pool import PoolConnectionProxy

    Connection = asyncpg.Connection | PoolConnectionProxy


class Lease:
    """At most one connection at a time.

    `pool.fetchrow` acquires and resets for each query, which costs about three times the query; a request therefore
    acquires once, and lets go as soon as it has what it came for, so that rendering never holds a connection.
    """

    __slots__ = ("_away", "_conn", "_pool", "_seconds", "_waits")

    def __init__(self, pool: asyncpg.Pool, seconds: float, waits: Histogram | None = None) -> None:
        """`waits` is told how long a connection took to come."""
        self._pool = pool
        self._waits = waits
        self._seconds = seconds
        self._conn: PoolConnectionProxy | None = None
        self._away = False

    async def conn(self) -> "PoolConnectionProxy":
        """The connection. Raises what asyncpg raises when the server is away, TimeoutError when none is free."""
        if self._conn is None:
            # Whoever has an answer without the database gives it now, and not after one more wait.
            if self._away:
                raise TimeoutError
            began = perf_counter()
            try:
                # One that stands ready comes at once; what watches over waiting costs as much as a query.
                ready = self._pool.get_idle_size() > 0
                self._conn = await self._pool.acquire(timeout=None if ready else self._seconds)
            except TEMPORARY:
                self._away = True
                raise
            finally:
                if self._waits is not None:
                    self._waits.add(perf_counter() - began)
        return self._conn

    async def release(self) -> None:
        """Give it back. Never raises for what the server says: what was fetched is fetched, and the pool drops it."""
        if self._conn is not None:
            conn, self._conn = self._conn, None
            with contextlib.suppress(*TEMPORARY, asyncpg.PostgresError):
                await self._pool.release(conn, timeout=self._seconds)
