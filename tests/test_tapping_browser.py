"""Editing by tapping, in a browser: from the preview to the form of what was tapped; a post drawn as it is typed."""

from urllib.parse import parse_qs, urlsplit

import asyncpg
from playwright.async_api import Browser

from renderer.keyring import Keyring
from renderer.preview.queries import make_link
from renderer.preview.tokens import USUAL, link_path
from tests.browsers import needs_browser
from tests.factories import make_site
from tests.owners import HOST, make_owner
from tests.serving import Serve
from tests.showcase import CONTENT

pytestmark = needs_browser


async def test_a_tap_leads_to_the_form_and_typing_is_drawn(
    browser: Browser, serve: Serve, conn: asyncpg.Connection, keyring: Keyring
) -> None:
    owner = await make_owner(conn, await serve(console={"host": HOST}), "Tini")
    owner.site_id = site = await make_site(conn, user_id=owner.id, subdomain="warung", generated_content=CONTENT)
    await owner.sign_in()
    link = await make_link(conn, site, USUAL, shows="draft")
    assert link is not None
    name, _, value = owner.cookie.partition("=")
    port = owner.visitor.client.port
    context = await browser.new_context(viewport={"width": 360, "height": 780})
    await context.add_cookies([{"name": name, "value": value, "domain": HOST, "path": "/"}])
    page = await context.new_page()
    page.set_default_timeout(20_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda one: faults.append(one.text) if one.type == "error" else None)
    try:
        # The tests' server has a port of its own, which addresses in pages do not name.
        asked: list[str] = []

        async def note(route: object) -> None:
            asked.append(route.request.url)  # type: ignore[attr-defined]
            await route.fulfill(body="form", content_type="text/plain")  # type: ignore[attr-defined]

        await page.route("**/texts/section**", note)
        await page.goto(f"http://{site.hex}.preview.sites.test:{port}{link_path(keyring, link)}?edit=1")
        await page.wait_for_selector("[data-edits]", state="attached")
        await page.click("text=Pecel")
        await page.wait_for_url("**/texts/section**")
        wanted = parse_qs(urlsplit(asked[0]).query)
        assert wanted["at"] == ["/generated_content/pages/0/sections/1"]
        assert "Pecel" in wanted["said"][0]
        await page.unroute("**/texts/section**")
        to = urlsplit(asked[0])
        assert to.hostname == HOST
        await page.goto(f"http://{HOST}:{port}{to.path}?{to.query}")
        focused = await page.evaluate("document.activeElement.value")
        assert focused == "Pecel"
        await page.goto(f"http://{HOST}:{port}/sites/{site}/posts/new")
        await page.fill("#body", "**Tebal** sekali")
        await page.frame_locator("iframe.paper").locator("strong").wait_for()
        # The page that stands in for the console's asks for an icon at a port where nobody is.
        assert [one for one in faults if "ERR_CONNECTION_REFUSED" not in one] == []
    finally:
        await context.close()
