"""The end of a day, somewhere."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def next_midnight(zone: str, now: float) -> float:
    """The Unix time at which the day of `now` ends in an IANA time zone."""
    # Zones change their offset at whole quarters of an hour, and no day ends within one.
    return _end(zone, int(now // 900))


@lru_cache(1_000)
def _end(zone: str, quarter: int) -> float:
    local = datetime.fromtimestamp(quarter * 900, ZoneInfo(zone))
    tomorrow = local.date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=ZoneInfo(zone)).timestamp()
