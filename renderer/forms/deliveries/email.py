"""Leads by e-mail."""

from aiohttp import web

from renderer.forms.deliveries.claim import Claimed
from renderer.forms.deliveries.letter import write_lead
from renderer.forms.recipients.queries import claimed_recipients
from renderer.keys import MAIL, POOL, SETTINGS
from renderer.outbound import MailError
from renderer.outbox import Outcome, done, failed, later


async def deliver_email(app: web.Application, claimed: Claimed) -> Outcome:
    """To the form's own recipients or the site's contact, as far as they agreed, else to the owner; done once the mail
    server took it for one."""
    lead = claimed.lead
    wanted, agreed = lead.wanted_recipients, tuple[str, ...]()
    if wanted:
        async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
            agreed = await claimed_recipients(conn, claimed.job, wanted)
    letter = write_lead(lead, claimed.job.id, agreed or (lead.owner_email,))
    try:
        refused = await app[MAIL].send(letter)
    except MailError as fault:
        return failed(str(fault)) if fault.lasting else later(str(fault))
    said = [f"not accepted for {', '.join(refused)}"] if refused else []
    if silent := [one for one in wanted if one not in agreed]:
        said.append(f"not sent to {', '.join(silent)}, where nobody has agreed yet")
    return done("; ".join(said) or None)
