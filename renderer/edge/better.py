"""Smaller codings of answers that are asked for again, made in a thread while visitors get what is there."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor

from renderer.edge.codings import encode
from renderer.edge.kept import Kept

# Of one core, at most: what is not asked for so often is not worth more.
_SHARE = 0.05
_MOST_WAITING = 500


class Better:
    """`run()` until cancelled."""

    def __init__(self, threads: Executor) -> None:
        self._threads = threads
        self._waiting: asyncio.Queue[tuple[Kept, str, Callable[[], None]]] = asyncio.Queue(_MOST_WAITING)

    def ask(self, kept: Kept, coding: str, done: Callable[[], None]) -> bool:
        """Have a better level made; `done` is called when it is in place. False: too much is waiting already."""
        try:
            self._waiting.put_nowait((kept, coding, done))
        except asyncio.QueueFull:
            return False
        return True

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            kept, coding, done = await self._waiting.get()
            if kept.expires <= time.time():
                continue
            body, seconds = await loop.run_in_executor(self._threads, _timed, kept.body, coding)
            present = kept.coded(coding)
            if present is not None and len(body) < len(present.body):
                kept.add(coding, body, "better")
                done()
            await asyncio.sleep(seconds / _SHARE)


def _timed(body: bytes, coding: str) -> tuple[bytes, float]:
    began = time.thread_time()
    return encode(body, coding, "better"), time.thread_time() - began
