"""A site's draft in the console: what it changes, publishing, conflicts, steps back; status, password, revisions."""

import json
import re
from typing import Any

import asyncpg
import pytest

from renderer.cli.commands_themes import sync_theme_rows
from tests.factories import make_site
from tests.owners import HOST, Owner, make_owner
from tests.serving import Serve, Themes
from tests.showcase import CONTENT

SITE = "warung.sites.test"


@pytest.fixture
async def tini(serve: Serve, conn: asyncpg.Connection, themes: Themes) -> Owner:
    """An owner with a site, and rows of all themes."""
    await sync_theme_rows(conn, themes)
    owner = await make_owner(conn, await serve(console={"host": HOST}), "Tini")
    owner.site_id = await make_site(
        conn, user_id=owner.id, subdomain="warung", title="Warung", generated_content=CONTENT
    )
    await owner.sign_in()
    return owner


def seen(page: str) -> str:
    """The version of the draft that a page was drawn from."""
    found = re.search(r'name="seen" value="(\d+)"', page)
    return found[1] if found else "0"


async def step(owner: Owner, screen: str, **fields: Any) -> str:
    """Save a step from a screen as it stands; the page that follows."""
    path = f"/sites/{owner.site_id}/{screen}"
    answer = await owner.post(path, {"seen": seen((await owner.get(path)).text), **fields})
    assert answer.status == 303, answer.text
    return (await owner.get(answer.headers["Location"])).text


async def visitors_see(owner: Owner) -> str:
    return (await owner.visitor.get(SITE)).text


async def test_what_is_chosen_waits_in_the_draft_until_it_is_published(tini: Owner, conn: asyncpg.Connection) -> None:
    draft = f"/sites/{tini.site_id}/draft"
    assert "Tidak ada draf" in (await tini.get(draft)).text
    before = await visitors_see(tini)
    assert "Perubahan Anda belum tayang" in await step(tini, "look", template="spanduk")
    await step(tini, "look", scheme="lele")
    assert await visitors_see(tini) == before
    page = (await tini.get(draft)).text
    for said in ("<b>Tema</b>", "Pilar", "Spanduk", "skema warna"):
        assert said in page
    answer = await tini.post(draft, {"seen": seen(page), "do": "publish"})
    assert answer.headers["Location"] == f"{draft}?done=published"
    assert await visitors_see(tini) != before
    assert "Tidak ada draf" in (await tini.get(draft)).text
    rows = await conn.fetch(
        "SELECT action, new_values FROM audit_logs WHERE entity_id = $1 ORDER BY created_at", tini.site_id
    )
    assert [row["action"] for row in rows] == ["draft_changed", "draft_changed", "site_published"]
    assert json.loads(rows[0]["new_values"])["columns"] == ["template_id"]


async def test_steps_are_taken_back_one_at_a_time(tini: Owner, conn: asyncpg.Connection) -> None:
    draft = f"/sites/{tini.site_id}/draft"
    for template in ("spanduk", "etalase", "lembar"):
        await step(tini, "look", template=template)
    for template in ("etalase", "spanduk"):
        page = (await tini.get(f"/sites/{tini.site_id}/look")).text
        back = await tini.post(draft, {"seen": seen(page), "do": "undo", "next": f"/sites/{tini.site_id}/look"})
        assert back.headers["Location"] == f"/sites/{tini.site_id}/look?done=undone"
        assert await conn.fetchval("SELECT template_id FROM website_drafts") == template
    # What another program saved between is no step.
    await conn.execute("UPDATE website_drafts SET version = version + 1")
    page = (await tini.get(draft)).text
    assert "Urungkan" not in page
    assert "nothing_to_undo" in (await tini.post(draft, {"seen": seen(page), "do": "undo"})).headers["Location"]
    await conn.execute("UPDATE website_drafts SET version = version - 1")
    assert (
        "undone"
        in (await tini.post(draft, {"seen": seen((await tini.get(draft)).text), "do": "undo"})).headers["Location"]
    )
    assert await conn.fetchval("SELECT count(*) FROM website_drafts") == 0
    assert await conn.fetchval("SELECT count(*) FROM website_draft_steps") == 0


