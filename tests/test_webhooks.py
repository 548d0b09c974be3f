"""Leads posted to webhooks and told on WhatsApp, to real servers: signed, tried again, given up, revoked."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from renderer.forms.deliveries.secrets import secret_of, shown
from renderer.forms.deliveries.webhook import example
from renderer.forms.deliveries.whatsapp import judge
from renderer.keyring import Keyring
from renderer.keys import MAIL, OUTBOUND
from renderer.outbound import OutboundClient
from renderer.outbox import dispatcher
from renderer.settings.neighbours import Mail
from tests.factories import make_site, make_user
from tests.mail_server import mail_server
from tests.receivers import LOCAL, NAME, OK, Receiver, Script, certificate, receiver, saying
from tests.serving import Serve
from tests.test_deliveries import attempts, deliver, flags, make_lead
from tests.test_forms import make_form, send
from tests.visitor import Visitor

MUTE: dict[str, object] = {"email_notifications": False}
Hook = tuple[Visitor, Receiver, UUID]


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "PAUSE", 3600.0)


@asynccontextmanager
async def hook(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, script: Script = OK, **settings: Any
) -> AsyncIterator[Hook]:
    """A site whose contact form posts to a receiver, and nothing else; `settings` beside that."""
    theirs, ours = certificate(tmp_path)
    async with receiver(script, theirs) as made:
        client = OutboundClient(
            permitted=frozenset({LOCAL}), ports=frozenset({made.port}), tls=ours, lookup=lambda _: [LOCAL]
        )
        url = f"https://{NAME}:{made.port}"

        def give(app: web.Application) -> None:
            app[OUTBOUND] = client

        owner = await make_user(conn, subscription_tier="business")
        content = {"site": {"name": "Kopi", "contact": {"whatsapp": "0813 5550 0199"}}}
        site = await make_site(conn, subdomain="kopi", user_id=owner, generated_content=content)
        wanted = {**MUTE, "webhook_url": f"{url}/hook?t=1", **settings}
        await make_form(conn, site, form_type="contact", fields="[]", settings=wanted)
        account = {"phone_number_id": "123", "token": "s3cret", "endpoint": f"{url}/v23.0"}
        yield await serve(give, whatsapp=account), made, site


def heard(raw: bytes) -> tuple[str, dict[str, str], bytes]:
    """(request line, headers, body)"""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return first, {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in lines}, body


async def confirm_number(conn: asyncpg.Connection, site: UUID, number: str, owner: UUID | None = None) -> None:
    """By the site's owner, or whoever that was."""
    query = "INSERT INTO lead_numbers SELECT $1, $2, coalesce($3, user_id) FROM websites WHERE id = $1"
    await conn.execute(query, site, number, owner)


async def secret(conn: asyncpg.Connection, keyring: Keyring, site: UUID, former: bool = False) -> str:
    row = await conn.fetchrow("SELECT * FROM form_webhooks WHERE website_id = $1", site)
    return shown(secret_of(keyring, site, row, former=former))


async def test_a_lead_is_posted_and_the_public_verifier_takes_it(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, keyring: Keyring
) -> None:
    async with hook(conn, serve, tmp_path) as (visitor, made, site):
        assert (await send(visitor)).status == 303
        async with asyncio.timeout(60):
            while not await attempts(conn):
                await asyncio.sleep(0.02)
        lead = await conn.fetchval("SELECT id FROM form_submissions")
        first, headers, body = heard(made.heard[0])
        assert first == "POST /hook?t=1 HTTP/1.1"
        assert headers["webhook-id"] == f"lead_{lead.hex}"
        said = Webhook(await secret(conn, keyring, site)).verify(body, headers)
        assert said["type"] == "lead.created"
        assert said["data"]["answers"] == {
            "name": "Sari", "whatsapp": "+6281355500101", "email": "", "message": "Halo,\nmasih buka?"}  # fmt: skip
        assert said["data"]["site"]["url"] == "http://kopi.sites.test:8080"
        assert said["data"]["reference"] == lead.hex[:8].upper()
        assert (said["data"]["form"], said["data"]["form_title"]) == ("contact", "Kirim pesan")
        shown = example(site, "Kopi", "http://kopi.sites.test:8080", "contact", "Pesan")
        assert shown["data"].pop("test") is True
        assert (shown.keys(), shown["data"].keys()) == (said.keys(), said["data"].keys())
        assert await attempts(conn) == [("webhook", "delivered", None)]
        assert await flags(conn, lead) == (False, True, False)
        with pytest.raises(WebhookVerificationError):
            Webhook(await secret(conn, keyring, site)).verify(body + b" ", headers)


