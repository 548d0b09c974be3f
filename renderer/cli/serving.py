"""What `serve` and `demo` have in common: sockets, and what the processes behind them run."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any

import typer
from aiohttp import web

from renderer import console, views
from renderer.app import make_app, until_ready
from renderer.cli.context import Access, load_keyring
from renderer.edge.relay import Line, Relay
from renderer.internal import make_internal_app, until_loaded
from renderer.settings import Settings
from renderer.tally import Board
from renderer.themes import load_themes
from renderer.workers import AddressInUse, Beside, Heir, Listening, Supervisor, listen
from renderer.workers.sockets import listen_at, passed

Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.", show_default=False)]
Port = Annotated[int | None, typer.Option("--port", help="Port to listen on.", show_default=False, min=0, max=65535)]
Workers = Annotated[
    int | None, typer.Option("--workers", help="Worker processes; 0 is one a core.", show_default=False, min=0)
]


def generation(settings: Settings, access: Access) -> Callable[[Heir], None]:
    """What a generation does, in a process of its own. Everything is loaded before, to be shared with its workers."""
    load = loaded(settings, access)

    def run(heir: Heir) -> None:
        supervise(
            settings,
            access,
            load,
            (heir.sites, heir.internal),
            ready=heir.tell_ready,
            until_ready=until_ready if heir.patient else None,
            lifeline=heir.channel.fileno(),
        ).run()

    return run


_Load = Callable[[Board, Line], web.Application]


def supervise(
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


def loaded(settings: Settings, access: Access) -> _Load:
    themes, keyring = load_themes(settings.themes_dir), load_keyring(settings)
    if settings.views.enabled:
        views.warm_up()
    if settings.console.host:
        console.warm_up()
    return lambda board, line: make_app(
        settings, access.serve, keyring, themes, access.maintain, access.direct, access.console, board, line
    )


def open_sockets(settings: Settings) -> Listening:
    server = settings.server
    slots = server.workers or os.cpu_count() or 1
    found = passed(os.environ, os.getpid(), slots)
    if found is not None:
        return found if found.internal is not None else replace(found, internal=_open_internal(settings))
    with _named("server.socket" if settings.socket else "server.host, server.port"):
        sites = listen_at(settings.socket, slots) if settings.socket else listen(server.host, server.port, slots)
    return Listening(sites, _open_internal(settings), settings.socket)


def _open_internal(settings: Settings) -> socket.socket | None:
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


def with_port(settings: Settings, port: int) -> Settings:
    """The port that is listened on, whatever was asked for; a unix socket has none."""
    if not port or port == settings.server.port:
        return settings
    return settings.model_copy(update={"server": settings.server.model_copy(update={"port": port})})


def let_in(settings: Settings, access: Access) -> None:
    if access.server is not None:
        access.server.enable_logins(["tapsite_edge", "tapsite_console"] if settings.console.host else ["tapsite_edge"])


def pulse_of(access: Access) -> Callable[[], None]:
    return access.server.revive if access.server is not None else lambda: None
