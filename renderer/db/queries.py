"""Named queries of sql/queries, one file a room, each with its scope.

A `-- scope: site | owner | platform` line stands above each `-- name:`; a query without one does not load.
"""

import re
from collections.abc import AsyncIterator
from functools import cache
from typing import Any, cast

import aiosql
from aiosql.adapters.asyncpg import AsyncPGAdapter

from renderer.settings import ROOT

QUERIES = ROOT / "sql" / "queries"
SCOPES = frozenset({"site", "owner", "platform"})

_HEAD = re.compile(r"^-- scope: *(?P<scope>\S+) *\n-- name: *(?P<name>[a-z0-9_]+)", re.MULTILINE)
_NAME = re.compile(r"^-- name: *(?P<name>[a-z0-9_]+)", re.MULTILINE)


class _Adapter(AsyncPGAdapter):
    """aiosql's own looks at each call whether it was given a pool, by listing all that an object has: it never is."""

    async def select(
        self, conn: Any, query_name: str, sql: str, parameters: Any, record_class: Any = None
    ) -> AsyncIterator[Any]:
        for record in await conn.fetch(sql, *self._ordered(query_name, parameters)):
            yield record

    async def select_one(self, conn: Any, query_name: str, sql: str, parameters: Any, record_class: Any = None) -> Any:
        return await conn.fetchrow(sql, *self._ordered(query_name, parameters))

    async def select_value(self, conn: Any, query_name: str, sql: str, parameters: Any) -> Any:
        return await conn.fetchval(sql, *self._ordered(query_name, parameters))

    async def insert_update_delete(self, conn: Any, query_name: str, sql: str, parameters: Any) -> Any:
        return await conn.execute(sql, *self._ordered(query_name, parameters))

    def _ordered(self, query_name: str, parameters: dict[str, Any]) -> list[Any]:
        return [parameters[name] for name in self.var_sorted[query_name]]


@cache
def load(room: str) -> Any:
    """The queries of sql/queries/<room>.sql as functions of a connection and keyword arguments (aiosql)."""
    scopes(room)
    return aiosql.from_path(
        QUERIES / f"{room}.sql", cast("Any", _Adapter), mandatory_parameters=False, encoding="utf-8"
    )


@cache
def scopes(room: str) -> dict[str, str]:
    """Scope of each query of a room. Raises ValueError where one is missing or unknown."""
    text = (QUERIES / f"{room}.sql").read_text("utf-8")
    found = {match["name"]: match["scope"] for match in _HEAD.finditer(text)}
    for match in _NAME.finditer(text):
        if found.get(match["name"]) not in SCOPES:
            raise ValueError(f"sql/queries/{room}.sql: {match['name']}: no `-- scope:` of {sorted(SCOPES)} above it")
    return found


def text(room: str, name: str) -> str:
    """A query as it is written, with its parameters' names."""
    file = (QUERIES / f"{room}.sql").read_text("utf-8")
    starts = list(_NAME.finditer(file))
    for number, match in enumerate(starts):
        if match["name"] == name:
            return file[match.start() : starts[number + 1].start() if number + 1 < len(starts) else None]
    raise KeyError(f"{room}.{name}")


def rooms() -> list[str]:
    """Every room that has queries."""
    return sorted(path.stem for path in QUERIES.glob("*.sql"))
