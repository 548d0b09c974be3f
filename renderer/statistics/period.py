"""A range of a site's days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MOST_DAYS = 3_660
"""Ten years: longer ranges are nobody's question."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both included."""

    first: date
    last: date

    @classmethod
    def last_days(cls, days: int, today: date) -> "Period":
        """So many days up to today. Raises ValueError beyond 1 to MOST_DAYS."""
        if not 1 <= days <= MOST_DAYS:
            raise ValueError(f"1 to {MOST_DAYS} days")
        return cls(today - timedelta(days=days - 1), today)

    @classmethod
    def read(cls, first: str, last: str) -> "Period":
        """Of two ISO 8601 dates as a stranger may send them. Raises ValueError: malformed, turned round, too long."""
        period = cls(_date(first), _date(last))
        if period.first > period.last:
            raise ValueError("the first day comes after the last")
        if period.days > MOST_DAYS:
            raise ValueError(f"more than {MOST_DAYS} days")
        return period

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """As many days right before it."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(self.days))

    def parts(self, days: int) -> Iterator["Period"]:
        """The same in parts of at most so many days."""
        for start in range(0, self.days, days):
            first = self.first + timedelta(days=start)
            yield Period(first, min(self.last, first + timedelta(days=days - 1)))


def _date(text: str) -> date:
    day = date.fromisoformat(text)
    # It takes week dates and the like as well.
    if day.isoformat() != text or not 2000 <= day.year <= 2200:
        raise ValueError("a day is written as 2026-01-31, from 2000 to 2200")
    return day
