"""JSON text → plain Python values, whatever the text holds. Never raises.

PostgreSQL stores what `json.loads` chokes on: numbers beyond a float, integers of thousands of digits, arrays nested
thousands deep. Text can also be cut, hold lone surrogates or NUL, or be no JSON at all.
"""

import json
import math
import re
import unicodedata
from collections.abc import Callable
from typing import Any

Json = None | bool | int | float | str | list[Any] | dict[str, Any]

MAX_TEXT = 4_000_000
"""Characters decoded at most; a longer text is treated as broken."""
MAX_DEPTH = 96
MAX_NODES = 60_000
MAX_STRING = 100_000
_MAX_DIGITS = 18
_LONGEST_KEY = 500
_TOO_MANY = "too many values; the rest was left out"

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Controls, noncharacters, private use; and embeddings, overrides and isolates, which reach beyond their own text where
# they are not closed, and a text may be cut anywhere. Right-to-left scripts need none of them: their letters carry
# their direction (UAX #9), and the marks U+200E, U+200F and U+061C stay.
_NOT_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f"
    "\u202a-\u202e\u2066-\u206f\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\ufffb"
    + "".join(chr(plane * 0x10000 + last) for plane in range(15) for last in (0xFFFE, 0xFFFF))
    + "\U000f0000-\U0010ffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAK = re.compile("[\x85\u2028\u2029]")
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_HEAPED = re.compile(f"({_MARK}{{4}}){_MARK}+")
"""More marks on one letter than any spelling has: they would run into the lines above and below."""
_STRAY = re.compile(f'(?<![^\\s!"$-)+-/:-@\\[-`{{-~])(?:{_MARK}|[\ufe00-\ufe0f\u0591-\u05bd\u064b-\u065f])+')
"""Marks with no letter before them, which stick to whatever the page has there: its own brackets, for one."""
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols, as Unicode has it, that nobody sees."""


def decode(
    text: str | None, *, max_nodes: int = MAX_NODES, clean: Callable[[str], str] | None = None
) -> tuple[Json, str | None]:
    """Return the value and, when something was lost on the way, what. Strings go through `clean` (`clean_text`)."""
    if text is None or not text.strip():
        return None, None
    if len(text) > MAX_TEXT:
        return None, "too large to read"
    lost = None
    try:
        value = _loads(text)
    except RecursionError:
        lost = f"nested deeper than {MAX_DEPTH} levels"
        try:
            value = _loads(_flatten(text))
        except (ValueError, RecursionError):
            return None, "not JSON"
    except ValueError:
        return None, "not JSON"
    pruner = _Pruner(max_nodes, clean or clean_text)
    value = pruner.prune(value, 0)
    return value, lost or pruner.lost


def clean_text(text: str) -> str:
    """Text that can be encoded, shown and kept in its place, in Unicode's normal form C (as HTML asks for)."""
    if text.isascii():
        return _CONTROL.sub("", text) if _CONTROL.search(text) else text
    text = _SURROGATE.sub("\ufffd", text)
    text = _BREAK.sub("\n", _NOT_TEXT.sub("", text))
    return unicodedata.normalize("NFC", _STRAY.sub("", _HEAPED.sub(r"\1", text)))


def is_seen(text: str) -> bool:
    """Whether a reader would see anything: more than spaces, invisible characters, and marks without a letter."""
    if text.isascii():
        return bool((text if text.isprintable() else _CONTROL.sub("", text)).strip())
    return any(unicodedata.category(one)[0] not in "ZCM" and one not in _UNSEEN for one in text)


def mark_text(text: str) -> str:
    """As `clean_text`, but what cannot stand leaves U+FFFD behind: a value with it in it is no value of any grammar."""
    return text if text.isprintable() else _SURROGATE.sub("\ufffd", _NOT_TEXT.sub("\ufffd", text))


def _loads(text: str) -> Any:
    return json.loads(text, parse_int=_integer, parse_float=_number, parse_constant=lambda name: None)


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MAX_DIGITS else None


def _number(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) and abs(number) < 1e18 else None


def _flatten(text: str) -> str:
    """Replace every container below MAX_DEPTH by null, without recursion."""
    kept: list[str] = []
    depth, start = 0, 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "[{":
            depth += 1
            if depth == MAX_DEPTH + 1:
                kept.append(text[start : token.start()] + "null")
        elif mark in "]}":
            if depth == MAX_DEPTH + 1:
                start = token.end()
            depth -= 1
    if depth <= MAX_DEPTH:
        kept.append(text[start:])
    return "".join(kept)


class _Pruner:
    """Cuts depth, counts nodes, cleans strings. Recursion is bounded by MAX_DEPTH."""

    def __init__(self, max_nodes: int, clean: Callable[[str], str]) -> None:
        self.left = max_nodes
        self._clean = clean
        self.lost: str | None = None

    def prune(self, value: Any, depth: int) -> Any:
        self.left -= 1
        kind = type(value)
        if kind is str:
            return self._text(value)
        if kind is not dict and kind is not list:
            return value
        if depth >= MAX_DEPTH:
            self.lost = f"nested deeper than {MAX_DEPTH} levels"
            return None
        return self._object(value, depth + 1) if kind is dict else self._array(value, depth + 1)

    def _text(self, text: str) -> str:
        if len(text) > MAX_STRING:
            self.lost = f"a text longer than {MAX_STRING} characters was cut"
            text = text[:MAX_STRING]
        return text if text.isascii() and text.isprintable() else self._clean(text)

    def _object(self, value: dict[str, Any], depth: int) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for key, item in value.items():
            if self.left <= 0:
                self.lost = _TOO_MANY
                break
            if len(key) > _LONGEST_KEY or not key.isascii() or not key.isprintable():
                key = self._clean(key[:_LONGEST_KEY])
            if type(item) is str:  # most are, and need no further call
                self.left -= 1
                kept[key] = self._text(item)
            else:
                kept[key] = self.prune(item, depth)
        return kept

    def _array(self, value: list[Any], depth: int) -> list[Any]:
        kept: list[Any] = []
        for item in value:
            if self.left <= 0:
                self.lost = _TOO_MANY
                break
            kept.append(self.prune(item, depth))
        return kept
