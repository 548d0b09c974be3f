"""What a database needs done from time to time, by one process at a time, beside the requests.

A room says what it needs as a `Job`; the server does what is due, `renderer maintain` does all of it now. Doing a job
twice does no harm: another process may have done it a moment ago.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

import asyncpg

from renderer.db import queries
from renderer.db.moments import hold_moments
from renderer.db.pool import TEMPORARY
from renderer.db.sessions import DatabaseAway, connect_straight
from renderer.tally import Tally

log = logging.getLogger(__name__)

LOCK = 7_270_411_001
"""Advisory: whoever holds it does the upkeep."""
LIVE_LOCK = 7_270_411_002
"""The same for what cannot wait for the rest of it."""
PULSE_SECONDS = 30.0
LIVE_SECONDS = 5.0
CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 5.0
RELATED_AT_ONCE = 50
RELATING_SECONDS = 20.0

# Of a connection that is no more, though it may not know yet.
_LOST = (OSError, asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError)


@dataclass(frozen=True, slots=True)
class Job:
    """`work` runs on a connection of its own outside any transaction, and says what it did, or None if nothing.

    What it raises of asyncpg's errors is logged; the other jobs go on, and it is tried again in a minute. What a
    `quiet` one did is no news. A `paced` one makes its own pauses.
    """

    name: str
    every_seconds: float
    work: Callable[[asyncpg.Connection], Awaitable[str | None]]
    quiet: bool = False
    paced: bool = False


class JobsFailed(Exception):
    """What each of the others said, and why these failed: a line each."""

    def __init__(self, said: Sequence[str], failed: Sequence[str]) -> None:
        super().__init__("\n".join(failed))
        self.said, self.failed = said, failed


async def do_all(conn: asyncpg.Connection, jobs: Sequence[Job]) -> list[str] | None:
    """Do every job now; what each one said, by name. None: another process is at it.

    One that fails keeps none of the others from being done; then `JobsFailed` is raised. Raises what asyncpg raises
    where the connection is lost. The connection holds the lock from then on.
    """
    if not await _queries.try_upkeep_lock(conn, lock=LOCK):
        return None
    said, failed = [], []
    for job in jobs:
        try:
            said.append(f"{job.name}: {await job.work(conn) or 'nothing to do'}")
        except Exception as error:
            if conn.is_closed():
                raise
            log.debug("upkeep of %s stumbled", job.name, exc_info=True)
            failed.append(f"{job.name}: failed: {type(error).__name__}: {error}")
    if failed:
        raise JobsFailed(said, failed)
    return said


class Rounds:
    """One a worker. `run` ends when it is cancelled."""

    def __init__(
        self,
        url: str,
        jobs: Sequence[Job],
        tally: Tally | None = None,
        *,
        lock: int = LOCK,
        pulse_seconds: float = PULSE_SECONDS,
    ) -> None:
        self._tally = tally or Tally()
        self._url = url
        self._jobs = jobs
        self._lock = lock
        self._pulse_seconds = pulse_seconds
        self._due = dict.fromkeys((job.name for job in jobs), 0.0)
        self._said: set[str] = set()

    async def run(self) -> None:
        while True:
            # No more than half of the time, however much there is to do.
            took = await self.once()
            await asyncio.sleep(max(self._pulse_seconds, took))

    async def once(self) -> float:
        """Do what is due; returns the seconds it took, but for paced jobs. Never raises for what the database says."""
        due = [job for job in self._jobs if monotonic() >= self._due[job.name]]
        begun, paced = monotonic(), 0.0
        if not due:
            return 0.0
        try:
            async with connection(self._url) as conn:
                # The lock ends with the connection.
                if await _queries.try_upkeep_lock(conn, lock=self._lock):
                    for job in due:
                        if conn.is_closed():
                            raise DatabaseAway("the connection was lost")
                        at = monotonic()
                        await self._do(conn, job)
                        paced += monotonic() - at if job.paced else 0.0
        except DatabaseAway as error:
            self._complain("connection", f"no upkeep, tried again: {error}")
        except (*TEMPORARY, asyncpg.PostgresError, ValueError) as error:
            self._complain("connection", f"no upkeep, tried again: {type(error).__name__}")
        return monotonic() - begun - paced

    async def _do(self, conn: asyncpg.Connection, job: Job) -> None:
        try:
            done = await job.work(conn)
        except asyncpg.InsufficientPrivilegeError as error:
            self._tally.upkeep_failed += 1
            self._due[job.name] = monotonic() + job.every_seconds
            hint = "set database.maintain_url, or let a timer run `renderer maintain`"
            self._complain(job.name, f"upkeep of {job.name}: {error}; {hint}")
        except (*TEMPORARY, asyncpg.PostgresError) as error:
            if conn.is_closed() or isinstance(error, _LOST):
                # That is the database's failure, however the driver puts it: what was asked last, and what is asked
                # of a connection that is no more, have different names.
                raise DatabaseAway("the connection was lost") from error
            self._tally.upkeep_failed += 1
            self._due[job.name] = monotonic() + min(job.every_seconds, 60.0)
            self._complain(job.name, f"upkeep of {job.name} failed, tried again: {type(error).__name__}")
        except Exception:
            self._tally.upkeep_failed += 1
            # A job that stumbles must not end the others' rounds.
            self._due[job.name] = monotonic() + job.every_seconds
            log.exception("upkeep of %s stumbled", job.name)
        else:
            self._tally.upkeep_done += 1
            self._due[job.name] = monotonic() + job.every_seconds
            self._said -= {job.name, "connection"}
            if done:
                log.log(logging.DEBUG if job.quiet else logging.INFO, "upkeep of %s: %s", job.name, done)

    def _complain(self, subject: str, message: str) -> None:
        """Once, until it goes well again."""
        if subject not in self._said:
            self._said.add(subject)
            log.warning("%s", message)


@asynccontextmanager
async def connection(url: str) -> AsyncIterator[asyncpg.Connection]:
    """What the jobs run on: one processor's worth, the others are for visitors. Raises as `connect_straight` does."""
    conn = await connect_straight(url, CONNECT_SECONDS, max_parallel_workers_per_gather="0")
    try:
        await hold_moments(conn)
        yield conn
    finally:
        with contextlib.suppress(*TEMPORARY, asyncpg.PostgresError):
            await conn.close(timeout=CLOSE_SECONDS)


