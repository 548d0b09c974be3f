"""What a worker keeps, over real HTTP and a real database."""

import asyncio
import dataclasses
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from renderer.edge import codings, freshness, reader
from renderer.edge.cache import Cache
from renderer.keys import FRONT, SHELF
from tests.databases import Database, waiting
from tests.factories import insert, make_post, make_site
from tests.serving import Serve
from tests.visitor import Answer, Visitor

HOST = "kopi.sites.test"
PATIENCE = 60
"""Seconds that a busy machine may take. What is wrong waits for a lock that nobody gives up meanwhile."""


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log is trusted, and what is over renewed, as long as a busy machine may keep a test waiting."""
    monkeypatch.setattr(reader, "TRUSTED_SECONDS", 3.0 * PATIENCE)
    monkeypatch.setattr(freshness, "RENEWAL_SECONDS", float(PATIENCE))


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    return await make_site(conn, subdomain="kopi", title="Kopi Senja", config={"timezone": "Asia/Jakarta"})


def cache_of(visitor: Visitor) -> Cache:
    return visitor.client.server.app[FRONT].cache  # type: ignore[no-any-return, union-attr]


def kept(visitor: Visitor) -> int:
    """How many answers of sites are kept."""
    cache = cache_of(visitor)
    return sum(len(pages.of_site(site)) for pages in (cache.pages, cache.nothings) for site in pages)


@asynccontextmanager
async def locked(database: Database, tables: str = "websites") -> AsyncIterator[asyncpg.Connection]:
    """While nobody can read the tables."""
    conn = await asyncpg.connect(database.admin_url)
    try:
        async with conn.transaction():
            await conn.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
            yield conn
    finally:
        await conn.close()


async def test_what_is_kept_is_sent_without_asking_the_database(
    conn: asyncpg.Connection, database: Database, visitor: Visitor, site: UUID
) -> None:
    await make_post(conn, site, slug="satu", title="Satu")
    await make_site(conn, subdomain="arsip", status="archived")
    paths = ["/", "/blog", "/blog/satu", "/blog/satu.md", "/blog/feed.xml", "/robots.txt", "/sitemap.xml", "/llms.txt",
             "/tidak-ada", "/blog/", "//", "/?utm_source=a", "/blog/cari"]  # fmt: skip
    hosts = [(HOST, path) for path in paths] + [
        ("tiada.sites.test", "/x"),
        ("tiada.example", "/"),
        ("arsip.sites.test", "/"),
    ]
    first = [await visitor.get(host, path) for host, path in hosts]
    async with locked(database, "websites, blog_posts"):
        again = [
            await asyncio.wait_for(visitor.get(host, path), PATIENCE) for host, path in hosts if path != "/blog/cari"
        ]
    assert [answer.status for answer in first if answer.status == 503] == []
    expected = [one for one, (_, path) in zip(first, hosts, strict=True) if path != "/blog/cari"]
    for before, now in zip(expected, again, strict=True):
        assert (now.status, now.body) == (before.status, before.body)
        assert now.lasting == before.lasting


async def test_a_kept_answer_is_the_one_that_the_application_gives(serve: Serve, site: UUID) -> None:
    without, keeping = await serve(cache={"room": 0}), await serve()
    assert kept(without) == 0
    for path in ("/", "/blog", "/blog/feed.xml", "/tidak-ada", "/blog/", "/robots.txt"):
        bare = await without.get(HOST, path)
        for _ in range(2):
            answer = await keeping.get(HOST, path)
            assert (answer.status, answer.body) == (bare.status, bare.body)
            assert answer.lasting == bare.lasting
            assert "Server" not in answer.headers
    assert kept(without) == 0 < kept(keeping)


async def test_what_is_for_one_visitor_is_never_kept(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    await make_site(conn, subdomain="rahasia", is_password_protected=True, password_hash="x")
    await make_site(conn, subdomain="tutup", status="suspended", suspended_at=datetime.now(UTC))
    alone = ["/blog/cari?q=kopi", "/blog/cari?p=2", "/blog/cari?%71=kopi", "/sitemap-posts-1.xml"]
    others = ["rahasia.sites.test", "tutup.sites.test", "sites.test"]
    for host, path in [(HOST, path) for path in alone] + [(host, path) for host in others for path in ("/", "/x")]:
        for _ in range(2):
            await visitor.get(host, path)
    for method in ("POST", "PUT", "OPTIONS"):
        await visitor.ask(method, HOST, "/")
    assert kept(visitor) <= 1  # /sitemap-posts-1.xml: there is none, which is kept
    assert len(cache_of(visitor).hosts) <= 1


async def test_noise_does_not_fill_the_cache(visitor: Visitor, site: UUID) -> None:
    page = (await visitor.get(HOST)).body
    for number in range(30):
        assert (await visitor.get(HOST, f"/?r{number}={number}")).body == page
        await visitor.raw(f"GET /%{'2d'}{number}#a HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        await visitor.raw(f"GET /#{number} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        await visitor.get(HOST, f"/{'a' * 1_000}{number}")
    assert kept(visitor) == 1
    redirect = await visitor.get(HOST, "/blog/?utm_source=surat")
    assert redirect.headers["Location"] == "/blog?utm_source=surat"
    assert (await visitor.get(HOST, "/blog/?utm_source=pos")).headers["Location"] == "/blog?utm_source=pos"


async def test_hosts_and_schemes_have_answers_of_their_own(conn: asyncpg.Connection, serve: Serve, site: UUID) -> None:
    await insert(
        conn, "website_domains", {"website_id": site, "host": "kopi.example", "verified_at": datetime.now(UTC)}
    )
    # Of a site without an own host, all are.
    await conn.execute("UPDATE website_domains SET is_primary = false")
    await make_site(conn, subdomain="roti", title="Roti Hangat")
    visitor = await serve(server={"trusted_proxies": ["127.0.0.0/8"]})
    for _ in range(2):
        assert "Kopi Senja" in (await visitor.get(HOST)).text
        assert "Kopi Senja" in (await visitor.get("KOPI.sites.test:8080")).text
        assert "Kopi Senja" in (await visitor.get("www.kopi.example")).text
        assert "Roti Hangat" in (await visitor.get("roti.sites.test")).text
        secure = await visitor.get(HOST, headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"})
        assert "Cross-Origin-Opener-Policy" in secure.headers
        assert "Cross-Origin-Opener-Policy" not in (await visitor.get(HOST)).headers
    assert kept(visitor) == 3


async def says(visitor: Visitor, path: str, word: str) -> None:
    """Until the page says that; asks as anybody does, without waiting for the worker to hear of it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with visitor.client.get(path, headers={"Host": HOST}) as answer:
                if word in await answer.text():
                    return
            await asyncio.sleep(0.002)


