"""Raw views → days in numbers (sql/queries/rollup.sql): whole days of many sites in one statement, done again at will.

Writers note which hours of which sites got views (views_due); `roll_up_due` sums their days anew. The sums depend on
the rows alone, not on when or by how many workers they were stored.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.views import rollup_queries as queries
from renderer.views.identity import OVERLAP, Day, day_of, day_on
from renderer.views.referrers import sources

if TYPE_CHECKING:
    from renderer.db.lease import Connection

# Hours of sites that are taken in one transaction: more than a day has, and as many more as do not take long.
LEAST_HOURS, MOST_HOURS = 30, 500
LONG_SECONDS = 0.25
# The others who need the connection wait no longer.
MOST_SECONDS = 20.0
# Views that are summed in one statement, roughly: half a second of a processor, then as long a pause. Visitors
# may share the machine with the database. Fewer would take longer together, more would be sorted on the disk.
MOST_VIEWS = 100_000
# By then the days' roots are destroyed (roots.py); until then a late view can still be joined to its session.
FORGET_AFTER = timedelta(hours=48)
FORGET_AT_LAST = timedelta(hours=72)
MOST_NIGHTS = 2_000

LAST_OF_HOUR = timedelta(minutes=59, seconds=59)
NEVER = datetime.min.replace(tzinfo=UTC)

Target = tuple[UUID, date]


@dataclass(slots=True)
class Rolled:
    """What a roll-up did: days of sites that were summed, and their views."""

    days: int = 0
    views: int = 0

    def add(self, days: int, views: int) -> None:
        self.days += days
        self.views += views


async def roll_up_due(conn: "Connection", retention_days: int) -> Rolled:
    """Sum the days that got views since they were summed, longest waiting first, for at most MOST_SECONDS, half of
    which are pauses.

    As tapsite_maintain or the tables' owner, outside a transaction. Raises what asyncpg raises; each transaction is
    whole.
    """
    done, begun, most = Rolled(), monotonic(), LEAST_HOURS
    while monotonic() - begun < MOST_SECONDS:
        piece = monotonic()
        async with conn.transaction():
            # Before the hours are read: whoever held it may have taken some of them.
            await queries.lock(conn, few_sites=True)
            hours = await queries.hours_due(conn, most)
            if not hours:
                break
            if not done.days:
                await queries.store_sources(conn, sources())
            zones = await queries.zones(conn, {hour.website_id for hour in hours})
            if len(hours) == most:
                hours = _whole_days(hours, zones)
            reached = monotonic()
            targets = await _touched(conn, [hour for hour in hours if hour.website_id in zones], zones)
            done.add(*await _roll_up(conn, targets, zones, retention_days))
            await queries.settle(conn, hours)
        # What is looked for among all that waits takes as long for few.
        short = monotonic() - reached < LONG_SECONDS
        most = min(2 * most, MOST_HOURS) if short else max(most // 2, LEAST_HOURS)
        await asyncio.sleep(monotonic() - piece)
    return done


async def roll_up_range(
    conn: "Connection", first: date, last: date, retention_days: int, website_id: UUID | None = None
) -> AsyncIterator[tuple[float, Rolled]]:
    """Sum all days from `first` to `last`, of one site or of all, with pauses as long as the work; yields how much is
    done (0 to 1), and what.

    Days older than what is kept of raw views are left as they are. As `roll_up_due` otherwise.
    """
    since = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=15)
    until = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(hours=40)
    viewed = await queries.sites_viewed(conn, since, until, website_id)
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    done, reached = Rolled(), 0
    for batch in _batches(viewed, len(span)):
        begun = monotonic()
        async with conn.transaction():
            await queries.lock(conn, few_sites=len(batch) < len(viewed))
            if not reached:
                await queries.store_sources(conn, sources())
            zones = await queries.zones(conn, batch)
            targets = [(site, day) for site in batch if site in zones for day in span]
            done.add(*await _roll_up(conn, targets, zones, retention_days))
        reached += len(batch)
        took = monotonic() - begun
        yield reached / len(viewed), done
        if reached < len(viewed):
            await asyncio.sleep(took)


async def forget_nights(conn: "Connection", now: datetime) -> int:
    """Blank the hashes of the day before on views that are older than the days' roots; returns on how many views.

    That a session went on across midnight, and for how long, stays; who it was on the other day does not.
    """
    forgotten, before = 0, None
    while (hours := await queries.nights_to_forget(conn, now - FORGET_AFTER, MOST_NIGHTS)) and hours != before:
        before = hours
        async with conn.transaction():
            await queries.lock(conn, few_sites=True)
            zones = await queries.zones(conn, {site for site, _ in hours})
            nights = {
                (site, day_of(moment, zones[site]))
                for site, hour in hours
                if site in zones
                for moment in (hour, hour + LAST_OF_HOUR)
            }
            forgotten += await queries.forget_nights(conn, sorted((site, day.start, day.end) for site, day in nights))
    return forgotten + await queries.forget_earlier(conn, now - FORGET_AT_LAST)


def _whole_days(hours: list[queries.Hour], zones: dict[UUID, str]) -> list[queries.Hour]:
    """Without the last day of the last site, of which more hours may wait; it comes first the next time. All of them
    where there is nothing else."""
    site = hours[-1].website_id
    if site not in zones:
        return hours
    midnight = day_of(hours[-1].hour + LAST_OF_HOUR, zones[site]).start
    whole = [one for one in hours if one.website_id != site or one.hour + LAST_OF_HOUR < midnight]
    return whole or hours


async def _touched(conn: "Connection", hours: Sequence[queries.Hour], zones: dict[UUID, str]) -> set[Target]:
    """The days that views in these hours are of, and those that they share a session with."""
    targets, nights = set(), {}
    for site, hour, _ in hours:
        # An hour may lie on both sides of a midnight.
        for moment in (hour, hour + LAST_OF_HOUR):
            day, after = _days(day_of(moment, zones[site]).date, zones[site])
            targets.add((site, day.date))
            nights[site, day.start] = day
            nights[site, day.end] = after
    if not targets:
        return targets
    found = await queries.nights_crossed(conn, {(site, start, day.end) for (site, start), day in nights.items()})
    crossed = {(site, midnight): until for site, midnight, until in found}
    for site, hour, _ in hours:
        for moment in (hour, hour + LAST_OF_HOUR):
            day, after = _days(day_of(moment, zones[site]).date, zones[site])
            if hour <= crossed.get((site, day.start), NEVER):
                targets.add((site, day.date - timedelta(days=1)))
            if (site, day.end) in crossed and hour + LAST_OF_HOUR >= day.end - OVERLAP:
                targets.add((site, after.date))
    return targets


def _batches(viewed: Sequence[tuple[UUID, int]], days: int) -> Iterable[list[UUID]]:
    """Sites together as long as they have few views and few days."""
    batch: list[UUID] = []
    views = 0
    for site, count in viewed:
        if batch and (views + count > MOST_VIEWS or len(batch) * days >= 10_000):
            yield batch
            batch, views = [], 0
        batch.append(site)
        views += count
    if batch:
        yield batch


async def _roll_up(
    conn: "Connection", targets: Collection[Target], zones: dict[UUID, str], retention_days: int
) -> tuple[int, int]:
    # What is partly deleted must not be summed.
    horizon = datetime.now(UTC) - timedelta(days=retention_days)
    days: list[tuple[UUID, Day, str, datetime]] = []
    for site, date_ in sorted(targets):
        today, tomorrow = _days(date_, zones[site])
        if today.start >= horizon:
            days.append((site, today, zones[site], tomorrow.end))
    return await queries.roll_up_days(conn, days) if days else (0, 0)


@lru_cache(1024)
def _days(date_: date, zone: str) -> tuple[Day, Day]:
    return day_on(date_, zone), day_on(date_ + timedelta(days=1), zone)
