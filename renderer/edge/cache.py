"""What a worker keeps of all its sites: hosts and answers, checked against the change log when they are stored and
whenever it tells of something."""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from cachetools import TTLCache

from renderer.edge.answers import Shared, SharedAside, SharedByHost
from renderer.edge.changes import Change, Recent
from renderer.edge.downstream import Downstream
from renderer.edge.ground import EVERYWHERE
from renderer.edge.held import ROOM, Held, HeldSites
from renderer.edge.hosts import Asked, Host, Hosts
from renderer.edge.kept import Kept
from renderer.edge.pages import Pages, Place
from renderer.edge.sites import OpenSite
from renderer.edge.today import next_midnight

# What is not there may be there soon, and scanners ask for more of it than there is room.
NOTHING_SECONDS = 60.0
# 404s and 410s share this part of the room among themselves.
_NOTHINGS_SHARE = 16
# Addresses that were found to follow from more than the address.
_MOST_APART = 10_000
_APART_SECONDS = 60.0
# Pages that a commit took away, and for how long other workers are told once one is made anew.
_MOST_LOST = 10_000
_LOST_SECONDS = 60.0
_NOTHING = (404, 410)


class Wanted(NamedTuple):
    """What is asked for. `host` is the Host header as it came, `path` the target without its query."""

    scheme: str
    host: str
    path: str

    @property
    def asked(self) -> Asked:
        return self.host, self.scheme

    @property
    def place(self) -> Place:
        return self.scheme, self.path

    @property
    def place_aside(self) -> Place:
        """Another than any page has."""
        return self.scheme, f"{self.host}{self.path}"


