"""check --site and check DOCUMENT: what was repaired in one site's row."""

import asyncio

import typer

from renderer import respond
from renderer.cli.context import connect_to_schema, database
from renderer.cli.drafts import DraftError, draft_source, read_draft, read_text
from renderer.cli.telling import tell, tell_json
from renderer.db.sessions import DatabaseAway
from renderer.edge.sites import BaseDomain, EdgeSite, Found, find_site
from renderer.hostnames import InvalidHost, normalise_host
from renderer.settings import Settings
from renderer.themes import Repair, SiteSource, Themes, load_themes, read_site, unread_fields


def check_document(settings: Settings, name: str, *, as_json: bool) -> None:
    """Report the repairs of a draft; exit 1 if there are any, or if it is none."""
    themes = load_themes(settings.themes_dir)
    try:
        document, remarks = read_draft(read_text(name))
    except DraftError as error:
        _report("-" if name == "-" else name, [Repair("", str(error))], as_json=as_json)
        return
    source = draft_source(document, settings, themes)
    repairs = [Repair("", remark) for remark in remarks]
    _report("-" if name == "-" else name, [*repairs, *_said(themes, source)], as_json=as_json)


def check_site(settings: Settings, host: str, *, as_json: bool) -> None:
    """Report the repairs of the site that answers `host`, drafts too; exit 1 if there are any or no site answers."""
    themes = load_themes(settings.themes_dir)
    try:
        wanted = normalise_host(host)
    except InvalidHost as error:
        raise typer.BadParameter(f"{host!r} is no host name: {error}", param_hint="--site") from None
    if settings.embedded and not (settings.var / "postgres").exists():
        raise DatabaseAway("no database.url, and no embedded server was made yet (`renderer demo` makes one)")
    with database(settings) as access:
        found = asyncio.run(_find(access.serve, wanted, settings))
    if not isinstance(found, EdgeSite):
        why = "is a base domain, not a site" if isinstance(found, BaseDomain) else "no site has this host name"
        tell(f"{wanted}: {why}", err=True)
        raise typer.Exit(1)
    source: SiteSource = respond.site_source(settings, found, respond.image_rules(settings))
    _report(wanted, _said(themes, source), as_json=as_json, state=found.state.value)


def _said(themes: Themes, source: SiteSource) -> list[Repair]:
    """What was repaired, and what nobody reads: a writer wants to know of both."""
    return [*read_site(themes, source).repairs, *unread_fields(source)]


async def _find(url: str, host: str, settings: Settings) -> Found | None:
    conn = await connect_to_schema(url)
    try:
        return await find_site(conn, host, settings.server.base_domains)
    finally:
        await conn.close()


def _report(site: str, repairs: list[Repair], *, as_json: bool, state: str | None = None) -> None:
    if as_json:
        rows = [
            {"pointer": repair.pointer, "message": repair.message, "column": repair.pointer.split("/")[1]}
            if repair.pointer
            else {"pointer": "", "message": repair.message}
            for repair in repairs
        ]
        said = {"site": site, **({"state": state} if state else {}), "repairs": rows}
        tell_json(said)
    else:
        for repair in repairs:
            tell(f"{repair.pointer or 'document'}: {repair.message}")
        tell(f"{site}: {_count(len(repairs))}{f' ({state})' if state else ''}", err=bool(repairs))
    if repairs:
        raise typer.Exit(1)


def _count(number: int) -> str:
    return "nothing repaired" if not number else "1 repair" if number == 1 else f"{number} repairs"
