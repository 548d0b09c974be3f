"""What the workers counted, in the form that Prometheus reads. Nothing in it names a tenant."""

from collections.abc import Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from renderer.tally import BOUNDS, Board, Seen

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_COUNTERS = {
    "views_seen": "Page views that were taken up.",
    "views_stored": "Page views that are in the database.",
    "views_lost": "Page views that found no room.",
    "leads_refused": "Leads that neither database nor disk took; their senders were told so.",
    "unanswered": "Requests answered 503, as the database was away.",
    "evictions": "Kept answers that made room for others.",
}
_GAUGES = {
    "cache_bytes": "Bytes of kept answers.",
    "cache_answers": "Kept answers.",
    "cache_hosts": "Host names whose site is known.",
    "listener_lag_seconds": "Seconds since the change log was read.",
    "pool_connections": "Connections of the pool.",
    "pool_idle_connections": "Connections of the pool that nobody uses.",
    "view_queue_events": "Page views in memory, not on disk yet.",
    "resident_bytes": "Memory of the process.",
}


def expose(board: Board, depths: Mapping[tuple[str, str], float]) -> bytes:
    """All metrics. `depths` are figures that no worker counts, by metric and kind."""
    registry = CollectorRegistry()
    registry.register(_Workers(board.read(), depths))
    return generate_latest(registry)


class _Workers(Collector):
    def __init__(self, seen: Sequence[Seen], depths: Mapping[tuple[str, str], float]) -> None:
        self._seen = seen
        self._depths = depths

    def collect(self) -> Iterator[Metric]:
        yield from self._counters()
        yield self._histogram("render_seconds", "Time that drawing took.", [one.renders for one in self._seen])
        waits = [one.pool_waits for one in self._seen]
        yield self._histogram("pool_wait_seconds", "Time until a request had its connection.", waits)
        up = GaugeMetricFamily("renderer_workers", "Worker processes that answer.")
        up.add_metric([], sum(one.is_alive for one in self._seen))
        yield up
        for name, text in _GAUGES.items():
            gauge = GaugeMetricFamily(f"renderer_{name}", text, labels=["worker"])
            for number, one in enumerate(self._seen):
                if one.is_alive:
                    gauge.add_metric([str(number)], one.gauges[name])
            yield gauge
        for metric in sorted({metric for metric, _ in self._depths}):
            gauge = GaugeMetricFamily(f"renderer_{metric}", _DEPTHS[metric], labels=["kind"])
            for (of, kind), depth in self._depths.items():
                if of == metric:
                    gauge.add_metric([kind], depth)
            yield gauge

    def _counters(self) -> Iterator[Metric]:
        answers = CounterMetricFamily("renderer_answers", "Answers by class of their status.", labels=["class"])
        for digit in range(1, 6):
            answers.add_metric([f"{digit}xx"], self._sum(f"answers_{digit}xx"))
        yield answers
        cache = CounterMetricFamily(
            "renderer_cache_lookups",
            "Requests that a kept answer was looked for; stale ones were hits or misses, too.",
            labels=["result"],
        )
        for result, name in (("hit", "hits"), ("miss", "misses"), ("stale", "stale")):
            cache.add_metric([result], self._sum(name))
        yield cache
        upkeep = CounterMetricFamily("renderer_upkeep_jobs", "Jobs of upkeep that came to an end.", labels=["result"])
        for result in ("done", "failed"):
            upkeep.add_metric([result], self._sum(f"upkeep_{result}"))
        yield upkeep
        for name, text in _COUNTERS.items():
            yield CounterMetricFamily(f"renderer_{name}", text, value=self._sum(name))

    def _histogram(self, name: str, text: str, numbers: Sequence[Sequence[float]]) -> Metric:
        *counts, total = map(sum, zip(*numbers, strict=True)) if numbers else [0.0] * (len(BOUNDS) + 2)
        below, buckets = 0.0, []
        for bound, count in zip([*map(str, BOUNDS), "+Inf"], counts, strict=True):
            below += count
            buckets.append((bound, below))
        return HistogramMetricFamily(f"renderer_{name}", text, buckets=buckets, sum_value=total)

    def _sum(self, name: str) -> float:
        return sum(one.counts[name] for one in self._seen)


_DEPTHS = {
    "outbox_jobs": "Jobs that wait to be done outside the database.",
    "spool_bytes": "What waits on disk for the database.",
    "certificate_hosts": "Verified hosts a certificate may be had for.",
}
