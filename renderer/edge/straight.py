"""Kept answers on the straight way: from the bytes that came to the bytes that go.

aiohttp makes of each request a task, a future, a writer and a request object, and takes two turns of the loop: two
thirds of what a kept answer costs. Where the answer is at hand and nothing else is going on, it is sent from
`data_received` instead. It is found by the same steps (edge/front.py), and everything else is left to aiohttp's own
loop, which answers in the same way (tests/test_straight.py): other versions and methods, bodies, upgrades, connections
that end with the answer or whose client reads slower than we write, and more requests than aiohttp queues.
"""

import asyncio
from typing import Any

from aiohttp import HttpVersion11, web
from aiohttp.http import RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD

from renderer.edge.front import Front
from renderer.edge.lingering import Lingering
from renderer.logs.trace import new_id


class Server(web.Server):
    """Connections of one worker. `is_draining`: every answer from now on ends its connection."""

    def __init__(self, front: Front, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.front = front
        self.is_draining = False


class Straight(Lingering):
    """A connection of aiohttp's, with the straight way beside its own."""

    __slots__ = ("_access", "_classes", "_find", "_has_come", "_left", "_peer", "_scheme", "_server")

    def __init__(self, manager: Server, **arguments: Any) -> None:
        super().__init__(manager, **arguments)
        front = manager.front
        self._access = front.access
        self._classes = front.tally.classes
        self._find = front.straight
        self._server = manager
        # As a request has them.
        self._peer: str | None = None
        self._scheme = "http"
        # Requests that were left to aiohttp's loop, and whose answers were not sent yet.
        self._left = 0
        # Whether the last bytes were the end of a head.
        self._has_come = False
        # Else aiohttp looks at no clock, and calls nothing.
        self._logging_enabled = front.access.is_on

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        peer = self.peername
        self._peer = None if peer is None else str(peer[0] if isinstance(peer, tuple | list) else peer)
        self._scheme = "https" if self.ssl_context else "http"

    @property
    def _waits(self) -> bool:
        """Whether aiohttp's loop waits to be woken: nothing is being answered."""
        return self._waiter is not None and not self._waiter.done()

    def data_received(self, data: bytes) -> None:
        messages = self._messages
        if self._left:
            # Each in its turn, behind what aiohttp's loop is answering.
            before = len(messages)
            super().data_received(data)
            self._left += len(messages) - before
            self._has_come = bool(messages)
            return
        # Nothing is being answered, though the loop may not have come round to waiting yet: who asks on at once would
        # otherwise be left to it for as long as it does so. What came is only queued, and the loop woken below.
        waiter, self._waiter = self._waiter, None
        try:
            super().data_received(data)
        finally:
            self._waiter = waiter
        self._has_come = bool(messages)
        while messages and self._answer(*messages[0]):
            messages.popleft()
        self._left = len(messages)
        if messages and waiter is not None and not waiter.done():
            waiter.set_result(None)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send what aiohttp's loop answers. Behind an answer that ends the connection nothing goes straight."""
        sent = await super().finish_response(request, resp, start_time)
        if sent[0].keep_alive:
            self._left -= 1
        return sent

    def _answer(self, message: Any, payload: Any) -> bool:
        """Send what is at hand for a request; False: aiohttp's loop has to answer it."""
        transport, parser = self.transport, self._parser
        if (
            payload is not EMPTY_PAYLOAD
            or not isinstance(message, RawRequestMessage)  # what cannot be read
            or message.method != "GET"
            or message.version != HttpVersion11
            or message.should_close
            or message.upgrade
            or self._paused
            or self._buffer_paused
            or self._server.is_draining
            or parser is None
            or transport is None
            or transport.is_closing()
        ):
            return False
        began = self._loop.time()
        try:
            found = self._find(message, self._peer, self._scheme)
        except Exception:
            self.log_exception("unexpected error on the straight way")
            return False
        if found is None:
            return False
        request_id = new_id()
        found.wire.send(transport, request_id)
        self._classes[found.status // 100] += 1
        if self._logging_enabled:
            self._access.tell_straight(request_id, message, found, self._loop.time() - began)
        # What aiohttp's loop does with each request.
        parser.message_consumed()
        self._server.requests_count += 1
        self._keepalive = True
        self._next_keepalive_close_time = began + self._keepalive_timeout
        if self._keepalive_handle is None:
            self._keepalive_handle = self._loop.call_at(self._next_keepalive_close_time, self._process_keepalive)
        return True

    def log_access(self, request: web.BaseRequest, response: web.StreamResponse, time: float | None) -> None:
        """After each answer of aiohttp's loop."""
        self._classes[response.status // 100] += 1
        if time is not None:
            self._access.tell(request, response, self._loop.time() - time)
