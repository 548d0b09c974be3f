"""Who is answered next by the application: no site, and no stranger at hosts that we do not know, takes more than a
share of it, however many ask there.

A worker has one event loop and a few connections. Requests for kept answers are none of this; the others take a turn,
a few at a time for each key, and whoever waits is let in key by key. So what somebody else's site costs is one turn of
its in between, not its queue.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from aiohttp import web

AT_ONCE = 2
"""Requests of one key under way: one is drawn while the other waits for the database."""
MOST_WAITING = 200
"""Requests of one key that wait; and ten times as many in all."""
WAIT_SECONDS = 10.0


class Busy(Exception):
    """Too many are waiting, or it took too long."""


class Turns:
    """One worker's. `total` requests at a time, of all keys."""

    def __init__(
        self, total: int, at_once: int = AT_ONCE, waiting: int = MOST_WAITING, seconds: float = WAIT_SECONDS
    ) -> None:
        self._free = total
        self._at_once = min(at_once, total)
        self._most_waiting = waiting
        self._seconds = seconds
        self._under_way: dict[Hashable, int] = {}
        self._queues: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()
        self.waiting = 0

    async def enter(self, key: Hashable) -> None:
        """Wait for a turn. Raises `Busy`."""
        if self._may_enter(key) and key not in self._queues:
            self.take(key)
            return
        queue = self._queues.setdefault(key, deque())
        if len(queue) >= self._most_waiting or self.waiting >= 10 * self._most_waiting:
            if not queue:
                del self._queues[key]
            raise Busy
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(told)
        self.waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await told
        except BaseException as fault:
            if told.done() and not told.cancelled():
                self.leave(key)  # it was let in just then
            else:
                self._give_up(key, told)
            if isinstance(fault, TimeoutError):
                raise Busy from None
            raise

    def leave(self, key: Hashable) -> None:
        """The turn is over; the next one's begins."""
        self._free += 1
        left = self._under_way[key] - 1
        if left:
            self._under_way[key] = left
        else:
            del self._under_way[key]
        self._let_in()

    def _may_enter(self, key: Hashable) -> bool:
        return self._free > 0 and self._under_way.get(key, 0) < self._at_once

    def take(self, key: Hashable) -> None:
        """A turn beyond the share, if need be."""
        self._free -= 1
        self._under_way[key] = self._under_way.get(key, 0) + 1

    def _let_in(self) -> None:
        # Keys that have their share are passed over: there are fewer of them than turns.
        for key in list(self._queues)[: len(self._under_way) + 1] if self._free > 0 else ():
            if self._free <= 0:
                return
            if not self._may_enter(key):
                continue
            queue, told = self._queues[key], None
            while queue and (told is None or told.done()):  # who has gone may not have said so yet
                told = queue.popleft()
                self.waiting -= 1
            if queue:
                self._queues.move_to_end(key)
            else:
                del self._queues[key]
            if told is not None and not told.done():
                self.take(key)
                told.set_result(None)

    def _give_up(self, key: Hashable, told: asyncio.Future[None]) -> None:
        queue = self._queues.get(key)
        if queue is not None and told in queue:
            queue.remove(told)
            self.waiting -= 1
            if not queue:
                del self._queues[key]


class Turn:
    """A request's own: held while it is worked on, and not while its body comes in."""

    __slots__ = ("_key", "_turns")

    def __init__(self, turns: Turns, key: Hashable) -> None:
        self._turns, self._key = turns, key

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Raises `Busy`."""
        await self._turns.enter(self._key)
        try:
            yield
        finally:
            self._turns.leave(self._key)

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[None]:
        """Somebody else may have it meanwhile. It is taken back whatever happened within, without waiting: what was
        sent must not be lost, and who has sent it is bounded by the time that took."""
        self._turns.leave(self._key)
        try:
            yield
        finally:
            self._turns.take(self._key)


TURN = web.RequestKey("turn", Turn)


@asynccontextmanager
async def without_turn(request: web.BaseRequest) -> AsyncIterator[None]:
    """While a request waits for its client."""
    turn = request.get(TURN)
    if turn is None:
        yield
        return
    async with turn.lent():
        yield
