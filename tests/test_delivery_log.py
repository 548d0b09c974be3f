"""Owners see what became of each lead, try again, hear when a channel fails; and see nothing of anybody else's."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from aiohttp import web

from renderer.forms.deliveries import log
from renderer.forms.deliveries.insight import INSIGHT, Insight
from renderer.forms.deliveries.lead import Lead
from renderer.keyring import Keyring
from renderer.outbox import dispatcher
from tests.commands import Run
from tests.databases import Database
from tests.factories import make_site, make_user
from tests.mail_server import mail_server
from tests.serving import Serve
from tests.test_deliveries import OWNER, attempts, deliver, make_lead, parts
from tests.test_forms import make_form


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "PAUSE", 3600.0)


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    owner = await make_user(conn, email=OWNER, subscription_tier="business")
    return await make_site(conn, subdomain="kopi", user_id=owner)


async def test_the_log_tells_every_attempt_and_a_replay_tries_again(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    stranger = await make_site(conn)
    old = await make_lead(conn, site, created_at=datetime.now(UTC) - timedelta(days=9))
    spam = await make_lead(conn, site)
    lead = await make_lead(conn, site)
    async with mail_server() as mail:
        mail.data = "554 No"
        visitor = await serve(mail=mail.settings)
        await deliver(visitor, conn)
        await conn.execute("UPDATE form_submissions SET status = 'spam' WHERE id = $1", spam)
        mail.data = "250 OK"
        made, waiting = await log.deliveries_of_lead(conn, site, lead)
        assert [(one.channel, one.outcome) for one in made] == [("email", "failed")]
        assert waiting == []
        for wrong in (
            await log.replay(conn, stranger, "email", lead=lead),
            await log.replay(conn, site, "email", lead=spam),
            await log.replay(conn, site, "email", until=datetime.now(UTC) - timedelta(days=20)),
        ):
            assert wrong == 0
        assert await log.deliveries_of_lead(conn, stranger, lead) == ([], [])
        assert await log.find_lead(conn, stranger, lead.hex[:8]) is None
        assert await log.find_lead(conn, site, lead.hex[:8].upper()) == lead
        assert await log.find_lead(conn, site, "%") is None
        day = timedelta(days=1)
        assert await log.replay(conn, site, "email", since=datetime.now(UTC) - day) == 1
        assert await log.replay(conn, site, "email", since=datetime.now(UTC) - day) == 1, "hurried, not doubled"
        assert await conn.fetchval("SELECT count(*) FROM outbox WHERE state = 'waiting' AND kind = 'lead_email'") == 1
        await deliver(visitor, conn)
        assert [letter["X-Tapsite-Lead"] for letter in mail.letters if letter["X-Tapsite-Lead"]] == [str(lead)]
        assert await log.replay(conn, site, "email") == 1, "the old one alone was not confirmed"
        assert await log.replay(conn, site, "email", lead=lead) == 0
        assert await log.replay(conn, site, "email", lead=lead, again=True) == 1
        await deliver(visitor, conn)
        told = [letter for letter in mail.letters if letter["X-Tapsite-Lead"]]
        assert sorted(letter["X-Tapsite-Lead"] for letter in told) == sorted(map(str, (lead, lead, old)))
        assert len({letter["Message-ID"] for letter in told}) == 3, "a wanted repetition is no duplicate"
    lines = await log.leads_of_site(conn, site)
    assert {one.id: one.confirmed for one in lines} == {old: ("email",), spam: (), lead: ("email",)}
    assert await log.leads_of_site(conn, stranger) == []


async def test_the_owner_hears_of_a_channel_that_fails_once_a_day(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    hook = {"webhook_url": "https://127.0.0.1/", "email_notifications": False}
    await make_form(conn, site, form_type="contact", settings=hook)
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        await make_lead(conn, site)
        for _ in range(3):
            await deliver(visitor, conn)
        assert await conn.fetchval("SELECT count(*) FROM outbox WHERE kind = 'lead_alert'") == 0
        await make_lead(conn, site)
        for _ in range(5):
            await deliver(visitor, conn)
        (letter,) = mail.letters
        assert mail.envelopes[0][1] == [OWNER]
        text, html = parts(letter)
        assert "webhook" in letter["Subject"]
        assert "Belum terkirim tujuh hari terakhir: 2" in text
        assert "Kegagalan terakhir: alamat itu tidak bisa dibuka dari internet" in html
        await conn.execute("UPDATE lead_alerts SET alerted_at = alerted_at - interval '25 hours'")
        await make_lead(conn, site)
        for _ in range(2):
            await deliver(visitor, conn)
        assert len(mail.raw) == 2
        # All of it was delivered or erased before anybody was told.
        await conn.execute("UPDATE lead_alerts SET alerted_at = alerted_at - interval '25 hours'")
        await deliver(visitor, conn)
        await conn.execute("UPDATE form_submissions SET webhook_called = true")
        await deliver(visitor, conn)
        assert len(mail.raw) <= 3


async def test_a_webhooks_secret_is_rotated_enabled_and_shown_to_its_owner_alone(
    conn: asyncpg.Connection, serve: Serve, site: UUID, keyring: Keyring
) -> None:
    await make_form(conn, site, form_type="contact", settings={"webhook_url": "https://127.0.0.1/"})
    await make_lead(conn, site)
    await deliver(await serve(), conn)
    stranger = await make_site(conn)
    (hook,) = await log.webhooks_of_site(conn, keyring, site)
    assert hook.url == "https://127.0.0.1/"
    assert (hook.secret or "").startswith("whsec_")
    assert await log.webhooks_of_site(conn, keyring, stranger) == []
    assert await log.rotate_webhook(conn, keyring, stranger, hook.id) is None
    assert await log.enable_webhook(conn, keyring, stranger, hook.id) is None
    new = await log.rotate_webhook(conn, keyring, site, hook.id)
    assert new is not None
    assert new.secret != hook.secret
    assert await conn.fetchval("SELECT former_key_id FROM form_webhooks") == keyring.primary_id
    await conn.execute("UPDATE form_webhooks SET disabled_at = now(), disabled_why = 'gone'")
    enabled = await log.enable_webhook(conn, keyring, site, hook.id)
    assert enabled is not None
    assert (enabled.secret, enabled.disabled) == (new.secret, None)
    await conn.execute("UPDATE websites SET user_id = $1 WHERE id = $2", await make_user(conn), site)
    (revoked,) = await log.webhooks_of_site(conn, keyring, site)
    assert (revoked.secret, revoked.disabled) == (None, "owner")
    theirs = await log.enable_webhook(conn, keyring, site, hook.id)
    assert theirs is not None
    assert theirs.secret not in (None, new.secret)
    assert await conn.fetchval("SELECT former_key_id FROM form_webhooks") is None


async def test_the_consoles_role_reads_and_replays_its_owners_deliveries_alone(
    conn: asyncpg.Connection, database: Database, site: UUID, keyring: Keyring
) -> None:
    await conn.execute("SELECT settle_database()")
    mine, theirs = await make_lead(conn, site), await make_site(conn)
    other = await make_lead(conn, theirs)
    await conn.execute("UPDATE outbox SET state = 'failed', settled_at = now()")
    owner = await conn.fetchval("SELECT user_id FROM websites WHERE id = $1", site)
    console = await asyncpg.connect(database.url_as("tapsite_console"))
    try:
        async with console.transaction():
            await console.execute("SELECT set_config('app.user_id', $1, true)", str(owner))
            assert await log.replay(console, site, "email", lead=mine) == 1
            assert await log.replay(console, site, "email", lead=mine) == 1
            assert await log.replay(console, theirs, "email", lead=other) == 0
            assert len(await log.leads_of_site(console, site)) == 1
            assert await log.leads_of_site(console, theirs) == []
            assert await log.webhooks_of_site(console, keyring, site) == []
            attempts_, waiting = await log.deliveries_of_lead(console, site, mine)
            assert (attempts_, [one.channel for one in waiting]) == ([], ["email"])
    finally:
        await console.close()


async def test_the_whole_way_by_the_command_line(
    conn: asyncpg.Connection, serve: Serve, site: UUID, database: Database, renderer: Run, tmp_path: Path
) -> None:
    await make_form(conn, site, form_type="contact", settings={"webhook_url": "https://127.0.0.1/"})
    lead = await make_lead(conn, site)
    reference = lead.hex[:8].upper()
    await deliver(await serve(), conn)
    urls = {"database_migrate_url": database.url}

    async def run(*arguments: str) -> tuple[int, str]:
        found = await asyncio.to_thread(renderer, "leads", *arguments, database=database, var=tmp_path, **urls)
        return found.returncode, found.stdout + found.stderr

    code, said = await run("list", "kopi")
    assert code == 0
    assert reference in said
    assert "Sari" not in said
    code, said = await run("deliveries", "kopi", reference)
    assert "email     skipped: no mail server is configured" in said
    assert "next, after 1 attempts" in said
    code, said = await run("replay", "kopi", "--channel", "email", "--since", "2026-01-01")
    assert (code, said) == (0, "1 to be delivered by email now.\n")
    assert (await run("replay", "kopi", "--channel", "pigeon"))[0] == 2
    assert (await run("deliveries", "kopi", "ffffffff"))[0] == 2
    assert (await run("list", "tiada"))[0] == 2
    code, said = await run("webhooks", "kopi")
    assert code == 0
    assert "https://127.0.0.1/ enabled" in said
    hook = said.split()[0]
    code, said = await run("webhooks", "kopi", "--rotate", hook, "--at-once")
    assert code == 0
    assert "whsec_" in said
    assert (await run("webhooks", "kopi", "--enable", "x"))[0] == 2
    assert len(await attempts(conn)) == 2


async def test_leads_are_read_by_nobody_unless_a_service_is_given_and_wanted(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    class Service:
        async def read(self, lead: Lead) -> Insight:
            return Insight(f"{lead.name} asks: {lead.message}\0" + "x" * 5000, "neutral")

    def give(app: web.Application) -> None:
        app[INSIGHT] = Service()

    await make_lead(conn, site)
    await conn.execute("UPDATE system_config SET value = 'true' WHERE key = 'lead_insight'")
    unread = await make_lead(conn, site)
    await deliver(await serve(), conn)
    lead = await make_lead(conn, site)
    await deliver(await serve(give), conn)
    rows = await conn.fetch("SELECT id, ai_summary, ai_sentiment FROM form_submissions WHERE is_ai_processed")
    ((one, summary, sentiment),) = rows
    assert (one, sentiment, len(summary)) == (lead, "neutral", 2000)
    assert summary.startswith("Sari asks: Halo,")
    said = await conn.fetchval(
        "SELECT last_error FROM outbox WHERE submission_id = $1 AND kind = 'lead_insight'", unread
    )
    assert said == "nobody reads leads here"
