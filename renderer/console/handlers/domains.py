"""Domains of a site: the records to set, how each claim stands, claiming and giving up. And those of all sites.

The check itself runs in maintenance, which alone may look at what other sites claim. What an owner looks at here is
what the name servers say now; where they have the record, the check follows within a minute.
"""

import re
from functools import partial
from typing import TYPE_CHECKING

import asyncpg
from aiohttp import web

from renderer.console import attempts, audit, draw, queries
from renderer.console.visit import Visit
from renderer.console.words import words_for
from renderer.domains import Refused, claimable, look_closely, name_in_zone
from renderer.domains.claims import LABEL, PREFIX
from renderer.domains.queries import NotVerified, add_claim, remove_claim, set_primary
from renderer.hostnames import InvalidHost, normalise_host

if TYPE_CHECKING:
    from renderer.db.lease import Connection

MOST_CLAIMS = 10
DOMAINS_A_PAGE = 50
LOOK_SECONDS = 4.0
_ADDRESS = re.compile(r"\s*[a-z][a-z0-9+.-]*://([^/?#]*)|([^/?#]*)", re.IGNORECASE)


async def show_domains(visit: Visit) -> web.StreamResponse:
    return await _show(visit)


async def show_all_domains(visit: Visit) -> web.StreamResponse:
    """Those of all sites of the owner."""
    page = visit.page
    async with visit.db() as conn:
        found = await queries.domains(conn, visit.user.id, most=DOMAINS_A_PAGE + 1, skip=(page - 1) * DOMAINS_A_PAGE)
    if page > 1 and not found:
        raise web.HTTPNotFound
    visit.has_several = True
    return draw.page(
        visit, "all_domains.html", found=found[:DOMAINS_A_PAGE], page=page, has_more=len(found) > DOMAINS_A_PAGE
    )


async def change_domains(visit: Visit) -> web.StreamResponse:
    """Claim a host, give one up, look at its records now, or choose the one that addresses are written with."""
    form = await visit.form()
    deed, typed = form.text("do"), form.text("host")[:300]
    if deed == "look":
        return await _look(visit, typed)
    root = f"/sites/{visit.site.id}/domains"
    done = f"domain_{deed if deed in ('claim', 'primary') else 'gone'}"
    try:
        claim = partial(claimable, base_domains=visit.settings.server.base_domains)
        host = claim(host_in(typed)) if deed == "claim" else normalise_host(typed)
        async with visit.db() as conn:
            if deed == "claim":
                await _may_claim(conn, visit)
                await add_claim(conn, visit.site.id, host)
            elif deed == "primary":
                await set_primary(conn, visit.site.id, host)
            elif not await remove_claim(conn, visit.site.id, host):
                raise web.HTTPNotFound
            await audit.note_site(conn, visit, done, new={"host": host})
    except Refused as refused:
        return await _show(visit, typed, f"domain_wrong_{refused.kind}")
    except (InvalidHost, NotVerified, asyncpg.CheckViolationError):
        return await _show(visit, typed, "domain_wrong_misspelt")
    return draw.redirect(root, done=done)


def host_in(typed: str) -> str:
    """The host of what was typed: many copy an address out of their browser."""
    found = _ADDRESS.match(typed)
    return ((found[1] or found[2] or "") if found else typed).strip()


async def _may_claim(conn: "Connection", visit: Visit) -> None:
    if not await queries.has_domains(conn, visit.user.id):
        raise Refused("the tier has no domains", "tier")
    if len(await queries.claims(conn, visit.user.id, visit.site.id)) >= MOST_CLAIMS:
        raise Refused("too many claims", "many")


async def _look(visit: Visit, host: str) -> web.StreamResponse:
    """Ask the name servers, keep what they say for an hour, and show it."""
    async with visit.db() as conn:
        claims = await queries.claims(conn, visit.user.id, visit.site.id)
    claim = next((one for one in claims if one.host == host), None)
    if claim is None:
        raise web.HTTPNotFound
    if seconds := await attempts.admit(visit, "dns", str(visit.site.id)):
        said = words_for(visit.language)("domain_too_often", seconds=seconds)
        return await _show(visit, status=429, notice=said)
    told = visit.settings.domains
    seen = await look_closely(
        told.resolvers,
        claim.host,
        PREFIX + claim.token,
        told.cname or f"{claim.subdomain}.{visit.settings.server.base_domains[0]}",
        [str(address) for address in told.addresses],
        LOOK_SECONDS,
    )
    async with visit.db() as conn:
        await queries.keep_look(conn, visit.user.id, visit.site.id, claim, seen)
    return draw.redirect(f"/sites/{visit.site.id}/domains", done="domain_looked")


async def _show(
    visit: Visit, typed: str = "", problem: str = "", status: int = 200, notice: str = ""
) -> web.StreamResponse:
    async with visit.db() as conn:
        claims = await queries.claims(conn, visit.user.id, visit.site.id)
        entitled = await queries.has_domains(conn, visit.user.id)
    return draw.page(
        visit,
        "domains.html",
        status=422 if problem else status,
        refused=notice,
        claims=claims,
        has_more=len(claims) == queries.MOST_LISTED,
        most_listed=queries.MOST_LISTED,
        entitled=entitled,
        name_in_zone=name_in_zone,
        typed=typed,
        problem=problem,
        label=LABEL,
        prefix=PREFIX,
        base=visit.settings.server.base_domains[0],
        cname=visit.settings.domains.cname,
        addresses=visit.settings.domains.addresses,
        root=f"/sites/{visit.site.id}/domains",
    )
