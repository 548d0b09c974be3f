"""What is gone while its screen is open, and owners who have nothing: told in words, and nothing typed is lost."""

import asyncpg
import pytest

from renderer.cli.commands_themes import sync_theme_rows
from renderer.console.screens import SCREENS, Entry
from renderer.settings import ROOT
from renderer.themes import load_themes
from tests.editors import fields_of
from tests.factories import insert, make_user
from tests.owners import HOST, MARK, Owner, furnish, make_owner
from tests.serving import Serve
from tests.test_console import OUTSIDERS
from tests.visitor import Answer, Visitor

TEXT = "Sambal matah untuk hari Minggu, ditulis lama sekali"


@pytest.fixture
async def console(serve: Serve) -> Visitor:
    return await serve(console={"host": HOST})


@pytest.fixture
async def ani(console: Visitor, conn: asyncpg.Connection) -> Owner:
    owner = await furnish(conn, await make_owner(conn, console, "Ani Rahayu"), MARK)
    await owner.sign_in()
    return owner


GONE = {
    "deleted by another program": "UPDATE websites SET deleted_at = now() WHERE id = $1",
    "somebody else's by now": "UPDATE websites SET user_id = $2 WHERE id = $1",
}


async def end(conn: asyncpg.Connection, ani: Owner, ended: str) -> None:
    other = await make_user(conn, email="budi@example.com")
    await conn.execute(ended, ani.site_id, *((other,) if "$2" in ended else ()))


def refuses(answer: Answer, typed: str = TEXT) -> None:
    assert answer.status == 404
    assert "sudah tidak ada" in answer.text
    assert typed in answer.text
    assert 'href="/"' in answer.text


@pytest.mark.parametrize("how", GONE)
async def test_what_was_typed_for_a_site_that_is_gone_is_on_the_page_that_says_so(
    ani: Owner, conn: asyncpg.Connection, how: str
) -> None:
    root = f"/sites/{ani.site_id}"
    page = await ani.get(f"{root}/posts/{ani.post_id}")
    form = {**fields_of(page.text, f"{root}/posts/{ani.post_id}"), "body": TEXT}
    await end(conn, ani, GONE[how])
    before = await conn.fetch("SELECT * FROM blog_posts ORDER BY id")
    for path in (f"posts/{ani.post_id}", "posts/new", "facts", "texts/section", "leads/forms/contact"):
        refuses(await ani.post(f"{root}/{path}", {**form, "current-password": "rahasia"}))
        assert "rahasia" not in (await ani.post(f"{root}/{path}", {**form, "current-password": "rahasia"})).text
    assert await conn.fetch("SELECT * FROM blog_posts ORDER BY id") == before
    for screen in SCREENS:
        if screen.entry is not Entry.OWNER:
            continue
        path = OUTSIDERS[screen.name](ani)
        answer = await (ani.get(path) if screen.method == "GET" else ani.post(path, {"seen": "1"}))
        assert answer.status == 404, screen.name
        assert MARK not in answer.text, screen.name
    overview = await ani.get("/")
    assert overview.status == 200
    assert "Belum ada situs" in overview.text


async def test_a_post_that_is_deleted_while_it_is_edited_leaves_what_was_typed(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    path = f"/sites/{ani.site_id}/posts/{ani.post_id}"
    form = {**fields_of((await ani.get(path)).text, path), "body": TEXT}
    await conn.execute("DELETE FROM blog_posts WHERE id = $1", ani.post_id)
    for deed in ("save", "keep", "publish", "link", "archive"):
        refuses(await ani.post(path, {**form, "do": deed}))
    assert (await ani.post(f"{path}/unsaved", form)).status == 404
    kept = await ani.post(path, {"do": "delete", "seen": form["seen"]})
    assert kept.status == 404


async def test_who_has_no_site_is_told_so_everywhere(console: Visitor, conn: asyncpg.Connection) -> None:
    budi = await make_owner(conn, console, "Budi")
    await budi.sign_in()
    for screen in SCREENS:
        if screen.method == "GET" and screen.entry is Entry.SIGNED_IN:
            answer = await budi.get(screen.path)
            assert answer.status == 200, screen.name
    assert "Belum ada situs" in (await budi.get("/")).text
    for path in ("/leads", "/domains"):
        assert "Belum ada" in (await budi.get(path)).text


@pytest.mark.parametrize("status", ["archived", "suspended", "draft"])
async def test_an_only_site_that_is_not_live_is_still_looked_after(
    ani: Owner, conn: asyncpg.Connection, status: str
) -> None:
    await conn.execute("UPDATE websites SET status = $2 WHERE id = $1", ani.site_id, status)
    said = {"archived": "Diarsipkan", "suspended": "Ditangguhkan", "draft": "Draf"}[status]
    assert said in (await ani.get("/")).text
    for screen in SCREENS:
        if screen.method == "GET" and screen.entry is Entry.OWNER:
            answer = await ani.get(OUTSIDERS[screen.name](ani))
            assert answer.status < 500, screen.name
    assert said in (await ani.get(f"/sites/{ani.site_id}")).text
    if status == "suspended":
        # An operator's to end.
        answer = await ani.post(f"/sites/{ani.site_id}/status", {"status": "published"})
        assert answer.status in (409, 422)
        assert await conn.fetchval("SELECT status FROM websites WHERE id = $1", ani.site_id) == "suspended"


async def test_a_site_whose_template_is_gone_is_edited_all_the_same(ani: Owner, conn: asyncpg.Connection) -> None:
    await sync_theme_rows(conn, load_themes(ROOT / "themes"))
    await insert(
        conn,
        "templates",
        {"id": "hilang", "name": "Hilang", "category": "business", "component_structure": "{}", "css_variables": "{}"},
    )
    await conn.execute("UPDATE websites SET template_id = 'hilang' WHERE id = $1", ani.site_id)
    for screen in SCREENS:
        if screen.method == "GET" and screen.entry is Entry.OWNER:
            answer = await ani.get(OUTSIDERS[screen.name](ani))
            assert answer.status in (200, 303, 404), (screen.name, answer.status)
    assert (await ani.get(f"/sites/{ani.site_id}/look")).status == 200
