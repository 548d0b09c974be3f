"""Leads by e-mail."""

from aiohttp import web

from renderer.forms.deliveries.claim import Claimed
from renderer.forms.deliveries.letter import write_lead
from renderer.keys import MAIL
from renderer.outbound import MailError
from renderer.outbox import Outcome, done, failed, later


async def deliver_email(app: web.Application, claimed: Claimed) -> Outcome:
    """To the form's own recipients, the site's contact or the owner; done once the mail server took it for one."""
    letter = write_lead(claimed.lead, claimed.job.id)
    try:
        refused = await app[MAIL].send(letter)
    except MailError as fault:
        return failed(str(fault)) if fault.lasting else later(str(fault))
    return done(f"not accepted for {', '.join(refused)}" if refused else None)
