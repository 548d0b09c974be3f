"""An entry that is being added: the fields that it may have, and the document with it. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from renderer.console.editing import entries
from renderer.console.editing.fields import SITE, Field, TextsWrong
from renderer.console.editing.of_profile import PARTS
from renderer.console.editing.places import Places
from renderer.console.editing.rewriting import write_fields
from renderer.console.editing.shelves import shelves_of
from renderer.console.editing.texts import read_fields
from renderer.themes.contract.sections import KINDS
from renderer.themes.sections import type_name

TYPED = ("line", "text", "lines", "tick", "flag", "choice", "many", "focus")
"""Kinds of fields that a form sends."""
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "groups": ("name",),
    "facts": ("label", "value"),
    "actions": ("label",),
    "navigation": ("label",),
    "channels": ("kind", "url"),
    "credentials": ("kind", "number"),
}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """`kind` is its section's type, `of` says which section was meant; `fields` are named as below the entry. With
    `many` it is photos that are added, as many as are chosen."""

    kind: str
    of: str
    fields: tuple[Field, ...]
    many: bool


def newcomer(document: dict[str, Any], pointer: str, shelf: str) -> Newcomer:
    """Raises LookupError, and entries.NoRoom."""
    places = Places(document)
    part = shelf if shelf in PARTS else ""
    if shelf not in (name for name, _ in shelves_of(places, pointer, part)):
        raise LookupError(shelf)
    made = entries.added(document, f"{pointer}/{shelf}", _stub(shelf, "-new-"))
    entry = f"{shelf}/{len(places.at(f'{pointer}/{shelf}'))}"
    section = places.section(pointer)
    kind = (type_name(section.type) or "") if section else "locations"
    known = KINDS.get(kind)
    of_kind = shelf.rpartition("/")[2] in ("items", "locations")
    needs = _NEEDS.get(shelf, known.needs if known and of_kind else ("name",))
    fields = tuple(
        replace(one, name=one.name.removeprefix(f"{entry}/"), needed=one.name.removeprefix(f"{entry}/") in needs)
        for one in read_fields(Places(made), pointer, entry, full=not of_kind) or ()
    )
    if not fields:  # what is read there is none of its own
        raise entries.NoRoom(shelf)
    many = known is not None and of_kind and not needs and any(one.kind == "picture" for one in fields)
    return Newcomer(kind, f"{kind}:{section.id or ''}" if section else SITE, fields, many)


def with_newcomer(
    document: dict[str, Any],
    pointer: str,
    shelf: str,
    wanted: Mapping[str, str],
    pictures: Sequence[tuple[str, str]] = (),
) -> tuple[str, str]:
    """The document as text, and the entry. `pictures` are addresses and what is said of them: the entry's own, or of an
    entry each where there may be many. Raises TextsWrong, LookupError and entries.NoRoom."""
    new = newcomer(document, pointer, shelf)
    wanted = {one.name: wanted.get(one.name, "") for one in new.fields if one.kind in TYPED}
    wrong = [(one.name, "needed") for one in new.fields if one.needed and not wanted.get(one.name, "x")]
    if not any(wanted.values()) and not pictures:
        wrong = wrong or [(new.fields[0].name, "needed")]
    if wrong:
        raise TextsWrong(wrong)
    if new.many and len(pictures) > 1:
        wanted = {}  # said of one, it would be said of all
    entry = ""
    for src, alt in (pictures if new.many else pictures[:1]) or [("", "")]:
        document, made = _one(document, pointer, shelf, wanted, src, alt)
        entry = entry or made
    return json.dumps(document, ensure_ascii=False), entry


def _one(
    document: dict[str, Any], pointer: str, shelf: str, wanted: Mapping[str, str], src: str, alt: str
) -> tuple[dict[str, Any], str]:
    place = f"{pointer}/{shelf}"
    there = Places(document).at(place)
    taken = [getattr(one, "id", None) for one in there]
    name = entries.new_id(wanted.get("name", ""), taken, shelf.rpartition("/")[2].rstrip("s"))
    entry = f"{shelf}/{len(there)}"
    made = entries.added(document, place, _stub(shelf, name))
    said = {f"{entry}/{key}": value for key, value in wanted.items()}
    try:
        made = write_fields(made, pointer, {**said, **({f"{entry}/image": src} if src else {})}, entry)
        if alt and src:
            made = write_fields(made, pointer, {f"{entry}/image/alt": alt}, entry)
    except TextsWrong as wrong:
        raise TextsWrong([(key.removeprefix(f"{entry}/"), why) for key, why in wrong.fields]) from None
    return made, entry


def _stub(shelf: str, name: str) -> dict[str, Any]:
    """An entry that says nothing yet; with an id, where its kind has one."""
    return {"id": name} if shelf.rpartition("/")[2] in ("items", "groups", "locations") else {}
