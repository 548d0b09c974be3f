"""Errors told to Sentry, or to what speaks its protocol (develop.sentry.dev, "Envelopes"): off without `sentry.dsn`.

An event holds what a line of the log may hold and no more: types and first lines of faults, scrubbed, places in the
code, ids of request and trace. Never asked: bodies, headers, query strings, addresses, values of variables. There is no
SDK between, which would collect them first and leave them out afterwards.
"""

import asyncio
import contextlib
import itertools
import json
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from aiohttp import web
from cachetools import TTLCache

from renderer import __version__
from renderer.logs.scrub import MOST_SAID, printable, scrub
from renderer.logs.trace import ASKED
from renderer.outbound.neighbour import Neighbour
from renderer.settings import Sentry, Settings

# Of one place in the code in ten minutes: what fails for each visitor is one event, not thousands.
MOST_ALIKE = 10
ALIKE_SECONDS = 600.0
MOST_FRAMES = 30
MOST_FAULTS = 8
_OURS = str(Path(__file__).parent.parent)


class Reporter(logging.Handler):
    """Tells of every line of the log that is an error. `logging` calls it from any thread."""

    def __init__(self, tell: Callable[[dict[str, Any]], object], environment: str) -> None:
        super().__init__(logging.ERROR)
        self._tell, self._environment = tell, environment
        # A counter is put in once and ends ten minutes later; a number put in anew would never end.
        self._alike: TTLCache[tuple[str, str, int], Iterator[int]] = TTLCache(1_000, ALIKE_SECONDS)

    def emit(self, record: logging.LogRecord) -> None:
        # Whoever logs is never the worse for it: the loop may be closed, a fault unable to say what it is.
        with contextlib.suppress(Exception):
            fault = record.exc_info[1] if record.exc_info else None
            place = (type(fault).__qualname__, record.pathname, record.lineno)
            if next(self._alike.setdefault(place, itertools.count(1))) <= MOST_ALIKE:
                self._tell(event_of(record, self._environment))


def event_of(record: logging.LogRecord, environment: str) -> dict[str, Any]:
    """An event as Sentry takes it (develop.sentry.dev, "Event Payloads")."""
    asked = ASKED.get()
    event: dict[str, Any] = {
        "event_id": uuid4().hex,
        "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        "platform": "python",
        "level": "fatal" if record.levelno >= logging.CRITICAL else "error",
        "logger": record.name,
        "release": f"tapsite-renderer@{__version__}",
        "environment": environment,
        "logentry": {"formatted": _clean(record.getMessage())},
    }
    if asked is not None:
        event["tags"] = {"request": asked.id}
        if asked.trace is not None:
            event["contexts"] = {"trace": {"trace_id": asked.trace.id, "span_id": asked.id}}
    if record.exc_info and record.exc_info[1] is not None:
        event["exception"] = {"values": _faults(record.exc_info[1])}
    return event


def envelope(events: Sequence[dict[str, Any]]) -> bytes:
    """A message of one event."""
    (event,) = events
    body = json.dumps(event).encode()
    head = {"event_id": event["event_id"], "sent_at": datetime.now(UTC).isoformat()}
    item = {"type": "event", "content_type": "application/json", "length": len(body)}
    return b"\n".join((json.dumps(head).encode(), json.dumps(item).encode(), body)) + b"\n"


def sentry_lifetime(settings: Settings) -> Callable[[web.Application], AsyncIterator[None]]:
    """For app.cleanup_ctx."""

    async def lifetime(app: web.Application) -> AsyncIterator[None]:
        sentry, loop = settings.sentry, asyncio.get_running_loop()
        url, headers = address_of(sentry)
        neighbour = Neighbour[dict[str, Any]](url, sentry.addresses, headers, envelope, at_once=1)
        reporter = Reporter(lambda event: loop.call_soon_threadsafe(neighbour.tell, event), sentry.environment)
        logging.getLogger().addHandler(reporter)
        running = asyncio.create_task(neighbour.run(), name="sentry")
        yield
        logging.getLogger().removeHandler(reporter)
        await neighbour.stop(running)

    return lifetime


def address_of(sentry: Sentry) -> tuple[str, dict[str, str]]:
    """Where envelopes go, and the headers they go with, of a DSN (develop.sentry.dev, "DSN")."""
    parts = urlsplit(sentry.dsn.get_secret_value())
    path, _, project = parts.path.rpartition("/")
    port = f":{parts.port}" if parts.port else ""
    auth = f"Sentry sentry_version=7, sentry_client=tapsite/{__version__}, sentry_key={parts.username}"
    return (
        f"{parts.scheme}://{parts.hostname}{port}{path}/api/{project}/envelope/",
        {"Content-Type": "application/x-sentry-envelope", "X-Sentry-Auth": auth},
    )


def _faults(fault: BaseException) -> list[dict[str, Any]]:
    """A fault and what led to it, that first."""
    found: list[dict[str, Any]] = []
    one: BaseException | None = fault
    while one is not None and len(found) < MOST_FAULTS:
        frames = traceback.extract_tb(one.__traceback__)[-MOST_FRAMES:]
        found.append(
            {
                "type": type(one).__qualname__,
                "module": type(one).__module__,
                "value": _clean(str(one).strip().partition("\n")[0]),
                "stacktrace": {"frames": [_frame(frame) for frame in frames]} if frames else None,
            }
        )
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return found[::-1]


def _frame(frame: traceback.FrameSummary) -> dict[str, Any]:
    """A place in the code; of our own files, where they lie below the program."""
    is_ours = frame.filename.startswith(_OURS)
    return {
        "filename": f"renderer{frame.filename.removeprefix(_OURS)}" if is_ours else Path(frame.filename).name,
        "function": frame.name,
        "lineno": frame.lineno,
        "context_line": frame.line,
        "in_app": is_ours,
    }


def _clean(text: str) -> str:
    return printable(scrub(text[:MOST_SAID]))