class Cache:
    """A `reader.Follower`. `room` in bytes, `ports` as in `Hosts`."""

    def __init__(self, room: int, ports: Iterable[int] = ()) -> None:
        # What caches in front of us are told, if anything.
        self.downstream: Downstream | None = None
        self.hosts = Hosts(ports)
        self.pages = Pages(room - room // _NOTHINGS_SHARE)
        self.nothings = Pages(room // _NOTHINGS_SHARE)
        self.held = HeldSites(ROOM)
        self._recent = Recent()
        # What was found in this second: three look-ups of five microseconds in one.
        self._found = _Found()
        self._second = 0
        self._apart: TTLCache[Wanted, bool] = TTLCache(_MOST_APART, _APART_SECONDS)
        # What a commit took away lately, and by which hosts it was asked for.
        self._lost: TTLCache[tuple[UUID, Place], bool] = TTLCache(_MOST_LOST, _LOST_SECONDS)
        self._lost_hosts: TTLCache[Asked, UUID] = TTLCache(_MOST_LOST, _LOST_SECONDS)

    def find(self, wanted: Wanted) -> Kept | None:
        """Whatever is kept for that, fresh or not."""
        second = int(time.monotonic())
        if second != self._second:
            self._second = second
            self._found.clear()
        kept = self._found.get(wanted)
        if kept is None and (kept := self._look_up(wanted)) is not None:
            self._found.add(wanted, kept)
        return kept

    def _look_up(self, wanted: Wanted) -> Kept | None:
        host = self.hosts.get(wanted.asked)
        if host is None:
            return None
        if host.answer is not None or host.site_id is None:
            return host.answer
        if host.aside:
            return self.pages.get(host.site_id, wanted.place_aside)
        return self.pages.get(host.site_id, wanted.place) or self.nothings.get(host.site_id, wanted.place)

    def put(self, wanted: Wanted, answer: Shared) -> tuple[Kept, bool]:
        """The answer as bytes, and whether it was stored: not if something was committed that it did not see."""
        ground, expires = answer.ground, _expiry(answer)
        if not self._recent.allows(ground) or expires <= time.time():
            return Kept(answer, expires), False
        kept = Kept(answer, expires, self.downstream)
        site_id = ground.site_id
        self._found.forget_for(wanted, site_id)
        if isinstance(answer, SharedByHost) or site_id is None:
            self.hosts.put(wanted.asked, Host(ground, answer=kept))
            return kept, True
        if isinstance(answer, SharedAside):
            self.hosts.put(wanted.asked, Host(ground, site_id, aside=True))
            return kept, self.pages.put(site_id, wanted.place_aside, kept)
        self.hosts.put(wanted.asked, Host(ground, site_id))
        mine, other = (self.nothings, self.pages) if kept.status in _NOTHING else (self.pages, self.nothings)
        other.remove(site_id, wanted.place)
        self._lost.pop((site_id, wanted.place), None)
        return kept, mine.put(site_id, wanted.place, kept)

    def is_lost(self, wanted: Wanted) -> bool:
        """Whether a commit took away what was kept for that, as it did in each worker that had it."""
        site_id = self._lost_hosts.get(wanted.asked)
        return site_id is not None and (site_id, wanted.place) in self._lost

    def take(self, wanted: Wanted, answer: Shared) -> Kept | None:
        """Keep what another worker made, where this one had the same and has nothing as new: what is kept of it."""
        site_id, snapshot = answer.ground.site_id, answer.ground.snapshot
        if site_id is None:
            return None
        kept = self.pages.get(site_id, wanted.place)
        if kept is None:
            is_wanted = self.is_lost(wanted)
        else:
            is_wanted = kept.ground is not None and kept.ground.snapshot.xmax < snapshot.xmax
        if not is_wanted:
            return None
        kept, stored = self.put(wanted, answer)
        return kept if stored else None

    def hold(self, host: str, site: OpenSite) -> Held | None:
        """Hold a site for whoever asks it next; None if something was committed that its reading did not see."""
        return self.held.put(host, site) if self._recent.allows(site.ground) else None

    def resize(self, wanted: Wanted, kept: Kept) -> None:
        """After a coding was added to something that was found."""
        if kept.ground is not None and kept.ground.site_id is not None:
            self._found.forget(kept.ground.site_id)
            (self.nothings if kept.status in _NOTHING else self.pages).resize(kept.ground.site_id, wanted.place, kept)

    def keep_apart(self, wanted: Wanted) -> None:
        """Its answer is for each visitor alone: nobody waits for another's."""
        self._apart[wanted] = True

    def is_apart(self, wanted: Wanted) -> bool:
        return wanted in self._apart

    def restart(self, began: float) -> None:
        self._recent.start(began)
        self._clear()

    def apply(self, changes: Sequence[Change]) -> None:
        self._recent.add(changes)
        for change in changes:
            self.held.forget(change.subjects)
            for subject in change.subjects:
                if subject == EVERYWHERE:
                    self._clear()
                    continue
                if isinstance(subject, str):
                    self._found.clear()
                else:
                    self._found.forget(subject)
                for asked, host in self.hosts.standing_on(subject):
                    if not host.ground.snapshot.sees(change.xid):
                        self.hosts.remove(asked)
                        if host.site_id is not None:
                            self._lost_hosts[asked] = host.site_id
                if not isinstance(subject, str):
                    for pages in (self.pages, self.nothings):
                        for place, kept in pages.of_site(subject):
                            if kept.ground is not None and not kept.ground.snapshot.sees(change.xid):
                                pages.remove(subject, place)
                                self._lost[subject, place] = True

    def _clear(self) -> None:
        self.hosts.clear()
        self.held.clear()
        self.pages.clear()
        self.nothings.clear()
        self._apart.clear()
        self._lost.clear()
        self._lost_hosts.clear()
        self._found.clear()


class _Found(dict[Wanted, Kept]):
    """What was found, by what was asked for, until something of its site is otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self._of_site: defaultdict[UUID, list[Wanted]] = defaultdict(list)

    def add(self, wanted: Wanted, kept: Kept) -> None:
        self[wanted] = kept
        if kept.ground is not None and kept.ground.site_id is not None:
            self._of_site[kept.ground.site_id].append(wanted)

    def forget(self, site_id: UUID) -> None:
        for wanted in self._of_site.pop(site_id, ()):
            self.pop(wanted, None)

    def forget_for(self, wanted: Wanted, site_id: UUID | None) -> None:
        """Before another answer to what is wanted, of that site or of none."""
        self.pop(wanted, None)
        if site_id is not None:
            self.forget(site_id)

    def clear(self) -> None:
        super().clear()
        self._of_site.clear()


def _expiry(answer: Shared) -> float:
    """time.time() from which it has to be made anew."""
    expires = answer.ground.expires
    if answer.status in _NOTHING:
        expires = min(expires, time.time() + NOTHING_SECONDS)
    return expires if answer.zone is None else min(expires, next_midnight(answer.zone, time.time()))
