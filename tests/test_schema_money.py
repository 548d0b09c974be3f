"""Packages, purchases, revenue, costs, referrals, prompts."""

import asyncio
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest

from tests.databases import Database
from tests.factories import insert, make_user

BUY = (
    "INSERT INTO token_purchases (user_id, package_id, token_amount, price_paid_idr) "
    "VALUES ($1, $2, 10, 10) RETURNING id"
)


async def make_package(conn: asyncpg.Connection, **limits: int) -> UUID:
    return await insert(conn, "token_packages", {"name": "Sekali", "token_amount": 10, "price_idr": 10, **limits})


@pytest.mark.parametrize(
    ("limits", "buyers", "sold"), [({"max_purchases_per_user": 2}, 1, 2), ({"total_purchase_limit": 3}, 12, 3)]
)
async def test_a_packages_limits_hold_for_buyers_at_the_same_time(
    database: Database, conn: asyncpg.Connection, limits: dict[str, int], buyers: int, sold: int
) -> None:
    package = await make_package(conn, **limits)
    users = [await make_user(conn) for _ in range(buyers)]

    async def buy(number: int) -> str:
        own = await asyncpg.connect(database.url)
        try:
            await own.execute(BUY, users[number % buyers], package)
        except asyncpg.CheckViolationError as error:
            return str(error.constraint_name)
        finally:
            await own.close()
        return "sold"

    outcomes = await asyncio.gather(*(buy(number) for number in range(12)))
    assert sorted(outcomes) == ["purchase_limit"] * (12 - sold) + ["sold"] * sold


async def test_a_failed_purchase_frees_its_place_and_cannot_return_to_a_taken_one(conn: asyncpg.Connection) -> None:
    package, user = await make_package(conn, max_purchases_per_user=1), await make_user(conn)
    first = await conn.fetchval(BUY, user, package)
    await conn.execute("UPDATE token_purchases SET payment_status = 'completed' WHERE id = $1", first)
    await conn.execute("UPDATE token_purchases SET payment_status = 'failed' WHERE id = $1", first)
    await conn.execute(BUY, user, package)
    with pytest.raises(asyncpg.CheckViolationError):
        await conn.execute("UPDATE token_purchases SET payment_status = 'completed' WHERE id = $1", first)


async def test_revenue_counts_on_the_platforms_day_of_completion_less_refunds(conn: asyncpg.Connection) -> None:
    user = await make_user(conn)
    await conn.execute(
        """
        INSERT INTO token_purchases (user_id, token_amount, price_paid_idr, payment_status, created_at,
                                     payment_completed_at, payment_refunded_at)
        VALUES ($1, 10, 1000, 'completed', '2026-03-01 00:00+00', '2026-03-01 16:59+00', NULL),
               ($1, 20, 2000, 'completed', '2026-03-01 00:00+00', '2026-03-01 17:01+00', NULL),
               ($1, 30, 4000, 'refunded', '2026-03-01 00:00+00', '2026-03-01 02:00+00', '2026-03-02 02:00+00'),
               ($1, 40, 8000, 'pending', '2026-03-01 00:00+00', NULL, NULL)
        """,
        user,
    )
    rows = await conn.fetch(
        "SELECT date::text, purchase_count, total_revenue_idr, total_tokens_sold, refund_count FROM daily_revenue"
    )
    assert [tuple(row) for row in rows] == [("2026-03-02", 1, -2000, -10, 1), ("2026-03-01", 2, 5000, 40, 0)]


async def test_a_wrong_time_zone_in_the_configuration_stops_nothing(conn: asyncpg.Connection) -> None:
    await conn.execute("UPDATE system_config SET value = '\"Mars/Olympus\"' WHERE key = 'platform_time_zone'")
    assert str(await conn.fetchval("SELECT platform_day('2026-03-01 17:30+00')")) == "2026-03-02"


async def test_payments_and_refunds_date_themselves(conn: asyncpg.Connection) -> None:
    user = await make_user(conn)
    purchase = await conn.fetchval(BUY, user, None)
    dates = (
        "SELECT payment_completed_at IS NOT NULL, payment_refunded_at IS NOT NULL FROM token_purchases WHERE id = $1"
    )
    for status, expected in (("pending", [False, False]), ("completed", [True, False]), ("refunded", [True, True])):
        await conn.execute("UPDATE token_purchases SET payment_status = $2 WHERE id = $1", purchase, status)
        assert list(await conn.fetchrow(dates, purchase)) == expected


