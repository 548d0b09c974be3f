"""Kept answers that are sent without a request's being made are those that aiohttp's own loop sends."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renderer.edge.answers import Visit
from renderer.edge.front import Front
from renderer.keys import FRONT, SEEN
from tests.factories import make_post, make_site
from tests.serving import Serve
from tests.visitor import Visitor

HOST = "kopi.sites.test"
LAST = b"GET /terakhir HTTP/1.1\r\nHost: kopi.sites.test\r\nConnection: close\r\n\r\n"
_OWN = re.compile(rb"(Date|X-Request-Id): [^\r]*")


@dataclass
class Ways:
    """One application, asked on connections that may go straight and on others that may not."""

    visitor: Visitor
    seen: list[Visit] = field(default_factory=list)
    straight: int = 0

    @property
    def front(self) -> Front:
        server: Any = self.visitor.client.server
        front: Front = server.app[FRONT]
        return front

    async def ask(self, pieces: Sequence[bytes], *, straight: bool) -> tuple[bytes, list[Visit], list[int], int]:
        """What is answered until the connection ends, but for what each answer has of its own; and what was told."""
        tally = self.front.tally
        self.seen.clear()
        classes, hits = list(tally.classes), tally.hits
        front: Any = self.front
        front.straight = self._count if straight else lambda *_: None
        reader, writer = await asyncio.open_connection(self.visitor.client.host, self.visitor.client.port)
        try:
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0)
            answers = await asyncio.wait_for(reader.read(), 60)
        finally:
            writer.close()
        told = [after - before for before, after in zip(classes, tally.classes, strict=True)]
        return _OWN.sub(rb"\1: ", answers), list(self.seen), told, tally.hits - hits

    def _count(self, *arguments: Any) -> Any:
        found = Front.straight(self.front, *arguments)
        self.straight += found is not None
        return found


@pytest.fixture
async def ways(conn: asyncpg.Connection, serve: Serve) -> Ways:
    site = await make_site(conn, subdomain="kopi", title="Kopi Senja", config={"timezone": "Asia/Jakarta"})
    await make_post(conn, site, slug="satu", title="Satu")
    made: list[Visit] = []

    def configure(app: Any) -> None:
        app[SEEN] = made.append

    visitor = await serve(configure, server={"trusted_proxies": ["127.0.0.1"]})
    ways = Ways(visitor, made)
    ways.front.coder.better.ask = lambda *_: True  # type: ignore[method-assign] # bytes stay as they are
    for coding in ("identity", "gzip", "br", "zstd"):
        for path in TARGETS:
            for host in (HOST, "tiada.sites.test"):
                await visitor.get(host, path.partition("#")[0], headers={"Accept-Encoding": coding})
    page = await visitor.get(HOST)
    TAGS[:] = [page.headers["ETag"], "W/" + page.headers["ETag"], page.headers["ETag"][:-1] + '-br4"', '"other"', "*"]
    return ways


TARGETS = ["/", "/blog", "/blog/satu", "/?utm_source=wa", "/?utm_campaign=%ff%00&x", "/tidak-ada", "/robots.txt",
           "/blog/cari?q=satu", "/?q=1", "/%62log", "/blog/../", "//", "/a%2fb", "/_edge/health", "/blog/feed.xml",
           "/caf%C3%A9", "/caf%c3%a9?a=b"]  # fmt: skip
TAGS = [""]
VALUES = {
    "Accept-Encoding": ["br", "gzip, br;q=0.5", "identity;q=0, *;q=0", "zstd", "", "x"],
    "User-Agent": ["Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile", "curl/8", "\xff"],
    "X-Forwarded-For": ["114.120.1.1", "2404:8000::1, 10.0.0.1", "nobody"],
    "X-Forwarded-Proto": ["https", "http", "gopher"],
    "Referer": ["https://www.google.com/search?q=x", "http://kopi.sites.test/", "\xff"],
    "If-Modified-Since": ["Sat, 28 Nov 2037 00:00:00 GMT", "Sat, 28 Nov 1987 00:00:00 GMT", "1 Nov 99999999999 00:00"],
    "If-Unmodified-Since": ["Sat, 28 Nov 2037 00:00:00 GMT", "Sat, 28 Nov 1987 00:00:00 GMT", "soon"],
    "Connection": ["keep-alive", "Upgrade", "close"],
    "Upgrade": ["websocket"],  # behind one that it does not know, aiohttp drops what came in the same piece
    "Expect": ["100-continue"],
    "Content-Length": ["0"],
    "Cookie": ["a=b; __Host-nocount=1"],
    "Range": ["bytes=0-9"],
    "traceparent": ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
}


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """One request, most often a plain GET."""
    method = draw(st.sampled_from(["GET"] * 8 + ["HEAD", "PUT"]))
    version = draw(st.sampled_from(["1.1"] * 8 + ["1.0"]))
    target, host = draw(st.sampled_from(TARGETS)), draw(st.sampled_from([HOST] * 4 + ["tiada.sites.test", "a@b"]))
    names = draw(st.lists(st.sampled_from([*VALUES, "If-None-Match", "If-Match"]), max_size=4, unique_by=_once))
    lines = [f"{name}: {draw(st.sampled_from(VALUES.get(name, TAGS)))}" for name in names]
    head = "\r\n".join([f"{method} {target} HTTP/{version}", f"Host: {host}", *lines, "", ""])
    return head.encode("latin-1")


def _once(name: str) -> object:
    return object() if name in ("Accept-Encoding", "If-None-Match", "X-Forwarded-For") else name


def until_closed(sent: list[bytes]) -> bytes:
    """Requests up to one that ends the connection: what comes behind it could reset it before the answers are read."""
    for number, one in enumerate(sent):
        if b": close" in one or (b"HTTP/1.0" in one and b": keep-alive" not in one):
            return b"".join(sent[: number + 1])
    return b"".join([*sent, LAST])


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(sent=st.lists(requests(), min_size=1, max_size=6), cuts=st.lists(st.integers(0, 2_000), max_size=4))
async def test_both_ways_send_the_same_bytes_and_tell_the_same(ways: Ways, sent: list[bytes], cuts: list[int]) -> None:
    whole = until_closed(sent)
    places = [0, *sorted(cut for cut in cuts if cut < len(whole)), len(whole)]
    pieces = [whole[start:end] for start, end in pairwise(places)]
    await ways.ask(pieces, straight=False)  # what may be kept is kept from now on
    assert await ways.ask(pieces, straight=True) == await ways.ask(pieces, straight=False)


async def test_what_is_usual_goes_straight_and_what_is_not_does_not(ways: Ways) -> None:
    usual = f"GET / HTTP/1.1\r\nHost: {HOST}\r\n"
    plain = usual + "User-Agent: Mozilla/5.0\r\nX-Forwarded-For: 114.120.1.1\r\nAccept-Encoding: br\r\n"
    for head, count in [
        (plain, 1),
        (plain + "Connection: keep-alive\r\n", 1),
        (plain + "If-None-Match: *\r\n", 1),
        (usual.replace("/ ", "/?utm_source=wa "), 1),
        (usual.replace("/ ", "/tidak-ada "), 1),
        (usual.replace(HOST, "tiada.sites.test"), 1),
        (usual.replace("GET", "HEAD"), 0),
        (usual.replace("1.1", "1.0"), 0),
        (usual.replace("/ ", "/blog/cari?q=satu "), 0),
        (plain + "If-Match: *\r\n", 0),
        (plain + "Connection: close\r\n", 0),
        (plain + "Content-Length: 1\r\n", 0),
        (usual + f"Host: {HOST}\r\n", 0),
    ]:
        ways.straight = 0
        body = b"x" if "Length: 1" in head else b""
        await ways.ask([head.encode() + b"\r\n" + body, LAST], straight=True)
        assert ways.straight == count, head
    answer, seen, *_ = await ways.ask([plain.encode() + b"\r\n", LAST], straight=True)
    assert [(visit.host, visit.path, visit.query, visit.client) for visit in seen] == [(HOST, "/", "", "114.120.1.1")]
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


async def test_a_kept_file_needs_a_host_as_well(ways: Ways) -> None:
    path = re.findall(r'href="(/_theme/[^"]+)"', (await ways.visitor.get(HOST)).text)[0]
    assert (await ways.visitor.get(HOST, path)).status == 200
    lines = f"Host: {HOST}\r\n"
    for hosts, expected in ((0, b"400"), (1, b"200"), (2, b"400")):
        asked = f"GET {path} HTTP/1.1\r\n{lines * hosts}\r\n".encode()
        answers, *_ = await ways.ask([asked, LAST] if hosts == 1 else [asked], straight=True)
        assert answers[9:12] == expected, hosts


async def test_a_fault_on_the_straight_way_costs_its_speed_alone(ways: Ways, caplog: pytest.LogCaptureFixture) -> None:
    await ways.ask([LAST], straight=False)
    expected = await ways.ask([LAST.replace(b"close", b"keep-alive"), LAST], straight=False)

    def fail(*_: Any) -> Any:
        raise RuntimeError

    ways._count = fail  # type: ignore[method-assign]
    assert await ways.ask([LAST.replace(b"close", b"keep-alive"), LAST], straight=True) == expected
    assert "straight way" in caplog.text


async def test_a_draining_worker_ends_connections_that_went_straight(ways: Ways) -> None:
    asking = f"GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection(ways.visitor.client.host, ways.visitor.client.port)
    writer.write(asking)
    await reader.readuntil(b"</html>")
    server: Any = ways.visitor.client.server
    draining = asyncio.create_task(server.runner.drain(60))
    await asyncio.sleep(0)
    writer.write(asking)
    assert b"\r\nConnection: close\r\n" in await asyncio.wait_for(reader.read(), 60)
    writer.close()
    await draining


@pytest.mark.parametrize("method", ["GET", "PUT", ""], ids=["straight", "by aiohttp", "nothing"])
async def test_a_draining_worker_closes_connections_that_nobody_asks_on(
    conn: asyncpg.Connection, visitor: Visitor, method: str
) -> None:
    """Else a proxy would go on asking on them, and nobody would answer."""
    await make_site(conn, subdomain="kopi")
    await visitor.get(HOST)
    reader, writer = await asyncio.open_connection(visitor.client.host, visitor.client.port)
    if method:
        writer.write(f"{method} / HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        await reader.readuntil(b"</html>")
    server: Any = visitor.client.server
    async with asyncio.timeout(60):
        draining = asyncio.create_task(server.runner.drain(600))
        assert (await reader.read()).strip() == b""
        await draining
    writer.close()


async def test_who_reads_late_gets_all_of_every_answer(ways: Ways) -> None:
    """More than the system's buffers take: the rest is sent as it is read."""
    first, _, _, _ = await ways.ask([until_closed([])], straight=True)
    one = b"GET / HTTP/1.1\r\nHost: kopi.sites.test\r\n\r\n"
    alone, _, _, _ = await ways.ask([one + LAST], straight=True)
    reader, writer = await asyncio.open_connection(ways.visitor.client.host, ways.visitor.client.port, limit=1_024)
    times = 6_000_000 // len(alone)
    writer.write(one * times + LAST)
    await asyncio.sleep(0.3)
    answers = b"".join([piece async for piece in _pieces(reader)])
    writer.close()
    assert _OWN.sub(rb"\1: ", answers) == alone.removesuffix(first) * times + first


