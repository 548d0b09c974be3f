"""A site's domains: the exact records, claiming, giving up, and only what is proven leads."""

from collections.abc import Iterator

import asyncpg
import pytest

from renderer.domains import Proofs, check_due
from tests.databases import Database
from tests.factories import make_site
from tests.name_servers import NameServer, name_servers
from tests.owners import HOST, Owner, make_owner
from tests.serving import BASE_DOMAINS, Serve


@pytest.fixture
def servers() -> Iterator[list[NameServer]]:
    with name_servers() as running:
        yield running


@pytest.fixture
async def ani(serve: Serve, servers: list[NameServer], conn: asyncpg.Connection) -> Owner:
    resolvers = [server.address for server in servers]
    owner = await make_owner(conn, await serve(console={"host": HOST}, domains={"resolvers": resolvers}), "Ani")
    owner.site_id = await make_site(conn, user_id=owner.id, subdomain="warung")
    await owner.sign_in()
    return owner


async def test_a_domain_is_claimed_with_its_records_and_given_up(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/domains"
    # Many copy an address out of their browser.
    answer = await ani.post(root, {"host": " https://Warung-Tini.ID./menu?x=1#y", "do": "claim"})
    assert answer.headers["Location"] == f"{root}?done=domain_claim"
    token = await conn.fetchval("SELECT claim_token FROM website_domains WHERE host = 'warung-tini.id'")
    page = (await ani.get(root)).text
    assert "<code>_tapsite.warung-tini.id</code>" in page
    assert f">tapsite-verify={token}</code>" in page
    # As a registrar's form wants the names, www. too.
    names = ("_tapsite", "@", "www")
    assert [page.count(f">{name}</code>") for name in names] == [1, 1, 1]
    assert page.count(f">warung.{BASE_DOMAINS[0]}</code>") == 2
    # Nothing leads there before it is proven.
    assert (await ani.post(root, {"host": "warung-tini.id", "do": "primary"})).status == 422
    await conn.execute("UPDATE website_domains SET verified_at = now()")
    assert "tapsite-verify" not in (await ani.get(root)).text
    for changed, said in (
        ("failing_since = now()", "dalam tujuh hari"),
        ("verified_at = NULL, failing_since = now()", "hilang terlalu lama"),
        ("verified_at = now(), failing_since = NULL", "diperiksa setiap hari"),
    ):
        await conn.execute(f"UPDATE website_domains SET {changed}")
        assert said in (await ani.get(root)).text
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


async def test_of_more_domains_than_an_owner_can_claim_the_first_are_listed(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    await conn.execute(
        "INSERT INTO website_domains (website_id, host, verified_at) "
        "SELECT $1, 'h' || n || '.id', CASE WHEN n = 2999 THEN now() END FROM generate_series(1, 3000) n",
        ani.site_id,
    )
    page = (await ani.get(f"/sites/{ani.site_id}/domains")).text
    assert page.count('<section class="claim">') == 50
    assert page.index("<bdi>h2999.id</bdi>") < page.index("<bdi>h1.id</bdi>")
    assert "Hanya 50 domain" in page
    answer = await ani.post(f"/sites/{ani.site_id}/domains", {"host": "h3.id", "do": "drop"})
    assert answer.status == 303  # also what is not shown


async def test_what_nobody_may_claim_is_refused_and_stays_typed(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/domains"
    for host in ("", "co.id", "127.0.0.1", f"x.{BASE_DOMAINS[0]}", "a b", "x" * 300, "localhost", '"><script>'):
        answer = await ani.post(root, {"host": host, "do": "claim"})
        assert answer.status == 422, host
        assert "<script>" not in answer.text
    for host, why in (
        ("co.id", "dimiliki perorangan"),
        (f"x.{BASE_DOMAINS[0]}", "sudah dari kami"),
        ("a b", "ejaannya"),
    ):
        assert why in (await ani.post(root, {"host": host, "do": "claim"})).text
    assert await conn.fetchval("SELECT count(*) FROM website_domains") == 0
    for number in range(12):
        await ani.post(root, {"host": f"toko{number}.id", "do": "claim"})
    assert await conn.fetchval("SELECT count(*) FROM website_domains") == 10
    assert "sepuluh domain" in (await ani.post(root, {"host": "toko11.id", "do": "claim"})).text


async def test_who_has_no_right_to_a_domain_is_told_before_setting_its_records(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    root = f"/sites/{ani.site_id}/domains"
    for lacking in ("subscription_tier = 'free'", "subscription_tier = 'pro', subscription_expires_at = now()"):
        await conn.execute(f"UPDATE users SET {lacking} WHERE id = $1", ani.id)
        page = (await ani.get(root)).text
        assert "belum mencakup domain" in page
        assert 'value="claim"' not in page
        assert (await ani.post(root, {"host": "tini.id", "do": "claim"})).status == 422
    assert await conn.fetchval("SELECT count(*) FROM website_domains") == 0


async def test_the_records_are_looked_for_now_and_told_server_by_server(
    ani: Owner, servers: list[NameServer], conn: asyncpg.Connection, database: Database
) -> None:
    root = f"/sites/{ani.site_id}/domains"
    await ani.post(root, {"host": "tini.id", "do": "claim"})
    token = await conn.fetchval("SELECT claim_token FROM website_domains")
    servers[0].texts["_tapsite.tini.id"] = [f"tapsite-verify={token}", "v=spf1 -all"]
    servers[1].texts["_tapsite.tini.id"] = ["<script>alert(1)</script>" + "x" * 5_000]
    servers[1].addresses["tini.id"] = ["203.0.113.9"]
    servers[2].mode = "silent"
    for server in servers:
        server.addresses[f"warung.{BASE_DOMAINS[0]}"] = ["192.0.2.7"]
    servers[0].addresses["tini.id"] = ["192.0.2.7"]
    answer = await ani.post(root, {"host": "tini.id", "do": "look"})
    assert answer.headers["Location"] == f"{root}?done=domain_looked"
    page = (await ani.get(root)).text
    rows = [row.partition("</tr>")[0] for row in page.split("<tr><th scope")[2:]]
    assert len(rows) == 3
    assert "ditemukan" in rows[0]
    assert "situs ini" in rows[0]
    assert "isinya lain" in rows[1]
    assert "203.0.113.9" in rows[1]
    assert rows[2].count("tidak menjawab") == 2
    assert "<script>" not in page
    # One of three is no proof, and the check does not hurry for it.
    maintain = await asyncpg.connect(database.url_as("tapsite_maintain"))
    proofs = Proofs([server.address for server in servers], seconds=0.6)
    await conn.execute("UPDATE website_domains SET last_checked_at = now()")
    assert await check_due(maintain, proofs, BASE_DOMAINS) == 0
    for server in servers:
        server.mode, server.texts["_tapsite.tini.id"] = "answer", [f"tapsite-verify={token}"]
    await ani.post(root, {"host": "tini.id", "do": "look"})
    assert await conn.fetchval("SELECT verified_at FROM website_domains") is None  # a look proves nothing by itself
    assert await check_due(maintain, proofs, BASE_DOMAINS) == 1
    assert await conn.fetchval("SELECT verified_at FROM website_domains") is not None
    await maintain.close()


async def test_looking_is_bounded_and_for_the_sites_own_claims_alone(
    ani: Owner, servers: list[NameServer], conn: asyncpg.Connection
) -> None:
    root = f"/sites/{ani.site_id}/domains"
    other = await make_site(conn)
    await conn.execute("INSERT INTO website_domains (website_id, host) VALUES ($1, 'lain.id')", other)
    for host in ("lain.id", "tidak-ada.id", "", "x" * 500):
        assert (await ani.post(root, {"host": host, "do": "look"})).status == 404
    assert not any(server.asked for server in servers)
    await ani.post(root, {"host": "tini.id", "do": "claim"})
    statuses = [(await ani.post(root, {"host": "tini.id", "do": "look"})).status for _ in range(14)]
    assert statuses == [303] * 12 + [429] * 2
    assert await conn.fetchval("SELECT count(*) FROM domain_looks") == 1


@pytest.mark.parametrize(
    "told",
    ['{"x": -1}', '"text"', "null", "7", "true", "[1, null, [], {}]", "9" * 5_000, "[" * 3_000 + "]" * 3_000,
     '[{"server": "ns", "texts": 5, "addresses": [], "leads": true, "has_proof": true}]',
     '[{"server": "ns", "texts": [{}], "addresses": null, "leads": true, "has_proof": true}]',
     '[{"server": 1, "texts": [], "addresses": null, "leads": "x", "has_proof": null}]'],
    ids=lambda told: told[:40],
)  # fmt: skip
async def test_a_look_of_another_shape_is_passed_over(ani: Owner, conn: asyncpg.Connection, told: str) -> None:
    root = f"/sites/{ani.site_id}/domains"
    await ani.post(root, {"host": "tini.id", "do": "claim"})
    await conn.execute(
        "INSERT INTO domain_looks (domain_id, website_id, seen) SELECT id, website_id, $1 FROM website_domains", told
    )
    answer = await ani.get(root)
    assert (answer.status, 'id="seen-1"' in answer.text) == (200, False)
    good = '[{"server": "192.0.2.53", "texts": [], "addresses": null, "leads": false, "has_proof": false}]'
    await conn.execute("UPDATE domain_looks SET seen = jsonb_build_array(seen) || $1::jsonb", good)
    answer = await ani.get(root)
    # Beside it, what is well formed is shown; what cannot be read at all hides it.
    assert (answer.status, "192.0.2.53" in answer.text) == (200, told[:2] not in ("99", "[["))
