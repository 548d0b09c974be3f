"""The inbox's screens: lists, one lead, statuses, erasing, the table."""

import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import asyncpg
import pytest

from renderer.forms.files import Files, Upload, files_folder, note_of
from renderer.keyring import Keyring
from tests.factories import insert, make_site
from tests.owners import HOST, MARK, Owner, furnish, make_owner
from tests.serving import Serve
from tests.test_inbox import make_lead


@pytest.fixture
async def ani(serve: Serve, conn: asyncpg.Connection) -> Owner:
    owner = await furnish(conn, await make_owner(conn, await serve(console={"host": HOST}), "Ani Rahayu"), MARK)
    await owner.sign_in()
    return owner


async def status_of(conn: asyncpg.Connection, lead: UUID) -> str:
    status: str = await conn.fetchval("SELECT status FROM form_submissions WHERE id = $1", lead)
    return status


async def test_a_lead_is_listed_read_answered_and_found_again(ani: Owner, conn: asyncpg.Connection) -> None:
    leads = f"/sites/{ani.site_id}/leads"
    made = await make_lead(
        conn,
        ani.site_id,
        submitter_name="Budi <b>",
        submitter_phone="+6281355500123",
        submitter_email="budi@example.com",
        data={"name": "Budi <b>", "message": "Pesan dua loyang <script>", "_about": {"form": "contact", "page": "/"}},
    )
    page = (await ani.get(leads)).text
    assert "Budi &lt;b&gt;" in page
    assert "<script>" not in page
    assert f"{leads}/{made}" in page
    ahead = await ani.get(f"{leads}/{made}", **{"Sec-Purpose": "prefetch"})
    assert ahead.status == 200
    assert await status_of(conn, made) == "new"
    page = (await ani.get(f"{leads}/{made}")).text
    assert await status_of(conn, made) == "read"
    assert "https://wa.me/6281355500123?text=Halo%20Budi" in page
    assert "mailto:budi@example.com?subject=" in page
    assert "Pesan dua loyang &lt;script&gt;" in page
    answer = await ani.post(f"{leads}/status", {"lead": made, "status": "replied", "stay": "1"})
    assert answer.status == 303
    assert answer.headers["Location"].startswith(f"{leads}/{made}?")
    page = (await ani.get(answer.headers["Location"])).text
    assert "Status pesan diubah." in page
    assert "oleh Anda" in page
    found = (await ani.get(f"{leads}?shelf=replied&words=0813-5550")).text
    assert str(made) in found
    assert str(made) not in (await ani.get(f"{leads}?shelf=replied&words=tidak-ada")).text


@pytest.mark.parametrize(
    ("said", "indonesian"),
    [
        ("it answered with status 500", "penerima menolak atau menjawab dengan kesalahan"),
        ("the mail server did not answer in time", "penerima tidak dapat dihubungi"),
        ("no recipient was accepted (550)", "alamat atau nomor tujuan tidak menerima"),
        ("the owner’s tier does not have this channel", "saluran ini tidak termasuk paket Anda"),
        ("the webhook is disabled: it answered 410", "alamat webhook ini dimatikan"),
        ("the template does not exist in that language (code 132001)", "salurannya belum disetel dengan benar"),
        ("the certificate has expired", "sertifikat HTTPS penerima sudah kedaluwarsa"),
        ("the certificate is for another name", "sertifikat HTTPS penerima dibuat untuk nama lain"),
        (
            "the certificate is of no known authority",
            "sertifikat HTTPS penerima tidak dikeluarkan lembaga yang dikenal",
        ),
        (
            "no trusted TLS connection to the mail server (the certificate has expired)",
            "penerima tidak dapat dihubungi",
        ),
        ("something new <b>", "belum berhasil"),
    ],
)
async def test_why_a_lead_was_not_delivered_is_said_in_the_owners_words(
    ani: Owner, conn: asyncpg.Connection, said: str, indonesian: str
) -> None:
    made = await make_lead(conn, ani.site_id)
    await conn.execute(
        "INSERT INTO lead_attempts (website_id, submission_id, channel, outcome, said) "
        "VALUES ($1, $2, 'email', 'failed', $3)",
        ani.site_id, made, said,
    )  # fmt: skip
    page = (await ani.get(f"/sites/{ani.site_id}/leads/{made}")).text
    assert f"gagal – {indonesian} " in page
    assert f"({said.replace('<b>', '&lt;b&gt;')})" in page


