"""An answer that is bytes already, written to the socket as it is.

aiohttp's own response builds a header map, asks the application's hooks, and formats each header again: half of what a
hot request costs. This one has nothing to prepare; it keeps to the two calls that web_protocol makes (`prepare`, then
`write_eof`), and to `keep_alive`, which it reads after them.
"""

import asyncio
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

from aiohttp import web
from aiohttp.client_exceptions import ClientConnectionResetError

from renderer.edge.asked import ID, ID_FIELD

_DATE = b"Date: "
_ID = b"\r\n" + ID_FIELD.encode() + b": "
_DATE_LENGTH = 29  # of an IMF-fixdate (RFC 9110 §5.6.7)
_APART = 4_096
"""Bytes from which copying takes longer than naming two pieces."""
_date: tuple[int, bytes] = (-1, b"")


def date_of(second: int) -> bytes:
    """The value of Date, made once a second."""
    global _date
    if _date[0] != second:
        _date = (second, formatdate(second, usegmt=True).encode())
    return _date[1]


class Wire:
    """An answer as it goes over the wire, Date and all: the head is put together anew when a second has passed, and
    each answer has an id of its own."""

    __slots__ = ("_head", "_lasting", "_rest", "_second", "_stamped")

    def __init__(self, head: bytes, body: bytes, lasting: Callable[[int], bytes] | None = None) -> None:
        """`head`: status line and headers, each line ended, without Date, Connection and the id; `lasting` makes
        another of the second."""
        self._head = head
        self._lasting = lasting
        self._second = -1
        self._stamped = b""
        self._rest = b"\r\n\r\n" + body

    def __len__(self) -> int:
        return len(self._head) + len(_DATE) + _DATE_LENGTH + len(_ID) + len(self._rest)

    @property
    def body(self) -> bytes:
        return self._rest[4:]

    def now(self, request_id: str, line: bytes = b"") -> bytes:
        """Whole; `line` is another header, ended."""
        stamped = self._begun()
        if line:
            return b"".join((self._head, line, stamped[len(self._head) :], request_id.encode(), self._rest))
        return b"".join((stamped, request_id.encode(), self._rest))

    def send(self, transport: asyncio.WriteTransport, request_id: str) -> None:
        """The same in one write to the socket. A long body is passed on as it is, so that what a slow client has not
        read yet is no copy of it."""
        head = self._begun() + request_id.encode()
        if len(self._rest) < _APART:
            transport.write(head + self._rest)
        else:
            transport.writelines((head, self._rest))

    def _begun(self) -> bytes:
        """All in front of the id."""
        second = int(time.time())
        if second != self._second:
            self._second = second
            lasting = self._lasting(second) if self._lasting is not None else b""
            self._stamped = b"".join((self._head, lasting, _DATE, date_of(second), _ID))
        return self._stamped


class Sent(web.StreamResponse):
    """`is_hit`: it was at hand, not made for this request."""

    def __init__(self, request: web.BaseRequest, status: int, wire: Wire, is_hit: bool) -> None:
        # Nothing of what the base class sets up is used.
        self.is_hit = is_hit
        self._request = request
        self._status = status
        self._wire = wire
        self._keep_alive = request.keep_alive

    async def prepare(self, request: web.BaseRequest) -> None:
        """Nothing to do."""

    async def write_eof(self, data: bytes = b"") -> None:
        request = self._request
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ClientConnectionResetError("the client has gone")
        if request.method != "HEAD" and self._keep_alive and request.version[1] == 1:
            self._wire.send(transport, request[ID])
        else:
            transport.write(self._spelt_out(request))
        self._eof_sent = True
        if request.protocol._paused:  # the client reads slower than we write
            await request.writer.drain()

    def _spelt_out(self, request: web.BaseRequest) -> bytes:
        """Connections persist unless said otherwise in 1.1, the other way round in 1.0 (RFC 9112 §9.3)."""
        old, line = request.version[1] == 0, b""
        if old and self._keep_alive:
            line = b"Connection: keep-alive\r\n"
        elif not old and not self._keep_alive:
            line = b"Connection: close\r\n"
        whole = self._wire.now(request[ID], line)
        if old:
            whole = b"HTTP/1.0" + whole[8:]
        return whole[: whole.index(b"\r\n\r\n") + 4] if request.method == "HEAD" else whole

    @property
    def size(self) -> int:
        return len(self._wire)

    def __repr__(self) -> str:
        return f"<Sent {self._status}>"

    def __eq__(self, other: Any) -> bool:
        return self is other

    __hash__ = object.__hash__
