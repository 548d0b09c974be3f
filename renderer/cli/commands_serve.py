"""serve and demo."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Annotated, Any

import typer
from aiohttp import web

from renderer import console, views
from renderer import demo as demo_room
from renderer.app import make_app, until_ready
from renderer.cli.commands_data import apply_migrations
from renderer.cli.commands_themes import sync_theme_rows
from renderer.cli.context import (
    Access,
    Config,
    connect,
    connect_to_schema,
    database,
    inherited_access,
    load_keyring,
    load_settings,
    say,
)
from renderer.db import embedded
from renderer.db.migrations import SchemaMismatch, check_schema
from renderer.demo.files import read_files
from renderer.edge.relay import Line, Relay
from renderer.internal import make_internal_app, until_loaded
from renderer.settings import Settings
from renderer.tally import Board
from renderer.themes import load_themes
from renderer.workers import AddressInUse, Beside, Heir, Listening, Succession, Supervisor, find_heir, listen
from renderer.workers.sockets import listen_at, passed, port_of

log = logging.getLogger(__name__)

DEMO_CONSOLE = "console.localhost"
"""Below a base domain, which a browser takes for another site on localhost alone."""

Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.", show_default=False)]
Port = Annotated[int | None, typer.Option("--port", help="Port to listen on.", show_default=False, min=0, max=65535)]
Workers = Annotated[
    int | None, typer.Option("--workers", help="Worker processes; 0 is one a core.", show_default=False, min=0)
]


def register(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(demo)


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
        _generation(_with_port(settings, port_of(heir.sites[0])), access)(heir)
        return
    with database(settings) as access:
        asyncio.run(_check(access))
        _let_in(settings, access)
        listening = _listen(settings)
        settings = _with_port(settings, listening.port)
        Succession(
            listening,
            _generation(settings, access),
            will={"access": access.urls} if settings.embedded else {},
            shutdown_seconds=settings.server.shutdown_seconds,
            ready=lambda: say(f"Serving on {listening.address}"),
            pulse=_pulse(access),
        ).run()


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
    listening = _listen(settings)
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

        _run(_with_port(settings, listening.port), access, listening, announce)


async def _check(access: Access) -> None:
    await (await connect_to_schema(access.direct)).close()


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
        return names, await console.make_link(conn, load_keyring(settings), owner, "sign_in")
    finally:
        await conn.close()


def _generation(settings: Settings, access: Access) -> Callable[[Heir], None]:
    """What a generation does, in a process of its own. Everything is loaded before, to be shared with its workers."""
    load = _loaded(settings, access)

    def run(heir: Heir) -> None:
        _supervisor(
            settings,
            access,
            load,
            (heir.sites, heir.internal),
            ready=heir.tell_ready,
            until_ready=until_ready if heir.patient else None,
            lifeline=heir.channel.fileno(),
        ).run()

    return run


def _run(settings: Settings, access: Access, listening: Listening, announce: Callable[[Settings], None]) -> None:
    """Serve until told to stop, without successors; `announce` once it serves."""
    _let_in(settings, access)
    _supervisor(
        settings,
        access,
        _loaded(settings, access),
        (listening.sites, listening.internal),
        ready=lambda: announce(settings),
        pulse=_pulse(access),
    ).run()


_Load = Callable[[Board, Line], web.Application]


def _supervisor(
    settings: Settings,
    access: Access,
    load: _Load,
    listeners: tuple[list[socket.socket], socket.socket | None],
    **further: Any,
) -> Supervisor:
    """A worker for each of the sites' sockets, and a process beside them for the internal one, where there is one."""
    sites, internal = listeners
    board, relay, beside = Board(len(sites)), Relay(len(sites)), None

    def claim(number: int) -> None:
        board.claim(number)
        relay.claim(number)

    if internal is not None:
        spools = settings.var / "spool"
        beside = Beside(
            internal, lambda: make_internal_app(settings, board, access.serve, access.direct, spools), until_loaded
        )
    return Supervisor(
        sites,
        lambda: load(board, relay.mine),
        shutdown_seconds=settings.server.shutdown_seconds,
        claim=claim,
        beside=beside,
        **further,
    )


def _loaded(settings: Settings, access: Access) -> _Load:
    themes, keyring = load_themes(settings.themes_dir), load_keyring(settings)
    if settings.views.enabled:
        views.warm_up()
    return lambda board, line: make_app(
        settings, access.serve, keyring, themes, access.maintain, access.direct, access.console, board, line
    )


def _listen(settings: Settings) -> Listening:
    server = settings.server
    slots = server.workers or os.cpu_count() or 1
    found = passed(os.environ, os.getpid(), slots)
    if found is not None:
        return found if found.internal is not None else replace(found, internal=_listen_inside(settings))
    with _named("server.socket" if settings.socket else "server.host, server.port"):
        sites = listen_at(settings.socket, slots) if settings.socket else listen(server.host, server.port, slots)
    return Listening(sites, _listen_inside(settings), settings.socket)


def _listen_inside(settings: Settings) -> socket.socket | None:
    internal = settings.internal
    with _named("internal.host, internal.port"):
        return listen(internal.host, internal.port, 1)[0] if internal.port else None


@contextmanager
def _named(keys: str) -> Iterator[None]:
    """Say which settings lead to where nothing can listen."""
    try:
        yield
    except AddressInUse as error:
        raise AddressInUse(f"{keys}: {error}") from error


def _with_port(settings: Settings, port: int) -> Settings:
    """The port that is listened on, whatever was asked for; a unix socket has none."""
    if not port or port == settings.server.port:
        return settings
    return settings.model_copy(update={"server": settings.server.model_copy(update={"port": port})})


def _let_in(settings: Settings, access: Access) -> None:
    if access.server is not None:
        access.server.enable_logins(["tapsite_edge", "tapsite_console"] if settings.console.host else ["tapsite_edge"])


def _pulse(access: Access) -> Callable[[], None]:
    return access.server.revive if access.server is not None else lambda: None
