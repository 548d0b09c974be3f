"""Slugs that no path can hold have an address all the same, and it is the same one wherever the site names it."""

import html
import re
import unicodedata
from urllib.parse import unquote
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.themes.blog.places import Place, address, read_place
from renderer.themes.text.segments import segment, slug_of
from renderer.themes.text.words import words_for
from tests.factories import make_post, make_site
from tests.visitor import Visitor

HOST = "kopi.sites.test"
ODD = {
    "2024/05/resep": "2024~2F05~2Fresep",
    "/": "~2F",
    "c:\\kopi": "c:~5Ckopi",
    ".": "~2E",
    "..": "~2E~2E",
    "a\tb\x7f": "a~09b~7F",
    "feed.xml": "feed~2Exml",
    "a~2Fb": "a~7E2Fb",
    "~": "~",
    "\u212b": "~E2~84~AB",  # in neither normal form
    " ?#%": "%20%3F%23%25",
}


async def _give(conn: asyncpg.Connection, site: UUID) -> None:
    """A post and a tag of each slug, all of one category that has an odd one too."""
    category = await conn.fetchval(
        "INSERT INTO blog_categories (website_id, name, slug) VALUES ($1, 'Lama', 'lama/..') RETURNING id", site
    )
    for slug in ODD:
        post = await make_post(conn, site, slug=slug, title="Sama benar")
        tag = await conn.fetchval(
            "INSERT INTO blog_tags (website_id, name, slug) VALUES ($1, $2, $3) RETURNING id", site, f"T{slug!r}", slug
        )
        await conn.execute("INSERT INTO blog_post_tags VALUES ($1, $2)", post, tag)
        await conn.execute("INSERT INTO blog_post_categories VALUES ($1, $2)", post, category)
    await conn.execute("INSERT INTO blog_post_tags SELECT p.id, t.id FROM blog_posts p, blog_tags t WHERE t.slug = '~'"
                       " ON CONFLICT DO NOTHING")  # fmt: skip


def _links(text: str) -> set[str]:
    """Paths of the blog, and of its cards, that a page, a feed, a sitemap or llms.txt names."""
    found = re.findall(rf"http://{re.escape(HOST)}:8080(/[^\s\"<>)]*)|href=\"(/[^\"]*)\"", text)
    paths = (html.unescape(html.unescape(one or other)).partition("#")[0].rstrip("\\") for one, other in found)
    return {path for path in paths if path.startswith(("/blog", "/_site/og"))}


async def test_every_address_that_a_site_names_is_there(conn: asyncpg.Connection, visitor: Visitor) -> None:
    site = await make_site(conn, subdomain="kopi", title="Kopi")
    await _give(conn, site)
    await make_post(conn, site, slug="", title="Tanpa alamat")
    starts = ["/blog", "/blog/halaman/2", "/blog/cari?q=sama", "/blog/feed.json", "/sitemap-pages.xml"]
    starts += ["/sitemap-posts-1.xml", "/llms.txt"]
    named: dict[str, str] = dict.fromkeys(starts, "the test")
    waiting, seen = list(named), dict[str, str]()
    while waiting:
        path = waiting.pop()
        raw = await visitor.raw(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        head, _, body = raw.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), (path, named[path], head[:40])
        seen[path] = text = body.decode("utf-8", "replace")
        if "/og/" in path or (path.endswith((".xml", ".json")) and path not in starts):
            continue
        new = sorted(_links(text) - named.keys())
        named |= dict.fromkeys(new, path)
        waiting += new
    told = seen["/sitemap-posts-1.xml"] + seen["/sitemap-pages.xml"]
    for part in ODD.values():
        assert {f"/blog/{part}", f"/blog/{part}.md", f"/blog/tag/{part}", f"/blog/tag/{part}/feed.xml"} <= seen.keys()
        canonical = f'<link rel="canonical" href="http://{HOST}:8080{html.escape(f"/blog/{part}")}">'
        assert canonical in seen[f"/blog/{part}"], part
        assert f"{HOST}:8080/blog/{part}</loc>" in told
        assert f"{HOST}:8080/blog/tag/{part}</loc>" in told
    assert "/blog/kategori/lama~2F.." in seen
    assert "Tanpa alamat" not in "".join(seen.values())
    assert len([path for path in seen if "/og/" in path]) == len(ODD) + 1  # and the blog's own


