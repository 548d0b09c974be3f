"""Every field of the content contract has an editor in the console, or a reason why it has none."""

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest

from renderer.console.designing.findable import PageFound, column_of_page
from renderer.console.editing import Facts, Holiday, price_list, set_sold_out, texts, write_facts
from renderer.console.editing.fields import SITE
from renderer.console.editing.of_profile import PARTS
from renderer.console.editing.places import Places
from renderer.console.editing.shelves import shelves_of
from renderer.console.editing.tongues import write_translated
from renderer.themes.contract import content as contract
from renderer.themes.contract.lenient import Lenient
from renderer.themes.contract.sections import KINDS
from renderer.themes.contract.spelling import kind_of, names_of, snake

Place = tuple[type[Lenient], str]

WITHOUT: dict[Place, str] = {
    (contract.Content, "language"): "which languages a site has is decided where its translations are made",
    (contract.Content, "languages"): "the same",
    (contract.Translation, "language"): "the same",
    (contract.PageTranslation, "path"): "names the page that it is a translation of",
    (contract.PageTranslation, "as_"): "made of the page’s own address, unless whoever translates says another",
    (contract.SectionContent, "id"): "a name for documents, not for people",
    (contract.SectionContent, "type"): "chosen when a section is added",
    (contract.Item, "id"): "a name for documents, not for people",
    (contract.Group, "id"): "a name for documents, not for people",
    (contract.Picture, "width"): "the uploaded picture says it",
    (contract.Picture, "height"): "the uploaded picture says it",
    (contract.OpenDays, "open"): "written as the day’s time, in one text",
    (contract.OpenDays, "close"): "written as the day’s time, in one text",
    (contract.OpenDays, "closed"): "a day without hours is closed",
    (contract.Vouch, "pointer"): "written by the ticks of what needs the owner’s word",
    (contract.Vouch, "by"): "written by the ticks of what needs the owner’s word",
}


def of_contract(model: type[Lenient] = contract.Content, seen: set[type[Lenient]] | None = None) -> Iterator[Place]:
    """Every field that holds no further model."""
    seen = seen if seen is not None else set()
    if model in seen:
        return
    seen.add(model)
    for name in model.model_fields:
        kind = kind_of(model, name)
        kind = kind[0] if isinstance(kind, list) else kind
        if kind is None:  # plain, or a list of plain values
            yield model, name
        else:
            yield from of_contract(kind, seen)


def place_of(pointer: str) -> Place | None:
    """The model and field that a pointer leads to."""
    *steps, last = pointer.split("/")[1:]
    kind: Any = contract.Content
    for step in steps:
        kind = kind[0] if isinstance(kind, list) else kind_of(kind, step) if kind else None
    return (kind, last) if isinstance(kind, type) and last in kind.model_fields else None


def written(node: Any, kind: Any = contract.Content) -> Iterator[Place]:
    """What stands in a document that an editor wrote from nothing."""
    if isinstance(kind, list):
        for one in node:
            yield from written(one, kind[0])
    elif kind is not None and isinstance(node, dict):
        for key, value in node.items():
            name = next((name for name in kind.model_fields if snake(key) in names_of(kind, name)), "")
            inner = kind_of(kind, name) if name else None
            if inner not in (None, [None]):
                yield from written(value, inner)
            elif name:
                yield kind, name


def crowded(kind: str) -> dict[str, Any]:
    """A section of a type, with an entry in each of its lists."""
    # What says the same as an address is offered where it is used.
    actions = [{"to": {"path": "/a", "slug": "a", "item": "a"}}]
    item = {"name": "A", "image": {"src": "/a.jpg"}, "actions": actions, "action": {}}
    section = {
        "type": kind,
        "items": [item],
        "facts": ["A"],
        "actions": actions,
        "action": {},
        "image": {"src": "/a.jpg"},
    }
    return section | ({"groups": [{"name": "A", "items": [item]}]} if KINDS[kind].groups else {})


def offered(places: Places, pointer: str, parts: tuple[str, ...] = ("",)) -> set[str]:
    """Names of fields on all screens of a section: its own, and each entry's."""
    found = set()
    for part in parts:
        for shelf, _ in shelves_of(places, pointer, part):
            for number in range(len(places.at(f"{pointer}/{shelf}"))):
                found |= {one.name for one in texts.read_fields(places, pointer, f"{shelf}/{number}") or ()}
        found |= {one.name for one in texts.read_fields(places, pointer, part) or ()}
    return found


def of_editors() -> Iterator[Place]:
    for kind in KINDS:
        places = Places({"pages": [{"sections": [crowded(kind)]}]})
        pointer = "/pages/0/sections/0"
        yield from filter(None, (place_of(f"{pointer}/{name}") for name in offered(places, pointer)))
    one = {"name": "A"}
    site = {"locations": [one], "channels": [{}], "credentials": [{}], "navigation": [{}], "logo": "/a.jpg"}
    places = Places({"site": {**site, "currency": "IDR"}})
    yield from filter(None, (place_of(f"{SITE}/{name}") for name in offered(places, SITE, ("", *PARTS))))
    facts: dict[str, Any] = {}
    given = {one.name: "1" for one in fields(Facts) if one.name not in ("days", "holidays")}
    given |= {"whatsapp": "081355500123", "phone": "0225550101", "email": "a@example.com", "place": "-6.9, 107.6"}
    holidays = (Holiday("2026-12-24", "2026-12-24", "A", "09.00", "12.00"), Holiday("2026-12-25", "2026-12-25"))
    after = Facts(**given | {"map_url": "https://example.com/"}, days=("08.00–12.00",) * 7, holidays=holidays)
    write_facts(facts, Facts(), after)
    yield from written(facts)
    page = json.loads(column_of_page({"pages": [{}, {"path": "/a", "title": "A"}]}, PageFound("/a", "B", "C", "D")))
    yield from written(page)
    yield contract.Picture, "src"  # a picture's field is its address
    said = {"title": "A", "description": "B", "nav": "C"}
    english = {"pages": [{"path": "/", "title": "X"}], "translations": [{"language": "en"}]}
    yield from written(json.loads(write_translated(english, "/pages/0", "en", said)))
    shop: dict[str, Any] = {"pages": [{"sections": [{"type": "menu", "items": [{"name": "A", "price": "1"}]}]}]}
    set_sold_out(shop, price_list(shop)[0], True)
    yield from written(shop)


def test_every_field_of_the_contract_has_an_editor_or_a_reason() -> None:
    there, edited = set(of_contract()), set(of_editors())
    missing = sorted(f"{model.__name__}.{name}" for model, name in there - edited - WITHOUT.keys())
    assert not missing, f"no screen edits {missing}"
    stale = sorted(f"{model.__name__}.{name}" for model, name in WITHOUT.keys() - there)
    assert not stale, f"no longer fields: {stale}"


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_section_draws_can_be_written_in_its_forms(kind: str) -> None:
    pointer, drawn = "/pages/0/sections/0", KINDS[kind]
    names = offered(Places({"pages": [{"sections": [{"type": kind}]}]}), pointer)
    empty = {name.partition("/")[0] for name in names}
    lists = {"facts", "actions"}  # entries are added to them
    assert set(drawn.fields) - empty - lists - {"action"} == set()
    if not drawn.items:
        return
    places = Places({"pages": [{"sections": [{"type": kind, "items": [{"name": "A"}]}]}]})
    of_item = {one.name.split("/")[2] for one in texts.read_fields(places, pointer, "items/0") or ()}
    assert set(drawn.items) - of_item - {"actions"} == set()
