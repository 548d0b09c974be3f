"""The application over a bucket: nothing is lost while it is away, and what is erased is erased there."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from renderer.forms import keeper as keeping
from renderer.forms.files import files_folder
from renderer.forms.keeping import FILES, KEEPER
from renderer.keys import PICTURES
from renderer.media import leftovers, queries
from renderer.objects import bucket
from tests.commands import Run
from tests.databases import Database
from tests.factories import make_site
from tests.owners import HOST as CONSOLE
from tests.owners import Owner, make_owner
from tests.s3_server import ObjectService, object_service
from tests.serving import Serve
from tests.test_forms import make_form, stored
from tests.test_forms_keeping import FORM, JPEG, PDF, post
from tests.test_media import HOST, add
from tests.uploads import picture


@pytest.fixture
async def service(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ObjectService]:
    monkeypatch.setattr(bucket, "REST_SECONDS", 0.0)
    monkeypatch.setattr(keeping, "MOVE_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(keeping, "STORE_SECONDS", 60.0)  # by our hand alone
    async with object_service() as service:
        yield service


@pytest.fixture
async def tini(serve: Serve, service: ObjectService, conn: asyncpg.Connection) -> Owner:
    owner = await make_owner(conn, await serve(console={"host": CONSOLE}, store=service.settings), "Tini")
    owner.site_id = await make_site(conn, user_id=owner.id, subdomain="kopi")
    await owner.sign_in()
    return owner


async def test_files_of_leads_wait_for_the_bucket_and_no_lead_waits_for_them(
    tini: Owner, service: ObjectService, conn: asyncpg.Connection, tmp_path: Path
) -> None:
    assert isinstance(tini.site_id, UUID)
    app = tini.visitor.client.server.app  # type: ignore[union-attr]
    disk, site = files_folder(tmp_path / "var"), tini.site_id
    await make_form(conn, site, form_type="kirim", fields=json.dumps(FORM))
    service.mode = "down"
    assert (await post(tini.visitor, ("bukti.pdf", PDF), ("foto.jpg", JPEG))).status == 303
    (lead,) = await stored(conn)
    address = f"/sites/{site}/leads/{lead['id']}/files/0"
    await app[KEEPER].move_files()
    assert len(list(disk.glob("*/*/*"))) == 2
    assert (await tini.get(address)).body == PDF
    service.mode = "up"
    await app[KEEPER].move_files()
    assert not list(disk.glob("*/*"))
    assert service.below("") == [f"leads/{site}/{lead['id']}/{number}" for number in (0, 1)]
    assert not any(PDF in body or JPEG in body for body, _ in service.objects.values())
    assert (await tini.get(address)).body == PDF
    assert await app[FILES].size(site) == sum(len(body) for body, _ in service.objects.values())
    # Another tenant's lead of the same id is nobody's.
    assert await app[FILES].get(await make_site(conn), lead["id"], lead["data"]["bukti"][0]) is None
    service.mode = "down"
    away = await tini.get(address)
    assert (away.status, away.headers["Retry-After"]) == (503, "10")
    # What nobody has stored yet stays where its lead waits.
    service.mode = "up"
    other = UUID(int=7)
    await asyncio.to_thread(app[FILES].disk.put, site, other, [])
    await app[KEEPER].move_files()
    assert [place.name for place in disk.glob("*/*")] == [str(other)]
    # Erased: while it is away that is left to be done, and done later.
    since = lead["created_at"]
    erased = await tini.post(f"/sites/{site}/leads/{lead['id']}/erase", {"sure": "1"})
    assert erased.status == 303, erased.status
    service.mode = "down"
    with pytest.raises(OSError, match="away"):
        await app[KEEPER].erase_gone(since)
    service.mode = "up"
    assert await app[KEEPER].erase_gone(since) > since
    assert service.objects == {}
    assert service.refused == []


async def test_objects_that_no_row_knows_are_swept(
    tini: Owner, service: ObjectService, conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(tini.site_id, UUID)
    app = tini.visitor.client.server.app  # type: ignore[union-attr]
    await make_form(conn, tini.site_id, form_type="kirim", fields=json.dumps(FORM))
    assert (await post(tini.visitor, ("bukti.pdf", PDF))).status == 303
    await app[KEEPER].move_files()
    (kept,) = service.below("")
    orphan = f"leads/{tini.site_id}/{UUID(int=9)}/0"
    service.objects[orphan] = service.objects[kept]
    assert await app[KEEPER].erase_orphans() == 0
    monkeypatch.setattr(keeping, "ORPHAN_SECONDS", -5.0)
    assert await app[KEEPER].erase_orphans() == 1
    assert service.below("") == [kept]


async def test_pictures_come_from_the_bucket_and_pages_do_not_need_it(
    tini: Owner, service: ObjectService, conn: asyncpg.Connection
) -> None:
    assert isinstance(tini.id, UUID)
    assert isinstance(tini.site_id, UUID)
    visitor, store = tini.visitor, tini.visitor.client.server.app[PICTURES]  # type: ignore[union-attr]
    kept = await add(visitor, conn, tini.id, tini.site_id, picture(900, 600))
    assert service.below("") == sorted(f"media/{kept.place}/{file}" for file in kept.picture.files)
    shown = await visitor.get(HOST, kept.picture.src)
    assert (shown.status, shown.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert (await visitor.get(HOST, kept.picture.src, headers={"Range": "bytes=0-3"})).body == shown.body[:4]
    service.mode = "down"
    away = await visitor.get(HOST, kept.picture.src)
    assert (away.status, away.headers["Retry-After"], away.headers["Cache-Control"]) == (503, "10", "no-store")
    assert (await visitor.get(HOST, "/")).status == 200
    with pytest.raises(OSError, match="away"):
        await add(visitor, conn, tini.id, tini.site_id, picture(300, 200))
    assert len(await queries.list_pictures(conn, tini.site_id, most=9)) == 1
    await conn.execute("UPDATE picture_leftovers SET due = now()")
    with pytest.raises(OSError, match="away"):
        await leftovers.clear(conn, store)
    service.mode = "up"
    assert (await visitor.get(HOST, kept.picture.src)).body == shown.body
    assert await queries.delete_picture(conn, tini.site_id, kept.id)
    assert await leftovers.clear(conn, store) == "2 erased"
    assert service.objects == {}


async def test_files_are_copied_and_sites_exported_and_erased(
    tini: Owner, service: ObjectService, conn: asyncpg.Connection, database: Database, renderer: Run, tmp_path: Path
) -> None:
    assert isinstance(tini.id, UUID)
    assert isinstance(tini.site_id, UUID)
    kept = await add(tini.visitor, conn, tini.id, tini.site_id, picture(400, 300))
    var, objects = tmp_path / "other", dict(service.objects)
    given = {"var": var, **{f"store_{name}": value for name, value in service.settings.items()}}
    done = await asyncio.to_thread(renderer, "store", "copy", "folders", **given)  # type: ignore[arg-type]
    assert (done.returncode, f"media: {len(objects)} files copied" in done.stdout) == (0, True), done.stderr
    assert {f"media/{path.relative_to(var / 'media')}" for path in var.glob("media/*/*/*")} == set(objects)
    service.objects.clear()
    for copied in (len(objects), 0):
        done = await asyncio.to_thread(renderer, "store", "copy", "bucket", **given)  # type: ignore[arg-type]
        assert f"media: {copied} files copied" in done.stdout
    assert {key: body for key, (body, _) in service.objects.items()} == {
        key: body for key, (body, _) in objects.items()
    }
    service.mode = "down"
    done = await asyncio.to_thread(renderer, "store", "copy", "bucket", **given)  # type: ignore[arg-type]
    assert (done.returncode, "Traceback" in done.stderr, service.settings["secret"] in done.stderr) == (1, False, False)
    checked = await asyncio.to_thread(renderer, "check", **given)  # type: ignore[arg-type]
    assert "wrong: store: the object store is away" in checked.stderr
    service.mode = "up"
    checked = await asyncio.to_thread(renderer, "check", **given)  # type: ignore[arg-type]
    assert "store:" not in checked.stderr
    assert len(service.objects) == len(objects)
    assert (await asyncio.to_thread(renderer, "store", "copy", "bucket", var=var)).returncode == 1
    more = {**given, "database": database, "database_migrate_url": database.url}
    out = tmp_path / "kopi.zip"
    done = await asyncio.to_thread(renderer, "sites", "export", "kopi", "--output", str(out), **more)  # type: ignore[arg-type]
    assert done.returncode == 0, done.stderr
    assert kept.name.encode() in out.read_bytes()
    done = await asyncio.to_thread(renderer, "sites", "erase", "kopi", "--confirm", "kopi", **more)  # type: ignore[arg-type]
    assert done.returncode == 0, done.stderr
    assert service.objects == {}
