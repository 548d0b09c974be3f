"""Searching a site's blog, over real HTTP."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode
from uuid import UUID

import asyncpg
import pytest

from renderer.blog import search
from tests.factories import insert, make_post, make_site
from tests.judge import Page
from tests.test_blog import HOST, read
from tests.visitor import Answer, Visitor

NOW = datetime.now(UTC)
BASE = "http://kopi.sites.test:8080"


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    return await make_site(conn, subdomain="kopi", title="Kopi Senja")


def doc(*paragraphs: str) -> dict[str, object]:
    return {
        "type": "doc",
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in paragraphs],
    }


async def look(visitor: Visitor, query: str, host: str = HOST, path: str = "/blog/cari", **more: object) -> Answer:
    return await visitor.get(host, f"{path}?{urlencode({'q': query, **more})}")


def found(answer: Answer, base: str = BASE) -> list[str]:
    """Slugs of the posts shown, in their order."""
    page = Page(answer.text, base)
    assert page.problems == []
    hrefs = [one.attrs["href"] for one in page.all("a")]
    pages = ("/blog/cari", "/blog/search", "/blog/kategori")
    return [href.removeprefix("/blog/") for href in hrefs if href.startswith("/blog/") and not href.startswith(pages)]


async def test_a_word_is_found_in_title_excerpt_and_body_and_ranked_so(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    day = timedelta(days=1)
    await make_post(conn, site, slug="isi", content=doc("Biji gayo dari dataran tinggi."), published_at=NOW - day)
    await make_post(conn, site, slug="ringkas", excerpt="Tentang gayo.", published_at=NOW - 2 * day)
    await make_post(conn, site, slug="judul", title="Gayo pagi", published_at=NOW - 3 * day)
    await make_post(conn, site, slug="lain", title="Susu", published_at=NOW - 4 * day)
    answer = await look(visitor, "gayo")
    assert answer.status == 200
    assert found(answer) == ["judul", "ringkas", "isi"]
    assert "Biji <mark>gayo</mark> dari dataran tinggi" in answer.text
    assert "Tentang <mark>gayo</mark>" in answer.text
    assert found(await look(visitor, '"dataran tinggi"')) == ["isi"]
    assert found(await look(visitor, "gayo -pagi")) == ["ringkas", "isi"]
    assert set(found(await look(visitor, "susu or pagi"))) == {"judul", "lain"}


async def test_an_extract_is_found_far_down_a_long_text(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    filling = " ".join(f"kata{number}" for number in range(400))
    for slug, text in {
        "tengah": f"{filling} biji gayo pilihan {filling} lagi Gayo baru {filling}",
        "akhir": f"{filling} {'x' * 297}gayo {filling} air gayo",
        "awal": f"gayo dulu {filling} {filling}",
        "berimbuhan": f"{filling} digayokan semua {filling}",
    }.items():
        await make_post(conn, site, slug=slug, title=slug, content=doc(text))
    answer = await look(visitor, "gayo")
    assert {"tengah", "akhir", "awal"} <= set(found(answer))
    for shown in (
        "biji <mark>gayo</mark> pilihan",
        "lagi <mark>Gayo</mark> baru",
        "air <mark>gayo</mark>",
        "<mark>gayo</mark> dulu",
    ):
        assert shown in answer.text
    assert "x<mark>" not in answer.text
    assert "kata399 <mark>digayokan</mark>" in (await look(visitor, "digayokan")).text
    assert "lagi <mark>Gayo</mark> <mark>baru</mark>" in (await look(visitor, "gayo baru")).text


async def test_a_search_is_for_nobody_but_who_makes_it(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    await make_post(conn, site, slug="a", title="Gayo")
    answer = await visitor.get(HOST, "/blog/cari?utm_source=x&q=gayo&p=1")
    assert answer.status == 200
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    page = Page(answer.text, BASE)
    assert [one.attrs["href"] for one in page.all("link") if one.attrs["rel"] == "canonical"] == [
        f"{BASE}/blog/cari?q=gayo"
    ]
    moved = await visitor.get(HOST, "/blog/search?q=gayo")
    assert (moved.status, moved.headers["Location"]) == (301, "/blog/cari?q=gayo")


async def test_the_form_alone_is_a_page(visitor: Visitor, site: UUID) -> None:
    for path in ("/blog/cari", "/blog/cari?q=", "/blog/cari?q=%20%00", "/blog/cari?ref=x"):
        answer = await visitor.get(HOST, path)
        assert answer.status == 200
        assert "Ketik satu atau dua kata." in answer.text
        assert "Belum ada tulisan" not in answer.text
        assert "noindex" in answer.headers["X-Robots-Tag"]


async def test_hostile_texts_are_shown_as_texts(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    hostile = "<script>alert(1)</script> gayo \ue000<b>tebal</b>\ue001 & \"'"
    await make_post(
        conn, site, slug="a", title=f"Gayo {hostile}", excerpt=hostile, content=doc(hostile, "</mark><img src=x>")
    )
    answer = await look(visitor, f"gayo {hostile}")
    assert answer.status == 200
    for query in ("gayo", '"><script>alert(2)</script>', "\ue000gayo\ue001", "{query} {other}"):
        answer = await look(visitor, query)
        assert answer.status == 200, query
        page = read(answer)
        assert "<script>alert" not in answer.text
        assert "<b>tebal" not in answer.text
        assert "<img src=x" not in answer.text
        assert not any(mark in page.text for mark in "\ue000\ue001")
    assert "<mark>gayo</mark>" in (await look(visitor, "gayo")).text


async def test_many_posts_come_in_pages(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    for number in range(23):
        await make_post(conn, site, slug=f"p{number:02}", title="Gayo", published_at=NOW - timedelta(hours=number + 1))
    first = await look(visitor, "gayo & pagi")
    assert found(first) == []
    seen: list[str] = []
    for number in (1, 2, 3):
        answer = await look(visitor, "Gayo", p=number)
        seen += found(answer)
        links = {one.attrs.get("rel"): one.attrs["href"] for one in Page(answer.text, BASE).all("a")}
        assert links.get("next") == (f"/blog/cari?q=Gayo&p={number + 1}" if number < 3 else None)
        assert links.get("prev") == {1: None, 2: "/blog/cari?q=Gayo", 3: "/blog/cari?q=Gayo&p=2"}[number]
    assert seen == [f"p{number:02}" for number in range(23)]
    for page in ("4", "0", "-1", "101", "999999", "x", "01", "1e1", "\u0661", ""):
        answer = await look(visitor, "gayo", p=page)
        assert answer.status == 404, page
        assert "Kopi Senja" in answer.text


async def test_a_site_finds_its_own_posts_alone(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    other = await make_site(conn, subdomain="roti")
    await make_post(conn, other, slug="tetangga", title="Gayo tetangga")
    answer = await look(visitor, "gayo")
    assert "etangga" not in answer.text
    assert "Tidak ada tulisan yang memuat kata itu" in answer.text
    assert found(await look(visitor, "gayo", "roti.sites.test"), BASE.replace("kopi", "roti")) == ["tetangga"]


@pytest.mark.parametrize(
    ("content", "written", "asked"),
    [(None, "Bacaan pagi", "membaca"), ({"language": "en"}, "The roasted beans", "roasting bean")],
    ids=["id", "en"],
)
async def test_words_are_found_in_the_sites_own_language(
    conn: asyncpg.Connection, visitor: Visitor, content: object, written: str, asked: str
) -> None:
    site = await make_site(conn, subdomain="kopi", **({"generated_content": content} if content else {}))
    await make_post(conn, site, slug="a", content=doc(written))
    answer = await look(visitor, asked, path="/blog/search" if content else "/blog/cari")
    assert found(answer) == ["a"]
    assert "<mark>" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "the of and",
        "yang di dan",
        "-",
        "- - -",
        "or or",
        '"',
        '"gayo',
        '""',
        "-gayo",
        "& | ! ( ) < > : * \\ '",
        "!!!((",
        "a" * 200,
        "a_" * 100,
        "<!--" * 50,
        "\u0000gayo",
        "\u202egayo",
        "😀" * 200,
        "%",
        "gayo:*",
        "'; DROP TABLE blog_posts; --",
    ],
)
async def test_no_query_is_an_error(conn: asyncpg.Connection, visitor: Visitor, site: UUID, query: str) -> None:
    await conn.execute("""UPDATE websites SET generated_content = '{"language": "en"}' WHERE id = $1""", site)
    await make_post(conn, site, slug="a", title="Gayo", content=doc("gayo " * 50))
    answer = await look(visitor, query, path="/blog/search")
    assert answer.status == 200
    read(answer)


async def test_what_is_too_long_or_no_text_is_refused_in_the_theme(visitor: Visitor, site: UUID) -> None:
    answer = await look(visitor, "a" * 201)
    assert answer.status == 400
    assert "terlalu panjang" in answer.text
    assert "Kopi Senja" in answer.text
    for raw in ("q=%ff%fe", "q=%ed%a0%80", "&".join("a=1" for _ in range(60))):
        answer = await visitor.get(HOST, f"/blog/cari?{raw}")
        assert answer.status == 400, raw
        assert "Kopi Senja" in answer.text
    # Two spellings of one word are one.
    assert f'value="{"é" * 200}"' in (await look(visitor, "e\u0301" * 200)).text


@pytest.mark.parametrize("query", ["q=gayo", ""])
async def test_a_post_may_be_called_like_a_page_of_the_blog(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, query: str
) -> None:
    for slug in ("cari", "search", "langganan", "subscribe"):
        await make_post(conn, site, slug=slug, title=f"Tulisan {slug}", status="draft")
    assert "Tulisan" not in (await visitor.get(HOST, "/blog/cari")).text.split("<h1")[1].split("</h1>")[0]
    await conn.execute("UPDATE blog_posts SET status = 'published', published_at = now() - interval '1 day'")
    for slug in ("cari", "search", "langganan", "subscribe"):
        answer = await visitor.get(HOST, f"/blog/{slug}?{query}")
        if query and slug == "search":
            assert answer.headers["Location"] == "/blog/cari?q=gayo"
        elif query and slug == "cari":
            assert "Hasil pencarian" in answer.text
        else:
            assert answer.status == 200, slug
            assert [one.text for one in read(answer).all("h1")] == [f"Tulisan {slug}"]


async def test_a_search_that_takes_too_long_says_so(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    await make_post(conn, site, title="Gayo")
    swift = await conn.fetchval("SELECT pg_get_functiondef('search_posts'::regproc)")
    await conn.execute(
        "CREATE OR REPLACE FUNCTION search_posts(site uuid, query text, most integer, skip integer) RETURNS SETOF uuid "
        "LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(20); END $$"
    )
    answer = await look(visitor, "gayo")
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "10"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "terlalu lama" in answer.text
    assert "Kopi Senja" in answer.text
    assert not caplog.records
    # The connection is as good as before, and knows nothing of the limit.
    await conn.execute(swift)
    assert (await look(visitor, "gayo")).status == 200


async def test_a_typing_error_finds_what_was_meant(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    has_trigrams = await conn.fetchval("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')")
    await make_post(conn, site, slug="a", title="Kopi tubruk", content=doc("Tanpa saringan."))
    other = await make_site(conn, subdomain="roti")
    await make_post(conn, other, title="Sourdough pagi")
    answer = await look(visitor, "kopi tubrk")
    assert found(answer) == (["a"] if has_trigrams else [])
    assert ("Menampilkan hasil untuk “kopi tubruk”" in answer.text) == has_trigrams
    # Neither a neighbour's words nor what looks like nothing here.
    for query in ("sourdogh", "xyzzyq"):
        assert "Tidak ada tulisan yang memuat kata itu" in (await look(visitor, query)).text


@pytest.mark.parametrize("shape", ["paragraphs", "one", "text"])
async def test_a_post_of_three_megabytes_is_saved_and_its_title_is_found(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, shape: str
) -> None:
    words = " ".join(f"kata{number}" for number in range(300_000))
    assert len(words) > 3_000_000
    content: dict[str, object] = {
        "paragraphs": doc(*(words[start : start + 300] for start in range(0, len(words), 300))),
        "one": doc(words),
        "text": {"text": words},
    }[shape]
    await insert(
        conn,
        "blog_posts",
        {"website_id": site, "slug": "besar", "title": "Raksasa", "status": "published", "content": content},
    )
    answer = await look(visitor, "raksasa")
    assert found(answer) == ["besar"]


async def test_old_posts_of_a_large_site_are_found_by_a_rare_word_and_by_their_title(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    await conn.execute("ALTER TABLE blog_posts DISABLE TRIGGER USER")
    await conn.execute(
        """
        INSERT INTO blog_posts (website_id, slug, title, content, status, published_at, search)
        SELECT $1, 'p' || n, 'Kopi ' || n, '{}', 'published', now() - n * interval '1 minute',
            post_search('Kopi ' || n, NULL, 'susu hangat', 'indonesian')
        FROM generate_series(1, 900) n
        """,
        site,
    )
    await conn.execute("ALTER TABLE blog_posts ENABLE TRIGGER USER")
    old = NOW - timedelta(days=400)
    await make_post(conn, site, slug="langka", title="Lama", content=doc("luwak"), published_at=old)
    await make_post(conn, site, slug="susu", title="Susu", published_at=old - timedelta(days=1))
    assert found(await look(visitor, "luwak")) == ["langka"]
    assert found(await look(visitor, "luwak kopi")) == []
    assert found(await look(visitor, "susu"))[0] == "susu"
    assert found(await look(visitor, "kopi"))[0] == "p1"
    assert len(found(await look(visitor, "-luwak"))) == 10


async def test_the_newest_of_a_large_site_are_read_from_the_index_and_no_others(conn: asyncpg.Connection) -> None:
    site, other = await make_site(conn), await make_site(conn)
    await conn.execute("ALTER TABLE blog_posts DISABLE TRIGGER USER")
    await conn.execute(
        """
        INSERT INTO blog_posts (website_id, slug, title, content, status, published_at, search)
        SELECT CASE n % 2 WHEN 0 THEN $1::uuid ELSE $2 END, 'p' || n, 'p', '{}', 'published',
            now() - n * interval '1 minute', 'kopi:1A'
        FROM generate_series(1, 20000) n
        """,
        site,
        other,
    )
    await conn.execute("ANALYZE blog_posts, websites, users")
    for view in ("visible_posts", "visible_posts_upward"):
        asked = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM {view} WHERE website_id = '{site}' LIMIT 20"
        await conn.fetchval(asked)
        plan = json.loads(await conn.fetchval(asked))[0]["Plan"]
        assert plan["Actual Rows"] == 20
        # A block or two for each post, whatever else the site and the others have: they fill several hundred.
        assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 100, view
    hits = await conn.fetch("SELECT id FROM search_posts($1, 'kopi', 1000, 0) AS found (id)", site)
    assert len(hits) == 200
    owners = await conn.fetchval(
        "SELECT array_agg(DISTINCT website_id) FROM blog_posts WHERE id = ANY($1)", [r["id"] for r in hits]
    )
    assert owners == [site]


def test_what_is_asked_for_is_read_in_one_way() -> None:
    assert search.read_search("q=a&q=b&p=2") == search.Search("a", 2)
    assert search.read_search(f"q={quote(' kopi  susu ')}") == search.Search("kopi  susu", 1)
    assert search.read_search("q=a+b&p=1;2").page is None
