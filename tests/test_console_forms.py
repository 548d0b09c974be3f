"""An owner says who hears of what is sent with a form, and what visitors read: written as generators write it."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from aiohttp import web
from standardwebhooks import Webhook

from renderer.keys import OUTBOUND
from renderer.outbound import OutboundClient
from renderer.outbox import dispatcher
from tests.databases import Database
from tests.factories import insert, make_site, make_user
from tests.mail_server import mail_server
from tests.owners import HOST, Owner, make_owner
from tests.receivers import LOCAL, NAME, OK, Script, certificate, receiver, saying
from tests.serving import Serve
from tests.test_deliveries import deliver, make_lead
from tests.test_webhooks import heard
from tests.visitor import Answer, Visitor

CASHIER = "kasir@example.org"


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "PAUSE", 3600.0)


@pytest.fixture
async def visitor(serve: Serve) -> Visitor:
    return await serve(console={"host": HOST})


@pytest.fixture
async def ani(visitor: Visitor, conn: asyncpg.Connection) -> Owner:
    return await owner_of(visitor, conn)


async def owner_of(visitor: Visitor, conn: asyncpg.Connection) -> Owner:
    owner = await make_owner(conn, visitor, "Ani", subscription_tier="business")
    owner.site_id = await make_site(conn, user_id=owner.id, subdomain="warung", title="Warung Ani")
    await owner.sign_in()
    return owner


def path(ani: Owner, form: str = "contact") -> str:
    return f"/sites/{ani.site_id}/leads/forms/{form}"


async def fields_of(ani: Owner, form: str = "contact") -> dict[str, str]:
    """What the screen would send as it is."""
    page = (await ani.get(path(ani, form))).text
    found = {}
    for tag in re.findall(r"<input [^>]*>", page):
        attributes = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        is_sent = attributes.get("type") != "checkbox" or " checked" in tag
        if "name" in attributes and is_sent:
            found[attributes["name"]] = attributes.get("value", "")
    texts = re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>\n?([^<]*)', page)
    chosen = re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>.*?value="([^"]*)" selected', page, re.S)
    return {**found, **dict(texts), **dict(chosen)}


async def change(ani: Owner, form: str = "contact", **fields: str | None) -> Answer:
    wanted = {**await fields_of(ani, form), **fields}
    return await ani.post(path(ani, form), {name: value for name, value in wanted.items() if value is not None})


async def settings_of(conn: asyncpg.Connection, ani: Owner, form_type: str = "contact") -> list[dict[str, Any]]:
    rows = await conn.fetch(
        "SELECT settings FROM form_templates WHERE website_id = $1 AND form_type = $2", ani.site_id, form_type
    )
    return [json.loads(row[0]) for row in rows]


async def make_form(conn: asyncpg.Connection, site: UUID | None, settings: str, **columns: object) -> UUID:
    row = {"website_id": site, "name": "Pesan", "form_type": "contact", "fields": "[]", "settings": settings}
    return await insert(conn, "form_templates", {**row, **columns})


async def test_a_form_that_every_site_has_gets_a_row_once_something_is_set(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    page = await ani.get(f"/sites/{ani.site_id}/leads/forms")
    assert {"forms/contact", "forms/newsletter"} <= set(re.findall(r"forms/[a-z]+", page.text))
    assert "/leads/forms" in (await ani.get(f"/sites/{ani.site_id}/leads")).text
    assert (await change(ani)).status == 303
    assert await settings_of(conn, ani) == [], "nothing was changed"
    said = {"thanks-id": "Kami   jawab\nhari ini.", "subject": "Pesanan", "reply": "1", "title-id": "Pesan di sini"}
    answer = await change(ani, **said)
    assert answer.headers["Location"] == f"{path(ani)}?done=form_changed"
    wanted = {
        "thanks": "Kami jawab hari ini.",
        "title": "Pesan di sini",
        "email_subject": "Pesanan",
        "reply": True,
    }
    assert await settings_of(conn, ani) == [wanted]
    # The visitor meets it at once, with the questions that it had.
    form = await ani.visitor.get("warung.sites.test", "/_forms/contact")
    assert "Pesan di sini" in form.text
    assert 'name="whatsapp"' in form.text
    sent = {"name": "Sari", "whatsapp": "081355500101", "message": "Halo"}
    body = "&".join(f"{name}={value}" for name, value in sent.items())
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    stored = await ani.visitor.ask("POST", "warung.sites.test", "/_forms/contact", data=body, headers=headers)
    assert stored.status == 303
    assert "Kami jawab hari ini." in (await ani.visitor.get("warung.sites.test", stored.headers["Location"])).text
    assert (await change(ani, reply=None)).status == 303
    assert await settings_of(conn, ani) == [{**wanted, "reply": False}], "and the same row again"
    row = await conn.fetchrow("SELECT * FROM audit_logs WHERE action = 'form_changed' ORDER BY created_at LIMIT 1")
    assert row is not None
    assert "Kami" not in str(row)


async def test_whoever_else_gets_leads_is_asked_at_once_and_shown_as_they_stand(
    serve: Serve, conn: asyncpg.Connection
) -> None:
    async with mail_server() as mail:
        ani = await owner_of(await serve(console={"host": HOST}, mail=mail.settings), conn)
        answer = await change(
            ani, **{"recipient-0": ani.email, "recipient-1": f" {CASHIER.title()} ", "recipient-3": CASHIER}
        )
        assert answer.status == 303
        assert await settings_of(conn, ani) == [{"notify_emails": [ani.email, CASHIER]}], "each once"
        await deliver(ani.visitor, conn)
        assert {to for _, (to,) in mail.envelopes} == {CASHIER}, "the owner need not be asked"
        page = (await ani.get(path(ani))).text
        assert "Alamat Anda sendiri." in page
        assert "Sudah ditanya, belum setuju" in page
        await make_lead(conn, ani.site_id)
        await deliver(ani.visitor, conn)
        assert [to for _, to in mail.envelopes][-1] == [ani.email]
        link = next(iter(re.findall(r"https?://[^/\s]+(/\S+)", mail.letters[0].get_body(("plain",)).get_content())))  # type: ignore[union-attr]
        assert (await ani.visitor.ask("POST", "warung.sites.test", link)).status == 200
        assert "Sudah setuju" in (await ani.get(path(ani))).text
        # Removed and named again: nobody is asked twice.
        for second in ("", CASHIER):
            assert (await change(ani, **{"recipient-1": second})).status == 303
        await deliver(ani.visitor, conn)
        assert len([to for _, to in mail.envelopes if to == [CASHIER]]) == 1


async def test_an_owner_makes_us_write_to_ten_strangers_a_day_at_most(ani: Owner, conn: asyncpg.Connection) -> None:
    for turn in range(4):
        named = {f"recipient-{n}": f"korban{turn}-{n}@example.org" for n in range(5)}
        assert (await change(ani, **named)).status == 303
    assert await conn.fetchval("SELECT count(*) FROM outbox WHERE kind = 'lead_recipient'") == 10


async def test_nobody_is_invited_for_a_site_that_is_not_the_askers(
    ani: Owner, conn: asyncpg.Connection, database: Database
) -> None:
    other = await make_site(conn)
    console = await asyncpg.connect(database.url_as("tapsite_console"))
    try:
        await console.execute("SELECT set_config('app.user_id', $1, false)", str(ani.id))
        for site in (other, ani.site_id):
            await console.execute("SELECT invite_recipients($1, '{a@example.org}')", site)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await console.fetch("SELECT nonce FROM lead_recipients")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await console.execute("SELECT ask_recipients($1, $2, '{a@example.org}')", other, ani.id)
    finally:
        await console.close()
    assert [row[0] for row in await conn.fetch("SELECT website_id FROM lead_recipients")] == [ani.site_id]


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    for name, value in (
        ("recipient-0", "bukan alamat"),
        ("recipient-0", "a@b.id, c@d.id"),
        ("subject", "x" * 61),
        ("thanks-id", "y" * 601),
        ("title-id", "\u200b\u200b"),
        ("webhook", "http://kasir.example.org/"),
        ("webhook", "https://10.0.0.1/"),
        ("webhook", "https://localhost/"),
        ("webhook", "https://a:b@kasir.example.org/"),
    ):
        answer = await change(ani, **{name: value, "intro-id": "Tetap di sini"})
        assert answer.status == 422, (name, value)
        assert f'href="#{name}"' in answer.text, (name, value)
        assert "Tetap di sini" in answer.text
    assert await settings_of(conn, ani) == []
    assert (await ani.get(path(ani, "hilang"))).status == 404
    assert (await ani.post(path(ani, "hilang"), {"seen": "x"})).status == 404


async def test_what_a_generator_wrote_is_kept_and_said_in_the_contracts_own_names(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    content = {"language": "id", "translations": {"en": {"site": {}}}, "site": {"name": "Warung Ani"}}
    await conn.execute("UPDATE websites SET generated_content = $1::jsonb", json.dumps(content))
    written = {
        "heading": {"id": "Pesan", "en": "Order", "jv": "Pesen"},
        "thankYou": "Suwun",
        "recipients": CASHIER,
        "next": "/tentang",
        "custom": {"a": 1.50},
    }
    await make_form(conn, ani.site_id, json.dumps(written))
    fields = await fields_of(ani)
    assert (fields["title-id"], fields["title-en"], fields["thanks-id"]) == ("Pesan", "Order", "Suwun")
    assert (fields["thanks-en"], fields["recipient-0"]) == ("", CASHIER)
    assert (
        await change(ani, **{"title-en": "Order now", "thanks-en": "Thank you", "recipient-1": ani.email})
    ).status == 303
    (now,) = await settings_of(conn, ani)
    assert now == {
        "title": {"id": "Pesan", "en": "Order now", "jv": "Pesen"},
        "thanks": {"id": "Suwun", "en": "Thank you"},
        "notify_emails": [CASHIER, ani.email],
        "next": "/tentang",
        "custom": {"a": 1.5},
    }


async def test_the_second_of_two_editors_is_told(ani: Owner, conn: asyncpg.Connection) -> None:
    before = await fields_of(ani)
    assert (await ani.post(path(ani), {**before, "subject": "Satu"})).status == 303
    answer = await ani.post(path(ani), {**before, "subject": "Dua"})
    assert answer.status == 409
    assert 'value="Dua"' in answer.text
    assert await settings_of(conn, ani) == [{"email_subject": "Satu"}]


async def test_a_form_that_is_offered_to_all_becomes_the_sites_own_with_its_questions(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    questions = json.dumps([{"name": "kota", "label": "Kota"}])
    foreign = json.dumps(
        {"title": "Daftar", "notify_emails": ["orang@example.org"], "webhookUrl": "https://orang.example/"}
    )
    offered = await make_form(conn, None, foreign, form_type="daftar", fields=questions)
    fields = await fields_of(ani, "daftar")
    assert (fields["title-id"], fields["recipient-0"], fields["webhook"]) == ("Daftar", "", "")
    assert (await change(ani, "daftar", subject="Pendaftar")).status == 303
    assert await settings_of(conn, ani, "daftar") == [{"title": "Daftar", "email_subject": "Pendaftar"}]
    assert 'name="kota"' in (await ani.visitor.get("warung.sites.test", "/_forms/daftar")).text
    kept = await conn.fetchval("SELECT settings FROM form_templates WHERE id = $1", offered)
    assert json.loads(kept) == json.loads(foreign), "everybody else's is as it was"


@pytest.mark.parametrize("settings", ['[1, {"a": 2}]', "null", '"text"', '{"title": 7, "notify_emails": {"a": []}}'])
async def test_odd_settings_have_a_screen_and_can_be_set(ani: Owner, conn: asyncpg.Connection, settings: str) -> None:
    form = await make_form(conn, ani.site_id, settings)
    assert (await change(ani, subject="Baru")).status == 303
    (now,) = await settings_of(conn, ani)
    assert now["email_subject"] == "Baru"
    await conn.execute(
        "UPDATE form_templates SET settings = jsonb_build_object('x', repeat('y', 9000000)) WHERE id = $1", form
    )
    answer = await change(ani, subject="Lagi")
    assert (answer.status, "tidak bisa dibaca" in answer.text) == (422, True)


async def test_several_forms_of_one_type_and_odd_types_are_told_apart_by_their_ids(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    first = await make_form(conn, ani.site_id, '{"title": "Lama"}')
    await conn.execute("UPDATE form_templates SET created_at = created_at - interval '1 day'")
    await make_form(conn, ani.site_id, '{"title": "Baru"}')
    odd = await make_form(conn, ani.site_id, '{"title": "Aneh"}', form_type="a b/<c>")
    assert (await fields_of(ani))["title-id"] == "Baru"
    assert (await change(ani, str(first), subject="Yang lama")).status == 303
    assert (await change(ani, str(odd), subject="Yang aneh")).status == 303
    rows = {row[0]: json.loads(row[1]) for row in await conn.fetch("SELECT id, settings FROM form_templates")}
    assert rows[first]["email_subject"] == "Yang lama"
    assert rows[odd]["email_subject"] == "Yang aneh"
    assert len(rows) == 3


async def test_a_webhook_has_its_secret_before_anything_is_sent_there(ani: Owner, conn: asyncpg.Connection) -> None:
    assert (await change(ani, webhook="https://kasir.example.org/pesan")).status == 303
    page = (await ani.get(path(ani))).text
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", page)
    assert (await ani.post(path(ani), {"do": "rotate"})).headers["Location"] == f"{path(ani)}?done=webhook_rotated#hook"
    assert secret not in (await ani.get(path(ani))).text
    await conn.execute("UPDATE form_webhooks SET disabled_at = now(), disabled_why = 'gone'")
    assert "(410)" in (await ani.get(path(ani))).text
    assert (await ani.post(path(ani), {"do": "enable"})).status == 303
    assert await conn.fetchval("SELECT disabled_at FROM form_webhooks") is None
    assert (await ani.post(path(ani, "newsletter"), {"do": "rotate"})).status == 404


async def test_a_tier_is_offered_its_own_channels_and_can_turn_off_what_it_lost(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    await conn.execute("UPDATE users SET subscription_tier = 'free' WHERE id = $1", ani.id)
    fields = await fields_of(ani)
    assert not {"webhook", "whatsapp"} & set(fields)
    await make_form(conn, ani.site_id, '{"webhook_url": "https://kasir.example.org/", "whatsapp_to": "081234567890"}')
    fields = await fields_of(ani)
    assert (fields["webhook"], fields["whatsapp"]) == ("https://kasir.example.org/", "other")
    assert (await change(ani, webhook="", whatsapp="off")).status == 303
    assert await settings_of(conn, ani) == [{"whatsapp_notifications": False}]
    assert (await change(ani, whatsapp="other")).status == 303
    assert await settings_of(conn, ani) == [{"whatsapp_notifications": False}], (
        "no number but the site's own is named here"
    )


async def test_a_number_that_another_program_wrote_is_told_nothing_before_its_owner_confirms_it(
    ani: Owner, conn: asyncpg.Connection, database: Database
) -> None:
    await make_form(conn, ani.site_id, '{"whatsapp_to": "0813 5550 0177"}')
    confirmed = "SELECT array_agg((website_id, number, owner_id)) FROM lead_numbers"
    assert 'name="number_sure"' in (await ani.get(path(ani))).text
    assert (await change(ani, subject="Pesanan")).status == 303
    assert await conn.fetchval(confirmed) is None
    assert (await change(ani, number_sure="1")).status == 303
    assert await conn.fetchval(confirmed) == [(ani.site_id, "+6281355500177", ani.id)]
    page = (await ani.get(path(ani))).text
    assert 'name="number_sure"' not in page
    assert "0813 5550 0177 sudah Anda pastikan" in page
    assert [one["whatsapp_to"] for one in await settings_of(conn, ani)] == ["0813 5550 0177"]
    # In other hands it is nobody's again, and nobody confirms one for another's site.
    await conn.execute("UPDATE lead_numbers SET owner_id = gen_random_uuid()")
    assert 'name="number_sure"' in (await ani.get(path(ani))).text
    console = await asyncpg.connect(database.url_as("tapsite_console"))
    try:
        await console.execute("SELECT set_config('app.user_id', $1, false)", str(ani.id))
        await console.execute("SELECT confirm_number($1, '+6281355500100')", await make_site(conn))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await console.execute("DELETE FROM lead_numbers")
    finally:
        await console.close()
    assert await conn.fetchval("SELECT count(*) FROM lead_numbers") == 1


async def test_newsletters_are_mailed_of_only_where_that_is_asked_for(ani: Owner, conn: asyncpg.Connection) -> None:
    assert "mails" not in await fields_of(ani, "newsletter")
    assert (await change(ani, "newsletter", mails="1")).status == 303
    assert await settings_of(conn, ani, "newsletter") == [{"email_notifications": True}]
    assert (await change(ani, mails=None)).status == 303
    assert await settings_of(conn, ani) == [{"email_notifications": False}]


async def test_another_owners_form_is_not_reached_by_its_id(ani: Owner, conn: asyncpg.Connection) -> None:
    theirs = await make_form(conn, await make_site(conn, user_id=await make_user(conn)), '{"title": "Rahasia"}')
    assert (await ani.get(path(ani, str(theirs)))).status == 404
    assert (await ani.post(path(ani, str(theirs)), {"subject": "x"})).status == 404


async def test_an_owner_says_how_long_messages_are_kept_and_visitors_are_told(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    lists, form = f"/sites/{ani.site_id}/leads/forms", "/_forms/order"
    consent = '[{"name": "nama", "label": "Nama"}, {"name": "setuju", "type": "consent", "label": "Saya setuju."}]'
    await make_form(conn, ani.site_id, "{}", form_type="order", fields=consent)
    config = {"timezone": "Asia/Makassar", "Privacy": {"controller": "PT Ani", "retentionDays": 400}}
    await conn.execute("UPDATE websites SET config = $1 WHERE id = $2", json.dumps(config), ani.site_id)
    old = await make_lead(conn, ani.site_id or UUID(int=0))
    await conn.execute("UPDATE form_submissions SET created_at = now() - interval '100 days' WHERE id = $1", old)
    page = await ani.get(lists)
    assert 'value="400"' in page.text
    assert "730" in page.text, "what the tier has"
    assert "400 hari" in (await ani.visitor.get("warung.sites.test", form)).text
    for typed, said in (("6", "7"), ("x", "7"), ("٤٥", "7"), ("731", "730"), ("99999", "7")):
        refused = await ani.post(lists, {"days": typed})
        assert refused.status == 422
        assert said in refused.text
        assert f'value="{typed}"' in refused.text
    asked = await ani.post(lists, {"days": "90"})
    assert asked.status == 422
    assert 'name="sure"' in asked.text
    assert (await ani.post(lists, {"days": "30", "sure": "90"})).status == 422, "another number was agreed to"
    assert (await ani.post(lists, {"days": "90", "sure": "90"})).headers["Location"].endswith("done=retention_changed")
    stated = json.loads(await conn.fetchval("SELECT config FROM websites WHERE id = $1", ani.site_id))
    assert stated == {"timezone": "Asia/Makassar", "Privacy": {"controller": "PT Ani", "retention_days": 90}}
    assert "90 hari" in (await ani.visitor.get("warung.sites.test", form)).text
    assert await conn.fetchval("SELECT purge_leads(10)") == 1
    assert (await ani.post(lists, {"days": ""})).status == 303
    assert "90 hari" not in (await ani.visitor.get("warung.sites.test", form)).text
    logged = await conn.fetch(
        "SELECT new_values FROM audit_logs WHERE action = 'retention_changed' ORDER BY created_at"
    )
    assert [json.loads(row[0])["days"] for row in logged] == [90, ""]


DEEP = '{"a": ' * 2_000 + "1" + "}" * 2_000


@pytest.mark.parametrize(
    "config",
    [None, "[]", '{"privacy": "PT Ani"}', '{"privacy": null}', '{"a": 1e400}', DEEP],
    ids=lambda one: str(one)[:20],
)
async def test_whatever_the_settings_are_how_long_is_asked_and_kept(
    ani: Owner, conn: asyncpg.Connection, config: str | None
) -> None:
    lists = f"/sites/{ani.site_id}/leads/forms"
    await conn.execute("UPDATE websites SET config = $1 WHERE id = $2", config, ani.site_id)
    assert (await ani.get(lists)).status == 200
    answer = await ani.post(lists, {"days": "45"})
    kept = await conn.fetchval("SELECT stated_retention(config) FROM websites WHERE id = $1", ani.site_id)
    assert (answer.status, kept) == ((422, None) if config == DEEP else (303, 45))


async def test_a_form_is_closed_and_opened_again_and_who_was_typing_keeps_the_text(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    warung, headers = "warung.sites.test", {"Sec-Fetch-Site": "same-origin"}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    body = "name=Sari&whatsapp=081355500101&message=Masih+buka%3F+%3Cb%3E"
    assert (await ani.post(path(ani), {"do": "close"})).headers["Location"] == f"{path(ani)}?done=form_closed"
    page = (await ani.get(f"{path(ani)}?done=form_closed")).text
    assert "Formulir ditutup." in page
    assert "Buka lagi formulir ini" in page
    assert (await ani.visitor.get(warung, "/_forms/contact")).status == 404
    sent = await ani.visitor.ask("POST", warung, "/_forms/contact", data=body, headers={**headers, **kind})
    assert sent.status == 404
    assert "Formulir ini ditutup" in sent.text
    assert "Masih buka? &lt;b&gt;" in sent.text
    told = await ani.visitor.ask(
        "POST", warung, "/_forms/contact", data=body, headers={**headers, **kind, "Accept": "application/json"}
    )
    assert (told.status, json.loads(told.body)["title"][:22]) == (404, "Formulir ini ditutup. ")
    foreign = {**kind, "Sec-Fetch-Site": "cross-site"}
    assert "Masih" not in (await ani.visitor.ask("POST", warung, "/_forms/contact", data=body, headers=foreign)).text
    assert await conn.fetchval("SELECT count(*) FROM form_submissions") == 0
    # What is set meanwhile leaves it closed.
    assert (await change(ani, subject="Pesanan")).status == 303
    assert (await ani.visitor.get(warung, "/_forms/contact")).status == 404
    assert (await ani.post(path(ani), {"do": "reopen"})).headers["Location"] == f"{path(ani)}?done=form_opened"
    assert (await ani.visitor.get(warung, "/_forms/contact")).status == 200
    assert await conn.fetchval("SELECT count(*) FROM form_templates") == 1
    deeds = await conn.fetch("SELECT action FROM audit_logs WHERE action LIKE 'form_%' ORDER BY created_at")
    assert [row[0] for row in deeds] == ["form_closed", "form_changed", "form_opened"]


async def test_nobody_closes_what_is_offered_to_all_for_anybody_else(ani: Owner, conn: asyncpg.Connection) -> None:
    shared = await make_form(conn, None, "{}", form_type="daftar", name="Daftar")
    other = await make_site(conn, subdomain="teh")
    assert (await ani.post(path(ani, "daftar"), {"do": "close"})).status == 303
    assert await conn.fetchval("SELECT is_active IS NOT FALSE FROM form_templates WHERE id = $1", shared)
    assert (await ani.visitor.get("warung.sites.test", "/_forms/daftar")).status == 404
    assert (await ani.visitor.get("teh.sites.test", "/_forms/daftar")).status == 200
    assert (await ani.post(f"/sites/{other}/leads/forms/contact", {"do": "close"})).status == 404
    assert (await ani.visitor.get("teh.sites.test", "/_forms/contact")).status == 200


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (OK, "Contohnya diterima."),
        (saying(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"), "penerima menolak atau menjawab dengan kesalahan"),
        (saying(b"HTTP/1.1 410 No\r\nContent-Length: 0\r\n\r\n"), "answered with status 410"),
    ],
    ids=["taken", "failed", "gone"],
)
async def test_an_example_is_sent_to_a_webhook_and_what_came_of_it_is_said(
    serve: Serve, conn: asyncpg.Connection, tmp_path: Path, script: Script, said: str
) -> None:
    theirs, ours = certificate(tmp_path)
    async with receiver(script, theirs) as made:
        client = OutboundClient(
            permitted=frozenset({LOCAL}), ports=frozenset({made.port}), tls=ours, lookup=lambda _: [LOCAL]
        )

        def give(app: web.Application) -> None:
            app[OUTBOUND] = client

        ani = await owner_of(await serve(give, console={"host": HOST}), conn)
        assert (await ani.post(path(ani), {"do": "try"})).status == 404, "there is no address yet"
        assert (await change(ani, webhook=f"https://{NAME}:{made.port}/pesan")).status == 303
        page = await ani.post(path(ani), {"do": "try"})
        assert page.status == 200
        assert said in page.text
        secret = re.findall(r'id="secret">([^<]*)', page.text)[0]
        _, headers, body = heard(made.heard[0])
        sent = Webhook(secret).verify(body, headers)
        assert sent["data"]["test"] is True
        assert sent["data"]["site"]["id"] == str(ani.site_id)
        assert "&#34;test&#34;: true" in page.text, "and the same is shown, to be copied"
        # Nothing is stored of it, disabled by it, or tried again.
        assert await conn.fetchval("SELECT count(*) FROM form_submissions") == 0
        assert await conn.fetchval("SELECT disabled_at FROM form_webhooks") is None
        for _ in range(30):
            last = await ani.post(path(ani), {"do": "try"})
        assert last.status == 429
        assert "terlalu sering" in last.text
        assert len(made.heard) < 30
