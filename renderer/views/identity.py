"""Who a visitor is, for a day and a site, and for nobody afterwards.

A visitor's label is HMAC-SHA256(site key, address and agent); the site key is HMAC(root of the day, site, day). Roots
are random and destroyed (roots.py), so that afterwards nobody can find an address by trying all of them. Two sites'
labels of one visitor have nothing in common, nor have two days' (RFC 2104).
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo

from renderer.edge.client_address import forget_addresses, network_of

# 128 bits: two visitors of a site's day share a label once in 10^19 pairs.
LABEL_BYTES = 16
# A session goes on for 30 minutes of silence; at the beginning of a day it may be one of the day before.
OVERLAP = timedelta(minutes=30)
_OVERLAP_SECONDS = OVERLAP.total_seconds()
MOST_SITE_KEYS = 20_000
# Who was there lately asks for another page. In memory alone, no longer than the day's root, by a digest: no address.
MOST_VISITORS = 4096
LABEL_DIGITS = 2 * LABEL_BYTES
_BLOCK = 64  # bytes that SHA-256 takes at once
_NO_ROOT = (b"", 0.0)


@dataclass(frozen=True, slots=True)
class Root:
    """The secret of one calendar day. Never shown."""

    secret: bytes = field(repr=False)
    destroy_after: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a time zone: from `start` to `end`, exclusive; `begins` and `ends` are these in seconds since 1970."""

    date: date
    start: datetime
    end: datetime
    text: str = field(init=False)  # ISO 8601
    begins: float = field(init=False)
    ends: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.date.isoformat())
        object.__setattr__(self, "begins", self.start.timestamp())
        object.__setattr__(self, "ends", self.end.timestamp())


class Days:
    """Which day it is where. Keeps one day a zone: looking it up costs ten times as much as comparing."""

    def __init__(self) -> None:
        self._days: dict[str, Day] = {}

    def at(self, at: float, zone: str) -> Day:
        """The day of an IANA zone that `at` (seconds since 1970) falls on."""
        day = self._days.get(zone)
        if day is None or not day.begins <= at < day.ends:
            day = self._days[zone] = day_of(datetime.fromtimestamp(at, UTC), zone)
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
        # Secret and end of each root.
        self._secrets: dict[date, tuple[bytes, float]] = {}
        self._site_key = lru_cache(MOST_SITE_KEYS)(_site_key)
        # Labels by SipHash under the process's random key (PEP 456); `_former` are those before the last MOST_VISITORS.
        self._lately: dict[int, str] = {}
        self._former: dict[int, str] = {}

    @property
    def days(self) -> frozenset[date]:
        """Days whose root is at hand."""
        return frozenset(self._roots)

    def replace(self, roots: Mapping[date, Root]) -> None:
        """Hold these roots and forget all others, and the keys made of them."""
        if roots != self._roots:
            self._roots = dict(roots)
            self._secrets = {day: (root.secret, root.destroy_after.timestamp()) for day, root in roots.items()}
            self._site_key.cache_clear()
            self._lately, self._former = {}, {}

    def forget(self, now: datetime) -> None:
        """Forget what is past its end; to be called also while the database is away."""
        living = {day: root for day, root in self._roots.items() if now < root.destroy_after}
        if len(living) < len(self._roots):
            self.replace(living)

    def forget_addresses(self) -> None:
        """End what stands in memory of addresses; labels stay, which tell none."""
        _client.cache_clear()
        forget_addresses()

    def label(self, website_id: str, day: Day, address: str, agent: str, at: float) -> tuple[str | None, str | None]:
        """The visitor's label of this day and, in its first half hour, the one of the day before; hexadecimal.

        None where no root is at hand or the address is unknown: the view then counts without a visitor.
        """
        if not address:
            return None, None
        secret, end = self._secrets.get(day.date, _NO_ROOT)
        label = self._known_label(secret, website_id, day.date, address, agent) if at < end else None
        if at - day.begins >= _OVERLAP_SECONDS:
            return label, None
        before = day.date - timedelta(days=1)
        secret, end = self._secrets.get(before, _NO_ROOT)
        return label, self._known_label(secret, website_id, before, address, agent) if at < end else None

    def like_label(self, website_id: str, day: Day, address: str, agent: str, slug: str, at: float) -> str | None:
        """What tells that the visitor liked a post today; it has nothing in common with the label of any view."""
        if not address:
            return None
        secret, end = self._secrets.get(day.date, _NO_ROOT)
        if at >= end:
            return None
        return self._label(secret, website_id, day.date, _framed("like", slug, network_of(address), agent))

    def _known_label(self, secret: bytes, website_id: str, day: date, address: str, agent: str) -> str:
        # 64 bits: of 4,096 others one has the same digest once in 10^15 visitors.
        visitor = hash((secret, website_id, day, address, agent))
        label = self._lately.get(visitor)
        if label is None:
            label = self._former.get(visitor) or self._view_label(secret, website_id, day, address, agent)
            if len(self._lately) >= MOST_VISITORS:
                self._former, self._lately = self._lately, {}
            self._lately[visitor] = label
        return label

    def _view_label(self, secret: bytes, website_id: str, day: date, address: str, agent: str) -> str:
        return self._label(secret, website_id, day, _client(address) + agent.encode("utf-8", "surrogatepass"))

    def _label(self, secret: bytes, website_id: str, day: date, whom: bytes) -> str:
        inner, outer = self._site_key(secret, website_id, day)
        # HMAC (RFC 2104 §2) with its two paddings made once: half of what `hmac.digest` takes.
        return sha256(outer + sha256(inner + whom).digest()).hexdigest()[:LABEL_DIGITS]


def _site_key(secret: bytes, website_id: str, day: date) -> tuple[bytes, bytes]:
    """The site's key of a day as HMAC-SHA256 takes it: with its inner and its outer padding (RFC 2104 §2)."""
    key = hmac.digest(secret, _framed(website_id, day.isoformat()), "sha256").ljust(_BLOCK, b"\0")
    return bytes(one ^ 0x36 for one in key), bytes(one ^ 0x5C for one in key)


@lru_cache(4096)
def _client(address: str) -> bytes:
    """What stands before the agent in `_framed`."""
    return _framed(network_of(address), "")


def _framed(*texts: str) -> bytes:
    """Texts as one, all but the last with their lengths before them, so that ("a", "bc") and ("ab", "c") differ."""
    *first, last = texts
    return "".join([*(f"{len(text)}:{text}" for text in first), last]).encode("utf-8", "surrogatepass")
