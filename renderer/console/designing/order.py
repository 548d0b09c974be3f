"""Which sections stand on which page, in which order, and which are hidden: read as drawn, written as a list. Pure.

A site whose list is empty has its template's order; the first change writes that order down.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from renderer.themes.contract.components import Component, Components
from renderer.themes.contract.content import Content, PageContent
from renderer.themes.contract.lenient import read_model
from renderer.themes.contract.spelling import snake
from renderer.themes.decode import TEXT_DEPTH, clean_text, decode
from renderer.themes.plan import Standing, page_path, plan_pages
from renderer.themes.repair import Repairs
from renderer.themes.sections import type_name

Entry = dict[str, Any]
DEEDS = ("up", "down", "hide", "show", "add")
MOST_ENTRIES = 2_400
_READ = frozenset((*Component.model_fields, "component", "enabled", "from"))


@dataclass(frozen=True, slots=True)
class Row:
    """A section on a page. `place` counts the entries of the whole list; of one that stands nowhere yet (`add`), the
    sections of the page's content, as `section` does of all; None where nothing is written of it."""

    place: int
    kind: str
    title: str
    is_shown: bool
    is_first: bool = False
    is_last: bool = False
    is_new: bool = False
    section: int | None = None


@dataclass(frozen=True, slots=True)
class Arrangement:
    """`pages` by path: the home page first."""

    entries: tuple[Entry, ...]
    pages: Mapping[str, PageContent]

    def rows(self, path: str) -> list[Row]:
        page = self.pages[path]
        by_id = {section.id: section for section in page.sections if section.id}
        nameless = [section for section in page.sections if not section.id]
        here = [(place, one) for place, one in enumerate(self.entries) if page_path(one.get("page")) == path]
        rows = []
        for order, (place, entry) in enumerate(here):
            section = by_id.get(str(entry.get("id") or ""))
            kind = type_name(entry.get("type")) or type_name(section.type if section else None)
            if kind is None:
                continue
            if section is None and not entry.get("id"):
                section = next((one for one in nameless if type_name(one.type) == kind), None)
                nameless = [one for one in nameless if one is not section]
            title = _said(section.title or section.label) if section else ""
            shown = entry.get("visible") is not False
            number = next((place for place, one in enumerate(page.sections) if one is section), None)
            rows.append(Row(place, kind, title, shown, order == 0, order == len(here) - 1, section=number))
        named = {str(one.get("id")) for _, one in here}
        for number, own in enumerate(page.sections):
            kind = type_name(own.type)
            if own.id and own.id not in named and kind:
                rows.append(Row(number, kind, _said(own.title or own.label), False, is_new=True, section=number))
        return rows


class NoSuchSection(ValueError):
    """Nothing there that can be moved so."""


def arrangement(values: Mapping[str, Any], defaults: Sequence[str]) -> Arrangement:
    """`values` are the columns of a draft, `defaults` its template's default sections."""
    content = read_model(Content, decode(values["generated_content"], max_depth=TEXT_DEPTH)[0], "", Repairs())
    raw = decode(values["components_config"])[0]
    if isinstance(raw, dict) and isinstance(raw.get("components"), (list, dict)):
        raw = raw["components"]
    read = read_model(Components, raw, "", Repairs(), root="components").components
    standing = [Standing("", one) for one in read if one.id or one.type]
    plans = plan_pages(content, standing, defaults, Repairs())
    pages = {page_path(page.path) if page.path or index else "/": page for index, page in enumerate(content.pages)}
    placed = {plan.path: plan.content for plan in plans}
    known: dict[str, PageContent] = {path: page for path, page in pages.items() if path is not None}
    known |= placed
    if standing:
        written = [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []
        exact = isinstance(raw, list) and len(raw) == len(written) == len(read)
        entries = [_entry(written[index] if exact else {}, one) for index, one in enumerate(read) if one.id or one.type]
    else:
        entries = [
            {**({"id": one.content.id} if one.content.id else {}), "type": one.kind, "page": plan.path}
            for plan in plans
            for one in plan.sections
        ]
    return Arrangement(tuple(entries[:MOST_ENTRIES]), {"/": known.pop("/", PageContent.empty()), **known})


def rearranged(before: Arrangement, path: str, deed: str, place: int) -> str:
    """The column after a row of the page was moved (`up`, `down`), hidden, shown, or added at its end. Raises
    NoSuchSection."""
    if path not in before.pages or deed not in DEEDS:
        raise NoSuchSection
    rows, entries = before.rows(path), list(before.entries)
    row = next((one for one in rows if one.place == place and one.is_new == (deed == "add")), None)
    if row is None:
        raise NoSuchSection
    if deed == "add":
        entries.append({"id": before.pages[path].sections[place].id, "type": row.kind, "page": path})
    elif deed in ("hide", "show"):
        entries[place] = {**entries[place], "visible": deed == "show"}
    else:
        standing = [one.place for one in rows if not one.is_new]
        other = standing.index(place) + (-1 if deed == "up" else 1)
        if not 0 <= other < len(standing):
            raise NoSuchSection
        there = standing[other]
        entries[place], entries[there] = entries[there], entries[place]
    return json.dumps(entries, ensure_ascii=False)


def _entry(raw: Entry, read: Any) -> Entry:
    """What is read of it, beside what nobody reads."""
    given: Entry = read.model_dump(exclude_none=True)
    if "from_" in given:
        given["from"] = given.pop("from_")
    spare = {name: value for name, value in raw.items() if snake(name) not in _READ}
    # Said by all and left out by us, it would be a change of every section.
    says = any(snake(name) == "visible" for name in raw)
    return {**spare, **{name: value for name, value in given.items() if name != "visible" or says or not value}}


def _said(text: str | None) -> str:
    return clean_text(" ".join((text or "").split()))[:80]
