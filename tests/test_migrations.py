"""Migrations: from nothing, twice, at once, without rights; and whether program and database fit."""

import asyncio
import re
import threading
from pathlib import Path

import asyncpg
import psycopg
import pytest
from psycopg import sql

from renderer.db import migrations, schema
from renderer.db.migrations import (
    MigrationError,
    migrate,
    missing_roles,
    roles_sql,
)
from renderer.db.schema import MigrationFile, SchemaMismatch, check_schema, migration_files
from tests.commands import Run
from tests.databases import PASSWORD, Database


def test_every_file_states_its_compatibility_and_has_a_number_of_its_own() -> None:
    files = migration_files()
    # A gap is no fault: what is missing is told by number, not by how many there are.
    assert len({file.number for file in files}) == len(files)
    assert all(file.compatible_from <= file.number for file in files)


def test_a_file_that_states_no_compatibility_is_an_error(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0001_odd.sql").write_text("SELECT 1;")  # type: ignore[operator]
    monkeypatch.setattr(schema, "MIGRATIONS", tmp_path)
    migration_files.cache_clear()
    try:
        with pytest.raises(ValueError, match="0001_odd"):
            migration_files()
    finally:
        migration_files.cache_clear()


def test_from_nothing_and_then_nothing_is_left_to_do(empty_database: Database) -> None:
    lines: list[str] = []
    assert migrate(empty_database.url, report=lines.append) == [file.id for file in migration_files()]
    assert len(lines) == len(migration_files())
    assert migrate(empty_database.url, legacy_zone="Asia/Jakarta") == []


def test_a_superuser_may_migrate_as_well(empty_database: Database) -> None:
    assert migrate(empty_database.admin_url)


def test_two_that_start_at_once_both_end_well_and_apply_once(empty_database: Database) -> None:
    outcomes: list[object] = []

    def run() -> None:
        try:
            outcomes.append(migrate(empty_database.url))
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, outcomes)) == [0, 0, len(migration_files())]  # type: ignore[arg-type]


def test_a_lock_that_a_killed_process_left_in_yoyos_table_stops_nobody(empty_database: Database) -> None:
    migrate(empty_database.url)
    with psycopg.connect(empty_database.url, autocommit=True) as conn:
        conn.execute("INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, now(), 1)")
    assert migrate(empty_database.url) == []


async def test_a_migration_that_fails_leaves_nothing_behind_and_may_be_run_again(
    empty_database: Database, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = schema.MIGRATIONS / "0001_foundation.sql"
    (tmp_path / good.name).write_text(good.read_text())  # type: ignore[operator]
    bad = tmp_path / "0002_bad.sql"  # type: ignore[operator]
    bad.write_text("-- compatible_from: 0002\nCREATE TABLE half (a int);\nSELECT 1 / 0;\n")
    monkeypatch.setattr(schema, "MIGRATIONS", tmp_path)
    migration_files.cache_clear()
    conn = await asyncpg.connect(empty_database.url)
    try:
        for _ in range(2):
            with pytest.raises(psycopg.errors.DivisionByZero):
                migrate(empty_database.url)
        assert await conn.fetchval("SELECT to_regclass('half')") is None
        assert await conn.fetchval("SELECT array_agg(number) FROM schema_versions") == [1]
    finally:
        await conn.close()
        migration_files.cache_clear()


def test_who_reads_for_long_holds_up_a_migration_and_no_visitors(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in schema.MIGRATIONS.glob("*.sql"):
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "9000_more.sql").write_text("-- compatible_from: 0001\nALTER TABLE users ADD COLUMN more integer;\n")
    monkeypatch.setattr(schema, "MIGRATIONS", tmp_path)
    migration_files.cache_clear()
    lines: list[str] = []
    waits = threading.Event()

    def report(line: str) -> None:
        lines.append(line)
        if "waits for" in line:
            waits.set()

    migrating = threading.Thread(target=migrate, args=[database.url], kwargs={"report": report})
    try:
        with (
            psycopg.connect(database.admin_url, application_name="pg_dump") as backup,
            psycopg.connect(database.admin_url, autocommit=True) as visitor,
        ):
            backup.execute("SELECT count(*) FROM users")
            migrating.start()
            assert waits.wait(30)
            assert re.fullmatch(r"9000_more waits for process \d+ of \w+ 'pg_dump'; visitors do not", lines[-1])
            visitor.execute("SET statement_timeout = '10s'")
            assert visitor.execute("SELECT count(*) FROM users").fetchone() == (0,)
            assert migrating.is_alive()
            backup.rollback()
            migrating.join(60)
            assert lines[-1] == "applied 9000_more"
            assert visitor.execute("SELECT count(more) FROM users").fetchone() == (0,)
    finally:
        migration_files.cache_clear()


@pytest.fixture
def plain_owner(empty_database: Database) -> str:
    """URL of an owner who may neither create roles nor anything else beyond the database."""
    role = f"plain_{empty_database.name}"
    with psycopg.connect(empty_database.admin_url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(PASSWORD)))
        conn.execute(
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(empty_database.name), sql.Identifier(role))
        )
    return role


