"""The inbox over all sites of an owner."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import web

from renderer import inbox
from renderer.console import draw, queries
from renderer.console.handlers.leads import LEADS_A_PAGE, LEADS_A_PIECE, MOST_COUNTED, chosen, done_of, form_names
from renderer.console.shelves import ALL, FIELDS, SHELVES, Filters, read_filters
from renderer.console.tables import send_table
from renderer.console.visit import Visit
from renderer.console.words import words_for

MOST_TITLES = 200
"""Of sites, to choose among; any can be typed."""


async def show_all_leads(visit: Visit) -> web.StreamResponse:
    filters = _filters(visit)
    found = await _fetcher(visit, filters, LEADS_A_PAGE)(filters.after)
    async with visit.db() as conn:
        counted = await inbox.counts_of_owner(conn, visit.user.id, MOST_COUNTED)
        titles = await queries.titles(conn, visit.user.id, MOST_TITLES)
        types = await inbox.form_types_of_owner(conn, visit.user.id)
    types = sorted({*types, *(lead.form_type for lead in found.leads), filters.form} - {""})
    visit.has_several = True
    return draw.page(
        visit,
        "all_leads.html",
        filters=filters,
        found=found,
        counted={status.value: number for status, number in counted.items()},
        most_counted=MOST_COUNTED,
        titles=titles,
        names=form_names(visit, types, {}),
        types=types,
        shelves=tuple(SHELVES),
        root=ALL,
    )


async def export_all_leads(visit: Visit) -> web.StreamResponse:
    """The list as a table, written as it is read: a connection is held for a piece at a time."""
    words = words_for(visit.language)
    columns = ("received", "status", "form", "name", "email", "phone", "reference")
    heads = [words["leads_site"], *(words[f"csv_{name}"] for name in columns)]
    fetch = _fetcher(visit, _filters(visit), LEADS_A_PIECE)
    statuses = {one.value: words[f"lead_{one}"] for one in inbox.STATUSES}

    def called(one: str) -> str:
        return statuses.get(one) or form_names(visit, [one], {})[one]

    rows = inbox.rows_of_sites(fetch, heads, words["csv_others"], called, visit.language)
    return await send_table(visit, f"{visit.settings.console.host}-{datetime.now(UTC):%Y-%m-%d}.csv", rows)


async def change_all_leads(visit: Visit) -> web.StreamResponse:
    """Another status for those that `lead` names, of whichever sites of the owner."""
    form = await visit.form()
    ids, status = chosen(form)
    async with visit.db() as conn:
        changed = await inbox.set_status_of_owner(conn, visit.user.id, ids, status)
    filters = read_filters({name: form.text(name) for name in FIELDS})
    return draw.redirect(filters.back(ALL), done=done_of(form, ids, status, changed))


def _filters(visit: Visit) -> Filters:
    return replace(read_filters(visit.request.query), everywhere=False)


def _fetcher(visit: Visit, filters: Filters, most: int) -> Callable[[str | None], Awaitable[inbox.Found]]:
    """What reads the list from a place on."""

    async def fetch(after: str | None) -> inbox.Found:
        wanted, site = filters.of_any_day(after), filters.site.lower()
        async with visit.db() as conn:
            return await inbox.list_leads_of_owner(conn, visit.user.id, wanted, filters.days, site, most)

    return fetch
