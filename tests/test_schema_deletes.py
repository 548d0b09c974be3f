"""Deleting: content goes with its site, money stays, and nothing fails half-way."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.factories import insert, make_site, make_user

# Columns that a check or a meaning binds; all others are filled from their type.
FITTING: dict[tuple[str, str], object] = {
    ("website_domains", "host"): "kopi.example",
    ("slug_history", "kind"): "post",
    ("website_revisions", "revision"): 77,
    ("blog_post_revisions", "revision"): 77,
    ("token_transactions", "amount"): 5,
    ("pictures", "name"): f"{'a' * 32}-1x1",
    ("pictures", "fallback"): "jpg",
    ("lead_numbers", "number"): "+6281355500101",
    ("lead_attempts", "channel"): "email",
    ("lead_attempts", "outcome"): "failed",
}
BY_TYPE: dict[str, object] = {
    **dict.fromkeys(("character varying", "text"), "x"),
    **dict.fromkeys(("integer", "bigint", "smallint"), 1),
    "uuid": UUID(int=1),
    "jsonb": "{}",
    "bytea": b"x",
    "date": date(2026, 3, 1),
}


async def foreign_keys(conn: asyncpg.Connection, parent: str) -> list[tuple[str, str, bool]]:
    """(table, column, may be NULL) of every foreign key to a table, from the catalogue."""
    rows = await conn.fetch(
        "SELECT c.conrelid::regclass::text, a.attname, NOT a.attnotnull FROM pg_constraint c "
        "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] "
        "WHERE c.contype = 'f' AND c.confrelid = $1::text::regclass AND c.conparentid = 0 ORDER BY 1, 2",
        parent,
    )
    return [tuple(row) for row in rows]


async def fill(conn: asyncpg.Connection, table: str, **given: object) -> None:
    """A row with every column that must have a value, parents included."""
    columns = await conn.fetch(
        """
        SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, fk.confrelid::regclass::text AS parent
        FROM pg_attribute a
        LEFT JOIN pg_constraint fk ON fk.conrelid = a.attrelid AND fk.contype = 'f' AND fk.conkey = ARRAY[a.attnum]
        WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.atthasdef
            AND a.attidentity = '' AND a.attnotnull
        """,
        table,
    )
    values = dict(given)
    for column in columns:
        if column["name"] in values:
            continue
        if column["parent"] is not None:
            values[column["name"]] = await parent_row(conn, column["parent"], given)
        else:
            values[column["name"]] = FITTING.get((table, column["name"]), BY_TYPE.get(column["type"]))
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    await conn.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", *values.values())


async def parent_row(conn: asyncpg.Connection, table: str, given: dict[str, Any]) -> object:
    if table == "users":
        return await make_user(conn)
    if table == "websites":
        return await make_site(conn)
    site = given.get("website_id") or await make_site(conn)
    usual: dict[str, dict[str, object]] = {
        "website_domains": {"host": f"x{uuid4().hex}.example"},
        "blog_posts": {"slug": f"x-{uuid4()}", "title": "x", "content": {}},
        "form_submissions": {"form_type": "x", "data": {}},
    }
    return await insert(conn, table, {"website_id": site, **usual.get(table, {"slug": "x", "name": "x"})})


async def test_a_website_with_a_row_in_every_table_that_names_it_can_be_deleted(conn: asyncpg.Connection) -> None:
    keys = await foreign_keys(conn, "websites")
    assert len(keys) >= 9
    # No foreign key, but they name sites as well.
    loose = [
        ("token_transactions", "related_website_id"),
        ("ai_generation_logs", "website_id"),
        ("page_views", "website_id"),
    ]
    user = await make_user(conn)
    site = await make_site(conn, user_id=user, custom_domain="lain.example")
    for table, column in [*((key[0], key[1]) for key in keys), *loose]:
        given = {"user_id": user} if table in ("token_transactions", "ai_generation_logs") else {}
        await fill(conn, table, **{column: site, **given})
    for label, links in (("blog_categories", "blog_post_categories"), ("blog_tags", "blog_post_tags")):
        await conn.execute(
            f"INSERT INTO {links} SELECT p.id, l.id FROM blog_posts p JOIN {label} l USING (website_id) LIMIT 1"
        )
    money = "SELECT count(*) FROM token_transactions WHERE related_website_id = $1"

    await conn.execute("DELETE FROM websites WHERE id = $1", site)

    for table, column, _ in keys:
        assert await conn.fetchval(f"SELECT count(*) FROM {table} WHERE {column} = $1", site) == 0, table
    assert await conn.fetchval("SELECT count(*) FROM page_views") == 0
    assert await conn.fetchval(money, site) == 1
    assert await conn.fetchval("SELECT count(*) FROM ai_generation_logs WHERE website_id = $1", site) == 1


async def test_for_every_foreign_key_to_users_the_delete_works_or_names_anonymise_user(
    conn: asyncpg.Connection,
) -> None:
    keys = await foreign_keys(conn, "users")
    assert len(keys) >= 9
    refused = set()
    for table, column, _ in keys:
        await conn.execute("UPDATE system_config SET value = '0' WHERE key = 'signup_token_bonus'")
        user = await make_user(conn)
        if table == "system_config":
            await conn.execute("UPDATE system_config SET updated_by = $1 WHERE key = 'lapsed_sites'", user)
        elif table == "websites":
            await make_site(conn, user_id=user)
        else:
            await fill(conn, table, **{column: user})
        named = ""
        try:
            await conn.execute("DELETE FROM users WHERE id = $1", user)
        except asyncpg.PostgresError as error:
            named = str(error.as_dict())
            refused.add(table)
        if named:
            assert "anonymise_user" in named, (table, column, named)
            assert await conn.fetchval("SELECT anonymise_user($1)", user)
        else:
            assert await conn.fetchval(f"SELECT count(*) FROM {table} WHERE {column} = $1", user) == 0
    assert refused == {"token_transactions", "token_purchases", "ai_generation_logs", "affiliate_referrals"}


@pytest.mark.parametrize("table", ["token_transactions", "audit_logs"])
async def test_append_only_tables_name_what_may_go_without_foreign_keys(conn: asyncpg.Connection, table: str) -> None:
    keys = await conn.fetch(
        "SELECT a.attname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum "
        "= c.conkey[1] "
        "WHERE c.contype = 'f' AND c.conrelid = $1::text::regclass",
        table,
    )
    # The owner of money is never deleted, so that one holds.
    assert {row["attname"] for row in keys} == ({"user_id"} if table == "token_transactions" else set())
