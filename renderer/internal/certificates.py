"""Which names a proxy may get certificates for: verified hosts, all of them in memory.

A scan of random names costs a look-up in a set each, and no query. While the database is away, what is known goes on
being answered; before it was read once, nothing is.
"""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Collection, Sequence
from uuid import UUID

import asyncpg
from cachetools import TTLCache

from renderer.db.pool import TEMPORARY
from renderer.edge.changes import Change
from renderer.edge.sites import base_of
from renderer.hostnames import InvalidHost, normalise_host
from renderer.internal import queries

log = logging.getLogger(__name__)

PULSE_SECONDS = 0.5
# What changes without a commit: tiers that end.
ANEW_SECONDS = 600.0
RETRY_SECONDS = 2.0
# More sites changed at once: all is read anew.
MOST_CHANGED = 5_000
# Subdomains, where certificates are had one by one: what is remembered, and what is asked of the database a second.
_MOST_LABELS = 100_000
_LABEL_SECONDS = 60.0
_QUESTIONS = 50
# A site's id, as previews' hosts begin.
_PREVIEWED = re.compile(r"[0-9a-f]{32}")


class Certificates:
    """A `reader.Follower`. `run()` until cancelled, over `acquire`, the pool's."""

    def __init__(
        self,
        pool: Callable[[], asyncpg.Pool],
        base_domains: Sequence[str],
        own: Collection[str],
        *,
        subdomains: bool,
        previews: str = "",
    ) -> None:
        """`own` are further names of the program itself, `previews` the domain of sites' previews. Without `subdomains`
        what stands below them and the base domains has a wildcard."""
        self._pool = pool
        self._base_domains = tuple(base_domains)
        self._subdomains = subdomains
        self._previews = previews if subdomains else ""
        self._own = frozenset(own)
        self._sites: dict[str, UUID] = {}
        self._hosts_of: dict[UUID, set[str]] = {}
        self._changed: set[UUID] = set()
        self._anew = True
        self._read_at = 0.0
        self.loaded = asyncio.Event()
        # Apart, so that a scan pushes out nobody's site.
        self._found: TTLCache[str, bool] = TTLCache(_MOST_LABELS, ANEW_SECONDS)
        self._missing: TTLCache[str, bool] = TTLCache(_MOST_LABELS, _LABEL_SECONDS)
        # Found before, and to be asked for again since something changed: no scan takes their questions.
        self._owed: TTLCache[str, bool] = TTLCache(_MOST_LABELS, ANEW_SECONDS)
        self._second = 0
        self._left = 0

    def __len__(self) -> int:
        return len(self._sites)

    def knows(self, name: str) -> bool | None:
        """Whether a certificate may be had for a name; None where only the database could tell. Raises `InvalidHost`.

        The proof of an apex covers its www name, whose DNS the same person holds. Below a base domain nothing is
        anybody's own, whatever a row says, as it is where the host's site is found.
        """
        host = name if name in self._sites else normalise_host(name)
        if host in self._own:
            return True
        label, _, base = host.partition(".")
        if base == self._previews and _PREVIEWED.fullmatch(label):
            return self._found.get(host)
        if base_of(host, self._base_domains) is None:
            return host in self._sites or (label == "www" and base in self._sites)
        if self._subdomains and base in self._base_domains and label:
            return self._found.get(label, self._missing.get(label))
        return False

    async def asks(self, name: str) -> bool | None:
        """Of a name that `knows` does not know: ask, though not often. None: nobody can tell now."""
        host = normalise_host(name)
        label, _, base = host.partition(".")
        is_preview = base == self._previews
        key = host if is_preview else label
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._left = second, _QUESTIONS
        if key not in self._owed:
            if self._left <= 0:
                return None
            self._left -= 1
        try:
            async with self._pool().acquire(timeout=RETRY_SECONDS) as conn:
                found = await (
                    queries.has_preview(conn, UUID(hex=label)) if is_preview else queries.is_subdomain(conn, label)
                )
        except (*TEMPORARY, asyncpg.PostgresError):
            return None
        if found:
            self._found[key] = True
        elif not is_preview:  # who makes a link to previews opens it at once, and nobody tells of links
            self._missing[label] = False
        self._owed.pop(key, None)
        return found

    def restart(self, began: float) -> None:
        self._anew = True
        self._owed.update(self._found)
        self._found.clear()
        self._missing.clear()

    def apply(self, changes: Sequence[Change]) -> None:
        for change in changes:
            kind, _, label = change.tag.partition(":")
            if kind == "subdomain":
                if self._found.pop(label, False):
                    self._owed[label] = True
                self._missing.pop(label, None)
            if change.website_id is None:
                self._anew = True
            else:
                self._changed.add(change.website_id)

    async def run(self) -> None:
        complained = False
        while True:
            try:
                await self._refresh()
                complained = False
                await asyncio.sleep(PULSE_SECONDS)
            except (*TEMPORARY, asyncpg.PostgresError) as fault:
                if not complained:
                    complained = True
                    log.warning("the verified hosts cannot be read, tried again: %s", type(fault).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _refresh(self) -> None:
        if self._anew or len(self._changed) > MOST_CHANGED or time.monotonic() > self._read_at + ANEW_SECONDS:
            await self._read_all()
        elif self._changed:
            await self._read_changed()

    async def _read_all(self) -> None:
        anew, self._anew = self._anew, False
        changed, self._changed = self._changed, set()
        try:
            async with self._pool().acquire() as conn:
                sites = await queries.verified_hosts(conn)
        except BaseException:
            self._anew, self._changed = anew or self._anew, self._changed | changed
            raise
        hosts_of: dict[UUID, set[str]] = {}
        for host, site in sites.items():
            hosts_of.setdefault(site, set()).add(host)
        self._sites, self._hosts_of = sites, hosts_of
        self._read_at = time.monotonic()
        self.loaded.set()

    async def _read_changed(self) -> None:
        changed, self._changed = self._changed, set()
        try:
            async with self._pool().acquire() as conn:
                found = await queries.verified_hosts_of(conn, list(changed))
        except BaseException:
            self._changed |= changed
            raise
        for site in changed:
            for host in self._hosts_of.pop(site, ()):
                if self._sites.get(host) == site:
                    del self._sites[host]
        for host, site in found.items():
            self._sites[host] = site
            self._hosts_of.setdefault(site, set()).add(host)


__all__ = ["Certificates", "InvalidHost"]
