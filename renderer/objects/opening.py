"""The store that the settings name."""

from contextlib import aclosing
from typing import Literal
from uuid import UUID

from renderer.objects.bucket import Bucket
from renderer.objects.folder import Folder
from renderer.objects.store import Away, Store
from renderer.settings import Settings


def open_pictures(settings: Settings) -> Store:
    """Owners' pictures: in the bucket where there is one, else in their folder."""
    return open_bucket(settings, "media") or Folder(settings.media_folder)


def open_bucket(settings: Settings, kind: Literal["media", "leads"]) -> Store | None:
    """Files of one kind in the bucket; None: there is none."""
    if not settings.store.bucket:
        return None
    return Bucket(settings.store, settings.store_secret, kind)


async def prove_bucket(settings: Settings) -> None:
    """That the key may do what it has to, where there is a bucket. Raises OSError."""
    bucket, place = open_bucket(settings, "media"), f"{UUID(int=0)}/{UUID(int=0)}"
    if bucket is None:
        return
    async with aclosing(bucket):
        await bucket.put(f"{place}/0", b"probe")
        if await bucket.get(f"{place}/0") != b"probe":
            raise Away("the object store does not keep what it is given")
        await bucket.erase(place)
