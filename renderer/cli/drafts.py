"""A draft: one JSON document with a site's columns, from a file or standard input, and the site it describes."""

import json
import sys
from dataclasses import MISSING, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from renderer import respond
from renderer.settings import Settings
from renderer.themes import SiteSource, Themes
from renderer.themes.decode import MAX_NODES, MAX_TEXT, decode

JSON_COLUMNS = ("config", "design_tokens", "generated_content", "components_config", "css_variables",
                "available_color_schemes")  # fmt: skip
# What has a default is the operator's to say, not a row's.
_COLUMNS = frozenset(field.name for field in fields(SiteSource) if field.default is field.default_factory is MISSING)
_INSIDE = frozenset({"pages", "site", "language", "sections"})
"""Keys of generated_content: where they stand at the top, the columns were forgotten."""
_DEEPEST = 600
"""Levels of a draft: its columns are written out again by `json.dumps`, which recurses."""


class DraftError(Exception):
    """A document that is no draft; str() says what is wrong and what was expected."""


def read_text(name: str) -> str:
    """The text of a file, or of standard input for `-`. Raises DraftError."""
    if name == "-":
        raw = sys.stdin.buffer.read(4 * MAX_TEXT + 1)
    else:
        with Path(name).open("rb") as file:
            raw = file.read(4 * MAX_TEXT + 1)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(raw) <= 4 * MAX_TEXT:
            raise DraftError(f"not UTF-8 text: {error.reason} at byte {error.start}") from None
        text = raw.decode("utf-8-sig", "replace")
    if len(text) > MAX_TEXT:
        raise DraftError(f"too large: more than {MAX_TEXT:,} characters")
    return text


def read_draft(text: str) -> tuple[dict[str, Any], list[str]]:
    """The columns of a draft, and remarks on what is likely meant otherwise. Raises DraftError."""
    document, lost = decode(text, max_nodes=4 * MAX_NODES, max_depth=_DEEPEST)
    if lost == "not JSON" or not text.strip():
        raise DraftError(_why_not_json(text))
    if not isinstance(document, dict):
        raise DraftError(f"expected an object with the columns of a site, found {_called(document)}")
    known = [key for key in document if key in _COLUMNS]
    if not known and _INSIDE & set(document):
        raise DraftError('this is generated_content itself: put it under that key, as {"generated_content": {…}}')
    if not known:
        raise DraftError(
            "no column of a site in it: expected an object with generated_content, and where there are any "
            "design_tokens, components_config, config, template_id, template_variant, title"
        )
    remarks = [lost] if lost else []
    for key in document:
        near = get_close_matches(key, _COLUMNS, n=1, cutoff=0.75) if key not in _COLUMNS else []
        if near:
            remarks.append(f"{key}: no column of a site; ignored ({near[0]} was meant?)")
    return document, remarks


def draft_source(document: dict[str, Any], settings: Settings, themes: Themes) -> SiteSource:
    """The row that a draft describes; what it does not say is what a new site would have."""
    subdomain = _text(document, "subdomain") or "draft"
    row: dict[str, Any] = dict.fromkeys(_COLUMNS)
    for name in _COLUMNS:
        if name in JSON_COLUMNS and name in document:
            row[name] = json.dumps(document[name])
        elif name not in JSON_COLUMNS:
            row[name] = _text(document, name)
    sections = document.get("default_sections")
    row.update(
        id=_id(row["id"], subdomain),
        subdomain=subdomain,
        template_id=row["template_id"] or themes.get(None).id,
        updated_at=None,
        default_sections=tuple(one for one in sections if isinstance(one, str)) if isinstance(sections, list) else None,
        base_url=settings.origin(f"{subdomain}.{settings.server.base_domains[0]}"),
    )
    return SiteSource(**row, images=respond.image_rules(settings))


def _text(document: dict[str, Any], name: str) -> str | None:
    value = document.get(name)
    return value if isinstance(value, str) and value else None


def _id(text: str | None, subdomain: str) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        return uuid5(NAMESPACE_URL, subdomain)  # drawings are seeded by it: the same draft looks the same each time


def _why_not_json(text: str) -> str:
    if not text.strip():
        return "empty: expected a JSON object with the columns of a site"
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
    except (ValueError, RecursionError) as error:
        return f"not JSON that can be read: {type(error).__name__}"
    return "not JSON"


def _called(value: Any) -> str:
    return "an array" if isinstance(value, list) else "nothing" if value is None else f"a {type(value).__name__}"
