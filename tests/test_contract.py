"""The contract: what each section type draws, the JSON Schemas, and documents made from them."""

import json
from typing import Any

import pytest

from renderer.themes import PostSource, Themes, read_site
from renderer.themes.contract.content import Group, Item, SectionContent
from renderer.themes.contract.sections import KINDS
from renderer.themes.sections import GROUPED, TYPES
from tests.pages import NOW, draw, source

POST = PostSource("satu", "Satu", "Isi", None, NOW, 300)

SECTION: dict[str, Any] = {
    "label": "Xlabel",
    "title": "Xtitle",
    "intro": "Xintro",
    "text": "Xtext",
    "note": "Xnote",
    "facts": [{"label": "Xfact", "value": "Y"}],
    "actions": [{"label": "Xaction", "to": {"kind": "whatsapp"}}],
    "image": {"src": "/ximage.webp", "alt": "X"},
    "count": 1,
}
ITEM: dict[str, Any] = {
    "name": "Xname",
    "label": "Xlabel",
    "text": "Xtext",
    "role": "Xrole",
    "value": "42",
    "price": 25000,
    "status": "new",
    "badge": "Xbadge",
    "icon": "parang",
    "category": "Xcategory",
    "duration": "Xduration",
    "when": "Xwhen",
    "place": "Xplace",
    "features": ["Xfeature"],
    "highlight": True,
    "image": {"src": "/ximage.webp", "alt": "X"},
    "actions": [{"label": "Xaction", "to": {"kind": "whatsapp"}}],
    "action": {"label": "Xaction", "to": {"kind": "whatsapp"}},
    "phone": "0813-5550-0102",
    "address": "Xaddress",
}
# Read and drawn by nothing yet.
UNDRAWN = {"url", "hours"}


def page(themes: Themes, kind: str, section: dict[str, Any]) -> str:
    own = {"id": "x", "type": kind, "provenance": "owner", **section}
    other = {"id": "y", "type": "text", "text": "Lain"}
    content = {
        "site": {
            "name": "Warung",
            "tagline": "Slogan",
            "contact": {"whatsapp": "0813-5550-0101"},
            "channels": [{"kind": "gofood", "url": "https://gofood.example/x"}],
            "payments": {"accepted": ["cash"]},
            "locations": [{"name": "Cabang", "place": "Bandung"}],
        },
        "pages": [{"path": "/", "sections": [own, other]}],
    }
    site = read_site(themes, source(generated_content=json.dumps(content), default_sections=[kind, "text"]))
    posts = [POST, POST] if kind == "latest-posts" else None
    return draw(site, posts=posts).html


def made(kind: str, field: str, value: Any) -> dict[str, Any]:
    """A section of this type that shows something, whose item (or group) has the field."""
    needed = {"name": "Xname", **{name: ITEM[name] for name in KINDS[kind].needs}}
    return {"title": "Judul", "text": "Isi", "items": [{**needed, field: value}, {**needed, "category": "Lain"}]}


def test_the_table_of_section_types_is_the_engines() -> None:
    assert set(KINDS) == TYPES
    assert {name for name, kind in KINDS.items() if kind.groups} == GROUPED


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_table_names_the_fields_of_a_section_that_are_drawn(themes: Themes, kind: str) -> None:
    fields = set(SectionContent.model_fields) - {"id", "type", "provenance", "items", "groups"}
    for field in sorted(fields):
        base = {"title": "Judul", "text": "Isi", "items": [{"name": "A", "text": "B", "value": "1"}]}
        if field == "intro":
            base.pop("text")
        without = page(themes, kind, {name: value for name, value in base.items() if name != field})
        drawn = page(themes, kind, {**base, field: SECTION[field]}) != without
        assert drawn == (field in KINDS[kind].fields), field


@pytest.mark.parametrize("kind", sorted(name for name, kind in KINDS.items() if kind.items))
def test_the_table_names_the_fields_of_an_item_that_are_drawn(themes: Themes, kind: str) -> None:
    for field in sorted(set(Item.model_fields) - {"id"}):
        if field in UNDRAWN:
            assert field not in KINDS[kind].items
            continue
        given = made(kind, field, ITEM[field])
        absent = made(kind, field, None)
        if field in KINDS[kind].needs:
            assert field in KINDS[kind].items
            continue
        drawn = page(themes, kind, given) != page(themes, kind, absent)
        assert drawn == (field in KINDS[kind].items), field


@pytest.mark.parametrize("kind", sorted(GROUPED))
def test_the_table_names_the_fields_of_a_group_that_are_drawn(themes: Themes, kind: str) -> None:
    for field in sorted(set(Group.model_fields) - {"id", "items"}):
        group = {"items": [{"name": "A"}]}
        drawn = page(themes, kind, {"groups": [{**group, field: "Xgroup"}]}) != page(themes, kind, {"groups": [group]})
        assert drawn == (field in KINDS[kind].groups), field
