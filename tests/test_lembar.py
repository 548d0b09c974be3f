"""Lembar: what makes it a paper. What holds for every theme is tested with the themes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from renderer.themes import PostSource, Themes, draw_error, next_change, read_site
from renderer.themes.folio import folio
from renderer.themes.text.words import words_for
from tests.pages import NOW, Page, draw, source

LONG = "Kami menulis tentang hal-hal yang kecil. " * 12


def paper(themes: Themes, *sections: Any, **columns: Any) -> Page:
    content = {"site": {"name": "Lembar Sore"}, "pages": [{"path": "/", "sections": list(sections)}]}
    return draw(read_site(themes, source(template_id="lembar", generated_content=json.dumps(content), **columns)))


def text(name: str, **fields: Any) -> dict[str, Any]:
    return {"id": name, "type": "text", "title": name.title(), "text": LONG, **fields}


def test_the_masthead_says_the_number_of_the_week_and_the_day(themes: Themes) -> None:
    issue = paper(themes).with_class("issue")[0]
    assert " ".join(issue.text.split()) == "No. 48 Senin, 23 November 2026"
    assert [time.attrs["datetime"] for time in paper(themes).all("time")] == ["2026-11-23"]


def test_the_day_is_the_one_where_the_site_is(themes: Themes) -> None:
    late = datetime(2026, 11, 23, 20, tzinfo=UTC)
    site = read_site(themes, source(template_id="lembar", config='{"timezone": "Asia/Jakarta"}'))
    assert "Selasa, 24 November 2026" in draw(site, now=late).text


@pytest.mark.parametrize(
    ("day", "number", "says"),
    [(datetime(2027, 1, 1), 53, "Friday, 1 January 2027"), (datetime(2026, 12, 31), 53, "Thursday, 31 December 2026")],
)
def test_weeks_are_counted_as_iso_8601_counts_them(day: datetime, number: int, says: str) -> None:
    said = folio(words_for("en"), day.date())
    assert (said.number, said.day, said.iso) == (number, says, day.date().isoformat())


def test_the_contents_name_every_section_that_has_a_heading_in_order(themes: Themes) -> None:
    page = paper(themes, text("satu"), {"id": "x", "type": "text", "text": LONG}, text("dua"), text("tiga"))
    contents = page.with_class("isi")[0]
    listed = [link.attrs["href"] for link in page.all("a") if contents in link.up()]
    assert listed == ["#satu", "#dua", "#tiga"]
    assert [section.attrs["id"] for section in page.with_class("pg")] == ["satu", "dua", "tiga"]


def test_the_contents_name_the_newest_posts_else_what_is_in_the_lists(themes: Themes) -> None:
    items = [{"id": f"i{n}", "name": f"Barang {n}", "price": 1000} for n in range(4)]
    sections = [{"id": "kabar", "type": "latest-posts"}, {"id": "toko", "type": "products", "items": items}]
    content = json.dumps({"pages": [{"path": "/", "sections": [*sections, text("satu")]}]})
    site = read_site(themes, source(template_id="lembar", generated_content=content))
    posts = [PostSource(f"p{n}", f"Kabar {n}", None, None, NOW, 640) for n in range(4)]
    page = draw(site, posts=posts)
    contents = page.with_class("isi")[0]
    listed = [(link.attrs["href"], link.text.strip()) for link in page.all("a") if contents in link.up()]
    assert listed[:3] == [(f"/blog/p{n}", f"Kabar {n}") for n in range(3)]
    assert [href for href, _ in listed[3:]] == ["#satu", "#toko"]
    assert "Barang 0, Barang 1, Barang 2" in draw(site).with_class("isi")[0].text


def test_a_photograph_is_the_cover_and_the_headline_stands_in_it(themes: Themes) -> None:
    picture = {"src": "/foto.jpg", "alt": "Sebuah foto", "width": 960, "height": 720}
    page = paper(themes, {"id": "h", "type": "hero", "title": "Judul", "image": picture}, text("satu"))
    cover = page.with_class("cover")[0]
    assert [heading.text for heading in page.all("h1") if cover in heading.up()] == ["Judul"]
    assert page.with_class("wide") == []


def test_a_page_with_one_section_has_no_contents_but_a_plate(themes: Themes) -> None:
    page = paper(themes, text("satu"))
    assert page.with_class("isi") == []
    assert any(page.with_class("wide")[0] in drawing.up() for drawing in page.with_class("motif"))


def test_only_the_first_text_of_a_page_is_opened_by_a_drop_cap_and_only_a_long_one(themes: Themes) -> None:
    assert len(paper(themes, text("satu"), text("dua")).with_class("drop")) == 1
    assert paper(themes, text("satu", text="Pendek."), text("dua")).with_class("drop") == []


def test_facts_stand_in_the_margin(themes: Themes) -> None:
    page = paper(themes, text("satu", facts=[{"label": "Harga", "value": "Rp25.000"}], note="Catatan."))
    side = page.with_class("side")[0]
    assert "Harga" in side.text
    assert "Catatan." in side.text


def test_a_page_of_an_error_has_no_day(themes: Themes) -> None:
    site = read_site(themes, source(template_id="lembar"))
    assert Page(draw_error(site, 404).html).with_class("issue") == []
    assert draw(site, now=NOW).with_class("issue")


def test_a_page_that_says_the_day_changes_at_the_sites_midnight(themes: Themes) -> None:
    site = read_site(themes, source(template_id="lembar", config='{"timezone": "Asia/Jayapura"}'))
    assert next_change(site, "/", NOW) == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert next_change(read_site(themes, source(template_id="pilar")), "/", NOW) is None
