"""The design tokens of a draft, read in any of their spellings and written in the plain one. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from renderer.themes.contract.tokens import DesignTokens
from renderer.themes.decode import decode, mark_text
from renderer.themes.repair import Repairs, unescape_step
from renderer.themes.token_names import Given, read_tokens

_UNDER = "/design_tokens"
_ROUNDS = 6


def tokens_of(text: str | None) -> dict[str, Any]:
    """What is read of the column, in the plain form: `{"color": {"primary": "#0b6e6e"}, "scheme": "klinik"}`."""
    return _plain(_read(_document(text)))


def with_tokens(text: str | None, changed: Mapping[str, Any]) -> str | None:
    """The column with other tokens; None takes one away. What no theme reads of the document stays in it.

    None where nothing is left.
    """
    document = _document(text)
    wanted = {name: value for name, value in {**tokens_of(text), **changed}.items() if value}
    others = {name: value for name, value in document.items() if name not in DesignTokens.model_fields}
    for _ in range(_ROUNDS):
        given = _read({**others, **wanted})
        if _plain(given) == wanted:
            break
        # What a new token left uncovered, or is read in its place.
        found = {unescape_step(place.split("/")[2]) for place in given.places.values() if place.count("/") >= 2}
        if not found & others.keys():
            others = {}
            break
        others = {name: value for name, value in others.items() if name not in found}
    else:
        others = {}
    written = {**others, **wanted}
    return json.dumps(written, ensure_ascii=False) if written else None


def _document(text: str | None) -> dict[str, Any]:
    value, _ = decode(text, clean=mark_text)
    return value if isinstance(value, dict) else {}


def _read(document: dict[str, Any]) -> Given:
    return read_tokens(document, _UNDER, Repairs())


def _plain(given: Given) -> dict[str, Any]:
    read: dict[str, Any] = given.tokens.model_dump(exclude_none=True)
    return {name: value for name, value in read.items() if value}
