"""A server for the test run, one migrated template in it, and a fresh database for each test."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from renderer.db import embedded
from renderer.db.migrations import LOCK, ROLES, migrate
from renderer.settings import ROOT

OWNER = "tapsite_migrate"
ENVIRONMENT = "TAPSITE_TEST_DATABASE_URL"
# The server is a throw-away one, and may trust everybody anyway.
PASSWORD = "of-a-throw-away-server"
PREFIX = "tapsite_test_"
MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Database:
    """One database; URLs have libpq form, for asyncpg and psycopg alike."""

    name: str
    _parts: dict[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        """As the role that owns it: no superuser."""
        return self.url_as(OWNER)

    @property
    def admin_url(self) -> str:
        return self._url(self._parts["user"], self._parts.get("password"))

    def url_as(self, role: str) -> str:
        return self._url(role, PASSWORD)

    def _url(self, user: str, password: str | None) -> str:
        who = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
        host, port = quote(self._parts.get("host", ""), safe=""), self._parts.get("port", "5432")
        return f"postgresql://{who}@/{self.name}?host={host}&port={port}"


class Databases:
    """Makes databases on the server that an administrator's URL leads to."""

    def __init__(self, admin_url: str) -> None:
        self._admin_url = admin_url
        self._parts = {key: str(value) for key, value in conninfo_to_dict(admin_url).items() if value is not None}
        self._made = 0
        self._template: Database | None = None
        with self._admin() as conn:
            # Roles are the whole server's, and several test runs may share it.
            conn.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            self._drop_left_over(conn)
            for role in ROLES:
                self._allow_login(conn, role)

    def make(self, *, migrated: bool = True) -> Database:
        database = Database(f"{PREFIX}{os.getpid()}_{self._made}", self._parts)
        self._made += 1
        template = self._migrated_template().name if migrated else "template0"
        with self._admin() as conn:
            # Copied as files: many times faster than through the log where nothing is synced.
            create = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY")
            conn.execute(create.format(*map(sql.Identifier, (database.name, template, OWNER))))
            if migrated:
                # A copy takes everything along but the settings of the database itself.
                conn.execute(sql.SQL("ALTER DATABASE {} SET timezone = 'UTC'").format(sql.Identifier(database.name)))
        return database

    def drop(self, database: Database) -> None:
        with self._admin() as conn:
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database.name)))

    def drop_template(self) -> None:
        if self._template is not None:
            self.drop(self._template)

    def _migrated_template(self) -> Database:
        if self._template is None:
            self._template = self.make(migrated=False)
            migrate(self._template.url)
        return self._template

    @contextmanager
    def _admin(self) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
        with psycopg.connect(self._admin_url, autocommit=True) as conn:
            yield conn

    def _allow_login(self, conn: "psycopg.Connection[tuple[object, ...]]", role: str) -> None:
        name = sql.Identifier(role)
        if conn.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
            conn.execute(sql.SQL("CREATE ROLE {}").format(name))
        conn.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(PASSWORD)))
        if role == OWNER:
            conn.execute(sql.SQL("ALTER ROLE {} CREATEROLE CREATEDB").format(name))

    def _drop_left_over(self, conn: "psycopg.Connection[tuple[object, ...]]") -> None:
        """Databases of test runs that were killed; KEEPDB's stay until the next run."""
        names = conn.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]).fetchall()
        for (name,) in names:
            process = str(name).removeprefix(PREFIX).split("_")[0]
            if not Path(f"/proc/{process}").exists():
                conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(str(name))))


def _fresh_root() -> Path:
    """A directory in memory that an account borrowed for PostgreSQL can reach; else its files would be put elsewhere.

    ext4 looks through every file deleted in the last minutes before it makes one: after some dozens of dropped
    databases a CREATE DATABASE takes ten times as long.
    """
    for left in MEMORY.glob("tapsite-[0-9]*-*"):
        # Of a run that was killed: memory is too dear to leave it there.
        if left.stat().st_uid == os.geteuid() and not Path(f"/proc/{left.name.split('-')[1]}").exists():
            _remove(left)
    root = Path(tempfile.mkdtemp(prefix=f"tapsite-{os.getpid()}-", dir=MEMORY))
    root.chmod(0o711)
    return root


def _remove(root: Path) -> None:
    with contextlib.suppress(embedded.EmbeddedError):
        embedded.remove(root)
    shutil.rmtree(root, ignore_errors=True)


@contextmanager
def server() -> Iterator[Databases]:
    """The server that TAPSITE_TEST_DATABASE_URL leads an administrator to, or else an embedded one of this run's own.

    In memory where there is a place for it: a database a test is mostly files made and deleted. KEEPDB's is under
    var/test.
    """
    given = os.environ.get(ENVIRONMENT)
    if given:
        yield Databases(given)
        return
    keep = bool(os.environ.get("KEEPDB"))
    root = ROOT / "var" / "test" if keep or not MEMORY.is_dir() else _fresh_root()
    try:
        with embedded.start(root, settings={"fsync": "off", "max_connections": "200"}) as running:
            yield Databases(running.url(embedded.ADMINISTRATOR, "postgres"))
    finally:
        if not keep:
            _remove(root)


async def changes_settled(conn: asyncpg.Connection) -> None:
    """Wait until each logged change is older than all transactions under way, those of other databases among them.

    `prune_change_log` forgets no younger one.
    """
    async with asyncio.timeout(60):
        while await conn.fetchval(
            "SELECT max(xid) >= pg_snapshot_xmin(pg_current_snapshot()) FROM change_log WHERE xid < '9000000000000'"
        ):
            await asyncio.sleep(0.05)


async def waiting(conn: asyncpg.Connection) -> int:
    """How many statements wait for a lock; those of other tests' databases on the same server are theirs.

    Who waits for a row waits for its writer's transaction, which is of no database: so who waits is asked for its.
    The server's own processes are nobody's; of others' it tells no more than that to who is no superuser.
    """
    count: int = await conn.fetchval(
        "SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
        "WHERE NOT l.granted AND a.datname = current_database() AND a.usesysid IS NOT NULL"
    )
    return count


async def let_waits_last(conn: asyncpg.Connection) -> None:
    """Who tried a door too often waits an hour longer: the first wait is two seconds, which a busy machine may take for
    the next attempt."""
    await conn.execute(
        "UPDATE console_attempts SET waits_until = waits_until + interval '1 hour' WHERE waits_until > tried_at"
    )
