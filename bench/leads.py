"""Submissions over HTTP beside pgbench doing the same inserts: receipt, lead and, by its trigger, the job to mail it.

Processor time of everybody but who sends: the worker or pgbench, and all of the server's processes; for a thousand
submissions, so that milliseconds read as microseconds each. Ours also reads the form, counts for limits and weighs
spam. At most four times pgbench's is at least a quarter of its submissions a second. Jobs wait, as those of pgbench;
the second figure is a worker that settles them, without mail to send. Then how long they take, and what
pages feel of it (bench/_lead_delays.py).
"""

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import psycopg

from bench import Figure, _lead_delays
from renderer.db.embedded_programs import find_programs
from tests.databases import Database, server

MANY = 1_000
SITES = 200
ROUNDS = 2
SETTLED_SECONDS = 0.5
_TICK = os.sysconf("SC_CLK_TCK")
_OURS = """
import sys
from pathlib import Path
from renderer import settings
from renderer.app import make_app
from renderer.keyring import Keyring
from renderer.themes import load_themes
from renderer.workers import Supervisor, listen
from renderer.outbox import dispatcher
url, folder, settles = sys.argv[1:]
if settles == "no":
    dispatcher.GAP = 3600
config = Path(folder) / "config.toml"
config.touch()
made = settings.load(config, {"server": {"base_domains": ["sites.test"], "trusted_proxies": ["127.0.0.1"]},
                              "paths": {"var": folder}, "log": {"level": "error"}})
themes, keyring = load_themes(made.themes_dir), Keyring.generate()
listeners = listen("127.0.0.1", 0, 1)
port = listeners[0].getsockname()[1]
Supervisor(listeners, lambda: make_app(made, url, keyring, themes), shutdown_seconds=2,
           ready=lambda: print(port, flush=True)).run()
"""
_SCRIPT = r"""
\set n random(1, 1000000000)
\set site random(0, 199)
BEGIN;
INSERT INTO form_receipts (website_id, digest, submission_id)
SELECT id, decode(md5(:n::text), 'hex'), gen_random_uuid() FROM websites WHERE subdomain = 'site' || :site
ON CONFLICT (website_id, digest) DO UPDATE SET submission_id = excluded.submission_id RETURNING submission_id;
INSERT INTO form_submissions (website_id, form_type, submitter_name, submitter_phone, data, ip_address, user_agent)
SELECT id, 'contact', 'Sari', '+6281355500101', '%s', '192.0.2.1', 'x' FROM websites WHERE subdomain = 'site' || :site;
COMMIT;
"""
_SITES = f"""
INSERT INTO templates (id, name, category, component_structure, css_variables)
VALUES ('pilar', 'pilar', 'business', '{{}}', '{{}}') ON CONFLICT DO NOTHING;
INSERT INTO users (email, password_hash) VALUES ('a@example.com', '!');
INSERT INTO websites (user_id, subdomain, template_id, status)
SELECT id, 'site' || n, 'pilar', 'published' FROM users, generate_series(0, {SITES - 1}) n
"""
_ONE_BY_ONE = "UPDATE system_config SET value = '{\"lead\": 2000}' WHERE key = 'letters_an_hour'"
"""Those that are told of together are due in ten minutes, and nobody would see them settled."""
_DATA = {"name": "Sari", "whatsapp": "+6281355500101", "email": "", "message": "Halo, masih buka? " * 10}


def run() -> list[Figure]:
    return [*_costs(), *_lead_delays.run()]


def _costs() -> list[Figure]:
    with server() as databases, tempfile.TemporaryDirectory() as folder:
        database = databases.make()
        try:
            return _measure(database, Path(folder))
        finally:
            databases.drop(database)
            databases.drop_template()


