"""Akismet is asked about a lead once it is stored, and told where an owner thinks otherwise.

Off without `akismet.key`. A lead that is to be asked about is marked so as it is stored (`mark_asked`); its deliveries
wait for the verdict, at most 15 seconds (the database's `write_lead_jobs`), and go without one. Sent are: name, e-mail
address, message, address, browser, referrer and page; nothing else that was answered, and no file. Spam stays in the
inbox. Calls and answers: https://akismet.com/developers/detailed-docs/comment-check/ and its neighbours.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal
from urllib.parse import urlencode

import asyncpg
from aiohttp import web

from renderer.forms.deliveries import queries
from renderer.forms.deliveries.claim import Claimed, read_claimed
from renderer.forms.lead import Lead
from renderer.keys import OUTBOUND, OUTBOX, POOL, SETTINGS
from renderer.outbound import Answer, OutboundError
from renderer.outbox import Job, Kind, Outcome, done, failed, later, skipped
from renderer.settings import Settings

MOST_BODY = 1_000
SECONDS = 8.0
"""Deliveries wait a little longer than one call may take."""
SCHEDULE = (5, 60, 600)
_TIP = "X-akismet-pro-tip"

Verdict = Literal["ham", "spam", "blatant", "silent"]


def mark_asked(settings: Settings, lead: Lead) -> Lead:
    """The lead as it is stored: to be asked about, or as it is."""
    is_asked = settings.akismet.key.get_secret_value() and lead.status == "new" and lead.form_type != "newsletter"
    return replace(lead, about={**lead.about, "akismet": "asked"}) if is_asked else lead


def check_kind(app: web.Application) -> Kind:
    """Asking. What cannot be asked is delivered."""

    async def deliver(jobs: Sequence[Job]) -> Outcome:
        verdict, outcome = await _check(app, jobs[0])
        if outcome.state != "waiting":
            await _note(app, jobs[0], verdict)
        return outcome

    return Kind("lead_check", deliver, most=8, seconds=SECONDS + 2, schedule=SCHEDULE, idle=lambda: _no_key(app))


def report_kind(app: web.Application) -> Kind:
    """Telling what an owner says of a lead that was judged."""

    async def deliver(jobs: Sequence[Job]) -> Outcome:
        return await _report(app, jobs[0])

    return Kind("lead_report", deliver, most=8, seconds=SECONDS + 2, idle=lambda: _no_key(app))


def judge(answer: Answer) -> tuple[Verdict, Outcome]:
    """The verdict, and what becomes of the job."""
    said = answer.body.strip()
    if answer.status == 200 and said == b"true":
        blatant = answer.headers.get(_TIP, "").strip().lower() == "discard"
        return ("blatant" if blatant else "spam"), done()
    if answer.status == 200 and said == b"false":
        return "ham", done()
    if answer.status == 200 or (400 <= answer.status < 500 and answer.status not in (408, 429)):
        # The key, most likely; the same again would be answered the same.
        return "silent", failed("Akismet refused the question: is akismet.key right?")
    return "silent", later(f"Akismet answered with status {answer.status}", answer.retry_after)


async def _check(app: web.Application, job: Job) -> tuple[Verdict, Outcome]:
    claimed = await read_claimed(app, job, needs_right=False)
    if isinstance(claimed, Outcome):
        return "silent", claimed
    sender = await _sender(app, job)
    if sender is None:
        return "silent", skipped("it is not known where the lead came from")
    try:
        return judge(await _call(app, "comment-check", claimed, sender))
    except OutboundError as fault:
        return "silent", later(f"Akismet: {fault}")


async def _report(app: web.Application, job: Job) -> Outcome:
    said = job.payload.get("as") if isinstance(job.payload, dict) else None
    claimed = await read_claimed(app, job, needs_right=False, takes_spam=True)
    if isinstance(claimed, Outcome):
        return claimed
    sender = await _sender(app, job)
    if sender is None:
        return skipped("it is not known any more where the lead came from")
    try:
        answer = await _call(app, "submit-spam" if said == "spam" else "submit-ham", claimed, sender)
    except OutboundError as fault:
        return later(f"Akismet: {fault}")
    if answer.status == 200 and answer.body.startswith(b"Thanks"):
        return done()
    return later(f"Akismet answered with status {answer.status}, and no thanks", answer.retry_after)


async def _call(app: web.Application, call: str, claimed: Claimed, sender: asyncpg.Record) -> Answer:
    settings, lead = app[SETTINGS].akismet, claimed.lead
    about = lead.data.get("_about")
    page = about.get("page") if isinstance(about, dict) else None
    home = lead.site.source.base_url
    fields = {
        "api_key": settings.key.get_secret_value(),
        "blog": home,
        "user_ip": sender["address"],
        "user_agent": sender["agent"],
        "referrer": sender["referrer"],
        "permalink": f"{home}{page}" if isinstance(page, str) and page.startswith("/") else None,
        "comment_type": "contact-form",
        "comment_author": lead.name,
        "comment_author_email": lead.email,
        "comment_content": lead.message,
        "comment_date_gmt": lead.received_at.isoformat(timespec="seconds"),
        "blog_lang": lead.site.language,
        "blog_charset": "UTF-8",
    }
    return await app[OUTBOUND].send(
        "POST",
        f"{settings.endpoint.rstrip('/')}/1.1/{call}",
        body=urlencode({name: value for name, value in fields.items() if value}, errors="replace").encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
        most=MOST_BODY,
        keep=(_TIP,),
        total_seconds=SECONDS,
    )


async def _sender(app: web.Application, job: Job) -> asyncpg.Record | None:
    async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
        found = await queries.claimed_sender(conn, job)
    return found if found and found["address"] else None


async def _note(app: web.Application, job: Job, verdict: Verdict) -> None:
    async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
        await queries.note_verdict(conn, job, verdict)
    app[OUTBOX].wake()


def _no_key(app: web.Application) -> str | None:
    return None if app[SETTINGS].akismet.key.get_secret_value() else "akismet.key is not set"
