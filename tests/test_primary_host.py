"""A site has one host; its others lead to it, in one hop and with whatever was asked."""

import re
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from renderer.keys import FRONT
from tests.factories import insert, make_post, make_site
from tests.serving import Serve
from tests.visitor import Visitor

OWN, OTHER, SUB = "kopi.example", "kedai.example", "kopi.sites.test"
HOME = "https://kopi.example"
CONTENT = {
    "pages": [
        {"path": "/", "title": "Kopi"},
        {
            "path": "/tentang",
            "title": "Tentang",
            "sections": [{"id": "a", "type": "about", "title": "A", "text": "B."}],
        },
    ]
}


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    config = {"redirects": {"/lama": "/tentang", "/jauh": "/tentang?y=1"}}
    site = await make_site(conn, subdomain="kopi", generated_content=CONTENT, config=config)
    for host, is_primary in ((OWN, True), (OTHER, False)):
        columns = {"website_id": site, "host": host, "verified_at": datetime.now(UTC), "is_primary": is_primary}
        await insert(conn, "website_domains", columns)
    await make_post(conn, site, slug="tubruk")
    await conn.execute("UPDATE blog_posts SET slug = 'kopi-tubruk'")
    return site


@pytest.fixture
async def visitor(serve: Serve) -> Visitor:
    return await serve(server={"public_scheme": "https", "public_port": 0})


