"""YouTube in a text: a card that is a link, and asks nothing of anybody before it is clicked."""

import json
from typing import Any

import pytest
from playwright.async_api import Browser, Route

from renderer.respond import policy
from renderer.themes import Drawn, Themes, draw_page, load_themes, read_site
from renderer.themes.text.rich import RichOptions, render_rich
from renderer.themes.text.video import PLAYER, holds_video, read_video
from tests.browsers import needs_browser
from tests.fragments import fragment
from tests.pages import NOW, ROOT, Page, source

ID = "dQw4w9WgXcQ"


@pytest.fixture(scope="module")
def themes() -> Themes:
    return load_themes(ROOT)


def youtube(src: Any, **attrs: Any) -> dict[str, Any]:
    return {"type": "doc", "content": [{"type": "youtube", "attrs": {"src": src, **attrs}}]}


def drawn(themes: Themes, text: Any, **fields: Any) -> Drawn:
    section = {"id": "a", "type": "text", "title": "Video", "text": text, **fields}
    content = {"pages": [{"path": "/", "sections": [section]}]}
    page = draw_page(read_site(themes, source(generated_content=json.dumps(content))), "/", [], NOW)
    assert page is not None
    assert Page(page.html).problems == []
    return page


@pytest.mark.parametrize(
    ("address", "start"),
    [
        (f"https://www.youtube.com/watch?v={ID}", 0),
        (f"http://youtube.com/watch?app=desktop&v={ID}&list=x", 0),
        (f"https://m.youtube.com/watch?v={ID}&t=90", 90),
        (f"https://www.youtube.com/watch?v={ID}&t=1h2m3s", 3723),
        (f"https://www.youtube.com/watch?v={ID}#t=15s", 15),
        (f"https://youtu.be/{ID}?si=abc&t=42s", 42),
        (f"youtu.be/{ID}", 0),
        (f"https://www.youtube.com/embed/{ID}?start=7", 7),
        (f"https://www.youtube-nocookie.com/embed/{ID}", 0),
        (f"https://www.youtube.com/shorts/{ID}", 0),
        (f"https://youtube.com/live/{ID}?feature=share", 0),
        (f"https://music.youtube.com/watch?v={ID}", 0),
        (f"https://youtu.be/{ID}?t=-5", 0),
        (f"https://youtu.be/{ID}?t=99999999999999", 0),
        (f"https://youtu.be/{ID}?t=javascript", 0),
    ],
)
def test_a_video_is_known_in_every_spelling(address: str, start: int) -> None:
    assert read_video(address) == (ID, start)


def test_the_editors_own_start_is_stronger_than_the_addresss() -> None:
    assert read_video(f"https://youtu.be/{ID}?t=5", 30) == (ID, 30)
    assert read_video(f"https://youtu.be/{ID}?t=5", 0) == (ID, 5)
    assert read_video(f"https://youtu.be/{ID}", "1m") == (ID, 60)
    for start in (None, True, -1, float("nan"), float("inf"), 10**40, [], {}, "x" * 9999):
        assert read_video(f"https://youtu.be/{ID}", start) == (ID, 0)


@pytest.mark.parametrize(
    "address",
    [
        f"https://youtube.com.evil.example/watch?v={ID}",
        f"https://evil.example/youtube.com/watch?v={ID}",
        f"https://notyoutube.com/watch?v={ID}",
        f"https://youtube.com@evil.example/watch?v={ID}",
        f"javascript://youtube.com/watch?v={ID}",
        f"https://www.youtube.com/watch?v={ID}x",
        "https://www.youtube.com/watch?v=" + "x" * 10,
        'https://www.youtube.com/watch?v="><script>',
        f"https://www.youtube.com/embed/{ID}/../../x",
        "https://www.youtube.com/watch",
        "https://www.youtube.com/@kanal",
        "https://www.youtube.com/playlist?list=PL123",
        "https://vimeo.com/1234",
        "https://youtu.be/%2e%2e",
        "",
        None,
        5,
        [],
    ],
)
def test_anything_else_is_no_video_but_at_most_a_link(address: Any) -> None:
    assert read_video(address) is None
    html = render_rich(youtube(address), RichOptions())
    page = fragment(html)
    assert not holds_video(html)
    assert all(link.text == address for link in page.all("a"))


