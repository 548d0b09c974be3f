"""The texts and pictures of a section as a form has them, and written back where their writer put them. Pure."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from renderer.console.editing import entries
from renderer.console.editing.fields import MOST_FIELDS, SITE, Field, of_section, of_site
from renderer.console.editing.places import Places
from renderer.themes.decode import clean_text
from renderer.themes.sections import type_name

MOST_SECTIONS = 200
STEPS = {"up": -1, "down": 1}
_TAP = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A section in the list. `pointer` as the models count; `page` is its page's path or title; `kind` as drawn, or ""
    where nobody knows it."""

    pointer: str
    page: str
    id: str
    kind: str
    title: str


class TextsWrong(ValueError):
    """`fields` are (field, a word of what is wrong with it)."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        super().__init__(", ".join(name for name, _ in fields))
        self.fields = fields


def list_sections(places: Places) -> list[SectionLine]:
    found: list[SectionLine] = []
    for number, page in enumerate(places.content.pages):
        for index, one in enumerate(page.sections):
            title = clean_text(one.title or one.label or "")[:120]
            path = page.path or page.title or "/"
            pointer = f"/pages/{number}/sections/{index}"
            found.append(SectionLine(pointer, path, one.id or "", type_name(one.type) or "", title))
            if len(found) == MOST_SECTIONS:
                return found
    return found


def read_fields(places: Places, pointer: str, entry: str = "") -> list[Field] | None:
    """None: there is no such section. What stands on every page is a section, too: `SITE`. With `entry` (`items/2`)
    those of that entry alone."""
    section = places.section(pointer)
    if section is None and pointer != SITE:
        return None
    fields: list[Field] = []
    taken: set[str] = set()
    for field in of_section(places, pointer, section) if section else of_site(places):
        place = places.own_place(f"{pointer}/{field.name}")
        if place in taken or (entry and not field.name.startswith(f"{entry}/")):
            continue
        if len(fields) == MOST_FIELDS:
            break
        fields.append(field)
        if place is not None:
            taken.add(place)
    return fields


def write_fields(document: dict[str, Any], pointer: str, wanted: Mapping[str, str], entry: str = "") -> dict[str, Any]:
    """Another document in which these fields say what is wanted, and all else is as it was. A picture's value is an
    address. Raises TextsWrong and LookupError (there is no such section, or it cannot be written as it stands)."""
    before = Places(document)
    fields = {field.name: field for field in read_fields(before, pointer, entry) or ()}
    if not fields:
        raise LookupError(pointer)
    said = {
        name: "\n".join(_lines(value)) if fields[name].kind == "lines" else value
        for name, value in wanted.items()
        if name in fields and fields[name].kind != "foreign"
    }
    changed = {name: value for name, value in said.items() if value != fields[name].value}
    _judge(fields, changed)
    if not changed:
        return document
    made = copy.deepcopy(document)
    places = Places(made)
    for name, value in changed.items():
        _write(places, f"{pointer}/{name}", fields[name].kind, value)
    now = {field.name: field.value for field in read_fields(Places(made), pointer, entry) or ()}
    # What was said of a picture goes with it.
    expected = {
        name: changed.get(name, field.value)
        for name, field in fields.items()
        if name.removesuffix("/alt") == name or name.removesuffix("/alt") not in changed
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
    deed: str = "",
    entry: str = "",
) -> str:
    """`write_fields` as text; `alts` are written once the pictures that they tell of stand there, and then an entry
    (`items/2`) is moved (`up`, `down`) or taken away (`remove`)."""
    made = write_fields(document, pointer, wanted)
    if any(alts.values()):
        made = write_fields(made, pointer, alts)
    if deed == "remove":
        made = entries.removed(made, f"{pointer}/{entry}")
    elif deed in STEPS:
        made = entries.moved(made, f"{pointer}/{entry}", STEPS[deed])
    return json.dumps(made, ensure_ascii=False)


def digest_of(fields: list[Field]) -> str:
    """What a form began with."""
    said = [(field.name, field.value) for field in fields]
    return sha256(repr(said).encode("utf-8", "replace")).hexdigest()


def tapped(fields: list[Field], said: str, src: str) -> str:
    """The field that shows what was tapped, as well as can be told; "" for none."""
    if src:
        return next((one.name for one in fields if one.kind == "picture" and one.value and one.value in src), "")
    wanted = _TAP.sub("", said.casefold())[:200]
    if not wanted:
        return ""
    texts = [(one.name, _TAP.sub("", one.value.casefold())) for one in fields if one.kind in ("line", "text")]
    exact = (name for name, text in texts if text == wanted)
    within = (name for name, text in texts if text and (wanted in text or (len(text) > 3 and text in wanted)))
    return next(exact, "") or next(within, "")


def _judge(fields: Mapping[str, Field], changed: Mapping[str, str]) -> None:
    wrong = [(name, "too_long") for name, value in changed.items() if len(value) > fields[name].most]
    wrong += [(name, "needed") for name, value in changed.items() if not value and fields[name].needed]
    if wrong:
        raise TextsWrong(wrong)


def _write(places: Places, pointer: str, kind: str, value: str) -> None:
    raw = places.raw(pointer)
    if kind == "picture":
        old = {key: one for key, one in raw.items() if key not in _OLD} if isinstance(raw, dict) else {}
        places.write(pointer, {**old, "src": value} if value else None)
    elif kind == "lines":
        places.write(pointer, list(_lines(value)))
    elif kind == "tick":
        places.write(pointer, "owner" if value else "generated")
    elif isinstance(raw, dict):
        places.write(pointer, {**raw, "text": value})
    else:
        places.write(pointer, value)


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


_OLD = frozenset(("src", "url", "alt", "width", "height", "focus"))
"""What is said of a picture and does not go on to another."""
