"""Between the socket and the application: what is kept is sent from here, and what the rooms answer passes here last.

Stands below the application (protocol.py): a request whose answer is at hand meets neither router nor middleware.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl
from uuid import UUID

from aiohttp import web
from yarl import URL

from renderer.edge import conditions, single
from renderer.edge.access import AccessLog
from renderer.edge.answers import AWAY, VIEW, Forever, Passing, Shared, View
from renderer.edge.asked import asked, identify
from renderer.edge.better import Better
from renderer.edge.cache import Cache, Wanted
from renderer.edge.client_address import SCHEME, Trust
from renderer.edge.codings import encode
from renderer.edge.flights import Flights
from renderer.edge.kept import Coded, Kept
from renderer.edge.negotiation import IDENTITY, wanted_codings
from renderer.edge.reader import Reader
from renderer.settings import Settings
from renderer.trace import ASKED

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Seen = Callable[[web.BaseRequest, UUID, str, int], None]

LARGE = 200_000
"""Bytes beyond which a body is coded off the event loop; fewer are some three milliseconds."""
_READING = frozenset({"GET", "HEAD"})
# Fields that an answer may follow from. Others (campaigns, noise) change nothing, and are no part of the key.
_ASKING = frozenset({"q", "p"})
_LONGEST = 1_000
"""Characters of a target beyond which nothing is kept."""
_KEPT = web.ResponseKey("kept", Kept)
# Below these every host answers alike.
_SITELESS = ("/_theme/", "/_edge/")


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
        self.cache = Cache(settings.cache.room)
        self._stale_seconds = settings.cache.stale_if_error
        self._trust = Trust(settings.trusted_networks, "unix" in settings.server.trusted_proxies)
        self.access = AccessLog(settings.log)
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
            return await application(request)
        kept = self._files.get(request.raw_path)
        if kept is not None:
            return await self._send(request, kept, None, is_hit=True)
        wanted = read_wanted(request)
        if wanted is None:
            ASKED.set(asked(request))
            return await self._finish(request, await application(request))
        kept = self.cache.find(wanted)
        if kept is not None and self._is_good(kept):
            return await self._send(request, kept, wanted, is_hit=True)
        return await self._make(request, application, wanted)

    def _is_good(self, kept: Kept) -> bool:
        """Whether it may be sent without asking the database."""
        reader = self.reader
        if reader is None:
            return False
        if time.monotonic() < reader.trusted_until:
            return time.time() < kept.expires
        return reader.is_away and self._may_be_stale()

    def _may_be_stale(self) -> bool:
        return self.reader is not None and time.time() < self.reader.read_at + self._stale_seconds

    async def _make(self, request: web.BaseRequest, application: Handler, wanted: Wanted) -> web.StreamResponse:
        ASKED.set(asked(request))
        if not self.cache.is_apart(wanted):
            waiting = self._flights.joined(wanted)
            if waiting is not None and (kept := await asyncio.shield(waiting)) is not None:
                return await self._send(request, kept, wanted)
            if waiting is None:
                answer = await self._flights.lead(
                    request, wanted, lambda: application(request), lambda answer: self._keep(wanted, answer)
                )
                return await self._finish(request, answer, wanted)
        return await self._finish(request, await application(request), wanted)

    def _keep(self, wanted: Wanted, answer: web.StreamResponse) -> Kept | None:
        """Keep an answer that may be; what others who wait for it get."""
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


def read_wanted(request: web.BaseRequest) -> Wanted | None:
    """What is asked for; None where that is more than a host and a path, or a path spelt in one of many ways."""
    target = request.raw_path
    hosts = request.headers.getall("Host", ())
    if len(hosts) != 1 or target[:1] != "/" or len(target) > _LONGEST or target.startswith(_SITELESS):
        return None
    if "?" in target:
        target, _, query = target.partition("?")
        if not _is_noise(query):
            return None
    if "#" in request.raw_path or ("%" in target and URL(target).raw_path != target):
        return None
    return Wanted(request[SCHEME], hosts[0], target)


def _is_noise(query: str) -> bool:
    """Whether no field of a query is one that answers follow from."""
    try:
        return all(name not in _ASKING for name, _ in parse_qsl(query, keep_blank_values=True, max_num_fields=40))
    except ValueError:
        return False
