"""One generation of workers after another, over sockets that outlive them all.

SIGHUP starts the program again from the files as they are now, code, themes and settings alike, as a second process
that inherits the listening sockets. Only when all of its workers serve is the old generation told to end; a successor
that cannot serve changes nothing. The process here loads nothing anew, so nothing that is broken later can end it.
"""

import contextlib
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from renderer import logs
from renderer.workers import heir
from renderer.workers.notify import notify, reloading
from renderer.workers.sockets import Listening
from renderer.workers.supervisor import PULSE_SECONDS, WorkersFailed

log = logging.getLogger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# A successor that cannot serve within this (its database is away, say) is given up. On a machine that is busy elsewhere
# a start of four seconds of the processor's time takes a minute.
READY_SECONDS = 180.0
# A generation's own limit is its workers' and two seconds.
SPARE_SECONDS = 4.0
# Between attempts to replace a generation that died.
REPLACE_SECONDS = 2.0


@dataclass
class _Generation:
    pid: int
    channel: socket.socket
    born: float
    is_awaited: bool = True
    ends_by: float = 0.0


@dataclass
class Succession:
    """Runs until SIGTERM or SIGINT. `first` serves in a process forked from this one, until its channel ends.

    `will` is given to successors; `pulse` is called every half second; `ready` once, when the first generation serves.
    """

    listening: Listening
    first: Callable[[heir.Heir], None]
    will: dict[str, Any]
    shutdown_seconds: int
    ready: Callable[[], None] = lambda: None
    pulse: Callable[[], None] = lambda: None
    _stopping: bool = field(default=False, init=False)
    _asked: bool = field(default=False, init=False)
    _current: _Generation | None = field(default=None, init=False)
    _next: _Generation | None = field(default=None, init=False)
    _leaving: list[_Generation] = field(default_factory=list, init=False)
    _has_served: bool = field(default=False, init=False)
    _tried: float = field(default=0.0, init=False)

    def run(self) -> None:
        """Blocks. Raises `WorkersFailed` when the first generation cannot serve."""
        logs.only_offer()
        previous = {number: signal.signal(number, self._hear) for number in SIGNALS}
        try:
            self._current = self._fork()
            while not self._stopping:
                self._step()
                self.pulse()
        finally:
            notify("STOPPING=1")
            self._end_all()
            self.listening.close()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _hear(self, number: int, _: object) -> None:
        if number == signal.SIGHUP:
            self._asked = True
        else:
            self._stopping = True

    def _step(self) -> None:
        heard = [one for one in (self._current, self._next) if one is not None and one.is_awaited]
        readable = select.select([one.channel for one in heard], [], [], PULSE_SECONDS)[0]
        for one in heard:
            if one.channel in readable:
                one.is_awaited = False
                if _is_ready(one.channel):
                    self._settle(one)
        self._reap()
        if self._next is not None and time.monotonic() > self._next.born + READY_SECONDS:
            log.error("the successor does not serve after %d seconds; given up", READY_SECONDS)
            self._dismiss(self._next)
            self._next = None
            notify("READY=1")
        if self._current is None and self._next is None and time.monotonic() > self._tried + REPLACE_SECONDS:
            self._tried = time.monotonic()
            self._next = self._execute(patient=False)
        if self._asked and self._next is None and self._has_served:
            self._asked = False
            log.info("starting a successor")
            reloading()
            self._next = self._execute(patient=True)

    def _settle(self, one: _Generation) -> None:
        """Somebody serves now."""
        if one is self._next:
            if self._current is not None:
                self._dismiss(self._current)
            self._current, self._next = one, None
            log.info("the successor serves; the workers before it finish what they have")
        if not self._has_served:
            self._has_served = True
            self.ready()
        notify("READY=1", f"STATUS=generation {one.pid} serves")

    def _reap(self) -> None:
        for one in (self._current, self._next, *self._leaving):
            if one is None or not os.waitpid(one.pid, os.WNOHANG)[0]:
                continue
            one.channel.close()
            if one is self._current:
                if not self._has_served:
                    self._current = None
                    raise WorkersFailed("the workers die as soon as they start; the lines above say why")
                log.error("the generation that served has died; starting another")
                self._current = None
            elif one is self._next:
                log.error("the successor cannot serve; the lines above say why, and nothing has changed")
                self._next = None
                notify("READY=1")
            else:
                self._leaving.remove(one)
        for one in self._leaving:
            if time.monotonic() > one.ends_by:
                log.warning("a generation did not stop in time; killed")
                with contextlib.suppress(ProcessLookupError):
                    os.kill(one.pid, signal.SIGKILL)

    def _dismiss(self, one: _Generation) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(one.pid, signal.SIGTERM)
        one.ends_by = time.monotonic() + self.shutdown_seconds + SPARE_SECONDS
        self._leaving.append(one)

    def _end_all(self) -> None:
        for one in (self._current, self._next):
            if one is not None:
                self._dismiss(one)
        self._current = self._next = None
        while self._leaving:
            self._reap()
            time.sleep(0.02)

    def _fork(self) -> _Generation:
        mine, theirs = socket.socketpair()
        # A signal between the fork and the child's own handlers would end up in the handlers above, there.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        pid = os.fork()
        if pid:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            theirs.close()
            return _Generation(pid, mine, time.monotonic())
        code = 1
        try:
            mine.close()
            _become_generation()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            self.first(heir.Heir(theirs, self.listening.sites, self.listening.internal, False, self.will))
            code = 0
        except WorkersFailed:
            pass  # said where it counts: by the process above, which sees this one end
        except BaseException:
            log.exception("cannot serve")
        finally:
            os._exit(code)

    def _execute(self, *, patient: bool) -> _Generation | None:
        """The program, as this one was called."""
        mine, theirs = socket.socketpair()
        listening = self.listening
        heir.leave(mine, listening.sites, listening.internal, patient, self.will)
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        pid = os.fork()
        if pid:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            theirs.close()
            return _Generation(pid, mine, time.monotonic())
        try:
            for kept in (theirs, *listening.sites, *([listening.internal] if listening.internal else [])):
                kept.set_inheritable(True)
            _become_generation()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            environment = {**os.environ, heir.VARIABLE: str(theirs.fileno())}
            os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)  # noqa: S606 no shell, and our own command line
        except BaseException:
            log.exception("the successor cannot be started")
        finally:
            os._exit(1)


def _is_ready(channel: socket.socket) -> bool:
    """False: its process came to an end, perhaps before it read what it was left."""
    try:
        return channel.recv(1) == heir.READY
    except OSError:
        return False


def _become_generation() -> None:
    """A terminal's signals reach all of its processes; the succession alone says what follows from them."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
