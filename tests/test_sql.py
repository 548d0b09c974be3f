"""Every query states its scope and is understood by the migrated schema."""

import re
from collections.abc import AsyncIterator
from fnmatch import fnmatch
from pathlib import Path

import asyncpg
import pytest

from renderer.db import queries
from tests.conftest import ABOVE_SQL
from tests.databases import Databases

# Rooms that may look across tenants, and why.
PLATFORM = {
    "domains": "one host may be claimed by several sites, and only one of them gets it",
    "console_doors": "who is signing in is known by an e-mail address or a cookie alone",
    "changes": "a worker keeps something of every site",
    "edge": "the host is what tells the tenants apart",
    "deliveries": "jobs of one claim may be of several sites; returns nothing of them",
    "demo": "loads the demo's own owners and sites",
    "gate_health": "tells an operator which protected sites let nobody in",
    "form_keeping": "what is kept too long ends, whosever it was; returns ids and counts alone",
    "indexnow": "whether the platform announces anything at all",
    "internal": "a certificate is had for any verified host; else counts alone",
    "limits": "who floods one site floods many; returns counts alone",
    "outbox": "whoever is free does the next job, whosever it is",
    "media": "upkeep erases files that nobody has",
    "platform": "speaks of the database itself",
    "purge": "a cache in front keeps something of every site; returns counts alone",
    "rollup": "sums the days of many sites at once; returns counts alone",
    "sites": "an operator names the site; all else is held to it",
    "upkeep": "what nobody reads any more has to end, whosever it was",
    "templates": "templates belong to nobody",
    "views": "a batch holds the views of many sites; returns counts alone",
}
SCOPED_BY = {"site": "website_id", "owner": "user_id"}
NAMED = [(room, name) for room in queries.rooms() for name in queries.scopes(room)]


@pytest.fixture(scope="module")
async def schema(databases: Databases) -> AsyncIterator[asyncpg.Connection]:
    """To one database for all queries: they are not run, and a fresh one each took most of the time."""
    made = databases.make()
    connection = await asyncpg.connect(made.url)
    yield connection
    await connection.close()
    databases.drop(made)


@pytest.mark.parametrize(("room", "name"), NAMED, ids=[f"{room}.{name}" for room, name in NAMED])
async def test_a_query_is_understood_by_the_schema_and_keeps_to_its_scope(
    schema: asyncpg.Connection, room: str, name: str
) -> None:
    await schema.prepare(getattr(queries.load(room), name).sql)
    scope = queries.scopes(room)[name]
    # As written: once loaded, parameters have lost their names.
    sql = queries.text(room, name)
    if scope == "platform":
        assert room in PLATFORM, f"{room} may not look across tenants"
    else:
        assert f":{SCOPED_BY[scope]}" in sql, f"{room}.{name} is not held to one {scope}"


def test_every_room_with_queries_has_some() -> None:
    assert {room for room, _ in NAMED} == set(queries.rooms())
    assert len(NAMED) > 5


def test_each_file_that_is_said_to_lie_above_sql_is_there() -> None:
    about = [file.stem.removeprefix("test_") for file in Path(__file__).parent.glob("test_*.py")]
    assert [one for one in ABOVE_SQL if not any(fnmatch(name, one) for name in about)] == []


def test_a_query_without_a_scope_does_not_load(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "odd.sql"  # type: ignore[operator]
    path.write_text("-- name: all_leads\nSELECT 1;\n")
    monkeypatch.setattr(queries, "QUERIES", tmp_path)
    with pytest.raises(ValueError, match="all_leads"):
        queries.scopes("odd")


# Taken on connections of their own, which end with what was done under them.
LOCKING = {"upkeep", "views"}
_LASTING = re.compile(
    r"^\s*(SET|RESET|LISTEN|PREPARE|DECLARE|CREATE)\b|pg_(try_)?advisory_lock|set_config\([^()]*,\s*false\s*\)", re.I
)


def test_no_query_of_a_request_leaves_anything_behind_in_its_session() -> None:
    """The pool undoes nothing between two requests (db/pool.py)."""
    lasting = {room for room, name in NAMED if _LASTING.search(queries.text(room, name))}
    assert lasting <= LOCKING
