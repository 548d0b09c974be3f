"""Days on which a place has other hours: their fields, and how these are written back. Pure.

They are fields of one list, judged and written together: an empty row is none, one without its dates is taken away.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from renderer.console.editing import entries
from renderer.console.editing.facts import read_day
from renderer.console.editing.fields import Field, Form, TextsWrong
from renderer.console.editing.places import Places
from renderer.themes.contract.content import Hours, HoursException
from renderer.themes.repair import Repairs
from renderer.themes.text.hours import read_date, read_week

MOST, BLANKS = 20, 2
_PARTS = ("from_", "to", "label", "open", "close")
_WORDS = dict(zip(_PARTS, ("fact_first", "fact_last", "fact_label", "fact_open", "fact_close"), strict=True))
_RULES = {"from_": "date", "to": "date"}
_LONGEST = {"from_": 10, "to": 10, "label": 80, "open": 10, "close": 10}
_NAME = re.compile(rf"(.+/exceptions)/(\d{{1,3}})/({'|'.join(_PARTS)})")

Row = dict[str, str]


def of_hours(form: Form, under: str, hours: Hours | None, entry: int) -> Iterator[Field]:
    """Of `…/hours`, with empty rows for further days."""
    listed = hours.exceptions if hours else []
    for number in range(min(len(listed) + BLANKS, MOST)):
        said = _said(listed[number]) if number < len(listed) else dict.fromkeys(_PARTS, "")
        for part in _PARTS:
            yield from form.text(
                f"{under}/exceptions/{number}/{part}", said[part], True, entry,
                word=_WORDS[part], most=_LONGEST[part], rule=_RULES.get(part, ""),
            )  # fmt: skip


def is_one(name: str) -> bool:
    """Whether a field is of such a day."""
    return _NAME.fullmatch(name) is not None


def written(
    document: dict[str, Any], pointer: str, fields: Mapping[str, Field], changed: Mapping[str, str]
) -> dict[str, Any]:
    """Another document in which the days are as `changed` has them. Raises TextsWrong, LookupError and NoRoom."""
    rows: dict[tuple[str, int], Row] = {}
    for name in changed:
        if found := _NAME.fullmatch(name):
            rows[found[1], int(found[2])] = {
                part: changed.get(one, fields[one].value) for part in _PARTS if (one := f"{found[1]}/{found[2]}/{part}")
            }
    made = copy.deepcopy(document)
    for shelf in dict.fromkeys(shelf for shelf, _ in rows):
        own = {number: row for (one, number), row in sorted(rows.items()) if one == shelf}
        made = _shelf(made, pointer, shelf, own)
    return made


def _shelf(document: dict[str, Any], pointer: str, shelf: str, rows: Mapping[int, Row]) -> dict[str, Any]:
    place, hours = f"{pointer}/{shelf}", f"{pointer}/{shelf}".rpartition("/")[0]
    before = [_said(one) for one in _listed(document, place)]
    gone = [
        number
        for number, row in rows.items()
        if number < len(before)
        and not (row["from_"] or row["to"])
        and (before[number]["from_"] or before[number]["to"])
    ]
    kept = {
        number: row
        for number, row in rows.items()
        if number not in gone and (number < len(before) or any(row.values()))
    }
    wrong = [(f"{shelf}/{number}/{part}", why) for number, row in kept.items() for part, why in _wrong(row)]
    if not wrong and kept and read_week(Places(document).at(hours), None, "", Repairs()) is None:
        wrong = [(f"{shelf}/{next(iter(kept))}/from_", "no_week")]
    if wrong:
        raise TextsWrong(wrong)
    kept = {number: {**row, "to": row["to"] or row["from_"]} for number, row in kept.items()}
    for number, row in kept.items():
        if number < len(before):
            _rewrite(document, f"{place}/{number}", before[number], row)
    for number in reversed(gone):
        document = entries.removed(document, f"{place}/{number}")
    added = [row for number, row in kept.items() if number >= len(before)]
    for row in added:
        document = entries.added(document, place, _entry(row))
    expected = [kept.get(number, row) for number, row in enumerate(before) if number not in gone] + added
    if [_said(one) for one in _listed(document, place)] != expected:
        raise TextsWrong([(f"{shelf}/{next(iter(rows))}/from_", "unread")])
    return document


def _wrong(row: Row) -> Iterator[tuple[str, str]]:
    first, last = read_date(row["from_"]), read_date(row["to"] or row["from_"])
    if first is None:
        yield "from_", "no_day"
    elif last is None or last < first:
        yield "to", "no_day" if last is None else "before_first"
    if bool(row["open"]) != bool(row["close"]) or (row["open"] and read_day(f"{row['open']}–{row['close']}") is None):
        yield "open", "no_hours"


def _rewrite(document: dict[str, Any], place: str, before: Row, row: Row) -> None:
    for part in _PARTS:
        if row[part] != before[part]:
            Places(document).write(f"{place}/{part}", row[part] or None)
    if Places(document).at(place).closed == bool(row["open"]):
        Places(document).write(f"{place}/closed", not row["open"])


def _entry(row: Row) -> dict[str, Any]:
    said = {"from": row["from_"], "to": row["to"], **({"label": row["label"]} if row["label"] else {})}
    return {**said, "open": row["open"], "close": row["close"]} if row["open"] else {**said, "closed": True}


def _listed(document: dict[str, Any], place: str) -> list[HoursException]:
    try:
        found: list[HoursException] = Places(document).at(place)
    except LookupError:
        return []
    return found


def _said(one: HoursException) -> Row:
    """As a form has it; without hours: closed."""
    first, last = read_date(one.from_), read_date(one.to)
    times = ("", "") if one.closed else (one.open or "", one.close or "")
    days = (first.isoformat() if first else "", last.isoformat() if last else "")
    return dict(zip(_PARTS, (*days, (one.label or "").strip(), *times), strict=True))
