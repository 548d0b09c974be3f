"""domains: custom domains of sites, from the claim to the proof."""

from typing import Annotated

import asyncpg
import typer

from renderer import domains
from renderer.cli.context import Config, on_database
from renderer.cli.one_site import site_named
from renderer.cli.telling import tell
from renderer.domains import Claim, Outcome, Proofs, Refused, Standing, queries
from renderer.edge.sites import EdgeSite
from renderer.hostnames import InvalidHost, normalise_host, shown_host
from renderer.settings import Settings

domains_app = typer.Typer(name="domains", help="Custom domains: claim, prove, choose, remove.", no_args_is_help=True)
Site = Annotated[str, typer.Argument(metavar="SITE", help="Subdomain of the site, or a host it answers.")]
Host = Annotated[str, typer.Argument(metavar="HOST", help="The custom domain, such as kopi.example.")]


def register(app: typer.Typer) -> None:
    app.add_typer(domains_app)


@domains_app.command()
def add(site: Site, host: Host, config: Config = None) -> None:
    """Claim HOST for a site, and say which DNS records prove it and lead to it."""

    async def work(conn: asyncpg.Connection, settings: Settings) -> None:
        name = _claimable(host, settings)
        found = await site_named(conn, site, settings)
        await queries.add_claim(conn, found.id, name)
        claim = await _claim(conn, found, name)
        if not claim.entitled:
            tell(f"warning: the tier of {found.subdomain}'s owner has no custom domains", err=True)
        tell(f"{name}: claimed for {found.subdomain}. Its DNS needs:")
        for line in records(claim, settings):
            tell(f"  {line}")
        tell(f"Then: renderer domains verify {found.subdomain} {name}")

    on_database(config, work)


@domains_app.command()
def verify(site: Site, host: Host, config: Config = None) -> None:
    """Look for a claim's proof now; exit 1 if the host is not the site's after it."""

    async def work(conn: asyncpg.Connection, settings: Settings) -> Outcome:
        claim = await _claim(conn, await site_named(conn, site, settings), _claimable(host, settings))
        outcome = await domains.check_domain(
            conn, Proofs(settings.domains.resolvers), claim, settings.server.base_domains, by_operator=True
        )
        tell(f"{claim.host}: {outcome.standing or 'gone'}{f' ({outcome.why})' if outcome.why else ''}")
        return outcome

    if on_database(config, work).standing is not Standing.VERIFIED:
        raise typer.Exit(1)


@domains_app.command("list")
def list_domains(
    site: Annotated[str | None, typer.Argument(help="Only this site's, by its subdomain or a host it answers.")] = None,
    config: Config = None,
) -> None:
    """The claims: host, site, where each stands, and what the last check said."""

    async def work(conn: asyncpg.Connection, settings: Settings) -> None:
        claims = (
            await queries.claims_of_site(conn, (await site_named(conn, site, settings)).id)
            if site
            else await queries.all_claims(conn)
        )
        for claim in claims:
            checked = claim.last_checked_at.isoformat(timespec="seconds") if claim.last_checked_at else "never"
            primary = " primary" if claim.is_primary else ""
            said = f": {claim.last_error}" if claim.last_error else ""
            shown = shown_host(claim.host)
            name = claim.host if shown == claim.host else f"{shown} ({claim.host})"
            tell(f"{name:<32} {claim.subdomain:<24} {claim.standing}{primary}, checked {checked}{said}")
        if not claims:
            tell("No custom domains.", err=True)

    on_database(config, work)


@domains_app.command()
def primary(site: Site, host: Host, config: Config = None) -> None:
    """Make a proven host the one in the site's own addresses."""

    async def work(conn: asyncpg.Connection, settings: Settings) -> bool:
        found = await site_named(conn, site, settings)
        name = _claimable(host, settings)
        try:
            await queries.set_primary(conn, found.id, name)
        except queries.NotVerified:
            tell(f"{name}: {found.subdomain} has not proven it.", err=True)
            return False
        tell(f"{name}: primary host of {found.subdomain}.")
        return True

    if not on_database(config, work):
        raise typer.Exit(1)


@domains_app.command()
def remove(site: Site, host: Host, config: Config = None) -> None:
    """Take a claim back, proven or not: the site no longer answers there."""

    async def work(conn: asyncpg.Connection, settings: Settings) -> bool:
        found = await site_named(conn, site, settings)
        name = _host(host)
        gone = await queries.remove_claim(conn, found.id, name)
        tell(f"{name}: {'removed from' if gone else 'is no claim of'} {found.subdomain}.", err=not gone)
        return gone

    if not on_database(config, work):
        raise typer.Exit(1)


@domains_app.command()
def recheck(config: Config = None) -> None:
    """Look for the proofs that are due: proven hosts once a day, claims more often while they are young."""

    async def work(conn: asyncpg.Connection, settings: Settings) -> None:
        proofs = Proofs(settings.domains.resolvers)
        count = await domains.check_due(conn, proofs, settings.server.base_domains)
        tell(f"{count} checked.")

    on_database(config, work)


def records(claim: Claim, settings: Settings) -> list[str]:
    """The DNS records that a claim's holder sets, as lines of a zone file."""
    lines = [f'{claim.record_name}. 300 IN TXT "{claim.record_value}"']
    if settings.domains.cname:
        lines.append(f"{claim.host}. 300 IN CNAME {settings.domains.cname}.")
    for address in settings.domains.addresses:
        lines.append(f"{claim.host}. 300 IN {'AAAA' if ':' in address else 'A'} {address}")
    if settings.domains.cname and settings.domains.addresses:
        lines[2:] = [f"; or, where the zone begins at this name: {line}" for line in lines[2:]]
    return lines


def _host(raw: str) -> str:
    try:
        return normalise_host(raw)
    except InvalidHost as error:
        raise typer.BadParameter(f"{raw!r} is no host name: {error}") from None


def _claimable(raw: str, settings: Settings) -> str:
    try:
        return domains.claimable(raw, settings.server.base_domains)
    except Refused as error:
        raise typer.BadParameter(f"{raw!r} cannot be claimed: {error}", param_hint="HOST") from None


async def _claim(conn: asyncpg.Connection, site: EdgeSite, host: str) -> Claim:
    for claim in await queries.claims_of_site(conn, site.id):
        if claim.host == host:
            return claim
    raise typer.BadParameter(f"{host}: {site.subdomain} does not claim it (`renderer domains add`)", param_hint="HOST")
