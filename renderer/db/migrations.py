"""Migrations: sql/migrations applied in order through yoyo."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import asyncpg
import psycopg
from psycopg.conninfo import conninfo_to_dict
from yoyo import read_migrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import DatabaseURI

from renderer.db import schema
from renderer.db.ground import settle_session, straight, why_not
from renderer.db.schema import COMMAND, migration_files, too_new
from renderer.db.takeover import Takeover, TakeoverRefused, seed_shaped

ROLES = ("tapsite_migrate", "tapsite_edge", "tapsite_console", "tapsite_maintain")

# Advisory locks are numbers; this one spells "tapsite" in ASCII.
LOCK = int.from_bytes(b"tapsite", "big")

_LOCK_WAIT = "2s"
"""Longer than deadlock_timeout, after which a vacuum that nobody started gives way."""
_LONGEST_PAUSE = 8.0
_IN_THE_WAY = """
SELECT concat('process ', pid, ' of ', usename, ' ' || nullif(quote_literal(application_name), ''''''))
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid IN (
    SELECT pid FROM pg_locks WHERE granted AND locktype = 'relation' AND relation <> 'pg_locks'::regclass)
ORDER BY xact_start LIMIT 1
"""


class MigrationError(Exception):
    """A database that cannot be migrated as asked; str() says why and what to do."""


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
    altogether. What a file changes may be in use, by a backup for an hour: it is tried again until it is not, unless
    the role has a lock_timeout of its own.
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
        pending = backend.to_apply(read_migrations(str(schema.MIGRATIONS)))
        if first_schema and legacy_zone is not None:
            _take_over(backend, pending, legacy_zone, report)
        else:
            for migration in pending:
                _patiently(backend, migration.id, partial(_apply, backend, migration, report), report)
        # Not a migration: a restored dump and the passing of time make it necessary again.
        _patiently(backend, "settling", partial(backend.execute, "SELECT settle_database()"), report)
    return [migration.id for migration in pending]


def _patiently(backend: _Backend, name: str, work: Callable[[], object], report: Callable[[str], None]) -> None:
    """Does it in a transaction; again and again, where somebody holds what it locks. Who stands in line for a table's
    lock keeps all waiting who come after, visitors among them: so it never stands there for long."""
    if backend.execute("SHOW lock_timeout").fetchone()[0] != "0":
        with backend.transaction():
            work()
        return
    pause, told = 1.0, None
    while True:
        try:
            with backend.transaction():
                backend.execute(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'")
                work()
            return
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            holder = (backend.execute(_IN_THE_WAY).fetchone() or ["somebody"])[0]
            if holder != told:
                report(f"{name} waits for {holder}; visitors do not")
            told = holder
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


def _require_compatible(backend: _Backend) -> None:
    known = backend.execute("SELECT to_regclass('public.schema_versions')").fetchone()[0]
    needed = backend.execute("SELECT max(compatible_from) FROM schema_versions").fetchone()[0] if known else None
    if needed is not None and needed > migration_files()[-1].number:
        raise MigrationError(too_new(needed))


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
