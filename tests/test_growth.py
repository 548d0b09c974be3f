"""What strangers leave behind has an end, however much they send: rows, files, lines of the trail."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from renderer import settings as settings_module
from renderer.console import attempts
from renderer.edge.limits import admit_attempt
from renderer.forms import judging
from renderer.jobs import upkeep_jobs
from renderer.keyring import Keyring
from renderer.keys import KNOWN
from renderer.outbox.dispatcher import Dispatcher
from renderer.upkeep import do_all
from tests.databases import Database
from tests.factories import make_site, make_user
from tests.owners import HOST as CONSOLE
from tests.owners import Owner, make_owner
from tests.serving import Serve

MANY = 25_000
"""More than one statement forgets."""
HOST = "kopi.sites.test"


async def test_what_strangers_left_long_ago_is_forgotten_whole(
    conn: asyncpg.Connection, database: Database, keyring: Keyring, tmp_path: Path
) -> None:
    site = await make_site(conn)
    user = await make_user(conn)
    old = {
        "console_attempts": "(digest, tried_at) SELECT sha256(n::text::bytea), now() - interval '2 hours'",
        "console_links": "(user_id, purpose, digest, email, expires_at) "
        f"SELECT '{user}', 'sign_in', sha256(n::text::bytea), 'a@example.com', now() - interval '2 days'",
        "console_sessions": "(user_id, digest, device, idle_until, ends_at) "
        f"SELECT '{user}', sha256(n::text::bytea), '', now() - interval '1 day', now() - interval '1 day'",
        "newsletter_subscribers": "(website_id, email, requested_at) "
        f"SELECT '{site}', n || '@example.com', now() - interval '8 days'",
        "newsletter_mails": "(recipient, job, sent_at) "
        "SELECT sha256(n::text::bytea), gen_random_uuid(), now() - interval '3 days'",
        "form_rates": "(subject, began, taken) SELECT sha256(n::text::bytea), now() - interval '3 days', 1",
        "outbox": "(website_id, kind, state, settled_at) "
        f"SELECT '{site}', 'lead_email', 'done', now() - interval '8 days'",
    }
    for table, values in old.items():
        await conn.execute(f"INSERT INTO {table} {values} FROM generate_series(1, {MANY}) AS n")
        still_to_come = values.replace("interval '", "interval '-")
        await conn.execute(f"INSERT INTO {table} {still_to_come} FROM generate_series(0, 0) AS n")
    config = tmp_path / "config.toml"
    config.touch()
    maintain = await asyncpg.connect(database.url_as("tapsite_maintain"))
    assert await do_all(maintain, upkeep_jobs(settings_module.load(config), keyring))
    await maintain.close()
    async with asyncpg.create_pool(database.url_as("tapsite_edge"), min_size=1, max_size=1) as pool:
        await Dispatcher(pool, [])._prune()
    left = {table: await conn.fetchval(f"SELECT count(*) FROM {table}") for table in old}
    assert left == dict.fromkeys(old, 1)


async def test_who_has_to_wait_leaves_no_row_for_each_name_they_think_of(
    conn: asyncpg.Connection, database: Database
) -> None:
    console = await asyncpg.connect(database.url_as("tapsite_console"))
    client, free = b"client", [20, 12]
    waits = [await admit_attempt(console, [b"account %d" % number, client], free, 900) for number in range(60)]
    await console.close()
    assert waits[:12] == [0.0] * 12
    assert min(waits[13:]) > 0
    assert await conn.fetchval("SELECT count(*) FROM console_attempts") <= 14


async def test_the_trail_tells_of_strangers_guesses_and_not_of_all(
    conn: asyncpg.Connection, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "NOTED_OF_STRANGERS", 5)
    visitor = await serve(console={"host": CONSOLE}, server={"trusted_proxies": ["127.0.0.1"]})
    ani = await make_owner(conn, visitor, "Ani")

    async def guess(email: str, number: int) -> None:
        answer = await Owner(visitor, None, email).post(
            "/sign-in",
            {"email": email, "password": "salah sekali"},
            **{"X-Forwarded-For": f"2001:db8:0:{number:x}::1"},
        )
        assert answer.status == 422

    for number in range(12):
        await guess(f"siapa{number}@example.com", number)
    for number in range(8):
        await guess(ani.email, 100 + number)
    trail = "SELECT count(*) FROM audit_logs WHERE action = 'sign_in_failed' AND user_id IS NOT DISTINCT FROM $1"
    assert 5 <= await conn.fetchval(trail, None) <= 8
    assert await conn.fetchval(trail, ani.id) == 8, "what is tried at an account its owner sees"


async def test_forms_that_nobody_has_leave_no_file_behind(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path
) -> None:
    site = await make_site(conn, subdomain="kopi")
    await conn.execute(
        "INSERT INTO form_templates (website_id, name, form_type, fields, settings) "
        "VALUES ($1, 'x', 'pesta', '[]', '{}')",
        site,
    )
    visitor = await serve()
    for path in ("contact", "newsletter", "pesta", *(f"tebak-{number}" for number in range(40))):
        expected = 404 if path.startswith("tebak") else 200
        assert (await visitor.get(HOST, f"/_forms/{path}")).status == expected
        if expected == 404:
            posted = await visitor.ask("POST", HOST, f"/_forms/{path}", data={"name": "x"})
            assert posted.status == 404
    known, folder = visitor.client.app[KNOWN], tmp_path / "var" / "known"  # type: ignore[attr-defined]
    await asyncio.to_thread(known._thread.submit(lambda: None).result)
    assert len(list(folder.iterdir())) == 4, "the site, and three forms"
    assert await known.forms(site, ["contact", "newsletter", "pesta"]) is not None
    # What is no form any more is not remembered as one.
    await conn.execute("DELETE FROM form_templates WHERE form_type = 'pesta'")
    assert (await visitor.get(HOST, "/_forms/pesta")).status == 404
    await asyncio.to_thread(known._thread.submit(lambda: None).result)
    assert await known.forms(site, ["pesta"]) is None


async def test_who_is_refused_leaves_no_row_for_each_text_and_no_client_floods_all_sites(
    conn: asyncpg.Connection, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        await make_site(conn, subdomain=f"toko{number}")
    visitor = await serve(server={"trusted_proxies": ["127.0.0.1"]}, forms={"client_limit": 3, "site_limit": 1_000})

    async def send_to(site: int, number: int, address: str) -> int:
        fields = {"name": "Sari", "whatsapp": "0813-5550-0101", "message": f"Selamat siang, {number} " * 5}
        answer = await visitor.ask(
            "POST", f"toko{site}.sites.test", "/_forms/contact", data=fields, headers={"X-Forwarded-For": address}
        )
        return answer.status

    assert [await send_to(0, number, "192.0.2.1") for number in range(5)] == [303] * 3 + [429] * 2
    before = await conn.fetchval("SELECT count(*) FROM form_rates")
    assert {await send_to(0, number, "192.0.2.1") for number in range(100, 120)} == {429}
    assert await conn.fetchval("SELECT count(*) FROM form_rates") == before
    # When its ten minutes are over it is as anybody, its texts as well.
    await conn.execute("UPDATE form_rates SET began = began - interval '20 minutes'")
    assert await send_to(0, 200, "192.0.2.1") == 303
    assert await conn.fetchval("SELECT count(*) FROM form_rates") == before + 4
    await conn.execute("DELETE FROM form_rates")
    monkeypatch.setattr(judging, "SITES_AT_ONCE", 2)
    statuses = [await send_to(number % 3, 300 + number, "192.0.2.9") for number in range(8)]
    assert statuses == [303] * 6 + [429] * 2
