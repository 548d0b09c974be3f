"""The roll-up of a day beside a plain count of the same views, reading 90 days, and inserts while a partition goes.

Time of the server's process on a processor, without parallel workers; the inserts alone are on the clock.
TAPSITE_BENCH_FULL=1 takes five million views of ten thousand sites, and some minutes.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from statistics import median
from time import monotonic
from uuid import UUID

import asyncpg

from bench import Figure
from renderer.db import queries
from renderer.statistics import Period, read_report
from renderer.views import Upkeep, rollup
from renderer.views.upkeep import drop_partitions
from tests.databases import server
from tests.factories import make_site, make_user

FULL = bool(os.environ.get("TAPSITE_BENCH_FULL"))
VIEWS, SITES = (5_000_000, 10_000) if FULL else (100_000, 200)
DAY = datetime.now(UTC).date() - timedelta(days=2)
RETENTION = 90

# Five views a visitor, some of them half an hour apart; what they bring is skewed as on real sites.
_FILL = """
INSERT INTO page_views (website_id, page_path, visitor_hash, earlier_hash, created_at, referrer, device_type, browser,
                        os, country, city, utm_source)
SELECT w.id, '/blog/post-' || (random() * random() * 40)::integer, visitor,
    CASE WHEN second < 1800 THEN md5('before' || visitor) END,
    $1::timestamptz + second * interval '1 second',
    CASE WHEN random() < 0.3 THEN (ARRAY['https://www.google.co.id/', 'https://l.instagram.com/', 'https://l.facebook.com/',
        'https://kompas.com/read/' || (random() * 20)::integer])[1 + (random() * 3)::integer] END,
    (ARRAY['mobile', 'mobile', 'desktop', 'tablet'])[1 + (random() * 3)::integer],
    (ARRAY['Chrome Mobile', 'Mobile Safari', 'Firefox', 'Edge'])[1 + (random() * 3)::integer],
    (ARRAY['Android', 'iOS', 'Windows'])[1 + (random() * 2)::integer], CASE WHEN random() < 0.9 THEN 'ID' ELSE 'SG' END,
    (ARRAY['Jakarta', 'Bandung', 'Surabaya', NULL])[1 + (random() * 3)::integer],
    CASE WHEN random() < 0.05 THEN 'ig' END
