"""Searching a blog: what PostgreSQL takes for one large site among many, as the edge asks it.

A throw-away server in memory: 100 sites with 15,000 posts, 5,000 of them one site's. TAPSITE_BENCH_FULL=1: 1,000 sites,
150,000 posts, 50,000 of one site, which takes some minutes to make. Time on a processor, the server's process and ours.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from time import process_time
from uuid import UUID

import asyncpg

from bench import Figure
from renderer.blog import queries
from renderer.content.posts import newest_posts
from tests.databases import server

FULL = bool(os.environ.get("TAPSITE_BENCH_FULL"))
SITES, POSTS = (1_000, 150_000) if FULL else (100, 15_000)
LARGE = UUID(int=1)
TARGET = 20.0
RUNS = 40
QUERIES = {
    "a word that all posts have": "bersama",
    "a word in 5 % of the posts": "jarang",
    "a word in 20 % of the posts": "kadang",
    "a word of a single post": "tunggal",
    "a word in 5 % of the titles": "berita",
    "two words": "jarang bersama",
    "a phrase": '"kopi bersama"',
    "a word that no post has": "tiada",
    "a word that other sites' posts alone have": "tetangga",
    "all but a word": "-jarang",
}
# Bodies of 220 words out of 20,000, the rare ones rarely: their words' index is of the size it has in earnest.
_DATA = """
ALTER TABLE users DISABLE TRIGGER USER;
ALTER TABLE websites DISABLE TRIGGER USER;
ALTER TABLE blog_posts DISABLE TRIGGER USER;
DROP INDEX idx_blog_posts_own_words, idx_blog_posts_own_title_words;
INSERT INTO templates (id, name, category, component_structure, css_variables) VALUES ('t', 't', 't', '{{}}', '{{}}');
INSERT INTO users (id, email, password_hash)
    SELECT lpad(to_hex(n), 32, '0')::uuid, n || '@example.com', '!' FROM generate_series(1, {sites}) n;
INSERT INTO websites (id, user_id, subdomain, template_id, status, published_at)
    SELECT lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(n), 32, '0')::uuid, 's' || n, 't', 'published', now()
    FROM generate_series(1, {sites}) n;
SELECT setseed(0.5);
CREATE TEMP TABLE bodies AS
    SELECT b, 'Secangkir kopi bersama teman. ' || string_agg('kata' || (20000 * random() ^ 3)::integer, ' ') AS body
    FROM generate_series(0, 1999) b, generate_series(1, 220) GROUP BY b;
ALTER TABLE bodies ADD words tsvector;
UPDATE bodies SET words = setweight(to_tsvector('indonesian', body), 'C');
CREATE INDEX ON bodies (b);
INSERT INTO blog_posts (website_id, slug, title, content, status, published_at, search, extract, word_count)
    SELECT lpad(to_hex(site), 32, '0')::uuid, 'p' || n, title, jsonb_build_object('text', body), 'published',
        now() - (n * 7919 % {posts}) * interval '1 minute',
        setweight(to_tsvector('indonesian', title), 'A') || words || setweight(to_tsvector('indonesian', concat_ws(' ',
            CASE WHEN n % 20 = 1 THEN 'jarang' END, CASE WHEN n % 5 = 2 THEN 'kadang' END,
            CASE WHEN n = {posts} / 2 THEN 'tunggal' END, CASE WHEN site > 1 THEN 'tetangga' END)), 'C'),
        left(body, 400), 224
    FROM (SELECT n, CASE WHEN n % 3 = 0 THEN 1 ELSE 2 + n % ({sites} - 1) END AS site,
                 CASE WHEN n % 20 = 7 THEN 'Berita ' ELSE 'Cerita ' END || n AS title
          FROM generate_series(1, {posts}) n) AS posts
    JOIN bodies ON b = n * 31 % 2000;
CREATE INDEX idx_blog_posts_own_words ON blog_posts USING gin (words_of_site(website_id, search));
CREATE INDEX idx_blog_posts_own_title_words ON blog_posts USING gin (words_of_site(website_id, title_words(search)));
ANALYZE users, websites, blog_posts, templates;
"""


def run() -> list[Figure]:
    with server() as databases:
        database = databases.make()
        try:
            return asyncio.run(_measure(database.url, database.url_as("tapsite_edge")))
        finally:
            databases.drop(database)
            databases.drop_template()


async def _measure(owner: str, edge: str) -> list[Figure]:
    conn = await asyncpg.connect(owner)
    await conn.execute(_DATA.format(sites=SITES, posts=POSTS))
    await conn.close()
    conn = await asyncpg.connect(edge)
    newest, _ = await _timed(conn, lambda: newest_posts(conn, LARGE, most=11, skip=0))
    figures = []
    for name, query in QUERIES.items():
        value, worst = await _timed(conn, lambda query=query: queries.posts_found(conn, LARGE, query, most=11, skip=0))
        target = TARGET if query == "bersama" else None
        figures.append(Figure(name, value, target, newest, "the newest ten", worst))
    await conn.close()
    return figures


async def _timed(conn: asyncpg.Connection, ask: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Median and worst time on a processor, of the server's process and of ours, in milliseconds."""
    server_time = Path(f"/proc/{conn.get_server_pid()}/schedstat")
    times = []
    for number in range(RUNS + 5):
        begun = process_time() * 1_000 + _milliseconds(server_time)
        await ask()
        if number >= 5:  # the first only warm up
            times.append(process_time() * 1_000 + _milliseconds(server_time) - begun)
    return median(times), max(times)


def _milliseconds(schedstat: Path) -> float:
    return int(schedstat.read_text().split()[0]) / 1_000_000
