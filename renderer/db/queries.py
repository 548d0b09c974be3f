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


class Room:
    """The queries of a file by name, each a function of a connection and keyword arguments (aiosql).

    A query is read when it is asked for first: of several hundred, a start needs a few.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, query: str) -> Any:
        if query.startswith("__"):
            raise AttributeError(query)
        try:
            written = text(self._name, query)
        except KeyError as missing:
            raise AttributeError(*missing.args) from None
        function = getattr(aiosql.from_str(written, cast("Any", _Adapter), mandatory_parameters=False), query)
        setattr(self, query, function)
        return function


@cache
def load(room: str) -> Any:
    """The queries of sql/queries/<room>.sql, a `Room`."""
    return Room(room)


def scopes(room: str) -> dict[str, str]:
    """Scope of each query of a room. Raises ValueError where one is missing or unknown."""
    return {name: scope for name, (scope, _) in _read(room).items()}


def text(room: str, name: str) -> str:
    """A query as it is written, with its parameters' names. Raises KeyError where there is none of that name, and as
    `scopes` does."""
    try:
        return _read(room)[name][1]
    except KeyError:
        raise KeyError(f"{room}.{name}") from None


@cache
def _read(room: str) -> dict[str, tuple[str, str]]:
    """(scope, text) by name."""
    file = (QUERIES / f"{room}.sql").read_text("utf-8")
    scope_of = {match["name"]: match["scope"] for match in _HEAD.finditer(file)}
    starts = list(_NAME.finditer(file))
    found = {}
    for number, match in enumerate(starts):
        name, end = match["name"], starts[number + 1].start() if number + 1 < len(starts) else None
        if scope_of.get(name) not in SCOPES:
            raise ValueError(f"sql/queries/{room}.sql: {name}: no `-- scope:` of {sorted(SCOPES)} above it")
        found[name] = scope_of[name], file[match.start() : end]
    return found


def rooms() -> list[str]:
    """Every room that has queries."""
    return sorted(path.stem for path in QUERIES.glob("*.sql"))
