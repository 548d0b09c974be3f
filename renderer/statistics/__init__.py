"""What an owner reads of a site's page views: a range beside the one before it, lists, live visitors, tables.

Reads what the roll-up wrote (renderer/views) and nothing of single visitors. Everything here is asked for one site; who
may ask is the caller's to know, and the console's role sees its owner's rows alone.

    async with visit.db() as conn:
        report = await read_report(conn, website_id, Period.last_days(30, await today(conn, website_id)))
    as_json(report)

    async for piece in export_rows(fetch, Table.PAGES, period, heads, "id"): …

Not here: summing (renderer/views/rollup.py), drawing, and single people: days' visitors can only be added up.
"""

from renderer.statistics.export import LISTS, Table, as_json, changes, export_rows, report_rows
from renderer.statistics.figures import Count, DayFigures, Live, Report, Totals
from renderer.statistics.filters import Filters
from renderer.statistics.period import MOST_DAYS, Period
from renderer.statistics.queries import MOST_COUNTRIES, export_lines, live, read_filtered, read_report, today

__all__ = [
    "LISTS",
    "MOST_COUNTRIES",
    "MOST_DAYS",
    "Count",
    "DayFigures",
    "Filters",
    "Live",
    "Period",
    "Report",
    "Table",
    "Totals",
    "as_json",
    "changes",
    "export_lines",
    "export_rows",
    "live",
    "read_filtered",
    "read_report",
    "report_rows",
    "today",
]
