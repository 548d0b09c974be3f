"""What recording costs beside the hot page that it records: one server counts views and one does not, by turns.

Time on a processor of everybody who has a share in it: the workers with their storing threads, and all of PostgreSQL.
A turn ends when the views are stored, as many as pages were answered. Requests a second are no measure of this: wrk,
workers and database share the machine, and what is stored after the load would cost nothing. Days are not summed
meanwhile (`rollup` measures that). wrk is needed.
"""

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psycopg

from bench import Figure
from bench._servers import CONNECTIONS, Server, children, load, ours, serving, spent, warm
from bench.edge import database
from renderer.db.embedded_process import listener_pid

ROUNDS = 5
SETTLED = 6.0
"""Seconds after which the last view is stored."""
LEAST = 0.9
"""Of the pages that the same time answers without recording."""


@dataclass
class Turns:
    """Milliseconds a request, of the workers and of PostgreSQL."""

    server: Server
    postmaster: int
    workers: list[float] = field(default_factory=list)
    postgres: list[float] = field(default_factory=list)

    def take(self) -> int:
        """One turn; returns how many pages were answered."""
        workers, postgres = self.server.spent(), self._of_postgres()
        answers = load(self.server).answers
        time.sleep(SETTLED)
        self.workers.append((self.server.spent() - workers) * 1_000 / answers)
        self.postgres.append((self._of_postgres() - postgres) * 1_000 / answers)
        return answers

    def _of_postgres(self) -> float:
        return spent(self.postmaster, with_children=True) + sum(map(spent, children(self.postmaster)))

    @property
    def cost(self) -> float:
        return median(map(sum, zip(self.workers, self.postgres, strict=True)))


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, database(folder) as (postgres, url):
        folders = [Path(folder) / name for name in ("seen", "unseen")]
        for one in folders:
            one.mkdir()
        pid = listener_pid(postgres.place)
        assert pid is not None
        with (
            serving(*ours(url, str(folders[0]))) as counting,
            serving(*ours(url, str(folders[1]), views={"enabled": False})) as silent,
            psycopg.connect(postgres.url(), autocommit=True) as conn,
        ):
            seen, unseen = Turns(counting, pid), Turns(silent, pid)
            for each in (counting, silent):
                warm(each.port)
                load(each)
            time.sleep(SETTLED)
            for _ in range(ROUNDS):
                unseen.take()
                before = _stored(conn)
                answered = seen.take()
                # At the end of a load each connection may have one answer that wrk does not count.
                assert 0 <= _stored(conn) - before - answered <= CONNECTIONS
    against = "not recorded"
    return [
        Figure("a hot page, not recorded", unseen.cost),
        Figure("  of it PostgreSQL", median(unseen.postgres)),
        Figure("a hot page, recorded and stored", seen.cost, unseen.cost / LEAST, unseen.cost, against),
        Figure("  of it workers", median(seen.workers), None, median(unseen.workers), against),
        Figure("  of it PostgreSQL", median(seen.postgres)),
    ]


def _stored(conn: psycopg.Connection) -> int:
    row = conn.execute("SELECT sum(view_count) FROM websites").fetchone()
    assert row is not None
    return int(row[0] or 0)
