"""Events of one worker: queue → spool → database, and none of it in a request's way.

    add()       appends to a bounded queue: no await, no disk
    every 0.1 s the queue is written to the spool, in a thread
    every 2 s   what the spool has is stored (storing.py)

Visits wait 0.03 s at most to be read (watch.py). A killed worker therefore loses what came within the last 0.13 s and
one write, 0.2 s at most. Where the disk takes nothing, events stay in memory and are stored from there. What is lost
all the same is counted, and said once until it is over.
"""

import asyncio
import json
import logging
import random
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import asyncpg

from renderer.db.pool import TEMPORARY
from renderer.views.event import Event
from renderer.views.records import Batch, decode, encode
from renderer.views.spool import Spool, SpoolFull
from renderer.views.storing import PartitionMissing, Stored, store

log = logging.getLogger(__name__)
T = TypeVar("T")

WRITE_SECONDS = 0.1
STORE_SECONDS = 2.0
ADOPT_SECONDS = 10.0
MOST_WAIT_SECONDS = 30.0
# Time for one more attempt when stopping; what stays on disk is stored after the next start.
LAST_SECONDS = 1.5
ACQUIRE_SECONDS = 5.0
# Records written at once.
_RECORDS = 2000


@dataclass
class Tally:
    """What happened to the events of this worker, since it started."""

    seen: int = 0
    written: int = 0  # to the spool
    stored: int = 0  # views in the database
    known: int = 0  # pieces that were there already
    adopted: int = 0  # pieces of dead workers
    damaged: int = 0  # records that were not what was written
    refused: int = 0  # records that the database does not take
    lost: int = 0  # events that found no room