async def test_both_secrets_sign_for_a_day_after_a_rotation_and_the_keyrings_rotation_changes_none(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, keyring: Keyring
) -> None:
    async with hook(conn, serve, tmp_path) as (visitor, made, site):
        await make_lead(conn, site)
        await deliver(visitor, conn)
        before = await secret(conn, keyring, site)
        await conn.execute(
            "UPDATE form_webhooks SET former_key_id = key_id, generation = generation + 1, rotated_at = now()"
        )
        after = await secret(conn, keyring, site)
        assert before != after
        for _ in range(2):
            await make_lead(conn, site)
            await deliver(visitor, conn)
            await conn.execute("UPDATE form_webhooks SET rotated_at = now() - interval '25 hours'")
        during, later = (heard(raw) for raw in made.heard[1:])
        for known in (before, after):
            Webhook(known).verify(during[2], during[1])
        Webhook(after).verify(later[2], later[1])
        with pytest.raises(WebhookVerificationError):
            Webhook(before).verify(later[2], later[1])
        # The operator's keyring gets another primary key: receivers need not be told.
        (newer,) = Keyring.generate().all_keys
        assert await secret(conn, Keyring([*keyring.all_keys, newer], newer.id), site) == after
        await conn.execute("UPDATE form_webhooks SET key_id = 'gone', former_key_id = NULL")
        await make_lead(conn, site)
        await deliver(visitor, conn)
        assert (await attempts(conn))[-1][1:] == (
            "waiting", "the key of its secret is not in the keyring; rotate the secret")  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "outcome", "said", "wait"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", "delivered", None, 0),
        (b"HTTP/1.1 503 Busy\r\nRetry-After: 7200\r\nContent-Length: 6\r\n\r\ns3cret", "waiting",
         "answered with status 503", 7200),
        (b"HTTP/1.1 302 Away\r\nLocation: http://10.0.0.1/\r\n\r\n", "waiting", "answered with status 302", 4),
        (b"HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n", "waiting", "answered with status 400", 4),
        (b"", "waiting", "the connection ended before an answer", 4),
    ],
)  # fmt: skip
async def test_what_the_receiver_answers_decides(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, answer: bytes, outcome: str, said: str | None, wait: int
) -> None:
    async with hook(conn, serve, tmp_path, saying(answer)) as (visitor, made, site):
        lead = await make_lead(conn, site)
        await deliver(visitor, conn)
        assert await attempts(conn) == [("webhook", outcome, said)]
        assert (await flags(conn, lead))[1] == (outcome == "delivered")
        if outcome == "waiting":
            left = await conn.fetchval("SELECT next_at - now() FROM outbox")
            assert timedelta(seconds=wait - 10) < left <= timedelta(seconds=wait + 2)
            await deliver(visitor, conn)
            ids = {heard(raw)[1]["webhook-id"] for raw in made.heard}
            assert len(made.heard) == 2
            assert len(ids) == 1, "what is sent twice has one id"


