"""Reading a model out of anything: a wrong value is taken out, reported, and its default stands.

pydantic names every wrong value of a document in one pass; those are removed from a copy and the rest is read again,
so a model never needs to know about tolerance and a list loses one item instead of all.
"""

from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticUseDefault

from renderer.themes.contract.mend import Mending
from renderer.themes.contract.spelling import NOTHING, Keys, says_nothing, snake, spell
from renderer.themes.decode import is_seen
from renderer.themes.repair import Repairs, from_steps

_ROUNDS = 6
_MOST_KEYS = 1_000
_MOST_NAMED = 400
"""Wrong values of a document that are said; `Repairs` keeps a few more."""
MOST_ITEMS = 300
MOST_READ = 10_000
"""Entries read of all lists of a document; what is drawn of it is less."""
LONG, SHORT, WORD = 20_000, 1_000, 100
"""Characters that are read of a text, of a short text, of one word; what is longer is cut."""


class Lenient(BaseModel):
    """Unknown keys are ignored, camelCase is read as snake_case, and plain text may stand for an object."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True, populate_by_name=True)
    text_means: ClassVar[str | None] = None
    """The field that a plain string in place of the object fills."""
    untranslated: ClassVar[frozenset[str]] = frozenset()
    """Fields whose text is in the site's own language; an instance of a translation has its own."""
    lone: ClassVar[tuple[str, str] | None] = None
    """A list, and the field of its entries that may stand here in the list's place: a list of one entry."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, cls):
            return value
        if isinstance(value, str | int | float) and not isinstance(value, bool) and cls.text_means:
            return {cls.text_means: value}
        if not isinstance(value, dict):
            return _refuse(info, "expected an object", {})
        if len(value) > _MOST_KEYS:
            _lose(info, f"more than {_MOST_KEYS} fields; the rest was left out")
        fields = {snake(key): item for key, item in islice(value.items(), _MOST_KEYS) if item is not None}
        if cls.lone and cls.lone[0] not in fields and cls.lone[1] in fields:
            fields[cls.lone[0]] = [{cls.lone[1]: fields[cls.lone[1]]}]
        return fields

    @classmethod
    def empty(cls) -> Self:
        return cls.model_validate({})


class _Reading:
    """What one document's reading noticed. A strict one makes every loss an error: pydantic says where it was.

    Naming a wrong value takes far longer than leaving it out, so beyond a number they are left out unnamed.
    """

    def __init__(self) -> None:
        self.strict = False
        self.lost = False
        self.named = 0
        self._left = MOST_READ

    def begin(self, *, strict: bool = False) -> Self:
        """Read from the beginning, again."""
        self.strict, self.lost, self._left = strict, False, MOST_READ
        return self

    def take(self, wanted: int, info: ValidationInfo) -> int:
        """How many of a list's entries are read; only the first list that is cut for it is named."""
        given = max(0, min(wanted, self._left))
        enough = given == wanted or self._left < 0
        self._left = self._left - given if given == wanted else -1
        if not enough:
            _lose(info, f"more than {MOST_READ} entries in all lists; the rest was left out")
        return given

    def name(self, message: str) -> None:
        """Raises ValueError, as long as so many were not named yet."""
        if self.named < _MOST_NAMED:
            self.named += 1
            raise ValueError(message)


def _lose(info: ValidationInfo, message: str) -> None:
    reading = info.context
    if isinstance(reading, _Reading):
        reading.lost = True
        if reading.strict:
            reading.name(message)


def _refuse(info: ValidationInfo, message: str, instead: Any) -> Any:
    """A wrong value is named, or `instead` stands for it."""
    if not isinstance(info.context, _Reading):
        raise ValueError(message)
    info.context.name(message)
    return instead


