"""How often strangers may do something: counted in the database, so that it holds across workers and machines.

Two ways, each once: what is counted in a span of time (`Counter`, and `Allowance` over it), and doors that are tried,
where every further attempt takes twice as long (`admit_attempt`). What is counted is an HMAC of a client's network, so
no address is kept: an IPv6 client is its /64, which is what one subscriber holds (edge/client_address.py).
"""

import hmac
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from cachetools import LRUCache, TTLCache

from renderer.db import queries
from renderer.db.pool import TEMPORARY
from renderer.edge.client_address import network_of

if TYPE_CHECKING:
    from renderer.db.lease import Connection

SPAN = 600
"""Seconds."""
MOST_REMEMBERED = 50_000
_queries = queries.load("limits")


class Counter:
    """One a worker and kind of subject: `key` keeps the kinds apart."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._here: LRUCache[tuple[bytes, int], int] = LRUCache(MOST_REMEMBERED)

    async def count(
        self, conn: "Connection", what: Mapping[str, str], spans: Mapping[str, int] | None = None
    ) -> dict[str, int]:
        """Count one more of each, and say how many that makes in its span (ten minutes unless given).

        Raises what asyncpg raises.
        """
        seconds = [(spans or {}).get(name, SPAN) for name in what]
        subjects = list(self._subjects(what).values())
        counts = await _queries.count_rates(conn, subjects=subjects, spans=seconds)
        return dict(zip(what, counts, strict=True))

    async def add(self, conn: "Connection", what: str, number: int) -> None:
        """Count so many more in the span that runs; fewer, where they did not count after all."""
        await _queries.add_rate(conn, subject=digest(self._key, what)[:16], seconds=float(SPAN), number=number)

    def count_here(
        self, what: Mapping[str, str], spans: Mapping[str, int] | None = None, *, by: int = 1
    ) -> dict[str, int]:
        """The same in this worker's memory: for when the database is away."""
        counts, now = {}, int(time.time())
        for name, subject in self._subjects(what).items():
            # A span of its own each: who is counted every few minutes would never be forgotten.
            key = (subject, now // (spans or {}).get(name, SPAN))
            counts[name] = self._here[key] = self._here.get(key, 0) + by
        return counts

    async def seen(self, conn: "Connection", what: Mapping[str, str]) -> dict[str, int]:
        """What was counted until now, in the span that runs."""
        subjects = self._subjects(what)
        counts: dict[bytes, int] = {}
        async for row in _queries.rates_of(conn, subjects=list(subjects.values())):
            counts[row["subject"]] = counts.get(row["subject"], 0) + row["taken"]
        return {name: counts.get(subject, 0) for name, subject in subjects.items()}

    def _subjects(self, what: Mapping[str, str]) -> dict[str, bytes]:
        return {name: digest(self._key, text)[:16] for name, text in what.items()}


class Allowance:
    """`most` writes of one client and site in ten minutes, counted `step` at a time: who sends fewer asks the database
    nothing, and who sends more is found out within a step a worker. One a worker."""

    def __init__(self, key: bytes, most: int, step: int = 1) -> None:
        self._key, self._counter, self._most, self._step = key, Counter(key), most, min(step, most)
        self._begun: TTLCache[bytes, int] = TTLCache(MOST_REMEMBERED, SPAN)
        self._refused: TTLCache[bytes, bool] = TTLCache(MOST_REMEMBERED, SPAN / 10)

    async def admits(self, connection: Callable[[], Awaitable["Connection"]], website_id: UUID, address: str) -> bool:
        """Whether one more is within it. `connection` is asked for the request's, once a step."""
        who = f"{website_id} {network_of(address)}"
        subject = digest(self._key, who)[:16]
        if subject in self._refused:
            return False
        begun = self._begun.get(subject, 0) + 1
        if begun < self._step:
            self._begun[subject] = begun
            return True
        self._begun.pop(subject, None)
        try:
            conn = await connection()
            if self._step > 1:
                await self._counter.add(conn, who, self._step - 1)
            taken = await self._counter.count(conn, {"": who})
        except TEMPORARY:
            taken = self._counter.count_here({"": who}, by=self._step)
        if taken[""] <= self._most:
            return True
        self._refused[subject] = True
        return False


def digest(key: bytes, *parts: str) -> bytes:
    """32 bytes that stand for what is counted."""
    return hmac.digest(key, "\0".join(parts).encode("utf-8", "replace"), "sha256")


async def admit_attempt(conn: "Connection", digests: Sequence[bytes], free: Sequence[int], longest: int) -> float:
    """0 and an attempt counts against each digest, or the seconds to wait and it does not.

    After `free` attempts each takes twice as long as the one before, at most `longest` seconds; an hour without one is
    forgotten. It counts before its outcome is known: a hundred sent at once would all find an empty record otherwise.
    """
    return float(await _queries.admit_attempt(conn, digests=list(digests), free=list(free), longest=longest))


async def forgive_attempt(conn: "Connection", forgotten: bytes, returned: bytes) -> None:
    """The attempt was right: `forgotten` starts anew, `returned` has this one back."""
    await _queries.forgive_attempt(conn, forgotten=forgotten, returned=returned)


async def forget_rates(conn: "Connection") -> None:
    """Forget what is counted no more."""
    await _queries.forget_rates(conn)
