"""Host → site, over real HTTP."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from tests.factories import make_site, make_user
from tests.serving import Serve
from tests.visitor import Visitor

UNKNOWN = "nobody.sites.test"


async def verify(conn: asyncpg.Connection, site: object, host: str, *, verified: bool = True) -> None:
    await conn.execute(
        "INSERT INTO website_domains (website_id, host, verified_at, is_primary) VALUES ($1, $2, $3, $4)",
        *(site, host, datetime.now(UTC) if verified else None, verified),
    )


async def test_a_subdomain_of_any_base_domain_is_its_site(conn: asyncpg.Connection, visitor: Visitor) -> None:
    await make_site(conn, subdomain="kopi", title="Kopi Senja")
    for host in ("kopi.sites.test", "KOPI.Sites.Test.:8080", "kopi.other.test", "www.kopi.sites.test"):
        answer = await visitor.get(host)
        assert answer.status == 200, host
        assert "Kopi Senja" in answer.text


async def test_a_custom_domain_serves_only_once_verified(conn: asyncpg.Connection, visitor: Visitor) -> None:
    site = await make_site(conn, subdomain="kopi", title="Kopi Senja")
    await verify(conn, site, "kopi.example", verified=False)
    assert (await visitor.get("kopi.example")).status == 404
    await conn.execute("UPDATE website_domains SET verified_at = now() WHERE host = 'kopi.example'")
    assert "Kopi Senja" in (await visitor.get("kopi.example")).text


async def test_a_claim_alone_serves_nothing(conn: asyncpg.Connection, visitor: Visitor) -> None:
    await make_site(conn, subdomain="kopi", custom_domain="kopi.example")
    assert (await visitor.get("kopi.example")).status == 404


async def test_the_proof_of_an_apex_covers_www_and_not_the_other_way(
    conn: asyncpg.Connection, visitor: Visitor
) -> None:
    first = await make_site(conn, subdomain="kopi", title="Kopi Senja")
    second = await make_site(conn, subdomain="roti", title="Roti Pagi")
    await verify(conn, first, "kopi.example")
    await verify(conn, second, "www.roti.example")
    assert (await visitor.get("www.kopi.example")).headers["Location"].startswith("http://kopi.example")
    assert "Roti Pagi" in (await visitor.get("www.roti.example")).text
    assert (await visitor.get("roti.example")).status == 404


async def test_a_name_below_our_own_domain_is_nobodys_custom_domain(conn: asyncpg.Connection, visitor: Visitor) -> None:
    await make_site(conn, subdomain="kopi")
    for host in ("a.kopi.sites.test", "kopi.sites.test.evil.example", "xsites.test", "sites.test.example"):
        assert (await visitor.get(host)).status == 404, host


async def test_an_absolute_address_comes_from_the_site_and_not_from_the_request(
    conn: asyncpg.Connection, visitor: Visitor
) -> None:
    site = await make_site(conn, subdomain="kopi")
    await verify(conn, site, "kopi.example")
    answer = await visitor.get(
        "kopi.example", headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    )
    assert '<link rel="canonical" href="http://kopi.example:8080/">' in answer.text
    assert "evil.example" not in answer.text


async def test_unknown_draft_and_expired_are_byte_identical_and_name_nobody(
    conn: asyncpg.Connection, visitor: Visitor
) -> None:
    await make_site(conn, subdomain="rahasia", title="Rahasia", status="draft")
    await make_site(conn, subdomain="lama", title="Lama", status="suspended")
    await conn.execute("UPDATE websites SET suspended_at = now() - interval '8 days' WHERE subdomain = 'lama'")
    unknown = await visitor.get(UNKNOWN)
    assert unknown.status == 404
    for host in ("rahasia.sites.test", "lama.sites.test", "rahasia.example", "a.b.sites.test"):
        for path in ("/", "/blog", "/_password"):
            answer = await visitor.get(host, path)
            assert (answer.status, answer.body) == (404, unknown.body), host
            assert answer.lasting == unknown.lasting, host


@pytest.mark.parametrize("change", ["status = 'archived'", "deleted_at = now()"])
async def test_an_archived_or_deleted_site_is_gone(conn: asyncpg.Connection, visitor: Visitor, change: str) -> None:
    await make_site(conn, subdomain="kopi", title="Kopi Senja")
    await conn.execute(f"UPDATE websites SET {change} WHERE subdomain = 'kopi'")
    answer = await visitor.get("kopi.sites.test")
    assert answer.status == 410
    assert "Kopi" not in answer.text


async def test_suspended_inactive_and_lapsed_are_one_neutral_503_for_seven_days(
    conn: asyncpg.Connection, visitor: Visitor
) -> None:
    lapsed = datetime.now(UTC) - timedelta(days=1)
    owners = {
        "aktif": await make_user(conn),
        "pasif": await make_user(conn, is_active=False),
        "lepas": await make_user(conn, subscription_tier="pro", subscription_expires_at=lapsed),
    }
    await make_site(conn, subdomain="satu", user_id=owners["aktif"], status="suspended", title="Satu")
    await make_site(conn, subdomain="dua", user_id=owners["pasif"], title="Dua")
    await make_site(conn, subdomain="tiga", user_id=owners["lepas"], title="Tiga")
    answers = [await visitor.get(f"{name}.sites.test") for name in ("satu", "dua", "tiga")]
    assert [answer.status for answer in answers] == [503] * 3
    assert len({answer.body for answer in answers}) == 1
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers)
    await conn.execute("UPDATE websites SET suspended_at = now() - interval '8 days' WHERE subdomain = 'satu'")
    await conn.execute("UPDATE users SET deactivated_at = now() - interval '8 days' WHERE NOT is_active")
    await conn.execute(
        "UPDATE users SET subscription_expires_at = now() - interval '8 days' WHERE subscription_tier = 'pro'"
    )
    unknown = await visitor.get(UNKNOWN)
    for name in ("satu", "dua", "tiga"):
        answer = await visitor.get(f"{name}.sites.test")
        assert (answer.status, answer.body) == (404, unknown.body), name


async def test_a_lapsed_site_may_be_let_fall_back_to_the_free_tier(conn: asyncpg.Connection, visitor: Visitor) -> None:
    owner = await make_user(
        conn, subscription_tier="pro", subscription_expires_at=datetime.now(UTC) - timedelta(days=1)
    )
    await make_site(conn, subdomain="kopi", user_id=owner)
    await conn.execute("UPDATE system_config SET value = '\"free\"' WHERE key = 'lapsed_sites'")
    assert (await visitor.get("kopi.sites.test")).status == 200


@pytest.mark.parametrize(
    "host", ["a..b", "-kopi.sites.test", "kopi_a.sites.test", "kopi.sites.test:99999", "ko%70i.sites.test"]
)
async def test_an_invalid_host_is_a_bad_request_and_never_somebodys_site(
    conn: asyncpg.Connection, visitor: Visitor, host: str
) -> None:
    await make_site(conn, subdomain="kopi")
    assert (await visitor.get(host)).status == 400


async def test_two_host_headers_are_a_bad_request(conn: asyncpg.Connection, visitor: Visitor) -> None:
    await make_site(conn, subdomain="kopi")
    request = b"GET / HTTP/1.1\r\nHost: kopi.sites.test\r\nHost: roti.sites.test\r\nConnection: close\r\n\r\n"
    assert (await visitor.raw(request)).split(b" ")[1] == b"400"


async def test_the_target_decides_where_it_is_absolute(conn: asyncpg.Connection, visitor: Visitor) -> None:
    await make_site(conn, subdomain="kopi", title="Kopi Senja")
    request = b"GET http://kopi.sites.test/ HTTP/1.1\r\nHost: nobody.sites.test\r\nConnection: close\r\n\r\n"
    assert b"Kopi Senja" in await visitor.raw(request)


async def test_a_request_without_a_host_is_nobodys(conn: asyncpg.Connection, visitor: Visitor) -> None:
    answer = await visitor.raw(b"GET / HTTP/1.0\r\n\r\n")
    assert answer.split(b" ")[1] in {b"400", b"404"}


async def test_the_base_domain_itself_is_no_site(conn: asyncpg.Connection, visitor: Visitor) -> None:
    for host in ("sites.test", "www.sites.test", "other.test"):
        assert (await visitor.get(host)).status == 404, host


async def test_the_base_domain_may_redirect_or_list_the_demo(conn: asyncpg.Connection, serve: Serve) -> None:
    visitor = await serve(server={"base_redirect": "https://tapsite.example/"})
    answer = await visitor.get("sites.test", "/any?x=1")
    assert (answer.status, answer.headers["Location"]) == (302, "https://tapsite.example/")
    assert (await visitor.ask("POST", "sites.test")).status == 404
    visitor = await serve(demo={"index": True})
    assert (await visitor.get("sites.test")).status == 200
    assert (await visitor.get("sites.test", "/other")).status == 404


async def test_forwarded_headers_count_only_from_a_trusted_proxy(conn: asyncpg.Connection, serve: Serve) -> None:
    await make_site(conn, subdomain="kopi")
    claims = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.1"}
    stranger = await (await serve()).get("kopi.sites.test", headers=claims)
    assert "Cross-Origin-Opener-Policy" not in stranger.headers
    trusting = await serve(server={"trusted_proxies": ["127.0.0.0/8"]})
    proxied = await trusting.get("kopi.sites.test", headers=claims)
    assert proxied.headers["Cross-Origin-Opener-Policy"] == "same-origin"


async def test_a_page_of_another_site_is_not_found(conn: asyncpg.Connection, visitor: Visitor) -> None:
    page = '{"path": "/tentang", "title": "Tentang", "sections": [{"id": "t", "type": "text", "text": "Halo"}]}'
    content = f'{{"pages": [{page}]}}'
    await make_site(conn, subdomain="kopi", generated_content=content)
    await make_site(conn, subdomain="roti")
    assert (await visitor.get("kopi.sites.test", "/tentang")).status == 200
    assert (await visitor.get("roti.sites.test", "/tentang")).status == 404
