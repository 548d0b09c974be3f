"""Which sections stand on which page, in which order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

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
class Standing:
    """An entry of components_config with its pointer."""

    pointer: str
    component: Component


NOWHERE = Standing("/components_config", Component.empty())
"""Where what the template's defaults add stands: nobody wrote it."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A section where it stands. `pointer` is its content's place, `standing` its component's, as the models count."""

    kind: str
    html_id: str
    content: SectionContent
    component: Component
    pointer: str
    standing: str
    over: SectionContent | None = None
    """What a translation says in place of `content`."""


@dataclass(frozen=True, slots=True)
class PagePlan:
    """`index` is the page's place in generated_content; -1 where it has none."""

    path: str
    content: PageContent
    sections: tuple[Placed, ...]
    index: int


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
    content: Content, components: Sequence[Standing], defaults: Iterable[str], repairs: Repairs
) -> tuple[PagePlan, ...]:
    """Home first, always there; any other page exists when something stands on it."""
    pages: dict[str, tuple[int, PageContent]] = {}
    for index, page in enumerate(content.pages):
        path = page_path(page.path) if page.path or index else "/"
        under = f"/generated_content/pages/{index}"
        if path is None or path in pages:
            repairs.add(f"{under}/path", "not a path of a page, reserved, or twice")
        elif index >= MOST_PAGES:
            repairs.add(under, f"more than {MOST_PAGES} pages; left out")
        else:
            pages[path] = (index, page)
    pages.setdefault("/", (-1, PageContent.empty()))
    for one in components:
        if page_path(one.component.page) not in pages:
            repairs.add(f"{one.pointer}/page", "no such page; left out")
    plans = []
    for path, (index, page) in sorted(pages.items(), key=lambda entry: (entry[0] != "/", entry[1][0])):
        if components:
            placed = _by_components(path, index, page, components, repairs)
        else:
            placed = _by_default(index, page, tuple(defaults) if path == "/" else None, repairs)
        for one_ in placed[MOST_SECTIONS:]:
            repairs.add(one_.pointer, f"more than {MOST_SECTIONS} sections on a page; left out")
        if placed or path == "/":
            plans.append(PagePlan(path, page, tuple(_unique_ids(placed[:MOST_SECTIONS])), index))
        else:
            repairs.add(f"/generated_content/pages/{index}", "nothing stands on this page; left out")
    return tuple(plans)


def _by_components(
    path: str, page: int, content: PageContent, components: Sequence[Standing], repairs: Repairs
) -> list[Placed]:
    by_id: dict[str, int] = {}
    by_type: dict[str, list[int]] = {}
    for number, section in enumerate(content.sections):
        kind = type_name(section.type)
        if section.id in by_id:
            repairs.add(_pointer(page, number) + "/id", "a second section with this id; left out")
        elif section.id:
            by_id[section.id] = number
        elif kind:
            by_type.setdefault(kind, []).append(number)
    placed: list[Placed] = []
    for one in components:
        component = one.component
        if page_path(component.page) != path:
            continue
        where = by_id.get(component.id or "")
        kind = type_name(component.type) or (type_name(content.sections[where].type) if where is not None else None)
        if kind is None:
            repairs.add(f"{one.pointer}/type", "unknown component type; left out")
            continue
        if where is None and not component.id and by_type.get(kind):
            where = by_type[kind].pop(0)
        if where is None and kind not in FROM_SITE:
            repairs.add(one.pointer, "no section with this id on its page; left out")
            continue
        if kind in FROM_SITE and any(other.kind == kind for other in placed):
            repairs.add(one.pointer, f"a second {kind} on one page; left out")
            continue
        if component.type and type_name(component.type) is None:
            repairs.add(f"{one.pointer}/type", f"unknown component type; drawn as {kind}")
        if component.visible:
            section = content.sections[where] if where is not None else SectionContent.empty()
            placed.append(_placed(kind, section, one, page, where))
    return placed


def _by_default(page: int, content: PageContent, defaults: tuple[str, ...] | None, repairs: Repairs) -> list[Placed]:
    """The template's order: a default draws the sections whose type or id is that name, or whose id begins with it.

    Pages other than home keep the order of their content. A default that
    lives from the site's facts stands without content.
    """
    rows = [(number, section, type_name(section.type)) for number, section in enumerate(content.sections)]
    placed: list[Placed] = []
    taken: set[int] = set()
    if defaults is None:
        once: set[str] = set()
        for number, section, kind in rows:
            if kind and not (kind in FROM_SITE and kind in once):
                placed.append(_placed(kind, section, NOWHERE, page, number))
                taken.add(number)
                once.add(kind)
    for default in dict.fromkeys(defaults or ()):
        wanted = type_name(default)
        if wanted is None:
            continue
        found = False
        for number, section, kind in rows:
            if found and wanted in FROM_SITE:
                break
            if number not in taken and (kind == wanted or (kind is None and _named(section.id or "", default))):
                placed.append(_placed(wanted, section, NOWHERE, page, number))
                taken.add(number)
                found = True
        if not found and wanted in FROM_SITE:
            placed.append(_placed(wanted, SectionContent.empty(), NOWHERE, page, None))
    for number, _, kind in rows:
        if number in taken:
            continue
        if kind is None:
            repairs.add(_pointer(page, number) + "/type", "unknown section type; left out")
        elif kind in FROM_SITE:
            repairs.add(_pointer(page, number), f"a second {kind} on one page; left out")
        else:
            repairs.add(_pointer(page, number), "not among the template’s default sections; left out")
    return placed


def _pointer(page: int, number: int) -> str:
    return f"/generated_content/pages/{page}/sections/{number}"


def _named(own: str, default: str) -> bool:
    return own == default or own.startswith(default + "-")


def _placed(kind: str, section: SectionContent, one: Standing, page: int, number: int | None) -> Placed:
    name = html_id(section.id or one.component.id, kind)
    pointer = _pointer(page, number) if number is not None else one.pointer
    return Placed(kind, name, section, one.component, pointer, one.pointer)


def _unique_ids(placed: list[Placed]) -> Iterable[Placed]:
    seen: set[str] = {"main", "top"}
    if not any(one.kind == "hero" for one in placed):
        seen |= {"hero", "hero-h"}  # the page gets one of its own
    for one in placed:
        name, count = one.html_id, 2
        while name in seen or f"{name}-h" in seen:  # the second is its heading's
            name = f"{one.html_id}-{count}"
            count += 1
        seen |= {name, f"{name}-h"}
        yield replace(one, html_id=name)
