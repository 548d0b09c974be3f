"""What a worker counts, and the memory in which all workers of a generation show it to whoever tells it.

Counting is adding to a number; once a second the numbers are copied to the worker's place on the board.
"""

import mmap
import os
import struct
import time
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds up to which each bucket of a histogram reaches; one more has what took longer."""
PUBLISH_SECONDS = 1.0
DEAD_SECONDS = 10.0
"""A worker that was silent for so long hangs, or is not there."""

GAUGES = (
    "cache_bytes",
    "cache_answers",
    "cache_hosts",
    "listener_lag_seconds",
    "pool_connections",
    "pool_idle_connections",
    "view_queue_events",
    "resident_bytes",
)


class Histogram:
    """How often something took how long."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds

    @property
    def numbers(self) -> list[float]:
        return [*self.counts, self.total]


@dataclass(slots=True)
class Tally:
    """One a worker. `classes` counts answers by the first digit of their status, `unanswered` requests that found no
    database; `fault` names why the last of them did."""

    classes: list[int] = field(default_factory=lambda: [0] * 10)
    hits: int = 0
    misses: int = 0
    stale: int = 0
    evictions: int = 0
    views_seen: int = 0
    views_stored: int = 0
    views_lost: int = 0
    leads_refused: int = 0
    upkeep_done: int = 0
    upkeep_failed: int = 0
    unanswered: int = 0
    fault: str = ""
    renders: Histogram = field(default_factory=Histogram)
    pool_waits: Histogram = field(default_factory=Histogram)

    def miss_database(self, fault: BaseException) -> None:
        """A request could not be answered for want of the database. What is said of it: telemetry/outages.py."""
        self.unanswered += 1
        self.fault = type(fault).__name__


COUNTS = (
    *(f"answers_{digit}xx" for digit in range(1, 6)),
    *("hits", "misses", "stale", "evictions"),
    *("views_seen", "views_stored", "views_lost", "leads_refused", "upkeep_done", "upkeep_failed", "unanswered"),
)
_BUCKETS = len(BOUNDS) + 2
_COUNTED = len(COUNTS) + 2 * _BUCKETS
# Beat, readiness and process stand before the numbers.
_HEAD = 3
_FAULT = 40
_FORM = struct.Struct(f"={_HEAD + _COUNTED + len(GAUGES)}d{_FAULT}s")


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker's place on the board. `beat` is time.monotonic() of its last word; 0: it has said none."""

    beat: float
    is_ready: bool
    pid: int
    counts: Mapping[str, float]
    renders: list[float]
    pool_waits: list[float]
    gauges: Mapping[str, float]
    fault: str = ""

    @property
    def is_alive(self) -> bool:
        return self.beat > 0 and time.monotonic() - self.beat < DEAD_SECONDS


class Board:
    """Made before workers are forked, and shared with them."""

    def __init__(self, places: int) -> None:
        self.places = places
        self._memory = mmap.mmap(-1, max(places, 1) * _FORM.size)
        self._mine = 0
        self._before = [0.0] * _COUNTED

    @property
    def place(self) -> int:
        """Of this process."""
        return self._mine

    def claim(self, place: int) -> None:
        """This process writes there from now on, and goes on with the counts of whoever did before it."""
        self._mine = place
        self._before = list(_FORM.unpack_from(self._memory, place * _FORM.size)[_HEAD : _HEAD + _COUNTED])

    def publish(self, tally: Tally, gauges: Mapping[str, float], is_ready: bool) -> None:
        counted = [*map(float, _numbers(tally)), *tally.renders.numbers, *tally.pool_waits.numbers]
        _FORM.pack_into(
            self._memory,
            self._mine * _FORM.size,
            time.monotonic(),
            is_ready,
            os.getpid(),
            *(before + now for before, now in zip(self._before, counted, strict=True)),
            *(gauges.get(name, 0.0) for name in GAUGES),
            tally.fault.encode("ascii", "replace"),
        )

    def read(self) -> list[Seen]:
        return [self._read(place) for place in range(self.places)]

    def _read(self, place: int) -> Seen:
        beat, is_ready, pid, *numbers, fault = _FORM.unpack_from(self._memory, place * _FORM.size)
        first, second = len(COUNTS), len(COUNTS) + _BUCKETS
        return Seen(
            beat,
            bool(is_ready),
            int(pid),
            dict(zip(COUNTS, numbers[:first], strict=True)),
            numbers[first:second],
            numbers[second:_COUNTED],
            dict(zip(GAUGES, numbers[_COUNTED:], strict=True)),
            fault.rstrip(b"\0").decode("ascii"),
        )


def _numbers(tally: Tally) -> list[int]:
    return [*tally.classes[1:6], *(getattr(tally, name) for name in COUNTS[5:])]


def resident_bytes() -> float:
    """Of this process; 0 where /proc does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 read once a second
            return float(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0.0
