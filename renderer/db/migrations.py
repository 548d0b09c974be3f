"""Migrations: sql/migrations applied in order through yoyo, and the check that a program and a database fit together.

Each file states `-- compatible_from: N`: a program whose newest file has number N or higher still works after it. So a
worker restarted in the middle of a deployment lives, and one that is too old says so.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
from psycopg.conninfo import conninfo_to_dict
from yoyo import read_migrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import DatabaseURI

from renderer.db.ground import settle_session, straight, too_old, why_not
from renderer.db.takeover import Takeover, TakeoverRefused, seed_shaped
from renderer.settings import ROOT

MIGRATIONS = ROOT / "sql" / "migrations"
ROLES = ("tapsite_migrate", "tapsite_edge", "tapsite_console", "tapsite_maintain")

COMMAND = "renderer migrate"
# Advisory locks are numbers; this one spells "tapsite" in ASCII.
LOCK = int.from_bytes(b"tapsite", "big")


class MigrationError(Exception):
    """A database that cannot be migrated as asked; str() says why and what to do."""


class SchemaMismatch(Exception):
    """The program and the database do not fit; str() names the command that helps."""


@dataclass(frozen=True)
class MigrationFile:
    number: int
    id: str
    compatible_from: int


@cache
def migration_files() -> tuple[MigrationFile, ...]:
    """The files of sql/migrations in order. Raises ValueError for one that does not state `compatible_from`."""
    return tuple(_read_header(path) for path in sorted(MIGRATIONS.glob("*.sql")))


def _read_header(path: Path) -> MigrationFile:
    stated = re.search(r"^-- compatible_from: (\d{4})$", path.read_text(encoding="utf-8"), re.MULTILINE)
    if stated is None:
        raise ValueError(f"{path.name} does not state `-- compatible_from: NNNN`")
    return MigrationFile(int(path.name[:4]), path.stem, int(stated[1]))


class _Backend(PostgresqlPsycopgBackend):  # type: ignore[misc]  # yoyo has no types
    """yoyo's own, in the zone and schema that the files are written for."""

    def init_connection(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        settle_session(connection)


def migrate(
    url: str, *, legacy_zone: str | None = None, report: Callable[[str], None] = lambda line: None
) -> list[str]:
    """Bring the database of `url` (libpq form) to the newest version; returns the ids of what was applied. Blocks.

    Safe when several processes start at once: one works, the others wait and find nothing left to do. A database of
    the platform's first schema is taken over when `legacy_zone` names the zone of its naive times, and refused with
    MigrationError otherwise. `report` receives lines for a person. Each file is one transaction, a take-over is one
    altogether.
    """
    with _locked(url), _backend(url) as backend:
        backend.connection.add_notice_handler(lambda notice: report(f"{notice.severity}: {notice.message_primary}"))
        first_schema = seed_shaped(backend.connection)
        if first_schema and legacy_zone is None:
            raise MigrationError(
                "This database holds tables of the platform's first schema, whose times have no zone. "
                f"Say which zone they are in: {COMMAND} --legacy-zone Asia/Jakarta (make a backup first)."
            )
        _require_compatible(backend)
        backend.init_database()
        backend.break_lock()  # yoyo's own, which a killed process leaves behind; ours is held
        pending = backend.to_apply(read_migrations(str(MIGRATIONS)))
        if first_schema and legacy_zone is not None:
            _take_over(backend, pending, legacy_zone, report)
        else:
            for migration in pending:
                with backend.transaction():
                    _apply(backend, migration, report)
        # Not a migration: a restored dump and the passing of time make it necessary again.
        backend.execute("SELECT settle_database()")
    return [migration.id for migration in pending]


def _require_compatible(backend: _Backend) -> None:
    known = backend.execute("SELECT to_regclass('public.schema_versions')").fetchone()[0]
    needed = backend.execute("SELECT max(compatible_from) FROM schema_versions").fetchone()[0] if known else None
    if needed is not None and needed > migration_files()[-1].number:
        raise MigrationError(_too_new(needed))


def _too_new(needed: int) -> str:
    return (
        f"The database needs a program that knows migration {needed:04}; this one ends at {migration_files()[-1].id}. "
        "Install the newer release (there is no way back but a backup)."
    )


def _take_over(backend: _Backend, pending: "list[object]", zone: str, report: Callable[[str], None]) -> None:
    try:
        with backend.transaction():
            takeover = Takeover(backend.connection, zone, report)
            takeover.set_aside()
            for migration in pending:
                _apply(backend, migration, report)
            takeover.copy()
    except TakeoverRefused as error:
        raise MigrationError(str(error)) from error


def _apply(backend: _Backend, migration: Any, report: Callable[[str], None]) -> None:
    """One file and the note that it was applied, in the transaction that is open."""
    file = next(file for file in migration_files() if file.id == migration.id)
    migration.process_steps(backend, "apply")
    # Without yoyo's log, which asks for the user's name: a container's user may have none.
    backend.mark_one(migration, log=False)
    backend.execute(
        "INSERT INTO schema_versions (number, id, compatible_from) VALUES (:number, :id, :compatible_from)",
        {"number": file.number, "id": file.id, "compatible_from": file.compatible_from},
    )
    report(f"applied {file.id}")


@contextmanager
def _locked(url: str) -> Iterator[None]:
    """yoyo's own lock is a row, which outlives a killed process; this one ends with its connection."""
    with straight(url) as conn:
        if fault := why_not(conn):
            raise MigrationError(fault)
        conn.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield


@contextmanager
def _backend(url: str) -> Iterator[_Backend]:
    args = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    uri = DatabaseURI(
        scheme="postgresql+psycopg",
        username=args.pop("user", None),
        password=args.pop("password", None),
        hostname=args.pop("host", None),
        port=args.pop("port", None),
        database=args.pop("dbname", None),
        args=args,
    )
    with _Backend(uri, "_yoyo_migration") as backend:
        yield backend


async def check_schema(conn: asyncpg.Connection) -> None:
    """Raise `SchemaMismatch` unless the server is of a version that we know, and the database has every migration of
    this program and none that excludes it."""
    if fault := too_old(conn.get_server_version().major):
        raise SchemaMismatch(fault)
    newest = migration_files()[-1]
    if await conn.fetchval("SELECT to_regclass('public.schema_versions')") is None:
        raise SchemaMismatch(f"The database is empty or was never migrated. Run `{COMMAND}`.")
    applied = {row["number"] for row in await conn.fetch("SELECT number FROM schema_versions")}
    missing = [file.id for file in migration_files() if file.number not in applied]
    if missing:
        raise SchemaMismatch(f"The database lacks {', '.join(missing)}. Run `{COMMAND}`.")
    needed = await conn.fetchval("SELECT max(compatible_from) FROM schema_versions")
    if needed > newest.number:
        raise SchemaMismatch(_too_new(needed))


async def missing_roles(conn: asyncpg.Connection) -> list[str]:
    """Which of the four roles the server does not have."""
    known = {row["rolname"] for row in await conn.fetch("SELECT rolname FROM pg_roles WHERE rolname = ANY($1)", ROLES)}
    return [role for role in ROLES if role not in known]


def roles_sql() -> str:
    """What an administrator runs in the migrated database where the migrating user may not create roles.

    Running it again changes nothing.
    """
    names = ", ".join(f"'{role}'" for role in ROLES)
    return f"""\
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY[{names}] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
END
$$;
SELECT public.grant_rights();
"""
