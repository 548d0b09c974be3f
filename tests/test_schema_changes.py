"""What the database remembers of changes: the log for caches, and revisions."""

import asyncio
import random
from datetime import timedelta

import asyncpg
import pytest

from tests.databases import Database, changes_settled
from tests.factories import insert, make_post, make_site, make_user


async def tags(conn: asyncpg.Connection) -> set[str]:
    """Tags logged since the last call."""
    rows = await conn.fetch("WITH gone AS (DELETE FROM change_log RETURNING tag) SELECT DISTINCT tag FROM gone")
    return {row["tag"] for row in rows}


async def test_each_change_a_visitor_sees_is_logged_under_its_tags(conn: asyncpg.Connection) -> None:
    user = await make_user(conn)
    await tags(conn)
    site = await make_site(conn, user_id=user, subdomain="kopi")
    assert await tags(conn) == {"site", "subdomain:kopi"}
    await conn.execute("UPDATE websites SET subdomain = 'teh'")
    assert await tags(conn) == {"site", "subdomain:kopi", "subdomain:teh"}
    post = await make_post(conn, site)
    assert await tags(conn) == {"posts", f"post:{post}"}
    await conn.execute("UPDATE blog_posts SET title = 'x'")
    assert await tags(conn) == {"posts", f"post:{post}"}
    label = await insert(conn, "blog_tags", {"website_id": site, "name": "Kopi", "slug": "kopi"})
    assert await tags(conn) == {"labels"}
    await conn.execute("INSERT INTO blog_post_tags VALUES ($1, $2)", post, label)
    assert await tags(conn) == {"labels", f"post:{post}"}
    await conn.execute("DELETE FROM blog_post_tags")
    assert await tags(conn) == {"labels", f"post:{post}"}
    await insert(conn, "website_domains", {"website_id": site, "host": "kopi.example"})
    assert await tags(conn) == {"site", "host:kopi.example"}
    await insert(conn, "form_templates", {"website_id": site, "name": "n", "form_type": "contact", "fields": {}})
    assert await tags(conn) == {"forms"}
    for change in ("is_active = false", "subscription_started_at = now()"):
        await conn.execute(f"UPDATE users SET {change}")
        assert await tags(conn) == {"site"}
    await conn.execute("UPDATE templates SET css_variables = '{\"a\": 1}'")
    assert await tags(conn) == {"template:pilar"}
    await conn.execute("UPDATE system_config SET value = '\"free\"' WHERE key = 'lapsed_sites'")
    assert await tags(conn) == {"platform"}
    await conn.execute("DELETE FROM websites")
    assert {"site", "subdomain:teh", "posts", f"post:{post}", "host:kopi.example"} <= await tags(conn)


async def test_a_table_that_is_emptied_at_once_is_a_change_of_everything(conn: asyncpg.Connection) -> None:
    with_posts, without = await make_site(conn), await make_site(conn)
    await make_post(conn, with_posts)
    changed = "SELECT blog_changed($1)"
    before = await conn.fetchval(changed, with_posts), await conn.fetchval(changed, without)
    await conn.execute("TRUNCATE blog_posts CASCADE")
    assert await conn.fetchval(changed, with_posts) > before[0]
    assert await conn.fetchval(changed, without) == before[1]
    for table in ("blog_posts", "blog_categories", "blog_tags", "blog_post_categories", "blog_post_tags", "websites",
                  "website_domains", "form_templates", "system_config"):  # fmt: skip
        await tags(conn)
        await conn.execute(f"TRUNCATE {table} CASCADE")
        assert "platform" in await tags(conn), table
    await conn.execute("TRUNCATE change_log")
    assert await tags(conn) == {"platform"}


async def test_counting_and_what_no_visitor_sees_is_not_logged(conn: asyncpg.Connection) -> None:
    user = await make_user(conn)
    site = await make_site(conn, user_id=user, is_password_protected=True, password_hash="lama")
    await make_post(conn, site)
    await tags(conn)
    await conn.execute("UPDATE websites SET view_count = view_count + 1, last_viewed_at = now()")
    await conn.execute("UPDATE websites SET title = title")
    await conn.execute("UPDATE blog_posts SET view_count = view_count + 1")
    await conn.execute("UPDATE templates SET usage_count = usage_count + 1")
    await conn.execute("UPDATE users SET last_login_at = now()")
    await conn.fetchval("SELECT site_password_rehash($1, 'lama', 'kuat')", site)
    assert await tags(conn) == set()


