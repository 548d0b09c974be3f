"""A site's subscribers: listed, taken off, and as a table with each one's link to leave."""

import csv
import io
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from renderer.console.handlers import newsletter
from tests.factories import make_site
from tests.owners import HOST, Owner, make_owner
from tests.serving import Serve
from tests.visitor import Visitor


@pytest.fixture
async def visitor(serve: Serve) -> Visitor:
    return await serve(console={"host": HOST})


@pytest.fixture
async def ani(visitor: Visitor, conn: asyncpg.Connection) -> Owner:
    owner = await make_owner(conn, visitor, "Ani")
    owner.site_id = await make_site(conn, user_id=owner.id, subdomain="warung", status="published")
    await owner.sign_in()
    return owner


async def subscribe(conn: asyncpg.Connection, site: object, email: str, days: int | None = 1) -> object:
    at = None if days is None else datetime.now(UTC) - timedelta(days=days)
    return await conn.fetchval(
        "INSERT INTO newsletter_subscribers (website_id, email, confirmed_at) VALUES ($1, $2, $3) RETURNING id",
        site, email, at,
    )  # fmt: skip


async def test_who_confirmed_is_listed_and_taken_off(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/leads/newsletter"
    assert "Belum ada pelanggan" in (await ani.get(root)).text
    assert f'href="{root}"' in (await ani.get(f"/sites/{ani.site_id}/leads")).text
    budi = await subscribe(conn, ani.site_id, "budi@example.com")
    await subscribe(conn, ani.site_id, "<b>@example.com", 2)
    await subscribe(conn, ani.site_id, "ragu@example.com", None)
    hers = await subscribe(conn, await make_site(conn), "lain@example.com")
    page = (await ani.get(root)).text
    assert "2 orang ingin menerima kabar" in page
    assert "budi@example.com" in page
    assert "<b>@" not in page
    assert "ragu@" not in page
    assert "lain@" not in page
    for nobody in (hers, uuid4(), "x", ""):
        assert (await ani.post(root, {"subscriber": nobody})).status == 404
    assert (await ani.post(root, {"subscriber": budi})).headers["Location"] == f"{root}?done=subscriber_removed"
    assert "budi@" not in (await ani.get(root)).text
    assert (await ani.get(f"{root}?page=2")).status == 404
    assert await conn.fetchval("SELECT count(*) FROM newsletter_subscribers") == 3
    row = await conn.fetchrow("SELECT * FROM audit_logs WHERE action = 'subscriber_removed'")
    assert "budi" not in str(row)


async def test_the_table_has_all_of_them_with_a_link_that_leaves(
    ani: Owner, conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newsletter, "A_PIECE", 2)
    for number in range(5):
        # Two at the same moment, across the end of a piece.
        await subscribe(conn, ani.site_id, f"=cmd{number}@example.com", 9 - number // 2)
    await subscribe(conn, await make_site(conn), "lain@example.com")
    answer = await ani.get(f"/sites/{ani.site_id}/leads/newsletter/table.csv")
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Surel", "Sejak", "Tautan berhenti"]
    assert sorted(row[0] for row in rows[1:]) == [f"'=cmd{number}@example.com" for number in range(5)]
    link = rows[1][2]
    host, path = link.removeprefix("http://").split("/", 1)
    assert (await ani.visitor.get(host.partition(":")[0], f"/{path}")).status == 200
    assert await conn.fetchval("SELECT count(*) FROM newsletter_subscribers") == 6
