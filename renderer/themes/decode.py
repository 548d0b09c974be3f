"""JSON text → plain Python values, whatever the text holds. Never raises.

PostgreSQL stores what `json.loads` chokes on: numbers beyond a float, integers of thousands of digits, arrays nested
thousands deep. Text can also be cut, hold lone surrogates or NUL, or be no JSON at all.
"""

import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from renderer.themes.deep_json import read_deep

Json = None | bool | int | float | str | list[Any] | dict[str, Any]

MAX_TEXT = 4_000_000
"""Characters decoded at most; a longer text is treated as broken."""
MAX_DEPTH = 96
MAX_NODES = 60_000
TEXT_DEPTH = 12_500
"""Of what holds rich text, which is drawn without recursion: a list in a list is four levels, two nodes in arrays."""
POST_NODES = 200_000
"""Of a post: a node of its text is ten values and more."""
MAX_STRING = 100_000
_MAX_DIGITS = 18
_LONGEST_KEY = 500
_TOO_MANY = "too many values; the rest was left out"

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
    text: str | None,
    *,
    max_nodes: int = MAX_NODES,
    max_depth: int = MAX_DEPTH,
    clean: Callable[[str], str] | None = None,
) -> tuple[Json, str | None]:
    """Return the value and, when something was lost on the way, what. Strings go through `clean` (`clean_text`)."""
    if text is None or not text.strip():
        return None, None
    if len(text) > MAX_TEXT:
        return None, "too large to read"
    whole = True
    try:
        try:
            value = _loads(text)
        except RecursionError:
            value, whole = read_deep(text, max_nodes, _loads)
    except ValueError:
        return None, "not JSON"
    pruner = _Pruner(max_nodes, max_depth, clean or clean_text)
    value = pruner.prune(value)
    return value, pruner.lost or (None if whole else _TOO_MANY)


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


class _Pruner:
    """Cuts depth, counts nodes, cleans strings; without recursion."""

    def __init__(self, max_nodes: int, max_depth: int, clean: Callable[[str], str]) -> None:
        self._left = max_nodes - 1
        self._deepest = max_depth
        self._clean = clean
        self._stack: list[tuple[Any, Any]] = []
        self.lost: str | None = None

    def prune(self, value: Any) -> Any:
        top = self._kept(value)
        stack = self._stack
        while stack:
            kept, source = stack[-1]
            if not (self._object(kept, source) if type(kept) is dict else self._array(kept, source)):
                continue  # something inside it was entered
            stack.pop()
            if self._left <= 0 and self.lost == _TOO_MANY:
                break
        return top

    def _object(self, kept: dict[str, Any], source: Iterator[tuple[str, Any]]) -> bool:
        """Whether it was read to its end."""
        for key, item in source:
            if self._left <= 0:
                self.lost = _TOO_MANY
                return True
            self._left -= 1
            if len(key) > _LONGEST_KEY or not key.isprintable() or not key.isascii():
                key = self._clean(key[:_LONGEST_KEY])
            kind = type(item)
            if kind is str and len(item) <= MAX_STRING and item.isascii() and item.isprintable():
                kept[key] = item
            elif kind is dict or kind is list:
                inner = kept[key] = self._kept(item)
                if inner is not None:
                    return False
            else:
                kept[key] = self._kept(item)
        return True

    def _array(self, kept: list[Any], source: Iterator[Any]) -> bool:
        for item in source:
            if self._left <= 0:
                self.lost = _TOO_MANY
                return True
            self._left -= 1
            inner = self._kept(item)
            kept.append(inner)
            if type(inner) is dict or type(inner) is list:
                return False
        return True

    def _kept(self, value: Any) -> Any:
        """What is kept of a value: a scalar as it is, of a container an empty one that is filled next."""
        kind = type(value)
        if kind is str:
            if len(value) > MAX_STRING:
                self.lost = f"a text longer than {MAX_STRING} characters was cut"
                value = value[:MAX_STRING]
            return value if value.isascii() and value.isprintable() else self._clean(value)
        if kind is not dict and kind is not list:
            return value
        if len(self._stack) >= self._deepest:
            self.lost = f"nested deeper than {self._deepest} levels"
            return None
        inner: Any = {} if kind is dict else []
        self._stack.append((inner, iter(value.items() if kind is dict else value)))
        return inner
