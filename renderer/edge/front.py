"""Between the socket and the application: what is kept is sent from here, and what the rooms answer passes here last.

Stands below the application (workers/protocol.py): a request whose answer is at hand meets neither router nor
middleware. Most of these are not even made a request: `Front.straight` finds what is sent by what was parsed, and
`Front.handle` everything else, by the same steps.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Hashable

from aiohttp import hdrs, web
from aiohttp.http import RawRequestMessage
from cachetools import LRUCache

from renderer.edge import conditions, single
from renderer.edge.access import AccessLog
from renderer.edge.answers import AWAY, VIEW, Forever, Passing, Shared, View, Visit
from renderer.edge.asked import asked, identify
from renderer.edge.cache import Cache, Wanted
from renderer.edge.client_address import CLIENT, WAY, Trust, network_of
from renderer.edge.coder import Coder
from renderer.edge.conditions import Headers
from renderer.edge.flights import Flights
from renderer.edge.freshness import Freshness
from renderer.edge.held import Held
from renderer.edge.kept import Found, Kept
from renderer.edge.limits import digest
from renderer.edge.negotiation import accepted
from renderer.edge.reader import Reader
from renderer.edge.relay import Begun, Handed, Line, Message
from renderer.edge.sent import Sent, Wire
from renderer.edge.slow import end_what_began
from renderer.edge.spelling import read_wanted
from renderer.edge.targets import read_target
from renderer.edge.turns import COST, TURN, Busy, Turn, Turns
from renderer.logs.trace import ASKED
from renderer.settings import Settings
from renderer.tally import Tally

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Seen = Callable[[Visit], None]

_READING = frozenset({"GET", "HEAD"})
_SHOWN = (200, 304)
_MOVED = 301
_MOST_LANGUAGES = 10_000
_KEPT = web.ResponseKey("kept", Kept)
_new = tuple.__new__  # a NamedTuple's own constructor is a function of Python's, and takes four times as long


class Front:
    """One worker's. `seen` is keys.SEEN, and `reader` follows the change log: both are set before the first request.
    Without a reader nothing is kept. `land()` ends its tasks, `close()` its threads."""

    def __init__(self, settings: Settings) -> None:
        self.seen: Seen = lambda visit: None
        self.tally = Tally()
        self.cache = Cache(settings.cache.room, (settings.server.port, settings.origin_port))
        self._freshness = Freshness(settings.cache.stale_if_error, self.tally)
        self._trust = Trust(
            settings.trusted_networks, "unix" in settings.server.trusted_proxies, settings.origin_scheme == "https"
        )
        # What is sent to who waited for a turn in vain.
        self.busy = Wire(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n", b"")
        # The same for a post, whose text must not be lost.
        self.unsent: Callable[[web.BaseRequest], Awaitable[Wire]] | None = None
        # Of hosts as they are spelled: in which language their sites speak, as far as they were drawn lately.
        self.languages: LRUCache[str, str] = LRUCache(_MOST_LANGUAGES)
        self._turns = Turns(settings.database.pool_max, kept=lambda: self.tally.hits)
        # What turns took is remembered for longer than requests: by no client's address.
        self._clients = secrets.token_bytes(32)
        # To the other workers of the generation, where there are any.
        self.line: Line | None = None
        self.access = AccessLog(settings.log)
        self.server = settings.server
        self._files: dict[str, Kept] = {}
        self._flights = Flights()
        self.coder = Coder()

    async def land(self) -> None:
        """End what is still being made, before anything closes that it is made with."""
        await self._flights.land()

    def close(self) -> None:
        self.coder.close()

    @property
    def reader(self) -> Reader | None:
        return self._freshness.reader

    @reader.setter
    def reader(self, reader: Reader) -> None:
        self._freshness.reader = reader

    def straight(self, message: RawRequestMessage, peer: str | None, scheme: str) -> Found | None:
        """The answer to a GET without a body, where nobody has to be asked or waited for; None: `handle` finds it.

        `peer` and `scheme` are the socket's own. What is found has to be sent: it is counted, and its view told of.
        """
        target, headers = message.path, message.headers
        if hdrs.IF_MATCH in headers or hdrs.IF_UNMODIFIED_SINCE in headers:
            return None
        client, way = self._trust.find(peer, scheme, headers)
        kept, wanted = self._files.get(target), None
        if kept is None:
            wanted = read_wanted(target, way, headers)
            kept = None if wanted is None else self._find(wanted, target)
            if kept is None or not self._freshness.is_good(kept):
                return None
        found = self._pick(headers, kept, wanted)
        if found is None:
            return None
        self.tally.hits += 1
        view = kept.view
        if view is not None and found.status in _SHOWN:
            path, query = read_target(target)
            host = headers[hdrs.HOST]
            of = view.website_id, view.time_zone, host
            self.seen(_new(Visit, (*of, path, query, headers, client, view.heeds_dnt)))
        return found

    def _find(self, wanted: Wanted, target: str) -> Kept | None:
        """What is kept for that; a redirect only for who asks without a query, which it would have to take along."""
        kept = self.cache.find(wanted)
        return None if kept is not None and kept.status == _MOVED and "?" in target else kept

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
        wanted = read_wanted(request.raw_path, request[WAY], request.headers)
        if wanted is None:
            ASKED.set(asked(request))
            return await self._finish(request, await self._ask(request, application))
        kept = self._find(wanted, request.raw_path)
        if kept is not None and self._freshness.is_good(kept):
            self.tally.hits += 1
            return await self._send(request, kept, wanted, is_hit=True)
        if kept is not None and self._freshness.may_be_renewed(kept) and not self.cache.is_apart(wanted):
            if self._flights.joined(wanted) is None:
                ASKED.set(asked(request))
                self._begin(request, application, wanted)
            return await self._send(request, kept, wanted, is_hit=True)
        return await self._make(request, application, wanted)

    def held(self, host: str) -> Held | None:
        """A site that may be had without asking the database."""
        held = self.cache.held.get(host)
        is_true = held is not None and self._freshness.is_trusted and time.time() < held.site.ground.expires
        return held if is_true else None

    async def _make(self, request: web.BaseRequest, application: Handler, wanted: Wanted) -> web.StreamResponse:
        ASKED.set(asked(request))
        self.tally.misses += 1
        if not self.cache.is_apart(wanted):
            elsewhere = self._flights.elsewhere(wanted)
            if elsewhere is not None and (kept := await asyncio.shield(elsewhere)) is not None:
                return await self._send(request, kept, wanted)
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
        if self.line is not None and self.cache.is_lost(wanted):
            self.line.begin(wanted)
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
        # What is sent has limits of its own, and must not be lost.
        cost = COST if request.method in _READING else 0.0
        turn = request[TURN] = Turn(self._turns, self._whose(request, wanted), cost)
        try:
            async with turn.held():
                answer = await application(request)
                end_what_began(request, answer)
                return answer
        except Busy:
            if request.method != "POST" or self.unsent is None:
                return Sent(request, 503, self.busy, False)
        del request[TURN]  # it never had it, so there is none to lend while its body comes in
        return Sent(request, 503, await self.unsent(request), False)

    def _whose(self, request: web.BaseRequest, wanted: Wanted | None) -> Hashable:
        """In whose name it takes its turn: the site's, or where we know of none the client's."""
        asked = wanted.asked if wanted is not None else (request.headers.get("Host", ""), request[WAY])
        host = self.cache.hosts.get(asked)
        if host is not None and host.site_id is not None:
            return host.site_id
        return digest(self._clients, network_of(request[CLIENT]))

    def _keep(self, wanted: Wanted, answer: web.StreamResponse) -> Kept | None:
        """Keep an answer that may be, and hand it on; what others who wait for it get."""
        line = self.line if self.cache.is_lost(wanted) else None
        kept = self._put(wanted, answer)
        if line is not None and self.reader is not None:
            if kept is not None and isinstance(answer, Shared):
                line.hand(Handed(self.reader.origin, wanted, answer))
            else:
                line.give_up(wanted)
        return kept

    def _put(self, wanted: Wanted, answer: web.StreamResponse) -> Kept | None:
        if isinstance(answer, Sent):
            return None
        if not isinstance(answer, Shared):
            if AWAY not in answer:
                self.cache.keep_apart(wanted)
            return None
        kept, stored = self.cache.put(wanted, answer)
        answer[_KEPT] = kept
        return kept if stored else None

    def take(self, message: Message) -> None:
        """What another worker began, and what came of it: kept like what is made here, if it is of the database that
        is followed."""
        if isinstance(message, Begun):
            if message.is_in_vain:
                self._flights.came(message.wanted, None)
            else:
                self._flights.expect(message.wanted)
        elif self.reader is not None:
            is_ours = self.reader.origin == message.origin
            self._flights.came(message.wanted, self.cache.take(message.wanted, message.answer) if is_ours else None)

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
            # By the path that the file was found under: queries and other spellings of it are without number.
            file = self._files.get(request.path) or self._files.setdefault(request.path, Kept(answer))
            return await self._send(request, file, None)
        if AWAY in answer and wanted is not None and self._freshness.may_be_stale():
            kept = self.cache.find(wanted)
            if kept is not None:
                self.tally.stale += 1
                return await self._send(request, kept, wanted)
        judged = single.judge(request, answer)
        if judged is answer:
            await single.code(answer, accepted(request.headers), self.coder.quickly)
        self._tell(request, answer.get(VIEW), judged.status)
        return judged

    async def _send(
        self, request: web.BaseRequest, kept: Kept, wanted: Wanted | None, *, is_hit: bool = False
    ) -> web.StreamResponse:
        """Send a kept answer, or tell the client that it has it."""
        if kept.etag is not None and conditions.fails(request.headers, kept.etag, kept.modified):
            return Sent(request, 412, single.FAILED, False)
        found = self._pick(request.headers, kept, wanted) or kept.pick_once(request.headers)
        while found is None:
            await self.coder.add(kept, kept.choose(accepted(request.headers)))
            found = self._pick(request.headers, kept, wanted)
            self._resize(wanted, kept)  # which may take the coding away again, where there is no room
        self._tell(request, kept.view, found.status)
        return Sent(request, found.status, found.wire, is_hit)

    def _pick(self, headers: Headers, kept: Kept, wanted: Wanted | None) -> Found | None:
        """See Kept.pick. What proves to be asked for again is coded better from then on."""
        found = kept.pick(headers)
        if found is not None and found.is_again:
            self.coder.better.ask(kept, kept.choose(accepted(headers)), lambda: self._resize(wanted, kept))
        return found

    def _resize(self, wanted: Wanted | None, kept: Kept) -> None:
        if wanted is not None:
            self.cache.resize(wanted, kept)

    def _tell(self, request: web.BaseRequest, view: View | None, status: int) -> None:
        if view is not None and status in _SHOWN and request.method == "GET":
            path, query = request.path, request.rel_url.raw_query_string
            client, headers = request[CLIENT], request.headers
            of = view.website_id, view.time_zone, request.host
            self.seen(Visit(*of, path, query, headers, client, view.heeds_dnt))
