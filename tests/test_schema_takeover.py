"""Taking over a database of the platform's first schema: nothing lost, each conflict resolved and told."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import psycopg
import pytest

from renderer.db.migrations import MigrationError, migrate
from renderer.db.schema import check_schema
from renderer.db.takeover import TABLES
from tests.databases import Database
from tests.factories import make_post, make_site, make_user

ROWS = Path(__file__).parent / "first_rows.sql"


def user(number: int) -> UUID:
    return UUID(int=number)


def site(number: int) -> UUID:
    return UUID(f"10000000-0000-0000-0000-{number:012}")


@pytest.fixture
def with_rows(first_schema: Database) -> Database:
    with psycopg.connect(first_schema.url, autocommit=True) as conn:
        conn.execute(ROWS.read_bytes())
    return first_schema


def count_rows(url: str) -> dict[str, int]:
    with psycopg.connect(url) as conn:
        counts = [conn.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() for table in TABLES]
    return {table: count[0] for table, count in zip(TABLES, counts, strict=True) if count is not None}


@pytest.fixture
async def taken(with_rows: Database) -> AsyncIterator[asyncpg.Connection]:
    migrate(with_rows.url, legacy_zone="Asia/Jakarta")
    conn = await asyncpg.connect(with_rows.url)
    yield conn
    await conn.close()


def test_every_row_is_taken_over_and_the_report_counts_what_changed(with_rows: Database) -> None:
    before = count_rows(with_rows.url)
    lines: list[str] = []
    migrate(with_rows.url, legacy_zone="Asia/Jakarta", report=lines.append)
    after = count_rows(with_rows.url)
    assert {table for table in TABLES if before[table] == 0} == set()
    more = {table: after[table] - before[table] for table in TABLES if after[table] != before[table]}
    # One opening row for each of the users 1 to 4, whose 50,000 no row explains; a template that sites named; and a
    # link between two sites, which is left out.
    assert more == {"token_transactions": 4, "templates": 1, "blog_post_categories": -1, "system_config": 9}
    told = "\n".join(lines)
    for words in (
        "2 × users.email",
        "users.newsletter",
        "4 × websites.subdomain",
        "1 × websites.custom_domain: a claim now",
        "templates.id",
        "token_transactions.type",
        "prompt_versions.is_default",
        "affiliate_referrals.referred_user_id",
        "blog_post_categories.category_id",
        "4 × token_transactions",
        "takeover_notes",
    ):
        assert words in told, (words, told)


async def test_it_ends_as_an_empty_database_would(taken: asyncpg.Connection, database: Database) -> None:
    await check_schema(taken)
    shape = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name NOT LIKE 'page\\_views\\_%' "
        "AND column_name <> 'newsletter' ORDER BY 1, 2"
    )
    constraints = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'page%' ORDER BY 1, 2"
    )
    fresh = await asyncpg.connect(database.url)
    try:
        for query in (shape, constraints):
            assert await taken.fetch(query) == await fresh.fetch(query)
    finally:
        await fresh.close()
    assert await taken.fetchval("SELECT count(*) FROM pg_namespace WHERE nspname = 'tapsite_legacy'") == 0
    off = await taken.fetch("SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE tgenabled = 'D'")
    assert off == []
    another = await make_site(taken, user_id=await make_user(taken))
    await make_post(taken, another)


async def test_times_are_read_in_the_named_zone(taken: asyncpg.Connection) -> None:
    row = await taken.fetchrow("SELECT created_at, updated_at, published_at FROM websites WHERE id = $1", site(1))
    assert row["created_at"] == datetime(2025, 1, 5, 1, tzinfo=UTC)
    assert row["updated_at"] == datetime(2025, 1, 6, 1, tzinfo=UTC)
    assert row["published_at"] == row["created_at"]
    parts = await taken.fetch("SELECT tableoid::regclass::text, count(*) FROM page_views GROUP BY 1 ORDER BY 1")
    assert [tuple(part) for part in parts] == [("page_views_y2024m01", 4)]


async def test_accounts_keep_their_addresses_apart(taken: asyncpg.Connection) -> None:
    emails = dict(await taken.fetch("SELECT id, email FROM users"))
    assert emails[user(1)] == "sari@example.com"  # the oldest that is active
    assert emails[user(2)] == f"Sari+{user(2).hex}@Example.com"
    assert emails[user(3)].startswith("SARI+")
    old = await taken.fetch("SELECT old_value FROM takeover_notes WHERE column_name = 'email' ORDER BY 1")
    assert [row[0] for row in old] == ["SARI@example.com", "Sari@Example.com"]
    assert await taken.fetchval("SELECT newsletter FROM users WHERE id = $1", user(1)) == "ya"
    inactive = await taken.fetch("SELECT id FROM users WHERE deactivated_at IS NOT NULL ORDER BY id")
    assert [row[0] for row in inactive] == [user(3), user(6)]


async def test_sites_get_the_nearest_valid_name(taken: asyncpg.Connection) -> None:
    names = dict(await taken.fetch("SELECT id, subdomain FROM websites"))
    assert names[site(1)] == "kopi"
    assert names[site(2)].startswith("kopi-1")
    assert names[site(3)] == "batik-ayu"
    assert names[site(4)].startswith("admin-1")
    assert names[site(5)] == ("panjang" * 14)[:50]
    assert names[site(6)] == "site"
    assert await taken.fetchval("SELECT count(*) FROM takeover_notes WHERE column_name = 'subdomain'") == 5
    states = dict(await taken.fetch("SELECT id, state FROM edge_sites"))
    assert states[site(1)] == "live"
    assert states[site(4)] == "expired"


async def test_a_custom_domain_is_a_claim_afterwards(taken: asyncpg.Connection) -> None:
    rows = await taken.fetch("SELECT host, website_id, verified_at FROM website_domains")
    assert [tuple(row) for row in rows] == [("kopi.example", site(1), None)]
    assert await taken.fetchval("SELECT custom_domain FROM websites WHERE id = $1", site(4)) is None
    assert await taken.fetchval("SELECT old_value FROM takeover_notes WHERE reason = 'not a host name'") == "-salah-"


async def test_templates_that_sites_name_exist_afterwards(taken: asyncpg.Connection) -> None:
    row = await taken.fetchrow("SELECT is_active, category FROM templates WHERE id = 'hilang'")
    assert tuple(row) == (False, "unknown")


async def test_balances_stay_and_the_ledger_explains_them(taken: asyncpg.Connection) -> None:
    balances = dict(await taken.fetch("SELECT id, tokens_balance FROM users"))
    # 50,000 that no row gave, and the rows' own sum.
    assert balances == {user(1): 62000, user(2): 50000, user(3): 50000, user(4): 60000, user(5): 0, user(6): 0}
    adjusted = await taken.fetch(
        "SELECT user_id, amount FROM token_transactions WHERE description LIKE 'Saldo awal%' ORDER BY user_id"
    )
    assert [tuple(row) for row in adjusted] == [(user(number), 50000) for number in (1, 2, 3, 4)]
    broken = await taken.fetch(
        "SELECT id FROM (SELECT *, coalesce(lag(balance_after) OVER (PARTITION BY user_id "
        "ORDER BY entry_no), 0) AS before FROM token_transactions) AS chain WHERE balance_after <> before + amount"
    )
    assert broken == []
    assert await taken.fetchval("SELECT bool_and(tokens_balance = tokens_total_earned - tokens_total_spent) FROM users")
    await taken.execute("INSERT INTO token_transactions (user_id, amount, type) VALUES ($1, -2000, 'form_ai')", user(1))
    assert await taken.fetchval("SELECT tokens_balance FROM users WHERE id = $1", user(1)) == 60000


async def test_what_happened_twice_keeps_its_type_once(taken: asyncpg.Connection) -> None:
    for kind, expected in (("signup_bonus", 1), ("refund", 1), ("daily_login", 2)):
        assert await taken.fetchval("SELECT count(*) FROM token_transactions WHERE type = $1", kind) == expected
    assert await taken.fetchval("SELECT count(bonus_day) FROM token_transactions") == 1
    links = await taken.fetch("SELECT payment_status, token_transaction_id IS NOT NULL FROM token_purchases ORDER BY 1")
    assert [tuple(row) for row in links] == [("completed", True), ("refunded", False)]
    assert await taken.fetchval("SELECT version FROM prompt_versions WHERE is_default") == "2"


async def test_posts_are_found_and_everything_has_its_first_revision(taken: asyncpg.Connection) -> None:
    assert (
        await taken.fetchval("SELECT count(*) FROM visible_posts WHERE search @@ to_tsquery('indonesian', 'membaca')")
        == 1
    )
    assert await taken.fetchval("SELECT count(*) FROM website_revisions WHERE revision = 1") == 6
    assert await taken.fetchval("SELECT count(*) FROM blog_post_revisions") == 1


async def test_visitors_cannot_be_told_from_their_hashes_any_more(taken: asyncpg.Connection) -> None:
    hashes = [row[0] for row in await taken.fetch("SELECT visitor_hash FROM page_views ORDER BY created_at")]
    assert hashes[0] == hashes[1] != hashes[2]
    assert hashes[3] is None
    assert all(len(value) == 64 for value in hashes[:3])


async def test_what_was_configured_stands(taken: asyncpg.Connection) -> None:
    config = dict(await taken.fetch("SELECT key, value FROM system_config"))
    assert config["signup_token_bonus"] == "60000"
    assert config["punya_sendiri"] == '"tetap"'
    assert "tier_rights" in config
    assert await taken.fetchval("SELECT cost_idr FROM ai_generation_logs") == 32000


def test_without_the_zone_or_with_a_wrong_one_nothing_is_touched(with_rows: Database) -> None:
    for arguments, words in (({}, "--legacy-zone Asia/Jakarta"), ({"legacy_zone": "Mars/Olympus"}, "Mars/Olympus")):
        with pytest.raises(MigrationError, match=words):
            migrate(with_rows.url, **arguments)
    assert count_rows(with_rows.url)["users"] == 6
    assert migrate(with_rows.url, legacy_zone="Asia/Jakarta")


def test_what_else_hangs_on_the_tables_is_named_and_nothing_is_touched(with_rows: Database) -> None:
    with psycopg.connect(with_rows.url, autocommit=True) as conn:
        conn.execute("CREATE TABLE invoices (user_id uuid REFERENCES users (id))")
        conn.execute("CREATE VIEW rich AS SELECT * FROM users WHERE tokens_balance > 9")
        with pytest.raises(MigrationError, match=r"invoices.*rich"):
            migrate(with_rows.url, legacy_zone="Asia/Jakarta")
        conn.execute("DROP TABLE invoices")
        conn.execute("DROP VIEW rich")
    assert migrate(with_rows.url, legacy_zone="Asia/Jakarta")


def test_an_empty_first_schema_is_taken_over_too(first_schema: Database) -> None:
    assert migrate(first_schema.url, legacy_zone="UTC")
    assert count_rows(first_schema.url)["token_packages"] == 4
