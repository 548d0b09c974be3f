"""The root command, and how faults become sentences and exit codes."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from renderer import __version__
from renderer.cli import (
    command_check,
    command_render,
    command_schema,
    commands_data,
    commands_domains,
    commands_drafts,
    commands_leads,
    commands_previews,
    commands_secrets,
    commands_serve,
    commands_sites,
    commands_store,
    commands_themes,
    commands_users,
    commands_views,
)
from renderer.cli.faults import explain

EPILOG = (
    "Exit codes: 0 done · 1 something is wrong with what was checked or asked for · 2 command not understood · "
    "3 configuration wrong · 4 database away or its schema not ours · 5 address taken"
)

app = typer.Typer(
    name="renderer",
    help="Renders and serves the sites of Tapsite.ai.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Shared by all commands."""


for module in (
    commands_serve,
    commands_data,
    commands_themes,
    commands_domains,
    commands_sites,
    commands_store,
    commands_leads,
    commands_users,
    commands_drafts,
    commands_previews,
    commands_secrets,
    commands_views,
    command_check,
    command_render,
    command_schema,
):
    module.register(app)


def main() -> None:
    """Run a command; a known fault is a sentence on standard error and an exit code, never a traceback."""
    try:
        app()
    except Exception as error:
        found = explain(error)
        if found is None:
            raise
        message, code = found
        for line in message.splitlines():
            typer.echo(f"renderer: {line}", err=True)
        _forget_unwritten()
        sys.exit(code)


def _forget_unwritten() -> None:
    """What no longer goes out would be tried once more on the way out, and end in another exit code and a traceback."""
    try:
        sys.stdout.flush()
    except OSError:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
