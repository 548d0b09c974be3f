"""Leads are delivered: by real mail to a real server, once it confirmed it, and never to a stranger."""

import asyncio
import contextlib
import json
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiohttp import web

from renderer.forms import delivery_kinds
from renderer.forms.deliveries.log import replay
from renderer.keys import MAIL, POOL
from renderer.outbound import MailClient
from renderer.outbox import Dispatcher, dispatcher, queries
from renderer.outbox.jobs import skipped
from tests.databases import Database, waiting
from tests.factories import insert, make_site, make_user
from tests.mail_server import MailServer, mail_server
from tests.receivers import LOCAL, certificate
from tests.serving import Serve
from tests.test_forms import GOOD, make_form, send
from tests.visitor import Visitor

LEAD: dict[str, object] = {
    "form_type": "contact",
    "submitter_name": "Sari",
    "submitter_email": "sari@example.org",
    "submitter_phone": "+6281355500101",
    "data": {
        "name": "Sari",
        "whatsapp": "+6281355500101",
        "email": "sari@example.org",
        "message": "Halo,\nmasih buka?",
    },
}
OWNER = "pemilik@example.com"


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers do what they are woken for, and nothing by the clock."""
    monkeypatch.setattr(dispatcher, "PAUSE", 3600.0)


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    owner = await make_user(conn, email=OWNER, subscription_tier="business")
    content = {"site": {"name": "Kopi Senja", "contact": {"email": "halo@kopi.example.com"}}}
    return await make_site(conn, subdomain="kopi", user_id=owner, generated_content=content)


async def make_lead(conn: asyncpg.Connection, site: UUID, **columns: object) -> UUID:
    return await insert(conn, "form_submissions", {"website_id": site, **LEAD, **columns})


async def flags(conn: asyncpg.Connection, lead: UUID) -> tuple[bool, bool, bool]:
    row = await conn.fetchrow(
        "SELECT email_notified, webhook_called, whatsapp_notified FROM form_submissions WHERE id = $1", lead
    )
    return tuple(row)  # type: ignore[return-value]


async def attempts(conn: asyncpg.Connection) -> list[tuple[str, str, str | None]]:
    return [tuple(row) for row in await conn.fetch("SELECT channel, outcome, said FROM lead_attempts ORDER BY id")]


async def deliver(visitor: Visitor, conn: asyncpg.Connection) -> None:
    """All that waits becomes due and is tried once."""
    await settled(conn)
    await conn.execute("UPDATE outbox SET next_at = now() - interval '1 s' WHERE state = 'waiting'")
    app = visitor.client.app
    await Dispatcher(app[POOL], delivery_kinds(app)).deliver_due()
    await settled(conn)


async def settled(conn: asyncpg.Connection) -> None:
    """Until nobody is at anything: a worker that was woken may have been first. It may have lost its way, too."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(60):
            await _unleased(conn)


async def _unleased(conn: asyncpg.Connection) -> None:
    while await conn.fetchval("SELECT EXISTS (SELECT FROM outbox WHERE lease IS NOT NULL)"):
        await asyncio.sleep(0.01)


def parts(letter: EmailMessage) -> tuple[str, str]:
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content().replace("\r\n", "\n"), html.get_content()


