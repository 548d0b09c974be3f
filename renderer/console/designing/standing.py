"""What stands around a site's draft: its owner's tier, its status, and the rows of the themes that it may choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from renderer.db import queries

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("designing")


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """Of `templates`; documents as text."""

    id: str
    default_sections: tuple[str, ...] | None
    css_variables: str | None
    available_color_schemes: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    subdomain: str
    status: str
    is_protected: bool
    updated_at: datetime | None
    tier: str
    oversized: tuple[str, ...]
    """Columns that are too large to be read, and so to be drafted."""
    templates: Mapping[str, TemplateRow]


async def standing_of(conn: "Connection", user_id: UUID, website_id: UUID) -> Standing | None:
    """None: nothing of this owner's."""
    row = await _queries.standing_of_site(conn, user_id=user_id, website_id=website_id)
    if row is None:
        return None
    rows = _queries.templates_of_site(conn, user_id=user_id, website_id=website_id)
    templates = {
        one["id"]: TemplateRow(**{**one, "default_sections": _texts(one["default_sections"])}) async for one in rows
    }
    return Standing(
        row["subdomain"],
        row["status"] or "draft",
        row["is_protected"],
        row["updated_at"],
        row["tier"],
        tuple(row["oversized"] or ()),
        templates,
    )


def _texts(array: list[Any] | None) -> tuple[str, ...] | None:
    return None if array is None else tuple(one for one in array[:200] if isinstance(one, str))
