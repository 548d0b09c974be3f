"""A request that was answered with a page → what is kept of it. Pure: nothing is read or written here. As every page
waits for this, what visits have in common is read once, down to the bytes of their rows (rows.py).

The address goes in and does not come out: a label that ends with the day stands in its place (identity.py).
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, Protocol
from urllib.parse import parse_qsl, urlsplit

from aiohttp import hdrs
from multidict import istr

from renderer.edge.answers import Visit
from renderer.edge.cookies import cookie_of
from renderer.views.agents import read_agent
from renderer.views.bots import MOST_CHARACTERS
from renderer.views.identity import LABEL_DIGITS, Days, Identity
from renderer.views.referrers import is_spam
from renderer.views.rows import NULL, Seen, site_field, text, texts
from renderer.views.storable import storable

MOST_PATH = 500
MOST_REFERRER = 500
MOST_UTM = 100
MOST_SLUG = 200
# Longer ones are nobody's; urlsplit need not see them.
_MOST_HEADER = 2048
_MOST_FIELDS = 50

# Loaded ahead of a visit that may never come (Sec-Purpose: W3C Nav Speculation; the others are older browsers').
_AHEAD = _SEC_PURPOSE, _PURPOSE, _X_MOZ, _X_PURPOSE = (
    hdrs.SEC_PURPOSE,
    istr("Purpose"),
    istr("X-Moz"),
    istr("X-Purpose"),
)
_AHEAD_WORDS = ("prefetch", "prerender", "preview")
_DNT = istr("DNT")
_NO_REFERRER = (NULL, False)
_NO_LABELS = NULL * 2
_LABEL_LENGTH = text("0" * LABEL_DIGITS)[:-LABEL_DIGITS]
_NO_UTM = NULL * 3
_UTM = ("utm_source", "utm_medium", "utm_campaign")
_new = tuple.__new__  # a NamedTuple's own constructor is a function of Python's, and takes four times as long
# An owner asks by this cookie not to be counted; it grants nothing.
NO_COUNT = "__Host-nocount"
# Named as where a visit comes from only so that the owner looks at it.
SPAM = "referrer-spam"


class Uncounted(NamedTuple):
    """A visit that is no view: a program's, or a page fetched ahead; counted by reason."""

    website_id: str
    day: str  # of the site's zone, ISO 8601
    reason: str


class Click(NamedTuple):
    """A link to the owner that a visitor followed, or a form that was sent; counted by day and way, each visitor
    once beside all clicks."""

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


Event = Seen | Uncounted | Click | Like


class FindsPlaces(Protocol):
    def find(self, address: str) -> tuple[str | None, str | None]: ...


def read_event(visit: Visit, at: float, days: Days, identity: Identity, places: FindsPlaces) -> Seen | Uncounted:
    """What to keep of a visit at `at` (seconds since 1970)."""
    website_id, zone, host, path, query, headers, client, heeds_dnt = visit
    agent_text = headers.get(hdrs.USER_AGENT, "")
    agent = read_agent(agent_text[:MOST_CHARACTERS])  # what is kept of it is bounded
    day = days.at(at, zone)
    given = headers.get(hdrs.REFERER)
    referrer, is_from_spam = _read_referrer(given[:_MOST_HEADER], host) if given else _NO_REFERRER
    reason = agent.bot or _not_shown(headers) or (SPAM if is_from_spam else None)
    if reason is not None:
        return Uncounted(website_id, day.text, reason)
    labels = _NO_LABELS
    if not _objects(headers, heeds_dnt):
        label, earlier = identity.label(website_id, day, client, agent_text, at)
        if label is not None and earlier is None:
            labels = _LABEL_LENGTH + label.encode() + NULL
        else:
            labels = text(label) + text(earlier)
    place, utm = texts(*places.find(client)), _utm(query) if "utm_" in query else _NO_UTM
    return _new(Seen, (at, site_field(website_id), _path(path), referrer, labels, agent.fields, place, utm))


def read_click(visit: Visit, way: str, at: float, days: Days, identity: Identity) -> Click | None:
    """A followed link at `at`, on a page whose visit it is; None for programs and owners."""
    agent_text = visit.headers.get(hdrs.USER_AGENT, "")
    if read_agent(agent_text[:MOST_CHARACTERS]).bot is not None or asks_not_to_count(visit.headers):
        return None
    day = days.at(at, visit.zone)
    label = None
    if not _objects(visit.headers, visit.heeds_dnt):
        label, _ = identity.label(visit.website_id, day, visit.client, agent_text, at)
    return Click(visit.website_id, day.text, way, label)


def read_like(visit: Visit, slug: str, at: float, days: Days, identity: Identity) -> Like | None:
    """A liked post, by whoever asks with `visit`; None for programs, and where nobody can be told from another."""
    agent_text = visit.headers.get(hdrs.USER_AGENT, "")
    if read_agent(agent_text[:MOST_CHARACTERS]).bot is not None:
        return None
    day = days.at(at, visit.zone)
    label = identity.like_label(visit.website_id, day, visit.client, agent_text, slug, at)
    kept = storable(slug, MOST_SLUG)
    return Like(visit.website_id, day.text, kept, label) if label and kept else None


def _objects(headers: Mapping[str, str], heeds_dnt: bool) -> bool:
    """Whether a visitor asks not to be told from others."""
    return headers.get(hdrs.SEC_GPC) == "1" or (heeds_dnt and headers.get(_DNT) == "1")


def asks_not_to_count(headers: Mapping[str, str]) -> bool:
    """Whether an owner's cookie says so. A name that only resembles it may be another host's."""
    given = headers.get(hdrs.COOKIE, "")
    return NO_COUNT in given and cookie_of((given,), NO_COUNT) is not None


def _not_shown(headers: Mapping[str, str]) -> str | None:
    # Named one by one: hardly a request has any.
    if (_SEC_PURPOSE in headers or _PURPOSE in headers or _X_MOZ in headers or _X_PURPOSE in headers) and any(
        word in headers.get(name, "").lower() for name in _AHEAD for word in _AHEAD_WORDS
    ):
        return "prefetch"
    # Fetched by a script or as a picture; a browser that shows a page says `document` (W3C Fetch Metadata).
    if headers.get(hdrs.SEC_FETCH_DEST, "document") != "document":
        return "embedded"
    return "own" if asks_not_to_count(headers) else None


@lru_cache(4096)
def _path(path: str) -> bytes:
    return text(storable(path, MOST_PATH))


@lru_cache(4096)
def _read_referrer(referrer: str, host: str) -> tuple[bytes, bool]:
    """`reduce_referrer`, and whether what is left is a spammer's."""
    kept = reduce_referrer(referrer, host)
    return text(kept), kept is not None and is_spam(kept)


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


def _utm(query: str) -> bytes:
    """Source, medium and campaign."""
    try:
        fields = dict(reversed(parse_qsl(query[:_MOST_HEADER], errors="replace", max_num_fields=_MOST_FIELDS)))
    except ValueError:
        return _NO_UTM
    return b"".join([text(storable(fields.get(name), MOST_UTM)) for name in _UTM])
