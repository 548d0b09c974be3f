"""A connection of aiohttp's that ends after so many bytes of one answer, whatever they are.

A cap on the body bounds neither interim answers (1xx) nor the extensions of chunks, and the service behind an address
may be anybody's by now.
"""

import asyncio
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

MOST_BYTES = 68_157_440
"""65 MiB: more than any file of ours, which is 50 MiB at most, and its head."""
MOST_BEFORE, _A_PIECE = 32_768, 4_096
"""Until the head of the answer is complete, interim ones included: they are parsed on the loop visitors wait for."""


class BoundedConnector(aiohttp.TCPConnector):
    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        # aiohttp has no public way to a connection's own protocol; a test floods one.
        self._factory = _Bounded  # type: ignore[assignment]  # a partial there


class _Bounded(ResponseHandler):
    def __init__(self) -> None:
        super().__init__(asyncio.get_running_loop())
        self._left, self._before = MOST_BYTES, MOST_BEFORE

    def set_response_params(self, **arguments: Any) -> None:
        """Called once for each answer that is waited for."""
        self._left, self._before = MOST_BYTES, MOST_BEFORE
        super().set_response_params(**arguments)

    def data_received(self, data: bytes) -> None:
        self._left -= len(data)
        # What holds the head's end may hold much of the body too.
        while data and self._payload is None and self._before > 0:
            self._before -= _A_PIECE
            super().data_received(data[:_A_PIECE])
            data = data[_A_PIECE:]
        if self._left >= 0 and (self._payload is not None or self._before > 0):
            super().data_received(data)
            return
        self.set_exception(aiohttp.ClientPayloadError("too long"))
        if self.transport is not None:
            self.transport.abort()
