"""Three-way merge of documents by JSON path, and what two documents differ in. Pure.

Objects are merged key by key, and lists whose entries are objects with ids (or paths) entry by entry: there a place has
a name that both sides mean the same by. Any other list is one value, because a position is no name: merged by position,
two sides that each add an entry would mix theirs. Where both sides changed one value otherwise, there is a conflict.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from math import isfinite
from typing import Any, NoReturn

MOST = 200
"""Differences that are told."""
MOST_DEPTH = 200
"""Of levels: fifty lists in lists. Whoever copies or compares a document goes down its levels by recursion."""


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


NOTHING: Any = _Nothing()
"""The value of a place that a document does not have."""


class Unmergeable(ValueError):
    """A document that does not survive being read and written: numbers that no program holds, or too deep."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`pointer` (RFC 6901) begins with the column; entries of lists are named by their ids. None: nothing there."""

    pointer: str
    live: str | None
    draft: str | None


@dataclass(frozen=True, slots=True)
class Merged:
    value: Any
    conflicts: tuple[Difference, ...]


def read(text: str | None) -> Any:
    """A column's JSON. Raises Unmergeable."""
    if text is None:
        return NOTHING
    try:
        value = json.loads(text, parse_float=_number, parse_constant=_refuse, object_pairs_hook=_object)
    except (ValueError, RecursionError) as fault:
        raise Unmergeable(str(fault)) from None
    if _is_deep(value):
        raise Unmergeable(f"more than {MOST_DEPTH} levels")
    return value


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MOST_DEPTH):
        below = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, (dict, list)))
        level = [entry for entries in below for entry in entries if isinstance(entry, (dict, list))]
        if not level:
            return False
    return True


def merge(base: Any, live: Any, draft: Any, pointer: str = "", keep: str | None = None) -> Merged:
    """`keep` ("live", "draft") decides conflicts; without it they are told, and the value is the live one there."""
    conflicts: list[Difference] = []
    value = _Merge(_Known(base, live, draft), keep, conflicts).merge(base, live, draft, pointer)
    return Merged(value, tuple(conflicts[:MOST]))


def differences(live: Any, draft: Any, pointer: str = "") -> list[Difference]:
    """Where two documents differ: the deepest places that have names."""
    found: list[Difference] = []
    for difference in _differ(_Known(live, draft), live, draft, pointer):
        if len(found) == MOST:
            break
        found.append(difference)
    return found


def told(pointer: str, live: Any, draft: Any) -> Difference:
    return Difference(pointer, _short(live), _short(draft))


class _Known:
    """Digests of what documents are made of: comparing two places takes no walk through what is below them."""

    def __init__(self, *documents: Any) -> None:
        self._digests: dict[int, bytes] = {}
        self._documents = documents  # an id is one only while its object lives
        for document in documents:
            self._read(document)

    def same(self, one: Any, other: Any) -> bool:
        return one is other or self._digest(one) == self._digest(other)

    def _digest(self, value: Any) -> bytes:
        if isinstance(value, (dict, list)):
            return self._digests[id(value)]
        # JSON's true is not its 1.
        return repr(value).encode("utf-8", "surrogatepass")

    def _read(self, value: Any) -> bytes:
        if isinstance(value, dict):
            parts = [
                _said(repr(key).encode("utf-8", "surrogatepass")) + self._read(value[key]) for key in sorted(value)
            ]
        elif isinstance(value, list):
            parts = [self._read(entry) for entry in value]
        else:
            return _said(self._digest(value))
        made = self._digests[id(value)] = _said(type(value).__name__.encode() + b"".join(parts))
        return made


def _said(text: bytes) -> bytes:
    return blake2b(text, digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class _Merge:
    known: _Known
    keep: str | None
    conflicts: list[Difference]

    def merge(self, base: Any, live: Any, draft: Any, pointer: str) -> Any:
        same = self.known.same
        if same(live, draft) or same(base, draft):
            return live
        if same(base, live):
            return draft
        if isinstance(live, dict) and isinstance(draft, dict):
            return self._keys(base if isinstance(base, dict) else {}, live, draft, pointer)
        before, ours, theirs = {} if base is NOTHING else _by_id(base), _by_id(live), _by_id(draft)
        if before is not None and ours is not None and theirs is not None:
            return self._entries(before, ours, theirs, pointer)
        if self.keep is None:
            self.conflicts.append(told(pointer, live, draft))
        return draft if self.keep == "draft" else live

    def _keys(self, base: dict[str, Any], live: dict[str, Any], draft: dict[str, Any], pointer: str) -> dict[str, Any]:
        merged = {}
        for key in dict.fromkeys((*live, *draft)):
            before, ours, theirs = (side.get(key, NOTHING) for side in (base, live, draft))
            value = self.merge(before, ours, theirs, _below(pointer, key))
            if value is not NOTHING:
                merged[key] = value
        return merged

    def _entries(self, base: dict[str, Any], live: dict[str, Any], draft: dict[str, Any], pointer: str) -> list[Any]:
        """Entries in the order of the side that changed it; where both did, of the live one, new ones at their
        neighbours' places."""
        values = self._keys(base, live, draft, pointer)
        ours, theirs = list(live), list(draft)
        common = [key for key in base if key in live and key in draft]
        shared = set(common)
        moved = [key for key in theirs if key in shared] != common
        stayed = [key for key in ours if key in shared] == common
        lead, other = (theirs, ours) if moved and stayed else (ours, theirs)
        # By which entry of the leading side each new one stands; those under "" come first, as no id is empty.
        behind: dict[str, list[str]] = {"": []}
        for key in lead:
            if key in values:
                behind[key] = [key]
        before = ""
        for key in other:
            if key in behind:
                before = key
            elif key in values:
                behind[before].append(key)
        return [values[key] for keys in behind.values() for key in keys]


def _differ(known: _Known, live: Any, draft: Any, pointer: str) -> Iterator[Difference]:
    if known.same(live, draft):
        return
    if isinstance(live, dict) and isinstance(draft, dict):
        for key in dict.fromkeys((*live, *draft)):
            yield from _differ(known, live.get(key, NOTHING), draft.get(key, NOTHING), _below(pointer, key))
        return
    ours, theirs = _by_id(live), _by_id(draft)
    if ours is not None and theirs is not None:
        found = False
        for key in dict.fromkeys((*ours, *theirs)):
            below = _differ(known, ours.get(key, NOTHING), theirs.get(key, NOTHING), _below(pointer, key))
            for difference in below:
                found = True
                yield difference
        if found:
            return
    yield told(pointer, live, draft)


def _by_id(value: Any) -> dict[str, Any] | None:
    """Entries of a list by their ids, where each has one of its own."""
    if not isinstance(value, list):
        return None
    found: dict[str, Any] = {}
    for entry in value:
        name = entry.get("id", entry.get("path")) if isinstance(entry, dict) else None
        if not isinstance(name, str) or not name or name in found:
            return None
        found[name] = entry
    return found


def _below(pointer: str, key: str) -> str:
    return f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"


def _short(value: Any) -> str | None:
    if value is NOTHING or value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:199] + "…"


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value) or Decimal(repr(value)) != Decimal(text):
        raise ValueError(f"a number that no program holds: {text[:40]}")
    return value


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    return dict(pairs)
