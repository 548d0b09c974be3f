"""A form's own page, and what becomes of what is sent with it."""

from contextlib import nullcontext
from datetime import UTC, datetime
from http import HTTPStatus

from aiohttp import web

from renderer import respond
from renderer.at_hand import forms_at_hand
from renderer.content.posts import NEWEST_POSTS, newest_posts
from renderer.db.pool import TEMPORARY
from renderer.edge.own_post import is_own_post
from renderer.forms.judging import RETRY_SECONDS, TooMany
from renderer.forms.keeping import JUDGE, KEEPER
from renderer.forms.submission import MAX_BODY, MULTIPART, Posted, read_posted, read_unread, wants_json
from renderer.forms.taking import lead_of, take
from renderer.forms.thanks import THANKS, accepted, asked_form, show_thanks
from renderer.forms.unsent import AWAY_RETRY, PROBLEM
from renderer.forms.validate import judge
from renderer.keyring.stamps import make_stamp
from renderer.keys import KEYRING, LEASE, REACHED, SCHEME, SETTINGS, SITE
from renderer.respond import plain
from renderer.themes import Drawn, Site, draw_again, forms_on
from renderer.themes.forms import (
    FORM_KEY,
    FORMS_PATH,
    MOST_WITH_FILES,
    Fault,
    FileBounds,
    Form,
    FormState,
)
from renderer.themes.forms.draw import draw_form

# What is said of what could not be read: a browser that goes back still has it.
_UNREAD = {408: "form_slow", 413: "form_large", 415: "form_kind"}


async def show_form(request: web.Request) -> web.StreamResponse:
    site = await respond.themed(request)
    form = await asked_form(request, site, "")
    await request[LEASE].release()
    return respond.page(request, draw_form(site, form, FormState(stamp=_stamp(request))))


async def take_form(request: web.Request) -> web.StreamResponse:
    """Store what was sent and say thanks, or draw it again with what is wrong; nothing that was typed is lost."""
    site = await respond.themed(request)
    most = await _room(request, site)
    await request[LEASE].release()  # no slow sender keeps a connection waiting
    async with request.app[KEEPER].large.place(request) if most > MAX_BODY else nullcontext():
        try:
            posted = await read_posted(request, most)
        except web.HTTPException as fault:
            return await _unread(request, site, fault.status)
        return await _take_form(request, site, posted)


async def _unread(request: web.Request, site: Site, status: int) -> web.StreamResponse:
    """What cannot be read is said, with as much of it as was read."""
    notice = _UNREAD.get(status, "form_unread")
    if status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        nothing = Posted({}, page="", once="", wants_json=wants_json(request))
        return await _again(
            request, site, await asked_form(request, site, ""), nothing, FormState(notice=notice), status
        )
    posted = await read_unread(request)
    form = await asked_form(request, site, posted.page)
    files = form.first(type="file")
    if posted.wants_json:
        notice = "form_large_here"  # who sends by script never left the page
    elif posted.values and files:
        notice = "form_large_kept"
    bounds = FileBounds(request.app[SETTINGS].forms.file_bytes)
    faults = {files.name: Fault("form_files_together", bounds.said)} if files else {}
    return await _again(request, site, form, posted, FormState(faults=faults, notice=notice), status)


async def _take_form(request: web.Request, site: Site, posted: Posted) -> web.StreamResponse:
    try:
        form = await asked_form(request, site, posted.page)
    except web.HTTPNotFound:
        return _closed(request, site, posted)
    finally:
        await request[LEASE].release()
    if not is_own_post(request, request[SCHEME]):
        return await _again(request, site, form, posted, FormState(notice="form_elsewhere"), 403)
    answers, faults = judge(form, posted.values, posted.uploads, request.app[SETTINGS].forms.file_bytes)
    if answers.files and not await request.app[KEEPER].has_room(request[SITE].id):
        faults |= {name: Fault("form_files_full") for name in posted.uploads if name in answers.data}
    if faults:
        return await _again(request, site, form, posted, FormState(faults=faults), 422)
    try:
        lead = lead_of(request, site, form, posted, answers)
        stored = await take(request, posted, lead, lambda: _tell(request, site))
    except TooMany:
        return await _again(request, site, form, posted, FormState(notice="form_busy"), 429)
    if stored is None:
        return await _again(request, site, form, posted, FormState(notice="form_away"), 503)
    return accepted(request, site, form, posted, answers, stored)


