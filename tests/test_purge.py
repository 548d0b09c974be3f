"""Caches in front keep pages for as long as they are told, and are told to forget what changed."""

import asyncio
import base64
import hmac
import json
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from renderer import purge, settings
from renderer.edge.downstream import tags_of
from renderer.keyring import Keyring
from renderer.settings import SettingsError
from tests.databases import Database, changes_settled
from tests.factories import insert, make_post, make_site
from tests.receivers import LOCAL, OK, Receiver, receiver, saying
from tests.serving import Serve
from tests.visitor import Answer, Visitor

HOST = "kopi.sites.test"
SECRET = "rahasia-sekali"


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "GAP", 0.1)
    monkeypatch.setattr(purge, "SCHEDULE", (0, 0, 0, 0, 0, 0))


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with receiver(OK) as made:
        yield made


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    made = await make_site(conn, subdomain="kopi", config={"timezone": "Asia/Jakarta"})
    await make_post(conn, made, slug="satu")
    return made


def towards(hook: Receiver, **others: object) -> dict[str, object]:
    url = f"http://{LOCAL}:{hook.port}/purge"
    return {"url": url, "addresses": [LOCAL], "secret": SECRET, "again_seconds": 0, **others}


def tags(answer: Answer) -> list[str]:
    found = answer.headers["Cache-Tag"].split(",")
    assert answer.headers["Surrogate-Key"].split(" ") == found
    return found


def lent(answer: Answer) -> int:
    """Seconds that a cache in front may keep it."""
    found = re.search(r"s-maxage=(\d+)", answer.headers["Cache-Control"])
    return int(found[1]) if found else 0


def told(hook: Receiver) -> list[list[str]]:
    """The tags of each call."""
    return [json.loads(heard.partition(b"\r\n\r\n")[2])["tags"] for heard in hook.heard]


async def until(found: Callable[[], object], what: str = "in time") -> None:
    async with asyncio.timeout(60):
        while not found():
            await asyncio.sleep(0.05)


async def settled(conn: asyncpg.Connection) -> None:
    """Until nothing that changed waits to be told."""
    async with asyncio.timeout(60):
        while await conn.fetchval("SELECT EXISTS (SELECT FROM outbox WHERE state = 'waiting')"):
            await asyncio.sleep(0.05)


async def watched(visitor: Visitor, conn: asyncpg.Connection) -> Visitor:
    """Once it knows where in the log it stands."""
    async with asyncio.timeout(60):
        while not await conn.fetchval("SELECT EXISTS (SELECT FROM purge_position)"):
            await asyncio.sleep(0.05)
    return visitor


async def test_pages_are_lent_only_where_something_takes_them_back(
    conn: asyncpg.Connection, serve: Serve, site: UUID, hook: Receiver
) -> None:
    other = await make_site(conn, subdomain="roti")
    await make_site(conn, subdomain="rahasia", is_password_protected=True, password_hash="x")
    await make_site(conn, subdomain="tutup", status="suspended", suspended_at=datetime.now(UTC))
    await make_site(conn, subdomain="arsip", status="archived")
    verified = {"host": "roti.example", "verified_at": datetime.now(UTC), "is_primary": True}
    await insert(conn, "website_domains", {"website_id": other, **verified})
    plain, lending = await serve(), await serve(purge=towards(hook))
    kept = ["/", "/blog", "/blog/satu", "/robots.txt", "/blog/feed.xml", "/blog/?utm_source=a", "/blog/"]
    for path in kept:
        before = await plain.get(HOST, path)
        assert not {"Cache-Tag", "Surrogate-Key"} & set(before.headers)
        assert "s-maxage" not in before.headers["Cache-Control"]
    for path in kept[:5] + kept[6:]:
        for _ in range(2):
            answer = await lending.get(HOST, path)
            assert 0 < lent(answer) <= 3_600, path
            assert answer.headers["Cache-Control"].startswith("public, max-age=0, s-maxage=")
            assert "must-revalidate" not in answer.headers["Cache-Control"]
            assert answer.headers.getall("Cache-Control") == [answer.headers["Cache-Control"]]
    page = await lending.get(HOST)
    assert "stale-if-error=86400" in page.headers["Cache-Control"]
    known = await lending.get(HOST, headers={"If-None-Match": page.headers["ETag"]})
    assert known.status == 304
    assert (lent(known) > 0, tags(known)) == (True, tags(page))
    assert tags(await lending.get(HOST, "/blog/satu")) == tags(page)
    assert set(tags(page)) & set(tags(await lending.get("roti.example"))) == {tags(page)[-1]}, "what all stand on"
    for name in ("kopi", "sites", str(site), site.hex):
        assert name not in page.headers["Cache-Tag"]
    for host, path, status in [
        (HOST, "/tidak-ada", 404),
        ("tiada.sites.test", "/", 404),
        ("arsip.sites.test", "/", 410),
        ("tutup.sites.test", "/", 503),
        ("rahasia.sites.test", "/", 403),
        (HOST, "/blog/cari?q=kopi", 200),
        ("roti.sites.test", "/", 301),  # as what leads from http to https: by the scheme, which caches do not key on
    ]:
        answer = await lending.get(host, path)
        assert answer.status == status, (host, path)
        assert lent(answer) == 0, (host, path)
        assert "stale-if-error" not in answer.headers["Cache-Control"]
        assert "Cache-Tag" not in answer.headers, (host, path, status)
    style = re.search(r'href="(/_theme/[^"]+\.css)"', page.text)
    assert style is not None
    assert "immutable" in (await lending.get(HOST, style[1])).headers["Cache-Control"]


