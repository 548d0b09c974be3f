"""From draft to live, in one transaction; the triggers of the live rows keep revisions and tell the caches."""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import asyncpg

from renderer.drafts.kinds import SITE, Kind, Subject, Values
from renderer.drafts.merge import NOTHING, Difference, Unmergeable, merge, read, told
from renderer.drafts.working import Draft, Refused, Stale

if TYPE_CHECKING:
    from renderer.db.lease import Connection

Keep = Literal["live", "draft"]


@dataclass(frozen=True, slots=True)
class Published:
    """`before` and `revision` number what was live and what is; equal where nothing differed. `merged`: whether what
    others wrote since the draft began is in it."""

    before: int
    revision: int
    merged: bool = False


class Conflict(Exception):
    """The draft and somebody else changed the same places otherwise; nothing was published."""

    def __init__(self, differences: tuple[Difference, ...]) -> None:
        super().__init__(", ".join(difference.pointer for difference in differences))
        self.differences = differences


class Gone(LookupError):
    """Nothing of this owner's, or no such revision, or no draft."""


async def publish(
    conn: "Connection",
    subject: Subject,
    *,
    seen_version: int,
    keep: Keep | None = None,
    status: str | None = "published",
) -> Published:
    """Make the draft live, if there is one, and whatever is there visible (`status`; None leaves that as it is).

    `seen_version` is that of the draft that was looked at, 0 for none; `keep` decides conflicts. Raises Stale,
    Conflict, Gone, Refused (a template that is gone, a slug that is taken; a suspended site).
    """
    async with conn.transaction():
        live = await _live(conn, subject)
        row = await subject.ask(conn, "draft")
        if (row["version"] if row else 0) != seen_version:
            columns = subject.kind.columns
            raise Stale(
                Draft({name: row[name] for name in columns}, row["base_revision"], row["version"], row["edited_by"])
                if row
                else Draft({name: live[name] for name in columns}, live["revision"])
            )
        if row is None:
            _refuse_suspended(live, status)
            if status is not None:
                await subject.ask(conn, "status", status=status)
            return Published(live["revision"], live["revision"])
        if row["base_revision"] == live["revision"]:
            values: Values = row
        else:
            base = await subject.ask(conn, "revision", revision=row["base_revision"])
            # Documents may be megabytes: not on the loop.
            values = await asyncio.to_thread(merged_columns, subject.kind, base, live, row, keep)
        published = await _write(conn, subject, live, values, status)
        await subject.ask(conn, "discard")
    return Published(published.before, published.revision, row["base_revision"] != live["revision"])


async def roll_back(conn: "Connection", subject: Subject, revision: int) -> Published:
    """Publish an old revision: a new one with its content. A draft there is stays. Raises Gone, Refused."""
    async with conn.transaction():
        live = await _live(conn, subject)
        row = await subject.ask(conn, "revision", revision=revision)
        if row is None:
            raise Gone("no such revision")
        return await _write(conn, subject, live, row, None)


async def set_status(conn: "Connection", subject: Subject, status: str) -> None:
    """Unpublish (draft), archive, publish what is there. Raises Gone, also for a site that is suspended."""
    if status not in subject.kind.statuses:
        raise ValueError(f"not an owner's to set: {status}")
    if await subject.ask(conn, "status", status=status) is None:
        raise Gone("nothing of this owner's")


async def schedule(conn: "Connection", subject: Subject, moment: datetime) -> None:
    """Let a post be seen from a moment on. Raises Gone."""
    if subject.kind is SITE:
        raise ValueError("a post is scheduled, a site is published")
    if await subject.ask(conn, "schedule", moment=moment) is None:
        raise Gone("nothing of this owner's")


async def set_password(conn: "Connection", subject: Subject, password_hash: str | None) -> None:
    """Put a site behind a password (gate.passwords.hash_password makes the hash), or open it. Raises Gone."""
    if subject.kind is not SITE:
        raise ValueError("a site has a password, a post has none")
    if await subject.ask(conn, "password", hash=password_hash) is None:
        raise Gone("nothing of this owner's")


def merged_columns(kind: Kind, base: Values | None, live: Values, draft: Values, keep: Keep | None) -> dict[str, Any]:
    """Both sides' changes since `base` (None: it is forgotten, and whatever differs is a conflict). Raises Conflict."""
    values: dict[str, Any] = {}
    conflicts: list[Difference] = []
    for column in kind.columns:
        ours, theirs = live[column], draft[column]
        known = base[column] if base is not None else NOTHING
        if ours == theirs or known == theirs:
            values[column] = ours
        elif known == ours:
            values[column] = theirs
        elif column in kind.documents and base is not None:
            values[column] = _merged_document(column, known, ours, theirs, keep, conflicts)
        else:
            values[column] = theirs if keep == "draft" else ours
            if keep is None:
                conflicts.append(told(f"/{column}", ours, theirs))
    if conflicts:
        raise Conflict(tuple(conflicts))
    return values


def _merged_document(
    column: str, base: str | None, live: str | None, draft: str | None, keep: Keep | None, conflicts: list[Difference]
) -> str | None:
    try:
        merged = merge(read(base), read(live), read(draft), f"/{column}", keep)
        conflicts += merged.conflicts
        return None if merged.value is NOTHING else json.dumps(merged.value, ensure_ascii=False)
    except (Unmergeable, RecursionError):
        if keep is None:
            conflicts.append(told(f"/{column}", live, draft))
        return draft if keep == "draft" else live


async def _live(conn: "Connection", subject: Subject) -> Any:
    live = await subject.ask(conn, "live")
    if live is None:
        raise Gone("nothing of this owner's")
    return live


async def _write(conn: "Connection", subject: Subject, live: Values, values: Values, status: str | None) -> Published:
    _refuse_suspended(live, status)
    content = {name: values[name] for name in subject.kind.columns}
    try:
        async with conn.transaction():
            revision = await subject.ask(conn, "write", status=status, **content)
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as fault:
        raise Refused(str(fault)) from None
    return Published(live["revision"], revision)


def _refuse_suspended(live: Values, status: str | None) -> None:
    if status is not None and live["status"] == "suspended":
        raise Refused("suspended: what is published is not the owner's to say")
