"""A connection of aiohttp's that takes no more bytes than any answer of ours needs, whatever they are.

A cap on the body bounds neither interim answers (1xx), nor extensions of chunks, nor blank lines before the status:
each is parsed as fast as it comes, on the loop that visitors wait for.
"""

import asyncio
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

MOST_BYTES = 131_072
"""Of one answer, head, body and all that is around them."""


class BoundedConnector(aiohttp.TCPConnector):
    """Connections are good for one exchange each (`force_close`)."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(force_close=True, **arguments)
        # aiohttp has no public way to a connection's own protocol; a test floods one.
        self._factory = _Bounded  # type: ignore[assignment]  # a partial there


class AnswerTooLong(aiohttp.ClientError):
    """More came than anybody takes."""


class _Bounded(ResponseHandler):
    def __init__(self) -> None:
        super().__init__(asyncio.get_running_loop())
        self._left = MOST_BYTES

    def data_received(self, data: bytes) -> None:
        taken, self._left = data[: self._left], self._left - len(data)
        super().data_received(taken)
        if self._left < 0 and self.transport is not None:
            self._give_up()

    def _give_up(self) -> None:
        """A status that was read by then is an answer all the same."""
        body, self._payload = self._payload, None
        if body is not None:
            body.set_exception(AnswerTooLong())
        self.set_exception(AnswerTooLong())
        if self.transport is not None:
            self.transport.abort()
