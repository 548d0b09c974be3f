"""From a place in a model to the same place in the document, as its writer spelled it.

A list may stand as a map, a name may be an alias or camelCase, plain text may stand for an object: what the models read
as `pages/0/sections/2/title` can be `pages/~1/sections/hero-1/headLine` in the document, and repairs must point there.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AliasChoices, BaseModel

_JOINT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|-")


@lru_cache(maxsize=4096)
def snake(key: str) -> str:
    return _JOINT.sub("_", key).lower() if not key.islower() or "-" in key else key


class Keys:
    """Which keys of a map read as a name. A map is looked through once, and only keys may be taken out of it since."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[dict[str, Any], dict[str, list[str]]]] = {}

    def find(self, raw: dict[str, Any], name: str) -> str | None:
        """The key that reads as `name`: the last one that holds something, since later keys win."""
        if id(raw) not in self._found:
            named: dict[str, list[str]] = {}
            for key in raw:
                named.setdefault(snake(key), []).append(key)
            self._found[id(raw)] = raw, named  # the map is kept, so that no other gets its id
        keys = self._found[id(raw)][1].get(name, ())
        return next((key for key in reversed(keys) if raw.get(key) is not None), None)


def spell(model: type[BaseModel], raw: Any, steps: Sequence[str], keys: Keys) -> list[str | int]:
    """The steps into `raw` that lead where `steps` (fields, indices) lead in the model; as far as the document goes."""
    spelled: list[str | int] = []
    kind: Any = model
    here = False
    for step in steps:
        if here:  # the list is not in the document: its only entry stands in its place
            kind, here = kind[0], False
            continue
        if _is_model(kind) and isinstance(raw, dict):
            key = next((key for name in names_of(kind, step) if (key := keys.find(raw, name)) is not None), None)
            here = key is None and _is_lone(kind, step, raw, keys)
            kind = kind_of(kind, step)
            if here:
                continue
        elif isinstance(kind, list):
            if not isinstance(raw, dict | list):  # one value in place of a list
                kind = kind[0]
                continue
            key = _nth(raw, step, _is_model(kind[0]))
            kind = kind[0]
        else:
            key = _plain(raw, step)
        if key is None:
            break
        spelled.append(key)
        raw = raw[key]
    return spelled


def _is_lone(kind: Any, step: str, raw: dict[str, Any], keys: Keys) -> bool:
    lone = kind.lone
    return lone is not None and step == lone[0] and keys.find(raw, lone[1]) is not None


def _nth(raw: dict[str, Any] | list[Any], step: str, models: bool) -> Any:
    """The key of the n-th entry that was not left out."""
    if not step.isdecimal():
        return None
    pairs = raw.items() if isinstance(raw, dict) else enumerate(raw)
    left = int(step)
    for key, value in pairs:
        if value is None or (not models and says_nothing(value)):
            continue
        if left == 0:
            return key
        left -= 1
    return None


NOTHING = frozenset({"", "none", "null", "undefined", "nan", "n/a", "[object object]", "-", "todo", "tbd"})


def says_nothing(value: Any) -> bool:
    """True for words that only say that there is none: `None`, `undefined`, `n/a`."""
    return isinstance(value, str) and value.strip().casefold() in NOTHING


def _plain(raw: Any, step: str) -> Any:
    if isinstance(raw, dict):
        return step if step in raw else None
    return int(step) if isinstance(raw, list) and step.isdecimal() and int(step) < len(raw) else None


@lru_cache(maxsize=1024)
def names_of(model: type[BaseModel], field: str) -> tuple[str, ...]:
    info = model.model_fields.get(field)
    if info is None:
        return (field,)
    alias = info.validation_alias
    choices = [name for name in alias.choices if isinstance(name, str)] if isinstance(alias, AliasChoices) else []
    return tuple(dict.fromkeys([*choices, field]))


@lru_cache(maxsize=1024)
def kind_of(model: type[BaseModel], field: str) -> Any:
    """A model, a list holding the kind of its entries, or None for plain values."""
    info = model.model_fields.get(field)
    return _inner(info.annotation) if info else None


def _inner(annotation: Any) -> Any:
    if get_origin(annotation) is Annotated:
        return _inner(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        kinds = [_inner(part) for part in get_args(annotation)]
        return next((kind for kind in kinds if kind is not None), None)
    if get_origin(annotation) is list:
        return [_inner(get_args(annotation)[0])]
    return annotation if _is_model(annotation) else None


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
