"""Who came by: sentences while there are few, a chart and lists above; and the same as tables."""

from datetime import date

from aiohttp import web
from babel import Locale

from renderer import statistics as figures
from renderer.console import draw
from renderer.console.charts import draw_days
from renderer.console.tables import send_table
from renderer.console.visit import Visit
from renderer.console.words import Words, words_for
from renderer.console.world import draw_world
from renderer.statistics import Count, Period, Report, Table
from renderer.statistics.figures import change

RANGES = (7, 30, 90, 365)
USUAL = 30
FEW = 20
"""Views a week, below which numbers are said in sentences: of so few a percentage says nothing."""
MOST_LISTED = 10
LISTS = ("pages", "sources", "countries", "cities", "devices", "browsers", "campaigns", "conversions", "uncounted")


async def show_statistics(visit: Visit) -> web.StreamResponse:
    async with visit.db() as conn:
        today = await figures.today(conn, visit.site.id)
        days, period = _period(visit, today)
        report = await figures.read_report(
            conn, visit.site.id, period, most_countries=figures.MOST_COUNTRIES, without=("referrers", "systems")
        )
        now = await figures.live(conn, visit.site.id)
    words = words_for(visit.language)
    countries = report.countries
    named = _named("countries", countries, words)
    shown = {**{name: _named(name, getattr(report, name), words) for name in LISTS}, "countries": named[:MOST_LISTED]}
    few = report.totals.views * 7 < FEW * period.days
    return draw.page(
        visit,
        "statistics.html",
        report=report,
        live=now,
        days=days,
        ranges=RANGES,
        period=period,
        today=today,
        few=few,
        chart=None if few else draw_days(report.days),
        world=None if few else draw_world(countries),
        countries=named,
        named={one.name.upper(): called for called, one, _ in named},
        changes=_changes(report),
        lists=[(name, rows) for name, rows in shown.items() if rows],
        channels=_named("channels", report.channels, words),
        contacts=sum(one.views for one in report.conversions),
        query=f"first={period.first}&last={period.last}",
        root=f"/sites/{visit.site.id}/statistics",
        tables=tuple(Table),
    )


async def export_statistics(visit: Visit) -> web.StreamResponse:
    """A table day by day, written as it is read."""
    try:
        table = Table(visit.params["table"])
    except ValueError:
        raise web.HTTPNotFound from None
    async with visit.db() as conn:
        _, period = _period(visit, await figures.today(conn, visit.site.id))

    async def fetch(part: Period) -> list[tuple[str | int | None, ...]]:
        async with visit.db() as conn:
            return await figures.export_lines(conn, visit.site.id, table, part)

    name = f"{visit.site.host}-{table}-{period.first}-{period.last}.csv"
    return await send_table(visit, name, figures.export_rows(fetch, table, period, visit.language))


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


def _changes(report: Report) -> dict[str, float | None]:
    now, before = report.totals, report.before
    return {
        "views": change(now.views, before.views),
        "daily_visitors": change(now.daily_visitors, before.daily_visitors),
        "sessions": change(now.sessions, before.sessions),
    }


def _named(name: str, counts: list[Count], words: Words) -> list[tuple[str, Count, int]]:
    """(what it is called, the line, its share of the longest in per cent)."""
    most = max((one.views for one in counts), default=1) or 1
    return [(_called(name, one, words), one, round(100 * one.views / most)) for one in counts]


def _called(name: str, one: Count, words: Words) -> str:
    if not one.name:
        return words["stat_unknown"]
    if name == "countries":
        return str(Locale(words.language).territories.get(one.name.upper(), one.name))
    key = f"stat_{name}_{one.name}"
    if key in words:
        return words[key]
    channel = f"stat_channels_{one.detail}"
    if channel in words:
        return f"{one.name}, {words[channel]}"
    return f"{one.name}, {one.detail}" if one.detail else one.name
