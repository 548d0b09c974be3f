"""The contract: what each section type draws, the JSON Schemas, and documents made from them."""

import json
from typing import Any

import pytest

from renderer.themes import PostSource, Themes, read_site
from renderer.themes.contract.content import Group, Item, SectionContent
from renderer.themes.contract.sections import KINDS
from renderer.themes.sections import GROUPED, TYPES
from tests.pages import NOW, Page, draw, source

POST = PostSource("satu", "Satu", "Isi", None, NOW, 300)

SECTION: dict[str, Any] = {
    "label": "Xlabel",
    "title": "Xtitle",
    "intro": "Xintro",
    "text": "Xtext",
    "note": "Xnote",
    "facts": [{"label": "Xfact", "value": "Y"}],
    "actions": [{"label": "Xaction", "to": {"kind": "whatsapp"}}],
    "action": {"label": "Xbutton", "to": {"kind": "whatsapp"}},
    "image": {"src": "/ximage.webp", "alt": "X"},
    "video": {"url": "https://youtu.be/aqz-KE-bpKQ"},
    "form": "xform",
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
    "geo": {"lat": -6.9, "lng": 107.6},
    "url": "https://www.example.com/xurl",
    "hours": {"weekly": [{"days": ["mo"], "open": "07:00", "close": "12:00"}]},
}


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
        if kind == "video" != field:
            base["video"] = SECTION["video"]
        without = page(themes, kind, {name: value for name, value in base.items() if name != field})
        drawn = page(themes, kind, {**base, field: SECTION[field]}) != without
        assert drawn == (field in KINDS[kind].fields), field


@pytest.mark.parametrize("kind", sorted(name for name, kind in KINDS.items() if kind.items))
def test_the_table_names_the_fields_of_an_item_that_are_drawn(themes: Themes, kind: str) -> None:
    for field in sorted(set(Item.model_fields) - {"id"}):
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


@pytest.mark.parametrize("kind", sorted(name for name, kind in KINDS.items() if "url" in kind.items))
def test_an_item_leads_where_its_url_does(themes: Themes, kind: str) -> None:
    def links(**item: Any) -> list[tuple[str, str]]:
        drawn = Page(page(themes, kind, {"title": "Judul", "items": [{"name": "Satu", "text": "Isi", **item}]}))
        inside = [one for one in drawn.all("a") if any(up.get("id") == "x" for up in one.up())]
        return [(one.text, one.get("href")) for one in inside]

    address = "https://www.example.com/satu"
    assert [href for _, href in links(url=address)] == [address]
    assert all(text for text, _ in links(url=address))
    assert links(url="javascript:alert(1)") == links(url="/tidak-ada") == links() == []
    if "actions" in KINDS[kind].items:
        own = {"label": "Pesan", "to": {"url": "https://www.example.com/pesan"}}
        assert links(url=address, actions=[own]) == [("Pesan", "https://www.example.com/pesan")]


def test_an_url_that_leads_nowhere_is_reported(themes: Themes) -> None:
    section = {"type": "products", "items": [{"name": "Satu", "url": "javascript:alert(1)"}]}
    content = {"pages": [{"path": "/", "sections": [section]}]}
    found = read_site(themes, source(generated_content=json.dumps(content))).repairs
    assert [(one.pointer, one.message) for one in found] == [
        ("/generated_content/pages/0/sections/0/items/0/url", "leads nowhere; left out")
    ]


def test_a_place_says_when_it_is_open(themes: Themes) -> None:
    hours = {"senin": "08:00–17:00", "selasa": "08:00–17:00"}
    drawn = Page(page(themes, "locations", {"title": "Cabang", "items": [{"name": "Dago", "hours": hours}]}))
    rows = [one for one in drawn.with_class("rows") if any(up.get("id") == "x" for up in one.up())]
    assert [pair.text for row in rows for pair in row.children] == ["Sen–Sel08.00–17.00", "Rab–MinTutup"]


@pytest.mark.parametrize("theme", ["pilar", "spanduk", "bingkai", "etalase", "lembar"])
def test_what_a_channel_says_stands_beside_it(themes: Themes, theme: str) -> None:
    channels = [{"kind": "gofood", "url": "https://gofood.example/x", "text": "Pesan antar"}]
    content = {
        "site": {"name": "W", "channels": channels},
        "pages": [{"path": "/", "sections": [{"type": "channels"}]}],
    }
    drawn = draw(
        read_site(
            themes, source(template_id=theme, generated_content=json.dumps(content), default_sections=["channels"])
        )
    )
    assert "GoFood Pesan antar" in drawn.visible
