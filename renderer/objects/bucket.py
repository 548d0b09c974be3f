"""A store that is a bucket of an S3-compatible service (Amazon S3, MinIO, Ceph, R2, …), by object_store's Rust client.

Where the service is away, asking it again is put off for some seconds: whoever asks meanwhile is told so at once. It is
asked from threads of our own, which the interpreter waits for when it ends: the client's own calls for event loops come
back from a thread that it does not know, and abort the process then.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from renderer.objects.store import Away, Item, checked, is_key

if TYPE_CHECKING:
    from obstore.store import S3Credential

    from renderer.settings import ObjectStore

CONNECT_SECONDS, READ_SECONDS, LONGEST_SECONDS = 2, 5, 15
AT_ONCE = 8
REST_SECONDS = 3.0
"""For so long a service that did not answer is not asked again."""

T = TypeVar("T")


class Bucket:
    """Files of one kind, below `prefix`. Takes no connection before it is asked."""

    def __init__(self, settings: "ObjectStore", secret: str, prefix: str) -> None:
        key_id = settings.key_id

        def credential() -> "S3Credential":
            return {"access_key_id": key_id, "secret_access_key": secret, "expires_at": None}

        self._store = S3Store(
            settings.bucket,
            prefix="/".join(part for part in (settings.prefix.strip("/"), prefix) if part),
            client_options={
                "allow_http": settings.endpoint.startswith("http:"),
                "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                "read_timeout": timedelta(seconds=READ_SECONDS),
                "timeout": timedelta(seconds=LONGEST_SECONDS),
            },
            retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=READ_SECONDS)},
            region=settings.region,
            # All that AWS_… of the environment could say otherwise is said here.
            credential_provider=credential,
            skip_signature=False,
            unsigned_payload=False,
            s3_express=False,
            virtual_hosted_style_request=not settings.path_style,
            # Not every service has the bulk call.
            disable_bulk_delete=True,
            endpoint=_endpoint(settings),
        )
        self._rests_until = 0.0
        self._threads = ThreadPoolExecutor(AT_ONCE, "objects")

    async def put(self, key: str, data: bytes) -> None:
        key = checked(key)
        await self._there(lambda: obstore.put(self._store, key, data, use_multipart=False))

    async def get(self, key: str) -> bytes | None:
        key = checked(key)
        try:
            return await self._asked(lambda: bytes(obstore.get(self._store, key).bytes()))
        except FileNotFoundError:
            return None

    async def erase(self, place: str) -> None:
        keys = [item.key async for item in self._below(checked(place))]
        for start in range(0, len(keys), AT_ONCE):
            await asyncio.gather(*(self._erase(key) for key in keys[start : start + AT_ONCE]))

    async def items(self, website_id: str = "") -> AsyncIterator[Item]:
        async for item in self._below(website_id):
            if is_key(item.key):
                yield item

    async def _erase(self, key: str) -> None:
        await self._asked(lambda: obstore.delete(self._store, key))

    async def _below(self, prefix: str) -> AsyncIterator[Item]:
        listing = obstore.list(self._store, f"{prefix}/" if prefix else None, chunk_size=1_000)
        while True:
            found = await self._there(lambda: _next(listing))
            for one in found:
                yield Item(one["path"], one["size"], one["last_modified"].timestamp())
            if not found:
                return

    async def _there(self, ask: Callable[[], T]) -> T:
        """What concerns no object of its own, so that what is not found is the bucket."""
        try:
            return await self._asked(ask)
        except FileNotFoundError:
            raise Away("the object store has no such bucket") from None

    def _respect_rest(self) -> None:
        if time.monotonic() < self._rests_until:
            raise Away("the object store is away")

    async def _asked(self, ask: Callable[[], T]) -> T:
        """What the service answers. Raises FileNotFoundError, and Away: it gave no answer, or a refusal."""

        def work() -> T:
            self._respect_rest()  # others may have waited in vain while this one was queued
            return ask()

        self._respect_rest()
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except (FileNotFoundError, Away):
            raise
        except (BaseError, OSError, TimeoutError, ValueError) as fault:
            self._rests_until = time.monotonic() + REST_SECONDS
            # What it says holds addresses and, in places, keys.
            raise Away(f"the object store is away ({type(fault).__name__})") from None


def _endpoint(settings: "ObjectStore") -> str:
    """Named in any case: it would be taken from the environment else. With the bucket, where it stands in the host."""
    scheme, _, host = (settings.endpoint or f"https://s3.{settings.region}.amazonaws.com").partition("://")
    return f"{scheme}://{host}" if settings.path_style else f"{scheme}://{settings.bucket}.{host}"


def _next(listing: "obstore.ListStream[Sequence[obstore.ObjectMeta]]") -> "Sequence[obstore.ObjectMeta]":
    return next(listing, ())