async def test_nothing_is_lent_beyond_the_next_publication(
    conn: asyncpg.Connection, serve: Serve, site: UUID, hook: Receiver
) -> None:
    visitor = await watched(await serve(purge=towards(hook)), conn)
    await make_post(conn, site, slug="nanti", scheduled_at=datetime.now(UTC) + timedelta(seconds=100))
    await until(lambda: hook.heard)
    answer = await visitor.get(HOST)
    assert 0 < lent(answer) <= 100
    beyond = re.search(r"stale-if-error=(\d+)", answer.headers["Cache-Control"])
    assert beyond is None or int(beyond[1]) + lent(answer) <= 100


async def test_a_commit_is_told_once_however_many_workers_there_are(
    conn: asyncpg.Connection, database: Database, serve: Serve, site: UUID, hook: Receiver
) -> None:
    roti = await make_site(conn, subdomain="roti")
    workers = [await serve(purge=towards(hook)) for _ in range(3)]
    await watched(workers[0], conn)
    page = await workers[0].get(HOST)
    admin = await asyncpg.connect(database.admin_url)
    async with admin.transaction():  # while none of them can tell, however long these take
        await admin.execute("LOCK TABLE purge_position IN ACCESS EXCLUSIVE MODE")
        for number in range(30):
            await conn.execute("UPDATE websites SET title = $1 WHERE id = $2", f"Kopi {number}", site)
            await conn.execute("UPDATE websites SET title = $1 WHERE id = $2", f"Roti {number}", roti)
    await admin.close()
    await until(lambda: hook.heard)
    await asyncio.sleep(1.5)
    await settled(conn)
    assert 1 <= len(told(hook)) <= 4, "sixty commits"
    assert tags(page)[0] in told(hook)[0]
    mine = [call for call in told(hook) if tags(page)[0] in call]
    assert all(len(call) == len(set(call)) for call in mine)
    assert not any(tags(page)[-1] in call for call in told(hook))
    rows = await conn.fetch("SELECT state, website_id FROM outbox WHERE kind = 'purge'")
    assert {row["state"] for row in rows} == {"done"}
    assert {row["website_id"] for row in rows} == {None}
    count = len(rows)
    await conn.execute("UPDATE websites SET view_count = view_count + 1")
    await asyncio.sleep(0.5)
    assert await conn.fetchval("SELECT count(*) FROM outbox") == count, "counting changes nothing that is seen"


