"""Page views: what one costs beside the request it comes with, and storing them beside PostgreSQL's own COPY.

Figures are for a thousand events, so that milliseconds read as microseconds an event. Time on a processor: ours, and
for storing the server's process too, as psql's and its server's beside it.
"""

import asyncio
import os
import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import time
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

from bench import Figure, cpu
from renderer.db.backup_programs import choose_clients, connection
from renderer.edge.answers import Visit
from renderer.views.agents import read_agent
from renderer.views.event import read_event
from renderer.views.identity import Days, Identity, Root
from renderer.views.places import SHIPPED, Places
from renderer.views.records import Batch, decode, encode
from renderer.views.rows import AFTER, BEFORE, COLUMNS, Seen, site_field
from renderer.views.storing import store
from tests.databases import server
from tests.factories import make_site

MANY = 1000
# About what a piece of a spool holds.
BATCH = 5000
ROUNDS = 15
AGENT = (
    "Mozilla/5.0 (Linux; Android 13; SM-A546E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.122 Mobile "
    "Safari/537.36"
)
_REQUEST = (
    f"GET /menu HTTP/1.1\r\nHost: kopi.example\r\nUser-Agent: {AGENT}\r\nReferer: https://www.google.com/\r\n"
    "Accept: text/html\r\nAccept-Encoding: gzip, br\r\nAccept-Language: id\r\nSec-Fetch-Dest: document\r\n\r\n"
).encode()
_BODY = b"x" * 10_000


def run() -> list[Figure]:
    places = Places(SHIPPED)
    places.refresh()
    now, days, identity = datetime.now(UTC), Days(), Identity()
    end = now + timedelta(days=2)
    identity.replace({(now + timedelta(hours=hours)).date(): Root(b"x" * 32, end) for hours in (0, 7)})
    headers = CIMultiDictProxy(
        CIMultiDict({"User-Agent": AGENT, "Referer": "https://www.google.com/", "Accept": "*/*"})
    )
    visit = Visit(str(UUID(int=1)), "Asia/Jakarta", "kopi.example", "/menu", "", headers, "114.120.1.1")

    def record() -> Seen:
        event = read_event(visit, time(), days, identity, places)
        assert isinstance(event, Seen)
        return event

    bare, recorded = _Pages(lambda: None), _Pages(record)
    # By turns: the machine is not the same from one second to the next.
    both = [(cpu(bare.thousand, 1)[0], cpu(recorded.thousand, 1)[0]) for _ in range(15)]
    page, seen, worst = median(a for a, _ in both), median(b for _, b in both), max(b for _, b in both)
    bare.close(), recorded.close()
    events = [record() for _ in range(MANY)]
    written = b"".join(encode(events))
    fresh = (f"{AGENT} {number}" for number in range(10**9))
    kept, kept_worst = cpu(lambda: [read_agent(AGENT) for _ in range(MANY)], 100)
    new, new_worst = cpu(lambda: [read_agent(next(fresh)) for _ in range(MANY)], 20)
    whole, whole_worst = cpu(lambda: [record() for _ in range(MANY)], 50)
    encoding, encoding_worst = cpu(lambda: encode(events), 50)
    decoding, decoding_worst = cpu(lambda: decode(written), 50)
    against = "1,000 bare pages"
    return [
        Figure("1,000 known agents", kept, 5, page, against, kept_worst),
        Figure("1,000 agents never seen before", new, None, page, against, new_worst),
        Figure("1,000 requests to events", whole, None, page, against, whole_worst),
        Figure("1,000 events to the spool's records", encoding, None, page, against, encoding_worst),
        Figure("1,000 records to events again", decoding, None, page, against, decoding_worst),
        Figure("1,000 pages with recording", seen, None, page, against, worst),
        *_storing(events),
    ]


