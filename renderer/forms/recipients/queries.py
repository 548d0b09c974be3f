"""Recipients, asked for by site."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal
from uuid import UUID

import asyncpg

from renderer.db import queries
from renderer.outbox import Job

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("recipients")


async def claimed_recipients(conn: "Connection", job: Job, addresses: Sequence[str]) -> tuple[str, ...]:
    """Those of at most five addresses that agreed to get the lead of a claimed job; the others are asked."""
    agreed: list[str] = await _queries.claimed_recipients(
        conn, website_id=job.website_id, job=job.id, addresses=list(addresses)
    )
    return tuple(agreed)


async def claimed_recipient(conn: "Connection", job: Job) -> asyncpg.Record | None:
    """Who is to be asked (id, email, nonce), while the job is claimed; None: nobody any more."""
    record: asyncpg.Record | None = await _queries.claimed_recipient(conn, website_id=job.website_id, job=job.id)
    return record


async def may_ask(conn: "Connection", job: Job, recipient: bytes) -> bool:
    """Whether an address, known by its digest, may get one more question today; counts it."""
    return bool(await _queries.may_ask_recipient(conn, website_id=job.website_id, job=job.id, recipient=recipient))


async def confirm(
    conn: "Connection", website_id: UUID, recipient: UUID, proof: UUID
) -> Literal["confirmed", "already"] | None:
    """None: there is nobody (any more) with this proof."""
    found = _queries.confirm_recipient(conn, website_id=website_id, recipient=recipient, proof=proof)
    became: Literal["confirmed", "already"] | None = await found
    return became
