"""check: what is wrong with configuration, keyring, themes and database, in words."""

import asyncio
import os
import shutil
from collections.abc import Callable
from typing import Annotated, TypeVar

import asyncpg
import typer

from renderer import console, forms, views
from renderer.cli.commands_themes import missing_rows
from renderer.cli.context import Access, Config, connect, database, load_keyring, load_settings
from renderer.cli.faults import explain
from renderer.cli.site_repairs import check_document, check_site
from renderer.cli.telling import tell, tell_lines
from renderer.db import migrations
from renderer.db.platform import (
    connections_allowed,
    knows_base_domains,
    rights_beyond_need,
    why_not_as,
    zone_of_database,
)
from renderer.db.schema import check_schema
from renderer.db.sessions import DatabaseAway, is_pooled
from renderer.disk import why_not_written
from renderer.gate.queries import closed_sites
from renderer.keyring import Keyring
from renderer.objects import prove_bucket
from renderer.settings import Settings
from renderer.themes import Themes, load_themes

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
        tell(f"warning: {line}")
    for line in findings.faults:
        tell_lines(f"wrong: {line}", err=True)
    if findings.faults:
        raise typer.Exit(1)
    tell("Nothing wrong." if not findings.warnings else "Nothing wrong that keeps the program from serving.")


def _check_installation(settings: Settings, findings: "_Findings") -> None:
    inline = settings.secrets.keyring.get_secret_value()
    if settings.production or inline or settings.keyring_file.exists():
        keyring = findings.attempt("keyring", lambda: load_keyring(settings, create=False))
    else:
        keyring = None
    folders = {
        "paths.var": settings.var,
        **({} if settings.store.bucket else {"media.directory": settings.media_folder}),
    }
    for key, folder in folders.items():
        # One below the other would be said twice.
        if (why := why_not_written(folder)) and (key == "paths.var" or settings.var not in folder.parents):
            findings.faults.append(f"{key}: {why}; expected a folder of the user who runs the program")
    _check_room(settings, findings)
    themes = findings.attempt("themes", lambda: load_themes(settings.themes_dir))
    if settings.views.enabled:
        findings.attempt("views.places", lambda: views.check_places(settings))
        if refused := views.records_set_aside(settings.var):
            findings.warnings.append(f"page views: {refused[1]} records that the database refused are in {refused[0]}")
    findings.attempt("forms.spam_referrers", lambda: forms.read_referrers(settings.spam_referrers_file))
    findings.attempt("store", lambda: asyncio.run(prove_bucket(settings)))
    waiting, aside = forms.left_on_disk(settings.var)
    if waiting or aside:
        findings.warnings.append(f"leads: {waiting} wait on disk, {aside} that the database refused were set aside")
    if settings.production and (base := console.neighbour_of(settings.console.host, settings.server.base_domains)):
        findings.warnings.append(
            f"console.host {settings.console.host} is of one site with server.base_domains {base}, so owners' cookies "
            "are sent from the sites' pages; expected a registrable domain of its own"
        )
    findings.attempt("database", lambda: _check_database(settings, keyring, themes, findings))


def _check_room(settings: Settings, findings: "_Findings") -> None:
    there = next(part for part in (settings.var, *settings.var.parents) if part.exists())
    free, wanted = shutil.disk_usage(there).free, settings.views.spool_bytes + settings.forms.spool_bytes
    if free < wanted:
        findings.warnings.append(
            f"paths.var: {free >> 20} MiB are free there, and views and leads may take {wanted >> 20} while the "
            "database is away (views.spool_bytes, forms.spool_bytes)"
        )


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


def _check_database(settings: Settings, keyring: Keyring | None, themes: Themes | None, findings: _Findings) -> None:
    if settings.embedded and not (settings.var / "postgres").exists():
        findings.warnings.append(
            "database: no database.url, and no embedded server was made yet (`renderer demo` makes one)"
        )
        return
    with database(settings) as access:
        if not settings.embedded and not asyncio.run(_reach_all(settings, access, findings)):
            return
        asyncio.run(_inspect(access, settings, themes, findings))
        asyncio.run(_inspect_serving(access.serve, settings, keyring, findings))


async def _reach_all(settings: Settings, access: Access, findings: _Findings) -> bool:
    """Try each URL as what it is for. False: what else is asked needs a connection that is not to be had."""
    set_too = settings.database
    tried: list[tuple[str, str, str | None, bool]] = [("url", access.serve, "tapsite_edge", False)]
    tried += [("migrate_url", access.migrate, None, True)] if set_too.migrate_url.get_secret_value() else []
    tried += [("direct_url", access.direct, "tapsite_edge", True)]
    tried += [("maintain_url", access.maintain, "tapsite_maintain", True)]
    tried += [("console_url", access.console, "tapsite_console", False)] if settings.console.host else []
    away = set()
    for name, url, role, straight in tried:
        # What is not set is the one that stands for it, which has had its say: but a pooler may do for that alone.
        if not getattr(set_too, name).get_secret_value() and (name != "direct_url" or url in away):
            continue
        try:
            conn = await connect(url, straight=straight)
        except DatabaseAway as error:
            away.add(url)
            findings.faults.append(f"database.{name}: {str(error).removeprefix('database: ')}")
            continue
        try:
            if role is not None and getattr(set_too, name).get_secret_value() and (why := await why_not_as(conn, role)):
                findings.faults.append(f"database.{name}: {why}")
        finally:
            await conn.close()
    return not away & {access.serve, access.migrate}


async def _inspect(access: Access, settings: Settings, themes: Themes | None, findings: _Findings) -> None:
    conn = await connect(access.migrate)
    try:
        await check_schema(conn)
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
        if not await knows_base_domains(conn, settings.server.base_domains):
            findings.warnings.append("database: it does not know server.base_domains yet (`renderer migrate` tells it)")
        for site in await closed_sites(conn):
            findings.warnings.append(f"site {site.subdomain}: nobody can enter: {site.fault}")
    finally:
        await conn.close()


async def _inspect_serving(url: str, settings: Settings, keyring: Keyring | None, findings: _Findings) -> None:
    conn: asyncpg.Connection = await connect(url, straight=False)
    try:
        rights = await rights_beyond_need(conn)
        unopened = await views.unopened_keys(conn, keyring) if keyring is not None and settings.views.enabled else []
        allowed, is_shared = await connections_allowed(conn), await is_pooled(conn)
    finally:
        await conn.close()
    if unopened:
        findings.warnings.append(
            f"keyring: it lacks {', '.join(unopened)}, which sealed the keys of visitors' days; expected the keyring "
            "that this database was served with (without it visitors are not told apart for some days)"
        )
    # During a reload there are two generations. A pooler's clients are its own to count.
    own = settings.database.pool_max + 1 + (console.MOST_CONNECTIONS if settings.console.host else 0)
    most = 2 * (settings.server.workers or os.cpu_count() or 1) * own
    if most > allowed and not is_shared and not settings.embedded:
        findings.warnings.append(
            f"database: its user may have {allowed} connections, and a reload may want {most}: raise "
            "max_connections (or the role's CONNECTION LIMIT), or lower database.pool_max or server.workers"
        )
    if rights:
        findings.warnings.append(f"database: the serving user can do more than it needs: {', '.join(rights)}")
