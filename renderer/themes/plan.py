"""Which sections stand on which page, in which order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from renderer.themes.contract.components import Component
from renderer.themes.contract.content import Content, PageContent, SectionContent
from renderer.themes.repair import Repairs
from renderer.themes.sections import FROM_SITE, html_id, type_name

_PATH = re.compile(r"^(?:/[A-Za-z0-9~][A-Za-z0-9._~-]{0,80}){1,6}$")
_RESERVED = re.compile(r"^/(?:blog|_[^/]*|\.well-known|robots\.txt|sitemap[^/]*|feed[^/]*|favicon\.ico)(?:/|$)")
_HOME = frozenset({"/", "", "home", "index", "beranda", "/home", "/index", "/beranda"})
MOST_PAGES = 60
MOST_SECTIONS = 40


@dataclass(frozen=True, slots=True)
class Placed:
    """A section where it stands. `pointer` is its place in generated_content; `page` and `index` locate it there."""

    kind: str
    html_id: str
    content: SectionContent
    component: Component
    pointer: str
    page: int
    index: int


@dataclass(frozen=True, slots=True)
class PagePlan:
    path: str
    content: PageContent
    sections: tuple[Placed, ...]


def page_path(text: str | None) -> str | None:
    """`tentang` → `/tentang`; None for what cannot be a page or is the program's own."""
    bare = (text or "").strip()
    if bare.casefold() in _HOME:
        return "/"
    path = "/" + bare.removeprefix("/").removesuffix("/")
    return path if _PATH.match(path) and not is_reserved(path) else None


def is_reserved(path: str) -> bool:
    """Whether a path is the program's own, whatever the case of its letters."""
    return _RESERVED.match(path.casefold()) is not None


def plan_pages(
    content: Content, components: Sequence[Component], defaults: Iterable[str], repairs: Repairs
) -> tuple[PagePlan, ...]:
    """Home first, always there; any other page exists when something stands on it."""
    pages: dict[str, tuple[int, PageContent]] = {}
    for index, page in enumerate(content.pages[:MOST_PAGES]):
        path = page_path(page.path) if page.path or index else "/"
        if path is None or path in pages:
            repairs.add(f"/generated_content/pages/{index}/path", "not a path of a page, reserved, or twice")
            continue
        pages[path] = (index, page)
    pages.setdefault("/", (-1, PageContent.empty()))
    plans = []
    for path, (index, page) in sorted(pages.items(), key=lambda entry: (entry[0] != "/", entry[1][0])):
        placed = _by_components(path, index, page, components, repairs) if components else None
        if placed is None:
            placed = _by_default(index, page, tuple(defaults) if path == "/" else None)
        if placed or path == "/":
            plans.append(PagePlan(path, page, tuple(_unique_ids(placed[:MOST_SECTIONS]))))
    return tuple(plans)


def _by_components(
    path: str, page: int, content: PageContent, components: Sequence[Component], repairs: Repairs
) -> list[Placed]:
    by_id = {section.id: number for number, section in reversed(list(enumerate(content.sections))) if section.id}
    by_type: dict[str, list[int]] = {}
    for number, section in enumerate(content.sections):
        kind = type_name(section.type)
        if kind and not section.id:
            by_type.setdefault(kind, []).append(number)
    placed: list[Placed] = []
    for number, component in enumerate(components):
        if page_path(component.page) != path:
            continue
        under = f"/components_config/{number}"
        where = by_id.get(component.id or "")
        kind = type_name(component.type) or (type_name(content.sections[where].type) if where is not None else None)
        if kind is None:
            repairs.add(f"{under}/type", "unknown component type; left out")
            continue
        if where is None and not component.id and by_type.get(kind):
            where = by_type[kind].pop(0)
        if where is None and kind not in FROM_SITE:
            repairs.add(under, "no section with this id on its page; left out")
            continue
        if kind in FROM_SITE and any(one.kind == kind for one in placed):
            repairs.add(under, f"a second {kind} on one page; left out")
            continue
        if component.visible:
            section = content.sections[where] if where is not None else SectionContent.empty()
            placed.append(_placed(kind, section, component, page, where if where is not None else -1))
    return placed


def _by_default(page: int, content: PageContent, defaults: tuple[str, ...] | None) -> list[Placed]:
    """The template's order: a default draws the sections whose type or id is that name, or whose id begins with it.

    Pages other than home keep the order of their content. A default that
    lives from the site's facts stands without content.
    """
    rows = [(number, section, type_name(section.type)) for number, section in enumerate(content.sections)]
    if defaults is None:
        every = [_placed(kind, section, Component.empty(), page, number) for number, section, kind in rows if kind]
        return [one for one in every if one.kind not in FROM_SITE or one is _first(every, one.kind)]
    placed: list[Placed] = []
    taken: set[int] = set()
    for default in defaults:
        wanted = type_name(default)
        if wanted is None:
            continue
        found = False
        for number, section, kind in rows:
            own = section.id or ""
            if found and wanted in FROM_SITE:
                break
            if number not in taken and (kind == wanted or (kind is None and _named(own, default))):
                placed.append(_placed(wanted, section, Component.empty(), page, number))
                taken.add(number)
                found = True
        if not found and wanted in FROM_SITE:
            placed.append(_placed(wanted, SectionContent.empty(), Component.empty(), page, -1))
    return placed


def _first(placed: list[Placed], kind: str) -> Placed:
    return next(one for one in placed if one.kind == kind)


def _named(own: str, default: str) -> bool:
    return own == default or own.startswith(default + "-")


def _placed(kind: str, section: SectionContent, component: Component, page: int, index: int) -> Placed:
    name = html_id(section.id or component.id, kind)
    return Placed(kind, name, section, component, f"/generated_content/pages/{page}/sections/{index}", page, index)


def _unique_ids(placed: list[Placed]) -> Iterable[Placed]:
    seen: set[str] = {"main", "top"}
    for one in placed:
        name, count = one.html_id, 2
        while name in seen or f"{name}-h" in seen:  # the second is its heading's
            name = f"{one.html_id}-{count}"
            count += 1
        seen |= {name, f"{name}-h"}
        yield Placed(one.kind, name, one.content, one.component, one.pointer, one.page, one.index)