async def test_several_change_at_once_and_what_is_no_spam_is_delivered(ani: Owner, conn: asyncpg.Connection) -> None:
    leads = f"/sites/{ani.site_id}/leads"
    two = [await make_lead(conn, ani.site_id, n, status="spam") for n in range(2)]
    assert "Bukan spam" in (await ani.get(f"{leads}?shelf=spam")).text
    answer = await ani.post(f"{leads}/status", {"lead": two, "status": "new", "shelf": "spam", "unspam": "1"})
    assert answer.headers["Location"] == f"{leads}?shelf=spam&done=lead_delivers"
    assert [await status_of(conn, one) for one in two] == ["new", "new"]
    assert await conn.fetchval("SELECT count(*) FROM outbox WHERE submission_id = ANY($1)", two) == 2
    nothing = await ani.post(f"{leads}/status", {"status": "spam"})
    assert nothing.headers["Location"].endswith("done=leads_none")
    for fields in ({"lead": two, "status": "gone"}, {"lead": two}):
        assert (await ani.post(f"{leads}/status", fields)).status == 400
    assert (await ani.post(f"{leads}/status", {"lead": ["x", "7"], "status": "spam"})).status == 303
    # A site of somebody else's does not become Ani's by standing beside one of hers in the address.
    foreign = await make_lead(conn, await make_site(conn))
    await ani.post(f"{leads}/status", {"lead": foreign, "status": "spam"})
    assert await status_of(conn, foreign) == "new"
    assert (await ani.get(f"{leads}/{foreign}")).status == 404
    assert (await ani.post(f"{leads}/{foreign}/erase", {"sure": "1"})).status == 404


async def test_a_channel_is_tried_again(ani: Owner, conn: asyncpg.Connection) -> None:
    lead = f"/sites/{ani.site_id}/leads/{ani.lead_id}"
    await conn.execute("DELETE FROM outbox")
    assert "Kirim lagi: Surel" in (await ani.get(lead)).text
    answer = await ani.post(f"{lead}/deliver", {"channel": "email"})
    assert answer.headers["Location"] == f"{lead}?done=lead_tried"
    assert await conn.fetchval("SELECT count(*) FROM lead_attempts") + await conn.fetchval(
        "SELECT count(*) FROM outbox WHERE submission_id = $1", ani.lead_id
    )
    assert (await ani.post(f"{lead}/deliver", {"channel": "pos"})).status == 400


async def test_erasing_asks_first_and_leaves_nothing(ani: Owner, conn: asyncpg.Connection) -> None:
    leads = f"/sites/{ani.site_id}/leads"
    made = await make_lead(conn, ani.site_id)
    assert (await ani.post(f"{leads}/{made}/erase")).status == 400
    answer = await ani.post(f"{leads}/{made}/erase", {"sure": "1"})
    assert answer.headers["Location"] == f"{leads}?done=lead_erased"
    assert (await ani.get(f"{leads}/{made}")).status == 404
    assert (await ani.post(f"{leads}/{made}/erase", {"sure": "1"})).status == 404


async def test_the_table_holds_what_the_list_was_asked_for(
    ani: Owner, conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renderer.console.handlers.leads.LEADS_A_PIECE", 2)
    for number in range(5):
        await make_lead(conn, ani.site_id, number, data={"message": f"=kopi {number}", "size": ["L", "XL"]})
    answer = await ani.get(f"/sites/{ani.site_id}/leads/table.csv?words=kopi")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter=";"))
    assert [row["Pesan"] for row in rows] == [f"'=kopi {number}" for number in (4, 3, 2, 1, 0)]
    assert {row["size"] for row in rows} == {"L, XL"}


