"""Sites kept read: by their text, once for all who wait, and off the event loop when they are large."""

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from renderer import themes as engine
from renderer.shelf import LARGE, Shelf, is_large, size_of
from renderer.themes import Site, SiteSource, Themes
from tests.factories import make_site
from tests.pages import source
from tests.visitor import Visitor

BULK = json.dumps({"pages": [{"path": "/", "sections": [{"id": "t", "type": "text", "text": "Kata " * LARGE}]}]})


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the threads in which sites were read, one for each reading."""
    names: list[str] = []
    real = engine.read_site

    def watched(themes: Themes, row: SiteSource, before: Site | None = None) -> Site:
        names.append(threading.current_thread().name)
        return real(themes, row, before)

    monkeypatch.setattr(engine, "read_site", watched)
    return names


@pytest.fixture
def shelf(themes: Themes) -> Iterator[Shelf]:
    made = Shelf(themes)
    yield made
    made.close()


async def test_a_row_is_read_once_and_another_text_is_another_row(shelf: Shelf, readings: list[str]) -> None:
    first = await shelf.read(source(title="Kopi"))
    assert await shelf.read(source(title="Kopi")) is first
    assert (await shelf.read(source(title="Teh"))).name == "Teh"
    assert len(readings) == 2


async def test_a_large_row_is_read_in_a_thread_once_for_all_who_wait(shelf: Shelf, readings: list[str]) -> None:
    row = source(generated_content=BULK)
    assert is_large(row)
    found = await asyncio.gather(*(shelf.read(row) for _ in range(20)))
    assert all(site is found[0] for site in found)
    assert [name.startswith("reader") for name in readings] == [True]


async def test_who_stops_waiting_takes_nothing_from_the_others(shelf: Shelf, readings: list[str]) -> None:
    row = source(generated_content=BULK)
    leaving, staying = asyncio.create_task(shelf.read(row)), asyncio.create_task(shelf.read(row))
    await asyncio.sleep(0)
    leaving.cancel()
    assert isinstance(await staying, Site)
    assert len(readings) == 1


async def test_a_row_larger_than_the_shelf_is_read_all_the_same(themes: Themes, readings: list[str]) -> None:
    small = Shelf(themes, room=10)
    for _ in range(2):
        assert (await small.read(source(title="Kopi"))).name == "Kopi"
    assert len(readings) == 2
    small.close()


async def test_a_site_counts_for_every_page_that_may_be_kept_of_it(themes: Themes) -> None:
    section = {"id": "t", "type": "text", "text": "Kata"}
    pages = [{"path": f"/p{number}" if number else "/", "sections": [section]} for number in range(20)]

    def size(pages: list[Any], **more: Any) -> int:
        content = json.dumps({"pages": pages, **more})
        return size_of(engine.read_site(themes, source(generated_content=content)))

    english = {"translations": {"en": {"site": {"tagline": "Coffee"}}}}
    one, twelve, twenty = (size(pages[:number]) for number in (1, 12, 20))
    assert twelve > 8 * one
    # No more than these are kept of a language; the rest of a larger site costs its text alone.
    assert twenty < 1.1 * twelve
    assert size(pages[:12], **english) > 1.8 * twelve


async def test_a_page_is_drawn_anew_when_the_day_or_the_posts_change(shelf: Shelf) -> None:
    hours = {
        "weekly": [{"days": ["mo"], "open": "8", "close": "9"}],
        "exceptions": [{"from": "2026-11-24", "closed": True}],
    }
    site = await shelf.read(source(generated_content=json.dumps({"site": {"hours": hours}})))

    async def page(day: int, posts: list[Any]) -> engine.Drawn | None:
        return await shelf.draw(site, "/", posts, datetime(2026, 11, day, 5, tzinfo=UTC))

    first = await page(24, [])
    assert await page(24, []) is first
    later = await page(25, [])
    assert later is not first
    assert first is not None
    assert later is not None
    assert "24 Nov" in first.html
    assert "24 Nov" not in later.html


async def test_a_large_site_is_served(conn: asyncpg.Connection, visitor: Visitor) -> None:
    await make_site(conn, subdomain="besar", generated_content=BULK)
    answers = await asyncio.gather(*(visitor.get("besar.sites.test") for _ in range(5)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