def _measure(database: Database, folder: Path) -> list[Figure]:
    with psycopg.connect(database.url, autocommit=True) as conn:
        conn.execute(_SITES)
        root = _parent(conn.info.backend_pid)
        (folder / "script.sql").write_text(_SCRIPT % json.dumps(_DATA))
        figures = []
        for settles, name in (("no", "stored with their jobs"), ("yes", "stored, their jobs settled")):
            both = []
            if settles == "yes":
                conn.execute(_ONE_BY_ONE)
            with _worker(database, folder, settles) as (pid, visitors):
                visitors.send()  # warms up
                for _ in range(ROUNDS):
                    theirs = _spent(root, pid, lambda: _pgbench(database, folder))
                    both.append((theirs, _spent(root, pid, visitors.send)))
            stored = conn.execute("SELECT count(*) FROM form_submissions WHERE user_agent = 'bench'").fetchone()
            assert stored == ((ROUNDS + 1) * MANY,), stored
            # The next begins with an empty table, as this one did.
            conn.execute("TRUNCATE form_submissions, form_receipts, form_rates CASCADE")
            theirs, ours = median(a for a, _ in both), median(b for _, b in both)
            target = 4 * theirs if settles == "no" else None
            figures.append(
                Figure(f"1,000 submissions, {name}", ours, target, theirs, "pgbench", max(b for _, b in both))
            )
    return figures


@contextmanager
def _worker(database: Database, folder: Path, settles: str) -> Iterator[tuple[int, "_Visitors"]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _OURS, database.url_as("tapsite_edge"), str(folder), settles],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.pid, _Visitors(int(process.stdout.readline()))
    finally:
        process.terminate()
        process.wait(20)


class _Visitors:
    """Everybody sends once, each from an address of its own, to one site after the other."""

    def __init__(self, port: int) -> None:
        self._address, self._number = ("127.0.0.1", port), 0

    def send(self) -> None:
        with socket.create_connection(self._address) as line:
            file = line.makefile("rb")
            for _ in range(MANY):
                number = self._number = self._number + 1
                body = urlencode(
                    {**_DATA, "name": f"Sari {number}", "message": f"Halo {number} {number * 7919}"}
                ).encode()
                client = f"198.{18 + number // 65_000}.{number // 250 % 250}.{number % 250}"
                line.sendall(
                    f"POST /_forms/contact HTTP/1.1\r\nHost: site{number % SITES}.sites.test\r\n"
                    f"X-Forwarded-For: {client}\r\nSec-Fetch-Site: same-origin\r\nUser-Agent: bench\r\n"
                    f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                    + body
                )
                status = file.readline()
                assert status.startswith(b"HTTP/1.1 303"), status
                length = 0
                while (header := file.readline()) != b"\r\n":
                    if header.lower().startswith(b"content-length:"):
                        length = int(header[15:])
                file.read(length)


def _pgbench(database: Database, folder: Path) -> None:
    program = find_programs()[0].path("pgbench")
    how = ["-n", "-c", "1", "-t", str(MANY), "-M", "prepared", "-f", str(folder / "script.sql")]
    subprocess.run([str(program), *how, database.url], check=True, capture_output=True)


def _spent(root: int, worker: int, work: Callable[[], None]) -> float:
    """Milliseconds of processors for a thousand of them."""

    def now() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return _tree(root) + _tree(worker) + children.ru_utime + children.ru_stime

    begun = now()
    work()
    # A server process that ends is counted by its parent once that has looked after it: not at once.
    time.sleep(SETTLED_SECONDS)
    return (now() - begun) * 1_000 * 1_000 / MANY


def _tree(root: int) -> float:
    """Seconds of a process, those it waited for, and its children."""
    total = sum(_fields(root)[11:15])
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            if _parent(int(path.parent.name)) == root:
                total += sum(_fields(int(path.parent.name))[11:15])
        except OSError:
            continue
    return total / _TICK


def _fields(pid: int) -> list[int]:
    """Numbers of /proc/<pid>/stat after the state: the parent first (proc(5))."""
    said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return [0, *map(int, said[1:20])]


def _parent(pid: int) -> int:
    return _fields(pid)[1]
