"""Documents small on disk and large to read, or slow to walk: stored like any other, and served within bounds."""

import json

import asyncpg
import pytest

from tests.factories import make_post, make_site

LIMIT = 2_097_152
EXPLODING = "[" + "1e131071, " * 50_000 + "7]"
# Enough to be too large; an index of all numbers writes each of them out, and takes half a minute for the one above.
LARGE = "[" + "1e131071, " * 20 + "7]"
DEEP = '{"a": ' * 3_000 + "1" + "}" * 3_000
DOCUMENTS = ("config", "design_tokens", "generated_content", "components_config")


def nested(levels: int, kilobytes: int) -> str:
    """Blocks in blocks, each with text of its own."""
    text = json.dumps({"type": "text", "text": "kata " * 200 * kilobytes})
    return f'{{"type": "b", "content": [{text}, ' * levels + "7" + "]}" * levels


def as_long_as(size: int) -> str:
    return json.dumps(["x" * (size - 4)])


@pytest.mark.parametrize(
    ("document", "oversized"),
    [
        ("{}", False),
        (DEEP, False),
        (as_long_as(LIMIT), False),
        (as_long_as(LIMIT + 1), True),
        (as_long_as(20_000_000), True),
        (json.dumps([0] * 690_000), False),
        (json.dumps([0] * 700_000), True),
        ("1e131071", False),
        (EXPLODING, True),
    ],
    ids=["empty", "deep", "2 MiB", "one byte more", "20 MB", "numbers", "more numbers", "a large number", "exploding"],
)
async def test_a_document_that_is_large_as_text_is_kept_and_not_served(
    conn: asyncpg.Connection, document: str, oversized: bool
) -> None:
    await conn.execute("DROP INDEX idx_websites_config, idx_websites_design_tokens; SET statement_timeout = '60s'")
    site = await make_site(conn, config=document)
    row = await conn.fetchrow(
        "SELECT config IS NULL AS withheld, generated_content FROM edge_sites WHERE id = $1", site
    )
    assert (row["withheld"], row["generated_content"]) == (oversized, "{}")
    kept = await conn.fetchrow("SELECT oversized, config = $1::jsonb AS is_whole FROM websites", document)
    assert (kept["oversized"], kept["is_whole"]) == (["config"] if oversized else [], True)


