"""Who vouches for what in a site's content: read, stated, and carried along when entries move. Pure."""

import re
from typing import Any

from renderer.console.editing.places import Places
from renderer.themes.plan import page_path
from renderer.themes.provenance import Provenance

Document = dict[str, Any]
_POINTERS = ("pointer", "at", "path", "id")
VOUCHED = "vouched"
"""The last step of a form's field that says so."""


def section_vouched(places: Places, pointer: str) -> bool:
    page, section = places.at(pointer.rpartition("/sections/")[0]), places.at(pointer)
    place, path = _own(places, pointer), page_path(page.path) or "/"
    return Provenance(places.content.provenance).section(path, section.id, place, section.provenance)


def fact_vouched(places: Places, pointer: str) -> bool:
    """Of `/site/payments/qris`, or an entry of `/site/credentials`: as the pages read it."""
    return Provenance(places.content.provenance).vouched(*_names(places, pointer))


def vouch(document: Document, pointer: str, is_owners: bool) -> None:
    """State it of a fact, in place. What was said of it by another name goes."""
    key = _key(document) or "provenance"
    names = _names(Places(document), pointer)
    stated, by = document.get(key), "owner" if is_owners else "generated"
    if isinstance(stated, list):
        kept = [one for one in stated if not (isinstance(one, dict) and one.get(_pointer_key(one)) in names)]
        document[key] = [*kept, {"pointer": names[0], "by": by}]
    else:
        kept_by = {name: one for name, one in stated.items() if name not in names} if isinstance(stated, dict) else {}
        document[key] = {**kept_by, names[0]: by}


def forget(made: Document, before: Places, pointer: str) -> None:
    """What was said of a credential by its kind goes with the last one of that kind."""
    key, kind = _key(made), before.at(pointer).kind
    stated = made.get(key) if key else None
    if key is None or [one.kind for one in before.content.site.credentials].count(kind) > 1:
        return
    name = f"/site/credentials/{kind}"
    if isinstance(stated, dict):
        made[key] = {pointer: by for pointer, by in stated.items() if pointer != name}
    elif isinstance(stated, list):
        made[key] = [one for one in stated if not isinstance(one, dict) or one.get(_pointer_key(one)) != name]


def forget_below(made: Document, pointer: str) -> None:
    """What was said of a place that is gone, and of all below it."""
    key = _key(made)
    stated = made.get(key) if key else None

    def is_below(name: Any) -> bool:
        return isinstance(name, str) and f"{name}/".startswith(f"{pointer}/")

    if key is not None and isinstance(stated, dict):
        made[key] = {name: by for name, by in stated.items() if not is_below(name)}
    elif key is not None and isinstance(stated, list):
        made[key] = [one for one in stated if not is_below(one.get(_pointer_key(one)) if isinstance(one, dict) else "")]


def rename(made: Document, old: str, new: str) -> None:
    """What was said of a place, and of all below it, is said of it by its new name."""
    key = _key(made)
    stated = made.get(key) if key else None

    def renamed(pointer: Any) -> Any:
        if not isinstance(pointer, str) or not f"{pointer}/".startswith(f"{old}/"):
            return pointer
        return new + pointer[len(old) :]

    if key is not None and isinstance(stated, dict):
        made[key] = {renamed(pointer): by for pointer, by in stated.items()}
    elif key is not None and isinstance(stated, list):
        for entry in stated:
            if name := _pointer_key(entry):
                entry[name] = renamed(entry[name])


def carry(made: Document, before: Places, shelf: str, index: int, other: int | None = None) -> None:
    """Vouches by number go with the entries of a list: the one at `index` was removed, or changed places with `other`.
    None may come to stand for another one's words."""
    above, _, last = _own(before, f"{shelf}/{index}").rpartition("/")
    there = "" if other is None else _own(before, f"{shelf}/{other}").rpartition("/")[2]
    key = _key(made)
    stated = made.get(key) if key else None
    if key is None or not last.isdigit() or not stated or (other is not None and not there.isdigit()):
        return
    way, one = re.compile(rf"{re.escape(above)}/(\d+)(?=/|$)"), int(last)

    def moved(number: int) -> int | None:
        if there:
            return {one: int(there), int(there): one}.get(number, number)
        return None if number == one else number - (number > one)

    def carried(pointer: Any) -> Any:
        found = way.match(pointer) if isinstance(pointer, str) else None
        if not found:
            return pointer
        number = moved(int(found[1]))
        return None if number is None else f"{above}/{number}{pointer[found.end() :]}"

    if isinstance(stated, dict):
        made[key] = {new: by for old, by in stated.items() if (new := carried(old)) is not None}
    elif isinstance(stated, list):
        kept = []
        for entry in stated:
            name = _pointer_key(entry)
            if not name:
                kept.append(entry)
            elif (new := carried(entry[name])) is not None:
                kept.append({**entry, name: new})
        made[key] = kept


def _key(document: Document) -> str | None:
    return next((key for key in document if key.casefold() == "provenance"), None)


def _pointer_key(one: Any) -> str:
    return next((name for name in _POINTERS if isinstance(one, dict) and name in one), "")


def _own(places: Places, pointer: str) -> str:
    return (places.own_place(pointer) or "").removeprefix("/content")


def _names(places: Places, pointer: str) -> list[str]:
    names = [_own(places, pointer) or pointer]
    if pointer.startswith("/site/credentials/"):
        names.append(f"/site/credentials/{places.at(pointer).kind or ''}")
    return names
