"""Typed functions over sql/queries/statistics.sql."""

from collections.abc import AsyncIterator, Collection
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from renderer.db import queries
from renderer.statistics.export import Table
from renderer.statistics.figures import Count, DayFigures, Live, Report, Totals
from renderer.statistics.period import Period
from renderer.zones import zone_name

if TYPE_CHECKING:
    from renderer.db.lease import Connection

MOST = 10
"""Lines of a list, unless more are asked for."""
MOST_COUNTRIES = 700
"""More than two letters make."""
_TOGETHER = {"origins": ("channels", "sources"), "places": ("countries", "cities"), "machines": ("devices", "browsers")}
_ALONE = ("pages", "referrers", "systems", "campaigns", "uncounted")


async def today(conn: "Connection", website_id: UUID, now: datetime | None = None) -> date:
    """Today where the site is."""
    return (now or datetime.now(UTC)).astimezone(await _zone(conn, website_id)).date()


async def read_report(
    conn: "Connection",
    website_id: UUID,
    period: Period,
    most: int = MOST,
    *,
    most_countries: int = MOST,
    without: Collection[str] = (),
) -> Report:
    """All figures of a range, lists with at most `most` lines. "referrers" and "systems" are empty where they are named
    in `without`."""
    before = period.before
    rows = _queries.days(conn, website_id=website_id, first=before.first, last=period.last)
    known = {row["date"]: DayFigures(**row) async for row in rows}
    days = [known.get(day) or DayFigures(day) for day in period]
    asked: dict[str, Any] = {"website_id": website_id, "first": period.first, "last": period.last}
    lists: dict[str, list[Count]] = {name: [] for name in (*_ALONE, *chain(*_TOGETHER.values()))}
    for name in _ALONE:
        if name not in without:
            lists[name] = await _counts(getattr(_queries, name)(conn, **asked, most=most))
    for query in _TOGETHER:
        bounds = {"most": most, **({"most_countries": most_countries} if query == "places" else {})}
        async for row in getattr(_queries, query)(conn, **asked, **bounds):
            line = dict(row)
            lists[line.pop("list")].append(Count(**line))
    zone = await _zone(conn, website_id)
    since, until = _midnight(period.first, zone), _midnight(period.last + timedelta(days=1), zone)
    conversions = await _counts(_queries.conversions(conn, **asked, since=since, until=until))
    return Report(
        period=period,
        totals=Totals.of(days),
        before=Totals.of(known[day] for day in before if day in known),
        days=days,
        conversions=conversions,
        **lists,
    )


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


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


_queries = queries.load("statistics")
