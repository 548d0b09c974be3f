"""What strangers may do so often, they may do so often over all workers together."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from renderer.edge import limits
from renderer.edge.limits import Allowance, Counter
from renderer.gate import attempts as attempts_module
from renderer.gate.attempts import FREE_ATTEMPTS, LONGEST_WAIT, Attempts
from renderer.views import watch
from tests.databases import Database, let_waits_last
from tests.factories import make_post, make_site
from tests.serving import Serve
from tests.visitor import Visitor

SITE = UUID(int=1)
KEY = b"k" * 32
HOST = "kopi.sites.test"
ONE, OTHER = "192.0.2.1", "192.0.2.2"


@pytest.fixture
async def edge(database: Database) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(database.url_as("tapsite_edge"))
    yield conn
    await conn.close()


async def wait_over(conn: asyncpg.Connection) -> None:
    await conn.execute("UPDATE console_attempts SET waits_until = now()")


async def test_guesses_are_counted_by_client_and_site_over_all_workers(
    conn: asyncpg.Connection, edge: asyncpg.Connection
) -> None:
    workers = [Attempts(KEY), Attempts(KEY)]

    async def guess(number: int, site: UUID = SITE, address: str = ONE) -> float:
        return await workers[number % 2].admit(edge, site, address)

    assert [await guess(number) for number in range(FREE_ATTEMPTS)] == [0.0] * FREE_ATTEMPTS
    waits = []
    for number in range(12):
        waits.append(
            await conn.fetchval("SELECT max(extract(epoch FROM waits_until - tried_at))::integer FROM console_attempts")
        )
        await let_waits_last(conn)
        wait = await guess(number)
        assert 0 < await guess(number + 1) <= wait <= waits[-1] + 3_600, "asking while locked out costs nothing"
        await wait_over(conn)
        assert await guess(number) == 0.0
    assert waits[:4] == [2, 4, 8, 16]
    assert max(waits) == waits[-1] == LONGEST_WAIT
    assert await guess(0) > 0
    assert await guess(0, address=OTHER) == 0.0
    assert await guess(0, site=UUID(int=2)) == 0.0
    await workers[0].succeed(edge, SITE, ONE)
    assert [await guess(number) for number in range(FREE_ATTEMPTS)] == [0.0] * FREE_ATTEMPTS
    await conn.execute("UPDATE console_attempts SET tried_at = now() - interval '2 hours', waits_until = now()")
    assert await guess(0) == 0.0, "an hour of quiet is forgotten"
    for number in range(FREE_ATTEMPTS):
        await guess(number, address=f"2001:db8:1:2::{number:x}")
        await guess(number, site=UUID(int=3), address=("", "unix:", "not an address", "\ud800")[number % 4])
    await let_waits_last(conn)
    assert await guess(0, address="2001:db8:1:2:ffff::9%eth0") > 0, "an IPv6 client is its /64"
    assert await guess(0, address="2001:db8:1:3::1") == 0.0
    assert await guess(0, site=UUID(int=3), address="1" * 10_000) > 0, "what is no address is one client"
    text = str([tuple(row) for row in await conn.fetch("SELECT * FROM console_attempts, form_rates")])
    assert "192.0.2" not in text
    assert "2001:db8" not in text


async def test_many_clients_together_use_up_the_sites_own_allowance(
    edge: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts_module, "SITE_ATTEMPTS", 20)
    workers, number = [Attempts(KEY), Attempts(KEY)], iter(range(1_000))

    async def guess() -> float:
        one = next(number)
        return await workers[one % 2].admit(edge, SITE, f"10.0.0.{one}")

    assert [await guess() for _ in range(30)].count(0.0) == 20
    assert await workers[0].admit(edge, UUID(int=2), "10.9.9.9") == 0.0
    await workers[1].succeed(edge, SITE, "10.0.0.1")
    assert await guess() == 0.0, "a right one is given back"
    assert await guess() > 0
    await workers[1].take_back(edge, SITE)
    assert await guess() == 0.0


async def test_an_allowance_holds_over_workers_and_asks_the_database_seldom(
    conn: asyncpg.Connection, edge: asyncpg.Connection
) -> None:
    asked = 0

    async def connection() -> asyncpg.Connection:
        nonlocal asked
        asked += 1
        return edge

    site, workers = uuid4(), [Allowance(KEY, 100, 10), Allowance(KEY, 100, 10)]

    async def send(count: int, address: str = ONE, of: UUID = site) -> int:
        return sum([await workers[number % 2].admits(connection, of, address) for number in range(count)])

    assert await send(9) == 9
    assert asked == 0
    assert 100 <= await send(400) + 9 <= 120
    assert asked <= 13, "who is refused asks no more"
    before = asked
    assert await send(30, OTHER) == 30
    assert await send(30, of=uuid4()) == 30
    assert asked == before + 6 - 2
    assert await send(5, "2001:db8::1") == 5
    await conn.execute("UPDATE form_rates SET began = began - interval '20 minutes'")
    fresh = Allowance(KEY, 100, 10)
    assert await fresh.admits(connection, site, ONE)

    async def away() -> asyncpg.Connection:
        raise TimeoutError

    alone = Allowance(KEY, 50, 10)
    assert 50 <= sum([await alone.admits(away, site, ONE) for _ in range(200)]) <= 59
    remembered = [*workers[0]._begun, *workers[0]._refused, *alone._refused]
    assert remembered
    assert not any(address in str(one) for one in remembered for address in (ONE, OTHER, "2001:db8")), "no address"


async def test_counts_are_the_same_whoever_counts_at_once(database: Database, edge: asyncpg.Connection) -> None:
    others = [await asyncpg.connect(database.url_as("tapsite_edge")) for _ in range(4)]
    counters = [Counter(KEY) for _ in others]
    what = {"a": "a", "b": "b"}

    async def count(number: int) -> None:
        for _ in range(10):
            await counters[number].count(others[number], what)

    await asyncio.gather(*map(count, range(4)))
    assert await counters[0].count(edge, what) == {"a": 41, "b": 41}
    assert await Counter(b"x" * 32).seen(edge, what) == {"a": 0, "b": 0}, "another kind's key, another count"
    for one in others:
        await one.close()


async def test_likes_clicks_and_views_beyond_a_clients_share_are_not_counted(
    conn: asyncpg.Connection, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "MOST_LIKES", 4)
    monkeypatch.setattr(watch, "STEP", 2)
    site = await make_site(conn, subdomain="kopi", config={"analytics": {"mode": "beacon"}})
    await make_post(conn, site, slug="satu")
    settings = {"views": {"client_limit": 6}, "server": {"trusted_proxies": ["127.0.0.1"]}}
    one, two = await serve(**settings), await serve(**settings)

    async def post(visitor: Visitor, path: str, kind: str, data: str, address: str) -> int:
        headers = {
            "Content-Type": kind,
            "X-Forwarded-For": address,
            "User-Agent": "Mozilla/5.0 (Linux; Android 13) Chrome/120.0",
        }
        return (await visitor.ask("POST", HOST, path, data=data.encode(), headers=headers)).status

    form = "application/x-www-form-urlencoded"
    likes = [await post((one, two)[n % 2], "/_seen/like", form, "post=satu", ONE) for n in range(6)]
    assert likes == [303] * 4 + [429] * 2
    assert await post(one, "/_seen/like", form, "post=satu", OTHER) == 303
    refused = await one.ask(
        "POST", HOST, "/_seen/like", data=b"post=satu", headers={"Content-Type": form, "X-Forwarded-For": ONE}
    )
    assert refused.headers["Retry-After"] == "600"
    shown = [await post((one, two)[n % 2], "/_seen/view", "text/plain", "beacon\n/\n\n", ONE) for n in range(20)]
    assert set(shown) == {204}, "nobody would read an error"
    assert await post(one, "/_seen/view", "text/plain", "beacon\n/\n\n", OTHER) == 204
    recorders = [visitor.client.app[watch.WATCH].recorder for visitor in (one, two)]
    # Likes need the day's root, which nobody has made here.
    assert 7 <= sum(recorder.tally.seen for recorder in recorders) <= 9


def test_what_is_counted_in_memory_ends_with_its_span(monkeypatch: pytest.MonkeyPatch) -> None:
    """An outage of hours is no flood: whoever is counted every few minutes begins anew, too."""
    counter, now = Counter(b"x" * 32), 1_800_000_000.0
    counts = []
    for minutes in range(0, 60, 5):
        monkeypatch.setattr(limits.time, "time", lambda minutes=minutes: now + 60 * minutes)
        counts.append(tuple(counter.count_here({"site": "a", "text": "b"}, {"text": 86_400}).values()))
    assert [one for one, _ in counts] == [1, 2] * 6
    assert [one for _, one in counts] == list(range(1, 13))
