"""The seam for services that read leads: one interface, and nothing behind it.

Whoever has one sets `app[INSIGHT]` where the application is wired, and `system_config.lead_insight` to true. What it
says goes into `ai_summary` and `ai_sentiment`; no delivery waits for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from aiohttp import web

from renderer.forms.deliveries import queries
from renderer.forms.deliveries.claim import read_claimed
from renderer.forms.deliveries.lead import Lead
from renderer.keys import POOL, SETTINGS
from renderer.outbox import Job, Kind, Outcome, done


@dataclass(frozen=True, slots=True)
class Insight:
    """`summary`: some sentences in the site's language, at most 2,000 characters are kept."""

    summary: str
    sentiment: Literal["positive", "neutral", "negative"] | None = None


class Reader(Protocol):
    """A service that reads leads. It must be safe to ask twice of one lead; what it raises is tried again later."""

    async def read(self, lead: Lead) -> Insight: ...


INSIGHT: web.AppKey[Reader] = web.AppKey("insight")


def insight_kind(app: web.Application) -> Kind:
    """What the outbox needs to know of these jobs."""

    async def deliver(jobs: Sequence[Job]) -> Outcome:
        return await _read(app, jobs[0])

    def idle() -> str | None:
        return None if INSIGHT in app else "nobody reads leads here"

    return Kind("lead_insight", deliver, most=8, idle=idle)


async def _read(app: web.Application, job: Job) -> Outcome:
    claimed = await read_claimed(app, job, needs_right=False)
    if isinstance(claimed, Outcome):
        return claimed
    insight = await app[INSIGHT].read(claimed.lead)
    async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
        await queries.note_insight(conn, job, insight.summary, insight.sentiment)
    return done()
