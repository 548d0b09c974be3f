"""What a tolerant reading had to leave out or replace, said in words with a JSON Pointer (RFC 6901)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
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
        self._all: dict[Repair, None] = {}
        self._spellings: dict[str, Callable[[Sequence[str]], Sequence[str | int]]] = {}
        self._overheard: list[tuple[str, str]] | None = None

    def add(self, pointer: str, message: str) -> None:
        """`pointer` names fields as the models do, and entries by index; it is kept as the document spells it."""
        if self._overheard is not None:
            self._overheard.append((pointer, message))
        if len(self._all) < _MOST:
            self.add_exact(self.spelled(pointer), message)

    def add_exact(self, pointer: str, message: str) -> None:
        """`pointer` is already spelled as in the document."""
        if len(self._all) < _MOST:
            self._all[Repair(pointer, message)] = None

    @contextmanager
    def overheard(self) -> Iterator[list[tuple[str, str]]]:
        """What is added meanwhile, as it was handed to `add`, also where there are too many."""
        before, self._overheard = self._overheard, []
        try:
            yield self._overheard
        finally:
            self._overheard = before

    def learn(self, under: str, spell: Callable[[Sequence[str]], Sequence[str | int]]) -> None:
        """How the document at `under` spells the steps below it."""
        self._spellings[under] = spell

    def spelled(self, pointer: str) -> str:
        """The same place as its writer spelled it: `/pages/0/title` → `/pages/~1/headline`."""
        under = pointer
        while under:
            if under in self._spellings:
                steps = (
                    [unescape_step(step) for step in pointer[len(under) + 1 :].split("/")] if pointer != under else []
                )
                return from_steps(under, self._spellings[under](steps))
            under = under.rpartition("/")[0]
        return pointer

    def done(self) -> tuple[Repair, ...]:
        return tuple(self._all)


def pointer(*steps: str | int, under: str = "") -> str:
    return under + "".join("/" + escape_step(step) for step in steps)


def escape_step(step: str | int) -> str:
    return str(step) if isinstance(step, int) else step.replace("~", "~0").replace("/", "~1")


def unescape_step(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")


def from_steps(under: str, steps: Iterable[str | int]) -> str:
    return pointer(*steps, under=under)
