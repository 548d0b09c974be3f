"""What a strange text must not do to the page around it: each a thing that once went wrong."""

import json
import unicodedata
from datetime import datetime
from typing import Any

import pytest

from renderer.themes import PostSource, Themes, next_change, read_site
from renderer.themes.decode import clean_text, is_seen
from tests.judge import Page
from tests.pages import NOW, draw, source


def drawn(themes: Themes, *sections: Any, columns: dict[str, Any] | None = None, **site: Any) -> Page:
    content = json.dumps({"site": site, "pages": [{"path": "/", "sections": sections}]})
    return draw(read_site(themes, source(generated_content=content, **(columns or {}))))


@pytest.mark.parametrize(
    "text", ["\u200b", "\u200b\u2060\ufeff", "\u3164", "\u2800", "\u00ad", "\u0301", "\U000e0041", " "]
)
def test_a_name_that_nobody_can_see_is_no_name(themes: Themes, text: str) -> None:
    page = drawn(
        themes, {"type": "faq", "title": text, "items": [{"q": text, "a": "A"}, {"q": "Q", "a": "A"}]}, name=text
    )
    assert page.all("h1")[0].text == "Kopi Senja"
    assert [name.text for name in page.all("dt")] == ["Q"]


@pytest.mark.parametrize("text", ["\u200b", "\u2060", "\u3164"])
@pytest.mark.parametrize("kind", ["text", "markdown", "doc"])
def test_a_text_that_nobody_can_see_is_no_section(themes: Themes, text: str, kind: str) -> None:
    content: Any = {"type": "markdown", "text": f"&#8203;**{text}**\n\n- {text}"} if kind == "markdown" else text
    if kind == "doc":
        content = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]}
    assert "Sendirian" not in drawn(themes, {"id": "x", "type": "about", "title": "Sendirian", "text": content}).text


def test_a_post_whose_title_nobody_can_see_is_not_listed(themes: Themes) -> None:
    from tests.trial import HOSTILE_POSTS

    page = draw(read_site(themes, source()), posts=list(HOSTILE_POSTS))
    assert all(link.text.strip("\u200b \u202e") for link in page.all("a"))


def test_the_pages_first_heading_comes_first_wherever_the_row_has_it(themes: Themes) -> None:
    faq = {"id": "f", "type": "faq", "title": "Tanya", "items": [{"q": "Q", "a": "A"}]}
    components = [{"type": "faq", "id": "f"}, {"type": "announcement", "id": "n"}, {"type": "hero", "id": "h"}]
    page = drawn(
        themes,
        faq,
        {"id": "h", "type": "hero", "title": "Hai", "text": {"type": "markdown", "text": "# Judul\n\nIsi"}},
        {"id": "n", "type": "announcement", "text": {"type": "markdown", "text": "# Kabar\n\nIsi"}},
        columns={"components_config": json.dumps(components)},
    )
    assert [heading.tag for heading in page.all("h1", "h2", "h3")] == ["h1", "h2", "h2"]
    assert "Kabar" in page.text


def test_a_section_called_hero_does_not_take_the_first_headings_id(themes: Themes) -> None:
    page = drawn(themes, {"id": "hero", "type": "faq", "items": [{"q": "Q", "a": "A"}]})
    assert [one.attrs["id"] for one in page.all("section")][:2] == ["hero", "hero-2"]


def test_hours_alone_make_no_empty_list_beside_them(themes: Themes) -> None:
    weekly = [
        {"days": [day], "open": "07:00", "close": f"1{number}:00"} for number, day in enumerate(("mo", "we", "fr"))
    ]
    page = drawn(themes, {"type": "contact"}, hours={"weekly": weekly}, contact={"address": {"landmark": "Pasar"}})
    assert page.with_class("week")


def test_an_address_alone_makes_no_empty_list_of_numbers(themes: Themes) -> None:
    assert "Jalan A" in drawn(themes, contact={"address": {"street": "Jalan A"}}).text


def test_a_site_called_by_markup_alone_still_has_a_title(themes: Themes) -> None:
    page = drawn(themes, name="<b></b>")
    assert page.all("title")[0].text == "<b></b>"


def test_an_entity_in_a_title_brings_nothing_unseen_into_it(themes: Themes) -> None:
    page = drawn(themes, columns={"seo_title": "Kopi&#x202e; Senja&#8203;&#xfdd0;"})
    assert page.all("title")[0].text == "Kopi Senja\u200b"


