"""A line for each answer, as configured: who asked is not in it, nor what was sent with it.

The path is told only of an answer that is the same for everybody: others may be reached by a secret address. Queries
are never told.
"""

import logging
import random
from collections.abc import Mapping

from aiohttp import web

from renderer.edge.answers import Shared
from renderer.edge.asked import asked
from renderer.edge.sent import Sent
from renderer.logs import ACCESS
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
        if is_hit:
            if self._hits < 1 and random.random() >= self._hits:  # noqa: S311 no secret
                return
        elif not self._made:
            return
        log.info("%s %d", _method(request), answer.status, extra=_facts(request, answer, seconds, is_hit))


def _facts(
    request: web.BaseRequest, answer: web.StreamResponse, seconds: float, is_hit: bool
) -> Mapping[str, str | int | float]:
    told = asked(request)
    facts: dict[str, str | int | float] = {"request": told.id}
    if told.trace is not None:
        facts["trace"] = told.trace.id
    host = request.headers.get("Host")
    if host is not None:
        facts["host"] = host[:_LONGEST]
    if isinstance(request, web.Request) and _is_resolved(request) and (name := request.match_info.route.name):
        facts["route"] = name
    if isinstance(answer, (Sent, Shared)) and not request.rel_url.raw_path.startswith(_LINKS):
        facts["path"] = request.rel_url.raw_path[:_LONGEST]
    size = answer.size if isinstance(answer, Sent) else answer.body_length
    return {**facts, "bytes": size, "ms": round(seconds * 1_000, 2), "kept": is_hit}


def _is_resolved(request: web.Request) -> bool:
    """Whether the application was asked at all."""
    return request._match_info is not None


def _method(request: web.BaseRequest) -> str:
    return request.method if request.method in _METHODS else "other"
