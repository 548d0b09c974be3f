"""The inbox of a site: its lists, one lead, and what may be done with it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import quote, urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import web

from renderer import inbox, respond
from renderer.console import draw
from renderer.console.visit import Visit
from renderer.console.words import words_for
from renderer.db.pool import TEMPORARY
from renderer.form_rows import forms_by_key
from renderer.forms.deliveries import log
from renderer.forms.files import Files, download_headers, files_folder
from renderer.inbox import Status, Wanted
from renderer.inbox.queries import INBOX
from renderer.keyring import CannotOpen
from renderer.keys import KEYRING, SETTINGS
from renderer.themes.forms import Form, FormRow, find_form
from renderer.themes.forms.said import files_in
from renderer.themes.text import words as site_words
from renderer.themes.text.phone import read_phone

SHELVES: Mapping[str, tuple[Status, ...]] = {
    "inbox": INBOX,
    "new": (Status.NEW,),
    "replied": (Status.REPLIED,),
    "archived": (Status.ARCHIVED,),
    "spam": (Status.SPAM,),
}
LEADS_A_PAGE = 30
LEADS_A_PIECE = 500
MOST_COUNTED = 1_000
MOST_ANSWERS = 60


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list was asked for, as it stands in its address."""

    shelf: str = "inbox"
    words: str = ""
    form: str = ""
    since: date | None = None
    until: date | None = None
    after: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.words or self.form or self.since or self.until)

    def query(self, *, after: str = "", shelf: str = "") -> str:
        """`?…` of the same list from another place or on another shelf; "" for the inbox as it begins."""
        parts = {
            "shelf": (shelf or self.shelf).replace("inbox", ""),
            "words": self.words,
            "form": self.form,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "after": after,
        }
        query = urlencode({name: value for name, value in parts.items() if value})
        return f"?{query}" if query else ""

    def wanted(self, zone: ZoneInfo, after: str | None = None) -> Wanted:
        """Days are the site's."""

        def moment(day: date | None) -> datetime | None:
            return datetime.combine(day, time(), zone) if day else None

        until = self.until + timedelta(days=1) if self.until and self.until < date.max - timedelta(days=2) else None
        return Wanted(
            SHELVES[self.shelf], self.form or None, moment(self.since), moment(until), self.words, after or None
        )


def read_filters(query: Mapping[str, str]) -> Filters:
    """What is no shelf, day or text is left out."""
    shelf = query.get("shelf", "inbox")
    return Filters(
        shelf if shelf in SHELVES else "inbox",
        _text(query.get("words", ""), 200),
        _text(query.get("form", ""), 50),
        _day(query.get("since", "")),
        _day(query.get("until", "")),
        query.get("after", "")[:100],
    )


async def show_leads(visit: Visit) -> web.StreamResponse:
    filters = read_filters(visit.request.query)
    async with visit.db() as conn:
        wanted = filters.wanted(visit.site.zone, filters.after)
        found = await inbox.list_leads(conn, visit.site.id, wanted, LEADS_A_PAGE)
        counted = await inbox.counts(conn, visit.site.id, MOST_COUNTED)
        types = await inbox.form_types(conn, visit.site.id)
    return draw.page(
        visit,
        "leads.html",
        filters=filters,
        found=found,
        counted={shelf: sum(counted.get(status, 0) for status in SHELVES[shelf]) for shelf in ("new", "spam")},
        most_counted=MOST_COUNTED,
        types=types,
        shelves=tuple(SHELVES),
        root=_root(visit),
        is_empty=not any(counted.values()),
    )


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
    form = _form(rows, lead.form_key, visit.language)
    phone = read_phone(lead.phone[:60], any_digits=True) if lead.phone else None
    return draw.page(
        visit,
        "lead.html",
        lead=lead,
        answers=inbox.answers_of(lead, form, words["yes"], words["no"]),
        form_title=form.title if form else lead.form_type,
        links=_replies(visit, lead),
        phone=phone,
        changes=changes,
        attempts=attempts[-50:],
        coming=coming,
        channels=dict.fromkeys([one.channel for one in attempts] + [one.channel for one in coming]),
        root=_root(visit),
        files=files_in(lead.data),
        filters=read_filters(visit.request.query),
    )


