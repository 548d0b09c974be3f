"""Sites as their themes read them, kept by the text of their rows: what is found here cannot be stale.

Reading a row takes milliseconds, a hostile one hundreds: unless it is tiny, that happens in a thread, once for
all who wait for it, so that one site's content never holds up the visitors of the others. A row that changed is read
with its former reading at hand, which has most of it ready.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import perf_counter, thread_time
from typing import TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from cachetools import LRUCache

from renderer import themes
from renderer.edge.turns import charge
from renderer.tally import Histogram
from renderer.themes import NO_FORMS, Drawn, FormRows, PostSource, Site, SiteSource, Themes

ROOM = 128 * 2**20
"""What all kept sites may count for, in bytes."""
LARGE = 4_000
"""Characters of row text beyond which a site is read and drawn off the event loop; less is some two milliseconds."""
_THREADS = 2

T = TypeVar("T")


class Shelf:
    """`close()` ends its threads."""

    def __init__(self, available: Themes, room: int = ROOM, seconds: Histogram | None = None) -> None:
        """`room` in bytes; `seconds` is told how long drawing took."""
        self._seconds = seconds or Histogram()
        self._themes = available
        self._kept: LRUCache[SiteSource, tuple[Site, int]] = LRUCache(maxsize=room, getsizeof=lambda kept: kept[1])
        self._newest: WeakValueDictionary[UUID, Site] = WeakValueDictionary()
        """What was read last of each site, for its next reading to take over what is as it was."""
        self._reading: dict[SiteSource, asyncio.Task[Site]] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="reader")

    def __contains__(self, source: SiteSource) -> bool:
        return source in self._kept

    async def read(self, source: SiteSource) -> Site:
        """The site of a row. Whoever stops waiting takes nothing from those who wait on."""
        kept = self._kept.get(source)
        if kept is not None:
            return kept[0]
        before = self._newest.get(source.id)
        known = themes.read_heads(source, before) if before is not None else None
        if known is not None:
            return self._keep(source, known)
        if not is_large(source):
            return self._keep(source, themes.read_site(self._themes, source, before))
        task = self._reading.get(source)
        if task is None:
            task = self._reading[source] = asyncio.create_task(self._read_aside(source, before))
            task.add_done_callback(lambda _: self._reading.pop(source, None))
        return await asyncio.shield(task)

    async def draw(
        self,
        site: Site,
        path: str,
        posts: Sequence[PostSource],
        now: datetime,
        forms: FormRows = NO_FORMS,
        stamp: str = "",
    ) -> Drawn | None:
        """`themes.draw_page`, off the loop for a large site, unless the page is at hand."""
        kept = themes.kept_page(site, path, posts, now, forms, stamp)
        if kept is not None:
            return kept
        length = 0 if themes.is_quickly_drawn(site, path) else site.source.length
        return await self.run(length, lambda: themes.draw_page(site, path, posts, now, forms, stamp))

    async def run(self, length: int, work: Callable[[], T]) -> T:
        """Work on a text of so many characters: off the loop beyond `LARGE`."""
        began = perf_counter()
        try:
            return await self._run(length, work)
        finally:
            self._seconds.add(perf_counter() - began)

    async def _run(self, length: int, work: Callable[[], T]) -> T:
        if length <= LARGE:
            done, spent = _timed(work)
        else:
            done, spent = await asyncio.get_running_loop().run_in_executor(self._threads, _timed, work)
        charge(spent)
        return done

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _read_aside(self, source: SiteSource, before: Site | None) -> Site:
        site = await self.run(source.length, lambda: themes.read_site(self._themes, source, before))
        return self._keep(source, site)

    def _keep(self, source: SiteSource, site: Site) -> Site:
        size = size_of(site)
        # Larger than the whole shelf: read each time, rather than refused.
        if size <= self._kept.maxsize:
            self._kept[source] = (site, size)
            self._newest[source.id] = site
        return site


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """With what it took of a processor, however many wanted that."""
    began = thread_time()
    return work(), thread_time() - began


def is_large(source: SiteSource) -> bool:
    return source.length > LARGE


def size_of(site: Site) -> int:
    """Bytes that a site counts for once all of its pages that are kept have been drawn: each some 150,000, whole and
    in its sections, and its error pages 40,000."""
    pages = sum(min(len(spoken.pages), themes.MOST_KEPT) for spoken in (site, *site.others))
    return 60_000 + 6 * site.source.length + 150_000 * pages
