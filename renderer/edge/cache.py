"""What a worker keeps of all its sites: hosts and answers, checked against the change log when they are stored and
whenever it tells of something."""

import time
from collections.abc import Sequence
from typing import NamedTuple

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
    """A `reader.Follower`. `room` in bytes."""

    def __init__(self, room: int) -> None:
        # What caches in front of us are told, if anything.
        self.downstream: Downstream | None = None
        self.hosts = Hosts()
        self.pages = Pages(room - room // _NOTHINGS_SHARE)
        self.nothings = Pages(room // _NOTHINGS_SHARE)
        self.held = HeldSites(min(room, ROOM))
        self._recent = Recent()
        # What was found in this second, since the last change of anything: three look-ups of five microseconds in one.
        self._found: dict[Wanted, Kept] = {}
        self._second = 0
        self._apart: TTLCache[Wanted, bool] = TTLCache(_MOST_APART, _APART_SECONDS)

    def find(self, wanted: Wanted) -> Kept | None:
        """Whatever is kept for that, fresh or not."""
        second = int(time.monotonic())
        if second != self._second:
            self._second = second
            self._found.clear()
        kept = self._found.get(wanted)
        if kept is None and (kept := self._look_up(wanted)) is not None:
            self._found[wanted] = kept
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
        self._found.clear()
        site_id = ground.site_id
        if isinstance(answer, SharedByHost) or site_id is None:
            self.hosts.put(wanted.asked, Host(ground, answer=kept))
            return kept, True
        if isinstance(answer, SharedAside):
            self.hosts.put(wanted.asked, Host(ground, site_id, aside=True))
            return kept, self.pages.put(site_id, wanted.place_aside, kept)
        self.hosts.put(wanted.asked, Host(ground, site_id))
        mine, other = (self.nothings, self.pages) if kept.status in _NOTHING else (self.pages, self.nothings)
        other.remove(site_id, wanted.place)
        return kept, mine.put(site_id, wanted.place, kept)

    def hold(self, host: str, site: OpenSite) -> Held | None:
        """Hold a site for what is posted to it; None if something was committed that its reading did not see."""
        return self.held.put(host, site) if self._recent.allows(site.ground) else None

    def resize(self, wanted: Wanted, kept: Kept) -> None:
        """After a coding was added to something that was found."""
        self._found.clear()
        if kept.ground is not None and kept.ground.site_id is not None:
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
        self._found.clear()
        for change in changes:
            self.held.forget(change.subjects)
            for subject in change.subjects:
                if subject == EVERYWHERE:
                    self._clear()
                    continue
                for asked, host in self.hosts.standing_on(subject):
                    if not host.ground.snapshot.sees(change.xid):
                        self.hosts.remove(asked)
                if not isinstance(subject, str):
                    for pages in (self.pages, self.nothings):
                        for place, kept in pages.of_site(subject):
                            if kept.ground is not None and not kept.ground.snapshot.sees(change.xid):
                                pages.remove(subject, place)

    def _clear(self) -> None:
        self.hosts.clear()
        self.held.clear()
        self.pages.clear()
        self.nothings.clear()
        self._apart.clear()
        self._found.clear()


def _expiry(answer: Shared) -> float:
    """time.time() from which it has to be made anew."""
    expires = answer.ground.expires
    if answer.status in _NOTHING:
        expires = min(expires, time.time() + NOTHING_SECONDS)
    return expires if answer.zone is None else min(expires, next_midnight(answer.zone, time.time()))
