"""Caches in front of the renderer: told what changed, each time that the change log tells us.

Off unless `purge.url` is set. What changed is put into the outbox by the database (`queue_purges`), whichever worker
asks: from the last place of the log on, so once, and after a pause of all workers too. The cache is called in the shape
that its settings say. Deliberately not here: what may be kept downstream, and under which tags (edge/downstream.py).
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
from aiohttp import web

from renderer.db import queries
from renderer.db.pool import TEMPORARY
from renderer.edge.changes import Change
from renderer.edge.downstream import Downstream, tags_of
from renderer.edge.reader import Follower
from renderer.keyring import Keyring
from renderer.keys import FRONT, KEYRING, OUTBOX, POOL, SETTINGS
from renderer.outbound import Answer, OutboundClient, OutboundError
from renderer.outbound.neighbour import client_for
from renderer.outbound.signatures import signature_headers
from renderer.outbox import Job, Kind, Outcome, done, failed, later
from renderer.settings import Purge, Settings

log = logging.getLogger(__name__)

KIND = "purge"
# Seconds between attempts: what a cache keeps ends by itself in the end (purge.shared_seconds).
SCHEDULE = (2, 5, 15, 60, 300, 900, 1_800, 3_600, 3_600, 7_200, 14_400, 28_800)
# Seconds from the first change to its purge: what is written in one go is told in one go, and by then every worker that
# reads the log has seen it.
GAP = 1.0
# The place in the log is moved on now and then, before the log is pruned beyond it.
IDLE = 60.0
RETRY = 5.0
CLOSING = 2.0

_queries = queries.load("purge")


class Watch:
    """A `reader.Follower` that is told of the same as `first`, and wakes who waits for it."""

    def __init__(self, first: Follower) -> None:
        self._first = first
        self._changed = asyncio.Event()

    def restart(self, began: float) -> None:
        self._first.restart(began)
        self._changed.set()

    def apply(self, changes: Sequence[Change]) -> None:
        self._first.apply(changes)
        self._changed.set()

    async def changed(self, seconds: float) -> None:
        """Until something was told, or so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return
        self._changed.clear()


def follower(app: web.Application) -> Follower:
    """Who follows the change log for an application: its cache, and beside it the purges, where there are any."""
    first = app[FRONT].cache
    if not app[SETTINGS].purge.url:
        return first
    app[_WATCH] = watch = Watch(first)
    return watch


def install(app: web.Application) -> None:
    """Let caches in front keep answers, if anything tells them when to forget. To be called before the start, and
    before the outbox's lifetime is added: what it does under way at the end needs what this opens."""
    settings = app[SETTINGS].purge
    if settings.url:
        app[_CLIENT] = client_for(settings.url.replace("{tag}", "tag"), settings.addresses)
        app.cleanup_ctx.append(_lifetime)
        key = _keys(app[KEYRING])[-1]
        app[FRONT].cache.downstream = Downstream(key, settings.shared_seconds, settings.stale_if_error)


def purge_kinds(app: web.Application) -> list[Kind]:
    """What the outbox has to do for caches in front; nothing where there are none."""
    if not app[SETTINGS].purge.url:
        return []

    async def deliver(jobs: Sequence[Job]) -> Outcome:
        return await _tell(app[_CLIENT], app[SETTINGS], app[KEYRING], jobs)

    return [Kind(KIND, deliver, together=True, most=200, schedule=SCHEDULE)]


async def _lifetime(app: web.Application) -> AsyncIterator[None]:
    running = asyncio.create_task(_queue_all(app), name="purges")
    yield
    running.cancel()
    await asyncio.wait([running], timeout=CLOSING)
    await app[_CLIENT].close()


async def _queue_all(app: web.Application) -> None:
    """Whenever something changed, and at the start: what changed while nobody was there."""
    settings, is_away = app[SETTINGS], False
    while True:
        await asyncio.sleep(GAP)
        try:
            async with app[POOL].acquire(timeout=settings.database.connect_seconds) as conn:
                queued = await _queries.queue_purges(conn, again=float(settings.purge.again_seconds))
            is_away, seconds = False, 0.0 if queued is None else IDLE
            if queued:
                app[OUTBOX].wake()
        except (*TEMPORARY, asyncpg.PostgresError) as fault:
            if not is_away:
                log.warning("purge: changes wait, the database is unavailable: %s", type(fault).__name__)
            is_away, seconds = True, RETRY
        except Exception:
            log.exception("purge: changes wait")
            seconds = IDLE
        await app[_WATCH].changed(seconds)


async def _tell(client: OutboundClient, settings: Settings, keyring: Keyring, jobs: Sequence[Job]) -> Outcome:
    """Call the cache until it knows of everything; a call that fails has all repeated, which does no harm."""
    subjects = list(dict.fromkeys(subject for job in jobs for subject in _subjects(job.payload)))
    if "*" in subjects:
        subjects = ["*"]  # which everything stands on
    tags, purge = tags_of(_keys(keyring), subjects), settings.purge
    at_once = 1 if purge.is_by_tag else purge.tags_at_once
    for first in range(0, len(tags), at_once):
        try:
            answer = await _call(client, settings, tags[first : first + at_once])
        except OutboundError as fault:
            return later(str(fault))
        outcome = _judge(answer)
        if outcome is not None:
            return outcome
    return done()


async def _call(client: OutboundClient, settings: Settings, tags: Sequence[str]) -> Answer:
    purge, secret = settings.purge, settings.purge_secret
    body = _filled(purge.body, tags).encode()
    headers = dict(_header(purge, line, tags, secret) for line in purge.headers)
    if secret:
        headers |= signature_headers([secret.encode()], f"purge_{uuid4().hex}", body, datetime.now(UTC))
    return await client.send(
        purge.method, _filled(purge.url, tags), body=body, headers=headers, plain_http=bool(purge.addresses)
    )


def _header(purge: Purge, line: str, tags: Sequence[str], secret: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), _filled(value.strip(), tags).replace("{secret}", secret)


def _filled(text: str, tags: Sequence[str]) -> str:
    """A template of the settings'. Tags are hexadecimal: nothing in them has to be escaped anywhere."""
    for name, value in {
        "{tag}": tags[0],
        "{json}": json.dumps(list(tags)),
        "{spaces}": " ".join(tags),
        "{commas}": ",".join(tags),
    }.items():
        text = text.replace(name, value)
    return text


def _judge(answer: Answer) -> Outcome | None:
    """None: it is told."""
    if 200 <= answer.status < 300:
        return None
    said = f"answered with status {answer.status}"
    # A token that expired, a limit, a fault of theirs: an operator or time mends it.
    return failed(said) if answer.status in (400, 405, 422) else later(said, answer.retry_after)


def _keys(keyring: Keyring) -> list[bytes]:
    """Of every key of the ring, the primary last."""
    others = [key_id for key_id in keyring.key_ids if key_id != keyring.primary_id]
    return [keyring.subkey("purge", key_id) for key_id in [*others, keyring.primary_id]]


def _subjects(payload: Any) -> list[str]:
    given = payload.get("subjects") if isinstance(payload, Mapping) else None
    return [one for one in given if isinstance(one, str)] if isinstance(given, list) else []


_WATCH = web.AppKey("purge.watch", Watch)
_CLIENT = web.AppKey("purge.client", OutboundClient)
