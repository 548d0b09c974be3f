"""Asks at a constant rate, whatever the answers take: a delay is measured from when a request was due, so that a
server that stands still cannot make its clients wait instead of being counted (coordinated omission)."""

import asyncio
import random
import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import cast

import uvloop

from renderer.workers.promptness import ask_for_short_turns

AGENT = "Mozilla/5.0 (Linux; Android 14; SM-A546E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile"
_TICK = 0.001
"""Seconds between two looks at the clock. Loops wait for whole milliseconds: who sleeps for less turns on the spot, and
takes a processor from the server. What is due meanwhile is late by a tick at most, which counts as delay."""
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)


class Connection(asyncio.Protocol):
    """Requests one after another; answers are counted by their lengths. `answered` is called after each."""

    def __init__(self, wanted: bytes) -> None:
        """`wanted` is how an answer begins that did not fail."""
        self.delays: list[float] = []
        self.answered: Callable[[Connection], None] | None = None
        self.wanted = wanted
        self.due: deque[float] = deque()
        self.rest = b""
        self.missing = 0
        self.failed = 0
        self.is_lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True

    def ask(self, due: float, request: bytes) -> None:
        self.due.append(due)
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        while data:
            if self.missing:
                taken = min(self.missing, len(data))
                self.missing -= taken
                data = data[taken:]
                if not self.missing:
                    self._end()
                continue
            data, self.rest = self.rest + data, b""
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self.rest = data
                return
            found = _LENGTH.search(data[: end + 2])
            self.failed += not data.startswith(self.wanted)
            self.missing, data = int(found[1]) if found else 0, data[end + 4 :]
            if not self.missing:
                self._end()

    def _end(self) -> None:
        self.delays.append(time.perf_counter() - self.due.popleft())
        if self.answered is not None:
            self.answered(self)


async def connect(port: int, count: int, wanted: bytes) -> list[Connection]:
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(lambda: Connection(wanted), "127.0.0.1", port))[1] for _ in range(count)]


async def ask(
    port: int,
    rate: float,
    seconds: float,
    request: Callable[[int], bytes],
    count: int = 32,
    *,
    wanted: bytes = b"HTTP/1.1 200",
    every: int = 7,
) -> tuple[list[float], int]:
    """Delays in seconds, and how many failed: `request` of 0, 1, … over so many connections, each when it is due and on
    the freest of every so many-th."""
    connections = await connect(port, count, wanted)
    began, number = time.perf_counter(), 0
    while (now := time.perf_counter()) < began + seconds:
        while (due := began + number / rate) <= now:
            # Who never asked is cut off after server.head_seconds, as it should be.
            free = min(connections[number % every :: every], key=lambda one: (one.is_lost, len(one.due)))
            free.ask(due, request(number))
            number += 1
        await asyncio.sleep(_TICK)
    return await drain(connections, lambda: number)


async def drain(connections: Sequence[Connection], sent: Callable[[], int]) -> tuple[list[float], int]:
    """Delays, and how many of those sent failed, once all are answered or five seconds went by."""
    for _ in range(500):
        if sum(len(one.delays) for one in connections) == sent():
            break
        await asyncio.sleep(0.01)
    for one in connections:
        one.transport.close()
    delays = [delay for one in connections for delay in one.delays]
    return delays, sent() - len(delays) + sum(one.failed for one in connections)


def percentile(delays: Sequence[float], share: float) -> float:
    """In milliseconds."""
    return 1_000 * sorted(delays)[int(len(delays) * share)]


def p99(port: int, rate: float, seconds: float, first: int, hosts: int, shape: str = "flat") -> float:
    """Of the delays in milliseconds, as a process of its own asks. Raises RuntimeError where not all got their page."""
    command = [sys.executable, "-m", "bench._open_loop", *map(str, (port, rate, seconds, first, hosts)), shape]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60).stdout.split()
    if int(said[2]):
        raise RuntimeError(f"{said[2]} requests were not answered")
    return float(said[1])


def main(port: str, rate: str, seconds: str, first: str, hosts: str, shape: str = "flat") -> None:
    """Prints the 50th and 99th percentile of the delays in milliseconds, and how many requests were not answered 200.

    `shape`: each host in turn, or "zipf": the n-th as often as 1/n says, in a random order.
    """
    numbers: Sequence[int] = range(int(first), int(first) + int(hosts))
    if shape == "zipf":
        weights = [1 / (number + 1) for number in range(len(numbers))]
        numbers = random.Random(1).choices(numbers, weights, k=200_000)
    names = [f"s{number}.sites.test" for number in numbers]
    # What is measured is how long the server takes, not how long who asks waits for a processor to hear it.
    ask_for_short_turns()
    requests = [f"GET / HTTP/1.1\r\nHost: {name}\r\nUser-Agent: {AGENT}\r\n\r\n".encode() for name in names]
    asked = ask(int(port), float(rate), float(seconds), lambda number: requests[number % len(requests)])
    delays, failed = uvloop.run(asked)
    print(percentile(delays, 0.5), percentile(delays, 0.99), failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
