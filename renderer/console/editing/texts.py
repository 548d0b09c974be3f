"""The texts and pictures of a section as a form has them, and written back where their writer put them. Pure."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from renderer.console.editing.places import Places
from renderer.themes.contract.content import Group, Item, Picture, SectionContent
from renderer.themes.contract.lenient import LONG, SHORT
from renderer.themes.contract.sections import KINDS
from renderer.themes.decode import clean_text

MOST_FIELDS = 240
"""Of a section's form; entries beyond them are not edited here."""
MOST_SECTIONS = 200
SITE = "/site"
_LINES = ("label", "title", "intro", "text", "note")
_OF_ITEMS = ("name", "label", "role", "value", "text", "duration", "when", "place", "badge")
_LONG = frozenset({"intro", "text", "note"})
_ALWAYS = frozenset({"title", "intro", "text", "name", "image"})
"""Offered also where they are empty, if the type draws them."""
_TAP = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A section in the list. `pointer` as the models count; `page` is its page's path or title."""

    pointer: str
    page: str
    id: str
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is its place below the section: `title`, `items/2/text`. `kind`: line, text, picture, or foreign for a
    document of another editor, which stays as it is. Of a picture `value` is the address. `entry` numbers the entry
    that it belongs to, from 1; 0: the section itself."""

    name: str
    word: str
    kind: str
    value: str
    most: int
    entry: int = 0
    needed: bool = False


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
            found.append(SectionLine(f"/pages/{number}/sections/{index}", path, one.id or "", one.type or "", title))
            if len(found) == MOST_SECTIONS:
                return found
    return found


def read_fields(places: Places, pointer: str) -> list[Field] | None:
    """None: there is no such section. What stands on every page is a section, too: `SITE`."""
    if pointer == SITE:
        return list(_picture(places.content.site.logo, "logo", frozenset(("image",))))
    section = places.section(pointer)
    if section is None:
        return None
    fields: list[Field] = []
    taken: set[str] = set()
    for field in _fields(places, pointer, section):
        place = places.own_place(f"{pointer}/{field.name}")
        if place in taken:
            continue
        if len(fields) == MOST_FIELDS:
            break
        fields.append(field)
        if place is not None:
            taken.add(place)
    return fields


def write_fields(document: dict[str, Any], pointer: str, wanted: Mapping[str, str]) -> dict[str, Any]:
    """Another document in which these fields say what is wanted, and all else is as it was. A picture's value is an
    address. Raises TextsWrong and LookupError (there is no such section, or it cannot be written as it stands)."""
    before = Places(document)
    fields = {field.name: field for field in read_fields(before, pointer) or ()}
    if not fields:
        raise LookupError(pointer)
    changed = {
        name: value
        for name, value in wanted.items()
        if name in fields and fields[name].kind != "foreign" and value != fields[name].value
    }
    _judge(fields, changed)
    made = copy.deepcopy(document)
    places = Places(made)
    for name, value in changed.items():
        _write(places, f"{pointer}/{name}", fields[name].kind, value)
    now = {field.name: field.value for field in read_fields(Places(made), pointer) or ()}
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


def rewritten(document: dict[str, Any], pointer: str, wanted: Mapping[str, str], alts: Mapping[str, str]) -> str:
    """`write_fields` as text; `alts` are written once the pictures that they tell of stand there."""
    made = write_fields(document, pointer, wanted)
    if any(alts.values()):
        made = write_fields(made, pointer, alts)
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


def _fields(places: Places, pointer: str, section: SectionContent) -> Iterator[Field]:
    kind = KINDS.get((section.type or "").strip().lower().replace("_", "-"))
    drawn = kind.drawn if kind else frozenset(_LINES)
    for name in _LINES:
        yield from _text(places, pointer, name, getattr(section, name), drawn, "text_" + name)
    for index, action in enumerate(section.actions):
        yield from _text(places, pointer, f"actions/{index}/label", action.label, frozenset(), "text_button")
    if section.action:
        yield from _text(places, pointer, "action/label", section.action.label, frozenset(), "text_button")
    yield from _picture(section.image, "image", drawn)
    of_items = frozenset(kind.items) if kind else frozenset(("name", "text"))
    needs = frozenset(kind.needs) if kind else frozenset[str]()
    entry = 0
    for index, item in enumerate(section.items):
        entry += 1
        yield from _entry(places, pointer, f"items/{index}", item, of_items, needs, entry)
    for number, group in enumerate(section.groups):
        yield from _group(places, pointer, f"groups/{number}", group)
        for index, item in enumerate(group.items):
            entry += 1
            yield from _entry(places, pointer, f"groups/{number}/items/{index}", item, of_items, needs, entry)


def _group(places: Places, pointer: str, under: str, group: Group) -> Iterator[Field]:
    for name in ("name", "text"):
        yield from _text(places, pointer, f"{under}/{name}", getattr(group, name), frozenset(), f"text_group_{name}")


def _entry(
    places: Places,
    pointer: str,
    under: str,
    item: Item,
    drawn: frozenset[str],
    needs: frozenset[str],
    entry: int,
) -> Iterator[Field]:
    for name in _OF_ITEMS:
        offered = drawn if name in _ALWAYS else frozenset[str]()
        yield from _text(
            places, pointer, f"{under}/{name}", getattr(item, name), offered, f"text_item_{name}", entry, name in needs
        )
    yield from _picture(item.image, f"{under}/image", drawn, entry)


def _text(
    places: Places,
    pointer: str,
    name: str,
    value: Any,
    drawn: frozenset[str],
    word: str,
    entry: int = 0,
    needed: bool = False,
) -> Iterator[Field]:
    last = name.rpartition("/")[2]
    if value is None and not (last in drawn and last in _ALWAYS):
        return
    most = LONG if last in _LONG else SHORT
    raw = places.raw(f"{pointer}/{name}")
    said = _said(value)
    if said is None or len(said) > most or (isinstance(raw, str) and len(raw.strip()) > most):
        yield Field(name, word, "foreign", "", most, entry)
        return
    yield Field(name, word, "text" if last in _LONG else "line", said, most, entry, needed and bool(said))


def _picture(picture: Picture | None, name: str, drawn: frozenset[str], entry: int = 0) -> Iterator[Field]:
    if picture is None and "image" not in drawn:
        return
    yield Field(name, "text_image", "picture", (picture.src if picture else None) or "", SHORT, entry)
    if picture is not None and picture.src:
        yield Field(f"{name}/alt", "text_alt", "line", picture.alt or "", 200, entry)


def _said(value: Any) -> str | None:
    """Of a plain text or one marked as Markdown; None for a document of another editor."""
    if isinstance(value, dict):
        value = value.get("text") if value.get("type") in ("markdown", None) else None
        return _plain(value) if isinstance(value, str) else None
    if value is None or isinstance(value, str):
        return _plain(value or "")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


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
    elif isinstance(raw, dict):
        places.write(pointer, {**raw, "text": value})
    else:
        places.write(pointer, value)


_OLD = frozenset(("src", "url", "alt", "width", "height", "focus"))
"""What is said of a picture and does not go on to another."""