def test_the_card_is_a_link_without_script_and_loads_nothing() -> None:
    html = render_rich(youtube(f"https://youtu.be/{ID}", start=30), RichOptions())
    page = fragment(html)
    (link,) = page.all("a")
    assert link.attrs["href"] == f"https://www.youtube.com/watch?v={ID}&t=30s"
    assert link.attrs["data-video"] == f"{ID}?start=30"
    assert "YouTube" in link.text
    assert page.all("img", "iframe", "link", "script") == []


def test_a_video_among_words_is_a_link_since_a_card_is_no_word() -> None:
    paragraph = {
        "type": "paragraph",
        "content": [{"type": "text", "text": "lihat "}, youtube(f"https://youtu.be/{ID}")["content"][0]],
    }
    html = render_rich({"type": "doc", "content": [paragraph]}, RichOptions())
    fragment(html)
    assert f'href="https://youtu.be/{ID}"' in str(html)
    assert not holds_video(html)


def test_only_a_page_with_a_card_may_frame_the_player(themes: Themes) -> None:
    with_card = drawn(themes, youtube(f"https://youtu.be/{ID}"))
    assert with_card.frames == (PLAYER,)
    assert with_card.script_hashes
    said = policy(with_card.style_hashes, with_card.script_hashes, (), with_card.frames)
    assert said.endswith("; frame-src https://www.youtube-nocookie.com")
    for text in (
        "Teks",
        f"https://youtu.be/{ID}",
        '<a class="video" data-video="x">',
        {"type": "markdown", "text": '<a class="video" href="x">'},
    ):
        without = drawn(themes, text)
        assert without.frames == ()
        assert "frame-src" not in policy(without.style_hashes, without.script_hashes, (), without.frames)


def test_a_card_in_an_item_counts_too(themes: Themes) -> None:
    card = youtube(f"https://youtu.be/{ID}")
    assert drawn(themes, None, type="faq", items=[{"question": "Q", "answer": card}]).frames == (PLAYER,)


class TestInABrowser:
    pytestmark = needs_browser

    async def test_a_click_puts_the_player_there_and_nothing_is_asked_before(
        self, browser: Browser, themes: Themes
    ) -> None:
        page_drawn = drawn(themes, youtube(f"https://youtu.be/{ID}", start=65))
        said = policy(page_drawn.style_hashes, page_drawn.script_hashes, (), page_drawn.frames)
        asked: list[str] = []
        failures: list[str] = []

        async def answer(route: Route) -> None:
            url = route.request.url
            asked.append(url)
            path = url.removeprefix("https://kopi.example")
            if url.startswith(PLAYER):
                await route.fulfill(body="player", content_type="text/html")
            elif path in themes.assets:
                asset = themes.assets[path]
                await route.fulfill(body=asset.body, content_type=asset.content_type)
            else:
                headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": said}
                await route.fulfill(body=page_drawn.html, headers=headers)

        for width in (360, 1280):
            asked.clear()
            page = await browser.new_page(viewport={"width": width, "height": 800})
            page.on("console", lambda message: failures.append(message.text))
            page.on("pageerror", lambda error: failures.append(str(error)))
            await page.route("**/*", answer)
            await page.goto("https://kopi.example/", wait_until="load")
            assert all(url.startswith("https://kopi.example/") for url in asked)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            await page.focus("a.video")
            await page.keyboard.press("Enter")
            frame = page.locator(".video iframe")
            await frame.wait_for()
            assert await frame.get_attribute("src") == f"{PLAYER}/embed/{ID}?start=65&autoplay=1"
            assert await frame.get_attribute("title") == "Putar video YouTube"
            await page.frame_locator(".video iframe").get_by_text("player").wait_for()
            assert await page.evaluate("document.activeElement.tagName") == "IFRAME"
            await page.close()
        assert failures == []
