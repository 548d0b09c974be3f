"""Questions, by mail. Nothing in one was typed by whoever named the address."""

import hmac
from collections.abc import Sequence
from functools import partial

from aiohttp import web

from renderer import respond
from renderer.edge.sites import site_by_id
from renderer.forms.consent import Question
from renderer.forms.deliveries.claim import no_mail
from renderer.forms.deliveries.letter import write_notice
from renderer.keys import IMAGE_RULES, KEYRING, MAIL, POOL, SETTINGS, SHELF
from renderer.outbound import LETTER_SECONDS, MAIL_AWAY, Letter, MailError, mail_address
from renderer.outbox import Job, Kind, Outcome, done, failed, later, skipped

AGAIN = str(6 * 3_600)
"""Seconds after which a question is tried again that a site has no letters left for."""


def question_kind(app: web.Application, question: Question) -> Kind:
    """What the outbox needs to know of these jobs."""
    return Kind(
        question.kind,
        partial(_ask, app, question),
        most=8,
        seconds=LETTER_SECONDS,
        idle=partial(no_mail, app),
        away=MAIL_AWAY,
    )


async def _ask(app: web.Application, question: Question, jobs: Sequence[Job]) -> Outcome:
    (job,) = jobs
    keyring = app[KEYRING]
    async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
        who = await question.who(conn, job)
        found = await site_by_id(conn, job.website_id)
        address = mail_address(who["email"]) if who else None
        if who is None or found is None or address is None:
            return skipped("nobody is to be asked")
        # Of all questions: what an address is asked counts together.
        key = keyring.subkey("newsletter", context=("recipient",))
        may = await question.may_ask(conn, job, hmac.digest(key, address.lower().encode(), "sha256"))
    if may is None:
        return later("this site had enough mailed for strangers today", AGAIN)
    if not may:
        return skipped("enough was mailed to this address, or for this site, today")
    site = await app[SHELF].read(respond.site_source(app[SETTINGS], found, app[IMAGE_RULES]))
    asked = question.write(keyring, site, job, who)
    text, html = write_notice(asked.site.words.plain.language, asked.subject, asked.said, asked.links)
    letter = Letter(job.id.hex, asked.site.name, (address,), asked.subject, text, html, asked.reply_to, asked.headers)
    try:
        await app[MAIL].send(letter)
    except MailError as fault:
        return failed(str(fault)) if fault.lasting else later(str(fault))
    return done()
