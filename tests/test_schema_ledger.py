"""The ledger of tokens: no overdraft, exact chains, and nothing that changes afterwards."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.databases import Database
from tests.factories import make_user

ADD = "INSERT INTO token_transactions (user_id, amount, type) VALUES ($1, $2, $3) RETURNING id"


async def assert_adds_up(conn: asyncpg.Connection, user: UUID) -> None:
    rows = await conn.fetch(
        "SELECT amount, balance_after FROM token_transactions WHERE user_id = $1 ORDER BY entry_no", user
    )
    running = 0
    for row in rows:
        running += row["amount"]
        assert row["balance_after"] == running
    state = await conn.fetchrow("SELECT * FROM users WHERE id = $1", user)
    assert state["tokens_balance"] == running
    assert state["tokens_total_earned"] == sum(row["amount"] for row in rows if row["amount"] > 0)
    assert state["tokens_total_spent"] == -sum(row["amount"] for row in rows if row["amount"] < 0)


async def test_64_concurrent_debits_never_overdraw_and_chain_exactly(
    database: Database, conn: asyncpg.Connection
) -> None:
    user = await make_user(conn)

    async def debit() -> str:
        own = await asyncpg.connect(database.url)
        try:
            await own.execute(ADD, user, -1000, "image_generation")
        except asyncpg.RaiseError as error:
            return str(error.args[0])
        finally:
            await own.close()
        return "done"

    outcomes = await asyncio.gather(*(debit() for _ in range(64)))
    # The signup bonus is 50,000.
    assert sorted(outcomes) == ["Insufficient token balance"] * 14 + ["done"] * 50
    await assert_adds_up(conn, user)
    assert await conn.fetchval("SELECT tokens_balance FROM users WHERE id = $1", user) == 0


steps = st.lists(st.tuples(st.sampled_from(["credit", "debit", "refund"]), st.integers(1, 40_000)), max_size=12)


@given(steps=steps)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_the_ledger_adds_up_after_any_credits_debits_and_refunds(
    database: Database, steps: list[tuple[str, int]]
) -> None:
    with psycopg.connect(database.url, autocommit=True) as conn:
        (user,) = (
            conn.execute(
                "INSERT INTO users (email, password_hash) VALUES (gen_random_uuid() || '@example.com', '!') "
                "RETURNING id"
            ).fetchone()
            or ()
        )
        expected, refundable = 50_000, list[tuple[object, int]]()
        for kind, size in steps:
            amount = size if kind == "credit" else -size
            names = None
            if kind == "refund":
                if not refundable:
                    continue
                names, original = refundable.pop(size % len(refundable))
                amount = -original
            try:
                with conn.transaction():
                    (row,) = (
                        conn.execute(
                            "INSERT INTO token_transactions (user_id, amount, balance_after, type, "
                            "related_transaction_id) "
                            "VALUES (%s, %s, -7, %s, %s) RETURNING id",
                            [user, amount, kind, names],
                        ).fetchone()
                        or ()
                    )
            except psycopg.errors.RaiseException:
                assert expected + amount < 0
                continue
            expected += amount
            assert expected >= 0
            if kind != "refund":
                refundable.append((row, amount))
        state = conn.execute(
            "SELECT tokens_balance, tokens_total_earned - tokens_total_spent FROM users WHERE id = %s", [user]
        ).fetchone()
        total = conn.execute(
            "SELECT sum(amount), (array_agg(balance_after ORDER BY entry_no DESC))[1], "
            "bool_and(balance_after = before + amount) FROM (SELECT *, coalesce(lag(balance_after) OVER "
            "(ORDER BY entry_no), 0) "
            "AS before FROM token_transactions WHERE user_id = %s) AS chain",
            [user],
        ).fetchone()
        assert state == (expected, expected)
        assert total == (expected, expected, True)


async def test_a_new_user_has_the_signup_bonus_once_whatever_is_inserted(conn: asyncpg.Connection) -> None:
    user = await make_user(conn, tokens_balance=50_000, tokens_total_earned=50_000)
    await conn.execute(ADD, user, 50_000, "signup_bonus")
    assert await conn.fetchval("SELECT tokens_balance FROM users WHERE id = $1", user) == 50_000
    await assert_adds_up(conn, user)


@pytest.mark.parametrize(
    ("value", "balance"), [("750", 750), ("0", 0), ('"banyak"', 0), ("1e400", 0), ("null", 0), ('"NaN"', 0)]
)
async def test_the_signup_bonus_is_the_configured_one_and_a_wrong_one_stops_nobody(
    conn: asyncpg.Connection, value: str, balance: int
) -> None:
    await conn.execute("UPDATE system_config SET value = $1 WHERE key = 'signup_token_bonus'", value)
    user = await make_user(conn)
    assert await conn.fetchval("SELECT tokens_balance FROM users WHERE id = $1", user) == balance


async def test_a_daily_bonus_is_given_once_a_day_of_the_platforms_zone(conn: asyncpg.Connection) -> None:
    user = await make_user(conn)
    add = "INSERT INTO token_transactions (user_id, amount, type, created_at) VALUES ($1, 1000, 'daily_login', $2)"
    for hour, minute in ((1, 0), (16, 59), (17, 1), (23, 0)):  # midnight in Jakarta is 17:00 UTC
        await conn.execute(add, user, datetime(2026, 3, 1, hour, minute, tzinfo=UTC))
    days = await conn.fetch("SELECT bonus_day::text FROM token_transactions WHERE type = 'daily_login' ORDER BY 1")
    assert [row[0] for row in days] == ["2026-03-01", "2026-03-02"]
    await assert_adds_up(conn, user)


async def test_a_program_that_writes_back_an_old_balance_changes_nothing(conn: asyncpg.Connection) -> None:
    user = await make_user(conn)
    await conn.execute(ADD, user, -20_000, "website_generation")
    await conn.execute(
        "UPDATE users SET full_name = 'Sari', tokens_balance = 50000, tokens_total_spent = 0 WHERE id = $1", user
    )
    assert await conn.fetchval("SELECT tokens_balance FROM users WHERE id = $1", user) == 30_000
    await assert_adds_up(conn, user)


async def test_a_negative_balance_is_refused_even_without_the_trigger(conn: asyncpg.Connection) -> None:
    user = await make_user(conn)
    await conn.execute("ALTER TABLE users DISABLE TRIGGER USER")
    with pytest.raises(asyncpg.CheckViolationError, match="balance_not_negative"):
        await conn.execute("UPDATE users SET tokens_balance = -1, tokens_total_spent = 50001 WHERE id = $1", user)


@pytest.mark.parametrize("table", ["token_transactions", "audit_logs"])
@pytest.mark.parametrize("change", ["UPDATE {} SET ip_address = '10.0.0.1'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_an_append_only_table_refuses_changes(conn: asyncpg.Connection, table: str, change: str) -> None:
    await make_user(conn)
    await conn.execute("INSERT INTO audit_logs (action, entity_type) VALUES ('login', 'user')")
    with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
        await conn.execute(change.format(table))


async def test_a_setting_anybody_can_make_does_not_open_the_ledger(
    database: Database, conn: asyncpg.Connection
) -> None:
    user = await make_user(conn)
    await conn.execute("GRANT SELECT, UPDATE ON token_transactions TO tapsite_console")
    console = await asyncpg.connect(database.url_as("tapsite_console"))
    try:
        await console.execute("SELECT set_config('app.user_id', $1, false)", str(user))
        await console.execute("SELECT set_config('tapsite.anonymising', $1, false)", str(user))
        with pytest.raises(asyncpg.RestrictViolationError):
            await console.execute("UPDATE token_transactions SET amount = amount + 1 WHERE user_id = $1", user)
    finally:
        await console.close()


REFUND = "INSERT INTO token_transactions (user_id, amount, type, related_transaction_id) VALUES ($1, $2, 'refund', $3)"


async def test_a_transaction_is_refunded_at_most_once(conn: asyncpg.Connection) -> None:
    user = await make_user(conn)
    spent = await conn.fetchval(ADD, user, -10_000, "website_generation")
    await conn.execute(REFUND, user, 10_000, spent)
    with pytest.raises(asyncpg.UniqueViolationError):
        await conn.execute(REFUND, user, 10_000, spent)
    await assert_adds_up(conn, user)


async def test_a_refund_names_a_transaction_of_its_user_and_stays_within_it(conn: asyncpg.Connection) -> None:
    user, other = await make_user(conn), await make_user(conn)
    spent = await conn.fetchval(ADD, user, -10_000, "website_generation")
    foreign = await conn.fetchval(ADD, other, -10_000, "website_generation")
    for amount, names in ((10_000, None), (10_000, foreign), (10_001, spent), (-10, spent), (10_000, user)):
        with pytest.raises(asyncpg.CheckViolationError):
            await conn.execute(REFUND, user, amount, names)
    await conn.execute(REFUND, user, 4_000, spent)
    await assert_adds_up(conn, user)


async def test_a_transaction_of_nobody_is_refused_by_the_foreign_key(conn: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await conn.execute(ADD, UUID(int=1), 5, "purchase")
