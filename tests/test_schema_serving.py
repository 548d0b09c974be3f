"""What the edge sees: the state of a site, its tier, its posts; and that it is found by an index."""

import json
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from tests.factories import insert, make_post, make_site, make_user

NOW = datetime.now(UTC)
# An hour from where each rule changes: no test takes that long.
RECENT, LONG_AGO, SOON = NOW - timedelta(days=6, hours=23), NOW - timedelta(days=7, hours=1), NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("site", "owner", "state"),
    [
        ({}, {}, "live"),
        ({}, {"subscription_expires_at": SOON}, "live"),
        ({}, {"subscription_tier": "free", "subscription_expires_at": LONG_AGO}, "live"),
        ({}, {"subscription_tier": None}, "live"),
        ({"status": "draft"}, {}, "draft"),
        ({"status": None}, {}, "draft"),
        ({"status": "draft"}, {"is_active": False}, "draft"),
        ({"status": "archived"}, {}, "gone"),
        ({"status": "draft", "deleted_at": NOW}, {}, "gone"),
        ({"deleted_at": NOW}, {"is_active": False}, "gone"),
        ({"status": "suspended"}, {}, "unavailable"),
        ({"status": "suspended", "suspended_at": LONG_AGO}, {}, "expired"),
        ({}, {"is_active": False}, "unavailable"),
        ({}, {"is_active": None}, "unavailable"),
        ({}, {"is_active": False, "deactivated_at": LONG_AGO}, "expired"),
        ({}, {"deleted_at": RECENT}, "unavailable"),
        ({}, {"deleted_at": LONG_AGO}, "expired"),
        ({}, {"subscription_expires_at": RECENT}, "unavailable"),
        ({}, {"subscription_expires_at": LONG_AGO}, "expired"),
        ({"status": "suspended"}, {"subscription_expires_at": LONG_AGO}, "expired"),
    ],
)
async def test_the_state_of_a_site(
    conn: asyncpg.Connection, site: dict[str, object], owner: dict[str, object], state: str
) -> None:
    await make_site(conn, user_id=await make_user(conn, **owner), **site)
    row = await conn.fetchrow("SELECT state, state_since FROM edge_sites")
    assert row["state"] == state
    assert row["state_since"] is not None
    if state in ("unavailable", "expired"):
        assert (row["state_since"] < NOW - timedelta(days=7)) == (state == "expired")


async def test_a_lapsed_tier_hides_its_rights_and_loses_nothing(conn: asyncpg.Connection) -> None:
    user = await make_user(conn, subscription_tier="business")
    site = await make_site(conn, user_id=user)
    await insert(conn, "website_domains", {"website_id": site, "host": "kopi.example", "verified_at": NOW})
    seen = "SELECT state, tier, primary_host FROM edge_sites"
    assert tuple(await conn.fetchrow(seen)) == ("live", "business", "kopi.example")
    await conn.execute("UPDATE users SET subscription_expires_at = $1", RECENT)
    assert tuple(await conn.fetchrow(seen)) == ("unavailable", "free", None)
    await conn.execute("UPDATE system_config SET value = '\"free\"' WHERE key = 'lapsed_sites'")
    assert tuple(await conn.fetchrow(seen)) == ("live", "free", None)
    await conn.execute("UPDATE users SET subscription_expires_at = $1", SOON)
    assert tuple(await conn.fetchrow(seen)) == ("live", "business", "kopi.example")


@pytest.mark.parametrize("broken", ["null", "7", "[]", '"x"', '{"pro": 5}', '{"pro": {"custom_domain": "ja"}}'])
async def test_a_broken_table_of_rights_gives_none_and_stops_no_site(conn: asyncpg.Connection, broken: str) -> None:
    site = await make_site(conn)
    await insert(conn, "website_domains", {"website_id": site, "host": "kopi.example", "verified_at": NOW})
    await conn.execute("UPDATE system_config SET value = $1 WHERE key IN ('tier_rights', 'lapsed_sites')", broken)
    assert tuple(await conn.fetchrow("SELECT state, primary_host FROM edge_sites")) == ("live", None)


async def test_a_claim_is_no_primary_host(conn: asyncpg.Connection) -> None:
    await make_site(conn, custom_domain="kopi.example")
    assert await conn.fetchval("SELECT primary_host FROM edge_sites") is None
    assert await conn.fetchval("SELECT count(*) FROM edge_domains") == 0


