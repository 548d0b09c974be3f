"""The owners' screens in a real browser: nothing overflows and axe finds nothing, by day and by night; nor does Nu."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from playwright.async_api import Browser

from tests.browsers import keep_shot, needs_browser
from tests.owners import HOST, Owner, make_owner
from tests.serving import Serve
from tests.showcase import furnish_shop, refused_of, screens_of
from tests.test_axe import AXE, OF_COLOUR, RUN, TAGS
from tests.test_browser import OVERFLOW
from tests.test_vnu import JAR, JAVA, nu_says

WIDTHS = (360, 1280)
# Also those that a browser would not ask for before somebody scrolls there.
ALL_PICTURES = """() => Promise.all([...document.images].map(one => {
  one.loading = 'eager';
  return one.complete || new Promise(done => { one.onload = one.onerror = done });
}))"""

pytestmark = needs_browser


@pytest.fixture
async def shop(serve: Serve, conn: asyncpg.Connection) -> Owner:
    owner = await make_owner(conn, await serve(console={"host": HOST}), "Ani Rahayu")
    await furnish_shop(conn, owner)
    await owner.sign_in()
    return owner


async def test_every_screen_fits_and_can_be_read_by_everybody(browser: Browser, shop: Owner, tmp_path: Path) -> None:
    pages: dict[str, str] = {}
    name, _, value = shop.cookie.partition("=")
    port = shop.visitor.client.port
    failures: list[str] = []
    for width in WIDTHS:
        context = await browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
        await context.add_cookies([{"name": name, "value": value, "domain": HOST, "path": "/"}])
        page = await context.new_page()
        page.on(
            "console",
            lambda message, failures=failures: failures.append(message.text) if message.type == "error" else None,
        )
        for title, path in screens_of(shop):
            await page.emulate_media(color_scheme="light")
            answer = await page.goto(f"http://{HOST}:{port}{path}", wait_until="load")
            assert answer is not None
            if answer.status >= 400 and title != "problem":
                failures.append(f"{title}: {answer.status}")
            pages[f"{title}.html"] = await answer.text()
            failures += await _look(page, title, width)
        said = list(failures)  # a browser's own word for each refusal is none of ours
        for title, path, field, text in refused_of(shop):
            await page.emulate_media(color_scheme="light")
            await page.goto(f"http://{HOST}:{port}{path}")
            await page.fill(field, text)
            async with page.expect_navigation():
                await page.press(field, "Enter")
            assert await page.locator(".wrong, .problems").count(), title
            said += await _look(page, title, width)
        failures[:] = said
        await context.close()
    if JAVA and JAR.exists():
        failures += await asyncio.to_thread(nu_says, pages, tmp_path)
    assert failures == [], "\n".join(failures)


async def _look(page: Any, title: str, width: int) -> list[str]:
    """What is wrong with what the page shows."""
    await page.evaluate(ALL_PICTURES)
    await keep_shot(page, f"console-{title}-{width}")
    faults = [f"{title} at {width} overflows: {one}" for one in await page.evaluate(OVERFLOW)]
    if await page.evaluate("document.documentElement.scrollWidth") > width:
        faults.append(f"{title} at {width} scrolls sideways")
    return faults + (await _complaints(page, f"{title} at {width}") if AXE.exists() else [])


async def _complaints(page: Any, where: str) -> list[str]:
    # The policy forbids inline scripts to pages; the tool's own world is not the page's.
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate(RUN, {"type": "tag", "values": TAGS})
    await page.emulate_media(color_scheme="dark")
    night = await page.evaluate(RUN, {"type": "rule", "values": OF_COLOUR})
    return [f"{where}: {one}" for one in found] + [f"{where} by night: {one}" for one in night]


async def test_where_one_is_can_be_seen_in_forced_colours(browser: Browser, shop: Owner) -> None:
    name, _, value = shop.cookie.partition("=")
    context = await browser.new_context(forced_colors="active", viewport={"width": 360, "height": 740})
    await context.add_cookies([{"name": name, "value": value, "domain": HOST, "path": "/"}])
    page = await context.new_page()
    await page.goto(f"http://{HOST}:{shop.visitor.client.port}/sites/{shop.site_id}/leads?shelf=spam")
    seen = await page.evaluate("""() => {
      const of = selector => getComputedStyle(document.querySelector(selector));
      return {
        canvas: of('body').backgroundColor,
        shelf: of('.shelves [aria-current]').backgroundColor,
        other: of('.shelves a:not([aria-current])').backgroundColor,
        tab: of('.tabs [aria-current]').borderBottomColor, others: of('.tabs a:not([aria-current])').borderBottomColor,
        ink: getComputedStyle(document.documentElement).getPropertyValue('--ink').trim(),
      };
    }""")
    assert seen["shelf"] not in (seen["canvas"], seen["other"])
    assert seen["others"] == seen["canvas"] != seen["tab"]
    assert seen["ink"] == "CanvasText"
    await keep_shot(page, "forced-colours")
