"""Asking by mail whether somebody wants a site's leads. Nothing in it was typed by a visitor."""

import hmac
from collections.abc import Sequence
from functools import partial

from aiohttp import web

from renderer import respond
from renderer.edge.sites import site_by_id
from renderer.forms.deliveries.claim import no_mail
from renderer.forms.deliveries.letter import write_notice
from renderer.forms.recipients import queries
from renderer.forms.recipients.links import confirm_link
from renderer.keys import IMAGE_RULES, KEYRING, MAIL, POOL, SETTINGS, SHELF
from renderer.outbound import Letter, MailError, mail_address
from renderer.outbox import Job, Kind, Outcome, done, failed, later, skipped


def recipient_kind(app: web.Application) -> Kind:
    """What the outbox needs to know of these jobs."""
    return Kind("lead_recipient", partial(_ask, app), most=8, idle=partial(no_mail, app))


async def _ask(app: web.Application, jobs: Sequence[Job]) -> Outcome:
    (job,) = jobs
    keyring = app[KEYRING]
    async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
        who = await queries.claimed_recipient(conn, job)
        found = await site_by_id(conn, job.website_id)
        address = mail_address(who["email"]) if who else None
        if who is None or found is None or address is None:
            return skipped("nobody is to be asked")
        # The same as newsletters': what an address is asked counts together.
        key = keyring.subkey("newsletter", context=("recipient",))
        if not await queries.may_ask(conn, job, hmac.digest(key, address.lower().encode(), "sha256")):
            return skipped("this address was asked often enough today")
    site = await app[SHELF].read(respond.site_source(app[SETTINGS], found, app[IMAGE_RULES]))
    words = site.words.plain
    subject = words.say("recipient_subject", site=site.name)
    link = confirm_link(keyring, site.source.base_url, job.website_id, who)
    said = [words.say("recipient_ask", site=site.name), words["recipient_not_you"]]
    text, html = write_notice(words.language, subject, said, [(words["recipient_confirm"], link)])
    try:
        await app[MAIL].send(Letter(job.id.hex, site.name, (address,), subject, text, html))
    except MailError as fault:
        return failed(str(fault)) if fault.lasting else later(str(fault))
    return done()
