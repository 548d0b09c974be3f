"""One generation of workers after another, with real signals to processes this test started."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from renderer.workers import AddressInUse
from renderer.workers.sockets import listen_at
from tests.processes import alive, descendants

MOST_SECONDS = 90
"""A machine may be busy."""
PROGRAM = """
import asyncio, os, sys
from pathlib import Path
from aiohttp import web
from renderer.edge.front import Front
from renderer.keys import FRONT
from renderer.settings import Settings
from renderer.workers import Heir, Listening, Succession, Supervisor, find_heir, listen
from renderer.workers.sockets import listen_at, passed

folder = Path(sys.argv[1])
said = (folder / "says").read_text()  # stands for code, themes and settings
if said == "broken":
    sys.exit("cannot load")

async def show(request):
    if request.path == "/slow":
        print("begun", file=sys.stderr, flush=True)
        await asyncio.sleep(1.5)
    if request.method == "POST":
        await request.read()
    return web.Response(text=said)

def make_app():
    app = web.Application()
    app[FRONT] = Front(Settings())
    app.add_routes([web.route("*", "/{path:.*}", show)])
    return app

async def until_ready(app):
    if said == "waits":
        print("waiting", file=sys.stderr, flush=True)
    while said == "waits" and not (folder / "go").exists():
        await asyncio.sleep(0.02)

def generation(heir):
    Supervisor(heir.sites, make_app, shutdown_seconds=5, ready=heir.tell_ready,
               until_ready=until_ready if heir.patient else None, lifeline=heir.channel.fileno()).run()

heir = find_heir()
if heir is not None:
    generation(heir)
else:
    path = folder / "socket"
    listening = passed(os.environ, os.getpid(), 2) or (
        Listening(listen_at(path, 2), path=path) if sys.argv[2] == "unix" else Listening(listen("127.0.0.1", 0, 2)))
    Succession(listening, generation, {}, shutdown_seconds=5, ready=lambda: print(listening.address, flush=True)).run()
