"""Times, partitions, and what holds for every table."""

from datetime import UTC, datetime

import asyncpg
import pytest

from tests.databases import Database
from tests.factories import insert, make_site

OURS = "table_schema = 'public' AND table_name NOT LIKE '%yoyo%'"


async def test_every_time_has_a_zone_and_the_databases_own_is_utc(conn: asyncpg.Connection) -> None:
    naive = await conn.fetch(
        f"SELECT table_name, column_name FROM information_schema.columns WHERE {OURS} "
        "AND data_type = 'timestamp without time zone'"
    )
    assert naive == []
    assert await conn.fetchval("SHOW timezone") == "UTC"


async def test_a_naive_time_of_another_program_means_utc(database: Database) -> None:
    writer = await asyncpg.connect(database.url)
    try:
        site = await make_site(writer)
        await writer.execute("UPDATE websites SET published_at = '2026-03-01 10:00:00' WHERE id = $1", site)
        assert await writer.fetchval("SELECT published_at FROM websites") == datetime(2026, 3, 1, 10, tzinfo=UTC)
    finally:
        await writer.close()


async def test_every_table_with_updated_at_keeps_it(conn: asyncpg.Connection) -> None:
    unkept = await conn.fetch(
        "SELECT table_name FROM information_schema.columns c "
        "JOIN information_schema.tables t USING (table_schema, table_name) "
        f"WHERE {OURS} AND column_name = 'updated_at' AND table_type = 'BASE TABLE' "
        "AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.table_name::regclass "
        "AND g.tgname = 'update_' || c.table_name || '_updated_at')"
    )
    assert unkept == []


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("form_submissions", "status = 'read'"),
        ("website_domains", "failing_since = now()"),
        ("system_config", "description = 'x'"),
        ("templates", "description = 'x'"),
        ("users", "bio = 'x'"),
    ],
)
async def test_updated_at_moves_with_a_change_and_not_without(
    conn: asyncpg.Connection, table: str, change: str
) -> None:
    site = await make_site(conn, custom_domain="kopi.example")
    await insert(conn, "form_submissions", {"website_id": site, "form_type": "contact", "data": {}})
    column = change.split(" = ")[0]
    latest = f"SELECT max(updated_at) FROM {table}"
    before = await conn.fetchval(latest)
    await conn.execute(f"UPDATE {table} SET {column} = {column}")
    assert await conn.fetchval(latest) == before
    await conn.execute(f"UPDATE {table} SET {change}")
    assert await conn.fetchval(latest) > before


@pytest.mark.parametrize(
    ("table", "counters"),
    [
        ("websites", {"view_count", "unique_visitor_count", "last_viewed_at"}),
        ("blog_posts", {"view_count", "like_count"}),
    ],
)
async def test_a_new_column_moves_updated_at_unless_it_is_a_counter(
    conn: asyncpg.Connection, table: str, counters: set[str]
) -> None:
    unwatched = await conn.fetch(
        "SELECT attname FROM pg_attribute a JOIN pg_trigger t ON t.tgrelid = a.attrelid AND t.tgname = $2 "
        "WHERE a.attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND NOT attnum = ANY(t.tgattr)",
        table,
        f"update_{table}_updated_at",
    )
    assert {row[0] for row in unwatched} == counters


async def test_partitions_are_months_of_utc_whoever_makes_them(database: Database) -> None:
    maker = await asyncpg.connect(database.url, server_settings={"timezone": "Asia/Jakarta"})
    try:
        assert await maker.fetchval("SELECT make_page_view_partition('2031-05-31')")
        assert not await maker.fetchval("SELECT make_page_view_partition('2031-05-01')")
        await maker.execute("SET timezone = 'UTC'")
        bounds = await maker.fetchval(
            "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = 'page_views_y2031m05'"
        )
    finally:
        await maker.close()
    assert bounds == "FOR VALUES FROM ('2031-05-01 00:00:00+00') TO ('2031-06-01 00:00:00+00')"


async def test_a_view_of_last_month_still_has_a_place(conn: asyncpg.Connection) -> None:
    await conn.execute(
        "INSERT INTO page_views (website_id, created_at) VALUES ($1, date_trunc('month', now()) - interval '1 second')",
        await make_site(conn),
    )


async def test_partitions_stand_ahead_and_there_is_no_default_one(conn: asyncpg.Connection) -> None:
    standing = await conn.fetchval("SELECT count(*) FROM pg_inherits WHERE inhparent = 'page_views'::regclass")
    assert standing == 5  # last month's too
    assert await conn.fetchval("SELECT make_page_view_partitions(5)") == 2
    assert (
        await conn.fetchval("SELECT partdefid FROM pg_partitioned_table WHERE partrelid = 'page_views'::regclass") == 0
    )


async def test_a_view_is_stored_and_goes_with_its_site(conn: asyncpg.Connection) -> None:
    site, other = await make_site(conn), await make_site(conn)
    for owner in (site, other):
        await conn.execute("INSERT INTO page_views (website_id, page_path) VALUES ($1, '/')", owner)
    await conn.execute("DELETE FROM websites WHERE id = $1", site)
    assert await conn.fetchval("SELECT array_agg(website_id) FROM page_views") == [other]


async def test_every_table_and_view_says_who_writes_and_reads_it(conn: asyncpg.Connection) -> None:
    silent = await conn.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') "
        "AND NOT relispartition AND relname NOT LIKE '%yoyo%' AND obj_description(oid, 'pg_class') IS NULL"
    )
    assert silent == []


async def test_every_function_pins_its_search_path_and_says_what_it_does(conn: asyncpg.Connection) -> None:
    loose = await conn.fetch(
        "SELECT proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace "
        "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') "
        "AND (NOT coalesce(proconfig::text LIKE '%search_path=public, pg_temp%', false) "
        "OR obj_description(p.oid, 'pg_proc') IS NULL)"
    )
    assert loose == []


async def test_no_index_repeats_the_one_of_a_unique_constraint(conn: asyncpg.Connection) -> None:
    repeated = await conn.fetch(
        "SELECT a.indexrelid::regclass FROM pg_index a JOIN pg_index b "
        "ON a.indrelid = b.indrelid AND a.indexrelid <> b.indexrelid AND a.indkey = b.indkey "
        "AND a.indclass = b.indclass AND a.indpred IS NULL AND b.indpred IS NULL AND a.indexprs IS NULL "
        "AND b.indexprs IS NULL AND b.indisunique AND NOT a.indisunique JOIN pg_class c ON c.oid = a.indrelid "
        "WHERE c.relnamespace = 'public'::regnamespace"
    )
    assert repeated == []
    gone = [
        "idx_users_email",
        "idx_websites_subdomain",
        "idx_affiliate_profiles_code",
        "idx_analytics_daily_website_date",
    ]
    assert await conn.fetchval("SELECT count(to_regclass(name)) FROM unnest($1::text[]) name", gone) == 0
