"""A connection of aiohttp's that takes no more bytes than any answer of ours needs, whatever they are.

A cap on the body bounds neither interim answers (1xx), nor extensions of chunks, nor blank lines before the status:
each is parsed as fast as it comes, on the loop that visitors wait for.
"""

import asyncio
from functools import partial
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

MOST_BYTES = 131_072
"""Of one answer, head, body and all that is around them."""
_A_PIECE = 4_096


class BoundedConnector(aiohttp.TCPConnector):
    """`most`: bytes of one answer; `head`: of them until its head is complete, interim ones included."""

    def __init__(self, most: int = MOST_BYTES, head: int = MOST_BYTES, **arguments: Any) -> None:
        super().__init__(**arguments)
        # aiohttp has no public way to a connection's own protocol; a test floods one.
        self._factory = partial(_Bounded, most, head)  # type: ignore[assignment]  # of its own class there


class AnswerTooLong(aiohttp.ClientError):
    """More came than anybody takes."""


class _Bounded(ResponseHandler):
    def __init__(self, most: int, head: int) -> None:
        super().__init__(asyncio.get_running_loop())
        self._bounds = self._left, self._before = most, head

    def set_response_params(self, **arguments: Any) -> None:
        """Called once for each answer that is waited for."""
        self._left, self._before = self._bounds
        super().set_response_params(**arguments)

    def data_received(self, data: bytes) -> None:
        taken, self._left = data[: max(0, self._left)], self._left - len(data)
        # What holds the head's end may hold much of the body too.
        while taken and self._payload is None and self._before > 0:
            self._before -= _A_PIECE
            super().data_received(taken[:_A_PIECE])
            taken = taken[_A_PIECE:]
        is_within = self._payload is not None or self._before > 0
        if is_within:
            super().data_received(taken)
        if (self._left < 0 or not is_within) and self.transport is not None:
            self._give_up()

    def _give_up(self) -> None:
        """A status that was read by then is an answer all the same."""
        body, self._payload = self._payload, None
        if body is not None:
            body.set_exception(AnswerTooLong())
        self.set_exception(AnswerTooLong())
        if self.transport is not None:
            self.transport.abort()
