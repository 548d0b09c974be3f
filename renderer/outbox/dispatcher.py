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
from renderer.outbox.jobs import MOST_DEATHS, SUSPECT_DEATHS, Job, Kind, Outcome, failed, later, skipped
from renderer.outbox.lanes import AT_ONCE, SHARE, Lanes

if TYPE_CHECKING:
    from renderer.db.lease import Connection

log = logging.getLogger(__name__)

# Seconds between two looks at the table, by chance a little more or less, so that workers do not look all at once.
PAUSE = 5.0
# After an error of the database.
LONG_PAUSE = 30.0
PRUNE_EVERY = 3600.0
# After a wake-up, and while others are under way: what is committed or over meanwhile is part of the same claim.
GAP = 0.05
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
Claim = tuple[Sequence[Job], UUID]
"""Jobs, and the lease that they were claimed with."""


class Dispatcher:
    """One a worker. `run` goes on until it is cancelled; what is under way then is given back. What a killed worker was
    at is claimed by another when its lease ends, so nothing is lost and something may be done twice."""

    def __init__(self, pool: asyncpg.Pool, kinds: Sequence[Kind], connect_seconds: float = 5.0) -> None:
        self._pool, self._kinds, self._seconds = pool, kinds, connect_seconds
        self._woken = asyncio.Event()
        self._due = {kind.name: asyncio.Event() for kind in kinds}
        self._lanes = {name: Lanes(due.set) for name, due in self._due.items()}
        self._under_way: dict[str, dict[asyncio.Task[None], Claim]] = {kind.name: {} for kind in kinds}
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
        number = 0
        for kind in self._kinds:
            try:
                number += len(await self._begin_whole(kind))
                if under_way := self._under_way[kind.name]:
                    await asyncio.wait([*under_way])
            except asyncio.CancelledError:
                await self._stop(kind)
                raise
        return number

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
        """Begin what is due wherever there is room: what is slow holds its own place, and no other job's."""
        due, under_way = self._due[kind.name], self._under_way[kind.name]
        try:
            while True:
                await due.wait()
                if under_way:
                    await asyncio.wait([*under_way], timeout=GAP)
                due.clear()
                await self._try(partial(self._begin_whole, kind))
        finally:
            await self._stop(kind)

    async def _forget(self) -> None:
        while True:
            await asyncio.sleep(PRUNE_EVERY)
            await self._try(self._prune)

    async def _try(self, work: Callable[[], Awaitable[object]]) -> None:
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

    async def _begin_whole(self, kind: Kind) -> list[Job]:
        """Not broken off between a claim and its deliveries: nobody would know what to give back."""
        begun = asyncio.create_task(self._begin(kind))
        try:
            return await asyncio.shield(begun)
        except asyncio.CancelledError:
            await asyncio.wait([begun], timeout=GIVING_BACK_SECONDS)
            if not begun.cancel() and begun.exception():
                log.warning("outbox: a claim was not over when its worker was told to stop")
            raise

    async def _begin(self, kind: Kind) -> list[Job]:
        """Claim what is due, as much as there is room for, and begin to deliver it; returns those jobs."""
        lease, why = uuid4(), kind.idle()
        if why is not None:
            jobs = await self._skip_all(kind, lease, why)
            if jobs:
                self._due[kind.name].set()  # there may be more
            return jobs
        jobs = await self._claim(kind, lease)
        died = [job for job in jobs if job.deaths]
        if died:
            log.warning("outbox: %d jobs of kind %s were left by workers that ended", len(died), kind.name)
        for job in died:
            if job.deaths >= MOST_DEATHS:
                self._start(kind, [job], lease, partial(self._bury, kind, [job], lease))
            if job.deaths >= SUSPECT_DEATHS:
                self._due[kind.name].set()  # it came alone
        living = [job for job in jobs if job.deaths < MOST_DEATHS]
        if kind.together and living:
            self._start(kind, living, lease, partial(self._deliver_groups, kind, living, lease))
        elif not kind.together:
            for job in living:
                self._start(kind, [job], lease, partial(self._deliver, kind, job, lease))
        return jobs

    async def _claim(self, kind: Kind, lease: UUID) -> list[Job]:
        lanes = self._lanes[kind.name]
        is_full = bool(self._under_way[kind.name]) if kind.together else not (lanes.quick or lanes.slow)
        if is_full:
            return []  # whatever ends says so
        async with self._pool.acquire(timeout=self._seconds) as conn:
            if kind.together:
                # As many deliveries follow one another as there may be sites in the claim.
                seconds = -(-kind.most // AT_ONCE) * kind.seconds + GRACE
                return await queries.claim_jobs(conn, kind.name, lease=lease, most=kind.most, seconds=seconds)
            return await queries.claim_jobs(
                conn,
                kind.name,
                lease=lease,
                most=min(kind.most, lanes.quick),
                seconds=kind.seconds + GRACE,
                share=SHARE,
                held=lanes.held,
                slow=lanes.slow_sites,
                most_slow=lanes.slow,
            )

    def _start(self, kind: Kind, jobs: Sequence[Job], lease: UUID, work: Callable[[], Awaitable[None]]) -> None:
        under_way, due = self._under_way[kind.name], self._due[kind.name]
        task = asyncio.create_task(self._try(work), name=f"outbox {kind.name}")

        def end(_: "asyncio.Task[None]") -> None:
            under_way.pop(task, None)
            due.set()

        under_way[task] = jobs, lease
        task.add_done_callback(end)

    async def _stop(self, kind: Kind) -> None:
        """Give back what is under way, so that nobody waits for a claim of a worker that was told to stop; where it
        cannot be, the claim ends."""
        under_way = dict(self._under_way[kind.name])
        if not under_way:
            return
        for task in under_way:
            task.cancel()
        await asyncio.wait([*under_way])
        with contextlib.suppress(*TEMPORARY, asyncpg.PostgresError):
            async with asyncio.timeout(GIVING_BACK_SECONDS), self._pool.acquire() as conn:
                for jobs, lease in under_way.values():
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

    async def _deliver(self, kind: Kind, job: Job, lease: UUID) -> None:
        with self._lanes[kind.name].place(job.website_id):
            outcome = await _outcome(kind, [job])
        await self._settle_as(kind, [job], lease, outcome)

    async def _deliver_groups(self, kind: Kind, jobs: Sequence[Job], lease: UUID) -> None:
        """Each site's jobs together, a few sites at a time."""
        places = asyncio.Semaphore(AT_ONCE)

        async def deliver(group: Sequence[Job]) -> None:
            async with places:
                outcome = await _outcome(kind, group)
            await self._settle_as(kind, group, lease, outcome)

        each = [deliver(group) for group in _by_site(jobs)]
        faults = [one for one in await asyncio.gather(*each, return_exceptions=True) if one is not None]
        if faults:
            raise faults[0]

    async def _settle_as(self, kind: Kind, jobs: Sequence[Job], lease: UUID, outcome: Outcome) -> None:
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
            while await queries.prune_outbox(conn):
                pass


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


def _by_site(jobs: Iterable[Job]) -> list[list[Job]]:
    by_site: dict[UUID, list[Job]] = {}
    for job in jobs:
        by_site.setdefault(job.website_id, []).append(job)
    return list(by_site.values())
