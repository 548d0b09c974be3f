"""A site that is sent very much tells its owner of it in few letters, and of every lead."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from renderer.forms import delivery_kinds
from renderer.forms.deliveries import gathered, queries
from renderer.keys import MAIL, POOL
from renderer.outbox import Dispatcher, Job, dispatcher
from renderer.outbox import queries as outbox
from tests.databases import Database
from tests.factories import make_site
from tests.mail_server import mail_server
from tests.serving import Serve
from tests.test_deliveries import OWNER, agree, attempts, flags, make_lead, parts, settled, site
from tests.test_forms import make_form
from tests.test_webhooks import ACCEPTED, confirm_number, heard, hook
from tests.visitor import Visitor

__all__ = ["site"]


@pytest.fixture(autouse=True)
async def _few(conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three an hour go one by one, and nothing by the clock."""
    monkeypatch.setattr(dispatcher, "PAUSE", 3600.0)
    await allow(conn, {"lead": 3})


async def allow(conn: asyncpg.Connection, said: object) -> None:
    await conn.execute("UPDATE system_config SET value = $1::jsonb WHERE key = 'letters_an_hour'", json.dumps(said))


async def work(visitor: Visitor, conn: asyncpg.Connection) -> None:
    app = visitor.client.app
    await Dispatcher(app[POOL], delivery_kinds(app)).deliver_due()
    await settled(conn)


async def gathering(conn: asyncpg.Connection, kind: str = "lead_email") -> list[asyncpg.Record]:
    """Those that wait together, the first first."""
    return await conn.fetch(
        "SELECT id, submission_id, lease, attempts, next_at FROM outbox "
        "WHERE kind = $1 AND state = 'waiting' AND payload ? 'gathered' ORDER BY next_at, id",
        kind,
    )


async def come_due(conn: asyncpg.Connection) -> None:
    """The ten minutes are over: the first is due, and takes the others along."""
    await conn.execute(
        "UPDATE outbox SET next_at = now() WHERE id IN ("
        "SELECT DISTINCT ON (website_id, kind) id FROM outbox WHERE state = 'waiting' AND lease IS NULL "
        "ORDER BY website_id, kind, next_at, id)"
    )


async def test_beyond_so_many_an_hour_one_letter_tells_of_all_that_came(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings, console={"host": "ruang.test"})
        leads = [
            await make_lead(conn, site, submitter_name=f"Sari {n}", data={"name": f"Sari {n}", "message": f"<i>{n}"})
            for n in range(10)
        ]
        first, *others = await gathering(conn)
        assert len(others) == 6
        now = datetime.now(UTC)
        assert now < first["next_at"] <= now + timedelta(minutes=10)
        assert {one["next_at"] - first["next_at"] for one in others} == {timedelta(minutes=1)}
        await work(visitor, conn)
        assert len(mail.raw) == 3, "one by one, and the others wait"
        await come_due(conn)
        await work(visitor, conn)
        (letter,) = mail.letters[3:]
        assert letter["Subject"] == "7 pesan baru – Kopi Senja"
        assert (letter["To"], letter["Reply-To"]) == (OWNER, None)
        text, html = parts(letter)
        for number, lead in enumerate(leads[3:], start=3):
            assert f"Nama: Sari {number}\n" in text
            assert f"Pesan: <i>{number}" in text
            assert f"&lt;i&gt;{number}" in html
            assert lead.hex[:8].upper() in text
        assert text.count("https://wa.me/6281355500101") == 7
        assert text.rstrip().endswith(f"/sites/{site}/leads")
        assert "<i>" not in html
        assert [(await flags(conn, lead))[0] for lead in leads] == [True] * 10
        assert await attempts(conn) == [("email", "delivered", None)] * 10
        assert await gathering(conn) == []
        await work(visitor, conn)
        assert len(mail.raw) == 4


