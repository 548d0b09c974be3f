"""The one site that a command is about."""

import asyncpg
import typer

from renderer.edge.sites import EdgeSite, find_site
from renderer.hostnames import InvalidHost, normalise_host
from renderer.settings import Settings


async def site_named(conn: asyncpg.Connection, name: str, settings: Settings) -> EdgeSite:
    """The site of a subdomain, or of a host it answers, in whatever state. Raises typer.BadParameter."""
    raw = name if "." in name else f"{name}.{settings.server.base_domains[0]}"
    try:
        host = normalise_host(raw)
    except InvalidHost as error:
        raise typer.BadParameter(f"{raw!r} is no host name: {error}") from None
    found = await find_site(conn, host, settings.server.base_domains)
    if not isinstance(found, EdgeSite):
        raise typer.BadParameter(f"no site {name!r}", param_hint="SITE")
    return found
