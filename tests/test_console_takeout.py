"""All of a site in one archive: whole, in files that others read, and of one owner alone."""

import csv
import io
import json
import re
import zipfile
from uuid import uuid4

import asyncpg
import pytest
import yaml

from renderer.console.handlers import leads
from renderer.console.takeout import post_name
from renderer.console.writing import Post, Typed
from renderer.keys import PICTURES
from tests.factories import insert, make_post, make_site
from tests.owners import HOST, Owner, furnish, make_owner
from tests.serving import Serve
from tests.test_console_newsletter import subscribe
from tests.test_media import add
from tests.uploads import picture
from tests.visitor import Visitor

DOCUMENT = {"type": "doc", "content": [
    {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Cara"}]},
    {"type": "paragraph", "content": [{"type": "text", "text": "Sangrai <pelan>"}]},
]}  # fmt: skip


@pytest.fixture
async def visitor(serve: Serve) -> Visitor:
    return await serve(console={"host": HOST})


@pytest.fixture
async def ani(visitor: Visitor, conn: asyncpg.Connection) -> Owner:
    owner = await make_owner(conn, visitor, "Ani")
    owner.site_id = await make_site(
        conn, user_id=owner.id, subdomain="warung", title="Warung <Ani>", password_hash="$2b$rahasia",
        generated_content={"pages": [{"path": "/tentang"}]}, design_tokens={"big": "x" * 2_200_000},
    )  # fmt: skip
    await owner.sign_in()
    return owner


async def take(owner: Owner, language: str = "id") -> zipfile.ZipFile:
    answer = await owner.get(f"/sites/{owner.site_id}/everything.zip", **{"Accept-Language": language})
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''warung.sites.test")
    assert answer.headers["Cache-Control"] == "private, no-store"
    archive = zipfile.ZipFile(io.BytesIO(answer.body))
    assert archive.testzip() is None
    return archive


async def test_all_of_a_site_is_taken_along_in_files_that_others_read(
    ani: Owner, conn: asyncpg.Connection, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leads, "LEADS_A_PIECE", 3)
    odd = 'Kopi: "pagi"\u2028\x85 # bukan komentar'
    await make_post(
        conn, ani.site_id, slug="kopi-pagi", title=odd, content={"type": "markdown", "text": "# Halo\n\n*ya*"}
    )
    await make_post(conn, ani.site_id, slug="sangrai", title="Sangrai", content=DOCUMENT, status="draft")
    await make_post(conn, await make_site(conn), slug="lain", title="Bukan milik Ani")
    for number in range(8):
        status = ("new", "spam", "archived", "read")[number % 4]
        told = {"status": status, "submitter_name": f"Sari {number}", "data": {"message": "=1+1"}}
        await insert(conn, "form_submissions", {"website_id": ani.site_id, "form_type": "contact", **told})
    await subscribe(conn, ani.site_id, "b@example.com")
    there = await add(visitor, conn, ani.id, ani.site_id, picture(900, 600))
    gone = await add(visitor, conn, ani.id, ani.site_id, picture(640, 480))
    await visitor.client.server.app[PICTURES].erase(gone.place)

    archive = await take(ani)
    assert set(archive.namelist()) == {
        "BACA-SAYA.txt", "site.json", "posts/kopi-pagi.md", "posts/sangrai.md", "messages.csv", "newsletter.csv",
        "statistics-days.csv", "statistics-pages.csv", f"pictures/{there.name}.webp", "pictures/missing.txt",
    }  # fmt: skip
    assert archive.read("pictures/missing.txt").decode() == f"{gone.name}\n"
    assert archive.read(f"pictures/{there.name}.webp")[8:12] == b"WEBP"
    site = json.loads(archive.read("site.json"))
    assert site["site"]["generated_content"] == {"pages": [{"path": "/tentang"}]}
    assert site["too_large"] == ["design_tokens"]
    assert "design_tokens" not in site["site"]
    assert "rahasia" not in archive.read("site.json").decode()
    _, head, body = archive.read("posts/kopi-pagi.md").decode().split("---\n")
    assert yaml.safe_load(head)["title"] == odd
    assert yaml.safe_load(head)["draft"] is False
    assert body == "\n# Halo\n\n*ya*\n"
    _, head, body = archive.read("posts/sangrai.md").decode().split("---\n")
    assert yaml.safe_load(head)["draft"] is True
    assert "<h2" in body
    assert "Sangrai &lt;pelan&gt;" in body
    rows = list(csv.reader(io.StringIO(archive.read("messages.csv").decode("utf-8-sig")), delimiter=";"))
    assert sorted(row[3] for row in rows[1:]) == [f"Sari {number}" for number in range(8)]
    assert all("'=1+1" in row for row in rows[1:])
    assert b"b@example.com" in archive.read("newsletter.csv")
    assert "Bukan milik" not in "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert await conn.fetchval("SELECT count(*) FROM audit_logs WHERE action = 'site_taken'") == 1
    assert "everything.zip" in (await ani.get(f"/sites/{ani.site_id}")).text


def test_names_in_the_archive_stay_inside_it_and_are_each_their_own() -> None:
    taken: set[str] = set()
    slugs = ("../../etc/passwd", "Kopi", "kopi", "日本", "", "..", "a" * 255, "a" * 255)
    names = [post_name(Post(uuid4(), Typed(slug=slug), "", None, (), None), taken) for slug in slugs]
    assert names[:2] == ["etc-passwd", "kopi"]
    assert len(set(names)) == len(slugs)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,140}", name) for name in names)


async def test_nobody_else_gets_it_and_a_site_without_anything_has_one(
    ani: Owner, conn: asyncpg.Connection, visitor: Visitor
) -> None:
    charlie = await furnish(conn, await make_owner(conn, visitor, "Charlie"), "Charlie")
    await charlie.sign_in()
    assert (await charlie.get(f"/sites/{ani.site_id}/everything.zip")).status == 404
    archive = await take(ani)
    assert json.loads(archive.read("site.json"))["forms"] == []
