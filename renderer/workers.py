"""Worker processes: one listening socket a slot, owned by the supervisor and inherited by whoever serves the slot.

The supervisor runs no event loop and serves nothing, so that forking is safe at any time. A worker that dies is
replaced and takes over the same socket, in whose queue connections have been waiting meanwhile.
"""

import asyncio
import contextlib
import logging
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import uvloop
from aiohttp import web

from renderer import garbage
from renderer.protocol import Runner

log = logging.getLogger(__name__)

# A worker that dies younger than this did not serve; that many in a row, and starting again is pointless.
INFANT_SECONDS = 5.0
MOST_INFANT_DEATHS = 5
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# How often the supervisor looks at what it keeps alive.
PULSE_SECONDS = 0.5


class AddressInUse(Exception):
    """Nothing can listen there; str() says where and why."""


class WorkersFailed(Exception):
    """Workers die as soon as they start."""


@dataclass
class _Slot:
    listener: socket.socket
    pid: int = 0
    born: float = 0.0


@dataclass
class Supervisor:
    """Runs a process a listener until SIGTERM, SIGINT or SIGHUP.

    `make_app` is called in each worker. `pulse` is called every half second in the supervisor, for what else it has to
    keep alive. `ready` is called once, when the first worker of every slot serves.
    """

    listeners: list[socket.socket]
    make_app: Callable[[], web.Application]
    shutdown_seconds: int
    ready: Callable[[], None] = lambda: None
    pulse: Callable[[], None] = lambda: None
    _stopping: bool = field(default=False, init=False)
    _deaths: int = field(default=0, init=False)
    _served: bool = field(default=False, init=False)

    def run(self) -> None:
        """Blocks. Raises `WorkersFailed` when workers cannot start."""
        self._lifeline, self._held = os.pipe()
        self._news, self._tell = os.pipe()
        slots = [_Slot(listener) for listener in self.listeners]
        previous = {number: signal.signal(number, self._stop) for number in STOPPING}
        try:
            for slot in slots:
                self._start(slot)
            self._watch(slots)
        finally:
            self._end(slots)
            for number, handler in previous.items():
                signal.signal(number, handler)
            for descriptor in (self._lifeline, self._held, self._news, self._tell):
                os.close(descriptor)

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _start(self, slot: _Slot) -> None:
        slot.born = time.monotonic()
        # A signal between the fork and the child's own handlers would end up in this supervisor's handler there.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        slot.pid = os.fork()
        if slot.pid:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
            return
        code = 1
        try:
            # Held by the supervisor alone: its end is how a worker learns that the supervisor was killed.
            os.close(self._held)
            os.close(self._news)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            # Sent by a terminal to all of its processes; the supervisor alone says when to stop, and does it gently.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
                loop.run(self._serve(slot.listener))
            code = 0
        except BaseException:
            log.exception("worker cannot serve")
        finally:
            os._exit(code)

    async def _serve(self, listener: socket.socket) -> None:
        told = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, told.set)
        loop.add_reader(self._lifeline, told.set)
        runner = Runner(
            self.make_app(),
            access_log=None,
            shutdown_timeout=self.shutdown_seconds,
            # A megabyte of gzip costs seconds to inflate; requests with a Content-Encoding are refused unread.
            auto_decompress=False,
        )
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            os.write(self._tell, b".")
            with garbage.seldom():
                await told.wait()
        finally:
            loop.remove_reader(self._lifeline)
            await runner.cleanup()

    def _watch(self, slots: list[_Slot]) -> None:
        waiting = len(slots)
        while not self._stopping:
            if select.select([self._news], [], [], PULSE_SECONDS)[0]:
                waiting -= len(os.read(self._news, 64))
                self._deaths = 0
                if waiting <= 0 and not self._served:
                    self._served = True
                    self.ready()
            for slot in slots:
                if not self._stopping and os.waitpid(slot.pid, os.WNOHANG)[0]:
                    self._bury(slot)
            self.pulse()

    def _bury(self, slot: _Slot) -> None:
        slot.pid = 0
        if time.monotonic() - slot.born < INFANT_SECONDS:
            self._deaths += 1
            # Once all have served, whatever is wrong may pass, and the others must not go down with one.
            if self._deaths >= MOST_INFANT_DEATHS and not self._served:
                raise WorkersFailed("the workers die as soon as they start; the lines above say why")
            time.sleep(min(0.2 * self._deaths, 5.0))
        log.warning("a worker died; starting another")
        self._start(slot)

    def _end(self, slots: list[_Slot]) -> None:
        """Let requests in flight finish, then make sure that nothing is left."""
        alive = [slot.pid for slot in slots if slot.pid]
        for pid in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        for slot in slots:
            slot.listener.close()
        deadline = time.monotonic() + self.shutdown_seconds + 2
        while alive and time.monotonic() < deadline:
            alive = [pid for pid in alive if os.waitpid(pid, os.WNOHANG)[0] == 0]
            time.sleep(0.02)
        for pid in alive:
            log.warning("a worker did not stop in time; killed")
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def listen(host: str, port: int, slots: int) -> list[socket.socket]:
    """`slots` listening sockets on one address, between which the kernel spreads connections (SO_REUSEPORT).

    Raises `AddressInUse`; port 0 takes a free one, the same for all.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listeners: list[socket.socket] = []
    try:
        # SO_REUSEPORT would let a second program of the same user share the port in silence: ask without it first.
        probe = socket.socket(family, socket.SOCK_STREAM)
        with probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            port = probe.getsockname()[1]
        for _ in range(slots):
            listener = socket.socket(family, socket.SOCK_STREAM)
            listeners.append(listener)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if slots > 1:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind((host, port))
            listener.listen(1024)
            listener.set_inheritable(True)
    except (OSError, OverflowError) as error:
        for listener in listeners:
            listener.close()
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise AddressInUse(f"cannot listen on {host}:{port}: {reason}") from error
    return listeners
