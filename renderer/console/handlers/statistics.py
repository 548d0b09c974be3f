"""Who came by: sentences while there are few, a chart and lists above; and the same as tables."""

from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from aiohttp import web
from babel import Locale

from renderer import statistics as figures
from renderer.console import draw
from renderer.console.charts import Chart, draw_days, draw_hours
from renderer.console.tables import send_table
from renderer.console.visit import Visit
from renderer.console.words import Words, words_for
from renderer.console.world import draw_world
from renderer.statistics import Count, Filters, Period, Report, Table
from renderer.themes import OWN_PATH

if TYPE_CHECKING:
    from renderer.db.lease import Connection

RANGES = (1, 7, 30, 90, 365)
USUAL = 30
FEW = 20
"""Views a week, below which numbers are said in sentences: of so few a percentage says nothing."""
MOST_LISTED, MOST_EXPORTED = 10, 1000
LISTS = ("pages", "entries", "exits", "sources", "countries", "cities", "devices", "browsers", "campaigns",
         "conversions", "uncounted")  # fmt: skip
_FILTERS = {"entries": "page", "channels": "channel", "sources": "source", "countries": "country", "devices": "device"}
_FILTERED = (Table.DAYS, figures.LISTS)
"""Of visits that are filtered these tables alone can be had."""


