"""The owners' screens by keyboard alone: every stop is seen, none traps, and the whole story needs no mouse."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from playwright.async_api import Browser, Page

from tests.browsers import needs_browser
from tests.owners import HOST, PASSWORD, Owner, make_owner
from tests.photographs import photograph
from tests.serving import Serve
from tests.showcase import furnish_shop, screens_of

pytestmark = needs_browser
MOST_STOPS = 300
MOST_SECONDS = 150
SEEN_ELSEWHERE = ("statistics-", "posts-", "previews-", "leads-spam", "texts-branch", "search-")
"""Beginnings of names of screens whose like is walked."""

BEGIN = """() => {
  window.__seen = new Map();
  window.__end = 0;
  document.querySelector('.skip').focus();
}"""
# What is wrong with the stop that has the focus: no ring, not in sight, covered, without a name. A date has several.
STOP = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const again = window.__seen.has(node) && window.__last !== node;
  window.__seen.set(node, true);
  window.__last = node;
  const faults = [], label = node.labels && node.labels[0];
  const ring = getComputedStyle(node), ringed = ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2;
  if (!/^(IFRAME|HTML)$/.test(node.tagName) && !/^date/.test(node.type) && !ringed) faults.push('no ring');
  const box = node.getClientRects()[0] || node.getBoundingClientRect();
  const x = box.left + Math.min(box.width / 2, 20), y = box.top + Math.min(box.height / 2, 20);
  const top = document.elementFromPoint(x, y);
  if (!top) faults.push('out of sight');
  else if (!node.contains(top) && !top.contains(node) && !(label && label.contains(top)))
    faults.push(`covered by ${top.tagName}.${top.className}`);
  const name = node.getAttribute('aria-label') || (label || node).textContent || node.title || node.value || '';
  if (!name.trim()) faults.push('no name');
  // The next stop is below the last or right of it, but for buttons that stay in sight.
  let stays = false;
  for (let one = node; one && !stays; one = one.parentElement)
    stays = /sticky|fixed/.test(getComputedStyle(one).position);
  const end = box.bottom + scrollY;
  const rises = !stays && window.__end && end < window.__end - 60 && box.left <= window.__left;
  if (node.tabIndex > 0 || rises) faults.push('out of order');
  if (!stays) [window.__end, window.__left] = [end, box.left];
  return {said: `${node.tagName}#${node.id} ${name.trim().slice(0, 40)}`, again: again, faults: faults};
}"""
MISSED = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter(node =>
  !node.disabled && node.type !== 'hidden' && node.type !== 'radio' && node.tabIndex >= 0 && !node.closest('[inert]')
  && node.checkVisibility({visibilityProperty: true}) && !window.__seen.has(node)
).map(node => `${node.tagName}#${node.id} ${node.textContent.trim().slice(0, 40)}`)"""


@pytest.fixture
async def shop(serve: Serve, conn: asyncpg.Connection) -> Owner:
    owner = await make_owner(conn, await serve(console={"host": HOST}), "Ani Rahayu")
    await furnish_shop(conn, owner)
    return owner


async def test_every_stop_is_seen_and_none_traps(browser: Browser, shop: Owner) -> None:
    await shop.sign_in()
    name, _, value = shop.cookie.partition("=")
    context = await browser.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    await context.add_cookies([{"name": name, "value": value, "domain": HOST, "path": "/"}])
    page = await context.new_page()
    faults: list[str] = []
    for title, path in screens_of(shop):
        if not title.startswith(SEEN_ELSEWHERE) and not title.endswith(("-empty", "-none", "-none-found")):
            try:
                async with asyncio.timeout(MOST_SECONDS):
                    await page.goto(f"http://{HOST}:{shop.visitor.client.port}{path}")
                    faults += [f"{title}: {one}" for one in await _walk(page)]
            except TimeoutError:
                raise AssertionError("\n".join([*faults, f"{title}: no end within {MOST_SECONDS} s"])) from None
    assert faults == [], "\n".join(faults)


async def _walk(page: Page) -> list[str]:
    """From the beginning of a page to its end, and what is wrong with its stops."""
    faults: list[str] = []
    await page.evaluate(BEGIN)
    stop = await page.evaluate(STOP)
    for _ in range(MOST_STOPS):
        if stop is None or stop["again"]:
            returns = stop is not None and "skip" not in stop["said"].lower() and stop["said"] != "HTML#"
            missed = [f"never reached {one}" for one in await page.evaluate(MISSED)]
            return [*faults, *missed, *([f"came back to {stop['said']}"] if returns else [])]
        faults += [f"{stop['said']}: {one}" for one in stop["faults"]]
        await page.keyboard.press("Tab")
        stop = await page.evaluate(STOP)
    return [*faults, "never ends"]


class Hands:
    """Keys, and nothing else. What leads nowhere fails where it was wanted."""

    def __init__(self, page: Page, desk: str, root: str) -> None:
        self.page, self.desk, self.root = page, desk, root

    async def open(self, path: str) -> None:
        await self.page.goto(f"{self.desk}{path}")

    async def to(self, selector: str) -> None:
        """On to a stop, as often as Tab takes; it has to be ringed and in sight."""
        for _ in range(MOST_STOPS):
            await self.page.keyboard.press("Tab")
            if await self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                await self.page.evaluate("window.__seen = window.__seen || new Map()")
                assert (await self.page.evaluate(STOP))["faults"] == [], selector
                return
        raise AssertionError(f"no key leads to {selector} on {self.page.url}")

    async def press(self, selector: str, key: str = "Enter") -> None:
        """What leads to another page."""
        await self.to(selector)
        async with self.page.expect_navigation():
            await self.page.keyboard.press(key)

    async def type(self, selector: str, text: str) -> None:
        """In place of what is there."""
        await self.to(selector)
        await self.page.keyboard.press("ControlOrMeta+A")
        await self.page.keyboard.insert_text(text)

    async def done(self) -> str:
        """What is said, first of all in the title: that is read aloud."""
        assert await self.page.locator(".notice").count(), await self.page.inner_text("main")
        said = (await self.page.inner_text(".notice >> nth=0")).strip()
        assert said.partition("\n")[0] in await self.page.title()
        return said


async def _enter(browser: Browser, shop: Owner) -> Hands:
    context = await browser.new_context(
        viewport={"width": 360, "height": 740}, reduced_motion="reduce", locale="en-US", accept_downloads=True
    )
    page = await context.new_page()
    page.on("filechooser", lambda _: None)  # no dialog of the system's opens, from the first on
    hands = Hands(page, f"http://{HOST}:{shop.visitor.client.port}", f"/sites/{shop.site_id}")
    await hands.open("/")
    await hands.type("#email", shop.email)
    await hands.type("#password", PASSWORD)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    return hands


async def test_a_site_is_changed_published_and_rolled_back_without_a_mouse(
    browser: Browser, shop: Owner, conn: asyncpg.Connection, tmp_path: Path
) -> None:
    async with asyncio.timeout(MOST_SECONDS):
        await _change_a_site(await _enter(browser, shop), shop, conn, tmp_path)


async def test_the_look_the_order_and_the_doors_of_a_site_need_no_mouse(
    browser: Browser, shop: Owner, conn: asyncpg.Connection
) -> None:
    async with asyncio.timeout(MOST_SECONDS):
        hands = await _enter(browser, shop)
        await _design(hands)
        await _open_doors(hands, conn)


async def test_posts_messages_and_statistics_need_no_mouse(
    browser: Browser, shop: Owner, conn: asyncpg.Connection
) -> None:
    async with asyncio.timeout(MOST_SECONDS):
        hands = await _enter(browser, shop)
        await _post(hands, conn)
        await _read(hands)
        await _leave(hands, conn, shop)


async def _change_a_site(hands: Hands, shop: Owner, conn: asyncpg.Connection, tmp_path: Path) -> None:
    page, root, site = hands.page, hands.root, shop.site_id
    before = await conn.fetchval("SELECT max(revision) FROM website_revisions WHERE website_id = $1", site)
    # A price, and what is sold out.
    await hands.press(f".quick a[href='{root}/prices']")
    await hands.type("li:nth-child(2) [name=price]", "17000")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await hands.done()
    assert "17000" in await _content(conn, site)
    # The next stop is where the list was left.
    await hands.press("li:nth-child(3) button[value=gone]", "Space")
    assert await _content(conn, site, "status") == ["sold_out", "sold_out"]

    # Opening hours and a text.
    await hands.open(f"{root}/facts")
    await hands.type("#day-5", "08.00-12.00")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await hands.done()
    await hands.open(f"{root}/texts")
    await hands.press(f"a[href='{root}/texts/section?at=/pages/0/sections/1']")
    await hands.type("#intro", "Semua dimasak pagi ini.")
    await hands.press("form.editor button:not([tabindex])")
    await hands.done()

    # A picture.
    file = tmp_path / "warung.jpg"
    file.write_bytes(photograph(3))
    await hands.open(f"{root}/pictures")
    await hands.to("#files")
    async with page.expect_file_chooser() as chooser:
        await page.keyboard.press("Enter")
    await (await chooser.value).set_files(file)
    await hands.press("form.upload button")
    await hands.done()

    # Published, and as it was.
    await hands.open(f"{root}/draft")
    await hands.press("button[value=publish]")
    await hands.done()
    assert "Semua dimasak pagi ini." in await _content(conn, site)
    await hands.press(f"form[action$='/revisions'] button[value='{before}']")
    await hands.done()
    assert "Semua dimasak pagi ini." not in await _content(conn, site)
    assert "17000" not in await _content(conn, site)


async def _design(hands: Hands) -> None:
    """Theme, shapes and order, and what searches show."""
    page, root = hands.page, hands.root
    await hands.open(f"{root}/look")
    await hands.press("main form button[name=theme], main form button[name=variant]", "Space")
    await hands.done()
    await hands.open(f"{root}/colours")
    await hands.to("[id^=own-]")
    await page.keyboard.press("Space")
    await hands.to("select")
    await page.keyboard.press("ArrowDown")
    await hands.press("button[value=save]")
    await hands.done()
    await hands.open(f"{root}/order")
    await hands.press("button[value^=down-]")
    moved = await page.evaluate("location.hash.slice(1)")
    # Its line is where it goes on.
    await hands.to("main button")
    assert await page.evaluate("place => document.getElementById(place).contains(document.activeElement)", moved)
    await hands.open(f"{root}/search")
    await hands.type("#title", "Gudeg di Sleman")
    await hands.press("button[value=save]")
    await hands.done()


async def _open_doors(hands: Hands, conn: asyncpg.Connection) -> None:
    """A password put on and off; a domain; a preview to give away."""
    page, root = hands.page, hands.root
    await hands.press(".draft-bar a.key")
    await hands.type("#site-password", "sambal terasi")
    await hands.press("button[value=set]")
    await hands.done()
    await hands.press("button[value=off]")
    await hands.open(f"{root}/domains")
    await hands.type("#host", "warung-tini.example")
    await hands.press("button[value=claim]")
    assert await conn.fetchval("SELECT count(*) FROM website_domains WHERE host = 'warung-tini.example'") == 1
    await hands.open(f"{root}/previews")
    await hands.to("#days")
    await page.keyboard.press("ArrowUp")
    await hands.press("button[value=make]")
    await hands.to("button[data-copies]")


async def _post(hands: Hands, conn: asyncpg.Connection) -> None:
    """With Markdown from the keyboard, a mistake that is led to, and a time to be published at."""
    page, root = hands.page, hands.root
    await hands.open(f"{root}/posts/new")
    await hands.type("#title", "Libur akhir tahun")
    await hands.to("[data-write=bold]")
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "body", "the caret is where it was"
    await page.keyboard.insert_text("Kami libur")
    await hands.type("#slug", "?")
    await hands.to("#at")
    when = datetime.now().astimezone() + timedelta(days=3)
    await page.keyboard.type(when.strftime("%m%d%Y"))
    await page.keyboard.press("Tab")
    await page.keyboard.type("0900AM")
    await hands.press("button[value=publish]")
    if await page.locator("#problems").count():
        assert await page.evaluate("document.activeElement.id") == "problems"
        await hands.to("#problems a")
        await page.keyboard.press("Enter")
        await hands.type("#slug", "libur")
        await hands.press("button[value=publish]")
    await hands.done()
    row = await conn.fetchrow(
        "SELECT status, content ->> 'text' AS text, scheduled_at FROM blog_posts WHERE slug = 'libur'"
    )
    assert row is not None
    assert (row["status"], row["text"]) == ("published", "**Kami libur**")
    assert row["scheduled_at"] is not None


async def _read(hands: Hands) -> None:
    """A message is opened, answered and tried again; statistics are narrowed and downloaded."""
    page, root = hands.page, hands.root
    await hands.open(f"{root}/leads")
    await hands.to(".leads input[type=checkbox]")
    await page.keyboard.press("Space")
    await hands.press("button[value=replied]")
    await hands.done()
    await hands.press(".leads h2 a")
    await hands.to("a[href^='https://wa.me/']")
    await hands.press("form[action$='/deliver'] button")
    await hands.open(f"{root}/statistics?days=30")
    await hands.to("details.erase summary")
    await page.keyboard.press("Enter")
    await hands.to("a[download]")
    async with page.expect_download() as download:
        await page.keyboard.press("Enter")
    assert re.search(r"\.csv$", (await download.value).suggested_filename)


async def _leave(hands: Hands, conn: asyncpg.Connection, shop: Owner) -> None:
    await shop.sign_in()  # on another device
    assert await conn.fetchval("SELECT count(*) FROM console_sessions WHERE user_id = $1", shop.id) == 2
    await hands.open("/account/security")
    await hands.press("button[name=session]")
    await hands.done()
    await hands.press(".out button")
    assert await conn.fetchval("SELECT count(*) FROM console_sessions WHERE user_id = $1", shop.id) == 0


async def _content(conn: asyncpg.Connection, site: Any, key: str = "") -> Any:
    text = await conn.fetchval("SELECT generated_content::text FROM websites WHERE id = $1", site)
    return re.findall(rf'"{key}": "(\w+)"', text) if key else text
