"""Lines of the log: JSON, one an event, or readable on a terminal. Where they go: standard error.

Rooms log through the standard library and need not know of this. What a line may hold is seen to here, whoever wrote
it: no addresses, no secrets, no control characters (scrub.py); the request it was written for is named by its id.
"""

import logging
import sys
from collections.abc import MutableMapping, Sequence
from typing import Any, TextIO

import structlog

from renderer.scrub import printable, scrub, told
from renderer.trace import ASKED

Event = MutableMapping[str, Any]
MOST_CHARACTERS = 2_000
"""Of any one text in a line."""
# Lines whose texts are chosen by who writes them, and checked there.
ACCESS = "renderer.access"


def set_up(level: str, form: str, stream: TextIO | None = None) -> None:
    """Everything logged from now on, by whomever, goes to `stream` (standard error) in that form: "json", "text", or
    "auto", which is text on a terminal alone. Doing it again takes the place of what was before."""
    stream = stream or sys.stderr
    if form == "auto":
        form = "text" if stream.isatty() else "json"
    steps: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _name_the_request,
        _tell_faults,
        _clean,
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=steps,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_written(form, stream.isatty())],
        )
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        if isinstance(old.formatter, structlog.stdlib.ProcessorFormatter):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    # A line for each statement of a migration is of use to nobody but yoyo.
    logging.getLogger("yoyo").setLevel(logging.WARNING)
    # With the database away it tells so with a stack, each time it has tried; what follows the change log says it once.
    logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)


def _written(form: str, colors: bool) -> Sequence[Any]:
    if form == "text":
        return [
            structlog.dev.ConsoleRenderer(
                colors=colors, timestamp_key="time", exception_formatter=structlog.dev.plain_traceback
            )
        ]
    return [structlog.processors.EventRenamer("message"), structlog.processors.JSONRenderer()]


def _name_the_request(_: object, __: str, event: Event) -> Event:
    asked = ASKED.get()
    if asked is not None and "request" not in event:
        event["request"] = asked.id
        if asked.trace is not None:
            event["trace"] = asked.trace.id
    return event


def _tell_faults(_: object, __: str, event: Event) -> Event:
    """In place of a traceback, which shows what the fault says in full."""
    given = event.pop("exc_info", None)
    fault = given[1] if isinstance(given, tuple) else given
    if isinstance(fault, BaseException):
        event["exception"] = told(fault)
    return event


def _clean(_: object, __: str, event: Event) -> Event:
    trusted = event.get("logger") == ACCESS
    for name, value in event.items():
        if isinstance(value, str) and name not in ("exception", "time"):
            short = value[:MOST_CHARACTERS]
            event[name] = printable(short if trusted else scrub(short))
        elif not isinstance(value, (str, int, float, bool, type(None))) and not name.startswith("_"):
            event[name] = printable(scrub(repr(value)[:MOST_CHARACTERS]))
    return event
