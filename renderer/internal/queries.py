"""sql/queries/internal.sql as typed functions."""

from collections.abc import Sequence
from uuid import UUID

from asyncpg import Connection

from renderer.db import queries

_queries = queries.load("internal")


async def verified_hosts(conn: Connection) -> dict[str, UUID]:
    """The site of each host that may be served."""
    return {row["host"]: row["website_id"] async for row in _queries.verified_hosts(conn)}


async def verified_hosts_of(conn: Connection, website_ids: Sequence[UUID]) -> dict[str, UUID]:
    return {row["host"]: row["website_id"] async for row in _queries.verified_hosts_of(conn, ids=website_ids)}


async def is_subdomain(conn: Connection, label: str) -> bool:
    """Whether there is a site below a base domain by that label."""
    return bool(await _queries.is_subdomain(conn, label=label))


async def has_preview(conn: Connection, website_id: UUID) -> bool:
    """Whether somebody has a link to previews of that site."""
    return bool(await _queries.has_preview(conn, site=website_id))


async def outbox_depths(conn: Connection) -> dict[str, int]:
    """Waiting jobs by kind."""
    return {row["kind"]: row["jobs"] async for row in _queries.outbox_depths(conn)}
