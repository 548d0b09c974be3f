"""Typed functions over sql/queries/rollup.sql."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from renderer.db import queries
from renderer.views.identity import Day
from renderer.views.referrers import Source
from renderer.zones import zone_name

if TYPE_CHECKING:
    from renderer.db.lease import Connection

# "taprolls" in ASCII: one roll-up at a time.
LOCK = int.from_bytes(b"taprolls", "big")


class Hour(NamedTuple):
    """An hour of a site that has views which are not summed; `ids` of its notes."""

    website_id: UUID
    hour: datetime
    ids: list[int]


async def lock(conn: "Connection", *, few_sites: bool) -> None:
    """Wait until no other roll-up runs; ends with the transaction. `few_sites`: of all that have views then."""
    async for _ in _queries.lock_rollup(conn, lock=LOCK, few_sites=few_sites):
        pass


async def hours_due(conn: "Connection", most: int) -> list[Hour]:
    """At most so many, of the sites that wait longest: a site's one after the other."""
    return [Hour(**row) async for row in _queries.hours_due(conn, most=most)]


async def settle(conn: "Connection", hours: Sequence[Hour]) -> None:
    """In the transaction that sums them."""
    await _queries.settle_hours(conn, ids=[one for hour in hours for one in hour.ids])


async def nights_crossed(
    conn: "Connection", nights: Collection[tuple[UUID, datetime, datetime]]
) -> list[tuple[UUID, datetime, datetime]]:
    """Of nights (site, midnight, end of the day) those that sessions cross: site, midnight, end of the longest."""
    sites, midnights, ends = zip(*sorted(nights), strict=True)
    rows = _queries.nights_crossed(conn, website_ids=sites, midnights=midnights, ends=ends)
    return [(row["website_id"], row["midnight"], row["goes_on_until"]) async for row in rows]


async def zones(conn: "Connection", websites: Collection[UUID]) -> dict[UUID, str]:
    """The time zone of each site that there is."""
    rows = _queries.zones_of_sites(conn, website_ids=list(websites))
    return {row["id"]: zone_name(row["zone"]) async for row in rows}


async def sites_viewed(
    conn: "Connection", since: datetime, until: datetime, website_id: UUID | None
) -> list[tuple[UUID, int]]:
    """Sites with raw views in that time, and how many."""
    rows = _queries.sites_viewed(conn, since=since, until=until, website_id=website_id)
    return [(row["website_id"], row["views"]) async for row in rows]


async def roll_up_days(conn: "Connection", days: Sequence[tuple[UUID, Day, str, datetime]]) -> tuple[int, int]:
    """Sum whole days (site, day, its zone, end of the day after); returns how many had views, and how many views."""
    found = [
        row
        async for row in _queries.roll_up_days(
            conn,
            website_ids=[site for site, _, _, _ in days],
            dates=[day.date for _, day, _, _ in days],
            zones=[zone for _, _, zone, _ in days],
            starts=[day.start for _, day, _, _ in days],
            ends=[day.end for _, day, _, _ in days],
            nexts=[after for _, _, _, after in days],
            first_start=min(day.start for _, day, _, _ in days),
            last_end=max(day.end for _, day, _, _ in days),
        )
    ]
    return found[0]["days"], found[0]["views"]


async def nights_to_forget(conn: "Connection", until: datetime, most: int) -> list[tuple[UUID, datetime]]:
    """Hours of sites with views that still carry yesterday's hash."""
    return [(row["website_id"], row["hour"]) async for row in _queries.nights_to_forget(conn, until=until, most=most)]


async def forget_nights(conn: "Connection", nights: Sequence[tuple[UUID, datetime, datetime]]) -> int:
    """Nights as site, midnight and end of the day; returns on how many views the hash was blanked."""
    sites, midnights, ends = zip(*nights, strict=True)
    return _affected(await _queries.forget_nights(conn, website_ids=sites, midnights=midnights, ends=ends))


async def forget_earlier(conn: "Connection", until: datetime) -> int:
    """Blank what is left of them; returns on how many views."""
    return _affected(await _queries.forget_earlier(conn, until=until))


async def store_sources(conn: "Connection", sources: Sequence[Source]) -> int:
    """Make the table what the list is; returns how many rows were changed."""
    hosts, channels, names, belows = zip(*sources, strict=True)
    return int(await _queries.store_referrer_sources(conn, hosts=hosts, channels=channels, names=names, belows=belows))


def _affected(status: str) -> int:
    return int(status.rpartition(" ")[2])


_queries = queries.load("rollup")
