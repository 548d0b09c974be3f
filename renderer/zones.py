"""Which time zone a site's days are of."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DEFAULT_ZONE = "Asia/Jakarta"


def zone_name(name: str | None) -> str:
    """The IANA zone of that name, blanks around it left out; DEFAULT_ZONE where there is none."""
    return known_zone((name or "").strip()) or DEFAULT_ZONE


def known_zone(name: str | None) -> str | None:
    """The IANA zone of that name, None if there is none; DEFAULT_ZONE for no name."""
    try:
        return ZoneInfo(name or DEFAULT_ZONE).key
    except (ValueError, OSError, KeyError):
        return None


@lru_cache(1024)
def clock_of(zone: str, start: datetime, end: datetime) -> tuple[int, datetime, int]:
    """What clocks of a zone are ahead of UTC from `start` on, in seconds; until when, and what from then on to `end`: a
    day has one change at most. Without one, `end` and the same once more."""
    where = ZoneInfo(zone)

    def ahead(at: datetime) -> int:
        return round((at.astimezone(where).utcoffset() or timedelta()).total_seconds())

    first, last = start.astimezone(UTC), end.astimezone(UTC) - timedelta(seconds=1)
    before, after = ahead(first), ahead(last)
    if before == after:
        return before, end, after
    while last - first > timedelta(seconds=1):
        middle = first + timedelta(seconds=(last - first) // timedelta(seconds=2))
        first, last = (middle, last) if ahead(middle) == before else (first, middle)
    return before, last, after
