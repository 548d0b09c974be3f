"""Working on a draft: opening, saving, comparing, discarding."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg

from renderer.drafts.kinds import Kind, Subject, Values
from renderer.drafts.merge import NOTHING, Difference, Unmergeable, differences, read, told

if TYPE_CHECKING:
    from renderer.db.lease import Connection


@dataclass(frozen=True, slots=True)
class Draft:
    """`version` is what `save` wants to hear again: 0 for one that is not stored yet. `base_revision` is the
    revision it began from."""

    values: Values = field(repr=False)
    base_revision: int
    version: int = 0
    edited_by: UUID | None = None
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RevisionNote:
    revision: int
    taken_at: datetime
    written_by: str
    """A role of the database."""
    is_live: bool


class Stale(Exception):
    """Somebody else saved, published or discarded meanwhile; `draft` is how it stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"the draft is at version {draft.version}")
        self.draft = draft


class Refused(ValueError):
    """What the database cannot store: too long, not JSON, not text; str() says what."""


async def open_draft(conn: "Connection", subject: Subject) -> Draft | None:
    """The draft there is, or what one would begin with. None: nothing of this owner's."""
    async with conn.transaction():
        return await _opened(conn, subject)


async def save(conn: "Connection", subject: Subject, values: Values, *, seen: Draft, edited_by: UUID | None) -> Draft:
    """Columns that are not given stay as they are in the draft. `seen` is the draft that the editor saw.

    Raises Stale, Refused, LookupError (nothing of this owner's), KeyError for a column that is no content.
    """
    unknown = set(values) - set(subject.kind.columns)
    if unknown:
        raise KeyError(f"no content: {', '.join(sorted(unknown))}")
    async with conn.transaction():
        now = await _opened(conn, subject)
        if now is None:
            raise LookupError("nothing of this owner's")
        if now.version != seen.version:
            raise Stale(now)
        # What was live when the editor looked, where nothing is stored yet.
        base = now.base_revision if now.version else seen.base_revision
        kept = {**(now.values if now.version else seen.values), **values}
        try:
            async with conn.transaction():
                version = await subject.ask(conn, "keep", base_revision=base, edited_by=edited_by, **kept)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, ValueError, TypeError) as fault:
            raise Refused(str(fault)) from None
        assert version == now.version + 1  # noqa: S101 the live row's lock
        stored = await _opened(conn, subject)
        assert stored is not None  # noqa: S101 the same
        return stored


async def discard(conn: "Connection", subject: Subject) -> bool:
    """False: there was none."""
    return await subject.ask(conn, "discard") is not None


async def revisions(conn: "Connection", subject: Subject) -> list[RevisionNote]:
    """The newest first, 100 at most."""
    return [RevisionNote(**dict(row)) async for row in subject.rows(conn, "revisions")]


async def difference(conn: "Connection", subject: Subject) -> list[Difference]:
    """What the draft would change of what is live now; nothing where there is no draft."""
    async with conn.transaction():
        live, draft = await subject.ask(conn, "live"), await subject.ask(conn, "draft")
    if live is None or draft is None:
        return []
    found: list[Difference] = []
    for column in subject.kind.columns:
        # Documents may be megabytes: not on the loop.
        found += await asyncio.to_thread(column_differences, subject.kind, column, live[column], draft[column])
    return found


def column_differences(kind: Kind, column: str, live: Any, draft: Any) -> list[Difference]:
    if live == draft:
        return []
    pointer = f"/{column}"
    try:
        ours, theirs = (read(live), read(draft)) if column in kind.documents else (live, draft)
        return differences(NOTHING if ours is None else ours, NOTHING if theirs is None else theirs, pointer)
    except (Unmergeable, RecursionError):
        return [told(pointer, live, draft)]


async def _opened(conn: "Connection", subject: Subject) -> Draft | None:
    live = await subject.ask(conn, "live")
    if live is None:
        return None
    row = await subject.ask(conn, "draft")
    columns = subject.kind.columns
    if row is None:
        return Draft({name: live[name] for name in columns}, live["revision"])
    values = {name: row[name] for name in columns}
    return Draft(values, row["base_revision"], row["version"], row["edited_by"], row["edited_at"])
