"""What every channel does first: the lead of a claimed job, and whether it is to be delivered at all."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from renderer import respond
from renderer.edge.sites import site_by_id
from renderer.forms.deliveries import queries
from renderer.forms.deliveries.lead import Lead, read_lead
from renderer.keys import IMAGE_RULES, MAIL, POOL, SETTINGS, SHELF
from renderer.outbox import Job, Kind, Outcome, skipped

MOST = 8
"""Leads of a channel that a worker claims at a time: no more than it delivers at a time."""
SECONDS = 60.0
"""For one lead, unless its channel needs more."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A lead, and the job that is to deliver it."""

    job: Job
    lead: Lead


Deliver = Callable[[web.Application, Claimed], Awaitable[Outcome]]


def no_mail(app: web.Application) -> str | None:
    """Why nothing can be mailed."""
    return None if app[MAIL].is_set else "no mail server is configured"


def desk_of(app: web.Application, website_id: UUID, lead: UUID | None = None) -> str | None:
    """Where its owner reads a site's leads, or one, with its files; None: there are no owners' pages."""
    settings = app[SETTINGS]
    if not settings.console.host:
        return None
    leads = f"{settings.origin(settings.console.host)}/sites/{website_id}/leads"
    return f"{leads}/{lead}" if lead else leads


def lead_kind(
    app: web.Application,
    channel: str,
    deliver: Deliver,
    idle: Callable[[], str | None] = lambda: None,
    seconds: float = SECONDS,
    away: tuple[str, ...] = (),
) -> Kind:
    """What the outbox needs to know of a channel's jobs; `idle`, `seconds` and `away` as there."""

    async def work(jobs: Sequence[Job]) -> Outcome:
        claimed = await read_claimed(app, jobs[0])
        return claimed if isinstance(claimed, Outcome) else await deliver(app, claimed)

    return Kind(f"lead_{channel}", work, most=MOST, seconds=seconds, note=queries.note_deliveries, idle=idle, away=away)


async def read_claimed(
    app: web.Application, job: Job, *, needs_right: bool = True, takes_spam: bool = False
) -> Claimed | Outcome:
    """The lead of a claimed job, or why nothing is to be done. `needs_right`: that of the owner's tier to a channel."""
    async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
        row = await queries.claimed_lead(conn, job)
        site = await site_by_id(conn, job.website_id)
    if row is None or site is None:
        return skipped("the lead is gone")
    if row["is_spam"] and not takes_spam:
        return skipped("it was marked as spam")
    if needs_right and not row["may"]:
        return skipped("the owner’s tier does not have this channel")
    read = await app[SHELF].read(respond.site_source(app[SETTINGS], site, app[IMAGE_RULES]))
    return Claimed(job, read_lead(job.website_id, read, row))
