"""Sites: names, domains, passwords, counters."""

import asyncio

import asyncpg
import pytest

from tests.databases import Database, waiting
from tests.factories import make_site, make_user

VALID = ["a", "0", "kopi", "kopi-senja", "1kopi", "a" * 63, "a--b-c", "xn--kpi-0na", "xn--80ak6aa92e", "xn--fsq"]
MALFORMED = [
    *(
        "",
        "-",
        "-kopi",
        "kopi-",
        "Kopi",
        "KOPI",
        "kopi_senja",
        "kopi.senja",
        "kopi senja",
        "kopi\n",
        "köpi",
        "a" * 64,
        "a" * 100,
    ),
    *("ab--cd", "xn--", "xn--a", "xn---", "xn--\u00e9", "xn--99999999", "xn--0000000000000000000000000000000000"),
]


async def test_a_dns_label_is_a_subdomain(conn: asyncpg.Connection) -> None:
    for subdomain in VALID:
        await make_site(conn, subdomain=subdomain)


async def test_a_malformed_or_oversize_subdomain_is_refused(conn: asyncpg.Connection) -> None:
    for subdomain in MALFORMED:
        with pytest.raises(asyncpg.CheckViolationError, match="valid_subdomain"):
            await make_site(conn, subdomain=subdomain)


async def test_punycode_decodes_where_pythons_own_does(conn: asyncpg.Connection) -> None:
    for name in ("bücher", "köpi", "中文", "кофе", "ñandú-café", "🙂shop", "a" * 20 + "é" * 8):
        encoded = name.encode("punycode").decode()
        assert await conn.fetchval("SELECT punycode_decodes($1)", encoded), name


