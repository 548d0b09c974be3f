"""Reading a site's live content, and changing it under its lock."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg

from renderer.db import queries
from renderer.drafts.merge import Unmergeable, read

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("editing")


class Unreadable(ValueError):
    """Content that does not survive being read and written, or that the database refuses; it stays as it is."""


async def read_content(conn: "Connection", user_id: UUID, website_id: UUID) -> dict[str, Any]:
    """The document; an empty one where there is none. Raises Unreadable and LookupError (nothing of this owner's)."""
    row = await _queries.live_content(conn, user_id=user_id, website_id=website_id)
    if row is None:
        raise LookupError("nothing of this owner's that can be edited")
    try:
        document = read(row["generated_content"]) if row["generated_content"] else {}
    except Unmergeable as fault:
        raise Unreadable(str(fault)) from None
    return document if isinstance(document, dict) else {}


async def change_content(
    conn: "Connection", user_id: UUID, website_id: UUID, change: Callable[[dict[str, Any]], None]
) -> None:
    """`change` the document in place; whoever else does so waits. What it raises leaves everything as it was."""
    async with conn.transaction():
        document = await read_content(conn, user_id, website_id)
        change(document)
        text = json.dumps(document, ensure_ascii=False)
        try:
            async with conn.transaction():
                await _queries.write_content(conn, user_id=user_id, website_id=website_id, content=text)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, UnicodeError) as fault:
            raise Unreadable(str(fault)) from None
