"""Posts: found by their words, saved whatever their size, remembered by their old addresses."""

import json
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from tests.factories import insert, make_post, make_site

FOUND = (
    "SELECT array_agg(slug::text ORDER BY ts_rank(search, websearch_to_tsquery($1::regconfig, $2)) DESC) "
    "FROM blog_posts "
    "WHERE search @@ websearch_to_tsquery($1::regconfig, $2)"
)


def document(*paragraphs: str) -> dict[str, object]:
    return {
        "type": "doc",
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in paragraphs],
    }


async def found(conn: asyncpg.Connection, words: str, language: str = "indonesian") -> list[str]:
    return await conn.fetchval(FOUND, language, words) or []


async def test_a_post_is_found_by_a_word_of_its_body_and_by_its_stem(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    await make_post(conn, site, slug="a", title="Kabar", content=document("Kami suka baca buku di teras."))
    await make_post(conn, site, slug="b", title="Kabar", content=document("Kopi tubruk."))
    assert await found(conn, "membaca") == ["a"]
    assert await found(conn, "tubruk") == ["b"]
    await conn.execute(
        "UPDATE blog_posts SET content = $1 WHERE slug = 'b'", json.dumps(document("Sekarang teh tarik saja."))
    )
    assert await found(conn, "tubruk") == []
    assert await found(conn, "tarik") == ["b"]


async def test_a_title_weighs_more_than_an_excerpt_and_that_more_than_a_body(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    await make_post(conn, site, slug="c", content=document("luwak"))
    await make_post(conn, site, slug="b", excerpt="luwak")
    await make_post(conn, site, slug="a", title="Luwak")
    assert await found(conn, "luwak") == ["a", "b", "c"]


async def test_words_in_any_kind_of_document_are_found(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    nested = {"type": "bulletList", "content": [{"type": "listItem", "content": document("bersarang")["content"]}]}
    halves = [{"type": "text", "text": "men"}, {"type": "text", "text": "ulis", "marks": [{"type": "bold"}]}]
    broken = {"type": "paragraph", "content": [*halves, {"type": "hardBreak"}, {"type": "text", "text": "patah"}]}
    for slug, content in {
        "nested": {"type": "doc", "content": [nested]},
        "halves": {"type": "doc", "content": [broken]},
        "markdown": {"type": "markdown", "text": "# Judul\n\nsederhana"},
        "old": {"text": "paragraf lama"},
        "code": {"type": "doc", "content": [{"type": "codeBlock", "content": [{"type": "text", "text": "printf"}]}]},
    }.items():
        await make_post(conn, site, slug=slug, content=content)
    for word, slug in {
        "bersarang": "nested",
        "menulis": "halves",
        "patah": "halves",
        "sederhana": "markdown",
        "paragraf": "old",
        "printf": "code",
    }.items():
        assert await found(conn, word) == [slug], word


async def test_the_sites_language_decides_the_stems_and_a_change_of_it_too(conn: asyncpg.Connection) -> None:
    site = await make_site(conn, generated_content={"language": "en"})
    await make_post(conn, site, slug="a", title="Running water", content=document("We were reading books."))
    assert await found(conn, "read", "english") == ["a"]
    before = await conn.fetchval("SELECT updated_at FROM blog_posts")
    await conn.execute('UPDATE websites SET generated_content = \'{"language": "de"}\' WHERE id = $1', site)
    assert await found(conn, "read", "simple") == []
    assert await found(conn, "reading", "simple") == ["a"]
    assert await conn.fetchval("SELECT updated_at FROM blog_posts") == before


async def test_a_document_of_3_mb_saves_and_its_title_is_found(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    words = " ".join(f"kata{number}" for number in range(330_000))
    assert len(words) > 3_000_000
    await make_post(conn, site, slug="besar", title="Raksasa", content=document(words))
    await make_post(conn, site, slug="banyak", title="Ramai", content=document(*words.split()[:60_000]))
    await make_post(conn, site, slug="lama", title="Purba", excerpt=words, content={"text": words})
    for word, slug in {"raksasa": "besar", "ramai": "banyak", "purba": "lama", "kata7": None}.items():
        assert slug is None or await found(conn, word) == [slug]
    assert set(await found(conn, "kata7")) == {"besar", "banyak", "lama"}


def deep(levels: int) -> str:
    return '{"type": "doc", "content": ' + "[" * levels + "]" * levels + "}"


@pytest.mark.parametrize(
    "content",
    [
        deep(3_000),
        '{"content": ' * 2_000 + '[{"type": "text", "text": "x"}]' + "}" * 2_000,
        "[]",
        "null",
        '"teks"',
        "1e5000",
        "{}",
        '{"text": 5, "content": "x"}',
        '{"text": null}',
        '{"content": [{"type": "text", "text": {"type": "text"}}, {"type": "text"}, {"type": ["text"]}, 7, null]}',
        '{"type": "doc", "content": [{"content": {"type": "text", "text": "bukan larik"}}]}',
    ],
)
async def test_a_hostile_document_is_stored_and_its_title_found(conn: asyncpg.Connection, content: str) -> None:
    site = await make_site(conn, generated_content=content)
    await make_post(conn, site, slug="a", title="Tahan", content=content)
    await conn.execute("UPDATE blog_posts SET title = 'Tahan banting'")
    await conn.execute("UPDATE websites SET generated_content = $1, config = $1", content)
    assert await found(conn, "banting") == ["a"]


async def test_a_word_longer_than_a_lexeme_may_be_does_not_stop_the_post(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    await make_post(conn, site, slug="a", title="Tetap", content=document("x" * 5_000, "ada"), excerpt="y" * 90_000)
    assert await found(conn, "ada") == ["a"]


async def test_publishing_with_neither_date_is_now_and_a_draft_gets_none(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    later = datetime.now(UTC) + timedelta(days=1)
    await make_post(conn, site, slug="a")
    await make_post(conn, site, slug="b", status="draft")
    await make_post(conn, site, slug="c", scheduled_at=later)
    dates = dict(await conn.fetch("SELECT slug, published_at FROM blog_posts"))
    assert dates["a"] is not None
    assert dates["b"] is dates["c"] is None
    await conn.execute("UPDATE blog_posts SET status = 'published' WHERE slug = 'b'")
    assert await conn.fetchval("SELECT published_at FROM blog_posts WHERE slug = 'b'") is not None


async def test_counting_a_post_leaves_updated_at_alone(conn: asyncpg.Connection) -> None:
    await make_post(conn, await make_site(conn))
    before = await conn.fetchrow("SELECT updated_at, changed_in FROM blog_posts")
    await conn.execute("UPDATE blog_posts SET view_count = view_count + 1, like_count = 4")
    assert await conn.fetchrow("SELECT updated_at, changed_in FROM blog_posts") == before
    await conn.execute("UPDATE blog_posts SET excerpt = 'baru'")
    assert await conn.fetchval("SELECT updated_at FROM blog_posts") > before["updated_at"]


async def history(conn: asyncpg.Connection) -> list[tuple[object, ...]]:
    rows = await conn.fetch("SELECT kind, slug, entity_id FROM slug_history ORDER BY slug")
    return [tuple(row) for row in rows]


async def test_old_slugs_are_remembered_and_a_reused_one_wins(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    post = await make_post(conn, site, slug="satu")
    for slug in ("dua", "tiga"):
        await conn.execute("UPDATE blog_posts SET slug = $1", slug)
    assert await history(conn) == [("post", "dua", post), ("post", "satu", post)]
    await make_post(conn, site, slug="satu")
    await conn.execute("UPDATE blog_posts SET slug = 'dua' WHERE id = $1", post)
    assert await history(conn) == [("post", "tiga", post)]


async def test_a_deleted_posts_slug_is_remembered_and_a_deleted_sites_are_not(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    post = await make_post(conn, site, slug="hapus")
    await conn.execute("DELETE FROM blog_posts")
    assert await history(conn) == [("post", "hapus", post)]
    await make_post(conn, site, slug="lain")
    await conn.execute("DELETE FROM websites")
    assert await history(conn) == []


@pytest.mark.parametrize(("table", "kind"), [("blog_categories", "category"), ("blog_tags", "tag")])
async def test_categories_and_tags_remember_their_slugs_too(conn: asyncpg.Connection, table: str, kind: str) -> None:
    site = await make_site(conn)
    row = await insert(conn, table, {"website_id": site, "name": "Kopi", "slug": "kopi"})
    await conn.execute(f"UPDATE {table} SET slug = 'kopi-kita'")
    assert await history(conn) == [(kind, "kopi", row)]


@pytest.mark.parametrize(
    ("table", "links", "column"),
    [("blog_categories", "blog_post_categories", "category_id"), ("blog_tags", "blog_post_tags", "tag_id")],
)
async def test_a_post_cannot_stand_under_another_sites_label(
    conn: asyncpg.Connection, table: str, links: str, column: str
) -> None:
    mine, other = await make_site(conn), await make_site(conn)
    post = await make_post(conn, mine)
    add = f"INSERT INTO {links} (blog_post_id, {column}) VALUES ($1, $2)"
    own = await insert(conn, table, {"website_id": mine, "name": "Kopi", "slug": "kopi"})
    foreign = await insert(conn, table, {"website_id": other, "name": "Kopi", "slug": "kopi"})
    await conn.execute(add, post, own)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await conn.execute(add, post, foreign)


async def test_a_slug_is_looked_for_among_its_sites_own(conn: asyncpg.Connection) -> None:
    """An index of slugs alone leads through every tenant's post of a common name."""
    for table in ("blog_posts", "blog_categories", "blog_tags"):
        indexes = await conn.fetch("SELECT indexdef FROM pg_indexes WHERE tablename = $1", table)
        of_slugs = [row["indexdef"] for row in indexes if "slug" in row["indexdef"].partition(" USING ")[2]]
        assert of_slugs
        assert all("(website_id, slug" in one for one in of_slugs), of_slugs
