"""The console's screens for an owner of 1,000 sites and 100,000 leads: half of them one site's, with 90 days of views.

Processor time of a request: the worker, PostgreSQL's processes and the client that asks; beside the sign-in page, which
asks the database nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time
from uuid import UUID

import asyncpg
from aiohttp import ClientSession, DummyCookieJar

from bench import Figure
from bench.rollup import fill_days
from renderer.gate.passwords import hash_password
from tests.databases import Database
from tests.desks import desk_database, serve_desk, session_cookie
from tests.factories import make_site, make_user

HOST = "pemilik.test"
EMAIL = "ani@example.com"
PASSWORD = "kopi hangat di teras"
SITES, LEADS = 1_000, 100_000
RUNS = 15
MOST_MILLISECONDS = 100
_SITES = """
INSERT INTO websites (subdomain, template_id, status, user_id, title, generated_content)
SELECT 'toko' || n, 'pilar', 'published', $1, 'Toko ' || n, $3 FROM generate_series(2, $2::integer) AS n
"""
_LEADS = """
INSERT INTO form_submissions (website_id, form_type, status, submitter_name, submitter_email, data, created_at)
SELECT CASE WHEN n % 2 = 0 THEN $1 ELSE sites[1 + n % cardinality(sites)] END, 'contact',
    (ARRAY['new', 'read', 'read', 'replied', 'archived', 'spam'])[1 + n % 6], 'Pelanggan ' || n, n || '@example.com',
    jsonb_build_object('message', 'Halo, apakah nasi goreng nomor ' || n || ' masih ada untuk besok siang?'),
    now() - n * interval '20 seconds'
FROM generate_series(1, $2::integer) AS n, (SELECT array_agg(id) AS sites FROM websites) AS all_sites
"""
_POSTS = """
INSERT INTO blog_posts (website_id, slug, title, content, status, published_at)
SELECT $1, 'kabar-' || n, 'Kabar ' || n, '{"type": "markdown", "text": "Halo dari dapur."}', 'published',
    now() - n * interval '1 hour'
FROM generate_series(1, 1000) AS n
"""
SCREENS = {
    "overview": "/",
    "overview, those with new messages": "/?show=new",
    "messages of all sites": "/leads",
    "the same, searched": "/leads?words=goreng+4242",
    "the same, searched for what all have": "/leads?words=goreng",
    "domains of all sites": "/domains",
    "a site": "/sites/{site}",
    "messages": "/sites/{site}/leads",
    "messages, searched": "/sites/{site}/leads?words=goreng+4242",
    "a shelf of messages": "/sites/{site}/leads?shelf=spam",
    "posts": "/sites/{site}/posts",
    "statistics of 90 days": "/sites/{site}/statistics?days=90",
    "prices": "/sites/{site}/prices",
    "facts": "/sites/{site}/facts",
    "domains": "/sites/{site}/domains",
    "account": "/account",
    "security": "/account/security",
    "tokens": "/account/tokens",
}


def run() -> list[Figure]:
    with desk_database() as database:
        return asyncio.run(_measured(database))


async def _measured(database: Database) -> list[Figure]:
    site, root = await _fill(database)
    async with serve_desk(database, HOST) as client, ClientSession(cookie_jar=DummyCookieJar()) as session:
        address = str(client.make_url("/")).rstrip("/")

        async def ask(path: str, cookie: str = "") -> None:
            headers = {"Host": HOST, **({"Cookie": cookie} if cookie else {})}
            async with session.get(address + path, headers=headers, allow_redirects=False) as answer:
                await answer.read()
                assert answer.status == 200, (path, answer.status)

        baseline, _ = await _spent(root, lambda: ask("/sign-in"))
        cookie = await session_cookie(client, HOST, EMAIL, PASSWORD)
        figures = []
        for name, path in SCREENS.items():
            spent, worst = await _spent(root, partial(ask, path.format(site=site), cookie))
            figures.append(Figure(name, spent, MOST_MILLISECONDS, baseline, "the sign-in page", worst))
    return figures


async def _fill(database: Database) -> tuple[UUID, int]:
    """The site that has the most, and the server's first process."""
    conn = await asyncpg.connect(database.admin_url)
    user = await make_user(conn, email=EMAIL, password_hash=hash_password(PASSWORD.encode()))
    site = await make_site(conn, user_id=user)
    await conn.execute(_SITES, user, SITES, "{}")
    await conn.execute(_POSTS, site)
    # As if all had been delivered long ago: no jobs wait.
    await conn.execute("SET session_replication_role = replica")
    await conn.execute(_LEADS, site, LEADS)
    await conn.execute("SET session_replication_role = origin")
    await fill_days(conn, site)
    await conn.execute("VACUUM (ANALYZE)")
    root = _parent(conn.get_server_pid())
    await conn.close()
    return site, root


async def _spent(root: int, work: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """Median and worst, in milliseconds; the first ones warm up."""
    times = []
    for number in range(RUNS + 3):
        begun = process_time() + _tree(root)
        await work()
        if number >= 3:
            times.append((process_time() + _tree(root) - begun) * 1_000)
    return median(times), max(times)


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _tree(root: int) -> float:
    """Seconds of processor of a process's children, to the microsecond."""
    total = 0
    for child in Path(f"/proc/{root}/task/{root}/children").read_text().split():
        try:
            total += int(Path(f"/proc/{child}/schedstat").read_text().split()[0])
        except OSError:  # gone meanwhile
            continue
    return total / 1e9
