"""All files of one store, into another: for whoever changes from a folder to a bucket, or back."""

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass

from renderer.objects.store import Store

_AT_ONCE = 8


@dataclass(slots=True)
class Copied:
    """`there`: files that the other store had before, of the same size."""

    files: int = 0
    size: int = 0
    there: int = 0


async def copy_all(source: Store, target: Store) -> Copied:
    """What the other one lacks; nothing is deleted, so it may be begun again. Raises OSError."""
    held = {item.key: item.size async for item in target.items()}
    done = Copied()

    async def copy(key: str) -> None:
        body = await source.get(key)
        if body is not None:  # deleted just now
            await target.put(key, body)
            done.files += 1
            done.size += len(body)

    waiting: list[str] = []
    async for item in source.items():
        if held.get(item.key) == item.size:
            done.there += 1
            continue
        waiting.append(item.key)
        if len(waiting) == _AT_ONCE:
            await _all(map(copy, waiting))
            waiting.clear()
    await _all(map(copy, waiting))
    return done


async def _all(work: Iterable[Coroutine[None, None, None]]) -> None:
    """To the end of each, whatever becomes of the others."""
    for fault in await asyncio.gather(*work, return_exceptions=True):
        if fault is not None:
            raise fault