async def test_what_a_visitor_sends_is_in_the_owners_mail_within_a_moment(
    conn: asyncpg.Connection, serve: Serve, site: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "PAUSE", 3600.0)  # it is not found by looking at the table again
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        answer = await send(visitor, {**GOOD, "email": "sari@example.org"})
        assert answer.status == 303
        await mail.count(1)
        (letter,) = mail.letters
        lead = await conn.fetchval("SELECT id FROM form_submissions")
        reference = lead.hex[:8].upper()
        assert mail.envelopes == [("leads@tapsite.example.com", [OWNER])], "the contact is nobody's word yet"
        assert str(letter["From"]) == "Kopi Senja <leads@tapsite.example.com>"
        assert (letter["Reply-To"], letter["To"]) == ("sari@example.org", OWNER)
        assert letter["Subject"] == "Pesan baru dari Sari – Kopi Senja"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["X-Tapsite-Lead"] == str(lead)
        assert lead.hex in letter["Message-ID"]
        text, html = parts(letter)
        assert text.splitlines()[:4] == ["Nama: Sari", "Nomor: 0813-5550-0101", "Pesan:", "Halo,"]
        assert reference in text
        links = [line.partition(": ")[2] for line in text.splitlines() if "https://" in line or "mailto:" in line]
        chat, reply = map(urlsplit, links)
        assert (chat.netloc, chat.path) == ("wa.me", "/6281355500101")
        assert reply.path == "sari@example.org"
        for link in (chat, reply):
            said = parse_qs(link.query)
            assert "Halo Sari" in (said.get("text") or said["body"])[0]
            assert reference in (said.get("text") or said["body"])[0]
            assert link.geturl().replace("&", "&amp;") in html
        async with asyncio.timeout(60):
            while not (await flags(conn, lead))[0]:
                await asyncio.sleep(0.02)
        assert await attempts(conn) == [("email", "delivered", None)]


async def agree(conn: asyncpg.Connection, site: UUID, *addresses: str) -> None:
    """Somebody at each of them wants the site's leads."""
    await conn.executemany(
        "INSERT INTO lead_recipients (website_id, email, owner_id, confirmed_at) "
        "SELECT id, $2, user_id, now() FROM websites WHERE id = $1",
        [(site, one) for one in addresses],
    )


@pytest.mark.parametrize(
    ("settings", "provenance", "recipients"),
    [
        ({}, {}, [OWNER]),
        ({}, {"/site/contact": "owner"}, ["halo@kopi.example.com"]),
        ({"notify_emails": ["a@example.org", "b@example.org", "a@example.org"]}, {},
         ["a@example.org", "b@example.org"]),
        ({"email_to": "a@example.org"}, {"/site/contact/email": "owner"}, ["a@example.org"]),
        ({"notify_emails": ["x", "a@example.org\nBcc: b@example.org", {"a": 1}, 7]}, {}, [OWNER]),
        ({"notify_emails": [f"a{number}@example.org" for number in range(50)]}, {},
         [f"a{number}@example.org" for number in range(5)]),
        ({"email_notifications": False}, {}, None),
        ('{"notify_emails": ' + "[" * 3000 + "]" * 3000 + "}", {}, [OWNER]),
        ("[1, 1e400]", {}, [OWNER]),
    ],
    ids=str,
)  # fmt: skip
async def test_it_goes_to_whom_the_form_says_then_the_vouched_contact_then_the_owner(
    conn: asyncpg.Connection, serve: Serve, site: UUID, settings: Any, provenance: dict[str, str],
    recipients: list[str] | None,
) -> None:  # fmt: skip
    await conn.execute(
        "UPDATE websites SET generated_content = generated_content || jsonb_build_object('provenance', $1::jsonb)",
        json.dumps(provenance),
    )
    await make_form(conn, site, form_type="contact", settings=settings)
    await agree(conn, site, *(recipients or []))
    # What is offered to all says nothing of where one tenant's leads go.
    await make_form(conn, None, form_type="contact", settings={"notify_emails": ["all@example.org"]})
    lead = await make_lead(conn, site)
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        await deliver(visitor, conn)
        assert [to for _, to in mail.envelopes] == ([] if recipients is None else [recipients])
    assert (await flags(conn, lead))[0] == (recipients is not None)


