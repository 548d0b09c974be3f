"""A page's rhythm where its content breaks it: overridden, and reported where it was asked for."""

import json
from typing import Any

import pytest

from renderer.themes import Site, Themes, read_site
from tests.pages import Page, draw, source


def heading(text: str, level: int = 2, align: str | None = "center") -> dict[str, Any]:
    return {
        "type": "heading",
        "attrs": {"level": level, "textAlign": align},
        "content": [{"type": "text", "text": text}],
    }


def words(text: str, align: str = "center") -> dict[str, Any]:
    return {"type": "paragraph", "attrs": {"textAlign": align}, "content": [{"type": "text", "text": text}]}


def text(name: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "type": "text", "title": name, "text": {"type": "doc", "content": list(blocks)}}


def site(themes: Themes, *sections: dict[str, Any], theme: str = "pilar", **components: Any) -> Site:
    content = {
        "site": {"name": "Kopi", "contact": {"phone": "022-555-0101"}},
        "pages": [{"path": "/", "sections": list(sections)}],
    }
    standing = [{"id": one["id"], "type": one["type"], **components.get(one["id"], {})} for one in sections]
    return read_site(
        themes,
        source(template_id=theme, generated_content=json.dumps(content), components_config=json.dumps(standing)),
    )


def centred(page: Page) -> list[str]:
    found = [one for level in "23456" for one in page.all(f"h{level}") if "align-center" in one.get("class")]
    return [one.text for one in sorted(found, key=lambda one: one.at)]


def test_one_centred_heading_is_the_writers_to_choose(themes: Themes) -> None:
    made = site(themes, text("a", heading("Satu"), words("Isi.")), text("b", heading("Dua", align=None), words("Isi.")))
    assert centred(draw(made)) == ["Satu"]
    assert made.repairs == ()


def test_all_others_stand_at_the_side_and_each_section_is_reported(themes: Themes) -> None:
    made = site(
        themes,
        text("a", heading("Satu"), words("Isi."), heading("Dua", 3), words("Isi.")),
        text("b", heading("Tiga", 4), words("Tengah.")),
        {"id": "c", "type": "faq", "items": [
            {"name": "Q", "text": {"type": "doc", "content": [heading("Empat"), words("Isi.")]}}]},
    )  # fmt: skip
    page = draw(made)
    assert centred(page) == ["Satu"]
    for said in ("Dua", "Tiga", "Empat"):
        assert said in page.text
    assert len([one for one in page.all("p") if "align-center" in one.get("class")]) == 4, "paragraphs stay as they are"
    message = "a centred heading drawn at the side: one a page, beside the first"
    assert [(one.pointer, one.message) for one in made.repairs] == [
        (f"/generated_content/pages/0/sections/{number}", message) for number in range(3)
    ]


def test_a_heading_that_the_theme_centres_leaves_no_room_for_another(themes: Themes) -> None:
    call = {"id": "z", "type": "cta", "title": "Pesan sekarang"}
    made = site(themes, text("a", heading("Satu"), words("Isi.")), call, theme="lembar")
    assert centred(draw(made)) == []
    assert [one.pointer for one in made.repairs] == ["/generated_content/pages/0/sections/0"]
    assert centred(draw(site(themes, text("a", heading("Satu"), words("Isi.")), call))) == ["Satu"]


def test_what_only_looks_like_a_centred_heading_is_text(themes: Themes) -> None:
    said = '<h2 class="align-center">Palsu</h2>'
    made = site(themes, *(text(name, words(said)) for name in "abc"))
    assert draw(made).text.count(said) == 3
    assert made.repairs == ()


@pytest.mark.parametrize("theme", ["pilar", "spanduk", "bingkai", "etalase", "lembar"])
def test_a_second_band_and_a_third_equal_ground_give_way_and_are_reported(themes: Themes, theme: str) -> None:
    sections = [{"id": name, "type": "cta", "title": name} for name in ("satu", "dua")]
    sections += [text(name, words("Isi.")) for name in ("a", "b", "c")]
    grounds = {"satu": "band", "dua": "band", "a": "sunk", "b": "sunk", "c": "sunk"}
    made = site(themes, *sections, theme=theme, **{name: {"background": ground} for name, ground in grounds.items()})
    shown = [section.ground for section in made.pages["/"].sections if section.type != "hero"]
    assert shown.count("band") == 1
    assert all(shown[index : index + 3] != ["sunk"] * 3 for index in range(3))
    reported = [one.pointer for one in made.repairs]
    assert reported == ["/components_config/1/background", "/components_config/4/background"]
