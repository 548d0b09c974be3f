"""pg_dump, pg_restore and psql: which ones, and how they connect without a password on a command line."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from renderer.db.backup_manifest import BackupError
from renderer.db.embedded_account import EmbeddedError
from renderer.db.embedded_programs import find_programs, version_of

NEEDED = ("pg_dump", "pg_restore", "psql")


@dataclass(frozen=True)
class Clients:
    """A folder that holds all of NEEDED, of one major version."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        return str(self.folder / name)


def choose_clients(at_least: int, purpose: str) -> Clients:
    """The programs of the lowest major version that is high enough.

    pg_dump must not be older than the server, nor pg_restore older than the pg_dump that wrote; an unnecessarily new
    pg_dump would write what fewer servers can read.
    """
    offered = sorted(_offered(), key=lambda clients: clients.major)
    for clients in offered:
        if clients.major >= at_least:
            return clients
    there = ", ".join(f"{clients.major} in {clients.folder}" for clients in offered) or "none"
    raise BackupError(
        f"{purpose} needs PostgreSQL's client programs ({', '.join(NEEDED)}) of version {at_least} or newer; found: "
        f"{there}. Install them (Debian: apt install postgresql-client-{at_least}) and try again."
    )


def _offered() -> Iterator[Clients]:
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    with contextlib.suppress(EmbeddedError):  # not made for this kind of machine; then the system's own must do
        folders += [programs.prefix / "bin" for programs in find_programs()]
    on_path = shutil.which("pg_dump")
    if on_path is not None:
        folders.append(Path(on_path).parent)
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in NEEDED):
            try:
                yield Clients(folder, int(version_of(folder / "pg_dump").split(".")[0]))
            except EmbeddedError:
                continue


def connection(url: str) -> tuple[str, dict[str, str]]:
    """(--dbname argument, environment): the password goes through the environment, where other users cannot see it."""
    try:
        parameters = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise BackupError(f"the database's URL cannot be read: {error}") from None
    if parameters.get("sslpassword"):
        raise BackupError("sslpassword in the database's URL would show on a command line; use a key without one.")
    password = parameters.pop("password", None)
    environment = {**os.environ, "LC_ALL": "C", "PGCONNECT_TIMEOUT": "10"}
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    return make_conninfo("", **parameters), environment


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection in autocommit mode. Raises BackupError."""
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise BackupError(f"the database cannot be reached: {error}") from error