async def test_one_statement_over_many_rows_logs_each_site(conn: asyncpg.Connection) -> None:
    sites = [await make_site(conn) for _ in range(5)]
    await tags(conn)
    await conn.execute("UPDATE websites SET title = 'Semua'")
    logged = await conn.fetch("SELECT website_id FROM change_log WHERE tag = 'site'")
    assert {row["website_id"] for row in logged} == set(sites)


async def test_changes_that_commit_out_of_order_are_all_found_by_snapshots(
    database: Database, conn: asyncpg.Connection
) -> None:
    first, second = await make_site(conn), await make_site(conn)
    other = await asyncpg.connect(database.url)
    try:
        early, late = conn.transaction(), other.transaction()
        await early.start()
        await conn.execute("UPDATE websites SET title = 'a' WHERE id = $1", first)
        await late.start()
        await other.execute("UPDATE websites SET title = 'b' WHERE id = $1", second)
        await late.commit()

        reader = other
        seen = (
            "SELECT website_id FROM change_log "
            "WHERE tag = 'site' AND NOT pg_visible_in_snapshot(xid, $1::text::pg_snapshot)"
        )
        snapshot = await reader.fetchval("SELECT pg_current_snapshot()::text")
        await early.commit()
        # The higher id was committed and seen first; a reader that went by ids would never see this one.
        assert [row[0] for row in await reader.fetch(seen, snapshot)] == [first]
        snapshot = await reader.fetchval("SELECT pg_current_snapshot()::text")
        assert await reader.fetch(seen, snapshot) == []
    finally:
        await other.close()


async def test_readers_are_woken_without_a_payload_and_not_by_counting(
    database: Database, conn: asyncpg.Connection
) -> None:
    await make_site(conn)
    woken: asyncio.Queue[str] = asyncio.Queue()
    listener = await asyncpg.connect(database.url)
    try:
        await listener.add_listener("tapsite_changes", lambda *message: woken.put_nowait(message[3]))
        await conn.execute("UPDATE websites SET view_count = 7")
        await conn.execute("UPDATE websites SET generated_content = jsonb_build_object('x', repeat('y', 20000))")
        assert await asyncio.wait_for(woken.get(), 60) == ""
        await listener.fetchval("SELECT 1")
        assert woken.empty()
    finally:
        await listener.close()


