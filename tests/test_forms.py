"""Forms over real HTTP and real rows: what is sent is stored once, or drawn again with all that was typed."""

import asyncio
import json
import re
import sys
import time
from contextlib import suppress
from email.charset import Charset
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from html import unescape
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode
from uuid import UUID

import asyncpg
import pytest

from renderer.edge.urlencoded import read_pairs
from renderer.forms.multipart import parse_multipart
from renderer.forms.submission import MAX_BODY
from tests.factories import insert, make_site
from tests.judge import Page
from tests.serving import Serve
from tests.visitor import Answer, Visitor

HOST = "kopi.sites.test"
ACTION = "/_forms/contact"
GOOD = {"name": "Sari", "whatsapp": "0813 5550 0101", "email": "", "message": "Halo,\r\nmasih buka?"}
URLENCODED = "application/x-www-form-urlencoded"
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    content = {"site": {"name": "Kopi Senja", "contact": {"whatsapp": "0813 5550 0199"}}, "pages": [
        {"path": "/tentang", "title": "Tentang", "sections": [{"type": "text", "id": "a", "text": "Kami."}]}],
        "languages": ["id", "en"], "translations": {"en": {"pages": [{"path": "/tentang", "as": "/about",
        "title": "About", "sections": [{"id": "a", "text": "We."}]}]}}}  # fmt: skip
    components = '[{"id": "a", "type": "text", "page": "/tentang"}]'
    return await make_site(conn, subdomain="kopi", generated_content=content, components_config=components)


async def send(visitor: Visitor, fields: Any = None, host: str = HOST, path: str = ACTION, **arguments: Any) -> Answer:
    body = arguments.pop("data", None)
    body = urlencode(GOOD if fields is None else fields).encode() if body is None else body
    headers = {"Content-Type": URLENCODED, **OWN, **arguments.pop("headers", {})}
    return await visitor.ask("POST", host, path, data=body, headers=headers, **arguments)


async def stored(conn: asyncpg.Connection) -> list[dict[str, Any]]:
    rows = await conn.fetch("SELECT * FROM form_submissions ORDER BY created_at")
    return [{**dict(row), "data": json.loads(row["data"])} for row in rows]


async def test_a_site_without_a_row_has_a_good_form(visitor: Visitor, site: UUID) -> None:
    answer = await visitor.get(HOST, ACTION)
    assert answer.status == 200
    page = Page(answer.text, "http://kopi.sites.test:8080")
    assert page.problems == []
    fields = {one.get("name"): one for one in page.all("input", "textarea", "select")}
    fields = {name: one for name, one in fields.items() if not str(name).startswith("_")}
    assert list(fields) == ["name", "whatsapp", "email", "message"]
    assert [fields[name].get("autocomplete") for name in ("name", "whatsapp", "email")] == ["name", "tel", "email"]
    assert [fields[name].get("inputmode") for name in ("whatsapp", "email")] == ["tel", "email"]
    assert [name for name, one in fields.items() if "required" not in one.attrs] == ["email"]
    labels = {one.get("for"): one.text for one in page.all("label")}
    for one in fields.values():
        assert labels[one.get("id")]
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]


