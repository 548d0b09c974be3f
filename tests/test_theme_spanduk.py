"""Spanduk: what it paints as wide as the cloth, and the two grounds of a palette that it brought."""

import json
from typing import Any

import pytest

from renderer.themes import Themes, load_themes, palette, read_site
from renderer.themes.colour import contrast, from_hex, luminance
from tests.pages import ROOT, Page, draw, source

LONG = "Nasi uduk komplet dengan ayam goreng lengkuas, tempe orek, dan sambal kacang"


@pytest.fixture(scope="module")
def themes() -> Themes:
    return load_themes(ROOT)


def home(themes: Themes, items: list[dict[str, Any]], title: str = "Pecel Lele Mas Bejo", **columns: str) -> Page:
    sections = [{"id": "atas", "type": "hero", "title": title}, {"id": "menu", "type": "menu", "items": items}]
    content = {
        "site": {"name": title, "contact": {"whatsapp": "0813-5550-0101"}},
        "pages": {"/": {"sections": sections}},
    }
    row = source(template_id="spanduk", generated_content=json.dumps(content), **columns)
    return draw(read_site(themes, row))


def test_three_dishes_are_painted_as_wide_as_the_cloth_and_read_out_with_their_price(themes: Themes) -> None:
    page = home(themes, [{"name": name, "price": 12000} for name in ("Lele", "Ayam bakar", "Nasi uduk", "Es jeruk")])
    strips = page.with_class("strip")
    assert [strip.text.split("Rp12.000")[0].strip(" ,") for strip in strips] == ["Lele", "Ayam bakar", "Nasi uduk"]
    painted = page.with_class("painted")[:3]
    assert all(one.attrs["aria-hidden"] == "true" and "12.000" in one.text for one in painted)
    assert "Rp" not in "".join(one.text for one in painted)
    assert (
        len([text for text in page.all("text") if int(text.attrs.get("textlength", text.attrs.get("textLength", 0)))])
        >= 3
    )


def test_a_name_too_long_for_one_line_is_set_as_text(themes: Themes) -> None:
    page = home(themes, [{"name": LONG, "price": 25000}])
    assert LONG[:20] in page.with_class("painted-long")[0].text


def test_where_nothing_is_sold_a_short_name_is_what_is_painted(themes: Themes) -> None:
    page = home(themes, [], title="Soto Pak Darmo")
    assert page.all("h1")[0].text.count("Soto Pak Darmo") == 2
    assert page.with_class("painted")[0].text.strip() == "Soto Pak Darmo"
    assert page.with_class("strip") == []
    assert home(themes, [], title=LONG[:60]).all("h1")[0].text.count("Nasi") == 1


def test_its_fonts_weigh_at_most_45_kb_and_carry_their_licence(themes: Themes) -> None:
    theme = themes.get("spanduk")
    for pairing in theme.manifest.pairings.values():
        assert sum(len(theme.assets[theme.files[file]].body) for file in pairing.preload) <= 45_000
    fonts = ROOT / "spanduk" / "static" / "fonts"
    licences = [path.stem.removeprefix("LICENSE-") for path in fonts.glob("LICENSE-*.txt")]
    assert all(any(font.stem.startswith(name) for name in licences) for font in fonts.glob("*.woff2"))


def test_cloth_is_nearly_white_on_a_coloured_ground_and_a_shade_of_any_other() -> None:
    yellow = palette.light(palette.Seeds("#c8161d", ground="#ffcf24"))
    assert from_hex(yellow["cloth"]).l > 0.96
    for seeds in (palette.Seeds("#c8161d"), palette.Seeds("#c8161d", ground="#fdfcf7")):
        assert palette.light(seeds)["cloth"] == palette.light(seeds)["surface"]


def test_a_board_is_dark_by_day_and_by_night(themes: Themes) -> None:
    for scheme in themes.get("spanduk").manifest.schemes.values():
        seeds = palette.Seeds(**scheme.color, character=scheme.character)
        for shades in (palette.light(seeds), palette.dark(seeds)):
            assert luminance(shades["board"]) < 0.1
            assert contrast(shades["on-board"], shades["board"]) >= 7
