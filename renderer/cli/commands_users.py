"""users: accounts of owners, as an operator makes them."""

import sys
from typing import Annotated

import asyncpg
import typer

from renderer import console
from renderer.cli.context import Config, load_keyring, on_database
from renderer.cli.demo_address import as_answered
from renderer.cli.telling import tell
from renderer.gate.passwords import MAX_PASSWORD_BYTES, hash_password
from renderer.settings import Settings

users_app = typer.Typer(name="users", help="Accounts of site owners.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The owner's address, by which they sign in.")]


def register(app: typer.Typer) -> None:
    app.add_typer(users_app)


@users_app.command()
def create(
    email: Email,
    config: Config = None,
    name: Annotated[str | None, typer.Option("--name", help="Full name.", show_default=False)] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password's one line from standard input.")
    ] = False,
) -> None:
    """Make an account. Without a password it is entered by a link in a mail alone."""
    password = _read_password(email) if password_stdin else None

    async def work(conn: asyncpg.Connection, _: Settings) -> None:
        # No hash function makes "!", so no password opens the account.
        stored = "!" if password is None else hash_password(password)
        try:
            await console.create_user(conn, email, stored, name, verified=False)
        except console.EmailTaken:
            raise typer.BadParameter(f"{email}: there is an account with this address", param_hint="EMAIL") from None
        except (asyncpg.CheckViolationError, asyncpg.StringDataRightTruncationError, asyncpg.DataError):
            raise typer.BadParameter(f"{email!r} is no e-mail address, or the name is too long") from None
        tell(f"{email}: account made{'' if password else ', without a password'}.")

    on_database(config, work)


@users_app.command()
def link(email: Email, config: Config = None) -> None:
    """Print a link that signs EMAIL in once, for 30 minutes: for who cannot be reached by mail."""

    async def work(conn: asyncpg.Connection, settings: Settings) -> None:
        settings = as_answered(settings)
        if not settings.console.host:
            raise typer.BadParameter("console.host is not configured: there is no console to sign in to")
        made = await console.make_link(conn, load_keyring(settings), email, "sign_in", is_known=True)
        if made is None:
            raise typer.BadParameter(
                f"{email}: no account that may enter, or five links were made within the hour", param_hint="EMAIL"
            )
        tell(made.url(settings))

    on_database(config, work)


def _read_password(email: str) -> bytes:
    try:
        line = sys.stdin.readline(4 * MAX_PASSWORD_BYTES).rstrip("\r\n")
        password = line.encode()
    except UnicodeError:
        raise typer.BadParameter("refused: not UTF-8", param_hint="--password-stdin") from None
    if fault := console.password_fault(line, email):
        raise typer.BadParameter(f"refused: {fault.replace('_', ' ')}", param_hint="--password-stdin")
    return password