_queries = queries.load("upkeep")


async def doubts_clock(conn: asyncpg.Connection) -> str | None:
    """Why nothing may be deleted for being old just now, or None: the server's clock leapt ahead, and may be wrong."""
    until = await _queries.doubt_clock(conn)
    if until is None:
        return None
    return f"nothing old is deleted before {until:%Y-%m-%d %H:%M} UTC: the clock leapt ahead, or upkeep was away"


async def prune_revisions(conn: asyncpg.Connection) -> str | None:
    """Forget revisions that are old and followed by many newer ones."""
    if doubt := await doubts_clock(conn):
        return doubt
    return _counted(await _queries.prune_revisions(conn), "old revisions forgotten")


async def prune_preview_links(conn: asyncpg.Connection) -> str | None:
    """Forget links to previews that ended long ago."""
    return _counted(await _queries.prune_preview_links(conn), "old links to previews forgotten")


async def prune_deleted_posts(conn: asyncpg.Connection) -> str | None:
    """Forget posts that their owners deleted a month ago."""
    if doubt := await doubts_clock(conn):
        return doubt
    return _counted(await _queries.prune_deleted_posts(conn), "deleted posts forgotten")


async def prune_unsaved(conn: asyncpg.Connection) -> str | None:
    """Forget what owners typed a month ago and never saved, into posts and other forms."""
    if doubt := await doubts_clock(conn):
        return doubt
    return _counted(await _queries.prune_unsaved(conn), "texts that were never saved forgotten")


async def prune_taken_forms(conn: asyncpg.Connection) -> str | None:
    """Forget forms of the console that nobody sends again any more."""
    return _counted(await _queries.prune_taken_forms(conn), "forms that were taken forgotten")


async def prune_change_log(conn: asyncpg.Connection) -> str | None:
    """Forget changes that every reader has seen."""
    forgotten = 0
    while number := await _queries.prune_change_log(conn):
        forgotten += number
    return _counted(forgotten, "changes forgotten")


async def count_template_uses(conn: asyncpg.Connection) -> str | None:
    """Count the uses of templates that their writers had to leave."""
    return _counted(await _queries.count_template_uses(conn), "uses of templates counted")


async def relate_posts(conn: asyncpg.Connection) -> str | None:
    """Find what changed posts are like, some of each site in turn; what takes longer goes on in the next round."""
    done, begun, site = 0, monotonic(), UUID(int=0)
    while (found := await _queries.relate_posts(conn, following=site, most=RELATED_AT_ONCE)) is not None:
        site = found["site"]
        done += found["related"]
        # Nothing: whoever is deleting them comes first.
        if not found["related"] or monotonic() - begun > RELATING_SECONDS:
            break
    return _counted(done, "posts related")


def _counted(number: int | None, what: str) -> str | None:
    return f"{number} {what}" if number else None


OF_THE_DATABASE = (
    Job("revisions", 3_600.0, prune_revisions),
    Job("links to previews", 86_400.0, prune_preview_links),
    Job("deleted posts", 3_600.0, prune_deleted_posts),
    Job("unsaved texts", 3_600.0, prune_unsaved),
    Job("taken forms", 3_600.0, prune_taken_forms),
    Job("change log", 600.0, prune_change_log),
    Job("templates", 600.0, count_template_uses),
    Job("related posts", 0.0, relate_posts, quiet=True),
)
"""What belongs to no room."""