async def test_a_mail_server_that_is_away_keeps_them_together(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        for _ in range(8):
            await make_lead(conn, site)
        await work(visitor, conn)
        mail.data = "451 later"
        await come_due(conn)
        await work(visitor, conn)
        first, *others = sorted(await gathering(conn), key=lambda one: -one["attempts"])
        assert (first["lease"], first["attempts"]) == (None, 1)
        assert {(one["lease"], one["attempts"]) for one in others} == {(None, 0)}
        mail.data = "250 OK"
        await come_due(conn)
        await work(visitor, conn)
        assert [one["Subject"] for one in mail.letters[3:]] == ["5 pesan baru – Kopi Senja"]
        # Refused for good, all of them are given up at once, and the owner is told of that once.
        for _ in range(4):
            await make_lead(conn, site)
        mail.data = "554 no"
        await come_due(conn)
        await work(visitor, conn)
    assert await gathering(conn) == []
    assert await conn.fetchval("SELECT count(*) FROM outbox WHERE kind = 'lead_email' AND state = 'failed'") == 4
    assert await conn.fetchval("SELECT count(*) FROM outbox WHERE kind = 'lead_alert'") == 1


async def test_each_form_has_its_own_letter_and_spam_is_in_none(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    other = await make_site(conn, subdomain="teh")
    await make_form(conn, site, form_type="order", settings={"notify_emails": ["dapur@example.org"]})
    await agree(conn, site, "dapur@example.org")
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        for one in (site, other):
            for number in range(4):
                await make_lead(conn, one, submitter_name=f"{number}")
        spam = await make_lead(conn, site, submitter_name="iklan")
        for _ in range(2):
            await make_lead(conn, site)
            await make_lead(conn, site, form_type="order")
        await conn.execute("UPDATE form_submissions SET status = 'spam' WHERE id = $1", spam)
        await work(visitor, conn)
        before = len(mail.raw)
        for _ in range(6):
            await come_due(conn)
            await work(visitor, conn)
        told = [(one["To"], one["Subject"]) for one in mail.letters[before:]]
        owner = await conn.fetchval(
            "SELECT u.email FROM users u JOIN websites w ON w.user_id = u.id WHERE w.id = $1", other
        )
        assert (OWNER, "3 pesan baru – Kopi Senja") in told
        assert ("dapur@example.org", "2 pesan baru – Kopi Senja") in told
        assert any(to == owner for to, _ in told)
        assert len(told) == 3
        assert not any("iklan" in parts(one)[0] for one in mail.letters[before:])
    assert await conn.fetchval("SELECT count(*) FROM outbox WHERE state = 'waiting'") == 0


async def test_of_very_many_some_are_listed_and_the_others_counted(
    conn: asyncpg.Connection, serve: Serve, site: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathered, "MOST_LISTED", 3)
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        for _ in range(12):
            await make_lead(conn, site)
        await come_due(conn)
        await work(visitor, conn)
        while await gathering(conn):
            await come_due(conn)
            await work(visitor, conn)
        (letter,) = [one for one in mail.letters if "X-Tapsite-Leads" in one]
        text, _ = parts(letter)
        assert letter["X-Tapsite-Leads"] == "9"
        assert text.count("Nama: Sari") == 3
        assert "Dan 6 lagi" in text
    assert await conn.fetchval("SELECT bool_and(email_notified) FROM form_submissions")


async def test_whatsapp_is_told_of_many_in_one_message_and_webhooks_of_each(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path
) -> None:
    async with hook(conn, serve, tmp_path, ACCEPTED, whatsapp_to="+6281355500102") as (visitor, made, site):
        await confirm_number(conn, site, "+6281355500102")
        leads = [await make_lead(conn, site, submitter_name=f"Sari {n}") for n in range(6)]
        while await conn.fetchval("SELECT count(*) FROM outbox WHERE state = 'waiting'"):
            await come_due(conn)
            await work(visitor, conn)
        paths = [heard(one)[0].split()[1] for one in made.heard]
        assert sum("/hook" in one for one in paths) == 6
        told = [json.loads(heard(one)[2]) for one in made.heard if "/messages" in heard(one)[0]]
        texts = [[one["text"] for one in each["template"]["components"][0]["parameters"]] for each in told]
        assert len(texts) == 4
        assert ["3 pesan baru", "–"] in [one[:2] for one in texts]
        assert [(await flags(conn, lead))[1:] for lead in leads] == [(True, True)] * 6


async def test_who_is_told_to_stop_gives_all_of_them_back(conn: asyncpg.Connection, serve: Serve, site: UUID) -> None:
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        for _ in range(7):
            await make_lead(conn, site)
        await work(visitor, conn)
        mail.data_seconds = 3_600.0
        await come_due(conn)
        app = visitor.client.app
        stopped = asyncio.create_task(Dispatcher(app[POOL], delivery_kinds(app)).deliver_due())
        async with asyncio.timeout(30):
            await mail.count(4)
        stopped.cancel()
        await asyncio.gather(stopped, return_exceptions=True)
        assert {(one["lease"], one["attempts"]) for one in await gathering(conn)} == {(None, 0)}
        mail.data_seconds = 0.0
        await come_due(conn)
        await work(visitor, conn)
        assert mail.letters[-1]["Subject"] == "4 pesan baru – Kopi Senja"
    assert app[MAIL].is_set
    assert await gathering(conn) == []


@pytest.mark.parametrize(
    ("said", "gathers"),
    [
        ({"lead": 2000}, 0),
        ({"lead": 1000}, 0),
        ({"lead": 0}, 35),
        ({"lead": -5}, 35),
        ({"lead": 1e300}, 0),
        ({"lead": "x"}, 5),
        ({}, 5),
        ([], 5),
        (None, 5),
    ],
    ids=str,
)
async def test_what_cannot_be_read_of_the_limit_counts_as_the_usual(
    conn: asyncpg.Connection, site: UUID, said: object, gathers: int
) -> None:
    await allow(conn, said)
    for _ in range(35):
        await make_lead(conn, site)
    assert len(await gathering(conn)) == gathers


async def test_leads_of_long_ago_spam_and_other_sites_leads_count_for_nothing(
    conn: asyncpg.Connection, site: UUID
) -> None:
    other = await make_site(conn, subdomain="teh")
    for _ in range(5):
        await make_lead(conn, site, status="spam")
        await make_lead(conn, site, created_at=datetime.now(UTC) - timedelta(hours=2))
        await make_lead(conn, other, status="spam")
    for _ in range(3):
        await make_lead(conn, site)
    assert await gathering(conn) == []
    await make_lead(conn, site)
    assert len(await gathering(conn)) == 1


async def test_jobs_are_gathered_for_a_claimed_one_of_their_own_site_alone(
    conn: asyncpg.Connection, database: Database, site: UUID
) -> None:
    stranger = await make_site(conn, subdomain="asing")
    for one in (site, stranger):
        for _ in range(6):
            await make_lead(conn, one)
    await conn.execute("UPDATE outbox SET state = 'done' WHERE NOT payload ? 'gathered'")
    await come_due(conn)
    edge = await asyncpg.connect(database.url_as("tapsite_edge"))
    try:
        lease = uuid4()
        claimed = await outbox.claim_jobs(edge, "lead_email", lease=lease, most=4, seconds=60)
        (leading,) = [one for one in claimed if one.website_id == site]
        theirs = Job(leading.id, stranger, None, 1)
        unclaimed = Job((await gathering(conn))[-1]["id"], stranger, None, 1)
        for one in (theirs, unclaimed):
            assert await queries.gather_jobs(edge, one, 10) == []
        found = await queries.gather_jobs(edge, leading, 10)
        assert len(found) == 2
        await queries.settle_gathered(edge, theirs, found, dispatcher.skipped("x"))
        assert await conn.fetchval("SELECT count(*) FROM outbox WHERE id = ANY($1) AND lease = $2", found, lease) == 2
        ids = [one["id"] for one in await gathering(conn)]
        await queries.settle_gathered(edge, leading, ids, dispatcher.skipped("x"))
        left = await conn.fetch("SELECT website_id FROM outbox WHERE state = 'waiting' AND payload ? 'gathered'")
        assert sorted(row["website_id"] == site for row in left) == [False, False, False, True]
    finally:
        await edge.close()
