"""Drawing off the event loop: each picture once at a time, few at once, the last ones kept."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web
from cachetools import LRUCache

KEPT_BYTES = 24 * 2**20
"""Memory for finished pictures, a worker; a card is about 60 kB."""
THREADS = 1
"""Pictures drawn at once, a worker: they are drawn once for each change of a page, and pages must not wait for them."""
MOST_WAITING = 32


class Busy(Exception):
    """More pictures are waiting to be drawn than anybody would wait for."""


class Easel:
    """`picture(name, draw)`: the bytes that `draw` makes; `name` must name everything that they depend on."""

    def __init__(self, kept_bytes: int = KEPT_BYTES, most_waiting: int = MOST_WAITING) -> None:
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="easel")
        self._kept: LRUCache[str, bytes] = LRUCache(kept_bytes, getsizeof=len)
        self._drawing: dict[str, asyncio.Future[bytes]] = {}
        self._most_waiting = most_waiting

    async def picture(self, name: str, draw: Callable[[], bytes]) -> bytes:
        """Raises `Busy`, and what `draw` raises."""
        kept = self._kept.get(name)
        if kept is not None:
            return kept
        drawing = self._drawing.get(name)
        if drawing is None:
            if len(self._drawing) >= self._most_waiting:
                raise Busy
            drawing = asyncio.get_running_loop().run_in_executor(self._executor, draw)
            self._drawing[name] = drawing
            drawing.add_done_callback(lambda done: self._finish(name, done))
        # A visitor who leaves must not take the picture from the others who wait for it.
        return await asyncio.shield(drawing)

    def _finish(self, name: str, done: "asyncio.Future[bytes]") -> None:
        del self._drawing[name]
        if done.cancelled() or done.exception() is not None:
            return
        body = done.result()
        if len(body) <= self._kept.maxsize:
            self._kept[name] = body

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)


EASEL = web.AppKey("easel", Easel)


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """For app.cleanup_ctx."""
    app[EASEL] = Easel()
    yield
    app[EASEL].close()