async def test_what_is_sent_is_stored_before_thanks_are_said(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    answer = await send(visitor, headers={"User-Agent": "Peramban", "Referer": "http://kopi.sites.test/tentang"})
    assert answer.status == 303
    assert answer.headers["Cache-Control"] == "private, no-store"
    (row,) = await stored(conn)
    assert row["website_id"] == site
    assert (row["form_type"], row["status"]) == ("contact", "new")
    assert (row["submitter_name"], row["submitter_email"], row["submitter_phone"]) == ("Sari", None, "+6281355500101")
    assert row["data"] == {
        "name": "Sari", "whatsapp": "+6281355500101", "email": "", "message": "Halo,\nmasih buka?",
        "_about": {"page": "", "language": "id", "form": "contact"},
    }  # fmt: skip
    assert (str(row["ip_address"]), row["user_agent"]) == ("127.0.0.1", "Peramban")
    assert row["referrer_url"] == "http://kopi.sites.test/tentang"
    thanks = await visitor.get(HOST, answer.headers["Location"])
    assert thanks.status == 200
    assert thanks.headers["Cache-Control"] == "private, no-store"
    reference = row["id"].hex[:8].upper()
    assert reference in thanks.text
    page = Page(thanks.text, "http://kopi.sites.test:8080")
    assert page.problems == []
    assert [
        one
        for one in page.all("a")
        if "wa.me/6281355500199" in (one.get("href") or "") and reference in one.get("href")
    ]


@pytest.mark.parametrize("query", ["", "?ref=x", "?ref=" + "a" * 5000, "?ref=IkFCQyI.x.y&page=//evil.example"])
async def test_thanks_without_a_fresh_reference_are_thanks_all_the_same(
    visitor: Visitor, site: UUID, query: str
) -> None:
    answer = await visitor.get(HOST, f"{ACTION}/thanks{query}")
    assert answer.status == 200
    assert "Terima kasih" in answer.text
    assert "evil" not in answer.text
    assert "Nomor:" not in answer.text


async def test_a_reference_of_another_site_says_nothing(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    await make_site(conn, subdomain="roti")
    location = (await send(visitor)).headers["Location"]
    assert "Nomor:" in (await visitor.get(HOST, location)).text
    assert "Nomor:" not in (await visitor.get("roti.sites.test", location)).text


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    typed = {"name": "<b>Sari</b> \"'", "whatsapp": "08", "email": "sari@", "message": "\n  <script>alert(1)</script>"}
    answer = await send(visitor, typed)
    assert answer.status == 422
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert await stored(conn) == []
    page = Page(answer.text, "http://kopi.sites.test:8080")
    assert page.problems == []
    fields = {one.get("name"): one for one in page.all("input", "textarea")}
    assert fields["name"].get("value") == typed["name"]
    assert fields["whatsapp"].get("value") == "08"
    assert unescape(fields["message"].text).strip() == typed["message"].strip()
    for name in ("whatsapp", "email"):
        assert fields[name].get("aria-invalid") == "true"
        about = (fields[name].get("aria-describedby") or "").split()
        assert [one.text for one in page.all("p") if one.get("id") in about], name
    (summary,) = page.with_class("form-sum")
    assert summary.get("role") == "alert"
    assert "autofocus" in summary.attrs
    links = [one.get("href") for one in summary.down() if one.tag == "a"]
    assert links == ["#form-whatsapp", "#form-email"]
    assert "Belum terkirim" in page.all("title")[0].text


@pytest.mark.parametrize("name", ["name", "whatsapp", "message"])
async def test_what_is_needed_is_asked_for(conn: asyncpg.Connection, visitor: Visitor, site: UUID, name: str) -> None:
    for missing in ({**GOOD, name: " \t\u00a0"}, {key: value for key, value in GOOD.items() if key != name}):
        answer = await send(visitor, missing)
        assert answer.status == 422
        assert f'id="form-{name}-fault"' in answer.text
    assert await stored(conn) == []


async def test_errors_come_in_the_language_of_the_page_the_form_stood_on(visitor: Visitor, site: UUID) -> None:
    answer = await send(visitor, {**GOOD, "name": "", "_page": "/about"})
    english = (await visitor.get(HOST, "/about")).status == 200
    wanted = "This is needed." if english else "Bagian ini perlu diisi."
    assert wanted in answer.text
    other = await send(visitor, {**GOOD, "name": "", "_page": '"><script>'})
    assert "Bagian ini perlu diisi." in other.text
    assert '<script>"' not in other.text


def multipart(fields: list[tuple[str, str]], extra: bytes = b"") -> tuple[bytes, str]:
    parts = b"".join(
        f'--xYz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields
    )
    return parts + extra + b"--xYz--\r\n", "multipart/form-data; boundary=xYz"


async def test_the_three_ways_to_send_a_form_store_the_same(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    assert (await send(visitor, {**GOOD, "message": "satu"})).status == 303
    file = b'--xYz\r\nContent-Disposition: form-data; name="cv"; filename="a.exe"\r\n\r\nMZ\r\n'
    body, kind = multipart(list({**GOOD, "message": "dua"}.items()), file)
    assert (await send(visitor, data=body, headers={"Content-Type": kind})).status == 303
    body = json.dumps({**GOOD, "message": "tiga"}).encode()
    answer = await send(visitor, data=body, headers={"Content-Type": "application/json; charset=utf-8"})
    assert answer.status == 200
    rows = await stored(conn)
    assert [row["data"]["message"] for row in rows] == ["satu", "dua", "tiga"]
    assert len({json.dumps({**row["data"], "message": ""}) for row in rows}) == 1
    said = json.loads(answer.text)
    assert said["reference"] == rows[-1]["id"].hex[:8].upper()
    assert (await visitor.get(HOST, said["next"])).status == 200


@pytest.mark.parametrize("coding", ["7bit", "8bit", "BINARY", "binary "])
@pytest.mark.parametrize("name", ['"message"', "message", "message; x=y"])
async def test_parts_as_older_clients_write_them_are_read(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, coding: str, name: str
) -> None:
    """Their encodings are none, and a name without quotes is a token (RFC 2045 §5.1, §6.1)."""
    head = f"Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: {coding}\r\n"
    part = f"--xYz\r\nContent-Disposition: form-data; name={name}\r\n{head}\r\nHalo é\r\n".encode()
    body, kind = multipart([one for one in GOOD.items() if one[0] != "message"], part)
    assert (await send(visitor, data=body, headers={"Content-Type": kind})).status == 303
    (row,) = await stored(conn)
    assert row["data"]["message"] == "Halo é"


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
async def test_parts_as_mail_libraries_and_scripts_write_them_are_read(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, end: str
) -> None:
    """Python's email package writes base64 and LF, scripts LF; a preamble is nobody's (RFC 2046 §5.1.1)."""
    body = MIMEMultipart("form-data", boundary="xYz")
    body.preamble = "This is a multi-part message in MIME format."
    for name, value in {**GOOD, "message": "Halo é,\n--xYzz\nmasih buka?"}.items():
        part = MIMEText(value, "plain", "utf-8")
        if name == "name":
            part = MIMEText("Sari é=", "plain", Charset("utf-8"))
            part.replace_header("Content-Transfer-Encoding", "quoted-printable")
            part.set_payload("Sari =C3=A9=3D")
        part.add_header("Content-Disposition", "form-data", name=name)
        body.attach(part)
    data = body.as_string().partition("\n\n")[2].replace("\n", end).encode()
    answer = await send(visitor, data=data, headers={"Content-Type": "multipart/form-data; boundary=xYz"})
    assert answer.status == 303
    (row,) = await stored(conn)
    assert (row["data"]["message"], row["submitter_name"]) == ("Halo é,\n--xYzz\nmasih buka?", "Sari é=")
    assert row["submitter_phone"] == "+6281355500101"


async def test_a_script_is_told_what_is_wrong_as_a_problem(visitor: Visitor, site: UUID) -> None:
    answer = await send(visitor, {**GOOD, "email": "x"}, headers={"Accept": "application/json"})
    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (422, "application/problem+json")
    problem = json.loads(answer.text)
    assert problem["status"] == 422
    assert [one["name"] for one in problem["errors"]] == ["email"]


async def test_fifty_at_once_make_one_row_and_two_people_make_two(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    answers = await asyncio.gather(*(send(visitor) for _ in range(50)))
    assert {answer.status for answer in answers} == {303}
    assert len({re.search(r"ref=([^.]+)", one.headers["Location"])[1] for one in answers}) == 1  # type: ignore[index]
    assert len(await stored(conn)) == 1
    assert (await send(visitor, {**GOOD, "name": "Budi"})).status == 303
    assert len(await stored(conn)) == 2
    await conn.execute("UPDATE form_receipts SET received_at = received_at - interval '11 minutes'")
    await conn.execute("UPDATE form_submissions SET id = gen_random_uuid()")
    assert (await send(visitor)).status == 303
    assert len(await stored(conn)) == 3
    # With an id of the script's own, the same text twice is meant twice; and another text is another one.
    for once, name in (("a", "Sari"), ("a", "Sari"), ("b", "Sari"), ("a", "Sari D.")):
        await send(visitor, {**GOOD, "name": name, "_once": once})
    assert len(await stored(conn)) == 6
    await conn.execute("UPDATE form_receipts SET received_at = received_at - interval '2 days'")
    await send(visitor, {**GOOD, "name": "Tini"})
    assert await conn.fetchval("SELECT count(*) FROM form_receipts") == 1


async def test_two_visitors_with_the_same_words_are_two(conn: asyncpg.Connection, serve: Serve, site: UUID) -> None:
    visitor = await serve(server={"trusted_proxies": ["127.0.0.1"]})
    for address in ("198.51.100.1", "198.51.100.2", "198.51.100.1"):
        assert (await send(visitor, headers={"X-Forwarded-For": address})).status == 303
    assert [str(row["ip_address"]) for row in await stored(conn)] == ["198.51.100.1", "198.51.100.2"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://kopi.sites.test"}, 403),
        ({"Origin": "http://kopi.sites.test"}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 303),
    ],
    ids=str,
)
async def test_a_post_of_another_site_is_not_stored_but_drawn_to_be_sent_again(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, headers: dict[str, str], status: int
) -> None:
    answer = await visitor.ask(
        "POST", HOST, ACTION, data=urlencode(GOOD).encode(), headers={"Content-Type": URLENCODED, **headers}
    )
    assert answer.status == status
    assert len(await stored(conn)) == (status == 303)
    if status == 403:
        assert "masih buka?" in answer.text


FIELDS = [
    {"name": "nama", "type": "text", "label": {"id": "Nama lengkap", "en": "Full name"}, "required": True},
    {"name": "hp", "type": "whatsapp", "label": "WhatsApp"},
    {"name": "jumlah", "type": "number", "label": "Jumlah", "min": 1, "max": 20},
    {"name": "rasa", "type": "select", "label": "Rasa", "options": ["Manis", {"value": "p", "label": "Pahit"}]},
    {"name": "ukuran", "type": "radio", "label": "Ukuran", "options": ["S", "L"], "required": True},
    {"name": "ekstra", "type": "checkboxes", "label": "Ekstra", "options": ["Susu", "Es"]},
    {"name": "kapan", "type": "date", "label": "Kapan"},
    {"name": "jam", "type": "time", "label": "Jam"},
    {"name": "kabar", "type": "checkbox", "label": "Kirim kabar"},
    {"name": "setuju", "type": "consent", "label": "Saya setuju data saya dipakai untuk pesanan ini."},
    {"name": "asal", "type": "hidden", "value": "brosur"},
    {"name": "catatan", "type": "textarea", "label": "Catatan", "max_length": 20, "help": "Singkat saja."},
]
ORDER = {
    "nama": "Sari", "hp": "", "jumlah": "1,5", "rasa": "p", "ukuran": "L", "ekstra": ["Es", "Susu"],
    "kapan": "2027-03-10", "jam": "17.30", "kabar": "1", "setuju": "1", "asal": "x", "catatan": "ya", "lain": "y",
}  # fmt: skip


async def make_form(conn: asyncpg.Connection, site: UUID | None, **columns: Any) -> UUID:
    values = {"website_id": site, "name": "Pesan", "form_type": "order", "fields": json.dumps(FIELDS), **columns}
    return await insert(conn, "form_templates", values)


async def test_a_form_of_the_sites_own_asks_what_its_row_says(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    settings = {
        "title": "Pesan kopi",
        "button": "Pesan",
        "thanks": "Kami kabari sore ini.",
        "webhook": "https://s3cret",
    }
    form = await make_form(conn, site, settings=settings)
    for path in ("/_forms/order", f"/_forms/{form}"):
        answer = await visitor.get(HOST, path)
        page = Page(answer.text, "http://kopi.sites.test:8080")
        assert page.problems == []
        for text in ("Pesan kopi", "Nama lengkap", "Pahit", "Singkat saja."):
            assert text in page.text
        assert "s3cret" not in answer.text
        assert "brosur" not in answer.text
    answer = await send(visitor, list(_pairs(ORDER)), path="/_forms/order")
    assert answer.status == 303
    assert "Kami kabari sore ini." in (await visitor.get(HOST, answer.headers["Location"])).text
    (row,) = await stored(conn)
    about = row["data"].pop("_about")
    assert {"at", "language", "version"} <= set(row["data"]["setuju"])
    row["data"]["setuju"] = {key: row["data"]["setuju"][key] for key in ("given", "wording")}
    assert row["data"] == {
        "nama": "Sari", "hp": "", "jumlah": "1.5", "rasa": "p", "ukuran": "L", "ekstra": ["Es", "Susu"],
        "kapan": "2027-03-10", "jam": "17:30", "kabar": True, "asal": "brosur", "catatan": "ya",
        "setuju": {"given": True, "wording": "Saya setuju data saya dipakai untuk pesanan ini."},
    }  # fmt: skip
    assert about["form"] == "order"
    assert (row["form_type"], row["submitter_name"]) == ("order", "Sari")
    wrong = {
        **ORDER, "jumlah": "21", "rasa": "x", "ukuran": "M", "ekstra": ["Es", "Kopi"], "kapan": "besok", "jam": "25.00",
        "catatan": "x" * 21,
    }  # fmt: skip
    del wrong["setuju"]
    answer = await send(visitor, list(_pairs(wrong)), path="/_forms/order")
    assert answer.status == 422
    page = Page(answer.text, "http://kopi.sites.test:8080")
    assert page.problems == []
    faults = [one.get("id") for one in page.with_class("err")]
    assert faults == [
        f"form-{name}-fault" for name in ("jumlah", "rasa", "ukuran", "ekstra", "kapan", "jam", "setuju", "catatan")
    ]
    assert len(await stored(conn)) == 1


def _pairs(fields: dict[str, Any]) -> Any:
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            yield name, one


async def test_after_sending_a_form_may_lead_to_a_page_of_its_own_site_alone(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    for number, (wanted, leads) in enumerate(
        (
            ("/terima-kasih", True),
            ("//evil.example", False),
            ("https://evil.example/", False),
            ("/\\evil.example", False),
            ("/a//evil.example", False),
            ("/a\r\nX: y", False),
        )
    ):
        kind = f"langkah{number}"
        fields = json.dumps([{"name": "a", "label": "A"}])
        await make_form(conn, site, form_type=kind, fields=fields, settings={"next": wanted})
        answer = await send(visitor, {"a": "x"}, path=f"/_forms/{kind}")
        assert answer.status == 303
        assert (answer.headers["Location"] == wanted) == leads
        assert answer.headers["Location"].startswith("/" if leads else f"/_forms/{kind}/thanks?")


async def test_a_form_that_is_switched_off_or_of_another_site_is_not_found(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    other = await make_site(conn, subdomain="roti")
    theirs = await make_form(conn, other)
    await make_form(conn, site, form_type="contact", is_active=False)
    for path in ("/_forms/order", f"/_forms/{theirs}", ACTION, "/_forms/tiada", "/_forms/contact/x", "/_forms/"):
        assert (await visitor.get(HOST, path)).status == 404, path
        assert (await send(visitor, path=path)).status in (404, 405), path
    assert await stored(conn) == []
    # Offered to all, and taken by who has none of its own.
    await make_form(conn, None, form_type="daftar", settings={"title": "Pendaftaran"})
    assert "Pendaftaran" in (await visitor.get(HOST, "/_forms/daftar")).text


async def test_a_stranger_gets_nothing_of_what_was_sent(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    other = await make_site(conn, subdomain="roti")
    await send(visitor)
    await send(visitor, host="roti.sites.test")
    assert sorted(row["website_id"] for row in await stored(conn)) == sorted([site, other])
    for path in (ACTION, f"{ACTION}/thanks", "/"):
        assert "masih buka" not in (await visitor.get("roti.sites.test", path)).text


@pytest.mark.parametrize("fields", ["null", "[]", "{}", "[null, [[]], true]", '[{"type": "hidden", "name": "a"}]',
                                    '[{"type": "file"}]', "[" * 2000 + "]" * 2000, '{"a": 1e400}'])  # fmt: skip
async def test_a_row_that_says_nothing_usable_asks_what_the_default_asks(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, fields: str
) -> None:
    await make_form(conn, site, form_type="contact", fields=fields, settings=fields)
    answer = await visitor.get(HOST, ACTION)
    assert answer.status == 200
    assert 'name="whatsapp"' in answer.text
    assert (await send(visitor)).status == 303


async def test_hostile_definitions_are_drawn_safely(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    evil = '"><script>alert(1)</script>\u202e\u0000'.replace("\u0000", "")
    fields: list[Any] = [
        {
            "name": evil,
            "label": evil,
            "help": evil,
            "placeholder": evil,
            "type": kind,
            "options": [evil, evil, {"id": evil}],
        }
        for kind in ("text", "select", "radio", "multi", "textarea", "consent", "odd", evil)
    ]
    fields += [{"label": "x" * 5000, "max_length": -5, "min": "x", "options": "y"}, {"name": "_page", "label": "_page"}]
    fields += [{"name": f"f{number}", "label": "F"} for number in range(400)]
    await make_form(
        conn, site, form_type="contact", fields=json.dumps(fields), settings={"title": evil, "thanks": evil}
    )
    answer = await visitor.get(HOST, ACTION)
    page = Page(answer.text, "http://kopi.sites.test:8080")
    assert (answer.status, page.problems) == (200, [])
    names = [one.get("name") or "" for one in page.all("input", "textarea", "select")]
    names = [name for name in names if name not in ("_stamp", "_proof", "_took", "_extra")]
    assert len(set(names)) <= 40
    assert "_page" not in names
    assert (await send(visitor, {})).status == 422


async def test_what_the_form_of_a_protected_site_gets_is_behind_its_gate(
    conn: asyncpg.Connection, visitor: Visitor
) -> None:
    await make_site(conn, subdomain="undangan", is_password_protected=True, password_hash="!")
    for answer in (await send(visitor, host="undangan.sites.test"), await visitor.get("undangan.sites.test", ACTION)):
        assert answer.status == 403
        assert 'name="password"' in answer.text
    assert await stored(conn) == []


JUNK: list[tuple[bytes, dict[str, str], int]] = [
    (b"", {}, 422),
    (b"&&&===%%%", {}, 422),
    (b"name=%ff%fe", {}, 422),
    (b"\xff\xfe", {}, 422),
    (b"a=1&" * 300, {}, 400),
    (b"name=" + b"x" * 300_000, {}, 413),
    (b"x", {"Content-Type": "text/plain"}, 415),
    (b"x", {"Content-Type": "application/xml"}, 415),
    (b"x", {"Content-Encoding": "gzip"}, 415),
    (b"{", {"Content-Type": "application/json"}, 400),
    (b"[]", {"Content-Type": "application/json"}, 400),
    (b'"x"', {"Content-Type": "application/json"}, 400),
    (b'{"name": {"a": 1}}', {"Content-Type": "application/json"}, 400),
    (b'{"name": [[1]]}', {"Content-Type": "application/json"}, 400),
    (b"[" * 100_000, {"Content-Type": "application/json"}, 400),
    (b'{"a":' * 50_000, {"Content-Type": "application/json"}, 400),
    (b'{"name": 1' + b"0" * 5000 + b"}", {"Content-Type": "application/json"}, 400),
    (b"\xff", {"Content-Type": "application/json"}, 400),
    (b"x", {"Content-Type": "multipart/form-data"}, 400),
    (b"x", {"Content-Type": "multipart/form-data; boundary=" + "x" * 90}, 400),
    (b"--xYz\r\n\r\nx\r\n--xYz--", {"Content-Type": "multipart/form-data; boundary=xYz"}, 400),
    (b"--xYz\r\n" * 30_000, {"Content-Type": "multipart/form-data; boundary=xYz"}, 400),
    (b'--xYz\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!A==\r\n--xYz--',
     {"Content-Type": "multipart/form-data; boundary=xYz"}, 400),
    (b'--xYz\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: x-uue\r\n\r\neA\r\n--xYz--',
     {"Content-Type": "multipart/form-data; boundary=xYz"}, 400),
    (b'--xYz\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xff\x00\r\n--xYz--',
     {"Content-Type": "multipart/form-data; boundary=xYz"}, 400),
    (b"name=%89PNG%0D%0A%1A%0A%00%00%00%0DIHDR&message=x", {}, 400),
    (b"name=%9d&message=x&whatsapp=081355500101", {}, 400),
]  # fmt: skip


@pytest.mark.parametrize(("body", "headers", "status"), JUNK, ids=[repr(case[0][:30]) for case in JUNK])
async def test_junk_gets_the_right_status_and_never_a_five_hundred(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = await send(visitor, data=body, headers=headers)
    assert answer.status == status
    assert await stored(conn) == []
    if status in (400, 413, 415):
        # Whoever sees it is told that nothing is stored and where their text is, with the form to fill in.
        assert "belum tersimpan" in answer.text
        assert 'name="whatsapp"' in answer.text or headers.get("Content-Type") == "application/json"
    told = await send(visitor, data=body, headers={**headers, "Accept": "application/json"})
    if status == 422:
        return
    assert (told.status, told.headers["Content-Type"].partition(";")[0]) == (status, "application/problem+json")
    title = json.loads(told.text)["title"]
    assert "belum tersimpan" in title
    assert status != 413 or "Kembali" not in title, "a script's page is still there"


# Each begins a line of a part that goes on as long as a body may, and does not end as it should.
ENDLESS = [
    b"Content-Transfer-Encoding: a%sa", b"Content-Disposition: form-data;%sx", b"Content-Disposition: x;%sx",
    b"Content-Type: text/plain; charset=aaaaaaaa%sx", b"Content-Type: text/plain%sx", b"--xYz%sx",
]  # fmt: skip


@pytest.mark.parametrize("line", ENDLESS)
@pytest.mark.parametrize("filled", [b" ", b"; ", b"\t"])
def test_a_part_takes_no_longer_to_read_than_it_is_long(line: bytes, filled: bytes) -> None:
    head = b'--xYz\r\nContent-Disposition: form-data; name="a"\r\n' + line % (filled * (MAX_BODY // len(filled)))
    began = time.process_time()
    with suppress(ValueError):
        parse_multipart(head + b"\r\n\r\nx\r\n--xYz--", "multipart/form-data; boundary=xYz", 200)
    assert time.process_time() - began < 0.5


def test_what_is_urlencoded_is_read_as_the_url_standard_says() -> None:
    odd = [b"a=1&b", b"&&a=%41%4a%4A%c3%A9&=x&%=%&%4=%4g&+a+=+%2B+", b"a=b=c&a;b=1", bytes(range(256)), b"%25%32=%%41"]
    for body in odd:
        pieces = [piece.partition(b"=") for piece in body.replace(b"+", b" ").split(b"&") if piece]
        expected = [(unquote_to_bytes(name), unquote_to_bytes(value)) for name, _, value in pieces]
        assert list(read_pairs(body, 200)) == expected
    with pytest.raises(ValueError, match="too many"):
        list(read_pairs(b"&" * 200, 200))


def test_percent_signs_that_encode_nothing_are_no_work() -> None:
    steps = [0]

    def count(*_: object) -> None:
        steps[0] += 1

    body = b"name=" + b"%" * (MAX_BODY - 5)
    sys.setprofile(count)
    try:
        pairs = list(read_pairs(body, 200))
    finally:
        sys.setprofile(None)
    assert pairs == [(b"name", b"%" * (MAX_BODY - 5))]
    assert steps[0] < 100


async def test_what_is_no_form_is_told_so_and_not_to_look_at_the_address(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    answer = await send(visitor, data=b"name=Sari\r\nmessage=Halo\r\n", headers={"Content-Type": "text/plain"})
    assert answer.status == 415
    assert "bukan isian formulir yang bisa kami baca" in answer.text
    assert "alamatnya" not in answer.text


async def test_an_address_with_a_slash_at_its_end_takes_what_is_sent(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    answer = await send(visitor, path=ACTION + "/")
    assert answer.status == 303
    assert answer.headers["Location"].startswith(f"{ACTION}/thanks?")
    assert len(await stored(conn)) == 1


async def test_whatever_text_there_is_can_be_stored(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    odd = "a\x00b\ud800\udc00\ud800 \u202e\U0001f600\ufffe\x1b"
    body = json.dumps({**GOOD, "name": odd, "message": odd, "lain": odd, odd: odd}).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "x\udcff"}
    assert (await send(visitor, data=body, headers=headers)).status == 200
    (row,) = await stored(conn)
    assert "\0" not in row["data"]["message"]
    assert row["data"]["message"].startswith("a\ufffdb\U00010000\ufffd")
