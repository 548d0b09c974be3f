"""Reading a model out of anything: a wrong value is taken out, reported, and its default stands.

pydantic names every wrong value of a document in one pass; those are removed from a copy and the rest is read again,
so a model never needs to know about tolerance and a list loses one item instead of all.
"""

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from renderer.themes.contract.spelling import NOTHING, key_of, says_nothing, snake, spell
from renderer.themes.decode import is_seen
from renderer.themes.repair import Repairs, from_steps

_ROUNDS = 6
MOST_ITEMS = 300
LONG, SHORT, WORD = 20_000, 1_000, 100
"""Characters that are read of a text, of a short text, of one word; what is longer is cut."""


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
        return {snake(key): item for key, item in value.items() if item is not None}

    @classmethod
    def empty(cls) -> Self:
        return cls.model_validate({})


class _Reading:
    """What one reading noticed. A strict one makes every loss an error, so that pydantic says where it was."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self.lost = False


def _lose(info: ValidationInfo, message: str) -> None:
    reading = info.context
    if isinstance(reading, _Reading):
        if reading.strict:
            raise ValueError(message)
        reading.lost = True


def _text_of(most: int, nothing: frozenset[str] = NOTHING) -> BeforeValidator:
    """Text or a number as text, cut at `most` characters; words that only say "nothing" become None."""

    longest = max(map(len, nothing))

    def read(value: Any, info: ValidationInfo) -> Any:
        if type(value) is not str:
            if isinstance(value, bool) or not isinstance(value, str | int | float | None):
                raise ValueError("expected text")
            if value is None:
                return None
            if isinstance(value, float) and value.is_integer():
                value = int(value)
            value = str(value)
        text = value.strip()
        if len(text) > most:
            _lose(info, f"longer than {most} characters; cut")
            text = text[:most].strip()
        # Folding never makes a text shorter.
        if (len(text) <= longest and text.casefold() in nothing) or not is_seen(text):
            if text:
                _lose(info, "says nothing; left out")
            return None
        return text

    return BeforeValidator(read)


def _rich(value: Any, info: ValidationInfo) -> Any:
    """Rich text is judged where it is drawn; but a word that only says "nothing" is none."""
    if isinstance(value, str) and says_nothing(value):
        if value.strip():
            _lose(info, "says nothing; left out")
        return None
    return value


def _as_list(value: Any, info: ValidationInfo) -> Any:
    """A list as it is; a map becomes the list of its values, each with its key as `id`."""
    if value is None:
        return []
    if isinstance(value, dict | list | tuple) and len(value) > MOST_ITEMS:
        _lose(info, f"more than {MOST_ITEMS} entries; the rest was left out")
    if isinstance(value, dict):
        pairs = islice(value.items(), MOST_ITEMS)
        return [{"id": key, **item} if isinstance(item, dict) else item for key, item in pairs]
    return value[:MOST_ITEMS] if isinstance(value, list | tuple) else [value]


def _drop_empty(value: list[Any]) -> list[Any]:
    return [item for item in value if item is not None]


T = TypeVar("T")
Text = Annotated[str | None, _text_of(LONG)]
ShortText = Annotated[str | None, _text_of(SHORT)]
# Where "none" is a choice like any other.
Word = Annotated[str | None, _text_of(WORD, NOTHING - {"none"})]
if TYPE_CHECKING:
    Rich = Any
    Listed = list[T]
    ListedText = list[str]
else:
    Rich = Annotated[Any, BeforeValidator(_rich)]
    Listed = Annotated[list[T | None], BeforeValidator(_as_list), AfterValidator(_drop_empty)]
    ListedText = Listed[ShortText]

M = TypeVar("M", bound=Lenient)


def read_model(model: type[M], raw: Any, under: str, repairs: Repairs, *, root: str | None = None) -> M:
    """Read `model` from `raw`; whatever is wrong is left out and reported with a pointer below `under`.

    `root` names the model's one field that the whole of `raw` is read as: a bare list has no name of its own.
    Later repairs may point at fields of the model below `under`: `repairs` learns how the document spells them.
    """
    repairs.learn(under, lambda steps: ())
    if root is not None:
        raw = {root: raw}
    elif raw is None:
        return model.empty()
    elif not isinstance(raw, dict):
        repairs.add(under, "expected an object")
        return model.empty()
    prefix = () if root is None else (root,)
    skip = len(prefix)
    for _ in range(_ROUNDS):
        reading = _Reading(strict=False)
        try:
            read = model.model_validate(raw, context=reading)
        except ValidationError as error:
            copy = raw
            for steps, message in _problems(error):
                where = _where(copy, steps)
                copy = _without(copy, steps, where)
                repairs.add_exact(from_steps(under, where[skip:]), message)
            raw = copy if isinstance(copy, dict) else {}
            continue
        if reading.lost:
            _report_losses(model, raw, under, skip, repairs)
        repairs.learn(under, lambda steps, raw=raw: spell(model, raw, (*prefix, *steps))[skip:])  # type: ignore[misc]
        return read
    repairs.add(under, "could not be read")
    return model.empty()


def _report_losses(model: type[Lenient], raw: dict[str, Any], under: str, skip: int, repairs: Repairs) -> None:
    """Read once more, strictly, to learn where a text or a list was cut."""
    try:
        model.model_validate(raw, context=_Reading(strict=True))
    except ValidationError as error:
        for steps, message in _problems(error):
            repairs.add_exact(from_steps(under, _where(raw, steps)[skip:]), message)


def _problems(error: ValidationError) -> list[tuple[tuple[str | int, ...], str]]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [(problem["loc"], problem["msg"].removeprefix("Value error, ")) for problem in found]


def _where(raw: Any, steps: tuple[str | int, ...]) -> list[str | int]:
    """`steps` as the document itself spells them. Steps that name no value (a validator's own name) end the path."""
    where: list[str | int] = []
    for step in steps:
        key: str | int | None = None
        if isinstance(raw, dict):
            key = key_of(raw, step) if isinstance(step, str) else next(islice(raw, step, None), None)
        elif isinstance(raw, list | tuple) and isinstance(step, int) and step < len(raw):
            key = step
        if key is None:
            break
        where.append(key)
        raw = raw[key]
    return where


def _without(raw: Any, steps: tuple[str | int, ...], where: Sequence[str | int]) -> Any:
    """A copy of `raw` without the value at `where`, which is how the document spells `steps`.

    What `steps` count by index is replaced by None, so that the other indices hold. The copy is shallow along the path.
    """
    if not where:
        return None
    key = where[0]
    if isinstance(raw, dict) and len(steps) == 1 and isinstance(steps[0], str):
        return {other: item for other, item in raw.items() if other != key}
    inner = _without(raw[key], steps[1:], where[1:])
    return {**raw, key: inner} if isinstance(raw, dict) else [*raw[:key], inner, *raw[key + 1 :]]  # type: ignore[operator]
