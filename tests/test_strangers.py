"""What strangers send, byte by byte over real sockets: answered with a plain no, within bounds, or cut off."""

import asyncio
import time
from uuid import UUID

import asyncpg
import pytest

from renderer.edge.targets import NOWHERE, BadTarget, normalise_target
from tests.factories import make_site
from tests.serving import Serve
from tests.visitor import Visitor

HOST = "kopi.sites.test"


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    return await make_site(conn, subdomain="kopi", title="Kopi Senja")


def request(line: str, *headers: str, host: str | None = HOST, body: str = "") -> bytes:
    lines = [line, *([f"Host: {host}"] if host is not None else []), *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("utf-8", "surrogateescape")


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


# What it is, the bytes, and the status with which the connection is closed.
REFUSED = [
    ("user information", request("GET / HTTP/1.1", "Connection: close", host=f"a@{HOST}"), 400),
    ("a password", request("GET / HTTP/1.1", "Connection: close", host=f"a:b@{HOST}"), 400),
    ("a slash", request("GET / HTTP/1.1", "Connection: close", host=f"{HOST}/x"), 400),
    ("a backslash", request("GET / HTTP/1.1", "Connection: close", host=f"{HOST}\\x"), 400),
    ("two values in a line", request("GET / HTTP/1.1", "Connection: close", host=f"{HOST}, {HOST}"), 400),
    ("two lines", request("GET / HTTP/1.1", f"Host: {HOST}", "Connection: close"), 400),
    ("two lines of which one is another", request("GET / HTTP/1.1", "Host: roti.sites.test"), 400),
    ("no host", request("GET / HTTP/1.1", "Connection: close", host=None), 400),
    ("no host, for a file", request("GET /_theme/x.css HTTP/1.1", host=None), 400),
    ("two hosts, for what every host answers", request("GET /_edge/health HTTP/1.1", "Host: roti.sites.test"), 400),
    ("no host beside an address", request(f"GET http://{HOST}/ HTTP/1.1", host=None), 400),
    ("an empty host", request("GET / HTTP/1.1", "Connection: close", host=""), 400),
    ("a space before the colon", request("GET / HTTP/1.1", "Content-Length : 1"), 400),
    ("a folded line", request("GET / HTTP/1.1", "X: a\r\n b"), 400),
    ("a bare carriage return", request("GET / HTTP/1.1", "X: a\rb"), 400),
    ("a NUL", request("GET / HTTP/1.1", "X: a\0b"), 400),
    (
        "a transfer coding in 1.0",
        request("POST /_forms/a HTTP/1.0", "Transfer-Encoding: chunked", body="0\r\n\r\n"),
        400,
    ),
    (
        "a transfer coding in 1.0 that stays",
        request("GET / HTTP/1.0", "Connection: keep-alive", "Transfer-Encoding: chunked", body="0\r\n\r\n"),
        400,
    ),
    (
        "both lengths",
        request("POST / HTTP/1.1", "Content-Length: 5", "Transfer-Encoding: chunked", body="0\r\n\r\n"),
        400,
    ),
    ("two lengths", request("POST / HTTP/1.1", "Content-Length: 5", "Content-Length: 6", body="aaaaaa"), 400),
    ("a signed length", request("POST / HTTP/1.1", "Content-Length: +5", body="aaaaa"), 400),
    ("an unknown coding", request("POST / HTTP/1.1", "Transfer-Encoding: gzip, identity", body="a"), 400),
    ("a chunk that is none", request("POST / HTTP/1.1", "Transfer-Encoding: chunked", body="-1\r\n\r\n"), 400),
    ("a line too long", request(f"GET /{'a' * 9_000} HTTP/1.1"), 414),
    ("a header too long", request("GET / HTTP/1.1", f"X: {'a' * 9_000}"), 431),
    ("too many headers", request("GET / HTTP/1.1", *(f"X{number}: a" for number in range(200))), 400),
    ("a scheme of its own", request("GET gopher://kopi.sites.test/ HTTP/1.1", "Connection: close"), 400),
    ("a tunnel", request("CONNECT kopi.sites.test:443 HTTP/1.1", "Connection: close"), 400),
    ("a request line of HTTP/2", request("GET / HTTP/2.0"), 400),
    ("a request line of HTTP/0.9", b"GET /\r\n\r\n", 400),
    ("a proxy's own first line", b"PROXY TCP4 192.0.2.1 192.0.2.2 5000 80\r\n" + request("GET / HTTP/1.1"), 400),
    ("the same in bytes", b"\r\n\r\n\0\r\nQUIT\n!\x11\0\x0c" + bytes(12) + request("GET / HTTP/1.1"), 400),
    ("HTTP/2 without asking", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
]


async def test_what_can_be_read_in_two_ways_is_refused_and_the_connection_closed(
    visitor: Visitor, site: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    await visitor.get(HOST)
    wrong = {}
    for name, sent, expected in REFUSED:
        answer = await visitor.raw(sent)
        if not answer.startswith(b"HTTP/1.") or status(answer) != expected or b"Kopi Senja" in answer:
            wrong[name] = answer[:200]
        elif b"\r\nX-Content-Type-Options: nosniff\r\n" not in answer or b"\r\nServer:" in answer:
            wrong[name] = answer[:600]
    assert wrong == {}
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []
    assert (await visitor.get(HOST)).status == 200


async def test_what_else_is_expected_is_passed_over_whether_the_answer_is_kept_or_not(
    visitor: Visitor, site: UUID
) -> None:
    for path, expected in (("/", 200), ("/", 200), ("/tidak-ada", 404), ("/blog/cari?q=x", 200)):
        for wish in ("x", "100-continue, x", "\xe9" * 3):
            answer = await visitor.raw(request(f"GET {path} HTTP/1.1", f"Expect: {wish}", "Connection: close"))
            assert (status(answer), b"Kopi Senja" in answer) == (expected, True), (path, wish)
    form = "Content-Type: application/x-www-form-urlencoded"
    sent = request("POST /_forms/tiada HTTP/1.1", form, "Expect: x", "Connection: close", "Content-Length: 1", body="a")
    assert status(await visitor.raw(sent)) == 404


async def test_an_offer_of_another_protocol_is_declined_and_nothing_behind_it_left_waiting(
    visitor: Visitor, site: UUID
) -> None:
    page = request("GET /blog HTTP/1.1")
    for upgrade in ("h2c", "websocket", "tidak-ada"):
        offer = request("GET / HTTP/1.1", "Connection: Upgrade", f"Upgrade: {upgrade}")
        answer = await visitor.raw(offer + page)
        assert (status(answer), answer.count(b"X-Request-Id")) == (200, 1), upgrade
        assert b"\r\nConnection: close\r\n" in answer


@pytest.mark.parametrize(
    ("target", "normal"),
    [
        ("/", "/"),
        ("/a/b?x=/../%2e", "/a/b?x=/../%2e"),
        ("/a/../b", "/b"),
        ("/a/./b/..", "/a/"),
        ("/../../etc/passwd", "/etc/passwd"),
        ("/a/%2E%2e/b", "/b"),
        ("/.", "/"),
        ("/..?q", "/?q"),
        ("/.well-known/x", "/.well-known/x"),
        ("/a..b/...", "/a..b/..."),
        ("/%61%7e-%2D", "/a~--"),
        ("/%c3%a9", "/%C3%A9"),
        ("/\udcc3\udca9", "/%C3%A9"),
        ("/a%20b", "/a%20b"),
        ("//evil.example/../x", "//x"),
        ("/%3fa%23b", "/%3Fa%23b"),
        ("/a#/../b", "/a#/../b"),
        ("*", "*"),
        ("http://kopi.sites.test/a/../%62?q", "http://kopi.sites.test/b?q"),
        ("HTTPS://kopi.sites.test", "HTTPS://kopi.sites.test/"),
        ("http://kopi.sites.test?q", "http://kopi.sites.test/?q"),
    ],
)
def test_a_path_has_one_spelling(target: str, normal: str) -> None:
    assert normalise_target(target) == normal
    assert normalise_target(normal) == normal


NOWHERE_PATHS = [
    *("/%00", "/a%00b", "/%1f", "/%7f", "/a%0d%0aX:%20b", "/\\", "/..\\a", "/..%5ca", "/%2F", "/_theme%2f..%2fx"),
    *("/%", "/%4", "/%zz", "/%c0%ae%c0%ae/x", "/%c0%af", "/%ed%a0%80", "/%f8%88%80%80%80"),
]


def test_a_path_of_two_meanings_leads_nowhere() -> None:
    for target in (*NOWHERE_PATHS, "/\udcff"):
        assert normalise_target(target) == NOWHERE
    assert normalise_target("http://a/%2f?q") == f"http://a{NOWHERE}"
    for target in ("a:1", "ftp://a/", "a", "", "http://b@a/", "http://b:c@a", "http://@a/"):
        with pytest.raises(BadTarget):
            normalise_target(target)


async def test_what_leads_nowhere_is_not_found_in_the_sites_own_words(visitor: Visitor, site: UUID) -> None:
    page = (await visitor.get(HOST, "/tidak-ada")).text
    assert "Kopi Senja" in page
    for target in NOWHERE_PATHS:
        answer = await visitor.raw(request(f"GET {target} HTTP/1.1", "Connection: close"))
        assert status(answer) == 404, target
        assert b"Kopi Senja" in answer


async def test_what_judges_a_path_sees_the_same_as_what_answers_it(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    await make_site(conn, subdomain="rahasia", is_password_protected=True, password_hash="x")
    for target in (
        "/_theme/../",
        "/_edge/../blog",
        "/%5ftheme/%2e%2e/",
        "/_edge/health/../../",
        "/_theme/x/../../blog",
    ):
        answer = await visitor.raw(request(f"GET {target} HTTP/1.1", "Connection: close", host="rahasia.sites.test"))
        assert status(answer) == 403, target
    home = (await visitor.get(HOST)).body
    for target in ("/x/../", "/%2e", "/./", "/%2E%2E/"):
        answer = await visitor.raw(request(f"GET {target} HTTP/1.1", "Connection: close"))
        assert answer.endswith(home), target


async def test_a_body_in_a_coding_is_refused_unread(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    await make_site(conn, subdomain="rahasia", is_password_protected=True, password_hash="x")
    form = "Content-Type: application/x-www-form-urlencoded"
    length = "Content-Length: 900000"
    asked = [
        request(f"POST {path} HTTP/1.1", form, f"Content-Encoding: {coding}", length, host=host)
        for host, path in ((HOST, "/_forms/contact"), ("rahasia.sites.test", "/_password"))
        for coding in ("gzip", "br", "identity, gzip", "x")
    ]
    # Each connection is kept for some seconds for the body that never comes.
    for sent, answer in zip(asked, await asyncio.gather(*map(visitor.raw, asked)), strict=True):
        assert status(answer) == 415, sent


async def test_other_methods_are_told_which_there_are(visitor: Visitor, site: UUID) -> None:
    for path, allowed in (
        ("/", "GET,HEAD"),
        ("/blog", "GET,HEAD"),
        ("/robots.txt", "GET,HEAD"),
        ("/_theme/x", "GET,HEAD"),
    ):
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"):
            answer = await visitor.ask(method, HOST, path, headers={"Origin": "https://evil.example"})
            assert (answer.status, answer.headers["Allow"]) == (405, allowed), (method, path)
            assert not [name for name in answer.headers if name.lower().startswith("access-control")]


async def test_every_kind_of_answer_carries_its_security_headers(serve: Serve, site: UUID) -> None:
    visitor = await serve(server={"trusted_proxies": ["127.0.0.0/8"]})
    secure = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1", "Origin": "https://evil.example"}
    asked = [("GET", HOST, "/"), ("GET", HOST, "/"), ("GET", HOST, "/tidak-ada"), ("GET", HOST, "/blog/cari?q=x"),
             ("PUT", HOST, "/"), ("GET", "tiada.sites.test", "/"), ("GET", "a@b", "/")]  # fmt: skip
    for method, host, path in asked:
        headers = (await visitor.ask(method, host, path, headers=secure)).headers
        policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
        assert policy["base-uri"] == policy["object-src"] == policy["frame-ancestors"] == "'none'"
        assert policy["form-action"] == "'self'"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "*" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Strict-Transport-Security"] == "max-age=15552000"
        assert "Access-Control-Allow-Origin" not in headers
        plain = (await visitor.ask(method, host, path)).headers
        assert "Strict-Transport-Security" not in plain


# Longer than a busy machine keeps the loop that both sides run in from going on: who is quick is cut off by none.
LIMITS = {"head_seconds": 2.0, "idle_seconds": 3.0, "unread_seconds": 2.0}


async def dribble(visitor: Visitor, sent: bytes, drop: bytes) -> float:
    """Seconds until the server closes on somebody who goes on sending drops."""
    reader, writer = await asyncio.open_connection(visitor.client.host, visitor.client.port)
    began = time.monotonic()
    writer.write(sent)
    ended = asyncio.create_task(reader.read())
    try:
        while not ended.done() and time.monotonic() < began + 60:
            writer.write(drop)
            await asyncio.wait([ended], timeout=0.1)
        assert ended.done(), "still open"
    except ConnectionError:
        pass
    finally:
        ended.cancel()
        await asyncio.wait([ended])
        writer.close()
    return time.monotonic() - began


async def test_who_sends_or_reads_too_slowly_is_cut_off_and_nobody_else(serve: Serve, site: UUID) -> None:
    visitor = await serve(server=LIMITS)
    page = (await visitor.get(HOST)).body
    head = f"GET / HTTP/1.1\r\nHost: {HOST}\r\n".encode()

    async def never_read() -> float:
        """Asks for more than the system's buffers hold, and takes nothing."""
        _, writer = await asyncio.open_connection(visitor.client.host, visitor.client.port, limit=1)
        began = time.monotonic()
        writer.write((head + b"\r\n") * 400)
        while time.monotonic() < began + 60:
            await asyncio.sleep(0.1)
            if writer.transport.is_closing():
                break
            try:
                writer.write(b"\r\n")
            except ConnectionError:
                break
        assert writer.transport.is_closing()
        writer.close()
        return time.monotonic() - began

    slow = [
        dribble(visitor, b"", b""),
        dribble(visitor, head, b"X-a: b\r\n"),
        dribble(visitor, b"", b"G"),
        dribble(visitor, head + b"\r\n" + head, b"X-a: b\r\n"),
        dribble(visitor, head + b"\r\n", b""),
        dribble(visitor, b"POST / HTTP/1.1\r\nContent-Length: 9000\r\n" + head.partition(b"\r\n")[2] + b"\r\n", b"a"),
        never_read(),
    ]
    running = [asyncio.create_task(one) for one in slow]
    while not all(one.done() for one in running):
        assert (await asyncio.wait_for(visitor.get(HOST), 60)).body == page
        await asyncio.sleep(0.02)
    await asyncio.gather(*running)


async def test_whoever_holds_the_most_connections_that_nobody_asks_on_gives_way(
    serve: Serve, site: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renderer.workers.protocol.most_connections", lambda: 40)
    monkeypatch.setattr("renderer.workers.protocol.LOOK_SECONDS", 0.0)
    visitor = await serve()
    page = f"GET /robots.txt HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()

    async def come(peer: str, sent: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(
            visitor.client.host, visitor.client.port, local_addr=(peer, 0), limit=2**20
        )
        writer.write(sent)
        if sent:
            await reader.readuntil(b"\r\n\r\n")
        return reader, writer

    mine = [await come("127.0.0.2", page) for _ in range(3)]
    sending = await come("127.0.0.3", b"")
    form = "POST /_forms/contact HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9"
    sending[1].write(f"{form}\r\nHost: {HOST}\r\n\r\n".encode())
    held = []
    for number in range(200):
        held.append(await come("127.0.0.3", page if number % 2 else b""))
    answer = await visitor.get(HOST)
    assert answer.status == 200
    server = visitor.client.server.runner.server  # type: ignore[union-attr]
    async with asyncio.timeout(60):
        while len(server.connections) > 41:  # type: ignore[union-attr]
            await asyncio.sleep(0.01)
        for reader, writer in mine:
            writer.write(page)
            await reader.readuntil(b"HTTP/1.1 200 ")
        sending[1].write(b"name=Sari")
        await sending[0].readuntil(b"HTTP/1.1 ")
    for _, writer in (*mine, sending, *held):
        writer.close()


async def test_a_slow_reader_who_takes_something_gets_all_of_it(serve: Serve, site: UUID) -> None:
    visitor = await serve(server=LIMITS)
    page = (await visitor.get(HOST)).body
    count = 4_000_000 // len(page)
    reader, writer = await asyncio.open_connection(visitor.client.host, visitor.client.port, limit=1)
    writer.write((f"GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()) * count)
    received = 0
    deadline = time.monotonic() + 120
    while received < len(page) * count and time.monotonic() < deadline:
        received += len(await reader.read(200_000))
        await asyncio.sleep(0.15)
    assert received > len(page) * count
    writer.close()
