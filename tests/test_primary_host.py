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
async def test_what_is_posted_is_taken_on_any_host(visitor: Visitor) -> None:
    answer = await visitor.ask("POST", SUB, "/_forms/contact", data={"message": "Halo", "phone": "081355500101"})
    assert answer.status != 301


async def test_a_site_behind_a_password_leads_home_and_keeps_nothing(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    await conn.execute("UPDATE websites SET is_password_protected = true, password_hash = '!' WHERE id = $1", site)
    for _ in range(2):
        assert await where(visitor, SUB, "/tentang") == (301, f"{HOME}/tentang")
    assert visitor.client.app[FRONT].cache.pages.size == 0
