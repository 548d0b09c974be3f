"""Leads are stored, or kept on disk until they can be: an answer of success is never lost.

One worker at a time stores what waits, oldest first; when it dies, another one finds its lock open.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

import asyncpg

from renderer.db.pool import TEMPORARY
from renderer.forms import queries
from renderer.forms.files import Files
from renderer.forms.kept_files import KeptFiles
from renderer.forms.large import LargeBodies
from renderer.forms.lead import Lead
from renderer.forms.spool import Spool, Waiting
from renderer.keyring import CannotOpen
from renderer.objects import Away

log = logging.getLogger(__name__)
T = TypeVar("T")

STORE_SECONDS = 1.0
MOST_WAIT_SECONDS = 15.0
ACQUIRE_SECONDS = 5.0
ERASE_SECONDS = 20.0
ORPHAN_SECONDS = 3_600.0
MOVE_AGAIN_SECONDS = 30.0
# What one lead causes, and no other one cures.
_REFUSALS = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)


class Keeper:
    """One a worker."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        spool: Spool,
        files: KeptFiles | None = None,
        site_files_bytes: int = 0,
        stored: Callable[[], None] = lambda: None,
    ) -> None:
        """`stored` is called when leads that had waited on disk were stored: their deliveries are due."""
        self._pool, self._spool = pool, spool
        self._files = files or KeptFiles(Files(spool.folder.parent / "files", spool.keyring))
        self._site_files_bytes = site_files_bytes
        self.large = LargeBodies()
        self._threads = ThreadPoolExecutor(4, "leads")
        self._closed: set[str] = set()
        self._away = False
        self._stored = stored
        self._files_wait, self._move_after = False, 0.0

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
        return await self._files.size(website_id) < self._site_files_bytes

    async def keep_files(self, website_id: UUID, lead: Lead) -> bool:
        """Keep a lead's files; False where the disk takes not all of them, and those it took are to be erased."""
        if not lead.answers.files:
            return True
        try:
            await self._run(partial(self._files.disk.put, website_id, lead.id, lead.answers.files))
        except OSError as fault:
            log.error("a lead's files could not be kept: %s", fault.strerror)
            return False
        return True

    async def erase_files(self, website_id: UUID, lead_id: UUID) -> None:
        await self._files.erase(website_id, lead_id)

    async def erase_gone(self, since: datetime) -> datetime:
        """Delete what is kept of leads that were erased after `since`; returns when the last one was. Raises OSError:
        the object store is away, and it is to be done again."""
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as conn:
            erased = await queries.erasures(conn, since)
        for website_id, lead_id, at in erased:
            await self._run(partial(self._spool.erase, website_id, lead_id, at.timestamp()))
        await self._files.erase_everywhere([(site, lead, at.timestamp()) for site, lead, at in erased])
        return max((at for *_, at in erased), default=since)

    async def erase_orphans(self) -> int:
        """Delete files that no lead has, of what is older than an hour; returns of how many leads."""
        kept = [one for one in await self._files.leads() if time.time() - one[2] > ORPHAN_SECONDS]
        waiting = {one.id for one in await self._run(self._spool.waiting)}
        orphans = []
        for start in range(0, len(kept), 1_000):
            some = kept[start : start + 1_000]
            known = await self._known([lead_id for _, lead_id, _ in some])
            orphans += [one for one in some if one[1] not in known and one[1] not in waiting]
        return await self._files.erase_everywhere(orphans)

    async def move_files(self) -> None:
        """Into the bucket, where there is one; by one worker at a time. What cannot be moved stays, and is kept."""
        if self._files.bucket is None or time.monotonic() < self._move_after:
            return
        with self._spool.alone() as alone:
            if not alone:
                return
            try:
                await self._files.move(self._known)
                self._files_wait = False
            except OSError as fault:
                self._move_after = time.monotonic() + MOVE_AGAIN_SECONDS
                if not self._files_wait:
                    log.warning("files of leads wait on disk: %s", fault)
                self._files_wait = True

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
                if wait == STORE_SECONDS:
                    await self.move_files()
                if wait == STORE_SECONDS and time.monotonic() - looked > ERASE_SECONDS:
                    since, looked = await self.erase_gone(since), time.monotonic()
                    if time.monotonic() - swept > ORPHAN_SECONDS:
                        swept = time.monotonic()
                        await self.erase_orphans()
            except Away as fault:
                looked = time.monotonic()
                log.warning("files of erased leads are yet to be erased: %s", fault)
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

    async def _known(self, ids: Sequence[UUID]) -> frozenset[UUID]:
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as conn:
            return await queries.known_leads(conn, ids)

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
