"""Files of visitors, and how long what they sent is kept."""

import asyncio
import errno
import io
import json
import os
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import psycopg
import pytest

from renderer.db.pool import open_pool
from renderer.edge import body as body_module
from renderer.forms import files as files_module
from renderer.forms import queries
from renderer.forms.files import Files, Upload, download_headers, files_folder, type_of
from renderer.forms.keeper import Keeper
from renderer.forms.keeping import KEEPER
from renderer.forms.kept_files import KeptFiles
from renderer.forms.large import AT_ONCE
from renderer.forms.spool import Spool
from renderer.keyring import CannotOpen, Keyring
from renderer.themes.forms import MOST_WITH_FILES
from tests.databases import Database
from tests.factories import insert, make_site
from tests.judge import Page
from tests.serving import Serve
from tests.test_forms import HOST, make_form, multipart, send, stored
from tests.test_forms_spool import MEGABYTE, make_lead
from tests.visitor import Answer, Visitor

PDF = b"%PDF-1.7\n<script>alert(1)</script>"
JPEG = b"\xff\xd8\xff\xe0" + b"x" * 2000
FORM = [
    {"name": "nama", "label": "Nama", "required": True},
    {"name": "bukti", "type": "file", "label": "Bukti", "required": True, "max": 2},
]


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return made.getvalue()


def test_a_file_is_what_its_content_is() -> None:
    office = archive("[Content_Types].xml", "word/document.xml")
    assert [type_of(data) for data in (PDF, JPEG, b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBP", b"\0\0\0\x18ftypheic")] == [
        "application/pdf", "image/jpeg", "image/png", "image/webp", "image/heic",
    ]  # fmt: skip
    assert str(type_of(office)).endswith("wordprocessingml.document")
    macros = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
    for bad in (b"", b"MZ", b"<svg onload=x>", b"<html>", b"PK\x03\x04", archive("a.exe"), macros, b"#!/bin/sh"):
        assert type_of(bad) is None


def test_an_archive_of_more_names_than_a_document_has_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five megabytes hold a hundred thousand names; who lists them keeps a worker's other visitors waiting a second."""
    names = ["[Content_Types].xml", "word/document.xml", *map(str, range(4_998))]
    assert type_of(archive(*names)) is not None
    many = archive(*names, "one-more")
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("it was listed"))
    assert type_of(many) is None


async def post(visitor: Visitor, *files: tuple[str, bytes], **fields: str) -> Answer:
    head = '--xYz\r\nContent-Disposition: form-data; name="bukti"; filename="{}"\r\n\r\n'
    extra = b"".join(head.format(name).encode() + data + b"\r\n" for name, data in files)
    body, kind = multipart(list({"nama": "Sari", **fields}.items()), extra)
    return await send(visitor, data=body, headers={"Content-Type": kind}, path="/_forms/kirim")


async def test_who_sends_files_slowly_keeps_nobody_else_waiting(conn: asyncpg.Connection, serve: Serve) -> None:
    await make_form(conn, await make_site(conn, subdomain="kopi"), form_type="kirim", fields=json.dumps(FORM))
    visitor = await serve(server={"trusted_proxies": ["127.0.0.1"]})
    goes_on = asyncio.Event()
    body, kind = multipart(
        [("nama", "{}")], b'--xYz\r\nContent-Disposition: form-data; name="bukti"; filename="a.pdf"\r\n\r\n'
    )
    head, tail = body.removesuffix(b"--xYz--\r\n") + PDF, b"\r\n--xYz--\r\n"

    async def slow(name: int) -> AsyncIterator[bytes]:
        yield head.replace(b"{}", b"Sari %d" % name)
        await goes_on.wait()
        yield tail

    async def send_it(name: int, client: str) -> int:
        headers = {"Content-Type": kind, "X-Forwarded-For": client}
        return (await send(visitor, data=slow(name), headers=headers, path="/_forms/kirim")).status

    await visitor.get(HOST, "/_forms/kirim")
    large = visitor.client.app[KEEPER].large  # type: ignore[union-attr]
    coming = [asyncio.create_task(send_it(name, "198.51.100.1")) for name in range(2 * AT_ONCE)]
    async with asyncio.timeout(60):
        while large.asked < len(coming):
            await asyncio.sleep(0.01)
        # Neither a turn of the site nor all places for files are taken.
        assert (await visitor.get(HOST, "/tidak-ada")).status == 404
        assert (await post(visitor, ("a.pdf", PDF + bytes(300_000)), nama="Budi")).status == 303
    goes_on.set()
    assert await asyncio.gather(*coming) == [303] * len(coming)
    assert large.asked == 0
    assert await conn.fetchval("SELECT count(DISTINCT data ->> 'nama') FROM form_submissions") == 1 + len(coming)


