"""An object store that is slow, wrong, or somebody else's by now: it costs its own files, and nothing besides."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import SecretStr

from renderer.objects import Away, bucket
from renderer.objects.bucket import Bucket
from renderer.objects.signing import query_of, signed
from renderer.settings import ObjectStore

PLACE = f"{UUID(int=1)}/{UUID(int=2)}"
KEY = f"{PLACE}/640.webp"
OK = b'HTTP/1.1 200 OK\r\nETag: "x"\r\nLast-Modified: Mon, 02 Nov 2026 10:00:00 GMT\r\n'
ENTITIES = b"<!DOCTYPE a [<!ENTITY a 'lol'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(ord("b"), ord("m"))
)

Say = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Hostile:
    """What is answered to every request, by its number; `secrets` is another service, which nobody should ask."""

    def __init__(self) -> None:
        self.say: Say = plain(b"")
        self.asked, self.leaked, self.port = 0, 0, 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.asked += 1
                await self.say(writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def leak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.leaked += 1
        writer.write(OK + b"Content-Length: 6\r\n\r\nsecret")
        writer.close()


def plain(body: bytes, head: bytes = OK, length: int | None = None) -> Say:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(head + b"Content-Length: %d\r\n\r\n" % (len(body) if length is None else length) + body)
        await writer.drain()
        if length is not None:
            writer.close()

    return say


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Say:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return say


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNK = b"10000\r\n" + b" " * 65_536 + b"\r\n"


@asynccontextmanager
async def _served(hostile: Hostile) -> AsyncIterator[Bucket]:
    server = await asyncio.start_server(hostile.answer, "127.0.0.1", 0)
    other = await asyncio.start_server(hostile.leak, "127.0.0.1", 0)
    port, hostile.port = (one.sockets[0].getsockname()[1] for one in (server, other))
    endpoint = f"http://127.0.0.1:{port}"
    settings = ObjectStore(bucket="bucket", endpoint=endpoint, key_id="AK", secret=SecretStr("rahasia"))
    made = Bucket(settings, "rahasia", "media")
    async with server, other:
        yield made
        await made.aclose()


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> Hostile:
    monkeypatch.setattr(bucket, "REST_SECONDS", 0.0)
    monkeypatch.setattr(bucket, "PAUSE_SECONDS", 0.0)
    return Hostile()


@pytest.mark.parametrize(
    "say",
    [
        plain(b"abc", length=100),
        plain(b"abc", length=2**63 - 1),
        plain(b"abc", length=10**40),
        endless(OK + b"Content-Length: 99999999999\r\n\r\n", b"x" * 65_536),
        endless(CHUNKED, CHUNK),
        endless(OK, b"A: " + b"x" * 60_000 + b"\r\n"),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        plain(b"\x1f\x8b" + b"\x00" * 50, OK + b"Content-Encoding: gzip\r\n"),
        plain(b"<Error>" + b"&x;" * 999, b"HTTP/1.1 500 No\r\n"),
        plain(b"", b"HTTP/1.1 999 \r\n"),
        plain(b"", b"\xff\xfe\r\n"),
    ],
    ids=["short", "longest", "longer", "endless", "chunks", "head", "interim", "gzip", "500", "999", "no HTTP"],
)
async def test_whatever_is_answered_is_a_file_that_is_not_there_now(
    hostile: Hostile, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "MOST_OF_AN_ANSWER", 2_000_000)
    monkeypatch.setattr(bucket, "MOST_OF_A_FILE", 1_000_000)
    hostile.say = say
    async with _served(hostile) as store:
        begun = time.monotonic()
        with pytest.raises(Away, match="away"):
            await store.get(KEY)
        with pytest.raises(Away, match="away"):
            await anext(store.items())
        assert time.monotonic() - begun < bucket.LONGEST_SECONDS


async def test_what_drips_ends_in_time(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket, "LONGEST_SECONDS", 0.5)
    hostile.say = endless(OK + b"Content-Length: 100000\r\n\r\n", b"x", 0.01)
    async with _served(hostile) as store:
        with pytest.raises(Away, match="TimeoutError"):
            await store.get(KEY)


async def test_a_fault_that_never_ends_is_not_listened_to(hostile: Hostile) -> None:
    hostile.say = endless(CHUNKED.replace(b"200 OK", b"400 No"), CHUNK)
    async with _served(hostile) as store:
        for ask in (store.get(KEY), store.put(KEY, b"x"), store.erase(PLACE)):
            with pytest.raises(Away, match="400"):
                await asyncio.wait_for(ask, 5)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_nobody_is_asked_because_the_store_says_so(hostile: Hostile, status: int) -> None:
    async with _served(hostile) as store:
        place = f"Location: http://127.0.0.1:{hostile.port}/latest/meta-data\r\n"
        hostile.say = plain(b"", f"HTTP/1.1 {status} There\r\n{place}".encode())
        for ask in (store.get(KEY), store.put(KEY, b"x"), store.erase(PLACE)):
            with pytest.raises(Away, match=str(status)):
                await ask
    assert hostile.leaked == 0


def listing(*contents: tuple[str, str, str], token: str = "", before: bytes = b"") -> Say:
    found = "".join(
        f"<Contents><Key>{key}</Key><LastModified>{at}</LastModified><Size>{size}</Size></Contents>"
        for key, at, size in contents
    )
    more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{token}</NextContinuationToken>" if token else ""
    return plain(before + f"<ListBucketResult>{more}{found}</ListBucketResult>".encode())


AT = "2026-11-01T10:00:00.000Z"


@pytest.mark.parametrize(
    "say",
    [
        listing((f"media/{KEY}", AT, "1"), token="again"),
        listing(("&l;", AT, "1"), before=ENTITIES + b"]>"),
        listing(("&x;", AT, "1"), before=b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"),
        listing((f"media/{KEY}", AT, "1" * 5_000 + "x")),
        listing((f"media/{KEY}", "gestern", "1")),
        listing((f"media/{KEY}", AT, "")),
        plain(b"<a>" * 100_000 + b"</a>" * 100_000),
        plain(b"<ListBucketResult>"),
        plain(b"<Error><Code>NoSuchBucket</Code></Error>"),
        plain("<?xml version='1.0' encoding='utf-16'?><ListBucketResult/>".encode("utf-16")),
        plain(b""),
        endless(CHUNKED, CHUNK),
    ],
    ids=["circle", "bomb", "file", "size", "time", "no size", "deep", "half", "fault", "utf-16", "empty", "endless"],
)
async def test_whatever_is_listed_ends(hostile: Hostile, say: Say) -> None:
    hostile.say = say
    async with _served(hostile) as store:
        with pytest.raises(Away, match="object store"):
            _ = [item async for item in store.items()]
        with pytest.raises(Away, match="object store"):
            await store.erase(PLACE)
    assert hostile.asked <= 6


async def test_what_is_listed_and_not_ours_is_left_alone(hostile: Hostile) -> None:
    """A name of another's, above the prefix, or of ids that are none: `UUID()` would raise for them."""
    odd = (
        "media/../../etc/passwd",
        f"leads/{KEY}",
        f"{KEY}",
        f"media/{'-' * 36}/{'-' * 36}/1",
        "media/%ff%00",
        "",
        "media/",
    )
    at, size = "9999-12-31T23:59:59Z", "9223372036854775807"
    hostile.say = listing(*((key, at, size) for key in odd), (f"media/{KEY}", "0001-01-01T00:00:00Z", "-1"))
    async with _served(hostile) as store:
        assert [item.key async for item in store.items()] == [KEY]


def test_a_signature_is_the_one_of_amazons_example() -> None:
    """Documentation of "Signature Calculations for the Authorization Header", List Objects."""
    given = {
        "region": "us-east-1",
        "key_id": "AKIAIOSFODNN7EXAMPLE",
        "secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "now": datetime(2013, 5, 24, tzinfo=UTC),
    }
    host = "examplebucket.s3.amazonaws.com"
    query = query_of({"prefix": "J", "max-keys": "2"})
    headers = signed("GET", host, "/", query, b"", **given)  # type: ignore[arg-type]
    assert headers["Authorization"].endswith("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
