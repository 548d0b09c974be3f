"""A copy of a document without what is wrong in it."""

from itertools import islice
from typing import Any

from renderer.themes.contract.spelling import Keys


class Mending:
    """`mended` is the document without the values that were taken out of it; what it was made of stays as it is.

    Every container on the way to a wrong value is copied once, however many values are wrong.
    """

    def __init__(self, raw: Any) -> None:
        self.mended = raw
        self._copied: dict[int, Any] = {}
        self._keys = Keys()

    def take_out(self, steps: tuple[str | int, ...]) -> list[str | int]:
        """Take out the value at `steps`; returns them as the document itself spells them.

        In a list None takes its place, so that the other indices hold. Steps that name no value (a validator's own
        name) end the path there.
        """
        where: list[str | int] = []
        holders: list[tuple[Any, Any]] = []
        here = self.mended
        for number, step in enumerate(steps):
            key = self._key(here, step)
            if key is None:
                break
            here = self._own(here, holders)
            where.append(key)
            if number == len(steps) - 1 and isinstance(here, dict) and isinstance(step, str):
                del here[key]
                return where
            holders.append((here, key))
            here = here[key]
        self._put(holders, None)
        return where

    def _key(self, here: Any, step: str | int) -> Any:
        if isinstance(here, dict):
            return self._keys.find(here, step) if isinstance(step, str) else next(islice(here, step, None), None)
        return step if isinstance(here, list) and isinstance(step, int) and step < len(here) else None

    def _own(self, here: Any, holders: list[tuple[Any, Any]]) -> Any:
        if id(here) in self._copied:
            return here
        copy = here.copy()
        self._copied[id(copy)] = copy  # kept, so that no other container gets its id
        self._put(holders, copy)
        return copy

    def _put(self, holders: list[tuple[Any, Any]], value: Any) -> None:
        if holders:
            holder, key = holders[-1]
            holder[key] = value
        else:
            self.mended = value
