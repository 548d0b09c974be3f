"""The embedded PostgreSQL: a private server under `var/`, made at the first start and stopped with the program.

    server = start(Path("var/postgres"))
    ... server.url() ...
    server.stop()

Several processes may start the same root: the first one starts PostgreSQL, the others attach, the last one out stops
it. A killed program leaves PostgreSQL running; the next start attaches and its `stop()` ends it.
Only a private Unix socket is listened on, and every role needs the random password in `<root>/password`.
"""

import contextlib
import fcntl
import json
import logging
import os
import re
import secrets
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import LiteralString
from urllib.parse import quote

import psycopg
from psycopg import pq, sql

from renderer.db import embedded_process as processes
from renderer.db.embedded_account import EmbeddedError
from renderer.db.embedded_place import Place, make_place, read_place, recorded_paths, remove_tree, write_private
from renderer.db.embedded_process import ADMINISTRATOR, PORT
from renderer.db.embedded_programs import Programs, programs_for

__all__ = ["ADMINISTRATOR", "DATABASE", "OWNER", "EmbeddedError", "EmbeddedServer", "remove", "start"]

OWNER = "tapsite_migrate"
DATABASE = "tapsite"
START_PATIENCE = 120.0  # seconds; a recovery after a crash under load takes a while
ORPHAN_PATIENCE = 5.0

log = logging.getLogger(__name__)


