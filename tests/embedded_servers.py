"""Embedded servers to play with in tests, and programs that use them and are killed (only ones started here)."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from renderer.db import embedded_locks, embedded_process
from renderer.db.embedded import EmbeddedServer, remove, start

FAST = {"fsync": "off"}
PROGRAM = """
import signal, sys
from pathlib import Path
from renderer.db.embedded import start
server = start(Path(sys.argv[1]), settings={"fsync": "off"})
signal.signal(signal.SIGINT, lambda *_: print("asked", flush=True))
print("attached" if server.attached else "started", flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture
def no_server() -> Iterator[Path]:
    """A directory to be, below one the borrowed account may enter (pytest's own tmp_path is closed to it)."""
    with _open_directory() as above:
        yield above / "var" / "postgres"


@pytest.fixture(scope="session")
def _made_server() -> Iterator[Path]:
    with _open_directory() as above:
        start(above / "var" / "postgres", settings=FAST).stop()
        yield above / "var" / "postgres"


@pytest.fixture
def stopped_server(_made_server: Path) -> Iterator[Path]:
    """The directory of a server that was started and stopped before; each test leaves it stopped and whole."""
    yield _made_server
    assert not embedded_locks.is_alive(_made_server)


@contextmanager
def _open_directory() -> Iterator[Path]:
    above = Path(tempfile.mkdtemp(prefix="embedded-"))
    above.chmod(0o755)
    try:
        yield above
    finally:
        for lock in list(above.rglob("lock")):
            remove(lock.parent)
        shutil.rmtree(above)


@contextmanager
def program(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program that uses the server of `root` until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        try:
            yield other
        finally:
            other.kill()


def word(other: subprocess.Popen[str]) -> str:
    assert other.stdout is not None
    return other.stdout.readline().strip()


def leave(other: subprocess.Popen[str]) -> None:
    assert other.stdin is not None
    other.stdin.close()
    assert other.wait(90) == 0


def ask(server: EmbeddedServer, query: LiteralString = "SELECT 'here'", user: str = "tapsite_migrate") -> object:
    with psycopg.connect(server.url(user)) as conn:
        row = conn.execute(query).fetchone()
    return row and row[0]


def tell(server: EmbeddedServer, command: LiteralString) -> None:
    with psycopg.connect(server.url()) as conn:
        conn.execute(command)


def kill_postmaster(server: EmbeddedServer) -> int:
    pid = embedded_process.listener_pid(server.place)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def revive_until(server: EmbeddedServer, condition: Callable[[], bool]) -> None:
    def attempt() -> bool:
        server.revive()
        return condition()

    until(attempt)


def running(pid: int | None) -> bool:
    """Whether a process works still: a zombie, which process 1 has yet to fetch, does not."""
    if pid is None:
        return False
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    return False
