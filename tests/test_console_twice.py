"""A telephone loses its connection after a form was taken and before the answer came, or a finger taps twice: what is
sent again is not refused as if somebody else had changed it, and is not done twice."""

import asyncio
from typing import Any

import asyncpg
import pytest

from renderer.console import once
from renderer.upkeep import prune_taken_forms
from tests.editors import draft_of, fields_of
from tests.owners import Owner, make_owner
from tests.test_console_draft import tini

__all__ = ["tini"]
MENU = "/pages/0/sections/1"
DISH = {"name": "Gudeg manggar", "price": "28000"}
# Screen, the form's address, what is typed; and what another editor may type into the same form.
FORMS: dict[str, tuple[str, str, dict[str, str], dict[str, str]]] = {
    "facts": ("facts", "facts", {"tagline": "Masakan rumah"}, {"tagline": "Kata lain"}),
    "section": (f"texts/section?at={MENU}", "texts/section", {"intro": "Dimasak pagi."}, {"intro": "Kata lain"}),
    "entry moved": (f"texts/section?at={MENU}", "texts/section", {"do": "down-items/0"}, {"do": "remove-items/1"}),
    "entry removed": (f"texts/section?at={MENU}", "texts/section", {"do": "remove-items/0"}, {"do": "down-items/0"}),
    "colours": ("colours", "colours", {"own-primary": "1", "primary": "#aa3300", "do": "save"}, {"primary": "#0033aa"}),
    "search": ("search", "search", {"title": "Gudeg di Sleman", "do": "save"}, {"title": "Kata lain"}),
    "look": ("look", "look", {"scheme": "laut"}, {"scheme": "senja"}),
    "form": ("leads/forms/contact", "leads/forms/contact", {"thanks-id": "Terima kasih."}, {"thanks-id": "Kata lain"}),
    "price": ("prices", "prices", {"price": "31000", "do": "price"}, {"price": "32000"}),
    "section moved": ("order", "order", {"do": "down-0"}, {"do": "hide-1"}),
    "section added": ("order", "order", {"do": "new", "kind": "faq"}, {"kind": "gallery"}),
    "section removed": ("order", "order", {"do": "remove-1"}, {"do": "remove-0"}),
    "page added": ("order", "order/pages", {"do": "new", "title": "Katering"}, {"title": "Pesanan"}),
}


async def _form(owner: Owner, screen: str, action: str) -> dict[str, Any]:
    page = (await owner.get(f"/sites/{owner.site_id}/{screen}")).text
    return fields_of(page, f"/sites/{owner.site_id}/{action}")


async def _steps(conn: asyncpg.Connection, owner: Owner) -> int:
    found: int = await conn.fetchval("SELECT count(*) FROM audit_logs WHERE entity_id = $1", owner.site_id)
    return found


@pytest.mark.parametrize("case", FORMS)
async def test_a_form_that_was_taken_may_be_sent_again_and_another_editor_is_still_told(
    tini: Owner, case: str, conn: asyncpg.Connection
) -> None:
    screen, action, typed, other = FORMS[case]
    path, form = f"/sites/{tini.site_id}/{action}", await _form(tini, screen, action)
    first = await tini.post(path, {**form, **typed, "_tab": "a"})
    done = await _steps(conn, tini)
    again = await tini.post(path, {**form, **typed, "_tab": "b"})
    assert (first.status, again.status) == (303, 303), again.text
    assert first.headers["Location"] == again.headers["Location"]
    assert await _steps(conn, tini) == done, "done once"
    assert (await tini.post(path, {**form, **typed, **other})).status == 409