async def test_every_answer_is_told_under_its_question(conn: asyncpg.Connection, serve: Serve, site: UUID) -> None:
    await make_form(conn, site)
    data = {
        "nama": "Sari", "hp": "+6281355500101", "jumlah": "1.5", "rasa": "p", "ekstra": ["Es", "Susu"], "kabar": False,
        "setuju": {"given": True, "wording": "Saya setuju."}, "asal": "brosur", "catatan": "<b>ya</b>", "kosong": "",
        "pesan": {"lines": [{"label": "Tumpeng", "quantity": 2, "amount": None}], "total": 0, "currency": "IDR"},
        "lama": {"a": [1, {"b": "c"}]}, "_about": {"form": "order"}, "_lain": "x",
    }  # fmt: skip
    await make_lead(conn, site, form_type="order", data=data, submitter_email=None)
    async with mail_server() as mail:
        await deliver(await serve(mail=mail.settings), conn)
        (letter,) = mail.letters
    text, html = parts(letter)
    for line in ("Nama: Sari", "Jumlah: 1.5", "Rasa: Pahit", "Ekstra:\nEs\nSusu", "Kirim kabar: tidak", "asal: brosur",
                 "Persetujuan: Saya setuju.", "Pesan: <b>ya</b>", "lama: a: 1\nb: c",
                 "pesan:\n2 × Tumpeng: harga menyusul\nTotal: harga menyusul"):  # fmt: skip
        assert line.lower() in text.lower().replace("lama:\n", "lama: "), line
    assert "&lt;b&gt;ya&lt;/b&gt;" in html
    assert "Rp0" not in text + html
    assert "_about" not in text
    assert "kosong" not in text
    assert "Reply-To" not in letter
    assert "mailto:" not in text


@pytest.mark.parametrize(
    ("form_type", "name", "settings", "subject", "title"),
    [
        ("contact", "Pesan", {}, "Pesan baru dari Sari", "Kirim pesan"),
        ("order", "Pesan", {}, "Pesanan baru dari Sari", "Buat pesanan"),
        ("registration", "Daftar", {}, "Pendaftaran baru dari Sari", "Pendaftaran"),
        ("meja", "Reservasi meja", {}, "Reservasi meja: Sari", "Reservasi meja"),
        ("meja", "Reservasi meja", {"title": "Pesan tempat"}, "Pesan tempat: Sari", "Pesan tempat"),
        ("meja", "Reservasi meja", {"email_subject": "Meja"}, "Meja: Sari", "Reservasi meja"),
        ("meja", "a\nBcc: x@example.org", {}, "a Bcc: x@example.org: Sari", "a Bcc: x@example.org"),
    ],
)
async def test_a_letter_names_the_form_as_its_visitors_read_it(
    conn: asyncpg.Connection, serve: Serve, site: UUID, form_type: str, name: str, settings: object, subject: str,
    title: str,
) -> None:  # fmt: skip
    await make_form(conn, site, form_type=form_type, name=name, settings=settings, fields="[]")
    # Another tenant's form of the same type, and one that is offered to all, are not it.
    await make_form(conn, await make_site(conn, subdomain="lain"), form_type=form_type, name="Lain", fields="[]")
    await make_form(conn, None, form_type=form_type, name="Semua", fields="[]")
    await make_lead(conn, site, form_type=form_type)
    async with mail_server() as mail:
        await deliver(await serve(mail=mail.settings), conn)
        (letter,) = mail.letters
    assert letter["Subject"] == f"{subject} – Kopi Senja"
    text, html = parts(letter)
    assert f"lewat formulir “{title}”" in text
    assert f"“{title}”" in html