def test_an_owner_who_may_not_create_roles_migrates_all_the_same(empty_database: Database, plain_owner: str) -> None:
    assert migrate(empty_database.url_as(plain_owner))
    with psycopg.connect(empty_database.admin_url, autocommit=True) as conn:
        granted = conn.execute("SELECT has_table_privilege('tapsite_edge', 'edge_sites', 'SELECT')").fetchone()
        conn.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(sql.Identifier(plain_owner)))
        conn.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(plain_owner)))
        conn.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(plain_owner)))
    assert granted == (True,)


async def test_missing_roles_are_named_and_the_printed_sql_makes_them(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    conn = await asyncpg.connect(database.admin_url)
    try:
        assert await missing_roles(conn) == []
        role = f"tapsite_x{database.name.rsplit('_', 1)[1]}"
        monkeypatch.setattr(migrations, "ROLES", (*migrations.ROLES, role))
        assert await missing_roles(conn) == [role]
        await conn.execute(roles_sql())
        await conn.execute(roles_sql())
        assert await missing_roles(conn) == []
        await conn.execute(f"DROP ROLE {role}")
    finally:
        await conn.close()


async def test_a_migrated_database_fits_and_an_empty_one_names_the_command(
    conn: asyncpg.Connection, empty_database: Database
) -> None:
    await check_schema(conn)
    empty = await asyncpg.connect(empty_database.url)
    try:
        with pytest.raises(SchemaMismatch, match="renderer migrate"):
            await check_schema(empty)
    finally:
        await empty.close()


async def test_the_edge_itself_may_check(database: Database) -> None:
    edge = await asyncpg.connect(database.url_as("tapsite_edge"))
    try:
        await check_schema(edge)
    finally:
        await edge.close()


async def test_a_program_runs_on_while_a_newer_database_says_it_may(
    conn: asyncpg.Connection, database: Database
) -> None:
    newest = migration_files()[-1].number
    add = "INSERT INTO schema_versions (number, id, compatible_from) VALUES ($1, $2, $3)"
    await conn.execute(add, newest + 1, "next", newest)
    await check_schema(conn)
    await conn.execute(add, newest + 2, "breaking", newest + 2)
    with pytest.raises(SchemaMismatch, match="newer release"):
        await check_schema(conn)
    with pytest.raises(MigrationError, match="newer release"):
        await asyncio.to_thread(migrate, database.url)


async def test_a_program_newer_than_its_database_names_what_is_lacking(
    conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = (*migration_files(), MigrationFile(9999, "9999_future", 9999))
    monkeypatch.setattr(schema, "migration_files", lambda: known)
    with pytest.raises(SchemaMismatch, match="9999_future"):
        await check_schema(conn)


async def test_a_database_that_lost_its_zone_gets_it_back(database: Database) -> None:
    with psycopg.connect(database.url, autocommit=True) as conn:
        conn.execute(sql.SQL("ALTER DATABASE {} RESET timezone").format(sql.Identifier(database.name)))
    await asyncio.to_thread(migrate, database.url)
    conn = await asyncpg.connect(database.url)
    try:
        assert await conn.fetchval("SHOW timezone") == "UTC"
    finally:
        await conn.close()


def test_a_first_schema_without_its_zone_is_refused_and_named(first_schema: Database) -> None:
    with pytest.raises(MigrationError, match="--legacy-zone"):
        migrate(first_schema.url)


@pytest.mark.parametrize(
    "command",
    [
        "maintain",
        "rollup",
        "stats kopi",
        "themes sync",
        "users create sari@example.com",
        "sites suspend kopi",
        "domains list",
        "drafts publish kopi",
        "previews list kopi",
        "leads list kopi",
        "check --site kopi.sites.test",
    ],
)
def test_every_command_says_that_a_database_was_never_migrated(
    renderer: Run, tmp_path: Path, empty_database: Database, command: str
) -> None:
    done = renderer(*command.split(), database=empty_database, database_migrate_url=empty_database.url, var=tmp_path)
    assert (done.returncode, done.stderr) == (
        4,
        "renderer: The database is empty or was never migrated. Run `renderer migrate`.\n",
    )
