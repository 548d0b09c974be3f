"""Rows of forms: what pages and the forms themselves ask."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.db import queries
from renderer.themes.forms import FormRow

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("forms")


async def forms_by_key(conn: "Connection", website_id: UUID, keys: Collection[str]) -> dict[str, FormRow | None]:
    """The forms of these types or ids that a site has, or that are offered to all, by key; None: switched off. A key
    that no row has is left out."""
    found = _queries.forms_by_key(conn, website_id=website_id, keys=list(keys))
    return {
        row["key"]: FormRow(row["key"], row["form_type"], row["fields"], row["settings"], row["name"])
        if row["is_active"] is not False
        else None
        async for row in found
    }