async def test_of_two_who_change_the_draft_the_second_is_told(tini: Owner, conn: asyncpg.Connection) -> None:
    look, draft = f"/sites/{tini.site_id}/look", f"/sites/{tini.site_id}/draft"
    await step(tini, "look", template="spanduk")
    for path, fields in (
        (look, {"seen": "0", "template": "etalase"}),
        (draft, {"seen": "0", "do": "publish"}),
        (draft, {"seen": "0", "do": "discard"}),
        (draft, {"seen": "0", "do": "undo"}),
        (draft, {"seen": "x" * 40, "do": "publish"}),
        (look, {"template": "etalase"}),
    ):
        answer = await tini.post(path, fields)
        assert answer.status == 409, (path, fields)
        assert "sudah berubah sejak" in answer.text
    assert (await tini.post(draft, {"seen": "1", "do": "x"})).status == 400
    assert await conn.fetchval("SELECT template_id FROM website_drafts") == "spanduk"
    for odd in ({"template": "hilang"}, {"variant": "x"}, {"scheme": "'\"<b>"}, {"template": "x" * 5000}):
        answer = await tini.post(look, {"seen": "1", **odd})
        assert answer.status == 422
        assert "<b>&#39;" not in answer.text


async def test_a_conflict_is_told_and_decided(tini: Owner, conn: asyncpg.Connection) -> None:
    draft = f"/sites/{tini.site_id}/draft"
    await step(tini, "look", template="spanduk")
    await conn.execute(
        "UPDATE websites SET template_id = 'lembar', title = 'Ditulis program' WHERE id = $1", tini.site_id
    )
    answer = await tini.post(draft, {"seen": "1", "do": "publish"})
    assert answer.status == 409
    assert "sudah diubah juga" in answer.text
    assert "Lembar" in answer.text
    assert await conn.fetchval("SELECT template_id FROM websites WHERE id = $1", tini.site_id) == "lembar"
    done = await tini.post(draft, {"seen": seen(answer.text), "do": "keep-draft"})
    assert done.headers["Location"] == f"{draft}?done=merged"
    row = await conn.fetchrow("SELECT template_id, title FROM websites WHERE id = $1", tini.site_id)
    assert tuple(row) == ("spanduk", "Ditulis program")


async def test_an_old_version_is_brought_back_and_that_undone(tini: Owner, conn: asyncpg.Connection) -> None:
    draft, first = f"/sites/{tini.site_id}/draft", await visitors_see(tini)
    await step(tini, "look", template="spanduk")
    await tini.post(draft, {"seen": "1", "do": "publish"})
    second = await visitors_see(tini)
    page = (await tini.get(draft)).text
    assert "dari ruang pemilik" in page
    assert '<p class="note">Tema</p>' in page
    old, now = await conn.fetchrow("SELECT min(revision), max(revision) FROM website_revisions")
    answer = await tini.post(f"/sites/{tini.site_id}/revisions", {"revision": old})
    page = (await tini.get(answer.headers["Location"])).text
    assert f"Versi {old} tayang lagi" in page
    assert await visitors_see(tini) == first
    assert f'name="revision" value="{now}"' in page
    await tini.post(f"/sites/{tini.site_id}/revisions", {"revision": now})
    assert await visitors_see(tini) == second
    for odd in ("999", "", "-1", "x", "9" * 400):
        assert (await tini.post(f"/sites/{tini.site_id}/revisions", {"revision": odd})).status == 409
    for odd in ("?back=x&from=y", "?back=999&from=1", "?back=%3Cb%3E&from=1"):
        page = (await tini.get(draft + odd)).text
        assert "tayang lagi" not in page
        assert "<b>&" not in page


async def test_a_site_is_taken_down_archived_and_put_live(tini: Owner, conn: asyncpg.Connection) -> None:
    status = f"/sites/{tini.site_id}/status"
    for wanted, answer in (("draft", 404), ("archived", 410), ("published", 200)):
        done = await tini.post(status, {"status": wanted})
        assert done.headers["Location"].endswith(f"done=status_{wanted}")
        assert (await tini.visitor.get(SITE)).status == answer
    for odd in ("suspended", "", "x"):
        assert (await tini.post(status, {"status": odd})).status == 422
    await conn.execute("UPDATE websites SET status = 'suspended' WHERE id = $1", tini.site_id)
    page = (await tini.get(f"/sites/{tini.site_id}/draft")).text
    assert "Ditangguhkan oleh pengelola" in page
    assert 'name="status"' not in page
    assert (await tini.post(status, {"status": "published"})).status == 409
    await step(tini, "look", template="spanduk")
    await tini.post(f"/sites/{tini.site_id}/draft", {"seen": "1", "do": "publish"})
    row = await conn.fetchrow("SELECT status, template_id FROM websites WHERE id = $1", tini.site_id)
    assert tuple(row) == ("suspended", "spanduk")