async def test_a_letter_leads_to_the_lead_in_its_owners_desk(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    lead = await make_lead(conn, site)
    async with mail_server() as mail:
        await deliver(await serve(mail=mail.settings, console={"host": "ruang.test"}), conn)
        (letter,) = mail.letters
    link = f"http://ruang.test:8080/sites/{site}/leads/{lead}"
    text, html = parts(letter)
    assert f"Buka di ruang pemilik: {link}\n" in text
    assert f'href="{link}"' in html


EVIL = [
    "a\r\nBcc: evil@example.org", "a\nBcc: evil@example.org", "a\rBcc: evil@example.org",
    "a\r\n\r\n<script>x</script>", "a\u2028Bcc: evil@example.org",
    "a\u2029\u0085\x0b\x0c\x1c\x1dBcc: e@example.org", "\u202eevil\u202c\u200b\ufeff",
    "=?utf-8?q?a=0d=0aBcc:_evil@example.org?=", "=?utf-8?b?YQ0KQmNjOiBldmlsQGV4YW1wbGUub3Jn?=", "x" * 5000,
    "日本" * 900, "\"<evil@example.org>\", b@example.org", "a@example.org, b@example.org", "\\\"", "a\t b",
    "\u00a0\u3000", ";:,<>()[]", "é\r\n é=?x?=", "%0d%0aBcc: evil@example.org",
    ".\r\n.\r\nMAIL FROM:<x@example.org>", "\ud7ff\ufffe\U0001f600" * 60, "=?utf-8?q?a?=\r\n =?utf-8?q?=0aBcc:x?=",
    "(((((" * 500, "a" * 70 + " " + "=?utf-8?q?" + "b" * 80, "\\" * 300, '"' * 301,
]  # fmt: skip


async def test_nothing_that_is_typed_becomes_a_header(conn: asyncpg.Connection, serve: Serve, site: UUID) -> None:
    for evil in EVIL:
        columns = {"submitter_name": evil[:100], "submitter_email": evil[:255], "submitter_phone": evil[:20]}
        data = {"name": evil, "email": evil, "message": evil, evil[:50]: evil}
        await make_lead(conn, site, **columns, data=data)
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        for number, evil in enumerate(EVIL):
            name = {"site": {"name": evil}}
            await conn.execute("UPDATE websites SET generated_content = $1, title = $2", json.dumps(name), evil[:200])
            if number % 5 == 0:
                await deliver(visitor, conn)
        for _ in range(5):
            await deliver(visitor, conn)
        assert len(mail.raw) == len(EVIL)
        usual = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Tapsite-Lead", "MIME-Version",
                 "Content-Type", "X-Peer", "X-MailFrom", "X-RcptTo"}  # fmt: skip
        for raw, letter in zip(mail.raw, mail.letters, strict=True):
            assert set(letter.keys()) <= usual, letter.keys()
            assert all(not value.defects for value in letter.values()), [value.defects for value in letter.values()]
            assert [one.addr_spec for one in letter["From"].addresses] == ["leads@tapsite.example.com"]
            assert [one.addr_spec for one in letter["To"].addresses] == [OWNER]
            assert not any(mark in str(value) for value in letter.values() for mark in "\r\n\0\u2028\u2029\u202e")
            assert len(str(letter["Subject"])) <= 150
            head = raw.partition(b"\r\n\r\n")[0]
            assert max(map(len, raw.split(b"\r\n"))) <= 998
            assert head.isascii()
            assert b"\n" not in head.replace(b"\r\n", b"")
            assert [one.get_content_type() for one in letter.walk()] == [
                "multipart/alternative", "text/plain", "text/html"]  # fmt: skip
            assert "<script" not in parts(letter)[1]
        assert {tuple(to) for _, to in mail.envelopes} == {(OWNER,)}


@pytest.mark.parametrize(
    ("refuse", "data", "outcome", "said"),
    [
        ("550 No", "250 OK", "failed", "no recipient was accepted (550)"),
        ("451 Later", "250 OK", "waiting", "no recipient was accepted (451)"),
        (None, "554 Spam s3cret", "failed", "the mail server refused the message (554)"),
        (None, "452 Full", "waiting", "the mail server refused the message (452)"),
    ],
)
async def test_what_the_mail_server_says_decides(
    conn: asyncpg.Connection, serve: Serve, site: UUID, refuse: str | None, data: str, outcome: str, said: str
) -> None:
    lead = await make_lead(conn, site)
    async with mail_server() as mail:
        mail.refuse, mail.data = lambda _: refuse, data
        await deliver(await serve(mail=mail.settings), conn)
    assert await attempts(conn) == [("email", outcome, said)]
    assert not (await flags(conn, lead))[0]


