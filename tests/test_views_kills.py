"""Workers that are killed, in processes of their own over a real server: what was sent is stored, once."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from tests.databases import Database
from tests.factories import make_site

# TAPSITE_TEST_KILLS=100 kills a hundred workers.
KILLS = int(os.environ.get("TAPSITE_TEST_KILLS", "30"))
# Forks workers, so that a hundred of them do not load the program a hundred times. Each line of standard input is a
# round: how many workers, how they die, and with which seed.
PROGRAM = """
import asyncio, json, os, random, signal, sys
from datetime import timedelta
from pathlib import Path
from renderer.db.pool import open_pool
from renderer.views import recorder
from renderer.views.event import Uncounted
from renderer.views.recorder import Recorder
from renderer.views.spool import Spool
from tests.views import make_view

url, root, site = sys.argv[1:]
recorder.WRITE_SECONDS, recorder.STORE_SECONDS, recorder.ADOPT_SECONDS = 0.01, 0.03, 0.05
day = "2026-11-28"

class Dying(Spool):
    chance = 0.0
    def remove(self, piece):
        # Not before all that was sent is on the disk: what is not there yet may be lost.
        if one.tally.written == one.tally.seen == task["views"] + 1 and random.random() < self.chance:
            os.kill(os.getpid(), signal.SIGKILL)
        super().remove(piece)

async def work(report):
    global one
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    pool = await open_pool(url, largest=2, connect_seconds=10, statement_seconds=20)
    spool = Dying(Path(root), 1 << 26)
    spool.chance = task["chance"]
    one = Recorder(pool, spool, most_events=100000, retention=timedelta(days=90))
    await one.start()
    for number in range(task["views"]):
        one.add(make_view(site, page_path=f"/{task['name']}/{number}"))
        if task["slow"]:
            await asyncio.sleep(0.001)
            os.write(report, f"{one.tally.written}\\n".encode())
    one.add(Uncounted(site, day, "seo"))
    if task["ends"]:
        # Everything that dead ones left is stored before the end.
        while list(Path(root).glob("*/*-*")) or set(Path(root).glob("[!.]*")) - {spool._folder}:
            await asyncio.sleep(0.01)
    elif task["chance"]:
        # Who was spared goes without a farewell too.
        while one._queue or one._kept or list(spool.open().glob("*-*")):
            await asyncio.sleep(0.01)
        os._exit(0)
    else:
        await told.wait()
    await one.stop()
    await pool.close()

def say(value):
    # One write, so that nothing a worker writes comes between a line and its end.
    os.write(1, f"{json.dumps(value)}\\n".encode())

# Who is asked to stop before it can hear is asked once it can.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
for line in sys.stdin:
    tasks, pids = json.loads(line), []
    begun, begin = os.pipe()
    for task in tasks:
        pid = os.fork()
        if pid == 0:
            # Nothing is told of the work before the worker itself is.
            os.close(begin)
            os.read(begun, 1)
            random.seed(task["seed"])
            asyncio.run(work(1))
            os._exit(0)
        pids.append(pid)
    say(pids)
    os.close(begin)
    os.close(begun)
    say([os.waitpid(pid, 0)[1] for pid in pids])
"""


class Workers:
    """Rounds of forked workers."""

    def __init__(self, database: Database, root: Path, site: UUID) -> None:
        arguments = [sys.executable, "-c", PROGRAM, database.url_as("tapsite_edge"), str(root), str(site)]
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, *tasks: dict[str, object]) -> list[int]:
        usual = {"chance": 0.0, "views": 0, "slow": False, "ends": False, "seed": 0, "name": "x"}
        assert self.process.stdin is not None
        print(json.dumps([{**usual, **task} for task in tasks]), file=self.process.stdin, flush=True)
        pids: list[int] = json.loads(self.line())
        return pids

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def statuses(self) -> list[int]:
        found: list[int] = json.loads(self.line())
        return found

    def finish(self) -> None:
        """A worker that stores all that others left, and ends."""
        self.start({"ends": True})
        assert self.statuses() == [0]


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    return await make_site(conn)


@pytest.fixture
def workers(database: Database, tmp_path: Path, site: UUID) -> object:
    made = Workers(database, tmp_path / "views", site)
    with made.process:
        yield made
        made.process.kill()


async def counts(conn: asyncpg.Connection) -> tuple[int, int, int, int]:
    row = await conn.fetchrow(
        "SELECT (SELECT count(*) FROM page_views), (SELECT count(DISTINCT page_path) FROM page_views), "
        "(SELECT view_count FROM websites), (SELECT coalesce(sum(visits), 0) FROM website_uncounted_daily)"
    )
    return tuple(row)


async def test_workers_killed_between_commit_and_trim_again_and_again_lose_and_double_nothing(
    conn: asyncpg.Connection, workers: Workers
) -> None:
    killed = rounds = 0
    while killed < KILLS:
        assert rounds < 2 * KILLS
        workers.start(
            *({"chance": 0.8, "views": 3, "name": f"{rounds}-{two}", "seed": 2 * rounds + two} for two in (0, 1))
        )
        statuses = workers.statuses()
        killed += sum(os.WIFSIGNALED(status) for status in statuses)
        rounds += 1
    workers.finish()
    sent = rounds * 2
    assert await counts(conn) == (sent * 3, sent * 3, sent * 3, sent + 1)


async def test_a_worker_killed_at_any_moment_loses_nothing_that_reached_the_spool(
    conn: asyncpg.Connection, workers: Workers
) -> None:
    chance = random.Random(7)
    least = most = 0
    for number in range(5):
        (pid,) = workers.start({"views": 10_000, "slow": True, "name": str(number)})
        until = chance.randrange(20, 200)
        lines: list[int] = []
        while len(lines) < until:
            lines.append(int(workers.line()))
        os.kill(pid, signal.SIGKILL)
        while not (line := workers.line()).startswith("["):
            lines.append(int(line))
        least += lines[-1]
        most += len(lines) + 1
    workers.finish()
    views, distinct, counter, _ = await counts(conn)
    assert views == distinct == counter
    assert least <= views <= most


async def test_a_stopped_worker_loses_nothing(conn: asyncpg.Connection, workers: Workers) -> None:
    pids = workers.start({"views": 500, "name": "a"}, {"views": 500, "name": "b"})
    time.sleep(0.05)
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
    assert workers.statuses() == [0, 0]
    workers.finish()
    assert await counts(conn) == (1000, 1000, 1000, 3)
