"""Answers of sites, bounded in bytes, and fairly: nobody's pages push out another's while they take more room."""

import time
from collections import OrderedDict
from collections.abc import Iterator
from uuid import UUID

from cachetools import LRUCache

from renderer.edge.kept import Kept

# Who was not visited for so long makes room before anybody else.
IDLE_SECONDS = 600.0
# No single answer takes more of the room.
_LARGEST_SHARE = 16

Place = tuple[str, str]
"""Scheme and path."""


class _Shelf(LRUCache[Place, Kept]):
    """A site's answers, the least recently used first out."""

    def __init__(self) -> None:
        super().__init__(float("inf"), getsizeof=lambda kept: kept.size)
        self.used = 0.0


class Pages:
    """At most `room` bytes. Where it gets too small, the site that was idle longest gives way, if it was idle for ten
    minutes; else the site that holds the most. So a site can have all of it as long as nobody else wants any, and of
    two that want more than there is each ends up with half."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.size = 0
        self.evictions = 0
        self._shelves: OrderedDict[UUID, _Shelf] = OrderedDict()

    def get(self, site_id: UUID, place: Place) -> Kept | None:
        shelf = self._shelves.get(site_id)
        if shelf is None:
            return None
        kept: Kept | None = shelf.get(place)
        if kept is not None:
            shelf.used = time.monotonic()
            self._shelves.move_to_end(site_id)
        return kept

    def put(self, site_id: UUID, place: Place, kept: Kept) -> bool:
        """Keep it; False where it is too large for that."""
        if kept.size > self.room // _LARGEST_SHARE:
            self.remove(site_id, place)
            return False
        shelf = self._shelves.setdefault(site_id, _Shelf())
        shelf.used = time.monotonic()
        self._shelves.move_to_end(site_id)
        before = shelf.currsize
        shelf[place] = kept
        self.size += int(shelf.currsize - before)
        while self.size > self.room:
            self._make_room()
        return True

    def resize(self, site_id: UUID, place: Place, kept: Kept) -> None:
        """After codings were added to an answer."""
        shelf = self._shelves.get(site_id)
        if shelf is not None and shelf.get(place) is kept:
            self.put(site_id, place, kept)

    def remove(self, site_id: UUID, place: Place) -> None:
        shelf = self._shelves.get(site_id)
        if shelf is not None:
            before = shelf.currsize
            shelf.pop(place, None)
            self._settle(site_id, shelf, before)

    def of_site(self, site_id: UUID) -> list[tuple[Place, Kept]]:
        return list(self._shelves.get(site_id, _NOTHING).items())

    def clear(self) -> None:
        self._shelves.clear()
        self.size = 0

    def __iter__(self) -> Iterator[UUID]:
        return iter(tuple(self._shelves))

    def held(self, site_id: UUID) -> int:
        """Bytes that a site holds."""
        return int(self._shelves.get(site_id, _NOTHING).currsize)

    @property
    def count(self) -> int:
        """Answers of all sites."""
        return sum(map(len, self._shelves.values()))

    def _make_room(self) -> None:
        site_id, shelf = next(iter(self._shelves.items()))
        if shelf.used > time.monotonic() - IDLE_SECONDS:
            site_id, shelf = max(self._shelves.items(), key=lambda item: item[1].currsize)
        before = shelf.currsize
        shelf.popitem()
        self.evictions += 1
        self._settle(site_id, shelf, before)

    def _settle(self, site_id: UUID, shelf: _Shelf, before: float) -> None:
        self.size -= int(before - shelf.currsize)
        if not shelf:
            del self._shelves[site_id]


_NOTHING = _Shelf()
