"""sql/queries/domains.sql as typed functions."""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

import asyncpg
from asyncpg import Connection

from renderer.db import queries
from renderer.domains.claims import Claim

MOST_LISTED = 10_000


class NotVerified(Exception):
    """The site has not proven that host."""


_queries = queries.load("domains")
_FIELDS = tuple(field.name for field in fields(Claim))


async def claims_of_host(conn: Connection, host: str) -> list[Claim]:
    return [_claim(row) async for row in _queries.claims_of_host(conn, host=host)]


async def claims_of_site(conn: Connection, website_id: UUID) -> list[Claim]:
    return [_claim(row) async for row in _queries.claims_of_site(conn, website_id=website_id)]


async def all_claims(conn: Connection) -> list[Claim]:
    return [_claim(row) async for row in _queries.all_claims(conn, most=MOST_LISTED)]


async def due_claims(conn: Connection, most: int) -> list[Claim]:
    return [_claim(row) async for row in _queries.due_claims(conn, most=most)]


async def lock_host(conn: Connection, host: str) -> dict[UUID, asyncpg.Record]:
    """The claims to a host as they stand now, by id, locked until the transaction ends."""
    return {row["id"]: row async for row in _queries.lock_host(conn, host=host)}


async def record_proof(conn: Connection, claim: Claim) -> None:
    await _queries.record_proof(conn, id=claim.id, website_id=claim.website_id)


async def record_absence(
    conn: Connection, claim: Claim, error: str, grace_seconds: float
) -> tuple[datetime | None, datetime | None]:
    """verified_at and failing_since, as they are now."""
    row = await _queries.record_absence(
        conn, id=claim.id, website_id=claim.website_id, error=error, grace_seconds=grace_seconds
    )
    return (row["verified_at"], row["failing_since"]) if row else (None, None)


async def record_doubt(conn: Connection, claim: Claim, error: str) -> None:
    await _queries.record_doubt(conn, id=claim.id, website_id=claim.website_id, error=error)


async def displace(conn: Connection, claim: Claim, error: str) -> None:
    await _queries.displace(conn, id=claim.id, host=claim.host, error=error)


async def add_claim(conn: Connection, website_id: UUID, host: str) -> None:
    """Nothing happens where the site claims it already."""
    await _queries.add_claim(conn, website_id=website_id, host=host)


async def remove_claim(conn: Connection, website_id: UUID, host: str) -> bool:
    return bool(await _queries.remove_claim(conn, website_id=website_id, host=host))


async def set_primary(conn: Connection, website_id: UUID, host: str) -> None:
    """Raises `NotVerified` where the site has not proven the host; its primary one stays as it was then."""
    async with conn.transaction():
        await _queries.unset_primary(conn, website_id=website_id, host=host)
        if not await _queries.set_primary(conn, website_id=website_id, host=host):
            raise NotVerified(host)


def _claim(row: asyncpg.Record) -> Claim:
    return Claim(**{name: row[name] for name in _FIELDS})
