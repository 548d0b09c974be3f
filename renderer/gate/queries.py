"""The hash of a site's password: read for one attempt, replaced by a better one of the same password."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.db import queries
from renderer.gate.passwords import fault_of

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("gate")
_health = queries.load("gate_health")


async def site_password_hash(conn: "Connection", website_id: UUID) -> str | None:
    """The stored hash, of any writer's making; None where no password is set."""
    found: str | None = await _queries.site_password_hash(conn, website_id=website_id)
    return found


async def site_password_rehash(conn: "Connection", website_id: UUID, *, old: str, new: str) -> bool:
    """Put `new` in the place of `old`, unless that was changed meanwhile. Leaves updated_at and the version alone."""
    done: bool | None = await _queries.site_password_rehash(conn, website_id=website_id, old=old, new=new)
    return bool(done)


@dataclass(frozen=True, slots=True)
class ClosedSite:
    """A protected site that nobody can enter, and why."""

    subdomain: str
    fault: str


async def closed_sites(conn: "Connection") -> list[ClosedSite]:
    """Protected sites without a usable password hash; for the operator. Needs the right to read the hashes."""
    found = []
    async for row in _health.protected_sites(conn):
        if fault := fault_of(row["password_hash"]):
            found.append(ClosedSite(row["subdomain"], fault))
    return found
