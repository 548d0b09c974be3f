"""Files that never change, coded once as small as can be, and kept: there are as many as the themes have."""

import asyncio
from concurrent.futures import Executor

from renderer.edge.codings import encode


class Files:
    """Codings are made in `threads`, each once for all who wait for it."""

    def __init__(self, threads: Executor) -> None:
        self._threads = threads
        self._coded: dict[tuple[str, str], asyncio.Future[bytes]] = {}

    async def coded(self, path: str, body: bytes, coding: str) -> bytes:
        """The file at `path` in a coding, at the best level."""
        made = self._coded.get((path, coding))
        if made is None:
            loop = asyncio.get_running_loop()
            made = loop.run_in_executor(self._threads, encode, body, coding, "best")
            self._coded[path, coding] = made
        return await asyncio.shield(made)
