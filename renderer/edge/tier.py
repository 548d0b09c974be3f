"""Answers of sites in one state, whole or packed, and whose gives way first."""

import time
from collections import OrderedDict
from collections.abc import Iterator
from uuid import UUID

from cachetools import LRUCache

from renderer.edge.kept import Kept

# Who was not visited for so long makes room before anybody else.
IDLE_SECONDS = 600.0

Place = tuple[str, str]
"""Scheme and path."""


class _Shelf(LRUCache[Place, Kept]):
    """A site's answers, the least recently used first out."""

    def __init__(self) -> None:
        super().__init__(float("inf"), getsizeof=lambda kept: kept.size)
        self.used = 0.0
        self.rank = -1


class Tier:
    """Sites are ranked by what they hold, in steps of `step` bytes, so that the one to give way is found at once among
    any number; of one rank, it is the one that was used longest ago."""

    def __init__(self, step: int) -> None:
        self.size = 0
        self._step = max(1, step)
        self._shelves: OrderedDict[UUID, _Shelf] = OrderedDict()
        self._ranks: dict[int, OrderedDict[UUID, None]] = {}

    def get(self, site_id: UUID, place: Place) -> Kept | None:
        shelf = self._shelves.get(site_id)
        if shelf is None:
            return None
        kept: Kept | None = shelf.get(place)
        if kept is not None:
            self._use(site_id, shelf)
        return kept

    def has(self, site_id: UUID, place: Place, kept: Kept) -> bool:
        """Whether it is that which is kept there."""
        return self._shelves.get(site_id, _NOTHING).get(place) is kept

    def put(self, site_id: UUID, place: Place, kept: Kept) -> None:
        shelf = self._shelves.setdefault(site_id, _Shelf())
        before = shelf.currsize
        shelf[place] = kept
        self._settle(site_id, shelf, before)
        self._use(site_id, shelf)

    def remove(self, site_id: UUID, place: Place) -> None:
        shelf = self._shelves.get(site_id)
        if shelf is not None and place in shelf:
            before = shelf.currsize
            del shelf[place]
            self._settle(site_id, shelf, before)

    def take(self) -> tuple[UUID, Place, Kept]:
        """Let go of what is to make room: of the site that was idle longest, if it was for ten minutes; else of the
        site that holds the most, what it used longest ago. KeyError: there is nothing."""
        site_id = next(iter(self._shelves), None)
        if site_id is not None and self._shelves[site_id].used > time.monotonic() - IDLE_SECONDS:
            site_id = next(iter(self._ranks[max(self._ranks)]))
        if site_id is None:
            raise KeyError("nothing is kept")
        shelf = self._shelves[site_id]
        before = shelf.currsize
        place, kept = shelf.popitem()
        self._settle(site_id, shelf, before)
        return site_id, place, kept

    def of_site(self, site_id: UUID) -> list[tuple[Place, Kept]]:
        return list(self._shelves.get(site_id, _NOTHING).items())

    def held(self, site_id: UUID) -> int:
        """Bytes that a site holds."""
        return int(self._shelves.get(site_id, _NOTHING).currsize)

    def clear(self) -> None:
        self._shelves.clear()
        self._ranks.clear()
        self.size = 0

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._shelves)

    @property
    def count(self) -> int:
        """Answers of all sites."""
        return sum(map(len, self._shelves.values()))

    def _use(self, site_id: UUID, shelf: _Shelf) -> None:
        shelf.used = time.monotonic()
        self._shelves.move_to_end(site_id)
        self._ranks[shelf.rank].move_to_end(site_id)

    def _settle(self, site_id: UUID, shelf: _Shelf, before: float) -> None:
        """After a shelf held `before` bytes."""
        self.size += int(shelf.currsize - before)
        rank = int(shelf.currsize) // self._step if shelf else -1
        if rank == shelf.rank:
            return
        if shelf.rank >= 0:
            others = self._ranks[shelf.rank]
            del others[site_id]
            if not others:
                del self._ranks[shelf.rank]
        shelf.rank = rank
        if shelf:
            self._ranks.setdefault(rank, OrderedDict())[site_id] = None
        else:
            del self._shelves[site_id]


_NOTHING = _Shelf()
