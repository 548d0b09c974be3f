"""What each role may do, and what it may not."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.databases import Database
from tests.factories import make_post, make_site

Role = asyncpg.Connection


@pytest.fixture
async def edge(database: Database, conn: asyncpg.Connection) -> AsyncIterator[Role]:
    await make_post(conn, await make_site(conn, subdomain="kopi", is_password_protected=True, password_hash="rahasia"))
    role = await asyncpg.connect(database.url_as("tapsite_edge"))
    yield role
    await role.close()


FORBIDDEN_TO_THE_EDGE = [
    "SELECT password_hash FROM websites",
    "SELECT password_hash FROM users",
    "SELECT email FROM users",
    "SELECT * FROM websites",
    "SELECT config FROM websites",
    "SELECT * FROM token_transactions",
    "SELECT * FROM token_purchases",
    "SELECT * FROM daily_revenue",
    "SELECT * FROM audit_logs",
    "SELECT data FROM form_submissions",
    "SELECT visitor_hash FROM page_views",
    "SELECT claim_token FROM website_domains",
    "SELECT * FROM website_revisions",
    "SELECT content FROM blog_posts",
    "SELECT * FROM system_config",
    "UPDATE websites SET title = 'x'",
    "UPDATE websites SET password_hash = 'x'",
    "DELETE FROM blog_posts",
    "DELETE FROM change_log",
    "INSERT INTO change_log (tag) VALUES ('site')",
    "INSERT INTO token_transactions (user_id, amount, type) SELECT user_id, 5, 'purchase' FROM edge_sites",
    "SELECT anonymise_user(user_id) FROM edge_sites",
    "SELECT prune_change_log()",
    "SELECT settle_database()",
    "SELECT grant_rights()",
    "INSERT INTO outbox (website_id, kind) SELECT id, 'indexnow' FROM edge_sites",
    "UPDATE outbox SET payload = '{}'",
    "DELETE FROM outbox",
    "CREATE TABLE public.mine (a integer)",
    "TRUNCATE page_views",
    "CREATE TEMPORARY TABLE mine (a integer)",
    "UPDATE form_submissions SET status = 'new'",
    "INSERT INTO form_submissions (website_id, form_type, data, ai_summary) SELECT id, 'x', '{}', 'x' FROM edge_sites",
]


async def test_the_edge_may_not(edge: Role, conn: asyncpg.Connection) -> None:
    await conn.execute("SELECT settle_database()")  # a copy of a database has the usual rights of a new one
    for query in FORBIDDEN_TO_THE_EDGE:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await edge.execute(query)


async def test_the_edge_reads_what_is_public_and_inserts_leads_and_views(edge: Role) -> None:
    site = await edge.fetchval("SELECT id FROM edge_sites WHERE subdomain = 'kopi'")
    assert len(await edge.fetch("SELECT title, content FROM visible_posts WHERE website_id = $1", site)) == 1
    assert await edge.fetchval("SELECT site_password_hash($1)", site) == "rahasia"
    assert await edge.fetchval("SELECT site_password_rehash($1, 'rahasia', 'kuat')", site)
    lead = await edge.fetchval(
        "INSERT INTO form_submissions (id, website_id, form_type, submitter_name, submitter_email, submitter_phone, "
        "data, ip_address, user_agent, referrer_url) VALUES (gen_random_uuid(), $1, 'contact', 'Sari', 's@a.id', '1', "
        "'{}', '192.0.2.1', 'x', '/') RETURNING id",
        site,
    )
    assert lead is not None
    await edge.execute("INSERT INTO page_views (website_id, page_path, visitor_hash) VALUES ($1, '/', 'x')", site)
    await edge.execute("UPDATE websites SET view_count = view_count + 1, last_viewed_at = now() WHERE id = $1", site)
    await edge.execute("UPDATE blog_posts SET view_count = view_count + 1 WHERE website_id = $1", site)
    for query in (
        "SELECT website_id, tag, xid FROM change_log",
        "SELECT host FROM edge_domains",
        "SELECT host FROM website_domains WHERE verified_at IS NOT NULL",
        "SELECT * FROM slug_history, blog_categories, blog_post_categories, blog_tags, blog_post_tags",
        "SELECT * FROM form_templates",
        "SELECT * FROM schema_versions",
        "SELECT * FROM templates",
    ):
        await edge.fetch(query)


async def test_a_cheap_function_sees_no_row_that_a_view_filters_out(edge: Role, conn: asyncpg.Connection) -> None:
    site = await conn.fetchval("SELECT id FROM websites")
    await make_post(conn, site, title="Rahasia", status="draft")
    hidden = await make_site(conn, status="draft")
    await make_post(conn, hidden, title="Rahasia")
    await conn.execute(
        "INSERT INTO website_domains (website_id, host, verified_at) "
        "VALUES ($1, 'klaim.example', NULL), ($2, 'dulu.example', now())",
        *(site, hidden),
    )
    await conn.execute("UPDATE users SET subscription_expires_at = now() - interval '1 day'")
    await conn.execute("UPDATE system_config SET value = '\"free\"' WHERE key = 'lapsed_sites'")
    await conn.execute(
        "CREATE FUNCTION peek(text) RETURNS boolean LANGUAGE plpgsql COST 0.000001 "
        "AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
    )
    seen: list[str] = []
    edge.add_log_listener(lambda _, message: seen.append(message.message))
    posts = await edge.fetch("SELECT title FROM visible_posts WHERE peek(title)")
    assert await edge.fetch("SELECT FROM edge_domains WHERE peek(host)") == []
    assert seen == [row["title"] for row in posts] != []


async def test_the_view_of_sites_has_no_secret_and_no_counter(edge: Role) -> None:
    columns = {row[0] for row in await edge.fetch("SELECT jsonb_object_keys(to_jsonb(s)) FROM edge_sites s")}
    assert not {name for name in columns if name.startswith(("password_hash", "ai_", "view_", "unique_"))}
    assert {
        "id",
        "subdomain",
        "state",
        "state_since",
        "tier",
        "primary_host",
        "serves_custom_domains",
        "password_version",
        "default_sections",
    } <= columns


async def test_the_console_writes_content_and_only_adds_to_the_log(database: Database, edge: Role) -> None:
    console = await asyncpg.connect(database.url_as("tapsite_console"))
    try:
        owner = await edge.fetchval("SELECT user_id FROM edge_sites")
        await console.execute("SELECT set_config('app.user_id', $1, false)", str(owner))
        changed = await console.execute("UPDATE websites SET title = 'Baru', custom_domain = 'kopi.example'")
        assert changed == "UPDATE 1"
        await console.execute("INSERT INTO audit_logs (action, entity_type) VALUES ('login', 'user')")
        await console.fetch("SELECT * FROM user_dashboard, token_transactions")
        await console.execute("UPDATE users SET last_login_at = now()")
        for query in (
            "UPDATE audit_logs SET action = 'x'",
            "DELETE FROM audit_logs",
            "DELETE FROM token_transactions",
            "INSERT INTO token_transactions (user_id, amount, type) SELECT id, 5, 'purchase' FROM users",
            "SELECT * FROM day_key_roots",
            "DELETE FROM users",
            "UPDATE system_config SET value = '1'",
            "UPDATE users SET subscription_tier = 'business'",
            "SELECT password_hash FROM users",
            "SELECT * FROM page_views",
            "SELECT * FROM edge_sites",
            "SELECT anonymise_user(id) FROM users",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await console.execute(query)
    finally:
        await console.close()


async def test_no_role_reads_both_the_addresses_of_leads_and_the_roots_of_days(conn: asyncpg.Connection) -> None:
    # The owner of the tables migrates, and serves nobody.
    rows = await conn.fetch("""
        SELECT rolname AS role,
            has_column_privilege(oid, 'form_submissions', 'ip_address', 'SELECT') AS addresses,
            has_column_privilege(oid, 'day_key_roots', 'wrapped_root', 'SELECT') AS roots
        FROM pg_roles WHERE rolname LIKE 'tapsite\\_%' AND NOT rolsuper
            AND oid <> (SELECT relowner FROM pg_class WHERE oid = 'day_key_roots'::regclass)
    """)
    may = {row["role"]: (row["addresses"], row["roots"]) for row in rows}
    assert (False, True) in may.values()
    assert (True, False) in may.values()
    assert (True, True) not in may.values(), may


async def test_maintenance_prunes_and_rolls_up_and_sees_no_person(database: Database, edge: Role) -> None:
    maintain = await asyncpg.connect(database.url_as("tapsite_maintain"))
    try:
        assert await maintain.fetchval("SELECT make_page_view_partitions(4)") == 1
        await maintain.fetchval("SELECT prune_change_log('0 seconds') + prune_revisions()")
        await maintain.execute(
            "INSERT INTO website_analytics_daily (website_id, date, page_views) SELECT website_id, "
            "current_date, count(*) "
            "FROM page_views GROUP BY website_id"
        )
        await maintain.execute("UPDATE page_views SET visitor_hash = NULL WHERE created_at < now() - interval '1 day'")
        await maintain.execute("DELETE FROM page_views WHERE created_at < now() - interval '90 days'")
        await maintain.execute("UPDATE website_domains SET last_checked_at = now(), verified_at = now()")
        for query in (
            "SELECT email FROM users",
            "SELECT * FROM form_submissions",
            "SELECT * FROM token_transactions",
            "UPDATE websites SET title = 'x'",
            "DELETE FROM websites",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await maintain.execute(query)
    finally:
        await maintain.close()


async def test_the_owner_of_the_schema_is_no_superuser(conn: asyncpg.Connection) -> None:
    assert not await conn.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    assert await conn.fetchval("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'users'::regclass")
