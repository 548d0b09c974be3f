"""The seam for whoever counts visits: each page of a public site is told of once, and nothing else is."""

import asyncpg
import pytest

from renderer.edge.answers import Visit
from renderer.keys import SEEN
from tests.factories import make_site
from tests.serving import Serve
from tests.visitor import Visitor

HOST = "kopi.sites.test"
Told = list[tuple[str, str, str]]


@pytest.fixture
async def counted(serve: Serve) -> tuple[Visitor, Told]:
    told: Told = []

    def seen(visit: Visit) -> None:
        told.append((visit.path, visit.website_id, visit.zone))

    return await serve(configure=lambda app: app.__setitem__(SEEN, seen)), told


async def test_a_page_is_told_of_whether_it_is_sent_or_known(
    conn: asyncpg.Connection, counted: tuple[Visitor, Told]
) -> None:
    visitor, told = counted
    site = await make_site(conn, subdomain="kopi", config='{"timezone": "Asia/Makassar"}')
    first = await visitor.get(HOST)
    await visitor.get(HOST)
    await visitor.get(HOST, headers={"If-None-Match": first.headers["ETag"]})
    await visitor.get(HOST, "/blog")
    assert told == [
        ("/", str(site), "Asia/Makassar"),
        ("/", str(site), "Asia/Makassar"),
        ("/", str(site), "Asia/Makassar"),
        ("/blog", str(site), "Asia/Makassar"),
    ]


async def test_nothing_else_is_told_of(conn: asyncpg.Connection, counted: tuple[Visitor, Told]) -> None:
    visitor, told = counted
    await make_site(conn, subdomain="kopi")
    await make_site(conn, subdomain="rahasia", is_password_protected=True, password_hash="x")
    await visitor.ask("HEAD", HOST)
    for path in ("/tidak-ada", "/robots.txt", "/sitemap.xml", "/blog/", "/blog/feed.xml", "/favicon.ico"):
        await visitor.get(HOST, path)
    await visitor.get("rahasia.sites.test")
    await visitor.get("nobody.sites.test")
    await visitor.get("sites.test")
    assert told == []
