"""Thanks for what was stored. Nothing that fails from here on may look like a failure: it would be sent once more."""

import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from aiohttp import web

from renderer import respond
from renderer.at_hand import forms_at_hand
from renderer.forms.copy import keep_copy, read_copy
from renderer.forms.submission import Posted, wants_json
from renderer.forms.validate import Answers
from renderer.keys import FRONT, KEYRING, LEASE, OUTBOX, SCHEME, SITE
from renderer.respond import plain, redirects
from renderer.themes import Drawn, Site
from renderer.themes.forms import Form, find_form
from renderer.themes.forms.draw import draw_thanks

log = logging.getLogger(__name__)
THANKS = "forms.thanks"
"""The route's name."""
_REFERENCE_KEPT = timedelta(days=1)


def accepted(
    request: web.Request, site: Site, form: Form, posted: Posted, answers: Answers, stored: UUID
) -> web.StreamResponse:
    """To the thanks, whatever it takes: at worst they are said at once, and plainly."""
    reference = stored.hex[:8].upper()
    try:
        request.app[OUTBOX].wake()
        return _led_on(request, site, form, posted, answers, reference)
    except Exception:
        log.exception("a lead was stored, and its thanks could not be prepared")
        return thank_plainly(request, reference)


async def show_thanks(request: web.Request) -> web.StreamResponse:
    """For whoever has just sent something; without a fresh reference it is thanks all the same. What raises here is
    answered by `thank_plainly`, too (middlewares.py)."""
    site = await respond.themed(request)
    page = request.query.get("page", "")
    signer = request.app[KEYRING].signer("forms", str(request[SITE].id))
    reference = signer.verify(request.query.get("ref"), max_age=_REFERENCE_KEPT)
    reference = reference if isinstance(reference, str) else None
    try:
        form = await asked_form(request, site, page)
    except web.HTTPNotFound:
        if reference is None:
            raise
        return thank_plainly(request, reference)  # it was switched off meanwhile
    finally:
        await request[LEASE].release()
    data = read_copy(request, request.app[KEYRING], request[SCHEME], str(request[SITE].id), reference or "")
    drawn = draw_thanks(site, form, reference=reference, page=page, data=data, now=datetime.now(UTC))
    return respond.html(request, drawn, cache=respond.PRIVATE)


def thank_plainly(request: web.Request, reference: str = "") -> web.Response:
    """Thanks that need neither theme nor database nor site."""
    if wants_json(request):
        said = {"reference": reference, "next": request.rel_url.raw_path.removesuffix("/thanks") + "/thanks"}
        return web.json_response(said, headers={**respond.SECURITY, "Cache-Control": respond.PRIVATE})
    language = request.app[FRONT].languages.get(request.headers.get("Host", ""), "id")
    drawn = Drawn(plain.thanks_page(reference, language), plain.STYLE_HASHES, counted=False)
    return respond.html(request, drawn, cache=respond.PRIVATE)


async def asked_form(request: web.Request, site: Site, page: str) -> Form:
    """The form that the address names, in the language of what stands round `page`. HTTPNotFound: there is none."""
    key = request.match_info["form"]
    rows = await forms_at_hand(request, [key])
    spoken = site.speaking_at(page or "/")
    form = find_form(rows, key, spoken.words, spoken.language)
    if form is None:
        raise web.HTTPNotFound
    return form


def _led_on(
    request: web.Request, site: Site, form: Form, posted: Posted, answers: Answers, reference: str
) -> web.Response:
    keyring, site_id = request.app[KEYRING], str(request[SITE].id)
    token = keyring.signer("forms", site_id).sign(reference)
    page = f"&page={quote(posted.page, safe='/')}" if site.at(posted.page) else ""
    target = form.next_path or f"{form.action}/thanks?ref={token}{page}"
    if posted.wants_json:
        said = {"reference": reference, "next": target}
        answer = web.json_response(said, headers={**respond.SECURITY, "Cache-Control": respond.PRIVATE})
    else:
        answer = redirects.redirect(target, status=303)
        answer.headers["Cache-Control"] = respond.PRIVATE
    keep_copy(answer, keyring, request[SCHEME], site_id, reference, answers.data)
    return answer