def _or_default(value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    try:
        return read(value)
    except ValidationError as error:
        _refuse(info, error.errors(include_url=False, include_context=False)[0]["msg"], None)
        raise PydanticUseDefault from None


def _whole(value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Python's own numbers beyond JSON's are none: `true` is no 1, nor is 1_000 a thousand."""
    if isinstance(value, bool) or (isinstance(value, str) and "_" in value):
        _refuse(info, "Input should be a valid integer", None)
        raise PydanticUseDefault
    return _or_default(value, read, info)


def _or_none(value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    try:
        return read(value)
    except ValidationError as error:
        return _refuse(info, error.errors(include_url=False, include_context=False)[0]["msg"], None)


def _text_of(most: int, nothing: frozenset[str] = NOTHING) -> BeforeValidator:
    """Text or a number as text, cut at `most` characters; words that only say "nothing" become None."""

    longest = max(map(len, nothing))

    def read(value: Any, info: ValidationInfo) -> Any:
        if type(value) is not str:
            if isinstance(value, bool) or not isinstance(value, str | int | float | None):
                return _refuse(info, "expected text", None)
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
    if not isinstance(value, dict | list | tuple):
        return [value]
    if len(value) > MOST_ITEMS:
        _lose(info, f"more than {MOST_ITEMS} entries; the rest was left out")
    most = min(len(value), MOST_ITEMS)
    if isinstance(info.context, _Reading):
        most = info.context.take(most, info)
    if isinstance(value, dict):
        pairs = islice(value.items(), most)
        return [{"id": key, **item} if isinstance(item, dict) else item for key, item in pairs]
    return value[:most]


def _drop_empty(value: list[Any]) -> list[Any]:
    return [item for item in value if item is not None]


T = TypeVar("T")
Text = Annotated[str | None, _text_of(LONG)]
ShortText = Annotated[str | None, _text_of(SHORT)]
# Where "none" is a choice like any other.
Word = Annotated[str | None, _text_of(WORD, NOTHING - {"none"})]
if TYPE_CHECKING:
    Rich = Any
    Flag = bool
    Whether = bool | None
    Whole = int
    Number = float
    Latitude = float
    Longitude = float
    Listed = list[T]
    ListedText = list[str]
else:
    Rich = Annotated[Any, BeforeValidator(_rich)]
    Flag = Annotated[bool, WrapValidator(_or_default)]
    Whether = Annotated[bool | None, WrapValidator(_or_default)]
    Whole = Annotated[int | None, WrapValidator(_whole)]
    Number = Annotated[float | None, WrapValidator(_or_none)]
    # The bounds stand inside: outside they would be asked of None.
    Latitude = Annotated[Annotated[float, Field(ge=-90, le=90)] | None, WrapValidator(_or_none)]
    Longitude = Annotated[Annotated[float, Field(ge=-180, le=180)] | None, WrapValidator(_or_none)]
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
    reading, keys = _Reading(), Keys()
    for _ in range(_ROUNDS):
        try:
            read = model.model_validate(raw, context=reading.begin())
        except ValidationError as error:
            mending = Mending(raw)
            for steps, message in _problems(error):
                repairs.add_exact(from_steps(under, mending.take_out(steps)[skip:]), message)
            raw = mending.mended if isinstance(mending.mended, dict) else {}
            continue
        if reading.lost:
            _report_losses(model, raw, under, skip, reading, repairs)
        if reading.named >= _MOST_NAMED:
            repairs.add(under, f"more than {_MOST_NAMED} wrong values; the others are left out too")
        repairs.learn(under, partial(_spelled, model, raw, prefix, keys))
        return read
    repairs.add(under, "could not be read")
    return model.empty()


def _spelled(
    model: type[Lenient], raw: dict[str, Any], prefix: tuple[str, ...], keys: Keys, steps: Sequence[str]
) -> list[str | int]:
    return spell(model, raw, (*prefix, *steps), keys)[len(prefix) :]


def _report_losses(
    model: type[Lenient], raw: dict[str, Any], under: str, skip: int, reading: _Reading, repairs: Repairs
) -> None:
    """Read once more, strictly, to learn where a text or a list was cut."""
    try:
        model.model_validate(raw, context=reading.begin(strict=True))
    except ValidationError as error:
        mending = Mending(raw)
        for steps, message in _problems(error):
            repairs.add_exact(from_steps(under, mending.take_out(steps)[skip:]), message)


def _problems(error: ValidationError) -> list[tuple[tuple[str | int, ...], str]]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [(problem["loc"], problem["msg"].removeprefix("Value error, ")) for problem in found]
