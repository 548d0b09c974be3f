"""Pictures in the console: many at a time, each judged for itself, described, and deleted with their files."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest
from aiohttp import FormData

from renderer.console.pictures.upload import OF_ONE
from renderer.console.workshop import WORKSHOP
from renderer.keys import PICTURES
from renderer.media import leftovers
from tests.factories import insert, make_post, make_site
from tests.owners import HOST, Owner, make_owner
from tests.serving import Serve
from tests.uploads import bomb, picture, see_through, turned
from tests.visitor import Answer


@pytest.fixture
async def tini(serve: Serve, conn: asyncpg.Connection) -> Owner:
    owner = await make_owner(conn, await serve(console={"host": HOST}, media={"file_bytes": 200_000}), "Tini")
    owner.site_id = await make_site(conn, user_id=owner.id, subdomain="warung")
    await owner.sign_in()
    return owner


async def upload(owner: Owner, files: Sequence[tuple[str, bytes]], path: str = "", **headers: str) -> Answer:
    form = FormData(quote_fields=False)
    form.add_field("note", "bukan berkas")
    for name, data in files:
        form.add_field("files", data, filename=name, content_type="image/jpeg")
    sent = {"Cookie": owner.cookie, "Sec-Fetch-Site": "same-origin", **headers}
    return await owner.visitor.ask("POST", HOST, path or f"/sites/{owner.site_id}/pictures", data=form(), headers=sent)


async def test_pictures_are_uploaded_described_used_and_deleted(tini: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{tini.site_id}/pictures"
    assert "Belum ada gambar" in (await tini.get(root)).text
    done = await upload(tini, [("teras.jpg", turned()), ("logo.png", see_through()), ("teras lagi.jpg", turned())])
    assert done.headers["Location"] == f"{root}?done=pictures_added"
    rows = await conn.fetch("SELECT id, name, fallback, title FROM pictures ORDER BY created_at")
    assert [(row["fallback"], row["title"]) for row in rows] == [("jpg", "teras.jpg"), ("png", "logo.png")]
    page = (await tini.get(root)).text
    thumbs = re.findall(r'<img src="([^"]+)" alt="" width="(\d+)" height="(\d+)"', page)
    assert [size for _, *size in thumbs] == [["400", "400"], ["600", "900"]]
    thumb = await tini.get(thumbs[1][0])
    assert (thumb.status, thumb.headers["Content-Type"]) == (200, "image/webp")
    one = f"{root}/{rows[0]['id']}"
    src = f"/_media/{rows[0]['name']}/600.jpg"
    assert src in (await tini.get(one)).text
    assert (await tini.visitor.get("warung.sites.test", src)).status == 200
    assert (await tini.post(one, {"alt": "  Teras\n  depan ", "do": "describe"})).status == 303
    assert await conn.fetchval("SELECT alt FROM pictures WHERE id = $1", rows[0]["id"]) == "Teras depan"
    assert "Belum dipakai" in (await tini.get(one)).text
    await make_post(conn, tini.site_id, title="Kabar <teras>", content={"type": "markdown", "text": f"![x]({src})"})
    await make_post(conn, tini.site_id, title="Kabar lain", content={"type": "markdown", "text": "x"})
    await conn.execute("UPDATE websites SET og_image_url = $2 WHERE id = $1", tini.site_id, src)
    used = (await tini.get(one)).text
    assert "Kabar &lt;teras&gt;" in used
    assert "Halaman situs" in used
    assert "Kabar lain" not in used
    assert (await tini.post(one, {"do": "delete"})).status == 400
    assert (await tini.post(one, {"do": "delete", "sure": "1"})).headers["Location"] == f"{root}?done=picture_deleted"
    assert (await tini.get(one)).status == 404
    assert (await tini.visitor.get("warung.sites.test", src)).status == 404
    store = tini.visitor.client.server.app[PICTURES]  # type: ignore[union-attr]
    assert [path.name for path in (store.folder / str(tini.site_id)).iterdir()] == [str(rows[1]["id"])]
    assert await leftovers.clear(conn, store) == "1 erased"
    actions = [row[0] for row in await conn.fetch("SELECT action FROM audit_logs WHERE entity_type = 'picture'")]
    assert sorted(actions) == ["picture_added", "picture_added", "picture_added", "picture_deleted"]


async def test_what_is_wrong_with_one_keeps_no_other_back(tini: Owner, conn: asyncpg.Connection) -> None:
    mixed = [
        ("aman.png", picture(60, 40, "PNG")),
        ("<i>gambar.svg", b"<svg xmlns='x'/>"),
        ("besar.jpg", b"\xff\xd8\xff" + b"x" * 200_000),
        ("ponsel.heic", b"\0\0\0\x18ftypheic\0\0\0\0"),
        ("bom.png", bomb()),
        ("rusak.jpg", picture()[:400]),
        ("surat.pdf", b"%PDF-1.7"),
    ]
    answer = await upload(tini, mixed)
    assert answer.status == 422
    for said in (
        "Satu gambar tersimpan",
        "&lt;i&gt;gambar.svg</bdi>: SVG tidak diterima",
        "besar.jpg</bdi>: Lebih besar dari 195 KB",
        "HEIC ini tidak dapat dibaca",
        "Terlalu banyak piksel",
        "rusak.jpg</bdi>: Berkasnya rusak",
        "surat.pdf</bdi>: Ini bukan gambar",
    ):
        assert said in answer.text, said
    assert await conn.fetchval("SELECT count(*) FROM pictures") == 1
    many = await upload(tini, [(f"{number}.txt", b"x") for number in range(11)])
    assert "Lebih dari 10 sekaligus" in many.text
    assert "Pilih dahulu" in (await upload(tini, [("", b"")])).text
    await conn.execute(
        "UPDATE system_config SET value = jsonb_set(value, '{pro,media_bytes}', '10') WHERE key = 'tier_rights'"
    )
    full = await upload(tini, [("lagi.jpg", picture(80, 80))])
    assert "Tidak ada tempat lagi" in full.text
    assert "sudah penuh" in full.text
    assert '<input id="files"' not in full.text


async def test_an_owner_has_two_uploads_under_way_at_most(tini: Owner, conn: asyncpg.Connection) -> None:
    uploads, goes_on = tini.visitor.client.app[WORKSHOP].uploads, asyncio.Event()  # type: ignore[union-attr]
    root = f"/sites/{tini.site_id}/pictures"
    sent = {"Cookie": tini.cookie, "Sec-Fetch-Site": "same-origin", "Content-Type": "multipart/form-data; boundary=x"}

    async def slow() -> AsyncIterator[bytes]:
        yield b"--x\r\nContent-Disposition: form-data; name=files; filename=a.png\r\n\r\n"
        await goes_on.wait()
        yield b"\r\n--x--\r\n"

    coming = [
        asyncio.create_task(tini.visitor.ask("POST", HOST, root, data=slow(), headers=sent)) for _ in range(OF_ONE)
    ]
    async with asyncio.timeout(60):
        while len(uploads) < OF_ONE:
            await asyncio.sleep(0.01)
    third = await upload(tini, [("a.png", picture(9, 9, "PNG"))])
    assert third.status == 429
    assert "Terlalu banyak gambar" in third.text
    budi = await make_owner(conn, tini.visitor, "Budi")
    budi.site_id = await make_site(conn, user_id=budi.id)
    await budi.sign_in()
    assert (await upload(budi, [("a.png", picture(9, 9, "PNG"))])).status == 303
    goes_on.set()
    assert [(await one).status for one in coming] == [422] * OF_ONE
    assert len(uploads) == 0
    assert (await upload(tini, [("a.png", picture(9, 9, "PNG"))])).status == 303


async def test_what_is_no_upload_is_told_so_and_never_a_fault(tini: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{tini.site_id}/pictures"
    kind = "multipart/form-data; boundary=x"
    bodies = [
        (kind, b""),
        (kind, b"--x\r\n"),
        (kind, b"--x\r\nContent-Disposition: form-data; name=files; filename=a\r\n\r\nabc"),
        (kind, b"--x\r\n\r\nabc\r\n--x--\r\n"),
        (kind, b"\xff" * 5_000),
        ("multipart/form-data", b"--x--"),
        ("multipart/mixed; boundary=x", b"--x--"),
        (kind, b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nz\r\n--y--\r\n--x--\r\n"),
        (
            kind,
            b"--x\r\nContent-Disposition: form-data; name=files; filename=a\r\nContent-Transfer-Encoding: base64\r\n"
            b"\r\n!!!!\r\n--x--\r\n",
        ),
        (kind, b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nz\r\n" * 99 + b"--x--\r\n"),
        (kind, b"--x\r\nno header\r\n\r\nz\r\n--x--\r\n"),
        (kind, b'--x\r\nContent-Disposition: form-data; name=a; filename="a\0.png"\r\n\r\nz\r\n--x--\r\n'),
        (kind, b"--x\r\nContent-Disposition: " + b"a" * 99_000 + b"\r\n\r\nz\r\n--x--\r\n"),
        (kind, b"--x\r\n" + b"a: b\r\n" * 9_000 + b"\r\nz\r\n--x--\r\n"),
        ("application/json", b"{}"),
        ("text/plain", b"x"),
    ]
    for content_type, body in bodies:
        answer = await tini.visitor.ask(
            "POST",
            HOST,
            root,
            data=body,
            headers={"Cookie": tini.cookie, "Sec-Fetch-Site": "same-origin", "Content-Type": content_type},
        )
        assert answer.status in (400, 422), (content_type, body[:60], answer.status)
        assert "<h1>Gambar</h1>" in answer.text
    assert (await upload(tini, [("a.png", picture(9, 9, "PNG"))], **{"Sec-Fetch-Site": "cross-site"})).status == 403
    assert await conn.fetchval("SELECT count(*) FROM pictures") == 0
    for page in ("0", "x", "-1", "99999999", "2"):
        assert (await tini.get(f"{root}?page={page}")).status == 200
    for path in ("x", "00000000-0000-0000-0000-000000000000", "%00", "x/320.webp"):
        assert (await tini.get(f"{root}/{path}")).status == 404


async def test_a_sample_shows_photos_that_the_site_does_not_show_yet(tini: Owner, conn: asyncpg.Connection) -> None:
    await upload(tini, [("teras.jpg", turned())])
    name = await conn.fetchval("SELECT name FROM pictures")
    stranger = await make_site(conn, subdomain="lain")
    foreign = f"{'c' * 32}-640x480"
    await insert(conn, "pictures", {"website_id": stranger, "name": foreign, "fallback": "jpg", "bytes": 1})
    items = [{"name": one, "image": {"src": f"/_media/{one}/{one[33:36]}.jpg"}} for one in (name, foreign)]
    sections = [{"type": "hero", "title": "A"}, {"type": "gallery", "title": "B", "items": items}]
    content = json.dumps({"pages": [{"sections": sections}]})
    sample = f"/sites/{tini.site_id}/look/sample"
    for hidden in (True, False):
        await conn.execute(
            "UPDATE websites SET status = $2, generated_content = $3 WHERE id = $1",
            tini.site_id, "draft" if hidden else "published", content,
        )  # fmt: skip
        page = (await tini.get(sample, **{"Sec-Fetch-Dest": "iframe"})).text
        assert page.count('src="data:image/webp;base64,') == hidden
        assert (f"/_media/{name}/" in page) is not hidden
        assert f"/_media/{foreign}/640.jpg" in page


async def test_a_post_shows_photos_beside_its_text_before_its_site_does(tini: Owner, conn: asyncpg.Connection) -> None:
    await upload(tini, [("teras.jpg", turned())])
    name = await conn.fetchval("SELECT name FROM pictures")
    root = f"/sites/{tini.site_id}/posts"
    typed = {"title": "Kabar", "body": f"![Teras](/_media/{name}/600.jpg)"}
    for change in ("status = 'draft'", "status = 'published', is_password_protected = true, password_hash = 'x'", ""):
        if change:
            await conn.execute(f"UPDATE websites SET {change} WHERE id = $1", tini.site_id)
        else:
            await conn.execute("UPDATE websites SET is_password_protected = false, password_hash = NULL")
        paper = json.loads((await tini.post(f"{root}/paper", typed)).text)["paper"]
        shown = html.unescape((await tini.post(f"{root}/new", {**typed, "do": "preview"})).text)
        for page in (paper, shown[shown.index("<iframe") : shown.index("</iframe>")]):
            assert ('src="data:image/webp;base64,' in page) == bool(change)
            assert (f'src="http://warung.sites.test:8080/_media/{name}/' in page) is not bool(change)
