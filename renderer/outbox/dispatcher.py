"""Claims what is due and has it done."""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import asyncpg
from cachetools import LRUCache

from renderer.db.pool import TEMPORARY
from renderer.outbox import queries
from renderer.outbox.jobs import MOST_DEATHS, Job, Kind, Outcome, failed, later, skipped

if TYPE_CHECKING:
    from renderer.db.lease import Connection

log = logging.getLogger(__name__)

# Seconds between two looks at the table, by chance a little more or less, so that workers do not look all at once.
PAUSE = 5.0
# After an error of the database.
LONG_PAUSE = 30.0
PRUNE_EVERY = 3600.0
# After a wake-up: what is committed meanwhile is claimed along with it.
GAP = 0.05
# Deliveries of one kind under way at a time in this worker: a kind that is slow keeps no other waiting.
AT_ONCE = 8
# Of those, jobs of one site: a receiver that never answers takes half of the places, and no more.
SHARE = 4
# Jobs of an idle kind that are settled at a time.
MOST_SKIPPED = 50
# What a claim lasts beyond the time that a delivery has: to settle it.
GRACE = 30.0

# A worker that was told to stop has little time.
GIVING_BACK_SECONDS = 1.0

# The same that is given up is said once in so many: a wrong key would fill the log.
SAY_EVERY = 600.0

# Who waits since the other side was away is hurried at most so often: one that comes and goes would use up all tries.
HURRY_EVERY = 600.0

_chance = random.SystemRandom()


