"""Bars for days and hours, drawn on the server: numbers in, places in a picture out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from renderer.statistics import DayFigures

WIDTH, HEIGHT = 720, 200
"""Units of the picture, which is stretched to the room there is."""
_MOST_BARS = 62
_HALVES = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80)


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """From `first` to `last`: days, or hours of the clock. `before` and `shade` are of as many days before, where there
    are any: it stands behind the bar, and is wider."""

    first: date | int
    last: date | int
    views: int
    visitors: int
    shape: Rect
    before: int = 0
    shade: Rect | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """`top` is the number that the picture's height stands for, and even. A bar holds so many `days`, or 0: an hour."""

    bars: tuple[Bar, ...]
    top: int
    days: int

    @property
    def ticks(self) -> tuple[Bar, ...]:
        """Bars to be named below, as far apart from each other as they stand."""
        count = len(self.bars)
        if count < 5:
            return self.bars[:1] + self.bars[1:][-1:]
        parts = 2 if self.days else 4
        return tuple(self.bars[min(count * part // parts, count - 1)] for part in range(parts + 1))


def draw_days(days: Sequence[DayFigures], before: Sequence[DayFigures] = ()) -> Chart:
    """A bar a day; of long ranges one a week or for four, from the last day backwards. `before`: as many days, or
    none."""
    size = 1 if len(days) <= _MOST_BARS else 7 if len(days) <= 7 * _MOST_BARS else 28
    return _draw(
        [
            (group[0].date, group[-1].date, sum(day.views for day in group), sum(day.visitors for day in group))
            for group in _groups(days, size)
        ],
        [sum(day.views for day in group) for group in _groups(before, size)],
        size,
    )


def draw_hours(views: Sequence[int]) -> Chart:
    """A bar an hour."""
    return _draw([(hour, hour, count, 0) for hour, count in enumerate(views)], [], 0)


def _groups(days: Sequence[DayFigures], size: int) -> list[Sequence[DayFigures]]:
    return [days[max(0, end - size) : end] for end in range(len(days), 0, -size)][::-1]


def _draw(counts: Sequence[tuple[date | int, date | int, int, int]], before: Sequence[int], days: int) -> Chart:
    top = _ceiling(max((*(views for _, _, views, _ in counts), *before), default=0))
    step = WIDTH / max(1, len(counts))
    bars = []
    for number, (first, last, views, visitors) in enumerate(counts):

        def rect(views: int, part: float, number: int = number) -> Rect:
            """Of a bar that takes that part of its step's width."""
            height = round(HEIGHT * views / top, 1)
            x = round((number + (1 - part) / 2) * step, 1)
            return Rect(x, round(HEIGHT - height, 1), round(step * part, 1), height)

        earlier = before[number] if before else 0
        shade = rect(earlier, 0.9) if earlier else None
        bars.append(Bar(first, last, views, visitors, rect(views, 0.5 if before else 0.8), earlier, shade))
    return Chart(tuple(bars), top, days)


def _ceiling(most: int) -> int:
    """An even number not below `most` that reads well, as its half does: 2, 4, 6, 8, 10, 12, 16, 20, 24, 30, 40 …"""
    size = 1
    while True:
        for step in _HALVES:
            if step * size % 10 == 0 and step * size // 5 >= most:
                return step * size // 5
        size *= 10
