"""Worker processes, with real signals to processes this test started."""

import fcntl
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from renderer.workers import AddressInUse, listen
from renderer.workers.descriptors import MOST
from tests.processes import alive, children

MOST_SECONDS = 90
"""That a busy machine may take for what is soon done."""
PROGRAM = """
import asyncio, logging, os, sys, time
from aiohttp import web
from renderer.edge.front import Front
from renderer.keys import FRONT
from renderer.settings import Settings
from renderer.workers import Supervisor, WorkersFailed, listen, supervisor

async def show(request):
    if request.path == "/slow":
        print("begun", flush=True)
        await asyncio.sleep(1)
    if request.path == "/stall":
        print("begun", flush=True)
        await asyncio.sleep(0.5)
        time.sleep(2)
    if request.path == "/hang":
        print("begun", flush=True)
        while True:
            pass
    return web.Response(text=str(os.getpid()))

def make_app():
    if os.path.exists(sys.argv[2]):
        raise RuntimeError("cannot")
    app = web.Application()
    app[FRONT] = Front(Settings())
    app.add_routes([web.get("/{path:.*}", show)])
    return app

logging.basicConfig()
supervisor.HUNG_SECONDS = float(os.environ.get("HUNG_SECONDS", "60"))
listeners = listen("127.0.0.1", 0, int(sys.argv[1]))
port = listeners[0].getsockname()[1]
try:
    Supervisor(listeners, make_app, shutdown_seconds=5, ready=lambda: print(port, flush=True)).run()
except WorkersFailed as error:
    sys.exit(str(error))
"""


@contextmanager
def running(slots: int, broken: str = "/nowhere", **popen: Any) -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = [sys.executable, "-c", PROGRAM, str(slots), broken]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **popen}
    process = subprocess.Popen(command, text=True, **streams)
    assert process.stdout is not None
    try:
        yield process, int(process.stdout.readline())
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(MOST_SECONDS)
        process.stdout.close()
        if process.stderr is not None:
            process.stderr.close()


def ask(port: int, path: str = "/") -> str:
    with socket.create_connection(("127.0.0.1", port), MOST_SECONDS) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    return answer.decode().rpartition("\r\n\r\n")[2]


def wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + MOST_SECONDS
    while any(map(alive, pids)):
        assert time.monotonic() < deadline, "a worker outlived its supervisor"
        time.sleep(0.05)


def test_a_dead_worker_is_replaced() -> None:
    with running(1) as (process, port):
        before = int(ask(port))
        assert {before} == children(process.pid)
        os.kill(before, signal.SIGKILL)
        assert int(ask(port)) != before


def test_a_worker_that_hangs_is_replaced_and_says_where_it_did() -> None:
    with running(1, env={**os.environ, "HUNG_SECONDS": "3"}) as (process, port):
        before = int(ask(port))
        with socket.create_connection(("127.0.0.1", port), MOST_SECONDS) as hanging:
            hanging.sendall(b"GET /hang HTTP/1.1\r\nHost: a\r\n\r\n")
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            after = int(ask(port))
        assert after != before
        os.kill(after, signal.SIGSTOP)
        assert int(ask(port)) not in (before, after)
        process.terminate()
        assert process.stderr is not None
        said = process.stderr.read()
        assert said.count("a worker hangs") == 2
        assert re.search(r'File "<string>", line \d+ in show\n', said)


def test_a_supervisor_does_its_work_while_nobody_takes_its_lines() -> None:
    ends = os.pipe()
    fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, 4_096)
    with running(1, stderr=ends[1]) as (process, port):
        os.write(ends[1], b"x" * 4_096)
        os.close(ends[1])
        known = int(ask(port))
        for _ in range(3):
            os.kill(known, signal.SIGKILL)
            wait_until_gone({known})
            known = int(ask(port))
        assert os.read(ends[0], 4_096) == b"x" * 4_096
        os.kill(known, signal.SIGKILL)
        with os.fdopen(ends[0], encoding="utf-8") as reader:
            said = [next(reader) for _ in range(2)]
            assert "a worker died" in said[0]
            assert "3 lines of the log were lost" in said[1]
            process.terminate()
            assert process.wait(MOST_SECONDS) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_lets_a_request_in_flight_finish_and_leaves_nothing(number: signal.Signals) -> None:
    with running(2) as (process, port):
        workers = children(process.pid)
        assert len(workers) == 2
        slow = socket.create_connection(("127.0.0.1", port), MOST_SECONDS)
        slow.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(number)
        assert b"200 OK" in slow.recv(4096)
        slow.close()
        assert process.wait(MOST_SECONDS) == 0
        wait_until_gone(workers)


