"""A site's content in another language: its own content with a translation laid over it, text by text.

A translation may say less than the site; what it leaves out stays, and is remembered as untranslated so that it can be
marked with its language. It may not say more: what the site does not have in its own language, a translation cannot
add, and what the owner must vouch for, it cannot change.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from renderer.themes.contract.content import (
    Content,
    Credential,
    PageContent,
    PageTranslation,
    Payments,
    Translation,
)
from renderer.themes.contract.lenient import Lenient
from renderer.themes.plan import PagePlan, page_path
from renderer.themes.repair import Repairs
from renderer.themes.room import Room

M = TypeVar("M", bound=Lenient)

TEXTS = frozenset(
    {
        *("label", "title", "intro", "text", "note", "name", "role", "value", "badge", "duration", "when", "place"),
        *("features", "tagline", "landmark"),
    }
)
"""Fields that a reader reads as words."""
_NEVER = frozenset({"id", "type", "path", "provenance", "language"})
_OWNERS: dict[type[Lenient], frozenset[str]] = {
    Credential: frozenset({"kind", "number"}),
    Payments: frozenset({"qris", "accepted"}),
}


def translated(
    content: Content, plans: Sequence[PagePlan], given: Translation, under: str, repairs: Repairs
) -> tuple[Content, tuple[PagePlan, ...]]:
    """The facts of `content` and its `plans` as `given`, which stands at `under`, says them.

    Pages and sections are matched by path and id. Of a section only the words are noted: they are laid over its own
    when it is drawn, since most of a large site is not.
    """
    pages = {page_path(page.path): (f"{under}/pages/{index}", page) for index, page in enumerate(given.pages)}
    over: dict[int, PageTranslation] = {}
    for index, page in enumerate(content.pages):
        path = page_path(page.path) if page.path or index else "/"
        place, over[index] = pages.pop(path, ("", PageTranslation.empty()))
        _report_strangers(page, over[index], place, repairs)
    if content.pages:
        for place, _ in pages.values():
            repairs.add(place, "no page of the site; left out")
    said = content.model_copy(update={"site": overlay(content.site, given.site, Room())})
    return said, tuple(_plan(plan, content, over) for plan in plans)


def _report_strangers(page: PageContent, over: PageTranslation, under: str, repairs: Repairs) -> None:
    known = {section.id for section in page.sections}
    for index, section in enumerate(over.sections):
        if section.id not in known and not (section.id is None and index < len(page.sections)):
            repairs.add(f"{under}/sections/{index}", "no section of this page; left out")


def _plan(plan: PagePlan, content: Content, pages: Mapping[int, PageTranslation]) -> PagePlan:
    if plan.index not in pages:
        return plan
    page, over = content.pages[plan.index], pages[plan.index]
    title = over.title or page.title
    words = page.model_copy(
        update={
            "title": title,
            "description": over.description,
            "nav": over.nav or (page.nav if not over.title else None),
            "untranslated": frozenset({"title"} if title and not over.title else ()),
        }
    )
    find = matching(over.sections)
    found = {id(section): find(section, index) for index, section in enumerate(page.sections)}
    sections = (replace(placed, over=found.get(id(placed.content))) for placed in plan.sections)
    return replace(plan, content=words, sections=tuple(sections))


def says_something(page: PageTranslation | None) -> bool:
    """Whether a translation has words for a page, so that it is a page in that language and not a copy."""
    return page is not None and bool(page.title or page.description or page.sections)


def overlay(own: M, given: M | None, room: Room) -> M:
    """`own` with everything that `given` states, lists entry by entry; what stays as it was is in `untranslated`.

    Lists end where there is no `room` for more translated entries.
    """
    frozen = _OWNERS.get(type(own), frozenset()) | _NEVER
    stated = given.model_fields_set if given is not None else frozenset()
    update: dict[str, Any] = {}
    missing: list[str] = []
    for name, mine in own:
        other = getattr(given, name) if name in stated else None
        if name in frozen or mine is None or mine == []:
            if name not in frozen and name in TEXTS and other:
                update[name] = other
        elif isinstance(mine, Lenient):
            update[name] = overlay(mine, other if isinstance(other, type(mine)) else None, room)
        elif isinstance(mine, list) and isinstance(mine[0], Lenient):
            update[name] = _list(mine, other if isinstance(other, list) else [], room)
        elif other not in (None, [], ""):
            update[name] = other
        elif mine and name in TEXTS:
            missing.append(name)
    return own.model_copy(update={**update, "untranslated": frozenset(missing)})


def _list(own: Sequence[M], given: Sequence[M], room: Room) -> list[M]:
    find = matching(given)
    return [overlay(entry, find(entry, index), room) for index, entry in enumerate(own[: room.translations(len(own))])]


def matching(given: Sequence[M]) -> Callable[[M, int], M | None]:
    """What is said for an entry: those with an id are matched by it, the others by their place."""
    by_id = {entry_id: entry for entry in given if (entry_id := getattr(entry, "id", None))}

    def find(entry: M, index: int) -> M | None:
        over = by_id.get(getattr(entry, "id", None) or "")
        if over is None and index < len(given) and not getattr(given[index], "id", None):
            over = given[index]
        return over

    return find
