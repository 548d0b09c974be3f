"""How long a submission takes at half of what the server takes at most, and what pages feel of it.

Two workers as they are set by default, but for three settings: addresses of visitors come in a header, since all of
them sit at one machine; and a site takes more than it is likely to get in ten minutes (`site_alarm`, `site_limit`),
since these here get hundreds each. What is stored is counted: as many as were answered 303, and none of them as spam.
No mail server is set, so jobs are settled without one.

Pages are hot and asked for at a quarter of the most, quiet and beside submissions by turns. They are unaffected where
the 99th percentile is at most half as long again, and every one is answered. Who asks and the database share the
processors: beside half of the submissions these are full on a machine that has two, and then everybody waits; beside a
tenth there is room, and what is seen is what a submission itself does to a page.
"""

import re
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psycopg

from bench import Figure
from bench._open_loop import p99
from bench._servers import SITES, Server, load, look, ours, serving, warm
from bench._submissions import Sent, send
from bench.edge import database
from renderer.db.embedded import EmbeddedServer

SECONDS = 6.0
AROUND = 1.5
ROUNDS = 3
MOST_MS = 50.0
MOST = 1.5
"""Times the quiet percentile."""
_SETTINGS = {
    "server": {"base_domains": ["sites.test"], "trusted_proxies": ["127.0.0.1"]},
    "forms": {"site_alarm": 1_000_000, "site_limit": 1_000_000},
}


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, database(folder) as (server, url):
        own = Path(folder) / "own"
        own.mkdir()
        with serving(*ours(url, str(own), **_SETTINGS)) as asked:
            warm(asked.port)
            load(asked)
            visitors = _Visitors(asked.port)
            visitors.send()
            most = median(visitors.send().rate for _ in range(ROUNDS))
            alone = [visitors.send(most / 2) for _ in range(ROUNDS)]
            pages = median(load(asked).rate for _ in range(ROUNDS)) / 4
            quiet: list[float] = []
            beside: dict[int, list[float]] = {2: [], 10: []}
            for _ in range(ROUNDS):
                quiet.append(_pages(asked, pages))
                for part, seen in beside.items():
                    with visitors.sending(most / part):
                        seen.append(_pages(asked, pages))
            stored = _stored(server)
            if stored != visitors.answered:
                raise RuntimeError(f"{visitors.answered} submissions were answered, {stored} stored")
    of_alone, of_quiet = median(one.p99 for one in alone), median(quiet)
    return [
        Figure(f"p99 at {most / 2:,.0f} submissions/s, half of the most", of_alone, MOST_MS, worst=_worst(alone)),
        Figure(f"p99 of pages at {pages:,.0f}/s, all answered", of_quiet, worst=max(quiet)),
        *(
            Figure(
                f"the same beside {most / part:,.0f} submissions/s",
                median(seen),
                MOST * of_quiet,
                of_quiet,
                "quiet",
                max(seen),
            )
            for part, seen in beside.items()
        ),
    ]


class _Visitors:
    """Everybody who sends a form, and how many were answered."""

    def __init__(self, port: int) -> None:
        self._port, self._next, self.answered = port, 0, 0
        self._stamps = [_stamp(port, f"s{number}.sites.test") for number in range(SITES)]

    def send(self, rate: float = 0, seconds: float = SECONDS) -> Sent:
        sent = send(self._port, self._stamps, self._next, seconds, rate)
        self._next += sent.answered
        self.answered += sent.answered
        return sent

    @contextmanager
    def sending(self, rate: float) -> Iterator[None]:
        """At that rate for as long as the block asks for pages, and a little before and after."""
        with ThreadPoolExecutor(1) as thread:
            sent = thread.submit(self.send, rate, SECONDS + 2 * AROUND)
            time.sleep(AROUND)
            yield
            sent.result()


def _pages(asked: Server, rate: float) -> float:
    return p99(asked.port, rate, SECONDS, 0, SITES)


def _stamp(port: int, host: str) -> str:
    found = re.search(rb'name="_stamp" value="([^"]+)"', look(port, host, "/_forms/contact"))
    assert found is not None
    return found[1].decode()


def _stored(server: EmbeddedServer) -> int:
    """Leads that nothing is held against."""
    with psycopg.connect(server.url()) as conn:
        found = conn.execute("SELECT count(*) FROM form_submissions WHERE status = 'new'").fetchone()
    assert found is not None
    return int(found[0])


def _worst(sent: list[Sent]) -> float:
    return max(one.p99 for one in sent)
