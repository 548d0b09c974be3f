"""The embedded PostgreSQL: a private server under `var/`, made at the first start and stopped with the program.

    server = start(Path("var/postgres"))
    ... server.url() ...
    server.stop()

Several processes may start the same root: the first one starts PostgreSQL, the others attach, the last one out stops
it. A killed program leaves PostgreSQL running; the next start attaches and its `stop()` ends it.
Only a private Unix socket is listened on, and every role needs the random password in `<root>/password`.
"""

import contextlib
import json
import logging
import os
import re
import secrets
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from psycopg import pq

from renderer.db import embedded_locks as locks
from renderer.db import embedded_process as processes
from renderer.db import embedded_roles as roles_inside
from renderer.db.embedded_account import EmbeddedError
from renderer.db.embedded_place import Place, make_place, make_root, read_place, remove_files, write_private
from renderer.db.embedded_process import PORT
from renderer.db.embedded_programs import Programs, programs_for
from renderer.db.embedded_roles import ADMINISTRATOR, DATABASE, OWNER

__all__ = ["ADMINISTRATOR", "DATABASE", "OWNER", "EmbeddedError", "EmbeddedServer", "remove", "start"]

START_PATIENCE = 120.0  # seconds; a recovery after a crash under load takes a while
ORPHAN_PATIENCE = 5.0  # seconds a killed postmaster's children get to notice

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
        self._failures = 0
        self._not_before = 0.0

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
        who = f"{quote(user, safe='')}:{self._password}"
        return f"postgresql://{who}@/{quote(database, safe='')}?host={quote(str(self.place.socket))}&port={PORT}"

    def enable_logins(self, roles: Iterable[str]) -> None:
        """Let existing roles log in with the server's password. A role that does not exist is an EmbeddedError."""
        with locks.exclusive(self.place.root):
            roles_inside.enable_logins(self.url(ADMINISTRATOR, "postgres"), self._password, roles)

    def stop(self) -> None:
        """Leave the server, and end it unless another process uses it. Returns when it is really gone. Idempotent.

        In a forked child this does nothing: the server belongs to the process that started it.
        """
        if self._users is None or os.getpid() != self._made_in:
            return
        users, self._users = self._users, None
        try:
            with locks.exclusive(self.place.root):
                if locks.is_last(users):
                    processes.end(self.place, self._process)
        except FileNotFoundError:
            # Somebody deleted the whole directory; there is nothing to save, but nothing may stay behind either.
            if self._process is not None:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait()
        finally:
            os.close(users)
            if self._process is not None and self._process.poll() is None:
                # It goes on for the others; Popen need not warn about it when it is collected.
                self._process.returncode = 0

    def revive(self) -> None:
        """Start PostgreSQL again if it has ended although nobody stopped it; the address stays the same.

        To be called every second or so by the process that started it: a thread of our own would not survive beside
        workers that are forked. A failure is logged and tried again after a growing pause, up to half a minute.
        """
        if self._users is None or os.getpid() != self._made_in or time.monotonic() < self._not_before:
            return
        try:
            if not self._is_up():
                with locks.exclusive(self.place.root):
                    self._bring_up()
                log.warning("the embedded PostgreSQL had ended and was started again")
            self._failures = 0
        except (EmbeddedError, OSError) as error:
            self._failures += 1
            self._not_before = time.monotonic() + min(2.0**self._failures, 30.0)
            log.error("the embedded PostgreSQL has ended and could not be started again: %s", error)

    def _is_up(self) -> bool:
        if self._process is not None:
            return self._process.poll() is None
        return locks.is_alive(self.place.root)

    def _bring_up(self) -> None:
        """Attach to the running server or start one. Call it under the exclusive lock, as a user."""
        began = time.monotonic()
        while True:
            waited = time.monotonic() - began
            answer = processes.ping(self.place)
            if answer == pq.Ping.OK and not self._outdated():
                self._process = None
                return
            if answer == pq.Ping.OK:
                processes.end(self.place, None)
            elif answer == pq.Ping.REJECT:
                if waited > START_PATIENCE:
                    raise EmbeddedError(
                        f"the embedded PostgreSQL at {self.place.data} neither starts nor ends; see {self.place.log}."
                    )
                time.sleep(0.2)
            elif locks.is_alive(self.place.root) and waited < ORPHAN_PATIENCE:
                time.sleep(0.05)  # a killed postmaster's children are just going
            else:
                processes.end_orphans(self.place)
                if self._start_once(may_retry=waited < 2 * ORPHAN_PATIENCE):
                    return
                time.sleep(0.2)

    def _start_once(self, may_retry: bool) -> bool:
        """True when it is up; False when it is worth another try; EmbeddedError with its last words otherwise."""
        since = processes.log_size(self.place)
        write_private(self.place.root / "running.json", self._signature())
        process = processes.spawn(self.place, self.programs, self._settings)
        try:
            pause, began = 0.01, time.monotonic()
            while process.poll() is None and time.monotonic() - began < START_PATIENCE:
                if processes.ping(self.place) == pq.Ping.OK:
                    self._process = process
                    return True
                time.sleep(pause)
                pause = min(pause * 1.2, 0.2)  # each look during a recovery is a line in the log
            words = processes.last_words(self.place, since)
            ended = process.poll()
            going = "shared memory block" in words or "lock file" in words  # something of the former server still is
            if may_retry and ended is not None and (going or ended < 0):
                return False
            raise EmbeddedError(f"the embedded PostgreSQL did not start. Its last words ({self.place.log}):\n{words}")
        finally:
            if self._process is not process and process.poll() is None:
                processes.end(self.place, process, patience=1.0)

    def _signature(self) -> str:
        place, programs = self.place, self.programs
        return json.dumps(
            [str(place.data), str(place.socket), str(programs.prefix), programs.version, sorted(self._settings.items())]
        )

    def _outdated(self) -> bool:
        """Left by a killed program with other programs, paths or settings than ours, and used by nobody else."""
        try:
            same = (self.place.root / "running.json").read_text("utf-8", "surrogateescape") == self._signature()
        except OSError:
            same = False
        return not same and self._users is not None and locks.is_last(self._users)


