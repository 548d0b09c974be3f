"""What single views tell of visits: the database sorts and counts, and nothing that tells a visitor apart leaves it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from renderer.db import queries
from renderer.statistics.figures import Count, DayFigures
from renderer.statistics.filters import Filters
from renderer.statistics.period import Period
from renderer.zones import clock_of

if TYPE_CHECKING:
    from renderer.db.lease import Connection


@dataclass(frozen=True, slots=True)
class Told:
    """See figures.Report."""

    days: list[DayFigures]
    hours: list[int]
    lists: dict[str, list[Count]]


async def told_visits(
    conn: "Connection",
    website_id: UUID,
    zone: ZoneInfo,
    period: Period,
    filters: Filters,
    most: int,
    most_countries: int,
) -> Told:
    """Of all days of a period; nothing where the transaction does not work for the site's owner (app.user_id)."""
    days: dict[date, DayFigures] = {day: DayFigures(day) for day in period}
    hours = [0] * 24
    lists: dict[str, list[Count]] = {name: [] for name in _LISTS}
    starts = [midnight(day, zone) for day in (*period, *(period.last + timedelta(days=more) for more in (1, 2)))]
    spans = list(pairwise(starts))[:-1]
    clocks, turns, later = zip(*(clock_of(zone.key, *span) for span in spans), strict=True)
    bounds: dict[str, Any] = {"dates": list(period), "starts": starts[:-2], "ends": starts[1:-1], "nexts": starts[2:]}
    async for row in _queries.told_visits(
        conn, website_id=website_id, **bounds, turns=turns, clocks=clocks, later_clocks=later, **filters.values,
        most=most, most_countries=most_countries,
    ):  # fmt: skip
        name, views, sessions, visitors = row["name"], row["views"], row["sessions"], row["visitors"]
        if row["list"] == "days":
            day = date.fromisoformat(name)
            days[day] = DayFigures(day, views, visitors, sessions, row["session_seconds"], row["bounces"])
        elif row["list"] == "hours":
            hours[int(name)] = views
        else:
            lists[row["list"]].append(Count(name, views, sessions, visitors, row["detail"]))
    return Told(list(days.values()), hours, lists)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


_LISTS = ("entries", "exits", "channels", "sources", "countries", "cities", "devices", "browsers", "campaigns")
_queries = queries.load("statistics")
