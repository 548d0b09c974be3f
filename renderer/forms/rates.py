"""How often forms are sent with, by whom, and with what."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.edge.client_address import network_of
from renderer.edge.limits import Counter

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_SPANS = {"text": 86_400}


@dataclass(frozen=True, slots=True)
class Rates:
    """Counts of the last ten minutes, of the text of the last day."""

    client: int = 0
    everywhere: int = 0
    site: int = 0
    text: int = 0


class FormRates:
    """One a worker."""

    def __init__(self, key: bytes) -> None:
        self._counter = Counter(key)

    async def count(self, conn: "Connection", website_id: UUID, address: str, text: str | None) -> Rates:
        """Count one more, and say how many that makes. Raises what asyncpg raises."""
        return Rates(**await self._counter.count(conn, _subjects(website_id, address, text), _SPANS))

    async def count_text(self, conn: "Connection", text: str) -> int:
        """Count one more of a text alone. Raises what asyncpg raises."""
        return (await self._counter.count(conn, {"text": f"text {text}"}, _SPANS))["text"]

    def count_here(self, website_id: UUID, address: str, text: str | None) -> Rates:
        """The same in this worker's memory."""
        return Rates(**self._counter.count_here(_subjects(website_id, address, text), _SPANS))

    async def seen(self, conn: "Connection", website_id: UUID, address: str) -> Rates:
        """What was counted until now, in the span that runs."""
        return Rates(**await self._counter.seen(conn, _subjects(website_id, address, None)))


def _subjects(website_id: UUID, address: str, text: str | None) -> dict[str, str]:
    client = network_of(address)
    named = {
        "client": f"client {website_id} {client}",
        "everywhere": f"client {client}",
        "site": f"site {website_id}",
    }
    return named if text is None else {**named, "text": f"text {text}"}
