"""Follows the change log: as soon as a commit wakes it, and once a second whatever is notified.

NOTIFY only wakes: any role can send one, and one can be lost. What counts is the reading, each of which takes what the
one before did not see. Three seconds without a reading, and nothing kept is trusted; a connection that is lost and had
again within them changes nothing.
"""

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import asyncpg

from renderer.db import queries
from renderer.db.pool import TEMPORARY
from renderer.db.sessions import DatabaseAway, connect_straight
from renderer.edge.changes import Change
from renderer.edge.snapshot import Snapshot

log = logging.getLogger(__name__)

CHANNEL = "tapsite_changes"
BEAT_SECONDS = 1.0
TRUSTED_SECONDS = 3.0
# Wake-ups can be sent by thousands: readings come no closer to each other. A commit by itself is heard of at once; of
# many, those of a gap together, since a reading takes a worker and the database two milliseconds.
GAP_SECONDS = 0.03
RETRY_SECONDS = 0.5
# One plan for as long as the connection lasts: planning takes five times as long as reading. It is made while the log
# may be empty, and must not be a walk through all of it once it is not.
_PLANNED = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
# A reader that missed more forgets what it has, which costs less than looking at each.
MOST_CHANGES = 20_000


class Follower(Protocol):
    """Who is told. Neither call waits for anything."""

    def restart(self, began: float) -> None:
        """Nothing that was read before time.monotonic() was `began` is known to hold."""

    def apply(self, changes: Sequence[Change]) -> None:
        """These were committed since the last reading."""


class Reader:
    """`run()` until cancelled. `url` leads to the primary without a pooler; `reaches` asks the server another way."""

    def __init__(self, url: str, follower: Follower, reaches: Callable[[], Awaitable[bool]], connect_seconds: float):
        self._url = url
        self._follower = follower
        self._reaches = reaches
        self._connect_seconds = connect_seconds
        self._seen: Snapshot | None = None
        # Names the server and database whose log it is; "" before the first reading.
        self.origin = ""
        self._woken = asyncio.Event()
        self._turned = asyncio.Event()
        self._connected = False
        # Connecting failed: whoever waits for a reading may wait long.
        self._has_failed = False
        self._began = 0.0
        self.readings = 0
        # time.monotonic() until which what is kept may be sent without asking the database.
        self.trusted_until = 0.0
        # The server can be reached neither way.
        self.is_away = False
        self._is_back = False
        # time.monotonic() of the last reading.
        self.read_at = -math.inf

    async def run(self) -> None:
        while True:
            try:
                await self._follow()
            except Exception as fault:
                # What is kept is trusted for as long as it would be anyway: only the connection was lost, most likely,
                # and whoever asks meanwhile would wait for one that cannot be had yet.
                if self._connected:
                    self._connected = False
                    continue
                await self._find_out(fault)
                if self._is_back:
                    continue
            await asyncio.sleep(RETRY_SECONDS)

    async def _find_out(self, fault: Exception) -> None:
        """Connecting failed: whether the server is away, or only the log cannot be read."""
        if not self.is_away:
            expected = isinstance(fault, (*TEMPORARY, asyncpg.PostgresError, DatabaseAway))
            log.warning("the change log cannot be read: %r", fault, exc_info=None if expected else fault)
        reached = await self._reaches()
        # Who was away and is reached again gets one more look first: what is kept goes on being sent until then.
        self._is_back = self.is_away and reached and not self._is_back
        self.is_away = not reached or self._is_back
        self.trusted_until = 0.0
        self._has_failed = True
        self._turn()

    async def caught_up(self) -> None:
        """Until the log was read as it is now, or cannot be read."""
        asked = time.monotonic()
        while self._began <= asked and not self._has_failed:
            self._woken.set()
            turned = self._turned
            await turned.wait()

    async def _follow(self) -> None:
        conn = await connect_straight(
            self._url,
            self._connect_seconds,
            command_seconds=TRUSTED_SECONDS,
            application_name="tapsite-changes",
            **_PLANNED,
        )
        try:
            await conn.add_listener(CHANNEL, lambda *_: self._woken.set())
            conn.add_termination_listener(lambda *_: self._woken.set())
            await self._resume(conn)
            while True:
                await self._read(conn)
                await asyncio.sleep(GAP_SECONDS)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(BEAT_SECONDS):
                        await self._woken.wait()
        finally:
            conn.terminate()

    async def _resume(self, conn: asyncpg.Connection) -> None:
        """Go on from the last reading, if it was of this server; else start anew."""
        began = time.monotonic()
        now = await _queries.log_now(conn)
        snapshot = Snapshot.read(now["snapshot"])
        if self._seen is None or now["origin"] != self.origin or snapshot.xmax < self._seen.xmax:
            self.origin = now["origin"]
            self._start(snapshot, began)

    async def _read(self, conn: asyncpg.Connection) -> None:
        self._woken.clear()
        began = time.monotonic()
        seen = self._seen
        rows = [row async for row in _queries.changes_since(conn, since=str(seen), most=MOST_CHANGES + 1)]
        snapshot, forgotten = Snapshot.read(rows[0]["snapshot"]), rows[0]["forgotten"]
        pruned_too_far = forgotten is not None and seen is not None and seen.xmin <= forgotten
        if pruned_too_far or len(rows) > MOST_CHANGES:
            self._start(snapshot, began)
        else:
            self._seen = snapshot
            found = [Change(row["website_id"], row["tag"], row["xid"]) for row in rows if row["tag"] is not None]
            if found:
                self._follower.apply(found)
        self._began, self._connected = began, True
        self.readings += 1
        self._has_failed = self.is_away = self._is_back = False
        self.trusted_until, self.read_at = began + TRUSTED_SECONDS, time.monotonic()
        self._turn()

    def _start(self, snapshot: Snapshot, began: float) -> None:
        self._seen = snapshot
        self._follower.restart(began)

    def _turn(self) -> None:
        turned, self._turned = self._turned, asyncio.Event()
        turned.set()


_queries = queries.load("changes")
