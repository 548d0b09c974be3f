"""A section's form as it is laid out: its own fields, and its lists with an entry's fields together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from renderer.console.editing.fields import SITE, Field, kind_of_section
from renderer.console.editing.places import Places


@dataclass(frozen=True, slots=True)
class Block:
    """An entry, or the heading of a group. `place` is where it is below the section: `items/2`, `groups/0`."""

    place: str
    title: str
    fields: tuple[Field, ...]
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """A list; `group` is the heading that it stands below."""

    name: str
    group: Block | None
    blocks: tuple[Block, ...]


def shelves_of(places: Places, pointer: str) -> list[tuple[str, str]]:
    """(list, heading of its group) for every list of a section that takes entries."""
    if pointer == SITE:
        return [("locations", "")]
    section = places.section(pointer)
    if section is None:
        return []
    kind = kind_of_section(section)
    groups = [(f"groups/{number}/items", group.name or "") for number, group in enumerate(section.groups)]
    plain = [("items", "")] if kind.items and (section.items or not groups) else []
    return [*plain, *groups, *([("groups", "")] if kind.groups else [])]


def laid_out(places: Places, pointer: str, fields: Sequence[Field]) -> tuple[list[Field], list[Shelf]]:
    """The section's own fields, and its lists. An entry beyond the form's fields has none here."""
    by_place: dict[str, list[Field]] = {}
    for field in fields:
        by_place.setdefault(field.of, []).append(field)

    def blocks(shelf: str) -> list[Block]:
        listed = places.at(f"{pointer}/{shelf}")
        named = [(f"{shelf}/{number}", one.name or "") for number, one in enumerate(listed)]
        return [
            Block(place, name, tuple(by_place.get(place, ())), number == 0, number == len(named) - 1)
            for number, (place, name) in enumerate(named)
        ]

    groups = {f"{one.place}/items": one for one in (blocks("groups") if pointer != SITE else [])}
    shelves = [
        Shelf(name, groups.get(name), tuple(blocks(name)) if name != "groups" else ())
        for name, _ in shelves_of(places, pointer)
    ]
    return by_place.get("", []), shelves
