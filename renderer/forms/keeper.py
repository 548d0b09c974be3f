"""Leads are stored, or kept on disk until they can be: an answer of success is never lost.

One worker at a time stores what waits, oldest first; when it dies, another one finds its lock open.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar
from uuid import UUID

import asyncpg

from renderer.db.pool import TEMPORARY
from renderer.forms import queries
from renderer.forms.lead import Lead
from renderer.forms.spool import Spool, Waiting
from renderer.keyring import CannotOpen

log = logging.getLogger(__name__)
T = TypeVar("T")

STORE_SECONDS = 1.0
MOST_WAIT_SECONDS = 15.0
ACQUIRE_SECONDS = 5.0
# What one lead causes, and no other one cures.
_REFUSALS = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)


class Keeper:
    """One a worker."""

    def __init__(self, pool: asyncpg.Pool, spool: Spool) -> None:
        self._pool, self._spool = pool, spool
        self._threads = ThreadPoolExecutor(4, "leads")
        self._closed: set[str] = set()
        self._away = False

    async def keep(self, website_id: UUID, lead: Lead) -> bool:
        """Keep a lead on disk; False where the disk takes none."""
        try:
            await self._run(partial(self._spool.put, website_id, lead))
        except OSError as fault:
            log.error("a lead could be kept neither in the database nor on disk: %s", fault.strerror or "spool full")
            return False
        return True

    async def run(self) -> None:
        """Until it is cancelled."""
        for fault in await self._run(self._spool.prove):
            log.error("leads: %s", fault)
        wait = STORE_SECONDS
        while True:
            # Workers that lost the database together come back apart.
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 no secret
            try:
                wait = STORE_SECONDS if await self.store_waiting() else min(wait * 2, MOST_WAIT_SECONDS)
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
