"""Visitors who send a form, each once: at a constant rate as bench/_open_loop.py asks, or as fast as they are answered.

Everybody has an address and a text of their own, and sites take turns, so no limit, no rule for double posts and no
proof of work has a say in it; each sends what a browser would, the form's own stamp among it.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from subprocess import PIPE, run
from urllib.parse import urlencode

import uvloop

from bench._open_loop import AGENT, Connection, ask, connect, drain, percentile
from renderer.workers.promptness import ask_for_short_turns

CONNECTIONS = 32
TAKEN = b"HTTP/1.1 303"
_MESSAGE = "Halo, saya mau pesan {0} kotak untuk hari {1}, diantar ke alamat {2}. Masih bisa? " * 3


@dataclass(frozen=True, slots=True)
class Sent:
    """How many were answered, in how many seconds, and the 50th and 99th percentile of the delays in milliseconds."""

    answered: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        return self.answered / self.seconds


def send(port: int, stamps: list[str], first: int, seconds: float, rate: float = 0) -> Sent:
    """Sends in a process of its own, numbered from `first` on; to s0, s1, … as many as there are stamps. `rate` 0: as
    fast as they are answered. Raises RuntimeError where one was not answered 303."""
    command = [sys.executable, "-m", "bench._submissions", *map(str, (port, first, seconds, rate))]
    said = run(command, input=json.dumps(stamps), stdout=PIPE, text=True, check=True, timeout=seconds + 60)
    answered, failed, took, p50, p99 = said.stdout.split()
    if int(failed):
        raise RuntimeError(f"{failed} submissions were not taken")
    return Sent(int(answered), float(took), float(p50), float(p99))


def form(number: int, stamps: list[str]) -> bytes:
    """The request of the visitor of that number."""
    site = number % len(stamps)
    fields = {
        "_page": "/",
        "_stamp": stamps[site],
        "name": f"Sari {number}",
        "whatsapp": f"08135550{number % 10_000:04}",
        "email": f"sari{number}@example.com",
        "message": _MESSAGE.format(number, number * 7_919, number * 104_729),
    }
    body = urlencode(fields).encode()
    client = f"198.{18 + number // 62_500 % 2}.{number // 250 % 250}.{number % 250}"
    return (
        f"POST /_forms/contact HTTP/1.1\r\nHost: s{site}.sites.test\r\nX-Forwarded-For: {client}\r\n"
        f"Sec-Fetch-Site: same-origin\r\nUser-Agent: {AGENT}\r\nReferer: http://s{site}.sites.test/\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


async def _as_fast_as_answered(port: int, seconds: float, request: Callable[[int], bytes]) -> tuple[list[float], int]:
    connections = await connect(port, CONNECTIONS, TAKEN)
    end, number = time.perf_counter() + seconds, 0

    def go_on(one: Connection) -> None:
        nonlocal number
        if (now := time.perf_counter()) < end:
            number += 1
            one.ask(now, request(number - 1))

    for one in connections:
        one.answered = go_on
        go_on(one)
    await asyncio.sleep(seconds)
    return await drain(connections, lambda: number)


def main(port: str, first: str, seconds: str, rate: str) -> None:
    """Prints how many were answered and how many were not answered 303, the seconds it took, and the 50th and 99th
    percentile of the delays in milliseconds. Stamps come in as JSON."""
    stamps: list[str] = json.load(sys.stdin)

    def request(number: int) -> bytes:
        return form(int(first) + number, stamps)

    ask_for_short_turns()
    began = time.perf_counter()
    work = (
        ask(int(port), float(rate), float(seconds), request, CONNECTIONS, wanted=TAKEN, every=1)
        if float(rate)
        else _as_fast_as_answered(int(port), float(seconds), request)
    )
    delays, failed = uvloop.run(work)
    print(len(delays), failed, time.perf_counter() - began, percentile(delays, 0.5), percentile(delays, 0.99))


if __name__ == "__main__":
    main(*sys.argv[1:])