@pytest.mark.parametrize("name", ["$type", "$extends", "$ref", "$value", "$description"])
@pytest.mark.parametrize("value", [[], {}, [[]], {"a": []}, 1e300, True, "{color}"])
def test_a_token_of_a_wrong_kind_anywhere_is_only_a_repair(themes: Themes, name: str, value: Any) -> None:
    tokens = {"color": {name: value, "primary": {"$value": "#123456", name: value}}, name: value}
    draw(read_site(themes, source(design_tokens=json.dumps(tokens), css_variables=json.dumps(tokens))))


def test_a_scheme_whose_name_is_no_text_is_only_a_repair(themes: Themes) -> None:
    rows = [{"id": {}, "color": []}, {"id": []}, [], {"id": "a", "color": {"primary": {}}}]
    columns = {"available_color_schemes": json.dumps(rows), "design_tokens": '{"scheme": "a"}'}
    draw(read_site(themes, source(**columns)))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Rp\u202e000.52", "Rp000.52"),
        ("\u2066a\u2069", "a"),
        ("a\u2028b", "a\nb"),
        ("e\u0301", "\u00e9"),
        ("\u0301a (\u0301b)", "a (b)"),
        ("a" + "\u0334" * 40, "a" + "\u0334" * 4),
        ("a\ufdd0\U0001fffe\ue000b", "ab"),
        ("\ud800", "\ufffd"),
        ("#\ufe0f\u20e3 1\ufe0f\u20e3 \u2764\ufe0f", "#\ufe0f\u20e3 1\ufe0f\u20e3 \u2764\ufe0f"),
        ("👩\u200d👩\u200d👧 مرحبا ꦏꦺꦴꦥꦶ ไก่", "👩\u200d👩\u200d👧 مرحبا ꦏꦺꦴꦥꦶ ไก่"),
    ],
)
def test_a_text_stays_in_its_place(text: str, kept: str) -> None:
    assert clean_text(text) == kept


def test_letters_of_every_script_and_emoji_are_seen() -> None:
    assert all(is_seen(text) for text in ("a", "ꦏ", "咖", "م", "👍🏿", "1", "…", "é"))


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
@pytest.mark.parametrize("zone", ["Asia/Jakarta", "America/New_York"])
def test_the_first_and_the_last_day_of_the_calendar_are_days(themes: Themes, day: str, zone: str) -> None:
    sections = [{"id": "n", "type": "announcement", "text": "Kabar"}, {"id": "h", "type": "hero", "title": "A"}]
    weekly = [{"days": ["mo"], "open": "07:00", "close": "16:00"}]
    hours = {"weekly": weekly, "exceptions": [{"from": day, "closed": True}]}
    components = [{"id": one["id"], "type": one["type"], "from": day, "until": day} for one in sections]
    site = read_site(
        themes,
        source(
            generated_content=json.dumps({"pages": [{"path": "/", "sections": sections}], "site": {"hours": hours}}),
            components_config=json.dumps(components),
            config=json.dumps({"timezone": zone}),
        ),
    )
    far = PostSource("a", "A", None, None, datetime.fromisoformat(f"{day}T00:00:00+00:00"), 1)
    page = draw(site, posts=[far])
    assert page.all("h1")[0].text == "A"
    told = next_change(site, "/", NOW)  # other hours are told beforehand
    assert told is None if day.startswith("0001") else told is not None and (told.year, told.month) == (9999, 11)


def test_a_page_keeps_its_first_heading_whatever_its_window(themes: Themes) -> None:
    components = [{"id": "h", "type": "hero", "until": "2001-01-01"}]
    page = drawn(
        themes,
        {"id": "h", "type": "hero", "title": "Hai"},
        columns={"components_config": json.dumps(components)},
    )
    assert page.all("h1")[0].text == "Hai"


def test_marks_are_in_the_order_that_unicode_gives_them(themes: Themes) -> None:
    page = drawn(themes, name="Z\u0301\u0327", tagline="a\u0301")
    assert unicodedata.is_normalized("NFC", page.html)


def test_a_logo_without_a_description_is_called_by_its_name(themes: Themes) -> None:
    page = drawn(themes, {"type": "logos", "items": [{"name": "Mitra", "image": "/a.png"}]})
    assert "Mitra" in page.text