async def test_a_ledger_row_pays_for_one_purchase(conn: asyncpg.Connection) -> None:
    user = await make_user(conn)
    row = await conn.fetchval("SELECT id FROM token_transactions")
    for _ in range(2):
        await conn.execute(BUY, user, None)
    with pytest.raises(asyncpg.UniqueViolationError):
        await conn.execute("UPDATE token_purchases SET token_transaction_id = $1", row)


async def test_a_cost_keeps_the_rate_of_its_day(conn: asyncpg.Connection) -> None:
    call = {"user_id": await make_user(conn), "stage": "s", "model": "m", "provider": "p", "cost_usd": Decimal("2")}
    first = await insert(conn, "ai_generation_logs", call)
    await conn.execute("UPDATE system_config SET value = '17500.5' WHERE key = 'usd_idr_rate'")
    second = await insert(conn, "ai_generation_logs", call)
    await conn.execute("UPDATE system_config SET value = '\"mahal\"' WHERE key = 'usd_idr_rate'")
    third = await insert(conn, "ai_generation_logs", call)
    costs = dict(await conn.fetch("SELECT id, cost_idr FROM ai_generation_logs"))
    assert costs == {first: 32000, second: 35001, third: 32000}


async def test_one_default_prompt_for_each_name_and_stage(conn: asyncpg.Connection) -> None:
    prompt = {
        "name": "n",
        "stage": "s",
        "model": "m",
        "provider": "p",
        "system_prompt": "",
        "user_prompt_template": "",
        "is_default": True,
    }
    await insert(conn, "prompt_versions", {**prompt, "version": "1"})
    await insert(conn, "prompt_versions", {**prompt, "version": "2", "is_default": False})
    with pytest.raises(asyncpg.UniqueViolationError):
        await insert(conn, "prompt_versions", {**prompt, "version": "3"})


async def test_nobody_refers_themselves_and_nobody_is_referred_twice(conn: asyncpg.Connection) -> None:
    a, b, c = [await make_user(conn) for _ in range(3)]
    await insert(conn, "affiliate_referrals", {"affiliate_user_id": a, "referred_user_id": b})
    with pytest.raises(asyncpg.CheckViolationError, match="no_self_referral"):
        await insert(conn, "affiliate_referrals", {"affiliate_user_id": a, "referred_user_id": a})
    with pytest.raises(asyncpg.UniqueViolationError):
        await insert(conn, "affiliate_referrals", {"affiliate_user_id": c, "referred_user_id": b})


async def test_the_dashboard_leaves_deleted_sites_out(conn: asyncpg.Connection) -> None:
    from tests.factories import make_site

    user = await make_user(conn)
    for columns in ({"view_count": 5}, {"view_count": 70, "deleted_at": None}, {"status": "draft"}):
        site = await make_site(conn, user_id=user, **columns)
        await insert(conn, "form_submissions", {"website_id": site, "form_type": "contact", "data": {}})
    await conn.execute("UPDATE websites SET deleted_at = now() WHERE view_count = 70")
    row = await conn.fetchrow(
        "SELECT website_count, published_website_count, total_views, new_leads FROM user_dashboard"
    )
    assert tuple(row) == (2, 1, 5, 2)


async def test_the_first_rows_are_there(conn: asyncpg.Connection) -> None:
    packages = await conn.fetch(
        "SELECT name, token_amount, price_idr, is_featured FROM token_packages ORDER BY price_idr"
    )
    assert [tuple(row) for row in packages] == [
        ("Starter", 50000, 50000, False),
        ("Popular", 150000, 129000, True),
        ("Pro", 500000, 399000, False),
        ("Business", 2000000, 1499000, False),
    ]
    config = dict(await conn.fetch("SELECT key, value FROM system_config"))
    assert {
        "signup_token_bonus": "50000",
        "daily_login_bonus": "1000",
        "referral_bonus": "10000",
        "website_generation_cost": "10000",
        "image_generation_cost": "2000",
    }.items() <= config.items()
