"""What is drawn of one row is bounded, and what is left out is said. Counted, not timed."""

import json
from typing import Any

from renderer.themes import Site, Themes, draw_page, read_site
from renderer.themes.contract.lenient import MOST_READ
from renderer.themes.room import MOST_ENTRIES, MOST_ENTRIES_ON_PAGE, MOST_SECTIONS
from renderer.themes.text.typography import polish
from tests.judge import Page
from tests.pages import NOW, draw, source

ITEM = {"name": "Kata"}


def read(themes: Themes, pages: list[Any], **columns: Any) -> Site:
    return read_site(themes, source(generated_content=json.dumps({"pages": pages}), **columns))


def entries(site: Site, path: str) -> int:
    return sum(
        len(section.items) + sum(len(group.items) for group in section.groups) for section in site.pages[path].sections
    )


def test_a_page_holds_so_many_entries_and_no_more(themes: Themes) -> None:
    sections = [{"id": f"s{number}", "type": "products", "items": [ITEM] * 250} for number in range(10)]
    site = read(themes, [{"path": "/", "sections": sections}])
    assert entries(site, "/") == MOST_ENTRIES_ON_PAGE
    assert any("entries on one page" in repair.message for repair in site.repairs)
    assert len(draw(site).html) < 2**20


def test_groups_count_as_their_entries(themes: Themes) -> None:
    groups = [{"name": "G", "items": [ITEM]} for _ in range(300)]
    sections = [{"id": f"s{number}", "type": "menu", "groups": groups} for number in range(10)]
    assert entries(read(themes, [{"path": "/", "sections": sections}]), "/") == MOST_ENTRIES_ON_PAGE


def test_a_site_holds_so_many_entries_and_no_more(themes: Themes) -> None:
    pages = [
        {"path": f"/p{number}", "sections": [{"type": "faq", "items": [{"question": "Q", "answer": "A"}] * 300}] * 2}
        for number in range(30)
    ]
    site = read(themes, pages)
    assert sum(entries(site, path) for path in site.paths) == MOST_ENTRIES
    assert any("entries on all pages" in repair.message for repair in site.repairs)
    for path in site.paths[-3:]:
        drawn = draw_page(site, path, [], NOW)
        assert drawn is not None
        assert Page(drawn.html).problems == []


def test_a_site_holds_so_many_sections_and_no_more(themes: Themes) -> None:
    section = {"type": "text", "title": "T", "text": "Kata"}
    pages = [{"path": f"/p{number}", "sections": [section] * 40} for number in range(59)]
    site = read(themes, pages)
    texts = [one for page in site.pages.values() for one in page.sections if one.type == "text"]
    assert MOST_SECTIONS - 20 < len(texts) <= MOST_SECTIONS  # the home page has some of its own


def test_an_ordinary_large_site_is_drawn_whole(themes: Themes) -> None:
    sections = [{"id": f"s{number}", "type": "menu", "items": [ITEM] * 60} for number in range(8)]
    site = read(themes, [{"path": f"/p{number}", "sections": sections} for number in range(8)])
    assert entries(site, "/p7") == 480
    assert not any("more than" in repair.message for repair in site.repairs)


def test_a_long_chain_of_redirects_is_followed_to_its_end_and_a_loop_is_left_out(themes: Themes) -> None:
    chain = {f"/a{number}": f"/a{number + 1}" for number in range(900)}
    loop = {"/x": "/y", "/y": "/z", "/z": "/y"}
    site = read(themes, [], config=json.dumps({"redirects": {**chain, **loop}}))
    assert {site.redirects[f"/a{number}"] for number in (0, 450, 899)} == {"/a900"}
    assert not {"/x", "/y", "/z"} & set(site.redirects)
    assert sum("leads back to itself" in repair.message for repair in site.repairs) == 3


def test_wrong_values_without_number_are_left_out_and_the_rest_is_read(themes: Themes) -> None:
    wrong = {"name": "Kata", "role": [1], "badge": {}, "highlight": "entah", "price": [2], "image": {"width": "x"}}
    sections = [{"id": f"s{number}", "type": "products", "items": [wrong] * 20} for number in range(20)]
    site = read(themes, [{"path": "/", "sections": sections}])
    assert entries(site, "/") == 400
    assert any(repair.pointer.endswith("/items/0/role") for repair in site.repairs)
    assert draw(site).problems == []


def test_so_many_wrong_values_are_named_and_that_there_are_more_is_said(themes: Themes) -> None:
    components = [{"id": "a", "type": "text", "visible": "entah", "page": []}] * 300
    site = read(themes, [], components_config=json.dumps(components))
    assert any("more than 400 wrong values" in repair.message for repair in site.repairs)
    assert sum("valid boolean" in repair.message for repair in site.repairs) > 100


def test_so_many_entries_are_read_of_all_lists_and_the_sites_own_come_first(themes: Themes) -> None:
    pages = [
        {
            "path": f"/p{number}",
            "sections": [{"id": f"s{one}", "type": "faq", "items": ["a"] * 300} for one in range(9)],
        }
        for number in range(4)
    ]
    given = {"translations": {"en": {"site": {"tagline": "Hello"}, "pages": pages}}, "pages": pages}
    site = read_site(themes, source(generated_content=json.dumps(given)))
    said = [repair for repair in site.repairs if f"more than {MOST_READ} entries in all lists" in repair.message]
    assert len(said) == 1
    assert said[0].pointer.startswith("/generated_content/pages/3/")
    assert {"/p0", "/p1", "/p2"} <= set(site.pages)


def test_fields_beyond_a_number_are_not_looked_at(themes: Themes) -> None:
    many = {f"kunciKe{number}": 1 for number in range(5_000)}
    site = read(themes, [{"title": "Judul", **many}])
    assert site.pages["/"].title == "Judul"
    assert any("more than 1000 fields" in repair.message for repair in site.repairs)


def test_translations_stop_where_there_is_no_more_room(themes: Themes) -> None:
    sections = [{"type": "products", "items": ["Kata"] * 50} for _ in range(12)]
    pages = [{"path": f"/p{number}", "sections": sections} for number in range(6)]
    given = {
        "pages": pages,
        "translations": {code: {"pages": [{"path": "/p0", "title": code}]} for code in ("en", "ms")},
    }
    site = read_site(themes, source(generated_content=json.dumps(given)))
    assert sum(entries(site, path) for path in site.pages) == 3_600
    assert sum(entries(other, path) for other in site.others for path in other.pages) == MOST_ENTRIES - 3_600
    assert any("in all languages" in repair.message for repair in site.repairs)
    assert all(Page(drawn.html).problems == [] for path in site.paths if (drawn := draw_page(site, path, [], NOW)))


def test_every_address_in_a_text_comes_back_where_it_stood() -> None:
    text = " ".join(f'a{number}@b.example "c"' for number in range(3_000))
    assert polish(text) == " ".join(f"a{number}@b.example “c”" for number in range(3_000))