class EmbeddedServer:
    """A running server this process uses. Made by `start`; `stop` it, or use it as a context manager."""

    def __init__(
        self, place: Place, programs: Programs, settings: Mapping[str, str], password: str, users: int
    ) -> None:
        self.place = place
        self.programs = programs
        self._settings = dict(settings)
        self._password = password
        self._users: int | None = users
        self._process: subprocess.Popen[bytes] | None = None
        self._made_in = os.getpid()
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None

    def __repr__(self) -> str:
        return f"EmbeddedServer({str(self.place.root)!r}, PostgreSQL {self.programs.version})"

    def __enter__(self) -> "EmbeddedServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def attached(self) -> bool:
        """True when PostgreSQL was already running, False when this object started it."""
        return self._process is None

    def url(self, user: str = OWNER, database: str = DATABASE) -> str:
        """A libpq URL with the password in it, for asyncpg and psycopg alike. Never print it."""
        host = quote(str(self.place.socket), safe="/")
        return (
            f"postgresql://{quote(user, safe='')}:{self._password}@/{quote(database, safe='')}?host={host}&port={PORT}"
        )

    def enable_logins(self, roles: Iterable[str]) -> None:
        """Let these existing roles log in with the server's password. A role that does not exist is an EmbeddedError."""
        with _exclusive(self.place.root), self._administrator() as conn:
            for role in roles:
                found = conn.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [role]).fetchone()
                if found is None:
                    raise EmbeddedError(f"there is no role {role} in the embedded database; migrate it first.")
                if not found[0]:
                    self._give_login(conn, "ALTER ROLE {} LOGIN PASSWORD {}", role)

    def stop(self) -> None:
        """Leave the server, and end it unless another process uses it. Returns when it is really gone. Idempotent.

        In a forked child this does nothing: the server belongs to the process that started it.
        """
        if self._users is None or os.getpid() != self._made_in:
            return
        self._stopping.set()
        if self._watcher is not None and self._watcher is not threading.current_thread():
            self._watcher.join()
        with _exclusive(self.place.root):
            users, self._users = self._users, None
            try:
                if _alone(users):
                    processes.end(self.place, self._process)
            finally:
                os.close(users)
                if self._process is not None and self._process.poll() is None:
                    # It goes on for the others; Popen need not warn about it when it is collected.
                    self._process.returncode = 0

    def watch(self, report: Callable[[str], None] = log.warning, every: float = 1.0) -> None:
        """Keep PostgreSQL up while this process lives: a thread looks each `every` seconds and starts it again.

        The address stays the same, so a pool recovers by connecting anew. `report` gets one line a restart or failure,
        from that thread. Ends with `stop()`.
        """
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, args=(report, every), daemon=True)
            self._watcher.start()

    def _watch(self, report: Callable[[str], None], every: float) -> None:
        failures = 0
        while not self._stopping.wait(min(every * 2**failures, 30.0)):
            if self._is_up():
                failures = 0
                continue
            try:
                with _exclusive(self.place.root):
                    if not self._stopping.is_set():
                        self._bring_up()
                report("the embedded PostgreSQL had ended and was started again")
                failures = 0
            except (EmbeddedError, OSError, psycopg.Error) as error:
                failures += 1
                report(f"the embedded PostgreSQL has ended and could not be started again: {error}")

    def _is_up(self) -> bool:
        if self._process is not None:
            return self._process.poll() is None
        return processes.listener_pid(self.place) is not None

    def _bring_up(self) -> None:
        """Attach to the running server or start one. Call it under the exclusive lock, holding `users`."""
        began = time.monotonic()
        while True:
            waited = time.monotonic() - began
            answer = processes.ping(self.place)
            if answer == pq.Ping.OK:
                self._process = None
                if self._differs() and self._users is not None and _alone(self._users):
                    # Left behind by a killed program with other programs or settings, and nobody else uses it.
                    processes.end(self.place, None)
                    continue
                return
            if answer != pq.Ping.REJECT and not processes.is_alive(self.place):
                if self._start_once(may_retry=waited < 2 * ORPHAN_PATIENCE):
                    return
            elif waited > START_PATIENCE:
                raise EmbeddedError(
                    f"the embedded PostgreSQL at {self.place.data} neither answers nor ends; see {self.place.log}."
                )
            elif answer != pq.Ping.REJECT and waited > ORPHAN_PATIENCE:
                processes.end_orphans(self.place)
            time.sleep(0.05)

    def _start_once(self, may_retry: bool) -> bool:
        """True when it is up; False when it is worth another try; EmbeddedError with its last words otherwise."""
        since = processes.log_size(self.place)
        write_private(self.place.root / "running.json", self._signature())
        process = processes.spawn(self.place, self.programs, self._settings)
        try:
            began = time.monotonic()
            while process.poll() is None:
                if processes.ping(self.place) == pq.Ping.OK:
                    self._process = process
                    return True
                if time.monotonic() - began > START_PATIENCE:
                    break
                time.sleep(0.01)
            words = processes.last_words(self.place, since)
        except BaseException:
            processes.end(self.place, process, patience=1.0)
            raise
        if process.poll() is None:
            processes.end(self.place, process, patience=1.0)
        elif may_retry and ("shared memory block" in words or "lock file" in words):
            return False  # something of the former server is just going
        raise EmbeddedError(f"the embedded PostgreSQL did not start. Its last words ({self.place.log}):\n{words}")

    def _signature(self) -> str:
        place, programs = self.place, self.programs
        wanted = [str(place.data), str(place.socket), str(programs.prefix), programs.version, self._settings]
        return json.dumps(wanted)

    def _differs(self) -> bool:
        try:
            return (self.place.root / "running.json").read_text() != self._signature()
        except OSError:
            return True

    @contextlib.contextmanager
    def _administrator(self) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        try:
            conn = psycopg.connect(self.url(ADMINISTRATOR, "postgres"), autocommit=True, connect_timeout=10)
        except psycopg.OperationalError as error:
            raise EmbeddedError(f"the embedded PostgreSQL refuses its administrator: {error}") from error
        with contextlib.closing(conn):
            yield conn

    def _give_login(self, conn: psycopg.Connection[tuple[object, ...]], command: LiteralString, role: str) -> None:
        # Hashed here, so that no log of a failing statement can show the password.
        verifier = conn.pgconn.encrypt_password(self._password.encode(), role.encode(), b"scram-sha-256").decode()
        conn.execute(sql.SQL(command).format(sql.Identifier(role), sql.Literal(verifier)))

    def _provide(self) -> None:
        """The owner role and the database; looked for at every start, since a kill may come right after initdb."""
        with self._administrator() as conn:
            if conn.execute("SELECT FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone() is None:
                self._give_login(conn, "CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD {}", OWNER)
            if conn.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                create = sql.SQL("CREATE DATABASE {} OWNER {}")
                conn.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))


