"""Files of pictures that are gone, and of uploads that never ended, are erased from the store."""

from contextlib import suppress

import asyncpg

from renderer.db import queries
from renderer.objects import Store

_queries = queries.load("media")
MOST = 500
"""At a time."""


async def clear(conn: asyncpg.Connection, store: Store) -> str | None:
    """For upkeep, as who may read all of them. Raises OSError where the store is away: it is tried again."""
    done = 0
    for place in [row["place"] async for row in _queries.leftovers(conn, most=MOST)]:
        with suppress(ValueError):  # no place of ours: it is only forgotten
            await store.erase(place)
        await _queries.forget_leftover(conn, place=place)
        done += 1
    return f"{done} erased" if done else None


async def erase_now(store: Store, place: str) -> None:
    """Of a picture that was just deleted. Where the store is away, upkeep does it."""
    with suppress(OSError):
        await store.erase(place)