async def test_files_are_kept_for_the_owner_alone(
    conn: asyncpg.Connection, serve: Serve, keyring: Keyring, tmp_path: Path
) -> None:
    site = await make_site(conn, subdomain="kopi")
    await make_form(conn, site, form_type="kirim", fields=json.dumps(FORM))
    visitor = await serve(forms={"file_bytes": 600_000, "site_files_bytes": 2_000_000})
    page = Page((await visitor.get(HOST, "/_forms/kirim")).text, "http://kopi.sites.test:8080")
    assert page.problems == []
    (drawn,) = page.all("form")
    assert (drawn.get("enctype"), drawn.get("data-most")) == ("multipart/form-data", "600000")
    # How large a file may be is said before it is chosen, and read out with the question.
    (field,) = [one for one in page.all("input") if one.get("type") == "file"]
    assert field.get("aria-describedby") == "form-bukti-most"
    assert "Paling besar 585 KB per berkas, dan 12 MB untuk semuanya." in page.text
    large = b"\xff\xd8\xff" + bytes(500_000)
    too_large = ("a.jpg", b"\xff\xd8\xff" + bytes(600_000))
    for wrong in ([], [("", b"")], [("a.svg", b"<svg>")], [too_large], [("a", PDF)] * 3):
        answer = await post(visitor, *wrong)
        assert answer.status == 422, wrong[:1]
        assert 'id="form-bukti-fault"' in answer.text
    again = await post(visitor, ("a.pdf", PDF), nama="")
    assert "Pilih lagi berkasnya." in again.text
    name = '..%22/../é"><b>\u202e.pdf'.replace('"', "%22")
    assert (await post(visitor, (name, PDF), ("foto.html", large))).status == 303
    assert (await post(visitor, (name, PDF), ("foto.html", large))).status == 303
    (row,) = await stored(conn)
    first, second = row["data"]["bukti"]
    assert (first["type"], first["size"], first["file"]) == ("application/pdf", len(PDF), 0)
    assert "/" not in first["name"]
    assert (second["name"], second["type"]) == ("foto.html", "image/jpeg")
    files = Files(files_folder(tmp_path / "var"), keyring)
    found = files.get(site, row["id"], first)
    assert found is not None
    assert found.data == PDF
    headers = download_headers(found)
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["Content-Disposition"].isascii()
    assert headers["Content-Type"] == "application/octet-stream"
    assert not any(PDF in path.read_bytes() for path in files.folder.rglob("*") if path.is_file())
    for odd in (None, {}, {**first, "file": "0"}, {**first, "file": -1}, {**first, "file": 10**300}):
        assert files.get(site, row["id"], odd) is None
    assert files.get(uuid4(), row["id"], first) is None
    with pytest.raises(CannotOpen):
        files.get(site, row["id"], {**second, "file": 1}) and Files(files.folder, Keyring.generate()).get(
            site, row["id"], first
        )
    # No address leads to them.
    for path in (f"/_forms/kirim/{row['id']}/0", f"/spool/files/{site}/{row['id']}/0", "/_forms/kirim/files"):
        assert (await visitor.get(HOST, path)).status == 404
    # The lead is not lost where files are too many.
    full = [(await post(visitor, ("b.jpg", large + bytes([number])))) for number in range(4)]
    assert [answer.status for answer in full] == [303, 303, 303, 422]
    assert "belum bisa kami terima" in full[-1].text
    # More than a form without files may be sent.
    await make_form(conn, site, form_type="pendek", fields=json.dumps(FORM[:1]))
    body, kind = multipart([("nama", "x"), ("lain", "x" * 300_000)])
    assert (await send(visitor, data=body, headers={"Content-Type": kind}, path="/_forms/pendek")).status == 413


