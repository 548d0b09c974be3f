"""A site's domains: the exact records, claiming, giving up, and only what is proven leads."""

import asyncpg
import pytest

from tests.factories import make_site
from tests.owners import HOST, Owner, make_owner
from tests.serving import BASE_DOMAINS, Serve


@pytest.fixture
async def ani(serve: Serve, conn: asyncpg.Connection) -> Owner:
    owner = await make_owner(conn, await serve(console={"host": HOST}), "Ani")
    owner.site_id = await make_site(conn, user_id=owner.id, subdomain="warung")
    await owner.sign_in()
    return owner


async def test_a_domain_is_claimed_with_its_records_and_given_up(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/domains"
    answer = await ani.post(root, {"host": "Warung-Tini.ID.", "do": "claim"})
    assert answer.headers["Location"] == f"{root}?done=domain_claim"
    token = await conn.fetchval("SELECT claim_token FROM website_domains WHERE host = 'warung-tini.id'")
    page = (await ani.get(root)).text
    assert "<code>_tapsite.warung-tini.id</code>" in page
    assert f"<code>tapsite-verify={token}</code>" in page
    assert f"<code>warung.{BASE_DOMAINS[0]}</code>" in page
    # Nothing leads there before it is proven.
    assert (await ani.post(root, {"host": "warung-tini.id", "do": "primary"})).status == 422
    await conn.execute("UPDATE website_domains SET verified_at = now()")
    assert "tapsite-verify" not in (await ani.get(root)).text
    assert (await ani.post(root, {"host": "warung-tini.id", "do": "primary"})).status == 303
    await conn.execute("UPDATE websites SET custom_domain = 'warung-tini.id'")
    assert (await ani.post(root, {"host": "warung-tini.id", "do": "drop"})).status == 303
    assert await conn.fetchval("SELECT count(*) FROM website_domains") == 0
    assert await conn.fetchval("SELECT custom_domain FROM websites") is None
    assert (await ani.post(root, {"host": "warung-tini.id", "do": "drop"})).status == 404
    logged = await conn.fetch(
        "SELECT action FROM audit_logs WHERE new_values ->> 'host' = 'warung-tini.id' ORDER BY created_at"
    )
    assert [row[0] for row in logged] == ["domain_claim", "domain_primary", "domain_gone"]


async def test_what_nobody_may_claim_is_refused_and_stays_typed(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/domains"
    for host in ("", "co.id", "127.0.0.1", f"x.{BASE_DOMAINS[0]}", "a b", "x" * 300, "localhost", '"><script>'):
        answer = await ani.post(root, {"host": host, "do": "claim"})
        assert answer.status == 422, host
        assert "<script" not in answer.text
    assert await conn.fetchval("SELECT count(*) FROM website_domains") == 0
    for number in range(12):
        await ani.post(root, {"host": f"toko{number}.id", "do": "claim"})
    assert await conn.fetchval("SELECT count(*) FROM website_domains") == 10
