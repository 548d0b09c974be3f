"""Who a visitor is, for a day and a site, and for nobody afterwards.

A visitor's label is HMAC-SHA256(site key, address and agent); the site key is HMAC(root of the day, site, day). Roots
are random and destroyed (roots.py), so that afterwards nobody can find an address by trying all of them. Two sites'
labels of one visitor have nothing in common, nor have two days' (RFC 2104).
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from cachetools import LRUCache

from renderer.edge.client_address import network_of

# 128 bits: two visitors of a site's day share a label once in 10^19 pairs.
LABEL_BYTES = 16
# A session goes on for 30 minutes of silence; at the beginning of a day it may be one of the day before.
OVERLAP = timedelta(minutes=30)
MOST_SITE_KEYS = 20_000


@dataclass(frozen=True, slots=True)
class Root:
    """The secret of one calendar day. Never shown."""

    secret: bytes = field(repr=False)
    destroy_after: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a time zone: from `start` to `end`, exclusive."""

    date: date
    start: datetime
    end: datetime


class Days:
    """Which day it is where. Keeps one day a zone: looking it up costs ten times as much as comparing."""

    def __init__(self) -> None:
        self._days: dict[str, Day] = {}

    def at(self, now: datetime, zone: str) -> Day:
        """The day of an IANA zone that `now` (aware) falls on."""
        day = self._days.get(zone)
        if day is None or not day.start <= now < day.end:
            day = self._days[zone] = day_of(now, zone)
        return day


def day_of(now: datetime, zone: str) -> Day:
    """See `Days.at`. Midnight is the first moment that has the date, also where clocks are put forward at midnight."""
    return day_on(now.astimezone(ZoneInfo(zone)).date(), zone)


def day_on(today: date, zone: str) -> Day:
    """The day of an IANA zone that has that date."""
    where = ZoneInfo(zone)
    return Day(today, _midnight(today, where), _midnight(today + timedelta(days=1), where))


def _midnight(day: date, where: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=where).astimezone(UTC)


class Identity:
    """Labels visitors with the roots at hand."""

    def __init__(self) -> None:
        self._roots: dict[date, Root] = {}
        self._site_keys: LRUCache[tuple[UUID, date], bytes] = LRUCache(MOST_SITE_KEYS)

    @property
    def days(self) -> frozenset[date]:
        """Days whose root is at hand."""
        return frozenset(self._roots)

    def replace(self, roots: Mapping[date, Root]) -> None:
        """Hold these roots and forget all others, and the keys made of them."""
        if roots != self._roots:
            self._roots = dict(roots)
            self._site_keys.clear()

    def forget(self, now: datetime) -> None:
        """Forget what is past its end; to be called also while the database is away."""
        living = {day: root for day, root in self._roots.items() if now < root.destroy_after}
        if len(living) < len(self._roots):
            self.replace(living)

    def label(
        self, website_id: UUID, day: Day, address: str, agent: str, now: datetime
    ) -> tuple[str | None, str | None]:
        """The visitor's label of this day and, in its first half hour, the one of the day before; hexadecimal.

        None where no root is at hand or the address is unknown: the view then counts without a visitor.
        """
        if not address:
            return None, None
        whom = _framed(network_of(address), agent)
        label = self._label(website_id, day.date, whom, now)
        if now - day.start >= OVERLAP:
            return label, None
        return label, self._label(website_id, day.date - timedelta(days=1), whom, now)

    def like_label(self, website_id: UUID, day: Day, address: str, agent: str, slug: str, now: datetime) -> str | None:
        """What tells that the visitor liked a post today; it has nothing in common with the label of any view."""
        if not address:
            return None
        return self._label(website_id, day.date, _framed("like", slug, network_of(address), agent), now)

    def _label(self, website_id: UUID, day: date, whom: bytes, now: datetime) -> str | None:
        root = self._roots.get(day)
        if root is None or now >= root.destroy_after:
            return None
        key = self._site_keys.get((website_id, day))
        if key is None:
            key = hmac.digest(root.secret, _framed(str(website_id), day.isoformat()), "sha256")
            self._site_keys[website_id, day] = key
        return hmac.digest(key, whom, "sha256")[:LABEL_BYTES].hex()


def _framed(*texts: str) -> bytes:
    """Texts as one, all but the last with their lengths before them, so that ("a", "bc") and ("ab", "c") differ."""
    *first, last = texts
    return "".join([*(f"{len(text)}:{text}" for text in first), last]).encode("utf-8", "surrogatepass")
