"""Claiming and settling jobs."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.db import queries
from renderer.outbox.jobs import MOST_SAID, NO_SITE, SUSPECT_DEATHS, Job, Outcome

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("outbox")
MOST_LOOKED_AT = 1_000
"""Jobs of either end of those that are due, for one claim."""


async def due_kinds(conn: "Connection", kinds: Sequence[str]) -> list[str]:
    """Those of which there are jobs to be done now."""
    return [row["kind"] async for row in _queries.due_kinds(conn, kinds=list(kinds))]


async def claim_jobs(
    conn: "Connection",
    kind: str,
    *,
    lease: UUID,
    most: int,
    seconds: float,
    share: int | None = None,
    held: Mapping[UUID, int] | None = None,
    slow: Sequence[UUID] = (),
    most_slow: int = 0,
) -> list[Job]:
    """Jobs that are due, for `seconds`; nobody else gets them meanwhile. Sites take turns, each with what waits
    longest, and at most `share` of a site come, with those that are `held` already. Of the sites that are `slow`, at
    most `most_slow` jobs come, and `most` of all others. One that several workers ended over comes alone."""
    held = held or {}
    found = _queries.claim_jobs(
        conn,
        kind=kind,
        lease=lease,
        most=most,
        share=most if share is None else share,
        holders=list(held),
        held=list(held.values()),
        slow=list(slow),
        most_slow=most_slow,
        looked=MOST_LOOKED_AT,
        seconds=seconds,
        suspect=SUSPECT_DEATHS,
    )
    return [
        Job(row["id"], row["website_id"] or NO_SITE, _read(row["payload"]), row["attempts"], row["deaths"])
        async for row in found
    ]


async def settle_jobs(conn: "Connection", ids: Sequence[UUID], lease: UUID, outcome: Outcome, seconds: float) -> None:
    """Write down what became of them, where the claim still holds; `seconds` until the next attempt."""
    error = outcome.error[:MOST_SAID].replace("\0", "") if outcome.error else None
    await _queries.settle_jobs(
        conn, ids=list(ids), lease=lease, state=outcome.state, seconds=float(seconds), error=error
    )


async def give_back_jobs(conn: "Connection", ids: Sequence[UUID], lease: UUID) -> None:
    """Let others do at once what this claim has not settled."""
    await _queries.give_back_jobs(conn, ids=list(ids), lease=lease)


async def hurry_jobs(conn: "Connection", kind: str, errors: Sequence[str], most: int) -> None:
    """Let those be tried now that wait after one of these errors (patterns of LIKE), and fewer than `most` tries."""
    await _queries.hurry_jobs(conn, kind=kind, errors=list(errors), most=most)


async def prune_outbox(conn: "Connection") -> int:
    """Forget some of what was settled long ago; returns how many."""
    count: int = await _queries.prune_outbox(conn)
    return count


def _read(payload: str) -> object:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None