async def test_one_recipient_that_is_refused_keeps_it_from_no_other(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    await make_form(conn, site, form_type="contact", settings={"notify_emails": ["a@example.org", "b@example.org"]})
    await agree(conn, site, "a@example.org", "b@example.org")
    lead = await make_lead(conn, site)
    async with mail_server() as mail:
        mail.refuse = lambda address: "550 No" if address.startswith("a@") else None
        await deliver(await serve(mail=mail.settings), conn)
        assert mail.envelopes[0][1] == ["b@example.org"]
    assert await attempts(conn) == [("email", "delivered", "not accepted for a@example.org")]
    assert (await flags(conn, lead))[0]


async def test_a_recipient_who_is_put_off_is_tried_again_and_nobody_else_twice(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    await make_form(conn, site, form_type="contact", settings={"notify_emails": ["a@example.org", "b@example.org"]})
    await agree(conn, site, "a@example.org", "b@example.org")
    lead = await make_lead(conn, site)
    async with mail_server() as mail:
        mail.refuse = lambda address: "452 Full" if address.startswith("a@") else None
        visitor = await serve(mail=mail.settings)
        await deliver(visitor, conn)
        assert (await flags(conn, lead))[0], "somebody has it"
        mail.refuse, mail.data = (lambda _: None), "451 Later"
        await deliver(visitor, conn)
        mail.data = "250 OK"
        await deliver(visitor, conn)
        await deliver(visitor, conn)
        assert [to for _, to in mail.envelopes] == [["b@example.org"], ["a@example.org"]]
        first, second = mail.letters
        assert first["Message-ID"] == second["Message-ID"]
    assert await attempts(conn) == [
        ("email", "waiting", "not accepted yet for a@example.org"),
        ("email", "waiting", "the mail server refused the message (451)"),
        ("email", "delivered", None),
    ]


async def test_a_recipient_who_is_refused_for_good_is_not_asked_again_for_another_that_is_put_off(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    three = [f"{one}@example.org" for one in "abc"]
    await make_form(conn, site, form_type="contact", settings={"notify_emails": three})
    await agree(conn, site, *three)
    lead = await make_lead(conn, site)
    asked: list[str] = []
    said = {"a": "550 No", "b": "451 Later", "c": "452 Full"}

    def refuse(address: str) -> str | None:
        asked.append(address)
        return said.get(address[0])

    async with mail_server() as mail:
        mail.refuse = refuse
        visitor = await serve(mail=mail.settings)
        await deliver(visitor, conn)
        assert not (await flags(conn, lead))[0], "nobody has it"
        assert asked == three
        del asked[:], said["c"]
        await deliver(visitor, conn)
        assert asked == three[1:]
        del asked[:], said["b"]
        await deliver(visitor, conn)
        assert asked == [three[1]]
        assert [to for _, to in mail.envelopes] == [[three[2]], [three[1]]]
    assert await attempts(conn) == [
        ("email", "waiting", "no recipient was accepted (451, 452, 550)"),
        ("email", "waiting", "not accepted yet for b@example.org"),
        ("email", "delivered", "not accepted for a@example.org"),
    ]


async def test_a_replay_asks_those_who_were_refused_for_good_once_more(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    two = ["a@example.org", "b@example.org"]
    await make_form(conn, site, form_type="contact", settings={"notify_emails": two})
    await agree(conn, site, *two)
    await make_lead(conn, site)
    async with mail_server() as mail:
        mail.refuse = {"a@example.org": "550 No", "b@example.org": "451 Later"}.get
        visitor = await serve(mail=mail.settings)
        await deliver(visitor, conn)
        mail.refuse = lambda _: None
        assert await replay(conn, site, "email", again=False) == 1
        await deliver(visitor, conn)
        assert [to for _, to in mail.envelopes] == [two]


async def test_who_is_put_off_for_good_leaves_the_lead_delivered(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    await make_form(conn, site, form_type="contact", settings={"notify_emails": ["a@example.org", "b@example.org"]})
    await agree(conn, site, "a@example.org", "b@example.org")
    lead = await make_lead(conn, site)
    async with mail_server() as mail:
        mail.refuse = lambda address: "452 Full" if address.startswith("a@") else None
        visitor = await serve(mail=mail.settings)
        for _ in range(10):
            await deliver(visitor, conn)
        assert [to for _, to in mail.envelopes] == [["b@example.org"]]
    assert (await attempts(conn))[-1] == ("email", "delivered", "not accepted for a@example.org")
    assert len(await attempts(conn)) == 10
    assert (await flags(conn, lead))[0]


async def test_what_waits_for_a_mail_server_that_was_away_goes_as_soon_as_it_takes_one(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    """Not hours later, when each would be tried again."""
    leads = [await make_lead(conn, site) for _ in range(6)]
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        app = visitor.client.app
        works = Dispatcher(app[POOL], delivery_kinds(app))
        said = ["no connection to the mail server", "the mail server did not let us in (535)", "it took too long"]
        for number, lead in enumerate(leads[:5]):
            # The fourth fails by itself; the fifth has had its tries.
            error, tries = (*said[:2], said[0], said[2], said[0])[number], 9 if number == 4 else 4
            await conn.execute(
                "UPDATE outbox SET next_at = now() + interval '5 hours', attempts = $2, last_error = $3 "
                "WHERE submission_id = $1",
                lead,
                tries,
                error,
            )
        assert await works.deliver_due() == 1
        assert await works.deliver_due() == 3
        assert await works.deliver_due() == 0
        assert {UUID(one["X-Tapsite-Lead"]) for one in mail.letters} == {*leads[:3], leads[5]}


async def test_a_server_that_is_away_or_hangs_or_none_at_all(
    conn: asyncpg.Connection, serve: Serve, site: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renderer.outbound import mail as module

    await make_lead(conn, site)
    async with mail_server() as mail:
        settings = mail.settings
    await deliver(await serve(mail=settings), conn)
    monkeypatch.setattr(module, "SECONDS", 0.1)
    held: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda _, writer: held.append(writer), LOCAL, 0)
    await deliver(await serve(mail={**settings, "port": silent.sockets[0].getsockname()[1]}), conn)
    for writer in held:
        writer.close()
    silent.close()
    await deliver(await serve(), conn)
    said = [one for _, _, one in await attempts(conn)]
    assert said[0] == "no connection to the mail server"
    assert said[1] in ("the mail server did not answer in time", "no connection to the mail server")
    assert said[2] == "no mail server is configured"


async def test_a_server_that_takes_its_time_over_a_letter_gets_it_once(
    conn: asyncpg.Connection, serve: Serve, site: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renderer.outbound import mail as module

    monkeypatch.setattr(module, "SECONDS", 3.0)
    lead = await make_lead(conn, site)
    async with mail_server() as mail:
        mail.data_seconds = 5.0  # looks for viruses
        mail.quit_seconds = 3_600.0
        async with asyncio.timeout(60):
            await deliver(await serve(mail=mail.settings), conn)
        assert len(mail.raw) == 1
    assert await attempts(conn) == [("email", "delivered", None)]
    assert (await flags(conn, lead))[0]


async def test_a_server_without_what_is_asked_of_it_is_told_apart_from_one_that_is_away(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    await make_lead(conn, site)
    async with mail_server() as mail:
        for tls in ("starttls", "tls"):
            await deliver(await serve(mail={**mail.settings, "tls": tls}), conn)
        assert mail.raw == []
    assert [one[1:] for one in await attempts(conn)] == [
        ("waiting", "the mail server does not offer what mail.tls or mail.user asks for"),
        ("waiting", "no trusted TLS connection to the mail server"),
    ]


async def test_mail_goes_over_tls_that_is_trusted_and_after_signing_in(
    conn: asyncpg.Connection, serve: Serve, site: UUID, tmp_path: Path
) -> None:
    theirs, ours = certificate(tmp_path, "localhost")
    async with mail_server(theirs, auth=True) as mail:
        settings = {**mail.settings, "host": "localhost", "tls": "starttls", "user": "kami"}

        def trust(app: web.Application) -> None:
            app[MAIL]._tls = ours

        for password, configure in (("rahasia", None), ("salah", trust), ("rahasia", trust)):
            await make_lead(conn, site)
            await deliver(await serve(configure, mail={**settings, "password": password}), conn)
            await conn.execute("DELETE FROM outbox")
        assert list(dict.fromkeys(mail.signed_in)) == [(b"kami", b"salah"), (b"kami", b"rahasia")]
        assert len(mail.raw) == 1
    assert [one[1:] for one in await attempts(conn)] == [
        ("waiting", "no trusted TLS connection to the mail server (the certificate is of no known authority)"),
        ("waiting", "the mail server did not let us in (535)"),
        ("delivered", None),
    ]


async def test_spam_waits_for_its_owners_word_and_a_tier_without_the_channel_loses_nothing(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    spam = await make_lead(conn, site, status="spam")
    imported = await make_lead(conn, site, status="archived")
    told = await make_lead(conn, site, email_notified=True)
    assert await conn.fetchval("SELECT count(*) FROM outbox") == 0
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        await conn.execute("UPDATE form_submissions SET status = 'new' WHERE id = $1", spam)
        await deliver(visitor, conn)
        assert len(mail.raw) == 1
        # Marked and unmarked again: it was told already.
        for status in ("spam", "new"):
            await conn.execute("UPDATE form_submissions SET status = $2 WHERE id = $1", spam, status)
        assert await conn.fetchval("SELECT count(*) FROM outbox WHERE state = 'waiting'") == 0
        late = await make_lead(conn, site)
        await conn.execute("UPDATE form_submissions SET status = 'spam' WHERE id = $1", late)
        await deliver(visitor, conn)
        await conn.execute("UPDATE system_config SET value = '{\"business\": {\"form_channels\": [\"webhook\"]}}' "
                           "WHERE key = 'tier_rights'")  # fmt: skip
        poor = await make_lead(conn, site)
        await deliver(visitor, conn)
        assert len(mail.raw) == 1
    assert [one for _, _, one in await attempts(conn)] == [
        None, "it was marked as spam", "the owner’s tier does not have this channel"]  # fmt: skip
    assert [(await flags(conn, lead))[0] for lead in (spam, imported, told, late, poor)] == [
        True, False, True, False, False]  # fmt: skip


async def test_a_lead_that_is_no_spam_while_somebody_takes_it_for_that_is_delivered(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    lead, lease = await make_lead(conn, site), uuid4()
    await conn.execute("UPDATE form_submissions SET status = 'spam' WHERE id = $1", lead)
    async with mail_server() as mail:
        (job,) = await queries.claim_jobs(conn, "lead_email", lease=lease, most=1, seconds=60)
        visitor = await serve(mail=mail.settings)
        await conn.execute("UPDATE form_submissions SET status = 'new' WHERE id = $1", lead)
        await queries.settle_jobs(conn, [job.id], lease, skipped("it was marked as spam"), 0.0)
        await deliver(visitor, conn)
        assert len(mail.raw) == 1
    assert (await flags(conn, lead))[0]


async def test_nobody_takes_a_lead_for_spam_whose_owner_is_saying_that_it_is_none(
    database: Database, conn: asyncpg.Connection, site: UUID
) -> None:
    """Who claims its job before that is committed would read that it is spam, and settle it so."""
    lead = await make_lead(conn, site)
    await conn.execute("UPDATE form_submissions SET status = 'spam' WHERE id = $1", lead)
    owner = await asyncpg.connect(database.url)
    try:
        said = owner.transaction()
        await said.start()
        await owner.execute("UPDATE form_submissions SET status = 'new' WHERE id = $1", lead)
        assert await queries.claim_jobs(conn, "lead_email", lease=uuid4(), most=1, seconds=60) == []
        await said.commit()
    finally:
        await owner.close()
    assert len(await queries.claim_jobs(conn, "lead_email", lease=uuid4(), most=1, seconds=60)) == 1


async def test_who_claims_a_lead_while_its_owner_says_that_it_is_no_spam_claims_in_vain(
    database: Database, conn: asyncpg.Connection, site: UUID
) -> None:
    lead, lease = await make_lead(conn, site), uuid4()
    await conn.execute("UPDATE form_submissions SET status = 'spam' WHERE id = $1", lead)
    owner = await asyncpg.connect(database.url)
    try:
        claims = conn.transaction()
        await claims.start()
        (job,) = await queries.claim_jobs(conn, "lead_email", lease=lease, most=1, seconds=60)
        saying = asyncio.create_task(owner.execute("UPDATE form_submissions SET status = 'new' WHERE id = $1", lead))
        async with asyncio.timeout(60):
            while not await waiting(conn):
                await asyncio.sleep(0.02)
        await claims.commit()
        await saying
        await queries.settle_jobs(conn, [job.id], lease, skipped("it was marked as spam"), 0.0)
    finally:
        await owner.close()
    assert await conn.fetchval("SELECT state FROM outbox") == "waiting"


async def test_a_lead_that_is_erased_takes_its_deliveries_along(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    await make_lead(conn, site)
    async with mail_server() as mail:
        mail.data = "451 Later"
        visitor = await serve(mail=mail.settings)
        await deliver(visitor, conn)
        await conn.execute("DELETE FROM form_submissions")
        assert await conn.fetchval("SELECT count(*) FROM outbox") == 0
        assert await conn.fetchval("SELECT count(*) FROM lead_attempts") == 0
        mail.data = "250 OK"
        await deliver(visitor, conn)
        assert mail.raw == []


async def test_a_lead_is_read_while_its_job_is_claimed_and_by_no_other_tenants_name(
    conn: asyncpg.Connection, database: Database, site: UUID
) -> None:
    stranger = await make_site(conn)
    await make_lead(conn, site)
    job = await conn.fetchval("SELECT id FROM outbox")
    edge = await asyncpg.connect(database.url_as("tapsite_edge"))
    try:
        ask = "SELECT count(*) FROM claimed_lead($1, $2)"
        assert await edge.fetchval(ask, site, job) == 0
        await conn.execute("UPDATE outbox SET lease = gen_random_uuid()")
        assert await edge.fetchval(ask, site, job) == 1
        assert await edge.fetchval(ask, stranger, job) == 0
        await edge.execute("SELECT note_delivery($1, $2, 'delivered', NULL)", stranger, job)
        assert await attempts(conn) == []
        for forbidden in (
            "SELECT * FROM lead_attempts",
            "SELECT * FROM form_webhooks",
            "SELECT * FROM lead_alerts",
            "SELECT submission_id FROM outbox",
            "UPDATE form_submissions SET email_notified = true",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await edge.execute(forbidden)
    finally:
        await edge.close()


async def test_everything_away_is_a_303_and_one_row_and_is_delivered_later(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    async with mail_server() as mail:
        settings = mail.settings
    visitor = await serve(mail=settings)
    assert (await send(visitor)).status == 303
    async with asyncio.timeout(60):
        while not await attempts(conn):
            await asyncio.sleep(0.02)
    (row,) = await conn.fetch("SELECT kind, state, next_at - now() AS wait FROM outbox")
    assert (row["kind"], row["state"]) == ("lead_email", "waiting")
    assert row["wait"] < timedelta(seconds=7)
    assert await conn.fetchval("SELECT count(*) FROM form_submissions") == 1
    async with mail_server(port=int(str(settings["port"]))) as mail:
        await deliver(visitor, conn)
        assert len(mail.raw) == 1
    assert isinstance(visitor.client.app[MAIL], MailClient)
    assert isinstance(mail, MailServer)
    assert unquote(parts(mail.letters[0])[0]).count("Sari") >= 2


async def test_a_row_of_another_writer_loses_no_answer_and_an_odd_owner_no_other_lead(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    empty = dict.fromkeys(("submitter_name", "submitter_phone", "submitter_email"))
    await make_lead(conn, site, **empty, data={"name": "Budi", "whatsapp": "0812 0000", "message": "Halo"})
    odd = await make_site(conn, user_id=await make_user(conn, email="a..b@example.com"))
    await make_lead(conn, odd)
    async with mail_server() as mail:
        await deliver(await serve(mail=mail.settings), conn)
        told = [parts(letter)[0] for letter in mail.letters]
        assert any("Nama: Budi" in text and "0812 0000" in text for text in told)
    assert ("email", "delivered", None) in await attempts(conn)
