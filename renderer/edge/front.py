"""The last hand on every answer: what the client has already, in which coding it gets the rest, who is told of it.

Stands below the application (protocol.py), so that what is decided here holds for whatever the rooms answer.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from aiohttp import web

from renderer.edge import codings, conditions
from renderer.edge.answers import VIEW, Forever
from renderer.edge.files import Files
from renderer.edge.negotiation import IDENTITY, wanted_codings

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Seen = Callable[[web.BaseRequest, UUID, str, int], None]

# What tells of bytes that a 304 does not send (RFC 9110 §15.4.5).
_OF_BYTES = ("Content-Type", "Content-Length", "Content-Encoding")
LARGE = 200_000
"""Bytes beyond which a body is coded off the event loop; fewer are some three milliseconds."""
_READING = frozenset({"GET", "HEAD"})


def accepted(request: web.BaseRequest) -> tuple[str, ...]:
    """The codings the client wants, best first."""
    lines = request.headers.getall("Accept-Encoding", None)
    return wanted_codings(None if lines is None else ",".join(lines))


class Front:
    """One worker's. `seen` is keys.SEEN, set before the first request. `close()` ends its thread."""

    def __init__(self) -> None:
        self.seen: Seen = lambda request, website_id, time_zone, status: None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="coder")
        self._files = Files(self._thread)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def handle(self, request: web.BaseRequest, application: Handler) -> web.StreamResponse:
        """The answer to a request, from the application where it is not at hand."""
        return await self._finish(request, await application(request))

    async def _finish(self, request: web.BaseRequest, answer: web.StreamResponse) -> web.StreamResponse:
        if not isinstance(answer, web.Response) or answer.prepared or request.method not in _READING:
            return answer
        found = self._judge(request, answer)
        if found is not answer:
            return found
        body = answer.body
        if isinstance(body, bytes) and body and codings.is_text(answer.content_type):
            answer.headers["Vary"] = "Accept-Encoding"
            wanted = accepted(request)
            if wanted[0] != IDENTITY and (len(body) >= codings.SHORTEST or IDENTITY not in wanted):
                await self._encode(request, answer, body, wanted[0])
        self._tell(request, answer, answer.status)
        return answer

    async def _encode(self, request: web.BaseRequest, answer: web.Response, body: bytes, coding: str) -> None:
        level: codings.Level = "quick"
        if isinstance(answer, Forever):
            answer.body, level = await self._files.coded(request.path, body, coding), "best"
        elif len(body) <= LARGE:
            answer.body = codings.encode(body, coding, level)
        else:
            loop = asyncio.get_running_loop()
            answer.body = await loop.run_in_executor(self._thread, codings.encode, body, coding, level)
        answer.headers["Content-Encoding"] = coding
        if "ETag" in answer.headers:
            answer.headers["ETag"] = codings.tag(answer.headers["ETag"], coding, level)

    def _judge(self, request: web.BaseRequest, answer: web.Response) -> web.Response:
        """304 or 412 instead of an answer that has a tag (RFC 9110 §13.2.2)."""
        etag = answer.headers.get("ETag")
        if answer.status != 200 or etag is None:
            return answer
        if conditions.fails(request.headers, etag):
            return web.Response(status=412, headers={"Cache-Control": "no-store"})
        known = conditions.known_tag(request.headers, etag, answer.headers.get("Last-Modified"))
        if known is None:
            return answer
        headers = {name: value for name, value in answer.headers.items() if name not in _OF_BYTES}
        if codings.is_text(answer.content_type):
            headers["Vary"] = "Accept-Encoding"
        self._tell(request, answer, 304)
        return web.Response(status=304, headers={**headers, "ETag": known})

    def _tell(self, request: web.BaseRequest, answer: web.Response, status: int) -> None:
        view = answer.get(VIEW)
        if view is not None and request.method == "GET" and status in (200, 304):
            self.seen(request, view.website_id, view.time_zone, status)
