"""Sites that were asked for lately, as the database has them: held against the change log like kept answers, so that
the next page that has to be made, and the next post, ask for neither site nor form again. A site with a password is
not: its gate reads the row each time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache

from renderer.edge.changes import Subject
from renderer.edge.sites import OpenSite

ROOM = 32 * 2**20
"""What all held sites may count for, in bytes."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Held:
    """`read`: what else was read of the site since, by whoever knows what it is; it ends with the site's row."""

    site: OpenSite
    read: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> int:
        return 4_000 + 2 * sum(len(one) for one in self.site.columns.values() if isinstance(one, str))


class HeldSites:
    """By the host that was asked. Who puts one in has checked its ground; who takes one out, that the log is read."""

    def __init__(self, room: int) -> None:
        self._by_host = _Bounded(room)

    def get(self, host: str) -> Held | None:
        found: Held | None = self._by_host.get(host)
        return found

    def put(self, host: str, site: OpenSite) -> Held | None:
        """None where it is larger than the whole room."""
        held = Held(site)
        if held.size > self._by_host.maxsize:
            return None
        self._by_host.pop(host, None)
        self._by_host[host] = held
        return held

    def forget(self, subjects: Iterable[Subject]) -> None:
        """All that stands on these, whatever it has seen: it is soon read again."""
        for subject in subjects:
            for host in list(self._by_host.hosts.get(subject, ())):
                self._by_host.pop(host, None)

    def clear(self) -> None:
        self._by_host.clear()
        self._by_host.hosts.clear()


class _Bounded(LRUCache[str, Held]):
    """Keeps an index of what stands on what."""

    def __init__(self, room: int) -> None:
        super().__init__(room, getsizeof=lambda held: held.size)
        self.hosts: defaultdict[Subject, set[str]] = defaultdict(set)

    def __setitem__(self, host: str, held: Held) -> None:
        super().__setitem__(host, held)
        for subject in held.site.ground.subjects:
            self.hosts[subject].add(host)

    def __delitem__(self, host: str) -> None:
        held: Held = self[host]
        super().__delitem__(host)
        for subject in held.site.ground.subjects:
            named = self.hosts.get(subject)
            if named is not None:
                named.discard(host)
                if not named:
                    del self.hosts[subject]
