"""What a hot request takes between the bytes that came and the bytes that go, without the system's share: no socket is
read or written.

Figures are for a thousand requests, so that milliseconds read as microseconds a request: 46 KB, 100 sites, 1,000
browsers, beside bare aiohttp in the same process, by turns.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

import uvloop
from aiohttp import web

from bench import Figure
from renderer.edge.answers import VIEW, Shared, View, Visit
from renderer.edge.cache import Wanted
from renderer.edge.front import Front
from renderer.edge.ground import Ground
from renderer.edge.snapshot import Snapshot
from renderer.settings import Settings
from renderer.views.event import read_event
from renderer.views.identity import Days, Identity, Root
from renderer.views.places import SHIPPED, Places
from renderer.workers.protocol import Server

MANY = 1_000
SITES = 100
ROUNDS = 15
_BODY = b"<p>Kopi</p>" * 4_200
_PLAIN = "Accept: */*"
_BROWSER = (
    "Connection: keep-alive\r\nCache-Control: max-age=0\r\nsec-ch-ua-mobile: ?1\r\nUpgrade-Insecure-Requests: 1\r\n"
    'sec-ch-ua: "Chromium";v="130", "Google Chrome";v="130"\r\nsec-ch-ua-platform: "Android"\r\n'
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
    "Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-User: ?1\r\nSec-Fetch-Dest: document\r\n"
    "Accept-Language: id-ID,id;q=0.9,en;q=0.8\r\nPriority: u=0, i"
)
_KNOWN = f"{_PLAIN}\r\nIf-None-Match: *"
# Asks for what the straight way leaves to aiohttp's loop.
_BY_TASK = f"{_PLAIN}\r\nIf-Match: *"


def run() -> list[Figure]:
    return uvloop.run(_measure())


async def _measure() -> list[Figure]:
    bare = web.Application()
    bare.add_routes([web.get("/", _show)])
    runner = web.AppRunner(bare, access_log=None)
    await runner.setup()
    assert runner.server is not None
    unseen, seen = _front(lambda visit: None), _front(_recording())
    lines = {
        "bare aiohttp": (_Line(runner.server), _PLAIN),
        "bare aiohttp, a browser's headers": (_Line(runner.server), _BROWSER),
        "kept page": (_Line(_served(unseen)), _PLAIN),
        "kept page with its view": (_Line(_served(seen)), _PLAIN),
        "304 with its view": (_Line(_served(seen)), _KNOWN),
        "kept page, a browser's headers": (_Line(_served(unseen)), _BROWSER),
        "kept page with its view, a browser's headers": (_Line(_served(seen)), _BROWSER),
        "kept page with its view, by a request and a task": (_Line(_served(seen)), _BY_TASK),
    }
    times: dict[str, list[float]] = {name: [] for name in lines}
    for number in range(ROUNDS + 2):
        for name, (line, headers) in lines.items():
            spent = await line.thousand(_requests(headers))
            if number >= 2:  # the first only warm up
                times[name].append(spent)
    await runner.cleanup()
    for front in (unseen, seen):
        front.close()
    against = "bare aiohttp"
    return [
        Figure(name, median(took), None, median(times[_beside(name)]), against, max(took))
        for name, took in times.items()
    ]


def _beside(name: str) -> str:
    return "bare aiohttp, a browser's headers" if name.endswith("headers") else "bare aiohttp"


async def _show(_: web.Request) -> web.Response:
    return web.Response(body=_BODY, content_type="text/html")


def _requests(headers: str) -> list[bytes]:
    agent = "Mozilla/5.0 (Linux; Android 14; SM-A{}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile"
    lines = "GET / HTTP/1.1\r\nHost: s{}.sites.test\r\nUser-Agent: {}\r\n{}\r\n\r\n"
    return [lines.format(number % SITES, agent.format(number), headers).encode() for number in range(MANY)]


class _Trusted:
    """A reader that follows the log and hears nothing."""

    trusted_until = math.inf
    is_away = False
    read_at = math.inf


def _front(seen: Callable[[Visit], None]) -> Front:
    """With the home pages of all sites."""
    front = Front(Settings())
    front.reader = _Trusted()  # type: ignore[assignment]  # what `Front` asks of a reader, no more
    front.seen = seen
    front.cache.restart(time.monotonic())
    headers = {"Content-Type": "text/html; charset=utf-8", "ETag": '"0123456789abcdef"', "Cache-Control": "max-age=0"}
    for number in range(SITES):
        site = UUID(int=number + 1)
        ground = Ground(Snapshot.read("10:10:"), time.monotonic(), math.inf, site, (site,))
        answer = Shared(ground, body=_BODY, headers={**headers, "Content-Security-Policy": "x" * 900}, zone=None)
        answer[VIEW] = View(str(site), "Asia/Jakarta")
        _, is_kept = front.cache.put(Wanted("http", f"s{number}.sites.test", "/"), answer)
        assert is_kept
    return front


def _recording() -> Callable[[Visit], None]:
    """What a worker does with a view before its thread takes it."""
    places, days, identity, queue = Places(SHIPPED), Days(), Identity(), deque[object](maxlen=MANY)
    places.refresh()
    now = datetime.now(UTC)
    root = Root(b"x" * 32, now + timedelta(days=2))
    identity.replace({(now + timedelta(hours=hours)).date(): root for hours in (0, 7)})
    return lambda visit: queue.append(read_event(visit, time.time(), days, identity, places))


def _served(front: Front) -> Server:
    async def refuse(_: web.BaseRequest) -> web.StreamResponse:
        raise AssertionError("all is kept")

    return Server(front, lambda request: front.handle(request, refuse), loop=asyncio.get_running_loop())


class _Line(asyncio.Transport):
    """A connection without a socket: what is written is counted by its heads, and forgotten."""

    def __init__(self, server: Callable[[], Any]) -> None:
        super().__init__({"peername": ("114.120.1.1", 40_000)})
        self.answers = 0
        self._protocol = server()
        self._protocol.connection_made(self)

    async def thousand(self, requests: Sequence[bytes]) -> float:
        """Milliseconds of the processor."""
        await asyncio.sleep(0)
        before, began = self.answers, time.process_time()
        for number, request in enumerate(requests, before + 1):
            self._protocol.data_received(request)
            while self.answers < number:  # noqa: ASYNC110 turns are what aiohttp's loop takes; an event would take more
                await asyncio.sleep(0)
        return (time.process_time() - began) * 1_000

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if bytes(data[:9]) == b"HTTP/1.1 ":
            assert bytes(data[9:12]) in (b"200", b"304")
            self.answers += 1

    def writelines(self, pieces: Any) -> None:
        self.write(next(iter(pieces)))

    def is_closing(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None: ...