class Line(NamedTuple):
    """Of a list: what it is called, its share of the longest in per cent, and where visits like these are shown."""

    called: str
    row: Count
    share: int
    href: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what is told. `days`: which of the usual ranges it is. `kept_since`: so far back filters reach, where that is
    not as far as was asked."""

    days: int | None
    period: Period
    filters: Filters
    kept_since: date | None
    report: Report


async def show_statistics(visit: Visit) -> web.StreamResponse:
    async with visit.db() as conn:
        asked = await _ask(visit, conn)
        now = await figures.live(conn, visit.site.id)
    report, words = asked.report, words_for(visit.language)
    root = f"/sites/{visit.site.id}/statistics"
    span = f"days={asked.days}" if asked.days else f"first={asked.period.first}&last={asked.period.last}"

    def href(filters: Filters) -> str:
        return f"{root}?{span}&{filters.query}" if filters else f"{root}?{span}"

    def lines(name: str) -> list[Line]:
        counts = getattr(report, name)
        most = max((one.views for one in counts), default=1) or 1
        links = ["" if (narrowed := _narrowed(asked.filters, name, one)) is None else href(narrowed) for one in counts]
        return [
            Line(_called(name, one, words), one, round(100 * one.views / most), link)
            for one, link in zip(counts, links, strict=True)
        ]

    shown = {name: lines(name)[:MOST_LISTED] for name in ("channels", *LISTS)}
    countries = lines("countries")
    few = report.totals.views * 7 < FEW * asked.period.days and not asked.filters
    return draw.page(
        visit,
        "statistics.html",
        asked=asked,
        report=report,
        live=now,
        ranges=RANGES,
        few=few,
        charts=[] if few else _charts(report),
        world=None if few else draw_world(report.countries),
        countries=countries,
        named={line.row.name.upper(): line.called for line in countries},
        changes=figures.changes(report),
        lists=[(name, rows) for name, rows in shown.items() if rows],
        few_page=next(iter(shown["pages"]), None),
        few_channel=next(iter(shown["channels"]), None),
        chips=_chips(asked.filters, words, href),
        contacts=sum(one.views for one in report.conversions),
        query=f"first={asked.period.first}&last={asked.period.last}&{asked.filters.query}".rstrip("&"),
        root=root,
        own_link=visit.site.url + OWN_PATH,
        tables=_FILTERED if asked.filters else (*_FILTERED, *(one for one in Table if one not in _FILTERED)),
    )


async def tell_statistics(visit: Visit) -> web.StreamResponse:
    """The same as JSON (`statistics.as_json`), with the last five minutes as `live`."""
    async with visit.db() as conn:
        asked = await _ask(visit, conn)
        now = await figures.live(conn, visit.site.id)
    return web.json_response({**figures.as_json(asked.report), "live": asdict(now)})


async def export_statistics(visit: Visit) -> web.StreamResponse:
    """A table day by day, written as it is read; what is told of the whole range, or of visits that are filtered."""
    wanted, filters = visit.params["table"], Filters.read(visit.request.query)
    if filters and wanted not in _FILTERED:
        raise web.HTTPNotFound
    if filters or wanted == figures.LISTS:
        async with visit.db() as conn:
            asked = await _ask(visit, conn, MOST_EXPORTED)
        if asked.filters != filters:
            raise web.HTTPNotFound  # of these days there are sums alone
        rows = figures.report_rows(asked.report, wanted, visit.language)
        return await send_table(visit, _file_name(visit, wanted, asked.period), rows)
    try:
        table = Table(wanted)
    except ValueError:
        raise web.HTTPNotFound from None
    async with visit.db() as conn:
        _, period = _period(visit, await figures.today(conn, visit.site.id))

    return await send_table(visit, _file_name(visit, table, period), figure_table(visit, table, period))


def figure_table(visit: Visit, table: Table, period: Period) -> AsyncIterator[str]:
    """CSV, written as it is read: a connection is held for a piece at a time."""

    async def fetch(part: Period) -> list[tuple[str | int | None, ...]]:
        async with visit.db() as conn:
            return await figures.export_lines(conn, visit.site.id, table, part)

    return figures.export_rows(fetch, table, period, visit.language)


def _file_name(visit: Visit, table: str, period: Period) -> str:
    return f"{visit.site.host}-{table}-{period.first}-{period.last}.csv"


def _period(visit: Visit, today: date) -> tuple[int | None, Period]:
    """The range that was asked for, and which of the usual ones it is; what is no range is the usual one."""
    query = visit.request.query
    if "first" in query and "last" in query:
        try:
            period = Period.read(query["first"], query["last"])
            return (period.days if period.days in RANGES and period.last == today else None), period
        except ValueError:
            pass
    days = query.get("days", "")
    wanted = next((usual for usual in RANGES if days == str(usual)), USUAL)
    return wanted, Period.last_days(wanted, today)


async def _ask(visit: Visit, conn: "Connection", most: int = MOST_LISTED) -> Asked:
    """What the query asks for, lists with at most `most` lines; filters as far back as what they look at is kept."""
    today = await figures.today(conn, visit.site.id)
    days, period = _period(visit, today)
    filters = Filters.read(visit.request.query)
    kept_since = today - timedelta(days=visit.settings.views.retention_days - 1)
    of = (conn, visit.site.id, period)
    if filters:
        report = await figures.read_filtered(*of, filters, kept_since, most, most_countries=figures.MOST_COUNTRIES)
        if report is not None and report.period == period:
            return Asked(days, period, filters, None, report)
        if report is not None:
            return Asked(None, report.period, filters, report.period.first, report)
    report = await figures.read_report(
        *of, most, kept_since=kept_since, most_countries=figures.MOST_COUNTRIES,
        without=("referrers", "systems") if most == MOST_LISTED else (),
    )  # fmt: skip
    return Asked(days, period, Filters(), kept_since if filters else None, report)


def _narrowed(filters: Filters, name: str, one: Count) -> Filters | None:
    """The same visits, but those of this line alone; None where its list is none that filters know, or it is one."""
    if name not in _FILTERS:
        return None
    more = {_FILTERS[name]: one.name, **({"channel": one.detail} if name == "sources" else {})}
    narrowed = filters.but(**more)
    return narrowed if narrowed != filters else None


def _chips(filters: Filters, words: Words, href: Callable[[Filters], str]) -> list[tuple[str, str]]:
    """What is filtered by, and where it is no longer."""
    lists = {field: name for name, field in _FILTERS.items()}
    return [
        (
            words(f"stat_filter_{field}", value=_called(lists[field], Count(value, 0), words)),
            href(filters.but(**{field: None})),
        )
        for field, value in filters.values.items()
        if value is not None
    ]


def _charts(report: Report) -> list[Chart]:
    """Days, unless there is but one whose hours are known; hours."""
    hours = [draw_hours(report.hours)] if any(report.hours) else []
    before = report.days_before if report.before.views else []
    return hours if hours and report.period.days == 1 else [draw_days(report.days, before), *hours]


def _called(name: str, one: Count, words: Words) -> str:
    if not one.name:
        return words["stat_unknown"]
    if name == "countries":
        return str(Locale(words.language).territories.get(one.name.upper(), one.name))
    if name in ("entries", "exits"):
        name = "pages"
    key = f"stat_{name}_{one.name}"
    if key in words:
        return words[key]
    if name == "cities":
        return f"{one.name}, {_called('countries', Count(one.detail, 0), words)}" if one.detail else one.name
    channel = f"stat_channels_{one.detail}"
    if channel in words:
        return f"{one.name}, {words[channel]}"
    return f"{one.name}, {one.detail}" if one.detail else one.name
