"""Bars for days and hours, drawn on the server: numbers in, places in a picture out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from renderer.statistics import DayFigures

WIDTH, HEIGHT = 720, 200
"""Units of the picture; it scales with the page."""
_MOST_BARS = 62
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """From `first` to `last`: days, or hours of the clock."""

    first: date | int
    last: date | int
    views: int
    visitors: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """`lines` are (height in the picture, the number that it stands for). A bar holds
    so many `days`, or 0: an hour."""

    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, int], ...]
    days: int


def draw_days(days: Sequence[DayFigures]) -> Chart:
    """A bar a day; of long ranges one a week or for four, from the last day backwards."""
    size = 1 if len(days) <= _MOST_BARS else 7 if len(days) <= 7 * _MOST_BARS else 28
    groups = [days[max(0, end - size) : end] for end in range(len(days), 0, -size)][::-1]
    return _draw(
        [
            (group[0].date, group[-1].date, sum(day.views for day in group), sum(day.visitors for day in group))
            for group in groups
        ],
        size,
    )


def draw_hours(views: Sequence[int]) -> Chart:
    """A bar an hour."""
    return _draw([(hour, hour, count, 0) for hour, count in enumerate(views)], 0)


def _draw(counts: Sequence[tuple[date | int, date | int, int, int]], days: int) -> Chart:
    top = _ceiling(max((views for _, _, views, _ in counts), default=0))
    step = WIDTH / max(1, len(counts))
    gap = min(4.0, step / 4)
    bars = []
    for number, (first, last, views, visitors) in enumerate(counts):
        height = round(HEIGHT * views / top, 1)
        x, y = round(number * step + gap / 2, 1), round(HEIGHT - height, 1)
        bars.append(Bar(first, last, views, visitors, x, y, round(step - gap, 1), height))
    lines = tuple((round(HEIGHT - HEIGHT * part / 2, 1), top * part // 2) for part in (1, 2))
    return Chart(tuple(bars), lines, days)


def _ceiling(most: int) -> int:
    """An even number not below `most` that reads well: 2, 4, 10, 20, 40, 100 …"""
    size = 2
    while True:
        for step in _STEPS:
            if size * step >= most:
                return size * step
        size *= 10