@pytest.mark.parametrize(
    ("spelled", "canonical"),
    [("/blog/ko~2Epi", "/blog/ko.pi"), ("/blog/2024~2F05~2FRESEP/", "/blog/2024~2F05~2Fresep")],
)
async def test_an_escape_that_nothing_needs_is_another_spelling(
    conn: asyncpg.Connection, visitor: Visitor, spelled: str, canonical: str
) -> None:
    site = await make_site(conn, subdomain="kopi")
    await make_post(conn, site, slug="ko.pi")
    await make_post(conn, site, slug="2024/05/resep")
    answer = await visitor.get(HOST, spelled, allow_redirects=False)
    assert (answer.status, answer.headers.get("Location")) == (301, canonical)


_LETTERS = st.one_of(st.sampled_from("~/\\.20257EFABmdxml"), st.characters(codec="utf-8", min_codepoint=1))


@settings(max_examples=300)
@given(st.text(_LETTERS, min_size=1, max_size=12))
def test_a_slug_comes_back_from_its_segment_and_no_two_share_one(slug: str) -> None:
    part = segment(slug)
    assert part not in ("", ".", "..")
    assert not re.search(r"[/\\?#\x00-\x20\x7f-]|%2F|%5C", part.replace("-", ""))
    back = slug_of(unicodedata.normalize("NFC", unquote(part)))
    assert unicodedata.normalize("NFC", back) == unicodedata.normalize("NFC", slug)
    for kind in ("category", "tag"):
        read = read_place(address(Place(kind, back), words_for("id")))
        assert read == Place(kind, back)


async def test_a_label_without_posts_has_neither_page_nor_feed_nor_another_spelling(
    conn: asyncpg.Connection, visitor: Visitor
) -> None:
    site = await make_site(conn, subdomain="kopi")
    draft = await make_post(conn, site, status="draft")
    for table, links, kind in (
        ("blog_categories", "blog_post_categories", "kategori"),
        ("blog_tags", "blog_post_tags", "tag"),
    ):
        label = await conn.fetchval(
            f"INSERT INTO {table} (website_id, name, slug) VALUES ($1, 'Lama', 'lama') RETURNING id", site
        )
        await conn.execute(f"INSERT INTO {links} VALUES ($1, $2)", draft, label)
        await conn.execute(f"UPDATE {table} SET slug = 'rahasia' WHERE id = $1", label)
        for asked in ("rahasia", "Rahasia", "lama", "tidak-ada"):
            for end in ("", "/feed.xml", "/atom.xml", "/feed.json"):
                answer = await visitor.get(HOST, f"/blog/{kind}/{asked}{end}", allow_redirects=False)
                assert answer.status == 404, (kind, asked, end)
    assert (await visitor.get(HOST, "/blog/feed.xml")).status == 200
    await conn.execute("UPDATE blog_posts SET status = 'published' WHERE id = $1", draft)
    await visitor.caught_up()
    for kind in ("kategori", "tag"):
        for end in ("", "/feed.xml", "/atom.xml", "/feed.json"):
            assert (await visitor.get(HOST, f"/blog/{kind}/rahasia{end}")).status == 200
            moved = await visitor.get(HOST, f"/blog/{kind}/lama{end}", allow_redirects=False)
            assert (moved.status, moved.headers["Location"]) == (301, f"/blog/{kind}/rahasia{end}")
    await conn.execute("DELETE FROM blog_tags")
    await visitor.caught_up()
    assert [(await visitor.get(HOST, f"/blog/tag/rahasia{end}")).status for end in ("", "/feed.xml")] == [410, 410]
