"""Leads by e-mail."""

from collections.abc import Sequence

from aiohttp import web

from renderer.forms.deliveries import queries
from renderer.forms.deliveries.claim import Claimed
from renderer.forms.deliveries.letter import write_lead
from renderer.forms.recipients.queries import claimed_recipients
from renderer.keys import MAIL, POOL, SETTINGS
from renderer.outbound import MailError
from renderer.outbox import SCHEDULE, Job, Outcome, done, failed, later


async def deliver_email(app: web.Application, claimed: Claimed) -> Outcome:
    """To the form's own recipients or the site's contact, as far as they agreed, else to the owner. Done once the mail
    server took it for one and wants no other later; what it took is not sent there again."""
    lead, job = claimed.lead, claimed.job
    wanted, agreed, accepted = lead.wanted_recipients, tuple[str, ...](), _accepted(job)
    if wanted:
        async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
            agreed = await claimed_recipients(conn, job, wanted)
    silent = [one for one in wanted if one not in agreed]
    to = tuple(one for one in agreed or (lead.owner_email,) if one not in accepted)
    if not to:
        return _done([], silent)
    is_last = job.attempts > len(SCHEDULE)
    try:
        refused = await app[MAIL].send(write_lead(lead, job.id, to))
    except MailError as fault:
        if accepted and (fault.lasting or is_last):
            return _done(to, silent)
        return failed(str(fault)) if fault.lasting else later(str(fault))
    if is_last or not (waiting := [one for one, is_lasting in refused.items() if not is_lasting]):
        return _done(sorted(refused), silent)
    async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
        await queries.note_accepted(conn, job, [*accepted, *(one for one in to if one not in refused)])
    return later(f"not accepted yet for {', '.join(sorted(waiting))}")


def _accepted(job: Job) -> tuple[str, ...]:
    """Whom an attempt before reached."""
    said = job.payload.get("accepted") if isinstance(job.payload, dict) else None
    return tuple(one for one in said if isinstance(one, str)) if isinstance(said, list) else ()


def _done(refused: Sequence[str], silent: Sequence[str]) -> Outcome:
    said = [f"not accepted for {', '.join(refused)}"] if refused else []
    if silent:
        said.append(f"not sent to {', '.join(silent)}, where nobody has agreed yet")
    return done("; ".join(said) or None)
