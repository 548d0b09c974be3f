"""A site read with its former reading at hand comes out as one that is read for the first time."""

import json
import os
from dataclasses import replace
from typing import Any

import pytest
from markupsafe import Markup

from renderer import themes as engine
from renderer.themes import Around, PostSource, Site, SiteSource, Themes, draw_page, draw_post, read_site
from renderer.themes.forms import FormState
from renderer.themes.meter import TooMuch
from renderer.themes.pieces import is_same
from renderer.themes.room import MOST_ENTRIES, MOST_ENTRIES_ON_PAGE
from tests.blog_pages import row as post_row
from tests.pages import NOW, source
from tests.torture import life, trial

LIVES = int(os.environ.get("TAPSITE_TEST_LIVES", "60"))
STEPS = 6
SECTIONS = [
    {"id": "hero", "type": "hero", "title": "Kopi di ujung gang"},
    {"id": "menu", "type": "menu", "items": [{"name": "Tubruk", "price": 12_000}, {"name": "Susu", "price": 18_000}]},
    {"id": "faq", "type": "faq", "items": [{"name": "Buka jam berapa?", "text": "Jam **tujuh**."}]},
    {"id": "tentang", "type": "about", "title": "Tentang kami", "text": "Sejak 1998."},
]


def row(sections: list[dict[str, Any]], **facts: Any) -> SiteSource:
    content = {"site": {"name": "Kopi", **facts}, "pages": [{"path": "/", "sections": sections}]}
    return source(generated_content=json.dumps(content), components_config=None)


def changed(index: int, **fields: Any) -> list[dict[str, Any]]:
    return [{**one, **fields} if number == index else one for number, one in enumerate(SECTIONS)]


def html(site: Site, path: str = "/", posts: tuple[PostSource, ...] = ()) -> str:
    drawn = draw_page(site, path, posts, NOW)
    assert drawn is not None
    return drawn.html


@pytest.mark.parametrize("number", range(LIVES))
def test_a_life_of_changes_is_read_as_each_row_alone(themes: Themes, number: int) -> None:
    before: Site | None = None
    posts = trial(number).posts
    for columns in life(number, STEPS):
        taken, alone = read_site(themes, source(**columns), before), read_site(themes, source(**columns))
        assert taken == alone
        assert taken.repairs == alone.repairs
        for path in taken.paths[:4]:
            assert html(taken, path, posts) == html(alone, path, posts)
        before = taken


def test_what_did_not_change_is_not_drawn_anew(themes: Themes) -> None:
    before = read_site(themes, row(SECTIONS))
    html(before)
    after = read_site(themes, row(changed(1, title="Daftar harga")), before)
    assert "Daftar harga" in html(after)
    views = [{section.id: section for section in site.pages["/"].sections} for site in (before, after)]
    assert {name for name in views[0] if views[0][name] is not views[1][name]} == {"menu"}
    same = {name for name, piece in after.pieces["/"].items() if piece is before.pieces["/"][name]}
    assert {"faq", "tentang"} <= same
    assert "menu" not in same


def test_what_stands_round_posts_is_drawn_once_and_names_each_of_them(themes: Themes) -> None:
    facts = {"whatsapp": "6281234567890", "address": "Jl. Melati 5", "email": "kopi@example.com"}
    for theme in ("lembar", "pilar", "spanduk"):
        site = read_site(themes, replace(row(SECTIONS, **facts), template_id=theme))
        first, after = (post_row(slug=slug, title=slug) for slug in ("satu", "dua-&-tiga"))
        before = draw_post(site, first, Around(), NOW)
        pieces = dict(site.pieces["/blog"])
        assert pieces.keys() == {"header.html", "footer.html", "quick.html"}
        drawn = draw_post(site, after, Around(), NOW)
        assert all(site.pieces["/blog"][name] is piece for name, piece in pieces.items()), theme
        for own, said in ((before, "/blog/satu"), (drawn, "/blog/dua-&amp;-tiga")):
            footer = own.html[own.html.index("<footer") :]
            assert footer.count(said) == 1, (theme, said)
            assert "\ufdd2" not in own.html
        assert drawn == draw_post(read_site(themes, site.source), after, Around(), NOW)
        # Of what they look at, the year is another, and nothing is left of the last one.
        later = draw_post(site, after, Around(), NOW.replace(year=NOW.year + 1)).html
        assert f"© {NOW.year + 1}" in later
        assert f"© {NOW.year} " not in later


def test_a_section_is_laid_out_anew_where_it_stands_otherwise(themes: Themes) -> None:
    """Its content is taken over; its ground and layout follow from its neighbours."""
    before = read_site(themes, row(SECTIONS))
    for sections in (SECTIONS[::-1], SECTIONS[:1] + SECTIONS[2:], [*SECTIONS, {**SECTIONS[2], "id": "faq-2"}]):
        after, alone = read_site(themes, row(sections), before), read_site(themes, row(sections))
        assert after == alone
        assert html(after) == html(alone)
        before = after


def test_sections_that_are_gone_are_not_kept(themes: Themes) -> None:
    """A writer may give its sections new ids each time."""
    site: Site | None = None
    for number in range(5):
        site = read_site(themes, row([{**one, "id": f"{one['id']}-{number}"} for one in SECTIONS]), site)
        html(site)
    assert site is not None
    standing = {section.id for section in site.pages["/"].sections}
    assert site.pieces["/"].keys() <= standing | {"header.html", "footer.html", "quick.html"}
    assert "faq-4" in site.pieces["/"]