@pytest.mark.parametrize("declared", [True, False], ids=["a length", "chunks"])
async def test_a_file_that_is_too_large_is_refused_before_all_of_it_came_and_what_stood_before_it_stays(
    conn: asyncpg.Connection, serve: Serve, declared: bool
) -> None:
    form = [FORM[0], {"name": "pesan", "label": "Pesan"}, FORM[1], {"name": "kota", "label": "Kota"}]
    await make_form(conn, await make_site(conn, subdomain="kopi"), form_type="kirim", fields=json.dumps(form))
    visitor = await serve()
    head = (
        b'--xYz\r\nContent-Disposition: form-data; name="nama"\r\n\r\nSari & <b>\r\n'
        b'--xYz\r\nContent-Disposition: form-data; name="pesan"\r\n\r\nMasih buka?\r\n'
        b'--xYz\r\nContent-Disposition: form-data; name="bukti"; filename="a.pdf"\r\n\r\n' + PDF
    )
    size = MOST_WITH_FILES + 1_000_000
    length = f"Content-Length: {size}" if declared else "Transfer-Encoding: chunked"
    for accept in ("text/html", "application/json"):
        reader, writer = await asyncio.open_connection(visitor.client.host, visitor.client.port)
        asked = (
            f"POST /_forms/kirim HTTP/1.1\r\nHost: {HOST}\r\nAccept: {accept}\r\n{length}\r\n"
            "Content-Type: multipart/form-data; boundary=xYz\r\nSec-Fetch-Site: same-origin\r\n\r\n"
        )
        body = head + bytes(400_000 if declared else size)
        writer.write(asked.encode() + (body if declared else b"%x\r\n%b\r\n" % (len(body), body)))
        answer = b""
        async with asyncio.timeout(30):
            while b"</html>" not in answer and b"}]}" not in answer:
                chunk = await reader.read(65_536)
                assert chunk, answer[-300:]
                answer += chunk
        writer.close()
        assert answer.startswith(b"HTTP/1.1 413 "), answer[:100]
        assert b"Paling besar 5 MB per berkas, dan 12 MB untuk semuanya." in answer
        if accept == "text/html":
            text = answer.partition(b"\r\n\r\n")[2].decode()
            page = Page(text, f"http://{HOST}")
            assert page.problems == []
            typed = {one.get("name"): one.get("value") for one in page.all("input")}
            assert (typed["nama"], typed["pesan"], typed["kota"]) == ("Sari & <b>", "Masih buka?", "")
            assert "sebelum berkas itu masih di sini" in text
        else:
            assert b'"name": "bukti"' in answer
    assert await stored(conn) == []


async def test_of_a_post_that_is_too_large_and_makes_no_sense_nothing_is_shown(
    conn: asyncpg.Connection, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_module, "BEGINNING_SECONDS", 0.3)
    await make_form(conn, await make_site(conn, subdomain="kopi"), form_type="kirim", fields=json.dumps(FORM))
    visitor = await serve()
    beginnings = [
        b"", b"--xYz", b"--xYz\r\n\r\n" * 900, b"\0" * 300_000, b"--xYz\r\n" * 300_000,
        b'--xYz\r\nContent-Disposition: form-data; name="nama"\r\n\r\n\xff\0\r\n--xYz\r\n',
    ]  # fmt: skip
    kinds = ["multipart/form-data" + more for more in ("; boundary=xYz", "", "; boundary=" + "x" * 99)]
    for kind in kinds:
        for beginning in beginnings:
            # Whoever sends no more than this is not waited for either.
            asked = f"POST /_forms/kirim HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 99000000\r\n"
            asked += f"Content-Type: {kind}\r\n\r\n"
            reader, writer = await asyncio.open_connection(visitor.client.host, visitor.client.port)
            writer.write(asked.encode() + beginning)
            async with asyncio.timeout(30):
                assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 413 "), (kind, beginning[:40])
            writer.close()


