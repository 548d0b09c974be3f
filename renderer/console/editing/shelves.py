"""A form as it is laid out: what is said of the section itself, and its lists with an entry's fields together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from renderer.console.editing.fields import SITE, Field
from renderer.console.editing.of_profile import PARTS
from renderer.console.editing.of_section import kind_of_section
from renderer.console.editing.places import Places
from renderer.themes.decode import clean_text


@dataclass(frozen=True, slots=True)
class Block:
    """An entry, or the heading of a group. `place` is where it is below the section: `items/2`, `groups/0`. Without
    `fields` it has a form of its own alone; `price` is what its line says then."""

    place: str
    title: str
    fields: tuple[Field, ...]
    is_first: bool
    is_last: bool
    price: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A list; `group` is the heading that it stands below."""

    name: str
    group: Block | None
    blocks: tuple[Block, ...]


def shelves_of(places: Places, pointer: str, part: str = "") -> list[tuple[str, str]]:
    """(list, heading of its group) for every list of a form that takes entries."""
    if pointer == SITE:
        return [(part, "")] if part in PARTS and part != "payments" else [] if part else [("locations", "")]
    section = places.section(pointer)
    if section is None or part:
        return []
    kind = kind_of_section(section)
    groups = [(f"groups/{number}/items", group.name or "") for number, group in enumerate(section.groups)]
    plain = [("items", "")] if kind.items and (section.items or not groups) else []
    facts = [("facts", "")] if section.facts or "facts" in kind.fields else []
    actions = [("actions", "")] if section.actions or "actions" in kind.fields else []
    return [*facts, *plain, *groups, *([("groups", "")] if kind.groups else []), *actions]


def laid_out(places: Places, pointer: str, fields: Sequence[Field], part: str = "") -> tuple[list[Field], list[Shelf]]:
    """What is said of the section itself, and its lists. An entry's own form has no lists."""
    by_place: dict[str, list[Field]] = {}
    for field in fields:
        by_place.setdefault(field.of, []).append(field)
    if part and part not in PARTS:
        return list(fields), []

    def blocks(shelf: str) -> list[Block]:
        return [
            Block(place, title, tuple(by_place.get(place, ())), number == 0, number == count - 1, _price(entry))
            for number, (place, title, entry, count) in enumerate(_listed(places, pointer, shelf))
        ]

    groups = {f"{one.place}/items": one for one in (blocks("groups") if places.section(pointer) else [])}
    shelves = [
        Shelf(name, groups.get(name), tuple(blocks(name)) if name != "groups" else ())
        for name, _ in shelves_of(places, pointer, part)
    ]
    return by_place.get("", []), shelves


def block_at(
    places: Places, pointer: str, place: str, fields: Sequence[Field]
) -> tuple[Block, Block | None, Block | None]:
    """An entry with the ones before and after it in its list. Raises LookupError."""
    shelf, _, last = place.rpartition("/")
    listed = [
        Block(where, title, (), number == 0, number == count - 1)
        for number, (where, title, _, count) in enumerate(_listed(places, pointer, shelf))
    ]
    number = int(last)
    own = listed[number]
    block = Block(place, own.title, tuple(fields), own.is_first, own.is_last)
    return block, None if own.is_first else listed[number - 1], None if own.is_last else listed[number + 1]


def title_of(entry: Any) -> str:
    """What an entry is called in its list."""
    for name in ("name", "label", "value", "kind", "text", "number"):
        said = getattr(entry, name, None)
        if isinstance(said, str) and said.strip():
            return clean_text(said)[:80]
    return ""


def _listed(places: Places, pointer: str, shelf: str) -> list[tuple[str, str, Any, int]]:
    listed = places.at(f"{pointer}/{shelf}")
    return [(f"{shelf}/{number}", title_of(one), one, len(listed)) for number, one in enumerate(listed)]


def _price(entry: Any) -> str:
    price = getattr(entry, "price", None)
    return clean_text(price.amount or "")[:40] if price else ""
