"""What commands share: settings, logging, the keyring, and a database to talk to."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar
from urllib.parse import parse_qs, urlsplit

import asyncpg
import typer

from renderer import keyring, logs
from renderer import settings as settings_module
from renderer.db.moments import hold_moments
from renderer.db.pool import TEMPORARY
from renderer.db.schema import check_schema
from renderer.db.sessions import UNREADABLE, DatabaseAway, Opener, connect_straight
from renderer.keyring import Keyring, KeyringError
from renderer.settings import Settings
from renderer.themes import Theme, ThemeError, Themes

if TYPE_CHECKING:
    from renderer.db.embedded import EmbeddedServer

T = TypeVar("T")

SECONDS = 10.0
"""Longest wait for a connection."""

Config = Annotated[Path | None, typer.Option("--config", help="TOML file; default: ./config.toml", show_default=False)]

# Roles that connect to the embedded server; on a configured one the operator's URLs say who connects.
EMBEDDED_LOGINS = ("tapsite_edge", "tapsite_console", "tapsite_maintain")


def say(text: str) -> None:
    """A line for a person, where there is one: what is done is done, whether or not anybody can be told."""
    with suppress(OSError):
        typer.echo(text)


def load_settings(config: Path | None, **flags: Mapping[str, object]) -> Settings:
    """Settings with the given flags (None: not given), and logging set up by them."""
    given = {section: {k: v for k, v in keys.items() if v is not None} for section, keys in flags.items()}
    settings = settings_module.load(config, given)
    logs.set_up(settings.log.level, settings.log.form)
    return settings


def load_keyring(settings: Settings, *, create: bool = True) -> Keyring:
    """The configured keyring; outside production one is made at the first start, if `create`."""
    inline = settings.secrets.keyring.get_secret_value()
    try:
        if inline or settings.production or not create:
            return keyring.load_keyring(settings.keyring_file, inline)
        return keyring.load_or_create(settings.keyring_file)
    except KeyringError as error:
        raise KeyringError(f"{'secrets.keyring' if inline else 'secrets.keyring_file'}: {error}") from error


def named_theme(themes: Themes, name: str) -> Theme:
    """The theme of that id. Raises ThemeError, which names those there are."""
    if name not in themes:
        raise ThemeError(f"no theme {name!r}; there is {', '.join(theme.id for theme in themes)}")
    return themes.get(name)


@dataclass(frozen=True)
class Access:
    """URLs to one database, by what they are for, and the embedded server where it is ours."""

    serve: str
    direct: str
    migrate: str
    maintain: str
    console: str
    server: "EmbeddedServer | None"

    @property
    def urls(self) -> dict[str, str]:
        names = ("serve", "direct", "migrate", "maintain", "console")
        return {name: getattr(self, name) for name in names}


def configured_access(settings: Settings) -> Access:
    configured = settings.database
    serve = configured.url.get_secret_value()
    direct = configured.direct_url.get_secret_value() or serve
    migrate = configured.migrate_url.get_secret_value() or direct
    maintain = configured.maintain_url.get_secret_value() or migrate
    return Access(serve, direct, migrate, maintain, configured.console_url.get_secret_value(), None)


def inherited_access(settings: Settings, will: Mapping[str, dict[str, str]]) -> Access:
    """The configured database, or the embedded server that the succession runs. Raises `DatabaseAway`."""
    if not settings.embedded:
        return configured_access(settings)
    if "access" not in will:
        raise DatabaseAway("database.url is not set any more; the embedded server starts with the program alone")
    return Access(**will["access"], server=None)


@contextmanager
def database(settings: Settings) -> Iterator[Access]:
    """The configured database, or the embedded server, started for as long as the block runs."""
    if not settings.embedded:
        yield configured_access(settings)
        return
    # What it is run with takes a while to import, and who has a server has no use for it.
    from renderer.db import embedded

    server = embedded.start(settings.var / "postgres")
    try:
        edge = server.url("tapsite_edge")
        yield Access(edge, edge, server.url(), server.url(), server.url("tapsite_console"), server)
    finally:
        server.stop()


async def connect(url: str, *, straight: bool = True) -> asyncpg.Connection:
    """One connection; where it is not `straight`, a pooler may stand between. Raises `DatabaseAway`."""
    try:
        conn = await (
            connect_straight(url, SECONDS) if straight else Opener({"search_path": "public"})(url, timeout=SECONDS)
        )
        await hold_moments(conn)
        return conn
    except (*TEMPORARY, asyncpg.PostgresError) as error:
        raise DatabaseAway(f"database: {type(error).__name__}: {error}{_advice(error, url)}") from error
    except ValueError:
        # The driver's words may quote the password.
        raise DatabaseAway(UNREADABLE) from None


async def connect_to_schema(url: str) -> asyncpg.Connection:
    """A connection to a database that this program fits. Raises `DatabaseAway`, `SchemaMismatch`."""
    conn = await connect(url)
    try:
        await check_schema(conn)
    except BaseException:
        conn.terminate()
        raise
    return conn


def _advice(error: Exception, url: str) -> str:
    if isinstance(error, PermissionError) and "/.postgresql/" in str(error.filename):
        return " (HOME names another user's folder: set it to this user's, or to one that does not exist)"
    if isinstance(error, OSError) and error.filename is None:
        # TLS names no file that it cannot read.
        asked = parse_qs(urlsplit(url).query)
        for name in ("sslrootcert", "sslcert", "sslkey", "sslcrl"):
            path = asked.get(name, [os.environ.get(f"PG{name.upper()}", "")])[-1]
            if path and not os.access(path, os.R_OK):
                return f" ({name}={path} cannot be read)"
    return ""


def on_database(config: Path | None, work: Callable[[asyncpg.Connection, Settings], Awaitable[T]]) -> T:
    """What `work` makes of a connection to the configured database, as the role that owns the schema. Faults as
    `load_settings`, `database` and `connect_to_schema` raise them."""
    settings = load_settings(config)

    async def run(url: str) -> T:
        conn = await connect_to_schema(url)
        try:
            return await work(conn, settings)
        finally:
            await conn.close()

    with database(settings) as access:
        return asyncio.run(run(access.migrate))
