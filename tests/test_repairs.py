"""Everything a reading leaves out or replaces is said, with a pointer that leads there in the writer's own document."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renderer.themes import Repair, Themes, read_site
from renderer.themes.decode import decode
from renderer.themes.repair import unescape_step
from tests.pages import source
from tests.test_themes_hostile import anything, content, leaf, text

COLUMNS = ("config", "design_tokens", "generated_content", "components_config", "css_variables")


def repairs(themes: Themes, **columns: Any) -> dict[str, str]:
    """Pointer → message of the repairs of a document whose columns are values."""
    return {repair.pointer: repair.message for repair in read(themes, columns)}


def read(themes: Themes, columns: dict[str, Any]) -> tuple[Repair, ...]:
    row = {name: json.dumps(value) if name in COLUMNS else value for name, value in columns.items()}
    return read_site(themes, source(**row)).repairs


def sections(*given: Any, **site: Any) -> dict[str, Any]:
    contact = {"whatsapp": "0813-5550-0101"}
    return {"site": {"contact": contact, **site}, "pages": [{"path": "/", "sections": list(given)}]}


def leads_somewhere(document: dict[str, Any], pointer: str) -> bool:
    column, *steps = [unescape_step(step) for step in pointer[1:].split("/")]
    if column not in COLUMNS:
        return not steps
    value = document.get(column)
    for step in steps:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return False
    return True


def test_a_pointer_spells_maps_aliases_and_camel_case_as_the_document_does(themes: Themes) -> None:
    document = {
        "pages": {
            "/": {"sections": {"hero-1": {"type": "hero", "heading": "x" * 200}, "a": {"type": "hologram"}}},
            "/tentang kami": {"sections": {"b": {"type": "text", "body": "Hai"}}},
        },
        "site": {"contact": {"whatsApp": {"phone": "0812-3456-7890"}}},
    }
    found = repairs(themes, generated_content=document)
    assert found["/generated_content/pages/~1/sections/hero-1/heading"] == "longer than 160 characters; cut"
    assert "unknown section type" in found["/generated_content/pages/~1/sections/a/type"]
    assert "/generated_content/pages/~1tentang kami" in found
    assert "placeholder" in found["/generated_content/site/contact/whatsApp/phone"]


def test_text_in_place_of_an_object_is_pointed_at_itself(themes: Themes) -> None:
    found = repairs(themes, generated_content={"site": {"contact": {"wa": "12"}, "social": ["javascript:alert(1)"]}})
    assert set(found) == {"/generated_content/site/contact/wa", "/generated_content/site/social/0"}


def test_entries_that_were_left_out_do_not_move_the_others(themes: Themes) -> None:
    items = [None, 7, {"name": "Kopi", "status": "ungu"}, [], {"name": "Teh", "status": "ungu"}]
    given = sections(None, True, {"id": "m", "type": "menu", "items": items})
    found = repairs(themes, generated_content=given, components_config=[None, {}, {"id": "m", "variant": "miring"}])
    place = "/generated_content/pages/0/sections/2/items"
    assert {f"{place}/2/status", f"{place}/3", f"{place}/4/status"} <= set(found)
    assert {"/components_config/1", "/components_config/2/variant"} <= set(found)


def test_the_owners_word_counts_for_the_place_it_names_in_the_document(themes: Themes) -> None:
    claim = {"type": "testimonials", "items": [{"quote": "Enak", "name": "Dimas"}]}
    given = sections(None, {"id": "a", **claim}, {"id": "b", **claim})
    found = repairs(themes, generated_content={**given, "provenance": {"/pages/0/sections/2": "owner"}})
    assert [pointer for pointer, message in found.items() if "owner" in message] == [
        "/generated_content/pages/0/sections/1"
    ]


LOST = {
    "unknown variant": ({"template_variant": "miring"}, "/template_variant"),
    "a favicon elsewhere": ({"favicon_url": "https://evil.example/x.ico"}, "/favicon_url"),
    "unknown language": ({"generated_content": {"lang": "Français"}}, "/generated_content/lang"),
    "no address of e-mail": ({"generated_content": {"site": {"contact": {"email": "a b"}}}},
                             "/generated_content/site/contact/email"),
    "half a place": ({"generated_content": {"site": {"contact": {"geo": {"lat": 1}}}}},
                     "/generated_content/site/contact/geo"),
    "a place outside the world": ({"generated_content": {"site": {"contact": {"geo": {"lat": 100, "lng": 1}}}}},
                                  "/generated_content/site/contact/geo/lat"),
    "a name that is none": ({"generated_content": {"site": {"name": "undefined"}}}, "/generated_content/site/name"),
    "too many entries": ({"components_config": [{"type": "hero"}] * 400}, "/components_config"),
    "a page of the program's own": ({"generated_content": {"pages": [{}, {"path": "/blog"}]}},
                                    "/generated_content/pages/1/path"),
    "an entry for no page": ({"components_config": [{"type": "contact", "page": "/hilang"}]},
                             "/components_config/0/page"),
    "a date that is none": ({"components_config": [{"type": "hero", "until": "besok"}]},
                            "/components_config/0/until"),
    "an unknown ground": ({"components_config": [{"type": "contact", "background": "ungu"}],
                           "generated_content": sections()}, "/components_config/0/background"),
    "a time zone that is none": ({"config": {"timezone": "Mars"}}, "/config/timezone"),
    "an unknown theme": ({"template_id": "hilang"}, "/template_id"),
    "a colour that is none": ({"design_tokens": {"colors": {"brand": "red;}"}}}, "/design_tokens/colors/brand"),
    "a colour of the template that is none": ({"css_variables": {"color": {"primary": "?"}}},
                                              "/css_variables/color/primary"),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "pointer"), LOST.values(), ids=LOST)
def test_what_the_row_loses_is_said(themes: Themes, columns: dict[str, Any], pointer: str) -> None:
    assert pointer in repairs(themes, **columns)


ITEM = "/items/0"
IN_A_SECTION = {
    "a dead button": ({"actions": [{"label": "Mati", "to": {"kind": "section", "section": "x"}}]}, "/actions/0"),
    "a button without words": ({"actions": [{"to": {"url": "https://a.example"}}]}, "/actions/0"),
    "a fourth button": ({"actions": [{"label": "a", "to": {"kind": "whatsapp"}}] * 4}, "/actions/3"),
    "a dead button of an item": ({"items": [{"name": "a", "cta": {"label": "x", "to": "?"}}]}, "/items/0/cta"),
    "an item without a name": ({"items": [{"text": "a"}]}, ITEM),
    "an unknown state": ({"items": [{"name": "a", "status": "ungu"}]}, "/items/0/status"),
    "a price that is none": ({"items": [{"name": "a", "price": "murah"}]}, "/items/0/price"),
    "a negative price": ({"items": [{"name": "a", "price": {"value": -5}}]}, "/items/0/price/value"),
    "a former price below": ({"items": [{"name": "a", "price": {"amount": 5, "was": 4}}]}, "/items/0/price/was"),
    "a picture elsewhere": ({"items": [{"name": "a", "image": "https://evil.example/x"}]}, "/items/0/image"),
    "a picture without size": ({"items": [{"name": "a", "photo": {"src": "/x", "width": -1}}]}, "/items/0/photo/width"),
    "a number of nobody": ({"items": [{"name": "a", "phone": "08123456789"}]}, "/items/0/phone"),
    "a long name": ({"items": [{"title": "a" * 999}]}, "/items/0/title"),
    "a name beyond reading": ({"items": [{"title": "a" * 9999}]}, "/items/0/title"),
    "a field of another type": ({"items": [{"name": "a", "features": ["b"]}]}, "/items/0/features"),
    "a list of another type": ({"items": [{"name": "a"}], "facts": [{"label": "a", "value": "b"}]}, "/facts"),
    "an empty group": ({"items": [{"name": "a"}], "groups": [{"name": "Kosong"}]}, "/groups/0"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "pointer"), IN_A_SECTION.values(), ids=IN_A_SECTION)
def test_what_a_section_loses_is_said(themes: Themes, given: dict[str, Any], pointer: str) -> None:
    found = repairs(themes, generated_content=sections({"id": "p", "type": "products", **given}))
    assert f"/generated_content/pages/0/sections/0{pointer}" in found


HOURS = {
    "overlapping hours": ({"weekly": [{"days": ["mo"], "open": "07", "close": "12"},
                                      {"days": ["mo"], "open": "11", "close": "15"}]}, "/weekly/1"),
    "a time that is none": ({"weekly": [{"days": ["mo"], "opens": "pagi", "close": "12"}]}, "/weekly/0"),
    "a day that is none": ({"weekly": [{"days": ["mo", "libur"], "open": "7", "close": "12"}]}, "/weekly/0/days/1"),
    "an exception without a date": ({"weekly": [{"days": ["mo"], "open": "7", "close": "12"}],
                                     "exceptions": [{"from": "Lebaran", "closed": True}]}, "/exceptions/0"),
    "nothing at all": ({"note": "Telepon dulu"}, ""),
}  # fmt: skip


@pytest.mark.parametrize(("given", "pointer"), HOURS.values(), ids=HOURS)
def test_what_the_hours_lose_is_said(themes: Themes, given: dict[str, Any], pointer: str) -> None:
    assert f"/generated_content/site/hours{pointer}" in repairs(themes, generated_content={"site": {"hours": given}})


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    content | anything,
    st.lists(
        st.fixed_dictionaries(
            {"type": st.sampled_from(["hero", "menu", "posts", "?"])},
            optional=dict.fromkeys(("id", "page", "from", "background", "variant", "visible"), leaf | text),
        )
        | leaf,
        max_size=4,
    )
    | anything,
    anything,
)
def test_every_pointer_leads_somewhere_in_the_document(
    themes: Themes, content: Any, components: Any, tokens: Any
) -> None:
    columns = {"generated_content": content, "components_config": components, "design_tokens": tokens}
    document = {name: decode(json.dumps(value))[0] for name, value in columns.items()}
    for repair in read(themes, columns):
        assert leads_somewhere(document, repair.pointer), repair


def test_the_order_of_repairs_follows_from_the_row_alone(themes: Themes) -> None:
    item = {"name": "Kantor", "price": "1", "badge": "a", "rating": 5, "status": "new", "author": "b", "role": "c"}
    found = read(themes, {"generated_content": sections({"id": "l", "type": "locations", "items": [item]})})
    undrawn = [repair.pointer for repair in found if "not drawn by" in repair.message]
    assert len(undrawn) == 4
    assert undrawn == sorted(undrawn)


@pytest.mark.parametrize(
    "geo", [{"lat": "x", "lng": 107.6}, {"lat": 91, "lng": 7}, {"lat": None, "lng": [1]}, {"lat": {}}]
)
def test_a_place_that_is_none_is_left_out(themes: Themes, geo: object) -> None:
    content = json.dumps({"site": {"contact": {"geo": geo}}})
    assert read_site(themes, source(generated_content=content)).view.business.latitude is None