class Dispatcher:
    """One a worker. `run` goes on until it is cancelled; what is under way then is given back. What a killed worker was
    at is claimed by another when its lease ends, so nothing is lost and something may be done twice."""

    def __init__(self, pool: asyncpg.Pool, kinds: Sequence[Kind], connect_seconds: float = 5.0) -> None:
        self._pool, self._kinds, self._seconds = pool, kinds, connect_seconds
        self._places = {kind.name: asyncio.Semaphore(AT_ONCE) for kind in kinds}
        self._woken = asyncio.Event()
        self._due = {kind.name: asyncio.Event() for kind in kinds}
        self._away = False
        self._hurried: dict[str, float] = {}
        # When it was said last, and how many there were since.
        self._given_up: LRUCache[tuple[str, str | None], tuple[float, int]] = LRUCache(1_000)

    def wake(self) -> None:
        """Jobs were committed: look now, rather than in some seconds."""
        self._woken.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for kind in self._kinds:
                group.create_task(self._serve(kind))
            group.create_task(self._look())
            group.create_task(self._forget())

    async def deliver_due(self) -> int:
        """Do what is due now, at most a claim of each kind; returns how many jobs that were."""
        return sum([len(await self._deliver_kind(kind)) for kind in self._kinds])

    async def _look(self) -> None:
        """One question for all kinds: most of the time most of them have nothing to do."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout((LONG_PAUSE if self._away else PAUSE) * _chance.uniform(0.8, 1.2)):
                    await self._woken.wait()
            await asyncio.sleep(GAP)
            self._woken.clear()
            await self._try(self._find_due)

    async def _find_due(self) -> None:
        async with self._pool.acquire(timeout=self._seconds) as conn:
            for name in await queries.due_kinds(conn, list(self._due)):
                self._due[name].set()

    async def _serve(self, kind: Kind) -> None:
        due = self._due[kind.name]
        while True:
            await due.wait()
            due.clear()
            await self._try(partial(self._deliver_all, kind))

    async def _forget(self) -> None:
        while True:
            await asyncio.sleep(PRUNE_EVERY)
            await self._try(self._prune)

    async def _try(self, work: Callable[[], Awaitable[None]]) -> None:
        """An error is said once, until something goes well again."""
        try:
            await work()
            self._away = False
        except (*TEMPORARY, asyncpg.PostgresError) as fault:
            if not self._away:
                log.warning("outbox: jobs wait, the database is unavailable: %s", type(fault).__name__)
            self._away = True
        except Exception:
            log.exception("outbox: jobs wait")
            self._away = True

    async def _deliver_all(self, kind: Kind) -> None:
        # Fewer than were asked for tell nothing: a site gives no more than its share, and one may have come alone.
        while await self._deliver_kind(kind):
            pass

    async def _deliver_kind(self, kind: Kind) -> list[Job]:
        lease, why = uuid4(), kind.idle()
        if why is not None:
            return await self._skip_all(kind, lease, why)
        async with self._pool.acquire(timeout=self._seconds) as conn:
            jobs = await queries.claim_jobs(
                conn,
                kind.name,
                lease=lease,
                most=kind.most,
                seconds=self._waves(kind) * kind.seconds + GRACE,
                share=None if kind.together else SHARE,
            )
        died = [job for job in jobs if job.deaths]
        if died:
            log.warning("outbox: %d jobs of kind %s were left by workers that ended", len(died), kind.name)
        living = [job for job in jobs if job.deaths < MOST_DEATHS]
        deliveries = [self._deliver(kind, group, lease) for group in _groups(kind, living)]
        deliveries += [self._bury(kind, [job], lease) for job in died if job.deaths >= MOST_DEATHS]
        try:
            faults = [one for one in await asyncio.gather(*deliveries, return_exceptions=True) if one is not None]
        except asyncio.CancelledError:
            await self._give_back(jobs, lease)
            raise
        if faults:
            raise faults[0]
        return jobs

    async def _give_back(self, jobs: Sequence[Job], lease: UUID) -> None:
        """So that nobody waits for a claim of a worker that was told to stop; where it cannot be, its end is."""
        with contextlib.suppress(*TEMPORARY, asyncpg.PostgresError):
            async with asyncio.timeout(GIVING_BACK_SECONDS), self._pool.acquire() as conn:
                await queries.give_back_jobs(conn, [job.id for job in jobs], lease)

    async def _skip_all(self, kind: Kind, lease: UUID, why: str) -> list[Job]:
        """Settle what is due without looking at it; returns those jobs."""
        async with self._pool.acquire(timeout=self._seconds) as conn:
            # Claimed before the transaction: who erases a lead locks that first and its jobs then, and so do we.
            jobs = await queries.claim_jobs(
                conn, kind.name, lease=lease, most=max(kind.most, MOST_SKIPPED), seconds=GRACE
            )
            if jobs:
                async with conn.transaction():
                    await self._settle(conn, kind, jobs, lease, skipped(why), 0.0)
        return jobs

    @staticmethod
    async def _settle(
        conn: "Connection", kind: Kind, jobs: Sequence[Job], lease: UUID, outcome: Outcome, seconds: float
    ) -> None:
        if kind.note is not None:
            await kind.note(conn, jobs, outcome)
        await queries.settle_jobs(conn, [job.id for job in jobs], lease, outcome, seconds)

    @staticmethod
    def _waves(kind: Kind) -> int:
        """How often `AT_ONCE` deliveries follow one another, when each job of a claim is a delivery of its own."""
        return -(-kind.most // AT_ONCE)

    async def _deliver(self, kind: Kind, jobs: Sequence[Job], lease: UUID) -> None:
        async with self._places[kind.name]:
            outcome = await _outcome(kind, jobs)
        async with self._pool.acquire(timeout=self._seconds) as conn, conn.transaction():
            for attempts, same in groupby(sorted(jobs, key=lambda job: job.attempts), key=lambda job: job.attempts):
                settled, seconds = kind.settle(outcome, attempts)
                those = list(same)
                await self._settle(conn, kind, those, lease, settled, seconds)
                if settled.state == "failed":
                    self._say_given_up(kind, len(those), settled.error)
        if kind.away and outcome.state == "done" and not outcome.skipped:
            await self._hurry(kind)

    async def _hurry(self, kind: Kind) -> None:
        """The other side is there."""
        if (now := time.monotonic()) - self._hurried.get(kind.name, -HURRY_EVERY) < HURRY_EVERY:
            return
        self._hurried[kind.name] = now
        async with self._pool.acquire(timeout=self._seconds) as conn:
            await queries.hurry_jobs(conn, kind.name, kind.away, len(kind.schedule))

    def _say_given_up(self, kind: Kind, number: int, error: str | None) -> None:
        said, unsaid = self._given_up.get((kind.name, error), (-SAY_EVERY, 0))
        if (now := time.monotonic()) - said < SAY_EVERY:
            self._given_up[kind.name, error] = said, unsaid + number
            return
        self._given_up[kind.name, error] = now, 0
        log.warning("outbox: %d of kind %s given up: %s", unsaid + number, kind.name, error)

    async def _bury(self, kind: Kind, jobs: Sequence[Job], lease: UUID) -> None:
        """Give up what seems to kill whoever does it."""
        async with self._pool.acquire(timeout=self._seconds) as conn, conn.transaction():
            await self._settle(conn, kind, jobs, lease, failed(f"{jobs[0].deaths} workers ended over it"), 0.0)
        log.error("outbox: a job of kind %s given up: %d workers ended over it", kind.name, jobs[0].deaths)

    async def _prune(self) -> None:
        async with self._pool.acquire(timeout=self._seconds) as conn:
            await queries.prune_outbox(conn)


async def _outcome(kind: Kind, jobs: Sequence[Job]) -> Outcome:
    """Whatever goes wrong concerns these jobs alone."""
    try:
        async with asyncio.timeout(kind.seconds):
            return await kind.deliver(jobs)
    except TimeoutError:
        return later("it took too long")
    except (*TEMPORARY, asyncpg.PostgresError) as fault:
        return later(f"the database was unavailable ({type(fault).__name__})")
    except Exception:
        log.exception("outbox: a delivery of kind %s failed", kind.name)
        return later("an error of ours")


def _groups(kind: Kind, jobs: Iterable[Job]) -> list[tuple[Job, ...]]:
    if not kind.together:
        return [(job,) for job in jobs]
    by_site: dict[UUID, list[Job]] = {}
    for job in jobs:
        by_site.setdefault(job.website_id, []).append(job)
    return [tuple(group) for group in by_site.values()]
