"""The words of a section in a further language of the site, laid over its own: read and written text by text. Pure.

What is left empty is shown in the site's own language. A translation adds nothing: it has the fields of the section.
"""

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from renderer.console.editing.entries import counterpart, open_list
from renderer.console.editing.fields import Field, TextsWrong, plain_text
from renderer.console.editing.places import Places
from renderer.console.editing.shelves import laid_out
from renderer.console.editing.texts import all_fields, part_of, read_fields, tapped
from renderer.themes.addresses import language_tag
from renderer.themes.contract.content import PageContent
from renderer.themes.plan import page_path
from renderer.themes.translate import TEXTS, matching

Document = dict[str, Any]
_WORDS = ("line", "text", "lines")
ADDRESS = "as_"
"""The field of a further page's address in that language."""
MOST_ADDRESS = 120
_BEYOND = frozenset({"findable_title", "findable_description", "findable_nav", "findable_address"})
"""Of a page; a translation may say them where the site's own language leaves them to be made."""


@dataclass(frozen=True, slots=True)
class Said:
    """`field` with what the translation says of it; `own` is the text that it stands for."""

    field: Field
    own: str


def tongues_of(places: Places) -> list[str]:
    """The further languages that the content has a translation of, as tags."""
    own = language_tag(places.content.language) or "id"
    found = (language_tag(one.language) for one in places.content.translations)
    return list(dict.fromkeys(tag for tag in found if tag and tag != own))


def read_translated(places: Places, pointer: str, language: str, part: str = "") -> list[Said] | None:
    """None: no such section or part, or no such language."""
    fields, number = read_fields(places, pointer, part), _number(places, language)
    if fields is not None and (path := further_path(places, pointer)):
        fields = [*fields, Field(ADDRESS, "findable_address", "line", path, MOST_ADDRESS)]
    return None if fields is None or number is None else _said(places, number, pointer, fields)


def further_path(places: Places, pointer: str) -> str:
    """The path of the page at a pointer; "" for the home page, whose address nobody chooses, and for what is none."""
    page = places.page(pointer)
    path = page_path(page.path) if page is not None and page.path else None
    return path if path and path != "/" else ""


def own_address(places: Places, pointer: str, language: str) -> str:
    """Where a further page stands in that language: what its translation says, or its path below the language."""
    path, number = further_path(places, pointer), _number(places, language)
    pages = places.content.translations[number].pages if number is not None else []
    given = next((page_path(page.as_) for page in pages if page.as_ and page_path(page.path) == path), None)
    return given or f"/{language}{path}"


def _said(places: Places, number: int, pointer: str, fields: Iterable[Field]) -> list[Said]:
    return [
        Said(_translated(places, number, pointer, field), field.value)
        for field in fields
        if field.kind in _WORDS and _is_words(field) and (field.value or field.word in _BEYOND)
    ]


def tapped_part(places: Places, pointer: str, language: str, said: str) -> str:
    """The part whose form has what was tapped in that language."""
    fields, number = all_fields(places, pointer), _number(places, language)
    if fields is None or number is None:
        return ""
    name = tapped([one.field for one in _said(places, number, pointer, fields)], said, "")
    return part_of(places, pointer, name) if name else ""


def entries_of(places: Places, pointer: str, part: str) -> list[tuple[str, str]]:
    """Entries that have forms of their own alone, and what they are called."""
    fields = read_fields(places, pointer, part) or ()
    _, shelves = laid_out(places, pointer, fields, part)
    blocks = [block for shelf in shelves for block in (shelf.group, *shelf.blocks) if block]
    return [(one.place, one.title) for one in blocks if not one.fields]


def write_translated(document: Document, pointer: str, language: str, wanted: Mapping[str, str], part: str = "") -> str:
    """The document as text, in which the translation says what is wanted. Raises TextsWrong, and LookupError where
    there is no such section or language, or a translation that cannot be written as it stands."""
    before = read_translated(Places(document), pointer, language, part)
    if before is None:
        raise LookupError(pointer)
    known = {one.field.name: one.field for one in before}
    changed = {
        name: value
        for name, value in wanted.items()
        if name in known and known[name].kind != "foreign" and value != known[name].value
    }
    wrong = [(name, "too_long") for name, value in changed.items() if len(value) > known[name].most]
    if wrong:
        raise TextsWrong(wrong)
    made = copy.deepcopy(document)
    for name, value in changed.items():
        holder, _, last = f"{pointer}/{name}".rpartition("/")
        place = f"{_ensured(made, holder, language)}/{last}"
        places = Places(made)
        raw = places.raw(place)
        lines = [line.strip() for line in value.splitlines() if line.strip()]
        said: Any = lines if known[name].kind == "lines" else {**raw, "text": value} if isinstance(raw, dict) else value
        places.write(place, said)
    read = read_translated(Places(made), pointer, language, part) or ()
    now = {one.field.name: one.field.value for one in read}
    expected = {name: changed.get(name, field.value) for name, field in known.items()}
    unread = [(name, "unread") for name, value in expected.items() if _same(now.get(name, "")) != _same(value)]
    if unread:
        raise TextsWrong(unread)
    return json.dumps(made, ensure_ascii=False)


def _same(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _is_words(field: Field) -> bool:
    last = field.name.rpartition("/")[2]
    return last in TEXTS or field.word in _BEYOND


def _translated(places: Places, number: int, pointer: str, field: Field) -> Field:
    *steps, last = f"{pointer}/{field.name}".split("/")[1:]
    translation = places.content.translations[number]
    place = counterpart(places.content, translation, f"/translations/{number}", steps)
    value = None
    if place is not None:
        value = getattr(places.at(place), last, None)
    if field.kind == "lines":
        return replace(field, value="\n".join(value or ()), needed=False)
    said = plain_text(value)
    if said is None:
        return replace(field, kind="foreign", value="")
    return replace(field, value=said[: field.most], needed=False)


def _number(places: Places, language: str) -> int | None:
    translations = places.content.translations
    return next((number for number, one in enumerate(translations) if language_tag(one.language) == language), None)


def _ensured(document: Document, pointer: str, language: str) -> str:
    """The place of a translation for what stands at `pointer`, made where it was missing. Raises LookupError."""
    steps = pointer.split("/")[1:]
    number = _number(Places(document), language)
    if number is None:
        raise LookupError(language)
    reached = f"/translations/{number}"
    for depth, step in enumerate(steps):
        places = Places(document)
        found = counterpart(
            places.content, places.content.translations[number], f"/translations/{number}", steps[: depth + 1]
        )
        if found is None:
            if not step.isdigit():  # one object: written with its field
                return reached + "/" + "/".join(steps[depth:])
            found = _new(document, "/" + "/".join(steps[:depth]), int(step), reached)
        reached = found
    return reached


def _new(document: Document, shelf: str, index: int, other: str) -> str:
    """An entry of the list at `other` that is matched to the one at `shelf`."""
    own = Places(document).at(shelf)[index]
    raw, where = open_list(document, other)
    name = getattr(own, "id", None)
    if isinstance(own, PageContent):
        path = own.path or "/"
        raw.append({"path": page_path(path) or path})
    elif name:
        raw.append({"id": name})
    else:
        while len(where) <= index:
            where.append(len(raw))
            raw.append({})
    places = Places(document)
    listed = places.at(other)
    found = (
        next((one for one in listed if page_path(one.path) == page_path(own.path or "/")), None)
        if isinstance(own, PageContent)
        else matching(listed)(own, index)
    )
    number = next((place for place, one in enumerate(listed) if one is found), None)
    if number is None:
        raise LookupError(shelf)
    return f"{other}/{number}"
