"""One message: what was sent, what became of it, and what may be done with it."""

from functools import partial
from uuid import UUID

from aiohttp import web

from renderer import inbox, respond
from renderer.console import draw
from renderer.console.shelves import FIELDS, read_filters
from renderer.console.visit import Visit, read_id
from renderer.console.words import words_for
from renderer.content.forms import forms_by_key
from renderer.forms.deliveries import log
from renderer.forms.deliveries.reasons import reason_of
from renderer.forms.files import download_headers
from renderer.forms.keeping import FILES
from renderer.keyring import CannotOpen
from renderer.themes.forms import find_form
from renderer.themes.forms.said import files_in
from renderer.themes.text import words as site_words
from renderer.themes.text.phone import read_phone


async def show_lead(visit: Visit) -> web.StreamResponse:
    """Whoever opens a new one has read it; a browser that fetches ahead has not."""
    lead_id = _lead_id(visit)
    ahead = "prefetch" in visit.request.headers.get("Sec-Purpose", "") or visit.request.method == "HEAD"
    async with visit.db() as conn:
        if not ahead:
            await inbox.open_lead(conn, visit.site.id, lead_id)
        lead = await inbox.find_lead(conn, visit.site.id, lead_id)
        if lead is None:
            raise web.HTTPNotFound
        changes = await inbox.history(conn, visit.site.id, lead_id)
        attempts, coming = await log.deliveries_of_lead(conn, visit.site.id, lead_id)
        rows = await forms_by_key(conn, visit.site.id, [lead.form_key])
    words = words_for(visit.language)
    said = site_words.words_for(visit.language)
    form = find_form(rows, lead.form_key, said, visit.language)
    phone = read_phone(lead.phone[:60], any_digits=True) if lead.phone else None
    return draw.page(
        visit,
        "lead.html",
        lead=lead,
        answers=inbox.answers_of(lead, form, said, words["yes"], words["no"]),
        form_title=form.title if form else lead.form_type,
        links=_replies(visit, lead),
        phone=phone,
        changes=changes,
        attempts=attempts[-50:],
        reason_of=partial(reason_of, words=said),
        coming=coming,
        channels=dict.fromkeys([one.channel for one in attempts] + [one.channel for one in coming]),
        root=_root(visit),
        files=files_in(lead.data),
        filters=read_filters(visit.request.query),
    )


async def deliver_lead(visit: Visit) -> web.StreamResponse:
    """Try a channel again, at once."""
    form = await visit.form()
    channel = next((one for one in log.CHANNELS if one == form.text("channel")), None)
    if channel is None:
        raise web.HTTPBadRequest
    lead_id = _lead_id(visit)
    async with visit.db() as conn:
        if await inbox.find_lead(conn, visit.site.id, lead_id) is None:
            raise web.HTTPNotFound
        tried = await log.replay(conn, visit.site.id, channel, lead=lead_id, again=True)
    return draw.redirect(f"{_root(visit)}/{lead_id}", done="lead_tried" if tried else "lead_not_tried")


async def give_file(visit: Visit) -> web.StreamResponse:
    """A file that came with a lead, saved and never shown."""
    lead_id = _lead_id(visit)
    async with visit.db() as conn:
        lead = await inbox.find_lead(conn, visit.site.id, lead_id)
    notes = files_in(lead.data if lead else None)
    note = next((one for one in notes if str(one.get("file")) == visit.params["number"]), None)
    try:
        found = await visit.request.app[FILES].get(visit.site.id, lead_id, note)
    except CannotOpen:
        found = None
    except OSError:
        raise web.HTTPServiceUnavailable(headers={"Retry-After": "10"}) from None
    if found is None:
        raise web.HTTPNotFound
    return web.Response(body=found.data, headers={**respond.SECURITY, **download_headers(found)})


async def erase_lead(visit: Visit) -> web.StreamResponse:
    form = await visit.form()
    if not form.ticked("sure"):
        raise web.HTTPBadRequest
    async with visit.db() as conn:
        if not await inbox.erase_lead(conn, visit.site.id, _lead_id(visit), visit.user.id):
            raise web.HTTPNotFound
    filters = read_filters({name: form.text(name) for name in FIELDS})
    return draw.redirect(filters.back(_root(visit)), done="lead_erased")


def _replies(visit: Visit, lead: inbox.Lead) -> dict[str, str]:
    words = words_for(visit.language)
    name = " ".join((lead.name or "").split())[:60]
    site = visit.site.title[:80]
    key = "lead_greeting" if name else "lead_greeting_nameless"
    return inbox.reply_links(
        lead, words(key, name=name, site=site), words("lead_subject", site=site, reference=lead.reference)
    )


def _root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/leads"


def _lead_id(visit: Visit) -> UUID:
    return read_id(visit.params["lead_id"])
