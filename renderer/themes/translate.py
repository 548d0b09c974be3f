"""A site's content in another language: its own content with a translation laid over it, text by text.

A translation may say less than the site; what it leaves out stays, and is remembered as untranslated so that it can be
marked with its language. It may not say more: what the site does not have in its own language, a translation cannot
add, and what the owner must vouch for, it cannot change.
"""

from collections.abc import Sequence
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
from renderer.themes.plan import page_path
from renderer.themes.repair import Repairs

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


def translated(content: Content, given: Translation, under: str, repairs: Repairs) -> Content:
    """`content` as `given`, which stands at `under`, says it; pages and sections are matched by path and id."""
    pages = {page_path(page.path): (f"{under}/pages/{index}", page) for index, page in enumerate(given.pages)}
    done = []
    for index, page in enumerate(content.pages):
        path = page_path(page.path) if page.path or index else "/"
        place, over = pages.pop(path, ("", PageTranslation.empty()))
        done.append(_page(page, over, place, repairs))
    if content.pages:
        for place, _ in pages.values():
            repairs.add(place, "no page of the site; left out")
    return content.model_copy(update={"site": overlay(content.site, given.site), "pages": done})


def _page(page: PageContent, over: PageTranslation, under: str, repairs: Repairs) -> PageContent:
    known = {section.id for section in page.sections}
    for index, section in enumerate(over.sections):
        if section.id not in known and not (section.id is None and index < len(page.sections)):
            repairs.add(f"{under}/sections/{index}", "no section of this page; left out")
    title = over.title or page.title
    return page.model_copy(
        update={
            "title": title,
            "description": over.description,
            "nav": over.nav or (page.nav if not over.title else None),
            "sections": _list(page.sections, over.sections),
            "untranslated": frozenset({"title"} if title and not over.title else ()),
        }
    )


def says_something(page: PageTranslation | None) -> bool:
    """Whether a translation has words for a page, so that it is a page in that language and not a copy."""
    return page is not None and bool(page.title or page.description or page.sections)


def overlay(own: M, given: M) -> M:
    """`own` with everything that `given` states, lists entry by entry; what stays as it was is in `untranslated`."""
    frozen = _OWNERS.get(type(own), frozenset()) | _NEVER
    update: dict[str, Any] = {}
    for name in type(own).model_fields:
        mine = getattr(own, name)
        if name in frozen or mine is None or mine == []:
            if name not in frozen and name in TEXTS and getattr(given, name):
                update[name] = getattr(given, name)
            continue
        other = getattr(given, name)
        if isinstance(mine, Lenient):
            update[name] = overlay(mine, other if isinstance(other, type(mine)) else type(mine).empty())
        elif isinstance(mine, list) and isinstance(mine[0], Lenient):
            update[name] = _list(mine, other if isinstance(other, list) else [])
        elif name in given.model_fields_set and other not in (None, [], ""):
            update[name] = other
    missing = {name for name in TEXTS & type(own).model_fields.keys() if name not in update and getattr(own, name)}
    return own.model_copy(update={**update, "untranslated": frozenset(missing)})


def _list(own: Sequence[M], given: Sequence[M]) -> list[M]:
    """Entries with an id are matched by it, the others by their place."""
    by_id = {entry_id: entry for entry in given if (entry_id := getattr(entry, "id", None))}
    done = []
    for index, entry in enumerate(own):
        entry_id = getattr(entry, "id", None)
        over = by_id.get(entry_id) if entry_id else None
        if over is None and index < len(given) and not getattr(given[index], "id", None):
            over = given[index]
        done.append(overlay(entry, over if over is not None else type(entry).empty()))
    return done