WRONG = [
    "?shelf=x",
    "?since=2026-13-40&until=9999-12-31",
    "?since=0001-01-01&until=0001-01-01",
    "?since=9999-12-31",
    "?after=zzz",
    *(
        f"?after={quote(f'{time}~{UUID(int=7)}')}"
        for time in (
            "2026-11-01-12:00:00+00",
            "2026-11-01 12:00+23:59",
            "2026-02-30 00:00:00+00",
            "infinity+00",
            "0000-01-01 00:00:00+00",
            "294277-01-01 00:00:00+00",
            "9999-01-01 00:00:00+00 BC",
        )
    ),
    "?words=%00%ff%27",
    f"?words={'x' * 3000}",
    "?form=%5C",
]


@pytest.mark.parametrize("query", WRONG)
async def test_no_address_breaks_the_list(ani: Owner, query: str) -> None:
    for path in ("leads", "leads/table.csv"):
        assert (await ani.get(f"/sites/{ani.site_id}/{path}{query}")).status == 200


async def test_pages_follow_one_another_without_a_gap(
    ani: Owner, conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renderer.console.handlers.leads.LEADS_A_PAGE", 3)
    leads = f"/sites/{ani.site_id}/leads"
    made = [str(await make_lead(conn, ani.site_id, n, data=json.loads('"text"'))) for n in range(7)]
    path, seen = leads, []
    while path:
        page = (await ani.get(path)).text
        seen += re.findall(r'name="lead" value="([0-9a-f-]{36})"', page)
        link = re.search(r'href="([^"]*after=[^"]*)" rel="next"', page)
        path = link[1].replace("&amp;", "&") if link else ""
    assert [one for one in seen if one in made] == made[::-1]


async def test_a_file_is_given_to_the_owner_to_save(
    ani: Owner, conn: asyncpg.Connection, keyring: Keyring, tmp_path: Path
) -> None:
    files = Files(files_folder(tmp_path / "var"), keyring)
    upload = Upload("bukti <b>.html", b"%PDF-1.7 <script>")
    made = await make_lead(conn, ani.site_id, data={"bukti": [note_of(upload, 0, "application/pdf"), {"file": 1}, 7]})
    files.put(ani.site_id, made, [upload])
    other = await make_lead(conn, await make_site(conn, subdomain="roti"), data={"bukti": [note_of(upload, 0, "x/y")]})
    page = (await ani.get(f"/sites/{ani.site_id}/leads/{made}")).text
    assert f"/sites/{ani.site_id}/leads/{made}/files/0" in page
    answer = await ani.get(f"/sites/{ani.site_id}/leads/{made}/files/0")
    assert (answer.status, answer.body) == (200, upload.data)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    for path in (f"{made}/files/1", f"{made}/files/x", f"{other}/files/0"):
        assert (await ani.get(f"/sites/{ani.site_id}/leads/{path}")).status == 404


async def test_forms_are_named_in_lists_and_tables_as_their_visitors_read_them(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    leads = f"/sites/{ani.site_id}/leads"
    form = {"website_id": ani.site_id, "name": "Reservasi <meja>", "form_type": "meja", "fields": "[]"}
    await insert(conn, "form_templates", form)
    for kind in ("order", "meja", "lama", "contact"):
        await make_lead(conn, ani.site_id, form_type=kind)
    page = (await ani.get(leads)).text
    for said in ("<bdi>Pesanan</bdi>", "<bdi>Reservasi &lt;meja&gt;</bdi>", "<bdi>lama</bdi>", "<bdi>Kontak</bdi>"):
        assert said in page
    assert '<option value="meja">Reservasi &lt;meja&gt;</option>' in page
    everywhere = (await ani.get("/leads")).text
    assert "<bdi>Pesanan</bdi>" in everywhere
    text = (await ani.get(f"{leads}/table.csv")).body.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert {"Pesanan", "Reservasi <meja>", "lama", "Kontak"} <= {row["Formulir"] for row in rows}
    assert "Belum dibaca" in {row["Status"] for row in rows}
    only = (await ani.get(f"{leads}/table.csv?form=meja")).body.decode("utf-8-sig")
    assert [row["Formulir"] for row in csv.DictReader(io.StringIO(only), delimiter=";")] == ["Reservasi <meja>"]
