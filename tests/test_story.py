"""The whole story in a browser: an owner writes, looks and publishes; a guest asks; the owner reads, and takes back.

On a phone in Indonesian and on a desk in English. TAPSITE_TEST_SHOTS=folder keeps the pictures of docs/owner-guide.md,
as owner-<name>.webp.
"""

import asyncio
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest
from PIL import Image
from playwright.async_api import Browser, Page

from renderer.keyring import Keyring
from renderer.views import keep_up, recorder, rollup
from tests.browsers import SHOTS, needs_browser
from tests.databases import Database
from tests.factories import make_site
from tests.owners import HOST, PASSWORD, make_owner
from tests.serving import Serve
from tests.showcase import CONTENT
from tests.test_browser import OVERFLOW
from tests.test_views_recorder import PHONE, hold_roots
from tests.visitor import Visitor

pytestmark = needs_browser
SLUG = "libur-akhir-tahun"
FORM = {"id": "tulis", "type": "contact-form", "title": "Tulis kepada kami"}


def _shop() -> dict[str, object]:
    home = {**CONTENT["pages"][0], "sections": [*CONTENT["pages"][0]["sections"], FORM]}  # type: ignore[index, call-overload, misc]
    return {**CONTENT, "pages": [home]}


class Teller:
    """One browser window; what it complains of fails the story."""

    def __init__(self, page: Page, width: int) -> None:
        self.page, self.width = page, width
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda one: self.faults.append(one.text) if one.type == "error" else None)

    async def look(self, name: str) -> None:
        """Nothing is cut off or wider than the window; the guide gets a picture of it."""
        self.faults += [f"{name} overflows: {one}" for one in await self.page.evaluate(OVERFLOW)]
        if await self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.faults.append(f"{name} scrolls sideways")
        if SHOTS:
            shot = Image.open(io.BytesIO(await self.page.screenshot()))
            kind = "phone" if self.width < 700 else "desk"
            await asyncio.to_thread(shot.save, Path(SHOTS) / f"owner-{name}-{kind}.webp", quality=70, method=6)

    async def says(self, text: str, where: str = "body") -> None:
        assert text in await self.page.inner_text(where)


async def _until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await true():
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(("width", "locale"), [(360, "id-ID"), (1280, "en-US")])
async def test_an_owner_writes_publishes_is_asked_and_takes_back(
    browser: Browser,
    serve: Serve,
    database: Database,
    conn: asyncpg.Connection,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
    locale: str,
) -> None:
    monkeypatch.setattr(recorder, "STORE_SECONDS", 0.05)
    assert await keep_up(conn, keyring, 90)
    served = await serve(console={"host": HOST})
    await hold_roots(served)
    ani = await make_owner(conn, served, "Ani Rahayu")
    assert ani.id is not None
    site = await make_site(
        conn, user_id=ani.id, subdomain="warung-tini", title="Warung Bu Tini", generated_content=_shop()
    )
    port = served.client.port
    desk, public = f"http://{HOST}:{port}", f"http://warung-tini.sites.test:{port}"
    window = {"viewport": {"width": width, "height": 800}, "locale": locale}
    owner = Teller(await (await browser.new_context(**window, reduced_motion="reduce")).new_page(), width)  # type: ignore[arg-type]
    guest = Teller(
        await (await browser.new_context(**window, user_agent=PHONE, reduced_motion="reduce")).new_page(),  # type: ignore[arg-type]
        width,
    )

    await _sign_in(owner, desk, ani.email)
    before = await _raise_a_price(owner, served, guest, conn, site, public)
    await _add_a_dish(owner, served, guest, desk, site, public)
    post = await _write_a_draft(owner, conn, site)
    await served.caught_up()
    missing = await guest.page.goto(f"{public}/blog/{SLUG}")
    assert missing is not None
    assert missing.status == 404
    guest.faults.clear()  # the browser's own word for that 404

    await owner.page.click("button[value=link]")
    shared = await owner.page.input_value("#link")
    await owner.look("link")
    preview = f"http://{site.hex}.preview.sites.test:{port}"
    assert urlsplit(shared).hostname == urlsplit(preview).hostname
    await owner.page.goto(preview + urlsplit(shared).path)  # the tests' server has a port of its own
    await owner.page.wait_for_url(f"{preview}/blog/{SLUG}")
    await owner.says("Libur akhir tahun", "h1")
    assert await owner.page.is_visible("#tapsite-preview")
    await owner.look("preview")
    # The bar leads to where it is published.
    leads_to = await owner.page.get_attribute("#tapsite-preview .fine a", "href")
    assert leads_to is not None
    assert leads_to.endswith(f"/sites/{site}/posts/{post}")
    await owner.page.goto(desk + urlsplit(leads_to).path)
    await owner.page.click("button[value=publish]")
    await owner.page.wait_for_selector(".notice")
    await served.caught_up()
    await guest.page.goto(f"{public}/blog/{SLUG}")
    await guest.says("Libur akhir tahun", "h1")
    await guest.look("post")

    await _ask(guest, public)
    await _read_the_lead(owner, desk, site)
    await _see_who_came(owner, database, conn, desk, site)

    await owner.page.goto(f"{desk}/sites/{site}/draft")
    await owner.page.click(f"form[action$='/revisions'] button[value='{before}']")
    await owner.page.wait_for_selector(".notice")
    await served.caught_up()
    await guest.page.goto(f"{public}/")
    await guest.says("15.000")
    assert "16.500" not in await guest.page.inner_text("body")
    assert "Lontong" not in await guest.page.inner_text("body")
    assert owner.faults == []
    assert guest.faults == []


