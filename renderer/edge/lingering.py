"""A connection whose head cannot be read is closed only when its client has had time to read why (RFC 9112 §9.6).

A system that is told to close while bytes have come that nobody has read sends a reset, and a reset takes away the
answer that is on its way. So our side ends alone, and what still comes is read and thrown away: for a while, and not
without end.
"""

import asyncio
from typing import Any

from aiohttp import web
from aiohttp.http import RawRequestMessage
from aiohttp.web_protocol import RequestHandler

from renderer.edge.slow import LINGERING_SECONDS

MOST = 4 * 2**20
"""Bytes that are thrown away; who sends more is cut off."""


class Lingering(RequestHandler):
    """A connection of aiohttp's that ends like this."""

    __slots__ = ("_end", "_is_spoilt", "_thrown")

    def __init__(self, manager: Any, **arguments: Any) -> None:
        super().__init__(manager, **arguments)
        # Nothing that comes can be read any more: what cannot be is the last of its requests.
        self._is_spoilt = False
        self._thrown = 0
        # Done when waiting is over; of a connection that lingers.
        self._end: asyncio.Future[None] | None = None

    def data_received(self, data: bytes) -> None:
        if self._is_spoilt:
            self._thrown += len(data)
            if self._thrown > MOST:
                self._let_go()
            return
        super().data_received(data)
        if self._messages and not isinstance(self._messages[-1][0], RawRequestMessage):
            self._is_spoilt = True

    def connection_lost(self, exc: BaseException | None) -> None:
        self._let_go()
        super().connection_lost(exc)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send it; behind the last of a spoilt connection wait for its client."""
        sent = await super().finish_response(request, resp, start_time)
        transport = self.transport
        if self._is_spoilt and not self._messages and transport is not None and transport.can_write_eof():
            transport.write_eof()
            self._resume_reading_for_buffer()
            self._end = self._loop.create_future()
            ends = self._loop.call_later(LINGERING_SECONDS, self._let_go)
            try:
                await self._end
            finally:
                ends.cancel()
        return sent

    def _let_go(self) -> None:
        if self._end is not None and not self._end.done():
            self._end.set_result(None)
