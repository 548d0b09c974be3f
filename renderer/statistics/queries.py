"""Typed functions over sql/queries/statistics.sql."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from renderer.db import queries
from renderer.statistics.export import Table
from renderer.statistics.figures import Count, DayFigures, Live, Report, Totals
from renderer.statistics.filters import Filters
from renderer.statistics.period import Period
from renderer.statistics.single import midnight, told_visits
from renderer.zones import zone_name

if TYPE_CHECKING:
    from renderer.db.lease import Connection

MOST = 10
"""Lines of a list, unless more are asked for."""
MOST_COUNTRIES = 700
"""More than two letters make."""
MOST_SINGLE, MOST_FILTERED = 30_000, 60_000
"""Views that are looked at one by one, beside a report and for one that is filtered."""
MOST_OF_A_DAY = 100_000
"""Of a day that has more, sums alone are told: to look at a million of them takes seconds."""
_TOGETHER = {
    "paths": ("pages", "entries"),
    "origins": ("channels", "sources"),
    "places": ("countries", "cities"),
    "machines": ("devices", "browsers"),
}
_ALONE = ("referrers", "systems", "campaigns", "uncounted")
_LISTS = (*_ALONE, *chain(*_TOGETHER.values()), "exits")


async def today(conn: "Connection", website_id: UUID, now: datetime | None = None) -> date:
    """Today where the site is."""
    return (now or datetime.now(UTC)).astimezone(await _zone(conn, website_id)).date()


async def read_report(
    conn: "Connection",
    website_id: UUID,
    period: Period,
    most: int = MOST,
    *,
    kept_since: date | None = None,
    most_countries: int = MOST,
    without: Collection[str] = (),
) -> Report:
    """All figures of a range, lists with at most `most` lines. "referrers" and "systems" are empty where they are named
    in `without`. Single views are there since `kept_since`; None: they are not looked at."""
    asked: dict[str, Any] = {"website_id": website_id, "first": period.first, "last": period.last}
    before, days = await _days(_queries.days(conn, **{**asked, "first": period.before.first}), period)
    zone = await _zone(conn, website_id)
    lists = await _lists(conn, asked, most, most_countries, without)
    since, until = midnight(period.first, zone), midnight(period.last + timedelta(days=1), zone)
    conversions = await _counts(_queries.conversions(conn, **asked, since=since, until=until))
    part, hours = _latest(days, kept_since, MOST_SINGLE) if kept_since else None, [0] * 24
    if part is not None:
        told = await told_visits(conn, website_id, zone, part, Filters(), most, most_countries)
        hours, lists["exits"] = told.hours, told.lists["exits"]
    await _add_contacts(conn, asked, Filters(), lists)
    single_since = part.first if part else period.last + timedelta(days=1)
    return _report(period, Filters(), days, before, single_since, hours, {**lists, "conversions": conversions})


async def read_filtered(
    conn: "Connection",
    website_id: UUID,
    period: Period,
    filters: Filters,
    kept_since: date,
    most: int = MOST,
    *,
    most_countries: int = MOST,
) -> Report | None:
    """The same of visits that have something in common: of the latest days, as far back as single views are kept, and
    no more of these than can be looked at. None where none are kept of the range."""
    asked: dict[str, Any] = {"website_id": website_id, "first": period.first, "last": period.last}
    _, days = await _days(_queries.days(conn, **asked), period)
    part = _latest(days, kept_since, MOST_FILTERED)
    if part is None:
        return None
    zone = await _zone(conn, website_id)
    told = await told_visits(conn, website_id, zone, part, filters, most, most_countries)
    left = MOST_FILTERED - sum(day.views for day in days if day.date >= part.first)
    _, earlier = await _days(_queries.days(conn, **{**asked, "first": part.before.first, "last": part.before.last}),
                             part.before)  # fmt: skip
    before: list[DayFigures] = []
    if _latest(earlier, kept_since, left) == part.before:
        before = (await told_visits(conn, website_id, zone, part.before, filters, 0, 0)).days
    lists: dict[str, list[Count]] = {**{name: [] for name in _LISTS}, **told.lists}
    await _add_contacts(conn, {**asked, "first": part.first}, filters, lists)
    return _report(part, filters, told.days, before, part.first, told.hours, {**lists, "conversions": []})


def _report(
    period: Period,
    filters: Filters,
    days: list[DayFigures],
    before: list[DayFigures],
    single_since: date,
    hours: list[int],
    lists: dict[str, list[Count]],
) -> Report:
    totals, totals_before = Totals.of(days), Totals.of(before)
    return Report(period, totals, totals_before, filters, days, before, single_since, hours, **lists)


def _latest(days: Sequence[DayFigures], kept_since: date, most: int) -> Period | None:
    """The last of these days, whose single views are kept and no more than that; a day at least, unless it is too much
    by itself."""
    first, views = None, 0
    for day in reversed(days):
        views += day.views
        if day.date < kept_since or views > (most if first else MOST_OF_A_DAY) or most < 0:
            break
        first = day.date
    return Period(first, days[-1].date) if first else None


async def _days(rows: AsyncIterator[Any], period: Period) -> tuple[list[DayFigures], list[DayFigures]]:
    """Each day of the range before, or none where nothing is known of these; each day of the range."""
    known = {row["date"]: DayFigures(**row) async for row in rows}
    before = [known.get(day) or DayFigures(day) for day in period.before]
    return before if known.keys() & set(period.before) else [], [known.get(day) or DayFigures(day) for day in period]


async def _lists(
    conn: "Connection", asked: dict[str, Any], most: int, most_countries: int, without: Collection[str]
) -> dict[str, list[Count]]:
    lists: dict[str, list[Count]] = {name: [] for name in _LISTS}
    for name in _ALONE:
        if name not in without:
            lists[name] = await _counts(getattr(_queries, name)(conn, **asked, most=most))
    for query in _TOGETHER:
        bounds = {"most": most, **({"most_countries": most_countries} if query == "places" else {})}
        await _sort(getattr(_queries, query)(conn, **asked, **bounds), lists)
    return lists


async def _add_contacts(
    conn: "Connection", asked: dict[str, Any], filters: Filters, lists: dict[str, list[Count]]
) -> None:
    contacts = _queries.contacts(conn, **asked, **filters.values)
    known = {(row["list"], row["name"], row["detail"]): row["contacts"] async for row in contacts}
    for name, counts in lists.items():
        lists[name] = [replace(one, contacts=known.get((name, one.name, one.detail), 0)) for one in counts]


async def _sort(rows: AsyncIterator[Any], lists: dict[str, list[Count]]) -> None:
    async for row in rows:
        line = dict(row)
        lists[line.pop("list")].append(Count(**line))


async def live(conn: "Connection", website_id: UUID) -> Live:
    """Who is there now; nobody where the transaction does not work for the site's owner (app.user_id)."""
    return Live(**await _queries.live(conn, website_id=website_id))


async def export_lines(
    conn: "Connection", website_id: UUID, table: Table, period: Period
) -> list[tuple[str | int | None, ...]]:
    """What a table has of these days, by day."""
    rows = getattr(_queries, f"lines_of_{table}")(conn, website_id=website_id, first=period.first, last=period.last)
    return [tuple(row.values()) async for row in rows]


async def _counts(rows: AsyncIterator[Any]) -> list[Count]:
    return [Count(**row) async for row in rows]


async def _zone(conn: "Connection", website_id: UUID) -> ZoneInfo:
    return ZoneInfo(zone_name(await _queries.zone(conn, website_id=website_id)))


_queries = queries.load("statistics")
