"""Domains of a site: the records to set, how each claim stands, claiming and giving up.

The check itself runs in maintenance, which alone may look at what other sites claim.
"""

import asyncpg
from aiohttp import web

from renderer.console import audit, draw, queries
from renderer.console.visit import Visit
from renderer.domains import Refused, claimable
from renderer.domains.claims import LABEL, PREFIX
from renderer.domains.queries import NotVerified, add_claim, remove_claim, set_primary
from renderer.hostnames import InvalidHost, normalise_host

MOST_CLAIMS = 10


async def show_domains(visit: Visit) -> web.StreamResponse:
    return await _show(visit)


async def change_domains(visit: Visit) -> web.StreamResponse:
    """Claim a host, give one up, or choose the one that addresses are written with."""
    form = await visit.form()
    deed, typed = form.text("do"), form.text("host")[:300]
    root = f"/sites/{visit.site.id}/domains"
    done = f"domain_{deed if deed in ('claim', 'primary') else 'gone'}"
    try:
        host = claimable(typed, visit.settings.server.base_domains) if deed == "claim" else normalise_host(typed)
    except (Refused, InvalidHost):
        return await _show(visit, typed, "domain_refused")
    try:
        async with visit.db() as conn:
            if deed == "claim":
                if len(await queries.claims(conn, visit.user.id, visit.site.id)) >= MOST_CLAIMS:
                    raise Refused
                await add_claim(conn, visit.site.id, host)
            elif deed == "primary":
                await set_primary(conn, visit.site.id, host)
            elif not await remove_claim(conn, visit.site.id, host):
                raise web.HTTPNotFound
            await audit.note_site(conn, visit, done, new={"host": host})
    except (Refused, NotVerified, asyncpg.CheckViolationError):
        return await _show(visit, typed, "domain_refused")
    return draw.redirect(root, done=done)


async def _show(visit: Visit, typed: str = "", problem: str = "") -> web.StreamResponse:
    async with visit.db() as conn:
        claims = await queries.claims(conn, visit.user.id, visit.site.id)
    return draw.page(
        visit,
        "domains.html",
        status=422 if problem else 200,
        claims=claims,
        typed=typed,
        problem=problem,
        label=LABEL,
        prefix=PREFIX,
        base=visit.settings.server.base_domains[0],
        root=f"/sites/{visit.site.id}/domains",
    )
