"""What an owner reads of page views: a range beside the one before, lists, JSON, tables; and a stranger nothing."""

import csv
import io
import json
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from renderer.statistics import (
    Count,
    Filters,
    Period,
    Table,
    as_json,
    export_lines,
    export_rows,
    live,
    read_filtered,
    read_report,
    today,
)
from renderer.views import roll_up_due
from tests.commands import Run
from tests.databases import Database
from tests.factories import insert, make_site
from tests.rollup_oracle import COLUMNS, expected, make_views

NOON = datetime.now(ZoneInfo("Asia/Jakarta")).replace(hour=12, minute=0, second=0, microsecond=0)
LAST = (NOON - timedelta(days=1)).date()
RANGE = Period(LAST - timedelta(days=2), LAST)


async def see(conn: asyncpg.Connection, site: UUID, days_ago: int, **columns: object) -> None:
    values = {
        "website_id": site,
        "page_path": "/",
        "created_at": NOON - timedelta(days=days_ago),
        "device_type": "mobile",
        **columns,
    }
    await insert(conn, "page_views", values)


@pytest.fixture
async def site(conn: asyncpg.Connection, database: Database) -> UUID:
    """A site with some days of visitors, programs, clicks and leads; and another one that has its own."""
    made, other = await make_site(conn, subdomain="kopi"), await make_site(conn, subdomain="teh")
    await see(
        conn,
        made,
        1,
        visitor_hash="a",
        referrer="https://www.google.co.id/",
        country="ID",
        city="Bandung",
        browser="Chrome",
    )
    await see(
        conn, made, 1, visitor_hash="a", page_path="/menu", created_at=NOON - timedelta(days=1) + timedelta(minutes=10)
    )
    await see(conn, made, 1, visitor_hash="b", utm_source="ig", utm_campaign="=HYPERLINK(1)", country="SG", os="iOS")
    await see(conn, made, 3, visitor_hash="c", country="ID", referrer="https://kompas.com/x")
    await see(conn, made, 4, visitor_hash="d")
    await see(conn, made, 5)
    await see(conn, made, 8, visitor_hash="e")
    for one, many in ((made, 7), (other, 900)):
        await conn.execute("INSERT INTO website_uncounted_daily VALUES ($1, $2, 'seo', $3)", one, LAST, many)
        await conn.execute("INSERT INTO website_clicks_daily VALUES ($1, $2, 'whatsapp', $3, 1)", one, LAST, many - 4)
        await conn.execute("INSERT INTO website_clicks_daily VALUES ($1, $2, 'form', 2, 1)", one, LAST)
        for status in ("new", "spam"):
            values = {
                "website_id": one,
                "form_type": "contact",
                "data": {},
                "status": status,
                "created_at": NOON - timedelta(days=2),
            }
            await insert(conn, "form_submissions", values)
        label = "a" if one == made else "x"
        await conn.execute("INSERT INTO website_click_labels VALUES ($1, $2, 'whatsapp', $3)", one, LAST, label)
    await see(conn, other, 1, page_path="/rahasia", visitor_hash="x", referrer="https://rahasia.example/")
    maintain = await asyncpg.connect(database.url_as("tapsite_maintain"))
    await roll_up_due(maintain, 90)
    await maintain.close()
    return made


