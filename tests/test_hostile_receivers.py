"""Receivers and mail servers that take what they are sent and then hang, flood or talk nonsense: nobody else waits."""

import asyncio
import gc
import gzip
import ssl
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from aiohttp import web

from renderer.keys import OUTBOUND, OUTBOX
from renderer.outbound import Letter, MailClient, MailError, OutboundClient, OutboundError
from renderer.outbound import mail as mail_module
from renderer.outbox import lanes
from renderer.settings import Settings
from tests.factories import make_site, make_user
from tests.receivers import LOCAL, NAME, OK, Script, certificate, receiver, saying
from tests.serving import Serve
from tests.test_deliveries import make_lead
from tests.test_forms import make_form

MUTE: dict[str, object] = {"email_notifications": False}
BOMB = gzip.compress(bytes(100_000_000), 9)


def pouring(head: bytes, unit: bytes, seconds: float = 0.0) -> Script:
    """Without end."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not writer.is_closing():
            writer.write(unit)
            await writer.drain()
            await asyncio.sleep(seconds)

    return script


async def silent(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3_600)


BAD: dict[str, Script] = {
    "no headers": silent,
    "headers and no body": pouring(b"HTTP/1.1 500 Hm\r\nContent-Length: 9\r\n\r\n", b"", 1.0),
    "a byte a second": pouring(b"", b"H", 1.0),
    "a header a second": pouring(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 1.0),
    "endless body": pouring(
        b"HTTP/1.1 500 Hm\r\nTransfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    ),
    "endless headers": pouring(b"HTTP/1.1 200 OK\r\n", b"X-Much: " + b"y" * 2_000 + b"\r\n"),
    "endless interim answers": pouring(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50),
    "a bomb": saying(b"HTTP/1.1 500 Hm\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(BOMB), BOMB)),
    "HTTP/2": pouring(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9), b"\0\0\0\4\0\0\0\0\0", 0.2),
}  # fmt: skip


@asynccontextmanager
async def stalling(greeting: bytes = b"") -> AsyncIterator[int]:
    """A server that takes connections, says so much, and nothing more; its port."""
    held: list[asyncio.StreamWriter] = []

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)
        writer.write(greeting)
        await asyncio.sleep(3_600)

    server = await asyncio.start_server(serve, LOCAL, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        for writer in held:
            writer.close()
        server.close()


Hello = Callable[[asyncio.StreamReader, asyncio.StreamWriter, bytes], Awaitable[None]]


async def half(_: asyncio.StreamReader, writer: asyncio.StreamWriter, flight: bytes) -> None:
    """The first half of what a server says, and nothing more."""
    writer.write(flight[: len(flight) // 2])


async def drop_by_drop(_: asyncio.StreamReader, writer: asyncio.StreamWriter, flight: bytes) -> None:
    for byte in flight:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.1)


async def whole(_: asyncio.StreamReader, writer: asyncio.StreamWriter, flight: bytes) -> None:
    """All of it, and no answer to what comes then."""
    writer.write(flight)


async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter, flight: bytes) -> None:
    """Records that say nothing, as of middleboxes (RFC 8446, appendix D.4)."""
    while not writer.is_closing():
        writer.write(b"\x14\x03\x03\x00\x01\x01" * 100)
        await writer.drain()
        await asyncio.sleep(0)


async def a_record_that_never_ends(_: asyncio.StreamReader, writer: asyncio.StreamWriter, flight: bytes) -> None:
    writer.write(b"\x16\x03\x03\x3f\xff" + b"\x02")
    await asyncio.sleep(0)


HANDSHAKES: dict[str, Hello] = {
    "half of it": half,
    "a byte a tenth of a second": drop_by_drop,
    "nothing after the certificate": whole,
    "a record that never ends": a_record_that_never_ends,
    "endless empty records": endless,
}


def flight_of(tls: ssl.SSLContext, hello: bytes) -> bytes:
    """What a server says to a client's hello."""
    coming, going = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = tls.wrap_bio(coming, going, server_side=True)
    coming.write(hello)
    with pytest.raises(ssl.SSLWantReadError):
        server.do_handshake()
    return going.read()