async def test_a_receiver_that_is_gone_gets_nothing_more(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path
) -> None:
    gone = saying(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")
    async with hook(conn, serve, tmp_path, gone) as (visitor, made, site):
        for _ in range(2):
            await make_lead(conn, site)
            await deliver(visitor, conn)
        assert len(made.heard) == 1
        assert [one[1:] for one in await attempts(conn)] == [
            ("failed", "answered with status 410; the webhook is disabled"),
            ("skipped", "the webhook is disabled: it answered 410"),
        ]


async def test_another_owner_gets_another_secret_and_sends_nothing_to_the_former_ones_address(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, keyring: Keyring
) -> None:
    async with hook(conn, serve, tmp_path) as (visitor, made, site):
        await make_lead(conn, site)
        await deliver(visitor, conn)
        before = await secret(conn, keyring, site)
        # An address that was never used is the former owner's as well.
        await make_form(conn, site, form_type="order", settings={**MUTE, "webhook_url": "https://former.example/"})
        buyer = await make_user(conn, subscription_tier="business")
        await conn.execute("UPDATE websites SET user_id = $1 WHERE id = $2", buyer, site)
        for form in ("contact", "order"):
            await make_lead(conn, site, form_type=form)
            await deliver(visitor, conn)
        assert len(made.heard) == 1
        assert {one[2] for one in (await attempts(conn))[1:]} == {"the webhook is disabled: the site changed hands"}
        await conn.execute(
            "UPDATE form_webhooks SET disabled_at = NULL, disabled_why = NULL, owner_id = $1, "
            "generation = generation + 1 WHERE url LIKE 'https://hook%'",
            buyer,
        )
        await make_lead(conn, site)
        await deliver(visitor, conn)
        _, headers, body = heard(made.heard[1])
        with pytest.raises(WebhookVerificationError):
            Webhook(before).verify(body, headers)


@pytest.mark.parametrize(
    ("url", "outcome", "said"),
    [
        ("http://hook.example/", "failed", "the address must begin with https://"),
        ("https://169.254.169.254/latest", "waiting", "the address is not a public one"),
        ("https://127.0.0.1/", "waiting", "connection"),
        ("x" * 3000, "skipped", "the form names no webhook"),
        ("https://" + "é" * 1900 + ".example/", "failed", ""),
        ("javascript:alert(1)", "failed", "the address must begin with https://"),
    ],
    ids=lambda value: value[:30],
)
async def test_hostile_addresses_are_not_called(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, url: str, outcome: str, said: str
) -> None:
    async with hook(conn, serve, tmp_path, webhook_url=url) as (visitor, made, site):
        await make_lead(conn, site)
        await deliver(visitor, conn)
        assert made.heard == []
        ((_, became, why),) = await attempts(conn)
        assert became == outcome
        assert said in (why or "")


ACCEPTED = saying(b'HTTP/1.1 200 OK\r\nContent-Length: 41\r\n\r\n{"messages": [{"id": "wamid.HBgL"}]}     ')


@pytest.mark.parametrize(
    ("settings", "provenance", "to"),
    [
        ({"whatsapp_to": "0813-5550-0177"}, {}, "6281355500177"),
        ({"whatsapp_to": "0813-5550-0166"}, {}, None),
        ({"whatsapp_to": "0813-5550-0155"}, {"/site/contact": "owner"}, None),
        ({"whatsapp_to": "0813-5550-0199"}, {"/site/contact": "owner"}, "6281355500199"),
        (
            {"whatsapp_to": "0813-5550-0155", "whatsapp_notifications": True},
            {"/site/contact": "owner"},
            "6281355500199",
        ),
        ({"whatsapp_notifications": True}, {"/site/contact": "owner"}, "6281355500199"),
        ({"whatsapp_notifications": True}, {}, None),
        ({"whatsapp_to": "surel@example.org"}, {"/site/contact": "owner"}, None),
    ],
)
async def test_an_owner_is_told_on_whatsapp_by_a_template(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, settings: dict[str, Any], provenance: dict[str, str],
    to: str | None,
) -> None:  # fmt: skip
    async with hook(conn, serve, tmp_path, ACCEPTED, webhook_url="", **settings) as (visitor, made, site):
        await conn.execute(
            "UPDATE websites SET generated_content = generated_content || jsonb_build_object('provenance', $1::jsonb)",
            json.dumps(provenance),
        )
        # Confirmed: one by the owner, one by who had the site before, one for another site.
        await confirm_number(conn, site, "+6281355500177")
        await confirm_number(conn, site, "+6281355500166", uuid4())
        await confirm_number(conn, await make_site(conn), "+6281355500155")
        long = "Halo,\n\n\t  " + "kopi " * 400
        lead = await make_lead(conn, site, data={"name": "Sari", "message": long})
        await deliver(visitor, conn)
        assert (await flags(conn, lead))[2] == (to is not None)
        if to is None:
            ((_, outcome, why),) = await attempts(conn)
            assert outcome == "skipped"
            assert "vouch" in (why or "") or "not confirmed" in (why or "")
            return
        first, headers, body = heard(made.heard[0])
        assert first == "POST /v23.0/123/messages HTTP/1.1"
        assert headers["authorization"] == "Bearer s3cret"
        said = json.loads(body)
        assert (said["to"], said["type"], said["template"]["name"]) == (to, "template", "lead")
        texts = [one["text"] for one in said["template"]["components"][0]["parameters"]]
        assert texts[:2] == ["Sari", "0813-5550-0101"]
        assert texts[2].startswith("Halo, kopi kopi")
        assert len(texts[2]) <= 300
        assert texts[3] == lead.hex[:8].upper()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"tanggal": "2026-12-05", "orang": "4"}, "Reservasi meja: Tanggal: 2026-12-05; Jumlah orang: 4"),
        ({"tanggal": "2026-12-05", "pesan": "dekat jendela"}, "Reservasi meja: dekat jendela"),
    ],
)
async def test_what_was_asked_for_is_told_on_whatsapp_where_there_is_no_message(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, data: dict[str, str], text: str
) -> None:
    async with hook(conn, serve, tmp_path, ACCEPTED) as (visitor, made, site):
        number = {**MUTE, "whatsapp_to": "+6281355500177"}
        asked = [
            {"name": "tanggal", "type": "date", "label": "Tanggal"},
            {"name": "orang", "type": "number", "label": "Jumlah orang"},
            {"name": "pesan", "type": "textarea", "label": "Pesan"},
        ]
        await make_form(conn, site, form_type="meja", name="Reservasi meja", fields=json.dumps(asked), settings=number)
        await confirm_number(conn, site, "+6281355500177")
        await make_lead(conn, site, form_type="meja", data=data, submitter_email=None)
        await deliver(visitor, conn)
        said = json.loads(heard(made.heard[0])[2])
        texts = [one["text"] for one in said["template"]["components"][0]["parameters"]]
        assert texts[2] == text


