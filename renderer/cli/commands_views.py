"""rollup: days of page views in numbers."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from renderer import views
from renderer.cli.context import Access, Config, connect, database, load_settings
from renderer.cli.one_site import site_named
from renderer.settings import Settings
from renderer.views import Rolled

MOST_DAYS = 3_700


def register(app: typer.Typer) -> None:
    app.command()(rollup)


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
    if first.date() > last.date():
        raise typer.BadParameter("--from comes after --to", param_hint="--from")
    if (last.date() - first.date()).days > MOST_DAYS:
        raise typer.BadParameter("that is more than ten years", param_hint="--from")
    with database(settings) as access:
        done = asyncio.run(_rollup(settings, access, first, last, site))
    typer.echo(f"{done.days} days of sites summed, {done.views} views.")


async def _rollup(settings: Settings, access: Access, first: datetime, last: datetime, site: str | None) -> Rolled:
    conn = await connect(access.maintain)
    try:
        website_id = (await site_named(conn, site, settings)).id if site else None
        done = Rolled()
        with typer.progressbar(length=1_000, label="Summing", show_pos=False) as bar:
            days = views.roll_up_range(conn, first.date(), last.date(), settings.views.retention_days, website_id)
            async for reached, so_far in days:
                done = so_far
                bar.update(int(reached * 1_000) - bar.pos)
            bar.update(1_000 - bar.pos)
        return done
    finally:
        await conn.close()
