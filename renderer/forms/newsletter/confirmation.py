"""Asking by mail whether somebody wants a site's newsletter. Nothing in it was typed by whoever sent the form."""

import hmac
from collections.abc import Sequence
from functools import partial

from aiohttp import web

from renderer import respond
from renderer.edge.sites import site_by_id
from renderer.forms.deliveries.claim import no_mail
from renderer.forms.deliveries.letter import write_notice
from renderer.forms.newsletter import queries
from renderer.forms.newsletter.links import confirm_link, leave_headers, leave_link
from renderer.keys import IMAGE_RULES, KEYRING, MAIL, POOL, SETTINGS, SHELF
from renderer.outbound import Letter, MailError, mail_address
from renderer.outbox import Job, Kind, Outcome, done, failed, later, skipped


def confirmation_kind(app: web.Application) -> Kind:
    """What the outbox needs to know of these jobs."""
    return Kind("newsletter_confirm", partial(_ask, app), most=8, idle=partial(no_mail, app))


async def _ask(app: web.Application, jobs: Sequence[Job]) -> Outcome:
    (job,) = jobs
    keyring = app[KEYRING]
    async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
        who = await queries.claimed_subscriber(conn, job)
        found = await site_by_id(conn, job.website_id)
        address = mail_address(who["email"]) if who else None
        if who is None or found is None or address is None:
            return skipped("nobody is to be asked")
        recipient = hmac.digest(
            keyring.subkey("newsletter", context=("recipient",)), address.lower().encode(), "sha256"
        )
        if not await queries.may_ask(conn, job, recipient):
            return skipped("this address was asked often enough today")
    read = await app[SHELF].read(respond.site_source(app[SETTINGS], found, app[IMAGE_RULES]))
    site = read.speaking_at(who["page"] or "/")
    words, origin = site.words.plain, site.source.base_url
    subject = words.say("newsletter_subject", site=site.name)
    leave = leave_link(keyring, origin, job.website_id, who["id"])
    text, html = write_notice(
        words.language,
        subject,
        [words.say("newsletter_ask", site=site.name), words["newsletter_not_you"]],
        [(words["newsletter_confirm"], confirm_link(keyring, origin, job.website_id, who)),
         (words["newsletter_leave"], leave)],
    )  # fmt: skip
    letter = Letter(job.id.hex, site.name, (address,), subject, text, html, headers=leave_headers(leave))
    try:
        await app[MAIL].send(letter)
    except MailError as fault:
        return failed(str(fault)) if fault.lasting else later(str(fault))
    return done()
