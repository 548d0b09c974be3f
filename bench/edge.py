"""Serving, measured case by case beside bare aiohttp: two processes of each, by turns (docs/performance.md).

wrk (Debian's) asks over 32 connections that stay open, for 100 sites in turn, as 1,000 different browsers. A figure is
the processor time that the serving processes took for a request; `python -m bench._table` prints requests a second
beside it, and writes both into the document. Ours records each page's view.
"""

import random
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psycopg

from bench import Figure
from bench._servers import BARE, PROCESSES, SECONDS, SITES, Load, Server, load, look, ours, prepare, serving, warm
from renderer.db.embedded import EmbeddedServer, start

ROUNDS = 5


@dataclass
class Case:
    """`beside` is the key of the case that it is measured against; `least` of its requests a second, as a share."""

    name: str
    server: Server
    beside: str = ""
    least: float | None = None
    headers: dict[str, str] = field(default_factory=dict)
    loads: list[Load] = field(default_factory=list)

    @property
    def cost(self) -> float:
        return median(one.cost for one in self.loads)


def run() -> list[Figure]:
    cases = measure(rounds=3)
    return [
        Figure(
            f"{case.name}: {median(one.rate for one in case.loads):,.0f} req/s",
            case.cost,
            cases[case.beside].cost / case.least if case.least else None,
            cases[case.beside].cost,
            cases[case.beside].name,
            max(one.cost for one in case.loads),
        )
        for case in cases.values()
        if case.beside
    ]


def measure(rounds: int = ROUNDS) -> dict[str, Case]:
    """Every case, `rounds` times by turns, after a first time that does not count."""
    if subprocess.run(["which", "wrk"], capture_output=True, check=False).returncode:
        raise RuntimeError("wrk is needed: apt install wrk")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, database(folder) as (server, url):
        hot, miss = ours(url, _made(folder, "hot")), ours(url, _made(folder, "miss"), cache={"room": 0})
        with serving(*hot) as kept, serving(*miss) as made:
            body = look(kept.port)
            _store_page(server, body)
            with (
                serving(BARE, str(len(body)), str(PROCESSES), "") as bare,
                serving(BARE, str(len(body)), str(PROCESSES), url) as selecting,
            ):
                cases = {
                    "bare": Case(f"bare aiohttp, {len(body):,} bytes", bare),
                    "hot": Case("hot home page, its view recorded", kept, "bare", 1.0),
                    "known": Case("304", kept, "hot", 1.2, {"If-None-Match": "*"}),
                    "br": Case("hot in br", kept, "bare", None, {"Accept-Encoding": "gzip, br"}),
                    "select": Case("bare aiohttp with one SELECT", selecting),
                    "miss": Case("miss, drawn from the database", made, "select", 0.25),
                    "commits": Case("hot while 50 commits/s invalidate sites", kept, "hot", 0.8),
                    "away": Case("hot with PostgreSQL stopped", kept, "hot", 1.0),
                }
                warm(kept.port)
                for each in (kept, made):
                    load(each)  # a thousand browsers that each process has to meet
                for number in range(rounds + 1):
                    for key in [key for key in cases if key != "away"]:
                        _measure(cases[key], number, _commits(server) if key == "commits" else _nothing())
                warm(kept.port)
                server.stop()
                time.sleep(4)  # the log's reader finds out
                for number in range(rounds + 1):
                    _measure(cases["away"], number, _nothing())
                return cases


@contextmanager
def database(folder: str) -> Iterator[tuple[EmbeddedServer, str]]:
    """A server of its own with 100 sites, and the URL of who serves them."""
    Path(folder).chmod(0o711)  # the server's account goes through it
    server = start(Path(folder) / "postgres")
    try:
        yield server, prepare(server)
    finally:
        server.stop()


def _made(folder: str, name: str) -> str:
    path = Path(folder) / name
    path.mkdir()
    return str(path)


def _measure(case: Case, number: int, beside: AbstractContextManager[None]) -> None:
    with beside:
        took = load(case.server, case.headers, SECONDS)
    if number:
        case.loads.append(took)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def _commits(server: EmbeddedServer, each_second: int = 50) -> Iterator[None]:
    """Titles of random sites change, which their home pages show."""
    done = threading.Event()

    def write() -> None:
        with psycopg.connect(server.url(), autocommit=True) as conn:
            number, began = 0, time.monotonic()
            while not done.wait(max(0.0, began + number / each_second - time.monotonic())):
                number += 1
                conn.execute(
                    "UPDATE websites SET seo_title = %s WHERE subdomain = %s",
                    [f"Judul {number}", f"s{random.randrange(SITES)}"],
                )

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _store_page(server: EmbeddedServer, body: bytes) -> None:
    """The finished page, for who only has to look it up."""
    with psycopg.connect(server.url(), autocommit=True) as conn:
        conn.execute("CREATE TABLE bench_pages (host text PRIMARY KEY, page bytea)")
        conn.execute("GRANT SELECT ON bench_pages TO tapsite_edge")
        for number in range(SITES):
            conn.execute("INSERT INTO bench_pages VALUES (%s, %s)", [f"s{number}", body])
