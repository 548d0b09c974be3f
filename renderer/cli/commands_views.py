"""rollup and stats: days of page views in numbers, and what they come to."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer

from renderer import statistics, views
from renderer.cli.context import Access, Config, connect_to_schema, database, load_settings
from renderer.cli.one_site import site_named
from renderer.cli.telling import tell, tell_json
from renderer.settings import Settings
from renderer.statistics import MOST_DAYS, Count, Period, Report
from renderer.views import Rolled

_LISTS = (
    ("Pages", "pages"),
    ("From", "channels"),
    ("Sources", "sources"),
    ("Campaigns", "campaigns"),
    ("Countries", "countries"),
    ("Devices", "devices"),
    ("Browsers", "browsers"),
    ("Conversions", "conversions"),
    ("Not counted as views", "uncounted"),
)


def register(app: typer.Typer) -> None:
    app.command()(rollup)
    app.command()(stats)


def rollup(
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day; default: yesterday.", metavar="DATE"),
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; default: today.", metavar="DATE")
    ] = None,
    site: Annotated[
        str | None, typer.Option(help="Of one site alone: its subdomain, or a host it answers.", metavar="SITE")
    ] = None,
    config: Config = None,
) -> None:
    """Sum the page views of whole days anew. Days whose single views are deleted by now stay as they are.

    Days are of each site's own time zone. The server does this by itself for whatever has new views.
    """
    settings = load_settings(config)
    now = datetime.now(UTC)
    # Today somewhere: sites east of Greenwich are ahead.
    first, last = first or now - timedelta(days=1), last or now + timedelta(hours=14)
    try:
        period = Period.read(str(first.date()), str(last.date()))
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint="--from, --to") from None
    with database(settings) as access:
        done = asyncio.run(_rollup(settings, access, period, site))
    tell(f"{done.days} days of sites summed, {done.views} views.")


async def _rollup(settings: Settings, access: Access, period: Period, site: str | None) -> Rolled:
    website_id = await _site_id(settings, access, site) if site else None
    conn = await connect_to_schema(access.maintain)
    try:
        done = Rolled()
        with typer.progressbar(length=1_000, label="Summing", show_pos=False) as bar:
            days = views.roll_up_range(conn, period.first, period.last, settings.views.retention_days, website_id)
            async for reached, so_far in days:
                done = so_far
                bar.update(int(reached * 1_000) - bar.pos)
            bar.update(1_000 - bar.pos)
        return done
    finally:
        await conn.close()


def stats(
    site: Annotated[str, typer.Argument(metavar="SITE", help="Subdomain of the site, or a host it answers.")],
    days: Annotated[int, typer.Option(help="Days up to today.", min=1, max=MOST_DAYS)] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="All of it, for programs.")] = False,
    config: Config = None,
) -> None:
    """Say how a site is visited, beside as many days before."""
    settings = load_settings(config)
    with database(settings) as access:
        report = asyncio.run(_report(settings, access, site, days))
    if as_json:
        tell_json(statistics.as_json(report))
        return
    for line in _told(report):
        tell(line)


async def _report(settings: Settings, access: Access, site: str, days: int) -> Report:
    website_id = await _site_id(settings, access, site)
    conn = await connect_to_schema(access.maintain)
    try:
        period = Period.last_days(days, await statistics.today(conn, website_id))
        return await statistics.read_report(conn, website_id, period)
    finally:
        await conn.close()


async def _site_id(settings: Settings, access: Access, site: str) -> UUID:
    # Hosts are the edge's to read.
    conn = await connect_to_schema(access.direct)
    try:
        return (await site_named(conn, site, settings)).id
    finally:
        await conn.close()


def _told(report: Report) -> Iterator[str]:
    now, before = report.totals, report.before
    yield f"{report.period.first} to {report.period.last} (before: {report.period.days} days)"
    yield f"  {'views':<24} {now.views:>9} {before.views:>9}"
    yield f"  {'daily visitors, summed':<24} {now.daily_visitors:>9} {before.daily_visitors:>9}"
    yield f"  {'sessions':<24} {now.sessions:>9} {before.sessions:>9}"
    yield f"  {'seconds a session':<24} {_or_dash(now.average_seconds):>9} {_or_dash(before.average_seconds):>9}"
    yield f"  {'bounced, %':<24} {_or_dash(now.bounce_rate):>9} {_or_dash(before.bounce_rate):>9}"
    for title, name in _LISTS:
        counts: list[Count] = getattr(report, name)
        if counts:
            yield f"{title}"
            yield from (f"  {count.views:>9}  {_shown(count)}" for count in counts)


def _or_dash(number: float | None) -> str:
    return "–" if number is None else f"{number:g}"


def _shown(count: Count) -> str:
    return " · ".join(part for part in (count.name, count.detail) if part) or "(unknown)"
