"""How many deliveries of one kind a worker has under way, and whose.

Those that are soon over have places of their own. One that takes its time moves on to the slow ones, and its site
begins there until it is quick again: however many receivers hang, those that answer do not wait for them.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from cachetools import LRUCache

AT_ONCE = 8
"""Deliveries of one kind that are under way at a time and are soon over, or may be..."""
SLOW_AT_ONCE = 16
"""...and slow ones beside them, of sites that are known for it."""
MOST_SLOW = 40
"""...and those that turn out to be slow: after a start nobody is known, and whoever hangs would hold a quick place."""
SLOW_SECONDS = 3.0
SHARE = 4
"""Of all these, deliveries for one site."""
_MOST_KNOWN = 200


class Lanes:
    """One kind's, in one worker. `changed` is called when there is more room than before."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._quick, self._slow = AT_ONCE, SLOW_AT_ONCE
        self.held: Counter[UUID] = Counter()
        """Deliveries under way, by site."""
        self._slow_sites: LRUCache[UUID, bool] = LRUCache(_MOST_KNOWN)

    @property
    def quick(self) -> int:
        """Places that are free."""
        return max(0, self._quick)

    @property
    def slow(self) -> int:
        return max(0, self._slow)

    @property
    def slow_sites(self) -> list[UUID]:
        """Whose deliveries took their time lately."""
        return list(self._slow_sites)

    @contextmanager
    def place(self, site: UUID) -> Iterator[None]:
        """A place for a delivery, as long as it is under way."""
        is_slow, is_late = site in self._slow_sites and self._slow > 0, False

        def move() -> None:
            nonlocal is_slow, is_late
            is_late = self._slow_sites[site] = True
            if not is_slow and self._slow > SLOW_AT_ONCE - MOST_SLOW:
                self._leave(is_slow)
                is_slow = True
                self._enter(is_slow)
                self._changed()

        self._enter(is_slow)
        self.held[site] += 1
        moves = asyncio.get_running_loop().call_later(SLOW_SECONDS, move)
        try:
            yield
        finally:
            moves.cancel()
            if not is_late:
                self._slow_sites.pop(site, None)
            self.held[site] -= 1
            self.held += Counter()  # without those of whom there are none
            self._leave(is_slow)
            self._changed()

    def _enter(self, is_slow: bool) -> None:
        self._slow -= is_slow
        self._quick -= not is_slow

    def _leave(self, is_slow: bool) -> None:
        self._slow += is_slow
        self._quick += not is_slow
