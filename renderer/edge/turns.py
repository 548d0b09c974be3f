"""Who is answered next by the application: no site, and no stranger at hosts that we do not know, takes more than a
share of it, however many ask there.

A worker has one event loop and a few connections. Requests for kept answers are none of this; the others take a turn,
a few at a time for each key, and whoever waits is let in key by key. So what somebody else's site costs is one turn of
its in between, not its queue. Where one key's turns follow each other without end, they come further apart: else they
would fill a processor, and the database's, which are the others' too.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from itertools import islice
from time import monotonic

from aiohttp import web

AT_ONCE = 2
"""Requests of one key under way: one is drawn while the other waits for the database."""
MOST_WAITING = 200
"""Requests of one key that wait; and ten times as many in all."""
WAIT_SECONDS = 10.0
FIRST_SECONDS = 30.0
"""A worker that has served for less has to make every page anew, maybe while those before it finish on the same
processors: so long is waited for a turn then."""
COST = 0.002
"""Seconds of a processor that a turn takes beside drawing in a thread; the database takes half as much."""
SHARE = 0.25
"""Of a processor that one key's turns take in the long run, at most..."""
AT_HAND = 0.5
"""...beyond so many seconds of it that they may take at once: some 250 turns, or 40 large sites read and drawn."""
MOST_PAUSE = 2.0
ALONE_SECONDS = 1.0
"""Whoever was alone for so long, but for a few kept answers, has nobody to make room for."""
_FEW = 20.0
"""Kept answers a second."""
_MOST_DEBTS = 10_000


class Busy(Exception):
    """Too many are waiting, or it took too long."""


class Turns:
    """One worker's. `total` requests at a time, of all keys."""

    def __init__(
        self,
        total: int,
        at_once: int = AT_ONCE,
        waiting: int = MOST_WAITING,
        seconds: float = WAIT_SECONDS,
        first: float = FIRST_SECONDS,
        kept: Callable[[], int] = lambda: 0,
    ) -> None:
        """`seconds`: how long is waited for a turn; `first`: during the first so many, instead. `kept`: how many kept
        answers were sent so far, which take no turns."""
        self._free = total
        self._kept = kept
        self._kept_then, self._then, self._kept_rate = kept(), monotonic(), 0.0
        self._at_once = min(at_once, total)
        self._most_waiting = waiting
        self._seconds, self._first = seconds, first
        # Until when who comes is patient; 0: nobody has come yet.
        self._first_until = 0.0
        self._under_way: dict[Hashable, int] = {}
        self._queues: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()
        # Seconds of a processor that were taken and that `SHARE` has not made good, and when that was.
        self._debts: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self.waiting = 0

    async def enter(self, key: Hashable) -> None:
        """Wait for a turn. Raises `Busy`."""
        now = monotonic()
        self._first_until = self._first_until or now + self._first
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
            async with asyncio.timeout(max(self._seconds, self._first if now < self._first_until else 0.0)):
                await told
        except BaseException as fault:
            if told.done() and not told.cancelled():
                self.leave(key)  # it was let in just then
            else:
                self._give_up(key, told)
            if isinstance(fault, TimeoutError):
                raise Busy from None
            raise

    def leave(self, key: Hashable, spent: float = 0.0) -> None:
        """The turn is over, which took so many seconds of a processor; the next one's begins."""
        self._free += 1
        pause = self._pause(key, spent) if spent else 0.0
        if pause:
            asyncio.get_running_loop().call_later(pause, self._end, key)
            self._let_in()
        else:
            self._end(key)

    def _pause(self, key: Hashable, spent: float) -> float:
        """Seconds until another of that key may follow."""
        now = monotonic()
        debt, at = self._debts.pop(key, (0.0, now))
        debt = max(0.0, debt - (now - at) * SHARE) + spent
        self._debts[key] = min(debt, AT_HAND + SHARE * MOST_PAUSE), now
        if len(self._debts) > _MOST_DEBTS:
            self._debts.popitem(last=False)
        return 0.0 if self._is_alone(key, now) else min(max(0.0, debt - AT_HAND) / SHARE, MOST_PAUSE)

    def _is_alone(self, key: Hashable, now: float) -> bool:
        passed = now - self._then
        if passed >= ALONE_SECONDS:
            kept = self._kept()
            self._kept_rate, self._kept_then, self._then = (kept - self._kept_then) / passed, kept, now
        latest = islice(reversed(self._debts.items()), 2)  # the key's own is one of them
        return self._kept_rate <= _FEW and all(other == key or now - at > ALONE_SECONDS for other, (_, at) in latest)

    def _end(self, key: Hashable) -> None:
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

    __slots__ = ("_key", "_turns", "spent")

    def __init__(self, turns: Turns, key: Hashable, spent: float = 0.0) -> None:
        """`spent`: seconds of a processor that it takes in any case."""
        self._turns, self._key = turns, key
        self.spent = spent

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Raises `Busy`."""
        await self._turns.enter(self._key)
        token = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(token)
            self._turns.leave(self._key, self.spent)

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
_CURRENT: ContextVar[Turn | None] = ContextVar("turn", default=None)


def charge(seconds: float) -> None:
    """What drawing took of a processor, to the request that is under way."""
    turn = _CURRENT.get()
    if turn is not None:
        turn.spent += seconds


@asynccontextmanager
async def without_turn(request: web.BaseRequest) -> AsyncIterator[None]:
    """While a request waits for its client."""
    turn = request.get(TURN)
    if turn is None:
        yield
        return
    async with turn.lent():
        yield
