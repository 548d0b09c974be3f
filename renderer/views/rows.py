"""A view as a row of page_views in the bytes that COPY takes (PostgreSQL, "COPY", Binary Format): i16 number of fields,
then each as i32 length and bytes, -1 for NULL; big-endian.

Texts become such bytes where they are read, once for all views that share them, and the spool and the database get
what is put together of these.
"""

import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain, repeat
from typing import Any, NamedTuple
from uuid import UUID

BEFORE = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # signature, flags, length of an extension
AFTER = b"\xff\xff"


class View(NamedTuple):
    """A page that somebody saw, in texts: as records of older spools have it, and as a row that is refused is told."""

    website_id: str
    at: float  # seconds since 1970, UTC
    page_path: str | None
    referrer: str | None
    visitor_hash: str | None
    earlier_hash: str | None
    device_type: str | None
    browser: str | None
    os: str | None
    country: str | None
    city: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None


class Seen(NamedTuple):
    """The same in finished bytes, in the order of the row's fields."""

    at: float
    site: bytes
    path: bytes
    referrer: bytes
    labels: bytes  # visitor_hash, earlier_hash
    agent: bytes  # device_type, browser, os
    place: bytes  # country, city
    utm: bytes  # source, medium, campaign


COLUMNS = ("id", "website_id", "created_at", *View._fields[2:])
_COUNT = struct.pack(">h", len(COLUMNS))
_START = struct.Struct(">hiQQi16siq")
# The same, up to the upper half of the id and from there on.
_BEGIN = struct.Struct(">hiQ")
_GO_ON = struct.Struct(">Q20siq")
_LENGTH = struct.Struct(">i")
_SITE_LENGTH = _LENGTH.pack(16)
NULL = _LENGTH.pack(-1)
_EPOCH = 946_684_800  # 2000-01-01, from which PostgreSQL counts microseconds
_BEGINNING = datetime.fromtimestamp(_EPOCH, UTC)
# Beyond these a year has more than four digits or the number less than eight bytes, as nothing that was seen has.
_MOST_SECONDS = 250_000_000_000


def text(value: str | None) -> bytes:
    """A field."""
    if value is None:
        return NULL
    raw = value.encode()
    return _LENGTH.pack(len(raw)) + raw


@lru_cache(4096)
def texts(*values: str | None) -> bytes:
    """Fields of what comes again and again: browsers, places, paths."""
    return b"".join(map(text, values))


@lru_cache(4096)
def site_field(website_id: str) -> bytes:
    """Raises ValueError, TypeError or AttributeError where it is no UUID."""
    return _SITE_LENGTH + UUID(website_id).bytes


def finish(view: View) -> Seen:
    """A view in bytes. Raises ValueError, TypeError or AttributeError for one that is none: its site no UUID, its time
    no time, its texts no texts or with lone surrogates."""
    if not 0 <= view.at < _MOST_SECONDS:
        raise ValueError("no time")
    path, referrer, *_ = fields = [text(value) for value in view[2:]]
    labels, agent, place, utm = (b"".join(fields[one:end]) for one, end in ((2, 4), (4, 7), (7, 9), (9, 12)))
    return Seen(view.at, site_field(view.website_id), path, referrer, labels, agent, place, utm)


def pack_rows(high: int, low: int, views: Iterable[Seen]) -> bytes:
    """Rows of views, one behind the other. The ids have that upper half, and lower ones counted on from `low`."""
    at, sites, *texts = zip(*views, strict=True)
    begins = repeat(_BEGIN.pack(len(COLUMNS), 16, high))
    middles = map(_GO_ON.pack, range(low, low + len(at)), sites, repeat(8), map(time_at, at))
    return b"".join(chain.from_iterable(zip(begins, middles, *texts, strict=False)))


def unpack(row: bytes) -> tuple[Any, ...]:
    """Id, site, time (UTC) and the texts of a row. Raises ValueError where it is none."""
    try:
        count, a, high, low, b, site, c, time = _START.unpack_from(row)
        if (count, a, b, c) != (len(COLUMNS), 16, 16, 8):
            raise ValueError("no row of a view")
        place, found = _START.size, []
        for _ in COLUMNS[3:]:
            (length,) = _LENGTH.unpack_from(row, place)
            place += _LENGTH.size
            raw = row[place : place + max(length, 0)]
            if len(raw) != max(length, 0):
                raise ValueError("a row ends within a text")
            found.append(None if length < 0 else raw.decode())
            place += len(raw)
        if place != len(row):
            raise ValueError("a row does not end with its last text")
        seen = moment(time)
    except struct.error as error:
        raise ValueError(str(error)) from None
    return UUID(int=high << 64 | low), UUID(bytes=site), seen, *found


def split(rows: bytes) -> Iterator[bytes]:
    """Each of the rows that stand one behind the other; what is none, with all behind it, as one that `unpack`
    refuses."""
    at = 0
    while at < len(rows):
        try:
            end = at + _START.size
            for _ in COLUMNS[3:]:
                (length,) = _LENGTH.unpack_from(rows, end)
                end += _LENGTH.size + max(length, 0)
        except struct.error:
            end = len(rows)
        yield rows[at:end]
        at = end


def is_row(record: bytes) -> bool:
    """Whether bytes begin as a row does."""
    return record.startswith(_COUNT) and len(record) >= _START.size


def time_at(at: float) -> int:
    """Microseconds since 2000, of seconds since 1970."""
    return round((at - _EPOCH) * 1_000_000)


def moment(time: int) -> datetime:
    """The other way round, UTC. Raises ValueError for one that Python has no datetime for."""
    try:
        return _BEGINNING + timedelta(microseconds=time)
    except OverflowError as error:
        raise ValueError(str(error)) from None


Count = tuple[bytes, int, int]
"""The bytes of a site's id, how many views it has among some, and the time of the last (`time_at`)."""


def count_of(row: bytes) -> Count:
    """Of a single row."""
    return row[26:42], 1, int.from_bytes(row[46:54], signed=True)


def add_up(counts: Iterable[Count]) -> dict[bytes, Count]:
    """One for each site."""
    total: dict[bytes, Count] = {}
    for count in counts:
        site, views, last = count
        if known := total.get(site):
            count = site, views + known[1], max(last, known[2])
        total[site] = count
    return total
