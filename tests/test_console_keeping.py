"""What is typed into a long form and not saved is there again for who typed it; no tab overwrites another."""

import copy
import json
from typing import Any

import asyncpg
import pytest
from playwright.async_api import Browser, Page

from renderer.console.keeping import MOST_KEPT
from renderer.upkeep import prune_unsaved
from tests.browsers import needs_browser
from tests.editors import fields_of
from tests.factories import make_post
from tests.owners import HOST, Owner, make_owner
from tests.showcase import CONTENT
from tests.test_console_craft import enter

AT = "/pages/0/sections/1"
SECTION = f"texts/section?at={AT}"
LONG = "Resep nenek sejak 1998, dimasak di atas arang setiap pagi."


async def keep(owner: Owner, place: str, typed: dict[str, Any], tab: str = "a") -> int:
    path = f"/sites/{owner.site_id}/unsaved?for={place.replace('&', '%26')}"
    return (await owner.post(path, {**typed, "_tab": tab})).status


def kept_of(page: str) -> bool:
    return LONG in page


async def _seen(owner: Owner, place: str) -> dict[str, Any]:
    path = f"/sites/{owner.site_id}/{place}"
    return fields_of((await owner.get(path)).text, path.partition("?")[0])


FORMS = {
    SECTION: ("intro", 303),
    f"texts/entry?at={AT}&list=items": ("text", 303),
    f"texts/translation?at={AT}&lang=en": ("intro", 303),
    "texts/section?at=/site&part=navigation": ("", 303),
    "leads/forms/contact": ("thanks-id", 303),
    "facts": ("tagline", 303),
}


async def test_screens_on_the_way_to_such_a_form_say_that_typing_waits_there(tini: Owner) -> None:
    ways = {
        "": ("/facts", "/leads/forms"),
        "/prices": ("/facts",),
        "/leads": ("ketikan belum disimpan",),
        "/leads/forms": ("ketikan belum disimpan",),
    }
    root = f"/sites/{tini.site_id}"
    before = {way: (await tini.get(root + way)).text for way in ways}
    assert not any("belum disimpan" in page for page in before.values())
    for place in ("facts", "leads/forms/contact"):
        assert await keep(tini, place, {"seen": "x", "tagline": LONG}) < 300
    for way, said in ways.items():
        page = (await tini.get(root + way)).text
        at = page.index("belum disimpan")
        line = page[at - 40 : at + 300]
        assert all(one in line for one in said), (way, line)
        assert LONG not in page


@pytest.mark.parametrize("place", FORMS)
async def test_a_long_form_is_there_again_until_it_is_saved(tini: Owner, conn: asyncpg.Connection, place: str) -> None:
    content = {**copy.deepcopy(CONTENT), "translations": [{"language": "en"}]}
    await conn.execute("UPDATE websites SET generated_content = $1", json.dumps(content))
    name, done = FORMS[place]
    path = f"/sites/{tini.site_id}/{place}"
    sent = await _seen(tini, place)
    page = (await tini.get(path)).text
    assert f"/unsaved?for={place.partition('?')[0].replace('/', '%2F')}" in page
    if not name:
        return
    typed = {**sent, name: LONG, **({"name": "Lontong"} if "/entry" in place else {})}
    assert await keep(tini, place, typed) == 204
    page = (await tini.get(path)).text
    assert kept_of(page)
    assert 'id="kept-before" role="status" hidden' in page
    refused = await tini.post(path.partition("?")[0], {**typed, "seen": "x", "of": "x"})
    if refused.status in (409, 422):
        assert "data-typed" not in refused.text, "older than what was typed"
        assert "data-unsaved" in refused.text
    assert (await tini.post(path.partition("?")[0], {**typed, "_tab": "a"})).status == done
    assert await conn.fetchval("SELECT count(*) FROM unsaved_forms") == 0
    assert "data-typed" not in (await tini.get(path)).text


