"""A blog's pages as a worker answers them without a page cache, beside bare aiohttp with one SELECT of a finished page.

Both are processes of their own on uvloop, which collect garbage as a worker does, asked by this one over kept
connections. What is measured is time on a processor, the server's and its database's processes together: two workers
on two cores answer 2,000 divided by it a second. A small site (100 posts) and a large one (100,000) stand side by side.
The same page is asked for again and again: no answer is kept, but what its rows say was drawn before. Posts asked for
once, each drawn for the first time, are held against the same target: strictly read it is theirs.
"""

import asyncio
import gc
import os
import signal
import socket
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from uuid import UUID

import asyncpg
import uvloop
from aiohttp import web

from bench import Figure
from renderer import settings as settings_module
from renderer.app import make_app
from renderer.keyring import Keyring
from renderer.themes import load_themes
from renderer.workers import garbage
from renderer.workers.protocol import Runner
from tests.databases import Database, server

FEW, MANY = 100, int(os.environ.pop("TAPSITE_BENCH_POSTS", "100000"))  # popped: no setting of the program
RELATED = 400
"""Posts whose relations are found beforehand, as upkeep does: more than are asked for."""
SHARE = 4.0
"""Times the baseline: a quarter of its speed."""
GROWTH = 1.2
ROUNDS, REQUESTS = 7, 20
KINDS = {
    "a post of 600 words, asked again": "/blog/p{middle}",
    "the list": "/blog",
    "page 2 of the list": "/blog/halaman/2",
    "a category": "/blog/kategori/k3",
    "a tag": "/blog/tag/t3",
    "a month": "/blog/arsip/{month}",
    "a search": "/blog/cari?q=kata7",
    "a search for two words": "/blog/cari?q=kata7+kata12",
    "a feed": "/blog/feed.xml",
}
NEW = "/blog/p{turn}"
_DATA = """
ALTER TABLE blog_posts DISABLE TRIGGER USER;
ALTER TABLE blog_post_tags DISABLE TRIGGER USER;
ALTER TABLE blog_post_categories DISABLE TRIGGER USER;
CREATE TEMP TABLE put_away AS -- a row at a time, they would take most of the time
    SELECT number, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS away,
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS back
    FROM (SELECT *, CASE contype WHEN 'f' THEN 1 ELSE 2 END AS number FROM pg_constraint) c
    WHERE conrelid IN ('post_topics'::regclass, 'blog_post_tags'::regclass, 'blog_post_categories'::regclass)
        AND contype IN ('p', 'f')
    UNION ALL
    SELECT 3, format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index i
    WHERE indrelid IN ('blog_posts'::regclass, 'post_topics'::regclass, 'blog_post_tags'::regclass,
            'blog_post_categories'::regclass)
        AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid);
DO $$ DECLARE way text; BEGIN
    FOR way IN SELECT away FROM put_away ORDER BY number LOOP EXECUTE way; END LOOP;
END $$;
INSERT INTO templates (id, name, category, component_structure, css_variables)
    VALUES ('pilar', 'p', 'p', '{{}}', '{{}}') ON CONFLICT DO NOTHING;
INSERT INTO users (id, email, password_hash, subscription_tier)
    SELECT lpad(to_hex(n), 32, '0')::uuid, n || '@example.com', '!', 'pro' FROM generate_series(1, 200) n;
INSERT INTO websites (id, user_id, subdomain, template_id, title, status, published_at)
    SELECT lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(n), 32, '0')::uuid, 's' || n, 'pilar', 'Kopi ' || n, 'published',
        now()
    FROM generate_series(1, 200) n;
SET maintenance_work_mem = '256MB';
SELECT setseed(0.5);
CREATE TEMP TABLE bodies AS
    SELECT b, string_agg('kata' || (20000 * random() ^ 3)::integer, ' ') AS body
    FROM generate_series(0, 499) b, generate_series(1, 600) GROUP BY b;
ALTER TABLE bodies ADD words tsvector, ADD document jsonb;
UPDATE bodies SET words = setweight(to_tsvector('indonesian', 'Cerita'), 'A')
        || setweight(to_tsvector('indonesian', body), 'C'),
    document = jsonb_build_object('type', 'doc', 'content', (
    SELECT jsonb_agg(jsonb_build_object('type', 'paragraph', 'content', jsonb_build_array(
        jsonb_build_object('type', 'text', 'text', substr(body, 1 + part * 500, 500)))) ORDER BY part)
    FROM generate_series(0, (length(body) - 1) / 500) part));
INSERT INTO blog_posts (website_id, slug, title, content, status, published_at, updated_at, search, extract, word_count)
    SELECT lpad(to_hex(site), 32, '0')::uuid, 'p' || n, 'Cerita ' || n, document, 'published',
        date_trunc('month', now()) - (n * 9) * interval '1 minute', now() - interval '3 years',
        words, left(body, 400), 600
    FROM (SELECT 1 AS site, n FROM generate_series(1, {few}) n
          UNION ALL SELECT 2, n FROM generate_series(1, {many}) n) p
    JOIN bodies ON b = n * 31 % 500;
CREATE TEMP TABLE topics AS SELECT b, word FROM bodies, topics_of(words) AS t (word); -- once a text
ANALYZE topics;
INSERT INTO post_topics (website_id, word, blog_post_id)
    SELECT p.website_id, t.word, p.id FROM blog_posts p JOIN topics t ON t.b = substr(p.slug, 2)::integer * 31 % 500;
INSERT INTO blog_tags (website_id, name, slug)
    SELECT lpad(to_hex(s), 32, '0')::uuid, 'T' || n, 't' || n FROM generate_series(1, 2) s, generate_series(0, 9) n;
INSERT INTO blog_categories (website_id, name, slug)
    SELECT lpad(to_hex(s), 32, '0')::uuid, 'K' || n, 'k' || n FROM generate_series(1, 2) s, generate_series(0, 4) n;
INSERT INTO blog_post_tags
    SELECT p.id, t.id FROM blog_posts p JOIN blog_tags t ON t.website_id = p.website_id
    WHERE t.slug IN ('t' || substr(p.slug, 2)::integer % 10, 't' || substr(p.slug, 2)::integer / 10 % 10);
INSERT INTO blog_post_categories
    SELECT p.id, c.id FROM blog_posts p JOIN blog_categories c ON c.website_id = p.website_id
    WHERE c.slug = 'k' || substr(p.slug, 2)::integer % 5;
INSERT INTO posts_to_relate (website_id, blog_post_id, onward)
    SELECT website_id, id, false FROM blog_posts WHERE substr(slug, 2)::integer <= {related};
DO $$ DECLARE way text; BEGIN
    FOR way IN SELECT back FROM put_away ORDER BY number DESC LOOP EXECUTE way; END LOOP;
END $$;
CREATE TABLE finished (name text PRIMARY KEY, body text);
GRANT SELECT ON finished TO tapsite_edge;
"""


