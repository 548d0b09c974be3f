"""What a generator may not invent is public only when the owner vouched for it."""

from collections.abc import Iterable

from renderer.themes.contract.content import Vouch
from renderer.themes.repair import escape_step

VOUCHED_TYPES = frozenset({"testimonials", "statistics"})
"""Sections whose every word is a claim about the world."""


class Provenance:
    """Keys are JSON Pointers into generated_content, by index or by id; a key vouches for everything below it."""

    def __init__(self, stated: Iterable[Vouch]) -> None:
        said = {(vouch.pointer or "").rstrip("/"): _is_owner(vouch.by) for vouch in stated}
        self._owner = frozenset(key for key, owner in said.items() if owner)
        self._denied = said.keys() - self._owner

    def vouched(self, *pointers: str) -> bool:
        """True when any of the names of one place, or a place above it, is the owner's; the nearest word counts."""
        for pointer in pointers:
            while pointer:
                if pointer in self._owner:
                    return True
                if pointer in self._denied:
                    break
                pointer = pointer.rpartition("/")[0]
        return False

    def section(self, path: str, section_id: str | None, pointer: str, own: str | None) -> bool:
        """`pointer` is the section's place in the document as its writer spelled it."""
        if own is not None:
            return _is_owner(own)
        place = pointer.removeprefix("/generated_content")
        names = [place]
        if section_id:
            step = escape_step(section_id)
            page = place.rpartition("/sections/")[0]
            names += [f"/pages/{escape_step(path)}/sections/{step}", f"{page}/sections/{step}", f"/sections/{step}"]
        return self.vouched(*names)


def _is_owner(value: str | None) -> bool:
    return (value or "").casefold() == "owner"
