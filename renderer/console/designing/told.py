"""Differences between a draft and what is live, in words: where, what, and both values. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from renderer.console.designing.looks import named
from renderer.console.words import Words
from renderer.drafts import Difference
from renderer.themes import Themes
from renderer.themes.contract.spelling import snake
from renderer.themes.decode import clean_text, decode
from renderer.themes.repair import unescape_step

MOST_NAMES = 5_000
_UNSAID = frozenset({"id", "type", "provenance", "src"})
"""Of a document, what is for programs."""
MOST_VALUE = 140
_NAMES = ("title", "heading", "name", "label")


@dataclass(frozen=True, slots=True)
class Told:
    """`live` and `draft` are None where there is nothing, or nothing that a person reads."""

    where: str
    what: str
    live: str | None
    draft: str | None


def tell(
    differences: Iterable[Difference], documents: Iterable[str | None], words: Words, themes: Themes, theme: str | None
) -> list[Told]:
    """`documents` are the live and the drafted content, which know what sections and things are called; `theme` is the
    draft's."""
    names: dict[str, str] = {}
    for document in documents:
        _learn(decode(document)[0], names)
    return [_told(one, names, words, themes, theme) for one in differences]


def _told(one: Difference, names: Mapping[str, str], words: Words, themes: Themes, theme: str | None) -> Told:
    column, *steps = [unescape_step(step) for step in one.pointer.split("/")[1:]]
    live, draft = _value(one.live), _value(one.draft)
    where = _word(words, f"column_{column}", column)
    if column == "template_id":
        live, draft = (themes.get(value).name if value in themes else value for value in (live, draft))
    elif column == "template_variant":
        variants = themes.get(theme).manifest.variants
        live, draft = (_named(variants, value, words.language) for value in (live, draft))
    elif column == "design_tokens" and steps == ["scheme"]:
        schemes = themes.get(theme).manifest.schemes
        live, draft = (_named(schemes, value, words.language) for value in (live, draft))
    elif column == "components_config" and not steps:
        return Told(where, words["told_order"], None, None)
    return Told(where, _path(steps, names, words), _shown(live, words), _shown(draft, words))


def _path(steps: list[str], names: Mapping[str, str], words: Words) -> str:
    """`pages /menu sections menu-1 items teh price` → `/menu › Menu › Es teh › harga`."""
    said = []
    for place, step in enumerate(steps, 1):
        field = snake(step)
        if step == "/":
            said.append(words["told_home"])
        elif step in names:
            said.append(names[step])
        elif f"field_{field}" in words:
            said.append(words[f"field_{field}"])
        elif place == len(steps):
            said.append(step[:60])
    return " › ".join(said)


def _learn(value: Any, names: dict[str, str]) -> None:
    """What the entries of a document are called, by their ids or the keys of a map."""
    waiting = [(value, "")]
    while waiting and len(names) < MOST_NAMES:
        node, own = waiting.pop()
        if isinstance(node, list):
            waiting += [(entry, "") for entry in reversed(node)]
        elif isinstance(node, dict):
            name = next((node[one] for one in _NAMES if isinstance(node.get(one), str) and node[one].strip()), None)
            known = node["id"] if isinstance(node.get("id"), str) else own
            if known and name:
                names.setdefault(known, clean_text(" ".join(name.split()))[:60])
            waiting += [(entry, inner) for inner, entry in reversed(node.items()) if isinstance(entry, (dict, list))]


def _word(words: Words, key: str, otherwise: str) -> str:
    return words[key] if key in words else otherwise  # noqa: SIM401 - words are no mapping


def _named(options: Mapping[str, Any], key: str | None, language: str) -> str | None:
    return named(options[key].name, language) if key is not None and key in options else key


def _value(text: str | None) -> str | None:
    return None if text is None else clean_text(" ".join(text.split()))


def _shown(text: str | None, words: Words) -> str | None:
    if not text:
        return None
    if text in ("true", "false"):
        return words[f"told_{text}"]
    if text[0] in "{[":
        return _reading(text)
    return text if len(text) <= MOST_VALUE else text[: MOST_VALUE - 1] + "…"


def _reading(text: str) -> str | None:
    """What a person would read of a document that differs as a whole; it may have been cut."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    said: list[str] = []
    waiting = [value]
    while waiting and len(said) < 5:
        node = waiting.pop()
        if isinstance(node, str):
            said.append(node)
        elif isinstance(node, dict):
            waiting += [one for key, one in reversed(node.items()) if snake(key) not in _UNSAID]
        elif isinstance(node, list):
            waiting += reversed(node)
    return ", ".join(said)[:MOST_VALUE] or None