async def test_a_reserved_subdomain_is_refused(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    for subdomain in ("www", "app", "api", "admin", "mail", "ns1", "preview", "localhost"):
        with pytest.raises(asyncpg.CheckViolationError, match="reserved"):
            await make_site(conn, subdomain=subdomain)
        with pytest.raises(asyncpg.CheckViolationError, match="reserved"):
            await conn.execute("UPDATE websites SET subdomain = $2 WHERE id = $1", site, subdomain)


async def test_a_subdomain_that_is_drawn_like_a_reserved_one_is_refused(conn: asyncpg.Connection) -> None:
    for name in ("adrnin", "ernai1", "b1og", "l0gin", "\u0430dmin", "\u0455u\u0440\u0440ort", "taps\u0131te"):
        label = name if name.isascii() else f"xn--{name.encode('punycode').decode()}"
        with pytest.raises(asyncpg.CheckViolationError, match="reserved"):
            await make_site(conn, subdomain=label)
    for name in ("kopi", "kopi1", "admin-kopi", "b1ogger", "кофе", "köpi", "中文"):
        label = name if name.isascii() else f"xn--{name.encode('punycode').decode()}"
        await make_site(conn, subdomain=label)


async def test_punycode_is_read_as_python_reads_it(conn: asyncpg.Connection) -> None:
    for name in ("bücher", "köpi", "中文", "кофе", "ñandú-café", "🙂shop", "a" * 20 + "é" * 8, "éa-bé-ü"):
        encoded = name.encode("punycode").decode()
        assert await conn.fetchval("SELECT punycode_text($1)", encoded) == name


async def test_a_deleted_or_renamed_sites_subdomain_rests_a_year_for_others(conn: asyncpg.Connection) -> None:
    owner = await make_user(conn)
    deleted = await make_site(conn, user_id=owner, subdomain="lama")
    await conn.execute("DELETE FROM websites WHERE id = $1", deleted)
    renamed = await make_site(conn, user_id=owner, subdomain="dulu")
    await conn.execute("UPDATE websites SET subdomain = 'baru' WHERE id = $1", renamed)
    for subdomain in ("lama", "dulu"):
        with pytest.raises(asyncpg.CheckViolationError, match="less than a year"):
            await make_site(conn, subdomain=subdomain)
    await make_site(conn, user_id=owner, subdomain="lama")
    await conn.execute("UPDATE resting_subdomains SET rests_until = now() - interval '1 day'")
    await make_site(conn, subdomain="dulu")


async def test_a_subdomain_deleted_while_another_waits_for_it_still_rests(
    database: Database, conn: asyncpg.Connection
) -> None:
    site = await make_site(conn, subdomain="rebutan")
    other = await asyncpg.connect(database.url)
    try:
        transaction = conn.transaction()
        await transaction.start()
        await conn.execute("DELETE FROM websites WHERE id = $1", site)
        taking = asyncio.create_task(make_site(other, subdomain="rebutan"))
        while not await waiting(conn):
            await asyncio.sleep(0.01)
        await transaction.commit()
        with pytest.raises(asyncpg.CheckViolationError, match="less than a year"):
            await taking
    finally:
        await other.close()


async def test_an_unknown_template_is_refused_and_a_used_one_stays(conn: asyncpg.Connection) -> None:
    await make_site(conn)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await conn.execute("UPDATE websites SET template_id = 'tidak-ada'")
    with pytest.raises((asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError)):
        await conn.execute("DELETE FROM templates")


async def test_two_sites_may_claim_one_host_and_only_a_proof_excludes(conn: asyncpg.Connection) -> None:
    squatter = await make_site(conn, custom_domain="Kopi.Example")
    owner = await make_site(conn, custom_domain="kopi.example")
    claims = await conn.fetch("SELECT host, verified_at, claim_token FROM website_domains")
    assert [row["host"] for row in claims] == ["kopi.example"] * 2
    assert all(row["verified_at"] is None for row in claims)
    assert len({row["claim_token"] for row in claims}) == 2
    assert all(len(row["claim_token"]) >= 43 for row in claims)
    verify = "UPDATE website_domains SET verified_at = now() WHERE website_id = $1"
    await conn.execute(verify, owner)
    with pytest.raises(asyncpg.UniqueViolationError):
        await conn.execute(verify, squatter)


async def test_a_changed_claim_dies_with_its_token(conn: asyncpg.Connection) -> None:
    site = await make_site(conn, custom_domain="kopi.example")
    first = await conn.fetchval("SELECT claim_token FROM website_domains")
    await conn.execute("INSERT INTO website_domains (website_id, host) VALUES ($1, 'dari-konsol.example')", site)
    await conn.execute("UPDATE websites SET custom_domain = 'teh.example'")
    await conn.execute("UPDATE websites SET custom_domain = 'kopi.example'")
    rows = dict(await conn.fetch("SELECT host, claim_token FROM website_domains"))
    assert rows.keys() == {"kopi.example", "dari-konsol.example"}
    assert rows["kopi.example"] != first
    await conn.execute("UPDATE websites SET custom_domain = NULL")
    assert await conn.fetchval("SELECT array_agg(host::text) FROM website_domains") == ["dari-konsol.example"]


async def test_the_first_verified_domain_is_the_primary_one(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    await conn.execute(
        "INSERT INTO website_domains (website_id, host, verified_at) SELECT $1, h, now() FROM unnest($2::text[]) h",
        *(site, ["a.example", "b.example"]),
    )
    assert await conn.fetchval("SELECT array_agg(host::text) FROM website_domains WHERE is_primary") == ["a.example"]
    await conn.execute("UPDATE website_domains SET verified_at = NULL WHERE host = 'a.example'")
    assert await conn.fetchval("SELECT count(*) FROM website_domains WHERE is_primary") == 0


async def test_our_own_base_domains_are_nobodys(conn: asyncpg.Connection) -> None:
    await conn.execute("UPDATE system_config SET value = '[\"sites.test\"]' WHERE key = 'base_domains'")
    for host in ("sites.test", "a.sites.test", "A.B.sites.test."):
        with pytest.raises(asyncpg.CheckViolationError, match="belongs to the platform"):
            await make_site(conn, custom_domain=host)
    await make_site(conn, custom_domain="xsites.test")


async def test_what_is_no_host_name_cannot_be_claimed(conn: asyncpg.Connection) -> None:
    for host in ("kopi", "192.168.0.1", "-a.example", "a..example", "a" * 64 + ".example", "..."):
        with pytest.raises(asyncpg.CheckViolationError, match="valid_custom_domain"):
            await make_site(conn, custom_domain=host)


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
async def test_a_blank_custom_domain_is_none(conn: asyncpg.Connection, blank: str) -> None:
    site = await make_site(conn, custom_domain=blank)
    await conn.execute("UPDATE websites SET custom_domain = 'kopi.example' WHERE id = $1", site)
    await conn.execute("UPDATE websites SET custom_domain = $2 WHERE id = $1", site, blank)
    assert await conn.fetchval("SELECT count(*) FROM websites WHERE custom_domain IS NULL") == 1
    assert await conn.fetchval("SELECT count(*) FROM website_domains") == 0


async def test_a_counted_view_leaves_updated_at_alone(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    before = await conn.fetchrow("SELECT updated_at, changed_in FROM websites")
    await conn.execute(
        "UPDATE websites SET view_count = view_count + 1, unique_visitor_count = 5, last_viewed_at = now() "
        "WHERE id = $1",
        site,
    )
    assert await conn.fetchrow("SELECT updated_at, changed_in FROM websites") == before
    await conn.execute("UPDATE websites SET view_count = view_count + 1, title = 'Baru'")
    assert await conn.fetchval("SELECT updated_at FROM websites") > before["updated_at"]


async def test_the_password_version_rises_with_the_password_and_not_with_a_rehash(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    version = "SELECT password_version FROM websites"
    assert await conn.fetchval(version) == 1
    await conn.execute("UPDATE websites SET is_password_protected = true, password_hash = 'lama', password_version = 9")
    assert await conn.fetchval(version) == 2
    before = await conn.fetchval("SELECT updated_at FROM websites")
    assert await conn.fetchval("SELECT site_password_rehash($1, 'lama', 'kuat')", site)
    assert not await conn.fetchval("SELECT site_password_rehash($1, 'lama', 'lain')", site)
    assert await conn.fetchval("SELECT site_password_hash($1)", site) == "kuat"
    assert await conn.fetchval(version) == 2
    assert await conn.fetchval("SELECT updated_at FROM websites") == before
    async with conn.transaction():
        await conn.fetchval("SELECT site_password_rehash($1, 'kuat', 'lebih')", site)
        await conn.execute("UPDATE websites SET password_hash = 'ganti'")
    assert await conn.fetchval(version) == 3
    await conn.execute("UPDATE websites SET is_password_protected = false")
    assert await conn.fetchval(version) == 4
    assert await conn.fetchval("SELECT site_password_hash($1)", site) is None


async def test_publishing_and_suspending_date_themselves(conn: asyncpg.Connection) -> None:
    await make_site(conn, status="draft")
    row = "SELECT published_at, suspended_at FROM websites"
    assert list(await conn.fetchrow(row)) == [None, None]
    await conn.execute("UPDATE websites SET status = 'published'")
    assert (await conn.fetchrow(row))["published_at"] is not None
    await conn.execute("UPDATE websites SET status = 'suspended'")
    assert (await conn.fetchrow(row))["suspended_at"] is not None
    await conn.execute("UPDATE websites SET status = 'published'")
    assert (await conn.fetchrow(row))["suspended_at"] is None
