"""Every demo site in a real browser, at phone, tablet and desktop width."""

import asyncio
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, ConsoleMessage

from renderer import demo
from renderer.cli.commands_themes import sync_theme_rows
from renderer.settings import ROOT
from renderer.themes import Themes
from tests.browsers import CHROMIUM, REQUIRED, needs_browser
from tests.serving import Serve
from tests.visitor import Visitor

WIDTHS = (360, 768, 1280)
SHOTS = ROOT / "var" / "screenshots"

pytestmark = needs_browser

OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  const boxed = node => /(auto|scroll|hidden|clip)/.test(getComputedStyle(node).overflowX);
  const scrolls = node => node && (boxed(node) || scrolls(node.parentElement));
  return [...document.body.querySelectorAll('*')].filter(node => {
    const box = node.getBoundingClientRect();
    return box.width && (box.right > wide + 1 || box.left < -1) && !scrolls(node.parentElement) &&
      getComputedStyle(node).position !== 'fixed' && !node.closest('.skip, .visually-hidden');
  }).map(node => node.tagName + '.' + node.className).slice(0, 5);
}"""


async def test_every_demo_site_fits_every_width_and_nothing_fails(
    conn: Any, browser: Browser, serve: Serve, themes: Themes
) -> None:
    visitor = await serve(demo={"index": True})
    await sync_theme_rows(conn, themes)
    sites = await demo.load(conn)
    assert len(sites) == 6
    SHOTS.mkdir(parents=True, exist_ok=True)
    for site in sites:
        await _look_at(browser, visitor, f"http://{site.subdomain}.sites.test:{visitor.client.port}/", site.subdomain)
    await _look_at(browser, visitor, f"http://sites.test:{visitor.client.port}/", "index")


async def _look_at(browser: Browser, visitor: Visitor, url: str, name: str) -> None:
    for width in WIDTHS:
        context = await browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
        page = await context.new_page()
        failures: list[str] = []

        def on_console(message: ConsoleMessage, failures: list[str] = failures) -> None:
            if message.type in ("error", "warning"):
                failures.append(message.text)

        page.on("console", on_console)
        page.on("pageerror", lambda error, failures=failures: failures.append(str(error)))
        page.on("requestfailed", lambda request, failures=failures: failures.append(f"failed: {request.url}"))
        page.on(
            "response",
            lambda response, failures=failures: (
                failures.append(f"{response.status} {response.url}") if response.status >= 400 else None
            ),
        )
        await page.goto(url, wait_until="load")
        await asyncio.to_thread((SHOTS / f"{name}-{width}.png").write_bytes, await page.screenshot(full_page=True))
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, (
            f"{name} at {width} scrolls sideways"
        )
        assert await page.evaluate(OVERFLOW) == [], f"{name} at {width} overflows"
        assert failures == [], f"{name} at {width}"
        await context.close()


def test_the_browser_is_there_where_it_is_required() -> None:
    assert CHROMIUM is not None or not REQUIRED
    assert CHROMIUM is None or Path(CHROMIUM).exists()
