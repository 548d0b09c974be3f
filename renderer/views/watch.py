"""The worker's watch: `seen` for each page, and what runs beside the requests."""

import asyncio
import contextlib
import logging
import math
import time
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
from aiohttp import web

from renderer.db.pool import TEMPORARY
from renderer.edge.answers import Visit
from renderer.edge.limits import Allowance
from renderer.keyring import Keyring
from renderer.keys import CLIENT, HEEDS_DNT, KEYRING, POOL, REACHED, SEEN, SETTINGS, SITE, ZONE
from renderer.settings import Settings
from renderer.tally import Tally
from renderer.views import queries
from renderer.views.event import read_click, read_event, read_like
from renderer.views.identity import Days, Identity, Root
from renderer.views.places import SHIPPED, Places
from renderer.views.recorder import Recorder
from renderer.views.roots import unwrap, wanted_days
from renderer.views.spool import Spool, spool_folder

log = logging.getLogger(__name__)

MINUTE = 60.0
# Until the first roots are there.
SOON = 5.0
# Visits that are read together, and seconds after which they are read however few they are. Read one by one between
# answers each takes several times as long: an answer's bytes have taken the place of code and data in the processor's
# caches by then.
TOGETHER = 128
READ_SECONDS = 0.03
# Seconds that reading may keep answers waiting: headers that nobody sent before take a hundred times as long as known
# ones.
MOST_SECONDS = 0.002
# Likes of one client (IPv6: a /64) and site in ten minutes.
MOST_LIKES = 100
# Clicks and views that a worker counts by itself before it asks the others.
STEP = 16

# What of the beacon's own request is the visit's.
_OF_VISITOR = ("User-Agent", "Cookie", "Sec-GPC", "DNT")


