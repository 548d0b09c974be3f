"""Leads told on WhatsApp: a template message of Meta's Cloud API, which alone may be sent out of the blue.

The operator has a template approved whose body has four places: name, number, message, reference. Done means that Meta
took it; whether a telephone got it is told to webhooks of theirs, which nobody here listens to.
"""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from aiohttp import web

from renderer.forms.deliveries import queries
from renderer.forms.deliveries.claim import Claimed
from renderer.forms.deliveries.gathered import Gathered, deliver_gathered, is_gathered
from renderer.forms.deliveries.lead import Lead
from renderer.keys import OUTBOUND, POOL, SETTINGS
from renderer.outbound import OutboundError
from renderer.outbox import Outcome, done, failed, later, skipped
from renderer.settings.neighbours import WhatsApp
from renderer.themes.text.phone import Phone, read_phone

MOST_BODY = 100_000
# Of one parameter: all together, with the template's own words, are at most 1,024 characters.
MOST_PARAMETER = 300
# Error codes of the Cloud API ("Error codes"): what waits, and for how many seconds at least.
_WAIT = {
    4: 600,  # calls of the app
    80007: 600,  # calls of the account
    130429: 60,  # messages a second
    131048: 21_600,  # too many of ours were blocked or reported: going on would make it worse
    131056: 60,  # messages to this number
}
_LATER = frozenset({0, 1, 2, 3, 10, 190, 368, 131000, 131005, 131016, 131031, 131042, 131057, 133004})
_FAILED = {
    100: "a parameter was refused",
    131008: "a parameter is missing",
    131009: "a parameter was refused",
    131021: "the number is our own",
    131026: "the number cannot be reached on WhatsApp",
    131030: "the number is not on the list of a test account",
    131047: "the number has not written for 24 hours, and the message was not taken for a template",
    131051: "the kind of message was refused",
    132000: "the template has another number of places",
    132001: "the template does not exist in that language",
    132005: "the text is too long for the template",
    132007: "the template breaks a rule of WhatsApp’s",
    132012: "the template’s places have another form",
    132015: "the template is paused",
    132016: "the template is switched off for good",
}


def no_whatsapp(app: web.Application) -> str | None:
    """Why nobody can be told on WhatsApp."""
    return None if app[SETTINGS].whatsapp.phone_number_id else "no WhatsApp account is configured"


async def deliver_whatsapp(app: web.Application, claimed: Claimed) -> Outcome:
    """To the number that the form names, once it is confirmed, or the site's own where its owner vouched for it."""
    if is_gathered(claimed.job):
        return await deliver_gathered(app, claimed, partial(_send_gathered, app, claimed))
    return await _send(app, claimed, _texts(claimed.lead))


async def _send_gathered(app: web.Application, claimed: Claimed, gathered: Gathered) -> Outcome:
    """How many, and who they are from: each message has its price."""
    if gathered.number == 1:
        return await _send(app, claimed, _texts(claimed.lead))
    names = ", ".join(one.name or _shown(one) or one.reference for one in gathered.listed)
    count = claimed.lead.words.say("leads_many", n=gathered.number)
    return await _send(app, claimed, (count, None, names, claimed.lead.reference))


async def _send(app: web.Application, claimed: Claimed, texts: Sequence[str | None]) -> Outcome:
    settings = app[SETTINGS].whatsapp
    to, why = await _number(app, claimed)
    if to is None:
        return skipped(why)
    try:
        answer = await app[OUTBOUND].send(
            "POST",
            f"{settings.endpoint.rstrip('/')}/{settings.phone_number_id}/messages",
            body=json.dumps(_message(texts, to, settings)).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {settings.token.get_secret_value()}",
            },
            most=MOST_BODY,
        )
    except OutboundError as fault:
        return later(str(fault))
    return judge(answer.status, answer.body, answer.retry_after)


def judge(status: int, body: bytes, retry_after: str | None = None) -> Outcome:
    """What became of a message. Its id confirms it; an error's code says whether it is worth another try."""
    said = _read(body)
    if 200 <= status < 300 and said.get("messages"):
        return done()
    error = said.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    if not isinstance(code, int) or isinstance(code, bool):
        return later(f"answered with status {status}, and nothing that confirms it", retry_after)
    if code in _WAIT:
        return later(f"WhatsApp limits us (code {code})", str(_WAIT[code]))
    if code in _FAILED:
        return failed(f"{_FAILED[code]} (code {code})")
    if code in _LATER or status >= 500 or status == 429:
        return later(f"WhatsApp did not take it (code {code})", retry_after)
    return later(f"WhatsApp refused it (code {code})", retry_after)


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


async def _number(app: web.Application, claimed: Claimed) -> tuple[Phone | None, str]:
    """Whom to tell, or why nobody. A form's row may name any stranger's number: leads are not theirs to read."""
    lead, why = claimed.lead, "there is no number to tell: set whatsapp_to, or vouch for the site’s own"
    if named := read_phone(lead.settings.whatsapp_to):
        async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
            if await queries.number_is_confirmed(conn, claimed.job, named.e164):
                return named, ""
        why = "the site’s owner has not confirmed the number that the form names"
    own = lead.site.view.whatsapp
    vouched = lead.site.proof.vouched("/site/contact/whatsapp/number", "/site/contact/phone")
    phone = read_phone(own.href) if own and vouched else None
    is_wanted = lead.settings.whatsapp_notifications or (named and phone and phone.e164 == named.e164)
    return (phone if is_wanted else None), why


def _message(texts: Sequence[str | None], to: Phone, settings: WhatsApp) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": to.e164.removeprefix("+"),
        "type": "template",
        "template": {
            "name": settings.template,
            "language": {"code": settings.language},
            "components": [
                {"type": "body", "parameters": [{"type": "text", "text": _parameter(text)} for text in texts]}
            ],
        },
    }


def _texts(lead: Lead) -> tuple[str | None, ...]:
    """For the template's places."""
    return lead.name, _shown(lead), _text(lead), lead.reference


def _shown(lead: Lead) -> str | None:
    return lead.phone.shown if lead.phone else lead.number


def _text(lead: Lead) -> str:
    """What was said: the message, or else what was answered; of a form of its own under its title."""
    said = lead.message or "; ".join(f"{label}: {text}" for label, text in lead.answers)
    return f"{lead.form_title}: {said}" if lead.is_of_its_own else said


def _parameter(text: str | None) -> str:
    """A parameter is one line, without runs of blanks, and never empty."""
    line = " ".join((text or "").split())
    return (line[: MOST_PARAMETER - 1] + "…" if len(line) > MOST_PARAMETER else line) or "–"
