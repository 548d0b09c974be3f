"""How connections are opened, whatever a role's own settings are and whatever stands between.

A pooler of transactions (PgBouncer) gives each transaction another server's session: statements cannot stay prepared,
parameters of a start are refused, LISTEN hears nothing, and a lock of a session is somebody else's. Visitors' queries
do without; the change log, migrations and upkeep need the server itself (`database.direct_url`).
"""

from typing import Any

import asyncpg


class DatabaseAway(Exception):
    """No connection to be had; str() names what failed, without the password of the URL."""


POOLED = (
    "database: a pooler (such as PgBouncer) answers where the server itself is needed: give the server's own address "
    "in database.direct_url (database.migrate_url and database.maintain_url, where set)"
)

UNREADABLE = (
    "database: the URL cannot be read; expected postgresql://user:password@host:port/database, with a percent sign and "
    "two digits for what is special in it (%40 for @)"
)
UNCOMPILED = {"jit": "off"}
"""Compiling a plan takes a hundred times what running one of ours does, and is decided by estimated costs: those of a
plan without sequential scans where none is to be had are beyond any limit."""
STRAIGHT = {
    **UNCOMPILED,
    "timezone": "UTC",
    "search_path": "public",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
"""Of sessions that work by themselves: what a role was given for its people is not for them."""


async def connect_straight(
    url: str, seconds: float, *, command_seconds: float | None = None, **more: str
) -> asyncpg.Connection:
    """A connection to the server itself, with `more` of the server's settings. Raises what asyncpg raises, and
    `DatabaseAway` where a pooler answers."""
    try:
        conn = await asyncpg.connect(
            url, timeout=seconds, command_timeout=command_seconds, server_settings={**STRAIGHT, **more}
        )
    except asyncpg.ProtocolViolationError:
        raise DatabaseAway(POOLED) from None
    if await is_pooled(conn):
        conn.terminate()
        raise DatabaseAway(POOLED)
    return conn


class Opener:
    """Opens the connections of one pool: with statements that stay prepared, unless a pooler stands between."""

    def __init__(self, settings: dict[str, str]) -> None:
        """`settings`: the server's, for what a pooler does not stand in front of."""
        self._settings = settings
        # Until it is known.
        self._is_pooled: bool | None = None

    async def __call__(self, *args: Any, **more: Any) -> asyncpg.Connection:
        if not self._is_pooled:
            try:
                conn = await asyncpg.connect(*args, **more, server_settings=self._settings)
            except asyncpg.ProtocolViolationError:
                # What a pooler says to a parameter of a start that it does not know.
                self._is_pooled = True
            else:
                if self._is_pooled is None:
                    self._is_pooled = await is_pooled(conn)
                if not self._is_pooled:
                    return conn
                conn.terminate()
        return await asyncpg.connect(*args, **more, statement_cache_size=0)


async def is_pooled(conn: asyncpg.Connection) -> bool:
    """Whether the process that answers is another than the one that was connected to: poolers make that one up. A
    connection that does not get to say so is ended, whoever gave it up."""
    try:
        return bool(await conn.fetchval("SELECT pg_backend_pid()") != conn.get_server_pid())
    except (asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError):
        # Prepared in one session, asked for in another.
        return True
    except BaseException:
        conn.terminate()
        raise
