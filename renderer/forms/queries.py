"""Storing what visitors send."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from renderer.db import queries
from renderer.forms.lead import Lead

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("forms")
_keeping = queries.load("form_keeping")
MOST_ROWS = 5_000


async def store_lead(conn: "Connection", website_id: UUID, lead: Lead) -> UUID:
    """Its id; that of the same one of the last ten minutes where there is one, and nothing is stored again. One
    statement, which is its own transaction where none is open."""
    # A clock of another machine, which wrote it to disk, may be ahead.
    stored: UUID = await _queries.store_lead(
        conn,
        website_id=website_id,
        id=lead.id,
        digest=lead.digest,
        received_at=min(lead.at, datetime.now(UTC)),
        form_type=lead.form_type[:50],
        name=lead.answers.name,
        email=lead.answers.email,
        phone=lead.answers.phone,
        data=json.dumps({**lead.answers.data, "_about": lead.about}),
        address=_inet(lead.address),
        user_agent=lead.user_agent[:1000] or None,
        referrer=lead.referrer[:2000] or None,
        status=lead.status,
    )
    return stored


async def take_proof(conn: "Connection", website_id: UUID, digest: bytes) -> bool:
    """Whether this solution was not taken before."""
    return await _queries.take_proof(conn, website_id=website_id, digest=digest) is not None


async def store_test(conn: "Connection", website_id: UUID, lead: Lead) -> UUID:
    """Its id. What is sent from a preview is no lead: it is told to nobody, and keeps nothing of who sent it."""
    made = uuid4()
    await _queries.insert_test(
        conn, id=made, website_id=website_id, form_type=lead.form_type[:50], data=json.dumps(lead.answers.data)
    )
    await _queries.forget_tests(conn, website_id=website_id)
    return made


async def withdraw_consent(
    conn: "Connection", website_id: UUID, submission_id: UUID, user_id: UUID | None = None
) -> bool:
    """Erase a lead whose sender wants it gone: row, deliveries that wait, files, and what waits on disk; in the log
    stands who did it. False where it was not stored (yet). As the owner of the tables or an administrator."""
    return bool(
        await _queries.withdraw_consent(conn, website_id=website_id, submission_id=submission_id, user_id=user_id)
    )


async def erasures(conn: "Connection", since: datetime) -> list[tuple[UUID, UUID, datetime]]:
    """Site, lead and time of what was erased after `since`."""
    found = _keeping.erasures(conn, since=since)
    return [(row["website_id"], row["submission_id"], row["erased_at"]) async for row in found]


async def known_leads(conn: "Connection", ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these there are."""
    return frozenset([row["id"] async for row in _keeping.known_leads(conn, ids=list(ids))])


async def keep_up(conn: "Connection", keep_ip_days: int) -> str | None:
    """Blank old addresses, delete leads beyond their retention and who never confirmed; what was done, or None for
    nothing."""
    blanked = purged = 0
    while await _keeping.prune_newsletter(conn):
        pass
    while some := await _keeping.blank_lead_addresses(conn, days=keep_ip_days, most=MOST_ROWS):
        blanked += some
    while some := await _keeping.purge_leads(conn, most=MOST_ROWS):
        purged += some
    return f"{blanked} leads without address now, {purged} past their time deleted" if blanked or purged else None


def _inet(address: str) -> str | None:
    try:
        return str(ip_address(address.partition("%")[0]))
    except ValueError:
        return None
