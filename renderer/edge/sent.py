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

_DATE = b"Date: "
_DATE_LENGTH = 29  # of an IMF-fixdate (RFC 9110 §5.6.7)
_date: tuple[int, bytes] = (-1, b"")


def date_of(second: int) -> bytes:
    """The value of Date, made once a second."""
    global _date
    if _date[0] != second:
        _date = (second, formatdate(second, usegmt=True).encode())
    return _date[1]


class Wire:
    """An answer as it goes over the wire, Date and all: put together anew when a second has passed, not for each."""

    __slots__ = ("_date_at", "_end", "_second", "_whole")

    def __init__(self, head: bytes, body: bytes) -> None:
        """`head`: status line and headers, each line ended, without Date and Connection."""
        self._date_at = len(head) + len(_DATE)
        self._end = self._date_at + _DATE_LENGTH + 4
        self._second = 0
        self._whole = b"".join((head, _DATE, date_of(0), b"\r\n\r\n", body))

    def __len__(self) -> int:
        return len(self._whole)

    @property
    def body(self) -> bytes:
        return self._whole[self._end :]

    def now(self) -> bytes:
        second = int(time.time())
        if second != self._second:
            at, whole = self._date_at, self._whole
            self._whole = b"".join((whole[:at], date_of(second), whole[at + _DATE_LENGTH :]))
            self._second = second
        return self._whole

    def with_line(self, line: bytes) -> bytes:
        """With another header, before Date."""
        at = self._date_at - len(_DATE)
        whole = self.now()
        return whole[:at] + line + whole[at:]


class Sent(web.StreamResponse):
    def __init__(self, request: web.BaseRequest, status: int, wire: Wire) -> None:
        # Nothing of what the base class sets up is used.
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
            transport.write(self._wire.now())
        else:
            transport.write(self._spelt_out(request))
        self._eof_sent = True
        if request.protocol._paused:  # the client reads slower than we write
            await request.writer.drain()

    def _spelt_out(self, request: web.BaseRequest) -> bytes:
        """Connections persist unless said otherwise in 1.1, the other way round in 1.0 (RFC 9112 §9.3)."""
        whole = self._wire.now()
        old = request.version[1] == 0
        if old and self._keep_alive:
            whole = self._wire.with_line(b"Connection: keep-alive\r\n")
        elif not old and not self._keep_alive:
            whole = self._wire.with_line(b"Connection: close\r\n")
        if old:
            whole = b"HTTP/1.0" + whole[8:]
        return whole[: whole.index(b"\r\n\r\n") + 4] if request.method == "HEAD" else whole

    def __repr__(self) -> str:
        return f"<Sent {self._status}>"

    def __eq__(self, other: Any) -> bool:
        return self is other

    __hash__ = object.__hash__