async def test_whatever_is_written_shows_soon_whoever_wrote_it(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    post = await make_post(conn, site, slug="satu", title="Judul lama")
    assert "Judul lama" in (await visitor.get(HOST, "/blog/satu")).text
    await visitor.get(HOST)
    writes = {
        "/blog/satu": "UPDATE blog_posts SET title = 'Judul baru'",
        "/blog": "UPDATE blog_posts SET title = 'Judul ketiga'",
        "/": "UPDATE websites SET title = 'Kopi Pagi'",
        "/blog/feed.xml": "UPDATE blog_posts SET title = 'Judul keempat'",
    }
    for path, write in writes.items():
        await visitor.get(HOST, path)
        await conn.execute(write)
        await says(visitor, path, write.split("'")[1])
    await conn.execute("UPDATE blog_posts SET status = 'draft' WHERE id = $1", post)
    assert (await visitor.get(HOST, "/blog/satu")).status == 404
    await conn.execute("UPDATE blog_posts SET status = 'published' WHERE id = $1", post)
    assert (await visitor.get(HOST, "/blog/satu")).status == 200
    await conn.execute("UPDATE websites SET subdomain = 'teh'")
    assert (await visitor.get(HOST)).status == 404
    assert (await visitor.get("teh.sites.test")).status == 200
    await conn.execute("UPDATE websites SET is_password_protected = true, password_hash = 'x'")
    assert (await visitor.get("teh.sites.test")).status == 403


async def test_counting_visits_leaves_the_kept_answer_where_it_is(
    conn: asyncpg.Connection, database: Database, visitor: Visitor, site: UUID
) -> None:
    await visitor.get(HOST)
    await conn.execute("UPDATE websites SET view_count = view_count + 1, last_viewed_at = now()")
    async with locked(database):
        assert (await asyncio.wait_for(visitor.get(HOST), PATIENCE)).status == 200


async def test_a_scheduled_post_appears_when_it_is_due_though_the_page_is_kept(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    await make_post(conn, site, slug="lama", title="Sudah ada")
    paths, cache = ("/blog", "/blog/nanti", "/blog/feed.xml"), cache_of(visitor)
    for seconds in (1, 5, 25):  # until the machine has read them all before the time has come
        due = datetime.now(UTC) + timedelta(seconds=seconds)
        await conn.execute("DELETE FROM blog_posts WHERE slug = 'nanti'")
        await make_post(conn, site, slug="nanti", title="Baru nanti", scheduled_at=due)
        texts = [(await visitor.get(HOST, path)).text for path in paths]
        if not any("Baru nanti" in text for text in texts):
            break
    found = [one for pages in (cache.pages, cache.nothings) for _, one in pages.of_site(site)]
    assert [one.expires <= due.timestamp() + 0.001 for one in found] == [True] * 3
    for path in paths:
        await says(visitor, path, "Baru nanti")


async def test_a_subscription_that_ends_closes_a_kept_site(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    for seconds in (0.7, 5, 25):  # until the machine has answered before it ends
        ends = datetime.now(UTC) + timedelta(seconds=seconds)
        await conn.execute("UPDATE users SET subscription_expires_at = $1", ends)
        if (await visitor.get(HOST)).status == 200 and kept(visitor):
            break
    async with asyncio.timeout(2 * PATIENCE):
        while (await visitor.get(HOST)).status == 200:
            await asyncio.sleep(0.02)
    assert datetime.now(UTC) >= ends
    assert (await visitor.get(HOST)).status == 503


async def test_many_who_miss_at_once_cost_one_making_and_who_leaves_takes_nothing_from_the_others(
    conn: asyncpg.Connection, database: Database, visitor: Visitor, site: UUID
) -> None:
    await visitor.caught_up()

    async def ask() -> Answer:
        async with visitor.client.get("/", headers={"Host": HOST}) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async with locked(database) as watching:
        first = asyncio.create_task(ask())
        while not await waiting(watching):
            await asyncio.sleep(0.005)
        others = [asyncio.create_task(ask()) for _ in range(30)]
        await asyncio.sleep(0.1)
        first.cancel()
        await asyncio.sleep(0.05)
        assert await waiting(watching) == 1
    answers = await asyncio.gather(*others)
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1


async def test_what_is_being_made_when_a_worker_must_stop_ends_before_what_it_is_made_with(
    visitor: Visitor, site: UUID, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server = visitor.client.server
    shelf, began = server.app[SHELF], asyncio.Event()  # type: ignore[union-attr]
    told: list[str] = []
    close = shelf.close

    def close_told() -> None:
        told.append("closed")
        close()

    async def draw(*_: object) -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            told.append("given up")

    monkeypatch.setattr(shelf, "draw", draw)
    monkeypatch.setattr(shelf, "close", close_told)
    asking = asyncio.create_task(visitor.get(HOST, "/"))
    await began.wait()
    assert server.runner is not None
    server.runner._shutdown_timeout = 0.1
    await server.close()
    await asyncio.gather(asking, return_exceptions=True)
    assert told == ["given up", "closed"]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_nobody_gets_an_answer_that_was_begun_before_a_change_they_have_seen(
    conn: asyncpg.Connection, database: Database, visitor: Visitor, site: UUID
) -> None:
    """The first asks, the title changes, and only then its answer is ready: the second must not get that one."""
    await visitor.get(HOST, "/robots.txt")
    async with locked(database, "blog_posts") as writer:
        first = asyncio.create_task(visitor.get(HOST))
        while not await waiting(writer):
            await asyncio.sleep(0.005)
        await conn.execute("UPDATE websites SET title = 'Kopi Pagi'")
        second = asyncio.create_task(visitor.get(HOST))
        await asyncio.sleep(0.05)
    await first
    assert "Kopi Pagi" in (await second).text
    assert "Kopi Pagi" in (await visitor.get(HOST)).text


async def test_a_better_coding_takes_the_place_of_the_quick_one(visitor: Visitor, site: UUID) -> None:
    headers = {"Accept-Encoding": "br"}
    quick = await visitor.get(HOST, headers=headers)
    for _ in range(1_000):
        better = await visitor.get(HOST, headers=headers)
        if better.headers["ETag"] != quick.headers["ETag"]:
            break
        await asyncio.sleep(0.02)
    assert len(better.body) < len(quick.body)
    for etag in (quick.headers["ETag"], better.headers["ETag"]):
        assert (await visitor.get(HOST, headers={**headers, "If-None-Match": etag})).status == 304


async def test_what_was_packed_to_make_room_is_sent_as_before_in_every_coding_without_asking_the_database(
    database: Database, visitor: Visitor, site: UUID
) -> None:
    asks: list[dict[str, str]] = [{}, *({"Accept-Encoding": coding} for coding in ("zstd", "gzip", "br"))]
    plain = await visitor.get(HOST)
    for first in asks:
        await visitor.get(HOST, headers=first)
        (_, one), *_ = cache_of(visitor).pages.of_site(site)
        whole = one.size
        assert one.pack()
        assert one.is_packed
        assert one.size < whole * 0.75
        async with locked(database):
            for asked in ({}, *asks, {}):
                answer = await asyncio.wait_for(visitor.get(HOST, headers=asked), PATIENCE)
                coding = answer.headers.get("Content-Encoding")
                assert (codings.decode(answer.body, coding) if coding else answer.body) == plain.body
                known = {"If-None-Match": answer.headers["ETag"]}
                assert (await asyncio.wait_for(visitor.get(HOST, headers=known), PATIENCE)).status == 304


async def test_another_tenant_is_untouched_by_a_change(
    conn: asyncpg.Connection, database: Database, visitor: Visitor, site: UUID
) -> None:
    other = await make_site(conn, subdomain="roti", title="Roti Hangat")
    await visitor.get(HOST)
    await visitor.get("roti.sites.test")
    await conn.execute("UPDATE websites SET title = 'Kopi Pagi' WHERE id = $1", site)
    await visitor.caught_up()
    assert cache_of(visitor).pages.of_site(site) == []
    assert len(cache_of(visitor).pages.of_site(other)) == 1
    assert "Roti" not in (await visitor.get(HOST)).text


@pytest.mark.parametrize(
    "request_line", ["HTTP/1.0", "HTTP/1.0\r\nConnection: keep-alive", "HTTP/1.1\r\nConnection: close"]
)
async def test_old_clients_and_closing_ones_are_answered_in_their_way(
    visitor: Visitor, site: UUID, request_line: str
) -> None:
    await visitor.get(HOST)
    version, _, connection = request_line.partition("\r\n")
    head = f"{version}\r\nHost: {HOST}\r\n{connection + chr(13) + chr(10) if connection else ''}\r\n"
    count = 2 if "keep-alive" in connection else 1
    reader, writer = await asyncio.open_connection(visitor.client.host, visitor.client.port)
    for _ in range(count):
        writer.write(b"GET / " + head.encode())
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        assert answer.startswith(f"{version} 200 OK".encode())
        length = next(line for line in answer.split(b"\r\n") if line.startswith(b"Content-Length"))
        assert b"Kopi Senja" in await reader.readexactly(int(length.split(b":")[1]))
        assert (b"Connection: keep-alive" in answer) == (count == 2)
        assert (b"Connection: close" in answer) == ("close" in connection)
    if count == 1:
        assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
    writer.close()


async def test_what_is_over_by_time_alone_is_sent_once_more_while_it_is_made_anew(
    database: Database, visitor: Visitor, site: UUID
) -> None:
    first = await visitor.get(HOST, "/tidak-ada")
    cache = cache_of(visitor)
    (_, old), *_ = cache.nothings.of_site(site)
    old.expires = time.time()
    cache.held.clear()
    async with locked(database) as watching:
        for _ in range(3):
            assert (await asyncio.wait_for(visitor.get(HOST, "/tidak-ada"), PATIENCE)).body == first.body
        assert await waiting(watching) == 1
    for _ in range(1_000):
        (_, new), *_ = cache.nothings.of_site(site)
        if new is not old:
            break
        await asyncio.sleep(0.01)
    assert new.expires > time.time()


@pytest.mark.parametrize("why", ["its rows said so", "long ago", "something changed"])
async def test_what_is_over_for_another_reason_is_not_sent(
    conn: asyncpg.Connection, database: Database, visitor: Visitor, site: UUID, why: str
) -> None:
    await visitor.get(HOST, "/tidak-ada")
    (_, old), *_ = cache_of(visitor).nothings.of_site(site)
    assert old.ground is not None
    old.expires = time.time() - (freshness.RENEWAL_SECONDS if why == "long ago" else 0)
    if why == "its rows said so":
        old.ground = dataclasses.replace(old.ground, expires=old.expires)
    if why == "something changed":
        await conn.execute("UPDATE websites SET title = 'Kopi Pagi'")
        await visitor.caught_up()
    cache_of(visitor).held.clear()
    async with locked(database):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(visitor.get(HOST, "/tidak-ada"), 0.2)


async def test_a_draft_that_is_written_leaves_what_is_kept(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    post = await make_post(conn, site, slug="satu", title="Satu", status="draft", published_at=None)
    await visitor.get(HOST)
    for change in ("title = 'Dua'", "status = 'archived'", "excerpt = 'Isi'"):
        await conn.execute(f"UPDATE blog_posts SET {change} WHERE id = $1", post)
    await conn.execute("DELETE FROM blog_posts WHERE id = $1", post)
    await visitor.caught_up()
    assert kept(visitor) == 1
