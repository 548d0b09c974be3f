"""A newsletter is subscribed to by whoever reads the mailbox, once, and left with one click."""

import re
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest

from renderer.forms.newsletter import queries
from renderer.outbox import dispatcher
from renderer.themes import Themes, draw_page, read_site
from tests.databases import Database
from tests.factories import make_site, make_user
from tests.judge import Page
from tests.mail_server import MailServer, mail_server
from tests.pages import NOW, source
from tests.serving import Serve
from tests.test_deliveries import agree, attempts, deliver, parts
from tests.test_forms import HOST, make_form, send
from tests.visitor import Visitor

BASE = "http://kopi.sites.test:8080"
FORM = "/_forms/newsletter"


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "PAUSE", 3600.0)


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    owner = await make_user(conn, subscription_tier="business")
    return await make_site(conn, subdomain="kopi", user_id=owner, title="Kopi Senja")


async def subscribe(visitor: Visitor, email: str = "Sari@Example.org", host: str = HOST) -> None:
    answer = await send(visitor, {"email": email}, host=host, path=FORM)
    assert answer.status == 303
    thanks = await visitor.get(host, answer.headers["Location"])
    assert "Satu langkah lagi" in thanks.text


def links(mail: MailServer) -> tuple[str, str]:
    """(path that confirms, path that leaves) of the newest letter."""
    text, html = parts(mail.letters[-1])
    found = re.findall(r"https?://\S+", text)
    assert all(link in html for link in found)
    confirm, leave = (urlsplit(link) for link in found)
    return f"{confirm.path}?{confirm.query}", f"{leave.path}?{leave.query}"


async def confirmed(conn: asyncpg.Connection) -> list[bool]:
    return [row[0] for row in await conn.fetch("SELECT confirmed_at IS NOT NULL FROM newsletter_subscribers")]


