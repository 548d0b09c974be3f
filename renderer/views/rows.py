"""A view as a row of page_views in the bytes that COPY takes (PostgreSQL, "COPY", Binary Format): i16 number of fields,
then each as i32 length and bytes, -1 for NULL; big-endian.

Made once, when the view is spooled: what the spool holds goes to the database as it is.
"""

import struct
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from renderer.views.event import View

BEFORE = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # signature, flags, length of an extension
AFTER = b"\xff\xff"

COLUMNS = ("id", "website_id", "created_at", *View._fields[2:])
_START = struct.Struct(">hiQQi16siq")
_LENGTH = struct.Struct(">i")
_NULL = _LENGTH.pack(-1)
_COUNT = struct.pack(">h", len(COLUMNS))
SITE_OF, TIME_OF = itemgetter(slice(26, 42)), itemgetter(slice(46, 54))
"""The bytes of a row's site and of its time; from 2000 on these stand in the order of time."""
_EPOCH = 946_684_800  # 2000-01-01, from which PostgreSQL counts microseconds
_BEGINNING = datetime.fromtimestamp(_EPOCH, UTC)
# Beyond these a year has more than four digits or the number less than eight bytes, as nothing that was seen has.
_MOST_SECONDS = 250_000_000_000


def pack(high: int, low: int, view: View) -> bytes:
    """The row of a view whose id has these halves. Raises ValueError, TypeError or AttributeError for a view that is
    none: its site no UUID, its time no time, its texts no texts or with lone surrogates."""
    website_id, at, path, referrer, label, earlier = view[:6]
    if not 0 <= at < _MOST_SECONDS:
        raise ValueError("no time")
    start = _START.pack(len(COLUMNS), 16, high, low, 16, _id(website_id), 8, round((at - _EPOCH) * 1_000_000))
    labels = _text(label), _NULL if earlier is None else _text(earlier)
    return b"".join((start, _known_text(path), _known_text(referrer), *labels, _known_texts(view[6:])))


def unpack(row: bytes) -> tuple[Any, ...]:
    """Id, site, time (UTC) and the texts of a row. Raises ValueError where it is none."""
    try:
        count, a, high, low, b, site, c, _ = _START.unpack_from(row)
        if (count, a, b, c) != (len(COLUMNS), 16, 16, 8):
            raise ValueError("no row of a view")
        place, texts = _START.size, []
        for _ in COLUMNS[3:]:
            (length,) = _LENGTH.unpack_from(row, place)
            place += _LENGTH.size
            raw = row[place : place + max(length, 0)]
            if len(raw) != max(length, 0):
                raise ValueError("a row ends within a text")
            texts.append(None if length < 0 else raw.decode())
            place += len(raw)
        if place != len(row):
            raise ValueError("a row does not end with its last text")
        seen = moment(TIME_OF(row))
    except (struct.error, OverflowError) as error:
        raise ValueError(str(error)) from None
    return UUID(int=high << 64 | low), UUID(bytes=site), seen, *texts


class OfSite(NamedTuple):
    """Views of one site among some."""

    views: int
    last: bytes  # TIME_OF


def by_site(rows: Sequence[bytes]) -> dict[bytes, OfSite]:
    """How many views each site has among these rows, and the time of the last; sites by the bytes of their ids."""
    counts = Counter(map(SITE_OF, rows))
    by_time = sorted(rows, key=TIME_OF)
    last = dict(zip(map(SITE_OF, by_time), map(TIME_OF, by_time), strict=True))
    return {site: OfSite(views, last[site]) for site, views in counts.items()}


def is_row(record: bytes) -> bool:
    """Whether a record looks like one; JSON begins otherwise."""
    return record.startswith(_COUNT)


def moment(time: bytes) -> datetime:
    """A row's time (TIME_OF), UTC. Raises ValueError for one that Python has no datetime for."""
    try:
        return _BEGINNING + timedelta(microseconds=int.from_bytes(time, signed=True))
    except OverflowError as error:
        raise ValueError(str(error)) from None


def _text(text: str | None) -> bytes:
    if text is None:
        return _NULL
    raw = text.encode()
    return _LENGTH.pack(len(raw)) + raw


# A visitor's label is another each time; what sites, browsers and places are called comes again and again.
_known_text = lru_cache(4096)(_text)


@lru_cache(4096)
def _known_texts(texts: tuple[str | None, ...]) -> bytes:
    return b"".join(map(_text, texts))


@lru_cache(4096)
def _id(website_id: str) -> bytes:
    return UUID(website_id).bytes
