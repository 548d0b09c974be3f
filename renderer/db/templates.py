"""The templates table: one row a theme, written from its theme.toml."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import asyncpg

from renderer.db import queries

_JSON = ("component_structure", "css_variables", "available_color_schemes")
_queries = queries.load("templates")


async def upsert_templates(conn: asyncpg.Connection, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Write the rows of themes; returns the ids that were new or changed. A row that says the same stays untouched."""
    changed = []
    for row in rows:
        columns = {**row, **{name: json.dumps(row[name]) for name in _JSON}}
        if await _queries.upsert_template(conn, **columns):
            changed.append(str(row["id"]))
    return changed


async def known_templates(conn: asyncpg.Connection) -> dict[str, bool]:
    """Id → is_active of every row."""
    return {row["id"]: row["is_active"] async for row in _queries.known_templates(conn)}