async def test_who_reads_the_mailbox_confirms_once_by_a_button_and_leaves_by_another(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        await subscribe(visitor)
        await mail.count(1)
        (letter,) = mail.letters
        assert (letter["To"], letter["Reply-To"]) == ("sari@example.org", None)
        assert letter["Subject"] == "Konfirmasi langganan kabar Kopi Senja"
        confirm, leave = links(mail)
        assert letter["List-Unsubscribe"] == f"<{BASE}{leave}>"
        assert f"\r\nList-Unsubscribe: <{BASE}{leave}>\r\n".encode() in mail.raw[0], "as a mail program finds it"
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        # A scanner follows links, and presses nothing.
        for _ in range(2):
            page = await visitor.get(HOST, confirm)
            assert (page.status, page.headers["Cache-Control"]) == (200, "private, no-store")
            assert Page(page.text, BASE).problems == []
            assert 'method="post"' in page.text
        assert await confirmed(conn) == [False]
        for _ in range(2):
            answer = await visitor.ask("POST", HOST, confirm)
            assert answer.status == 200
            assert "Anda sudah berlangganan" in answer.text
        assert await confirmed(conn) == [True]
        (one,) = await queries.subscribers(conn, site)
        assert one.email == "sari@example.org"
        # Asking again tells nobody that the address is known, and mails nothing.
        await subscribe(visitor, "SARI@example.org")
        await deliver(visitor, conn)
        assert len(mail.raw) == 1
        assert "Berhenti berlangganan" in (await visitor.get(HOST, leave)).text
        assert await confirmed(conn) == [True]
        one_click = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site"}
        for _ in range(2):
            gone = await visitor.ask("POST", HOST, leave, data=b"List-Unsubscribe=One-Click", headers=one_click)
            assert (gone.status, "tidak berlangganan lagi" in gone.text) == (200, True)
        assert await confirmed(conn) == []
        stale = await visitor.ask("POST", HOST, confirm)
        assert (stale.status, "tidak berlaku lagi" in stale.text) == (404, True)
        assert Page(stale.text, BASE).problems == []


@pytest.mark.parametrize("token", ["", "x", "a" * 6000, "IkFCQyI.x.y", "%00%ff"])
async def test_a_token_that_is_none_changes_nothing(visitor: Visitor, site: UUID, token: str) -> None:
    for path in ("confirm", "leave"):
        for method in ("GET", "POST"):
            assert (await visitor.ask(method, HOST, f"/_newsletter/{path}?t={token}")).status == 404


async def test_a_stranger_confirms_and_leaves_nothing_of_another_sites(
    conn: asyncpg.Connection, serve: Serve, database: Database, site: UUID
) -> None:
    other = await make_site(conn, subdomain="roti")
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        await subscribe(visitor)
        await mail.count(1)
        confirm, leave = links(mail)
        for link in (confirm, leave, confirm.replace("confirm", "leave"), leave.replace("leave", "confirm")):
            await visitor.ask("POST", "roti.sites.test", link)
        swapped = await visitor.ask("POST", HOST, leave.replace("leave", "confirm"))
        assert swapped.status == 404
        assert await confirmed(conn) == [False]
        assert await queries.subscribers(conn, other) == []
        row = await conn.fetchrow("SELECT id, nonce FROM newsletter_subscribers")
        edge = await asyncpg.connect(database.url_as("tapsite_edge"))
        try:
            assert await queries.confirm(edge, other, row["id"], row["nonce"]) is None
            assert await queries.confirm(edge, site, row["id"], UUID(int=1)) is None
            assert not await queries.leave(edge, other, row["id"])
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await queries.subscribers(edge, site)
        finally:
            await edge.close()
        assert await confirmed(conn) == [False]


async def test_nobodys_mailbox_is_flooded_across_sites(conn: asyncpg.Connection, serve: Serve, site: UUID) -> None:
    hosts = [HOST]
    for number in range(5):
        await make_site(conn, subdomain=f"lain{number}")
        hosts.append(f"lain{number}.sites.test")
    async with mail_server() as mail:
        mail.data = "451 Later"
        visitor = await serve(mail=mail.settings)
        for host in hosts:
            await subscribe(visitor, host=host)
        for _ in range(3):
            await deliver(visitor, conn)
        mail.data = "250 OK"
        await deliver(visitor, conn)
        assert len(mail.raw) == 3, "attempts of one question count once"
        await subscribe(visitor, "budi@example.org")
        await deliver(visitor, conn)
        assert len(mail.raw) == 4
    said = await conn.fetch("SELECT last_error FROM outbox WHERE last_error IS NOT NULL")
    assert {row[0] for row in said} == {"enough was mailed to this address, or for this site, today"}


def asked(mail: MailServer) -> set[str]:
    """Who was; an attempt that was cut off may come twice."""
    return {to for _, (to,) in mail.envelopes}


async def test_a_site_has_so_many_asked_a_day_and_the_others_later(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    await conn.execute("UPDATE system_config SET value = '{\"newsletter\": 2}' WHERE key = 'letters_a_day'")
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        for number in range(3):
            await subscribe(visitor, f"budi{number}@example.org")
        await deliver(visitor, conn)
        assert len(asked(mail)) == 2
        (waits,) = await conn.fetch("SELECT next_at > now() + interval '5 hours' AS late, last_error FROM outbox "
                                    "WHERE state = 'waiting'")  # fmt: skip
        assert (waits["late"], waits["last_error"]) == (True, "this site had enough mailed for strangers today")
        await conn.execute("UPDATE newsletter_mails SET sent_at = sent_at - interval '1 day'")
        await deliver(visitor, conn)
        assert len(asked(mail)) == 3


async def test_spam_is_not_asked_and_who_confirms_is_told_to_the_owner(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    await make_form(conn, site, form_type="newsletter", fields='[{"name": "surel", "type": "email", "label": "Surel"}]',
                    settings={"email_notifications": True, "notify_emails": "pemilik@example.org"})  # fmt: skip
    await agree(conn, site, "pemilik@example.org")
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        await conn.execute(
            "INSERT INTO form_submissions (website_id, form_type, submitter_email, data, status) "
            "VALUES ($1, 'newsletter', 'spam@example.org', '{}', 'spam')",
            site,
        )
        for email in ("x" * 300, "", None, "a@b", "\u0130" * 200):
            await conn.execute(
                "INSERT INTO form_submissions (website_id, form_type, submitter_email, data) "
                "VALUES ($1, 'newsletter', $2, '[1]')",
                site,
                email[:255] if email is not None else None,
            )
        await deliver(visitor, conn)
        assert mail.raw == []
        answer = await send(visitor, {"surel": "sari@example.org"}, path=FORM)
        assert answer.status == 303
        await deliver(visitor, conn)
        assert [to for _, to in mail.envelopes] == [["sari@example.org"]]
        await visitor.ask("POST", HOST, links(mail)[0])
        await deliver(visitor, conn)
        assert mail.envelopes[1][1] == ["pemilik@example.org"]
        assert "sari@example.org" in parts(mail.letters[1])[0]
    assert await attempts(conn) == [("email", "delivered", None)]


@pytest.mark.parametrize("section", [{"type": "newsletter"}, {"type": "form", "form": "newsletter"}])
def test_it_stands_on_a_page_as_a_section(themes: Themes, section: dict[str, Any]) -> None:
    import json

    content = {"pages": [{"path": "/", "sections": [{"id": "kabar", "title": "Kabar kami", **section}]}]}
    for theme in ("pilar", "spanduk", "bingkai", "etalase", "lembar"):
        site = read_site(themes, source(template_id=theme, generated_content=json.dumps(content)))
        drawn = draw_page(site, "/", [], NOW)
        assert drawn is not None
        page = Page(drawn.html)
        assert page.problems == []
        assert [one.get("action") for one in page.all("form")] == [FORM]
        typed = [one for one in page.all("input") if one.get("type") not in ("hidden", "checkbox")]
        assert "email" in {one.get("name") for one in typed}
        assert "Berlangganan" in page.text
