"""What the program takes, measured: `python -m bench [name …]`. No network; a database of its own where one is named.

A module here offers `run() -> list[Figure]`. A figure is the median of many runs in CPU time, beside a baseline of the
same run, since a figure alone says more about the machine than about the program.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import process_time


@dataclass(frozen=True, slots=True)
class Figure:
    """Milliseconds. `met` holds where no target is given."""

    name: str
    value: float
    target: float | None = None
    baseline: float | None = None
    against: str = ""
    worst: float | None = None

    @property
    def met(self) -> bool:
        return self.target is None or self.value <= self.target


def cpu(work: Callable[[], object], runs: int = 100) -> tuple[float, float]:
    """Median and worst CPU time of one call, in milliseconds; the first calls only warm up."""
    for _ in range(max(1, runs // 10)):
        work()
    times = []
    for _ in range(runs):
        begun = process_time()
        work()
        times.append((process_time() - begun) * 1_000)
    return median(times), max(times)
