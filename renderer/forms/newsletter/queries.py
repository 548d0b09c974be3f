"""Subscribers, asked for by site."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

import asyncpg

from renderer.db import queries
from renderer.outbox import Job

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("newsletter")


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who confirmed. `page`: where they asked, which tells their language."""

    id: UUID
    email: str
    page: str | None
    confirmed_at: datetime


async def claimed_subscriber(conn: "Connection", job: Job) -> asyncpg.Record | None:
    """Who is to be asked (id, email, page, nonce), while the job is claimed; None: nobody any more."""
    found = _queries.claimed_subscriber(conn, website_id=job.website_id, job=job.id)
    record: asyncpg.Record | None = await found
    return record


async def may_ask(conn: "Connection", job: Job, recipient: bytes) -> bool | None:
    """Whether an address, known by its digest, may get one more question today; counts it. None: its site had enough
    mailed today."""
    found = _queries.may_ask_subscriber(conn, website_id=job.website_id, job=job.id, recipient=recipient)
    may: bool | None = await found
    return may


async def confirm(
    conn: "Connection", website_id: UUID, subscriber: UUID, proof: UUID
) -> Literal["confirmed", "already"] | None:
    """None: there is nobody (any more) with this proof."""
    found = _queries.confirm_subscriber(conn, website_id=website_id, subscriber=subscriber, proof=proof)
    became: Literal["confirmed", "already"] | None = await found
    return became


async def leave(conn: "Connection", website_id: UUID, subscriber: UUID) -> bool:
    """Whether there was somebody to leave."""
    return bool(await _queries.leave_newsletter(conn, website_id=website_id, subscriber=subscriber))


async def subscribers(conn: "Connection", website_id: UUID) -> list[Subscriber]:
    """Those who confirmed; the edge's role may not ask."""
    found = _queries.subscribers(conn, website_id=website_id)
    return [Subscriber(row["id"], row["email"], row["page"], row["confirmed_at"]) async for row in found]


async def newest(conn: "Connection", website_id: UUID, *, most: int, skip: int) -> list[Subscriber]:
    """Those who confirmed, the last one first."""
    found = _queries.newest_subscribers(conn, website_id=website_id, most=most, skip=skip)
    return [Subscriber(**row) async for row in found]


async def following(conn: "Connection", website_id: UUID, last: Subscriber | None, most: int) -> list[Subscriber]:
    """Those who confirmed after `last`, or from the beginning."""
    at, after = (last.confirmed_at, last.id) if last else (datetime.min.replace(tzinfo=UTC), UUID(int=0))
    found = _queries.subscribers_after(conn, website_id=website_id, after_at=at, after_id=after, most=most)
    return [Subscriber(**row) async for row in found]


async def count(conn: "Connection", website_id: UUID) -> int:
    """Of those who confirmed."""
    return int(await _queries.count_subscribers(conn, website_id=website_id))


async def remove(conn: "Connection", website_id: UUID, subscriber: UUID) -> bool:
    """As if they had left; whether there was such a one."""
    return bool(await _queries.remove_subscriber(conn, website_id=website_id, subscriber=subscriber))
