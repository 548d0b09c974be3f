"""A report as JSON; its tables, day by day, for spreadsheet programs."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict, astuple, fields
from datetime import date
from enum import StrEnum
from typing import Any

from renderer.spreadsheets import MARK, csv_lines
from renderer.statistics.figures import Count, DayFigures, Report, Totals, change
from renderer.statistics.period import Period

DAYS_AT_ONCE = 31
LISTS = "lists"
"""What a report's lists are exported as, beside the tables."""
_LINES = 500
"""Of a piece: to write more of them takes longer than anybody should wait for their turn."""


class Table(StrEnum):
    """What can be exported, each with its columns."""

    DAYS = "days"
    PAGES = "pages"
    REFERRERS = "referrers"
    BROWSERS = "browsers"
    PLACES = "places"
    CAMPAIGNS = "campaigns"
    CONVERSIONS = "conversions"
    UNCOUNTED = "uncounted"
    CONTACTS = "contacts"

    @property
    def columns(self) -> tuple[str, ...]:
        return ("date", *_COLUMNS[self])


_COUNTS = ("views", "sessions", "visitors")
_COLUMNS: dict[str, tuple[str, ...]] = {
    "days": ("views", "visitors", "sessions", "average_seconds", "bounce_rate"),
    "pages": ("path", "views", "visitors", "entries"),
    "referrers": ("channel", "name", "referrer", *_COUNTS),
    "browsers": ("device", "browser", "os", *_COUNTS),
    "places": ("country", "city", *_COUNTS),
    "campaigns": ("utm_source", "utm_medium", "utm_campaign", *_COUNTS),
    "conversions": ("way", "clicks", "visitors"),
    "uncounted": ("reason", "visits"),
    "contacts": ("path", "channel", "name", "device", "country", "contacts"),
}

_LISTS = [one.name for one in fields(Report) if one.type == list[Count]]

Fetch = Callable[[Period], Awaitable[Sequence[Sequence[Any]]]]


async def export_rows(
    fetch: Fetch, table: Table, period: Period, language: str, heads: Sequence[str] = ()
) -> AsyncIterator[str]:
    """A table as pieces of CSV: `heads` (`Table.columns` unless given), then a line a row.

    `fetch(part)` gets some of the days (`queries.export_lines`); no connection is held between two.
    """
    yield MARK + csv_lines([heads or table.columns], language)
    for part in period.parts(DAYS_AT_ONCE):
        rows = await fetch(part)
        for start in range(0, len(rows), _LINES):
            yield _lines(rows[start : start + _LINES], language)


async def report_rows(report: Report, table: str, language: str) -> AsyncIterator[str]:
    """Of a report, which may be filtered, its days (Table.DAYS), or with LISTS the lines of all its lists."""
    rows: list[Sequence[Any]]
    if table == Table.DAYS:
        heads = Table.DAYS.columns
        rows = [_day(day, Totals.of([day])) for day in report.days]
    else:
        heads = ("list", *(one.name for one in fields(Count)))
        rows = [(name, *astuple(line)) for name in _LISTS for line in getattr(report, name)]
    yield MARK + csv_lines([heads], language) + _lines(rows, language)


def _day(day: DayFigures, of: Totals) -> tuple[Any, ...]:
    return day.date, day.views, day.visitors, day.sessions, of.average_seconds, of.bounce_rate


def _lines(rows: Sequence[Sequence[Any]], language: str) -> str:
    return csv_lines([["" if cell is None else str(cell) for cell in row] for row in rows], language)


def as_json(report: Report) -> dict[str, Any]:
    """A report of plain values: dates as ISO 8601, `change` in per cent against the range before or null."""
    told: dict[str, Any] = _plain(asdict(report))
    told["change"] = changes(report)
    return told


def changes(report: Report) -> dict[str, float | None]:
    """In per cent against the range before; None where there is none to compare with."""
    now, before = report.totals, report.before
    return {name: change(getattr(now, name), getattr(before, name)) for name in ("views", "daily_visitors", "sessions")}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
