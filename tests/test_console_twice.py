"""A telephone loses its connection after a form was taken and before the answer came: what is sent again is not refused
as if somebody else had changed it, and is not done twice."""

from typing import Any

import asyncpg
import pytest

from tests.editors import fields_of
from tests.owners import Owner
from tests.test_console_draft import tini

__all__ = ["tini"]
MENU = "/pages/0/sections/1"
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "facts": ("facts", {"tagline": "Masakan rumah setiap hari"}),
    "texts/section": (f"texts/section?at={MENU}", {"intro": "Dimasak pagi ini."}),
    "colours": ("colours", {"own-primary": "1", "primary": "#aa3300", "do": "save"}),
    "search": ("search", {"title": "Gudeg di Sleman", "do": "save"}),
    "look": ("look", {"scheme": "laut"}),
    "leads/forms/contact": ("leads/forms/contact", {"thanks-id": "Terima kasih banyak."}),
    "prices": ("prices", {"price": "31000", "do": "price"}),
}


async def _form(owner: Owner, screen: str, action: str) -> dict[str, Any]:
    page = (await owner.get(f"/sites/{owner.site_id}/{screen}")).text
    return fields_of(page, f"/sites/{owner.site_id}/{action}")


@pytest.mark.parametrize("action", FORMS)
async def test_a_form_that_was_taken_may_be_sent_again_and_another_editor_is_still_told(
    tini: Owner, action: str
) -> None:
    screen, typed = FORMS[action]
    form = await _form(tini, screen, action)
    path = f"/sites/{tini.site_id}/{action}"
    first, again = [await tini.post(path, {**form, **typed}) for _ in range(2)]
    assert (first.status, again.status) == (303, 303), again.text
    assert first.headers["Location"] == again.headers["Location"]
    name = next(iter(typed)) if action != "colours" else "primary"
    other = {**typed, name: {"primary": "#0033aa", "scheme": "senja", "price": "32000"}.get(name, "Kata orang lain")}
    assert (await tini.post(path, {**form, **other})).status == 409


async def test_what_was_published_already_is_said_to_be(tini: Owner, conn: asyncpg.Connection) -> None:
    form, root = await _form(tini, "search", "search"), f"/sites/{tini.site_id}"
    await tini.post(f"{root}/search", {**form, "title": "Gudeg", "do": "save"})
    publish = {**await _form(tini, "draft", "draft"), "do": "publish"}
    assert (await tini.post(f"{root}/draft", publish)).headers["Location"].endswith("done=published")
    revisions = await conn.fetchval("SELECT count(*) FROM website_revisions")
    again = await tini.post(f"{root}/draft", publish)
    assert again.headers["Location"].endswith("done=nothing_waits")
    assert "Tidak ada lagi perubahan" in (await tini.get(again.headers["Location"])).text
    assert await conn.fetchval("SELECT count(*) FROM website_revisions") == revisions


async def test_a_new_post_is_added_once(tini: Owner, conn: asyncpg.Connection) -> None:
    path = f"/sites/{tini.site_id}/posts/new"
    typed = {**await _form(tini, "posts/new", "posts/new"), "title": "Libur", "body": "Tiga hari.", "do": "publish"}
    first, again = [await tini.post(path, typed) for _ in range(2)]
    assert (first.status, again.status) == (303, 303)
    assert first.headers["Location"] == again.headers["Location"]
    assert await conn.fetchval("SELECT count(*) FROM blog_posts WHERE slug = 'libur'") == 1
    assert (await tini.post(path, {**typed, "body": "Empat hari."})).status == 422
    # And a change of it.
    post = first.headers["Location"].partition("?")[0]
    form = {**fields_of((await tini.get(post)).text, post), "body": "Lima hari.", "do": "save"}
    assert [(await tini.post(post, form)).status for _ in range(2)] == [303, 303]
    assert (await tini.post(post, {**form, "body": "Enam hari."})).status == 409
