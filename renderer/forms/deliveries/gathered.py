"""Leads of a site that is sent very much: one letter, or one message on WhatsApp, for all of ten minutes.

The database says which are gathered (write_lead_jobs). One of their jobs leads: it takes those of its channel and form
along, and what becomes of it becomes of them.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from renderer.forms.deliveries import queries
from renderer.forms.deliveries.claim import Claimed, read_claimed
from renderer.forms.deliveries.lead import Lead
from renderer.keys import POOL, SETTINGS
from renderer.outbox import Job, Outcome, later

MOST_GATHERED = 2_000
MOST_LISTED = 100
# A worker that was told to stop has little time.
GIVING_BACK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Gathered:
    """`listed` are told of one by one; `number`: how many there are in all."""

    listed: Sequence[Lead]
    number: int


def is_gathered(job: Job) -> bool:
    return isinstance(job.payload, dict) and "gathered" in job.payload


async def deliver_gathered(
    app: web.Application, claimed: Claimed, send: Callable[[Gathered], Awaitable[Outcome]]
) -> Outcome:
    """What became of a claimed job, and of all that were gathered with it."""
    job, listed, outcome = claimed.job, [claimed.lead], later("a worker ended over it")
    async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
        others = await queries.gather_jobs(conn, job, MOST_GATHERED - 1)
    try:
        for other in others[: MOST_LISTED - 1]:
            read = await read_claimed(app, Job(other, job.website_id, None, job.attempts))
            if isinstance(read, Claimed):
                listed.append(read.lead)
        outcome = await send(Gathered(listed, 1 + len(others)))
    except BaseException:
        # The next attempt takes them along, and nobody waits until this claim ends.
        with contextlib.suppress(Exception):
            async with asyncio.timeout(GIVING_BACK_SECONDS):
                await _settle(app, job, others, outcome)
        raise
    await _settle(app, job, others, outcome)
    return outcome


async def _settle(app: web.Application, job: Job, others: Sequence[UUID], outcome: Outcome) -> None:
    if others:
        async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
            await queries.settle_gathered(conn, job, others, outcome)
