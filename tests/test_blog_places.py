"""Addresses of a blog: each page has one, however it is spelled."""

from xml.sax.saxutils import escape as xml

import asyncpg
import pytest
from markupsafe import escape

from renderer.themes.blog.places import MOST_PAGES, Place, address, read_place
from renderer.themes.text.words import words_for
from tests.factories import make_post, make_site
from tests.visitor import Visitor

ID, EN = words_for("id"), words_for("en")

ONE = [
    (Place("index"), "/blog", "/blog"),
    (Place("index", page=3), "/blog/halaman/3", "/blog/page/3"),
    (Place("post", "kopi-tubruk"), "/blog/kopi-tubruk", "/blog/kopi-tubruk"),
    (Place("post", "café"), "/blog/caf%C3%A9", "/blog/caf%C3%A9"),
    (Place("post", "a/b"), "/blog/a~2Fb", "/blog/a~2Fb"),
    (Place("post", "c++ & 'd'"), "/blog/c++%20&%20'd'", "/blog/c++%20&%20'd'"),
    (Place("post", "a~2Fb"), "/blog/a~7E2Fb", "/blog/a~7E2Fb"),
    (Place("tag", ".."), "/blog/tag/~2E~2E", "/blog/tag/~2E~2E"),
    (Place("twin", "feed.xml"), "/blog/feed~2Exml.md", "/blog/feed~2Exml.md"),
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


async def test_a_slug_is_found_at_its_one_address_whatever_letters_it_has(
    conn: asyncpg.Connection, visitor: Visitor
) -> None:
    site = await make_site(conn, subdomain="kopi")
    slugs = {
        "c++ & 'd' (2)": "/blog/c++%20&%20'd'%20(2)",
        "k:1;2=3,$@!*": "/blog/k:1;2=3,$@!*",
        "100%": "/blog/100%25",
        "cafe\u0301": "/blog/caf%C3%A9",  # stored in form D
        "readme.md": "/blog/readme.md",
    }
    for slug in slugs:
        await make_post(conn, site, slug=slug, title=f"Judul {slug}")
    tag = await conn.fetchval(
        "INSERT INTO blog_tags (website_id, name, slug) VALUES ($1, 'C++', 'c++') RETURNING id", site
    )
    await conn.execute("INSERT INTO blog_post_tags SELECT id, $1 FROM blog_posts", tag)
    told = (await visitor.get("kopi.sites.test", "/sitemap-posts-1.xml")).text
    for slug, path in {**slugs, "tag": "/blog/tag/c++"}.items():
        for spelled in (path, path.replace("+", "%2B").replace("(", "%28").replace("'", "%27")):
            raw = await visitor.raw(
                f"GET {spelled} HTTP/1.1\r\nHost: kopi.sites.test\r\nConnection: close\r\n\r\n".encode()
            )
            assert raw.startswith(b"HTTP/1.1 200 "), (slug, spelled)
            assert f'<link rel="canonical" href="http://kopi.sites.test:8080{escape(path)}">' in raw.decode(), slug
        assert slug == "tag" or f"<loc>http://kopi.sites.test:8080{xml(path)}</loc>" in told
    assert (await visitor.get("kopi.sites.test", "/blog/readme.md.md")).text.startswith("# Judul readme.md")
    assert (
        "(http://kopi.sites.test:8080/blog/c++%20&%20'd'%20%282%29.md)"
        in (await visitor.get("kopi.sites.test", "/llms.txt")).text
    )


async def test_a_post_whose_slug_ends_like_a_twin_comes_before_the_twin(
    conn: asyncpg.Connection, visitor: Visitor
) -> None:
    host, site = "kopi.sites.test", await make_site(conn, subdomain="kopi")

    async def text(path: str) -> str:
        return (await visitor.get(host, path)).text

    async def leads_to(path: str) -> str:
        return (await visitor.get(host, path)).headers["Location"]

    await make_post(conn, site, slug="panduan", title="Panduan singkat")
    assert (await text("/blog/panduan.md")).startswith("# Panduan singkat")
    post = await make_post(conn, site, slug="panduan.md", title="Panduan panjang", status="draft")
    # What nobody may see hides nothing.
    assert (await text("/blog/panduan.md")).startswith("# Panduan singkat")
    await conn.execute("UPDATE blog_posts SET status = 'published' WHERE id = $1", post)
    assert "<title>Panduan panjang" in await text("/blog/panduan.md")
    assert "<title>Panduan singkat" in await text("/blog/panduan")
    assert (await text("/blog/panduan.md.md")).startswith("# Panduan panjang")
    index = await text("/llms.txt")
    assert "/blog/panduan)" in index
    assert "/blog/panduan.md.md)" in index
    # Renamed, it leads on only where nothing stands.
    await conn.execute("UPDATE blog_posts SET slug = 'buku.md' WHERE id = $1", post)
    assert (await text("/blog/panduan.md")).startswith("# Panduan singkat")
    await conn.execute("UPDATE blog_posts SET slug = 'singkat' WHERE slug = 'panduan'")
    assert await leads_to("/blog/panduan.md") == "/blog/buku.md"
    assert await leads_to("/blog/panduan") == "/blog/singkat"
    await conn.execute("DELETE FROM blog_posts WHERE id = $1", post)
    assert (await visitor.get(host, "/blog/buku.md")).status == 410
    await conn.execute("UPDATE blog_posts SET slug = 'akhir' WHERE slug = 'singkat'")
    assert await leads_to("/blog/singkat.md") == "/blog/akhir.md"