def start(
    root: Path, *, settings: Mapping[str, str] = MappingProxyType({}), account: str | None = None
) -> EmbeddedServer:
    """Start the embedded server of `root` (a directory, made if missing), or attach to the running one. Blocks.

    `settings` are PostgreSQL's own (`{"fsync": "off"}`); a running server that others use keeps the ones it has.
    `account` names the account to borrow when this process is root. Raises EmbeddedError with words for a person.
    """
    for name in settings:
        if re.fullmatch(r"[a-z_][a-z0-9_.]*", name) is None:
            raise EmbeddedError(f"{name!r} is not the name of a PostgreSQL setting.")
    try:
        root = root.resolve()
        _make_root(root)
        with _exclusive(root):
            return _start(root, settings, account)
    except OSError as error:
        raise EmbeddedError(f"the embedded PostgreSQL could not be set up under {root}: {error}") from error


def remove(root: Path) -> None:
    """Stop the embedded server of `root` and delete it with all its data. Nothing there is fine.

    Raises EmbeddedError when another process uses it, or when it belongs to somebody else.
    """
    root = root.resolve()
    if not root.is_dir():
        return
    try:
        with _exclusive(root):
            users = os.open(root / "users", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                if not _alone(users):
                    raise EmbeddedError(f"the embedded PostgreSQL of {root} is in use; stop the program first.")
                home, socket = recorded_paths(root)
                with contextlib.suppress(EmbeddedError):
                    place = read_place(root)
                    if place is not None and processes.is_alive(place):
                        processes.end(place, None)
                for path in (socket, home / "data", home / "data.making", home / "programs", home, root):
                    remove_tree(path)
            finally:
                os.close(users)
    except OSError as error:
        raise EmbeddedError(f"the embedded PostgreSQL under {root} could not be removed: {error}") from error


def _start(root: Path, settings: Mapping[str, str], account: str | None) -> EmbeddedServer:
    known = read_place(root, account)
    programs = programs_for(known.data if known else None)
    place = make_place(root, account)
    programs = programs.reachable_copy(place.account, place.home)
    users = os.open(root / "users", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(users, fcntl.LOCK_SH)
        if not place.data.is_dir():
            _wait_for_initdb(place)
            password = secrets.token_urlsafe(32)
            write_private(root / "password", password)
            processes.initialise(place, programs, password, sync=settings.get("fsync") != "off")
        server = EmbeddedServer(place, programs, settings, _read_password(root), users)
        server._bring_up()
        try:
            server._provide()
        except BaseException:
            if _alone(users):
                processes.end(place, server._process)
            raise
    except BaseException:
        os.close(users)
        raise
    return server


def _wait_for_initdb(place: Place) -> None:
    """An initdb may outlive a killed program for a moment; its directory must not be swept from under it."""
    deadline = time.monotonic() + START_PATIENCE
    while processes.is_alive(place):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"an initdb started earlier still works in {place.making}; end it and start again.")
        time.sleep(0.05)


def _read_password(root: Path) -> str:
    try:
        return (root / "password").read_text()
    except FileNotFoundError:
        raise EmbeddedError(
            f"{root / 'password'} is gone, and without it nobody can enter the embedded database. "
            "Bring it back, or remove the database and restore a backup."
        ) from None


def _make_root(root: Path) -> None:
    """Make the missing directories only. A tight umask would keep a borrowed account out of what root makes here."""
    for path in reversed([path for path in (root, *root.parents) if not path.exists()]):
        path.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            path.chmod(path.stat().st_mode & 0o7777 | 0o011)


@contextlib.contextmanager
def _exclusive(root: Path) -> Iterator[None]:
    """One process at a time starts, stops or removes the server of `root`."""
    while True:
        handle = os.open(root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            # `remove` may have deleted the file while we waited for it.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), (root / "lock").stat()):
                    yield
                    return
        finally:
            os.close(handle)


def _alone(users: int) -> bool:
    """Whether no other process holds `users`. Ours stays locked shared. Only meaningful under the exclusive lock."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        # A failed conversion may have dropped our own lock (flock(2)).
        fcntl.flock(users, fcntl.LOCK_SH)
    return True