class Recorder:
    """`add` between `start` and `stop`, from the event loop."""

    def __init__(self, pool: asyncpg.Pool, spool: Spool, *, most_events: int, retention: timedelta) -> None:
        self.tally = Tally()
        self._pool = pool
        self._spool = spool
        self._retention = retention
        self._most_events = most_events
        self._queue: deque[Event] = deque()
        # Records that the disk did not take, with the id of the piece they are and the number of their events.
        self._kept: list[tuple[UUID, list[bytes], int]] = []
        self._kept_events = 0
        # Held by whoever moves events: between queue, memory and disk, or from memory to the database.
        self._moving = asyncio.Lock()
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        # One thread: the spool is used by one at a time.
        self._thread = ThreadPoolExecutor(1, "views")
        self._said: set[str] = set()

    def add(self, event: Event) -> None:
        """Take an event. Never waits; without room it is counted as lost."""
        self.tally.seen += 1
        if len(self._queue) + self._kept_events >= self._most_events:
            self.tally.lost += 1
            self._say(
                "room", "no room for more page views: %d events in memory; further ones are lost", self._most_events
            )
            return
        self._queue.append(event)
        self._wake.set()

    @property
    def depth(self) -> int:
        """Events in memory."""
        return len(self._queue) + self._kept_events

    async def start(self) -> None:
        """Begin to write and to store."""
        self._tasks = [asyncio.create_task(self._write_on()), asyncio.create_task(self._store_on())]

    async def stop(self) -> None:
        """Write what there is, store it if that goes quickly, and leave the rest to the next start."""
        async with self._moving:
            for task in self._tasks:
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._write()
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await self._store()
        await self._run(self._spool.close)
        self._thread.shutdown()
        if self._kept:
            self.tally.lost += self._kept_events
            log.error("%d page views are lost: neither the disk nor the database takes them", self._kept_events)

    async def _write_on(self) -> None:
        while True:
            # What the disk did not take is tried again, also when nobody comes.
            with suppress(TimeoutError):
                async with asyncio.timeout(STORE_SECONDS if self._kept else None):
                    await self._wake.wait()
            await asyncio.sleep(WRITE_SECONDS)
            self._wake.clear()
            try:
                await self._write()
            except Exception:
                log.exception("page views cannot be written")

    async def _store_on(self) -> None:
        wait, adopted_at = STORE_SECONDS, -ADOPT_SECONDS
        loop = asyncio.get_running_loop()
        while True:
            # Workers that started together, or lost the database together, come back apart.
            await asyncio.sleep(wait * random.uniform(0.9, 1.1))  # noqa: S311 no secret
            try:
                if loop.time() - adopted_at >= ADOPT_SECONDS:
                    adopted_at = loop.time()
                    self.tally.adopted += await self._run(self._spool.adopt)
                done = await self._store()
                wait = STORE_SECONDS if done else min(wait * 2, MOST_WAIT_SECONDS)
            except Exception:
                log.exception("page views cannot be stored")
                wait = MOST_WAIT_SECONDS

    async def _write(self) -> None:
        """Queue → spool; what the disk does not take is kept in memory."""
        async with self._moving:
            while self._queue:
                # A slice of what stays in the queue until it has another place.
                events = list(islice(self._queue, _RECORDS))
                records = await self._run(partial(encode, events))
                if self._kept or not await self._try_disk(partial(self._spool.append, records), len(events)):
                    self._kept.append((uuid4(), records, len(events)))
                    self._kept_events += len(events)
                for _ in events:
                    self._queue.popleft()
            while self._kept:
                piece, records, many = self._kept[0]
                if not await self._try_disk(partial(self._spool.put, piece, records), many):
                    return
                self._release()
            self._over("room", "there is room for page views again; %d were lost", self.tally.lost)

    async def _try_disk(self, write: Callable[[], None], events: int) -> bool:
        try:
            await self._run(write)
        except SpoolFull:
            self._say("disk", "page views are kept in memory: the spool has the size it may have (views.spool_bytes)")
            return False
        except OSError as error:
            self._say("disk", "page views are kept in memory: the spool cannot be written: %s", error)
            return False
        self.tally.written += events
        self._over("disk", "page views are written to the spool again")
        return True

    def _release(self) -> None:
        *_, many = self._kept.pop(0)
        self._kept_events -= many

    async def _store(self) -> bool:
        """Spool → database, oldest first; False where the database is away or lacks something."""
        await self._run(self._spool.rotate)
        good = True
        for path in await self._run(self._spool.pieces):
            try:
                batch = await self._run(partial(_read, path))
            except OSError as error:
                # Of a broken disk, or another user's: it waits, and keeps nobody else waiting.
                self._say(
                    path.name, "page views wait in the spool: %s cannot be read: %s", path, error.strerror or error
                )
                continue
            outcome = await self._store_piece(UUID(path.stem), batch)
            if outcome is None:
                return False
            good &= outcome
            if outcome:
                await self._run(partial(self._spool.remove, path))
        if self._kept:
            async with self._moving:
                while self._kept:
                    piece, records, _ = self._kept[0]
                    if not await self._store_piece(piece, decode(b"".join(records))):
                        return False
                    self._release()
        return good

    async def _store_piece(self, piece: UUID, batch: Batch) -> bool | None:
        """True: stored. False: this piece has to wait. None: all have to."""
        try:
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as conn:
                done = await store(conn, piece, batch, self._retention, partial(self._set_aside, piece, batch))
        except PartitionMissing:
            self._say("partition", "page views wait in the spool: a month's partition is missing (`renderer maintain`)")
            return False
        except (*TEMPORARY, asyncpg.PostgresError) as error:
            self._say("database", "page views wait in the spool: %s: %s", type(error).__name__, _first_line(error))
            return None
        self._over("database", "page views are stored again")
        self._count(batch, done)
        return True

    def _count(self, batch: Batch, done: Stored) -> None:
        self.tally.known += done.known
        self.tally.stored += done.views
        self.tally.damaged += len(batch.damaged)
        self.tally.refused += len(done.refused)

    async def _set_aside(self, piece: UUID, batch: Batch, done: Stored) -> None:
        damaged = (json.dumps(record.hex()) for record in batch.damaged)
        aside = [line.encode() for line in (*damaged, *(json.dumps([one, *view]) for one, view in done.refused))]
        if aside:
            log.error(
                "%d records of page views are not as they should be; set aside in the spool's quarantine", len(aside)
            )
            with suppress(OSError):
                await self._run(lambda: self._spool.set_aside(piece, aside))

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _say(self, what: str, message: str, *arguments: object) -> None:
        if what not in self._said:
            self._said.add(what)
            log.error(message, *arguments)

    def _over(self, what: str, message: str, *arguments: object) -> None:
        if what in self._said:
            self._said.remove(what)
            log.warning(message, *arguments)


def _read(path: Path) -> Batch:
    return decode(path.read_bytes())


def _first_line(error: BaseException) -> str:
    """What follows may show the row."""
    return str(error).partition("\n")[0]