class _Pages:
    """A kept page as aiohttp alone would send it, asked for over one connection; `record` is called with each."""

    def __init__(self, record: Callable[[], object]) -> None:
        self._record = record
        self._loop = asyncio.new_event_loop()
        self._streams: Any = None

    def thousand(self) -> None:
        self._loop.run_until_complete(self._ask())

    def close(self) -> None:
        self._streams[1].close()
        self._loop.run_until_complete(self._server.shutdown())
        self._loop.close()

    async def _ask(self) -> None:
        if self._streams is None:
            self._server = web.Server(self._show)
            listener = await self._loop.create_server(self._server, "127.0.0.1", 0)
            port = listener.sockets[0].getsockname()[1]
            self._streams = await asyncio.open_connection("127.0.0.1", port)
        reader, writer = self._streams
        for _ in range(MANY):
            writer.write(_REQUEST)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            await reader.readexactly(len(_BODY))

    async def _show(self, request: web.BaseRequest) -> web.Response:
        self._record()
        return web.Response(body=_BODY, content_type="text/html")


def _storing(events: list[Seen]) -> list[Figure]:
    with server() as databases:
        database = databases.make()
        try:
            return asyncio.run(_stored(database.url, database.url_as("tapsite_edge"), events))
        finally:
            databases.drop(database)
            databases.drop_template()


async def _stored(owner: str, edge: str, events: list[Seen]) -> list[Figure]:
    """By turns: a piece of a spool is stored as workers do it, and psql puts as many rows, which it gets ready for
    COPY, into the month's partition, where nobody counts them."""
    conn, writer = await asyncpg.connect(owner), await asyncpg.connect(edge)
    sites = [str(await make_site(conn)) for _ in range(50)]
    many = [events[number % MANY]._replace(site=site_field(sites[number % 50])) for number in range(BATCH)]
    # The database that the bench made has just got its partitions: the first view tells which one is this month's.
    await store(writer, uuid4(), decode(b"".join(encode(many))), timedelta(days=90))
    partition = await conn.fetchval("SELECT DISTINCT tableoid::regclass::text FROM page_views")
    ours, copied = [], []
    with tempfile.TemporaryDirectory() as folder, _Psql(owner) as psql:
        piece, rows = Path(folder, "piece"), Path(folder, "rows")
        for number in range(ROUNDS + 2):
            _write(piece, encode(many))
            before = _spent(os.getpid(), writer.get_server_pid())
            await store(writer, uuid4(), _read(piece), timedelta(days=90))
            spent = _spent(os.getpid(), writer.get_server_pid()) - before
            blocks = decode(b"".join(encode(many))).blocks
            _write(rows, [BEFORE, *[block.rows for block in blocks], AFTER])
            beside = psql.copy(partition, rows)
            if number >= 2:  # the first only warm up
                ours.append(spent)
                copied.append(beside)
        assert await conn.fetchval("SELECT count(*) FROM page_views") == BATCH * (1 + 2 * (ROUNDS + 2))
    await conn.close()
    await writer.close()
    per, baseline = MANY / BATCH, median(copied) * MANY / BATCH
    value, worst = median(ours) * per, max(ours) * per
    return [
        Figure("1,000 records from the spool to the partition", value, baseline / 0.7, baseline, "psql's COPY", worst)
    ]


def _write(path: Path, records: list[bytes]) -> None:
    path.write_bytes(b"".join(records))


def _read(path: Path) -> Batch:
    return decode(path.read_bytes())


class _Psql:
    """A psql that is told what to do."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> "_Psql":
        name, environment = connection(self._url)
        command = [choose_clients(15, "the bench").path("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "--dbname", name]
        self._process = subprocess.Popen(
            command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._pids = self._process.pid, int(self._answer("SELECT pg_backend_pid();"))
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def copy(self, table: str, rows: Path) -> float:
        """Milliseconds that it and its server take."""
        before = _spent(*self._pids)
        assert (
            self._answer(f"\\copy {table} ({', '.join(COLUMNS)}) FROM '{rows}' (FORMAT binary)\n\\echo done") == "done"
        )
        return _spent(*self._pids) - before

    def _answer(self, command: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


def _spent(*pids: int) -> float:
    """Milliseconds on a processor that processes have had, with all their threads."""
    tasks = (task for pid in pids for task in Path(f"/proc/{pid}/task").iterdir())
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1_000_000
