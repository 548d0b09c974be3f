"""What scripts add to the console: a form is sent once, typing is not left by mistake, text gets its signs."""

import asyncio
from typing import Any

import asyncpg
from playwright.async_api import Browser, Dialog

from tests.browsers import needs_browser
from tests.factories import insert, make_site
from tests.owners import HOST, make_owner
from tests.serving import Serve
from tests.test_console_craft import enter

pytestmark = needs_browser


async def test_a_post_is_written_with_buttons_sent_once_and_not_left_by_mistake(
    browser: Browser, serve: Serve, conn: asyncpg.Connection
) -> None:
    console = await serve(console={"host": HOST})
    ani = await make_owner(conn, console, "Ani")
    site = await make_site(conn, user_id=ani.id, subdomain="warung")
    name = f"{'d' * 32}-600x400"
    picture = {"website_id": site, "name": name, "fallback": "jpg", "bytes": 1, "alt": "Sambal [baru]"}
    await insert(conn, "pictures", picture)
    root = f"http://{HOST}:{console.client.port}"
    page = await (await browser.new_context(viewport={"width": 360, "height": 740})).new_page()
    await enter(page, root, ani)
    await page.goto(f"{root}/sites/{site}/posts/new")
    await page.fill("#title", "Sambal")
    await page.click("#body")
    await page.keyboard.type("Pedas ")
    await page.click("[data-write=bold]")
    await page.keyboard.type("sekali")
    await page.keyboard.press("End")
    await page.click("#insert summary")
    await page.click("#insert [data-mark]")
    written = f"Pedas **sekali**\n\n![Sambal (baru)](/_media/{name}/600.jpg)\n\n"
    assert await page.input_value("#body") == written
    await page.click("[data-write=list]")
    await page.keyboard.type("ulek")
    assert await page.input_value("#body") == f"{written}- ulek"

    asked = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    page.on("dialog", stay)
    async with page.expect_event("dialog"):
        await page.evaluate("document.querySelector('.up a').click()")
    assert asked == ["beforeunload"]
    assert await page.input_value("#body") == f"{written}- ulek"
    # What is sent is not asked about, and a second tap sends nothing more.
    await page.dblclick("button[value=publish]")
    await page.wait_for_selector(".notice")
    assert asked == ["beforeunload"]
    assert await conn.fetchval("SELECT count(*) FROM blog_posts") == 1


# A page that waits for an answer cannot be asked anything: it notes by itself what its line says, and taps once more.
NOTED = """again => {
  sessionStorage.said = '';
  const line = document.getElementById('sending');
  new MutationObserver(() => { sessionStorage.said += line.textContent + '|' }).observe(line, { childList: true });
  const button = document.querySelector('main form button[type=submit]');
  const now = performance.now.bind(performance);
  document.addEventListener('submit', () => {
    setTimeout(() => { sessionStorage.busy = button.getAttribute('aria-busy') });
    setTimeout(() => {
      performance.now = () => now() + 60000;
      if (again) button.click();
    }, 1200);
  }, { once: true });
}"""


async def test_a_slow_answer_is_waited_for_in_words_and_an_upload_is_never_begun_anew(
    browser: Browser, serve: Serve, conn: asyncpg.Connection
) -> None:
    console = await serve(console={"host": HOST})
    ani = await make_owner(conn, console, "Ani")
    site = await make_site(conn, user_id=ani.id, subdomain="warung")
    root = f"http://{HOST}:{console.client.port}"
    page = await (await browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID")).new_page()
    await enter(page, root, ani)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    photo: Any = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}

    async def told(path: str, *, again: bool) -> str:
        await page.goto(f"{root}{path}")
        if path.endswith("pictures"):
            await page.set_input_files("#files", [photo])
        await page.evaluate(NOTED, again)
        sent.clear()
        async with conn.transaction():
            await conn.execute("LOCK TABLE console_sessions IN ACCESS EXCLUSIVE MODE")
            await page.click("main form button[type=submit]", no_wait_after=True)
            await asyncio.sleep(2)
        await page.wait_for_selector("main .notice, main .problems")
        assert sent.count("POST") == 1
        assert await page.evaluate("sessionStorage.busy") == "true"
        assert await page.inner_text("#sending") == ""
        said: str = await page.evaluate("sessionStorage.said")
        return said

    assert "Sedang dikirim" in await told("/account", again=False)
    # However long it takes already: a browser would drop what has come so far.
    assert "Sedang diunggah" in await told(f"/sites/{site}/pictures", again=True)
