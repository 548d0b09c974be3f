"""Times that PostgreSQL stores and Python cannot hold are the nearest that it can, whichever connection reads them."""

from datetime import UTC, date, datetime, timedelta, timezone

import asyncpg
import pytest

from renderer.console.screens import SCREENS, Entry
from renderer.db.moments import FIRST, LAST
from renderer.db.pool import open_pool
from tests.databases import Database
from tests.owners import HOST, furnish, make_owner
from tests.serving import Serve
from tests.test_console import OUTSIDERS

BEYOND = ("infinity", "-infinity", "294276-12-31 23:59:59+00", "4713-01-01 00:00:00+00 BC")


async def test_a_pool_reads_any_time_and_sends_what_it_read(database: Database) -> None:
    pool = await open_pool(database.url, largest=1, connect_seconds=5, statement_seconds=5)
    try:
        for text, nearest in zip(BEYOND, (LAST, FIRST, LAST, FIRST), strict=True):
            row = await pool.fetchrow("SELECT $1::text::timestamptz, $1::text::timestamptz::date", text)
            assert tuple(row) == (nearest, nearest.date())
        moment = datetime(2026, 2, 28, 23, 59, 59, 999_999, timezone(timedelta(hours=7)))
        sent = moment, moment.date(), [moment, None]
        row = await pool.fetchrow("SELECT $1::timestamptz, $2::date, $3::timestamptz[]", *sent)
        assert tuple(row) == sent
        assert row[0].tzinfo is UTC
        early = await pool.fetchval("SELECT $1::timestamptz < '0001-01-02'", datetime.min.replace(tzinfo=UTC))
        assert early
        assert await pool.fetchval("SELECT $1::date::text", date(1, 1, 1)) == "0001-01-01"
    finally:
        await pool.close()


@pytest.mark.parametrize("moment", BEYOND[1:3])
async def test_an_owners_screens_stand_whatever_time_a_row_says(
    conn: asyncpg.Connection, serve: Serve, database: Database, moment: str
) -> None:
    console = await serve(console={"host": HOST})
    ani = await furnish(conn, await make_owner(conn, console, "Ani Rahayu"), "Rahasia-Ani")
    await ani.sign_in()
    superuser = await asyncpg.connect(database.admin_url)
    try:
        # Rows of a table that its triggers would mend, as a restored dump brings them.
        await superuser.execute("SET session_replication_role = 'replica'")
        for table, column in await superuser.fetch(
            "SELECT table_name, column_name FROM information_schema.columns c JOIN information_schema.tables t "
            "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
            "AND data_type = 'timestamp with time zone' AND table_name !~ '^(console_|page_views|day_key|yoyo|_yoyo)' "
            "AND (table_name = 'deleted_posts' OR column_name <> 'deleted_at') "
            "AND column_name !~ '^(.*_until|.*ends_at|expires_at|subscription_.*)$'"
        ):
            try:
                async with superuser.transaction():
                    await superuser.execute(f"UPDATE {table} SET {column} = $1::text::timestamptz", moment)
            except asyncpg.CheckViolationError:
                continue
    finally:
        await superuser.close()
    for screen in SCREENS:
        if screen.method == "GET" and screen.entry is not Entry.ANYONE:
            answer = await ani.get(OUTSIDERS[screen.name](ani))
            assert answer.status in (200, 404), (screen.name, answer.status)
            assert answer.status == 200 or "{site_id}/" in screen.path, screen.name