@pytest.mark.parametrize(
    ("post", "visible"),
    [
        ({}, True),
        ({"published_at": RECENT}, True),
        ({"published_at": SOON}, False),
        ({"published_at": RECENT, "scheduled_at": SOON}, False),
        ({"published_at": SOON, "scheduled_at": RECENT}, True),
        ({"status": "draft", "published_at": RECENT}, False),
        ({"status": "draft", "scheduled_at": RECENT}, False),
        ({"status": "archived", "published_at": RECENT}, False),
        ({"status": None, "published_at": RECENT}, False),
    ],
)
async def test_when_a_post_is_visible(conn: asyncpg.Connection, post: dict[str, object], visible: bool) -> None:
    await make_post(conn, await make_site(conn), **post)
    rows = await conn.fetch("SELECT visible_from FROM visible_posts")
    assert len(rows) == int(visible)
    assert all(row["visible_from"] <= datetime.now(UTC) for row in rows)


@pytest.mark.parametrize("status", ["draft", "archived", "suspended"])
async def test_posts_of_a_site_that_is_not_live_are_not_visible(conn: asyncpg.Connection, status: str) -> None:
    await make_post(conn, await make_site(conn, status=status))
    assert await conn.fetch("SELECT FROM visible_posts") == []


async def scans(conn: asyncpg.Connection, query: str) -> list[str]:
    """Node types and relations of a plan, e.g. "Index Scan websites"."""
    plan = json.loads(await conn.fetchval(f"EXPLAIN (FORMAT JSON) {query}"))
    found, rest = [], [plan[0]["Plan"]]
    while rest:
        node = rest.pop()
        found.append(f"{node['Node Type']} {node.get('Relation Name', '')}".strip())
        rest += node.get("Plans", [])
    return found


async def test_with_100_000_sites_every_lookup_of_the_edge_uses_an_index(conn: asyncpg.Connection) -> None:
    await conn.execute(
        """
        ALTER TABLE users DISABLE TRIGGER USER;
        ALTER TABLE websites DISABLE TRIGGER USER;
        ALTER TABLE website_domains DISABLE TRIGGER USER;
        ALTER TABLE blog_posts DISABLE TRIGGER USER;
        DROP INDEX idx_websites_config, idx_websites_design_tokens;  -- which only cost time here
        INSERT INTO templates (id, name, category, component_structure, css_variables)
            VALUES ('t', 't', 't', '{}', '{}');
        INSERT INTO users (id, email, password_hash)
            SELECT lpad(to_hex(n), 32, '0')::uuid, n || '@example.com', '!' FROM generate_series(1, 20000) n;
        INSERT INTO websites (id, user_id, subdomain, template_id, status)
            SELECT lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(n % 20000 + 1), 32, '0')::uuid,
                's' || n, 't', 'published'
            FROM generate_series(1, 100000) n;
        INSERT INTO website_domains (website_id, host, verified_at, is_primary)
            SELECT lpad(to_hex(n), 32, '0')::uuid, 's' || n || '.example', now(), true FROM generate_series(1, 20000) n;
        INSERT INTO blog_posts (website_id, slug, title, content, status, published_at)
            SELECT lpad(CASE n % 2 WHEN 0 THEN '777' ELSE to_hex(n % 2000 + 1) END, 32, '0')::uuid, 'p' || n, 'p',
                '{}', 'published', now() - n * interval '1 minute'
            FROM generate_series(1, 20000) n;
        ANALYZE users, websites, website_domains, blog_posts, templates;
        """
    )
    site = "'00000000-0000-0000-0000-000000000777'"
    for query in (
        "SELECT * FROM edge_sites WHERE subdomain = 's77777'",
        f"SELECT * FROM edge_sites WHERE id = {site}",
        "SELECT s.* FROM website_domains d JOIN edge_sites s ON s.id = d.website_id "
        "WHERE d.verified_at IS NOT NULL AND d.host IN ('s777.example', 'www.s777.example')",
        "SELECT s.* FROM edge_domains d JOIN edge_sites s ON s.id = d.website_id WHERE d.host = 's777.example'",
        f"SELECT slug FROM visible_posts WHERE website_id = {site} LIMIT 6",
        f"SELECT slug FROM visible_posts WHERE website_id = {site} AND slug = 'p7'",
    ):
        plan = await scans(conn, query)
        slow = [
            node
            for node in plan
            if node.startswith("Seq Scan") and node.split()[-1] not in ("templates", "system_config")
        ]
        assert not slow, (query, plan)
        # The latest posts come in the index's order: a site of 50,000 posts costs what one of six does.
        assert "LIMIT" not in query or not any(node.startswith("Sort") for node in plan), plan


