"""sql/queries/writing.sql as typed functions."""

import json
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from renderer.console.writing.post import (
    MOST_LABEL_SLUG,
    NOTHING,
    Post,
    PostLine,
    Typed,
    labels,
    one_line,
    post_of,
    slug_of,
)
from renderer.db import queries

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("writing")


class SlugTaken(Exception):
    """Another post of the site stands at that address."""


class Changed(Exception):
    """Somebody else saved meanwhile, or it is gone."""


async def list_posts(
    conn: "Connection", website_id: UUID, *, shelf: str = "", words: str = "", most: int = 50, skip: int = 0
) -> list[PostLine]:
    """The one that changed last first. `shelf` is one of SHELVES, or "" for all."""
    rows = _queries.posts(conn, website_id=website_id, shelf=shelf or None, words=words or None, most=most, skip=skip)
    return [PostLine(**{**row, "status": row["status"] or "draft", "views": row["views"] or 0}) async for row in rows]


async def find_post(conn: "Connection", website_id: UUID, post_id: UUID, zone: ZoneInfo) -> Post | None:
    row = await _queries.post(conn, website_id=website_id, post_id=post_id)
    return post_of(row, zone) if row else None


async def add_post(conn: "Connection", website_id: UUID, typed: Typed, at: datetime | None) -> UUID:
    """Its id. Raises SlugTaken."""
    try:
        async with conn.transaction():
            made: UUID = await _queries.insert_post(
                conn,
                website_id=website_id,
                slug=typed.slug,
                title=typed.title,
                excerpt=typed.excerpt or None,
                content=_content(typed),
                status=typed.status,
                scheduled_at=at,
                featured_image=typed.featured or None,
            )
    except asyncpg.UniqueViolationError:
        raise SlugTaken from None
    await _label(conn, website_id, made, typed, NOTHING)
    return made


async def hold_post(conn: "Connection", website_id: UUID, post_id: UUID, seen: str) -> None:
    """Until the transaction ends it stays as it was seen, with what is kept beside it. Raises Changed."""
    await _queries.lock_post(conn, website_id=website_id, post_id=post_id)
    # Another statement: it sees what whoever was waited for has done.
    if await _queries.seen_of_post(conn, website_id=website_id, post_id=post_id) != seen:
        raise Changed


async def save_post(
    conn: "Connection",
    website_id: UUID,
    post_id: UUID,
    typed: Typed,
    at: datetime | None,
    *,
    live: Typed,
    written: bool,
) -> None:
    """Of a post that is held, in place of `live`. `written`: whether the text changed; otherwise the document stays as
    it is. Raises SlugTaken."""
    try:
        async with conn.transaction():
            await _queries.update_post(
                conn,
                website_id=website_id,
                post_id=post_id,
                slug=typed.slug,
                title=typed.title,
                excerpt=typed.excerpt or None,
                content=_content(typed) if written else None,
                status=typed.status,
                scheduled_at=at,
                featured_image=typed.featured or None,
            )
    except asyncpg.UniqueViolationError:
        raise SlugTaken from None
    await _label(conn, website_id, post_id, typed, live)


async def keep_labels(conn: "Connection", website_id: UUID, post_id: UUID, typed: Typed, live: Typed) -> None:
    """Beside the post: those that are not as they are on it."""
    await _queries.keep_labels(
        conn,
        website_id=website_id,
        post_id=post_id,
        categories=typed.categories if typed.categories != live.categories else None,
        tags=typed.tags if typed.tags != live.tags else None,
        appears_at=typed.at if typed.at != live.at else None,
    )


async def kept_labels(conn: "Connection", website_id: UUID, post_id: UUID) -> dict[str, str]:
    """By their names in `Typed`, those that are kept beside the post."""
    row = await _queries.kept_labels(conn, website_id=website_id, post_id=post_id)
    return {name: value for name, value in dict(row or {}).items() if value is not None}


async def _label(conn: "Connection", website_id: UUID, post_id: UUID, typed: Typed, live: Typed) -> None:
    """What was not typed is not touched: another program's labels may have names that no text between commas tells
    apart."""
    for name, call in (("categories", _queries.set_categories), ("tags", _queries.set_tags)):
        text = getattr(typed, name)
        if text != one_line(getattr(live, name)):
            names = labels(text)
            slugs = [slug_of(one, MOST_LABEL_SLUG) for one in names]
            await call(conn, website_id=website_id, post_id=post_id, names=names, slugs=slugs)


def _content(typed: Typed) -> str:
    return json.dumps({"type": "markdown", "text": typed.body or ""}, ensure_ascii=False)