async def test_a_report_tells_a_range_beside_the_one_before(conn: asyncpg.Connection, site: UUID) -> None:
    report = await read_report(conn, site, RANGE)
    assert (report.totals.views, report.totals.daily_visitors, report.totals.sessions) == (4, 3, 3)
    assert (report.totals.average_seconds, report.totals.bounce_rate) == (200, 66.7)
    assert (report.before.views, report.before.daily_visitors, report.before.sessions) == (2, 1, 1)
    assert [(day.date, day.views) for day in report.days] == [
        (RANGE.first, 1),
        (RANGE.first + timedelta(days=1), 0),
        (LAST, 3),
    ]
    assert report.pages == [Count("/", 3, 3, 3), Count("/menu", 1, 0, 1)]
    assert report.channels == [
        Count("search", 2, 1, 1, contacts=1),
        Count("campaign", 1, 1, 1),
        Count("referral", 1, 1, 1),
    ]
    assert report.sources == [Count("Google", 2, 1, 1, "search", 1), Count("kompas.com", 1, 1, 1, "referral")]
    assert [one.name for one in report.referrers] == ["https://www.google.co.id/", "https://kompas.com/x"]
    assert report.countries == [Count("ID", 3, 2, 2, contacts=1), Count("SG", 1, 1, 1)]
    assert report.cities == [Count("Bandung", 2, 1, 1, "ID")]
    assert report.devices == [Count("mobile", 4, 3, 3, contacts=1)]
    assert report.campaigns == [Count("=HYPERLINK(1)", 1, 1, 1, "ig")]
    assert report.entries == [Count("/", 3, 3, contacts=1)]
    assert not report.exits + list(filter(None, report.hours))
    assert report.conversions == [Count("whatsapp", 3, 0, 1), Count("form", 1)]
    assert report.uncounted == [Count("seo", 7)]
    told = json.loads(json.dumps(as_json(report)))
    assert told["change"] == {"views": 100.0, "daily_visitors": 200.0, "sessions": 200.0}
    assert told["period"] == {"first": RANGE.first.isoformat(), "last": LAST.isoformat()}
    assert told["days"][2]["views"] == 3
    # Days as another program left them, without our own columns.
    await conn.execute(
        "INSERT INTO website_analytics_daily (website_id, date, page_views, sessions, avg_session_duration_seconds, "
        "bounce_rate) VALUES ($1, '2001-01-01', 9, 4, 30, 50)", site,
    )  # fmt: skip
    old = (await read_report(conn, site, Period.read("2001-01-01", "2001-01-02"))).totals
    assert (old.views, old.sessions, old.average_seconds, old.bounce_rate) == (9, 4, 30, 50.0)
    await conn.execute("UPDATE website_analytics_daily SET bounce_rate = 'NaN' WHERE date = '2001-01-01'")
    odd = Period.read("2001-01-01", "2001-01-02")
    assert (await read_report(conn, site, odd)).totals.bounce_rate == 0.0
    assert (await export_lines(conn, site, Table.DAYS, odd))[0][-1] is None
    await conn.execute(
        "UPDATE website_analytics_daily SET sessions = 2147483647, bounce_rate = 999.99 WHERE date = '2001-01-01'"
    )
    assert (await read_report(conn, site, odd)).totals.bounce_rate == 1000.0
    empty = await read_report(conn, uuid4(), RANGE)
    assert (empty.totals.views, empty.totals.bounce_rate, empty.pages, empty.conversions) == (0, None, [], [])
    assert as_json(empty)["change"]["views"] is None


