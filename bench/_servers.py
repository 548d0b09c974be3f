"""What serving is measured with: a database of 100 sites, servers in processes of their own, and who asks them."""

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import asyncpg
import psycopg

from bench.page import eighteen_sections
from renderer.db.embedded import EmbeddedServer
from renderer.db.migrations import migrate
from renderer.keyring import Keyring, new_inline
from renderer.views import keep_up

SITES = 100
CONNECTIONS = 32
SECONDS = 3
PROCESSES = 2
LAST = ("sh", "-c", 'echo 19 > /proc/self/autogroup 2> /dev/null; exec nice -n 19 "$@"', "sh")
"""Before a command in a session of its own: it works when nobody else wants to. Where sched_autogroup_enabled says so,
sessions share a processor as equals, whatever their processes' nice values are (sched(7))."""
_TICK = os.sysconf("SC_CLK_TCK")

KEYS = new_inline()
"""The keyring of our servers, which opens the days' roots that `prepare` makes: visitors are told apart."""

# Arguments: URL, folder, number of workers, settings as JSON, keyring.
OURS = """
import gc, json, sys
gc.disable()  # as renderer/__main__.py does
from pathlib import Path
from renderer import settings, views
from renderer.app import make_app
from renderer.edge.relay import Relay
from renderer.keyring import Keyring
from renderer.themes import load_themes
from renderer.workers import Supervisor, listen
gc.freeze()
gc.enable()
url, folder, count, sections, keys = sys.argv[1:]
config = Path(folder) / "config.toml"
config.touch()
given = {"server": {"base_domains": ["sites.test"]}, "paths": {"var": folder}, **json.loads(sections)}
made = settings.load(config, given)
themes, keyring = load_themes(made.themes_dir), Keyring.parse_inline(keys)
views.warm_up()
listeners = listen("127.0.0.1", 0, int(count))
relay = Relay(len(listeners))
port = listeners[0].getsockname()[1]
Supervisor(listeners, lambda: make_app(made, url, keyring, themes, line=relay.mine), shutdown_seconds=2,
           claim=relay.claim, ready=lambda: print(port, flush=True)).run()
"""
# Arguments: size of the body, number of processes, URL of a database or "". With one, the body is SELECTed each time.
BARE = """
import asyncio, os, sys, uvloop
from aiohttp import web
import asyncpg
from renderer.workers import listen
body, url = b"x" * int(sys.argv[1]), sys.argv[3]
async def main(listener):
    pool = await asyncpg.create_pool(url, min_size=10, max_size=10) if url else None
    async def show(request):
        if pool is None:
            return web.Response(body=body, content_type="text/html")
        host = request.host.partition(".")[0]
        page = await pool.fetchval("SELECT page FROM bench_pages WHERE host = $1", host)
        return web.Response(body=page, content_type="text/html")
    app = web.Application()
    app.add_routes([web.get("/{path:.*}", show)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    await asyncio.Event().wait()
listeners = listen("127.0.0.1", 0, int(sys.argv[2]))
for listener in listeners:
    if os.fork() == 0:
        uvloop.run(main(listener))
print(listeners[0].getsockname()[1], flush=True)
import signal
def stop(*_):
    os.killpg(0, signal.SIGKILL)
signal.signal(signal.SIGTERM, stop)
while True:
    signal.pause()
"""
# %(extra)s: headers as a Lua table; %(path)s: an expression of Lua's.
_SCRIPT = """
local extra, hosts, agents = %(extra)s, %(hosts)d, 1000
local number = 0
request = function()
  number = number + 1
  local headers = {
    ["Host"] = "s" .. (%(first)d + number %% hosts) .. ".sites.test",
    ["User-Agent"] = "Mozilla/5.0 (Linux; Android 14; SM-A" .. (number %% agents) ..
      ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
  }
  for name, value in pairs(extra) do headers[name] = value end
  return wrk.format("GET", %(path)s, headers)
end
done = function(summary, latency)
  io.write("p99 ", latency:percentile(99) / 1000, "\\n")
end
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A port, and the processes whose time counts."""

    port: int
    pids: tuple[int, ...]

    def spent(self) -> float:
        """Processor time of the processes and their threads so far, in seconds."""
        return sum(map(spent, self.pids))

    def memory(self) -> int:
        """Resident bytes of the largest."""
        return max(
            int(found[1]) * 1_024
            for pid in self.pids
            if (found := re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()))
        )


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk found: requests a second, the server's milliseconds a request, the 99th percentile of times, answers."""

    rate: float
    cost: float
    p99: float
    answers: int


