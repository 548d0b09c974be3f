"""Lines of the log: JSON, one an event, or readable on a terminal. Where they go: standard error, which no worker and
no supervisor waits for.

Rooms log through the standard library and need not know of this. What a line may hold is seen to here, whoever wrote
it: no addresses, no secrets, no control characters (scrub.py); the request it was written for is named by its id.
"""

import logging
import os
import select
import socket
import stat
import sys
import threading
from collections import deque
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any, TextIO

import structlog

from renderer.disk import write_all
from renderer.logs.scrub import printable, scrub, told
from renderer.logs.trace import ASKED

log = logging.getLogger(__name__)
Event = MutableMapping[str, Any]
MOST_CHARACTERS = 2_000
"""Of any one text in a line."""
MOST_WAITING = 5_000
"""Lines that wait for whoever reads them."""
# Lines whose texts are chosen by who writes them, and checked there.
ACCESS = "renderer.access"


def set_up(level: str, form: str, stream: TextIO | None = None) -> None:
    """Everything logged from now on, by whomever, goes to `stream` (standard error) in that form: "json", "text", or
    "auto", which is text on a terminal alone. Doing it again takes the place of what was before."""
    stream = stream or sys.stderr
    if form == "auto":
        form = "text" if stream.isatty() else "json"
    steps: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _name_the_request,
        _tell_faults,
        _clean,
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=steps,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_written(form, stream.isatty())],
        )
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        if isinstance(old.formatter, structlog.stdlib.ProcessorFormatter):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    # A line for each statement of a migration is of use to nobody but yoyo.
    logging.getLogger("yoyo").setLevel(logging.WARNING)
    # With the database away it tells so with a stack, each time it has tried; what follows the change log says it once.
    logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)


class Aside:
    """A stream whose writer never waits: a thread waits in its stead for a pipe that nobody reads, or a slow disk.

    Who serves visitors must not stand still because a collector of logs does. What finds no room, or cannot be written,
    is left out; how much that was is said as soon as lines are taken again.
    """

    def __init__(self, stream: TextIO) -> None:
        self._to, self._encoding = stream.fileno(), stream.encoding
        self._lines: deque[str] = deque()
        # Two numbers, as each is raised by one thread alone.
        self._left_out = self.failed = self._told = 0
        self._wake = threading.Event()
        self._is_ending = False
        self._thread = threading.Thread(target=self._write_on, name="log", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        # The thread's own line, of what was lost, has room at any time.
        if len(self._lines) >= MOST_WAITING and threading.current_thread() is not self._thread:
            self._left_out += 1
            return
        self._lines.append(line)
        if not self._wake.is_set():
            self._wake.set()

    def flush(self) -> None:
        """Nothing: that is what is not waited for."""

    def end(self, seconds: float) -> None:
        """Write what waits, if that takes no longer."""
        self._is_ending = True
        self._wake.set()
        self._thread.join(seconds)

    def _write_on(self) -> None:
        while not self._is_ending or self._lines:
            self._wake.wait()
            self._wake.clear()
            while self._lines:
                lines = [self._lines.popleft() for _ in range(min(len(self._lines), 100))]
                try:
                    write_all(self._to, "".join(lines).encode(self._encoding, "backslashreplace"))
                except OSError:
                    self.failed += len(lines)
                    continue
                lost = self._left_out + self.failed - self._told
                if lost:
                    self._told += lost
                    log.error("%d lines of the log were lost: nobody took them", lost)


class Offered:
    """A stream whose writer never waits, without a thread: who forks can have none, and must not stand still because
    nobody takes its lines. What is not taken at once is left out; how much that was is said later."""

    def __init__(self, stream: TextIO) -> None:
        self._encoding = stream.encoding
        self._write = _at_once(stream.fileno())
        # Of a line of which a part was taken.
        self._rest = b""
        self._lost = 0

    def write(self, line: str) -> None:
        try:
            self._rest = self._rest[self._write(self._rest) :] if self._rest else b""
            if self._rest:
                raise BlockingIOError
            data = line.encode(self._encoding, "backslashreplace")
            self._rest = data[self._write(data) :]
        except OSError:
            self._lost += 1
            return
        if self._lost and not self._rest:
            lost, self._lost = self._lost, 0
            log.error("%d lines of the log were lost: nobody took them", lost)

    def flush(self) -> None:
        """Nothing: see `Aside.flush`."""


def _at_once(file: int) -> Callable[[bytes], int]:
    """Writes what is taken at once, and returns how many bytes that was. Raises OSError, as for none.

    That a descriptor does not wait is a property of what it leads to, which other processes write to as well: so this
    is another one, to the same.
    """
    kind = os.fstat(file).st_mode
    if stat.S_ISSOCK(kind):
        connection = socket.socket(fileno=os.dup(file))
        return lambda data: connection.send(data, socket.MSG_DONTWAIT)
    if stat.S_ISREG(kind):
        return lambda data: os.write(file, data)
    try:
        own = os.open(f"/proc/self/fd/{file}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:  # another account's pipe, or no /proc
        return lambda data: _if_room(file, data)
    return lambda data: os.write(own, data)


def _if_room(file: int, data: bytes) -> int:
    if not select.select([], [file], [], 0)[1]:
        raise BlockingIOError
    return os.write(file, data[: select.PIPE_BUF])


def step_aside() -> Aside | None:
    """From now on nobody in this process waits for standard error. Not in one that is still to be forked."""
    for handler in _to_standard_error():
        aside = Aside(sys.stderr)
        handler.setStream(aside)
        return aside
    return None


def only_offer() -> None:
    """The same in a process that forks."""
    for handler in _to_standard_error():
        handler.setStream(Offered(sys.stderr))


def _to_standard_error() -> list["logging.StreamHandler[Any]"]:
    handlers = [one for one in logging.getLogger().handlers if isinstance(one, logging.StreamHandler)]
    return [one for one in handlers if one.stream is sys.stderr or isinstance(one.stream, Offered)]


def _written(form: str, colors: bool) -> Sequence[Any]:
    if form == "text":
        return [
            structlog.dev.ConsoleRenderer(
                colors=colors, timestamp_key="time", exception_formatter=structlog.dev.plain_traceback
            )
        ]
    return [structlog.processors.EventRenamer("message"), structlog.processors.JSONRenderer()]


def _name_the_request(_: object, __: str, event: Event) -> Event:
    asked = ASKED.get()
    if asked is not None and "request" not in event:
        event["request"] = asked.id
        if asked.trace is not None:
            event["trace"] = asked.trace.id
    return event


def _tell_faults(_: object, __: str, event: Event) -> Event:
    """In place of a traceback, which shows what the fault says in full."""
    given = event.pop("exc_info", None)
    fault = given[1] if isinstance(given, tuple) else given
    if isinstance(fault, BaseException):
        event["exception"] = told(fault)
    return event


def _clean(_: object, __: str, event: Event) -> Event:
    trusted = event.get("logger") == ACCESS
    for name, value in event.items():
        if isinstance(value, str) and name not in ("exception", "time"):
            short = value[:MOST_CHARACTERS]
            event[name] = printable(short if trusted else scrub(short))
        elif not isinstance(value, (str, int, float, bool, type(None))) and not name.startswith("_"):
            event[name] = printable(scrub(repr(value)[:MOST_CHARACTERS]))
    return event