@asynccontextmanager
async def shaking(
    hello: Hello, tls: ssl.SSLContext, before: Sequence[bytes] = ()
) -> AsyncIterator[tuple[int, list[float]]]:
    """A server that says `before` line by line, and then does that in the middle of TLS's handshake; its port, and how
    long each connection was open."""
    under_way: set[asyncio.Task[None]] = set()
    lasted: list[float] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number, line in enumerate(before):
            if number:
                await reader.readline()
            writer.write(line)
        flight = flight_of(tls, await reader.read(16_384))
        saying = asyncio.ensure_future(hello(reader, writer, flight))
        try:
            while await reader.read(65_536):
                pass
        finally:
            saying.cancel()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task, began = asyncio.current_task(), time.monotonic()
        assert task is not None
        under_way.add(task)
        try:
            await talk(reader, writer)
        except OSError:
            pass
        finally:
            lasted.append(time.monotonic() - began)
            under_way.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, LOCAL, 0)
    try:
        yield server.sockets[0].getsockname()[1], lasted
    finally:
        server.close()
        for task in tuple(under_way):
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


@pytest.mark.parametrize("hello", HANDSHAKES.values(), ids=HANDSHAKES.keys())
async def test_a_handshake_that_stalls_ends_in_time_and_so_does_its_connection(tmp_path: Path, hello: Hello) -> None:
    theirs, ours = certificate(tmp_path)
    async with shaking(hello, theirs) as (port, lasted):
        client = OutboundClient(
            permitted=frozenset({LOCAL}), ports=frozenset({port}), tls=ours, lookup=lambda _: [LOCAL]
        )
        began = time.monotonic()
        with pytest.raises(OutboundError) as caught:
            await client.send("POST", f"https://{NAME}:{port}/", body=b"{}", total_seconds=1.0)
        assert time.monotonic() - began < 3
        assert caught.value.reason in ("time", "tls", "size", "connection"), caught.value.reason
        if hello is not whole:  # asyncio gives who shook hands half a minute to part
            async with asyncio.timeout(5):
                while not lasted:
                    await asyncio.sleep(0.02)
        await client.close()


@pytest.mark.parametrize("tls", ["tls", "starttls"])
@pytest.mark.parametrize("hello", HANDSHAKES.values(), ids=HANDSHAKES.keys())
async def test_a_mail_server_that_stalls_in_the_middle_of_tls_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hello: Hello, tls: str
) -> None:
    monkeypatch.setattr(mail_module, "SECONDS", 1.0)
    theirs, ours = certificate(tmp_path, "localhost")
    before = (HELLO, b"250-mx\r\n250 STARTTLS\r\n", b"220 go on\r\n") if tls == "starttls" else ()
    letter = Letter("1", "Kopi", ("a@example.com",), "Halo", "Halo", "<p>Halo</p>")
    async with shaking(hello, theirs, before) as (port, lasted):
        mail = {"host": "localhost", "port": port, "tls": tls, "sender": "kami@example.com"}
        client = MailClient(Settings.model_validate({"mail": mail}), ours)
        began = time.monotonic()
        with pytest.raises(MailError) as caught:
            await client.send(letter)
        assert time.monotonic() - began < 6
        assert not caught.value.lasting
        if hello is not whole:
            async with asyncio.timeout(5):
                while not lasted:
                    await asyncio.sleep(0.02)


async def hooked(conn: asyncpg.Connection, port: int) -> UUID:
    owner = await make_user(conn, subscription_tier="business")
    site = await make_site(conn, user_id=owner)
    await make_form(
        conn, site, form_type="contact", fields="[]", settings={**MUTE, "webhook_url": f"https://{NAME}:{port}/hook"}
    )
    return site


async def test_webhooks_that_answer_do_not_wait_for_those_that_never_do(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "SLOW_SECONDS", 0.5)
    theirs, ours = certificate(tmp_path)
    async with (
        _all(theirs) as bad,
        receiver(OK, theirs) as good,
        stalling() as no_tls,
        shaking(half, theirs) as (half_tls, _),
        shaking(endless, theirs) as (endless_tls, _),
    ):
        ports = frozenset({*bad, good.port, no_tls, half_tls, endless_tls})
        client = OutboundClient(permitted=frozenset({LOCAL}), ports=ports, tls=ours, lookup=lambda _: [LOCAL])
        for port in (*bad, no_tls, half_tls, endless_tls):
            site = await hooked(conn, port)
            for _ in range(3):
                await make_lead(conn, site)

        def give(app: web.Application) -> None:
            app[OUTBOUND] = client

        fine = [await hooked(conn, good.port) for _ in range(6)]
        visitor = await serve(give)
        works = visitor.client.app[OUTBOX]  # type: ignore[union-attr]
        tracemalloc.start()
        for _ in range(3):
            heard = len(good.heard)
            for site in fine:
                await make_lead(conn, site)
            works.wake()
            began = time.monotonic()
            async with asyncio.timeout(30):
                while len(good.heard) < heard + len(fine):
                    await asyncio.sleep(0.02)
            assert time.monotonic() - began < 10
        gc.collect()
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
        tracemalloc.stop()
        # Nobody who stops waits for them either, and nothing is lost.
        began = time.monotonic()
        await visitor.client.close()
        assert time.monotonic() - began < 5
        left = await conn.fetch("SELECT lease, state FROM outbox WHERE kind = 'lead_webhook' AND state <> 'done'")
        assert len(left) >= 10
        assert {(row["lease"], row["state"]) for row in left} == {(None, "waiting")}


