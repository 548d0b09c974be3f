"""A million sites in the table: starting, a host that nobody asked for yet, memory, and the delay of a Zipf mix.

`make bench-scale` (SITES=100000 for fewer). The rows are copies of one, written without the triggers that would take
hours and change nothing that is measured.
"""

import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import psycopg

from bench._open_loop import p99
from bench._servers import Server, ask, lines, load, look, ours, serving
from renderer.db.embedded import ADMINISTRATOR, EmbeddedServer, start
from renderer.db.migrations import migrate

SITES = int(os.environ.get("SITES", 1_000_000))
HOT = 10_000
FEW = 100
COLD = 200
RATE = 1_000.0
SECONDS = 6
ROUNDS = 5
CONTENT = {"pages": [{"path": "/", "sections": [{"type": "text", "title": "Judul", "text": "Kata " * 60}] * 4}]}


def main() -> int:
    """0 when every target is met."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # the server's account goes through it
        server = start(Path(folder) / "postgres", settings={"synchronous_commit": "off", "max_wal_size": "8GB"})
        try:
            began = time.monotonic()
            fill(server, SITES)
            _say("rows", f"{SITES:,} sites written in {time.monotonic() - began:.0f} s, {_size(server)}")
            return _measure(server, folder)
        finally:
            server.stop()


def fill(server: EmbeddedServer, count: int) -> None:
    """Sites s0, s1, … of a thousand owners."""
    migrate(server.url())
    server.enable_logins(["tapsite_edge"])
    with psycopg.connect(server.url(), autocommit=True) as conn:
        conn.execute(
            "INSERT INTO templates (id, name, category, component_structure, css_variables) "
            "VALUES ('pilar', 'Pilar', 'business', '{}', '{}') ON CONFLICT DO NOTHING"
        )
        conn.execute(
            "INSERT INTO users (email, password_hash) SELECT n || '@example.com', '!' FROM generate_series(1, 1000) n"
        )
        conn.execute(
            "INSERT INTO websites (user_id, subdomain, template_id, status, generated_content) "
            "SELECT id, 's0', 'pilar', 'published', %s FROM users LIMIT 1",
            [json.dumps(CONTENT)],
        )
    with psycopg.connect(server.url(ADMINISTRATOR), autocommit=True) as conn:
        conn.execute("SET session_replication_role = replica")
        named = conn.execute(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid = 'websites'::regclass "
            "AND attnum > 0 AND NOT attisdropped AND attgenerated = '' "
            "AND attname NOT IN ('id', 'subdomain', 'user_id')"
        ).fetchone()
        assert named is not None
        for first in range(1, count, 50_000):
            conn.execute(
                f"INSERT INTO websites (id, subdomain, user_id, {named[0]}) "
                f"SELECT gen_random_uuid(), 's' || n, owners.ids[1 + n %% 1000], {named[0]} FROM websites, "
                "(SELECT array_agg(id) AS ids FROM users) AS owners, generate_series(%s::int, %s::int) AS n "
                "WHERE subdomain = 's0'",
                [first, min(first + 49_999, count - 1)],
            )
        conn.execute("VACUUM ANALYZE websites")


def _measure(server: EmbeddedServer, folder: str) -> int:
    own = Path(folder) / "own"
    own.mkdir()
    faults = 0
    served = ours(server.url("tapsite_edge"), str(own), 1, views={"enabled": False})
    with serving(*served) as first:
        _say(
            "a start before, which may have to compile", f"{first.spent() + _spent_before(first):.2f} s of a processor"
        )
    began = time.monotonic()
    with serving(*served) as asked:
        started, spent = time.monotonic() - began, asked.spent() + _spent_before(asked)
        faults += _say("start until it serves", f"{started:.2f} s, {spent:.2f} s of a processor", spent < 2)
        fresh = asked.memory()
        time.sleep(2)
        queries = _cold(server, asked.port)
        faults += _say("queries of a host that is asked for the first time", f"{queries:.2f}", queries <= 2)
        few, many = [], []
        load(asked)
        _walk(asked.port, FEW)
        held = asked.memory()
        _walk(asked.port, HOT)
        for _ in range(ROUNDS):
            few.append(_asked(asked, FEW))
            many.append(_asked(asked, HOT))
        delays, costs = ([median(one[at] for one in each) for each in (many, few)] for at in (0, 1))
        _say(
            "resident memory of a worker",
            f"{_mib(fresh)} fresh, {_mib(held)} with 100 sites, {_mib(asked.memory())} with {HOT:,}",
        )
        faults += _beside(f"p99 of a Zipf mix over {HOT:,} sites beside {FEW}", *delays, 1.2)
        _beside("its processor time for a request", *costs)
    return 1 if faults else 0


def _spent_before(asked: Server) -> float:
    """Processor time of the process that started the worker."""
    parent = Path(f"/proc/{asked.pids[0]}/stat").read_text().rsplit(")", 1)[1].split()[1]
    return Server(asked.port, (int(parent),)).spent()


def _cold(server: EmbeddedServer, port: int) -> float:
    """Statements of a home page of which nothing is known, as the database counts transactions: each is one."""
    numbers = range(HOT, HOT + COLD) if SITES > HOT + COLD else range(SITES - COLD, SITES)
    idle = _transactions(server, 3.0)
    began, before = time.monotonic(), _count(server)
    for number in numbers:
        look(port, f"s{number}.sites.test")
    took = time.monotonic() - began
    time.sleep(1.5)  # what a session did is told a second later
    return (_count(server) - before - idle * (took + 1.5)) / COLD


def _transactions(server: EmbeddedServer, seconds: float) -> float:
    """A second, while nobody asks: the log is read once a second."""
    before = _count(server)
    time.sleep(seconds)
    return (_count(server) - before) / seconds


def _count(server: EmbeddedServer) -> int:
    with psycopg.connect(server.url(), autocommit=True) as conn:
        found = conn.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert found is not None
    return int(found[0])


def _walk(port: int, sites: int) -> None:
    """Until each site's home page is kept."""
    with lines(port) as (line, *_):
        for number in range(sites):
            ask(line, f"s{number}.sites.test")


def _asked(asked: Server, sites: int) -> tuple[float, float]:
    """99th percentile of the delays, and the server's time for a request, in milliseconds."""
    before = asked.spent()
    delay = p99(asked.port, RATE, SECONDS, 0, sites, "zipf")
    return delay, (asked.spent() - before) * 1_000 / (RATE * SECONDS)


def _size(server: EmbeddedServer) -> str:
    with psycopg.connect(server.url()) as conn:
        found = conn.execute("SELECT pg_size_pretty(pg_total_relation_size('websites'))").fetchone()
    assert found is not None
    return re.sub(r"\s+", " ", str(found[0]))


def _mib(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"


def _beside(what: str, value: float, other: float, most: float | None = None) -> bool:
    """Print two figures in milliseconds; whether their ratio is more than it may be."""
    ratio = value / other
    return _say(what, f"{value:.2f} ms, {other:.2f} ms: {ratio:.2f}×", None if most is None else ratio <= most)


def _say(what: str, value: str, is_met: bool | None = None) -> bool:
    """Print it; whether a target was missed."""
    verdict = "" if is_met is None else "met" if is_met else "MISSED"
    print(f"{what:<58} {value:<50} {verdict}", flush=True)
    return is_met is False


if __name__ == "__main__":
    sys.exit(main())
