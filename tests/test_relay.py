"""What a worker makes anew after a commit is handed to the others that had it, and to nobody else."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiohttp.test_utils import TestServer

from renderer.edge import flights
from renderer.edge import relay as relay_module
from renderer.edge.answers import VIEW, Shared, SharedAside, View
from renderer.edge.cache import Cache, Wanted
from renderer.edge.front import Front
from renderer.edge.ground import Ground
from renderer.edge.kept import Kept
from renderer.edge.relay import LARGEST, Handed, Relay
from renderer.edge.snapshot import Snapshot
from renderer.keys import FRONT
from tests.databases import Database
from tests.factories import make_site
from tests.serving import Serve
from tests.test_page_cache import cache_of, locked
from tests.visitor import Answer, Visitor

HOST = "kopi.sites.test"
WANTED = Wanted("http", HOST, "/")


@pytest.fixture
def relay() -> Iterator[Relay]:
    made = Relay(2)
    yield made
    made.close()


@pytest.fixture
async def both(relay: Relay, serve: Serve) -> tuple[Visitor, Visitor]:
    """Of two workers, which are stopped before their sockets are closed."""
    return await serve(line=relay.line(0)), await serve(line=relay.line(1))


def page_of(visitor: Visitor, wanted: Wanted = WANTED) -> bytes:
    kept = cache_of(visitor).find(wanted)
    return b"" if kept is None else kept.body


async def holds(visitor: Visitor, text: str) -> None:
    async with asyncio.timeout(60):
        while text.encode() not in page_of(visitor):
            await asyncio.sleep(0.005)


def front_of(visitor: Visitor) -> Front:
    server = visitor.client.server
    assert isinstance(server, TestServer)
    return server.app[FRONT]


async def lost(*visitors: Visitor) -> None:
    """Until each has read of the last commit."""
    for visitor in visitors:
        reader = front_of(visitor).reader
        assert reader is not None
        await reader.caught_up()


async def test_what_one_worker_draws_anew_the_others_send_without_asking_the_database(
    conn: asyncpg.Connection, database: Database, both: tuple[Visitor, Visitor]
) -> None:
    site = await make_site(conn, subdomain="kopi", title="Kopi Senja")
    one, other = both
    for visitor in (one, other):
        await visitor.get(HOST)
    await conn.execute("UPDATE websites SET title = 'Kopi Pagi' WHERE id = $1", site)
    await lost(one, other)
    made = await one.get(HOST)
    await holds(other, "Kopi Pagi")
    async with locked(database):
        sent = await asyncio.wait_for(other.get(HOST), 60)
    assert (sent.status, sent.body, sent.lasting) == (made.status, made.body, made.lasting)
    # What was handed on is let go of like what was made here.
    await conn.execute("UPDATE websites SET title = 'Kopi Malam' WHERE id = $1", site)
    await lost(other)
    assert page_of(other) == b""
    assert "Kopi Malam" in (await other.get(HOST)).text


async def test_who_did_not_have_a_page_is_not_given_it(conn: asyncpg.Connection, both: tuple[Visitor, Visitor]) -> None:
    site = await make_site(conn, subdomain="kopi", title="Kopi Senja")
    other_site = await make_site(conn, subdomain="teh", title="Teh")
    one, other = both
    for host in (HOST, "teh.sites.test"):
        await one.get(host)
    await other.get("teh.sites.test")
    await conn.execute("UPDATE websites SET title = 'Baru' WHERE id = ANY($1)", [site, other_site])
    await lost(one, other)
    for host in (HOST, "teh.sites.test"):  # in this order they are handed on
        await one.get(host)
    async with asyncio.timeout(60):
        while b"Baru" not in page_of(other, Wanted("http", "teh.sites.test", "/")):
            await asyncio.sleep(0.005)
    assert page_of(other) == b""


async def test_a_site_that_got_a_password_is_handed_to_nobody(
    conn: asyncpg.Connection, both: tuple[Visitor, Visitor]
) -> None:
    site = await make_site(conn, subdomain="kopi", title="Kopi Senja")
    one, other = both
    for visitor in (one, other):
        await visitor.get(HOST)
    await conn.execute("UPDATE websites SET is_password_protected = true, password_hash = 'x' WHERE id = $1", site)
    await lost(one, other)
    assert (await one.get(HOST)).status == 403
    await asyncio.sleep(0.05)
    assert (page_of(one), page_of(other)) == (b"", b"")
    assert (await other.get(HOST)).status == 403


def answer(number: int, site: UUID, body: bytes = b"<p>Kopi</p>", kind: type[Shared] = Shared) -> Shared:
    """Of a statement that saw what transactions before `number` wrote."""
    ground = Ground(
        Snapshot(number, number, frozenset()), time.monotonic(), time.time() + 60, site, (site, "host:a.id")
    )
    made = kind(ground, body=body, headers={"Content-Type": "text/html", "ETag": '"a"'}, zone="Asia/Jakarta")
    made[VIEW] = View(str(site), "Asia/Jakarta")
    return made


def test_an_answer_comes_as_it_went() -> None:
    site = uuid4()
    for expires in (math.inf, time.time() + 60):
        sent = answer(10, site, b"<p>\n\xe2\x80\x9cKopi\xe2\x80\x9d</p>\n" * 40)
        sent.ground = Ground(Snapshot.read("9:12:10,11"), 5.25, expires, site, (site, "subdomain:kopi"))
        message = Handed("here", WANTED, sent).packed()
        assert message is not None
        come = Handed.read(message)
        assert (come.origin, come.wanted, come.answer.zone) == ("here", WANTED, sent.zone)
        assert come.answer.ground == sent.ground
        assert come.answer[VIEW] == sent[VIEW]
        assert Kept(come.answer).known('"a"').now("1") == Kept(sent).known('"a"').now("1")
        assert (Kept(come.answer).body, Kept(come.answer).size) == (sent.body, Kept(sent).size)


def test_only_pages_of_a_size_are_handed_on() -> None:
    site = uuid4()
    assert Handed("here", WANTED, answer(10, site, b"x" * LARGEST)).packed() is None
    assert Handed("here", WANTED, answer(10, site, kind=SharedAside)).packed() is None


def test_nothing_older_takes_the_place_of_what_is_kept() -> None:
    site, cache = uuid4(), Cache(2**20)
    cache.restart(time.monotonic() - 1)
    assert not cache.take(WANTED, answer(9, site)), "nobody had it"
    cache.put(WANTED, answer(10, site, b"new"))
    for number, body, taken in ((9, b"old", False), (10, b"same", False), (11, b"newer", True)):
        assert (cache.take(WANTED, answer(number, site, body)) is not None) is taken
    kept = cache.find(WANTED)
    assert kept is not None
    assert kept.body == b"newer"


async def test_who_does_not_listen_keeps_nobody_waiting(relay: Relay) -> None:
    site, come = uuid4(), []
    line, deaf = relay.line(0), relay.line(1)
    for _ in range(200):
        line.hand(Handed("here", WANTED, answer(10, site, b"x" * 40_000)))
    deaf.open(come.append)
    async with asyncio.timeout(60):
        while not come:
            await asyncio.sleep(0.005)
    await asyncio.sleep(0.05)
    assert 0 < len(come) < 200
    deaf.close()


async def asked_of_both(
    conn: asyncpg.Connection, database: Database, both: tuple[Visitor, Visitor]
) -> tuple[list[Answer], list[str]]:
    """The answers to a page that a commit took away, which the first worker still makes while the second is asked for
    it; and which of them made it."""
    site = await make_site(conn, subdomain="kopi", title="Kopi Senja")
    for visitor in both:
        await visitor.get(HOST)
    await conn.execute("UPDATE websites SET title = 'Kopi Pagi' WHERE id = $1", site)
    await lost(*both)
    made: list[str] = []
    fronts = [front_of(visitor) for visitor in both]
    for name, front in zip(("one", "other"), fronts, strict=True):
        front._ask = partial(noting, made, name, front._ask)  # type: ignore[method-assign]
    async with locked(database):
        first = asyncio.create_task(both[0].get(HOST))
        async with asyncio.timeout(60):
            while fronts[1]._flights.elsewhere(WANTED) is None:
                await asyncio.sleep(0.001)
        second = asyncio.create_task(both[1].get(HOST))
        async with asyncio.timeout(60):
            while not fronts[1].tally.misses > 1:
                await asyncio.sleep(0.001)
    return [await first, await second], made


async def noting(made: list[str], name: str, own: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
    made.append(name)
    return await own(*arguments)


async def test_who_is_asked_for_what_a_neighbour_makes_waits_for_it(
    conn: asyncpg.Connection, database: Database, both: tuple[Visitor, Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flights, "_ELSEWHERE_SECONDS", 60)
    answers, made = await asked_of_both(conn, database, both)
    assert all(b"Kopi Pagi" in answer.body for answer in answers)
    assert made == ["one"]


async def test_what_is_not_handed_on_is_made_by_each(
    conn: asyncpg.Connection, database: Database, both: tuple[Visitor, Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flights, "_ELSEWHERE_SECONDS", 60)
    monkeypatch.setattr(relay_module, "LARGEST", 1_000)
    answers, made = await asked_of_both(conn, database, both)
    assert all(b"Kopi Pagi" in answer.body for answer in answers)
    assert made == ["one", "other"]


async def test_nobody_waits_long_for_a_neighbour(
    conn: asyncpg.Connection, relay: Relay, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_site(conn, subdomain="kopi", title="Kopi Senja")
    visitor = await serve(line=relay.line(1))
    relay.line(0).begin(WANTED)
    async with asyncio.timeout(60):
        while front_of(visitor)._flights.elsewhere(WANTED) is None:
            await asyncio.sleep(0.001)
        assert "Kopi Senja" in (await visitor.get(HOST)).text
    assert front_of(visitor)._flights.elsewhere(WANTED) is None


async def test_what_stands_on_another_database_is_not_kept(conn: asyncpg.Connection, serve: Serve) -> None:
    site = await make_site(conn, subdomain="kopi", title="Kopi Senja")
    visitor = await serve()
    await visitor.get(HOST)
    await lost(visitor)
    front = front_of(visitor)
    assert front.reader is not None
    for origin in ("elsewhere", front.reader.origin):
        front.take(Handed(origin, WANTED, answer(2**60, site, origin.encode())))
    assert page_of(visitor) == front.reader.origin.encode()