async def where(visitor: Visitor, host: str, path: str) -> tuple[int, str]:
    """Status and Location of an answer to the path as it is written."""
    await visitor.caught_up()
    said = await visitor.raw(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert said.count(b"HTTP/1.1 ") == 1, "two answers to one request"
    head = said.partition(b"\r\n\r\n")[0].decode()
    found = re.search(r"^location: (.*?)\r?$", head, re.MULTILINE | re.IGNORECASE)
    return int(head.split(" ")[1]), found[1] if found else ""


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("host", [SUB, OTHER, f"www.{OWN}", f"www.{OTHER}", f"www.{SUB}"])
async def test_another_host_leads_to_the_page_of_the_own_one(visitor: Visitor, host: str) -> None:
    for _ in range(2):  # made, and kept
        for path, found in (
            ("/", "/"),
            ("/tentang", "/tentang"),
            ("//tentang//", "/tentang"),
            ("/lama", "/tentang"),
            ("/blog/tubruk", "/blog/kopi-tubruk"),
            ("/Blog/kopi-tubruk/", "/blog/kopi-tubruk"),
            ("/blog/feed.xml", "/blog/feed.xml"),
            ("/robots.txt", "/robots.txt"),
            ("/sitemap-posts-1.xml", "/sitemap-posts-1.xml"),
            ("/tiada", "/tiada"),
            ("/%0d%0aX:%20y", "/%ef%bf%bd"),
            ("//asing.example/x", "//asing.example/x"),
        ):
            status, location = await where(visitor, host, path)
            assert (status, location.lower()) == (301, HOME + found), path
        assert await where(visitor, host, "/jauh") == (301, f"{HOME}/tentang?y=1")
    assert await where(visitor, host, "/tentang?utm_source=wa&a=%0d") == (301, f"{HOME}/tentang?utm_source=wa&a=%0d")
    assert await where(visitor, host, "/tentang") == (301, f"{HOME}/tentang")


@pytest.mark.usefixtures("site")
async def test_what_is_kept_of_one_host_is_never_sent_of_another(visitor: Visitor) -> None:
    kept = visitor.client.app[FRONT].cache.pages
    for _ in range(3):
        assert (await where(visitor, SUB, "/"))[0] == 301
        assert (await where(visitor, OWN, "/"))[0] == 200
        assert (await where(visitor, OWN, "/tiada"))[0] == 404
        assert (await where(visitor, SUB, "/tiada"))[0] == 301
    assert kept.size > 0


async def test_it_ends_with_the_claim(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    assert await where(visitor, SUB, "/") == (301, f"{HOME}/")
    answer = await visitor.get(SUB, "/")
    assert "max-age=0" in answer.headers["Cache-Control"], "no browser may lead there for ever"
    await conn.execute("DELETE FROM website_domains WHERE website_id = $1", site)
    assert await where(visitor, SUB, "/") == (200, "")


@pytest.mark.usefixtures("site")
async def test_what_is_posted_is_taken_on_any_host(conn: asyncpg.Connection, visitor: Visitor) -> None:
    sent = {"name": "Sari", "message": "Halo", "whatsapp": "081355500101"}
    for number, host in enumerate((SUB, OWN, OTHER, f"www.{SUB}", f"{SUB}."), start=1):
        answer = await visitor.ask("POST", host, "/_forms/contact", data={**sent, "message": f"Halo {number}"})
        assert (answer.status, await conn.fetchval("SELECT count(*) FROM form_submissions")) == (303, number), host


async def test_a_site_behind_a_password_leads_home_and_keeps_nothing(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    await conn.execute("UPDATE websites SET is_password_protected = true, password_hash = '!' WHERE id = $1", site)
    for _ in range(2):
        assert await where(visitor, SUB, "/tentang") == (301, f"{HOME}/tentang")
    assert visitor.client.app[FRONT].cache.pages.size == 0


async def by(visitor: Visitor, told: str, path: str, host: str = OWN, method: str = "GET") -> tuple[int, str]:
    """The same of a request that came through a proxy; `told` are its lines of X-Forwarded-Proto."""
    await visitor.caught_up()
    lines = "".join(f"X-Forwarded-Proto: {one}\r\n" for one in told.split("|") if one)
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{lines}Content-Length: 0\r\nConnection: close\r\n\r\n"
    said = (await visitor.raw(head.encode())).partition(b"\r\n\r\n")[0].decode()
    found = re.search(r"^location: (.*?)\r?$", said, re.MULTILINE | re.IGNORECASE)
    return int(said.split(" ")[1]), found[1] if found else ""


@pytest.mark.usefixtures("site")
async def test_who_came_by_http_is_led_to_scheme_host_and_path_in_one_hop(
    conn: asyncpg.Connection, serve: Serve
) -> None:
    proxied = await serve(server={"public_scheme": "https", "public_port": 0, "trusted_proxies": "127.0.0.1"})
    for _ in range(2):  # made, and kept
        for host in (OWN, OTHER, SUB, f"www.{OWN}"):
            for path, found in (
                ("/", "/"),
                ("//tentang//", "/tentang"),
                ("/lama", "/tentang"),
                ("/blog/tubruk", "/blog/kopi-tubruk"),
                ("/tiada", "/tiada"),
                ("/tentang?a=%0d", "/tentang?a=%0d"),
            ):
                assert await by(proxied, "http", path, host) == (301, HOME + found), (host, path)
                assert await by(proxied, "HTTP", path, host, "HEAD") == (301, HOME + found)
        # The answer over https is another, and where it leads is where it ends.
        for path, status in (("/", 200), ("/tentang", 200), ("/tiada", 404)):
            assert await by(proxied, "https", path) == (status, "")
            assert await by(proxied, "", path) == (status, ""), "without a proxy's word it might lead here again"
            assert await by(proxied, "https, http", path) == (status, "")
            assert await by(proxied, "https|http", path) == (status, "")
            assert await by(proxied, "gopher", path) == (status, "")
    assert (await by(proxied, "http", "/", "tiada.sites.test"))[0] == 404
    await conn.execute("UPDATE website_domains SET is_primary = false")
    for host in (OWN, OTHER, SUB):
        assert await by(proxied, "http", "//tentang", host) == (301, f"https://{host}/tentang")
    assert (await by(proxied, "http", "/_forms/contact", method="POST"))[0] != 301


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    "server",
    [
        {"public_scheme": "https", "public_port": 0},
        {"public_scheme": "https", "public_port": 0, "trusted_proxies": "192.0.2.1"},
        {"public_scheme": "http", "public_port": 0, "trusted_proxies": "127.0.0.1"},
    ],
)
async def test_nobody_is_led_to_https_by_a_stranger_or_where_sites_have_none(
    serve: Serve, server: dict[str, object]
) -> None:
    visitor = await serve(server=server)
    for told in ("http", ""):
        assert await by(visitor, told, "/tentang") == (200, "")


async def test_consoles_and_previews_are_never_shown_by_http(serve: Serve) -> None:
    server = {"public_scheme": "https", "public_port": 0, "trusted_proxies": "127.0.0.1"}
    console, preview = "meja.example", "00000000-0000-4000-8000-000000000001.lihat.example"
    visitor = await serve(server=server, console={"host": console}, preview={"domain": "lihat.example"})
    for host in (console, preview):
        for method in ("GET", "POST"):
            expected = 308, f"https://{host}/x?y=1"
            assert await by(visitor, "http", "/x?y=1", host, method) == expected
        assert (await by(visitor, "https", "/x?y=1", host))[0] != 308
