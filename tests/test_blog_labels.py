"""Posts of a label come in order whichever way they are looked for, and those of nobody else."""

import json

import asyncpg
import pytest

from tests.factories import make_site

_POSTS = """
WITH made AS (
    INSERT INTO blog_posts (website_id, slug, title, content, status, published_at)
    SELECT $1, $2 || n, 'Cerita', '{{}}', CASE WHEN n % 97 = 0 THEN 'draft' ELSE 'published' END,
        now() - (n / 3) * interval '1 hour'
    FROM generate_series(1, 900) n RETURNING id, substr(slug, length($2) + 1)::integer AS n
), label AS (
    INSERT INTO blog_categories (website_id, name, slug) VALUES ($1, 'Resep', 'resep') RETURNING id
), tag AS (
    INSERT INTO blog_tags (website_id, name, slug) VALUES ($1, 'Susu', 'susu') RETURNING id
), linked AS (
    INSERT INTO blog_post_categories SELECT made.id, label.id FROM made, label WHERE {links}
), tagged AS (
    INSERT INTO blog_post_tags SELECT made.id, tag.id FROM made, tag WHERE {links}
)
SELECT label.id, tag.id FROM label, tag
"""


@pytest.mark.parametrize(
    "links",
    ["n % 50 = 0", "n % 2 = 0", "n > 600", "n < 300 OR n > 850"],
    ids=["few", "many", "the oldest", "with a gap"],
)
async def test_posts_of_a_label_are_its_newest(conn: asyncpg.Connection, links: str) -> None:
    site, other = await make_site(conn, subdomain="kopi"), await make_site(conn, subdomain="teh")
    labels = await conn.fetchrow(_POSTS.format(links=links), site, "p")
    assert labels is not None
    await conn.execute(_POSTS.format(links="true"), other, "q")
    for kind, label, table, column in (
        ("category", labels[0], "blog_post_categories", "category_id"),
        ("tag", labels[1], "blog_post_tags", "tag_id"),
    ):
        wanted = [
            row["id"]
            for row in await conn.fetch(
                "SELECT p.id FROM blog_posts p WHERE website_id = $1 AND status = 'published' "
                f"AND id IN (SELECT blog_post_id FROM {table} WHERE {column} = $2) ORDER BY published_at DESC, id",
                site,
                label,
            )
        ]
        assert len(wanted) > 8
        for most, skip in ((11, 0), (11, 10), (11, 290), (3, len(wanted) - 2), (11, len(wanted)), (1000, 0)):
            asked = "SELECT * FROM posts_under_label($1, $2, $3, $4, $5) AS found (id)"
            found = [row["id"] for row in await conn.fetch(asked, site, kind, label, most, skip)]
            assert found == wanted[skip : skip + most], (kind, most, skip)
            assert await conn.fetch(asked, other, kind, label, most, skip) == []


async def test_categories_are_shown_by_a_first_post_whatever_stands_around_it(conn: asyncpg.Connection) -> None:
    small, large = await make_site(conn, subdomain="kopi"), await make_site(conn, subdomain="teh")
    asked = "SELECT slug FROM categories_shown($1, 40)"
    await conn.execute(
        """
        INSERT INTO blog_categories (website_id, name, slug)
        SELECT site, slug, slug FROM unnest($1::uuid[]) AS site, unnest(ARRAY['z', 'a', 'draft', 'due', 'none']) AS slug
        """,
        [large, small],
    )
    await conn.execute("ALTER TABLE blog_posts DISABLE TRIGGER USER")
    await conn.execute(
        """
        WITH made AS (
            INSERT INTO blog_posts (website_id, slug, title, content, status, published_at, scheduled_at)
            SELECT CASE WHEN n <= 5000 THEN $1::uuid ELSE $2 END, 'p' || n, 'p', '{}',
                CASE n % 4 WHEN 2 THEN 'draft' ELSE 'published' END, now() - interval '1 hour',
                CASE n % 4 WHEN 3 THEN now() + interval '1 hour' END
            FROM generate_series(1, 5004) n RETURNING id, website_id, substr(slug, 2)::integer AS n
        )
        INSERT INTO blog_post_categories
        SELECT made.id, c.id FROM made JOIN blog_categories c ON c.website_id = made.website_id
            AND c.slug = (ARRAY['z', 'a', 'draft', 'due'])[1 + n % 4]
        ORDER BY n
        """,
        large,
        small,
    )
    await conn.execute("ANALYZE")
    for site in (large, small):
        assert [row["slug"] for row in await conn.fetch(asked, site)] == ["a", "z"]
    explained = await conn.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {asked}", small)
    plan = json.loads(explained)[0]["Plan"]
    # A few for each category, and none for the links of others, which fill dozens.
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 60
    # What has nothing to show yet shows it by itself when its time has come.
    await conn.execute("UPDATE blog_posts SET scheduled_at = now() WHERE website_id = $1", small)
    assert [row["slug"] for row in await conn.fetch(asked, small)] == ["a", "due", "z"]
    await conn.execute("UPDATE websites SET status = 'draft' WHERE id = $1", small)
    assert await conn.fetch(asked, small) == []
