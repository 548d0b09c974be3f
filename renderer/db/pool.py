"""The pool of connections of one worker."""

from collections.abc import Awaitable, Callable

import asyncpg

from renderer.db.moments import hold_moments
from renderer.db.sessions import UNCOMPILED, DatabaseAway, Opener

# What a query raises when the server is away, restarting or out of connections: temporary, so 503 and not 500.
TEMPORARY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    # How the driver puts it when the server's farewell and our query meet on the wire.
    asyncpg.InternalClientError,
    # A row too large to be sent is one site's trouble, and may be mended any time.
    asyncpg.ProgramLimitExceededError,
    asyncpg.OutOfMemoryError,
    # The server's disk is full; it has become a standby, or answers as one; two transactions were in each other's way.
    asyncpg.DiskFullError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TransactionRollbackError,
)


_PLANS = {True: "force_generic_plan", False: "force_custom_plan"}


async def open_pool(
    url: str,
    *,
    largest: int,
    connect_seconds: float,
    statement_seconds: float,
    init: Callable[[asyncpg.Connection], Awaitable[None]] | None = None,
    planned_once: bool | None = None,
) -> asyncpg.Pool:
    """A pool on `url` (libpq form), without a connection yet: a worker starts while the server is away, and says 503.
    `init` sees each new connection first. `planned_once`: a statement keeps one plan, whatever it is asked; planning
    one of a visitor's queries takes several times as long as running it. Where it is False each is planned for what
    it is asked: an owner's sum over a range of days takes three times as long by a plan that knows no range.

    Raises `DatabaseAway` for a URL that leads nowhere.
    """

    async def begin(conn: asyncpg.Connection) -> None:
        await hold_moments(conn)
        if init is not None:
            await init(conn)

    try:
        return await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=largest,
            timeout=connect_seconds,
            command_timeout=statement_seconds,
            init=begin,
            connect=Opener(
                {
                    "application_name": "tapsite-renderer",
                    "timezone": "UTC",
                    "search_path": "public",
                    **UNCOMPILED,
                    **({} if planned_once is None else {"plan_cache_mode": _PLANS[planned_once]}),
                }
            ),
            reset=_as_it_is,
        )
    except (*TEMPORARY, asyncpg.PostgresError, ValueError) as error:
        raise DatabaseAway(f"{type(error).__name__}: {error}") from error


async def _as_it_is(conn: asyncpg.Connection) -> None:
    """A request leaves nothing behind in a session (tests/test_sql.py), so undoing it would be a query for nothing. A
    transaction that stands open is ended all the same: the pool sees to that itself."""


async def can_connect(url: str, seconds: float) -> bool:
    """Whether a new connection can be had within that time: those of a pool may be dead without knowing it."""
    try:
        conn = await asyncpg.connect(url, timeout=seconds)
    except (*TEMPORARY, asyncpg.PostgresError, ValueError):
        return False
    conn.terminate()
    return True
