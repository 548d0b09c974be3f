"""Whether a database is one that migrations can be applied to, said before anything is changed."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from renderer.db.schema import too_old
from renderer.db.sessions import POOLED, STRAIGHT, UNREADABLE, DatabaseAway

Connection = psycopg.Connection[tuple[object, ...]]


@contextmanager
def straight(url: str) -> Iterator[Connection]:
    """A connection of psycopg's, each statement its own transaction. Raises `DatabaseAway`."""
    try:
        conn = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.ProgrammingError:
        # Its own words quote the URL, password and all.
        raise DatabaseAway(UNREADABLE) from None
    except psycopg.Error as error:
        # A server with two addresses is reported twice, over many lines.
        raise DatabaseAway(f"database: {' '.join(str(error).split())}") from error
    with conn:
        settle_session(conn)
        yield conn


def settle_session(conn: Connection) -> None:
    """What the migrations' files are written for, whatever a role's own settings are. Locks' time-outs stay: who sets
    one would rather try again than keep visitors waiting."""
    settings = {
        **STRAIGHT,
        # Whoever holds the lock waits for as long as it takes.
        **({"idle_session_timeout": "0"} if conn.info.server_version >= 140_000 else {}),
        "client_encoding": "UTF8",
        "standard_conforming_strings": "on",
        "DateStyle": "ISO",
        "client_min_messages": "warning",
    }
    # In one breath: between two, a session may be ended for being idle.
    conn.execute(
        "SELECT set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) AS s (name, value)",
        [list(settings), list(settings.values())],
    )


def why_not(conn: Connection) -> str | None:
    """Why this database cannot be migrated by this role, and what to do; None where it can. Raises `DatabaseAway`
    where a pooler answers."""
    if fault := too_old(conn.info.server_version // 10_000):
        return fault
    role, name, encoding, may_write, may_create, pid = (
        conn.execute(
            "SELECT current_user, current_database(), current_setting('server_encoding'), "
            "current_setting('transaction_read_only') = 'off', "
            "pg_catalog.has_schema_privilege(current_user, 'public', 'CREATE'), pg_backend_pid()"
        ).fetchone()
        or ("",) * 6
    )
    if pid != conn.info.backend_pid:
        raise DatabaseAway(POOLED)
    if encoding != "UTF8":
        return (
            f"The database {name} holds texts as {encoding}, which has no room for sites' words. Make one with "
            f"CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and bring its content there."
        )
    if not may_write:
        return (
            f"The database {name} takes no changes: it is a standby, or default_transaction_read_only is on for "
            f"{role} or for the database. Migrate where it takes some."
        )
    if not may_create:
        return (
            f"{role} may not create tables in {name}. Migrate as the database's owner (database.migrate_url), or let "
            f"the owner run: ALTER DATABASE {name} OWNER TO {role};"
        )
    return None
