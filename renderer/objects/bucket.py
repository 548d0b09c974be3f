"""A store that is a bucket of an S3-compatible service (Amazon S3, MinIO, Ceph, R2, …).

Five calls, signed with the key of the settings. What answers may be slow, wrong, or no longer who it was: a redirect is
a refusal, nothing is decompressed, every answer has an end in bytes and in time, and what goes wrong says no more than
`Away`. Where the service is away, asking it again is put off for some seconds: whoever asks meanwhile is told so.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from renderer.objects.listing import Listed, read_listing
from renderer.objects.signing import query_of, signed
from renderer.objects.store import Away, Item, checked, is_key
from renderer.outbound.bounded import BoundedConnector

if TYPE_CHECKING:
    from renderer.settings import ObjectStore

CONNECT_SECONDS, READ_SECONDS, LONGEST_SECONDS = 2, 5, 15
AT_ONCE = 8
TRIES, PAUSE_SECONDS = 2, 0.2
"""A service that is busy says so with a 5xx, and means: once more."""
REST_SECONDS = 3.0
"""For so long a service that did not answer is not asked again."""
MOST_OF_A_FILE, MOST_OF_A_LISTING = 67_108_864, 4_194_304
MOST_OF_AN_ANSWER, MOST_OF_A_HEAD = MOST_OF_A_FILE + 1_048_576, 32_768
A_PAGE = 1_000


class Bucket:
    """Files of one kind, below `prefix`. Takes no connection before it is asked; `aclose` ends those it took."""

    def __init__(self, settings: "ObjectStore", secret: str, prefix: str) -> None:
        self._settings, self._secret = settings, secret
        self._origin = _endpoint(settings)
        self._path = f"/{settings.bucket}" if settings.path_style else ""
        self._below_all = "".join(f"{part}/" for part in (settings.prefix.strip("/"), prefix) if part)
        self._rests_until = 0.0
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._session: aiohttp.ClientSession | None = None

    async def put(self, key: str, data: bytes) -> None:
        await self._there("PUT", self._below_all + checked(key), body=data)

    async def get(self, key: str) -> bytes | None:
        return await self._asked("GET", self._below_all + checked(key), most=MOST_OF_A_FILE)

    async def erase(self, place: str) -> None:
        keys = [item.key async for item in self._below(f"{checked(place)}/")]
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            await asyncio.gather(*(self._asked("DELETE", self._below_all + key) for key in some))

    async def items(self, website_id: str = "") -> AsyncIterator[Item]:
        async for item in self._below(f"{website_id}/" if website_id else ""):
            yield item

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _below(self, prefix: str) -> AsyncIterator[Item]:
        """Files of ours; whatever else lies there is somebody else's."""
        told, token = set[str](), ""
        while token not in told:
            told.add(token)
            listed = await self._page(self._below_all + prefix, token)
            for item in listed.items:
                key = item.key.removeprefix(self._below_all)
                if item.key.startswith(self._below_all + prefix) and is_key(key):
                    yield Item(key, item.size, item.changed)
            if not listed.token:
                return
            token = listed.token
        raise Away("the object store lists without end")

    async def _page(self, prefix: str, token: str) -> Listed:
        asked = {"encoding-type": "url", "list-type": "2", "max-keys": str(A_PAGE), "prefix": prefix}
        if token:
            asked["continuation-token"] = token
        body = await self._there("GET", "", query=query_of(asked), most=MOST_OF_A_LISTING)
        try:
            return await asyncio.to_thread(read_listing, body)
        except (ValueError, OverflowError):
            raise self._away("no listing") from None

    async def _there(self, method: str, key: str, *, query: str = "", body: bytes = b"", most: int = 0) -> bytes:
        """What concerns no object of its own, so that what is not found is the bucket."""
        found = await self._asked(method, key, query=query, body=body, most=most)
        if found is None:
            raise Away("the object store has no such bucket")
        return found

    async def _asked(self, method: str, key: str, *, query: str = "", body: bytes = b"", most: int = 0) -> bytes | None:
        """The body of the answer, `most` bytes at most; None: there is no such thing. Raises Away: there was no answer,
        or a refusal."""
        self._respect_rest()
        try:
            async with asyncio.timeout(LONGEST_SECONDS), self._turns:
                self._respect_rest()  # others may have waited in vain while this one was queued
                for tries_left in reversed(range(TRIES)):
                    status, read = await self._exchange(method, f"{self._path}/{key}", query, body, most)
                    if status < 500 or not tries_left:
                        break
                    await asyncio.sleep(PAUSE_SECONDS)
        except Away:
            raise
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as fault:
            raise self._away(type(fault).__name__) from None
        if status == 404:
            return None
        if status not in (200, 204):
            raise self._away(str(status))
        return read

    async def _exchange(self, method: str, path: str, query: str, body: bytes, most: int) -> tuple[int, bytes]:
        headers = await asyncio.to_thread(
            signed,
            method,
            self._origin.partition("://")[2],
            path,
            query,
            body,
            region=self._settings.region,
            key_id=self._settings.key_id,
            secret=self._secret,
        )
        url = f"{self._origin}{path}" + (f"?{query}" if query else "")
        async with self._open().request(
            method,
            URL(url, encoded=True),
            # A large body as it is would be sent in one piece, and hold the loop meanwhile.
            data=BytesIO(body) if method == "PUT" else None,
            headers={**headers, "Accept-Encoding": "identity", "User-Agent": "Tapsite"},
            allow_redirects=False,
            proxy=_proxy(url),
        ) as answer:
            if answer.status != 200 or not most:
                # What is said of a fault holds addresses and, in places, keys; and may be as long as it likes.
                return answer.status, b""
            return answer.status, await _read(answer, most)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=BoundedConnector(MOST_OF_AN_ANSWER, MOST_OF_A_HEAD, limit=AT_ONCE),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(
                    total=LONGEST_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS
                ),
            )
        return self._session

    def _respect_rest(self) -> None:
        if time.monotonic() < self._rests_until:
            raise Away("the object store is away")

    def _away(self, why: str) -> Away:
        self._rests_until = time.monotonic() + REST_SECONDS
        return Away(f"the object store is away ({why})")


async def _read(answer: aiohttp.ClientResponse, most: int) -> bytes:
    if answer.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity", "aws-chunked"):
        raise ValueError("compressed")
    body = bytearray()
    while chunk := await answer.content.readany():
        body += chunk
        if len(body) > most:
            raise ValueError("too long")
    return bytes(body)


def _endpoint(settings: "ObjectStore") -> str:
    """With the bucket, where it stands in the host."""
    scheme, _, host = (settings.endpoint or f"https://s3.{settings.region}.amazonaws.com").partition("://")
    return f"{scheme}://{host}" if settings.path_style else f"{scheme}://{settings.bucket}.{host}"


def _proxy(url: str) -> str | None:
    """The environment's, for this address. Nothing else of it is asked: no netrc, and no AWS_…"""
    parts, proxies = urlsplit(url), getproxies()
    if proxy_bypass(parts.netloc):
        return None
    return proxies.get(parts.scheme)