class Watch:
    """One a worker."""

    def __init__(self, settings: Settings, keyring: Keyring) -> None:
        self._settings = settings
        self._keyring = keyring
        self._days = Days()
        self._identity = Identity()
        self._places = Places(settings.places_file or SHIPPED)
        views = settings.views
        self.likes = Allowance(keyring.subkey("limits", context=("likes",)), MOST_LIKES)
        self.told = Allowance(keyring.subkey("limits", context=("told",)), views.client_limit, STEP)
        self._stumbled = False
        self._unopened = False
        # Visits that were not read yet, with their times: requests still, which leave their address behind when read.
        self._visits: deque[tuple[Visit, float]] = deque()
        self._timer: asyncio.Handle | None = None
        self.recorder: Recorder | None = None

    def seen(self, visit: Visit) -> None:
        """See keys.SEEN. Never raises, waits or touches a disk."""
        if self.recorder is None:
            return
        self._visits.append((visit, time.time()))
        if len(self._visits) >= TOGETHER:
            self._read()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(READ_SECONDS, self._read)

    @property
    def waiting(self) -> int:
        """Visits that were not read yet."""
        return len(self._visits)

    def _read(self, seconds: float = MOST_SECONDS) -> None:
        """Read what waits; what is left after so many seconds, in the loop's next turn."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        end = time.perf_counter() + seconds
        while self._visits:
            self._record(*self._visits.popleft())
            if self._visits and time.perf_counter() >= end:
                self._timer = asyncio.get_running_loop().call_soon(self._read)
                break

    def _record(self, visit: Visit, at: float) -> None:
        if self.recorder is None:
            return
        try:
            self.recorder.add(read_event(visit, at, self._days, self._identity, self._places))
        except Exception:
            # Once: whatever it is, a stranger may send it all day.
            if not self._stumbled:
                self._stumbled = True
                log.exception("a page view could not be recorded")

    def reached(self, request: web.Request, way: str) -> None:
        """A link to the owner was followed, or a form sent. See keys.REACHED."""
        if self.recorder is not None:
            visit = _visit(request, request[SITE].id, request[ZONE])
            click = read_click(visit, way, time.time(), self._days, self._identity)
            if click is not None:
                self.recorder.add(click)

    def liked(self, request: web.BaseRequest, website_id: UUID, time_zone: str, slug: str) -> None:
        """A visitor likes a post."""
        if self.recorder is not None:
            visit = _visit(request, website_id, time_zone)
            like = read_like(visit, slug, time.time(), self._days, self._identity)
            if like is not None:
                self.recorder.add(like)

    def shown(
        self, request: web.BaseRequest, website_id: UUID, time_zone: str, path: str, query: str, referrer: str
    ) -> None:
        """A page was shown, as its browser tells; what the address led to is not asked again."""
        kept = {name: value for name in _OF_VISITOR if (value := request.headers.get(name)) is not None}
        headers = {**kept, "Referer": referrer} if referrer else kept
        visit = _visit(request, website_id, time_zone)._replace(path=path, query=query, headers=headers)
        self._record(visit, time.time())

    async def lifetime(self, app: web.Application) -> AsyncIterator[None]:
        """To be entered after the pool's, so that what is left can be stored before the pool closes."""
        views = self._settings.views
        self.recorder = Recorder(
            app[POOL],
            Spool(spool_folder(self._settings.var), views.spool_bytes),
            most_events=views.queue_events,
            retention=timedelta(days=views.retention_days),
        )
        await self.recorder.start()
        beside = [asyncio.create_task(self._follow_days(app[POOL])), asyncio.create_task(self._follow_places())]
        yield
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        self._read(math.inf)
        await self.recorder.stop()

    async def _follow_days(self, pool: asyncpg.Pool) -> None:
        while True:
            self._identity.forget(datetime.now(UTC))
            with contextlib.suppress(*TEMPORARY, asyncpg.PostgresError):
                await self.load_roots(pool)
            missing = set(wanted_days(datetime.now(UTC))) - self._identity.days
            await asyncio.sleep(SOON if missing else MINUTE)

    async def load_roots(self, pool: asyncpg.Pool) -> None:
        """Hold the roots that the database has and the keyring opens."""
        async with pool.acquire(timeout=SOON) as conn:
            rows = await queries.roots_at_hand(conn)
        found = {row.day: (row, unwrap(self._keyring, row)) for row in rows}
        self._identity.replace(
            {day: Root(secret, row.destroy_after) for day, (row, secret) in found.items() if secret is not None}
        )
        closed = sorted({row.key_id for row, secret in found.values() if secret is None})
        if closed and not self._unopened:
            log.error(
                "visitors are not told apart: the keyring does not open the days' roots (key %s)", ", ".join(closed)
            )
        self._unopened = bool(closed)

    async def _follow_places(self) -> None:
        while True:
            await asyncio.to_thread(self._places.refresh)
            await asyncio.sleep(MINUTE)
            # Looking them up again costs less than anybody notices.
            self._places.forget_addresses()
            self._identity.forget_addresses()


def _visit(request: web.BaseRequest, website_id: UUID, time_zone: str) -> Visit:
    path, query, client = request.path, request.rel_url.raw_query_string, request.get(CLIENT, "")
    of = str(website_id), time_zone, request.host
    return Visit(*of, path, query, request.headers, client, request.get(HEEDS_DNT, True))


WATCH = web.AppKey("watch", Watch)


def install(app: web.Application) -> None:
    """Record the views of this application."""
    settings = app[SETTINGS]
    if settings.views.enabled:
        watch = Watch(settings, app[KEYRING])
        app[SEEN] = watch.seen
        app[REACHED] = watch.reached
        app[WATCH] = watch
        app.cleanup_ctx.append(watch.lifetime)


def tell(app: web.Application, tally: Tally) -> int:
    """Add up what happened to page views; returns how many are in memory."""
    watch = app.get(WATCH)
    if watch is None or watch.recorder is None:
        return 0
    own = watch.recorder.tally
    tally.views_seen, tally.views_stored, tally.views_lost = own.seen, own.stored, own.lost
    return watch.waiting + watch.recorder.depth


async def unopened_keys(conn: asyncpg.Connection, keyring: Keyring) -> list[str]:
    """Ids of keys that sealed the days' roots and that the keyring lacks: without them visitors are not told apart."""
    return sorted({row.key_id for row in await queries.roots_at_hand(conn) if unwrap(keyring, row) is None})
