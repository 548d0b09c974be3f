"""The theme Etalase: shelves of touching cells, categories that stay in sight, prices on notched tags."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from renderer.themes import Site, Themes, load_themes, palette, read_site
from renderer.themes.colour import contrast, from_hex
from renderer.themes.tints import TINTS
from tests.pages import ROOT, Element, Page, draw, source

WHATSAPP = {"whatsapp": {"number": "0813-5550-0101"}}


@pytest.fixture(scope="module")
def themes() -> Themes:
    return load_themes(ROOT)


def shop(themes: Themes, *sections: Any, contact: Any = WHATSAPP, **columns: Any) -> Site:
    content = {"site": {"name": "Toko", "contact": contact}, "pages": [{"path": "/", "sections": list(sections)}]}
    return read_site(themes, source(template_id="etalase", generated_content=json.dumps(content), **columns))


def goods(count: int, *, kind: str = "products", **fields: Any) -> dict[str, Any]:
    items = [{"id": f"b{number}", "name": f"Barang {number}", "price": 25000, **fields} for number in range(count)]
    return {"id": "barang", "type": kind, "title": "Barang", "items": items}


def below(element: Element, tag: str) -> list[Element]:
    return [one for one in element.down() if one.tag == tag]


def categories(page: Page) -> list[tuple[str, str]]:
    bar = page.with_class("bar")[0]
    return [(link.get("href"), link.text) for link in below(bar, "a") if "." in link.get("href")]


@pytest.mark.parametrize("kind", ["products", "menu", "services", "pricing", "gallery"])
def test_a_price_is_read_and_copied_as_one_word(themes: Themes, kind: str) -> None:
    page = draw(shop(themes, goods(2, kind=kind)))
    assert {amount.text for amount in page.with_class("sum")} == {"Rp25.000"}
    assert page.with_class("rp")[0].text == "Rp"


def test_words_in_place_of_a_price_are_not_split(themes: Themes) -> None:
    page = draw(shop(themes, goods(2, price="Rpt dulu")))
    assert {amount.text for amount in page.with_class("sum")} == {"Rpt dulu"}
    assert page.with_class("rp") == []


def test_the_bar_leads_to_every_category_of_the_first_list_that_has_any(themes: Themes) -> None:
    mixed = goods(5)
    for number, item in enumerate(mixed["items"]):
        item["category"] = ("Beras", "Minyak", "")[number % 3]
    menu = {**goods(4, kind="menu"), "id": "menu", "groups": [{"name": "Kopi", "items": [{"name": "Tubruk"}]}]}
    page = draw(shop(themes, mixed, menu))
    assert [name for _, name in categories(page)] == ["Beras 2", "Minyak 2"]
    shown = {element.attrs["id"] for element in page.with_class("shelf") if "id" in element.attrs}
    assert {href[1:] for href, _ in categories(page)} <= shown


def test_a_page_without_categories_or_navigation_has_no_bar(themes: Themes) -> None:
    assert draw(shop(themes, contact={})).with_class("bar") == []


def test_the_rest_of_the_last_row_asks_on_whatsapp_or_does_what_the_list_offers(themes: Themes) -> None:
    asks = draw(shop(themes, goods(4))).with_class("ask")
    assert [below(one, "a")[0].get("href")[:14] for one in asks] == ["https://wa.me/"]
    own = {**goods(4), "actions": [{"label": "Daftar harga", "to": {"kind": "whatsapp"}}]}
    page = draw(shop(themes, own))
    assert [one.text.strip() for one in page.with_class("ask")] == ["Daftar harga"]
    assert page.text.count("Daftar harga") == 1
    alone = draw(shop(themes, goods(4), contact={"phone": "0274-555-0101"}))
    assert alone.with_class("ask") == []


def test_the_first_goods_stand_beside_the_offer_with_a_picture_each(themes: Themes) -> None:
    page = draw(shop(themes, goods(5, kind="menu")))
    picks = page.with_class("picks")[0]
    assert [link.text for link in below(picks, "a")] == ["Barang 0", "Barang 1", "Barang 2"]
    assert len(below(picks, "svg")) == 3


def test_a_drawing_shown_twice_paints_with_one_pattern(themes: Themes) -> None:
    page = draw(shop(themes, goods(3), design_tokens='{"motif": "kawung"}'))
    assert len(page.with_class("motif")) >= 6
    assert len(page.all("pattern")) == 3
    assert below(page.with_class("picks")[0], "pattern") == []


def test_the_aisle_draws_goods_in_rows(themes: Themes) -> None:
    assert draw(shop(themes, goods(4))).with_class("in-rows") == []
    assert len(draw(shop(themes, goods(4), template_variant="lorong")).with_class("in-rows")) == 1


def test_the_receipt_says_where_when_and_how_to_pay(themes: Themes) -> None:
    content = {
        "site": {
            "name": "Toko",
            "contact": {**WHATSAPP, "address": {"street": "Jl. Cihapit No. 27", "city": "Bandung"}},
            "hours": {"senin": "08:00–17:00"},
            "payments": {"accepted": ["cash", "transfer"]},
        }
    }
    page = draw(read_site(themes, source(template_id="etalase", generated_content=json.dumps(content))))
    slip = page.with_class("slip")[0].text
    assert all(
        said in slip for said in ("Jl. Cihapit No.\u00a027", "08.00–17.00", "Tunai, Transfer bank", "0813-5550-0101")
    )


def test_categories_are_told_apart_by_hue_unless_the_scheme_has_none() -> None:
    for shades in (palette.light(palette.Seeds("#c8102e")), palette.dark(palette.Seeds("#c8102e"))):
        hues = [from_hex(shades[tint]).h for tint in TINTS]
        assert len({round(hue / 36) for hue in hues}) == 5
        assert all(contrast(shades["ink"], shades[tint]) >= 7 for tint in TINTS)
    mono = palette.light(palette.Seeds("#1d1d1b", character="mono"))
    assert all(from_hex(mono[tint]).c < 0.01 for tint in TINTS)


def test_the_face_of_the_tags_has_what_an_amount_is_written_with() -> None:
    css = (Path(ROOT) / "etalase" / "static" / "css" / "00-fonts.css").read_text("utf-8")
    ranges = re.findall(r"unicode-range: ([^;]+);", css)[0].replace("U+", "").split(", ")
    held = {code for one in ranges for code in range(int(one.split("-")[0], 16), int(one.split("-")[-1], 16) + 1)}
    assert {ord(sign) for sign in "Rp0123456789.,–"} <= held
