"""What a tolerant reading had to leave out or replace, said in words with a JSON Pointer (RFC 6901)."""

from collections.abc import Iterable
from dataclasses import dataclass

_MOST = 500


@dataclass(frozen=True, slots=True)
class Repair:
    """`pointer` begins with the column: `/generated_content/pages/0/sections/3/items/1/price`."""

    pointer: str
    message: str


class Repairs:
    """Collects repairs up to a cap, so that a hostile row cannot grow a list without end."""

    def __init__(self) -> None:
        self._all: list[Repair] = []

    def add(self, pointer: str, message: str) -> None:
        if len(self._all) < _MOST:
            self._all.append(Repair(pointer, message))

    def done(self) -> tuple[Repair, ...]:
        return tuple(self._all)


def pointer(*steps: str | int, under: str = "") -> str:
    return under + "".join("/" + escape_step(step) for step in steps)


def escape_step(step: str | int) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")


def from_steps(under: str, steps: Iterable[str | int]) -> str:
    return pointer(*steps, under=under)
