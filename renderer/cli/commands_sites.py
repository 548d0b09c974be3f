"""sites: what operators do with a whole site."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import UUID

import asyncpg
import typer

from renderer import sites
from renderer.cli.context import Config, on_database
from renderer.cli.telling import tell
from renderer.edge.sites import EdgeSite, find_site
from renderer.hostnames import InvalidHost, normalise_host
from renderer.media import leftovers
from renderer.objects import open_pictures
from renderer.settings import Settings

sites_app = typer.Typer(name="sites", help="Whole sites: suspend, restore, export, erase.", no_args_is_help=True)
Site = Annotated[str, typer.Argument(metavar="SITE", help="Subdomain of the site, or a host it answers.")]
Why = Annotated[str, typer.Option("--why", help="A line for the audit trail; no personal data.", show_default=False)]

T = TypeVar("T")


def register(app: typer.Typer) -> None:
    app.add_typer(sites_app)


@sites_app.command()
def suspend(site: Site, why: Why = "", config: Config = None) -> None:
    """Take a site out of sight: 503 for a week, then as if there were none. Nothing of it is lost."""

    async def work(conn: asyncpg.Connection, website_id: UUID, settings: Settings) -> bool:
        return await sites.suspend(conn, website_id, why)

    done = _run(config, site, work)
    tell(f"{site}: {'suspended' if done else 'was suspended before'}.", err=not done)


@sites_app.command()
def restore(site: Site, why: Why = "", config: Config = None) -> None:
    """Bring a suspended site back as it was."""

    async def work(conn: asyncpg.Connection, website_id: UUID, settings: Settings) -> str | None:
        try:
            return await sites.restore(conn, website_id, why)
        except sites.NotSuspended:
            return None

    status = _run(config, site, work)
    if status is None:
        tell(f"{site}: is not suspended.", err=True)
        raise typer.Exit(1)
    tell(f"{site}: {status} again.")


@sites_app.command()
def export(
    site: Site,
    output: Annotated[Path, typer.Option("--out", "--output", "-o", help="A new ZIP file.", show_default=False)],
    config: Config = None,
) -> None:
    """Write all of a site into a ZIP file: content, posts, forms, leads, views, domains as JSON lines, and pictures."""

    async def work(conn: asyncpg.Connection, website_id: UUID, settings: Settings) -> dict[str, int]:
        async with aclosing(open_pictures(settings)) as pictures:
            return await sites.write_export(conn, website_id, output, pictures)

    for table, count in sorted(_run(config, site, work).items()):
        tell(f"{count:>10} {table}")


@sites_app.command()
def erase(
    site: Site,
    confirm: Annotated[
        str,
        typer.Option("--confirm", help="The site's subdomain once more, instead of being asked.", show_default=False),
    ] = "",
    why: Why = "",
    config: Config = None,
) -> None:
    """Delete a site and all that belongs to it, for ever. What was paid and the audit trail are kept."""

    async def work(conn: asyncpg.Connection, website_id: UUID, settings: Settings) -> bool:
        said = confirm or await asyncio.to_thread(typer.prompt, "This cannot be undone. Type its subdomain to go on")
        done = await sites.erase(conn, website_id, said, why)
        if done:
            async with aclosing(open_pictures(settings)) as pictures:
                await leftovers.clear(conn, pictures)
        return done

    if not _run(config, site, work):
        tell(f"{site}: that is not its subdomain; nothing is erased.", err=True)
        raise typer.Exit(1)
    tell(f"{site}: erased.")


def _run(config: Path | None, site: str, work: Callable[[asyncpg.Connection, UUID, Settings], Awaitable[T]]) -> T:
    async def run(conn: asyncpg.Connection, settings: Settings) -> T:
        return await work(conn, await _find(conn, site, settings), settings)

    return on_database(config, run)


async def _find(conn: asyncpg.Connection, name: str, settings: Settings) -> UUID:
    """A site in whatever state, by its subdomain; one that answers, by its host."""
    try:
        host = normalise_host(name)
    except InvalidHost as error:
        raise typer.BadParameter(f"{name!r} is no host name: {error}", param_hint="SITE") from None
    label, _, base = host.partition(".")
    if not base or base in settings.server.base_domains:
        found = await sites.find_site_named(conn, label)
    else:
        site = await find_site(conn, host, settings.server.base_domains)
        found = site.id if isinstance(site, EdgeSite) else None
    if found is None:
        raise typer.BadParameter(f"no site {name!r}", param_hint="SITE")
    return found
