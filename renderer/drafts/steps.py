"""Changes of a site's draft one step at a time, the last of which can be taken back, and then the one before."""

import json
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.drafts.kinds import SITE, Subject, Values
from renderer.drafts.working import Draft, Stale, discard, open_draft, save

if TYPE_CHECKING:
    from renderer.db.lease import Connection

MOST_STEPS = 30
MOST_KEPT = 400_000
"""Characters of former columns that a step keeps; what is larger cannot be taken back."""


async def change(conn: "Connection", subject: Subject, values: Values, *, seen: Draft, edited_by: UUID) -> Draft:
    """Save what differs in `values`, and keep what it replaces. Where nothing differs nothing is written.

    Of sites alone. Raises what `save` raises.
    """
    assert subject.kind is SITE  # noqa: S101 steps are kept of sites
    changed = {name: value for name, value in values.items() if seen.values[name] != value}
    if not changed:
        return seen
    async with conn.transaction():
        draft = await save(conn, subject, changed, seen=seen, edited_by=edited_by)
        former = json.dumps({name: seen.values[name] for name in changed}) if seen.version else None
        if former is None or len(former) <= MOST_KEPT:
            await subject.ask(conn, "keep_step", version=draft.version, before=seen.version, former=former)
            await subject.ask(conn, "prune_steps", most=MOST_STEPS)
    return draft


async def can_undo(conn: "Connection", subject: Subject, draft: Draft) -> bool:
    """Whether a step made the draft what it is."""
    return draft.version > 0 and await subject.ask(conn, "step", version=draft.version) is not None


async def undo(conn: "Connection", subject: Subject, *, seen_version: int, edited_by: UUID) -> Draft | None:
    """Take back the step that made version `seen_version`; where that began the draft, it is discarded.

    None: no step made it, or nothing is this owner's. Raises Stale.
    """
    async with conn.transaction():
        draft = await open_draft(conn, subject)
        if draft is None:
            return None
        if draft.version != seen_version:
            raise Stale(draft)
        step = await subject.ask(conn, "step", version=draft.version)
        if step is None:
            return None
        if step["before"] == 0:
            await discard(conn, subject)
            return await open_draft(conn, subject)
        restored = await save(conn, subject, json.loads(step["former"]), seen=draft, edited_by=edited_by)
        await subject.ask(conn, "drop_step", version=draft.version)
        await subject.ask(conn, "carry_step", before=step["before"], version=restored.version)
        return restored


async def changed_columns(conn: "Connection", subject: Subject, most: int) -> dict[int, tuple[str, ...]]:
    """What each of the newest revisions of a site changed of the one before it."""
    rows = subject.rows(conn, "changed_columns", most=most)
    return {row["revision"]: tuple(row["columns"]) async for row in rows}