async def _sign_in(owner: Teller, desk: str, email: str) -> None:
    await owner.page.goto(f"{desk}/")
    await owner.look("sign-in")
    await owner.page.fill("#email", email)
    await owner.page.fill("#password", PASSWORD)
    await owner.page.keyboard.press("Enter")
    await owner.page.wait_for_url(f"{desk}/")
    await owner.look("overview")


async def _raise_a_price(
    owner: Teller, served: Visitor, guest: Teller, conn: asyncpg.Connection, site: UUID, public: str
) -> int:
    """The revision as it was before."""
    await guest.page.goto(f"{public}/")
    await guest.says("15.000")
    before: int = await conn.fetchval("SELECT max(revision) FROM website_revisions WHERE website_id = $1", site)
    await owner.page.click(f"main a[href='/sites/{site}']")
    await owner.page.click(".tabs a[href$='/prices']")
    pecel = owner.page.locator("li", has_text="Pecel")
    await pecel.locator("[name=price]").fill("16500")
    await pecel.locator("button[value=price]").click()
    await owner.page.wait_for_selector(".notice")
    await owner.look("prices")
    await served.caught_up()
    await guest.page.goto(f"{public}/")
    await guest.says("16.500")
    await guest.look("site")
    return before


async def _add_a_dish(owner: Teller, served: Visitor, guest: Teller, desk: str, site: UUID, public: str) -> None:
    await owner.page.goto(f"{desk}/sites/{site}")
    await owner.look("site")
    await owner.page.click(".tasks a[href$='/texts']")
    await owner.page.click("a[href$='/texts/section?at=/pages/0/sections/1']")
    await owner.page.click("a[href*='/texts/entry?']")
    await owner.page.fill("#name", "Lontong Sayur")
    await owner.page.fill("[id='price/amount']", "12rb")
    await owner.look("dish")
    await owner.page.click("main form.editor button[type=submit]")
    await owner.page.wait_for_selector(".notice")
    assert await owner.page.input_value("[id='items/3/name']") == "Lontong Sayur"
    await owner.look("section")
    await owner.page.click(".draft-bar a.key >> nth=0")
    await owner.says("Lontong Sayur, 12rb")
    await owner.look("draft")
    await owner.page.click("button[value=publish]")
    await owner.page.wait_for_selector(".notice")
    await served.caught_up()
    await guest.page.goto(f"{public}/")
    await guest.says("Lontong Sayur")


async def _write_a_draft(owner: Teller, conn: asyncpg.Connection, site: UUID) -> UUID:
    await owner.page.click(".tabs a[href$='/posts']")
    await owner.page.click("a[href$='/posts/new']")
    await owner.page.fill("#title", "Libur akhir tahun")
    await owner.page.fill(
        "#body", "Kami libur **24 Desember** sampai **2 Januari**.\n\n- Pesanan terakhir: 23 Desember"
    )
    await owner.page.click("button[value=preview]")
    await owner.page.frame_locator("iframe.paper").locator("strong >> nth=0").wait_for()
    await owner.look("writing")
    await owner.page.click("button[value=save]")
    await owner.page.wait_for_selector(".notice")
    row = await conn.fetchrow("SELECT id, slug, status FROM blog_posts WHERE website_id = $1", site)
    assert row is not None
    assert (row["slug"], row["status"]) == (SLUG, "draft")
    return UUID(str(row["id"]))


async def _ask(guest: Teller, public: str) -> None:
    await guest.page.goto(f"{public}/")
    form = guest.page.locator("form[action='/_forms/contact']")
    await form.locator("[name=name]").fill("Sari Dewi")
    await form.locator("[name=whatsapp]").fill("0813 5550 0177")
    await form.locator("[name=message]").fill("Bisa nasi kotak 40 untuk Jumat?")
    await guest.look("form")
    await form.locator("button[type=submit]").click()
    await guest.page.wait_for_selector(".sent")
    await guest.says("Bisa nasi kotak 40", ".sent")


async def _read_the_lead(owner: Teller, desk: str, site: UUID) -> None:
    await owner.page.goto(f"{desk}/sites/{site}/leads")
    await owner.look("messages")
    await owner.page.click(".leads h2 a:has-text('Sari Dewi')")
    await owner.page.wait_for_url(f"{desk}/sites/{site}/leads/*")
    await owner.says("Bisa nasi kotak 40 untuk Jumat?")
    assert await owner.page.locator("a[href^='https://wa.me/6281355500177']").count() == 1
    await owner.look("message")


async def _see_who_came(owner: Teller, database: Database, conn: asyncpg.Connection, desk: str, site: UUID) -> None:
    async def stored() -> bool:
        paths = await conn.fetchval("SELECT array_agg(page_path::text) FROM page_views WHERE website_id = $1", site)
        return {"/", f"/blog/{SLUG}"} <= set(paths or ())

    await _until(stored)
    maintain = await asyncpg.connect(database.url_as("tapsite_maintain"))
    await rollup.roll_up_due(maintain, 90)
    await maintain.close()
    views = await conn.fetchval("SELECT sum(page_views) FROM website_analytics_daily WHERE website_id = $1", site)
    assert views >= 2
    await owner.page.goto(f"{desk}/sites/{site}/statistics")
    await owner.says(str(views), ".sentences")
    assert ": /." not in await owner.page.inner_text(".sentences")
    await owner.look("statistics")
