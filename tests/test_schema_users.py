"""Accounts: one address, one user; deletion that keeps the books."""

import asyncpg
import pytest

from tests.factories import insert, make_post, make_site, make_user


async def test_an_address_in_another_case_is_the_same_user(conn: asyncpg.Connection) -> None:
    await make_user(conn, email="A@x.id")
    with pytest.raises(asyncpg.UniqueViolationError):
        await make_user(conn, email="a@x.id")
    await conn.execute("INSERT INTO users (email, password_hash) VALUES ('A@x.id', '!') ON CONFLICT (email) DO NOTHING")


async def test_deactivated_at_follows_is_active_and_deleted_at(conn: asyncpg.Connection) -> None:
    user = await make_user(conn)
    since = "SELECT deactivated_at FROM users"
    assert await conn.fetchval(since) is None
    await conn.execute("UPDATE users SET is_active = false")
    first = await conn.fetchval(since)
    assert first is not None
    await conn.execute("UPDATE users SET deleted_at = now(), full_name = 'x' WHERE id = $1", user)
    assert await conn.fetchval(since) == first
    await conn.execute("UPDATE users SET is_active = true, deleted_at = NULL")
    assert await conn.fetchval(since) is None


async def test_deleting_a_user_with_money_rows_names_anonymise_user(conn: asyncpg.Connection) -> None:
    user = await make_user(conn)
    with pytest.raises(asyncpg.RestrictViolationError) as refused:
        await conn.execute("DELETE FROM users WHERE id = $1", user)
    assert f"anonymise_user('{user}')" in (refused.value.hint or "")


async def test_anonymise_user_takes_the_person_out_and_keeps_the_amounts(conn: asyncpg.Connection) -> None:
    user = await make_user(conn, email="sari@example.com", full_name="Sari", phone="0812", bio="Halo")
    other = await make_user(conn)
    site = await make_site(conn, user_id=user)
    await make_post(conn, site)
    for owner in (user, other):
        await conn.execute(
            "INSERT INTO token_transactions (user_id, amount, type, ip_address, user_agent, metadata) "
            "VALUES ($1, -1000, 'image_generation', '10.1.2.3', 'Sari''s phone', '{\"name\": \"Sari\"}')",
            owner,
        )
    for entity in (user, other):
        await conn.execute(
            "INSERT INTO audit_logs (action, entity_type, entity_id, user_id, ip_address, old_values) "
            "VALUES ('update', 'user', $1, $1, '10.1.2.3', '{\"email\": \"sari@example.com\"}')",
            entity,
        )
    await insert(
        conn,
        "ai_generation_logs",
        {"user_id": user, "stage": "s", "model": "m", "provider": "p", "cost_usd": 1, "prompt_preview": "Sari"},
    )
    paid = {"token_amount": 5, "price_paid_idr": 5_000, "payment_reference": "VA-8808-0812", "metadata": {"va": "Sari"}}
    await insert(conn, "token_purchases", {"user_id": user, **paid})
    before = await conn.fetchval("SELECT sum(amount) FROM token_transactions")

    assert await conn.fetchval("SELECT anonymise_user($1)", user)

    left = await conn.fetchval("SELECT string_agg(u::text, '') FROM users u WHERE id = $1", user)
    ledger = await conn.fetch("SELECT t::text FROM token_transactions t WHERE user_id = $1", user)
    logs = await conn.fetch("SELECT a::text FROM audit_logs a WHERE user_id = $1", user)
    generated = await conn.fetchval("SELECT l::text FROM ai_generation_logs l")
    purchase = await conn.fetchval("SELECT p::text FROM token_purchases p WHERE price_paid_idr = 5000")
    assert "VA-8808" not in purchase
    for text in (left, generated, purchase, *(row[0] for row in (*ledger, *logs))):
        assert "sari" not in text.lower()
        assert "10.1.2.3" not in text
    assert len(ledger) == 2
    assert await conn.fetchval("SELECT sum(amount) FROM token_transactions") == before
    assert await conn.fetchval("SELECT count(*) FROM websites WHERE user_id = $1", user) == 0
    untouched = await conn.fetchval("SELECT count(*) FROM token_transactions WHERE ip_address = '10.1.2.3'")
    assert untouched == 1
    assert await conn.fetchval("SELECT count(old_values) FROM audit_logs") == 1
    assert await conn.fetchval("SELECT cost_usd FROM ai_generation_logs") == 1


async def test_anonymising_again_or_nobody_is_no_error(conn: asyncpg.Connection) -> None:
    user = await make_user(conn)
    assert await conn.fetchval("SELECT anonymise_user($1)", user)
    assert await conn.fetchval("SELECT anonymise_user($1)", user)
    assert not await conn.fetchval("SELECT anonymise_user(gen_random_uuid())")


async def test_the_append_only_tables_are_closed_again_after_anonymising(conn: asyncpg.Connection) -> None:
    user = await make_user(conn)
    async with conn.transaction():
        await conn.execute("SELECT anonymise_user($1)", user)
        with pytest.raises(asyncpg.RestrictViolationError):
            async with conn.transaction():
                await conn.execute("UPDATE token_transactions SET amount = 1")
