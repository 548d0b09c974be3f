"""Opening hours: a week of seven days, exceptions by date, and words for both."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from renderer.themes.contract.content import Hours, OpenDays
from renderer.themes.repair import Repairs

DAY = 24 * 60
AHEAD = timedelta(days=45)
"""How long before they begin exceptions are told."""
_EPOCH = date(1970, 1, 1)
_MOST_EXCEPTIONS = 60
_DAYS = {
    name: index
    for index, names in enumerate(
        (
            "mo mon monday senin sen 1",
            "tu tue tuesday selasa sel 2",
            "we wed wednesday rabu rab 3",
            "th thu thursday kamis kam 4",
            "fr fri friday jumat jum'at jum 5",
            "sa sat saturday sabtu sab 6",
            "su sun sunday minggu ahad min 7 0",
        )
    )
    for name in names.split()
}
_GROUPS = {"weekdays": range(5), "hari kerja": range(5), "weekend": (5, 6), "akhir pekan": (5, 6)}
_EVERY = ("daily", "everyday", "every day", "setiap hari", "tiap hari", "all", "semua hari")
_TIME = re.compile(r"^(\d{1,2})(?:[.:](\d{2}))?\s*(am|pm)?$", re.IGNORECASE)
_AND = re.compile(r"(?:(?<!\s)\s++)?(?:,|;|&|\bdan\b|\band\b)\s*")
_DASH = re.compile(r"(?:(?<!\s)\s++)?(?:-|–|—|\bs/d\b|\bsampai\b|\bto\b)\s*")
_SHUT = frozenset({"tutup", "closed", "libur", "false"})
_ALL_DAY = frozenset({"24 jam", "24jam", "24 hours", "24h", "24/7", "open 24 hours", "buka 24 jam"})
ZONES = {
    "Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Ujung_Pandang": "WITA",
    "Asia/Jayapura": "WIT",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes from midnight; `close` may pass 1440."""

    open: int
    close: int

    def say(self, mark: str) -> str:
        return f"{_clock(self.open, mark)}–{_clock(self.close, mark)}"


@dataclass(frozen=True, slots=True)
class Exception_:
    first: date
    last: date
    label: str | None
    span: Span | None
    """None: closed."""


