"""Clients that take their time: how much they may have, what they have taken, and how they are let go of. So are those
whose answer broke off.

slowhttptest's modes are what this is measured with (bench/strangers.py).
"""

import asyncio
import contextlib
import fcntl
import logging
import socket
import struct
import sys
import termios
from dataclasses import dataclass
from typing import Any

from aiohttp import web

log = logging.getLogger(__name__)

_ACKED = slice(120, 128)  # tcpi_bytes_acked of struct tcp_info, Linux 4.1
_RESET = struct.pack("ii", 1, 0)  # struct linger: on, for no time
SLOWEST = 512
"""Bytes of an answer that a client takes a second, at least, on the whole."""
LINGERING_SECONDS = 5.0
"""How long the rest of a body that nobody reads is waited for (RFC 9112 §9.6)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: for a head to come, between requests, and for a client that takes nothing of its answer."""

    head_seconds: float
    idle_seconds: float
    unread_seconds: float

    @property
    def look_seconds(self) -> float:
        return max(0.1, min(self.head_seconds, self.unread_seconds) / 4)


def progress(transport: asyncio.Transport) -> tuple[int, int]:
    """Bytes that were answered and that the other side has not taken yet, ours and the system's; and all that it has
    taken. Without TCP (a unix socket's client is a proxy of our own) or another system than Linux: none, 0."""
    try:
        link = transport.get_extra_info("socket")
        waiting = fcntl.ioctl(link.fileno(), termios.TIOCOUTQ, b"\0" * 4)
        told = link.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _ACKED.stop)
        if len(told) < _ACKED.stop:
            return 0, 0
    except (OSError, AttributeError):  # closed meanwhile, or no such thing here
        return 0, 0
    order: Any = sys.byteorder
    return transport.get_write_buffer_size() + int.from_bytes(waiting, order), int.from_bytes(told[_ACKED], order)


def has_more(transport: asyncio.BaseTransport | None) -> bool:
    """Whether something has come that was not read yet. A loop that had no turn for long hears of time before bytes."""
    try:
        link = None if transport is None else transport.get_extra_info("socket")
        waiting = b"" if link is None else fcntl.ioctl(link.fileno(), termios.FIONREAD, b"\0" * 4)
    except OSError:  # closed meanwhile
        return False
    return any(waiting)


def cut_off(transport: asyncio.Transport) -> None:
    """End a connection at once. With a reset: else the system keeps for minutes what the client has not taken."""
    with contextlib.suppress(OSError, AttributeError):
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    transport.abort()


def end_what_began(request: web.BaseRequest, answer: web.StreamResponse) -> None:
    """Cut off a connection on which another answer has begun than the one that is to be sent now.

    Behind the bytes of the first it would be read as a part of it, or be taken for the answer to the next request. So
    what began stays visibly unfinished.
    """
    if request.writer.output_size > 0 and not answer.prepared and request.transport is not None:
        log.warning("an answer broke off; its connection is ended")
        cut_off(request.transport)
