"""check: what is wrong with configuration, keyring, themes and database, in words."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

import asyncpg
import typer

from renderer import console, forms, views
from renderer.cli.commands_themes import missing_rows
from renderer.cli.context import Access, Config, connect, database, load_keyring, load_settings
from renderer.cli.faults import explain
from renderer.cli.site_repairs import check_document, check_site
from renderer.db import migrations
from renderer.db.platform import knows_base_domains, rights_beyond_need, zone_of_database
from renderer.gate.queries import closed_sites
from renderer.objects import prove_bucket
from renderer.settings import Settings
from renderer.themes import Themes, load_themes

OLDEST_SERVER = 15

T = TypeVar("T")


def register(app: typer.Typer) -> None:
    app.command()(check)


def check(
    document: Annotated[
        str | None,
        typer.Argument(help="Instead: a JSON file with a site's columns; - reads standard input.", show_default=False),
    ] = None,
    config: Config = None,
    site: Annotated[
        str | None,
        typer.Option("--site", help="Instead: the site of this host name.", metavar="HOST", show_default=False),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output; with a site or a document.")
    ] = False,
) -> None:
    """Say what is wrong with the configuration, the keyring, the themes and the database; exit 1 if anything is.

    With --site or a document: everything that was repaired in that one row, each with its JSON Pointer.
    """
    if site is not None and document is not None:
        raise typer.BadParameter("either --site or a document, not both")
    if site is not None:
        check_site(load_settings(config), site, as_json=as_json)
        return
    if document is not None:
        check_document(load_settings(config), document, as_json=as_json)
        return
    if as_json:
        raise typer.BadParameter("needs --site HOST or a document (- reads standard input)", param_hint="--json")
    findings = _Findings()
    settings = findings.attempt("configuration", lambda: load_settings(config))
    if settings is not None:
        _check_installation(settings, findings)
    for line in findings.warnings:
        typer.echo(f"warning: {line}")
    for line in findings.faults:
        typer.echo(f"wrong: {line}", err=True)
    if findings.faults:
        raise typer.Exit(1)
    typer.echo("Nothing wrong." if not findings.warnings else "Nothing wrong that keeps the program from serving.")


def _check_installation(settings: Settings, findings: "_Findings") -> None:
    inline = settings.secrets.keyring.get_secret_value()
    if settings.production or inline or settings.keyring_file.exists():
        findings.attempt("keyring", lambda: load_keyring(settings, create=False))
    themes = findings.attempt("themes", lambda: load_themes(settings.themes_dir))
    if settings.views.enabled:
        findings.attempt("countries", lambda: views.check_places(settings))
        if refused := views.records_set_aside(settings.var):
            findings.warnings.append(f"page views: {refused[1]} records that the database refused are in {refused[0]}")
    findings.attempt("store", lambda: asyncio.run(prove_bucket(settings)))
    waiting, aside = forms.left_on_disk(settings.var)
    if waiting or aside:
        findings.warnings.append(f"leads: {waiting} wait on disk, {aside} that the database refused were set aside")
    if settings.production and (base := console.neighbour_of(settings.console.host, settings.server.base_domains)):
        findings.warnings.append(
            f"console.host {settings.console.host} is of one site with server.base_domains {base}, so owners' cookies "
            "are sent from the sites' pages; expected a registrable domain of its own"
        )
    findings.attempt("database", lambda: _check_database(settings, themes, findings))


class _Findings:
    def __init__(self) -> None:
        self.faults: list[str] = []
        self.warnings: list[str] = []

    def attempt(self, subject: str, action: Callable[[], T]) -> T | None:
        try:
            return action()
        except Exception as error:
            found = explain(error)
            if found is None:
                raise
            self.faults += [f"{subject}: {line}" for line in found[0].splitlines()]
            return None


def _check_database(settings: Settings, themes: Themes | None, findings: _Findings) -> None:
    if settings.embedded and not (settings.var / "postgres").exists():
        findings.warnings.append(
            "database: no database.url, and no embedded server was made yet (`renderer demo` makes one)"
        )
        return
    with database(settings) as access:
        asyncio.run(_inspect(access, settings.server.base_domains, themes, findings))


async def _inspect(access: Access, base_domains: Sequence[str], themes: Themes | None, findings: _Findings) -> None:
    conn = await connect(access.migrate)
    try:
        if conn.get_server_version().major < OLDEST_SERVER:
            findings.faults.append(f"database: PostgreSQL {conn.get_server_version().major}; expected 15 or newer")
            return
        await migrations.check_schema(conn)
        zone = await zone_of_database(conn)
        if zone != "UTC":
            findings.faults.append(f"database: its time zone is {zone}; expected UTC (`renderer migrate` sets it)")
        missing = list(await migrations.missing_roles(conn))
        if missing:
            findings.warnings.append(
                f"database: roles missing: {', '.join(missing)} (`renderer migrate` prints the SQL)"
            )
        if themes is not None:
            rows = await missing_rows(conn, themes)
            if rows:
                findings.warnings.append(f"themes without a templates row: {', '.join(rows)} (`renderer themes sync`)")
        if not await knows_base_domains(conn, base_domains):
            findings.warnings.append("database: it does not know server.base_domains yet (`renderer migrate` tells it)")
        for site in await closed_sites(conn):
            findings.warnings.append(f"site {site.subdomain}: nobody can enter: {site.fault}")
    finally:
        await conn.close()
    await _inspect_serving(access.serve, findings)


async def _inspect_serving(url: str, findings: _Findings) -> None:
    conn: asyncpg.Connection = await connect(url)
    try:
        rights = await rights_beyond_need(conn)
    finally:
        await conn.close()
    if rights:
        findings.warnings.append(f"database: the serving user can do more than it needs: {', '.join(rights)}")
