"""Posts of a label come in order whichever way they are looked for, and those of nobody else."""

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