async def test_typing_into_a_form_that_has_changed_is_shown_to_be_copied(tini: Owner, conn: asyncpg.Connection) -> None:
    sent = await _seen(tini, SECTION)
    assert await keep(tini, SECTION, {**sent, "intro": LONG}) == 204
    # Another section stands there by now.
    other = copy.deepcopy(CONTENT)
    other["pages"][0]["sections"].reverse()  # type: ignore[index]
    await conn.execute("UPDATE websites SET generated_content = $1", json.dumps(other))
    page = (await tini.get(f"/sites/{tini.site_id}/{SECTION}")).text
    assert "data-typed" not in page
    assert f"{LONG}</textarea>" in page
    assert "Formulirnya sudah berubah" in page
    assert "ketikan belum disimpan" in (await tini.get(f"/sites/{tini.site_id}/texts")).text
    given_up = await tini.post(f"/sites/{tini.site_id}/unsaved?for={SECTION}", {"do": "forget"})
    assert given_up.headers["Location"] == f"/sites/{tini.site_id}/{SECTION}&done=unsaved_forgotten"
    assert LONG not in (await tini.get(f"/sites/{tini.site_id}/{SECTION}")).text
    assert "ketikan belum disimpan" not in (await tini.get(f"/sites/{tini.site_id}/texts")).text


async def test_a_second_tab_neither_overwrites_nor_forgets_what_the_first_keeps(
    tini: Owner, conn: asyncpg.Connection
) -> None:
    post = await make_post(conn, tini.site_id, title="Sambal", slug="sambal", content={"type": "markdown", "text": "a"})
    place = f"/sites/{tini.site_id}/posts/{post}"
    sent = fields_of((await tini.get(place)).text, place)

    async def keep_post(text: str, tab: str) -> int:
        return (await tini.post(f"{place}/unsaved", {**sent, "body": text, "_tab": tab})).status

    for keeps in (keep_post, lambda text, tab: keep(tini, "facts", {"tagline": text, "seen": "x"}, tab)):
        assert await keeps("Tab pertama", "one") == 204
        assert await keeps("Tab kedua", "two") == 409
        assert await keeps("Tab kedua", "two someone") == 409
        assert await keeps("Tab pertama lagi", "one") == 204
        # Opened anew, it goes on with what was kept.
        assert await keeps("Dibuka lagi", "three one") == 204
        assert await keeps("Tab pertama", "one") == 409
    assert "Dibuka lagi</textarea>" in (await tini.get(place)).text
    assert 'data-tab="three"' in (await tini.get(place)).text
    # The second tab saves: what the first typed is not lost with it.
    saved = await tini.post(place, {**sent, "body": "Dari tab kedua", "_tab": "two", "do": "save"})
    assert saved.status == 303
    assert "Dibuka lagi</textarea>" in (await tini.get(place)).text
    facts = await _seen(tini, "facts")
    assert (await tini.post(f"/sites/{tini.site_id}/facts", {**facts, "_tab": "two"})).status == 303
    assert await conn.fetchval("SELECT typed::text FROM unsaved_forms") == '[["tagline", "Dibuka lagi"], ["seen", "x"]]'
    seen = fields_of((await tini.get(place)).text, place)["seen"]
    late = await tini.post(place, {**sent, "seen": seen, "body": "Dibuka lagi", "_tab": "four three", "do": "save"})
    assert late.status == 409
    assert 'data-tab="four"' in late.text


async def test_only_forms_are_kept_so_many_so_long_and_for_their_owner(tini: Owner, conn: asyncpg.Connection) -> None:
    for place in ("", "x", "facts?x=1", "//evil.example", "texts/section", "texts/section?at=\n", "prices", "a" * 400):
        assert (await tini.post(f"/sites/{tini.site_id}/unsaved", {"a": "b"})).status == 404
        path = f"/sites/{tini.site_id}/unsaved?for={place}".replace("\n", "%0A")
        assert (await tini.post(path, {"do": "forget"})).status == 404, place
    for number in range(MOST_KEPT + 5):
        assert await keep(tini, f"texts/section?at=/pages/0/sections/{number}", {"title": "x"}) == 204
    assert await conn.fetchval("SELECT count(*) FROM unsaved_forms") == MOST_KEPT
    # Odd rows are no fault.
    for typed in ("{}", "5", '[["a"], [1, 2], "x", ["tagline", {}]]', '[["tagline", "Hanya ini"]]'):
        await conn.execute("DELETE FROM unsaved_forms")
        await conn.execute(
            "INSERT INTO unsaved_forms (website_id, user_id, place, typed, tab) VALUES ($1, $2, 'facts', $3, '')",
            tini.site_id,
            tini.id,
            typed,
        )
        page = await tini.get(f"/sites/{tini.site_id}/facts")
        assert page.status == 200
        assert ("Hanya ini" in page.text) == ("Hanya ini" in typed)
    # Who gets the site later does not read what its owner before was typing.
    budi = await make_owner(conn, tini.visitor, "Budi")
    await conn.execute("UPDATE websites SET user_id = $2 WHERE id = $1", tini.site_id, budi.id)
    await budi.sign_in()
    assert "Hanya ini" not in (await budi.get(f"/sites/{tini.site_id}/facts")).text
    assert await keep(tini, "facts", {"tagline": LONG}) == 404
    assert await prune_unsaved(conn) is None
    await conn.execute("UPDATE unsaved_forms SET typed_at = now() - interval '31 days'")
    assert await prune_unsaved(conn) == "1 texts that were never saved forgotten"


