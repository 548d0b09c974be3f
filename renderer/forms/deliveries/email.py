"""Leads by e-mail."""

from collections.abc import Sequence
from functools import partial

from aiohttp import web

from renderer.forms.deliveries import queries
from renderer.forms.deliveries.claim import Claimed, desk_of
from renderer.forms.deliveries.gathered import Gathered, deliver_gathered, is_gathered
from renderer.forms.deliveries.letter import write_gathered, write_lead
from renderer.forms.recipients.queries import claimed_recipients
from renderer.keys import MAIL, POOL, SETTINGS
from renderer.outbound import MailError
from renderer.outbox import SCHEDULE, Job, Outcome, done, failed, later

_NOBODY = "no recipient was accepted"


async def deliver_email(app: web.Application, claimed: Claimed) -> Outcome:
    """To the form's own recipients or the site's contact, as far as they agreed, else to the owner. Done once the mail
    server took it for one and wants no other later; whom it took it for, or refuses for good, is not tried again."""
    lead, job = claimed.lead, claimed.job
    wanted, agreed = lead.wanted_recipients, tuple[str, ...]()
    if wanted:
        async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
            agreed = await claimed_recipients(conn, job, wanted)
    silent = [one for one in wanted if one not in agreed]
    everybody = agreed or (lead.owner_email,)
    if is_gathered(job):
        return await deliver_gathered(app, claimed, partial(_send_gathered, app, job, everybody, silent))
    # Of a replay, which begins anew, all are asked who have not got it.
    accepted, gone = _before(job, "accepted"), _before(job, "refused") if job.attempts > 1 else ()
    fault: MailError | None = None
    to = tuple(one for one in everybody if one not in (*accepted, *gone))
    if not to:
        return _done(gone, silent) if accepted else failed(_NOBODY)
    try:
        refused = await app[MAIL].send(write_lead(lead, job.id, to, desk_of(app, job.website_id, lead.id)))
        accepted += tuple(one for one in to if one not in refused)
    except MailError as error:
        fault, refused = error, error.refused or dict.fromkeys(to, error.lasting)
    gone += tuple(one for one, is_lasting in refused.items() if is_lasting)
    waiting = sorted(one for one, is_lasting in refused.items() if not is_lasting)
    if waiting and job.attempts <= len(SCHEDULE):
        if accepted or gone:
            async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
                await queries.note_recipients(conn, job, accepted, gone)
        return later(str(fault) if fault else f"not accepted yet for {', '.join(waiting)}")
    if accepted:
        return _done((*gone, *waiting), silent)
    return failed(str(fault) if fault else _NOBODY)


async def _send_gathered(
    app: web.Application, job: Job, to: tuple[str, ...], silent: Sequence[str], gathered: Gathered
) -> Outcome:
    """Who refuses it is not asked again: it would be another letter by then."""
    if gathered.number > 1:
        letter = write_gathered(gathered, job, to, desk_of(app, job.website_id))
    else:
        (lead,) = gathered.listed
        letter = write_lead(lead, job.id, to, desk_of(app, job.website_id, lead.id))
    try:
        refused = await app[MAIL].send(letter)
    except MailError as fault:
        return failed(str(fault)) if fault.lasting else later(str(fault))
    return _done(tuple(refused), silent)


def _before(job: Job, what: str) -> tuple[str, ...]:
    """What the mail server said of whom, at attempts before."""
    said = job.payload.get(what) if isinstance(job.payload, dict) else None
    return tuple(one for one in said if isinstance(one, str)) if isinstance(said, list) else ()


def _done(refused: Sequence[str], silent: Sequence[str]) -> Outcome:
    said = [f"not accepted for {', '.join(sorted(refused))}"] if refused else []
    if silent:
        said.append(f"not sent to {', '.join(silent)}, where nobody has agreed yet")
    return done("; ".join(said) or None)
