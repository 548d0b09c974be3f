"""What is drawn of one row is bounded, and what is left out is said. Counted, not timed."""

import json
from typing import Any

from renderer.themes import Site, Themes, draw_page, read_site
from renderer.themes.room import MOST_ENTRIES, MOST_ENTRIES_ON_PAGE, MOST_SECTIONS
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