def test_what_came_while_a_stopping_worker_had_no_turn_is_answered() -> None:
    """Who kept a connection open and asked in time is not closed upon for a worker's own standstill."""
    with running(1) as (process, port):
        kept, stall = (socket.create_connection(("127.0.0.1", port), MOST_SECONDS) for _ in range(2))
        kept.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"200 OK" in kept.recv(4096)
        stall.sendall(b"GET /stall HTTP/1.1\r\nHost: a\r\n\r\n")
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.terminate()
        time.sleep(1)
        kept.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"\r\nConnection: close\r\n" in kept.recv(4096)
        assert b"200 OK" in stall.recv(4096)
        kept.close()
        stall.close()
        assert process.wait(MOST_SECONDS) == 0


def test_workers_end_when_their_supervisor_is_killed() -> None:
    with running(2) as (process, _):
        workers = children(process.pid)
        process.kill()
        process.wait(MOST_SECONDS)
        wait_until_gone(workers)


def test_workers_that_cannot_start_end_the_program_with_words() -> None:
    command = [sys.executable, "-c", PROGRAM, "1", "/"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    assert done.returncode == 1
    assert "die as soon as they start" in done.stderr
    assert "cannot" in done.stderr


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(AddressInUse, match="in use"):
        listen("127.0.0.1", taken.getsockname()[1], 1)


def test_workers_may_have_as_many_connections_as_the_system_lets_them() -> None:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))

    most = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], MOST)
    with running(1, preexec_fn=limited) as (process, port):
        held = [socket.create_connection(("127.0.0.1", port), MOST_SECONDS) for _ in range(300)]
        assert ask(port)
        for pid in children(process.pid):
            assert f"Max open files            {most} " in Path(f"/proc/{pid}/limits").read_text()
        for connection in held:
            connection.close()


def test_an_operator_is_told_where_few_connections_are_allowed() -> None:
    with running(1, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))) as (process, port):
        assert ask(port)
        process.terminate()
        assert process.stderr is not None
        assert "this process may open 200: connections beyond are refused" in process.stderr.read()


def test_slots_share_one_port() -> None:
    listeners = listen("127.0.0.1", 0, 3)
    assert len({listener.getsockname()[1] for listener in listeners}) == 1
    for listener in listeners:
        listener.close()


def test_a_worker_that_cannot_start_again_takes_no_other_down(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    with running(2, str(broken)) as (process, port):
        broken.touch()
        victim, other = sorted(children(process.pid))
        os.kill(victim, signal.SIGKILL)
        time.sleep(4)  # longer than the deaths that end a program which never served
        assert process.poll() is None
        assert alive(other)
        broken.unlink()
        answers: set[int] = set()
        deadline = time.monotonic() + MOST_SECONDS
        while len(answers) < 2 and time.monotonic() < deadline:
            answers.add(int(ask(port)))
        assert len(answers) == 2


def converse(port: int, sent: bytes) -> bytes:
    """What comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), MOST_SECONDS) as connection:
        connection.sendall(sent)
        return b"".join(iter(lambda: connection.recv(4096), b""))


MALFORMED = [
    b"nonsense\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00secret\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
]


def test_what_is_no_request_gets_the_plain_page_and_leaves_no_trace() -> None:
    with running(1) as (process, port):
        for sent in MALFORMED:
            answer = converse(port, sent)
            assert answer.split(b" ")[1] == b"400", sent
            assert b"Permintaan tidak dapat dibaca" in answer
            assert b"\r\nX-Content-Type-Options: nosniff\r\n" in answer
            assert b"Server:" not in answer
            assert b"secret" not in answer
        assert ask(port).isdigit()
        process.terminate()
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_target_that_cannot_be_read_is_answered_and_closed() -> None:
    with running(1) as (_, port):
        answer = converse(port, b"GET http://xn--a/ HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 ")
