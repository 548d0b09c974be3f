"""Nothing stale is found once the log was read, however commits, readings and losses fall together.

Writers commit in any order; answers are read at one moment and stored at another; the listener is killed, the log is
pruned, notifications are forged and sent in floods. The model: what a site's committed title is.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from uuid import UUID

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renderer.db.pool import can_connect
from renderer.edge.answers import Shared
from renderer.edge.cache import Cache, Wanted
from renderer.edge.changes import Change
from renderer.edge.kept import Kept
from renderer.edge.reader import GAP_SECONDS, Reader
from renderer.edge.relay import Handed
from renderer.edge.sites import OpenSite, find_site
from tests.databases import Database
from tests.factories import make_site

SITES, WRITERS = 3, 3
_worlds = count()
STEPS = st.one_of(
    st.tuples(st.just("write"), st.integers(0, WRITERS - 1), st.integers(0, SITES - 1)),
    st.tuples(st.just("commit"), st.integers(0, WRITERS - 1), st.just(0)),
    st.tuples(st.just("roll back"), st.integers(0, WRITERS - 1), st.just(0)),
    st.tuples(st.just("read"), st.integers(0, SITES - 1), st.integers(0, 3)),
    st.tuples(st.just("store"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("hand over"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("look"), st.integers(0, SITES - 1), st.just(0)),
    st.tuples(st.just("let the reader read"), st.just(0), st.just(0)),
    st.tuples(st.just("kill the listener"), st.just(0), st.just(0)),
    st.tuples(st.just("forge"), st.integers(1, 40), st.just(0)),
    st.tuples(st.just("prune"), st.just(0), st.just(0)),
)


@dataclass
class Writer:
    conn: asyncpg.Connection
    transaction: asyncpg.transaction.Transaction | None = None
    titles: dict[int, str] = field(default_factory=dict)


@dataclass
class World:
    name: str
    cache: Cache
    reader: Reader
    edge: asyncpg.Connection
    admin: asyncpg.Connection
    writers: list[Writer]
    site_ids: list[UUID]
    titles: list[str]
    pending: dict[int, tuple[int, Shared]] = field(default_factory=dict)
    number: int = 0
    found: int = 0

    async def step(self, what: str, first: int, second: int) -> None:
        if what == "write":
            await self.write(self.writers[first], second)
        elif what in ("commit", "roll back"):
            await self.end(self.writers[first], commit=what == "commit")
        elif what == "read":
            await self.read(first, second)
        elif what == "store" and first in self.pending:
            site, answer = self.pending.pop(first)
            self.cache.put(self.wanted(site), answer)
        elif what == "hand over" and first in self.pending:
            site, answer = self.pending.pop(first)
            message = Handed(self.reader.origin, self.wanted(site), answer).packed()
            assert message is not None
            handed = Handed.read(message)
            self.cache.take(handed.wanted, handed.answer)
        elif what == "look":
            await self.look(first)
        elif what == "let the reader read":
            await self.reader.caught_up()
        elif what == "kill the listener":
            await self.admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name = 'tapsite-changes'"
            )
        elif what == "forge":
            for number in range(first):
                await self.edge.execute(f"NOTIFY tapsite_changes, '{number}'")
        elif what == "prune":
            await self.admin.execute("SELECT prune_change_log('0 seconds')")

    def kept(self, site: int) -> Kept | None:
        return self.cache.find(self.wanted(site))

    def wanted(self, site: int) -> Wanted:
        return Wanted("http", f"{self.name}-{site}.sites.test", "/")

    async def write(self, writer: Writer, site: int) -> None:
        if any(site in other.titles for other in self.writers if other is not writer):
            return  # another transaction holds the row
        if writer.transaction is None:
            writer.transaction = writer.conn.transaction()
            await writer.transaction.start()
        self.number += 1
        writer.titles[site] = f"Judul {self.number}"
        await writer.conn.execute(
            "UPDATE websites SET title = $2 WHERE id = $1", self.site_ids[site], writer.titles[site]
        )

    async def end(self, writer: Writer, *, commit: bool) -> None:
        if writer.transaction is None:
            return
        await (writer.transaction.commit() if commit else writer.transaction.rollback())
        if commit:
            for site, title in writer.titles.items():
                self.titles[site] = title
        writer.transaction, writer.titles = None, {}

    async def read(self, site: int, slot: int) -> None:
        found = await find_site(self.edge, self.wanted(site).host, ("sites.test",))
        assert isinstance(found, OpenSite)
        body = str(found.columns["title"]).encode()
        self.pending[slot] = site, Shared(found.ground, body=body, headers={}, zone=None)

    async def look(self, site: int) -> None:
        """After the log was read, which is the bound: at most a second later, and at once while it is listened to."""
        await self.reader.caught_up()
        while time.monotonic() >= self.reader.trusted_until:  # it is lost: nothing kept is sent meanwhile
            await asyncio.sleep(0.01)
            await self.reader.caught_up()
        kept = self.kept(site)
        if kept is not None:
            self.found += 1
            assert kept.body.decode() == self.titles[site]


@asynccontextmanager
async def world(database: Database) -> AsyncIterator[World]:
    conns = [await asyncpg.connect(database.url) for _ in range(WRITERS)]
    admin, edge = await asyncpg.connect(database.admin_url), await asyncpg.connect(database.url_as("tapsite_edge"))
    name = f"w{next(_worlds)}"  # a name of somebody else's rests for a year
    ids = [await make_site(conns[0], subdomain=f"{name}-{number}", title="Judul 0") for number in range(SITES)]
    cache = Cache(2**22)
    url = database.url_as("tapsite_edge")
    reader = Reader(url, cache, lambda: can_connect(url, 5), 5)
    running = asyncio.create_task(reader.run())
    try:
        yield World(name, cache, reader, edge, admin, [Writer(conn) for conn in conns], ids, ["Judul 0"] * SITES)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        for conn in (*conns, admin, edge):
            await conn.close()


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
@given(steps=st.lists(STEPS, min_size=20, max_size=80))
async def test_nothing_stale_is_found_once_the_log_was_read(
    database: Database, steps: list[tuple[str, int, int]]
) -> None:
    async with asyncio.timeout(60), world(database) as made:
        await made.reader.caught_up()
        for step in steps:
            await made.step(*step)
        for writer in made.writers:
            await made.end(writer, commit=True)
        for site in range(SITES):
            await made.look(site)
            # And what is read now is kept: caution does not end in never keeping anything.
            await made.read(site, 0)
            await made.step("store", 0, 0)
            assert made.kept(site) is not None
            await made.look(site)


async def test_a_transaction_that_began_first_and_ended_last_is_not_missed(database: Database) -> None:
    """Its number is the lowest, and a newer one was read before it: whoever remembers a position passes it by."""
    async with world(database) as made:
        await made.write(made.writers[0], 0)
        await made.write(made.writers[1], 1)
        await made.end(made.writers[1], commit=True)
        await made.reader.caught_up()
        await made.read(0, 0)
        await made.step("store", 0, 0)
        assert made.kept(0) is not None
        await made.read(0, 1)
        await made.end(made.writers[0], commit=True)
        await made.look(0)
        assert made.kept(0) is None
        await made.step("store", 1, 0)
        assert made.kept(0) is None


async def test_a_reader_whose_log_was_pruned_meanwhile_trusts_nothing_it_has(database: Database) -> None:
    async with world(database) as made:
        await made.reader.caught_up()
        for site in range(SITES):
            await made.read(site, site)
            await made.step("store", site, 0)
        await made.admin.execute("ALTER TABLE change_log DISABLE TRIGGER wake_readers")
        # In one transaction nobody could have read it in between.
        async with made.admin.transaction():
            await made.admin.execute("UPDATE websites SET title = 'Lain' WHERE id = $1", made.site_ids[0])
            await made.admin.execute("DELETE FROM change_log")
            await made.admin.execute(
                "INSERT INTO change_log_horizon (xid) VALUES (pg_current_xact_id()) "
                "ON CONFLICT (only_row) DO UPDATE SET xid = excluded.xid"
            )
        await made.reader.caught_up()
        assert [made.kept(site) for site in range(SITES)] == [None] * SITES


class Restarts:
    """A follower that counts how often it has to begin anew."""

    def __init__(self) -> None:
        self.times = 0

    def restart(self, began: float) -> None:
        self.times += 1

    def apply(self, changes: Sequence[Change]) -> None:
        pass


async def test_a_reader_goes_on_only_in_the_log_that_it_read_before(database: Database) -> None:
    follower, url = Restarts(), database.url_as("tapsite_edge")
    reader, conn = Reader(url, follower, lambda: can_connect(url, 5), 5), await asyncpg.connect(url)
    try:
        await reader._resume(conn)
        await reader._resume(conn)
        assert follower.times == 1
        reader.origin = "of another server, or the timeline of one that took over"
        await reader._resume(conn)
        assert follower.times == 2
        # The same one, restored from what it was earlier.
        assert reader._seen is not None
        reader._seen = replace(reader._seen, xmax=reader._seen.xmax + 1_000_000)
        await reader._resume(conn)
        assert follower.times == 3
    finally:
        await conn.close()


async def test_a_flood_of_forged_notifications_costs_a_bounded_number_of_readings(database: Database) -> None:
    async with world(database) as made:
        await made.reader.caught_up()
        began, before = asyncio.get_running_loop().time(), made.reader.readings
        for number in range(2_000):
            await made.edge.execute(f"NOTIFY tapsite_changes, '{number}'")
        seconds = asyncio.get_running_loop().time() - began
        assert 1 <= made.reader.readings - before <= seconds / GAP_SECONDS + 1
        await made.read(0, 0)
        await made.step("store", 0, 0)
        assert made.kept(0) is not None


async def test_a_lost_connection_is_trusted_as_before_until_it_is_known_that_it_cannot_be_had_again(
    database: Database,
) -> None:
    """Whoever asks in that moment would wait for a connection that nobody can have yet."""
    asked, answers = asyncio.Event(), asyncio.Queue[bool]()

    async def reaches() -> bool:
        asked.set()
        return await answers.get()

    async def told(answer: bool) -> None:
        """The next question is answered, and the one after it has been put."""
        asked.clear()
        answers.put_nowait(answer)
        await asked.wait()

    admin = await asyncpg.connect(database.admin_url)
    name = await admin.fetchval("SELECT quote_ident(current_database())")
    reader = Reader(database.url_as("tapsite_edge"), Cache(2**22), reaches, 5)
    running = asyncio.create_task(reader.run())
    try:
        async with asyncio.timeout(60):
            await reader.caught_up()
            await admin.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 0")
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name = 'tapsite-changes'"
            )
            await asked.wait()
            assert time.monotonic() < reader.trusted_until
            await told(False)
            assert (reader.is_away, reader.trusted_until) == (True, 0.0)
            # Reached again, and the log not read yet: nobody is sent to a database that has just begun.
            await told(True)
            assert reader.is_away
            await told(True)
            assert not reader.is_away
            await admin.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1")
            answers.put_nowait(True)
            while time.monotonic() >= reader.trusted_until:
                await asyncio.sleep(0.01)
    finally:
        await admin.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1")
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await admin.close()