def test_a_page_whose_drawing_failed_is_none_that_is_quickly_drawn(
    themes: Themes, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_site(themes, row(SECTIONS))
    with monkeypatch.context() as patch:
        patch.setattr("renderer.themes.meter.MOST_STEPS", 3)
        with pytest.raises(TooMuch):
            html(before)
    again = read_site(themes, replace(row(SECTIONS), seo_title="Baru"), before)
    assert not engine.is_quickly_drawn(again, "/")
    html(again)
    assert engine.is_quickly_drawn(read_site(themes, replace(row(SECTIONS), seo_title="Lagi"), again), "/")


def test_a_fact_of_the_site_changes_every_section_that_says_it(themes: Themes) -> None:
    to_us = [{"label": "Tanya", "to": {"kind": "whatsapp"}}]
    sections = changed(3, actions=to_us)
    before = read_site(themes, row(sections, contact={"whatsapp": "+62 811-9034-221"}))
    assert "628119034221" in html(before)
    after = html(read_site(themes, row(sections, contact={"whatsapp": "+62 811-9034-227"}), before))
    assert "628119034227" in after
    assert "628119034221" not in after


def test_a_new_title_for_search_engines_is_read_in_no_time(themes: Themes, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_site(themes, row(SECTIONS))
    monkeypatch.setattr("renderer.themes.read._read", lambda *_: pytest.fail("read anew"))
    new = {"seo_title": "Kopi Medan", "description": "Warung", "og_image_url": "https://evil.example/a.png"}
    after = read_site(themes, replace(row(SECTIONS), **new), before)  # type: ignore[arg-type]
    assert "<title>Kopi Medan</title>" in html(after)
    assert ("/og_image_url", "not on this site’s own origin; left out") in [
        (repair.pointer, repair.message) for repair in after.repairs
    ]
    assert "Kopi Medan" not in html(before)


@pytest.mark.parametrize("most", [MOST_ENTRIES_ON_PAGE, MOST_ENTRIES])
def test_bounds_fall_where_they_fall_in_a_first_reading(themes: Themes, most: int) -> None:
    """A list that grows takes the room of those below it, taken over or not."""

    def many(first: int) -> SiteSource:
        counts = [first, *[290] * (most // 290)]
        pages = [
            {
                "path": f"/p{page}" if page else "/",
                "sections": [
                    {"id": f"s{page}-{number}", "type": "menu", "items": [{"name": f"{n}"} for n in range(count)]}
                    for number, count in enumerate(counts[page * 2 : page * 2 + 2])
                ],
            }
            for page in range((len(counts) + 1) // 2)
        ]
        return source(generated_content=json.dumps({"pages": pages}), components_config=None)

    before: Site | None = None
    for first in (10, 290, 5, 300):
        taken, alone = read_site(themes, many(first), before), read_site(themes, many(first))
        assert taken == alone
        assert taken.repairs == alone.repairs
        before = taken


def test_the_markdown_of_a_site_ends_where_it_ends_in_a_first_reading(themes: Themes) -> None:
    def costly(words: int) -> SiteSource:
        heavy = "**a** [b](/c) " * words
        sections = [
            {"id": f"t{number}", "type": "text", "text": heavy if number == 1 else "**a** [b](/c) " * 500}
            for number in range(12)
        ]
        return row(sections)

    before: Site | None = None
    for words in (1, 800, 2_000, 3, 900):
        taken, alone = read_site(themes, costly(words), before), read_site(themes, costly(words))
        assert taken == alone
        assert taken.repairs == alone.repairs
        assert html(taken) == html(alone)
        before = taken


def test_facts_that_have_no_name_are_read_anew(themes: Themes) -> None:
    """Nested deeper than can be written down."""
    deep = "[" * 3_000 + "]" * 3_000

    def called(name: str) -> SiteSource:
        sections = changed(3, actions=[{"label": "Tanya", "to": {"kind": "whatsapp", "text": "Datang ke {site}"}}])
        content = {"site": {"name": name, "contact": {"whatsapp": "+62 811-9034-221"}, "x": "DEEP"}}
        text = json.dumps({**content, "pages": [{"path": "/", "sections": sections}]})
        return source(generated_content=text.replace('"DEEP"', deep), components_config=None)

    before = read_site(themes, called("Kopi"))
    assert "Datang%20ke%20Teh" in html(read_site(themes, called("Teh"), before))


def test_another_site_takes_nothing_over(themes: Themes) -> None:
    """Drawings are seeded by the site: nobody gets another's."""
    one = read_site(themes, row(SECTIONS))
    html(one)
    strange = replace(row(SECTIONS), id=type(one.source.id)(int=77), subdomain="lain")
    assert html(read_site(themes, strange, one)) == html(read_site(themes, strange))


def test_what_was_typed_into_a_form_is_not_kept_with_its_page(themes: Themes) -> None:
    site = read_site(themes, row([*SECTIONS, {"id": "pesan", "type": "form"}]))
    html(site)
    (key,) = engine.forms_on(site, "/")
    kept = dict(site.pieces["/"])
    again = engine.draw_again(site, "/", (), NOW, {}, key, FormState(values={"name": ["Sari Rahasia"]}))
    assert "Sari Rahasia" in again.html
    assert site.pieces["/"] == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [("a", Markup("a")), (1, True), (1, 1.0), (("a",), ["a"]), (("a",), ("a", "b")), ({"a": 1}, {"a": 1})],
)
def test_equal_values_that_are_drawn_otherwise_are_not_the_same(one: Any, other: Any) -> None:
    assert not is_same(one, other)


def test_whoever_asks_for_what_is_known_only_when_it_is_drawn_is_drawn_each_time(themes: Themes) -> None:
    theme = next(iter(themes))
    template = theme.templates["sections/faq.html"]
    assert {"section", "w"} <= (template.names or set())
    environment = template.environment
    assert environment.from_string("{% include section.type %}").leans_on == (None,)
