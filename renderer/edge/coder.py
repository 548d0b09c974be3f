"""Codings of kept answers, made when they are first asked for: quickly for who waits, the best where they last."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from renderer.edge.better import Better
from renderer.edge.codings import LARGE, encode
from renderer.edge.kept import Kept
from renderer.edge.negotiation import IDENTITY


class Coder:
    """`close()` ends its thread."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="coder")
        self._made: dict[tuple[Kept, str], asyncio.Future[bytes]] = {}
        self.better = Better(self._thread)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def add(self, kept: Kept, coding: str) -> None:
        """Add a coding to a kept answer: the best where it lasts for ever, else what a visitor can wait for."""
        if coding == IDENTITY:
            kept.unpack()
            return
        if kept.ground is not None:
            kept.add(coding, await self.quickly(kept.body, coding), "quick")
            return
        made = self._made.get((kept, coding))
        if made is None:
            made = asyncio.get_running_loop().run_in_executor(self._thread, encode, kept.body, coding, "best")
            self._made[kept, coding] = made
            # Whether or not whoever asked is still there.
            made.add_done_callback(lambda _: self._made.pop((kept, coding), None))
        body = await asyncio.shield(made)
        if kept.coded(coding) is None:
            kept.add(coding, body, "best")

    async def quickly(self, body: bytes, coding: str) -> bytes:
        if len(body) <= LARGE:
            return encode(body, coding, "quick")
        return await asyncio.get_running_loop().run_in_executor(self._thread, encode, body, coding, "quick")
