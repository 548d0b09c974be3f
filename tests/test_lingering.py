"""Who sends more than can be read is told so, and can read it, however much comes in one write."""

import asyncio
import contextlib
import re

import asyncpg
import pytest

from renderer.edge import lingering
from tests.factories import make_post, make_site
from tests.visitor import Visitor

LONG = 1_000_000
HOST = b"Host: kopi.sites.test\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /blog/cari?q=" + b"a" * LONG + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * LONG + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + HOST + b"a" * LONG, 431),
        (b"POST /_forms/a HTTP/1.1\r\n" + HOST + b"Bad Field: 1\r\n\r\n" + b"a" * LONG, 400),
        (b"\x16\x03\x01" + b"\0" * LONG, 400),
    ],
    ids=["target", "field", "no end of a field", "body behind a bad field", "no HTTP"],
)
async def test_an_answer_is_read_though_more_was_sent_than_is_read(
    conn: asyncpg.Connection, visitor: Visitor, request_: bytes, status: int
) -> None:
    site = await make_site(conn, subdomain="kopi")
    await make_post(conn, site)
    # What was asked before it is answered before it.
    before = b"GET /blog HTTP/1.1\r\n" + HOST + b"\r\n"
    reader, writer = await asyncio.open_connection(visitor.client.host, visitor.client.port)
    async with asyncio.timeout(60):
        writer.write(before)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        await reader.readexactly(int(re.findall(rb"(?i)content-length: (\d+)", head)[0]))
        writer.write(request_)
        await writer.drain()
        answer = await reader.read()  # ConnectionResetError where it is taken away
    assert answer.startswith(f"HTTP/1.0 {status} ".encode())
    assert answer.endswith(b"</html>\n")
    assert answer.count(b"HTTP/1.") == 1
    writer.close()
    await writer.wait_closed()


async def test_nobody_is_listened_to_without_end(
    conn: asyncpg.Connection, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lingering, "LINGERING_SECONDS", 1)
    await make_site(conn, subdomain="kopi")
    reader, writer = await asyncio.open_connection(visitor.client.host, visitor.client.port)
    writer.write(b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * LONG)
    assert (await reader.read()).startswith(b"HTTP/1.0 431 ")
    async with asyncio.timeout(60):
        with contextlib.suppress(ConnectionError):
            while True:  # in its time, and then to nobody
                writer.write(b"a" * 10_000)
                await writer.drain()
                await asyncio.sleep(0.01)
    writer.close()
    monkeypatch.setattr(lingering, "LINGERING_SECONDS", 600)
    reader, writer = await asyncio.open_connection(visitor.client.host, visitor.client.port)
    async with asyncio.timeout(60):
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"a" * 1_000_000)
                await writer.drain()
    writer.close()
