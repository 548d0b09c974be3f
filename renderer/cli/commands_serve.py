"""serve and demo."""

import asyncio
import os
import time
from collections.abc import Callable
from typing import Annotated

import typer

from renderer import demo as demo_room
from renderer import views
from renderer.app import make_app
from renderer.cli.commands_data import apply_migrations
from renderer.cli.commands_themes import sync_theme_rows
from renderer.cli.context import Access, Config, connect, database, load_keyring, load_settings
from renderer.db import embedded
from renderer.db.migrations import SchemaMismatch, check_schema
from renderer.settings import Settings
from renderer.themes import load_themes
from renderer.workers import Supervisor, listen

Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.", show_default=False)]
Port = Annotated[int | None, typer.Option("--port", help="Port to listen on.", show_default=False, min=0, max=65535)]
Workers = Annotated[
    int | None, typer.Option("--workers", help="Worker processes; 0 is one a core.", show_default=False, min=0)
]


def register(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(demo)


def serve(config: Config = None, host: Host = None, port: Port = None, workers: Workers = None) -> None:
    """Serve the sites of the configured database. Never migrates."""
    settings = load_settings(config, server={"host": host, "port": port, "workers": workers})
    with database(settings) as access:
        asyncio.run(_check(access))
        run(settings, access, lambda _, address: typer.echo(f"Serving on {address}"))


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
    if remove:
        embedded.remove(settings.var / "postgres")
        return
    began = time.monotonic()
    typer.echo("Starting PostgreSQL …" if settings.embedded else "Connecting to PostgreSQL …")
    with database(settings) as access:
        if not asyncio.run(_is_current(access)):
            apply_migrations(settings, access, legacy_zone=None)
        names = asyncio.run(_load_demo(settings, access, reset=reset))

        def announce(settings: Settings, _: str) -> None:
            base = settings.server.base_domains[0]
            typer.echo(f"\n  {settings.origin(base)}/\n")
            for name in names:
                typer.echo(f"    {settings.origin(f'{name}.{base}')}/")
            typer.echo(f"\nReady after {time.monotonic() - began:.1f} s. Ctrl-C stops everything.")

        run(settings, access, announce)


async def _check(access: Access) -> None:
    conn = await connect(access.direct)
    try:
        await check_schema(conn)
    finally:
        await conn.close()


async def _is_current(access: Access) -> bool:
    conn = await connect(access.migrate)
    try:
        await check_schema(conn)
    except SchemaMismatch:
        return False
    finally:
        await conn.close()
    return True


async def _load_demo(settings: Settings, access: Access, *, reset: bool) -> list[str]:
    conn = await connect(access.migrate)
    try:
        await sync_theme_rows(conn, load_themes(settings.themes_dir))
        return [site.subdomain for site in await demo_room.load(conn, reset=reset)]
    finally:
        await conn.close()


def run(settings: Settings, access: Access, announce: Callable[[Settings, str], None]) -> None:
    """Serve until told to stop; `announce` gets the settings with the real port, and the address, once it serves."""
    server = settings.server
    themes, keyring = load_themes(settings.themes_dir), load_keyring(settings)
    if settings.views.enabled:
        views.warm_up()
    if access.server is not None:
        access.server.enable_logins(["tapsite_edge", "tapsite_console"] if settings.console.host else ["tapsite_edge"])
    listeners = listen(server.host, server.port, server.workers or os.cpu_count() or 1)
    port = listeners[0].getsockname()[1]
    if server.port == 0:
        settings = settings.model_copy(update={"server": server.model_copy(update={"port": port})})
    Supervisor(
        listeners,
        lambda: make_app(settings, access.serve, keyring, themes, access.maintain, access.direct, access.console),
        shutdown_seconds=server.shutdown_seconds,
        ready=lambda: announce(settings, f"http://{f'[{server.host}]' if ':' in server.host else server.host}:{port}/"),
        pulse=access.server.revive if access.server is not None else lambda: None,
    ).run()
