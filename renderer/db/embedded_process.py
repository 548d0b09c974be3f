"""The processes of the embedded PostgreSQL: making a cluster, starting it, finding it again, ending it.

What is alive is never concluded from a process number in a file (numbers are used again, and a killed postmaster
stays a zombie until its new parent fetches it). Instead every PostgreSQL process inherits a descriptor on which the
file `alive` is locked: the kernel drops that lock when the last of them is gone, whatever ended them.
"""

import contextlib
import os
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from psycopg import pq

from renderer.db.embedded_account import EmbeddedError, clean_environment
from renderer.db.embedded_locks import alive_lock, is_alive
from renderer.db.embedded_place import Place, private_directory, remove_tree, write_private
from renderer.db.embedded_programs import Programs
from renderer.db.embedded_roles import ADMINISTRATOR

SHARED_BYTES = 32 << 20
"""Shared memory that a server may ask for; with less it takes files."""

PORT = 5432  # only the name of the socket: nothing listens on the network
LOG_LIMIT = 5_000_000  # bytes; a longer log is set aside at the next start, one generation

# Small, and quick to start; `settings` of the caller override. No replica will ever hang on this server.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "cluster_name": "tapsite",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "huge_pages": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}


def ping(place: Place) -> pq.Ping:
    """OK: takes connections. REJECT: is starting or stopping. NO_RESPONSE: nobody listens."""
    return pq.Ping(pq.PGconn.ping(f"host='{place.socket}' port={PORT} connect_timeout=5".encode()))


def listener_pid(place: Place) -> int | None:
    """The process number of the postmaster that listens on our socket, or None when nobody does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(5)
        try:
            client.connect(str(place.socket / f".s.PGSQL.{PORT}"))
        except OSError:
            return None
        if hasattr(socket, "SO_PEERCRED"):  # Linux: the kernel names whoever called listen()
            pid = struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
            return int(pid) or None  # 0: in another container
    return _written_pid(place)  # somebody of ours listens, so the number in the file is good


def _shared_room() -> int:
    """Bytes free where shared memory lies. A container may have 64 KB of it, which PostgreSQL does not look for."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108 nothing is written there
    except OSError:
        return 0
    return room.f_bavail * room.f_frsize


def initialise(place: Place, programs: Programs, password: str, sync: bool) -> None:
    """Make a cluster in `place.data`, whole or not at all. A half-made one of an earlier try is thrown away."""
    remove_tree(place.making)
    private_directory(place.making, place.account)
    # initdb reads the password from a file that its account must own; the directory keeps others away from it.
    secret = place.making.with_name("password.making")
    write_private(secret, password, place.account)
    command: list[str | Path] = [programs.path("initdb"), "--pgdata", place.making, "--username", ADMINISTRATOR]
    command += ["--pwfile", secret, "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"]
    command += ["--text-search-config=simple", "--locale=C"]
    if programs.major >= 17:
        # Letters of every script have case, and rules do not change with the machine's C library.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if _shared_room() < SHARED_BYTES:
            command += ["--set", "dynamic_shared_memory_type=mmap"]
    if not sync:
        command.append("--no-sync")
    try:
        with alive_lock(place.root) as inherited:
            done = subprocess.run(  # noqa: S603 - a program of our own package
                command,
                cwd="/",
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
                start_new_session=True,
                pass_fds=[inherited],
                **place.account.popen(),
            )
    finally:
        secret.unlink(missing_ok=True)
    if done.returncode != 0:
        remove_tree(place.making)
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()[-6:]
        raise EmbeddedError("PostgreSQL's initdb failed:\n" + "\n".join(f"  {line}" for line in words))
    place.making.rename(place.data)


def spawn(place: Place, programs: Programs, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a postmaster as a child of ours, in a session of its own: Ctrl-C in our terminal never reaches it."""
    chosen = {**SETTINGS, **settings, "unix_socket_directories": str(place.socket)}
    command: list[str | Path] = [programs.path("postgres"), "-D", place.data]
    for name, value in chosen.items():
        command += ["-c", f"{name}={value}"]
    environment = clean_environment()
    stale = _written_pid(place)
    if stale is not None and not is_alive(place.root):
        # The lock proves that the recorded process is gone, even if its number is taken again. PostgreSQL overlooks a
        # recorded number that is its own grandparent's, and goes on to its other checks (shared memory in use).
        environment["PG_GRANDPARENT_PID"] = str(stale)
    with alive_lock(place.root) as inherited, _open_log(place) as log:
        return subprocess.Popen(  # noqa: S603 - a program of our own package
            command,
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=0o077,
            pass_fds=[inherited],
            **place.account.popen(),
        )


def end(place: Place, process: subprocess.Popen[bytes] | None, patience: float = 6.0) -> None:
    """End the postmaster (our child `process`, or whoever listens) and all its children; returns when they are gone.

    First the fast shutdown, which rolls back what is open and writes a checkpoint; after `patience` seconds the
    immediate one; then SIGKILL. All are safe for the data: the later ones cost a recovery at the next start.
    """
    for ask, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 2.0)):
        child = process is not None and process.poll() is None
        pid = process.pid if process is not None and child else listener_pid(place)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, ask)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            # A postmaster that was not killed goes last, after its children.
            gone = process is not None and process.poll() is not None and child and ask != signal.SIGKILL
            if gone or not is_alive(place.root):
                if process is not None:
                    process.wait()
                return
            time.sleep(0.02)
    end_orphans(place)
    if ping(place) is not pq.Ping.NO_RESPONSE:
        raise EmbeddedError(f"the embedded PostgreSQL at {place.data} does not stop; see {place.log}.")


def end_orphans(place: Place) -> None:
    """Kill backends whose postmaster is gone. They notice by themselves within moments, unless deep in a long query."""
    if listener_pid(place) is not None:
        return
    with contextlib.suppress(FileNotFoundError):
        data = place.data.stat()
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                # A shell that somebody left in the directory is not a backend.
                named = (entry / "exe").readlink().name.removesuffix(" (deleted)") == "postgres"
                if named and os.path.samestat((entry / "cwd").stat(), data):
                    os.kill(int(entry.name), signal.SIGKILL)


def last_words(place: Place, since: int, lines: int = 8) -> str:
    """The end of the log, from byte `since` on, indented for an error message."""
    try:
        with place.log.open("rb") as file:
            file.seek(since)
            text = file.read(200_000).decode(errors="replace")
    except OSError:
        return "  (it left no log)"
    return "\n".join(f"  {line}" for line in text.strip().splitlines()[-lines:]) or "  (it left no word in its log)"


def log_size(place: Place) -> int:
    """Bytes in the log so far; sets a long log aside first."""
    try:
        size = place.log.stat().st_size
    except FileNotFoundError:
        return 0
    if size > LOG_LIMIT:
        place.log.replace(place.log.with_name("log.1"))
        return 0
    return size


@contextlib.contextmanager
def _open_log(place: Place) -> Iterator[int]:
    handle = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _written_pid(place: Place) -> int | None:
    try:
        return int(os.fsdecode((place.data / "postmaster.pid").read_bytes()).split("\n", 1)[0])
    except (OSError, ValueError):
        return None
