"""Raw views → days in numbers: what a naive oracle comes to, however the views arrive."""

import asyncio
import json
import random
import runpy
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import pytest
import yaml

from renderer.views import rollup
from renderer.views.identity import day_on
from renderer.views.referrers import FOLDER, is_spam, sources
from renderer.zones import clock_of
from tests.databases import Database
from tests.factories import make_post, make_site
from tests.rollup_oracle import COLUMNS, TABLES, Seen, expected, make_views, stored

ZONES = ("Asia/Jakarta", "America/New_York", "Asia/Kathmandu", "UTC")
KEEP = 90


@pytest.fixture(autouse=True)
def _all_is_summed(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine: a run that takes long does less at once, and leaves the rest to the next one."""
    monkeypatch.setattr(rollup, "MOST_SECONDS", 600.0)
    monkeypatch.setattr(rollup, "LONG_SECONDS", 600.0)


@pytest.fixture
async def maintain(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.url_as("tapsite_maintain"))
    yield connection
    await connection.close()


async def make_sites(conn: asyncpg.Connection) -> dict[UUID, str]:
    return {await make_site(conn, config={"timezone": zone}): zone for zone in ZONES}


async def store(conn: asyncpg.Connection, views: list[Seen]) -> None:
    await conn.copy_records_to_table("page_views", records=[one.row for one in views], columns=COLUMNS)


async def send(writer: asyncpg.Connection, views: list[Seen]) -> None:
    for start in range(0, len(views), 17):
        await store(writer, views[start : start + 17])


async def sum_up(maintain: asyncpg.Connection, times: int) -> None:
    for _ in range(times):
        await rollup.roll_up_due(maintain, KEEP)


def yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


def of_tables(rows: dict[str, set[Any]]) -> dict[str, set[Any]]:
    """What the roll-up writes of what the oracle knows."""
    return {name: rows.get(name, set()) for name in TABLES}


def last_day(views: list[Seen]) -> date:
    """Of days before, who got in touch is forgotten already, or may be."""
    return max(one.day for one in views) - timedelta(days=1)


async def test_days_are_what_the_oracle_says_however_the_views_arrive(
    database: Database, conn: asyncpg.Connection, maintain: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    writers = [await asyncpg.connect(database.url_as("tapsite_edge")) for _ in range(8)]
    for seed in range(12):
        chance = random.Random(seed)
        sites = await make_sites(conn)
        views = make_views(sites, chance, chance.choice((3, 40, 160)), yesterday())
        # As they happen, with a look after each few; the same backwards; and anyhow, by several at once.
        views.sort(key=lambda one: one.at, reverse=seed % 3 == 1)
        for start in range(0, len(views) if seed % 3 < 2 else 0, 7):
            await store(writers[0], views[start : start + 7])
            await rollup.roll_up_due(maintain, KEEP)
        chance.shuffle(views)
        workers = writers[: chance.randrange(1, 9)] if seed % 3 == 2 else []
        await asyncio.gather(
            sum_up(maintain, chance.randrange(4)),
            *(send(one, views[n :: len(workers)]) for n, one in enumerate(workers)),
        )
        # Some of them get in touch, before or after their day was summed first.
        came = sorted({(one.site, one.day, one.row[5]) for one in views if one.person and one.day >= last_day(views)})
        contacted = chance.sample(came, len(came) // 2)
        for way in ("whatsapp", "phone"):
            await writers[0].executemany(
                "INSERT INTO website_click_labels (website_id, date, way, label) VALUES ($1, $2, $3, $4)",
                [(site, day, way, label) for site, day, label in contacted],
            )
            if seed % 2:
                await rollup.roll_up_due(maintain, KEEP)
        await rollup.roll_up_due(maintain, KEEP)
        found, wanted = await stored(conn, list(sites)), expected(views, contacted)
        for table in found:
            assert found[table] == wanted.get(table, set()), (seed, table)
    for writer in writers:
        await writer.close()
    # As an owner reads it; and done again it is the same, to the row.
    for row in await conn.fetch("SELECT * FROM website_analytics_daily"):
        assert sum(json.loads(row["traffic_sources"]).values()) == row["page_views"]
        assert sum(json.loads(row["device_breakdown"]).values()) == row["page_views"]
        assert sum(one["views"] for one in json.loads(row["top_countries"])) == row["page_views"]
        if row["sessions"]:
            assert row["avg_session_duration_seconds"] == pytest.approx(
                row["session_seconds"] / row["sessions"], abs=0.5
            )
            assert float(row["bounce_rate"]) == pytest.approx(100 * row["bounces"] / row["sessions"], abs=0.01)
    before = await conn.fetch("SELECT ctid, * FROM website_analytics_daily ORDER BY id")
    async for _ in rollup.roll_up_range(maintain, yesterday() - timedelta(days=5), yesterday(), KEEP):
        pass
    assert await conn.fetch("SELECT ctid, * FROM website_analytics_daily ORDER BY id") == before
    # Nobody can join the days' hashes any more, and the sums stay what they were.
    assert await rollup.forget_nights(maintain, datetime.now(UTC) + timedelta(days=3)) > 0
    assert await conn.fetchval("SELECT count(*) FROM page_views WHERE earlier_hash IS NOT NULL") == 0
    # Nor does it matter in how many pieces.
    monkeypatch.setattr(rollup, "MOST_VIEWS", 400)
    steps = []
    async for reached, done in rollup.roll_up_range(maintain, yesterday() - timedelta(days=5), yesterday(), KEEP):
        steps.append(reached)
        assert done.days
    assert steps == sorted(set(steps))
    assert len(steps) > 1
    assert steps[-1] == 1
    assert await conn.fetch("SELECT ctid, * FROM website_analytics_daily ORDER BY id") == before
    visitors = await conn.fetch(
        "SELECT w.id FROM websites w WHERE unique_visitor_count IS DISTINCT FROM "
        "coalesce((SELECT sum(unique_visitors) FROM website_analytics_daily d WHERE d.website_id = w.id), 0)"
    )
    assert visitors == []


async def test_who_got_in_touch_stays_counted_when_it_is_forgotten_who_it_was(
    conn: asyncpg.Connection, maintain: asyncpg.Connection
) -> None:
    site, day = await make_site(conn), yesterday() - timedelta(days=4)
    noon = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=5)

    async def see(label: str) -> list[int]:
        await conn.execute(
            "INSERT INTO page_views (website_id, page_path, visitor_hash, created_at) VALUES ($1, '/', $2, $3)",
            site, label, noon,
        )  # fmt: skip
        await rollup.roll_up_due(maintain, KEEP)
        rows = await conn.fetch("SELECT contacts FROM website_contacts_daily WHERE website_id = $1", site)
        return [row["contacts"] for row in rows]

    await conn.execute("INSERT INTO website_click_labels VALUES ($1, $2, 'whatsapp', 'a')", site, day)
    assert await see("a") == [1]
    await conn.execute("DELETE FROM website_click_labels")
    assert await see("b") == [1]


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/New_York", date(2026, 3, 8)), ("America/New_York", date(2026, 11, 1)), ("Asia/Jakarta", yesterday()),
     ("Asia/Kathmandu", yesterday()), ("Australia/Lord_Howe", date(2026, 4, 5)), ("Pacific/Apia", date(2011, 12, 29)),
     ("America/Sao_Paulo", date(2018, 11, 4)), ("Asia/Beirut", date(2026, 3, 29))],
)  # fmt: skip
def test_an_hour_is_what_the_sites_clock_shows(zone: str, day: date) -> None:
    of = day_on(day, zone)
    before, turn, after = clock_of(zone, of.start, of.end)
    at = of.start
    while at < of.end:
        seconds = int(at.timestamp()) + (before if at < turn else after)
        assert seconds % 86_400 // 3_600 == at.astimezone(ZoneInfo(zone)).hour, at
        at += timedelta(minutes=1)


async def test_counters_follow_and_nothing_else_changes(
    database: Database, conn: asyncpg.Connection, maintain: asyncpg.Connection
) -> None:
    site, other = await make_site(conn), await make_site(conn)
    post, hers = await make_post(conn, site, slug="kopi"), await make_post(conn, other, slug="kopi")
    before = await conn.fetchrow("SELECT updated_at FROM websites WHERE id = $1", site)
    changes = await conn.fetchval("SELECT count(*) FROM change_log")
    noon = datetime.combine(yesterday(), datetime.min.time(), UTC) + timedelta(hours=5)

    async def see(path: str, label: str) -> None:
        await conn.execute(
            "INSERT INTO page_views (website_id, page_path, visitor_hash, created_at) VALUES ($1, $2, $3, $4)",
            site, path, label, noon,
        )  # fmt: skip
        await rollup.roll_up_due(maintain, KEEP)

    await see("/blog/kopi", "a")
    await see("/en/blog/kopi", "a")
    await see("/blog/kopi/komentar", "b")
    await conn.execute("UPDATE blog_posts SET slug = 'teh' WHERE id = $1", post)
    touched = await conn.fetchval("SELECT updated_at FROM blog_posts WHERE id = $1", post)
    changes += await conn.fetchval("SELECT count(*) FROM change_log") - changes
    await see("/blog/teh", "c")
    await see("/blog/kopi", "c")
    assert await conn.fetchval("SELECT view_count FROM blog_posts WHERE id = $1", post) == 4
    assert await conn.fetchval("SELECT view_count FROM blog_posts WHERE id = $1", hers) == 0
    assert await conn.fetchval("SELECT unique_visitor_count FROM websites WHERE id = $1", site) == 3
    # A counter that is full stays full, and keeps no other site's day from being summed.
    await conn.execute("UPDATE websites SET unique_visitor_count = 2147483647 WHERE id = $1", site)
    await conn.execute("UPDATE blog_posts SET view_count = 2147483647 WHERE id = $1", post)
    await see("/blog/teh", "d")
    assert await conn.fetchval("SELECT unique_visitor_count FROM websites WHERE id = $1", site) == 2**31 - 1
    assert await conn.fetchval("SELECT view_count FROM blog_posts WHERE id = $1", post) == 2**31 - 1
    await conn.execute("UPDATE websites SET unique_visitor_count = 3 WHERE id = $1", site)
    await conn.execute("UPDATE blog_posts SET view_count = 4 WHERE id = $1", post)
    assert await conn.fetchrow("SELECT updated_at FROM websites WHERE id = $1", site) == before
    assert await conn.fetchval("SELECT updated_at FROM blog_posts WHERE id = $1", post) == touched
    assert await conn.fetchval("SELECT count(*) FROM change_log") == changes
    assert await conn.fetchval("SELECT count(*) FROM website_pages_daily WHERE website_id = $1", other) == 0


async def test_a_day_whose_views_are_gone_is_left_as_it_was(
    conn: asyncpg.Connection, maintain: asyncpg.Connection
) -> None:
    site = await make_site(conn)
    noon = datetime.combine(yesterday(), datetime.min.time(), ZoneInfo("Asia/Jakarta")) + timedelta(hours=12)
    await conn.execute(
        "INSERT INTO page_views (website_id, page_path, created_at) SELECT $1, '/', $2 FROM generate_series(1, 3)",
        site,
        noon,
    )
    await rollup.roll_up_due(maintain, KEEP)
    before = await conn.fetch("SELECT * FROM website_analytics_daily")
    assert [(row["date"], row["page_views"]) for row in before] == [(yesterday(), 3)]

    async def again(retention: int = KEEP) -> list[asyncpg.Record]:
        async for _ in rollup.roll_up_range(maintain, yesterday(), yesterday(), retention):
            pass
        rows: list[asyncpg.Record] = await conn.fetch("SELECT * FROM website_analytics_daily")
        return rows

    await conn.execute("UPDATE page_views SET page_path = '/lain'")
    assert await again(retention=0) == before
    await conn.execute("DELETE FROM page_views WHERE id = (SELECT min(id::text)::uuid FROM page_views)")
    assert await again() == before
    await conn.execute("DELETE FROM page_views")
    assert await again() == before
    assert await conn.fetchval("SELECT views FROM website_pages_daily WHERE path = '/'") == 3
    # A late one of a day that is past its time leaves no work behind.
    await conn.execute("INSERT INTO page_views (website_id, created_at) VALUES ($1, $2)", site, noon)
    assert (await rollup.roll_up_due(maintain, 0)).days == 0
    assert await conn.fetchval("SELECT count(*) FROM views_due") == 0


async def test_a_site_that_moves_has_each_view_in_one_day_and_loses_none(
    conn: asyncpg.Connection, maintain: asyncpg.Connection
) -> None:
    sites = await make_sites(conn)
    stays, old, *moves = sites
    views = make_views(sites, random.Random(7), 160, yesterday())
    lone = next(one for one in views if one.site == moves[0])
    # What was seen in the last hours of a quiet day is of the next one, further east.
    night = datetime.combine(yesterday() - timedelta(days=20), datetime.min.time(), UTC) + timedelta(
        hours=16, minutes=40
    )
    # And at ten in UTC each of these zones has the same date.
    ten = datetime.combine(yesterday() - timedelta(days=40), datetime.min.time(), UTC) + timedelta(hours=10)
    for site, at in ((stays, night), (old, ten)):
        views.append(replace(lone, id=uuid4(), site=site, zone=sites[site], person=None, at=at, path="/blog/kopi"))
        await conn.execute("SELECT make_page_view_partition($1::date)", at.date())  # they begin with last month
    post = await make_post(conn, stays, slug="kopi")
    await store(conn, views)
    await rollup.roll_up_due(maintain, KEEP)
    assert (await stored(conn, list(sites))) == of_tables(expected(views))
    # One has days of which no single view is left; they stay what they are.
    await conn.execute(
        "INSERT INTO website_analytics_daily (website_id, date, page_views) VALUES ($1, $2, 777)",
        old,
        yesterday() - timedelta(days=60),
    )
    # As before it was written which zone a day is of.
    await conn.execute("UPDATE website_analytics_daily SET zone = NULL WHERE website_id = $1", moves[0])
    for new in ("Asia/Jayapura", "Pacific/Auckland", "America/Los_Angeles"):
        for site in sites:
            await conn.execute(
                "UPDATE websites SET config = jsonb_set(config::jsonb, '{timezone}', to_jsonb($2::text)) WHERE id = $1",
                site,
                new,
            )
        await rollup.roll_up_due(maintain, KEEP)
        found = await conn.fetch(
            "SELECT website_id, date, page_views FROM website_analytics_daily WHERE page_views BETWEEN 1 AND 776"
        )
        wanted = Counter((one.site, one.at.astimezone(ZoneInfo(new)).date()) for one in views)
        assert {(row[0], row[1]): row[2] for row in found} == wanted
        pages = await conn.fetch("SELECT website_id, date, sum(views) FROM website_pages_daily GROUP BY 1, 2")
        assert {(row[0], row[1]): row[2] for row in pages} == wanted
    assert await conn.fetchval("SELECT count(*) FROM website_analytics_daily WHERE page_views = 777") == 1
    assert await conn.fetchval("SELECT view_count FROM blog_posts WHERE id = $1", post) == 1
    assert await conn.fetchval("SELECT count(*) FROM views_due") == 0
    # Another setting moves nothing.
    await conn.execute("UPDATE websites SET config = jsonb_set(config::jsonb, '{x}', '1')")
    assert await conn.fetchval("SELECT count(*) FROM views_due") == 0


async def test_an_import_of_many_days_sums_each_day_of_a_site_once(
    conn: asyncpg.Connection, maintain: asyncpg.Connection
) -> None:
    days, sites = 30, await make_sites(conn)
    first = datetime.combine(yesterday() - timedelta(days=days), datetime.min.time(), UTC)
    for month in (first, first + timedelta(days=days)):
        await conn.execute("SELECT make_page_view_partition($1::date)", month.date())
    # In three pieces, as spools bring them: each leaves a note of every hour that is in it.
    for minute in (1, 21, 41):
        await conn.execute(
            "INSERT INTO page_views (website_id, page_path, visitor_hash, created_at) "
            "SELECT site, '/', md5($2::text || hour), $3::timestamptz + hour * interval '1 hour' "
            "FROM unnest($1::uuid[]) AS site, generate_series(0, $4 * 24 - 1) AS hour",
            list(sites), str(minute), first + timedelta(minutes=minute), days,
        )  # fmt: skip
    hours = await conn.fetchval("SELECT count(DISTINCT (website_id, hour)) FROM views_due")
    assert hours == len(sites) * days * 24 > 5 * rollup.MOST_HOURS
    done = await rollup.roll_up_due(maintain, KEEP)
    stored_days = await conn.fetchval("SELECT count(*) FROM website_analytics_daily")
    # Kathmandu's days begin within an hour of UTC's: that hour may be of two pieces of work, which are the smaller the
    # slower the machine is.
    assert stored_days <= done.days < 1.5 * stored_days
    assert await conn.fetchval("SELECT sum(page_views) FROM website_analytics_daily") == hours * 3
    assert await conn.fetchval("SELECT count(*) FROM views_due") == 0


async def test_hostile_rows_end_in_bounded_tables(conn: asyncpg.Connection, maintain: asyncpg.Connection) -> None:
    site = await make_site(conn, config={"timezone": "../../etc/passwd"})
    await conn.execute("UPDATE websites SET config = '[1]' WHERE id = $1", await make_site(conn))
    noon = datetime.combine(yesterday(), datetime.min.time(), UTC) + timedelta(hours=5)
    wide = "😀" * 500
    rows = []
    for number in range(700):
        agent = ("x" * 20, wide[:40] + str(number), wide[:50])
        words = ("ID", wide[:90] + str(number), wide[:90] + str(number), wide[:100], wide[:100])
        path, referrer = wide[: 490 + number % 10], f"https://{number}{wide[:480]}/"
        at = noon + timedelta(microseconds=number)
        rows.append((uuid4(), site, at, path, referrer, f"h{number}", None, *agent, *words))
    await conn.copy_records_to_table("page_views", records=rows, columns=COLUMNS)
    await conn.execute(
        "INSERT INTO page_views (website_id, referrer, created_at) VALUES ($1, 'https://', $2)", site, noon
    )
    await conn.execute("INSERT INTO page_views (website_id, created_at) VALUES ($1, $2)", uuid4(), noon)
    assert (await rollup.roll_up_due(maintain, KEEP)).views == 701
    for table, most in (("referrers", 502), ("browsers", 201), ("places", 501), ("campaigns", 201)):
        row = await conn.fetchrow(f"SELECT count(*) AS rows, sum(views) AS views FROM website_{table}_daily")
        assert row["rows"] <= most
        assert row["views"] == (700 if table == "campaigns" else 701)
    await conn.execute("DELETE FROM websites WHERE id = $1", site)
    for table in ("analytics", "pages", "referrers", "browsers", "places", "campaigns"):
        assert await conn.fetchval(f"SELECT count(*) FROM website_{table}_daily") == 0


def test_a_newer_list_of_referrers_is_read_as_this_one_was() -> None:
    gather = runpy.run_path(str(FOLDER / "gather.py"))["gather"]
    engines = """
Google:
  -
    urls:
      - google.com
      - 'google.{}'
      - google.com/cse
    params: [q]
  -
    urls: [Search.Example]
"""
    networks = "Google%2B:\n  - plus.google.com \n  - com.google.android.apps.plus\n  - android-app://org.example\n"
    lists = {"search": engines, "social": networks, "ai": "iAsk:\n  - iask.ai\n"}
    assert gather({medium: yaml.safe_load(text) for medium, text in lists.items()}) == {
        "google.com": {"medium": "search", "source": "Google"},
        "google.{}": {"medium": "search", "source": "Google"},
        "iask.ai": {"medium": "ai", "source": "iAsk"},
        "plus.google.com": {"medium": "social", "source": "Google+"},
        "search.example": {"medium": "search", "source": "Google"},
    }


def test_the_list_of_referrers_is_whole_and_spammers_are_known() -> None:
    hosts = {one.host: one for one in sources()}
    assert len(hosts) == len(sources()) > 1_500
    assert all(len(one.host) <= 253 and len(one.name) <= 100 for one in sources())
    assert hosts["chatgpt.com"].channel == "ai"
    names = {one.name for one in sources()}
    assert len({name.casefold() for name in names}) == len(names)  # else one engine has two lines
    assert is_spam("http://buttons-for-website.com/")
    assert is_spam("https://trafficbot.life/")
    assert is_spam("https://a.zvuker.net/b")
    assert is_spam("https://x.semalt.com./a")
    for harmless in (
        "https://notsemalt.com/",
        "https://www.google.com/",
        "https://[",
        "http://" + "a." * 900 + "com/",
        "",
    ):
        assert not is_spam(harmless)