def run() -> list[Figure]:
    with server() as databases:
        database = databases.make()
        try:
            return asyncio.run(_measure(database))
        finally:
            databases.drop(database)
            databases.drop_template()


async def _measure(database: Database) -> list[Figure]:
    owner = await asyncpg.connect(database.url)
    await owner.execute(_DATA.format(few=FEW, many=MANY, related=RELATED))
    while await owner.fetchval("SELECT related FROM relate_posts($1, 500)", UUID(int=0)):
        pass
    admin = await asyncpg.connect(database.admin_url)
    await admin.execute("VACUUM ANALYZE")
    middle = {"s1": FEW // 2, "s2": MANY // 2}
    month = await owner.fetchval("SELECT to_char(date_trunc('month', now()) - interval '9 minutes', 'YYYY/MM')")

    async def serve_ours() -> web.BaseRunner:
        configured = settings_module.load(
            Path(os.devnull), {"server": {"base_domains": ["sites.test"]}, "cache": {"room": 0}}
        )
        app = make_app(
            configured,
            database.url_as("tapsite_edge"),
            Keyring.generate(),
            load_themes(settings_module.ROOT / "themes"),
        )
        return Runner(app, access_log=None)

    async def serve_bare() -> web.BaseRunner:
        pool = await asyncpg.create_pool(database.url_as("tapsite_edge"), min_size=2, max_size=4)

        async def show(request: web.Request) -> web.Response:
            async with pool.acquire() as conn:
                body = await conn.fetchval("SELECT body FROM finished WHERE name = $1", request.path)
            return web.Response(text=body, content_type="text/html")

        app = web.Application()
        app.router.add_get("/{path:.*}", show)
        return web.AppRunner(app, access_log=None)

    ours, bare = _Worker(serve_ours), _Worker(serve_bare)
    figures: list[Figure] = []
    try:
        page = await ours.body("s1", f"/blog/p{FEW // 2}")
        await owner.execute("INSERT INTO finished VALUES ('/page', $1)", page.decode())
        baseline = await _cost(admin, bare, "s1", "/page")
        for name, path in KINDS.items():
            costs = []
            for site in ("s1", "s2"):
                costs.append(await _cost(admin, ours, site, path.format(middle=middle[site], month=month)))
            first = name == next(iter(KINDS))
            figures.append(
                Figure(f"{name}, {FEW} posts", costs[0], SHARE * baseline if first else None, baseline, "bare aiohttp")
            )
            figures.append(Figure(f"{name}, {MANY:,} posts", costs[1], GROWTH * costs[0], costs[0], f"{FEW} posts"))
        anew = await _cost(admin, ours, "s2", NEW)
        name = f"a post of 600 words, drawn for the first time, {MANY:,} posts"
        figures.append(Figure(name, anew, SHARE * baseline, baseline, "bare aiohttp"))
    finally:
        ours.stop()
        bare.stop()
        await owner.close()
        await admin.close()
    return figures


class _Worker:
    """A process that serves what `make` makes, on a port of its own."""

    def __init__(self, make: Callable[[], Awaitable[web.BaseRunner]]) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = listener.getsockname()[1]
        self._turn = 0
        self.pid = os.fork()
        if self.pid:
            listener.close()
            return
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
                loop.run(_serve(make, listener))
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)

    async def body(self, site: str, path: str) -> bytes:
        answer = (await self.ask(site, path, 1))[0]
        return answer

    async def ask(self, site: str, path: str, times: int) -> list[bytes]:
        """Bodies of as many answers over one connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        bodies = []
        for _ in range(times):
            self._turn += path == NEW
            asked = path.replace("{turn}", str(1 + self._turn % MANY))
            writer.write(f"GET {asked} HTTP/1.1\r\nHost: {site}.sites.test\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200 "):
                raise RuntimeError(f"{asked}: {head.decode()}")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            bodies.append(await reader.readexactly(int(length.split(b":")[1])))
        writer.close()
        return bodies

    def stop(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


async def _serve(make: Callable[[], Awaitable[web.BaseRunner]], listener: socket.socket) -> None:
    runner = await make()
    await runner.setup()
    await web.SockSite(runner, listener).start()
    gc.freeze()
    with garbage.seldom():
        await asyncio.Event().wait()


async def _cost(admin: asyncpg.Connection, worker: _Worker, site: str, path: str) -> float:
    """Median of some rounds: milliseconds on a processor for one answer, of the worker and of the database."""
    await worker.ask(site, path, 40)  # the first only warm up
    backends = [
        row["pid"] for row in await admin.fetch("SELECT pid FROM pg_stat_activity WHERE usename = 'tapsite_edge'")
    ]
    costs = []
    for _ in range(ROUNDS):
        begun = _spent(worker.pid, *backends)
        await worker.ask(site, path, REQUESTS)
        costs.append((_spent(worker.pid, *backends) - begun) / REQUESTS)
    return median(costs)


def _spent(*processes: int) -> float:
    """Milliseconds that all threads of the processes have run."""
    threads = (thread for process in processes for thread in Path(f"/proc/{process}/task").glob("*/schedstat"))
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1_000_000
