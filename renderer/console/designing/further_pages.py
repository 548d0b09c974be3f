"""Whole pages of a site, added and removed: their content, and what stands on them. Pure."""

import copy
import json
from collections.abc import Collection
from itertools import count
from typing import Any

from renderer.console.designing.findable import pages_found, pointers
from renderer.console.designing.furnishing import Columns
from renderer.console.designing.moving import wrong_with_address
from renderer.console.designing.order import MOST_ENTRIES, Arrangement
from renderer.console.editing import entries, vouches
from renderer.console.editing.entries import NoRoom
from renderer.console.editing.places import Places
from renderer.themes.plan import MOST_PAGES, page_path
from renderer.themes.repair import escape_step

MOST_TITLE = 70


class NoSuchPage(LookupError):
    """Nothing there that can be removed: the home page always stands."""


def with_page(
    before: Arrangement, document: dict[str, Any], title: str, stem: str, taken: Collection[str]
) -> tuple[Columns, str]:
    """The columns with one more page, on which a text is to be written, and the pointer of that. `stem` is the address
    wished for, without its slash; `taken` are those of other pages, in every language. Raises NoRoom."""
    places = Places(document)
    number = len(places.content.pages)
    if number >= MOST_PAGES or len(before.entries) >= MOST_ENTRIES:
        raise NoRoom("/pages")
    wished = (f"/{stem}" if turn == 1 else f"/{stem}-{turn}" for turn in count(1))
    path = next(one for one in wished if not wrong_with_address(one, taken))
    name = entries.new_id("text", [str(one.get("id") or "") for one in before.entries], "text")
    page = {"path": path, "title": title, "sections": [{"id": name, "type": "text", "title": title}]}
    made = entries.added(document, "/pages", page)
    return _columns([*before.entries, {"id": name, "type": "text", "page": path}], made), f"/pages/{number}/sections/0"


def without_page(before: Arrangement, document: dict[str, Any], path: str) -> Columns:
    """The columns without a page, in every language, and without what stood on it. Raises NoSuchPage; LookupError
    or NoRoom where the content cannot be written so."""
    there = Places(document)
    pointer = pointers(there).get(path)
    if pointer is None or path == "/" or path not in before.pages:
        raise NoSuchPage(path)
    made = copy.deepcopy(document)
    number = int(pointer.rpartition("/")[2])
    _drop(made, "/pages", [number])
    for index, spoken in enumerate(there.content.translations):
        said = [place for place, page in enumerate(spoken.pages) if page_path(page.path) == path]
        _drop(made, f"/translations/{index}/pages", said)
    vouches.carry(made, there, "/pages", number)
    vouches.forget_below(made, f"/pages/{escape_step(path)}")
    if list(pages_found(Places(made))) != [one for one in pages_found(there) if one != path]:
        raise LookupError(path)
    listed = [one for one in before.entries if page_path(one.get("page")) != path]
    if not listed:  # an empty order means the template's
        listed = [{"type": "hero", "page": "/", "visible": False}]
    return _columns(listed, made)


def _drop(document: dict[str, Any], shelf: str, numbers: list[int]) -> None:
    if numbers:
        raw, where = entries.open_list(document, shelf)
        for number in reversed(numbers):
            del raw[where[number]]


def _columns(listed: list[dict[str, Any]], document: dict[str, Any]) -> Columns:
    return {
        "components_config": json.dumps(listed, ensure_ascii=False),
        "generated_content": json.dumps(document, ensure_ascii=False),
    }
