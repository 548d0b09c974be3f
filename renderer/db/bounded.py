"""Queries that may take so long and no longer, by the server's own clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from renderer.db.lease import Connection


@asynccontextmanager
async def bounded(conn: "Connection", milliseconds: int) -> AsyncIterator[None]:
    """A read-only transaction each of whose statements the server ends after so long (asyncpg.QueryCanceledError).

    The server's clock, because a client that gave up may leave its query running; LOCAL, because behind a pooler of
    transactions a session's setting would be somebody else's.
    """
    async with conn.transaction(readonly=True):
        await conn.execute(f"SET LOCAL statement_timeout = {milliseconds:d}")
        yield
