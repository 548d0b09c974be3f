"""The console's screens as a browser shows them: on a phone and a desk, by day and by night, without script."""

import json
import subprocess
import time
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Browser, Page

from renderer.console import links, second_step, totp
from renderer.console.files import address_of
from renderer.console.screens import SCREENS, Entry
from renderer.keyring import Keyring
from tests import test_axe, test_vnu
from tests.browsers import keep_shot, needs_browser
from tests.editors import fields_of
from tests.owners import HOST, PASSWORD, Owner, furnish, make_owner
from tests.serving import Serve
from tests.test_css_age import too_new
from tests.visitor import Visitor

WIDTHS = (360, 1280)
SECRET = b"12345678901234567890"
CONTENT = {
    "site": {
        "channels": [{"kind": "instagram", "url": "https://www.instagram.com/bu-ani"}, {"kind": "lain", "url": "x"}],
        "payments": {"accepted": ["cash", "Barter"]},
    },
    "pages": [
        {
            "path": "/",
            "sections": [
                {"id": "buka", "type": "hero", "title": "Selamat datang", "facts": [{"label": "Kursi", "value": "28"}]},
                {
                    "id": "menu",
                    "type": "menu",
                    "items": [{"name": f"Hidangan {n}", "price": "9rb"} for n in range(3)],
                },
            ],
        }
    ],
    "translations": [{"language": "en"}],
}
LONG = "Warung Makan dan Oleh-oleh Khas Pesisir Utara Ibu Hajjah Sulastriningsih Prawirodirdjo Cabang Kedua " * 2


async def open_console(serve: Serve, conn: asyncpg.Connection) -> tuple[Visitor, Owner, Owner]:
    console = await serve(console={"host": HOST})
    ani = await furnish(conn, await make_owner(conn, console, "Ani Rahayu"), "Bu-Ani")
    for number, status in enumerate(("draft", "archived", "suspended", "published")):
        site = await conn.fetchval(
            "INSERT INTO websites (user_id, subdomain, template_id, title, status, view_count, is_password_protected) "
            "VALUES ($1, $2, 'pilar', $3, $4, $5, $6) RETURNING id",
            *(ani.id, f"lain{number}", LONG[: 30 + 56 * number], status, 10**number, number == 3),
        )
        assert site is not None
    await conn.execute("UPDATE websites SET generated_content = $2 WHERE id = $1", ani.site_id, json.dumps(CONTENT))
    empty = await make_owner(conn, console, "Kosong", full_name=None)
    return console, ani, empty


async def screens(ani: Owner, empty: Owner) -> dict[str, tuple[Owner, str]]:
    """Every screen that is worth looking at, and its state: who asks, and for what."""
    nobody = Owner(ani.visitor, None, "")
    of_sites = [screen.path for screen in SCREENS if screen.entry is Entry.OWNER and screen.method == "GET"]
    # A sample is a page of the site's, for a frame.
    texts = f"/sites/{ani.site_id}/texts"
    whole = [path for path in of_sites if path.count("{") == 1 and "." not in path and not path.endswith("/sample")]
    return {
        **{
            f"site{path.rpartition('}')[2].replace('/', '-')}": (ani, path.format(site_id=ani.site_id))
            for path in whole
        },
        "profile-links": (ani, f"{texts}/section?at=/site&part=channels"),
        "profile-payments": (ani, f"{texts}/section?at=/site&part=payments"),
        "entry": (ani, f"{texts}/section?at=/pages/0/sections/1&part=items/1"),
        "door": (nobody, "/sign-in"),
        "overview": (ani, "/"),
        "overview-english": (ani, "/?lang=en"),
        "overview-empty": (empty, "/"),
        "reset": (nobody, "/reset"),
        "link-gone": (nobody, "/link/x"),
        "account": (ani, "/account?done=profile"),
        "security": (ani, "/account/security"),
        "second-step": (ani, "/account/second-step"),
        "tokens": (ani, "/account/tokens"),
        "not-found": (ani, "/nothing"),
        "not-found-outside": (nobody, "/nothing"),
        "signed-out": (nobody, "/sign-in?done=signed_out"),
    }


