"""demo."""

import asyncio
import time
from collections.abc import Callable
from contextlib import closing
from typing import Annotated

import typer

from renderer import console
from renderer import demo as demo_room
from renderer.cli.commands_data import apply_migrations
from renderer.cli.commands_themes import sync_theme_rows
from renderer.cli.context import Access, Config, connect, database, load_keyring, load_settings, say
from renderer.cli.demo_address import known_address
from renderer.cli.serving import Host, Port, Workers, let_in, loaded, open_sockets, pulse_of, supervise, with_port
from renderer.db import embedded
from renderer.db.schema import SchemaMismatch, check_schema
from renderer.demo.files import read_files
from renderer.settings import Settings
from renderer.themes import load_themes
from renderer.workers import Listening

DEMO_CONSOLE = "console.localhost"
"""Below a base domain, which a browser takes for another site on localhost alone."""


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    config: Config = None,
    host: Host = None,
    port: Port = None,
    workers: Workers = 1,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove the embedded server and its data, then exit.")
    ] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Restore the demo sites as they came.")] = False,
) -> None:
    """Six demo sites, from an empty machine to the browser: server, schema, themes, content, serving."""
    flags = {"host": host, "port": port, "workers": workers}
    settings = load_settings(config, server=flags, demo={"index": True})
    if not settings.console.host and settings.embedded:
        settings = load_settings(config, server=flags, demo={"index": True}, console={"host": DEMO_CONSOLE})
    if remove:
        embedded.remove(settings.var / "postgres")
        return
    began = time.monotonic()
    # First of all: whoever asks for a port that is taken need not wait for a whole schema to hear of it.
    listening = open_sockets(settings)
    say("Starting PostgreSQL …" if settings.embedded else "Connecting to PostgreSQL …")
    with closing(listening), database(settings) as access:
        if not asyncio.run(_is_current(access)):
            apply_migrations(settings, access, legacy_zone=None)
        names, door = asyncio.run(_load_demo(settings, access, reset=reset))

        def announce(settings: Settings) -> None:
            base = settings.server.base_domains[0]
            say(f"\n  {settings.origin(base)}/\n")
            for name in names:
                say(f"    {settings.origin(f'{name}.{base}')}/")
            if door:
                say(f"\n  Owner’s desk, for an owner of these sites, once:\n    {door.url(settings)}")
            say(f"\nReady after {time.monotonic() - began:.1f} s. Ctrl-C stops everything.")

        settings = with_port(settings, listening.port)
        with known_address(settings):
            _run(settings, access, listening, announce)


async def _is_current(access: Access) -> bool:
    conn = await connect(access.migrate)
    try:
        await check_schema(conn)
    except SchemaMismatch:
        return False
    finally:
        await conn.close()
    return True


async def _load_demo(settings: Settings, access: Access, *, reset: bool) -> tuple[list[str], console.Made | None]:
    conn = await connect(access.migrate)
    try:
        await sync_theme_rows(conn, load_themes(settings.themes_dir))
        names = [site.subdomain for site in await demo_room.load(conn, reset=reset)]
        if not settings.console.host:
            return names, None
        owner = read_files()[0].owner.email
        return names, await console.make_link(conn, load_keyring(settings), owner, "sign_in", is_known=True)
    finally:
        await conn.close()


def _run(settings: Settings, access: Access, listening: Listening, announce: Callable[[Settings], None]) -> None:
    """Serve until told to stop, without successors; `announce` once it serves."""
    let_in(settings, access)
    supervise(
        settings,
        access,
        loaded(settings, access),
        (listening.sites, listening.internal),
        ready=lambda: announce(settings),
        pulse=pulse_of(access),
    ).run()
