"""What a rich text loses where it is drawn: which part of it, and why.

Writers name the part itself and know nothing of paths. Only a text that lost something is walked through once more, to
learn where those parts stand.
"""

from collections.abc import Iterator
from typing import Any

MOST = 20
"""Losses of one text that are told one by one; the others are counted."""
_LONGEST_NAME = 60

Steps = tuple[str | int, ...]


class Losses:
    """Of one text. A part is a node or a mark of its document, or None for the text as a whole."""

    def __init__(self) -> None:
        self._found: list[tuple[Any, str]] = []
        self._more = 0

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, part: Any, message: str) -> None:
        if len(self._found) < MOST:
            self._found.append((part, message))
        else:
            self._more += 1

    def told(self, value: Any) -> Iterator[tuple[Steps, str]]:
        """Each loss with the steps from `value`, the text as it was given, to its part."""
        wanted = {id(part) for part, _ in self._found if part is not None}
        places = _places(value, wanted) if wanted else {}
        for part, message in self._found:
            yield places.get(id(part), ()), message
        if self._more:
            yield (), f"and {self._more} more things left out"


def named(text: object) -> str:
    """An address or a name as a message quotes it."""
    said = text if isinstance(text, str) else ""
    return f"“{said[:_LONGEST_NAME]}{'…' if len(said) > _LONGEST_NAME else ''}”"


def _places(value: Any, wanted: set[int]) -> dict[int, Steps]:
    """Steps to the values with these identities, without recursion; ends when all are found."""
    found: dict[int, Steps] = {}
    above: list[Iterator[tuple[str | int, Any]]] = [iter(((-1, value),))]
    steps: list[str | int] = []
    while above and len(found) < len(wanted):
        step, inner = next(above[-1], (None, None))
        if step is None:
            above.pop()
            if steps:
                steps.pop()
            continue
        if isinstance(inner, dict | list):
            steps.append(step)
            if id(inner) in wanted:
                found.setdefault(id(inner), tuple(steps[1:]))
            above.append(iter(inner.items()) if isinstance(inner, dict) else iter(enumerate(inner)))
    return found
