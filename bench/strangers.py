"""Other visitors while one site is hammered, while slow clients hold connections, and how soon a commit is seen.

A figure is a 99th percentile in milliseconds of the clock. Delays are measured from when a request was due, at a
quarter of the rate that the server gives when it is asked as fast as it answers.
"""

import random
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import psycopg

from bench import Figure
from bench._open_loop import p99
from bench._servers import LAST, SITES, ask, lines, load, ours, serving, warm, wrk
from bench.edge import database
from renderer.db.embedded import EmbeddedServer
from renderer.edge.slow import LINGERING_SECONDS
from renderer.forms.submission import SECONDS as FORM_SECONDS

SECONDS = 6
ROUNDS = 3
UPDATES = 1_000
HEAD_SECONDS = 5.0
# slowhttptest's flags, the path, and the seconds within which a connection has to be closed.
SLOW = {
    "heads": (["-H", "-i", "1"], "/", HEAD_SECONDS * 3),
    "bodies": (["-B", "-i", "1", "-s", "8192"], "/", HEAD_SECONDS * 3),
    "bodies of forms": (["-B", "-i", "1", "-s", "8192"], "/_forms/contact", FORM_SECONDS + LINGERING_SECONDS + 10),
    "ranges": (["-R", "-a", "10", "-b", "3000"], "/", HEAD_SECONDS * 3),
    "readers": (["-X", "-w", "512", "-y", "1024", "-n", "5", "-z", "32", "-k", "3"], "/", HEAD_SECONDS * 3),
}
_ALL = '"/x" .. number .. "?q=" .. number'


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, database(folder) as (server, url):
        own = Path(folder) / "own"
        own.mkdir()
        limits = {"head_seconds": HEAD_SECONDS, "unread_seconds": HEAD_SECONDS, "base_domains": ["sites.test"]}
        with serving(*ours(url, str(own), server=limits)) as asked:
            warm(asked.port)
            load(asked)
            rate = median(load(asked).rate for _ in range(ROUNDS)) / 4
            quiet = _delays(asked.port, rate)
            figures = [Figure(f"p99 at {rate:,.0f} req/s, a quarter of the most", quiet, None)]
            with wrk(asked.port, None, SECONDS * ROUNDS + 20, hosts=1, path=_ALL):
                time.sleep(1)
                hammered = _delays(asked.port, rate)
            figures.append(Figure("the same while one site is hammered with misses", hammered, 10.0, quiet, "quiet"))
            figures.append(_seen(server, asked.port))
            for mode, of in SLOW.items():
                figures.append(_slow(asked.port, rate, mode, *of, quiet))
            return figures


def _delays(port: int, rate: float) -> float:
    """Median of the rounds' 99th percentiles, in milliseconds. s0 is left out: it is the one that is hammered."""
    return median(_ask(port, rate, SECONDS) for _ in range(ROUNDS))


def _ask(port: int, rate: float, seconds: float) -> float:
    return p99(port, rate, seconds, 1, SITES - 1)


def _slow(port: int, rate: float, mode: str, flags: list[str], path: str, seconds: float, quiet: float) -> Figure:
    """slowhttptest's 100 connections in one of its modes, while others are served. It waits in a loop that takes a
    whole processor for seconds, and real strangers take none of ours: so it has what nobody else wants, and that for a
    tenth of the time."""
    command = [*LAST, "slowhttptest", *flags, "-c", "100", "-r", "100", "-l", f"{seconds + 5:.0f}", "-p", "2"]
    began = time.monotonic()
    # As to a proxy: it names a site, which no address here does.
    command += ["-d", f"127.0.0.1:{port}", "-u", f"http://s1.sites.test{path}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as slow, _now_and_then(slow):
        p99 = _ask(port, rate, min(seconds, HEAD_SECONDS * 3) - 4)
        time.sleep(max(0.0, began + seconds - time.monotonic()))
        closed = 100 - _open(port)
        slow.terminate()
    name = f"p99 among 100 slow {mode}: {closed} closed within {seconds:.0f} s"
    return Figure(name, p99, 2 * quiet if closed >= 95 else 0.0, quiet, "quiet")


@contextmanager
def _now_and_then(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Let it run for a tenth of the time, once it has opened its connections."""
    done = threading.Event()

    def pulse() -> None:
        time.sleep(1)
        while not done.is_set():
            process.send_signal(signal.SIGSTOP)
            done.wait(0.045)
            process.send_signal(signal.SIGCONT)
            time.sleep(0.005)

    beside = threading.Thread(target=pulse)
    beside.start()
    try:
        yield
    finally:
        done.set()
        beside.join()


def _open(port: int) -> int:
    """Connections to the server that are established, as the system counts them."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(local.endswith(f":{port:04X}") and state == "01" for _, local, _, state, *_ in map(str.split, lines))


def _seen(server: EmbeddedServer, port: int) -> Figure:
    """From a commit until no worker sends what was before it, while all of them are asked by others too."""
    waits = []
    with ExitStack() as stack:
        conn = stack.enter_context(psycopg.connect(server.url(), autocommit=True))
        stack.enter_context(wrk(port, None, 600, connections=8, first=50, hosts=50))
        every = stack.enter_context(lines(port))
        for number in range(UPDATES):
            site, word = f"s{random.randrange(50)}", f"Judul {number}x"
            conn.execute("UPDATE websites SET seo_title = %s WHERE subdomain = %s", [word, site])
            committed = stale_at = time.perf_counter()
            fresh = 0
            while fresh < len(every):
                if word.encode() in ask(every[fresh], f"{site}.sites.test"):
                    fresh += 1
                    continue
                fresh, stale_at = 0, time.perf_counter()
                if stale_at > committed + 5:
                    raise RuntimeError("a commit was not seen within five seconds")
            waits.append((stale_at - committed) * 1_000)
    waits.sort()
    return Figure(f"p99 from commit to seen, {UPDATES:,} updates", waits[int(UPDATES * 0.99)], 100.0, worst=waits[-1])
