"""How a site is found and shared: title, description, picture, and what search engines may do. Pure."""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from renderer.console.editing.places import Places
from renderer.drafts.merge import read
from renderer.themes.contract.content import PageContent
from renderer.themes.contract.spelling import snake
from renderer.themes.found.indexing import site_robots
from renderer.themes.pictures.rules import Pictures
from renderer.themes.plan import page_path

Document = dict[str, Any]
MOST = {"title": 70, "description": 160, "picture": 500, "nav": 24}
_OF_PAGES = ("title", "description", "nav")
MOST_LINES = 50
MOST_ROBOTS = 4_000
_COLUMNS = {"title": "seo_title", "description": "seo_description", "picture": "og_image_url"}


@dataclass(frozen=True, slots=True)
class Found:
    """As a form has it. `lines` are the owner's own for robots.txt."""

    title: str = ""
    description: str = ""
    picture: str = ""
    hidden: bool = False
    lines: str = ""


def found_of(values: Mapping[str, Any]) -> Found:
    """Of the columns of a draft. Raises drafts.merge.Unmergeable where its settings cannot be read."""
    texts = {name: values[column] or "" for name, column in _COLUMNS.items()}
    robots = site_robots(_config(values["config"])[1], is_protected=False)
    return Found(**texts, hidden=not robots.index, lines="\n".join(robots.lines))


def wrong_with(found: Found, pictures: Pictures) -> dict[str, str]:
    """Field → a word of what is wrong with it."""
    wrong = {name: "too_long" for name in _COLUMNS if len(getattr(found, name)) > MOST[name]}
    if found.picture and "picture" not in wrong and pictures.vet(found.picture) is None:
        wrong["picture"] = "picture_foreign"
    lines = [line for line in found.lines.splitlines() if line.strip()]
    robots = site_robots(found.lines, is_protected=False)
    if len(found.lines) > MOST_ROBOTS or len(lines) > MOST_LINES:
        wrong["lines"] = "too_long"
    elif lines and not robots.index:
        wrong["lines"] = "robots_closed"
    elif len(robots.lines) != len(lines):
        wrong["lines"] = "robots_lines"
    return wrong


def columns_of(values: Mapping[str, Any], found: Found) -> dict[str, Any]:
    """Columns that change. What else the settings say stays. Raises drafts.merge.Unmergeable."""
    changed: dict[str, Any] = {
        column: getattr(found, name) or None
        for name, column in _COLUMNS.items()
        if getattr(found, name) != (values[column] or "")
    }
    config, stated = _config(values["config"])
    before = site_robots(stated, is_protected=False)
    if (found.hidden, found.lines) != (not before.index, "\n".join(before.lines)):
        words = ["noindex"] * found.hidden + ["nofollow"] * (not before.follow and found.hidden)
        said = "\n".join(filter(None, (", ".join(words), found.lines)))
        rest = {key: value for key, value in config.items() if snake(key) != "robots"}
        changed["config"] = json.dumps({**rest, "robots": said} if said else rest, ensure_ascii=False)
    return changed


@dataclass(frozen=True, slots=True)
class PageFound:
    """A further page: what it is called, also in the navigation, and what it is about."""

    path: str
    title: str = ""
    description: str = ""
    nav: str = ""


def pages_found(places: Places) -> dict[str, PageFound]:
    """By path; without the home page, which the site's own columns speak for."""
    found: dict[str, PageFound] = {}
    for path, _, page in _pages(places):
        if path != "/":
            found.setdefault(path, PageFound(path, page.title or "", page.description or "", page.nav or ""))
    return found


def pointers(places: Places) -> dict[str, str]:
    """Path → where a page stands in the content; the home page's, too."""
    found: dict[str, str] = {}
    for path, pointer, _ in _pages(places):
        found.setdefault(path, pointer)
    return found


def wrong_with_page(found: PageFound) -> dict[str, str]:
    wrong = {name: "too_long" for name in _OF_PAGES if len(getattr(found, name)) > MOST[name]}
    return wrong if found.title else {**wrong, "title": "needed"}


def column_of_page(document: Document, found: PageFound) -> str:
    """The content with what a page is called. Raises LookupError where there is no such page, or it cannot be written
    as it stands, and ValueError for what would be read as nothing."""
    places = Places(document)
    pointer, before = pointers(places).get(found.path), pages_found(places).get(found.path)
    if pointer is None or before is None:
        raise LookupError(found.path)
    made = copy.deepcopy(document)
    for name in _OF_PAGES:
        if getattr(found, name) != getattr(before, name):
            Places(made).write(f"{pointer}/{name}", getattr(found, name))
    if pages_found(Places(made)).get(found.path) != found:
        raise ValueError(found.path)
    return json.dumps(made, ensure_ascii=False)


def _pages(places: Places) -> Iterator[tuple[str, str, PageContent]]:
    for number, page in enumerate(places.content.pages):
        path = page_path(page.path) if page.path or number else "/"
        if path is not None:
            yield path, f"/pages/{number}", page


def _config(text: str | None) -> tuple[dict[str, Any], Any]:
    """The document, and what it says of robots."""
    config = read(text) if text else {}
    if not isinstance(config, dict):
        return {}, None
    return config, next((value for key, value in config.items() if snake(key) == "robots"), None)
