"""Hashing off the event loop: few threads, a short queue, and a share of it for each site.

The threads bound memory (`THREADS` × passwords.MAX_MEMORY = 256 MiB at worst), the queue bounds how long anybody waits,
and the share keeps one site under attack from closing the others.
"""

import asyncio
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from uuid import UUID

from renderer.gate.passwords import Verdict, check_password

THREADS = 2
PLACES = 24
PLACES_OF_A_SITE = 8


class PasswordChecker:
    """One a worker: `THREADS` passwords at a time, and at most `PLACES` in all, those running included."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password")
        self._lock = Lock()
        self._taken: Counter[UUID] = Counter()

    async def check(self, site_id: UUID, stored: str | None, password: bytes) -> Verdict | None:
        """The verdict, or None at once where all places, or all of this site, are taken."""
        with self._lock:
            if self._taken[site_id] >= PLACES_OF_A_SITE or self._taken.total() >= PLACES:
                return None
            self._taken[site_id] += 1
        try:
            job = self._threads.submit(check_password, stored, password)
        except RuntimeError:  # closed meanwhile
            self._leave(site_id)
            return None

        def leave(_: "Future[Verdict]") -> None:
            self._leave(site_id)

        # Not in a finally of ours: the visitor may be gone while the thread still works.
        job.add_done_callback(leave)
        return await asyncio.wrap_future(job)

    def close(self) -> None:
        """Drop what waits; what runs ends by itself within a second."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _leave(self, site_id: UUID) -> None:
        with self._lock:
            self._taken[site_id] -= 1
            if not self._taken[site_id]:
                del self._taken[site_id]
