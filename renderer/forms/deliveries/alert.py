"""Telling an owner that a channel fails: by mail, to the account's own address, once a day a channel at most.

The database decides when (note_delivery): after the fourth attempt in vain, or when a lead is given up.
"""

from collections.abc import Sequence
from functools import partial

from aiohttp import web

from renderer import respond
from renderer.edge.sites import site_by_id
from renderer.forms.deliveries import queries
from renderer.forms.deliveries.claim import desk_of, no_mail
from renderer.forms.deliveries.letter import write_notice
from renderer.forms.deliveries.reasons import reason_of
from renderer.keys import IMAGE_RULES, MAIL, POOL, SETTINGS, SHELF
from renderer.outbound import LETTER_SECONDS, Letter, MailError
from renderer.outbox import Job, Kind, Outcome, done, failed, later, skipped

CHANNELS = frozenset({"email", "webhook", "whatsapp"})
# Seconds: who is not told within an hour is told tomorrow.
_SCHEDULE = (60, 600, 3_000)


def alert_kind(app: web.Application) -> Kind:
    """What the outbox needs to know of these jobs."""

    async def deliver(jobs: Sequence[Job]) -> Outcome:
        return await _alert(app, jobs[0])

    return Kind("lead_alert", deliver, most=8, seconds=LETTER_SECONDS, schedule=_SCHEDULE, idle=partial(no_mail, app))


async def _alert(app: web.Application, job: Job) -> Outcome:
    channel = job.payload.get("channel") if isinstance(job.payload, dict) else None
    if channel not in CHANNELS:
        return skipped("no channel of ours")
    async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
        row = await queries.claimed_alert(conn, job)
        found = await site_by_id(conn, job.website_id)
    if row is None or found is None:
        return skipped("the site is gone")
    if not row["undelivered"]:
        return skipped("everything was delivered meanwhile")
    site = await app[SHELF].read(respond.site_source(app[SETTINGS], found, app[IMAGE_RULES]))
    words = site.words.plain
    way = words[f"channel_{channel}"]
    subject = words.say("lead_alert_subject", channel=way)
    said = [
        words.say("lead_alert_text", site=site.name, channel=way),
        words.say("lead_alert_count", count=words.number(row["undelivered"])),
        words.say("lead_alert_said", said=reason_of(row["said"], words) if row["said"] else "–"),
    ]
    desk = desk_of(app, job.website_id)
    text, html = write_notice(words.language, subject, said, [(words["leads_desk"], desk)] if desk else [])
    letter = Letter(job.id.hex, site.name, (row["owner_email"],), f"{subject} – {site.name}", text, html)
    try:
        await app[MAIL].send(letter)
    except MailError as fault:
        return failed(str(fault)) if fault.lasting else later(str(fault))
    return done()
