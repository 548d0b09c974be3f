"""A line for each answer, as configured: who asked is not in it, nor what was sent with it.

The path is told only of an answer that is the same for everybody: others may be reached by a secret address. Queries
are never told.
"""

import logging
import random
from collections.abc import Mapping

from aiohttp import web
from aiohttp.http import RawRequestMessage

from renderer.edge.answers import Shared
from renderer.edge.asked import asked
from renderer.edge.kept import Found
from renderer.edge.sent import Sent
from renderer.logs.lines import ACCESS
from renderer.logs.trace import Asked, read_trace
from renderer.settings.sections import Log

log = logging.getLogger(ACCESS)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
_LONGEST = 300
# Links to previews, of which a wrong one is answered as anything wrong is.
_LINKS = "/_preview/"


class AccessLog:
    """One a worker."""

    def __init__(self, settings: Log) -> None:
        self.is_on = (settings.access or settings.hits > 0) and settings.level in ("debug", "info")
        self._made = settings.access
        self._hits = settings.hits

    def tell(self, request: web.BaseRequest, answer: web.StreamResponse, seconds: float) -> None:
        """After the last byte was handed over."""
        is_hit = isinstance(answer, Sent) and answer.is_hit
        if self._draws_hit() if is_hit else self._made:
            facts = _facts(asked(request), request.headers, _route(request), _path(request, answer))
            size = answer.size if isinstance(answer, Sent) else answer.body_length
            log.info("%s %d", _method(request), answer.status, extra={**facts, **_costs(size, seconds, is_hit)})

    def tell_straight(self, request_id: str, message: RawRequestMessage, found: Found, seconds: float) -> None:
        """`tell` of a kept answer that went out without a request's being made."""
        if self._draws_hit():
            told = Asked(request_id, read_trace(message.headers.get("traceparent")))
            facts = _facts(told, message.headers, None, message.url.raw_path)
            log.info("%s %d", message.method, found.status, extra={**facts, **_costs(len(found.wire), seconds, True)})

    def _draws_hit(self) -> bool:
        return self._hits >= 1 or (self._hits > 0 and random.random() < self._hits)  # noqa: S311 no secret


def _facts(told: Asked, headers: Mapping[str, str], route: str | None, path: str | None) -> dict[str, str]:
    facts = {"request": told.id}
    if told.trace is not None:
        facts["trace"] = told.trace.id
    host = headers.get("Host")
    if host is not None:
        facts["host"] = host[:_LONGEST]
    if route:
        facts["route"] = route
    if path is not None and not path.startswith(_LINKS):
        facts["path"] = path[:_LONGEST]
    return facts


def _costs(size: int, seconds: float, is_hit: bool) -> dict[str, int | float]:
    return {"bytes": size, "ms": round(seconds * 1_000, 2), "kept": is_hit}


def _route(request: web.BaseRequest) -> str | None:
    """None where the application was not asked at all."""
    if not isinstance(request, web.Request) or request._match_info is None:
        return None
    return request.match_info.route.name


def _path(request: web.BaseRequest, answer: web.StreamResponse) -> str | None:
    """None of an answer that is for one visitor."""
    return request.rel_url.raw_path if isinstance(answer, (Sent, Shared)) else None


def _method(request: web.BaseRequest) -> str:
    return request.method if request.method in _METHODS else "other"
