"""What deliveries ask of the database: a lead, while a job about it is claimed, and writing down what became of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from renderer.db import queries
from renderer.outbox import Job, Outcome

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("deliveries")
MOST_SAID = 500


async def claimed_lead(conn: "Connection", job: Job) -> asyncpg.Record | None:
    """The lead that a claimed job is about; None: it is gone."""
    record: asyncpg.Record | None = await _queries.claimed_lead(conn, website_id=job.website_id, job=job.id)
    return record


async def claimed_alert(conn: "Connection", job: Job) -> asyncpg.Record | None:
    """Whom a claimed job tells that a channel fails, and of what; None: the site is gone."""
    record: asyncpg.Record | None = await _queries.claimed_alert(conn, website_id=job.website_id, job=job.id)
    return record


async def claimed_webhook(conn: "Connection", job: Job, ring_key: str) -> asyncpg.Record | None:
    """Where a claimed job's lead is posted to; made with that key of the keyring at its first use. None: nowhere."""
    found = _queries.claimed_webhook(conn, website_id=job.website_id, job=job.id, ring_key=ring_key)
    record: asyncpg.Record | None = await found
    return record


async def disable_webhook(conn: "Connection", website_id: UUID, webhook: UUID) -> None:
    await _queries.disable_webhook(conn, website_id=website_id, webhook=webhook)


async def note_deliveries(conn: "Connection", jobs: Sequence[Job], outcome: Outcome) -> None:
    """Write down what became of jobs, and set the leads' flags where that was confirmed."""
    became, why = _said(outcome)
    sites, ids = [job.website_id for job in jobs], [job.id for job in jobs]
    async for _ in _queries.note_deliveries(conn, sites=sites, jobs=ids, became=became, why=why):
        pass


async def gather_jobs(conn: "Connection", job: Job, most: int) -> list[UUID]:
    """Jobs that are told of together with a claimed one, claimed with it; `settle_gathered` settles them."""
    found = _queries.gather_jobs(conn, website_id=job.website_id, job=job.id, most=most)
    return [row["id"] async for row in found]


async def settle_gathered(conn: "Connection", job: Job, others: Sequence[UUID], outcome: Outcome) -> None:
    """Write down what became of jobs that a claimed one took along; those that wait are given back."""
    became, why = _said(outcome)
    await _queries.settle_gathered(
        conn, website_id=job.website_id, job=job.id, others=list(others), became=became, why=why
    )


async def number_is_confirmed(conn: "Connection", job: Job, number: str) -> bool:
    """Whether a claimed job may tell its lead to a number (E.164)."""
    return bool(await _queries.number_is_confirmed(conn, website_id=job.website_id, job=job.id, number=number))


async def note_recipients(conn: "Connection", job: Job, accepted: Sequence[str], refused: Sequence[str]) -> None:
    """Whom the mail server took a claimed job's lead for so far, and whom it refused for good; for the next attempt,
    which is for the others."""
    await _queries.note_recipients(
        conn, website_id=job.website_id, job=job.id, accepted=list(accepted), refused=list(refused)
    )


async def note_insight(conn: "Connection", job: Job, summary: str, sentiment: str | None) -> None:
    """Keep what a service made of a claimed job's lead."""
    await _queries.note_insight(
        conn,
        website_id=job.website_id,
        job=job.id,
        summary=summary.replace("\0", ""),
        sentiment=sentiment,
    )


async def claimed_sender(conn: "Connection", job: Job) -> asyncpg.Record | None:
    """Where a claimed job's lead came from: address, agent, referrer, each None where it is not known."""
    record: asyncpg.Record | None = await _queries.claimed_sender(conn, website_id=job.website_id, job=job.id)
    return record


async def note_verdict(conn: "Connection", job: Job, verdict: str) -> bool:
    """Keep what was said of a claimed job's lead, and let its deliveries go; whether it is spam now."""
    return bool(await _queries.note_verdict(conn, website_id=job.website_id, job=job.id, verdict=verdict))


async def claimed_reply(conn: "Connection", job: Job) -> asyncpg.Record | None:
    """Who sent a claimed job's lead (id, email, page, received_at), and the settings of the site's own form; None: it
    is gone, or spam."""
    record: asyncpg.Record | None = await _queries.claimed_reply(conn, website_id=job.website_id, job=job.id)
    return record


async def may_reply(conn: "Connection", job: Job, recipient: bytes) -> bool:
    """Whether an address, known by its digest, may get one more reply today, and its site have one mailed; counts
    it."""
    return bool(await _queries.may_reply(conn, website_id=job.website_id, job=job.id, recipient=recipient))


def _said(outcome: Outcome) -> tuple[str, str | None]:
    """What became of it, as lead_attempts has it, and why."""
    became = "skipped" if outcome.skipped else {"done": "delivered"}.get(outcome.state, outcome.state)
    return became, outcome.error[:MOST_SAID].replace("\0", "") if outcome.error else None
