"""Serving and strangers measured, and docs/performance.md's table written anew: `make bench-table`."""

import platform
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench import Figure, edge, strangers
from bench.edge import Case

DOCUMENT = Path(__file__).parent.parent / "docs" / "performance.md"
_BETWEEN = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- /measured -->)", re.DOTALL)


def main(rounds: int) -> int:
    """0 when every target is met. `rounds` of each case."""
    cases = edge.measure(rounds)
    print(_cases(cases), flush=True)
    figures = strangers.run()
    print(_figures(figures), flush=True)
    text = f"{_machine(rounds)}\n\n{_cases(cases)}\n\n{_figures(figures)}\n"
    DOCUMENT.write_text(_BETWEEN.sub(lambda _: text, DOCUMENT.read_text("utf-8")), "utf-8")
    missed = [case for case in cases.values() if case.least is not None and _ratio(cases, case)[0] < case.least]
    return 1 if missed or not all(figure.met for figure in figures) else 0


def _machine(rounds: int) -> str:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    cores = len(re.findall(r"^processor", Path("/proc/cpuinfo").read_text(), re.M))
    busy = Path("/proc/loadavg").read_text().split()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {model[1] if model else platform.machine()}, {cores} cores shared with whoever "
        f"asks, Linux {platform.release()}, Python {platform.python_version()}, {rounds} rounds, load average "
        f"at the end {busy}."
    )


def _cases(cases: dict[str, Case]) -> str:
    lines = [
        "| case | req/s | beside | ratio: median (spread) | at least | CPU ms/request | CPU beside |",
        "|---|---|---|---|---|---|---|",
    ]
    for case in cases.values():
        rate = f"{median(one.rate for one in case.loads):,.0f}"
        if not case.beside:
            lines.append(f"| {case.name} | {rate} | | | | {case.cost:.3f} | |")
            continue
        middle, low, high = _ratio(cases, case)
        least = "" if case.least is None else f"{case.least:g}× {'met' if middle >= case.least else '**missed**'}"
        lines.append(
            f"| {case.name} | {rate} | {cases[case.beside].name} | {middle:.2f}× ({low:.2f}–{high:.2f}) | {least} "
            f"| {case.cost:.3f} | {case.cost / cases[case.beside].cost:.2f}× |"
        )
    return "\n".join(lines)


def _ratio(cases: dict[str, Case], case: Case) -> tuple[float, float, float]:
    """Of requests a second, round by round: median, least and most."""
    ratios = [mine.rate / other.rate for mine, other in zip(case.loads, cases[case.beside].loads, strict=True)]
    return median(ratios), min(ratios), max(ratios)


def _figures(figures: list[Figure]) -> str:
    lines = ["| case | ms | at most | beside |", "|---|---|---|---|"]
    for figure in figures:
        most = "" if figure.target is None else f"{figure.target:.1f} {'met' if figure.met else '**missed**'}"
        beside = f"{figure.baseline:.1f} {figure.against}" if figure.baseline else ""
        lines.append(f"| {figure.name} | {figure.value:.1f} | {most} | {beside} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else edge.ROUNDS))
