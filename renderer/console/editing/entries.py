"""Entries of a list in a site's content: added, removed and moved, whichever way the document spells the list. Pure.

What is said by position goes along: translations of entries without ids, and who vouches for which section. What the
models do not read of a list stays in it. A result that would not read as it was meant is refused.
"""

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from renderer.console.editing import vouches
from renderer.console.editing.places import Places
from renderer.themes.contract.content import PageContent
from renderer.themes.contract.lenient import MOST_ITEMS
from renderer.themes.plan import page_path
from renderer.themes.translate import matching

Document = dict[str, Any]
_NAME = re.compile(r"[^a-z0-9]+")
CREDENTIALS = "/site/credentials"


class NoSuchEntry(LookupError):
    """Nothing there that can be changed so."""


class NoRoom(ValueError):
    """As many entries as are read, or a list that cannot take one where it stands."""


def moved(document: Document, pointer: str, by: int) -> Document:
    """The entry at `pointer` (`/pages/0/sections/1/items/2`) stands that many places further down. Raises NoSuchEntry
    and NoRoom, as the others do."""
    shelf, index = _entry(Places(document), pointer)
    other = index + by
    if not 0 <= other < len(Places(document).at(shelf)):
        raise NoSuchEntry(pointer)

    def swap(entries: list[Any]) -> list[Any]:
        entries[index], entries[other] = entries[other], entries[index]
        return entries

    def swap_raw(raw: list[Any], where: list[int]) -> None:
        one, two = where[index], where[other]
        raw[one], raw[two] = raw[two], raw[one]

    made = _changed(document, shelf, swap_raw, swap, most=max(index, other) + 1)
    if shelf == CREDENTIALS:
        vouches.carry(made, Places(document), shelf, index, other)
    return made


def removed(document: Document, pointer: str) -> Document:
    shelf, index = _entry(Places(document), pointer)

    def drop(entries: list[Any]) -> list[Any]:
        del entries[index]
        return entries

    def drop_raw(raw: list[Any], where: list[int]) -> None:
        if index < len(where):
            del raw[where[index]]

    made = _changed(document, shelf, drop_raw, drop)
    before = Places(document)
    if shelf == CREDENTIALS:  # vouched for by kind, too
        vouches.forget(made, before, f"{shelf}/{index}")
    if shelf.endswith("/sections") or shelf == CREDENTIALS:
        vouches.carry(made, before, shelf, index)
    return made


def added(document: Document, shelf: str, entry: Document) -> Document:
    """At the end of the list at `shelf`."""
    places = Places(document)
    try:
        count = len(places.at(shelf))
    except (LookupError, TypeError):
        raise NoSuchEntry(shelf) from None
    if count >= MOST_ITEMS:
        raise NoRoom(shelf)
    made = copy.deepcopy(document)
    open_list(made, shelf)[0].append(entry)
    now = Places(made).at(shelf)
    if now[:-1] != places.at(shelf) or len(now) != count + 1:
        raise NoRoom(shelf)
    return made


def new_id(name: str, taken: Sequence[str | None], instead: str) -> str:
    """A name for an entry that none of its neighbours has."""
    stem = _NAME.sub("-", name.casefold()).strip("-")[:40].strip("-") or instead
    known = {one for one in taken if one}
    return next(one for one in _numbered(stem) if one not in known)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


def _changed(
    document: Document,
    shelf: str,
    change_raw: Callable[[list[Any], list[int]], None],
    change: Callable[[list[Any]], list[Any]],
    most: int = 0,
) -> Document:
    """`most`: entries that a translation's list must have for it, filled up with ones that say nothing."""
    before = Places(document)
    has_ids = hasattr(before.at(shelf)[0], "id")
    expected = change(list(before.at(shelf)))
    made = copy.deepcopy(document)
    for place in [*_translations(before, shelf), shelf]:
        raw, where = open_list(made, place)
        if place != shelf and has_ids and _is_named(raw):
            continue
        if place != shelf:
            while len(where) < most:
                where.append(len(raw))
                raw.append({})
        change_raw(raw, where)
    if Places(made).at(shelf) != expected:
        raise NoRoom(shelf)
    return made


def _entry(places: Places, pointer: str) -> tuple[str, int]:
    shelf, _, last = pointer.rpartition("/")
    try:
        found, entries = places.at(pointer), places.at(shelf)
    except LookupError:
        raise NoSuchEntry(pointer) from None
    if not isinstance(entries, list) or found is None:
        raise NoSuchEntry(pointer)
    return shelf, int(last)


def open_list(document: Document, shelf: str) -> tuple[list[Any], list[int]]:
    """The document's own list, and where in it the entries are that are read of it. A map, or the one entry that stands
    in a list's place, is made a list first: as it is read."""
    places = Places(document)
    raw = places.raw(shelf)
    if not isinstance(raw, list) or places.own_place(shelf) is None:
        listed = (
            [{"id": key, **one} if isinstance(one, dict) else one for key, one in raw.items()]
            if isinstance(raw, dict)
            else [] if raw is None else [raw]
        )  # fmt: skip
        try:
            places.write(shelf, listed)
        except LookupError:
            raise NoRoom(shelf) from None
        places = Places(document)
        raw = places.raw(shelf)
    if not isinstance(raw, list):
        raise NoRoom(shelf)
    where = []
    for number in range(len(places.at(shelf))):
        place = places.own_place(f"{shelf}/{number}")
        if place is None or not (last := place.rpartition("/")[2]).isdigit():
            raise NoRoom(shelf)
        where.append(int(last))
    return raw, where


def _is_named(raw: list[Any]) -> bool:
    """Whether entries are found by their ids, wherever they stand."""
    return all(isinstance(one, dict) and one.get("id") for one in raw)


def _translations(places: Places, shelf: str) -> list[str]:
    """Where each translation has its words for the entries of a list."""
    found = []
    for number, one in enumerate(places.content.translations):
        place = counterpart(places.content, one, f"/translations/{number}", shelf.split("/")[1:])
        if place is not None and places.own_place(place) is not None:
            found.append(place)
    return found


def counterpart(own: Any, other: Any, place: str, steps: list[str]) -> str | None:
    """The way through a translation that leads where `steps` lead through the content."""
    for step in steps:
        if isinstance(own, list):
            entry = own[int(step)]
            if isinstance(entry, PageContent):
                path = _path(own, entry)
                said = next((one for one in other if page_path(one.path) == path), None)
            else:
                said = matching(other)(entry, int(step))
            if said is None:
                return None
            number = next(place for place, one in enumerate(other) if one is said)
            own, other, place = entry, said, f"{place}/{number}"
        else:
            own, other = getattr(own, step), getattr(other, step, None)
            place = f"{place}/{step}"
            if other is None:
                return None
    return place


def _path(pages: list[PageContent], page: PageContent) -> str | None:
    return "/" if not page.path and page is pages[0] else page_path(page.path)