def _closed(request: web.Request, site: Site, posted: Posted) -> web.StreamResponse:
    """There is no such form, or none any more since the page was shown: what was typed is there to be copied."""
    headers = {**respond.SECURITY, "Cache-Control": respond.PRIVATE}
    if posted.wants_json:
        title = site.speaking_at(posted.page or "/").words.plain["form_closed"]
        problem = {"type": "about:blank", "title": title, "status": 404, "errors": []}
        return web.json_response(problem, status=404, headers=headers, content_type=PROBLEM)
    is_own = is_own_post(request, request[SCHEME])
    typed = [text for texts in posted.values.values() for text in texts if text.strip()] if is_own else []
    language = "en" if site.language.partition("-")[0] == "en" else "id"
    drawn = Drawn(plain.closed_page(typed, language), plain.STYLE_HASHES, counted=False)
    return respond.html(request, drawn, status=404, cache=respond.PRIVATE, headers=headers)


async def give_challenge(request: web.Request) -> web.StreamResponse:
    """What a browser is to solve before it sends: nothing, unless the site is flooded or this client sends much."""
    challenge = await request.app[JUDGE].challenge(request)
    await request[LEASE].release()
    return web.json_response(challenge, headers={**respond.SECURITY, "Cache-Control": respond.PRIVATE})


async def _room(request: web.Request, site: Site) -> int:
    """Bytes that may be sent: more to a form that asks for files."""
    if request.content_type != MULTIPART or (request.content_length or MAX_BODY + 1) <= MAX_BODY:
        return MAX_BODY
    form = await asked_form(request, site, "")
    return MOST_WITH_FILES if form.first(type="file") else MAX_BODY


def _tell(request: web.Request, site: Site) -> None:
    """Whoever counts visits is told that a visitor got in touch, and not with what."""
    if REACHED in request.app and site.view.counting != "off":
        request.app[REACHED](request, "form")


async def _again(
    request: web.Request, site: Site, form: Form, posted: Posted, state: FormState, status: int
) -> web.StreamResponse:
    """What was typed, drawn again; for a script, what is wrong with it (RFC 9457)."""
    seconds = {503: AWAY_RETRY, 429: RETRY_SECONDS}.get(status)
    retry = {"Retry-After": str(seconds)} if seconds else {}
    spoken = site.speaking_at(posted.page or "/")
    if posted.wants_json:
        words = spoken.words.plain
        problem = {
            "type": "about:blank",
            "title": words[state.notice or "form_problem"],
            "status": status,
            "errors": [
                {"name": one.name, "label": one.called, "detail": state.faults[one.name].say(words)}
                for one in form.questions
                if one.name in state.faults
            ],
        }
        headers = {**respond.SECURITY, "Cache-Control": respond.PRIVATE, **retry}
        return web.json_response(problem, status=status, headers=headers, content_type=PROBLEM)
    page = posted.page if site.at(posted.page) else ""
    typed = FormState(posted.values, state.faults, state.notice, page, posted.stamp or _stamp(request))
    drawn = await _typed_page(request, site, form, typed)
    return respond.html(request, drawn, status=status, cache=respond.PRIVATE, headers=retry)


async def _typed_page(request: web.Request, site: Site, form: Form, typed: FormState) -> Drawn:
    """The page that the form stood on, or the form's own, with what was typed."""
    keys = forms_on(site, typed.page)
    if form.key not in keys:
        return draw_form(site, form, typed)
    try:
        conn = await request[LEASE].conn()
        posts = await newest_posts(conn, request[SITE].id, most=NEWEST_POSTS)
        rows = await forms_at_hand(request, keys)
    except TEMPORARY:
        # The form alone, without what else stood round it.
        return draw_form(site, form, typed)
    finally:
        await request[LEASE].release()
    return draw_again(site, typed.page, posts, respond.now(request), rows, form.key, typed)


def _stamp(request: web.Request) -> str:
    return make_stamp(request.app[KEYRING], request[SITE].id, datetime.now(UTC).date())


_ADDRESS = f"{FORMS_PATH}{{form:{FORM_KEY}}}"
routes = [
    web.get(_ADDRESS, show_form, name="forms.form"),
    # With a slash at its end, too: addresses are typed into other pages' forms by hand.
    web.post(_ADDRESS + "{slash:/?}", take_form, name="forms.take"),
    web.get(_ADDRESS + "/challenge", give_challenge, name="forms.challenge"),
    web.get(_ADDRESS + "/thanks", show_thanks, name=THANKS),
]
