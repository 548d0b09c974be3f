"""Who reads a site's newsletter: the list, a table with each one's link to leave, and taking one off it.

Sending is not here (docs/leads.md): whoever sends takes the table, and puts the link into each letter.
"""

from collections.abc import AsyncIterator
from datetime import datetime

from aiohttp import web

from renderer.console import audit, draw
from renderer.console.tables import send_table
from renderer.console.visit import Visit, read_id
from renderer.console.words import words_for
from renderer.forms.newsletter import queries
from renderer.forms.newsletter.links import leave_link
from renderer.forms.newsletter.queries import Subscriber
from renderer.keys import KEYRING
from renderer.spreadsheets import MARK, csv_lines

A_PAGE = 50
A_PIECE = 500


async def show_subscribers(visit: Visit) -> web.StreamResponse:
    page = visit.page
    async with visit.db() as conn:
        count = await queries.count(conn, visit.site.id)
        found = await queries.newest(conn, visit.site.id, most=A_PAGE, skip=(page - 1) * A_PAGE)
    if page > 1 and not found:
        raise web.HTTPNotFound
    return draw.page(
        visit,
        "newsletter.html",
        subscribers=found,
        count=count,
        page=page,
        has_more=page * A_PAGE < count,
        root=_root(visit),
    )


async def remove_subscriber(visit: Visit) -> web.StreamResponse:
    """Nothing is kept of them; asked for by mail or telephone, mostly."""
    form, site = await visit.form(), visit.site.id
    subscriber = read_id(form.text("subscriber"))
    async with visit.db() as conn:
        if not await queries.remove(conn, site, subscriber):
            raise web.HTTPNotFound
        await audit.note(conn, visit, "subscriber_removed", entity=("website", site))
    return draw.redirect(_root(visit), done="subscriber_removed")


async def export_subscribers(visit: Visit) -> web.StreamResponse:
    name = f"{visit.site.host}-newsletter-{datetime.now(visit.site.zone):%Y-%m-%d}.csv"
    return await send_table(visit, name, subscriber_table(visit))


async def subscriber_table(visit: Visit) -> AsyncIterator[str]:
    """All of them as CSV, written as it is read: a connection is held for a piece at a time."""
    t, keyring, site = words_for(visit.language), visit.request.app[KEYRING], visit.site

    async def fetch(last: Subscriber | None) -> list[Subscriber]:
        async with visit.db() as conn:
            return await queries.following(conn, site.id, last, A_PIECE)

    def row(one: Subscriber) -> tuple[str, ...]:
        confirmed = one.confirmed_at.astimezone(site.zone).strftime("%Y-%m-%d %H:%M")
        return one.email, confirmed, leave_link(keyring, site.url, site.id, one.id)

    piece = await fetch(None)
    heads = (t["email"], t["subscriber_since"], t["subscriber_leave"])
    yield MARK + csv_lines([heads], visit.language)
    while piece:
        yield csv_lines(map(row, piece), visit.language)
        piece = await fetch(piece[-1]) if len(piece) == A_PIECE else []


def _root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/leads/newsletter"
