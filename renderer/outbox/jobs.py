"""Jobs, what became of them, and when one that failed is tried again."""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

if TYPE_CHECKING:
    from renderer.db.lease import Connection

# Seconds after the first, second … failed attempt (Standard Webhooks, "retry schedule"): three days in all.
SCHEDULE = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.2
LONGEST_WAIT = 86_400.0
MOST_SAID = 500
# Workers end with every deployment; beyond so many it is the job that kills them.
MOST_DEATHS = 50
# From so many on it is done alone: those who shared a claim with what kills workers are not given up with it.
SUSPECT_DEATHS = 3
NO_SITE = UUID(int=0)
"""The nil UUID (RFC 9562 §5.9)."""

_chance = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Job:
    """One claimed job. `attempts` counts this one; `website_id` is `NO_SITE` where it is of none."""

    id: UUID
    website_id: UUID
    payload: Any = field(repr=False)
    attempts: int
    deaths: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of jobs. `after`: seconds before the next attempt at the earliest; `error`: for the site's owner.

    `skipped`: done, because there was nothing to do; `error` says why.
    """

    state: Literal["done", "waiting", "failed"]
    error: str | None = None
    after: float = 0.0
    skipped: bool = False


def done(said: str | None = None) -> Outcome:
    """Confirmed, or of no concern any more."""
    return Outcome("done", said)


def skipped(why: str) -> Outcome:
    """There is nothing to do, and nothing was done."""
    return Outcome("done", why, skipped=True)


def later(error: str, retry_after: str | None = None, now: datetime | None = None) -> Outcome:
    """To be tried again as the kind's schedule says, and not before a Retry-After header's time (RFC 9110 §10.2.3)."""
    return Outcome("waiting", error, _seconds(retry_after or "", now or datetime.now(UTC)))


def failed(error: str) -> Outcome:
    """Trying again would be in vain."""
    return Outcome("failed", error)


def _busy() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job. `deliver` gets jobs of one site, all together or one by one, and must be safe to repeat.

    It is ended after `seconds`; at most `most` jobs are claimed at a time, and of those that go alone no more than
    begin at once. `note` writes down what became of jobs, in the transaction that settles them. `idle` says why there
    is nothing to do for any job of this kind, such as that no server is configured: then all that is due is settled as
    skipped at once. `away`: errors (patterns of LIKE) that say that what all of them need was not there: once it is,
    they wait no longer.
    """

    name: str
    deliver: Callable[[Sequence[Job]], Awaitable[Outcome]]
    together: bool = False
    most: int = 50
    seconds: float = 60.0
    schedule: tuple[int, ...] = SCHEDULE
    note: Callable[["Connection", Sequence[Job], Outcome], Awaitable[None]] | None = None
    idle: Callable[[], str | None] = _busy
    away: tuple[str, ...] = ()

    def settle(self, outcome: Outcome, attempts: int) -> tuple[Outcome, float]:
        """The outcome of a job after so many attempts, and the seconds until the next: out of attempts, it failed."""
        if outcome.state != "waiting":
            return outcome, 0.0
        if attempts > len(self.schedule):
            return failed(outcome.error or ""), 0.0
        wait = self.schedule[attempts - 1] * _chance.uniform(1 - JITTER, 1 + JITTER)
        return outcome, max(wait, outcome.after)


def _seconds(retry_after: str, now: datetime) -> float:
    """Seconds that a Retry-After header asks for, at most a day; 0 for what is none."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:10]), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
        wait = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return max(0.0, min(wait, LONGEST_WAIT))
