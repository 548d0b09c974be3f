"""The inbox over all sites of an owner."""

from dataclasses import replace

from aiohttp import web

from renderer import inbox
from renderer.console import draw, queries
from renderer.console.handlers.leads import LEADS_A_PAGE, MOST_COUNTED, chosen, done_of, form_names
from renderer.console.shelves import ALL, FIELDS, SHELVES, read_filters
from renderer.console.visit import Visit

MOST_TITLES = 200
"""Of sites, to choose among; any can be typed."""


async def show_all_leads(visit: Visit) -> web.StreamResponse:
    # Days and types of forms are a site's own.
    filters = replace(read_filters(visit.request.query), form="", since=None, until=None, everywhere=False)
    wanted = inbox.Wanted(SHELVES[filters.shelf], words=filters.words, after=filters.after or None)
    async with visit.db() as conn:
        found = await inbox.list_leads_of_owner(conn, visit.user.id, wanted, filters.site.lower(), LEADS_A_PAGE)
        counted = await inbox.counts_of_owner(conn, visit.user.id, MOST_COUNTED)
        titles = await queries.titles(conn, visit.user.id, MOST_TITLES)
    visit.has_several = True
    return draw.page(
        visit,
        "all_leads.html",
        filters=filters,
        found=found,
        counted={status.value: number for status, number in counted.items()},
        most_counted=MOST_COUNTED,
        titles=titles,
        names=form_names(visit, [one.form_type for one in found.leads], {}),
        shelves=tuple(SHELVES),
        root=ALL,
    )


async def change_all_leads(visit: Visit) -> web.StreamResponse:
    """Another status for those that `lead` names, of whichever sites of the owner."""
    form = await visit.form()
    ids, status = chosen(form)
    async with visit.db() as conn:
        changed = await inbox.set_status_of_owner(conn, visit.user.id, ids, status)
    filters = read_filters({name: form.text(name) for name in FIELDS})
    return draw.redirect(filters.back(ALL), done=done_of(form, ids, status, changed))