async def states(ani: Owner, keyring: Keyring, conn: asyncpg.Connection) -> dict[str, str]:
    """What is answered to a form, as HTML: what was typed wrong, what was done, and the second step on its way."""
    nobody = Owner(ani.visitor, None, "x@example.com")
    made = await links.make(conn, keyring, ani.email, "reset", is_known=True)
    assert made is not None
    setup = second_step.setup_token(keyring, ani.id, SECRET)  # type: ignore[arg-type]
    code = totp.code_at(SECRET, int(time.time() // 30))
    post = f"/sites/{ani.site_id}/posts/{ani.post_id}"
    linked = await ani.post(post, {**fields_of((await ani.get(post)).text, post), "do": "link"})
    asked = {
        "wrong": await nobody.sign_in("salah"),
        "letter-sent": await nobody.post("/reset", {"email": nobody.email}),
        "letter-refused": await nobody.post("/reset", {"email": "x"}),
        "new-password": await nobody.get(made.path),
        "new-password-refused": await nobody.post(
            "/link", {"token": made.path.removeprefix("/link/"), "new-password": "pendek"}
        ),
        "profile-refused": await ani.post("/account", {"full_name": "a" * 101}),
        "password-refused": await ani.post("/account/password", {"current-password": "x", "new-password": "pendek"}),
        "code-refused": await ani.post("/account/second-step", {"setup": setup, "code": "1"}),
        "post-link": await ani.get(linked.headers["Location"]),
        "recovery-codes": await ani.post(
            "/account/second-step", {"setup": setup, "code": code, "current-password": PASSWORD}
        ),
        "second-step-off": await ani.get("/account/second-step"),
        "second-step-asked": await Owner(ani.visitor, None, ani.email).sign_in(),
        "foreign": await nobody.post("/sign-in", {}, **{"Sec-Fetch-Site": "cross-site"}),
    }
    return {name: answer.text for name, answer in asked.items()}


@pytest.mark.skipif(test_vnu.pytestmark.args[0], reason="there is no Nu checker on this machine")
async def test_nu_has_nothing_to_say_about_any_screen(
    serve: Serve, conn: asyncpg.Connection, keyring: Keyring, tmp_path: Path
) -> None:
    _, ani, empty = await open_console(serve, conn)
    folder = tmp_path / "screens"
    folder.mkdir()
    for owner in (ani, empty):
        assert (await owner.sign_in()).status == 303
    for name, (owner, path) in (await screens(ani, empty)).items():
        (folder / f"{name}.html").write_text((await owner.get(path)).text, "utf-8")
    for name, html in (await states(ani, keyring, conn)).items():
        (folder / f"{name}.html").write_text(html, "utf-8")
    command = [str(test_vnu.JAVA), *test_vnu.FLAGS, "-jar", str(test_vnu.JAR), "--format", "json", "--no-langdetect"]
    done = subprocess.run([*command, "--exit-zero-always", str(folder)], capture_output=True, check=True, timeout=100)
    said = [one for one in json.loads(done.stderr)["messages"] if one["type"] != "info" or one.get("subType")]
    assert [f"{one['message']}: {Path(one.get('url', '')).name}" for one in said] == []


@pytest.mark.skipif(not test_axe.AXE.exists(), reason="there is no axe on this machine")
class TestInTheBrowser:
    pytestmark = needs_browser

    async def test_every_screen_is_clean_and_fits(
        self, browser: Browser, serve: Serve, conn: asyncpg.Connection, keyring: Keyring
    ) -> None:
        console, ani, empty = await open_console(serve, conn)
        root = f"http://{HOST}:{console.client.port}"
        said = []
        for owner in (ani, empty, None):
            context = await browser.new_context(java_script_enabled=True, locale="id-ID", color_scheme="light")
            page = await context.new_page()
            if owner is not None:
                await enter(page, root, owner)
            for name, (who, path) in (await screens(ani, empty)).items():
                if who.email != (owner.email if owner else ""):
                    continue
                if "english" in name:
                    await page.set_extra_http_headers({"Accept-Language": "en"})
                await page.goto(root + path)
                said += [f"{name}, {one}" for one in await complaints(page, name)]
                await page.set_extra_http_headers({})
            if owner is None:
                await ani.sign_in()
                for name, html in (await states(ani, keyring, conn)).items():
                    await page.goto(f"{root}/nothing")
                    await page.set_content(html, wait_until="load")
                    said += [f"{name}, {one}" for one in await complaints(page, name)]
            await context.close()
        assert said == [], "\n".join(said)


class TestTheOverview:
    pytestmark = needs_browser

    async def test_what_a_site_has_new_is_tapped_itself_and_not_the_site_below_it(
        self, browser: Browser, serve: Serve, conn: asyncpg.Connection
    ) -> None:
        console, ani, _ = await open_console(serve, conn)
        root = f"http://{HOST}:{console.client.port}"
        page = await (await browser.new_context(viewport={"width": 360, "height": 740})).new_page()
        await enter(page, root, ani)
        link = page.locator(f'.sites .facts a[href="/sites/{ani.site_id}/leads"]').first
        await link.click(timeout=10_000)  # refused by Playwright where another thing is on top
        await page.wait_for_url(f"{root}/sites/{ani.site_id}/leads")


async def enter(page: Page, root: str, owner: Owner) -> None:
    """Sign in as a person does, with the keyboard."""
    await page.goto(f"{root}/")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.focus("#email")
    await page.keyboard.type(owner.email)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{root}/")


async def complaints(page: Page, name: str) -> list[str]:
    said = []
    await page.evaluate(test_axe.AXE.read_text("utf-8"))
    by_day = {"type": "tag", "values": test_axe.TAGS}
    by_night = {"type": "rule", "values": test_axe.OF_COLOUR}
    for scheme, rules in (("light", by_day), ("dark", by_night)):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 900})
            found = await page.evaluate(test_axe.RUN, rules)
            said += [f"{scheme} at {width}: {one}" for one in found]
            over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            said += [f"{scheme} at {width}: {over} px too wide"] if over > 0 else []
            await keep_shot(page, f"{name}-{width}-{scheme}")
    return said


def test_the_style_sheet_is_understood_by_a_web_view_of_2020() -> None:
    from renderer.console import files

    body, _ = files._FILES[address_of("console.css").removeprefix("/_console/")]
    assert too_new(body.decode()) == []
