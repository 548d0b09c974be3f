"""Which site a host is, and what is answered for a host that is none: remembered until the log says otherwise."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cachetools import LRUCache

from renderer.edge.changes import Subject
from renderer.edge.ground import Ground
from renderer.edge.kept import Kept

# As the Host header spells it, and the scheme.
Asked = tuple[str, str]
MOST_SITES = 100_000
# A scanner asks for names nobody has: they push out each other, and no site.
MOST_OTHERS = 5_000
# So does who asks for one site in ever other spellings; a commit of the site forgets all of them at once.
MOST_SPELLINGS = 500


@dataclass(frozen=True, slots=True)
class Host:
    """A site, or (`answer`) what is said whatever the path is. `aside`: it only leads to the site's own host."""

    ground: Ground
    site_id: UUID | None = None
    answer: Kept | None = None
    aside: bool = False


class Hosts:
    def __init__(self, ports: Iterable[int] = (), *, sites: int = MOST_SITES, others: int = MOST_OTHERS) -> None:
        """`ports`: what may stand behind a host as browsers send it; they leave out the scheme's own."""
        self._ports = frozenset(map(str, ports))
        self._by_subject: defaultdict[Subject, set[Asked]] = defaultdict(set)
        self._sites = _Bounded(sites, self._by_subject)
        self._others = _Bounded(others, self._by_subject)
        self._spellings = _Bounded(min(others, MOST_SPELLINGS), self._by_subject)
        self._all = (self._sites, self._others, self._spellings)

    def get(self, asked: Asked) -> Host | None:
        found: Host | None = self._sites.get(asked) or self._others.get(asked) or self._spellings.get(asked)
        return found

    def put(self, asked: Asked, host: Host) -> None:
        self.remove(asked)
        self._shelf(asked[0], host)[asked] = host
        for subject in host.ground.subjects:
            self._by_subject[subject].add(asked)

    def remove(self, asked: Asked) -> None:
        for shelf in self._all:
            shelf.drop(asked)

    def standing_on(self, subject: Subject) -> Iterable[tuple[Asked, Host]]:
        found = [(asked, self.get(asked)) for asked in self._by_subject.get(subject, ())]
        return [(asked, host) for asked, host in found if host is not None]

    def clear(self) -> None:
        for shelf in self._all:
            shelf.clear()
        self._by_subject.clear()

    def _shelf(self, spelt: str, host: Host) -> "_Bounded":
        if host.site_id is None:
            return self._others
        name, colon, port = spelt.partition(":")
        is_browsers = spelt.isascii() and spelt == spelt.lower() and not name.endswith(".")
        return self._sites if is_browsers and (not colon or port in self._ports) else self._spellings

    def __len__(self) -> int:
        return sum(map(len, self._all))


class _Bounded(LRUCache[Asked, Host]):
    """Takes what it lets go of out of the index, too."""

    def __init__(self, most: int, index: defaultdict[Subject, set[Asked]]) -> None:
        super().__init__(most)
        self._index = index

    def popitem(self) -> tuple[Asked, Host]:
        asked, host = super().popitem()
        self._unlist(asked, host)
        return asked, host

    def drop(self, asked: Asked) -> None:
        host = self.pop(asked, None)
        if host is not None:
            self._unlist(asked, host)

    def _unlist(self, asked: Asked, host: Host) -> None:
        for subject in host.ground.subjects:
            named = self._index.get(subject)
            if named is not None:
                named.discard(asked)
                if not named:
                    del self._index[subject]
