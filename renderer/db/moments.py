"""Times as programs can hold them.

PostgreSQL stores years before Christ, after 9999, and infinity, whoever writes them; Python's types end at both sides,
and the driver raises for what is beyond. So what is read is the nearest that can be held, and shown in any zone.
"""

from datetime import UTC, date, datetime, timedelta

import asyncpg

FIRST, LAST = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 30, tzinfo=UTC)
"""As `readable_time` of the schema has them: a year and a day from what datetime ends at, so that nothing that is done
with one goes beyond."""

_MICROSECOND, _DAY = timedelta(microseconds=1), timedelta(days=1)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL's own, in its binary format
_FIRST_MICROSECOND, _LAST_MICROSECOND = (FIRST - _EPOCH) // _MICROSECOND, (LAST - _EPOCH) // _MICROSECOND
_FIRST_DAY, _LAST_DAY = (FIRST - _EPOCH).days, (LAST - _EPOCH).days
_EPOCH_DAY = _EPOCH.date()


async def hold_moments(conn: asyncpg.Connection) -> None:
    """Have a new connection read every timestamptz and date; arguments go as they always do."""
    for name, encoder, decoder in (("timestamptz", _sent_moment, _moment), ("date", _sent_day, _day)):
        await conn.set_type_codec(name, schema="pg_catalog", encoder=encoder, decoder=decoder, format="tuple")


def _moment(read: tuple[int]) -> datetime:
    return _EPOCH + timedelta(microseconds=min(max(read[0], _FIRST_MICROSECOND), _LAST_MICROSECOND))


def _sent_moment(moment: datetime) -> tuple[int]:
    # What has no zone is of this machine's, as the driver would take it.
    return ((moment.astimezone(UTC) - _EPOCH) // _MICROSECOND,)


def _day(read: tuple[int]) -> date:
    return _EPOCH_DAY + timedelta(days=min(max(read[0], _FIRST_DAY), _LAST_DAY))


def _sent_day(day: date) -> tuple[int]:
    return ((date(day.year, day.month, day.day) - _EPOCH_DAY) // _DAY,)