async def test_each_document_of_a_site_is_measured_and_only_when_it_changes(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    for column in DOCUMENTS:
        await conn.execute(f"UPDATE websites SET {column} = $1", LARGE)
        assert await conn.fetchval("SELECT oversized FROM websites") == [column]
        row = await conn.fetchrow(f"SELECT {', '.join(DOCUMENTS)} FROM edge_sites")
        assert [name for name in DOCUMENTS if row[name] is None] == [column]
        before = await conn.fetchrow("SELECT updated_at, changed_in, content_revision FROM websites")
        # Nobody else writes it, and it is no change of the site.
        await conn.execute("UPDATE websites SET oversized = '{title}', view_count = view_count + 1 WHERE id = $1", site)
        await conn.execute(f"UPDATE websites SET {column} = {column}, oversized = '{{}}'")
        assert await conn.fetchval("SELECT oversized FROM websites") == [column]
        assert await conn.fetchrow("SELECT updated_at, changed_in, content_revision FROM websites") == before
        await conn.execute(f"UPDATE websites SET {column} = '{{}}'")
        assert await conn.fetchval("SELECT oversized FROM websites") == []


@pytest.mark.parametrize("column", ["component_structure", "css_variables", "available_color_schemes"])
async def test_a_templates_documents_are_measured_too(conn: asyncpg.Connection, column: str) -> None:
    await make_site(conn)
    before = await conn.fetchval("SELECT updated_at FROM templates")
    await conn.execute("UPDATE templates SET oversized = '{x}'")
    assert await conn.fetchval("SELECT updated_at FROM templates WHERE oversized = '{}'") == before
    await conn.execute(f"UPDATE templates SET {column} = $1", EXPLODING)
    assert await conn.fetchval("SELECT oversized FROM templates") == [column]
    row = await conn.fetchrow("SELECT component_structure, css_variables, available_color_schemes FROM edge_sites")
    assert [name for name, value in row.items() if value is None] == [column]


async def test_a_post_with_a_document_too_large_is_listed_without_it(conn: asyncpg.Connection) -> None:
    await make_post(conn, await make_site(conn), title="Besar", content=EXPLODING)
    assert tuple(await conn.fetchrow("SELECT title, content, extract FROM visible_posts")) == ("Besar", None, None)
    await conn.execute("UPDATE blog_posts SET content = $1, oversized = '{x}'", '{"text": "kecil lagi"}')
    assert await conn.fetchval("SELECT extract FROM visible_posts WHERE content IS NOT NULL") == "kecil lagi"


async def test_a_deeply_nested_post_is_saved_soon_and_found_by_its_title(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    # Ten times what it takes; a walk through all levels takes minutes.
    await conn.execute("SET statement_timeout = '20s'")
    await make_post(conn, site, slug="dalam", title="Jamur", content=nested(2_500, 2))
    assert await conn.fetchval("SELECT word_count FROM blog_posts") > 1_000
    await conn.execute('UPDATE websites SET generated_content = \'{"language": "en"}\'')
    assert await conn.fetchval("SELECT slug FROM blog_posts WHERE search @@ to_tsquery('english', 'jamur')") == "dalam"


async def test_a_change_of_language_indexes_the_newest_posts_while_there_is_time(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    for slug, day in (("lama", "2026-01-01"), ("baru", "2026-03-01"), ("tengah", "2026-02-01")):
        post = await make_post(conn, site, slug=slug, content={"text": "running"})
        await conn.execute(f"UPDATE blog_posts SET published_at = '{day}' WHERE id = '{post}'")
    change = "UPDATE websites SET generated_content = jsonb_build_object('language', $1::text)"
    found = "SELECT array_agg(slug::text) FROM blog_posts WHERE search @@ to_tsquery('english', 'run')"
    await conn.execute(
        "CREATE OR REPLACE TRIGGER index_posts_anew AFTER UPDATE OF generated_content ON websites "
        "FOR EACH ROW EXECUTE FUNCTION index_posts_anew('0 seconds')"
    )
    await conn.execute(change, "en")
    assert await conn.fetchval(found) == ["baru"]
    await conn.execute(
        "CREATE OR REPLACE TRIGGER index_posts_anew AFTER UPDATE OF generated_content ON websites "
        "FOR EACH ROW EXECUTE FUNCTION index_posts_anew('10 seconds')"
    )
    await conn.execute(change, "en")
    assert len(await conn.fetchval(found)) == 3


async def test_texts_without_a_limit_are_served_up_to_one(conn: asyncpg.Connection) -> None:
    await make_post(conn, await make_site(conn, description="x" * 5_000_000), excerpt="x" * 5_000_000)
    assert await conn.fetchval("SELECT length(description) FROM edge_sites") == 10_000
    assert await conn.fetchval("SELECT length(excerpt) FROM visible_posts") == 10_000


async def test_a_post_is_read_to_a_bounded_depth(conn: asyncpg.Connection) -> None:
    words = "SELECT post_text($1::jsonb, 1000)"

    def below(levels: int) -> str:
        wrapped = '{"type": "p", "content": [{"type": "text", "text": "dasar"}]}'
        for _ in range(levels):
            wrapped = f'{{"type": "b", "content": [{wrapped}]}}'
        return wrapped

    assert "dasar" in await conn.fetchval(words, below(30))
    assert "dasar" not in await conn.fetchval(words, below(40))


@pytest.mark.parametrize("unit", ["a_", "<!--", "a_b<", "a-", "a@", "a/", "http://a."])
async def test_text_that_misleads_the_search_parser_is_indexed_soon(conn: asyncpg.Connection, unit: str) -> None:
    site = await make_site(conn)
    await conn.execute("SET statement_timeout = '20s'")
    await make_post(conn, site, title="Jamur", excerpt=unit * 50_000, content={"text": unit * 100_000})
    assert await conn.fetchval("SELECT search @@ to_tsquery('indonesian', 'jamur') FROM blog_posts")


async def test_words_joined_by_an_underscore_or_marked_up_are_found(conn: asyncpg.Connection) -> None:
    await make_post(conn, await make_site(conn), content={"text": "kopi_tubruk dan <em>teh</em>"})
    for word in ("kopi", "tubruk", "teh"):
        assert await conn.fetchval("SELECT search @@ plainto_tsquery('indonesian', $1) FROM blog_posts", word), word


@pytest.mark.parametrize(
    ("content", "extract", "words"),
    [
        ({"type": "doc", "content": []}, None, 0),
        ({"text": " \n\t "}, None, 0),
        ({"text": "  Satu\n\n dua\ttiga "}, "Satu dua tiga", 3),
        ({"text": "kata " * 1_000}, ("kata " * 80).strip(), 1_000),
        ({"content": [{"type": "p", "content": [{"type": "text", "text": t}]} for t in ("a b", "c")]}, "a b c", 3),
        ({"text": " " * 5_000 + "akhir"}, "akhir", 1),
        ("[7]", None, 0),
    ],
)
async def test_a_posts_beginning_and_length_are_kept_with_it(
    conn: asyncpg.Connection, content: object, extract: str | None, words: int
) -> None:
    await make_post(conn, await make_site(conn), content=content)
    kept = "SELECT extract, word_count FROM visible_posts"
    assert tuple(await conn.fetchrow(kept)) == (extract, words)
    before = await conn.fetchrow("SELECT updated_at, changed_in, content_revision FROM blog_posts")
    await conn.execute("UPDATE blog_posts SET extract = 'lain', word_count = 77")
    assert tuple(await conn.fetchrow(kept)) == (extract, words)
    assert await conn.fetchrow("SELECT updated_at, changed_in, content_revision FROM blog_posts") == before


@pytest.mark.parametrize(
    "value", ['"NaN"', '"Infinity"', '"-Infinity"', "1e131071", "5e9", '"x"', "{}", "null", "true"]
)
async def test_a_number_that_cannot_be_one_counts_as_the_default(conn: asyncpg.Connection, value: str) -> None:
    await insert_config(conn, "wanted", value)
    assert await conn.fetchval("SELECT config_integer('wanted', 42)") == 42
    assert await conn.fetchval("SELECT config_integer('missing', 42)") == 42
    await conn.execute("UPDATE system_config SET value = '-7.9' WHERE key = 'wanted'")
    assert await conn.fetchval("SELECT config_integer('wanted', 42)") == -7


async def insert_config(conn: asyncpg.Connection, key: str, value: str) -> None:
    await conn.execute("INSERT INTO system_config (key, value) VALUES ($1, $2)", key, value)


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "America/Los_Angeles", "tidak ada"])
async def test_every_moment_has_a_day(conn: asyncpg.Connection, zone: str) -> None:
    await conn.execute("UPDATE system_config SET value = to_jsonb($1::text) WHERE key = 'platform_time_zone'", zone)
    for moment in ("infinity", "-infinity", "294276-12-31 23:59:59+00", "4714-11-24 00:00:00+00 BC"):
        assert await conn.fetchval(f"SELECT platform_day('{moment}') IS NOT NULL"), moment
