"""How often a password may be guessed: for each client of a site, and for each site."""

from typing import TYPE_CHECKING
from uuid import UUID

from renderer.edge.client_address import network_of
from renderer.edge.limits import Counter, admit_attempt, digest, forgive_attempt

if TYPE_CHECKING:
    from renderer.db.lease import Connection

# Attempts that a client has before it must wait: many people may share one address at an event.
FREE_ATTEMPTS = 10
LONGEST_WAIT = 900
"""Seconds."""
# A site's own in ten minutes, whoever asks; right ones do not count.
SITE_ATTEMPTS = 300
SITE_WAIT = 30.0
"""Seconds until there may be another one for somebody, when they are used up."""


class Attempts:
    """Attempts at passwords, over all workers. Raises what asyncpg raises."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._sites = Counter(key)

    async def admit(self, conn: "Connection", site_id: UUID, address: str) -> float:
        """0 and the attempt counts, or the seconds to wait and it does not."""
        wait = await admit_attempt(conn, [self._client(site_id, address)], [FREE_ATTEMPTS], LONGEST_WAIT)
        if wait:
            return wait
        if (await self._sites.count(conn, {"site": _site(site_id)}))["site"] > SITE_ATTEMPTS:
            await self.take_back(conn, site_id)
            return SITE_WAIT
        return 0.0

    async def succeed(self, conn: "Connection", site_id: UUID, address: str) -> None:
        """The attempt was right: the client starts anew, and the site has its attempt back."""
        client = self._client(site_id, address)
        await forgive_attempt(conn, client, client)
        await self.take_back(conn, site_id)

    async def take_back(self, conn: "Connection", site_id: UUID) -> None:
        """The attempt was never made; the client's own count stays, since asking again costs us as well."""
        await self._sites.add(conn, _site(site_id), -1)

    def _client(self, site_id: UUID, address: str) -> bytes:
        return digest(self._key, str(site_id), network_of(address))


def _site(site_id: UUID) -> str:
    return f"site {site_id}"
