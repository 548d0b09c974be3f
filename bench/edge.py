"""A hot home page: ours against bare aiohttp with a fixed body of the same size, one process each, in turn.

wrk (Debian's) asks over 32 connections that stay open, for 100 sites in turn, as 1,000 different browsers. A figure is
the processor time that the serving process took for a request, the median of the rounds; beside it are requests a
second, which say more about the machine. Ours records each page's view, unless it says otherwise.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from bench import Figure
from bench.page import eighteen_sections
from tests.databases import Database, server

SITES = 100
CONNECTIONS = 32
SECONDS = 3
ROUNDS = 3
_TICK = os.sysconf("SC_CLK_TCK")

_OURS = """
import sys
from pathlib import Path
from renderer import settings
from renderer.app import make_app
from renderer.keyring import Keyring
from renderer.themes import load_themes
from renderer.workers import Supervisor, listen
url, folder, views = sys.argv[1:]
config = Path(folder) / "config.toml"
config.touch()
made = settings.load(config, {
    "server": {"base_domains": ["sites.test"]}, "paths": {"var": folder}, "views": {"enabled": views == "views"}})
themes, keyring = load_themes(made.themes_dir), Keyring.generate()
listeners = listen("127.0.0.1", 0, 1)
port = listeners[0].getsockname()[1]
Supervisor(listeners, lambda: make_app(made, url, keyring, themes), shutdown_seconds=2,
           ready=lambda: print(port, flush=True)).run()
"""
_BARE = """
import asyncio, sys, uvloop
from aiohttp import web
body = b"x" * int(sys.argv[1])
async def show(request):
    return web.Response(body=body, content_type="text/html")
async def main():
    app = web.Application()
    app.add_routes([web.get("/{path:.*}", show)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()
uvloop.run(main())
"""
_SCRIPT = """
local extra, hosts, agents = %s, %d, 1000
local number = 0
request = function()
  number = number + 1
  local headers = {
    ["Host"] = "s" .. (number %% hosts) .. ".sites.test",
    ["User-Agent"] = "Mozilla/5.0 (Linux; Android 14; SM-A" .. (number %% agents) ..
      ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
  }
  for name, value in pairs(extra) do headers[name] = value end
  return wrk.format("GET", "/", headers)
end
"""


@dataclass
class Case:
    name: str
    headers: dict[str, str] = field(default_factory=dict)
    costs: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)


def run() -> list[Figure]:
    if subprocess.run(["which", "wrk"], capture_output=True, check=False).returncode:
        raise RuntimeError("wrk is needed: apt install wrk")
    with server() as databases, tempfile.TemporaryDirectory() as folder:
        database = databases.make()
        try:
            return _measure(database, folder)
        finally:
            databases.drop(database)
            databases.drop_template()


def _measure(database: Database, folder: str) -> list[Figure]:
    _fill(database)
    url = database.url_as("tapsite_edge")
    with _serving(_OURS, url, folder, "views") as counted, _serving(_OURS, url, folder, "none") as uncounted:
        size = _look(counted[0])
        with _serving(_BARE, str(size)) as bare:
            cases = {
                "bare": (bare, Case("bare aiohttp")),
                "hot": (counted, Case("hot home page, its view recorded")),
                "uncounted": (uncounted, Case("the same, no view recorded")),
                "br": (uncounted, Case("the same in br", {"Accept-Encoding": "gzip, br"})),
                "known": (uncounted, Case("304", {"If-None-Match": "*"})),
            }
            for round_ in range(ROUNDS + 1):
                for where, case in cases.values():
                    rate, cost = _load(where, case.headers, SECONDS)
                    if round_:
                        case.rates.append(rate)
                        case.costs.append(cost)
    base = cases["bare"][1]
    against = f"bare aiohttp, {size} bytes, {median(base.rates):,.0f} req/s"
    return [
        Figure(
            f"{case.name}: {median(case.rates):,.0f} req/s",
            median(case.costs),
            median(base.costs),
            median(base.costs),
            against,
            max(case.costs),
        )
        for key, (_, case) in cases.items()
        if key != "bare"
    ]


def _fill(database: Database) -> None:
    content = json.dumps(eighteen_sections(), ensure_ascii=False)
    with psycopg.connect(database.url, autocommit=True) as conn:
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


@contextmanager
def _serving(program: str, *arguments: str) -> Iterator[tuple[int, int]]:
    """Port, and the process whose time counts: the worker, where there is a supervisor."""
    process = subprocess.Popen([sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield port, int(children[0]) if children else process.pid
    finally:
        process.terminate()
        process.wait(15)


def _look(port: int) -> int:
    """Size of the page."""
    command = ["curl", "-sS", "-D-", "-o", "/dev/null", "-H", "Host: s1.sites.test", f"http://127.0.0.1:{port}/"]
    head = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    length = re.search(r"Content-Length: (\d+)", head)
    if not head.startswith("HTTP/1.1 200") or length is None:
        raise RuntimeError(head)
    return int(length[1])


def _load(where: tuple[int, int], headers: dict[str, str], seconds: int) -> tuple[float, float]:
    """Requests a second, and milliseconds of the process's time a request."""
    port, pid = where
    extra = "{" + ", ".join(f"[{json.dumps(name)}] = {json.dumps(value)}" for name, value in headers.items()) + "}"
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT % (extra, SITES))
        script.flush()
        began, before = time.monotonic(), _seconds(pid)
        command = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}s",
            "--timeout",
            "20s",
            "-s",
            script.name,
            f"http://127.0.0.1:{port}/",
        ]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        took, spent = time.monotonic() - began, _seconds(pid) - before
    done: Any = re.search(r"(\d+) requests in", said)
    if done is None or "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    return int(done[1]) / took, spent * 1_000 / max(1, int(done[1]))


def _seconds(pid: int) -> float:
    """Processor time of a process and its threads so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICK
