"""templates.usage_count: the sites that have a template, whoever writes them, and without anybody waiting."""

import asyncio

import asyncpg
import pytest

from tests.databases import Database
from tests.factories import insert, make_site, make_user


async def uses(conn: asyncpg.Connection) -> dict[str, int]:
    rows = await conn.fetch("SELECT id, usage_count FROM templates WHERE id = ANY($1)", ["pilar", "spanduk", "tiang"])
    return {row["id"]: row["usage_count"] for row in rows}


async def true_uses(conn: asyncpg.Connection) -> dict[str, int]:
    rows = await conn.fetch(
        "SELECT t.id, (SELECT count(*) FROM websites w WHERE w.template_id = t.id AND w.deleted_at IS NULL) AS n "
        "FROM templates t WHERE id = ANY($1)",
        ["pilar", "spanduk", "tiang"],
    )
    return {row["id"]: row["n"] for row in rows}


@pytest.fixture
async def person(conn: asyncpg.Connection) -> object:
    """A user with three sites: two of one template, one of another."""
    user = await make_user(conn)
    for name, template in (("satu", "pilar"), ("dua", "pilar"), ("tiga", "spanduk")):
        await make_site(conn, user_id=user, subdomain=name, template_id=template)
    return user


async def test_sites_are_counted_as_they_come_change_and_go(conn: asyncpg.Connection, person: object) -> None:
    assert await uses(conn) == {"pilar": 2, "spanduk": 1}
    for statement, expected in (
        ("UPDATE websites SET template_id = 'spanduk' WHERE subdomain = 'dua'", {"pilar": 1, "spanduk": 2}),
        ("UPDATE websites SET deleted_at = now() WHERE subdomain = 'dua'", {"pilar": 1, "spanduk": 1}),
        (
            "UPDATE websites SET deleted_at = now() - interval '1 day' WHERE subdomain = 'dua'",
            {"pilar": 1, "spanduk": 1},
        ),
        (
            "UPDATE websites SET deleted_at = NULL, template_id = 'pilar' WHERE subdomain = 'dua'",
            {"pilar": 2, "spanduk": 1},
        ),
        ("UPDATE websites SET status = 'archived'", {"pilar": 2, "spanduk": 1}),
        ("UPDATE websites SET view_count = view_count + 1", {"pilar": 2, "spanduk": 1}),
        ("DELETE FROM websites WHERE subdomain = 'satu'", {"pilar": 1, "spanduk": 1}),
    ):
        await conn.execute(statement)
        assert await uses(conn) == expected == await true_uses(conn), statement
    assert await conn.fetchval("SELECT count(*) FROM template_uses") == 0


async def test_a_rolled_back_site_was_never_there(conn: asyncpg.Connection, person: object) -> None:
    begun = conn.transaction()
    await begun.start()
    await make_site(conn, template_id="pilar")
    await begun.rollback()
    assert await uses(conn) == {"pilar": 2, "spanduk": 1}


async def test_sites_that_go_with_their_owner_are_counted(conn: asyncpg.Connection, person: object) -> None:
    await conn.fetchval("SELECT anonymise_user($1)", person)
    assert await uses(conn) == {"pilar": 0, "spanduk": 0}


async def test_many_sites_in_one_statement_are_counted(conn: asyncpg.Connection, person: object) -> None:
    await conn.execute(
        "INSERT INTO websites (user_id, subdomain, template_id, deleted_at) "
        "SELECT $1, 'banyak' || n, 'pilar', CASE WHEN n % 4 = 0 THEN now() END FROM generate_series(1, 400) AS n",
        person,
    )
    assert (await uses(conn))["pilar"] == 302
    await conn.execute("DELETE FROM websites WHERE subdomain LIKE 'banyak%'")
    assert (await uses(conn))["pilar"] == 2


async def test_a_template_that_is_renamed_keeps_its_count(conn: asyncpg.Connection, person: object) -> None:
    await conn.execute("UPDATE templates SET id = 'tiang' WHERE id = 'pilar'")
    assert await uses(conn) == {"tiang": 2, "spanduk": 1}
    assert await conn.fetchval("SELECT count(*) FROM template_uses") == 0


@pytest.mark.parametrize("isolation", ["read_committed", "repeatable_read"])
async def test_nobody_waits_and_nobody_is_refused_for_counting(
    database: Database, conn: asyncpg.Connection, person: object, isolation: str
) -> None:
    other = await asyncpg.connect(database.url)
    try:
        await other.execute("SET lock_timeout = '2s'")
        first, second = conn.transaction(isolation=isolation), other.transaction(isolation=isolation)
        await first.start()
        await second.start()
        await other.fetchval(
            "SELECT count(*) FROM system_config"
        )  # its snapshot is older than what the first one writes
        values = {"user_id": person, "status": "published"}
        await insert(conn, "websites", {**values, "subdomain": "empat", "template_id": "pilar"})
        await insert(other, "websites", {**values, "subdomain": "lima", "template_id": "spanduk"})
        await insert(conn, "websites", {**values, "subdomain": "enam", "template_id": "spanduk"})
        await insert(other, "websites", {**values, "subdomain": "tujuh", "template_id": "pilar"})
        await first.commit()
        await insert(other, "websites", {**values, "subdomain": "delapan", "template_id": "pilar"})
        await second.commit()
    finally:
        await other.close()
    await conn.fetchval("SELECT count_template_uses()")
    assert await uses(conn) == {"pilar": 5, "spanduk": 3} == await true_uses(conn)


async def test_counting_at_the_same_time_loses_and_doubles_nothing(
    database: Database, conn: asyncpg.Connection, person: object
) -> None:
    async def come_and_go(name: str) -> None:
        own = await asyncpg.connect(database.url)
        try:
            for number in range(12):
                values = {"user_id": person, "status": "draft", "template_id": ("pilar", "spanduk")[number % 2]}
                site = await insert(own, "websites", {**values, "subdomain": f"{name}-{number}"})
                if number % 3 == 0:
                    await own.execute("DELETE FROM websites WHERE id = $1", site)
        finally:
            await own.close()

    await asyncio.gather(*(come_and_go(name) for name in ("a", "b", "c", "d")))
    await conn.fetchval("SELECT count_template_uses()")
    assert await uses(conn) == await true_uses(conn)


async def test_only_maintenance_may_count_by_itself(database: Database, conn: asyncpg.Connection) -> None:
    for role, may in (("tapsite_maintain", True), ("tapsite_edge", False), ("tapsite_console", False)):
        own = await asyncpg.connect(database.url_as(role))
        try:
            if may:
                assert await own.fetchval("SELECT count_template_uses()") == 0
            else:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await own.fetchval("SELECT count_template_uses()")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await own.fetch("SELECT * FROM template_uses")
        finally:
            await own.close()


async def test_the_console_makes_and_deletes_sites_that_are_counted(
    database: Database, conn: asyncpg.Connection, person: object
) -> None:
    console = await asyncpg.connect(database.url_as("tapsite_console"))
    try:
        await console.execute("SELECT set_config('app.user_id', $1, false)", str(person))
        await console.execute(
            "INSERT INTO websites (user_id, subdomain, template_id) VALUES ($1, 'konsol', 'spanduk')", person
        )
        assert (await uses(conn))["spanduk"] == 2
        await console.execute("DELETE FROM websites WHERE subdomain = 'konsol'")
        assert (await uses(conn))["spanduk"] == 1
    finally:
        await console.close()


async def test_a_counter_that_is_full_refuses_nobody_a_site(conn: asyncpg.Connection) -> None:
    await make_site(conn, template_id="pilar")
    await conn.execute("UPDATE templates SET usage_count = 2147483647 WHERE id = 'pilar'")
    await make_site(conn, template_id="pilar")
    await make_site(conn, template_id="spanduk")
    assert await uses(conn) == {"pilar": 2**31 - 1, "spanduk": 1}