async def change_leads(visit: Visit) -> web.StreamResponse:
    """Another status for one lead or several: those that `lead` names."""
    form = await visit.form()
    ids = [one for one in map(_uuid, form.texts("lead")[:LEADS_A_PAGE]) if one]
    status = form.text("status")
    if status not in inbox.STATUSES:
        raise web.HTTPBadRequest
    async with visit.db() as conn:
        changed = await inbox.set_status(conn, visit.site.id, ids, Status(status))
    filters = read_filters({name: form.text(name) for name in ("shelf", "words", "form", "since", "until")})
    target = _root(visit) + (f"/{ids[0]}" if form.ticked("stay") and ids else "") + filters.query()
    if not ids:
        return draw.redirect(target, done="leads_none")
    delivers = changed and form.ticked("unspam") and status != Status.SPAM
    return draw.redirect(target, done="lead_delivers" if delivers else "lead_changed")


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
    lead_id, settings = _lead_id(visit), visit.request.app[SETTINGS]
    async with visit.db() as conn:
        lead = await inbox.find_lead(conn, visit.site.id, lead_id)
    notes = files_in(lead.data if lead else None)
    note = next((one for one in notes if str(one.get("file")) == visit.params["number"]), None)
    store = Files(files_folder(settings.var), visit.request.app[KEYRING])
    try:
        found = await asyncio.to_thread(store.get, visit.site.id, lead_id, note)
    except CannotOpen:
        found = None
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
    return draw.redirect(_root(visit), done="lead_erased")


async def export_leads(visit: Visit) -> web.StreamResponse:
    """The list as a table, written as it is read: a connection is held for a piece at a time."""
    filters = read_filters(visit.request.query)
    wanted = filters.wanted(visit.site.zone)
    words = words_for(visit.language)
    async with visit.db() as conn:
        questions = await inbox.question_names(conn, visit.site.id, wanted)
        keys = await inbox.form_types(conn, visit.site.id)
        rows = await forms_by_key(conn, visit.site.id, [*keys, "contact"])
    labels: dict[str, str] = {}
    for key in reversed([*keys, "contact"]):
        form = _form(rows, key, visit.language)
        labels.update({one.name: one.label for one in form.questions} if form else {})

    async def fetch(after: str | None) -> inbox.Found:
        async with visit.db() as conn:
            return await inbox.list_leads(conn, visit.site.id, filters.wanted(visit.site.zone, after), LEADS_A_PIECE)

    heads = [words[f"csv_{name}"] for name in ("received", "status", "form", "name", "email", "phone", "reference")]
    name = f"{visit.site.host}-{datetime.now(visit.site.zone):%Y-%m-%d}.csv"
    answer = web.StreamResponse(
        headers={
            **respond.SECURITY,
            "Cache-Control": respond.PRIVATE,
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        }
    )
    await answer.prepare(visit.request)
    try:
        async for piece in inbox.lead_rows(fetch, questions, heads, labels, visit.site.zone, visit.language):
            await answer.write(piece.encode("utf-8", "replace"))
    except TEMPORARY:
        # Half a table must not look like a whole one.
        if visit.request.transport is not None:
            visit.request.transport.abort()
        return answer
    await answer.write_eof()
    return answer


def _replies(visit: Visit, lead: inbox.Lead) -> dict[str, str]:
    words = words_for(visit.language)
    name = " ".join((lead.name or "").split())[:60]
    site = visit.site.title[:80]
    key = "lead_greeting" if name else "lead_greeting_nameless"
    return inbox.reply_links(
        lead, words(key, name=name, site=site), words("lead_subject", site=site, reference=lead.reference)
    )


def _form(rows: Mapping[str, FormRow | None], key: str, language: str) -> Form | None:
    return find_form(rows, key, site_words.words_for(language), language)


def _root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/leads"


def _lead_id(visit: Visit) -> UUID:
    lead_id = _uuid(visit.params["lead_id"])
    if lead_id is None:
        raise web.HTTPNotFound
    return lead_id


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _text(text: str, most: int) -> str:
    return " ".join(text.replace("\0", " ").encode("utf-8", "replace").decode().split())[:most]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if len(text) == 10 else None
    except ValueError:
        return None
