"""Posts like one are found beforehand; what was found counts only while nothing of the site has changed since."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from renderer.blog.queries import post_with_beside
from renderer.upkeep import relate_posts
from tests.databases import Database
from tests.factories import insert, make_post, make_site

NOW = datetime.now(UTC)


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    """Four posts with a tag in common, and one without."""
    site = await make_site(conn, subdomain="kopi")
    tag = await insert(conn, "blog_tags", {"website_id": site, "name": "Susu", "slug": "susu"})
    for number in range(5):
        post = await make_post(
            conn, site, slug=f"p{number}", title=f"Kabar {number}", published_at=NOW - timedelta(days=number + 1)
        )
        if number < 4:
            await conn.execute("INSERT INTO blog_post_tags VALUES ($1, $2)", post, tag)
    return site


@pytest.fixture
async def maintain(database: Database) -> asyncpg.Connection:
    conn = await asyncpg.connect(database.url_as("tapsite_maintain"))
    yield conn
    await conn.close()


@pytest.fixture
async def edge(database: Database) -> asyncpg.Connection:
    conn = await asyncpg.connect(database.url_as("tapsite_edge"))
    yield conn
    await conn.close()


async def shown(edge: asyncpg.Connection, site: UUID, slug: str) -> list[str]:
    """What the page of a post proposes."""
    found = await post_with_beside(edge, site, slug)
    assert found is not None
    return [one.slug for one in found[1].related]


async def kept(conn: asyncpg.Connection, slug: str) -> Sequence[str]:
    """What was found beforehand for a post, whether it may be seen or not."""
    found: list[str] = await conn.fetchval(
        "SELECT ARRAY(SELECT o.slug FROM unnest(r.alike) WITH ORDINALITY AS a (id, place) JOIN blog_posts o USING (id) "
        "ORDER BY a.place) FROM post_relations r JOIN blog_posts p ON p.id = r.blog_post_id WHERE p.slug = $1",
        slug,
    )
    return found


async def waiting(conn: asyncpg.Connection) -> int:
    number: int = await conn.fetchval("SELECT count(*) FROM posts_to_relate")
    return number


async def test_what_was_found_is_shown_and_is_what_would_be_found(
    conn: asyncpg.Connection, maintain: asyncpg.Connection, edge: asyncpg.Connection, site: UUID
) -> None:
    before = {slug: await shown(edge, site, slug) for slug in ("p0", "p1", "p2", "p3", "p4")}
    assert before["p1"] == ["p0", "p2", "p3"]
    assert before["p4"] == []
    assert await relate_posts(maintain) is not None
    assert await waiting(conn) == 0
    assert await relate_posts(maintain) is None
    assert await kept(conn, "p1") == ["p0", "p2", "p3"]
    assert {slug: await shown(edge, site, slug) for slug in before} == before
    # It is this that is shown, and not what a search finds.
    await conn.execute("UPDATE post_relations SET alike = alike[2:2]")
    assert await shown(edge, site, "p1") == ["p2"]


CHANGES = {
    "a label goes": (
        "DELETE FROM blog_post_tags WHERE blog_post_id = (SELECT id FROM blog_posts WHERE slug = 'p2')",
        ["p0", "p3"],
    ),
    "labels are emptied": ("TRUNCATE blog_post_tags", []),
    "a post goes": ("DELETE FROM blog_posts WHERE slug = 'p2'", ["p0", "p3"]),
    "a post is taken back": ("UPDATE blog_posts SET status = 'draft' WHERE slug = 'p2'", ["p0", "p3"]),
    "a post is put off": (
        "UPDATE blog_posts SET scheduled_at = now() + interval '1 day' WHERE slug = 'p2'",
        ["p0", "p3"],
    ),
    "a post comes": (
        "WITH made AS (INSERT INTO blog_posts (website_id, slug, title, content, status, published_at) "
        "SELECT id, 'baru', 'Baru', '{}', 'published', now() FROM websites WHERE subdomain = 'kopi' RETURNING id) "
        "INSERT INTO blog_post_tags SELECT made.id, t.id FROM made, blog_tags t",
        ["baru", "p0", "p2"],
    ),
    "a category is shared twice": (
        "WITH made AS (INSERT INTO blog_categories (website_id, name, slug) "
        "SELECT id, n, n FROM websites, unnest(ARRAY['a', 'b']) AS n WHERE subdomain = 'kopi' RETURNING id) "
        "INSERT INTO blog_post_categories SELECT p.id, made.id FROM made, blog_posts p WHERE slug IN ('p1', 'p4')",
        ["p0", "p2", "p3"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_shown_at_once_and_found_for_all_that_are_like_it(
    conn: asyncpg.Connection, maintain: asyncpg.Connection, edge: asyncpg.Connection, site: UUID, change: str
) -> None:
    await relate_posts(maintain)
    sql, then = CHANGES[change]
    await conn.execute(sql)
    assert await waiting(conn) > 0
    assert await shown(edge, site, "p1") == then
    await relate_posts(maintain)
    assert await waiting(conn) == 0
    for slug, seen in await conn.fetch(
        "SELECT slug, coalesce(scheduled_at, published_at) <= now() FROM blog_posts WHERE status = 'published'"
    ):
        assert list(await kept(conn, slug)) == [
            row["slug"]
            for row in await conn.fetch(
                "SELECT o.slug FROM blog_posts p, posts_alike(p.website_id, p.id) WITH ORDINALITY "
                "AS a (id, score, visible_from, place) JOIN blog_posts o USING (id) WHERE p.slug = $1 ORDER BY a.place",
                slug,
            )
        ], slug
        if seen:
            await shown(edge, site, slug)
    assert await shown(edge, site, "p1") == then


async def test_time_alone_shows_a_post_and_what_is_not_to_be_seen_gives_way(
    conn: asyncpg.Connection, maintain: asyncpg.Connection, edge: asyncpg.Connection, site: UUID
) -> None:
    """Nothing is written when the time of a post comes, so it was found before."""
    await conn.execute("UPDATE blog_posts SET scheduled_at = now() + interval '1 day' WHERE slug IN ('p0', 'p2')")
    await relate_posts(maintain)
    assert sorted(await kept(conn, "p1")) == ["p0", "p2", "p3"]
    assert await shown(edge, site, "p1") == ["p3"]
    await conn.execute("ALTER TABLE blog_posts DISABLE TRIGGER USER")
    await conn.execute("UPDATE blog_posts SET scheduled_at = now() - interval '1 second' WHERE slug = 'p2'")
    assert sorted(await shown(edge, site, "p1")) == ["p2", "p3"]
    await conn.execute("UPDATE blog_posts SET status = 'draft' WHERE slug = 'p3'")
    assert await shown(edge, site, "p1") == ["p2"]


async def test_counting_and_drafts_make_no_work_and_thousands_are_one_statement(
    conn: asyncpg.Connection, maintain: asyncpg.Connection, site: UUID
) -> None:
    await relate_posts(maintain)
    await conn.execute("UPDATE blog_posts SET view_count = view_count + 1, like_count = 3")
    await make_post(conn, site, slug="konsep", status="draft")
    await conn.execute("UPDATE blog_posts SET title = 'Lain' WHERE slug = 'konsep'")
    assert await waiting(conn) == 0
    other = await make_site(conn, subdomain="roti")
    await conn.execute(
        "INSERT INTO blog_posts (website_id, slug, title, content, status, published_at) "
        "SELECT $1, 'q' || n, 'Q', '{}', 'published', now() FROM generate_series(1, 130) n",
        other,
    )
    await make_post(conn, site, slug="akhir")
    assert await waiting(conn) == 131
    # Some of one site, then some of the other: a long list keeps nobody waiting.
    turns = []
    following = UUID(int=0)
    while (turn := await maintain.fetchrow("SELECT * FROM relate_posts($1, 60)", following)) is not None:
        following = turn["site"]
        turns.append((following, turn["related"]))
    assert turns[:2] == sorted([(site, 1), (other, 60)])
    assert sum(number for of, number in turns if of == other) == 130
    await conn.execute("DELETE FROM websites WHERE id = $1", other)
    assert await waiting(conn) == 0
    assert await conn.fetchval("SELECT count(*) FROM post_relations WHERE website_id = $1", other) == 0


async def test_a_post_that_is_being_deleted_is_left_to_who_deletes_it(
    conn: asyncpg.Connection, maintain: asyncpg.Connection, database: Database, site: UUID
) -> None:
    await relate_posts(maintain)
    writer = await asyncpg.connect(database.url)
    try:
        begun = writer.transaction()
        await begun.start()
        await writer.execute("DELETE FROM blog_posts WHERE slug = 'p2'")
        await conn.execute("UPDATE blog_posts SET title = 'Lain' WHERE slug IN ('p1')")
        await conn.execute(
            "INSERT INTO posts_to_relate (website_id, blog_post_id) SELECT website_id, id FROM blog_posts"
        )
        await relate_posts(maintain)
        assert await waiting(conn) >= 1
        await begun.commit()
    finally:
        await writer.close()
    await relate_posts(maintain)
    assert await waiting(conn) == 0
    assert await kept(conn, "p1") == ["p0", "p3"]


async def test_nobody_else_s_posts_are_ever_found(
    conn: asyncpg.Connection, maintain: asyncpg.Connection, edge: asyncpg.Connection, database: Database, site: UUID
) -> None:
    other = await make_site(conn, subdomain="roti")
    stranger = await make_post(conn, other, slug="tetangga")
    await relate_posts(maintain)
    # Even a row that names one shows nothing of it, and a post asked for at another site has none.
    await conn.execute("UPDATE post_relations SET alike = array_prepend($1, alike)", stranger)
    assert await shown(edge, site, "p1") == ["p0", "p2", "p3"]
    assert await post_with_beside(edge, other, "p1") is None
    console = await asyncpg.connect(database.url_as("tapsite_console"))
    try:
        for table in ("post_relations", "posts_to_relate"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await console.fetch(f"SELECT * FROM {table}")
    finally:
        await console.close()
