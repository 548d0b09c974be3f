"""sql/queries/inbox.sql as typed functions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from renderer.db import queries
from renderer.inbox.lead import Change, Lead, LeadLine, OfSite, Status
from renderer.themes.decode import decode
from renderer.zones import zone_name

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("inbox")
INBOX = (Status.NEW, Status.READ, Status.REPLIED)
_LAST = UUID(int=2**128 - 1)
# As PostgreSQL writes a time in UTC, also beyond the years that Python has.
_PLACE = re.compile(
    r"(?P<at>-?infinity|(?P<year>\d{4,6})(?P<rest>-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?)\+00(?P<bc> BC)?)"
    r"~(?P<id>[0-9a-f-]{36})",
    re.A,
)
_LAST_YEAR, _FIRST_YEAR_BC = 294_276, 4_713
"""Those that PostgreSQL has whole."""
_PHONE = re.compile(r"(?:\+?62|0)[\d .-]{3,20}")
MOST_FOUND = 2_000
"""Leads that are looked up by a word; a word that more have is met soon among the newest."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is to hold. `words` begin words of the lead, all of them. `since` and `until` are moments, the
    first included. `after` is `Found.next`.
    """

    statuses: tuple[Status, ...] = INBOX
    form_type: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last, both included; None: without end. They are days of whichever site a lead is of."""

    first: date | None = None
    last: date | None = None

    def moments(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """When they begin and are over in a zone. No day may be the calendar's first or last."""
        return _midnight(self.first, zone), _midnight(self.last + timedelta(days=1) if self.last else None, zone)


ANY_DAY = Days()


@dataclass(frozen=True, slots=True)
class Found:
    """`next` is where the page after this one begins, None where there is none."""

    leads: list[LeadLine]
    next: str | None


async def list_leads(conn: "Connection", website_id: UUID, wanted: Wanted, most: int = 50) -> Found:
    """The newest first. What is no place to begin after is the first page."""
    after_at, after_id = _after(wanted.after)
    words = _words(wanted.words)
    ids = await _ids(conn, website_id, words) if words else None
    asked: dict[str, Any] = {
        "website_id": website_id,
        "after_at": after_at,
        "after_id": after_id,
        "last_id": _LAST,
        "since": wanted.since,
        "until": wanted.until,
        "form_type": wanted.form_type,
        "ids": ids,
        "words": words if ids is None else None,
        "most": most + 1,
    }
    if len(wanted.statuses) == 1:
        rows = _queries.leads_of_status(conn, status=wanted.statuses[0].value, **asked)
    else:
        rows = _queries.leads(conn, statuses=[one.value for one in wanted.statuses], **asked)
    return _page([_line(row) async for row in rows], most)


async def list_leads_of_owner(
    conn: "Connection", user_id: UUID, wanted: Wanted, days: Days = ANY_DAY, site: str = "", most: int = 50
) -> Found:
    """Of all sites of an owner, the newest first: those of sites whose title or address has `site`, in lower case.
    `days` stand in the place of `wanted.since` and `until`: midnight is another moment in each zone."""
    asked = {
        "user_id": user_id,
        "statuses": [one.value for one in wanted.statuses],
        "last_id": _LAST,
        "site": site,
        "form_type": wanted.form_type,
        **await _moments(conn, user_id, days),
    }
    narrows = bool(days.first or days.last or wanted.form_type)
    words, after, found = _words(wanted.words), wanted.after, Found([], None)
    while True:
        at, behind = _after(after)
        here: dict[str, Any] = {**asked, "after_at": at, "after_id": behind}
        ids = None
        if words:
            # What else narrows the list is asked of those that have the words.
            looked_up = MOST_FOUND if narrows else most + 1
            rows = _queries.leads_of_owner_with_words(conn, words=words, most=looked_up, **here)
            met = [row async for row in rows]
            ids = [row["id"] for row in met]
        rows = _queries.leads_of_owner(conn, ids=ids, most=most - len(found.leads) + 1, **here)
        found = _page([*found.leads, *[_line(row) async for row in rows]], most)
        if ids is None or not narrows or found.next or len(ids) < MOST_FOUND:
            return found
        after = f"{met[-1]['place']}~{met[-1]['id']}"


async def _moments(conn: "Connection", user_id: UUID, days: Days) -> dict[str, list[Any]]:
    """When they begin and end, by the zones of an owner's sites as these spell them; none where no day is asked for."""
    spelled: list[str | None] = []
    if days.first or days.last:
        spelled = [row["zone"] async for row in _queries.zones_of_owner(conn, user_id=user_id)]
    spans = [days.moments(ZoneInfo(zone_name(one))) for one in spelled]
    return {"zones": spelled, "sinces": [one for one, _ in spans], "untils": [one for _, one in spans]}


async def form_types_of_owner(conn: "Connection", user_id: UUID) -> list[str]:
    """Of the forms that their sites have."""
    return [row["form_type"] async for row in _queries.form_types_of_owner(conn, user_id=user_id)]


async def counts_of_owner(conn: "Connection", user_id: UUID, most: int = 1_000) -> dict[Status, int]:
    """How many leads of all sites of an owner nobody read, and how many are spam, counted up to `most`."""
    rows = _queries.counts_of_owner(conn, user_id=user_id, most=most)
    return {Status(row["status"]): row["found"] async for row in rows}


async def set_status_of_owner(conn: "Connection", user_id: UUID, lead_ids: Sequence[UUID], status: Status) -> int:
    """As `set_status`, of leads of whichever sites of the owner."""
    rows = _queries.set_status_of_owner(conn, user_id=user_id, lead_ids=list(lead_ids), status=status.value)
    return len([row async for row in rows])


async def counts(conn: "Connection", website_id: UUID, most: int = 1_000) -> dict[Status, int]:
    """How many leads have each status, counted up to `most`."""
    rows = _queries.counts(conn, website_id=website_id, most=most)
    return {Status(row["status"]): row["found"] async for row in rows}


async def form_types(conn: "Connection", website_id: UUID) -> list[str]:
    """Those of the newest 2,000 leads."""
    return [row["form_type"] async for row in _queries.form_types(conn, website_id=website_id)]


async def find_lead(conn: "Connection", website_id: UUID, lead_id: UUID) -> Lead | None:
    row = await _queries.lead(conn, website_id=website_id, lead_id=lead_id)
    if row is None:
        return None
    flags = {"email": "email_notified", "whatsapp": "whatsapp_notified", "webhook": "webhook_called"}
    return Lead(
        **_sent(row),
        referrer=row["referrer_url"],
        summary=row["ai_summary"],
        sentiment=row["ai_sentiment"],
        delivered=tuple(channel for channel, flag in flags.items() if row[flag]),
    )


async def history(conn: "Connection", website_id: UUID, lead_id: UUID) -> list[Change]:
    """The newest 50 changes, newest first."""
    rows = _queries.changes(conn, website_id=website_id, lead_id=lead_id)
    return [Change(row["was"], row["became"], row["changed_at"], row["user_id"] is not None) async for row in rows]


async def open_lead(conn: "Connection", website_id: UUID, lead_id: UUID) -> None:
    """A new one has been read now."""
    await _queries.open_lead(conn, website_id=website_id, lead_id=lead_id)


async def set_status(conn: "Connection", website_id: UUID, lead_ids: Sequence[UUID], status: Status) -> int:
    """How many changed. One that is spam no more is delivered (a trigger sees to that)."""
    rows = _queries.set_status(conn, website_id=website_id, lead_ids=list(lead_ids), status=status.value)
    return len([row async for row in rows])


async def erase_lead(conn: "Connection", website_id: UUID, lead_id: UUID, user_id: UUID) -> bool:
    """Delete it with all that belongs to it, and note in the audit log that it was. False: there is none."""
    return await _queries.erase_lead(conn, website_id=website_id, lead_id=lead_id, user_id=user_id) is not None


async def question_names(conn: "Connection", website_id: UUID, wanted: Wanted, most: int = 60) -> list[str]:
    """Names of the questions that were asked most, in the order of their forms."""
    rows = _queries.question_names(
        conn,
        website_id=website_id,
        statuses=[one.value for one in wanted.statuses],
        form_type=wanted.form_type,
        most=most,
    )
    return [row["key"] async for row in rows]


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day else None


def _after(place: str | None) -> tuple[str | None, UUID | None]:
    match = _PLACE.fullmatch(place or "")
    try:
        if match is not None and _is_time(match):
            return match["at"], UUID(match["id"])
    except ValueError:
        pass
    return None, None


def _is_time(place: re.Match[str]) -> bool:
    """Whether PostgreSQL takes what is written like a time. Raises ValueError for no day or hour."""
    if place["year"] is None:
        return True
    year = int(place["year"])
    # The calendar comes again every 400 years; the one before year 1 is 1 BC.
    datetime.fromisoformat(f"{2000 + (1 - year if place['bc'] else year) % 400}{place['rest']}")
    return 0 < year <= (_FIRST_YEAR_BC if place["bc"] else _LAST_YEAR)


async def _ids(conn: "Connection", website_id: UUID, words: str) -> list[UUID] | None:
    """Those that have the words; None where they are many."""
    rows = _queries.leads_with_words(conn, website_id=website_id, words=words, most=MOST_FOUND + 1)
    return _few([row["id"] async for row in rows])


def _few(ids: list[UUID]) -> list[UUID] | None:
    return ids if len(ids) <= MOST_FOUND else None


def _page(found: list[LeadLine], most: int) -> Found:
    """Of one more than was asked for, where there are more."""
    more, found = len(found) > most, found[:most]
    return Found(found, f"{found[-1].place}~{found[-1].id}" if more else None)


def _words(text: str) -> str | None:
    """What is looked for. A telephone number is one word, however it is grouped."""
    text = " ".join(text[:200].replace("\0", " ").split())
    return re.sub(r"\D", "", text) if _PHONE.fullmatch(text) else text or None


def _line(row: asyncpg.Record) -> LeadLine:
    site = None
    if "site_title" in row:
        site = OfSite(row["website_id"], row["site_title"], ZoneInfo(zone_name(row["zone"])))
    return LeadLine(**_sent(row), place=row["place"], site=site)


def _sent(row: asyncpg.Record) -> dict[str, Any]:
    """What both have, by the names of `Sent`."""
    return {
        "id": row["id"],
        "form_type": row["form_type"],
        "status": Status(row["status"] or Status.NEW),  # a restored dump brings what its trigger would have settled
        "name": row["submitter_name"],
        "email": row["submitter_email"],
        "phone": row["submitter_phone"],
        "received_at": row["received_at"],
        "data": _data(row["data"]),
    }


def _data(text: str | None) -> Mapping[str, Any] | None:
    value, _ = decode(text)
    return value if isinstance(value, dict) else None
