"""How often a password may be guessed: for each client of a site, and for each site.

The one place that counts attempts. It counts in this worker's memory, so with n workers a guesser has n times as much;
counting across workers takes another class with these three methods. No address is kept: a client is an HMAC of its
address under a key that is derived for this alone, an IPv6 one by its /64, which is what one subscriber holds.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from cachetools import LRUCache, TTLCache

from renderer.edge.client_address import network_of

# Attempts that a client has before it must wait: many people may share one address at an event.
FREE_ATTEMPTS = 10
LONGEST_WAIT = 900.0  # seconds
FORGOTTEN_AFTER = 3600.0  # seconds without an attempt
MAX_CLIENTS = 50_000

# A site's own allowance, whoever asks: this many at once, then one every so many seconds.
SITE_ATTEMPTS = 100.0
SITE_REFILL = 3.0
MAX_SITES = 10_000


@dataclass(slots=True)
class _Client:
    attempts: int = 0
    waits_until: float = 0.0


@dataclass(slots=True)
class _Allowance:
    left: float
    at: float


class Attempts:
    """Attempts at passwords. `clock` gives seconds that only rise."""

    def __init__(self, key: bytes, clock: Callable[[], float] = monotonic) -> None:
        self._key = key
        self._clock = clock
        self._clients: TTLCache[bytes, _Client] = TTLCache(MAX_CLIENTS, FORGOTTEN_AFTER, timer=clock)
        self._sites: LRUCache[UUID, _Allowance] = LRUCache(MAX_SITES)

    def admit(self, site_id: UUID, address: str) -> float:
        """0 and the attempt counts, or the seconds to wait and it does not.

        It counts before its outcome is known: a hundred sent at once would all find an empty record otherwise.
        """
        now = self._clock()
        key = self._client_key(site_id, address)
        client = self._clients.get(key) or _Client()
        if client.waits_until > now:
            return client.waits_until - now
        allowance = self._sites.get(site_id) or _Allowance(SITE_ATTEMPTS, now)
        allowance.left = min(SITE_ATTEMPTS, allowance.left + (now - allowance.at) / SITE_REFILL)
        allowance.at = now
        self._sites[site_id] = allowance
        if allowance.left < 1:
            return (1 - allowance.left) * SITE_REFILL
        allowance.left -= 1
        client.attempts += 1
        if client.attempts >= FREE_ATTEMPTS:
            # min() of the exponent too: 2.0 ** 1024 is an error.
            client.waits_until = now + min(LONGEST_WAIT, 2.0 ** min(client.attempts - FREE_ATTEMPTS + 1, 32))
        self._clients[key] = client
        return 0.0

    def succeed(self, site_id: UUID, address: str) -> None:
        """The attempt was right: the client starts anew, and the site has its attempt back."""
        self._clients.pop(self._client_key(site_id, address), None)
        self.take_back(site_id)

    def take_back(self, site_id: UUID) -> None:
        """The attempt was never made; the client's own count stays, since asking again costs us as well."""
        if allowance := self._sites.get(site_id):
            allowance.left = min(SITE_ATTEMPTS, allowance.left + 1)

    def _client_key(self, site_id: UUID, address: str) -> bytes:
        return hmac.digest(self._key, site_id.bytes + network_of(address).encode(), "sha256")