async def test_a_lead_whose_files_find_no_room_is_not_stored_without_them(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_form(conn, await make_site(conn, subdomain="kopi"), form_type="kirim", fields=json.dumps(FORM))
    visitor = await serve()
    write, folder = files_module.write_durably, files_folder(tmp_path / "var")

    def write_once(path: Path, data: bytes) -> None:
        if path.name != "0":
            raise OSError(errno.ENOSPC, "full")
        write(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(files_module, "write_durably", write_once)
        answer = await post(visitor, ("a.pdf", PDF), ("b.pdf", PDF))
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert await stored(conn) == []
    assert not [path for path in folder.rglob("*") if path.is_file()]
    assert (await post(visitor, ("a.pdf", PDF), ("b.pdf", PDF))).status == 303
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 2


async def test_what_is_erased_leaves_the_disk_and_does_not_come_back(
    conn: asyncpg.Connection, database: Database, keyring: Keyring, tmp_path: Path
) -> None:
    site, other = await make_site(conn, subdomain="kopi"), await make_site(conn, subdomain="roti")
    since = datetime.now(UTC) - timedelta(days=1)
    spool = Spool(tmp_path / "spool" / "forms", keyring, MEGABYTE)
    files = Files(tmp_path / "spool" / "files", keyring)
    pool = await open_pool(database.url_as("tapsite_edge"), largest=2, connect_seconds=5, statement_seconds=5)
    keeper = Keeper(pool, spool, KeptFiles(files), MEGABYTE)
    leads = [make_lead(number) for number in range(3)]
    for lead in leads:
        await queries.store_lead(conn, site, lead)
        files.put(site, lead.id, [Upload("a.pdf", PDF)])
    spool.put(site, leads[0])
    waiting = make_lead(9)
    spool.put(site, waiting)
    files.put(site, waiting.id, [Upload("a.pdf", PDF)])
    assert await conn.fetchval("SELECT count(*) FROM outbox WHERE submission_id IS NOT NULL") == 3
    assert not await queries.withdraw_consent(conn, other, leads[0].id)
    assert len(await stored(conn)) == 3
    assert await queries.withdraw_consent(conn, site, leads[0].id)
    assert not await queries.withdraw_consent(conn, site, waiting.id)
    assert await conn.fetchval("SELECT count(*) FROM outbox WHERE submission_id IS NOT NULL") == 2
    log = await conn.fetch("SELECT * FROM audit_logs WHERE action = 'lead.withdrawn' AND entity_id = $1", leads[0].id)
    assert json.loads(log[-1]["old_values"])["website_id"] == str(site)
    assert "Sari" not in str([dict(row) for row in log])
    # What waits on disk is not stored again; what lies there goes.
    assert await keeper.store_waiting()
    assert sorted(row["id"] for row in await stored(conn)) == sorted(lead.id for lead in leads[1:])
    spool.put(site, leads[0])
    os.utime(spool.waiting()[0].path, (1, 1))
    last = await keeper.erase_gone(since)
    assert last > since
    assert spool.waiting() == []
    assert {lead_id for _, lead_id, _ in files.leads()} == {lead.id for lead in leads[1:]}
    assert await keeper.erase_gone(last) == last
    # The same sent anew is a new lead, and keeps its files.
    await queries.store_lead(conn, site, make_lead(0, id=leads[0].id, at=datetime.now(UTC)))
    assert len(await stored(conn)) == 3
    # Files that no row has, as after a crash between the two.
    files.put(site, uuid4(), [Upload("a.pdf", PDF)])
    assert await keeper.erase_orphans() == 0
    await asyncio.to_thread(_make_old, files.folder)
    assert await keeper.erase_orphans() == 1
    keeper.close()
    await pool.close()


async def test_the_same_is_stored_once_in_the_ten_minutes_about_it(conn: asyncpg.Connection) -> None:
    """Its id alone tells within a span of ten minutes; the receipt does so where the next one has begun."""
    site, other = await make_site(conn, subdomain="kopi"), await make_site(conn, subdomain="roti")
    first = make_lead(0, at=datetime.now(UTC) - timedelta(hours=1))
    assert await queries.store_lead(conn, site, first) == first.id
    for minutes in (0, 9, -9):  # what waited on disk may come later and have been sent earlier
        again = replace(first, id=uuid4(), at=first.at + timedelta(minutes=minutes))
        assert await queries.store_lead(conn, site, again) == first.id
    for website_id, minutes in ((other, 0), (site, 11)):
        new = replace(first, id=uuid4(), at=first.at + timedelta(minutes=minutes))
        assert await queries.store_lead(conn, website_id, new) == new.id
    assert await conn.fetchval("SELECT count(*) FROM form_submissions") == 3


def _make_old(folder: Path) -> None:
    for place in folder.glob("*/*"):
        os.utime(place, (1, 1))


async def test_addresses_are_blanked_and_leads_end_with_their_retention(
    conn: asyncpg.Connection, database: Database
) -> None:
    async def make(tier: str, days: float, stated: object = None, key: str = "retention_days") -> UUID:
        config = {} if stated is None else {"config": {"privacy": {key: stated}}}
        site = await make_site(conn, subdomain=f"{tier}{int(days)}", **config)
        bought = "UPDATE users SET subscription_tier = $1 WHERE id = (SELECT user_id FROM websites WHERE id = $2)"
        await conn.execute(bought, tier, site)
        at = datetime.now(UTC) - timedelta(days=days)
        values = {"website_id": site, "form_type": "contact", "data": {}, "created_at": at}
        return await insert(conn, "form_submissions", {**values, "ip_address": "192.0.2.1", "user_agent": "x"})

    kept = [await make("free", 29), await make("free", 89), await make("pro", 364), await make("business", 729)]
    # What the site's own privacy page states ends it sooner, and nothing makes it end later.
    kept += [
        await make("pro", 43, 45),
        await make("pro", 44, "45.0"),
        await make("pro", 46, 0),
        await make("pro", 47, "1e9"),
    ]
    gone = [await make("free", 91), await make("pro", 366), await make("business", 731)]
    gone += [await make("pro", 48, 45), await make("pro", 49, " 45 "), await make("free", 92, 900)]
    gone += [await make("pro", 50, 45, "retentionDays"), await make("pro", 51, "+45", "Retention-Days")]
    maintain = await asyncpg.connect(database.url_as("tapsite_maintain"))
    said = await queries.keep_up(maintain, 30)
    assert said is not None
    assert await queries.keep_up(maintain, 30) is None
    await maintain.close()
    rows = {row["id"]: row for row in await stored(conn)}
    assert set(rows) == set(kept)
    assert [rows[one]["ip_address"] is None for one in kept] == [False, *[True] * 7]
    assert [rows[one]["user_agent"] is None for one in kept] == [False, *[True] * 7]
    logged = await conn.fetch("SELECT new_values FROM audit_logs WHERE action = 'lead.purged'")
    assert sum(json.loads(row["new_values"])["leads"] for row in logged) == len(gone)
    for role in ("tapsite_edge", "tapsite_console"):
        with psycopg.connect(database.url_as(role)) as other, pytest.raises(psycopg.errors.InsufficientPrivilege):
            other.execute("SELECT purge_leads(1)")
