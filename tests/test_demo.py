"""The demo sites: how they are loaded, and the page that lists them."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import asyncpg
import pytest

from renderer import demo
from renderer.db.templates import upsert_templates
from renderer.demo.files import read_files
from renderer.settings import ROOT
from renderer.themes import Themes, load_themes

FILES = read_files()
TABLES = (
    "users",
    "token_transactions",
    "websites",
    "website_revisions",
    "blog_posts",
    "blog_post_revisions",
    "blog_categories",
    "blog_tags",
    "blog_post_categories",
    "blog_post_tags",
    "change_log",
)


@pytest.fixture(scope="module")
def all_themes() -> Themes:
    return load_themes(ROOT / "themes")


@pytest.fixture
async def ready(conn: asyncpg.Connection, all_themes: Themes) -> asyncpg.Connection:
    await upsert_templates(conn, [theme.template_row() for theme in all_themes])
    return conn


async def rows(conn: asyncpg.Connection) -> dict[str, list[str]]:
    return {table: [r[0] for r in await conn.fetch(f"SELECT t::text FROM {table} t ORDER BY 1")] for table in TABLES}


# Loading


async def test_loading_twice_changes_nothing(ready: asyncpg.Connection) -> None:
    first = await demo.load(ready)
    assert [site.loaded for site in first] == ["added"] * 6
    before = await rows(ready)
    second = await demo.load(ready)
    assert [site.loaded for site in second] == ["kept"] * 6
    assert await rows(ready) == before


async def test_restoring_what_is_as_it_came_changes_nothing(ready: asyncpg.Connection) -> None:
    now = datetime.now(UTC)
    await demo.load(ready, now=now)
    before = await rows(ready)
    await demo.load(ready, reset=True, now=now)
    assert await rows(ready) == before


async def test_what_somebody_edited_or_deleted_stays_so(ready: asyncpg.Connection) -> None:
    await demo.load(ready)
    await ready.execute("UPDATE websites SET title = 'Milik saya' WHERE subdomain = 'kopi-senja'")
    await ready.execute("DELETE FROM blog_posts WHERE slug = 'srikaya-pandan-resep'")
    await ready.execute("UPDATE websites SET deleted_at = now() WHERE subdomain = 'temu-manten'")
    before = await rows(ready)
    await demo.load(ready)
    assert await rows(ready) == before


async def test_reset_restores_and_keeps_what_was_added(ready: asyncpg.Connection) -> None:
    await demo.load(ready)
    site = await ready.fetchval("SELECT id FROM websites WHERE subdomain = 'kopi-senja'")
    await ready.execute("UPDATE websites SET title = 'X', status = 'archived', deleted_at = now() WHERE id = $1", site)
    await ready.execute(
        "UPDATE users SET is_active = false WHERE id = (SELECT user_id FROM websites WHERE id = $1)", site
    )
    await ready.execute("UPDATE blog_posts SET slug = 'pindah', title = 'X' WHERE slug = 'srikaya-pandan-resep'")
    for slug in ("srikaya-pandan-resep", "tulisan-saya"):
        await ready.execute(
            "INSERT INTO blog_posts (website_id, slug, title, content) VALUES ($1, $2, 'Baru', '{}')", site, slug
        )
    await demo.load(ready, reset=True)
    assert await ready.fetchval("SELECT state FROM edge_sites WHERE id = $1", site) == "live"
    titles = dict(await ready.fetch("SELECT slug, title FROM blog_posts WHERE website_id = $1", site))
    assert titles["srikaya-pandan-resep"].startswith("Resep srikaya")
    assert titles["tulisan-saya"] == "Baru"
    assert "pindah" not in titles


async def test_a_label_somebody_else_has_is_passed_over(ready: asyncpg.Connection) -> None:
    await demo.load(ready, files=FILES[1:2])
    await ready.execute("UPDATE websites SET subdomain = 'kopi-senja'")
    loaded = await demo.load(ready)
    assert [site.subdomain for site in loaded] == ["kopi-senja", *(file.website.subdomain for file in FILES[2:])]
    assert [site.loaded for site in loaded] == ["kept", *["added"] * 4]
    assert await ready.fetchval("SELECT title FROM websites WHERE subdomain = 'kopi-senja'") == "Klinik Gigi Arunika"


async def test_only_published_posts_are_visible_and_scheduled_ones_come_later(ready: asyncpg.Connection) -> None:
    await demo.load(ready)
    visible = {row["slug"] for row in await ready.fetch("SELECT slug FROM visible_posts")}
    for file in FILES:
        for post in file.posts:
            due = post.status == "published" and post.days_ago is not None and post.days_ago >= 0
            assert (post.slug in visible) == due


async def test_owners_cannot_sign_in_and_own_their_sites(ready: asyncpg.Connection) -> None:
    await demo.load(ready)
    hashes = await ready.fetch("SELECT password_hash FROM users")
    assert all(row["password_hash"].startswith("!") for row in hashes)
    assert len({row["password_hash"] for row in hashes}) == 6
    assert await ready.fetchval("SELECT count(DISTINCT user_id) FROM websites") == 6


async def test_dates_are_counted_from_the_day_of_loading(ready: asyncpg.Connection) -> None:
    now = datetime(2031, 5, 1, 3, 0, tzinfo=UTC)
    await demo.load(ready, now=now)
    newest = await ready.fetchval("SELECT max(published_at) FROM blog_posts")
    assert timedelta(0) < now - newest < timedelta(days=10)
    shown = await ready.fetchval("SELECT components_config::text FROM websites WHERE subdomain = 'kopi-senja'")
    assert "2031-06-30" in shown
    assert "@today" not in shown


async def test_no_post_looks_changed_since_it_came_out(ready: asyncpg.Connection) -> None:
    await demo.load(ready)
    assert await ready.fetchval("SELECT count(*) FROM visible_posts WHERE updated_at > visible_from") == 0
    assert await ready.fetchval("SELECT count(*) FROM visible_posts") > 10


# The index page


async def test_the_index_lists_live_sites_that_ask_for_no_password(
    database: Any, ready: asyncpg.Connection, all_themes: Themes
) -> None:
    await demo.load(ready)
    await ready.execute("UPDATE websites SET status = 'draft' WHERE subdomain = 'gigi-arunika'")
    await ready.execute("UPDATE websites SET status = 'archived' WHERE subdomain = 'sekar-pesisir'")
    await ready.execute(
        "UPDATE websites SET is_password_protected = true, password_hash = 'x' WHERE subdomain = 'temu-manten'"
    )
    edge = await asyncpg.connect(database.url_as("tapsite_edge"))
    try:
        cards = [demo.read_card(all_themes, row) for row in await demo.sites_for_index(edge)]
    finally:
        await edge.close()
    html = demo.draw_index(cards, lambda site: f"http://{site.subdomain}.localhost:8080").html
    assert [card.subdomain for card in cards] == ["kopi-senja", "compang-trails", "catatan-lintang"]
    assert 'href="http://kopi-senja.localhost:8080/"' in html
    for hidden in ("gigi-arunika", "Arunika", "sekar-pesisir", "temu-manten"):
        assert hidden not in html


@pytest.mark.parametrize("broken", ["tokens", "content"])
async def test_hostile_rows_are_escaped_and_never_raise(
    ready: asyncpg.Connection, all_themes: Themes, broken: str
) -> None:
    await demo.load(ready)
    bad = "</style><script>alert(1)</script>"
    content = {
        "site": {"name": bad, "business": bad},
        "pages": [{"path": "/", "sections": [{"type": "hero", "title": bad}]}],
    }
    tokens = {"color": {"primary": f"red}}{bad}"}, "motif": bad, "radius": bad, "font": {"pairing": bad}}
    if broken == "content":
        content = {"site": [1e300, None], "pages": {"/": 3}, "languages": "\ud83d", "language": {}}
    await ready.execute(
        "UPDATE websites SET title = $1::text, description = $1::text, generated_content = $2, design_tokens = $3",
        bad,
        json.dumps(content).replace("\\ud83d", "x"),
        json.dumps(tokens if broken == "tokens" else [tokens]),
    )
    cards = [demo.read_card(all_themes, row) for row in await demo.sites_for_index(ready)]
    drawn = demo.draw_index(cards, lambda site: "http://a.test")
    assert len(cards) == 6
    assert "<script" not in drawn.html
    assert "&lt;script&gt;" in drawn.html
    assert drawn.html.count("</style>") == 1
    assert drawn.script_hashes == ()


def test_the_index_without_sites_says_what_to_do() -> None:
    drawn = demo.draw_index([], lambda site: "")
    assert "make demo" in drawn.html
    assert "style=" not in drawn.html


async def test_the_base_domain_shows_the_index_where_it_is_asked_to(ready: asyncpg.Connection, serve: Any) -> None:
    await demo.load(ready)
    visitor = await serve(demo={"index": True})
    answer = await visitor.get("sites.test")
    assert answer.status == 200
    assert all(f"//{file.website.subdomain}.sites.test" in answer.text for file in FILES)
    style = answer.text.split("<style>")[1].split("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}';" in answer.headers["Content-Security-Policy"]
    assert (await visitor.get("sites.test", "/kopi-senja")).status == 404
    assert (await (await serve()).get("sites.test")).status == 404
