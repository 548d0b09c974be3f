"""Between the socket and the application: what is kept is sent from here, and what the rooms answer passes here last.

Stands below the application (protocol.py): a request whose answer is at hand meets neither router nor middleware.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from aiohttp import web
from cachetools import LRUCache

from renderer.edge import conditions, single
from renderer.edge.access import AccessLog
from renderer.edge.answers import AWAY, VIEW, Forever, Passing, Shared, View
from renderer.edge.asked import asked, identify
from renderer.edge.better import Better
from renderer.edge.cache import Cache, Wanted
from renderer.edge.client_address import CLIENT, SCHEME, Trust, network_of
from renderer.edge.codings import encode
from renderer.edge.flights import Flights
from renderer.edge.held import Held
from renderer.edge.kept import Coded, Kept
from renderer.edge.negotiation import IDENTITY, wanted_codings
from renderer.edge.reader import Reader
from renderer.edge.sent import Sent, Wire
from renderer.edge.spelling import read_wanted
from renderer.edge.turns import TURN, Busy, Turn, Turns
from renderer.settings import Settings
from renderer.tally import Tally
from renderer.trace import ASKED

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Seen = Callable[[web.BaseRequest, UUID, str, int], None]

LARGE = 200_000
"""Bytes beyond which a body is coded off the event loop; fewer are some three milliseconds."""
_READING = frozenset({"GET", "HEAD"})
RENEWAL_SECONDS = 1.0
"""How long an answer whose time is up is sent while another is made: no longer than a change may take to be seen."""
_MOST_LANGUAGES = 10_000
_KEPT = web.ResponseKey("kept", Kept)


def accepted(request: web.BaseRequest) -> tuple[str, ...]:
    """The codings the client wants, best first."""
    lines = request.headers.getall("Accept-Encoding", None)
    return wanted_codings(None if lines is None else lines[0] if len(lines) == 1 else ",".join(lines))


class Front:
    """One worker's. `seen` is keys.SEEN, and `reader` follows the change log: both are set before the first request.
    Without a reader nothing is kept. `close()` ends its threads and tasks."""

    def __init__(self, settings: Settings) -> None:
        self.seen: Seen = lambda request, website_id, time_zone, status: None
        self.reader: Reader | None = None
        self.tally = Tally()
        self.cache = Cache(settings.cache.room)
        self._stale_seconds = settings.cache.stale_if_error
        self._trust = Trust(settings.trusted_networks, "unix" in settings.server.trusted_proxies)
        # What is sent to who waited for a turn in vain.
        self.busy = Wire(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n", b"")
        # The same for a post, whose text must not be lost.
        self.unsent: Callable[[web.BaseRequest], Awaitable[Wire]] | None = None
        # Of hosts as they are spelled: in which language their sites speak, as far as they were drawn lately.
        self.languages: LRUCache[str, str] = LRUCache(_MOST_LANGUAGES)
        self._turns = Turns(settings.database.pool_max)
        self.access = AccessLog(settings.log)
        self.server = settings.server
        self._files: dict[str, Kept] = {}
        self._flights = Flights()
        self._coding: dict[tuple[Kept, str], asyncio.Future[bytes]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="coder")
        self.better = Better(self._thread)

    def close(self) -> None:
        self._flights.close()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def handle(self, request: web.BaseRequest, application: Handler) -> web.StreamResponse:
        """The answer to a request, from the application where it is not at hand."""
        self._trust.identify(request)
        identify(request)
        if request.method not in _READING:
            ASKED.set(asked(request))
            return await self._ask(request, application)
        kept = self._files.get(request.raw_path)
        if kept is not None:
            self.tally.hits += 1
            return await self._send(request, kept, None, is_hit=True)
        wanted = read_wanted(request)
        if wanted is None:
            ASKED.set(asked(request))
            return await self._finish(request, await self._ask(request, application))
        kept = self.cache.find(wanted)
        if kept is not None and self._is_good(kept):
            self.tally.hits += 1
            return await self._send(request, kept, wanted, is_hit=True)
        if kept is not None and self._may_be_renewed(kept) and not self.cache.is_apart(wanted):
            if self._flights.joined(wanted) is None:
                ASKED.set(asked(request))
                self._begin(request, application, wanted)
            return await self._send(request, kept, wanted, is_hit=True)
        return await self._make(request, application, wanted)

    def held(self, host: str) -> Held | None:
        """A site that may be had without asking the database, for what is posted to it."""
        held = self.cache.held.get(host)
        if held is None or self.reader is None or time.monotonic() >= self.reader.trusted_until:
            return None
        return held if time.time() < held.site.ground.expires else None

    def _is_good(self, kept: Kept) -> bool:
        """Whether it may be sent without asking the database."""
        reader = self.reader
        if reader is None:
            return False
        if time.monotonic() < reader.trusted_until:
            return time.time() < kept.expires
        if reader.is_away and self._may_be_stale():
            self.tally.stale += 1
            return True
        return False

    def _may_be_renewed(self, kept: Kept) -> bool:
        """Whether it is over just now, without anything having changed: sent once more while it is made anew. Not
        where its rows said when they would say something else."""
        now, until = time.time(), kept.ground.expires if kept.ground is not None else 0.0
        is_trusted = self.reader is not None and time.monotonic() < self.reader.trusted_until
        return is_trusted and kept.expires <= now < min(kept.expires + RENEWAL_SECONDS, until)

    def _may_be_stale(self) -> bool:
        return self.reader is not None and time.time() < self.reader.read_at + self._stale_seconds

    async def _make(self, request: web.BaseRequest, application: Handler, wanted: Wanted) -> web.StreamResponse:
        ASKED.set(asked(request))
        self.tally.misses += 1
        if not self.cache.is_apart(wanted):
            waiting = self._flights.joined(wanted)
            if waiting is not None and (kept := await asyncio.shield(waiting)) is not None:
                return await self._send(request, kept, wanted)
            if waiting is None:
                answer = await asyncio.shield(self._begin(request, application, wanted))
                return await self._finish(request, answer, wanted)
        return await self._finish(request, await self._ask(request, application, wanted), wanted)

    def _begin(
        self, request: web.BaseRequest, application: Handler, wanted: Wanted
    ) -> "asyncio.Task[web.StreamResponse]":
        """Make an answer for all who ask for it meanwhile."""
        return self._flights.begin(
            request,
            wanted,
            lambda: self._ask(request, application, wanted),
            lambda answer: self._keep(wanted, answer),
        )

    async def _ask(
        self, request: web.BaseRequest, application: Handler, wanted: Wanted | None = None
    ) -> web.StreamResponse:
        """The application's answer, when it is its turn."""
        turn = request[TURN] = Turn(self._turns, self._whose(request, wanted))
        try:
            async with turn.held():
                return await application(request)
        except Busy:
            if request.method != "POST" or self.unsent is None:
                return Sent(request, 503, self.busy, False)
        return Sent(request, 503, await self.unsent(request), False)

    def _whose(self, request: web.BaseRequest, wanted: Wanted | None) -> Hashable:
        """In whose name it takes its turn: the site's, or where we know of none the client's."""
        asked = wanted.asked if wanted is not None else (request.headers.get("Host", ""), request[SCHEME])
        host = self.cache.hosts.get(asked)
        return host.site_id if host is not None and host.site_id is not None else network_of(request[CLIENT])

    def _keep(self, wanted: Wanted, answer: web.StreamResponse) -> Kept | None:
        """Keep an answer that may be; what others who wait for it get."""
        if isinstance(answer, Sent):
            return None
        if not isinstance(answer, Shared):
            if AWAY not in answer:
                self.cache.keep_apart(wanted)
            return None
        kept, stored = self.cache.put(wanted, answer)
        answer[_KEPT] = kept
        return kept if stored else None

    async def _finish(
        self, request: web.BaseRequest, answer: web.StreamResponse, wanted: Wanted | None = None
    ) -> web.StreamResponse:
        """Send what the application answered, coded as the client wants it, or tell the client that it has it."""
        if not isinstance(answer, web.Response) or answer.prepared:
            return answer
        if isinstance(answer, Shared):
            return await self._send(request, answer.get(_KEPT) or Kept(answer), wanted)
        if isinstance(answer, Passing):
            return await self._send(request, Kept(answer), None)
        if isinstance(answer, Forever):
            return await self._send(request, self._files.setdefault(request.raw_path, Kept(answer)), None)
        if AWAY in answer and wanted is not None and self._may_be_stale():
            kept = self.cache.find(wanted)
            if kept is not None:
                self.tally.stale += 1
                return await self._send(request, kept, wanted)
        judged = single.judge(request, answer)
        if judged is answer:
            await single.code(answer, accepted(request), self._encode_quickly)
        if judged.status in (200, 304):
            self._tell(request, answer.get(VIEW), judged.status)
        return judged

    async def _send(
        self, request: web.BaseRequest, kept: Kept, wanted: Wanted | None, *, is_hit: bool = False
    ) -> web.StreamResponse:
        """Send a kept answer, or tell the client that it has it."""
        if kept.etag is not None:
            headers = request.headers
            if "If-Match" in headers and conditions.fails(headers, kept.etag):
                return single.failed(request)
            known = conditions.known_tag(headers, kept.etag, kept.modified)
            if known is not None:
                self._tell(request, kept.view, 304)
                return kept.known(request, known, is_hit)
        coding = kept.choose(accepted(request))
        coded = kept.coded(coding)
        if coded is None:
            coded = await self._code(kept, coding)
            self._resize(wanted, kept)
        elif coded.uses == 1 and coded.level == "quick" and coding != IDENTITY and kept.ground is not None:
            self.better.ask(kept, coding, lambda: self._resize(wanted, kept))
        if kept.status == 200:
            self._tell(request, kept.view, 200)
        return kept.whole(request, coded, is_hit)

    async def _code(self, kept: Kept, coding: str) -> Coded:
        """Add a coding to a kept answer: the best where it lasts for ever, else what a visitor can wait for."""
        if kept.ground is not None:
            return kept.add(coding, await self._encode_quickly(kept.body, coding), "quick")
        made = self._coding.get((kept, coding))
        if made is None:
            made = asyncio.get_running_loop().run_in_executor(self._thread, encode, kept.body, coding, "best")
            self._coding[kept, coding] = made
        body = await asyncio.shield(made)
        self._coding.pop((kept, coding), None)
        return kept.coded(coding) or kept.add(coding, body, "best")

    async def _encode_quickly(self, body: bytes, coding: str) -> bytes:
        if len(body) <= LARGE:
            return encode(body, coding, "quick")
        return await asyncio.get_running_loop().run_in_executor(self._thread, encode, body, coding, "quick")

    def _resize(self, wanted: Wanted | None, kept: Kept) -> None:
        if wanted is not None:
            self.cache.resize(wanted, kept)

    def _tell(self, request: web.BaseRequest, view: View | None, status: int) -> None:
        if view is not None and request.method == "GET":
            self.seen(request, view.website_id, view.time_zone, status)