"""


@dataclass
class Program:
    process: subprocess.Popen[str]
    address: str
    folder: Path

    @property
    def port(self) -> int:
        found = re.search(r":(\d+)/", self.address)
        assert found is not None
        return int(found[1])

    def say(self, text: str) -> None:
        (self.folder / "says").write_text(text)

    def ask(self, path: str = "/") -> str:
        unix = self.address.removeprefix("unix:")
        family, where = (socket.AF_INET, ("127.0.0.1", self.port)) if unix == self.address else (socket.AF_UNIX, unix)
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(MOST_SECONDS)
            connection.connect(where)
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            answer = b"".join(iter(lambda: connection.recv(4096), b""))
        return answer.decode().rpartition("\r\n\r\n")[2]

    def wait_for_line(self, text: str) -> None:
        assert self.process.stderr is not None
        assert any(text in line for line in iter(self.process.stderr.readline, ""))

    def wait_for(self, text: str) -> None:
        """Until ten answers in a row say so: no worker is left that says something else."""
        deadline = time.monotonic() + MOST_SECONDS
        while any(self.ask() != text for _ in range(10)):
            assert time.monotonic() < deadline, f"nobody says {text}"
            time.sleep(0.05)


@contextmanager
def running(folder: Path, kind: str = "port", **popen: object) -> Iterator[Program]:
    (folder / "says").write_text("first")
    process = subprocess.Popen(  # type: ignore[call-overload]
        [sys.executable, "-c", PROGRAM, str(folder), kind],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **popen,
    )
    try:
        yield Program(process, process.stdout.readline().strip(), folder)
    finally:
        everybody = descendants(process.pid) if process.poll() is None else set()
        if process.poll() is None:
            process.terminate()
        process.wait(MOST_SECONDS)
        process.stdout.close()
        process.stderr.close()
        deadline = time.monotonic() + MOST_SECONDS
        while any(map(alive, everybody)):
            assert time.monotonic() < deadline, "a process was left"
            time.sleep(0.05)


@dataclass
class Load:
    """Connections that ask one request after another, as a proxy does. `failed` says how, one text a failure."""

    port: int
    said: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    stopping: bool = False

    async def converse(self, number: int) -> None:
        while not self.stopping:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            with suppress(ConnectionError):
                while not self.stopping and await self._ask(reader, writer, number):
                    await asyncio.sleep(0.002 * number)  # some never rest, some do
            writer.close()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> bool:
        """False: the server said that it closes."""
        sent = (
            b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
            if number % 2
            else b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
        )
        try:
            writer.write(sent)
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = re.search(r"Content-Length: (\d+)", head)
            assert length is not None, head
            body = (await reader.readexactly(int(length[1]))).decode()
        except (OSError, asyncio.IncompleteReadError) as fault:
            self.failed.append(repr(fault))
            raise ConnectionError from fault
        if not head.startswith("HTTP/1.1 200"):
            self.failed.append(head)
        self.said[body] = self.said.get(body, 0) + 1
        return "Connection: close" not in head


async def test_restarts_under_load_lose_no_request_and_a_broken_successor_changes_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as program:
        load = Load(program.port)
        clients = [asyncio.create_task(load.converse(number)) for number in range(12)]
        workers = descendants(program.process.pid)
        program.say("broken")
        program.process.send_signal(signal.SIGHUP)
        await asyncio.to_thread(program.wait_for_line, "the successor cannot serve")
        assert descendants(program.process.pid) == workers
        program.say("second")
        program.process.send_signal(signal.SIGHUP)
        async with asyncio.timeout(MOST_SECONDS):
            # As long as anybody is left of those who served before.
            while load.said.get("second", 0) < 100 or workers & descendants(program.process.pid):
                await asyncio.sleep(0.1)
            load.stopping = True
            await asyncio.gather(*clients)
        assert load.failed == []
        assert set(load.said) == {"first", "second"}
        await asyncio.to_thread(program.wait_for, "second")


def test_the_old_serve_until_the_new_are_ready_and_finish_what_they_have(tmp_path: Path) -> None:
    with running(tmp_path) as program:
        program.say("waits")
        program.process.send_signal(signal.SIGHUP)
        program.wait_for_line("waiting")
        assert {program.ask() for _ in range(20)} == {"first"}
        slow = socket.create_connection(("127.0.0.1", program.port), MOST_SECONDS)
        slow.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        program.wait_for_line("begun")
        (tmp_path / "go").touch()
        program.wait_for("waits")
        assert slow.recv(4096).endswith(b"first")
        assert slow.recv(4096) == b""
        slow.close()
        for pid in descendants(program.process.pid):
            os.kill(pid, signal.SIGKILL)
        program.say("again")
        program.wait_for("again")
        everybody = descendants(program.process.pid)
        program.process.kill()
        deadline = time.monotonic() + MOST_SECONDS
        while any(map(alive, everybody)):
            assert time.monotonic() < deadline, "a worker outlived the succession"
            time.sleep(0.05)


def test_a_unix_socket_serves_and_is_taken_away(tmp_path: Path) -> None:
    with running(tmp_path, "unix") as program:
        assert program.address == f"unix:{tmp_path / 'socket'}"
        assert (tmp_path / "socket").stat().st_mode & 0o777 == 0o660
        with pytest.raises(AddressInUse, match="socket"):
            listen_at(tmp_path / "socket", 1)
        assert program.ask() == "first"
    assert not (tmp_path / "socket").exists()


def test_a_socket_nobody_listens_on_is_replaced_and_a_file_is_not(tmp_path: Path) -> None:
    listen_at(tmp_path / "left", 1)[0].close()
    for listener in listen_at(tmp_path / "left", 2):
        listener.close()
    (tmp_path / "file").write_text("mine")
    with pytest.raises(AddressInUse, match="file"):
        listen_at(tmp_path / "file", 1)
    assert (tmp_path / "file").read_text() == "mine"


def test_systemd_passes_the_socket_and_is_told_of_each_generation(tmp_path: Path) -> None:
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(str(tmp_path / "notify"))
    told.settimeout(MOST_SECONDS)
    with told, socket.create_server(("127.0.0.1", 0)) as listener:

        def become_passed() -> None:
            os.dup2(listener.fileno(), 3)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", NOTIFY_SOCKET=str(tmp_path / "notify"))
            os.execv(sys.executable, [sys.executable, "-c", PROGRAM, str(tmp_path), "port"])

        with running(tmp_path, preexec_fn=become_passed, close_fds=False) as program:
            assert program.port == listener.getsockname()[1]
            assert told.recv(999).startswith(b"READY=1")
            program.say("second")
            program.process.send_signal(signal.SIGHUP)
            assert told.recv(999).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
            assert told.recv(999).startswith(b"READY=1")
            program.wait_for("second")
            program.process.terminate()
            assert told.recv(999) == b"STOPPING=1"
