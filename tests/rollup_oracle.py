"""What the roll-up must come to, said once more and as simply as it goes: view by view, person by person.

Knows who is behind a hash, so that it needs neither hashes nor joins.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

PAUSE = timedelta(minutes=30)
# Referrer → channel and name.
REFERRERS = {
    None: ("direct", ""),
    "https://www.google.co.id/": ("search", "Google"),
    "https://id.search.yahoo.com/": ("search", "Yahoo!"),
    "https://www.yandex.com.tr/": ("search", "Yandex"),
    "https://l.instagram.com/": ("social", "Instagram"),
    "https://vt.tiktok.com/ZS1": ("social", "TikTok"),
    "https://www.perplexity.ai/search/x": ("ai", "Perplexity"),
    "https://mail.google.com/mail/": ("referral", "Gmail"),
    "https://m.kompas.com:8443/read": ("referral", "kompas.com"),
    "https://drive.google.com.evil.example/": ("referral", "drive.google.com.evil.example"),
    "ftp://nothing": ("direct", ""),
    "http://[::1]/": ("referral", "["),
}
TAGS = {(None, None, None): None, ("ig", "story", None): ("campaign", "ig"), (None, None, "puasa"): ("campaign", ""),
        ("chatgpt.com", None, None): ("ai", "ChatGPT")}  # fmt: skip
DEVICES = ("mobile", "tablet", "desktop", None)
PLACES = (("ID", "Bandung"), ("ID", None), ("SG", None), (None, None))


@dataclass(frozen=True)
class Seen:
    """A view, and who it was; `person` None: did not want to be told apart."""

    id: UUID
    site: UUID
    zone: str
    person: int | None
    at: datetime
    path: str | None
    referrer: str | None
    tags: tuple[str | None, str | None, str | None]
    agent: tuple[str | None, str | None, str | None]
    place: tuple[str | None, str | None]

    @property
    def day(self) -> date:
        return self.at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def row(self) -> tuple[Any, ...]:
        local = self.at.astimezone(ZoneInfo(self.zone))
        midnight = datetime(local.year, local.month, local.day, tzinfo=ZoneInfo(self.zone))
        label = earlier = None
        if self.person is not None:
            label = f"{self.site.hex[-6:]}/{self.person}/{self.day}"
            if self.at.astimezone(UTC) - midnight.astimezone(UTC) < PAUSE:
                earlier = f"{self.site.hex[-6:]}/{self.person}/{self.day - timedelta(days=1)}"
        return (
            self.id,
            self.site,
            self.at,
            self.path,
            self.referrer,
            label,
            earlier,
            *self.agent,
            *self.place,
            *self.tags,
        )


COLUMNS = ("id", "website_id", "created_at", "page_path", "referrer", "visitor_hash", "earlier_hash", "device_type",
           "browser", "os", "country", "city", "utm_source", "utm_medium", "utm_campaign")  # fmt: skip


def make_views(sites: dict[UUID, str], chance: random.Random, many: int, last: date) -> list[Seen]:
    """Of some days up to `last`, many of them around midnight and half an hour apart."""
    views = []
    for _ in range(many):
        site = chance.choice(list(sites))
        zone = ZoneInfo(sites[site])
        midnight = datetime(last.year, last.month, last.day, tzinfo=zone).astimezone(UTC)
        at = midnight - timedelta(days=chance.randrange(3), minutes=chance.choice((0, 0, 0, 300, 700)))
        at += timedelta(minutes=chance.randrange(-6, 7) * 15, seconds=chance.choice((-1, 0, 0, 1, 250)),
                        microseconds=chance.choice((0, 0, 999_999)))  # fmt: skip
        agent = (chance.choice(DEVICES), chance.choice(("Chrome", "Safari", None)), chance.choice(("Android", None)))
        path, referrer = chance.choice(("/", "/menu", "/blog/satu", None)), chance.choice(list(REFERRERS))
        who, tags, place = chance.choice((None, 1, 2, 3, 4)), chance.choice(list(TAGS)), chance.choice(PLACES)
        one_id = UUID(int=chance.getrandbits(128), version=4)
        views.append(Seen(one_id, site, sites[site], who, at, path, referrer, tags, agent, place))
    # Who stays up: over midnight and for hours, with pauses of almost and, once, of a whole half hour.
    at = midnight - timedelta(minutes=chance.randrange(1, 29))
    for _ in range(chance.randrange(15)):
        one_id = UUID(int=chance.getrandbits(128), version=4)
        views.append(Seen(one_id, site, sites[site], 5, at, path, referrer, tags, agent, place))
        at += timedelta(minutes=chance.choice((15, 29, 29, 29, 30)), seconds=-chance.randrange(2))
    return views


def expected(views: list[Seen], contacted: Collection[tuple[UUID, date, str]] = ()) -> dict[str, set[tuple[Any, ...]]]:
    """Rows of each table, without ids and times, and of what single views tell. `contacted`: site, day and label of
    those who followed a link."""
    days: dict[tuple[UUID, date], Counter[str]] = defaultdict(Counter)
    tables: dict[str, dict[tuple[Any, ...], Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    readers = set()
    for one in views:
        days[one.site, one.day]["views"] += 1
        page = tables["pages"][one.site, one.day, one.path or ""]
        page["views"] += 1
        if one.person is not None and (one.site, one.day, one.path or "", one.person) not in readers:
            readers.add((one.site, one.day, one.path or "", one.person))
            page["visitors"] += 1
        if one.person is None:
            _tell(tables, one, {"views": 1}, {})
    for (site, _), sessions in _sessions(views).items():
        met = set()
        for parts in sessions:
            for number, (day, part) in enumerate(parts):
                told = {"views": len(part), "sessions": number == 0, "visitors": day not in met}
                met.add(day)
                last, goes_on = part[-1], number + 1 < len(parts)
                more = {"began": number == 0, "ended": not goes_on,
                        "contacts": told["visitors"] and (site, day, part[0].row[5]) in contacted}  # fmt: skip
                _tell(tables, part[0], told, more)
                visit = (part[0].path or "", *_origin(part[0]), part[0].agent[0] or "", part[0].place[0] or "")
                hour = part[0].at.astimezone(ZoneInfo(part[0].zone)).hour
                tables["hours"][site, day, *visit, hour]["began"] += number == 0
                tables["exits"][site, day, *visit, last.path or ""]["ended"] += not goes_on
                days[site, day]["visitors"] += told["visitors"]
            day, part = parts[0]
            after = parts[1][1] if len(parts) > 1 else []
            seconds = (part[-1].at - part[0].at) // timedelta(seconds=1)
            seconds += (after[-1].at - part[-1].at) // timedelta(seconds=1) if after else 0
            days[site, day].update(sessions=1, seconds=seconds, bounces=len(part) + len(after) == 1)
            tables["pages"][site, day, part[0].path or ""]["entries"] += 1
    rows: dict[str, set[tuple[Any, ...]]] = {}
    for name, table in tables.items():
        counts = COUNTS.get(name, ("views", "sessions", "visitors"))
        rows[name] = {(*key, *(sums[count] for count in counts)) for key, sums in table.items()}
    rows["contacts"] = {row for row in rows.pop("touches", ()) if row[-1]}
    rows["daily"] = {
        (*key, sums["views"], sums["visitors"], sums["sessions"], sums["seconds"], sums["bounces"])
        for key, sums in days.items()
    }
    return rows


COUNTS = {"pages": ("views", "visitors", "entries"), "touches": ("contacts",), "hours": ("began",), "exits": ("ended",)}


def _origin(first: Seen) -> tuple[str, str]:
    origin, tag = REFERRERS[first.referrer], TAGS[first.tags]
    return origin if tag is None or origin[0] == "ai" else tag


def _tell(tables: Any, first: Seen, told: dict[str, int], more: dict[str, int]) -> None:
    key = first.site, first.day
    channel, name = _origin(first)
    tag = TAGS[first.tags]
    url = first.referrer or ""
    tables["referrers"][*key, channel, name, url].update(told)
    shared = (first.path or "", channel, name, first.agent[0] or "", first.place[0] or "")
    tables["visits"][*key, *shared].update(told)
    tables["touches"][*key, *shared].update(more)
    tables["browsers"][*key, *(word or "" for word in first.agent)].update(told)
    tables["places"][*key, *(word or "" for word in first.place)].update(told)
    if tag is not None:
        tables["campaigns"][*key, *(word or "" for word in first.tags)].update(told)


def _sessions(views: list[Seen]) -> dict[tuple[UUID, int], list[list[tuple[date, list[Seen]]]]]:
    """Each person's sessions on a site, each as its views by day."""
    of: dict[tuple[UUID, int], list[list[tuple[date, list[Seen]]]]] = defaultdict(list)
    before: dict[tuple[UUID, int], Seen] = {}
    for one in sorted(views, key=lambda one: (one.at, one.id)):
        if one.person is None:
            continue
        who = one.site, one.person
        last = before.get(who)
        if last is None or one.at - last.at >= PAUSE:
            of[who].append([(one.day, [one])])
        elif last.day != one.day:
            of[who][-1].append((one.day, [one]))
        else:
            of[who][-1][-1][1].append(one)
        before[who] = one
    return of


_LISTS = {
    "pages": "path, views, visitors, entries",
    "referrers": "channel, name, referrer, views, sessions, visitors",
    "browsers": "device, browser, os, views, sessions, visitors",
    "contacts": "path, channel, name, device, country, contacts",
    "places": "country, city, views, sessions, visitors",
    "campaigns": "utm_source, utm_medium, utm_campaign, views, sessions, visitors",
}
_TABLES = {f"website_{name}_daily": (name, listed) for name, listed in _LISTS.items()}
_TABLES["website_analytics_daily"] = ("daily", "page_views, unique_visitors, sessions, session_seconds, bounces")
TABLES = [name for name, _ in _TABLES.values()]


async def stored(conn: asyncpg.Connection, sites: list[UUID]) -> dict[str, set[tuple[Any, ...]]]:
    """What the database has of these sites, in the same form."""
    return {
        name: {tuple(row) for row in await conn.fetch(
            f"SELECT website_id, date, {listed} FROM {table} WHERE website_id = ANY($1)", sites)}
        for table, (name, listed) in _TABLES.items()
    }  # fmt: skip
