"""A site's blog, over real HTTP: what is shown, what never is, and where old addresses lead."""

import json
import logging
import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from renderer.logs.trace import ASKED
from tests.factories import insert, make_post, make_site
from tests.judge import Page
from tests.visitor import Answer, Visitor

HOST = "kopi.sites.test"
NOW = datetime.now(UTC)
LONG = {
    "type": "doc",
    "content": [
        node
        for number in range(4)
        for node in (
            {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": f"{number + 1}. Bagian"}]},
            {"type": "paragraph", "content": [{"type": "text", "text": "kata " * 150}]},
        )
    ],
}


def read(answer: Answer) -> Page:
    """The page, which must be a good one."""
    page = Page(answer.text, "http://kopi.sites.test:8080")
    assert page.problems == []
    return page


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    return await make_site(conn, subdomain="kopi", title="Kopi Senja")


async def make_label(conn: asyncpg.Connection, site: UUID, kind: str, slug: str, post: UUID | None = None) -> UUID:
    table = {"category": "blog_categories", "tag": "blog_tags"}[kind]
    label = await insert(conn, table, {"website_id": site, "name": slug.title(), "slug": slug})
    if post:
        await link(conn, kind, post, label)
    return label


async def link(conn: asyncpg.Connection, kind: str, post: UUID, label: UUID) -> None:
    if kind == "category":
        await conn.execute("INSERT INTO blog_post_categories VALUES ($1, $2)", post, label)
    else:
        await conn.execute("INSERT INTO blog_post_tags VALUES ($1, $2)", post, label)


def year_of(moment: datetime) -> int:
    """In the zone of a site that names none."""
    return moment.astimezone(ZoneInfo("Asia/Jakarta")).year


async def test_a_post_has_a_whole_page(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    post = await make_post(
        conn, site, slug="tubruk", title="Kopi tubruk", excerpt="Tanpa saringan.", content=LONG,
        featured_image="/foto/tubruk.jpg", gallery_images=["/foto/a.jpg", "https://asing.example/b.jpg"],
        published_at=NOW - timedelta(days=3),
    )  # fmt: skip
    await make_label(conn, site, "category", "resep", post)
    await make_label(conn, site, "tag", "robusta", post)
    answer = await visitor.get(HOST, "/blog/tubruk")
    assert answer.status == 200
    page = read(answer)
    assert [one.text for one in page.all("h1")] == ["Kopi tubruk"]
    hrefs = [link.attrs["href"] for link in page.all("a")]
    assert {"/blog", "/blog/kategori/resep", "/blog/tag/robusta", "#bagian-1", "/foto/a.jpg"} <= set(hrefs)
    assert [link.text for link in page.all("a") if link.attrs["href"].startswith("#bagian")] == ["Bagian"] * 4
    assert "asing.example" not in answer.text
    assert {"bagian-1", "bagian-4"} <= {one.attrs.get("id") for one in page.all("h2")}
    posting = next(node for node in page.graph if node["@type"] == "BlogPosting")
    assert posting["headline"] == "Kopi tubruk"
    assert posting["url"].endswith("/blog/tubruk")


async def test_lists_show_ten_posts_a_page_newest_first(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    for number in range(23):
        await make_post(conn, site, slug=f"p{number:02}", published_at=NOW - timedelta(hours=number + 1))
    seen: list[str] = []
    for path in ("/blog", "/blog/halaman/2", "/blog/halaman/3"):
        answer = await visitor.get(HOST, path)
        page = read(answer)
        seen += [one.attrs["href"] for one in page.all("a") if one.attrs["href"].startswith("/blog/p")]
    assert seen == [f"/blog/p{number:02}" for number in range(23)]
    assert (await visitor.get(HOST, "/blog/halaman/4")).status == 404
    first = await visitor.get(HOST, "/blog/page/1")
    assert (first.status, first.headers["Location"]) == (301, "/blog")


async def test_an_empty_blog_says_so(visitor: Visitor, site: UUID) -> None:
    answer = await visitor.get(HOST, "/blog")
    assert answer.status == 200
    assert "Belum ada tulisan" in answer.text
    assert "noindex" in answer.headers["X-Robots-Tag"]


@pytest.mark.parametrize(
    "state",
    [
        {"status": "draft"},
        {"status": "archived"},
        {"scheduled_at": NOW + timedelta(days=1)},
        {"published_at": NOW + timedelta(days=1)},
    ],
    ids=["draft", "archived", "scheduled", "future"],
)
async def test_what_is_not_visible_is_nowhere(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, state: dict[str, object]
) -> None:
    seen = await make_post(conn, site, slug="terlihat", title="Terlihat", published_at=NOW - timedelta(days=1))
    hidden = await make_post(conn, site, slug="rahasia", title="Rahasia", **state)
    for kind, slug in (("category", "resep"), ("tag", "susu")):
        label = await make_label(conn, site, kind, slug)
        await link(conn, kind, seen, label)
        await link(conn, kind, hidden, label)
    lonely = await make_label(conn, site, "category", "kosong", hidden)
    assert lonely
    assert (await visitor.get(HOST, "/blog/rahasia")).status == 404
    year = year_of(NOW - timedelta(days=1))
    for path in ("/blog", "/blog/terlihat", "/blog/kategori/resep", "/blog/tag/susu", f"/blog/arsip/{year}", "/"):
        answer = await visitor.get(HOST, path)
        assert answer.status == 200, path
        assert "ahasia" not in answer.text, path
    assert (await visitor.get(HOST, "/blog/kategori/kosong")).status == 404
    assert "kosong" not in (await visitor.get(HOST, "/blog")).text


async def test_a_post_appears_when_it_is_due_and_goes_when_it_is_taken_back(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    post = await make_post(conn, site, slug="nanti", scheduled_at=NOW + timedelta(days=1))
    assert (await visitor.get(HOST, "/blog/nanti")).status == 404
    await conn.execute("UPDATE blog_posts SET scheduled_at = now() - interval '1 second' WHERE id = $1", post)
    assert (await visitor.get(HOST, "/blog/nanti")).status == 200
    await conn.execute("UPDATE blog_posts SET status = 'draft' WHERE id = $1", post)
    assert (await visitor.get(HOST, "/blog/nanti")).status == 404


async def test_a_neighbours_posts_and_labels_are_not_found(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    other = await make_site(conn, subdomain="roti")
    post = await make_post(conn, other, slug="tetangga")
    await make_label(conn, other, "category", "roti", post)
    await make_label(conn, other, "tag", "gandum", post)
    await conn.execute("UPDATE blog_posts SET slug = 'tetangga-baru' WHERE id = $1", post)
    for path in ("tetangga", "tetangga-baru", "kategori/roti", "tag/gandum"):
        assert (await visitor.get(HOST, f"/blog/{path}")).status == 404, path
    assert (await visitor.get("roti.sites.test", "/blog/tetangga")).status == 301


async def test_old_slugs_lead_to_the_new_one_in_one_hop(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    post = await make_post(conn, site, slug="satu")
    label = await make_label(conn, site, "tag", "lama", post)
    for slug in ("dua", "tiga"):
        await conn.execute("UPDATE blog_posts SET slug = $1 WHERE id = $2", slug, post)
    await conn.execute("UPDATE blog_tags SET slug = 'baru' WHERE id = $1", label)
    for old in ("satu", "dua"):
        answer = await visitor.get(HOST, f"/blog/{old}?utm_source=x")
        assert (answer.status, answer.headers["Location"]) == (301, "/blog/tiga?utm_source=x")
    # In whatever spelling, still one hop.
    for old in ("/blog/SATU/", "/Blog/satu", "/blog/dua/"):
        assert (await visitor.get(HOST, old)).headers["Location"] == "/blog/tiga", old
    assert (await visitor.get(HOST, "/blog/satu.md")).headers["Location"] == "/blog/tiga.md"
    answer = await visitor.get(HOST, "/blog/tag/lama")
    assert (answer.status, answer.headers["Location"]) == (301, "/blog/tag/baru")
    await make_post(conn, site, slug="satu", title="Yang baru")
    assert "Yang baru" in (await visitor.get(HOST, "/blog/satu")).text


async def test_a_renamed_draft_leads_nowhere_and_a_deleted_post_is_gone(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    draft = await make_post(conn, site, slug="konsep", status="draft")
    await conn.execute("UPDATE blog_posts SET slug = 'konsep-baru' WHERE id = $1", draft)
    assert (await visitor.get(HOST, "/blog/konsep")).status == 404
    post = await make_post(conn, site, slug="hapus")
    await conn.execute("DELETE FROM blog_posts WHERE id = $1", post)
    gone = await visitor.get(HOST, "/blog/hapus")
    assert gone.status == 410
    assert "sudah dihapus" in gone.text


@pytest.mark.parametrize(
    "path", ["/blog/", "/blog//kopi-tubruk", "/Blog/kopi-tubruk", "/blog/Kopi-Tubruk", "/blog/kopi_tubruk"]
)
async def test_every_spelling_leads_to_the_one_address(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, path: str
) -> None:
    await make_post(conn, site, slug="kopi-tubruk")
    answer = await visitor.get(HOST, path)
    assert answer.status == 301
    again = await visitor.get(HOST, answer.headers["Location"])
    assert again.status in (200, 301)
    if again.status == 301:
        again = await visitor.get(HOST, again.headers["Location"])
    assert again.status == 200


async def test_doubled_slashes_are_a_spelling_too(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    await make_post(conn, site, slug="kopi-tubruk")
    answer = await visitor.raw(
        b"GET //Blog//kopi-tubruk/ HTTP/1.1\r\nHost: kopi.sites.test\r\nConnection: close\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 301 ")
    assert b"\r\nLocation: /blog/kopi-tubruk\r\n" in answer


async def test_a_change_of_language_keeps_old_addresses(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    post = await make_post(conn, site)
    await make_label(conn, site, "category", "resep", post)
    assert (await visitor.get(HOST, "/blog/kategori/resep")).status == 200
    await conn.execute("""UPDATE websites SET generated_content = '{"language": "en"}' WHERE id = $1""", site)
    answer = await visitor.get(HOST, "/blog/kategori/resep")
    assert (answer.status, answer.headers["Location"]) == (301, "/blog/category/resep")


async def test_related_posts_share_a_tag_and_neighbours_stand_beside(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    posts = [
        await make_post(conn, site, slug=f"p{n}", title=f"Tulisan {n}", published_at=NOW - timedelta(days=n + 1))
        for n in range(4)
    ]
    tag = await make_label(conn, site, "tag", "susu", posts[1])
    await link(conn, "tag", posts[3], tag)
    for slug, columns in {"konsep": {"status": "draft"}, "besok": {"published_at": NOW + timedelta(days=1)}}.items():
        hidden = await make_post(conn, site, slug=slug, **columns)
        await link(conn, "tag", hidden, tag)
    assert await conn.fetchval(
        "SELECT array_agg(id) FROM related_posts($1, $2, 9) AS like_it (id)", site, posts[1]
    ) == [posts[3]]
    page = read(await visitor.get(HOST, "/blog/p1"))
    turn = {
        one.attrs.get("rel"): one.attrs["href"] for one in page.all("a") if one.attrs.get("rel") in ("prev", "next")
    }
    assert turn == {"prev": "/blog/p2", "next": "/blog/p0"}
    assert "Tulisan terkait" in page.text
    assert "Tulisan 3" in page.text
    assert "Tulisan terkait" not in (await visitor.get(HOST, "/blog/p0")).text


HARVEST = "Panen ceri di kebun lereng Puntang: petik merah, rendam semalam, jemur para-para, sangrai perlahan."
MARKET = "Gerobak batagor pindah ke trotoar sebelah kiri, tetangga antre sampai lampu merah, kuah kacang habis."


async def test_related_posts_are_about_the_same_without_any_label(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    other = await make_site(conn, subdomain="roti")
    for owner, slug, text in (
        (site, "panen", HARVEST),
        (site, "panen-lagi", f"{HARVEST} Tahun ini hujan datang lebih awal."),
        (site, "gerobak", MARKET),
        (site, "jam-buka", "Jam buka berubah pada akhir tahun."),
        (site, "konsep", HARVEST),
        (other, "tetangga", HARVEST),
    ):
        await make_post(
            conn, owner, slug=slug, title=f"Kabar {slug}", content={"text": text},
            status="draft" if slug == "konsep" else "published",
        )  # fmt: skip
    answer = await visitor.get(HOST, "/blog/panen")
    assert related(answer) == ["/blog/panen-lagi"]
    assert related(await visitor.get(HOST, "/blog/panen-lagi")) == ["/blog/panen"]
    assert related(await visitor.get(HOST, "/blog/gerobak")) == []
    # What it is about follows the text.
    await conn.execute(
        """UPDATE blog_posts SET content = jsonb_build_object('text', $1::text) WHERE slug = 'gerobak'""", HARVEST
    )
    assert sorted(related(await visitor.get(HOST, "/blog/panen"))) == ["/blog/gerobak", "/blog/panen-lagi"]


async def test_labels_and_text_count_together(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    posts = {
        slug: await make_post(
            conn,
            site,
            slug=slug,
            title=f"Kabar {slug}",
            content={"text": text},
            published_at=NOW - timedelta(days=days),
        )
        for days, (slug, text) in enumerate(
            [
                ("pasar", MARKET),
                ("kebun", HARVEST),
                ("lereng", HARVEST),
                ("lain", "Jam buka berubah pada akhir tahun."),
            ],
            1,
        )
    }
    tag = await make_label(conn, site, "tag", "susu")
    for slug in ("pasar", "kebun", "lereng"):
        await link(conn, "tag", posts[slug], tag)
    # Both share the tag; the older of them says the same as well.
    assert related(await visitor.get(HOST, "/blog/kebun")) == ["/blog/lereng", "/blog/pasar"]


async def test_a_label_of_another_site_is_not_shown_even_where_it_is_linked(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    post, other = await make_post(conn, site, slug="kopi"), await make_site(conn, subdomain="roti")
    for kind, table in (("category", "blog_post_categories"), ("tag", "blog_post_tags")):
        await link(conn, kind, post, await make_label(conn, site, kind, f"punya-kopi-{kind}"))
        await conn.execute(f"ALTER TABLE {table} DISABLE TRIGGER refuse_foreign_label")
        await link(conn, kind, post, await make_label(conn, other, kind, f"punya-roti-{kind}"))
    for path in ("/blog/kopi", "/blog"):
        text = (await visitor.get(HOST, path)).text.lower()
        assert "punya-roti" not in text, path
    page = (await visitor.get(HOST, "/blog/kopi")).text.lower()
    assert "punya-kopi-tag" in page
    assert "punya-kopi-category" in page


async def test_what_is_related_costs_the_same_whatever_a_site_has(conn: asyncpg.Connection) -> None:
    site, other = await make_site(conn), await make_site(conn)
    await conn.execute("ALTER TABLE blog_posts DISABLE TRIGGER USER")
    await conn.execute("ALTER TABLE blog_post_tags DISABLE TRIGGER USER")
    await conn.execute(
        """
        INSERT INTO blog_posts (website_id, slug, title, content, status, published_at, search)
        SELECT CASE n % 2 WHEN 0 THEN $1::uuid ELSE $2 END, 'p' || n, 'p', '{}', 'published',
            now() - n * interval '1 minute', 'x'
        FROM generate_series(1, 20000) n
        """,
        site,
        other,
    )
    await conn.execute(
        """
        INSERT INTO post_topics (website_id, word, blog_post_id)
        SELECT p.website_id, w, p.id FROM blog_posts p, generate_series(1, 12) w
        UNION ALL
        SELECT p.website_id, 1000 + substr(slug, 2)::integer / 200 * 4 + w, p.id
        FROM blog_posts p, generate_series(1, 4) w
        """
    )
    tag = await make_label(conn, site, "tag", "semua")
    await conn.execute("INSERT INTO blog_post_tags SELECT id, $1 FROM blog_posts WHERE website_id = $2", tag, site)
    await conn.execute("ANALYZE")
    post = await conn.fetchval("SELECT id FROM blog_posts WHERE website_id = $1 AND slug = 'p10000'", site)
    asked = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM related_posts('{site}', '{post}', 3)"
    for _ in range(7):  # plans are made anew for the first five
        plan = json.loads(await conn.fetchval(asked))[0]["Plan"]
    assert plan["Actual Rows"] == 3
    # Posts of a site and its topics fill thousands of blocks, links of its one label hundreds.
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 1_500
    rare = await make_label(conn, other, "tag", "jarang")
    lonely = await conn.fetchval("SELECT id FROM blog_posts WHERE website_id = $1 AND slug = 'p9999'", other)
    await link(conn, "tag", lonely, rare)
    await conn.execute("DELETE FROM post_topics WHERE blog_post_id = $1", lonely)
    asked_lonely = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM related_posts('{other}', '{lonely}', 3)"
    for _ in range(2):
        lonely_plan = json.loads(await conn.fetchval(asked_lonely))[0]["Plan"]
    assert lonely_plan["Shared Hit Blocks"] + lonely_plan["Shared Read Blocks"] < 100
    found = await conn.fetch("SELECT id FROM related_posts($1, $2, 1000) AS found (id)", site, post)
    owners = await conn.fetchval(
        "SELECT array_agg(DISTINCT website_id) FROM blog_posts WHERE id = ANY($1)", [row["id"] for row in found]
    )
    assert owners == [site]
    assert await conn.fetchval("SELECT count(*) FROM related_posts($1, $2, 3)", other, post) == 0


async def test_code_has_its_inks_and_a_post_without_code_has_none(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    code = {"type": "codeBlock", "attrs": {"language": "python"}, "content": [{"type": "text", "text": "x = 'a'  # b"}]}
    await make_post(conn, site, slug="kode", content={"type": "doc", "content": [code]})
    await make_post(conn, site, slug="biasa", content=LONG)
    answer = await visitor.get(HOST, "/blog/kode")
    read(answer)
    assert '<span class="hs">' in answer.text
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text)
    assert "--c-code-text:#" in style
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]
    assert "--c-code" not in (await visitor.get(HOST, "/blog/biasa")).text
    feed = (await visitor.get(HOST, "/blog/feed.json")).text
    assert "x = 'a'  # b" in feed
    assert "span" not in feed
    assert "```python\nx = 'a'  # b\n```" in (await visitor.get(HOST, "/blog/kode.md")).text


async def test_no_page_of_a_blog_asks_more_than_three_questions(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the one for the host."""
    then = NOW - timedelta(days=3)
    post = await make_post(conn, site, slug="tubruk", title="Kopi tubruk", content=LONG, published_at=then)
    await make_label(conn, site, "category", "resep", post)
    await make_label(conn, site, "tag", "robusta", post)
    asked: list[str] = []
    own = asyncpg.connection.Connection._execute

    async def count(self: asyncpg.Connection, query: str, *arguments: object, **options: object) -> object:
        if ASKED.get() is not None:  # else the worker's own, whoever asks: what changed, jobs, visits
            asked.append(query)
        return await own(self, query, *arguments, **options)

    monkeypatch.setattr(asyncpg.connection.Connection, "_execute", count)
    year = year_of(then)
    for path in (
        "/blog", "/blog/tubruk", "/blog/tubruk.md", "/blog/kategori/resep", "/blog/tag/robusta", f"/blog/arsip/{year}",
        "/blog/cari?q=kopi", "/blog/langganan", "/blog/feed.xml", "/blog/tag/robusta/atom.xml",
    ):  # fmt: skip
        asked.clear()
        assert (await visitor.get(HOST, path)).status == 200, path
        assert 1 <= len(asked) <= 4, (path, asked)


def related(answer: Answer) -> list[str]:
    _, _, kin = answer.text.partition('id="terkait"')
    return re.findall(r'href="(/blog/[^"]+)"', kin.partition("</section>")[0])


@pytest.mark.parametrize(
    "path",
    [
        "/blog/" + "a" * 7_000,
        "/blog/%ff%fe",
        "/blog/%00",
        "/blog/halaman/999999",
        "/blog/arsip/2026/99",
        "/blog/kategori/" + "%F0%9F%98%80" * 300,
        "/blog/a/b/c/d",
    ],
)
async def test_bad_addresses_are_not_found_in_the_theme(visitor: Visitor, site: UUID, path: str) -> None:
    answer = await visitor.get(HOST, path)
    assert answer.status == 404
    assert "Kopi Senja" in answer.text


@pytest.mark.parametrize(
    "content",
    [
        '"text"',
        "[]",
        "7",
        "null",
        '{"type":"doc","content":' + "[" * 400 + "]" * 400 + "}",
        '{"text": "Baris satu\\n\\ndua"}',
        '{"type":"markdown","text":"# Judul\\n\\n- a\\n- b"}',
        '{"type":"doc","content":[{"type":"x","content":[1,null]}]}',
    ],
)
async def test_any_document_is_a_page(conn: asyncpg.Connection, visitor: Visitor, site: UUID, content: str) -> None:
    await insert(
        conn,
        "blog_posts",
        {"website_id": site, "slug": "apa", "title": "Apa", "status": "published", "content": content},
    )
    answer = await visitor.get(HOST, "/blog/apa")
    assert answer.status == 200
    read(answer)


async def test_the_blog_of_a_protected_site_asks_for_its_password(conn: asyncpg.Connection, visitor: Visitor) -> None:
    site = await make_site(conn, subdomain="kunci", is_password_protected=True, password_hash="!")
    await make_post(conn, site, slug="rahasia", title="Rahasia")
    for path in ("/blog", "/blog/rahasia", "/blog/kategori/x"):
        answer = await visitor.get("kunci.sites.test", path)
        assert "ahasia" not in answer.text.replace("/blog/rahasia", "")
        assert answer.status == 403


@pytest.mark.parametrize(
    ("target", "headers", "status"),
    [
        ("/blog/" + "a" * 10_000, "", 414),
        ("/blog", f"Cookie: a={'b' * 10_000}\r\n", 431),
    ],
    ids=["a slug of 10,000 characters", "a long cookie"],
)
async def test_what_is_too_long_to_be_read_is_told_so_and_not_logged(
    visitor: Visitor, site: UUID, caplog: pytest.LogCaptureFixture, target: str, headers: str, status: int
) -> None:
    answer = await visitor.raw(f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\n{headers}\r\n".encode())
    assert answer.split(b" ")[1] == str(status).encode()
    assert b"Server:" not in answer
    assert b'<html lang="id">' in answer
    assert b' lang="en"><p>' in answer
    assert b"aaaa" not in answer
    long = await visitor.raw(f"GET /blog/cari?q={'a' * 1_000_000} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
    assert long.split(b" ")[1] == b"414"
    assert (await visitor.get(HOST, "/blog")).status == 200
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/blog/cari?q=" + "a" * 7_000, 400),
        ("/blog/cari?q=%ff%fe", 400),
        ("/blog/cari?q=a&p=999999", 404),
        ("/blog/" + "%c3%28" * 30, 404),
        ("/blog/kategori/x/halaman/999999", 404),
    ],
)
async def test_what_cannot_be_meant_is_refused_in_the_theme_and_not_logged(
    visitor: Visitor, site: UUID, caplog: pytest.LogCaptureFixture, path: str, status: int
) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"
    answer = await visitor.raw(request.encode())
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Kopi Senja" in answer
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
