"""Worker processes: one listening socket a slot, owned by the supervisor and inherited by whoever serves the slot.

The supervisor runs no event loop and serves nothing, so that forking is safe at any time. A worker that dies is
replaced and takes over the same socket, in whose queue connections have been waiting meanwhile. One that hangs is
killed, since that queue would be served by nobody.
"""

import asyncio
import contextlib
import faulthandler
import logging
import mmap
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import uvloop
from aiohttp import web

from renderer import logs
from renderer.workers import garbage
from renderer.workers.descriptors import FEW, allow_descriptors
from renderer.workers.promptness import ask_for_short_turns
from renderer.workers.protocol import Runner

log = logging.getLogger(__name__)

# A worker that dies younger than this did not serve; that many in a row, and starting again is pointless.
INFANT_SECONDS = 5.0
MOST_INFANT_DEATHS = 5
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# How often the supervisor looks at what it keeps alive.
PULSE_SECONDS = 0.5
# How often a worker's loop shows that it goes round, and for how long it may not before it is taken to hang: longer
# than any disk or neighbour keeps one from its turn.
BEAT_SECONDS = 1.0
HUNG_SECONDS = 30.0
# Asks where it hangs, and how long it has to say so.
WHERE = signal.SIGUSR2
LAST_WORD_SECONDS = 1.0
# How long a thread that draws may keep the interpreter from the loop, as far as it can be interrupted: a tenth of what
# Python itself allows.
SWITCH_SECONDS = 0.000_5
# For what the application closes once its requests are done.
CLOSING_SECONDS = 2
LAST_LINES_SECONDS = 0.5


UntilReady = Callable[[web.Application], Awaitable[None]]


class WorkersFailed(Exception):
    """Workers die as soon as they start."""


@dataclass
class _Slot:
    listener: socket.socket
    make_app: Callable[[], web.Application]
    until_ready: UntilReady | None
    number: int
    pid: int = 0
    born: float = 0.0
    # What its loop showed last, and for how long it has shown nothing else; 0 until it serves.
    beat: int = 0
    silent: float = 0.0
    is_warned: bool = False


@dataclass(frozen=True)
class Beside:
    """One more process, for a listening socket of its own."""

    listener: socket.socket
    make_app: Callable[[], web.Application]
    until_ready: UntilReady


