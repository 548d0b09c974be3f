"""Answers of sites, bounded in bytes, and fairly: nobody's pages push out another's while they take more room."""

from collections.abc import Iterator
from uuid import UUID

from renderer.edge.kept import Kept
from renderer.edge.tier import Place, Tier

# No single answer takes more of the room.
_LARGEST_SHARE = 16
# What makes room for one answer: a large one would wait for many.
_PACKED_AT_ONCE = 8
# Sites are told apart by what they hold to a thousandth of the room.
_STEPS = 1024

__all__ = ["Pages", "Place"]


class Pages:
    """At most `room` bytes. Where it gets too small, the site that was idle longest gives way, if it was idle for ten
    minutes; else the site that holds the most. So a site can have all of it as long as nobody else wants any, and of
    two that want more than there is each ends up with half.

    What gives way is packed first (`Kept.pack`), until packed answers have half of the room: a third of a page's bytes,
    which are sent as they are, or unpacked in 35 µs, instead of a page that has to be drawn in 1,400. Only of these any
    is let go.
    """

    def __init__(self, room: int) -> None:
        self.room = room
        self.evictions = 0
        self._whole = Tier(room // _STEPS)
        self._packed = Tier(room // _STEPS)

    @property
    def size(self) -> int:
        return self._whole.size + self._packed.size

    def get(self, site_id: UUID, place: Place) -> Kept | None:
        return self._whole.get(site_id, place) or self._packed.get(site_id, place)

    def put(self, site_id: UUID, place: Place, kept: Kept) -> bool:
        """Keep it; False where it is too large for that."""
        mine, other = (self._packed, self._whole) if kept.is_packed else (self._whole, self._packed)
        other.remove(site_id, place)
        if kept.size > self.room // _LARGEST_SHARE:
            mine.remove(site_id, place)
            return False
        mine.put(site_id, place, kept)
        packing = _PACKED_AT_ONCE
        while self.size > self.room:
            self._make_room(packing > 0)
            packing -= 1
        return True

    def resize(self, site_id: UUID, place: Place, kept: Kept) -> None:
        """After codings were added to an answer."""
        if self._whole.has(site_id, place, kept) or self._packed.has(site_id, place, kept):
            self.put(site_id, place, kept)

    def remove(self, site_id: UUID, place: Place) -> None:
        for tier in (self._whole, self._packed):
            tier.remove(site_id, place)

    def of_site(self, site_id: UUID) -> list[tuple[Place, Kept]]:
        return self._whole.of_site(site_id) + self._packed.of_site(site_id)

    def clear(self) -> None:
        for tier in (self._whole, self._packed):
            tier.clear()

    def __iter__(self) -> Iterator[UUID]:
        return iter({*self._whole, *self._packed})

    def held(self, site_id: UUID) -> int:
        """Bytes that a site holds."""
        return self._whole.held(site_id) + self._packed.held(site_id)

    @property
    def count(self) -> int:
        """Answers of all sites."""
        return self._whole.count + self._packed.count

    def _make_room(self, may_pack: bool) -> None:
        if self._whole.size > self.room // 2:
            site_id, place, kept = self._whole.take()
            if may_pack and kept.pack():
                self._packed.put(site_id, place, kept)
                return
        else:
            self._packed.take()
        self.evictions += 1