@pytest.mark.parametrize("case", ["section moved", "page added", "price"])
async def test_two_taps_at_once_do_it_once(
    tini: Owner, case: str, conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(once, "PAUSE", once.PAUSE / 10)
    screen, action, typed, _ = FORMS[case]
    path, form = f"/sites/{tini.site_id}/{action}", await _form(tini, screen, action)
    answers = await asyncio.gather(*(tini.post(path, {**form, **typed}) for _ in range(3)))
    assert [one.status for one in answers] == [303] * 3
    assert len({one.headers["Location"] for one in answers}) == 1
    assert await _steps(conn, tini) == 1


async def test_a_dish_is_added_once(tini: Owner, conn: asyncpg.Connection) -> None:
    path = f"/sites/{tini.site_id}/texts/entry"
    form = {**await _form(tini, f"texts/entry?at={MENU}&list=items", "texts/entry"), **DISH}
    assert len({(await tini.post(path, form)).headers["Location"] for _ in range(2)}) == 1
    assert str(await draft_of(conn, tini)).count(DISH["name"]) == 1
    # What is typed anew is another dish.
    assert (await tini.post(path, {**form, "name": "Krecek"})).status == 303


async def test_what_was_taken_and_is_no_longer_so_is_judged_anew(tini: Owner, conn: asyncpg.Connection) -> None:
    """ "Sold out" again after it was back; a step that was taken back; what another program wrote over."""
    root = f"/sites/{tini.site_id}"
    gone = {**await _form(tini, "prices", "prices"), "do": "gone"}
    for _ in range(2):
        assert (await tini.post(f"{root}/prices", gone)).status == 303
        back = {**await _form(tini, "prices", "prices"), "do": "back"}
        assert (await tini.post(f"{root}/prices", back)).status == 303
    told = [row["action"] for row in await conn.fetch("SELECT action FROM audit_logs ORDER BY created_at")]
    assert [one for one in told if one.startswith("price")] == ["price_gone", "price_back"] * 2

    typed = {**await _form(tini, "search", "search"), "title": "Gudeg", "do": "save"}
    assert (await tini.post(f"{root}/search", typed)).status == 303
    undo = {"seen": "1", "do": "undo", "next": f"{root}/search"}
    assert (await tini.post(f"{root}/draft", undo)).headers["Location"].endswith("done=undone")
    assert (await tini.post(f"{root}/search", typed)).headers["Location"].endswith("done=drafted")
    assert await conn.fetchval("SELECT seo_title FROM website_drafts") == "Gudeg"
    await conn.execute("UPDATE website_drafts SET version = version + 1, seo_title = 'Soto'")
    assert (await tini.post(f"{root}/search", typed)).status == 409

    facts = {**await _form(tini, "facts", "facts"), "tagline": "Masakan rumah"}
    assert (await tini.post(f"{root}/facts", facts)).status == 303
    await conn.execute(
        """UPDATE websites SET generated_content = jsonb_set(generated_content, '{site,tagline}', '"x"')"""
    )
    assert (await tini.post(f"{root}/facts", facts)).status == 409


async def test_what_is_refused_is_judged_each_time(tini: Owner) -> None:
    path = f"/sites/{tini.site_id}/order/pages"
    form = {**await _form(tini, "order", "order/pages"), "do": "new", "title": ""}
    assert [(await tini.post(path, form)).status for _ in range(2)] == [422, 422]


async def test_a_request_that_died_keeps_nobody_waiting(
    tini: Owner, conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker was killed between claiming the form and changing anything."""
    monkeypatch.setattr(once, "PATIENCE", once.PAUSE * 3)
    path = f"/sites/{tini.site_id}/search"
    form = {**await _form(tini, "search", "search"), "title": "Gudeg", "do": "save"}
    await tini.post(path, form)
    await conn.execute("DELETE FROM website_drafts")
    # A clock that was set back leaves it in the future.
    await conn.execute("UPDATE taken_forms SET location = NULL, mark = NULL, begun_at = now() + interval '1 hour'")
    assert (await tini.post(path, form)).status == 303
    assert await conn.fetchval("SELECT seo_title FROM website_drafts") == "Gudeg"


async def test_nobody_is_answered_for_somebody_else_and_nothing_typed_is_kept(
    tini: Owner, conn: asyncpg.Connection
) -> None:
    path = f"/sites/{tini.site_id}/search"
    form = {**await _form(tini, "search", "search"), "title": "Rahasia Tini", "do": "save"}
    await tini.post(path, form)
    row = await conn.fetchrow("SELECT * FROM taken_forms")
    assert row is not None
    assert "Rahasia" not in str(tuple(row))
    budi = await make_owner(conn, tini.visitor, "Budi")
    await budi.sign_in()
    assert (await budi.post(path, form)).status == 404
    # The site changes hands, and with it what its forms did.
    await conn.execute("UPDATE websites SET user_id = $1", budi.id)
    assert (await budi.post(path, form)).status == 409
    assert await prune_taken_forms(conn) is None
    await conn.execute("UPDATE taken_forms SET begun_at = begun_at - interval '2 hours'")
    assert await prune_taken_forms(conn) == "1 forms that were taken forgotten"


async def test_what_was_published_is_published_once(tini: Owner, conn: asyncpg.Connection) -> None:
    form, root = await _form(tini, "search", "search"), f"/sites/{tini.site_id}"
    await tini.post(f"{root}/search", {**form, "title": "Gudeg", "do": "save"})
    publish = {**await _form(tini, "draft", "draft"), "do": "publish"}
    for _ in range(2):
        assert (await tini.post(f"{root}/draft", publish)).headers["Location"].endswith("done=published")
    assert await conn.fetchval("SELECT count(*) FROM website_revisions") == 2
    # In another tab, which shows that something waits.
    other = await tini.post(f"{root}/draft", {**publish, "do": "keep-draft"})
    assert other.headers["Location"].endswith("done=nothing_waits")
    assert "Tidak ada lagi perubahan" in (await tini.get(other.headers["Location"])).text


async def test_a_new_post_is_added_once(tini: Owner, conn: asyncpg.Connection) -> None:
    path = f"/sites/{tini.site_id}/posts/new"
    typed = {**await _form(tini, "posts/new", "posts/new"), "title": "Libur", "body": "Tiga hari.", "do": "publish"}
    first, again = [await tini.post(path, typed) for _ in range(2)]
    assert (first.status, again.status) == (303, 303)
    assert first.headers["Location"] == again.headers["Location"]
    assert await conn.fetchval("SELECT count(*) FROM blog_posts WHERE slug = 'libur'") == 1
    assert (await tini.post(path, {**typed, "body": "Empat hari."})).status == 422


@pytest.mark.parametrize("deed", ["save", "keep", "unpublish", "link", "draft-link", "duplicate", "delete"])
async def test_a_post_is_changed_once(tini: Owner, conn: asyncpg.Connection, deed: str) -> None:
    root = f"/sites/{tini.site_id}/posts"
    typed = {**await _form(tini, "posts/new", "posts/new"), "title": "Libur", "body": "Tiga hari.", "do": "publish"}
    post = (await tini.post(f"{root}/new", typed)).headers["Location"].partition("?")[0]
    if deed == "draft-link":
        await tini.post(post, {**fields_of((await tini.get(post)).text, post), "do": "unpublish"})
    form = {**fields_of((await tini.get(post)).text, post), "body": "Lima hari.", "do": deed.removeprefix("draft-")}
    told: list[int] = []
    for _ in range(2):
        answer = await tini.post(post, form)
        assert answer.status == 303, answer.text
        told.append(await conn.fetchval("SELECT count(*) FROM audit_logs"))
    assert told[0] == told[1]
    shown = await tini.get(answer.headers["Location"])
    assert shown.status == 200
    assert ('id="link"' in shown.text) == deed.endswith("link")
    if deed not in ("duplicate", "delete"):
        assert (await tini.post(post, {**form, "body": "Enam hari."})).status == 409
