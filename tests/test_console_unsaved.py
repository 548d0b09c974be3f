"""What is typed into a post is kept before it is saved, for who typed it alone; lists of posts are narrowed."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from playwright.async_api import Browser

from renderer.upkeep import prune_unsaved
from tests.browsers import needs_browser
from tests.factories import make_post, make_site
from tests.owners import HOST, Owner, make_owner
from tests.serving import Serve
from tests.test_console_craft import enter
from tests.test_console_posts import seen_in

TYPED = {"title": "Sambal ma", "body": "Pedas, tetapi", "tags": "pedas", "seen": ""}


@pytest.fixture
async def ani(serve: Serve, conn: asyncpg.Connection) -> Owner:
    owner = await make_owner(conn, await serve(console={"host": HOST}), "Ani")
    owner.site_id = await make_site(conn, user_id=owner.id, subdomain="warung")
    await owner.sign_in()
    return owner


async def test_a_new_post_is_there_again_until_it_is_saved_or_given_up(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/posts"
    for number in range(2):
        assert (await ani.post(f"{root}/new/unsaved", {**TYPED, "body": f"Pedas {number}"})).status == 204
    assert await conn.fetchval("SELECT count(*) FROM unsaved_posts") == 1
    page = (await ani.get(f"{root}/new")).text
    assert 'value="Sambal ma"' in page
    assert "Pedas 1</textarea>" in page
    assert "belum disimpan" in page
    assert "lanjutkan" in (await ani.get(root)).text
    given_up = await ani.post(f"{root}/new/unsaved", {"do": "forget"})
    assert given_up.headers["Location"].startswith(f"{root}/new?done=")
    assert "Sambal" not in (await ani.get(f"{root}/new")).text
    assert (await ani.post(f"{root}/new/unsaved", TYPED)).status == 204
    assert (await ani.post(f"{root}/new", {**TYPED, "do": "save"})).status == 303
    assert "Sambal" not in (await ani.get(f"{root}/new")).text
    assert await conn.fetchval("SELECT count(*) FROM unsaved_posts") == 0


async def test_typing_waits_beside_a_live_post_and_overwrites_nobody(ani: Owner, conn: asyncpg.Connection) -> None:
    post = await make_post(conn, ani.site_id, title="Sambal", slug="sambal", content={"type": "markdown", "text": "a"})
    place = f"/sites/{ani.site_id}/posts/{post}"
    seen = seen_in((await ani.get(place)).text)
    assert (await ani.post(f"{place}/unsaved", {**TYPED, "slug": "sambal", "seen": seen})).status == 204
    assert "Pedas" not in (await ani.visitor.get("warung.sites.test", "/blog/sambal")).text
    assert "ketikan belum disimpan" in (await ani.get(f"/sites/{ani.site_id}/posts")).text
    # A generator writes meanwhile: whoever goes on with the typing is told.
    await conn.execute("UPDATE blog_posts SET excerpt = 'dari program' WHERE id = $1", post)
    page = (await ani.get(place)).text
    assert "Pedas, tetapi</textarea>" in page
    assert seen_in(page) == seen
    late = await ani.post(place, {**TYPED, "slug": "sambal", "seen": seen, "do": "save"})
    assert late.status == 409
    assert "Pedas, tetapi" in late.text
    assert await conn.fetchval("SELECT count(*) FROM unsaved_posts") == 1
    saved = await ani.post(place, {**TYPED, "slug": "sambal", "seen": seen_in(late.text), "do": "save"})
    assert saved.status == 303
    assert await conn.fetchval("SELECT count(*) FROM unsaved_posts") == 0
    # What came too late, or was taken back by hand, is nothing to go on with.
    shown = (await ani.get(place)).text
    same = {"title": "Sambal ma", "slug": "sambal", "body": "Pedas, tetapi", "tags": "pedas", "seen": seen_in(shown)}
    assert (await ani.post(f"{place}/unsaved", same)).status == 204
    assert "belum disimpan" not in (await ani.get(place)).text


async def test_the_text_of_another_editor_is_never_typed_over(ani: Owner, conn: asyncpg.Connection) -> None:
    post = await make_post(conn, ani.site_id, title="Lama", slug="lama", content={"type": "doc", "content": []})
    place = f"/sites/{ani.site_id}/posts/{post}"
    await ani.post(f"{place}/unsaved", {"title": "Baru", "slug": "lama", "body": "ditimpa", "seen": "x"})
    page = (await ani.get(place)).text
    assert 'value="Baru"' in page
    assert 'name="body"' not in page


async def test_nobody_reads_or_keeps_typing_of_others(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/posts"
    foreign = await make_post(conn, await make_site(conn), slug="asing")
    for named in (foreign, UUID(int=1), "deleted", "bukan"):
        assert (await ani.post(f"{root}/{named}/unsaved", TYPED)).status == 404, named
    assert await conn.fetchval("SELECT count(*) FROM unsaved_posts") == 0
    # Who gets the site later does not read what its owner before was typing.
    assert (await ani.post(f"{root}/new/unsaved", TYPED)).status == 204
    budi = await make_owner(conn, ani.visitor, "Budi")
    await conn.execute("UPDATE websites SET user_id = $2 WHERE id = $1", ani.site_id, budi.id)
    await budi.sign_in()
    assert "Sambal" not in (await budi.get(f"{root}/new")).text
    assert (await budi.get(root)).status == 200
    assert (await ani.post(f"{root}/new/unsaved", TYPED)).status == 404
    assert await prune_unsaved(conn) is None
    await conn.execute("UPDATE unsaved_posts SET typed_at = now() - interval '31 days'")
    assert await prune_unsaved(conn) == "1 texts that were never saved forgotten"


async def test_odd_rows_of_typing_are_no_fault(ani: Owner, conn: asyncpg.Connection) -> None:
    for typed in ("[]", '{"title": 5, "body": null}', '{"title": {}, "excerpt": "Hanya ini"}'):
        await conn.execute("DELETE FROM unsaved_posts")
        await conn.execute(
            "INSERT INTO unsaved_posts (website_id, user_id, typed, seen) VALUES ($1, $2, $3, 'x')",
            ani.site_id,
            ani.id,
            typed,
        )
        page = await ani.get(f"/sites/{ani.site_id}/posts/new")
        assert page.status == 200
        assert ("Hanya ini" in page.text) == ("Hanya ini" in typed)


async def test_posts_are_found_by_words_and_by_what_they_are(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/posts"
    soon = datetime.now(UTC) + timedelta(days=2)
    body = {"type": "markdown", "text": "Resep kecombrang dari nenek"}
    await make_post(conn, ani.site_id, title="Tayang 100%", slug="tayang", content=body)
    await make_post(conn, ani.site_id, title="Nanti saja", slug="nanti", scheduled_at=soon)
    await make_post(conn, ani.site_id, title="Belum jadi", slug="belum", status="draft")
    await make_post(conn, await make_site(conn), title="Punya orang: kecombrang", slug="asing")
    titles = ("Tayang 100%", "Nanti saja", "Belum jadi")

    async def found(query: str) -> set[str]:
        answer = await ani.get(f"{root}{query}")
        assert answer.status == 200
        assert "Punya orang" not in answer.text
        return {title for title in titles if f"<bdi>{title}</bdi>" in answer.text}

    assert await found("") == set(titles)
    assert await found("?status=published") == {"Tayang 100%"}
    assert await found("?status=scheduled") == {"Nanti saja"}
    assert await found("?status=draft") == {"Belum jadi"}
    assert await found("?status=live&page=x") == set(titles)
    assert await found("?words=tay") == {"Tayang 100%"}
    assert await found("?words=JADI+bel") == {"Belum jadi"}
    assert await found("?words=kecombrang") == {"Tayang 100%"}
    assert await found("?words=kecombrang&status=draft") == set()
    for odd in ("%25", "%27%3B--", "%00", "%EF%BF%BF", "%28%22%26%7C%21", "x" * 900, "%20%20", "-kopi"):
        assert await found(f"?words={odd}") <= set(titles)
    assert await found("?words=100%25") == {"Tayang 100%"}
    assert "tidak ada yang cocok" in (await ani.get(f"{root}?words=zzz")).text.lower()


async def test_pages_of_a_list_keep_what_it_was_narrowed_to(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/posts"
    for number in range(52):
        await make_post(conn, ani.site_id, title=f"Promo {number:02}", slug=f"promo-{number}", status="draft")
    await make_post(conn, ani.site_id, title="Lain", slug="lain", status="draft")
    first = (await ani.get(f"{root}?status=draft&words=promo")).text
    assert 'href="?' not in first
    assert f'rel="next" href="{root}?status=draft&amp;words=promo&amp;page=2"' in first
    second = (await ani.get(f"{root}?status=draft&words=promo&page=2")).text
    assert second.count("<bdi>Promo") == 2
    assert f'rel="prev" href="{root}?status=draft&amp;words=promo"' in second
    assert "<bdi>Lain</bdi>" not in first + second
    # Another shelf keeps the words and begins anew.
    assert f'href="{root}?status=published&amp;words=promo"' in second


class TestInABrowser:
    pytestmark = needs_browser

    async def test_typing_outlives_the_browser_and_is_told_of_a_lost_session(
        self, browser: Browser, ani: Owner, conn: asyncpg.Connection
    ) -> None:
        root = f"http://{HOST}:{ani.visitor.client.port}"
        context = await browser.new_context(viewport={"width": 360, "height": 740})
        page = await context.new_page()
        await enter(page, root, ani)
        await page.goto(f"{root}/sites/{ani.site_id}/posts/new")
        await page.fill("#title", "Libur")
        async with page.expect_response("**/posts/new/unsaved") as kept:
            await page.locator("#body").press_sequentially("Kami libur ")
        assert (await kept.value).status == 204
        await page.wait_for_selector(".kept:not([hidden])")
        # Another app comes to the front: what was typed a moment ago is kept at once.
        await page.locator("#body").press_sequentially("besok")
        await page.evaluate(
            "Object.defineProperty(document, 'visibilityState', {value: 'hidden'});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
        async with asyncio.timeout(30):
            while await conn.fetchval("SELECT typed ->> 'body' FROM unsaved_posts") != "Kami libur besok":
                await asyncio.sleep(0.02)
        await context.close()  # nothing asks, nothing is sent: a crash
        context = await browser.new_context(viewport={"width": 360, "height": 740})
        page = await context.new_page()
        await enter(page, root, ani)
        await page.goto(f"{root}/sites/{ani.site_id}/posts/new")
        assert await page.input_value("#body") == "Kami libur besok"
        await conn.execute("DELETE FROM console_sessions")
        await page.locator("#body").press_sequentially("!")
        await page.wait_for_selector(".kept[role=alert]")
        assert await page.inner_text(".kept") == await page.get_attribute(".kept", "data-signed-out")
        assert await page.input_value("#body") == "!Kami libur besok"

    async def test_nothing_is_sent_without_a_connection_and_nothing_typed_is_lost(
        self, browser: Browser, ani: Owner, conn: asyncpg.Connection
    ) -> None:
        root = f"http://{HOST}:{ani.visitor.client.port}"
        context = await browser.new_context(viewport={"width": 360, "height": 740})
        page = await context.new_page()
        await enter(page, root, ani)
        await page.goto(f"{root}/sites/{ani.site_id}/posts/new")
        await context.set_offline(True)
        await page.fill("#title", "Di gunung")
        await page.click("button[value=save]")
        await page.wait_for_selector(".offline")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await page.input_value("#title") == "Di gunung"
        await context.set_offline(False)
        await page.click("button[value=save]")
        await page.wait_for_selector(".notice")
        assert await conn.fetchval("SELECT title FROM blog_posts") == "Di gunung"
        assert await conn.fetchval("SELECT count(*) FROM unsaved_posts") == 0
