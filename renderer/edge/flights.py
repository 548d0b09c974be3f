"""One making of an answer for all who ask for it at once."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web

from renderer.edge.cache import Wanted
from renderer.edge.kept import Kept

Waiting = asyncio.Future[Kept | None]
# Of the request that an answer is made by: who waits for it.
_WAITING = web.RequestKey("waiting", asyncio.Future)
# For another worker's answer; then it is made here. Making one takes milliseconds.
_ELSEWHERE_SECONDS = 0.1


class Flights:
    """The first request makes an answer, in a task of its own: a visitor who leaves takes nothing from the others."""

    def __init__(self) -> None:
        self._waiting: dict[Wanted, Waiting] = {}
        self._tasks: set[asyncio.Task[web.StreamResponse]] = set()
        self._elsewhere: dict[Wanted, Waiting] = {}

    async def land(self) -> None:
        """Give up what is still being made, and wait until it has let go of what it works with."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def joined(self, wanted: Wanted) -> Waiting | None:
        """What those wait for who are not the first; None within: the answer is not for them."""
        return self._waiting.get(wanted)

    def elsewhere(self, wanted: Wanted) -> Waiting | None:
        """What another worker makes; None within: nothing came of it."""
        return self._elsewhere.get(wanted)

    def expect(self, wanted: Wanted) -> None:
        """Another worker has begun to make it."""
        if wanted not in self._waiting and wanted not in self._elsewhere:
            loop = asyncio.get_running_loop()
            waiting = self._elsewhere[wanted] = loop.create_future()
            loop.call_later(_ELSEWHERE_SECONDS, self._end, wanted, waiting, None)

    def came(self, wanted: Wanted, kept: Kept | None) -> None:
        """What another worker made of it, if anything."""
        waiting = self._elsewhere.get(wanted)
        if waiting is not None:
            self._end(wanted, waiting, kept)

    def _end(self, wanted: Wanted, waiting: Waiting, kept: Kept | None) -> None:
        if self._elsewhere.get(wanted) is waiting:
            del self._elsewhere[wanted]
        if not waiting.done():
            waiting.set_result(kept)

    def begin(
        self,
        request: web.BaseRequest,
        wanted: Wanted,
        make: Callable[[], Awaitable[web.StreamResponse]],
        share: Callable[[web.StreamResponse], Kept | None],
    ) -> "asyncio.Task[web.StreamResponse]":
        """Make the answer, and give the others what `share` makes of it. Who waits for the task shields it."""
        waiting: Waiting = asyncio.get_running_loop().create_future()
        self._waiting[wanted] = waiting
        request[_WAITING] = waiting
        task = asyncio.create_task(self._make(wanted, waiting, make, share))
        self._tasks.add(task)
        task.add_done_callback(partial(self._done, wanted, waiting))
        return task

    async def _make(
        self,
        wanted: Wanted,
        waiting: Waiting,
        make: Callable[[], Awaitable[web.StreamResponse]],
        share: Callable[[web.StreamResponse], Kept | None],
    ) -> web.StreamResponse:
        kept = None
        try:
            answer = await make()
            kept = share(answer)
            return answer
        finally:
            self._settle(wanted, waiting, kept)

    def _settle(self, wanted: Wanted, waiting: Waiting, kept: Kept | None) -> None:
        if self._waiting.get(wanted) is waiting:
            del self._waiting[wanted]
        if not waiting.done():
            waiting.set_result(kept)

    def _done(self, wanted: Wanted, waiting: Waiting, task: "asyncio.Task[web.StreamResponse]") -> None:
        self._tasks.discard(task)
        self._settle(wanted, waiting, None)  # who is given up before its first step has settled nothing
        if not task.cancelled():
            task.exception()  # told to the leader, if it is still there


async def let_go(request: web.Request, response: web.StreamResponse) -> None:
    """For app.on_response_prepare: what is being sent already cannot be shared, so nobody waits for its end."""
    waiting = request.get(_WAITING)
    if waiting is not None and not waiting.done():
        waiting.set_result(None)