@asynccontextmanager
async def _all(tls: ssl.SSLContext) -> AsyncIterator[list[int]]:
    """All that are bad, behind TLS; their ports."""
    async with AsyncExitStack() as stack:
        yield [(await stack.enter_async_context(receiver(script, tls))).port for script in BAD.values()]


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def talking(*answers: bytes) -> Talk:
    """A mail server that says these, one for each line it hears after the first, and then nothing."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number, answer in enumerate(answers):
            if number:
                await reader.readline()
            writer.write(answer)
        await reader.read(-1)

    return talk


def dripping(unit: bytes, seconds: float) -> Talk:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(unit)
            await writer.drain()
            await asyncio.sleep(seconds)

    return talk


HELLO, FINE = b"220 mx ESMTP\r\n", b"250 OK\r\n"
TALKS: dict[str, tuple[Talk, str]] = {
    "no greeting": (talking(b""), "none"),
    "half a greeting": (talking(b"220-mx\r\n"), "none"),
    "a byte a second": (dripping(b"2", 0.1), "none"),
    "an endless greeting": (dripping(b"220-" + b"x" * 500 + b"\r\n", 0.0), "none"),
    "no end of a line": (dripping(b"x" * 4_000, 0.0), "none"),
    "no numbers": (talking(b"SSH-2.0-OpenSSH_9.9\r\n"), "none"),
    "a number that is none": (talking(b"-99 \r\n"), "none"),
    "NUL": (talking(b"220 \0\xff\r\n", b"250-\0\r\n250 \xff\r\n"), "none"),
    "HTTP": (talking(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "none"),
    "no answer to EHLO": (talking(HELLO), "none"),
    "no answer to MAIL": (talking(HELLO, FINE), "none"),
    "no answer to DATA": (talking(HELLO, FINE, FINE, FINE), "none"),
    "no answer to the letter": (talking(HELLO, FINE, FINE, FINE, b"354 go on\r\n"), "none"),
    "STARTTLS that stalls": (talking(HELLO, b"250-mx\r\n250 STARTTLS\r\n", b"220 go on\r\n"), "starttls"),
    "STARTTLS without an answer": (talking(HELLO, b"250-mx\r\n250 STARTTLS\r\n"), "starttls"),
    "TLS that stalls": (talking(b""), "tls"),
}


@asynccontextmanager
async def mail_talk(talk: Talk) -> AsyncIterator[int]:
    under_way: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        under_way.add(task)
        try:
            await talk(reader, writer)
        except OSError:
            pass
        finally:
            under_way.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, LOCAL, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(under_way):
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


@pytest.mark.parametrize(("talk", "tls"), TALKS.values(), ids=TALKS.keys())
async def test_a_mail_server_that_never_comes_to_the_point_is_left(
    monkeypatch: pytest.MonkeyPatch, talk: Talk, tls: str
) -> None:
    monkeypatch.setattr(mail_module, "SECONDS", 0.5)
    monkeypatch.setattr(mail_module, "TAKING_SECONDS", 0.5)
    letter = Letter("1", "Kopi", ("a@example.com",), "Halo", "Halo", "<p>Halo</p>")
    async with mail_talk(talk) as port:
        mail = {"host": LOCAL, "port": port, "tls": tls, "sender": "kami@example.com"}
        client = MailClient(Settings.model_validate({"mail": mail}))
        tracemalloc.start()
        began = time.monotonic()
        with pytest.raises(MailError) as caught:
            await client.send(letter)
        assert time.monotonic() - began < 8
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
        tracemalloc.stop()
        assert not caught.value.lasting
        # Whoever is told to stop does not wait either.
        sending = asyncio.create_task(client.send(letter))
        await asyncio.sleep(0.2)
        sending.cancel()
        began = time.monotonic()
        await asyncio.wait([sending])
        assert time.monotonic() - began < 0.4
