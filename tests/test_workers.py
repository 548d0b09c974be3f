"""Worker processes, with real signals to processes this test started."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from renderer.workers import AddressInUse, listen

PROGRAM = """
import asyncio, os, sys
from aiohttp import web
from renderer.workers import Supervisor, WorkersFailed, listen

async def show(request):
    if request.path == "/slow":
        await asyncio.sleep(1)
    return web.Response(text=str(os.getpid()))

def make_app():
    if os.environ.get("BROKEN"):
        raise RuntimeError("cannot")
    app = web.Application()
    app.add_routes([web.get("/{path:.*}", show)])
    return app

listeners = listen("127.0.0.1", 0, int(sys.argv[1]))
port = listeners[0].getsockname()[1]
try:
    Supervisor(listeners, make_app, shutdown_seconds=5, ready=lambda: print(port, flush=True)).run()
except WorkersFailed as error:
    sys.exit(str(error))
"""


@contextmanager
def running(slots: int) -> Iterator[tuple[subprocess.Popen[str], int]]:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(slots)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(10)
        process.stdout.close()  # type: ignore[union-attr]


def ask(port: int, path: str = "/") -> str:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    return answer.decode().rpartition("\r\n\r\n")[2]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + 15
    while any(map(alive, pids)):
        assert time.monotonic() < deadline, "a worker outlived its supervisor"
        time.sleep(0.05)


def workers_of(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def test_a_dead_worker_is_replaced() -> None:
    with running(1) as (process, port):
        before = int(ask(port))
        assert {before} == workers_of(process.pid)
        os.kill(before, signal.SIGKILL)
        assert int(ask(port)) != before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_lets_a_request_in_flight_finish_and_leaves_nothing(number: signal.Signals) -> None:
    with running(2) as (process, port):
        workers = workers_of(process.pid)
        assert len(workers) == 2
        slow = socket.create_connection(("127.0.0.1", port), 10)
        slow.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        time.sleep(0.3)
        process.send_signal(number)
        assert b"200 OK" in slow.recv(4096)
        slow.close()
        assert process.wait(10) == 0
        wait_until_gone(workers)


def test_workers_end_when_their_supervisor_is_killed() -> None:
    with running(2) as (process, _):
        workers = workers_of(process.pid)
        process.kill()
        process.wait(10)
        wait_until_gone(workers)


def test_workers_that_cannot_start_end_the_program_with_words() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "1"],
        env={**os.environ, "BROKEN": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "die as soon as they start" in done.stderr
    assert "cannot" in done.stderr


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(AddressInUse, match="in use"):
        listen("127.0.0.1", taken.getsockname()[1], 1)


def test_slots_share_one_port() -> None:
    listeners = listen("127.0.0.1", 0, 3)
    assert len({listener.getsockname()[1] for listener in listeners}) == 1
    for listener in listeners:
        listener.close()
