"""Everything round a form fails: what was answered with thanks is stored once, and told at least once."""

import asyncio
import os
from collections import Counter
from pathlib import Path
from typing import Any

import asyncpg

from renderer.forms.spool import spool_folder
from renderer.keyring import Keyring
from renderer.themes import Themes
from tests.factories import make_site, make_user
from tests.mail_server import mail_server
from tests.serving import Serve
from tests.test_forms import GOOD, make_form, send, stored
from tests.test_forms_spool import reference
from tests.test_stale import running

# TAPSITE_TEST_POSTS=10000 sends so many, and the server is away four times.
POSTS = int(os.environ.get("TAPSITE_TEST_POSTS", "30"))
OUTAGES = max(1, POSTS // 2_500)
SENDERS = 6


async def test_what_was_thanked_for_while_the_server_restarts_is_stored_once_and_mailed(
    stopped_server: Path, keyring: Keyring, themes: Themes, aiohttp_client: Any, tmp_path: Path
) -> None:
    limits = {"client_limit": 1_000_000, "site_limit": 10_000_000, "site_alarm": 1_000_000}
    # Each from an address of its own: who floods is stored, and kept back.
    server = {"base_domains": ["sites.test"], "trusted_proxies": ["127.0.0.1"]}
    async with (
        mail_server() as mail,
        running(
            stopped_server,
            keyring,
            themes,
            aiohttp_client,
            tmp_path,
            3_600,
            mail=mail.settings,
            forms=limits,
            server=server,
        ) as world,
    ):
        async with world.writing() as conn:
            await conn.execute("TRUNCATE form_submissions, form_receipts, form_rates, outbox CASCADE")
            # However many they are, each is told of by itself.
            await conn.execute("UPDATE system_config SET value = '{\"lead\": 2000}' WHERE key = 'letters_an_hour'")
        assert (await world.visitor.get("kopi.sites.test", "/_forms/contact")).status == 200
        numbers, thanked = iter(range(POSTS)), []

        async def sender() -> None:
            # Each waits for its answer, and sends the same again where there was none.
            for number in numbers:
                fields = {**GOOD, "name": f"Sari {number}", "message": f"nomor {number}"}
                headers = {"X-Forwarded-For": f"198.18.{number // 250}.{number % 250}"}
                while (answer := await send(world.visitor, fields, headers=headers)).status == 503:
                    await asyncio.sleep(0.05)
                assert answer.status == 303
                thanked.append(reference(answer))

        senders = [asyncio.create_task(sender()) for _ in range(SENDERS)]
        for outage in range(OUTAGES):
            while len(thanked) < POSTS * (2 * outage + 1) // (2 * OUTAGES + 1):
                await asyncio.sleep(0.01)
            await asyncio.to_thread(world.server.stop)
            while len(thanked) < POSTS * (2 * outage + 2) // (2 * OUTAGES + 1):
                await asyncio.sleep(0.01)
            await world.start()
        await asyncio.gather(*senders)
        folder = spool_folder(tmp_path / "var")
        async with asyncio.timeout(120 + POSTS / 10), world.writing() as conn:
            while list(folder.glob("*.lead")) or len(await stored(conn)) < POSTS:
                await asyncio.sleep(0.2)
            looks = 0
            while await conn.fetchval("SELECT count(*) FROM form_submissions WHERE NOT email_notified"):
                # What a claim of before the restart holds is not waited for; what is under way is given time.
                if looks % 30 == 0:
                    await conn.execute("UPDATE outbox SET next_at = now() WHERE state = 'waiting' AND next_at > now()")
                looks += 1
                await asyncio.sleep(0.5)
            rows = await stored(conn)
    assert sorted(row["id"].hex[:8].upper() for row in rows) == sorted(thanked)
    assert sorted(int(row["data"]["message"].split()[1]) for row in rows) == list(range(POSTS))
    told = Counter(letter["X-Tapsite-Lead"] for letter in mail.letters if "X-Tapsite-Lead" in letter)
    assert set(told) == {str(row["id"]) for row in rows}
    ids = {(letter["X-Tapsite-Lead"], letter["Message-ID"]) for letter in mail.letters if "X-Tapsite-Lead" in letter}
    assert len(ids) == len(told), "what is told twice has one id"


async def test_where_every_channel_is_down_the_visitor_is_thanked_and_there_is_one_row_each(
    conn: asyncpg.Connection, serve: Serve
) -> None:
    site = await make_site(conn, subdomain="kopi", user_id=await make_user(conn, subscription_tier="business"))
    settings = {"webhook_url": "https://127.0.0.1:1/", "whatsapp_to": "+6281355500101"}
    await make_form(conn, site, form_type="contact", settings=settings, fields='[{"name": "nama", "type": "text"}]')
    await conn.execute(
        "INSERT INTO lead_numbers SELECT id, '+6281355500101', user_id FROM websites WHERE id = $1", site
    )
    down = {"host": "127.0.0.1", "port": 1, "tls": "none", "sender": "leads@tapsite.example.com"}
    meta = {"phone_number_id": "1", "token": "x", "endpoint": "https://127.0.0.1:1"}
    visitor = await serve(mail=down, whatsapp=meta)
    for number in range(5):
        assert (await send(visitor, {"nama": f"Sari {number}"})).status == 303
    assert sorted(row["data"]["nama"] for row in await stored(conn)) == [f"Sari {number}" for number in range(5)]
    async with asyncio.timeout(60):
        while await conn.fetchval("SELECT count(DISTINCT (channel, submission_id)) FROM lead_attempts") < 15:
            await asyncio.sleep(0.1)
    kept = await conn.fetch("SELECT channel, count(DISTINCT submission_id) FROM lead_attempts GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in kept] == [("email", 5), ("webhook", 5), ("whatsapp", 5)]
    assert await conn.fetchval("SELECT count(*) FROM lead_attempts WHERE outcome = 'delivered'") == 0