async def test_pruning_forgets_old_changes_and_those_of_another_cluster(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    await tags(conn)
    await conn.execute("UPDATE websites SET title = 'baru'")
    await conn.execute(
        "INSERT INTO change_log (website_id, tag, xid, logged_at) VALUES ($1, 'lama', '1', now() - interval "
        "'2 hours'), "
        "($1, 'asing', '9000000000000', now())",
        site,
    )
    assert await conn.fetchval("SELECT prune_change_log()") == 2
    assert await tags(conn) == {"site", f"subdomain:{await conn.fetchval('SELECT subdomain FROM websites')}"}


_DOOMED = """
    SELECT id FROM change_log c
    WHERE logged_at < now() - interval '1 hour' AND NOT (
        tag IN ('site', 'posts', 'labels') AND website_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM change_log newer WHERE newer.website_id = c.website_id AND newer.tag = c.tag
                AND (newer.logged_at, newer.id) > (c.logged_at, c.id))
        AND EXISTS (SELECT FROM websites w WHERE w.id = c.website_id))
"""


@pytest.mark.parametrize("seed", range(3))
async def test_pruning_again_and_again_forgets_what_one_look_at_everything_would(
    conn: asyncpg.Connection, seed: int
) -> None:
    """It looks at no change twice once it is settled: nothing may be left for that, and no newest one lost."""
    chance = random.Random(seed)
    sites = [await make_site(conn) for _ in range(4)]
    for _ in range(6):
        for _ in range(25):
            # Each in a transaction of its own, some of which began long before others that ended before them.
            await conn.execute(
                "INSERT INTO change_log (website_id, tag, logged_at) VALUES ($1, $2, now() - $3::interval)",
                chance.choice([*sites, None]),
                chance.choice(["site", "posts", "labels", "forms", "post:1"]),
                timedelta(minutes=chance.randrange(120)),
            )
        if len(sites) > 2 and chance.random() < 0.4:
            await conn.execute("DELETE FROM websites WHERE id = $1", sites.pop())
        before = {row["id"] for row in await conn.fetch("SELECT id FROM change_log")}
        doomed = {row["id"] for row in await conn.fetch(_DOOMED)}
        await changes_settled(conn)
        told = 0
        while number := await conn.fetchval("SELECT prune_change_log()"):
            told += number
        assert {row["id"] for row in await conn.fetch("SELECT id FROM change_log")} == before - doomed
        assert told == len(doomed)
        await conn.execute("UPDATE change_log SET logged_at = logged_at - interval '25 minutes'")
    settled = await conn.fetchval("SELECT settled::text::bigint FROM change_log_horizon")
    assert settled > 0
    await conn.execute("UPDATE change_log_horizon SET settled = '9000000000000', xid = '9000000000000'")  # of a dump
    await conn.execute("UPDATE change_log SET logged_at = logged_at - interval '2 hours'")
    await conn.fetchval("SELECT prune_change_log()")
    assert await conn.fetch(_DOOMED) == []


async def test_a_change_of_a_transaction_under_way_is_not_passed_by(
    database: Database, conn: asyncpg.Connection
) -> None:
    site = await make_site(conn)
    other = await asyncpg.connect(database.url)
    try:
        began = other.transaction()
        await began.start()
        await other.execute("INSERT INTO change_log (website_id, tag) VALUES ($1, 'forms')", site)
        await conn.execute("INSERT INTO change_log (website_id, tag) VALUES ($1, 'forms')", site)
        await conn.fetchval("SELECT prune_change_log('-1 second')")
        await began.commit()
        await changes_settled(conn)
        await conn.fetchval("SELECT prune_change_log('-1 second')")
    finally:
        await other.close()
    assert await conn.fetchval("SELECT count(*) FROM change_log WHERE tag = 'forms'") == 0


async def test_a_revision_is_kept_of_content_whoever_writes(database: Database, conn: asyncpg.Connection) -> None:
    site = await make_site(conn, title="Satu")
    console = await asyncpg.connect(database.url_as("tapsite_console"))
    try:
        owner = await conn.fetchval("SELECT user_id FROM websites")
        await console.execute("SELECT set_config('app.user_id', $1, false)", str(owner))
        await console.execute("UPDATE websites SET title = 'Dua', content_revision = 40 WHERE id = $1", site)
    finally:
        await console.close()
    await conn.execute("UPDATE websites SET view_count = 3, status = 'archived', title = title")
    rows = await conn.fetch("SELECT revision, title, written_by FROM website_revisions ORDER BY revision")
    assert [tuple(row) for row in rows] == [(1, "Satu", "tapsite_migrate"), (2, "Dua", "tapsite_console")]
    assert await conn.fetchval("SELECT content_revision FROM websites") == 2


async def test_every_content_column_is_kept_in_a_revision(conn: asyncpg.Connection) -> None:
    values = {
        "title": "t",
        "description": "d",
        "favicon_url": "f",
        "template_variant": "v",
        "config": {"a": 1},
        "design_tokens": {"b": 1},
        "generated_content": {"c": 1},
        "components_config": {"d": 1},
        "seo_title": "st",
        "seo_description": "sd",
        "seo_keywords": ["k"],
        "og_image_url": "o",
    }
    site = await make_site(conn, **values)
    await make_post(
        conn,
        site,
        excerpt="e",
        featured_image="f",
        gallery_images=["g"],
        seo_title="s",
        seo_description="d",
        seo_keywords=["k"],
    )
    for table, revisions, key in (
        ("websites", "website_revisions", "website_id"),
        ("blog_posts", "blog_post_revisions", "blog_post_id"),
    ):
        kept = await conn.fetchrow(
            f"SELECT to_jsonb(r) - '{key}' - 'revision' - 'taken_at' - 'written_by' AS r FROM {revisions} r"
        )
        live = await conn.fetchval(
            f"SELECT jsonb_object_agg(key, value) FROM {table} t, jsonb_each(to_jsonb(t)) WHERE $1::jsonb ? key",
            kept["r"],
        )
        assert live == kept["r"]
        assert "null" not in kept["r"]


async def test_posts_have_revisions_and_old_ones_are_pruned(conn: asyncpg.Connection) -> None:
    await make_post(conn, await make_site(conn), title="0")
    for title in "123":
        await conn.execute("UPDATE blog_posts SET title = $1", title)
    await conn.execute("UPDATE blog_post_revisions SET taken_at = now() - interval '40 days' WHERE revision < 4")
    assert await conn.fetchval("SELECT prune_revisions(2)") == 2
    left = await conn.fetch("SELECT revision, title FROM blog_post_revisions ORDER BY revision")
    assert [tuple(row) for row in left] == [(3, "2"), (4, "3")]


@pytest.mark.parametrize("table", ["websites", "blog_posts"])
async def test_a_restored_number_near_its_end_keeps_no_other_site_from_being_pruned(
    conn: asyncpg.Connection, table: str
) -> None:
    await make_post(conn, await make_site(conn), title="0")
    for title in "123":
        await conn.execute("UPDATE blog_posts SET title = $1", title)
    await conn.execute("UPDATE blog_post_revisions SET taken_at = now() - interval '40 days' WHERE revision < 4")
    site = await make_site(conn)
    row = await make_post(conn, site, title="0") if table == "blog_posts" else site
    await conn.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    await conn.execute(f"UPDATE {table} SET content_revision = -2147483648 WHERE id = $1", row)
    assert await conn.fetchval("SELECT prune_revisions(2)") == 2


@pytest.mark.parametrize("number", [1, 0, -2147483648, 2147483647])
@pytest.mark.parametrize(("table", "key"), [("website", "website_id"), ("blog_post", "blog_post_id")])
async def test_a_row_restored_to_another_number_is_written_on(
    conn: asyncpg.Connection, table: str, key: str, number: int
) -> None:
    await make_post(conn, await make_site(conn), title="0")
    for title in "123":
        await conn.execute(f"UPDATE {table}s SET title = $1", title)
    await conn.execute(f"ALTER TABLE {table}s DISABLE TRIGGER USER")
    await conn.execute(f"UPDATE {table}s SET content_revision = $1, title = 'lama'", number)
    await conn.execute(f"ALTER TABLE {table}s ENABLE TRIGGER USER")
    for title in ("baru", "terbaru"):
        await conn.execute(f"UPDATE {table}s SET title = $1", title)
    assert await conn.fetchval(f"SELECT title FROM {table}s") == "terbaru"
    kept = await conn.fetch(f"SELECT revision, title FROM {table}_revisions WHERE revision > 4 ORDER BY 1")
    assert [tuple(row) for row in kept] == ([(5, "baru"), (6, "terbaru")] if number < 5 else [])


async def test_revisions_take_a_bounded_room_however_often_something_writes(conn: asyncpg.Connection) -> None:
    await make_post(conn, await make_site(conn), title="0")
    for table in ("websites", "blog_posts"):
        loop = f"FOR i IN 1..60 LOOP UPDATE {table} SET title = 'tulisan ' || i; END LOOP"
        await conn.execute(f"DO $$ BEGIN {loop}; END $$")
    # Young, all of them: ten times as many as are kept in any case.
    assert await conn.fetchval("SELECT prune_revisions(3)") == 2 * 31
    for revisions in ("website_revisions", "blog_post_revisions"):
        assert await conn.fetchval(f"SELECT array_agg(revision ORDER BY revision) FROM {revisions}") == [*range(32, 62)]


@pytest.mark.parametrize("table", ["websites", "blog_posts"])
async def test_a_revision_can_be_rolled_back_to(conn: asyncpg.Connection, table: str) -> None:
    await make_post(conn, await make_site(conn, title="asal"), title="asal")
    await conn.execute(f"UPDATE {table} SET title = 'salah'")
    revisions = "website_revisions" if table == "websites" else "blog_post_revisions"
    await conn.execute(f"UPDATE {table} SET title = (SELECT title FROM {revisions} WHERE revision = 1)")
    assert await conn.fetchval(f"SELECT array_agg(title ORDER BY revision) FROM {revisions}") == [
        "asal",
        "salah",
        "asal",
    ]
