"""Runs every module beside this file, or those that are named, and prints what came out."""

import sys
from importlib import import_module
from pkgutil import iter_modules

import bench

_ROW = "{:<58} {:>10} {:>10} {:>10}  {}"


def main(names: list[str]) -> int:
    """0 when every target is met, 1 when one is not, 2 for a module that is not there."""
    known = [module.name for module in iter_modules(bench.__path__) if not module.name.startswith("_")]
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no such module: {', '.join(unknown)} (there are: {', '.join(known)})", file=sys.stderr)
        return 2
    missed = 0
    for name in names or known:
        print(_ROW.format(name, "median", "worst", "target", "beside"))
        for figure in import_module(f"bench.{name}").run():
            missed += not figure.met
            print(_ROW.format("  " + figure.name, _ms(figure.value), _ms(figure.worst), _goal(figure), _beside(figure)))
    return 1 if missed else 0


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.3f} ms" if value < 10 else f"{value:.1f} ms"


def _goal(figure: bench.Figure) -> str:
    return "" if figure.target is None else f"{figure.target:g} {'met' if figure.met else 'MISSED'}"


def _beside(figure: bench.Figure) -> str:
    if not figure.baseline:
        return ""
    return f"{figure.value / figure.baseline:.2f} × {figure.against} ({_ms(figure.baseline)})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
