"""How a site is found and shared: title, description, picture, and what search engines may do. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from renderer.drafts.merge import read
from renderer.themes.contract.spelling import snake
from renderer.themes.found.indexing import site_robots
from renderer.themes.pictures.rules import Pictures

MOST = {"title": 70, "description": 160, "picture": 500}
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
    wrong = {name: "too_long" for name, most in MOST.items() if len(getattr(found, name)) > most}
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


def _config(text: str | None) -> tuple[dict[str, Any], Any]:
    """The document, and what it says of robots."""
    config = read(text) if text else {}
    if not isinstance(config, dict):
        return {}, None
    return config, next((value for key, value in config.items() if snake(key) == "robots"), None)
