"""Visitors of pages while a month of views is detached and dropped, days are summed, and PostgreSQL restarts.

A figure is a 99th percentile in milliseconds of the clock, at a quarter of the rate that the server gives when it is
asked as fast as it answers; every request has to be answered 200. All share one machine: who asks, the server, and
PostgreSQL with what upsets it. Quiet and upset take turns; where the quiet ones differ among themselves by as much as
is meant to be found, somebody else works on the machine, and nothing is judged.
"""

import asyncio
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

import asyncpg
import psycopg

from bench import Figure
from bench._open_loop import p99
from bench._servers import SITES, load, ours, serving, warm
from bench.edge import database
from renderer import upkeep
from renderer.db.embedded import EmbeddedServer
from renderer.db.embedded_process import listener_pid
from renderer.views import Upkeep, rollup
from renderer.views.upkeep import drop_partitions

SECONDS = 6.0
ROUNDS = 3
MOST = 1.5
"""Times the quiet percentile."""
VIEWS = 200_000
MONTHS = 60
"""More than are dropped while it is measured."""
RETENTION = 90
# That the database is away is what is measured.
QUIET = {"access": False, "level": "error"}
_FILL = """
INSERT INTO page_views (website_id, page_path, visitor_hash, created_at)
SELECT sites[1 + n % cardinality(sites)], '/' || n % 40, md5((n / 4)::text), $1::timestamptz + n * interval '0.2 second'
FROM generate_series(0, $2::integer - 1) AS n, (SELECT array_agg(id) AS sites FROM websites) AS all_sites
"""

Upset = Callable[[threading.Event], None]


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, database(folder) as (server, url):
        own = Path(folder) / "own"
        own.mkdir()
        months = iter(range(MONTHS, 0, -1))
        upsets: dict[str, Upset] = {
            "a month of views is detached and dropped": lambda over: asyncio.run(_drop(server.url(), months, over)),
            "days are summed": lambda over: asyncio.run(_sum(server.url(), over)),
            "PostgreSQL restarts": lambda over: _restart(server, over),
        }
        with psycopg.connect(server.url(), autocommit=True) as conn:
            conn.execute("SELECT make_page_view_partitions()")
        asyncio.run(_fill(server.url()))
        with serving(*ours(url, str(own), server={"base_domains": ["sites.test"]}, log=QUIET)) as asked:
            warm(asked.port)
            load(asked)
            rate = median(load(asked).rate for _ in range(ROUNDS)) / 4
            return [_compared(asked.port, rate, name, upset) for name, upset in upsets.items()]


def _compared(port: int, rate: float, name: str, upset: Upset) -> Figure:
    quiet, disturbed = [], []
    for _ in range(ROUNDS):
        quiet.append(p99(port, rate, SECONDS, 0, SITES))
        with _during(upset):
            disturbed.append(p99(port, rate, SECONDS, 0, SITES))
    usual = median(quiet)
    target, against = (None, "an unquiet machine") if max(quiet) > MOST * min(quiet) else (MOST * usual, "quiet")
    title = f"p99 at {rate:,.0f} req/s, a quarter of the most, while {name}"
    return Figure(title, median(disturbed), target, usual, against, max(disturbed))


@contextmanager
def _during(upset: Upset) -> Iterator[None]:
    """Over and over, until the block ends."""
    over = threading.Event()
    thread = threading.Thread(target=upset, args=(over,))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


async def _sum(url: str, over: threading.Event) -> None:
    day = _summed()
    async with upkeep.connection(url) as conn:
        while not over.is_set():
            async for _ in rollup.roll_up_range(conn, day, day, RETENTION):
                pass


def _summed() -> date:
    return (datetime.now(UTC) - timedelta(days=2)).date()


async def _fill(url: str) -> None:
    """The views that are summed, and the months that are dropped."""
    conn = await asyncpg.connect(url)
    for month in map(_month, range(MONTHS)):
        await conn.execute("SELECT make_page_view_partition($1::date)", month.date())
        await conn.execute(_FILL, month + timedelta(days=1), VIEWS // 10)
    await conn.execute(_FILL, datetime.combine(_summed(), datetime.min.time(), UTC) - timedelta(hours=7), VIEWS)
    await conn.close()


async def _drop(url: str, months: Iterator[int], over: threading.Event) -> None:
    """The oldest month that there is, once a second. `months`: how many there are, from now on."""
    async with upkeep.connection(url) as conn:
        while not over.is_set():
            done, ended = Upkeep(), _month(next(months) - 2)
            await drop_partitions(conn, (datetime.now(UTC) - ended).days, done)
            assert done.dropped == 1
            await asyncio.sleep(1.0)


def _month(before: int) -> datetime:
    """The first day of the month so many before the last that is not kept."""
    last = datetime.now(UTC) - timedelta(days=RETENTION + 31)
    number = last.year * 12 + last.month - 1 - before
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)


def _restart(server: EmbeddedServer, over: threading.Event) -> None:
    """Ends it as fast as it ends in order, and starts it; again every three seconds."""
    while not over.wait(3.0):
        pid = listener_pid(server.place)
        if pid is not None:
            os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            server.revive()
            new = listener_pid(server.place)
            if new not in (None, pid):
                break
            time.sleep(0.1)
