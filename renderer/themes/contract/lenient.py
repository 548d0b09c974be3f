"""Reading a model out of anything: a wrong value is taken out, reported, and its default stands.

pydantic names every wrong value of a document in one pass; those are removed from a copy and the rest is read again,
so a model never needs to know about tolerance and a list loses one item instead of all.
"""

import re
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from renderer.themes.repair import Repairs, from_steps

_ROUNDS = 6
MOST_ITEMS = 300
_NOTHING = frozenset({"", "none", "null", "undefined", "nan", "n/a", "[object object]", "-", "todo", "tbd"})
_GONE = object()


class Lenient(BaseModel):
    """Unknown keys are ignored, camelCase is read as snake_case, and plain text may stand for an object."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True, populate_by_name=True)
    text_means: ClassVar[str | None] = None
    """The field that a plain string in place of the object fills."""
    untranslated: ClassVar[frozenset[str]] = frozenset()
    """Fields whose text is in the site's own language; an instance of a translation has its own."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if isinstance(value, str | int | float) and not isinstance(value, bool) and cls.text_means:
            return {cls.text_means: value}
        if not isinstance(value, dict):
            raise ValueError("expected an object")
        return {_snake(key): item for key, item in value.items() if item is not None}

    @classmethod
    def empty(cls) -> Self:
        return cls.model_validate({})


def says_nothing(text: str) -> bool:
    """True for words that only say that there is none: `None`, `undefined`, `n/a`."""
    return text.strip().casefold() in _NOTHING


def _text_of(most: int, nothing: frozenset[str] = _NOTHING) -> BeforeValidator:
    """Text or a number as text, cut at `most` characters; words that only say "nothing" become None."""

    def read(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, str | int | float | None):
            raise ValueError("expected text")
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = str(value)[:most].strip()
        return None if text.casefold() in nothing else text

    return BeforeValidator(read)


def _as_list(value: Any) -> Any:
    """A list as it is; a map becomes the list of its values, each with its key as `id`."""
    if value is None:
        return []
    if isinstance(value, dict):
        pairs = islice(value.items(), MOST_ITEMS)
        return [{"id": key, **item} if isinstance(item, dict) else item for key, item in pairs]
    return value[:MOST_ITEMS] if isinstance(value, list | tuple) else [value]


def _drop_empty(value: list[Any]) -> list[Any]:
    return [item for item in value if item is not None]


T = TypeVar("T")
Text = Annotated[str | None, _text_of(20_000)]
ShortText = Annotated[str | None, _text_of(1_000)]
# Where "none" is a choice like any other.
Word = Annotated[str | None, _text_of(100, _NOTHING - {"none"})]
if TYPE_CHECKING:
    Listed = list[T]
    ListedText = list[str]
else:
    Listed = Annotated[list[T | None], BeforeValidator(_as_list), AfterValidator(_drop_empty)]
    ListedText = Listed[ShortText]

M = TypeVar("M", bound=Lenient)


def read_model(model: type[M], raw: Any, under: str, repairs: Repairs) -> M:
    """Read `model` from `raw`; whatever is wrong is left out and reported with a pointer below `under`."""
    if raw is None:
        return model.empty()
    if not isinstance(raw, dict):
        repairs.add(under, "expected an object")
        return model.empty()
    for _ in range(_ROUNDS):
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False, include_input=False)
        copy = raw
        for problem in problems:
            copy, where = _without(copy, problem["loc"])
            repairs.add(from_steps(under, where), _say(problem["msg"]))
        raw = copy if isinstance(copy, dict) else {}
    repairs.add(under, "could not be read")
    return model.empty()


def _say(message: str) -> str:
    return message.removeprefix("Value error, ")


def _snake(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|-", "_", key).lower() if not key.islower() or "-" in key else key


def _without(raw: Any, steps: tuple[str | int, ...]) -> tuple[Any, list[str | int]]:
    """A copy of `raw` without the value at `steps`, and the steps as the document itself spells them.

    In a list None takes its place, so that the other indices hold.

    The copy is shallow along the path only. Steps that name no value (a validator's own name) end the path there.
    """
    if not steps:
        return None, []
    step, rest = steps[0], steps[1:]
    key: Any
    if isinstance(raw, dict):
        key = _key(raw, step)
        if key is _GONE:
            return None, []
        if not rest and isinstance(step, str):
            return {other: item for other, item in raw.items() if other != key}, [key]
        inner, where = _without(raw[key], rest)
        return {**raw, key: inner}, [key, *where]
    if isinstance(raw, list | tuple):
        if not isinstance(step, int) or step >= len(raw):
            return None, []
        inner, where = _without(raw[step], rest)
        return [*raw[:step], inner, *raw[step + 1 :]], [step, *where]
    return None, []


def _key(raw: dict[str, Any], step: str | int) -> Any:
    if isinstance(step, int):
        return list(raw)[step] if step < len(raw) else _GONE
    if step in raw:
        return step
    return next((key for key in raw if _snake(key) == step), _GONE)
