"""Requests told to an OpenTelemetry collector (OTLP over HTTP, JSON): off without `otlp.endpoint`.

A span for each request that the application answers, none for kept answers: method, pattern of the route, status.
It continues the trace that a client's `traceparent` names, or begins one, which what is called on the way is told, too.
Never in a span: hosts, paths, query strings, addresses.
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from renderer import __version__
from renderer.logs.trace import ASKED, Trace
from renderer.outbound.neighbour import Neighbour
from renderer.settings import Settings

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# OTLP's numbers (opentelemetry-proto, trace.proto).
_SERVER, _ERROR = 2, 2
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"})


@dataclass(frozen=True, slots=True)
class Span:
    """One answered request; times in nanoseconds since 1970."""

    trace: Trace
    id: str
    method: str
    route: str
    status: int
    began: int
    ended: int


class Tracer:
    """One a worker. `sample`: the share of traces that is told of, by their id, so that all who see one agree."""

    def __init__(self, settings: Settings) -> None:
        otlp = settings.otlp
        headers = {"Content-Type": "application/json"}
        for line in otlp.headers:
            name, _, value = line.partition(":")
            headers[name.strip()] = value.strip().replace("{secret}", otlp.secret.get_secret_value())
        self._bound = int(otlp.sample * 2**56)
        self._neighbour = Neighbour[Span](otlp.endpoint, otlp.addresses, headers, written)

    async def lifetime(self, app: web.Application) -> AsyncIterator[None]:
        """For app.cleanup_ctx."""
        running = asyncio.create_task(self._neighbour.run(), name="spans")
        yield
        await self._neighbour.stop(running)

    @property
    def middleware(self) -> Any:
        """The outermost one."""

        @web.middleware
        async def trace(request: web.Request, handler: Handler) -> web.StreamResponse:
            asked = ASKED.get()
            if asked is None:
                return await handler(request)
            found = asked.trace or Trace(f"{random.getrandbits(128) or 1:032x}", "00")
            is_told = self._is_told(found.id)
            flags = f"{int(found.flags, 16) | is_told:02x}"  # W3C Trace Context, §3.2.2.5.1: whether we record
            token = ASKED.set(replace(asked, trace=replace(found, flags=flags)))
            began, status = time.time_ns(), 500
            try:
                answer = await handler(request)
                status = answer.status
                return answer
            finally:
                ASKED.reset(token)
                if is_told:
                    self._neighbour.tell(
                        Span(found, asked.id, _method(request), _route(request), status, began, time.time_ns())
                    )

        return trace

    def _is_told(self, trace_id: str) -> bool:
        """W3C Trace Context Level 2, §3.2.2.5.2: the last 56 bits are random."""
        return int(trace_id[-14:], 16) < self._bound


def written(spans: Sequence[Span]) -> bytes:
    """A message (OTLP 1, "JSON Protobuf Encoding"): ids as hexadecimal digits, 64-bit numbers as text."""
    resource = [_said("service.name", "tapsite-renderer"), _said("service.version", __version__)]
    scope = {"scope": {"name": "renderer"}, "spans": [_span(span) for span in spans]}
    return json.dumps({"resourceSpans": [{"resource": {"attributes": resource}, "scopeSpans": [scope]}]}).encode()


def _span(span: Span) -> dict[str, Any]:
    """Names of the attributes: OpenTelemetry's semantic conventions for HTTP servers."""
    parent = {"parentSpanId": span.trace.parent} if span.trace.parent else {}
    return {
        "traceId": span.trace.id,
        "spanId": span.id,
        **parent,
        "name": f"{span.method} {span.route}".strip(),
        "kind": _SERVER,
        "startTimeUnixNano": str(span.began),
        "endTimeUnixNano": str(span.ended),
        "attributes": [
            _said("http.request.method", span.method),
            *([_said("http.route", span.route)] if span.route else []),
            {"key": "http.response.status_code", "value": {"intValue": str(span.status)}},
            *([_said("error.type", str(span.status))] if span.status >= 500 else []),
        ],
        "status": {"code": _ERROR} if span.status >= 500 else {},
    }


def _said(key: str, text: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": text}}


def _method(request: web.Request) -> str:
    """A stranger's own is `_OTHER`, as the conventions have it."""
    return request.method if request.method in _METHODS else "_OTHER"


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""