@dataclass
class Supervisor:
    """Runs a process a listener until SIGTERM, SIGINT or SIGHUP, or until `lifeline`, a descriptor, ends.

    `make_app` is called in each worker, after `claim` with the number of its slot. `pulse` is called every half second
    in the supervisor, for what else it has to keep alive. `ready` is called once, when the first worker of every slot
    serves; a worker serves once `until_ready` has come to its end, and a replacement at once.
    """

    listeners: list[socket.socket]
    make_app: Callable[[], web.Application]
    shutdown_seconds: int
    ready: Callable[[], None] = lambda: None
    pulse: Callable[[], None] = lambda: None
    until_ready: UntilReady | None = None
    lifeline: int = -1
    claim: Callable[[int], None] = lambda number: None
    beside: Beside | None = None
    _stopping: bool = field(default=False, init=False)
    _deaths: int = field(default=0, init=False)
    _served: bool = field(default=False, init=False)
    _looked: float = field(default=0.0, init=False)

    def run(self) -> None:
        """Blocks. Raises `WorkersFailed` when workers cannot start."""
        if (most := allow_descriptors()) < FEW:
            log.warning("this process may open %d: connections beyond are refused (LimitNOFILE=, ulimit -n)", most)
        logs.only_offer()
        self._lifeline, self._held = os.pipe()
        self._news, self._tell = os.pipe()
        slots = [
            _Slot(listener, partial(self._claimed, number), self.until_ready, number)
            for number, listener in enumerate(self.listeners)
        ]
        if self.beside is not None:
            waits = None if self.until_ready is None else self.beside.until_ready
            slots.append(_Slot(self.beside.listener, self.beside.make_app, waits, len(slots)))
        # A byte a slot, in memory that the workers share.
        self._beats = mmap.mmap(-1, len(slots))
        # What is ignored stays so: it is for whoever started this process to hear.
        heard = [number for number in STOPPING if signal.getsignal(number) is not signal.SIG_IGN]
        previous = {number: signal.signal(number, self._stop) for number in heard}
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

    def _claimed(self, number: int) -> web.Application:
        self.claim(number)
        return self.make_app()

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _start(self, slot: _Slot) -> None:
        slot.born = time.monotonic()
        slot.beat, slot.silent, slot.is_warned = 0, 0.0, False
        self._beats[slot.number] = 0
        # A signal between the fork and the child's own handlers would end up in this supervisor's handler there.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        slot.pid = os.fork()
        if slot.pid:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
            return
        code, aside = 1, None
        try:
            # Held by the supervisor alone: its end is how a worker learns that the supervisor was killed.
            os.close(self._held)
            os.close(self._news)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            # Sent by a terminal to all of its processes; the supervisor alone says when to stop, and does it gently.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
            with contextlib.suppress(RuntimeError, ValueError, OSError):  # where standard error is closed
                faulthandler.register(WHERE, all_threads=True)
            ask_for_short_turns()
            sys.setswitchinterval(SWITCH_SECONDS)
            aside = logs.step_aside()
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
                loop.run(self._serve(slot))
            code = 0
        except BaseException:
            log.exception("worker cannot serve")
        finally:
            if aside is not None:
                aside.end(LAST_LINES_SECONDS)
            os._exit(code)

    async def _serve(self, slot: _Slot) -> None:
        told = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, told.set)
        loop.add_reader(self._lifeline, told.set)
        runner = Runner(
            slot.make_app(),
            access_log=None,
            # `drain` has waited for the requests by then.
            shutdown_timeout=0.5,
            # A megabyte of gzip costs seconds to inflate; requests with a Content-Encoding are refused unread.
            auto_decompress=False,
        )
        await runner.setup()
        try:
            if slot.until_ready is not None and not self._served:
                await _first(told.wait(), slot.until_ready(runner.app))
            if not told.is_set():
                await runner.accept(slot.listener)
                os.write(self._tell, b".")
                beating = asyncio.create_task(self._beat(slot), name="beat")
                with garbage.seldom():
                    await told.wait()
                beating.cancel()
                await runner.drain(self.shutdown_seconds)
        finally:
            loop.remove_reader(self._lifeline)
            await runner.cleanup()

    async def _beat(self, slot: _Slot) -> None:
        while True:
            self._beats[slot.number] = self._beats[slot.number] % 255 + 1
            await asyncio.sleep(BEAT_SECONDS)

    def _watch(self, slots: Sequence[_Slot]) -> None:
        waiting = len(slots)
        watched = [self._news, *([self.lifeline] if self.lifeline >= 0 else [])]
        while not self._stopping:
            readable = select.select(watched, [], [], PULSE_SECONDS)[0]
            if self.lifeline in readable:
                return
            if self._news in readable:
                waiting -= len(os.read(self._news, 64))
                self._deaths = 0
                if waiting <= 0 and not self._served:
                    self._served = True
                    self.ready()
            for slot in slots:
                if not self._stopping and os.waitpid(slot.pid, os.WNOHANG)[0]:
                    self._bury(slot)
            self._listen_to(slots)
            self.pulse()

    def _listen_to(self, slots: Sequence[_Slot]) -> None:
        """Kill who hangs. Only time in which this process was awake counts: a machine that was suspended, or stood
        still, has not heard anybody meanwhile."""
        passed, self._looked = min(time.monotonic() - self._looked, PULSE_SECONDS), time.monotonic()
        for slot in slots:
            beat, before = self._beats[slot.number], slot.beat
            slot.beat = beat
            if beat == 0 or beat != before:
                slot.silent, slot.is_warned = 0.0, False
                continue
            slot.silent += passed
            with contextlib.suppress(ProcessLookupError):
                if slot.silent >= HUNG_SECONDS and not slot.is_warned:
                    slot.is_warned = True
                    log.error("a worker hangs: no sign of life for %d seconds; it is killed", HUNG_SECONDS)
                    os.kill(slot.pid, WHERE)
                elif slot.silent >= HUNG_SECONDS + LAST_WORD_SECONDS:
                    os.kill(slot.pid, signal.SIGKILL)

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

    def _end(self, slots: Sequence[_Slot]) -> None:
        """Let requests in flight finish, then make sure that nothing is left."""
        alive = [slot.pid for slot in slots if slot.pid]
        for pid in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        for slot in slots:
            slot.listener.close()
        deadline = time.monotonic() + self.shutdown_seconds + CLOSING_SECONDS
        while alive and time.monotonic() < deadline:
            alive = [pid for pid in alive if os.waitpid(pid, os.WNOHANG)[0] == 0]
            time.sleep(0.02)
        for pid in alive:
            log.warning("a worker did not stop in time; killed")
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


async def _first(*awaitables: Awaitable[object]) -> None:
    """Until one of them ends; what it raises is raised, and the others are cancelled."""
    tasks = [asyncio.ensure_future(one) for one in awaitables]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
    for task in done:
        task.result()
