"""Files of pictures that are gone, and of uploads that never ended, are erased from the store."""

from contextlib import suppress

import asyncpg

from renderer.db import queries
from renderer.objects import Store

_queries = queries.load("media")
MOST = 500
"""At a time."""
MOST_FAILED = 5
"""So many that cannot be erased are the store's fault, and not theirs."""


async def clear(conn: asyncpg.Connection, store: Store) -> str | None:
    """For upkeep, as who may read all of them: all that are due. What cannot be erased keeps back no other; then, and
    soon where the store is away, it raises OSError: it is tried again."""
    done = 0
    failed: list[OSError] = []
    while places := [row["place"] async for row in _queries.leftovers(conn, most=MOST, skip=len(failed))]:
        for place in places:
            try:
                with suppress(ValueError):  # no place of ours: it is only forgotten
                    await store.erase(place)
            except OSError as fault:
                failed.append(fault)
                if len(failed) == MOST_FAILED:
                    raise
                continue
            await _queries.forget_leftover(conn, place=place)
            done += 1
    if failed:
        raise failed[-1]
    return f"{done} erased" if done else None


async def erase_now(store: Store, place: str) -> None:
    """Of a picture that was just deleted. Where the store is away, upkeep does it."""
    with suppress(OSError):
        await store.erase(place)