@pytest.mark.parametrize(
    ("status", "body", "state", "after"),
    [
        (200, '{"messages": [{"id": "x"}]}', "done", 0),
        (200, "{}", "waiting", 0),
        (200, "[" * 5000, "waiting", 0),
        (400, '{"error": {"code": 131047}}', "failed", 0),
        (429, '{"error": {"code": 130429}}', "waiting", 60),
        (400, '{"error": {"code": 131048}}', "waiting", 21_600),
        (400, '{"error": {"code": 132001}}', "failed", 0),
        (401, '{"error": {"code": 190}}', "waiting", 0),
        (500, '{"error": {"code": "x"}}', "waiting", 0),
        (400, '{"error": {"code": true}}', "waiting", 0),
        (400, '{"error": []}', "waiting", 0),
        (404, '{"error": {"code": 424242, "message": "s3cret"}}', "waiting", 0),
    ],
)  # fmt: skip
def test_what_whatsapp_answers_decides(status: int, body: str, state: str, after: float) -> None:
    found = judge(status, body.encode())
    assert (found.state, found.after) == (state, after)
    assert "s3cret" not in (found.error or "")


async def test_with_every_channel_down_it_is_a_303_and_one_row_and_all_of_it_is_delivered_later(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path
) -> None:
    busy = [True]

    async def script(writer: asyncio.StreamWriter) -> None:
        down = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
        writer.write(down if busy[0] else b'HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n{"messages": [{"id": "w"}]}')

    settings = {"email_notifications": True, "whatsapp_to": "081355500177"}
    async with mail_server() as mail, hook(conn, serve, tmp_path, script, **settings) as (visitor, _, site):
        await confirm_number(conn, site, "+6281355500177")
        visitor.client.app[MAIL]._mail = Mail(**mail.settings)
        mail.data = "451 Later"
        assert (await send(visitor)).status == 303
        await deliver(visitor, conn)
        assert await conn.fetchval("SELECT count(*) FROM form_submissions") == 1
        assert {one[:2] for one in await attempts(conn)} == {
            (channel, "waiting") for channel in ("email", "webhook", "whatsapp")
        }
        busy[0], mail.data = False, "250 OK"
        await deliver(visitor, conn)
        lead = await conn.fetchval("SELECT id FROM form_submissions")
        assert await flags(conn, lead) == (True, True, True)
        assert len(mail.raw) == 1
