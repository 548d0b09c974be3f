"""Sites and forms as the database has them, or else as they were seen last."""

from collections.abc import Collection

from aiohttp import web

from renderer.content.forms import forms_by_key
from renderer.db.pool import TEMPORARY
from renderer.edge.sites import EdgeSite, PreviewSite
from renderer.keys import HELD, HOST, KNOWN, LEASE, SITE
from renderer.themes import NO_FORMS, FormRows

# What visitors send has to be taken, and its thanks said, whether or not the database is there.
ROUTES = frozenset({"forms.form", "forms.challenge", "forms.take", "forms.thanks"})

# Whose site is asked of the database once, until it changes; what stands in a form, too.
HELD_ROUTES = frozenset({"forms.take", "pages.page", "blog"})
# Sets of forms of one site that are held: whoever invents keys pushes out the oldest.
MOST_HELD = 20


async def site_at_hand(request: web.Request, host: str) -> EdgeSite | None:
    """The site of a host without the database, for what may be answered without it."""
    return await request.app[KNOWN].site(host) if request.match_info.route.name in ROUTES else None


async def forms_at_hand(request: web.Request, keys: Collection[str]) -> FormRows:
    """The forms of the request's site by key, as `forms_by_key` says; remembered for when the database is away.

    Raises what asyncpg raises where it is away and one of them was never seen.
    """
    if not keys:
        return NO_FORMS
    site, known, held = request[SITE], request.app[KNOWN], request.get(HELD)
    name = "forms " + " ".join(sorted(keys))
    if held is not None and name in held.read:
        found: FormRows = held.read[name]
        return found
    try:
        rows = await forms_by_key(await request[LEASE].conn(), site.id, keys)
    except TEMPORARY:
        await request[LEASE].release()
        seen = await known.forms(site.id, keys)
        if seen is None:
            raise
        return seen
    if not isinstance(site, PreviewSite):
        known.remember(request[HOST], site, keys, rows)
    if held is not None:
        if len(held.read) >= MOST_HELD:
            held.read.pop(next(iter(held.read)))
        held.read[name] = rows
    return rows
