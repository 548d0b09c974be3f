"""The texts and pictures of a section as a form has them. Pure.

What a form is about is a section, a page (`/pages/1`), or what stands on every page (`SITE`); a part of it is one of
its entries (`items/2`), which has a form of its own, or one of the profile's (`channels`).
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from renderer.console.editing.fields import ENTRY, SITE, Field, Form
from renderer.console.editing.of_profile import PARTS, of_page, of_site
from renderer.console.editing.of_section import of_section
from renderer.console.editing.places import Places
from renderer.themes.decode import clean_text
from renderer.themes.sections import type_name

MOST_FIELDS = 400
"""Of a form, whose ticks are sent twice (`visit.MOST_FIELDS`). Where there are more, entries have forms of their own
alone."""
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


class TextsMoved(Exception):
    """What the form began with is no longer what is there."""


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


def all_fields(places: Places, pointer: str) -> list[Field] | None:
    """Of all parts and entries; None: there is nothing there that has a form."""
    return _read(Form(places, pointer))


def read_fields(places: Places, pointer: str, part: str = "", *, full: bool | None = None) -> list[Field] | None:
    """Those of one form. None: there is nothing there that has one. An entry's own form offers all that could be said
    of it, unless `full` says otherwise."""
    if not part_exists(places, pointer, part):
        return None
    if part:
        form = Form(places, pointer, part, bool(ENTRY.fullmatch(part)) if full is None else full)
        fields = _read(form)
        fields = fields and [field for field in fields if field.name.startswith(f"{part}/")]
        return _fitting(fields) if part in PARTS else fields
    most = None if pointer == SITE else MOST_FIELDS + 1
    fields = _read(Form(places, pointer), most)
    if fields is not None and pointer == SITE:
        fields = [field for field in fields if field.name.partition("/")[0] not in PARTS]
    return _fitting(fields)


def _fitting(fields: list[Field] | None) -> list[Field] | None:
    """Where a form has no room for its entries, it has none of them."""
    return fields if fields is None or len(fields) <= MOST_FIELDS else [field for field in fields if not field.of]


def _read(form: Form, most: int | None = None) -> list[Field] | None:
    """The first fields, as many as are asked for; what is said of a section itself comes before its entries."""
    places, section = form.places, form.places.section(form.pointer)
    if section is not None:
        given = of_section(form, section)
    elif form.pointer == SITE:
        given = of_site(form)
    elif (page := places.page(form.pointer)) is not None:
        given = of_page(form, page)
    else:
        return None
    fields: list[Field] = []
    taken: set[str] = set()
    for field in given:
        place = places.own_place(f"{form.pointer}/{field.name}")
        if place is None or place not in taken:
            fields.append(field)
            taken.update((place,) if place else ())
        if len(fields) == most:
            break
    return fields


def part_exists(places: Places, pointer: str, part: str) -> bool:
    if not part or (pointer == SITE and part in PARTS):
        return True
    if not ENTRY.fullmatch(part):
        return False
    try:
        return places.at(f"{pointer}/{part}") is not None
    except LookupError:
        return False


def part_of(places: Places, pointer: str, name: str) -> str:
    """The part whose form has a field."""
    if any(field.name == name for field in read_fields(places, pointer) or ()):
        return ""
    found = ENTRY.match(name)
    part = name.partition("/")[0]
    return part if pointer == SITE and part in PARTS else found[0] if found else ""


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
