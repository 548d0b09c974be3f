"""Asks at a constant rate, whatever the answers take: a delay is measured from when a request was due, so that a
server that stands still cannot make its clients wait instead of being counted (coordinated omission)."""

import asyncio
import random
import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from typing import cast

import uvloop

from renderer.workers.promptness import ask_for_short_turns

AGENT = "Mozilla/5.0 (Linux; Android 14; SM-A546E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile"
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)


class _Connection(asyncio.Protocol):
    """Requests one after another; answers are counted by their lengths."""

    def __init__(self, delays: list[float]) -> None:
        self.delays = delays
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
            self.failed += not data.startswith(b"HTTP/1.1 200")
            self.missing, data = int(found[1]) if found else 0, data[end + 4 :]
            if not self.missing:
                self._end()

    def _end(self) -> None:
        self.delays.append(time.perf_counter() - self.due.popleft())


async def _ask(port: int, rate: float, seconds: float, hosts: Sequence[str], count: int) -> tuple[list[float], int]:
    loop = asyncio.get_running_loop()
    delays: list[float] = []
    made = [await loop.create_connection(lambda: _Connection(delays), "127.0.0.1", port) for _ in range(count)]
    connections = [protocol for _, protocol in made]
    requests = [f"GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {AGENT}\r\n\r\n".encode() for host in hosts]
    began, number = time.perf_counter(), 0
    while (now := time.perf_counter()) < began + seconds:
        while (due := began + number / rate) <= now:
            free = min(connections[number % count :: 7] or connections, key=lambda one: len(one.due))
            free.ask(due, requests[number % len(requests)])
            number += 1
        await asyncio.sleep(max(0.0, min(0.001, began + number / rate - time.perf_counter())))
    for _ in range(500):
        if len(delays) == number:
            break
        await asyncio.sleep(0.01)
    for one in connections:
        one.transport.close()
    return delays, number - len(delays) + sum(one.failed for one in connections)


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
    delays, failed = uvloop.run(_ask(int(port), float(rate), float(seconds), names, 32))
    ordered = sorted(delays)
    print(*(1_000 * ordered[int(len(ordered) * share)] for share in (0.5, 0.99)), failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
