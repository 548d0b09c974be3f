"""The proxy's question before each certificate, under a scan of random names: one process, as it is beside the workers.

wrk asks over 32 connections that stay open; every tenth name is one of 10,000 verified hosts, and must be answered
200, all others must not. A figure is the processor time that the process took for an ask. The target is that of 5,000
asks a second on one processor; where subdomains have certificates one by one, fifty questions a second to the database
come on top, however many ask.
"""

import re
import tempfile
from statistics import median

import psycopg

from bench import Figure
from bench._servers import BARE, SECONDS, Server, look, serving, wrk
from bench.edge import database
from renderer.db.embedded import EmbeddedServer

KNOWN = 10_000
ROUNDS = 3
MOST = 1_000 / 5_000
"""Milliseconds of a processor for an ask."""
# Arguments: URL, folder, whether subdomains have certificates one by one.
INTERNAL = """
import sys
from pathlib import Path
from renderer import settings
from renderer.internal import make_internal_app, until_loaded
from renderer.tally import Board
from renderer.workers import Supervisor, listen
url, folder, subdomains = sys.argv[1:]
config = Path(folder) / "config.toml"
config.touch()
given = {"server": {"base_domains": ["sites.test"]}, "internal": {"tls_subdomains": bool(subdomains)}}
made = settings.load(config, given)
listeners = listen("127.0.0.1", 0, 1)
port = listeners[0].getsockname()[1]
Supervisor(listeners, lambda: make_internal_app(made, Board(0), url, url, Path(folder)), shutdown_seconds=2,
           until_ready=until_loaded, ready=lambda: print(port, flush=True)).run()
"""
_NAME = f'"/_edge/tls-ask?domain=" .. (number % 10 == 0 and "known" .. number % {KNOWN} .. ".example" or "x" .. '
_RANDOM = _NAME + 'math.random(1e9) .. ".example")'
_BELOW = _NAME + 'math.random(1e9) .. ".sites.test")'


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, database(folder) as (server, url):
        _verify(server)
        with (
            serving(INTERNAL, url, folder, "") as wildcard,
            serving(INTERNAL, url, folder, "yes") as single,
            serving(BARE, "4", "1", "") as bare,
        ):
            assert look(wildcard.port, path="/_edge/tls-ask?domain=known7.example") == b"yes\n"
            asked = {
                "random names": (wildcard, _RANDOM),
                "below our own domain, certificates one by one": (single, _BELOW),
            }
            baseline = _asked(bare, '"/"', 0.0)[1]
            figures = [_figure(name, *one, baseline) for name, one in asked.items()]
            server.stop()
            return figures + [_figure(f"{name}, PostgreSQL stopped", *one, baseline) for name, one in asked.items()]


def _figure(name: str, server: Server, path: str, baseline: float) -> Figure:
    rates, costs = zip(*(_asked(server, path, 0.9) for _ in range(ROUNDS)), strict=True)
    named = f"{name}: {median(rates):,.0f} asks/s"
    target = MOST if path == _RANDOM else None
    return Figure(named, median(costs), target, baseline, "bare aiohttp", max(costs))


def _asked(server: Server, path: str, refused: float) -> tuple[float, float]:
    """Answers a second, and the server's milliseconds each. Raises RuntimeError unless such a share was refused."""
    before = server.spent()
    with wrk(server.port, path=path) as process:
        said, _ = process.communicate(timeout=SECONDS + 30)
    used = server.spent() - before
    done, no = re.search(r"(\d+) requests in", said), re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    answers = int(done[1]) if done else 0
    if "Socket errors" in said or not answers or abs((int(no[1]) if no else 0) / answers - refused) > 0.01:
        raise RuntimeError(said)
    return answers / SECONDS, used * 1_000 / answers


def _verify(server: EmbeddedServer) -> None:
    """Verified hosts, of all sites."""
    with psycopg.connect(server.url(), autocommit=True) as conn:
        conn.execute("UPDATE users SET subscription_tier = 'pro'")
        conn.execute(
            "INSERT INTO website_domains (website_id, host, verified_at) "
            "SELECT ids[1 + n %% cardinality(ids)], 'known' || n || '.example', now() "
            "FROM generate_series(0, %s - 1) AS n, (SELECT array_agg(id) AS ids FROM websites) AS all_sites",
            [KNOWN],
        )
