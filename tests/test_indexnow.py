"""Search engines are told of what changed on a site that wants it, and of nothing else."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from aiohttp import web

from renderer.keyring import Keyring
from renderer.keys import OUTBOUND, POOL
from renderer.outbound import OutboundClient
from renderer.outbox import Dispatcher
from renderer.seo import indexnow, indexnow_kind
from renderer.seo.indexnow import site_key
from tests.factories import insert, make_post, make_site
from tests.receivers import LOCAL, NAME, OK, Receiver, Script, certificate, receiver, saying
from tests.serving import Serve
from tests.visitor import Visitor

HOST = "kopi.sites.test"
PUBLIC: dict[str, object] = {"public_scheme": "https", "public_port": 0}


@dataclass
class Engine:
    """A search engine that is told, and the server that tells it."""

    visitor: Visitor
    hook: Receiver

    async def told(self, conn: asyncpg.Connection) -> dict[str, list[str]]:
        """Host → paths that were told when all that waits became due."""
        await conn.execute("UPDATE outbox SET next_at = now() WHERE next_at < now() + interval '1 hour'")
        self.hook.heard.clear()
        app = self.visitor.client.app
        await Dispatcher(app[POOL], [indexnow_kind(app)]).deliver_due()
        found: dict[str, list[str]] = {}
        for message in self.messages:
            base = f"https://{message['host']}"
            assert all(url.startswith(base + "/") for url in message["urlList"])
            found[message["host"]] = [url.removeprefix(base) for url in message["urlList"]]
        return found

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(heard.partition(b"\r\n\r\n")[2]) for heard in self.hook.heard]


@asynccontextmanager
async def engine(serve: Serve, tmp_path: Path, script: Script = OK, **server: object) -> AsyncIterator[Engine]:
    theirs, ours = certificate(tmp_path)
    async with receiver(script, theirs) as hook:
        client = OutboundClient(
            permitted=frozenset({LOCAL}), ports=frozenset({hook.port}), tls=ours, lookup=lambda _: [LOCAL]
        )
        endpoint = f"https://{NAME}:{hook.port}/indexnow"

        def give(app: web.Application) -> None:
            app[OUTBOUND] = client

        visitor = await serve(give, server={**PUBLIC, **server}, indexnow={"endpoint": endpoint})
        yield Engine(visitor, hook)


@pytest.fixture
async def on(conn: asyncpg.Connection) -> None:
    await conn.execute("UPDATE system_config SET value = 'true' WHERE key = 'indexnow'")


async def waiting(conn: asyncpg.Connection) -> int:
    count: int = await conn.fetchval("SELECT count(*) FROM outbox WHERE state = 'waiting'")
    return count


async def quiet_site(conn: asyncpg.Connection, **columns: object) -> UUID:
    """A site whose own appearance was told already."""
    site = await make_site(conn, **{"subdomain": "kopi", **columns})
    await conn.execute("DELETE FROM outbox")
    return site


async def test_it_is_off_until_an_operator_wants_it(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, keyring: Keyring
) -> None:
    site = await make_site(conn, subdomain="kopi")
    await make_post(conn, site)
    await conn.execute("UPDATE websites SET title = 'Baru'")
    assert await waiting(conn) == 0
    async with engine(serve, tmp_path) as search:
        assert (await search.visitor.get(HOST, f"/{site_key(keyring, site)}.txt")).status == 404
        # What was written while it was on is dropped, not sent.
        await conn.execute(
            "INSERT INTO outbox (website_id, kind, payload) VALUES ($1, 'indexnow', '{\"pages\": true}')", site
        )
        assert await search.told(conn) == {}
        assert await waiting(conn) == 0


@pytest.mark.usefixtures("on")
async def test_posts_that_appear_change_move_and_go_are_told(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path
) -> None:
    site = await quiet_site(conn)
    async with engine(serve, tmp_path) as search:
        post = await make_post(conn, site, slug="tubruk", status="draft")
        await make_post(conn, site, slug="rahasia", status="draft")
        assert await search.told(conn) == {}
        await conn.execute("UPDATE blog_posts SET status = 'published' WHERE id = $1", post)
        assert await search.told(conn) == {HOST: ["/blog/tubruk", "/blog"]}
        await conn.execute("UPDATE blog_posts SET view_count = 5")
        await conn.execute("UPDATE blog_posts SET title = title")
        assert await search.told(conn) == {}
        await conn.execute("UPDATE blog_posts SET title = 'Kopi tubruk' WHERE id = $1", post)
        await conn.execute("UPDATE blog_posts SET title = 'Kopi Tubruk' WHERE id = $1", post)
        assert await search.told(conn) == {HOST: ["/blog/tubruk", "/blog"]}
        await conn.execute("UPDATE blog_posts SET slug = 'kopi-tubruk' WHERE id = $1", post)
        assert await search.told(conn) == {HOST: ["/blog/kopi-tubruk", "/blog/tubruk", "/blog"]}
        await conn.execute("UPDATE blog_posts SET status = 'draft' WHERE id = $1", post)
        assert await search.told(conn) == {HOST: ["/blog/kopi-tubruk", "/blog"]}
        await conn.execute("UPDATE blog_posts SET status = 'published' WHERE id = $1", post)
        await search.told(conn)
        await conn.execute("DELETE FROM blog_posts")
        assert await search.told(conn) == {HOST: ["/blog/kopi-tubruk", "/blog"]}


@pytest.mark.usefixtures("on")
async def test_what_is_published_at_once_is_told_in_messages_that_the_protocol_allows(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert indexnow.MOST_CHANGES < indexnow.MOST_URLS == 10_000
    monkeypatch.setattr(indexnow, "MOST_CHANGES", 8)
    monkeypatch.setattr(indexnow, "MOST_URLS", 10)
    site = await quiet_site(conn)
    async with engine(serve, tmp_path) as search:
        await conn.execute(
            "INSERT INTO blog_posts (website_id, slug, title, content, status, published_at) "
            "SELECT $1, 'p' || n, 'P', '{}', 'published', now() FROM generate_series(1, 20) n",
            site,
        )
        await conn.execute(
            "WITH t AS (INSERT INTO blog_tags (website_id, name, slug) "
            "SELECT $1, 't' || n, 't' || n FROM generate_series(1, 5) n RETURNING id) "
            "INSERT INTO blog_post_tags SELECT p.id, t.id FROM blog_posts p, t",
            site,
        )
        lists = []
        while await waiting(conn):
            await search.told(conn)
            lists += [message["urlList"] for message in search.messages]
        # Eight posts, the blog's list and a tag's; the last four find room for all five tags.
        assert [len(urls) for urls in lists] == [10, 10, 10]
        posts = [url for urls in lists for url in urls if "/blog/p" in url]
        assert sorted(posts) == sorted(f"https://{HOST}/blog/p{number}" for number in range(1, 21))
        assert await waiting(conn) == 0


@pytest.mark.usefixtures("on")
async def test_the_lists_of_a_post_are_told_with_it(conn: asyncpg.Connection, serve: Serve, tmp_path: Path) -> None:
    kopi = await quiet_site(conn)
    async with engine(serve, tmp_path) as search:
        post = await make_post(conn, kopi, slug="tubruk")
        await make_post(conn, kopi, slug="rahasia", status="draft")
        for name in ("resep", "lain"):
            label = await insert(conn, "blog_categories", {"website_id": kopi, "name": name, "slug": name})
            if name != "lain":
                await conn.execute("INSERT INTO blog_post_categories VALUES ($1, $2)", post, label)
        tag = await insert(conn, "blog_tags", {"website_id": kopi, "name": "Susu", "slug": "susu manis"})
        await conn.execute("INSERT INTO blog_post_tags SELECT id, $1 FROM blog_posts", tag)
        told = await search.told(conn)
        assert told == {HOST: ["/blog/tubruk", "/blog", "/blog/kategori/resep", "/blog/tag/susu%20manis"]}


@pytest.mark.usefixtures("on")
async def test_a_scheduled_post_is_told_when_its_time_has_come_and_never_before(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path
) -> None:
    site = await quiet_site(conn)
    at = datetime.now(UTC) + timedelta(days=2)
    async with engine(serve, tmp_path) as search:
        for slug in ("lusa", "batal", "hapus"):
            await make_post(conn, site, slug=slug, scheduled_at=at)
        assert await search.told(conn) == {}
        assert await waiting(conn) == 3
        (due,) = await conn.fetchrow("SELECT min(next_at) FROM outbox")
        assert at <= due < at + timedelta(minutes=2)
        await conn.execute("UPDATE blog_posts SET status = 'draft' WHERE slug = 'batal'")
        await conn.execute("DELETE FROM blog_posts WHERE slug = 'hapus'")
        assert await waiting(conn) == 3, "what nobody has seen is not gone"
        # Their time comes: what was withdrawn meanwhile stays unnamed.
        await conn.execute("UPDATE blog_posts SET scheduled_at = now() - interval '1 second' WHERE slug = 'lusa'")
        await conn.execute("UPDATE outbox SET next_at = now()")
        assert await search.told(conn) == {HOST: ["/blog/lusa", "/blog"]}
        assert await waiting(conn) == 0


@pytest.mark.usefixtures("on")
async def test_a_site_that_changes_is_told_with_its_pages_once(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path
) -> None:
    content = {
        "pages": [
            {"path": "/", "title": "Kopi"},
            {
                "path": "/tentang",
                "title": "Tentang",
                "sections": [{"id": "a-1", "type": "about", "title": "Tentang", "text": "Kami menyeduh."}],
            },
        ]
    }
    components = '[{"id": "a-1", "type": "about", "page": "/tentang"}]'
    site = await quiet_site(conn, generated_content=content, components_config=components)
    async with engine(serve, tmp_path) as search:
        await conn.execute("UPDATE websites SET view_count = 9")
        assert await waiting(conn) == 0
        for title in ("a", "b", "c"):
            await conn.execute("UPDATE websites SET title = $1", title)
        assert await waiting(conn) == 1
        assert await search.told(conn) == {HOST: ["/", "/tentang"]}
        (message,) = search.messages
        key = message["key"]
        assert message["keyLocation"] == f"https://{HOST}/{key}.txt"
        found = await search.visitor.get(HOST, f"/{key}.txt")
        assert (found.status, found.text) == (200, key)
        assert found.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert (await search.visitor.get(HOST, f"/{'0' * 32}.txt")).status == 404
        assert await conn.fetchval("SELECT count(*) FROM outbox WHERE website_id = $1 AND state = 'done'", site) == 1


@pytest.mark.usefixtures("on")
async def test_a_stranger_gets_nothing_of_another_tenants_news(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, keyring: Keyring
) -> None:
    kopi, roti = await quiet_site(conn), await make_site(conn, subdomain="roti")
    await conn.execute("DELETE FROM outbox")
    await make_post(conn, kopi, slug="tubruk")
    await make_post(conn, roti, slug="sobek")
    async with engine(serve, tmp_path) as search:
        assert await search.told(conn) == {HOST: ["/blog/tubruk", "/blog"], "roti.sites.test": ["/blog/sobek", "/blog"]}
        keys = {message["host"]: message["key"] for message in search.messages}
        assert keys[HOST] != keys["roti.sites.test"]
        assert (await search.visitor.get("roti.sites.test", f"/{keys[HOST]}.txt")).status == 404
        assert site_key(Keyring.generate(), kopi) != site_key(keyring, kopi)
        # A job that names another tenant's post tells of an address of its own site alone.
        job = "INSERT INTO outbox (website_id, kind, payload) VALUES ($1, 'indexnow', $2)"
        await conn.execute(job, kopi, '{"slug": "sobek"}')
        await conn.execute(job, kopi, '{"slug": "//roti.sites.test/", "gone": true}')
        await conn.execute(job, kopi, '["odd"]')
        await conn.execute(job, kopi, '{"slug": {"a": 1}, "gone": true, "pages": "x"}')
        assert await search.told(conn) == {HOST: ["/blog/~2F~2Froti.sites.test~2F", "/blog"]}


@pytest.mark.parametrize(
    "columns",
    [
        {"config": {"robots": "noindex"}},
        {"config": {"indexnow": False}},
        {"config": {"indexnow": "false"}},
        {"is_password_protected": True, "password_hash": "!"},
        {"status": "suspended"},
        {"status": "draft"},
    ],
    ids=str,
)
@pytest.mark.usefixtures("on")
async def test_a_site_that_is_not_to_be_found_is_not_told_of(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, keyring: Keyring, columns: dict[str, object]
) -> None:
    site = await make_site(conn, subdomain="kopi", **columns)
    await make_post(conn, site)
    await conn.execute("UPDATE websites SET title = 'Baru'")
    async with engine(serve, tmp_path) as search:
        assert await search.told(conn) == {}
        assert await waiting(conn) == 0
        assert (await search.visitor.get(HOST, f"/{site_key(keyring, site)}.txt")).status != 200


@pytest.mark.usefixtures("on")
@pytest.mark.parametrize("server", [{"public_scheme": "http"}, {"public_port": 8443}, {"base_domains": ["localhost"]}])
async def test_an_address_that_no_search_engine_reaches_is_not_told(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, server: dict[str, object]
) -> None:
    await make_post(conn, await make_site(conn))
    async with engine(serve, tmp_path, **server) as search:
        assert await search.told(conn) == {}


@pytest.mark.usefixtures("on")
@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        (b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", "done", None),
        (b"HTTP/1.1 429 Slow\r\nRetry-After: 7200\r\nContent-Length: 0\r\n\r\n", "waiting", "answered with status 429"),
        (b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "waiting", "answered with status 403"),
        (b"HTTP/1.1 302 Away\r\nLocation: http://10.0.0.1/\r\n\r\n", "waiting", "answered with status 302"),
        (b"HTTP/1.1 422 No\r\nContent-Length: 6\r\n\r\ns3cret", "failed", "answered with status 422"),
        (b"", "waiting", "the connection ended before an answer"),
    ],
)
async def test_what_the_engine_answers_decides(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, answer: bytes, state: str, error: str | None
) -> None:
    await make_post(conn, await quiet_site(conn))
    async with engine(serve, tmp_path, saying(answer)) as search:
        await search.told(conn)
    row = await conn.fetchrow("SELECT state, last_error, next_at - now() AS wait FROM outbox")
    assert (row["state"], row["last_error"]) == (state, error)
    if b"7200" in answer:
        assert timedelta(seconds=7190) < row["wait"] <= timedelta(seconds=7200)


@pytest.mark.usefixtures("on")
async def test_writing_is_never_refused_for_it(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    for at in (None, "infinity", "-infinity", "0044-03-15 BC", "294000-01-01"):
        post = await make_post(conn, site)
        await conn.execute("UPDATE blog_posts SET scheduled_at = $1::text::timestamptz WHERE id = $2", at, post)
        await conn.execute("UPDATE blog_posts SET title = 'x' WHERE id = $1", post)
    await make_post(conn, site, slug="x" * 200)
    await conn.execute("UPDATE blog_posts SET slug = id::text")
    await conn.execute("DELETE FROM blog_posts WHERE title = 'x'")
    await conn.execute("DELETE FROM websites")
    assert await waiting(conn) == 0