async def test_filtered_visits_are_those_that_an_oracle_filters(
    conn: asyncpg.Connection, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(11)
    site, other = await make_site(conn, config={"timezone": "Asia/Jayapura"}), await make_site(conn)
    views = make_views({site: "Asia/Jayapura", other: "Asia/Jakarta"}, chance, 300, LAST)
    await conn.copy_records_to_table("page_views", records=[one.row for one in views], columns=COLUMNS)
    maintain = await asyncpg.connect(database.url_as("tapsite_maintain"))
    await roll_up_due(maintain, 90)
    await maintain.close()
    wanted = {name: [row for row in rows if row[0] == site] for name, rows in expected(views).items()}
    owner = await conn.fetchval("SELECT user_id FROM websites WHERE id = $1", site)
    await conn.execute("SELECT set_config('app.user_id', $1, false)", str(owner))
    columns = ("page", "channel", "source", "device", "country")
    asked = [Filters(), Filters(page="nowhere"), Filters(channel="ai"), Filters(country="", device="mobile")]
    chosen = chance.sample(sorted(wanted["visits"]), 8)
    asked += [Filters(**dict(chance.sample(list(zip(columns, row[2:7], strict=True)), 2))) for row in chosen]
    period = Period(LAST - timedelta(days=1), LAST)
    for filters in asked:

        def summed(
            table: str, column: int, by: int, days: Period = period, filters: Filters = filters
        ) -> dict[Any, int]:
            """Of a table's rows that the filters let through the sums of a column, by another; without what is 0."""
            sums: Counter[Any] = Counter()
            for row in wanted[table]:
                of = zip(filters.values.values(), row[2:7], strict=True)
                if days.first <= row[1] <= days.last and all(value in (None, has) for value, has in of):
                    sums[row[by]] += row[column]
            return {key: count for key, count in sums.items() if count}

        report = await read_filtered(conn, site, period, filters, period.before.first, 1000)
        assert report is not None
        for told, days in ((report.totals, period), (report.before, period.before)):
            sums = [sum(summed("visits", column, 0, days).values()) for column in (7, 9, 8)]
            assert [told.views, told.daily_visitors, told.sessions] == sums
        assert {day.date: day.views for day in report.days if day.views} == summed("visits", 7, 1)
        assert {hour: count for hour, count in enumerate(report.hours) if count} == summed("hours", -1, -2)
        found = {name: {one.name: one.views for one in getattr(report, name)} for name in FILTERED}
        assert found == {
            "entries": summed("visits", 8, 2), "channels": summed("visits", 7, 3), "devices": summed("visits", 7, 5),
            "countries": summed("visits", 7, 6), "exits": summed("exits", -1, -2),
        }, filters  # fmt: skip
        assert not report.pages + report.conversions
        # What was before is not kept: nothing to compare with, rather than nothing.
        alone = await read_filtered(conn, site, period, filters, period.first)
        assert alone is not None
        assert (alone.totals, alone.before.views) == (report.totals, 0)
        assert as_json(alone)["filters"] == filters.values
        assert await read_filtered(conn, site, period, filters, LAST + timedelta(days=1)) is None
    whole = await read_report(conn, site, period, 1000)
    seen = await read_filtered(conn, site, period, Filters(), period.before.first, 1000)
    assert seen is not None
    # Sums of days and what single views tell are the same.
    assert (seen.totals, seen.before, seen.days) == (whole.totals, whole.before, whole.days)
    assert (seen.campaigns, seen.cities, seen.sources, seen.browsers) == (
        whole.campaigns, whole.cities, whole.sources, whole.browsers,
    )  # fmt: skip
    more = await read_report(conn, site, period, kept_since=LAST)
    assert more.single_since == LAST
    assert sum(more.hours) == sum(day.sessions for day in whole.days if day.date == LAST)
    # Of more than can be looked at, the latest days.
    monkeypatch.setattr("renderer.statistics.queries.MOST_FILTERED", 1)
    short = await read_filtered(conn, site, period, Filters(), period.before.first)
    assert short is not None
    assert (short.period, short.before.views) == (Period(LAST, LAST), 0)
    # A day of which sums alone are told, however it is asked for.
    monkeypatch.setattr("renderer.statistics.queries.MOST_OF_A_DAY", whole.days[-1].views - 1)
    assert await read_filtered(conn, site, period, Filters(), period.before.first) is None
    sums = await read_report(conn, site, period, kept_since=period.before.first)
    assert (sums.totals, sums.hours, sums.exits) == (whole.totals, [0] * 24, [])
    assert sums.single_since > period.last


FILTERED = ("entries", "channels", "devices", "countries", "exits")


async def test_a_stranger_reads_nothing_even_with_the_consoles_role(
    conn: asyncpg.Connection, database: Database, site: UUID
) -> None:
    await see(conn, site, 0, created_at=datetime.now(UTC), visitor_hash="now")
    owner = await conn.fetchval("SELECT user_id FROM websites WHERE id = $1", site)
    stranger = await conn.fetchval("SELECT user_id FROM websites WHERE id <> $1", site)
    console = await asyncpg.connect(database.url_as("tapsite_console"))
    for who, views in ((owner, 4), (stranger, 0), (None, 0)):
        async with console.transaction():
            await console.execute("SELECT set_config('app.user_id', $1, true)", str(who or ""))
            report = await read_report(console, site, RANGE)
            assert report.totals.views == views
            assert bool(report.pages or report.conversions or report.uncounted or report.campaigns) == bool(views)
            filtered = await read_filtered(console, site, RANGE, Filters(country="ID"), RANGE.first)
            assert bool(filtered and filtered.totals.views and filtered.entries) == bool(views)
            assert (await live(console, site)).visitors == (1 if views else 0)
            for table in Table:
                assert bool(await export_lines(console, site, table, RANGE)) == bool(views)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await console.fetch("SELECT visitor_hash FROM page_views")
    await console.close()


async def test_tables_are_streamed_and_no_cell_is_a_formula(conn: asyncpg.Connection, site: UUID) -> None:
    asked: list[Period] = []
    wide = Period(LAST - timedelta(days=69), LAST)

    async def export(table: Table) -> list[list[str]]:
        async def fetch(part: Period) -> list[tuple[str | int | None, ...]]:
            asked.append(part)
            return await export_lines(conn, site, table, part)

        pieces = [piece async for piece in export_rows(fetch, table, wide, "id")]
        assert pieces[0].startswith("\ufeff")
        return list(csv.reader(io.StringIO("".join(pieces).removeprefix("\ufeff")), delimiter=";"))

    for table in Table:
        asked.clear()
        head, *rows = await export(table)
        assert [part.days for part in asked] == [31, 31, 8]
        assert tuple(head) == table.columns
        assert rows
        assert all(len(row) == len(head) and row[0] >= wide.first.isoformat() for row in rows)
        assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert [LAST.isoformat(), "ig", "", "'=HYPERLINK(1)", "1", "1", "1"] in await export(Table.CAMPAIGNS)


@pytest.mark.parametrize(
    ("first", "last"),
    [("", ""), ("2026-W01-1", "2026-01-31"), ("2026-02-30", "2026-03-01"), ("2026-01-02", "2026-01-01"),
     ("1999-01-01", "2026-01-01"), ("2010-01-01", "2026-01-01"), ("２026-01-01", "2026-01-02"),
     ("9999-12-31", "9999-12-31"), ("2026-01-01\0", "2026-01-01")],
)  # fmt: skip
def test_a_malformed_range_is_refused(first: str, last: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any sentence will do
        Period.read(first, last)


async def test_today_is_the_sites_own(conn: asyncpg.Connection) -> None:
    late = datetime(2026, 1, 31, 20, tzinfo=UTC)
    for config, day in (
        ({"timezone": "America/New_York"}, 31),
        ({}, 1),
        ({"timezone": "../etc/passwd"}, 1),
        ({"timezone": 5}, 1),
    ):
        assert (await today(conn, await make_site(conn, config=config), late)).day == day
    assert Period.last_days(1, date(2026, 1, 31)).before == Period(date(2026, 1, 30), date(2026, 1, 30))


async def test_the_command_line_sums_and_tells(
    renderer: Run, database: Database, conn: asyncpg.Connection, site: UUID
) -> None:
    where = {"database": database, "database_maintain_url": database.url_as("tapsite_maintain")}
    await conn.execute("DELETE FROM website_analytics_daily")
    done = renderer("rollup", "--from", str(RANGE.first), "--to", str(LAST), "--site", "kopi", **where)
    assert done.returncode == 0, done.stderr
    assert "4 views" in done.stdout
    told = renderer("stats", "kopi", "--days", "5", **where)
    assert told.returncode == 0, told.stderr
    assert "daily visitors, summed" in told.stdout
    assert "whatsapp" in told.stdout
    whole = renderer("stats", "kopi", "--days", "5", "--json", **where)
    assert json.loads(whole.stdout)["totals"]["views"] == 4
    for first, last in (("2026-02-01", "2026-01-01"), ("0001-01-01", "0001-01-02"), ("9999-12-30", "9999-12-31"),
                        ("2000-01-01", "2026-01-01")):  # fmt: skip
        wrong = renderer("rollup", "--from", first, "--to", last, **where)
        assert (wrong.returncode, "Traceback" in wrong.stderr) == (2, False), wrong.stderr