def start(
    root: Path, *, settings: Mapping[str, str] = MappingProxyType({}), account: str | None = None
) -> EmbeddedServer:
    """Start the embedded server of `root` (a directory, made if missing), or attach to the running one. Blocks.

    `settings` are PostgreSQL's own (`{"fsync": "off"}`); a running server that others use keeps the ones it has.
    `account` names the account that root borrows for a new database. Raises EmbeddedError with words for a person.
    """
    for name in settings:
        if re.fullmatch(r"[a-z_][a-z0-9_.]*", name) is None:
            raise EmbeddedError(f"{name!r} is not the name of a PostgreSQL setting.")
    try:
        root = root.resolve()
        make_root(root)
        with locks.exclusive(root):
            users = locks.join_users(root)
            try:
                return _start(root, settings, account, users)
            except BaseException:
                os.close(users)
                raise
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
        with locks.exclusive(root):
            users = locks.join_users(root)
            try:
                if not locks.is_last(users):
                    raise EmbeddedError(f"the embedded PostgreSQL of {root} is in use; stop the program first.")
                with contextlib.suppress(EmbeddedError):  # what cannot even be found need not be stopped
                    place = read_place(root)
                    if place is not None and locks.is_alive(root):
                        processes.end(place, None)
                remove_files(root)
            finally:
                os.close(users)
    except OSError as error:
        raise EmbeddedError(f"the embedded PostgreSQL under {root} could not be removed: {error}") from error


def _start(root: Path, settings: Mapping[str, str], account: str | None, users: int) -> EmbeddedServer:
    known = read_place(root)
    programs = programs_for(known.data if known else None)
    place = make_place(root, known, account)
    programs = programs.reachable_copy(place.account, place.copies)
    if known is None:
        _wait_for_initdb(place)
        password = secrets.token_urlsafe(32)
        write_private(root / "password", password)
        processes.initialise(place, programs, password, sync=settings.get("fsync") != "off")
    server = EmbeddedServer(place, programs, settings, _read_password(root), users)
    for last_try in (False, True):
        server._bring_up()
        try:
            roles_inside.provide(server.url(ADMINISTRATOR, "postgres"), server._password)
            break
        except BaseException as error:
            if isinstance(error, EmbeddedError) and not last_try and processes.listener_pid(place) is None:
                continue  # it was killed this very moment
            if locks.is_last(users):
                processes.end(place, server._process)
            raise
    return server


def _wait_for_initdb(place: Place) -> None:
    """An initdb may outlive a killed program for a moment; its directory must not be swept from under it."""
    deadline = time.monotonic() + START_PATIENCE
    while locks.is_alive(place.root):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"an initdb started earlier still works in {place.making}; end it and start again.")
        time.sleep(0.05)


def _read_password(root: Path) -> str:
    try:
        return (root / "password").read_text("utf-8")
    except FileNotFoundError:
        raise EmbeddedError(
            f"{root / 'password'} is gone, and without it nobody can enter the embedded database. "
            "Bring it back, or remove the database and restore a backup."
        ) from None
