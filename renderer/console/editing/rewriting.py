"""Fields of a form written back into the document, where its writer put them. Pure."""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

from renderer.console.editing import entries, exceptions
from renderer.console.editing.facts import days_of, weekly_of
from renderer.console.editing.fields import DAY, Field, TextsWrong
from renderer.console.editing.places import Places
from renderer.console.editing.rules import tidied, wrong_with
from renderer.console.editing.texts import STEPS, read_fields
from renderer.console.editing.vouches import VOUCHED, vouch
from renderer.themes.contract.spelling import snake
from renderer.themes.pictures.focus import point_of
from renderer.themes.repair import Repairs
from renderer.themes.text.hours import read_week


def write_fields(document: dict[str, Any], pointer: str, wanted: Mapping[str, str], part: str = "") -> dict[str, Any]:
    """Another document in which these fields say what is wanted, and all else is as it was. A picture's value is an
    address. Raises TextsWrong and LookupError (there is no such section, or it cannot be written as it stands)."""
    before = Places(document)
    fields = {field.name: field for field in read_fields(before, pointer, part) or ()}
    if not fields:
        raise LookupError(pointer)
    changed = {}
    for name, value in wanted.items():
        field = fields.get(name)
        if field is not None and field.kind != "foreign" and value != field.value:
            beside = f"{name.rpartition('/')[0]}/kind"
            said = tidied(field, value, wanted.get(beside, fields[beside].value if beside in fields else ""))
            if said != field.value:
                changed[name] = said
    wrong = [(name, why) for name, value in changed.items() if (why := wrong_with(fields[name], value))]
    if wrong:
        raise TextsWrong(wrong)
    if not changed:
        return document
    made = copy.deepcopy(document)
    days = {name: changed.pop(name) for name in list(changed) if exceptions.is_one(name)}
    places = Places(made)
    for name, value in changed.items():
        is_new = places.own_place(f"{pointer}/{name}") is None
        _write(places, f"{pointer}/{name}", fields[name], value)
        if is_new:  # what was read before does not know it
            places = Places(made)
    if days:
        made = exceptions.written(made, pointer, fields, days)
    now = {field.name: field.value for field in read_fields(Places(made), pointer, part) or ()}
    # What was said of a picture goes with it.
    expected = {
        name: changed.get(name, field.value)
        for name, field in fields.items()
        if (_of_picture(name) == name or _of_picture(name) not in changed) and not (days and exceptions.is_one(name))
    }
    unread = [(name, "unread") for name, value in expected.items() if now.get(name, "") != value]
    if unread:
        raise TextsWrong(unread)
    return made


def rewritten(
    document: dict[str, Any],
    pointer: str,
    wanted: Mapping[str, str],
    alts: Mapping[str, str],
    part: str = "",
    deed: str = "",
    entry: str = "",
) -> str:
    """`write_fields` as text; `alts` are written once the pictures that they tell of stand there, and then an entry
    (`items/2`) is moved (`up`, `down`) or taken away (`remove`)."""
    made = write_fields(document, pointer, wanted, part)
    if any(alts.values()):
        made = write_fields(made, pointer, alts, part)
    if deed == "remove":
        made = entries.removed(made, f"{pointer}/{entry}")
    elif deed in STEPS:
        made = entries.moved(made, f"{pointer}/{entry}", STEPS[deed])
    return json.dumps(made, ensure_ascii=False)


def _write(places: Places, pointer: str, field: Field, value: str) -> None:
    raw = places.raw(pointer)
    if pointer.endswith(f"/{VOUCHED}"):
        vouch(places.document, pointer.removesuffix(f"/{VOUCHED}"), bool(value))
    elif field.rule == "day":
        hours, _, day = pointer.rpartition("/")
        _write_day(places, hours, int(day.removeprefix(DAY)), value)
    elif field.kind == "picture":
        old = {key: one for key, one in raw.items() if key not in _OLD} if isinstance(raw, dict) else {}
        places.write(pointer, {**old, "src": value} if value else None)
    elif field.kind in ("lines", "many"):
        places.write(pointer, list(_lines(value)))
    elif field.kind == "tick":
        places.write(pointer, "owner" if value else "generated")
    elif field.kind == "flag":
        places.write(pointer, bool(value))
    elif field.kind == "choice":
        places.write(pointer, value or None)
    elif field.kind == "focus":
        places.write(pointer, point_of(value))
    elif field.rule in _NUMBERS:
        places.write(pointer, _NUMBERS[field.rule](value) if value else None)
    elif isinstance(raw, dict):
        places.write(pointer, {**raw, "text": value})
    else:
        places.write(pointer, value)


def _write_day(places: Places, hours: str, number: int, value: str) -> None:
    """A week is written whole, whichever way it was; exceptions and a note stay."""
    days = list(days_of(read_week(places.at(hours), None, "", Repairs())))
    days[number] = value
    raw = places.raw(hours)
    rest = raw if isinstance(raw, dict) else {"note": raw} if raw else {}
    kept = {key: one for key, one in rest.items() if snake(key) in ("exceptions", "note", "timezone")}
    places.write(hours, {**kept, "weekly": weekly_of(days)})


def _of_picture(name: str) -> str:
    return name.removesuffix("/alt").removesuffix("/focus")


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


_NUMBERS: Mapping[str, type[int] | type[float]] = {"count": int, "lat": float, "lng": float}
_OLD = frozenset(("src", "url", "alt", "width", "height", "focus"))
"""What is said of a picture and does not go on to another."""
