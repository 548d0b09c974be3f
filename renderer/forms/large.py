"""Bodies with files: each is in memory as a whole, so few come in at a time, and of one client fewer still."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary

from aiohttp import web

from renderer.edge.client_address import network_of
from renderer.edge.turns import without_turn
from renderer.keys import CLIENT

AT_ONCE, OF_A_CLIENT = 8, 2


class LargeBodies:
    """One a worker."""

    def __init__(self) -> None:
        self._all = asyncio.Semaphore(AT_ONCE)
        self._of: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self.asked = 0
        """Those that have a place or wait for one."""

    @asynccontextmanager
    async def place(self, request: web.BaseRequest) -> AsyncIterator[None]:
        """Held while a body is read and stored. Who waits for one keeps no turn from the other visitors of the site:
        a client that sends slowly would stop them, too."""
        client = network_of(request[CLIENT])
        own = self._of.get(client) or self._of.setdefault(client, asyncio.Semaphore(OF_A_CLIENT))
        self.asked += 1
        try:
            async with AsyncExitStack() as places:
                async with without_turn(request):
                    await places.enter_async_context(own)
                    await places.enter_async_context(self._all)
                yield
        finally:
            self.asked -= 1