async def test_a_site_is_closed_with_a_password_that_the_gate_takes(tini: Owner, conn: asyncpg.Connection) -> None:
    password, page = f"/sites/{tini.site_id}/password", f"/sites/{tini.site_id}/draft"
    for wrong in ("", "abc", "x" * 257):
        assert (await tini.post(password, {"site-password": wrong, "do": "set"})).status == 422
    assert (await tini.visitor.get(SITE)).status == 200
    done = await tini.post(password, {"site-password": "nasi kuning", "do": "set"})
    assert done.headers["Location"] == f"{page}?done=password_set"
    assert "Makan siang" not in (await tini.visitor.get(SITE)).text
    entered = await tini.visitor.ask(
        "POST", SITE, "/_password", data="password=nasi+kuning&next=/",
        headers={"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    assert entered.status == 303
    assert "Situs ini berkata sandi" in (await tini.get(page)).text
    await tini.post(password, {"do": "off"})
    assert "Makan siang" in await visitors_see(tini)
    assert "nasi" not in "".join(row[0] or "" for row in await conn.fetch("SELECT new_values::text FROM audit_logs"))


async def test_what_is_too_large_to_be_drafted_is_left_alone(tini: Owner, conn: asyncpg.Connection) -> None:
    await conn.execute(
        "UPDATE websites SET generated_content = jsonb_build_object('x', repeat('x', 2200000)) WHERE id = $1",
        tini.site_id,
    )
    answer = await tini.post(f"/sites/{tini.site_id}/look", {"seen": "0", "template": "spanduk"})
    assert answer.status == 422
    assert await conn.fetchval("SELECT count(*) FROM website_drafts") == 0


async def test_links_to_previews_are_made_listed_and_revoked(tini: Owner, conn: asyncpg.Connection) -> None:
    previews = f"/sites/{tini.site_id}/previews"
    await step(tini, "look", template="spanduk")
    made = await tini.post(previews, {"shows": "draft", "days": "7"})
    page = (await tini.get(made.headers["Location"])).text
    assert "siap dibagikan" in page
    url = re.search(r'value="(http[^"]+/_preview/[^"]+)"', page)
    assert url is not None
    assert "https://wa.me/?text=Pratinjau%20Warung" in page
    assert "belum pernah dibuka" in page
    _, _, host, path = url[1].split("/", 3)
    host = host.partition(":")[0]
    opened = await tini.visitor.get(host, f"/{path}")
    assert opened.status == 200
    cookie = opened.headers["Set-Cookie"].partition(";")[0]
    shown = await tini.visitor.get(host, "/", headers={"Cookie": cookie})
    assert "Gudeg lengkap" in shown.text
    assert "terakhir dibuka" in (await tini.get(previews)).text
    link = await conn.fetchval("SELECT id FROM preview_links")
    assert str(link) not in "".join(str(row[0]) for row in await conn.fetch("SELECT new_values FROM audit_logs"))
    done = await tini.post(previews, {"do": "revoke", "link": link})
    assert done.headers["Location"] == f"{previews}?done=preview_revoked"
    assert (await tini.visitor.get(host, "/", headers={"Cookie": cookie})).status == 404
    assert (await tini.post(previews, {"do": "revoke", "link": link})).status == 404
    await tini.post(previews, {"shows": "site", "days": "1"})
    await tini.post(previews, {"shows": "revision", "days": "1", "revision": "1"})
    assert "Versi 1" in (await tini.get(previews)).text
    await tini.post(previews, {"do": "revoke-all"})
    assert "Belum ada tautan" in (await tini.get(previews)).text
    for odd in (
        {"shows": "x", "days": "7"},
        {"shows": "draft", "days": "365"},
        {"shows": "draft", "days": "7", "revision": "1"},
        {"shows": "revision", "days": "1", "revision": "999999"},
        {},
    ):
        assert (await tini.post(previews, odd)).status == 422
    for odd in ("x", "00000000-0000-0000-0000-000000000000"):
        assert (await tini.post(previews, {"do": "revoke", "link": odd})).status == 404
        assert (await tini.get(f"{previews}?made={odd}")).status == 200


async def test_a_section_that_moved_is_all_that_is_told_of(tini: Owner, conn: asyncpg.Connection) -> None:
    """A generator says of each section that it is shown."""
    listed = [
        {"id": one["id"], "type": one["type"], "page": "/", "visible": True} for one in CONTENT["pages"][0]["sections"]
    ]  # type: ignore[index]
    await conn.execute("UPDATE websites SET components_config = $1", json.dumps(listed))
    await step(tini, "order", page="/", do="down-0")
    drafted = json.loads(await conn.fetchval("SELECT components_config FROM website_drafts"))
    assert drafted == [listed[1], listed[0], *listed[2:]]
    assert "› tampil" not in (await tini.get(f"/sites/{tini.site_id}/draft")).text
