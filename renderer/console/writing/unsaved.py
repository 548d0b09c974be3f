"""What was typed into a post and not saved: kept for who typed it, until it is saved or given up."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.console.keeping import Tabs
from renderer.console.writing.post import MOST_BODY, Typed, read_document
from renderer.db import queries

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("writing")
_KEPT = ("title", "slug", "excerpt", "body", "at", "categories", "tags", "featured")
"""A status is given by a button, and no button was pressed."""


@dataclass(frozen=True, slots=True)
class Typist:
    """Who types what: `post_id` is None for a post that is not stored yet."""

    user_id: UUID
    website_id: UUID
    post_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Unsaved:
    """`seen` is the version of the post that it began from, `tab` the open page that it was typed into."""

    typed: Typed
    seen: str
    tab: str
    typed_at: datetime


async def keep_unsaved(conn: "Connection", typist: Typist, typed: Typed, seen: str, tabs: Tabs) -> bool:
    """In place of what was kept before. False: the site has no such post, or another open page of it keeps its own."""
    kept = {name: value for name, value in asdict(typed).items() if name in _KEPT}
    text = json.dumps(kept, ensure_ascii=False)
    named = {"tab": tabs.own, "tabs": list(tabs.known)}
    made = await _queries.keep_unsaved(conn, **asdict(typist), typed=text, seen=seen, **named)
    return made is not None


async def find_unsaved(conn: "Connection", typist: Typist, stored: Typed) -> Unsaved | None:
    """Laid over what is stored; None where that says the same already."""
    row = await _queries.unsaved(conn, **asdict(typist))
    if row is None:
        return None
    value = read_document(row["typed"])
    kept = value if isinstance(value, dict) else {}
    texts = {name: kept[name][:MOST_BODY] for name in _KEPT if isinstance(kept.get(name), str)}
    if stored.body is None:
        texts.pop("body", None)  # another editor's by now
    typed = replace(stored, **texts)
    return Unsaved(typed, row["seen"], row["tab"], row["typed_at"]) if typed != stored else None


async def unsaved_of_site(conn: "Connection", typist: Typist, most: int = 200) -> set[UUID | None]:
    """Posts that have some; None among them stands for one that is not stored yet."""
    rows = _queries.unsaved_of_site(conn, website_id=typist.website_id, user_id=typist.user_id, most=most)
    return {row["post_id"] async for row in rows}


async def is_kept(conn: "Connection", typist: Typist) -> bool:
    return await _queries.unsaved(conn, **asdict(typist)) is not None


async def forget_unsaved(conn: "Connection", typist: Typist, tabs: Tabs | None = None) -> None:
    """`tabs`: what another open page typed stays."""
    known = list(tabs.known) if tabs and tabs.own else None
    await _queries.forget_unsaved(conn, **asdict(typist), tabs=known)
