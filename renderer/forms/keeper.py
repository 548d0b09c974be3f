"""Leads are stored, or kept on disk until they can be: an answer of success is never lost.

One worker at a time stores what waits, oldest first; when it dies, another one finds its lock open.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

import asyncpg

from renderer.db.pool import TEMPORARY
from renderer.forms import queries
from renderer.forms.files import Files
from renderer.forms.lead import Lead
from renderer.forms.spool import Spool, Waiting
from renderer.keyring import CannotOpen

log = logging.getLogger(__name__)
T = TypeVar("T")

STORE_SECONDS = 1.0
MOST_WAIT_SECONDS = 15.0
ACQUIRE_SECONDS = 5.0
ERASE_SECONDS = 20.0
ORPHAN_SECONDS = 3_600.0
MOST_LARGE = 4
# What one lead causes, and no other one cures.
_REFUSALS = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)


class Keeper:
    """One a worker."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        spool: Spool,
        files: Files | None = None,
        site_files_bytes: int = 0,
        stored: Callable[[], None] = lambda: None,
    ) -> None:
        """`stored` is called when leads that had waited on disk were stored: their deliveries are due."""
        self._pool, self._spool = pool, spool
        self._files = files or Files(spool.folder.parent / "files", spool.keyring)
        self._site_files_bytes = site_files_bytes
        self.large = asyncio.Semaphore(MOST_LARGE)
        """Held while a body with files is read and stored: it is in memory as a whole."""
        self._threads = ThreadPoolExecutor(4, "leads")
        self._closed: set[str] = set()
        self._away = False
        self._stored = stored

    async def keep(self, website_id: UUID, lead: Lead) -> bool:
        """Keep a lead on disk; False where the disk takes none."""
        try:
            await self._run(partial(self._spool.put, website_id, lead))
        except OSError as fault:
            log.error("a lead could be kept neither in the database nor on disk: %s", fault.strerror or "spool full")
            return False
        return True

    async def has_room(self, website_id: UUID) -> bool:
        """Whether the site may have more files."""
        return await self._run(partial(self._files.size, website_id)) < self._site_files_bytes

    async def keep_files(self, website_id: UUID, lead: Lead) -> bool:
        """Keep a lead's files; False where the disk takes none."""
        if not lead.answers.files:
            return True
        try:
            await self._run(partial(self._files.put, website_id, lead.id, lead.answers.files))
        except OSError as fault:
            log.error("a lead's files could not be kept: %s", fault.strerror)
            await self.erase_files(website_id, lead.id)
            return False
        return True

    async def erase_files(self, website_id: UUID, lead_id: UUID) -> None:
        await self._run(partial(self._files.erase, website_id, lead_id))

    async def erase_gone(self, since: datetime) -> datetime:
        """Delete what lies on disk of leads that were erased after `since`; returns when the last one was."""
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as conn:
            erased = await queries.erasures(conn, since)
        for website_id, lead_id, at in erased:
            await self._run(partial(self._spool.erase, website_id, lead_id, at.timestamp()))
            await self._run(partial(self._files.erase, website_id, lead_id, at.timestamp()))
        return max((at for *_, at in erased), default=since)

    async def erase_orphans(self) -> int:
        """Delete files that no lead has, of what is older than an hour; returns of how many leads."""
        kept = await self._run(lambda: [one for one in self._files.leads() if time.time() - one[2] > ORPHAN_SECONDS])
        waiting = {one.id for one in await self._run(self._spool.waiting)}
        found = 0
        for start in range(0, len(kept), 1_000):
            some = kept[start : start + 1_000]
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as conn:
                known = await queries.known_leads(conn, [lead_id for _, lead_id, _ in some])
            for website_id, lead_id, at in some:
                if lead_id not in known and lead_id not in waiting:
                    found += await self._run(partial(self._files.erase, website_id, lead_id, at))
        return found

    async def run(self) -> None:
        """Until it is cancelled."""
        for fault in await self._run(self._spool.prove):
            log.error("leads: %s", fault)
        wait = STORE_SECONDS
        since, looked, swept = datetime.now(UTC) - timedelta(days=7), 0.0, time.monotonic()
        while True:
            # Workers that lost the database together come back apart.
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 no secret
            try:
                wait = STORE_SECONDS if await self.store_waiting() else min(wait * 2, MOST_WAIT_SECONDS)
                if wait == STORE_SECONDS and time.monotonic() - looked > ERASE_SECONDS:
                    since, looked = await self.erase_gone(since), time.monotonic()
                    if time.monotonic() - swept > ORPHAN_SECONDS:
                        swept = time.monotonic()
                        await self.erase_orphans()
            except (*TEMPORARY, asyncpg.PostgresError):
                wait = MOST_WAIT_SECONDS  # said by those who store
            except Exception:
                log.exception("leads wait on disk")
                wait = MOST_WAIT_SECONDS

    async def store_waiting(self) -> bool:
        """Store what waits; False where the database is away."""
        waiting = await self._run(self._spool.waiting)
        if all(one.path.name in self._closed for one in waiting):
            return True
        with self._spool.alone() as alone:
            if not alone:
                return True
            stored = 0
            for one in await self._run(self._spool.waiting):
                try:
                    stored += await self._store(one)
                except (*TEMPORARY, asyncpg.PostgresError) as fault:
                    if not self._away:
                        log.warning("%d leads wait on disk: %s", len(waiting), type(fault).__name__)
                    self._away = True
                    return False
        self._away = False
        if stored:
            log.warning("%d leads were stored that had waited on disk", stored)
            self._stored()
        return True

    def close(self) -> None:
        self._threads.shutdown(wait=True)

    async def _store(self, one: Waiting) -> bool:
        if one.path.name in self._closed:
            return False
        try:
            lead = await self._run(partial(self._spool.read, one))
        except FileNotFoundError:
            return False  # erased meanwhile
        except (CannotOpen, ValueError) as fault:
            # It stays: the key may come back.
            self._closed.add(one.path.name)
            log.error("a lead on disk cannot be opened, and is kept: %s", fault)
            return False
        try:
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as conn:
                await queries.store_lead(conn, one.website_id, lead)
        except _REFUSALS as refusal:
            log.error("a lead on disk cannot be stored, and is set aside: %s", type(refusal).__name__)
            await self._run(partial(self._spool.set_aside, one))
            return False
        await self._run(partial(self._spool.remove, one))
        return True

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
