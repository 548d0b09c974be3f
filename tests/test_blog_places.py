"""Addresses of a blog: each page has one, however it is spelled."""

import pytest

from renderer.themes.blog.places import MOST_PAGES, Place, address, read_place
from renderer.themes.text.words import words_for

ID, EN = words_for("id"), words_for("en")

ONE = [
    (Place("index"), "/blog", "/blog"),
    (Place("index", page=3), "/blog/halaman/3", "/blog/page/3"),
    (Place("post", "kopi-tubruk"), "/blog/kopi-tubruk", "/blog/kopi-tubruk"),
    (Place("post", "café"), "/blog/caf%C3%A9", "/blog/caf%C3%A9"),
    (Place("post", "a/b"), "/blog/a%2Fb", "/blog/a%2Fb"),
    (Place("twin", "kopi"), "/blog/kopi.md", "/blog/kopi.md"),
    (Place("category", "resep", page=2), "/blog/kategori/resep/halaman/2", "/blog/category/resep/page/2"),
    (Place("tag", "susu"), "/blog/tag/susu", "/blog/tag/susu"),
    (Place("archive", year=2026, month=3), "/blog/arsip/2026/03", "/blog/archive/2026/03"),
    (Place("archive", year=2026), "/blog/arsip/2026", "/blog/archive/2026"),
    (Place("search", "cari"), "/blog/cari", "/blog/search"),
    (Place("subscribe", "langganan"), "/blog/langganan", "/blog/subscribe"),
    (Place("index", feed="rss"), "/blog/feed.xml", "/blog/feed.xml"),
    (Place("tag", "susu", feed="atom"), "/blog/tag/susu/atom.xml", "/blog/tag/susu/atom.xml"),
]


@pytest.mark.parametrize(("place", "indonesian", "english"), ONE, ids=[one[1] for one in ONE])
def test_a_page_is_written_in_the_words_of_its_site_and_read_in_either(
    place: Place, indonesian: str, english: str
) -> None:
    assert address(place, ID) == indonesian
    assert address(place, EN) == english
    for spelled in (indonesian, english):
        read = read_place(spelled)
        assert read is not None
        assert address(read, ID) == indonesian
        assert address(read, EN) == english


@pytest.mark.parametrize(
    ("spelled", "canonical"),
    [
        ("/blog/", "/blog"),
        ("/Blog//kopi/", "/blog/kopi"),
        ("/blog/page/1", "/blog"),
        ("/blog/halaman/02", "/blog/halaman/2"),
        ("/blog/KATEGORI/resep", "/blog/kategori/resep"),
        ("/blog/archive/2026/3/", "/blog/arsip/2026/03"),
        ("/blog/cafe%CC%81", "/blog/caf%C3%A9"),
        ("/blog/%6bopi", "/blog/kopi"),
        ("/blog/FEED.XML", "/blog/feed.xml"),
    ],
)
def test_another_spelling_leads_to_the_one_address(spelled: str, canonical: str) -> None:
    place = read_place(spelled)
    assert place is not None
    assert address(place, ID) == canonical
    again = read_place(canonical)
    assert again is not None
    assert address(again, ID) == canonical


@pytest.mark.parametrize(
    "path",
    [
        "/tentang",
        "/blog/%ff",
        "/blog/a/b",
        "/blog/halaman/0",
        f"/blog/halaman/{MOST_PAGES + 1}",
        "/blog/halaman/999999999999",
        "/blog/halaman/-1",
        "/blog/kopi/halaman/2",
        "/blog/arsip/2026/13",
        "/blog/arsip/0000",
        "/blog/kopi/feed.xml",
        "/blog/halaman/2/feed.xml",
        "/blog/tag/a/b/c",
    ],
)
def test_what_names_nothing_is_no_page(path: str) -> None:
    assert read_place(path) is None
