"""A video section: a card that is a link, the player only after a click, and nothing asked of anybody before."""

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Browser, Route

from renderer.respond import policy
from renderer.themes import Drawn, Site, Themes, draw_page, read_site
from renderer.themes.pictures.rules import ImageRules
from renderer.themes.text.video import PLAYER
from tests.browsers import needs_browser
from tests.pages import NOW, draw, source

ID = "dQw4w9WgXcQ"
THEMES = ("pilar", "spanduk", "bingkai", "etalase", "lembar")


def site(themes: Themes, video: Any, theme: str = "pilar", hosts: tuple[str, ...] = (), **fields: Any) -> Site:
    section = {"id": "film", "type": "video", "title": "Sehari di dapur", "video": video, **fields}
    content = {"pages": [{"path": "/", "sections": [section]}]}
    return read_site(
        themes, source(template_id=theme, generated_content=json.dumps(content), images=ImageRules(hosts=hosts))
    )


def drawn(site: Site) -> Drawn:
    page = draw_page(site, "/", [], NOW)
    assert page is not None
    return page


def said(page: Drawn) -> str:
    return policy(page.style_hashes, page.script_hashes, (), page.frames, page.media)


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_draws_a_card_that_is_a_link_and_loads_nothing(themes: Themes, theme: str) -> None:
    made = site(
        themes, {"url": f"https://youtu.be/{ID}", "start": 65, "duration": "3:20"}, theme, note="Oktober, di Cihapit."
    )
    page = draw(made)
    (card,) = page.with_class("film")
    assert card.get("href") == f"https://www.youtube.com/watch?v={ID}&t=65s"
    assert card.get("data-video") == f"{ID}?start=65"
    assert "Sehari di dapur" in card.text
    assert "3:20" in card.text
    assert "YouTube" in card.text
    assert "Oktober, di Cihapit." in page.text
    assert [one for one in card.down() if one.tag == "svg"], "a motif stands in for a picture"
    assert page.all("iframe", "video") == []
    assert made.repairs == ()


def test_a_picture_of_the_owners_stands_in_for_the_motif(themes: Themes) -> None:
    page = draw(site(themes, f"https://youtu.be/{ID}", image={"src": "/foto/dapur.webp", "alt": "Dapur"}))
    (card,) = page.with_class("film")
    assert [one.get("src") for one in card.down() if one.tag == "img"] == ["/foto/dapur.webp"]


@pytest.mark.parametrize("name", ["film", "movie", "youtube", "video"])
def test_generators_other_names_for_it_are_read(themes: Themes, name: str) -> None:
    content = {"pages": [{"path": "/", "sections": [{"id": "a", "type": name, "film": f"https://youtu.be/{ID}"}]}]}
    assert draw(read_site(themes, source(generated_content=json.dumps(content)))).with_class("film")


@pytest.mark.parametrize(
    ("url", "hosts", "href", "media"),
    [
        ("/_media/a.mp4", (), "/_media/a.mp4", "'self'"),
        ("https://kopi.example/_media/a.webm", (), "/_media/a.webm", "'self'"),
        ("https://img.example/a.mp4?v=2", ("img.example",), "https://img.example/a.mp4?v=2", "https://img.example"),
    ],
)
def test_a_file_is_played_from_where_the_sites_pictures_may_be(
    themes: Themes, url: str, hosts: tuple[str, ...], href: str, media: str
) -> None:
    made = site(themes, url, hosts=hosts)
    (card,) = draw(made).with_class("film")
    assert (card.get("href"), card.get("data-video")) == (href, "")
    assert said(drawn(made)).endswith(f"; media-src {media}")


def test_a_file_begins_where_it_is_asked_to(themes: Themes) -> None:
    (card,) = draw(site(themes, {"url": "/a.mp4", "start": "1m5s"})).with_class("film")
    assert card.get("href") == "/a.mp4#t=65"


@pytest.mark.parametrize(
    "url",
    [
        "https://vimeo.com/1234",
        "https://img.example/a.mp4",
        "//img.example/a.mp4",
        "javascript:alert(1)//a.mp4",
        "/_media/a.svg",
        "/_media/a.html?x=.mp4",
        f"https://youtube.com.evil.example/watch?v={ID}",
        "\\\\evil.example\\a.mp4",
        "x" * 9_000,
    ],
)
def test_any_other_address_leaves_the_section_out_and_is_reported(themes: Themes, url: str) -> None:
    made = site(themes, {"url": url})
    page = draw(made)
    assert page.with_class("film") == []
    assert "Sehari di dapur" not in page.text
    assert "/generated_content/pages/0/sections/0/video/url" in [one.pointer for one in made.repairs]
    assert "media-src" not in said(drawn(made))
    assert "frame-src" not in said(drawn(made))


def test_only_a_page_with_a_film_may_frame_or_play(themes: Themes) -> None:
    assert drawn(site(themes, f"https://youtu.be/{ID}")).frames == (PLAYER,)
    assert "media-src" not in said(drawn(site(themes, f"https://youtu.be/{ID}")))
    assert "frame-src" not in said(drawn(site(themes, "/a.mp4")))


def test_a_video_that_a_section_of_another_type_holds_is_reported(themes: Themes) -> None:
    made = site(themes, f"https://youtu.be/{ID}", type="faq", items=[{"name": "Q", "text": "A"}])
    assert [one.message for one in made.repairs] == ["not drawn by a section of type faq"]


class TestInABrowser:
    pytestmark = needs_browser

    async def test_a_click_plays_the_file_and_nothing_is_asked_before(self, browser: Browser, themes: Themes) -> None:
        page_drawn = drawn(site(themes, {"url": "/_media/a.mp4"}))
        asked: list[str] = []
        refused: list[str] = []

        async def answer(route: Route) -> None:
            path = route.request.url.removeprefix("https://kopi.example")
            asked.append(path)
            if path in themes.assets:
                asset = themes.assets[path]
                await route.fulfill(body=asset.body, content_type=asset.content_type)
            elif path == "/":
                headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": said(page_drawn)}
                await route.fulfill(body=page_drawn.html, headers=headers)
            else:
                await route.fulfill(body=b"", content_type="video/mp4")

        page = await browser.new_page(viewport={"width": 360, "height": 800})
        page.on("console", lambda message: refused.append(message.text))
        await page.route("**/*", answer)
        await page.goto("https://kopi.example/", wait_until="load")
        assert not [path for path in asked if "/_media/" in path]
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        await page.focus("a.film")
        await page.keyboard.press("Enter")
        film = page.locator("div.video video")
        await film.wait_for()
        assert await film.get_attribute("title") == "Putar video: Sehari di dapur"
        assert await film.evaluate("film => film.controls && film === document.activeElement")
        async with asyncio.timeout(60):
            while not [path for path in asked if "/_media/" in path]:
                await asyncio.sleep(0.02)
        assert not [text for text in refused if "Content Security Policy" in text]