class TestInABrowser:
    pytestmark = needs_browser

    async def test_a_closed_tab_loses_nothing_of_a_menu(
        self, browser: Browser, tini: Owner, conn: asyncpg.Connection
    ) -> None:
        root = f"http://{HOST}:{tini.visitor.client.port}"
        page = await _open(browser, root, tini)
        address = f"{root}/sites/{tini.site_id}/{SECTION}"
        await page.goto(address)
        await page.click("[id='entry-items/2'] summary")
        await page.fill("[name='items/2/name']", "Es teh tawar")
        async with page.expect_response("**/unsaved?*") as kept:
            await page.fill("#intro", LONG)
        assert (await kept.value).status == 204
        await page.wait_for_selector(".kept:not([hidden])")
        second = await page.context.new_page()
        await second.goto(address)
        assert await second.input_value("#intro") == LONG
        assert await second.input_value("[name='items/2/name']") == "Es teh tawar"
        assert await second.is_visible("#kept-before")
        assert await second.evaluate("document.documentElement.scrollWidth <= innerWidth")
        # Both go on: the second has taken over, and the first is told.
        await second.fill("#intro", f"{LONG}!")
        await second.wait_for_selector(".kept:not([hidden])")
        await page.fill("#intro", "Dari tab pertama")
        await page.wait_for_selector(".kept[role=alert]")
        assert await page.inner_text(".kept") == await page.get_attribute(".kept", "data-elsewhere")
        await second.locator("form.editor > p > button[type=submit]").first.click()
        await second.wait_for_selector(".notice")
        assert await second.input_value("#intro") == f"{LONG}!"
        assert not await second.locator("#kept-before").count()
        assert await conn.fetchval("SELECT count(*) FROM unsaved_forms") == 0

    async def test_what_is_ticked_and_chosen_comes_back_as_it_was(
        self, browser: Browser, tini: Owner, conn: asyncpg.Connection
    ) -> None:
        root = f"http://{HOST}:{tini.visitor.client.port}"
        page = await _open(browser, root, tini)
        address = f"{root}/sites/{tini.site_id}/texts/section?at=/site&part=payments"
        await page.goto(address)
        ticks = page.locator("form.editor input[type=checkbox]")
        await ticks.nth(1).check()
        await page.locator("form.editor textarea").first.fill("Tukar tambah")
        was = await page.evaluate("new URLSearchParams(new FormData(document.querySelector('form.editor'))).toString()")
        await page.wait_for_selector(".kept:not([hidden])")
        await page.goto("about:blank", wait_until="commit")
        page = await page.context.new_page()
        await page.goto(address)
        now = await page.evaluate("new URLSearchParams(new FormData(document.querySelector('form.editor'))).toString()")
        assert now.partition("&_tab")[0] == was.partition("&_tab")[0]
        await page.click("#kept-before summary")
        await page.click("#kept-before button")
        await page.wait_for_selector(".notice")
        assert not await page.locator("form.editor input[type=checkbox]").nth(1).is_checked()
        assert not await page.locator("#kept-before").count()


async def _open(browser: Browser, root: str, owner: Owner) -> Page:
    context = await browser.new_context(viewport={"width": 360, "height": 740})
    page = await context.new_page()
    await enter(page, root, owner)
    return page
