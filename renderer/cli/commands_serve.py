"""serve."""

import asyncio
import logging

import typer

from renderer import console
from renderer.cli.context import Access, Config, connect_to_schema, database, inherited_access, load_settings, say
from renderer.cli.serving import Host, Port, Workers, generation, let_in, open_sockets, pulse_of, with_port
from renderer.workers import Succession, find_heir
from renderer.workers.sockets import port_of

log = logging.getLogger(__name__)


def register(app: typer.Typer) -> None:
    app.command()(serve)


def serve(config: Config = None, host: Host = None, port: Port = None, workers: Workers = None) -> None:
    """Serve the sites of the configured database. Never migrates.

    SIGHUP starts a successor from the files as they are now; it takes over without losing a request.
    """
    heir = find_heir()
    settings = load_settings(config, server={"host": host, "port": port, "workers": workers})
    if settings.production and (base := console.neighbour_of(settings.console.host, settings.server.base_domains)):
        log.warning(
            "console.host is of one site with server.base_domains %s: owners' cookies reach the sites' pages", base
        )
    if heir is not None:
        access = inherited_access(settings, heir.will)
        asyncio.run(_check(access))
        generation(with_port(settings, port_of(heir.sites[0])), access)(heir)
        return
    with database(settings) as access:
        asyncio.run(_check(access))
        let_in(settings, access)
        listening = open_sockets(settings)
        settings = with_port(settings, listening.port)
        Succession(
            listening,
            generation(settings, access),
            will={"access": access.urls} if settings.embedded else {},
            shutdown_seconds=settings.server.shutdown_seconds,
            ready=lambda: say(f"Serving on {listening.address}"),
            pulse=pulse_of(access),
        ).run()


async def _check(access: Access) -> None:
    await (await connect_to_schema(access.direct)).close()
