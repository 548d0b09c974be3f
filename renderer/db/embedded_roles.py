"""Roles and the database inside the embedded server, made through its administrator."""

import contextlib
from collections.abc import Iterable, Iterator
from typing import LiteralString

import psycopg
from psycopg import sql

from renderer.db.embedded_account import EmbeddedError

ADMINISTRATOR = "postgres"
OWNER = "tapsite_migrate"
DATABASE = "tapsite"

Connection = psycopg.Connection[tuple[object, ...]]


def provide(administrator_url: str, password: str) -> None:
    """The owner role and its database; looked for at every start, since a kill may come right after initdb."""
    with _administrator(administrator_url) as conn:
        if conn.execute("SELECT FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone() is None:
            # Not a superuser: the migrations must run on servers where nobody gets one.
            _with_password(conn, "CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD {}", OWNER, password)
        if conn.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            create = sql.SQL("CREATE DATABASE {} OWNER {}")
            conn.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))


def enable_logins(administrator_url: str, password: str, roles: Iterable[str]) -> None:
    """Give LOGIN and the password to roles that exist. A missing one is an EmbeddedError."""
    with _administrator(administrator_url) as conn:
        for role in roles:
            found = conn.execute(
                "SELECT rolcanlogin AND rolpassword IS NOT NULL FROM pg_authid WHERE rolname = %s", [role]
            ).fetchone()
            if found is None:
                raise EmbeddedError(f"there is no role {role} in the embedded database; migrate it first.")
            if not found[0]:
                _with_password(conn, "ALTER ROLE {} LOGIN PASSWORD {}", role, password)


@contextlib.contextmanager
def _administrator(url: str) -> Iterator[Connection]:
    try:
        with contextlib.closing(psycopg.connect(url, autocommit=True, connect_timeout=10)) as conn:
            yield conn
    except psycopg.Error as error:
        raise EmbeddedError(f"the embedded PostgreSQL refuses its administrator: {error}") from error


def _with_password(conn: Connection, command: LiteralString, role: str, password: str) -> None:
    # Hashed here, so that no log of a failing statement can show the password.
    verifier = conn.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    conn.execute(sql.SQL(command).format(sql.Identifier(role), sql.Literal(verifier)))
