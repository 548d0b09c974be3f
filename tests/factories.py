"""Rows for tests: complete and valid, whatever columns the test itself names."""

import json
from itertools import count
from uuid import UUID

import asyncpg

_number = count(1)


async def make_user(conn: asyncpg.Connection, **columns: object) -> UUID:
    """An active owner with a tier that may use everything tests are about; returns the id."""
    defaults = {"email": f"owner{next(_number)}@example.com", "password_hash": "!", "subscription_tier": "pro"}
    return await insert(conn, "users", {**defaults, **columns})


async def make_site(conn: asyncpg.Connection, **columns: object) -> UUID:
    """A live site with an owner of its own unless `user_id` is given; returns the id."""
    values: dict[str, object] = {
        "subdomain": f"site{next(_number)}",
        "template_id": "pilar",
        "status": "published",
        **columns,
    }
    if "user_id" not in values:
        values["user_id"] = await make_user(conn)
    await conn.execute(
        "INSERT INTO templates (id, name, category, component_structure, css_variables) "
        "VALUES ($1, $1, 'business', '{}', '{}') ON CONFLICT DO NOTHING",
        values["template_id"],
    )
    return await insert(conn, "websites", values)


async def make_post(conn: asyncpg.Connection, website_id: object, **columns: object) -> UUID:
    """A published post; returns the id."""
    number = next(_number)
    defaults: dict[str, object] = {
        "slug": f"post-{number}",
        "title": f"Post {number}",
        "content": {"type": "doc", "content": []},
        "status": "published",
    }
    return await insert(conn, "blog_posts", {"website_id": website_id, **defaults, **columns})


async def insert(conn: asyncpg.Connection, table: str, values: dict[str, object]) -> UUID:
    """One row; dicts are stored as JSON. Returns its id."""
    stored = [json.dumps(value) if isinstance(value, dict) else value for value in values.values()]
    places = ", ".join(f"${place}" for place in range(1, len(stored) + 1))
    sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places}) RETURNING id"
    created: UUID = await conn.fetchval(sql, *stored)
    return created
