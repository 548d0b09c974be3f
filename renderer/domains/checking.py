"""One check of one claim: what DNS says, and what follows from it.

DNS is asked before anything is locked; what it said counts only for a claim that is still the same. A proof takes a
host from another site only when that site's own record is looked for at the same time, and is missing.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from asyncpg import Connection, Record

from renderer.domains import queries
from renderer.domains.claims import Claim, Refused, Standing, claimable
from renderer.domains.proofs import Finding, Proofs

log = logging.getLogger(__name__)

GRACE = timedelta(days=7)
MOST_CHECKED = 1_000
"""Claims of one round; the next takes those that are left."""
AT_ONCE = 20
"""Claims that the name servers are asked for at a time."""

ABSENT = "the TXT record was not found"
UNKNOWN = "the name servers did not answer"
HELD = "another site holds this host, and still proves it"
NOT_ENTITLED = "the owner's tier has no custom domains"
LOST = "another site has proven this host"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`standing` is None where the claim was changed or taken back meanwhile."""

    finding: Finding
    standing: Standing | None
    why: str | None = None


async def check_domain(
    conn: Connection,
    proofs: Proofs,
    claim: Claim,
    base_domains: tuple[str, ...],
    *,
    grace: timedelta = GRACE,
    by_operator: bool = False,
    finding: Finding | None = None,
) -> Outcome:
    """Look for a claim's proof, and record what follows. `by_operator`: whatever the tier says.

    `finding` is what was found a moment ago; None: look now.
    """
    try:
        claimable(claim.host, base_domains)
    except Refused as error:
        await queries.record_doubt(conn, claim, str(error))
        return Outcome(Finding.UNKNOWN, claim.standing, str(error))
    finding = finding or await proofs.look(claim)
    rivals = [other for other in await queries.claims_of_host(conn, claim.host) if other.id != claim.id]
    holder = next((other for other in rivals if other.verified_at), None)
    held = await proofs.look(holder) if holder and finding is Finding.PROVEN else None
    async with conn.transaction():
        now = await queries.lock_host(conn, claim.host)
        if claim.id not in now or now[claim.id]["token"] != claim.token:
            return Outcome(finding, None, "the claim was changed meanwhile")
        if finding is not Finding.PROVEN:
            return await _record_miss(conn, claim, finding, grace)
        rival = next((row for row in now.values() if row["verified_at"] and row["id"] != claim.id), None)
        why = _obstacle(claim, by_operator)
        if why is None and rival is not None and not _has_lost(rival, holder, held):
            why = HELD
        if why is not None:
            await queries.record_doubt(conn, claim, why)
            return Outcome(finding, claim.standing, why)
        if rival is not None and holder is not None:
            await queries.displace(conn, holder, LOST)
            log.warning("%s: proven by another site; taken from the one that proves it no more", claim.host)
        await queries.record_proof(conn, claim)
    return Outcome(finding, Standing.VERIFIED)


async def _record_miss(conn: Connection, claim: Claim, finding: Finding, grace: timedelta) -> Outcome:
    if finding is Finding.UNKNOWN:
        await queries.record_doubt(conn, claim, UNKNOWN)
        return Outcome(finding, claim.standing, UNKNOWN)
    verified, failing = await queries.record_absence(conn, claim, ABSENT, grace.total_seconds())
    return Outcome(finding, _standing(verified is not None, failing is not None), ABSENT)


def _has_lost(rival: Record, holder: Claim | None, held: Finding | None) -> bool:
    """Whether the site that has the host is the one that was looked for just now, under the very token it has, and its
    record is missing."""
    is_same = holder is not None and (rival["id"], rival["token"]) == (holder.id, holder.token)
    return is_same and held is Finding.ABSENT


async def check_due(conn: Connection, proofs: Proofs, base_domains: tuple[str, ...], grace: timedelta = GRACE) -> int:
    """Check what is due, each claim by itself; returns how many."""
    due = await queries.due_claims(conn, MOST_CHECKED)
    turns = asyncio.Semaphore(AT_ONCE)

    async def look(claim: Claim) -> Finding:
        async with turns:
            return await proofs.look(claim)

    found = await asyncio.gather(*map(look, due))
    for claim, finding in zip(due, found, strict=True):
        outcome = await check_domain(conn, proofs, claim, base_domains, grace=grace, finding=finding)
        if outcome.standing not in (None, claim.standing):
            log.info("%s: %s, now %s", claim.host, claim.standing, outcome.standing)
    return len(due)


def _obstacle(claim: Claim, by_operator: bool) -> str | None:
    """Why a proof does not count: a right is refused where it is claimed, and never taken from who has proven it."""
    return None if claim.entitled or by_operator or claim.verified_at else NOT_ENTITLED


def _standing(verified: bool, failing: bool) -> Standing:
    if verified:
        return Standing.FAILING if failing else Standing.VERIFIED
    return Standing.QUARANTINED if failing else Standing.CLAIMED
