"""Files of leads where they lie: on this machine's disk first, and in the bucket once their lead is stored.

Whoever sends a file waits for the disk alone. Where the object store is away files stay on the disk, as they do where
there is none, and are moved when it is back; no lead waits for it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

from renderer.forms.files import Files, StoredFile
from renderer.objects import Store

COUNT_SECONDS = 2.0
"""For so long a sender waits for the object store to be counted."""
_MOVED_AT_ONCE = 200

Known = Callable[[Sequence[UUID]], Awaitable[Collection[UUID]]]


class KeptFiles:
    """`disk` is where they come to; `bucket` where they stay, None: they stay on the disk."""

    def __init__(self, disk: Files, bucket: Store | None = None) -> None:
        self.disk, self.bucket = disk, bucket

    async def get(self, website_id: UUID, lead_id: UUID, note: Any) -> StoredFile | None:
        """The file that a note in a lead's data is about. Raises CannotOpen, OSError: the object store is away."""
        found = await asyncio.to_thread(self.disk.get, website_id, lead_id, note)
        if found is not None or self.bucket is None:
            return found
        key = self.disk.key_of(website_id, lead_id, note)
        sealed = await self.bucket.get(key) if key else None
        return self.disk.opened(website_id, lead_id, note, sealed) if sealed is not None else None

    async def size(self, website_id: UUID) -> int:
        """Bytes that the files of a site take, as far as they are counted in time; while the object store is away, of
        those that wait for it."""
        size = await asyncio.to_thread(self.disk.size, website_id)
        if self.bucket is not None:
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(COUNT_SECONDS):
                    async for item in self.bucket.items(str(website_id)):
                        size += item.size
        return size

    async def leads(self, website_id: UUID | None = None) -> list[tuple[UUID, UUID, float]]:
        """Site, lead and time of all that is kept, twice where it is just being moved. Raises OSError."""
        found = await asyncio.to_thread(lambda: list(self.disk.leads(website_id)))
        if self.bucket is not None:
            places: dict[str, float] = {}
            async for item in self.bucket.items(str(website_id or "")):
                places[item.place] = max(item.changed, places.get(item.place, 0.0))
            found += [(*_ids(place), changed) for place, changed in places.items()]
        return found

    async def erase(self, website_id: UUID, lead_id: UUID, before: float | None = None) -> bool:
        """Delete a lead's files from the disk, unless they came after `before`."""
        return await asyncio.to_thread(self.disk.erase, website_id, lead_id, before)

    async def erase_everywhere(self, gone: Iterable[tuple[UUID, UUID, float]]) -> int:
        """Delete the files of leads (site, lead, time) that are gone, unless they came later; returns of how many
        leads. Raises OSError: some are left."""
        wanted = {(site, lead): before for site, lead, before in gone}
        erased = {one for one, before in wanted.items() if await self.erase(*one, before)}
        if self.bucket is not None:
            for website_id in {site for site, _ in wanted}:
                for site, lead, changed in await self.leads(website_id):
                    if changed <= wanted.get((site, lead), float("-inf")):
                        await self.bucket.erase(f"{site}/{lead}")
                        erased.add((site, lead))
        return len(erased)

    async def move(self, known: Known) -> int:
        """Move what lies on the disk into the bucket, of leads that are `known` (to be stored); returns how many files.
        To be called by one process at a time. Raises OSError: the rest waits."""
        if self.bucket is None:
            return 0
        moved = 0
        waiting = await asyncio.to_thread(lambda: list(self.disk.leads()))
        for start in range(0, len(waiting), _MOVED_AT_ONCE):
            some = waiting[start : start + _MOVED_AT_ONCE]
            # One that waits in another machine's spool would be an orphan there.
            stored = await known([lead for _, lead, _ in some])
            for site, lead, _ in some:
                if lead in stored:
                    moved += await self._move(self.bucket, site, lead)
        return moved

    async def _move(self, bucket: Store, website_id: UUID, lead_id: UUID) -> int:
        began, moved = time.time(), 0
        for number, sealed in await asyncio.to_thread(lambda: list(self.disk.sealed(website_id, lead_id))):
            await bucket.put(f"{website_id}/{lead_id}/{number}", sealed)
            moved += 1
        if not await asyncio.to_thread(partial(self.disk.erase, website_id, lead_id, began)):
            # Its lead was erased meanwhile.
            await bucket.erase(f"{website_id}/{lead_id}")
            return 0
        return moved


def _ids(place: str) -> tuple[UUID, UUID]:
    website_id, _, lead_id = place.partition("/")
    return UUID(website_id), UUID(lead_id)
