"""An answer that is bytes already, written to the socket as it is.

aiohttp's own response builds a header map, asks the application's hooks, and formats each header again: half of what a
hot request costs. This one has nothing to prepare; it keeps to the two calls that web_protocol makes (`prepare`, then
`write_eof`), and to `keep_alive`, which it reads after them.
"""

import time
from email.utils import formatdate
from typing import Any

from aiohttp import web
from aiohttp.client_exceptions import ClientConnectionResetError

_date: tuple[int, bytes] = (0, b"")


def date_line(now: float) -> bytes:
    """`Date: …` and the empty line after the headers, made once a second."""
    global _date
    second = int(now)
    if _date[0] != second:
        _date = (second, f"Date: {formatdate(second, usegmt=True)}\r\n\r\n".encode())
    return _date[1]


class Sent(web.StreamResponse):
    """`head`: status line and headers, each line ended, without Date and Connection."""

    def __init__(self, request: web.BaseRequest, status: int, head: bytes, body: bytes) -> None:
        # Nothing of what the base class sets up is used.
        self._request = request
        self._status = status
        self._head = head
        self._bytes = body
        self._body_length = len(body)
        self._keep_alive = request.keep_alive

    async def prepare(self, request: web.BaseRequest) -> None:
        """Nothing to do."""

    async def write_eof(self, data: bytes = b"") -> None:
        request = self._request
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ClientConnectionResetError("the client has gone")
        head, version = self._head, request.version
        # Persistent unless said otherwise in 1.1, the other way round in 1.0 (RFC 9112 §9.3).
        if version[1] == 0:
            head = b"HTTP/1.0" + head[8:] + (b"Connection: keep-alive\r\n" if self._keep_alive else b"")
        elif not self._keep_alive:
            head += b"Connection: close\r\n"
        self._eof_sent = True
        transport.write(b"".join((head, date_line(time.time()), self._bytes)))
        await request.writer.drain()

    def __repr__(self) -> str:
        return f"<Sent {self._status}>"

    def __eq__(self, other: Any) -> bool:
        return self is other

    __hash__ = object.__hash__
