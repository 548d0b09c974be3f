"""Suspended, restored, erased."""

from uuid import UUID

from asyncpg import Connection

from renderer.db import queries

_queries = queries.load("sites")

SUSPENDED = "suspended"
# What a site comes back as.
_LIVE = frozenset({"draft", "published", "archived"})


class NotSuspended(Exception):
    """There is nothing to restore."""


async def find_site_named(conn: Connection, label: str) -> UUID | None:
    """The site of a subdomain, in whatever state."""
    row = await _queries.site_named(conn, label=label)
    return None if row is None else row["id"]


async def suspend(conn: Connection, website_id: UUID, why: str) -> bool:
    """Its visitors get the neutral 503, and the unknown host's 404 after a week. False: it was suspended before."""
    async with conn.transaction():
        row = await _queries.lock_site(conn, website_id=website_id)
        if row is None or row["status"] == SUSPENDED:
            return False
        await _queries.note(conn, website_id=website_id, action="site_suspended", why=why)
        await _queries.set_status(conn, website_id=website_id, status=SUSPENDED)
    return True


async def restore(conn: Connection, website_id: UUID, why: str) -> str:
    """Bring it back as it was before; returns as what. Raises `NotSuspended`.

    Where nobody wrote that down, a site that was ever published is published.
    """
    async with conn.transaction():
        row = await _queries.lock_site(conn, website_id=website_id)
        if row is None or row["status"] != SUSPENDED:
            raise NotSuspended
        before = await _queries.status_before(conn, website_id=website_id)
        status = before if before in _LIVE else "published" if row["published_at"] else "draft"
        await _queries.note(conn, website_id=website_id, action="site_restored", why=why)
        await _queries.set_status(conn, website_id=website_id, status=status)
    return str(status)


async def erase(conn: Connection, website_id: UUID, subdomain: str, why: str) -> bool:
    """Delete it and all that belongs to it, for ever. Money and the audit trail are kept, and name it by its id.

    False, and nothing happens, where `subdomain` is not its own.
    """
    async with conn.transaction():
        row = await _queries.lock_site(conn, website_id=website_id)
        if row is None or row["subdomain"] != subdomain:
            return False
        await _queries.note(conn, website_id=website_id, action="site_erased", why=why)
        await _queries.erase_site(conn, website_id=website_id)
    return True