def spent(pid: int, *, with_children: bool = False) -> float:
    """Processor time of a process so far, in seconds, and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11 : 15 if with_children else 13])) / _TICK


def children(pid: int) -> tuple[int, ...]:
    return tuple(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


@contextmanager
def serving(program: str, *arguments: str) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield Server(port, children(process.pid) or (process.pid,))
    finally:
        process.terminate()
        process.wait(20)


def ours(url: str, folder: str, workers: int = PROCESSES, **sections: object) -> tuple[str, ...]:
    """Arguments of `OURS`. It writes no access lines, as wrk's other end writes none."""
    return OURS, url, folder, str(workers), json.dumps({"log": {"access": False}, **sections}), KEYS


def prepare(server: EmbeddedServer) -> str:
    """A schema and sites s0 … s99, each with a home page of eighteen sections; the URL of who serves them."""
    migrate(server.url())
    asyncio.run(_make_roots(server.url()))
    server.enable_logins(["tapsite_edge"])
    content = json.dumps(eighteen_sections(), ensure_ascii=False)
    with psycopg.connect(server.url(), autocommit=True) as conn:
        conn.execute(
            "INSERT INTO templates (id, name, category, component_structure, css_variables) "
            "VALUES ('pilar', 'Pilar', 'business', '{}', '{}') ON CONFLICT DO NOTHING"
        )
        for number in range(SITES):
            conn.execute(
                "WITH owner AS (INSERT INTO users (email, password_hash) VALUES (%s, '!') RETURNING id) "
                "INSERT INTO websites (user_id, subdomain, template_id, status, generated_content) "
                "SELECT id, %s, 'pilar', 'published', %s FROM owner",
                [f"{number}@example.com", f"s{number}", content],
            )
    return server.url("tapsite_edge")


async def _make_roots(url: str) -> None:
    conn = await asyncpg.connect(url)
    await keep_up(conn, Keyring.parse_inline(KEYS), 90)
    await conn.close()


def look(port: int, host: str = "s1.sites.test", path: str = "/") -> bytes:
    """The body of an answer of 200."""
    command = ["curl", "-sS", "-f", "-H", f"Host: {host}", f"http://127.0.0.1:{port}{path}"]
    return subprocess.run(command, capture_output=True, check=True).stdout


# The kernel spreads connections over the processes by chance: of so many, all are one's once in 2,000 times.
LINES = 12


@contextmanager
def lines(port: int) -> Iterator[list[HTTPConnection]]:
    """Connections that stay open, to each of the processes."""
    made = [HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(LINES)]
    try:
        yield made
    finally:
        for line in made:
            line.close()


def ask(line: HTTPConnection, host: str) -> bytes:
    line.request("GET", "/", headers={"Host": host})
    return line.getresponse().read()


def warm(port: int, sites: int = SITES) -> None:
    """Until every process has each site's home page."""
    with lines(port) as made:
        for line in made:
            for number in range(sites):
                ask(line, f"s{number}.sites.test")


@contextmanager
def wrk(
    port: int,
    headers: dict[str, str] | None = None,
    seconds: int = SECONDS,
    *,
    connections: int = CONNECTIONS,
    hosts: int = SITES,
    first: int = 0,
    path: str = '"/"',
) -> Iterator["subprocess.Popen[str]"]:
    """wrk while it runs: over so many connections, for `hosts` sites in turn from `first` on."""
    extra = "{" + ", ".join(f"[{json.dumps(name)}] = {json.dumps(value)}" for name, value in (headers or {}).items())
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT % {"extra": extra + "}", "hosts": hosts, "first": first, "path": path})
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", script.name]
        process = subprocess.Popen([*command, f"http://127.0.0.1:{port}/"], stdout=subprocess.PIPE, text=True)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(10)


def load(server: Server, headers: dict[str, str] | None = None, seconds: int = SECONDS) -> Load:
    """One run. Raises RuntimeError where anything but 200 and 304 was answered."""
    began, before = time.monotonic(), server.spent()
    with wrk(server.port, headers, seconds) as process:
        said, _ = process.communicate(timeout=seconds + 30)
    took, used = time.monotonic() - began, server.spent() - before
    done, p99 = re.search(r"(\d+) requests in", said), re.search(r"p99 ([\d.]+)", said)
    if done is None or p99 is None or "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    answers = int(done[1])
    return Load(answers / took, used * 1_000 / max(1, answers), float(p99[1]), answers)
