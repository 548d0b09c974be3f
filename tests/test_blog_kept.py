"""Posts that are drawn once, and what stands beside them asked once, for as long as all of it is as it was."""

import dataclasses
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiohttp import web

from renderer.blog import KeptPosts
from renderer.edge.ground import Ground
from renderer.edge.held import Held
from renderer.edge.sites import OpenSite, State
from renderer.edge.snapshot import Snapshot
from renderer.keys import FRONT, POOL, SHELF
from renderer.themes import Around, Drawn, PostRow, PostSource, Site, SiteSource, Themes, read_site
from renderer.themes.site import once
from tests.factories import make_post, make_site
from tests.serving import Serve
from tests.test_blog import HOST, link, make_label
from tests.visitor import Visitor

TODAY = date(2026, 11, 29)
SITE = UUID(int=1)
NOW = datetime.now(UTC)


@pytest.fixture
async def visitor(serve: Serve) -> Visitor:
    return await serve(cache={"room": 0}, database={"pool_max": 1})


def app_of(visitor: Visitor) -> web.Application:
    app: web.Application = visitor.client.server.app  # type: ignore[attr-defined]
    return app


async def test_a_post_is_one_statement_and_asked_again_no_drawing(
    conn: asyncpg.Connection, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = await make_site(conn, subdomain="kopi")
    await make_post(conn, site, slug="biji", title="Biji")
    await make_post(conn, site, slug="susu", title="Susu")
    await visitor.get(HOST, "/")  # the site is held from now on
    said: list[str] = []
    async with app_of(visitor)[POOL].acquire() as only:
        only.add_query_logger(lambda record: said.append(record.query))
    first = await visitor.get(HOST, "/blog/biji")
    assert b"/blog/susu" in first.body
    assert len([one for one in said if "visible_posts" in one or "edge_sites" in one]) == 1
    said.clear()
    monkeypatch.setattr(app_of(visitor)[SHELF], "run", None)
    again = await visitor.get(HOST, "/blog/biji")
    assert (again.status, again.body) == (first.status, first.body)
    (only_one,) = (one for one in said if "visible_posts" in one or "edge_sites" in one)
    assert "p.slug = $2" in only_one


async def test_whatever_changes_is_seen_by_the_next_visitor(conn: asyncpg.Connection, visitor: Visitor) -> None:
    site = await make_site(conn, subdomain="kopi", title="Kopi Senja")
    tag = await make_label(conn, site, "tag", "susu")
    own = await make_post(conn, site, slug="biji", title="Biji", published_at=NOW - timedelta(days=2))
    other = await make_post(conn, site, slug="susu-hangat", title="Susu hangat", published_at=NOW - timedelta(days=3))
    await make_post(conn, await make_site(conn, subdomain="roti"), slug="biji", title="Biji tetangga")

    async def text(host: str = HOST) -> str:
        page = await visitor.get(host, "/blog/biji")
        assert page.status == 200
        return page.text

    async def change(statement: str, *values: Any) -> str:
        before = await text()
        await conn.execute(statement, *values)
        after = await text()
        assert after != before
        return after

    assert "Susu hangat" in await text()  # the one before it
    assert "Teh" in await change("UPDATE blog_posts SET title = 'Teh' WHERE id = $1", other)
    for post in (own, other):
        await text()
        await link(conn, "tag", post, tag)
    assert "Susu</a>" in await text()
    assert "Krim</a>" in await change("UPDATE blog_tags SET name = 'Krim' WHERE id = $1", tag)
    assert "(7)" in await change("UPDATE blog_posts SET like_count = 7 WHERE id = $1", own)
    assert "Kopi Fajar" in await change("UPDATE websites SET title = 'Kopi Fajar' WHERE id = $1", site)
    assert "Teh" not in await change("UPDATE blog_posts SET status = 'draft' WHERE id = $1", other)
    assert "Hari ini" in await change(
        "UPDATE blog_posts SET status = 'published', title = 'Hari ini' WHERE id = $1", other
    )
    await make_post(conn, site, slug="besok", title="Besok", published_at=NOW + timedelta(days=1))
    assert "Besok" not in await text()
    assert "Besok" in await change("UPDATE blog_posts SET published_at = now() WHERE slug = 'besok'")
    assert "Biji tetangga" in await text("roti.sites.test")
    await conn.execute("UPDATE blog_posts SET status = 'draft' WHERE id = $1", own)
    assert (await visitor.get(HOST, "/blog/biji")).status == 404


async def test_what_appears_by_its_time_stands_beside_the_others(conn: asyncpg.Connection, visitor: Visitor) -> None:
    """Nobody writes when a post's time comes: the site's reading itself says until when it holds."""
    site = await make_site(conn, subdomain="kopi")
    await make_post(conn, site, slug="biji", title="Biji", published_at=NOW - timedelta(days=2))
    due = datetime.now(UTC) + timedelta(hours=1)
    await make_post(conn, site, slug="nanti", title="Nanti", published_at=due)
    assert "Nanti" not in (await visitor.get(HOST, "/blog/biji")).text
    held = app_of(visitor)[FRONT].held(HOST)
    assert held is not None
    ground = held.site.ground
    assert abs(ground.expires - due.timestamp()) < 60
    await conn.execute("ALTER TABLE blog_posts DISABLE TRIGGER USER")  # as if the hour had passed
    await conn.execute("UPDATE blog_posts SET published_at = now() - interval '1 minute' WHERE slug = 'nanti'")
    assert "Nanti" not in (await visitor.get(HOST, "/blog/biji")).text
    object.__setattr__(held.site, "ground", dataclasses.replace(ground, expires=time.time()))
    assert "Nanti" in (await visitor.get(HOST, "/blog/biji")).text


def _site(themes: Themes, title: str) -> Site:
    names = (one.name for one in dataclasses.fields(SiteSource) if one.default is one.default_factory)
    empty: dict[str, Any] = dict.fromkeys(names)
    given = {
        "id": UUID(int=1),
        "subdomain": "kopi",
        "title": title,
        "template_id": "pilar",
        "base_url": "https://k.test",
    }
    return read_site(themes, SiteSource(**{**empty, **given}))


def test_a_drawn_post_is_kept_by_all_that_it_follows_from(themes: Themes) -> None:
    site, other = _site(themes, "Kopi"), _site(themes, "Teh")
    post = PostRow(uuid4(), "a", "A", None, None, "{}", None, (), None, None, NOW, NOW, 1)
    around, drawn = Around(), Drawn("<p>halo</p>")
    kept = KeptPosts(20_000)
    kept.keep(site, post, around, TODAY, drawn)
    assert kept.drawn(site, dataclasses.replace(post), Around(), TODAY) is drawn
    neighbour = Around(older=PostSource("b", "B", None, None, NOW, 3))
    for asked in (
        (other, post, around, TODAY),
        (site, dataclasses.replace(post, likes=1), around, TODAY),
        (site, post, neighbour, TODAY),
        (site, post, around, TODAY + timedelta(days=1)),
        (site, dataclasses.replace(post, id=uuid4()), around, TODAY),
    ):
        assert kept.drawn(*asked) is None
    kept.keep(site, dataclasses.replace(post, likes=1), around, TODAY, Drawn("x" * 30_000))
    assert kept.drawn(site, post, around, TODAY) is None  # it was replaced by what is too large
    for number in range(10):
        kept.keep(site, dataclasses.replace(post, id=UUID(int=number)), around, TODAY, drawn)
    found = [kept.drawn(site, dataclasses.replace(post, id=UUID(int=number)), around, TODAY) for number in range(10)]
    there = [one is not None for one in found]
    assert there == sorted(there)
    assert 3 <= sum(there) <= 8
    # Whatever is long in a row counts.
    for long in (
        {"gallery_images": ("x" * 15_000, "y" * 15_000)},
        {"excerpt": "x" * 30_000},
        {"tags": (("a", "x" * 30_000),)},
    ):
        kept.keep(site, dataclasses.replace(post, **long), around, TODAY, drawn)
        assert kept.drawn(site, dataclasses.replace(post, **long), around, TODAY) is None


def test_what_stands_beside_a_post_ends_with_what_is_held_of_its_site() -> None:
    ground = Ground(Snapshot(1, 1, frozenset()), 0.0, 1e12, UUID(int=1), [UUID(int=1)])
    held, anew = (Held(OpenSite(UUID(int=1), "a", State.LIVE, False, 0, None, {}, ground)) for _ in range(2))
    kept, around = KeptPosts(), Around()
    kept.keep_beside(held, SITE, "a", around)
    assert kept.beside(held, SITE, "a") is around
    for asked in ((anew, SITE, "a"), (None, SITE, "a"), (held, UUID(int=2), "a"), (held, SITE, "b")):
        assert kept.beside(*asked) is None
    kept.keep_beside(None, SITE, "b", around)
    assert kept.beside(held, SITE, "b") is None
    small = KeptPosts(room_beside=30_000)
    small.keep_beside(held, SITE, "a", around)
    small.keep_beside(held, SITE, "a", Around(older=PostSource("b", "B", None, "/x" * 20_000, NOW, 3)))
    assert small.beside(held, SITE, "a") is None


def test_what_is_worked_out_once_for_a_site_is_worked_out_anew_for_what_is_made_of_it(themes: Themes) -> None:
    site = _site(themes, "Kopi")
    said: list[str] = []

    @once
    def name(asked: Site) -> str:
        said.append(asked.view.name)
        return asked.view.name

    other = dataclasses.replace(site, view=dataclasses.replace(site.view, name="Roti"))
    assert [name(site), name(site), name(other), name(other)] == [site.view.name, site.view.name, "Roti", "Roti"]
    assert said == [site.view.name, "Roti"]
