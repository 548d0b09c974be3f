"""The root command, and how faults become sentences and exit codes."""

import os
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from renderer import __version__
from renderer.cli.telling import tell

# Where each command is. The modules of those that nobody asked for take a quarter of a start.
COMMANDS = {
    "serve": "commands_serve",
    "demo": "commands_demo",
    "migrate": "commands_data",
    "maintain": "commands_data",
    "backup": "commands_data",
    "restore": "commands_data",
    "preview-link": "commands_previews",
    "rollup": "commands_views",
    "stats": "commands_views",
    "check": "command_check",
    "render": "command_render",
    "schema": "command_schema",
    "themes": "commands_themes",
    "domains": "commands_domains",
    "sites": "commands_sites",
    "store": "commands_store",
    "leads": "commands_leads",
    "users": "commands_users",
    "drafts": "commands_drafts",
    "previews": "commands_previews",
    "secrets": "commands_secrets",
}
EPILOG = (
    "Exit codes: 0 done · 1 something is wrong with what was checked or asked for · 2 command not understood · "
    "3 configuration wrong · 4 database away or its schema not ours · 5 address taken"
)


def _version(wanted: bool) -> None:
    if wanted:
        tell(__version__)
        raise typer.Exit


def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Shared by all commands."""


def command_line(commands: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command line with these commands."""
    app = typer.Typer(
        name="renderer",
        help="Renders and serves the sites of Tapsite.ai.",
        epilog=EPILOG,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(root)
    for module in dict.fromkeys(COMMANDS[command] for command in commands):
        import_module(f"renderer.cli.{module}").register(app)
    return app


def main() -> None:
    """Run a command; a known fault is a sentence on standard error and an exit code, never a traceback."""
    first = sys.argv[1:2]
    try:
        command_line(() if first == ["--version"] else COMMANDS.keys() & first or COMMANDS)()
    except Exception as error:
        # Knows what may go wrong in any command, and so loads them all.
        from renderer.cli.faults import explain

        found = explain(error)
        if found is None:
            raise
        message, code = found
        for line in message.splitlines():
            tell(f"renderer: {line}", err=True)
        _forget_unwritten()
        sys.exit(code)


def _forget_unwritten() -> None:
    """What no longer goes out would be tried once more on the way out, and end in another exit code and a traceback."""
    try:
        sys.stdout.flush()
    except OSError:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
