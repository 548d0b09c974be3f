"""What a question asks beyond its type: when it is asked, what its answer must look like, what may be ordered."""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

import re2

from renderer.themes.contract.forms import FormCondition, FormField, FormOption
from renderer.themes.prices import show_price
from renderer.themes.repair import Repairs
from renderer.themes.text.words import Words

MOST_PATTERN = 200
MOST_QUANTITY = 10_000
FREE = frozenset({"gratis", "free", "cuma-cuma", "cuma cuma"})
"""What a price may say in words that is one."""
_NUMBERS = {"number": (-1e15, 1e15), "money": (0.0, 1e15), "products": (1.0, float(MOST_QUANTITY))}
"""Between what lies whatever may be answered to a question of such a type."""
_OPTIONS = re2.Options()
_OPTIONS.max_mem = 1 << 20
_OPTIONS.log_errors = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A question is asked when the answer to `name` is one of `values`; without values, when there is any."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """What may be ordered. `field` is the name of its quantity, `price` whole rupiah or None where none is said yet;
    `said` is how the site puts it, amount or not."""

    value: str
    label: str
    price: int | None
    said: str | None
    field: str


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text is as the pattern says. RE2 takes time in proportion to the text, whatever the pattern."""
    try:
        return re2.compile(pattern, _OPTIONS).fullmatch(text) is not None
    except re2.error:
        return True


def read_pattern(text: str | None, place: str, repairs: Repairs) -> str | None:
    if text is None:
        return None
    try:
        if len(text) > MOST_PATTERN:
            raise re2.error("too long")
        re2.compile(text, _OPTIONS)
    except re2.error:
        repairs.add(f"{place}/pattern", f"not a pattern of RE2 of at most {MOST_PATTERN} characters; left out")
        return None
    return text


def read_bounds(
    kind: str, least: float | None, most: float | None, place: str, repairs: Repairs
) -> tuple[float | None, float | None]:
    """What a number lies between. Where nothing does, nobody could ever send the form: then all numbers are taken."""
    lowest, highest = _NUMBERS.get(kind, (-math.inf, math.inf))
    if max(lowest if least is None else least, lowest) <= min(highest if most is None else most, highest):
        return least, most
    repairs.add(f"{place}/min", "nothing lies between min and max; both left out")
    return None, None


def read_span(
    kind: str, earliest: str | None, latest: str | None, place: str, repairs: Repairs
) -> tuple[str | None, str | None]:
    """`2027-03-10`, `today` or `17:30`, as the question's type has it. Days that end before they begin are no bounds;
    such times of day span midnight, as HTML has it ("reversed range")."""
    first = _moment(kind, earliest, f"{place}/earliest", repairs)
    last = _moment(kind, latest, f"{place}/latest", repairs)
    if kind == "date" and first and last and "today" not in (first, last) and last < first:
        repairs.add(f"{place}/latest", "before the earliest; both left out")
        return None, None
    return first, last


def _moment(kind: str, text: str | None, place: str, repairs: Repairs) -> str | None:
    if text is None:
        return None
    try:
        if kind == "time":
            return time.fromisoformat(text.replace(".", ":")).replace(tzinfo=None).isoformat("minutes")
        if kind == "date":
            return "today" if text.casefold() in ("today", "hari ini") else date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    repairs.add(place, "not a date, “today” or time of day of such a question; left out")
    return None


def read_condition(
    given: FormCondition | None, before: Mapping[str, str], place: str, repairs: Repairs
) -> Condition | None:
    """`before` holds the names and types of the questions above: what stands below cannot be asked for yet."""
    if given is None:
        return None
    name = re.sub(r"[^a-z0-9]+", "_", (given.field or "").casefold()).strip("_")
    if before.get(name) in (None, "products", "file"):
        repairs.add(f"{place}/show_if", "names no question above; asked always")
        return None
    values = tuple(" ".join(text.split()) for text in given.is_[:60] if text)
    if before[name] in ("checkbox", "consent"):
        values = ()
    return Condition(name, values)


def read_items(
    one: FormField,
    options: Sequence[tuple[str, str]],
    values: Sequence[str],
    name: str,
    place: str,
    words: Words,
    repairs: Repairs,
) -> tuple[Item, ...]:
    """The options, each with its price; `values` are those of the field's options, one for one."""
    prices: dict[str, tuple[int | None, str | None]] = {}
    for number, (option, value) in enumerate(zip(one.options, values, strict=False)):
        if value and value not in prices:
            prices[value] = _price(option, words, f"{place}/options/{number}/price", repairs)
    return tuple(Item(value, label, *prices[value], f"{name}.{value}") for value, label in options)


def _price(option: FormOption, words: Words, place: str, repairs: Repairs) -> tuple[int | None, str | None]:
    """What is counted with, and what is shown. The beginning of a range is no price to count with."""
    shown = show_price(option.price, words, place, repairs)
    if shown is None:
        return None, None
    said = f"{shown.before} {shown.amount}" if shown.before else shown.amount
    said = f"{said}/{shown.unit}" if shown.unit else said
    if said.casefold() in FREE:
        return 0, said
    return None if shown.before or shown.high else shown.low, said


def version_of(wording: str) -> str:
    """Tells one wording from another."""
    return hashlib.sha256(wording.encode("utf-8", "replace")).hexdigest()[:8]