@dataclass(frozen=True, slots=True)
class Week:
    """`days` holds seven tuples, Monday first; an empty one is a closed day."""

    days: tuple[tuple[Span, ...], ...]
    exceptions: tuple[Exception_, ...]
    note: str | None
    zone: str | None

    @property
    def bounds(self) -> tuple[int, int]:
        """Whole hours that hold every span, at least ten apart, so that a bar chart is to scale."""
        spans = [span for day in self.days for span in day]
        first = min((span.open for span in spans), default=480) // 60 * 60
        last = -(-max((span.close for span in spans), default=1020) // 60) * 60
        while last - first < 600:
            first, last = max(0, first - 60), last + 60
        return first, last

    def clock(self, zone: str) -> dict[str, Any]:
        """What a browser needs to say whether it is open now, in its own time of asking: bytes are kept, time goes on.

        `w`: minutes from each day's midnight, Monday first; `x`: first day, last day and minutes of an exception, in
        days since 1970-01-01.
        """
        return {
            "z": zone,
            "w": [[[span.open, span.close] for span in day] for day in self.days],
            "x": [
                [
                    (change.first - _EPOCH).days,
                    (change.last - _EPOCH).days,
                    [[change.span.open, change.span.close]] if change.span else [],
                ]
                for change in self.exceptions[:_MOST_EXCEPTIONS]
            ],
        }

    def runs(self) -> list[tuple[int, int, tuple[Span, ...]]]:
        """Neighbouring days of equal hours as (first day, last day, spans)."""
        runs: list[tuple[int, int, tuple[Span, ...]]] = []
        for index, spans in enumerate(self.days):
            if runs and runs[-1][2] == spans:
                runs[-1] = (runs[-1][0], index, spans)
            else:
                runs.append((index, index, spans))
        return runs


def read_week(hours: Hours | None, timezone: str | None, under: str, repairs: Repairs) -> Week | None:
    """None when not one opening time could be read."""
    if hours is None:
        return None
    days: list[list[Span]] = [[] for _ in range(7)]
    for index, row in enumerate(hours.weekly):
        place = f"{under}/weekly/{index}"
        spans = _spans(row)
        if row.closed and spans:
            repairs.add(f"{place}/closed", "closed, and yet with hours; the hours are shown")
        if spans is None and (row.open or row.close or row.time or not row.closed):
            repairs.add(place, "needs open and close as 17:00")
        if not row.days:
            repairs.add(place, "needs days; left out")
        for number, name in enumerate(row.days):
            found = _day_numbers(name)
            if not found:
                repairs.add(f"{place}/days/{number}", f"{name[:20]!r} is no day")
            for day in found:
                overlapping = [span for span in spans or () if not _add(days[day], span)]
                if overlapping:
                    repairs.add(f"{place}", f"{name[:20]!r} has hours already that these overlap; left out")
    exceptions = []
    for index, row_ in enumerate(hours.exceptions):
        place = f"{under}/exceptions/{index}"
        first = read_date(row_.from_)
        last = read_date(row_.to) if row_.to else first
        span = _span(row_.open, row_.close)
        if first is None or last is None or first > last:
            repairs.add(place, "needs a date as 2027-03-10, and none before it as its end; left out")
        elif not span and not row_.closed:
            repairs.add(place, "needs open and close as 17:00, or closed; left out")
        else:
            exceptions.append(Exception_(first, last, row_.label, None if row_.closed else span))
    if not any(days):
        if hours.weekly or hours.exceptions or hours.note:
            repairs.add(under, "not one opening time; left out")
        return None
    week = tuple(tuple(sorted(spans, key=lambda span: span.open)) for spans in days)
    return Week(week, tuple(sorted(exceptions, key=lambda item: item.first)), hours.note, ZONES.get(timezone or ""))


def _add(spans: list[Span], span: Span) -> bool:
    """False where the day has a span that overlaps it, or four already; the same one twice is no matter."""
    if span in spans:
        return True
    if len(spans) >= 4 or any(span.open < other.close and other.open < span.close for other in spans):
        return False
    spans.append(span)
    return True


def upcoming(exceptions: Sequence[Exception_], today: date) -> list[Exception_]:
    """Those that are on, or begin within `AHEAD`."""
    return [one for one in exceptions if one.last >= today and one.first - today <= AHEAD][:4]


def turning_days(exceptions: Sequence[Exception_]) -> Iterator[date]:
    """The days on which something else is upcoming than the day before."""
    for one in exceptions:
        if one.first - date.min > AHEAD:
            yield one.first - AHEAD
        if one.last < date.max:
            yield one.last + timedelta(days=1)


def _day_numbers(name: str) -> list[int]:
    key = name.casefold().strip()
    if key in _EVERY:
        return list(range(7))
    if key in _GROUPS:
        return list(_GROUPS[key])
    if key in _DAYS:
        return [_DAYS[key]]
    ends = _DASH.split(key)
    if len(ends) == 2 and ends[0] in _DAYS and ends[1] in _DAYS:
        first, last = _DAYS[ends[0]], _DAYS[ends[1]]
        return [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]
    return []


def _spans(row: OpenDays) -> list[Span] | None:
    """The times of a row; an empty list: closed all day; None: nothing that could be read."""
    text = (row.time or ("" if row.close else row.open) or "").casefold().strip()
    if not text:
        span = _span(row.open, row.close)
        return [span] if span else None
    if text in _SHUT:
        return []
    if text in _ALL_DAY:
        return [Span(0, DAY)]
    spans = []
    for part in _AND.split(text):
        ends = _DASH.split(part, maxsplit=1)
        span = _span(ends[0], ends[1]) if len(ends) == 2 else None
        if span is None:
            return None
        spans.append(span)
    return spans


def _span(opens: str | None, closes: str | None) -> Span | None:
    first, last = _minutes(opens), _minutes(closes)
    if first is None or last is None or first >= DAY:
        return None
    return Span(first, last if last > first else last + DAY)


def _minutes(text: str | None) -> int | None:
    match = _TIME.match(text or "")
    if not match:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        hour = hour % 12 + (12 if match[3].lower() == "pm" else 0)
    return hour * 60 + minute if hour <= 24 and minute < 60 and hour * 60 + minute <= DAY else None


def _clock(minutes: int, mark: str) -> str:
    minutes = minutes if minutes == DAY else minutes % DAY
    return f"{minutes // 60:02d}{mark}{minutes % 60:02d}"


def read_date(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
