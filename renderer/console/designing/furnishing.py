"""Whole sections of a site, added and removed: their content, and their place in the order. Pure."""

import json
from typing import Any

from renderer.console.designing.order import MOST_ENTRIES, Arrangement, NoSuchSection
from renderer.console.editing import entries
from renderer.console.editing.entries import NoRoom
from renderer.console.editing.places import Places
from renderer.themes.addresses import language_tag
from renderer.themes.contract.sections import KINDS
from renderer.themes.plan import MOST_SECTIONS, page_path
from renderer.themes.provenance import VOUCHED_TYPES
from renderer.themes.sections import FROM_SITE

Columns = dict[str, str]
_ONCE = FROM_SITE | {"hero", "announcement"}
_UNTITLED = frozenset({"hero", "announcement", "cta", "contact", "channels", "payments"})
"""Types that stand without a heading of their own, or have one by themselves."""


def kinds_to_add(before: Arrangement, document: dict[str, Any], path: str) -> list[str]:
    """Types that a page may have one more of, and that have something to say: channels and ways to pay come from the
    site's facts alone."""
    site = Places(document).content.site
    silent = {kind for kind, said in (("channels", site.channels), ("payments", site.payments)) if not said}
    there = {row.kind for row in before.rows(path)}
    return [kind for kind in KINDS if kind not in silent and not (kind in _ONCE and kind in there)]


def with_section(
    before: Arrangement, document: dict[str, Any], path: str, kind: str, title: str, after: int
) -> tuple[Columns, str]:
    """The columns with one more section on a page, and its pointer. `after` is the place of the row that it follows;
    -1: the last of all. Raises NoSuchSection, and NoRoom where the page or the order is full."""
    if path not in before.pages or kind not in kinds_to_add(before, document, path):
        raise NoSuchSection
    rows = before.rows(path)
    if len(rows) >= MOST_SECTIONS or len(before.entries) >= MOST_ENTRIES:
        raise NoRoom(path)
    places = Places(document)
    number = _page(places, path)
    if number is None:
        document = entries.added(document, "/pages", {"path": path, "sections": []})
        places = Places(document)
        number = len(places.content.pages) - 1
    shelf = f"/pages/{number}/sections"
    taken = [one.id for one in places.at(shelf)] + [str(one.get("id") or "") for one in before.entries]
    name = entries.new_id(kind, taken, kind)
    section = {"id": name, "type": kind, **({"title": title} if kind not in _UNTITLED else {})}
    if kind in VOUCHED_TYPES:
        section["provenance"] = "owner"  # whoever writes here says so
    made = entries.added(document, shelf, section)
    where = next((row.place for row in rows if row.place == after and not row.is_new), len(before.entries) - 1)
    listed = [*before.entries[: where + 1], {"id": name, "type": kind, "page": path}, *before.entries[where + 1 :]]
    return _columns(listed, made), f"{shelf}/{len(places.at(shelf))}"


def without_section(before: Arrangement, document: dict[str, Any], path: str, place: int, is_new: bool) -> Columns:
    """The columns without a row of a page and what it shows; `is_new` for one that stands nowhere yet. What comes from
    the business profile stays there. Raises NoSuchSection."""
    if path not in before.pages:
        raise NoSuchSection
    row = next((one for one in before.rows(path) if one.place == place and one.is_new == is_new), None)
    if row is None:
        raise NoSuchSection
    listed = [one for number, one in enumerate(before.entries) if is_new or number != place]
    if not listed:  # an empty order means the template's
        listed = [{**before.entries[place], "visible": False}]
    number = _page(Places(document), path)
    if row.section is not None and number is not None:
        document = entries.removed(document, f"/pages/{number}/sections/{row.section}")
    return _columns(listed, document)


def language_of(document: dict[str, Any]) -> str:
    """The tag of the site's own language."""
    return language_tag(Places(document).content.language) or "id"


def page_pointer(document: dict[str, Any], path: str) -> str:
    """Where a page's sections are in the content; "" where it has none."""
    number = _page(Places(document), path)
    return "" if number is None else f"/pages/{number}/sections"


def _page(places: Places, path: str) -> int | None:
    pages = places.content.pages
    return next(
        (number for number, page in enumerate(pages) if (page_path(page.path) if page.path or number else "/") == path),
        None,
    )


def _columns(listed: list[dict[str, Any]], document: dict[str, Any]) -> Columns:
    return {
        "components_config": json.dumps(listed, ensure_ascii=False),
        "generated_content": json.dumps(document, ensure_ascii=False),
    }
