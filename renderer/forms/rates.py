"""How often forms are sent with: counted in the database, so that it holds across workers; while that is away, here.

What is counted is an HMAC, an IPv6 client's /64 counts as one (edge/client_address.py has the reason).
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from cachetools import TTLCache

from renderer.db import queries
from renderer.edge.client_address import network_of

if TYPE_CHECKING:
    from renderer.db.lease import Connection

SPAN = 600
DAY = 86_400
_queries = queries.load("form_rates")


@dataclass(frozen=True, slots=True)
class Rates:
    """Counts of the last ten minutes, of the text of the last day."""

    client: int = 0
    everywhere: int = 0
    site: int = 0
    text: int = 0


class Counter:
    """One a worker."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._here: TTLCache[bytes, int] = TTLCache(50_000, SPAN)

    async def count(self, conn: "Connection", website_id: UUID, address: str, text: str | None) -> Rates:
        """Count one more, and say how many that makes. Raises what asyncpg raises."""
        subjects = self._subjects(website_id, address, text)
        spans = [DAY if name == "text" else SPAN for name in subjects]
        counts = await _queries.count_rates(conn, subjects=list(subjects.values()), spans=spans)
        return Rates(**dict(zip(subjects, counts, strict=True)))

    def count_here(self, website_id: UUID, address: str, text: str | None) -> Rates:
        """The same in this worker's memory."""
        subjects = self._subjects(website_id, address, text)
        for subject in subjects.values():
            self._here[subject] = self._here.get(subject, 0) + 1
        return _rates(subjects, self._here)

    async def seen(self, conn: "Connection", website_id: UUID, address: str) -> Rates:
        """What was counted until now, in the span that runs."""
        subjects = self._subjects(website_id, address, None)
        found = _queries.rates_of(conn, subjects=list(subjects.values()))
        counts: dict[bytes, int] = {}
        async for row in found:
            counts[row["subject"]] = counts.get(row["subject"], 0) + row["taken"]
        return _rates(subjects, counts)

    def _subjects(self, website_id: UUID, address: str, text: str | None) -> dict[str, bytes]:
        client = network_of(address)
        named = {
            "client": f"client {website_id} {client}",
            "everywhere": f"client {client}",
            "site": f"site {website_id}",
        }
        if text is not None:
            named["text"] = f"text {text}"
        return {
            name: hmac.digest(self._key, what.encode("utf-8", "replace"), "sha256")[:16] for name, what in named.items()
        }


async def forget_rates(conn: "Connection") -> None:
    """Forget what is counted no more."""
    await _queries.forget_rates(conn)


def _rates(subjects: Mapping[str, bytes], counts: Mapping[bytes, int]) -> Rates:
    return Rates(**{name: counts.get(subject, 0) for name, subject in subjects.items()})