async def _pieces(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while piece := await asyncio.wait_for(reader.read(65_536), 60):
        yield piece


class Eager(asyncio.Transport):
    """A client without a socket, who asks for the next thing as soon as it has an answer."""

    def __init__(self, protocol: Any, sent: list[list[bytes]]) -> None:
        """`sent`: pieces of requests, each once all before it are answered."""
        super().__init__({"peername": ("127.0.0.1", 40_000)})
        self.answers: list[bytes] = []
        self.closed = asyncio.Event()
        self._asked = 0
        self._protocol, self._sent = protocol, sent
        protocol.connection_made(self)

    def ask(self) -> None:
        if self._sent and len(self.answers) == self._asked:
            piece = self._sent.pop(0)
            self._asked += len(piece)
            self._protocol.data_received(b"".join(piece))

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if bytes(data[:5]) == b"HTTP/":
            self.answers.append(bytes(data))
            asyncio.get_running_loop().call_soon(self.ask)
        else:
            self.answers[-1] += data

    def writelines(self, pieces: Any) -> None:
        self.write(b"".join(pieces))

    def is_closing(self) -> bool:
        return self.closed.is_set()

    def close(self) -> None:
        if not self.closed.is_set():
            self.closed.set()
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


async def test_who_was_answered_by_the_loop_once_and_asks_on_at_once_goes_straight_again(ways: Ways) -> None:
    runner: Any = ways.visitor.client.server
    asking = f"GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    by_the_loop = f"GET /blog HTTP/1.1\r\nHost: {HOST}\r\nIf-Match: *\r\n\r\n".encode()
    front: Any = ways.front
    front.straight = ways._count
    client = Eager(
        runner.runner._ours(), [[by_the_loop, by_the_loop, asking], [asking], [by_the_loop], [asking], [LAST]]
    )
    client.ask()
    async with asyncio.timeout(60):
        await client.closed.wait()
    # What came behind two for the loop, before these were answered, waited for its turn there.
    assert [b"<title>Kopi Senja" in answer for answer in client.answers[:-1]] == [False, False, True, True, False, True]
    assert b" 404 " in client.answers[-1][:20]
    assert ways.straight == 2
