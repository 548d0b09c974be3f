"""The schema that this program is written for, and the check that it and a database fit together.

Each file of sql/migrations states `-- compatible_from: N`: a program whose newest file has number N or higher still
works after it. So a worker restarted in the middle of a deployment lives, and one that is too old says so.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import asyncpg

from renderer.settings import ROOT

MIGRATIONS = ROOT / "sql" / "migrations"
COMMAND = "renderer migrate"
OLDEST_SERVER = 15


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


def too_new(needed: int) -> str:
    return (
        f"The database needs a program that knows migration {needed:04}; this one ends at {migration_files()[-1].id}. "
        "Install the newer release (there is no way back but a backup)."
    )


def too_old(major: int) -> str | None:
    """Why a server of this version is none of ours; None where it may be."""
    return f"This is PostgreSQL {major}; expected {OLDEST_SERVER} or newer." if major < OLDEST_SERVER else None


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
        raise SchemaMismatch(too_new(needed))
