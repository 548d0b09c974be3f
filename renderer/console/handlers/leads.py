"""The inbox of a site: its lists, the status of several, and all of it as a table."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from aiohttp import web

from renderer import inbox
from renderer.console import draw
from renderer.console.keeping import kept_places, screens_of
from renderer.console.shelves import FIELDS, SHELVES, read_filters
from renderer.console.tables import send_table
from renderer.console.visit import Form, Visit
from renderer.console.words import words_for
from renderer.content.forms import forms_by_key
from renderer.inbox import Status, Wanted
from renderer.themes.forms import FormRow, find_form
from renderer.themes.text import words as site_words

LEADS_A_PAGE = 30
LEADS_A_PIECE = 500
MOST_COUNTED = 1_000


async def show_leads(visit: Visit) -> web.StreamResponse:
    filters = read_filters(visit.request.query)
    async with visit.db() as conn:
        wanted = filters.wanted(visit.site.zone, filters.after)
        found = await inbox.list_leads(conn, visit.site.id, wanted, LEADS_A_PAGE)
        counted = await inbox.counts(conn, visit.site.id, MOST_COUNTED)
        types = await inbox.form_types(conn, visit.site.id)
        rows = await forms_by_key(conn, visit.site.id, types) if len(types) > 1 else {}
        kept = await kept_places(conn, visit)
    return draw.page(
        visit,
        "leads.html",
        filters=filters,
        found=found,
        counted={shelf: sum(counted.get(status, 0) for status in SHELVES[shelf]) for shelf in ("new", "spam")},
        most_counted=MOST_COUNTED,
        types=types,
        names=form_names(visit, types, rows),
        form_waits="leads/forms" in screens_of(kept),
        shelves=tuple(SHELVES),
        root=_root(visit),
        is_empty=not any(counted.values()),
    )


async def change_leads(visit: Visit) -> web.StreamResponse:
    """Another status for one lead or several: those that `lead` names."""
    form = await visit.form()
    ids, status = chosen(form)
    async with visit.db() as conn:
        changed = await inbox.set_status(conn, visit.site.id, ids, status)
    filters = read_filters({name: form.text(name) for name in FIELDS})
    target = _root(visit) + (f"/{ids[0]}" if form.ticked("stay") and ids else "") + filters.query()
    return draw.redirect(target, done=done_of(form, ids, status, changed))


def chosen(form: Form) -> tuple[list[UUID], Status]:
    """The leads that were ticked, and what they are to be. Raises web.HTTPBadRequest."""
    ids = [one for one in map(_uuid, form.texts("lead")[:LEADS_A_PAGE]) if one]
    if form.text("status") not in inbox.STATUSES:
        raise web.HTTPBadRequest
    return ids, Status(form.text("status"))


def done_of(form: Form, ids: list[UUID], status: Status, changed: int) -> str:
    """What is said of it afterwards."""
    if not ids:
        return "leads_none"
    delivers = changed and form.ticked("unspam") and status != Status.SPAM
    return "lead_delivers" if delivers else "lead_changed"


async def export_leads(visit: Visit) -> web.StreamResponse:
    """The list as a table."""
    filters = read_filters(visit.request.query)
    name = f"{visit.site.host}-{datetime.now(visit.site.zone):%Y-%m-%d}.csv"
    return await send_table(visit, name, await lead_table(visit, filters.wanted(visit.site.zone)))


async def lead_table(visit: Visit, wanted: Wanted) -> AsyncIterator[str]:
    """CSV, written as it is read: a connection is held for a piece at a time."""
    words = words_for(visit.language)
    async with visit.db() as conn:
        questions = await inbox.question_names(conn, visit.site.id, wanted)
        keys = await inbox.form_types(conn, visit.site.id)
        rows = await forms_by_key(conn, visit.site.id, [*keys, "contact"])
    labels: dict[str, str] = {}
    for key in reversed([*keys, "contact"]):
        form = find_form(rows, key, site_words.words_for(visit.language), visit.language)
        labels.update({one.name: one.label for one in form.questions} if form else {})

    async def fetch(after: str | None) -> inbox.Found:
        async with visit.db() as conn:
            return await inbox.list_leads(conn, visit.site.id, replace(wanted, after=after), LEADS_A_PIECE)

    said = {**form_names(visit, keys, rows), **{one.value: words[f"lead_{one}"] for one in inbox.STATUSES}}
    heads = [words[f"csv_{name}"] for name in ("received", "status", "form", "name", "email", "phone", "reference")]
    return inbox.lead_rows(fetch, questions, heads, labels, said, visit.site.zone, visit.language)


def form_names(visit: Visit, types: Sequence[str], rows: Mapping[str, FormRow | None]) -> dict[str, str]:
    """What forms of these types are called where their leads are listed; a type of somebody's own by its heading."""
    words, said = words_for(visit.language), site_words.words_for(visit.language)
    names = {}
    for one in types:
        form = find_form(rows, one, said, visit.language) if f"form_type_{one}" not in words else None
        own = form.title if form and form.title != said["form_title"] else one
        names[one] = words.option("form_type", one) if form is None else own
    return names


def _root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/leads"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
