"""What the console keeps for as long as the worker runs."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import asyncpg
from aiohttp import web

from renderer.console.letters import PostRoom
from renderer.console.pictures.upload import Uploads
from renderer.gate.checker import PasswordChecker
from renderer.outbound import MailClient

CLOSING_SECONDS = 2.0
MOST_HASHING = 4
"""New passwords at once: 20 MB each."""

T = TypeVar("T")


class Workshop:
    def __init__(self, pool: asyncpg.Pool, mail: MailClient) -> None:
        self.pool = pool
        self.checker = PasswordChecker()
        self._hashing = 0
        self._easel = ThreadPoolExecutor(1, thread_name_prefix="easel")
        self.post_room = PostRoom(mail)
        self.uploads = Uploads()

    async def hash(self, work: Callable[[bytes], str], password: bytes) -> str | None:
        """A new password's hash, off the event loop; None where too many wait."""
        if self._hashing >= MOST_HASHING:
            return None
        self._hashing += 1
        try:
            return await asyncio.to_thread(work, password)
        finally:
            self._hashing -= 1

    async def draw(self, work: Callable[[], T]) -> T:
        """What an owner tries, one after the other: the threads that read sites are the visitors'."""
        return await asyncio.get_running_loop().run_in_executor(self._easel, work)

    async def close(self) -> None:
        self.checker.close()
        self._easel.shutdown(wait=False, cancel_futures=True)
        await self.post_room.close()
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await self.pool.close()
        except TimeoutError:
            self.pool.terminate()


WORKSHOP = web.AppKey("workshop", Workshop)
