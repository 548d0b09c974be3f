"""What is told of a site's page views."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from renderer.statistics.filters import Filters
from renderer.statistics.period import Period


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day. A session that crosses midnight belongs to the day it began on."""

    date: date
    views: int = 0
    visitors: int = 0
    sessions: int = 0
    session_seconds: int = 0
    bounces: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """A range. `daily_visitors` are the days' visitors added up, and to be labelled so: keys end with each day, so that
    who comes on two days counts twice. `bounce_rate` in per cent; None where there was no session."""

    views: int
    daily_visitors: int
    sessions: int
    average_seconds: int | None
    bounce_rate: float | None

    @classmethod
    def of(cls, days: Iterable[DayFigures]) -> "Totals":
        days = list(days)
        sessions = sum(day.sessions for day in days)
        seconds, bounces = sum(day.session_seconds for day in days), sum(day.bounces for day in days)
        return cls(
            sum(day.views for day in days),
            sum(day.visitors for day in days),
            sessions,
            round(seconds / sessions) if sessions else None,
            round(100 * bounces / sessions, 1) if sessions else None,
        )


def change(now: float, before: float) -> float | None:
    """By how many per cent; None where there was nothing before."""
    return round(100 * (now - before) / before, 1) if before else None


@dataclass(frozen=True, slots=True)
class Count:
    """A line of a list. `name` is "" for what is unknown, `detail` what tells equal names apart (a city's country).
    What is no page view is counted by `views` as well: clicks, forms, programs' visits, sessions that began or ended
    with a page. `contacts`: visitors who followed a link to the owner on the day that they came this way."""

    name: str
    views: int
    sessions: int = 0
    visitors: int = 0
    detail: str = ""
    contacts: int = 0


@dataclass(frozen=True, slots=True)
class Live:
    """The last five minutes."""

    views: int
    visitors: int


@dataclass(frozen=True, slots=True)
class Report:
    """All of a range; lists have the most first.

    Single views tell `hours`, the sessions that began in each hour of the site's clock, and `exits`, both since the day
    `single_since`; and all of visits that are filtered, whose period may be shorter than was asked. Of these pages,
    referrers, systems, conversions and what is not counted are empty, and `before` is of nothing where too little is
    kept to say it. `days_before` are as many as `days`, or none where nothing is known of them."""

    period: Period
    totals: Totals
    before: Totals
    filters: Filters
    days: list[DayFigures]
    days_before: list[DayFigures]
    single_since: date
    hours: list[int]
    pages: list[Count]
    entries: list[Count]
    exits: list[Count]
    channels: list[Count]
    sources: list[Count]
    referrers: list[Count]
    countries: list[Count]
    cities: list[Count]
    devices: list[Count]
    browsers: list[Count]
    systems: list[Count]
    campaigns: list[Count]
    conversions: list[Count]
    uncounted: list[Count]
