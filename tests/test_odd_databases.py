"""Databases, roles and what stands between that are not as a careful operator would have them."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psycopg
import pytest
from asyncpg.types import ServerVersion
from psycopg import sql

from renderer.cli.context import connect
from renderer.cli.faults import explain
from renderer.db.ground import why_not
from renderer.db.migrations import MigrationError, migrate
from renderer.db.pool import open_pool
from renderer.db.schema import SchemaMismatch, check_schema
from renderer.db.sessions import DatabaseAway, connect_straight
from tests.databases import PASSWORD, Database
from tests.pooler import pooler
from tests.test_cli import environment, renderer


@pytest.fixture
def folder() -> Iterator[Path]:
    # Names of sockets are short.
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        yield Path(name)


async def test_behind_a_pooler_no_statement_is_kept_and_without_one_each_is(database: Database, folder: Path) -> None:
    async with pooler(database.url, folder) as between:
        for url, plans in ((between.url, "auto"), (database.url, "force_generic_plan")):
            pool = await open_pool(url, largest=2, connect_seconds=5, statement_seconds=5, planned_once=True)
            async with pool.acquire() as one, pool.acquire() as other:
                for conn in (one, other, one):
                    assert await conn.fetchval("SELECT current_setting('plan_cache_mode') || $1", "!") == f"{plans}!"
                    # Behind a pooler it is the server's own setting.
                    assert url == between.url or await conn.fetchval("SHOW jit") == "off"
            await pool.close()
        assert not between.prepared
        conn = await connect_straight(database.url, 5)
        assert await conn.fetchval("SHOW jit") == "off"
        await conn.close()
        with pytest.raises(DatabaseAway, match=r"database\.direct_url"):
            await connect_straight(between.url, 5)
        with pytest.raises(DatabaseAway, match=r"database\.direct_url"):
            await asyncio.to_thread(migrate, between.url)


async def test_a_connection_given_up_while_it_is_asked_is_ended(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: asyncio.Queue[asyncpg.Connection] = asyncio.Queue()

    async def never(conn: asyncpg.Connection, *_: object) -> None:
        asked.put_nowait(conn)
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncpg.Connection, "fetchval", never)
    pool = await open_pool(database.url, largest=1, connect_seconds=5, statement_seconds=5)
    for opening in (connect_straight(database.url, 5), pool._get_new_connection()):
        waiting = asyncio.create_task(opening)
        conn = await asked.get()
        waiting.cancel()
        await asyncio.wait([waiting])
        assert waiting.cancelled()
        assert conn.is_closed()
    await pool.close()


def test_a_server_behind_a_pooler_alone_is_refused_in_one_sentence(tmp_path: Path, database: Database) -> None:
    async def tried() -> list[tuple[str, int]]:
        with tempfile.TemporaryDirectory(dir="/tmp") as name:
            async with pooler(database.url, Path(name)) as between:
                known = environment(tmp_path, TAPSITE_DATABASE_URL=between.url)
                runs = [await asyncio.to_thread(renderer, known, command) for command in ("serve", "maintain")]
        return [(run.stderr, run.returncode) for run in runs]

    for said, code in asyncio.run(tried()):
        assert code == 4
        assert "a pooler (such as PgBouncer) answers" in said
        assert said.count("\n") == 1


def test_whatever_a_role_was_set_to_its_database_is_migrated_and_kept(empty_database: Database, tmp_path: Path) -> None:
    odd = {
        "statement_timeout": "5ms",
        "idle_in_transaction_session_timeout": "5ms",
        "idle_session_timeout": "1s",
        "search_path": "pg_catalog",
        "client_encoding": "latin1",
        "standard_conforming_strings": "off",
        "datestyle": "German",
        "timezone": "Asia/Jakarta",
    }
    owner = f"odd_{empty_database.name}"
    name, role = sql.Identifier(empty_database.name), sql.Identifier(owner)
    with psycopg.connect(empty_database.admin_url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(PASSWORD)))
        url = empty_database.url_as(owner)
        with pytest.raises(MigrationError, match=r"may not create tables in .* OWNER TO"):
            migrate(url)
        conn.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, role))
        conn.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(role))
        with pytest.raises(MigrationError, match="takes no changes"):
            migrate(url)
        conn.execute(sql.SQL("ALTER ROLE {} RESET ALL").format(role))
        for key, value in odd.items():
            conn.execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(role, sql.Identifier(key), sql.Literal(value)))
        assert migrate(url)
        kept = renderer({**environment(tmp_path), "TAPSITE_DATABASE_URL": url}, "maintain")
        assert (kept.returncode, kept.stderr) == (0, "")
        conn.execute(sql.SQL("ALTER DATABASE {} OWNER TO CURRENT_USER").format(name))
    with psycopg.connect(empty_database.admin_url, autocommit=True) as conn:
        conn.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(role))
        conn.execute(sql.SQL("DROP OWNED BY {}").format(role))
        conn.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_without_room_for_all_words_is_refused_before_anything_is_made(
    empty_database: Database, encoding: str
) -> None:
    name = sql.Identifier(f"{empty_database.name}_{encoding.lower()}")
    make = sql.SQL(
        "CREATE DATABASE {} ENCODING {} LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0 OWNER tapsite_migrate"
    )
    with psycopg.connect(empty_database.admin_url, autocommit=True) as admin:
        admin.execute(make.format(name, sql.Literal(encoding)))
        try:
            url = empty_database.url.replace(empty_database.name, f"{empty_database.name}_{encoding.lower()}")
            with pytest.raises(MigrationError, match=f"holds texts as {encoding}"):
                migrate(url)
            with psycopg.connect(url) as conn:
                assert conn.execute("SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace").rowcount == 0
        finally:
            admin.execute(sql.SQL("DROP DATABASE {}").format(name))


def test_an_extension_in_another_schema_keeps_no_database_from_being_migrated(empty_database: Database) -> None:
    with psycopg.connect(empty_database.url, autocommit=True) as conn:
        offered = conn.execute("SELECT FROM pg_available_extensions WHERE name = 'pg_trgm'").fetchone()
        if offered is None:
            pytest.skip("this server does not offer pg_trgm")
        conn.execute("CREATE SCHEMA extensions")
        conn.execute("CREATE EXTENSION pg_trgm SCHEMA extensions")
        assert migrate(empty_database.url)
        # What was typed is looked for as it is.
        assert conn.execute("SELECT similar_query(gen_random_uuid(), 'kopii')").fetchone() == (None,)


async def test_an_older_server_is_named_before_anything_is_asked_of_it() -> None:
    class Older:
        class info:
            server_version = 140_012

        def get_server_version(self) -> ServerVersion:
            return ServerVersion(14, 12, 0, "final", 0)

    said = "This is PostgreSQL 14; expected 15 or newer."
    assert why_not(Older()) == said  # type: ignore[arg-type]
    with pytest.raises(SchemaMismatch, match=said):
        await check_schema(Older())  # type: ignore[arg-type]


def test_what_cannot_be_reached_is_one_line_without_a_password(empty_database: Database) -> None:
    secret = "geheim"
    wrong = [
        empty_database.url.replace(empty_database.name, "nowhere"),
        f"postgresql://u:{secret}@127.0.0.1:1/tapsite",
        f"u:{secret}@127.0.0.1/tapsite",
        f"postgresql://u:{secret}/x@127.0.0.1:1/tapsite",
        f"http://u:{secret}@127.0.0.1/tapsite",
    ]
    for url in wrong:
        with pytest.raises(DatabaseAway) as caught:
            migrate(url)
        said, code = explain(caught.value) or ("", 0)
        assert code == 4
        assert said.startswith("database: ")
        assert secret not in said
        assert "\n" not in said


async def test_a_certificate_that_is_not_there_is_named() -> None:
    with pytest.raises(DatabaseAway, match=r"\(sslrootcert=/nowhere/ca\.pem cannot be read\)"):
        await connect("postgresql://u@127.0.0.1:1/tapsite?sslmode=verify-full&sslrootcert=/nowhere/ca.pem")


def test_a_login_without_its_role_is_told_what_to_be_given() -> None:
    fault = asyncpg.InsufficientPrivilegeError("permission denied for table schema_versions")
    assert explain(fault) == (
        "database: permission denied for table schema_versions: give the URL's user the role it is for "
        "(GRANT tapsite_edge TO …)",
        4,
    )
