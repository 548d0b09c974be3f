"""Views travel from a request to the database, and what stands in the way costs none that has room."""

import asyncio
import errno
import logging
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiohttp import web

from renderer.db.pool import open_pool
from renderer.keyring import Keyring
from renderer.keys import POOL, SEEN
from renderer.views import event, keep_up, recorder, watch
from renderer.views.recorder import Recorder
from renderer.views.spool import Spool, records_set_aside
from tests.databases import Database
from tests.factories import make_site
from tests.serving import Serve
from tests.views import make_view
from tests.visitor import Visitor

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 "
    "Mobile/15E148 Safari/604.1"
)
HOST = "kopi.sites.test"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "WRITE_SECONDS", 0.01)
    monkeypatch.setattr(recorder, "STORE_SECONDS", 0.05)
    monkeypatch.setattr(recorder, "ADOPT_SECONDS", 0.1)
    monkeypatch.setattr(recorder, "MOST_WAIT_SECONDS", 0.1)


async def until(true: Callable[[], Any]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _all_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine: who stops leaves to the next start what does not go quickly."""
    monkeypatch.setattr(recorder, "LAST_SECONDS", 60.0)


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[asyncpg.Pool]:
    made = await open_pool(database.url_as("tapsite_edge"), largest=2, connect_seconds=5, statement_seconds=5)
    yield made
    made.terminate()


def make_recorder(pool: asyncpg.Pool, root: Path, *, most_bytes: int = 1 << 24, most_events: int = 1000) -> Recorder:
    return Recorder(pool, Spool(root, most_bytes), most_events=most_events, retention=timedelta(days=90))


async def hold_roots(visitor: Visitor) -> None:
    """What the worker does once a minute, and soon after it began."""
    app: web.Application = visitor.client.app
    await app[SEEN].__self__.load_roots(app[POOL])


async def stored(conn: asyncpg.Connection) -> list[str]:
    return [row[0] for row in await conn.fetch("SELECT page_path FROM page_views ORDER BY page_path")]


async def test_pages_that_are_answered_become_views_and_no_address_is_kept(
    conn: asyncpg.Connection, serve: Serve, keyring: Keyring, tmp_path: Path
) -> None:
    site = await make_site(conn, subdomain="kopi", config='{"timezone": "Asia/Makassar"}')
    assert await keep_up(conn, keyring, 90)
    visitor = await serve(server={"trusted_proxies": ["127.0.0.1"]})
    agent = {"User-Agent": PHONE, "X-Forwarded-For": "114.120.7.7"}
    await hold_roots(visitor)
    first = await visitor.get(HOST, "/?utm_source=wa&utm_campaign=a%26b%3Dc+d&x=rahasia", headers=agent)
    await visitor.get(
        HOST, headers={**agent, "If-None-Match": first.headers["ETag"], "Referer": "https://a.example/b?c"}
    )
    await visitor.get(HOST, headers={**agent, "Sec-GPC": "1"})
    await visitor.get(HOST, "/tidak-ada", headers=agent)
    await visitor.ask("HEAD", HOST, headers=agent)
    await visitor.get(HOST, headers={"User-Agent": "curl/8"})
    await visitor.get(HOST, headers={**agent, "Sec-Purpose": "prefetch"})
    assert not any(b"114.120" in path.read_bytes() for path in (tmp_path / "var").rglob("*.*") if path.is_file())
    await visitor.client.close()
    rows = [dict(row) for row in await conn.fetch("SELECT * FROM page_views ORDER BY created_at")]
    assert [row["page_path"] for row in rows] == ["/", "/", "/"]
    assert [row["referrer"] for row in rows] == [None, "https://a.example/b", None]
    assert (rows[0]["utm_source"], rows[0]["utm_campaign"]) == ("wa", "a&b=c d")
    assert {(row["website_id"], row["device_type"], row["os"]) for row in rows} == {(site, "mobile", "iOS")}
    assert rows[0]["visitor_hash"] == rows[1]["visitor_hash"] != rows[2]["visitor_hash"] is None
    assert len(rows[0]["visitor_hash"]) == 32
    assert "114.120" not in str(rows)
    counted = await conn.fetch("SELECT reason, visits FROM website_uncounted_daily ORDER BY reason")
    assert [tuple(row) for row in counted] == [("http-library", 1), ("prefetch", 1)]
    assert await conn.fetchval("SELECT view_count FROM websites") == 3
    assert not list((tmp_path / "var" / "spool" / "views").iterdir())


async def test_a_protected_site_and_a_server_that_does_not_count_leave_nothing(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path
) -> None:
    await make_site(conn, subdomain="kopi")
    visitor = await serve(views={"enabled": False})
    assert (await visitor.get(HOST, headers={"User-Agent": PHONE})).status == 200
    await visitor.client.close()
    assert await stored(conn) == []
    assert not (tmp_path / "var" / "spool" / "views").exists()


async def test_a_view_belongs_to_the_site_that_answered(conn: asyncpg.Connection, serve: Serve) -> None:
    ours, other = await make_site(conn, subdomain="kopi"), await make_site(conn, subdomain="roti")
    visitor = await serve()
    # The stranger names us wherever a request has room.
    headers = {"User-Agent": PHONE, "Referer": f"http://{HOST}/", "X-Forwarded-Host": HOST, "Cookie": f"site={ours}"}
    await visitor.get("roti.sites.test", f"/?website_id={ours}", headers=headers)
    await visitor.client.close()
    assert [row[0] for row in await conn.fetch("SELECT website_id FROM page_views")] == [other]


async def test_forwarding_headers_of_strangers_change_nothing(
    conn: asyncpg.Connection, serve: Serve, keyring: Keyring
) -> None:
    await make_site(conn, subdomain="kopi")
    await keep_up(conn, keyring, 90)
    visitor = await serve()
    await hold_roots(visitor)
    for name in (
        "X-Forwarded-For",
        "X-Real-IP",
        "Forwarded",
        "CF-Connecting-IP",
        "True-Client-IP",
        "X-Client-IP",
        "Via",
    ):
        await visitor.get(HOST, headers={"User-Agent": PHONE, name: "8.8.8.8"})
    await visitor.client.close()
    labels = await conn.fetch("SELECT DISTINCT visitor_hash, country FROM page_views")
    assert len(labels) == 1
    assert labels[0]["country"] is None


async def test_whatever_a_request_holds_recording_does_not_fail(
    conn: asyncpg.Connection, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    await make_site(conn, subdomain="kopi")
    visitor = await serve()
    sent = 0
    for name in (b"User-Agent", b"Referer", b"Cookie", b"X-Forwarded-For", b"DNT", b"Sec-Purpose", b"Sec-Fetch-Dest"):
        for value in (
            b"\xff\xfe",
            b"https://\xff/",
            b"",
            b"%00",
            b"a" * 7000,
            b"https://a.example/\xf0\x9f\x98\x80" * 99,
        ):
            agent = b"" if name == b"User-Agent" else b"User-Agent: " + PHONE.encode() + b"\r\n"
            line = b"GET /?utm_source=%ff%00%ed%a0%80&utm_medium HTTP/1.1\r\nHost: kopi.sites.test\r\n"
            await visitor.raw(line + b"Connection: close\r\n" + agent + name + b": " + value + b"\r\n\r\n")
            sent += 1
    await visitor.client.close()
    counted = await conn.fetchval("SELECT coalesce(sum(visits), 0) FROM website_uncounted_daily")
    assert len(await stored(conn)) + counted == sent
    assert "page view" not in caplog.text


async def test_visits_are_read_together_and_one_that_cannot_be_read_costs_no_other(
    conn: asyncpg.Connection, serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await make_site(conn, subdomain="kopi")
    paths: list[str] = []

    def stumble(visit: Any, *more: Any) -> Any:
        paths.append(visit.query)
        if visit.query == "n=2":
            raise RuntimeError("nobody thought of it")
        return event.read_event(visit, *more)

    monkeypatch.setattr(watch, "read_event", stumble)
    monkeypatch.setattr(watch, "TOGETHER", 4)
    monkeypatch.setattr(watch, "READ_SECONDS", 3600.0)
    visitor = await serve()
    for n in range(3):
        await visitor.get(HOST, f"/?n={n}", headers={"User-Agent": PHONE})
    assert paths == []
    await visitor.get(HOST, "/?n=3", headers={"User-Agent": PHONE})
    assert paths == ["n=0", "n=1", "n=2", "n=3"]
    await visitor.get(HOST, "/?n=4", headers={"User-Agent": PHONE})
    assert visitor.client.app[watch.WATCH].waiting == 1
    await visitor.client.close()
    assert paths[4:] == ["n=4"], "who stops reads what still waits"
    assert await stored(conn) == ["/"] * 4
    assert caplog.text.count("could not be recorded") == 1


async def test_visits_that_take_long_to_read_let_answers_go_out_in_between(
    conn: asyncpg.Connection, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_site(conn, subdomain="kopi")
    happened: list[str] = []

    def labour(visit: Any, *more: Any) -> Any:
        happened.append("read")
        asyncio.get_running_loop().call_soon(happened.append, "others")
        time.sleep(2 * watch.MOST_SECONDS)
        return event.read_event(visit, *more)

    monkeypatch.setattr(watch, "read_event", labour)
    monkeypatch.setattr(watch, "TOGETHER", 8)
    monkeypatch.setattr(watch, "READ_SECONDS", 3600.0)
    visitor = await serve()
    for n in range(8):
        await visitor.get(HOST, f"/?n={n}", headers={"User-Agent": PHONE})
    await until(lambda: happened.count("others") == 8)
    assert happened == ["read", "others"] * 8
    await visitor.client.close()
    assert await stored(conn) == ["/"] * 8


async def test_with_the_database_away_views_wait_and_are_stored_later(
    conn: asyncpg.Connection, database: Database, pool: asyncpg.Pool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = await make_site(conn)
    admin = await asyncpg.connect(database.admin_url.replace(f"/{database.name}?", "/postgres?"))
    one = make_recorder(pool, tmp_path / "views")
    await one.start()
    await admin.execute(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS false")
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = 'tapsite_edge'",
        database.name,
    )
    for number in range(50):
        one.add(make_view(site, page_path=f"/{number:02}"))
        await asyncio.sleep(0.005)
    await until(lambda: one.tally.written == 50 and "wait in the spool" in caplog.text)
    await asyncio.sleep(0.3)
    assert caplog.text.count("wait in the spool") == 1
    await one.stop()
    # Another one takes over what it left.
    two = make_recorder(pool, tmp_path / "views")
    await two.start()
    await until(lambda: two.tally.adopted)
    await admin.execute(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS true")
    await admin.close()
    await until(lambda: two.tally.stored == 50)
    await two.stop()
    assert await stored(conn) == [f"/{number:02}" for number in range(50)]
    assert (one.tally.lost, two.tally.lost) == (0, 0)


async def test_what_the_spool_has_no_room_for_is_stored_from_memory(
    conn: asyncpg.Connection, pool: asyncpg.Pool, tmp_path: Path, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    site = await make_site(conn)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    one = make_recorder(pool, tmp_path / "views")
    monkeypatch.setattr("renderer.views.spool.write_all", full)
    await one.start()
    for number in range(20):
        one.add(make_view(site, page_path=f"/{number:02}"))
    await until(lambda: one.tally.stored == 20)
    assert caplog.text.count("No space left") == 1
    monkeypatch.undo()
    one.add(make_view(site, page_path="/x"))
    await until(lambda: one.tally.written == 1)
    await one.stop()
    assert len(await stored(conn)) == 21
    assert one.tally.lost == 0


async def test_beyond_all_room_events_are_counted_as_lost_and_said_once(
    conn: asyncpg.Connection, database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = await make_site(conn)
    nowhere = await open_pool(
        f"postgresql://x@127.0.0.1:1/{database.name}", largest=1, connect_seconds=1, statement_seconds=1
    )
    one = make_recorder(nowhere, tmp_path / "views", most_bytes=5000, most_events=100)
    await one.start()
    for number in range(300):
        one.add(make_view(site, page_path=f"/{number}"))
        if number % 10 == 0:
            await asyncio.sleep(0.02)
    await until(lambda: not one._queue)
    assert one.tally.lost > 100
    assert caplog.text.count("no room for more page views") == 1
    kept = one.tally.seen - one.tally.lost
    assert kept - one.tally.written <= 100
    await one.stop()
    nowhere.terminate()
    assert one.tally.seen == 300
    assert one.tally.lost == 300 - one.tally.written
    assert any(record.levelno == logging.ERROR and "are lost" in record.getMessage() for record in caplog.records)


async def test_bad_records_land_in_quarantine(
    conn: asyncpg.Connection, pool: asyncpg.Pool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = await make_site(conn)
    one = make_recorder(pool, tmp_path / "views")
    await one.start()
    one.add(make_view(site, page_path="/a"))
    one.add(make_view(site, country="IDN"))
    one.add(make_view(site, at=5.0))
    await until(lambda: one.tally.refused == 2)
    await one.stop()
    assert await stored(conn) == ["/a"]
    lines = [line for path in (tmp_path / "views" / "quarantine").iterdir() for line in path.read_text().splitlines()]
    assert len(lines) == 2
    assert "set aside" in caplog.text
    (tmp_path / "spool").mkdir()
    (tmp_path / "views").rename(tmp_path / "spool" / "views")
    assert records_set_aside(tmp_path) == (tmp_path / "spool" / "views" / "quarantine", 2)


async def test_a_root_under_a_key_that_the_ring_lacks_is_said_and_views_count_without_visitors(
    conn: asyncpg.Connection, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    await make_site(conn, subdomain="kopi")
    await keep_up(conn, Keyring.generate(), 90)
    visitor = await serve()
    await until(lambda: "keyring does not open" in caplog.text)
    await visitor.get(HOST, headers={"User-Agent": PHONE})
    await visitor.client.close()
    assert await conn.fetchval("SELECT visitor_hash FROM page_views") is None
    assert len(await stored(conn)) == 1


async def test_a_server_keeps_itself_up_by_the_url_it_got(
    conn: asyncpg.Connection, database: Database, serve: Serve, keyring: Keyring
) -> None:
    await conn.execute(f"DROP TABLE page_views_y{datetime.now(UTC):%Y}m{datetime.now(UTC):%m}")
    site = await make_site(conn, subdomain="kopi")
    visitor = await serve(upkeep_url=database.url_as("tapsite_maintain"))
    app: web.Application = visitor.client.app
    assert app[POOL]
    async with asyncio.timeout(60):
        while not await conn.fetchval("SELECT count(*) FROM day_key_roots"):
            await asyncio.sleep(0.05)
    await visitor.get(HOST, headers={"User-Agent": PHONE})
    await visitor.client.close()
    assert await conn.fetchval("SELECT count(*) FROM page_views WHERE website_id = $1", site) == 1


async def test_a_piece_that_cannot_be_read_keeps_no_other_one_waiting(
    conn: asyncpg.Connection,
    pool: asyncpg.Pool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    site = await make_site(conn)
    read, broken = recorder._read, set[Path]()

    def refuse(path: Path) -> Any:
        broken.update([path] if not broken else [])
        if path in broken:
            raise OSError(errno.EIO, "Input/output error")
        return read(path)

    monkeypatch.setattr(recorder, "_read", refuse)
    one = make_recorder(pool, tmp_path)
    await one.start()
    one.add(make_view(site, page_path="/a"))
    await until(lambda: broken)
    one.add(make_view(site, page_path="/b"))
    await until(lambda: one.tally.stored == 1)
    assert await stored(conn) == ["/b"]
    monkeypatch.setattr(recorder, "_read", read)
    await one.stop()
    assert await stored(conn) == ["/a", "/b"]
    told = [record for record in caplog.records if "cannot be read" in record.message]
    assert len(told) == 1
    assert str(broken.pop()) in told[0].message
