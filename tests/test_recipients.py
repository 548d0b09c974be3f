"""Leads are mailed to nobody but the owner who has not agreed to it."""

import re
from uuid import UUID

import asyncpg
import pytest

from renderer.outbox import dispatcher
from tests.factories import make_site, make_user
from tests.judge import Page
from tests.mail_server import MailServer, mail_server
from tests.serving import Serve
from tests.test_deliveries import OWNER, attempts, deliver, make_lead, parts
from tests.test_forms import HOST, make_form

BASE = "http://kopi.sites.test:8080"
OTHER = "Kasir@example.org"
SETTINGS = {"notify_emails": [OTHER]}


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "PAUSE", 3600.0)


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    owner = await make_user(conn, email=OWNER, subscription_tier="business")
    site = await make_site(conn, subdomain="kopi", user_id=owner, title="Kopi Senja")
    await make_form(conn, site, form_type="contact", settings=SETTINGS)
    return site


def link(mail: MailServer) -> str:
    """Path of the newest question."""
    letter = [one for one in mail.letters if "X-Tapsite-Lead" not in one][-1]
    text, html = parts(letter)
    (found,) = re.findall(r"https?://\S+", text)
    assert found in html
    assert found.startswith(BASE)
    return str(found.removeprefix(BASE))


def to(mail: MailServer) -> list[tuple[str, list[str]]]:
    """What went to whom: leads and questions."""
    kinds = ["lead" if "X-Tapsite-Lead" in one else "question" for one in mail.letters]
    return list(zip(kinds, (rcpt for _, rcpt in mail.envelopes), strict=True))


async def test_an_address_gets_leads_once_somebody_there_pressed_the_button(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        for _ in range(2):
            await make_lead(conn, site)
            await deliver(visitor, conn)
            await deliver(visitor, conn)
        lead, question = ("lead", [OWNER]), ("question", ["kasir@example.org"])
        assert sorted(to(mail)) == sorted([lead, question, lead]), "asked once, and nothing is lost meanwhile"
        assert {said for *_, said in await attempts(conn)} == {f"not sent to {OTHER}, where nobody has agreed yet"}
        for _ in range(2):
            page = await visitor.get(HOST, link(mail))
            assert (page.status, page.headers["Cache-Control"]) == (200, "private, no-store")
            assert Page(page.text, BASE).problems == []
        await make_lead(conn, site)
        await deliver(visitor, conn)
        assert to(mail)[-1] == lead, "whoever follows links has not agreed"
        for _ in range(2):
            answer = await visitor.ask("POST", HOST, link(mail))
            assert (answer.status, "dikirim juga ke alamat Anda" in answer.text) == (200, True)
        await make_lead(conn, site)
        await deliver(visitor, conn)
        assert to(mail)[-1] == ("lead", [OTHER])
        # In other hands, nobody has agreed to anything.
        await conn.execute("UPDATE websites SET user_id = $1", await make_user(conn, email="baru@example.org"))
        assert (await visitor.ask("POST", HOST, link(mail))).status == 404
        await make_lead(conn, site)
        await deliver(visitor, conn)
        await deliver(visitor, conn)
        assert sorted(to(mail)[-2:]) == [("lead", ["baru@example.org"]), question]


async def test_a_link_is_for_one_site_and_holds_only_as_it_was_mailed(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    stranger = await make_site(conn, subdomain="roti")
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        await make_lead(conn, site)
        await deliver(visitor, conn)
        await deliver(visitor, conn)
        path = link(mail)
    for host, wrong in (
        ("roti.sites.test", path),
        (HOST, path[:-2]),
        (HOST, path.partition("?")[0]),
        (HOST, f"{path}x"),
    ):
        for method in ("GET", "POST"):
            answer = await visitor.ask(method, host, wrong)
            assert (answer.status, "tidak berlaku lagi" in answer.text) == (404, True)
    for wrong in ("?t=%00", "?t=" + "a" * 5_000, "?t=é"):
        assert (await visitor.get(HOST, path.partition("?")[0] + wrong)).status in (400, 404)
    assert await conn.fetchval("SELECT count(*) FROM lead_recipients WHERE confirmed_at IS NOT NULL") == 0
    await conn.execute("UPDATE outbox SET state = 'waiting', lease = gen_random_uuid()")
    for job in await conn.fetch("SELECT id FROM outbox"):
        assert await conn.fetchval("SELECT claimed_recipients($1, $2, '{a@b.id}')", stranger, job["id"]) == []
        assert await conn.fetch("SELECT * FROM claimed_recipient($1, $2)", stranger, job["id"]) == []


async def test_nobody_is_asked_often(conn: asyncpg.Connection, serve: Serve, site: UUID) -> None:
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)

        async def lead_after(days: int) -> int:
            await conn.execute(f"UPDATE lead_recipients SET asked_at = asked_at - interval '{days} days'")
            await conn.execute(f"UPDATE newsletter_mails SET sent_at = sent_at - interval '{days} days'")
            before = len(mail.raw)
            await make_lead(conn, site)
            await deliver(visitor, conn)
            await deliver(visitor, conn)
            return len(mail.raw) - before - 1

        assert [await lead_after(days) for days in (0, 6, 1, 8, 8, 8)] == [1, 0, 1, 1, 0, 0]
        # However many addresses a form names in a day, on however many sites.
        for number in range(4):
            names = [f"a{number}-{n}@example.org" for n in range(5)]
            await conn.execute(
                "UPDATE form_templates SET settings = jsonb_build_object('notify_emails', $1::text[])", names
            )
            await lead_after(0)
        asked = await conn.fetchval("SELECT count(*) FROM lead_recipients WHERE asked_at > now() - interval '1 day'")
        assert asked == 10


async def test_the_owners_own_address_need_not_be_asked(conn: asyncpg.Connection, serve: Serve, site: UUID) -> None:
    await conn.execute(
        "UPDATE form_templates SET settings = jsonb_build_object('notify_emails', $1::text)", OWNER.upper()
    )
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        await make_lead(conn, site)
        await deliver(visitor, conn)
        assert [kind for kind, _ in to(mail)] == ["lead"]
    assert await conn.fetchval("SELECT count(*) FROM lead_recipients") == 0
