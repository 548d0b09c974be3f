"""A request that was answered with a page → what is kept of it. Pure: nothing is read or written here.

The address goes in and does not come out: a label that ends with the day stands in its place (identity.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Protocol
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from renderer.views.agents import read_agent
from renderer.views.bots import MOST_CHARACTERS
from renderer.views.identity import Days, Identity
from renderer.views.referrers import is_spam
from renderer.views.storable import storable

MOST_PATH = 500
MOST_REFERRER = 500
MOST_UTM = 100
MOST_SLUG = 200
# Longer ones are nobody's; urlsplit need not see them.
_MOST_HEADER = 2048
_MOST_FIELDS = 50

# Loaded ahead of a visit that may never come (Sec-Purpose: W3C Nav Speculation; the others are older browsers').
_AHEAD = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")
_AHEAD_WORDS = ("prefetch", "prerender", "preview")
# An owner asks by this cookie not to be counted; it grants nothing.
NO_COUNT = "__Host-nocount"
# Named as where a visit comes from only so that the owner looks at it.
SPAM = "referrer-spam"


class Skipped(StrEnum):
    """Why a request leaves nothing behind."""

    METHOD = "no GET"
    STATUS = "no page"


class View(NamedTuple):
    """A page that somebody saw; in the order of the spool's records. Texts are storable."""

    website_id: str
    at: float  # seconds since 1970, UTC
    page_path: str | None
    referrer: str | None
    visitor_hash: str | None
    earlier_hash: str | None
    device_type: str
    browser: str | None
    os: str | None
    country: str | None
    city: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None


class Uncounted(NamedTuple):
    """A visit that is no view: a program's, or a page fetched ahead; counted by reason."""

    website_id: str
    day: str  # of the site's zone, ISO 8601
    reason: str


class Click(NamedTuple):
    """A link to the owner that a visitor followed; counted by day and way, each visitor once beside all clicks."""

    website_id: str
    day: str  # of the site's zone, ISO 8601
    way: str
    visitor_hash: str | None


class Like(NamedTuple):
    """A post that a visitor likes; each visitor counts once a day."""

    website_id: str
    day: str  # of the site's zone, ISO 8601
    slug: str
    label: str


Event = View | Uncounted | Click | Like


@dataclass(slots=True)  # not frozen: that takes three times as long to make, for each request
class Visit:
    """What is looked at of a request. `headers` finds names in any case; `client` is the address the edge trusts."""

    website_id: UUID
    zone: str
    status: int
    method: str
    host: str
    path: str  # decoded, without the query
    query: str  # as it came
    headers: Mapping[str, str]
    client: str


class FindsPlaces(Protocol):
    def find(self, address: str) -> tuple[str | None, str | None]: ...


def read_event(
    visit: Visit, now: datetime, days: Days, identity: Identity, places: FindsPlaces
) -> View | Uncounted | Skipped:
    """What to keep of a visit at `now` (aware)."""
    if visit.method != "GET":
        return Skipped.METHOD
    if visit.status not in (200, 304):
        return Skipped.STATUS
    headers = visit.headers
    agent_text = headers.get("User-Agent", "")
    agent = read_agent(agent_text[:MOST_CHARACTERS])  # what is kept of it is bounded
    day = days.at(now, visit.zone)
    given = headers.get("Referer")
    referrer = reduce_referrer(given[:_MOST_HEADER], visit.host) if given else None
    reason = agent.bot or _not_shown(headers) or (SPAM if referrer and is_spam(referrer) else None)
    if reason is not None:
        return Uncounted(_text(visit.website_id), _text(day.date), reason)
    label = earlier = None
    if headers.get("Sec-GPC") != "1" and headers.get("DNT") != "1":
        label, earlier = identity.label(visit.website_id, day, visit.client, agent_text, now)
    country, city = places.find(visit.client)
    source, medium, campaign = _utm(visit.query) if "utm_" in visit.query else (None, None, None)
    return View(
        _text(visit.website_id),
        now.timestamp(),
        storable(visit.path, MOST_PATH),
        referrer,
        label,
        earlier,
        agent.device,
        agent.browser,
        agent.os,
        country,
        city,
        source,
        medium,
        campaign,
    )


def read_click(visit: Visit, way: str, now: datetime, days: Days, identity: Identity) -> Click | None:
    """A followed link at `now` (aware), on a page whose visit it is; None for programs and owners."""
    agent_text = visit.headers.get("User-Agent", "")
    if read_agent(agent_text[:MOST_CHARACTERS]).bot is not None or NO_COUNT in visit.headers.get("Cookie", ""):
        return None
    day = days.at(now, visit.zone)
    label = None
    if visit.headers.get("Sec-GPC") != "1" and visit.headers.get("DNT") != "1":
        label, _ = identity.label(visit.website_id, day, visit.client, agent_text, now)
    return Click(_text(visit.website_id), _text(day.date), way, label)


def read_like(visit: Visit, slug: str, now: datetime, days: Days, identity: Identity) -> Like | None:
    """A liked post, by whoever asks with `visit`; None for programs, and where nobody can be told from another."""
    agent_text = visit.headers.get("User-Agent", "")
    if read_agent(agent_text[:MOST_CHARACTERS]).bot is not None:
        return None
    day = days.at(now, visit.zone)
    label = identity.like_label(visit.website_id, day, visit.client, agent_text, slug, now)
    kept = storable(slug, MOST_SLUG)
    return Like(_text(visit.website_id), _text(day.date), kept, label) if label and kept else None


def _not_shown(headers: Mapping[str, str]) -> str | None:
    for name in _AHEAD:
        value = headers.get(name)
        if value is not None and any(word in value.lower() for word in _AHEAD_WORDS):
            return "prefetch"
    # Fetched by a script or as a picture; a browser that shows a page says `document` (W3C Fetch Metadata).
    if headers.get("Sec-Fetch-Dest", "document") != "document":
        return "embedded"
    return "own" if NO_COUNT in headers.get("Cookie", "") else None


@lru_cache(4096)
def reduce_referrer(referrer: str, host: str) -> str | None:
    """Origin and path of an http(s) address, at most 500 characters; None for the site's own pages and for the rest.

    Query, fragment and credentials may hold what is nobody's business.
    """
    try:
        parts = urlsplit(referrer)
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not name or _bare(name) == _bare(host.partition(":")[0]):
        return None
    name = f"[{name}]" if ":" in name else name
    origin = f"{parts.scheme}://{name}{f':{port}' if port else ''}"
    return storable(f"{origin}{parts.path or '/'}", MOST_REFERRER)


def _bare(host: str) -> str:
    return host.lower().rstrip(".").removeprefix("www.")


def _utm(query: str) -> tuple[str | None, str | None, str | None]:
    try:
        fields = dict(reversed(parse_qsl(query[:_MOST_HEADER], errors="replace", max_num_fields=_MOST_FIELDS)))
    except ValueError:
        return None, None, None
    return (
        storable(fields.get("utm_source"), MOST_UTM),
        storable(fields.get("utm_medium"), MOST_UTM),
        storable(fields.get("utm_campaign"), MOST_UTM),
    )


@lru_cache(4096)
def _text(value: UUID | date) -> str:
    return str(value)