async def test_the_newest_posts_of_a_site_come_first_by_themselves(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    for days in (3, 1, 5, 2, 4):
        await make_post(conn, site, slug=f"hari-{days}", published_at=NOW - timedelta(days=days))
    await make_post(conn, site, slug="hari-0", scheduled_at=NOW - timedelta(hours=1))
    rows = await conn.fetch("SELECT slug FROM visible_posts WHERE website_id = $1 LIMIT 3", site)
    assert [row["slug"] for row in rows] == ["hari-0", "hari-1", "hari-2"]


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "0044-03-15 BC", "12026-01-01"])
async def test_whatever_time_postgresql_stores_can_be_read(conn: asyncpg.Connection, moment: str) -> None:
    site = await make_site(conn)
    for status in ("published", "suspended", "archived"):
        await conn.execute(
            f"UPDATE websites SET status = $1, created_at = '{moment}', published_at = '{moment}', "
            f"suspended_at = '{moment}', updated_at = now()",
            status,
        )
        assert (await conn.fetchrow("SELECT * FROM edge_sites"))["published_at"].year in (2, 9998)
    await conn.execute(f"ALTER TABLE websites DISABLE TRIGGER USER; UPDATE websites SET updated_at = '{moment}'")
    assert (await conn.fetchrow("SELECT updated_at FROM edge_sites"))["updated_at"].year in (2, 9998)
    await conn.execute(f"UPDATE websites SET deleted_at = '{moment}'")
    assert (await conn.fetchrow("SELECT state_since FROM edge_sites"))["state_since"].year in (2, 9998)
    await conn.execute("UPDATE websites SET status = 'published', deleted_at = NULL")
    post = await make_post(conn, site)
    await conn.execute(
        f"ALTER TABLE blog_posts DISABLE TRIGGER USER; "
        f"UPDATE blog_posts SET scheduled_at = '{moment}', updated_at = '{moment}' WHERE id = '{post}'"
    )
    rows = await conn.fetch("SELECT * FROM visible_posts")
    assert [row["visible_from"].year for row in rows] == ([2] if "BC" in moment or "-inf" in moment else [])


@pytest.mark.parametrize("moment", ["infinity", "2999-01-01"])
async def test_an_outage_that_begins_later_begins_now(conn: asyncpg.Connection, moment: str) -> None:
    owner = await make_user(conn)
    site = await make_site(conn, user_id=owner)
    await conn.execute(f"UPDATE websites SET status = 'suspended', suspended_at = '{moment}'")
    assert await conn.fetchval("SELECT suspended_at <= now() AND suspended_at > $1 FROM websites", RECENT)
    for columns in ("is_active = false, deactivated_at = '{}'", "deactivated_at = NULL, deleted_at = '{}'"):
        await conn.execute(f"UPDATE users SET {columns.format(moment)}")
        assert await conn.fetchval("SELECT deactivated_at <= now() AND deactivated_at > $1 FROM users", RECENT)
    assert await conn.fetchval("SELECT state FROM edge_sites WHERE id = $1", site) == "unavailable"


@pytest.mark.parametrize(
    ("owner", "served"),
    [
        ({"subscription_tier": "pro"}, True),
        ({"subscription_tier": "free"}, True),  # never subscribed: an administrator verified it
        ({"subscription_tier": "free", "subscription_started_at": LONG_AGO}, False),
        ({"subscription_tier": "free", "subscription_expires_at": LONG_AGO}, False),
        ({"subscription_tier": "pro", "subscription_expires_at": RECENT}, False),
    ],
)
async def test_a_domain_serves_while_its_owner_has_the_right(
    conn: asyncpg.Connection, owner: dict[str, object], served: bool
) -> None:
    site = await make_site(conn, user_id=await make_user(conn, **owner))
    await insert(conn, "website_domains", {"website_id": site, "host": "kopi.example", "verified_at": NOW})
    assert await conn.fetchval("SELECT serves_custom_domains FROM edge_sites") == served
    assert await conn.fetchval("SELECT count(*) FROM edge_domains") == int(served)
