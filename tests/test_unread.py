"""What a writer said under names that nobody reads is named, with its place in the document."""

import json
from pathlib import Path
from typing import Any

import pytest

from renderer.themes import Themes, read_site, unread_fields
from renderer.themes.contract.unread import MOST_UNREAD
from tests.pages import draw, source

DEMO = Path(__file__).parent.parent / "demo" / "sites"


def unread(content: Any, components: Any = None) -> dict[str, str]:
    row = source(generated_content=json.dumps(content), components_config=json.dumps(components))
    return {repair.pointer: repair.message for repair in unread_fields(row)}


def section(**fields: Any) -> dict[str, Any]:
    return {"pages": [{"path": "/", "sections": [{"type": "menu", **fields}]}]}


UNDER = "/generated_content/pages/0/sections/0"


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"headline": "Menu", "title": "Menu kami"}, {"headline": "says the same as title, which is read instead"}),
        ({"tittle": "Menu"}, {"tittle": "not a field of the contract; not read (title was meant?)"}),
        ({"layout": {"columns": 3}}, {"layout": "not a field of the contract; not read"}),
        ({"items": [{"name": "Soto"}, {"name": "Es", "g/porsi": 4}]},
         {"items/1/g~1porsi": "not a field of the contract; not read"}),
        ({"items": {"soto": {"name": "Soto", "kcal": 2}}},
         {"items/soto/kcal": "not a field of the contract; not read"}),
        ({"groups": [{"name": "A", "items": [{"name": "B", "price": {"amount": 1, "currency": "IDR"}}]}]},
         {"groups/0/items/0/price/currency": "not a field of the contract; not read"}),
        ({"subTitle": "a", "$comment": "b", "_note": "c", "cta": {"label": "d"}, "layout": None}, {}),
        ({"text": {"type": "doc", "content": [{"type": "paragraph"}]}}, {}),
    ],
)  # fmt: skip
def test_a_name_that_is_not_read_is_named(fields: dict[str, Any], found: dict[str, str]) -> None:
    said = unread(section(**fields))
    assert said == {f"{UNDER}/{place}": message for place, message in found.items()}


def test_days_may_stand_in_place_of_a_week() -> None:
    assert unread({"site": {"hours": {"senin": "08:00–17:00", "minggu": "tutup"}}}) == {}
    said = unread({"site": {"hours": {"weekly": [{"days": ["mo"], "opened": "08:00"}]}}})
    assert list(said) == ["/generated_content/site/hours/weekly/0/opened"]


def test_components_are_looked_through_in_either_form() -> None:
    given = [{"type": "hero", "colour": "red"}]
    assert list(unread({}, given)) == ["/components_config/0/colour"]
    assert list(unread({}, {"components": given})) == ["/components_config/components/0/colour"]


@pytest.mark.parametrize("hostile", [7, "text", [], {"a" * 100_000: 1}, {"pages": 7}, {"pages": [[[]]]}, {"site": []}])
def test_whatever_the_row_holds_it_is_looked_through(hostile: Any) -> None:
    assert len(unread(hostile, hostile)) <= 2


def test_they_are_named_up_to_a_number() -> None:
    assert len(unread({"site": {f"field{number}": 1 for number in range(5_000)}})) == MOST_UNREAD


def test_the_demo_sites_say_nothing_in_vain() -> None:
    for path in sorted(DEMO.glob("*.json")):
        site = json.loads(path.read_text("utf-8"))["website"]
        assert unread(site["generated_content"], site["components_config"]) == {}, path.name


def test_sections_without_pages_are_the_home_pages(themes: Themes) -> None:
    content = {"sections": [{"type": "about", "title": "Tentang", "text": "Kami", "colour": "red"}, {"type": "menu"}]}
    assert list(unread(content)) == ["/generated_content/sections/0/colour"]
    site = read_site(themes, source(generated_content=json.dumps(content)))
    assert "Tentang" in draw(site).text
    assert "/generated_content/sections/1" in [repair.pointer for repair in site.repairs]


def test_sections_beside_pages_are_nobodys(themes: Themes) -> None:
    content = {"sections": [{"type": "about", "title": "Lain"}], **section(title="Menu", items=[{"name": "Soto"}])}
    assert list(unread(content)) == ["/generated_content/sections"]
    assert "Lain" not in draw(read_site(themes, source(generated_content=json.dumps(content)))).text