FROM (
    SELECT number % $3 AS site, md5('visitor' || number / 5) AS visitor,
        (hashint4(number / 5) % 43200 + 43200 + number % 5 * (random() * 600)::integer) % 86400 AS second
    FROM (SELECT number / 5 * 5 AS number FROM generate_series(0, $2 - 1) AS number) AS numbered
) AS view
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM websites) AS w ON w.number = site
"""
_COUNT = """
SELECT count(*) FROM (
    SELECT website_id, count(*) FROM page_views WHERE created_at >= $1 AND created_at < $2 GROUP BY website_id
) AS counted
"""


def run() -> list[Figure]:
    with server() as databases:
        database = databases.make()
        try:
            return asyncio.run(
                _measured(database.url, database.url_as("tapsite_maintain"), database.url_as("tapsite_edge"))
            )
        finally:
            databases.drop(database)
            databases.drop_template()


async def _measured(owner: str, maintain: str, edge: str) -> list[Figure]:
    conn, worker, writer = [await asyncpg.connect(url) for url in (owner, maintain, edge)]
    site = await make_site(conn)
    user = await make_user(conn)
    await conn.execute(
        "INSERT INTO websites (subdomain, template_id, status, user_id) "
        "SELECT 'bench' || number, 'pilar', 'published', $1 FROM generate_series(2, $2::integer) AS number",
        user, SITES,
    )  # fmt: skip
    start = datetime.combine(DAY, time(), UTC) - timedelta(hours=7)  # Jakarta's midnight
    await conn.execute(_FILL, start, VIEWS, SITES)
    await conn.execute("VACUUM (ANALYZE)")  # so that the count reads its index alone
    await worker.execute("SET max_parallel_workers_per_gather = 0")
    counted, _ = await _server_time(worker, lambda: worker.fetch(_COUNT, start, start + timedelta(days=1)), 5)
    daily, daily_worst = await _server_time(worker, lambda: _daily_alone(worker), 3)
    everything, _ = await _server_time(worker, lambda: _all_tables(worker), 1)
    again, again_worst = await _server_time(worker, lambda: _all_tables(worker), 2)
    idle, idle_worst = await _server_time(worker, lambda: rollup.roll_up_due(worker, RETENTION), 1)
    idle, idle_worst = await _server_time(worker, lambda: rollup.roll_up_due(worker, RETENTION), 20)
    await fill_days(conn, site)
    period = Period(DAY - timedelta(days=89), DAY)
    read, read_worst = await _server_time(worker, lambda: read_report(worker, site, period), 20)
    blocked = await _longest_insert(conn, writer, site)
    for one in (conn, worker, writer):
        await one.close()
    of, views = f"a count of {VIEWS:,} views by site", f"{VIEWS:,} views of {SITES:,} sites"
    return [
        Figure(f"daily rows alone of {views}", daily, 40 * counted, counted, of, daily_worst),
        Figure(f"all tables of {views}", everything, 60 * counted, counted, of),
        Figure("all tables again, nothing new", again, 60 * counted, counted, of, again_worst),
        Figure("looking for what is due, nothing is", idle, None, counted, of, idle_worst),
        Figure("a report of 90 days with 1,000,000 views", read, 200, worst=read_worst),
        Figure("longest insert while a partition is detached and dropped", blocked, 100),
    ]


async def _daily_alone(conn: asyncpg.Connection) -> None:
    """The statement without its other tables, in a transaction that is taken back."""
    sql = queries.load("rollup").roll_up_days.sql
    kept = sql[: sql.index(", pages_gone AS (")] + "\nSELECT count(*)::integer AS days, 0::bigint AS views FROM kept"
    fetch = asyncpg.Connection.fetch

    async def without_the_rest(self: asyncpg.Connection, query: str, *arguments: object) -> list[asyncpg.Record]:
        rows: list[asyncpg.Record] = await fetch(self, kept if query == sql else query, *arguments)
        return rows

    asyncpg.Connection.fetch = without_the_rest
    transaction = conn.transaction()
    await transaction.start()
    try:
        await _all_tables(conn)
    finally:
        asyncpg.Connection.fetch = fetch
        await transaction.rollback()


async def _all_tables(conn: asyncpg.Connection) -> None:
    async for _ in rollup.roll_up_range(conn, DAY, DAY, RETENTION):
        pass


async def fill_days(conn: asyncpg.Connection, site: UUID) -> None:
    """Ninety days of one site as the roll-up leaves them: a million views, of more pages and places than most."""
    await conn.execute("DELETE FROM website_analytics_daily WHERE website_id = $1", site)
    await conn.execute(
        "INSERT INTO website_analytics_daily "
        "(website_id, date, page_views, unique_visitors, sessions, session_seconds, bounces) "
        "SELECT $1, $2::date - day, 11112, 4000, 4500, 500000, 2000 FROM generate_series(0, 89) AS day", site, DAY,
    )  # fmt: skip
    for table, names, words, many in (
        ("pages", "entries, path", "'/blog/' || n", 300),
        (
            "referrers",
            "sessions, channel, name, referrer",
            "'referral', 'host' || n % 100, 'https://host' || n || '/'",
            400,
        ),
        ("browsers", "sessions, device, browser, os", "'mobile', 'browser' || n % 20, 'os' || n", 100),
        ("places", "sessions, country, city", "chr(65 + n % 20) || 'X', 'city' || n", 300),
        ("campaigns", "sessions, utm_source, utm_medium, utm_campaign", "'ig', 'story', 'campaign' || n", 50),
    ):
        await conn.execute(f"DELETE FROM website_{table}_daily WHERE website_id = $1", site)
        await conn.execute(
            f"INSERT INTO website_{table}_daily (website_id, date, views, visitors, {names}) "
            f"SELECT $1, $2::date - day, 30, 10, 12, {words} "
            "FROM generate_series(0, 89) AS day, generate_series(1, $3::integer) AS n", site, DAY, many,
        )  # fmt: skip
    await conn.execute("ANALYZE")


async def _longest_insert(conn: asyncpg.Connection, writer: asyncpg.Connection, site: UUID) -> float:
    """Milliseconds on the clock."""
    month = (datetime.now(UTC) - timedelta(days=200)).date()
    await conn.execute("SELECT make_page_view_partition($1::date)", month)
    old = datetime.combine(month, time(), UTC)
    await conn.execute(
        "INSERT INTO page_views (website_id, created_at) SELECT $1, $2::timestamptz FROM generate_series(1, 50000)",
        site,
        old,
    )
    waits: list[float] = []
    over = asyncio.Event()

    async def insert() -> None:
        while not over.is_set():
            begun = monotonic()
            await writer.execute("INSERT INTO page_views (website_id, created_at) VALUES ($1, now())", site)
            waits.append((monotonic() - begun) * 1_000)

    running = asyncio.create_task(insert())
    await asyncio.sleep(0.5)
    done = Upkeep()
    await drop_partitions(conn, RETENTION, done)
    over.set()
    await running
    assert done.dropped == 1
    return max(waits)


async def _server_time(
    conn: asyncpg.Connection, work: Callable[[], Awaitable[object]], runs: int
) -> tuple[float, float]:
    """Median and worst of what the server's process spends, in milliseconds."""
    schedstat = Path(f"/proc/{conn.get_server_pid()}/schedstat")

    def spent() -> int:
        return int(schedstat.read_text().split()[0])

    times = []
    for _ in range(runs):
        begun = spent()
        await work()
        times.append((spent() - begun) / 1_000_000)
    return median(times), max(times)