async def test_the_call_says_what_changed_in_the_shape_of_the_cache(
    conn: asyncpg.Connection, serve: Serve, site: UUID, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(f"{SECRET}\n")
    fastly = {
        "headers": ["Fastly-Key: {secret}", "Surrogate-Key: {spaces}"],
        "body": "",
        "secret": "",
        "secret_file": str(tmp_path / "token"),
    }
    async with receiver(OK) as one, receiver(OK) as two, receiver(OK) as three:
        cloudflare = await watched(await serve(purge=towards(one)), conn)
        page = await cloudflare.get(HOST)
        await conn.execute("UPDATE websites SET title = 'Dua' WHERE id = $1", site)
        await until(lambda: one.heard)
        head, _, body = one.heard[0].partition(b"\r\n\r\n")
        assert head.startswith(b"POST /purge HTTP/1.1\r\n")
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        assert fields[b"Authorization"].decode() == f"Bearer {SECRET}"
        assert fields[b"Content-Type"] == b"application/json"
        signed = b".".join((fields[b"webhook-id"], fields[b"webhook-timestamp"], body))
        mark = base64.b64encode(hmac.digest(SECRET.encode(), signed, "sha256"))
        assert fields[b"webhook-signature"] == b"v1," + mark
        assert set(json.loads(body)["tags"]) == set(tags(page)[:-1])
        await cloudflare.client.close()

        other = await serve(purge=towards(two, **fastly))
        await conn.execute("UPDATE websites SET title = 'Tiga' WHERE id = $1", site)
        await until(lambda: two.heard)
        heard = two.heard[0].decode()
        assert f"Fastly-Key: {SECRET}\r\n" in heard
        assert set(re.search(r"Surrogate-Key: (.*)\r\n", heard)[1].split()) == set(tags(page)[:-1])  # type: ignore[index]
        assert heard.endswith("\r\n\r\n")
        await other.client.close()

        single = {"url": f"http://{LOCAL}:{three.port}/by/{{tag}}", "method": "PURGE", "headers": [], "body": ""}
        await serve(purge=towards(three, **single))
        await conn.execute("UPDATE websites SET title = 'Empat' WHERE id = $1", site)
        await until(lambda: len(three.heard) >= 2)
        lines = {heard.split(b"\r\n")[0].decode() for heard in three.heard}
        assert lines == {f"PURGE /by/{tag} HTTP/1.1" for tag in tags(page)[:-1]}


async def test_a_cache_that_is_away_is_told_when_it_is_back(
    conn: asyncpg.Connection, serve: Serve, site: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purge, "SCHEDULE", (1,) * 20)
    async with receiver(saying(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")) as down:
        visitor = await watched(await serve(purge=towards(down)), conn)
        page = await visitor.get(HOST)
        await conn.execute("UPDATE websites SET title = 'Dua' WHERE id = $1", site)
        await until(lambda: down.heard)
        port = down.port
    async with asyncio.timeout(60):
        while True:  # nobody listens there now; the dispatcher looks every five seconds by itself
            row = await conn.fetchrow("SELECT state, attempts, last_error FROM outbox WHERE kind = 'purge'")
            if row["attempts"] >= 2:
                break
            await conn.execute("UPDATE outbox SET next_at = now() WHERE lease IS NULL")
            visitor.client.app[purge.OUTBOX].wake()
            await asyncio.sleep(0.1)
    assert row["state"] == "waiting"
    assert SECRET not in (row["last_error"] or "")
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"}"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, LOCAL, port)
    async with asyncio.timeout(60):
        while not heard:
            await conn.execute("UPDATE outbox SET next_at = now() WHERE lease IS NULL")
            visitor.client.app[purge.OUTBOX].wake()
            await asyncio.sleep(0.2)
    await settled(conn)
    server.close()
    assert tags(page)[0].encode() in heard[0]


async def test_what_changed_while_nobody_ran_is_told_at_the_next_start(
    conn: asyncpg.Connection, database: Database, serve: Serve, site: UUID, hook: Receiver
) -> None:
    first = await watched(await serve(purge=towards(hook)), conn)
    page = await first.get(HOST)
    everything = tags(page)[-1]
    await first.client.close()
    hook.heard.clear()
    await conn.execute("DELETE FROM websites WHERE id = $1", site)  # a site that is gone has pages to forget, too
    second = await serve(purge=towards(hook))
    await until(lambda: hook.heard)
    assert tags(page)[0] in told(hook)[0]
    assert everything not in told(hook)[0]
    await conn.execute("UPDATE system_config SET value = value WHERE key = 'indexnow'")
    await until(lambda: [everything] in told(hook))
    await settled(conn)
    await second.client.close()
    hook.heard.clear()
    await make_site(conn, subdomain="baru")
    await changes_settled(conn)
    admin = await asyncpg.connect(database.admin_url)
    await admin.fetchval("SELECT prune_change_log('0 seconds')")
    await admin.close()
    await make_site(conn, subdomain="lagi")
    await serve(purge=towards(hook))
    await until(lambda: hook.heard)
    assert told(hook)[0] == [everything], "what was pruned may have been anything"


async def test_each_call_is_made_again_for_answers_that_were_under_way(
    conn: asyncpg.Connection, serve: Serve, site: UUID, hook: Receiver
) -> None:
    visitor = await watched(await serve(purge=towards(hook, again_seconds=1)), conn)
    await conn.execute("UPDATE websites SET title = 'Dua' WHERE id = $1", site)
    await until(lambda: hook.heard)
    await asyncio.sleep(1.0)
    visitor.client.app[purge.OUTBOX].wake()
    await until(lambda: len(hook.heard) == 2)
    assert told(hook)[0] == told(hook)[1]


async def test_the_edge_queues_and_sees_no_more_than_that(database: Database) -> None:
    edge = await asyncpg.connect(database.url_as("tapsite_edge"))
    assert await edge.fetchval("SELECT queue_purges('a', 10)") == 0
    assert await edge.fetchval("SELECT queue_purges('b', 10)") == 1, "another server's position says nothing"
    assert await edge.fetchval("SELECT queue_purges('b', 10)") is None, "not twice in a second"
    for forbidden in (
        "SELECT * FROM purge_position",
        "DELETE FROM purge_position",
        "INSERT INTO outbox (kind) VALUES ('x')",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await edge.execute(forbidden)
    await edge.close()


def test_tags_of_before_a_rotation_are_taken_back_too() -> None:
    keys = [key.subkey("purge") for key in (Keyring.generate(), Keyring.generate())]
    found = tags_of(keys, ["subdomain:kopi", "*"])
    assert len(set(found)) == 4
    assert all(re.fullmatch("[0-9a-f]{32}", tag) for tag in found)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "http://cache.example/purge"}, "https"),
        ({"url": "ftp://cache.example"}, "purge.url"),
        ({"url": "https://"}, "purge.url"),
        ({"headers": ["no header"]}, "header"),
        ({"headers": ["A: b\r\nC: d"]}, "header"),
        ({"secret": "two\nlines"}, "purge.secret"),
        ({"secret_file": "/nowhere/token"}, "purge.secret_file"),
        ({"method": "post it"}, "purge.method"),
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as raised:
        settings.load(None, {"purge": given})
    assert "lines" not in str(raised.value)
