"""Akismet, asked of each lead by a real call: delivered without spam, never without a lead."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import asyncpg
import pytest
from aiohttp import web

from renderer.forms.deliveries import akismet, log
from renderer.keys import OUTBOUND
from renderer.outbound import Answer, OutboundClient
from renderer.outbox import dispatcher
from tests.databases import Database
from tests.factories import make_site, make_user
from tests.mail_server import MailServer, mail_server
from tests.receivers import LOCAL, NAME, Receiver, certificate, receiver
from tests.serving import Serve
from tests.test_deliveries import OWNER, attempts, deliver, make_lead, settled
from tests.test_forms import GOOD, HOST, make_form, send
from tests.visitor import Visitor

HELD = "SELECT count(*) FROM outbox WHERE kind = 'lead_email' AND state = 'waiting' AND next_at > now()"


def said(body: str, *headers: str, status: str = "200 OK") -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", body)
    return "\r\n".join(lines).encode()


HAM, SPAM = said("false"), said("true")
BLATANT = said("true", "X-akismet-pro-tip: discard")
INVALID = said("invalid", "X-akismet-debug-help: Empty 'api_key' value")
THANKS = said("Thanks for making the web a better place.")


@dataclass
class Bench:
    visitor: Visitor
    service: Receiver
    mail: MailServer
    conn: asyncpg.Connection
    site: UUID
    answer: bytes = HAM

    async def send(self, **fields: str) -> None:
        assert (await send(self.visitor, {**GOOD, **fields})).status == 303

    async def lead(self) -> asyncpg.Record:
        row = await self.conn.fetchrow("SELECT * FROM form_submissions ORDER BY created_at DESC LIMIT 1")
        assert row is not None
        return row

    async def about(self) -> dict[str, Any]:
        return dict(json.loads((await self.lead())["data"])["_about"])

    async def until(self, verdict: str) -> None:
        async with asyncio.timeout(60):
            while (await self.about())["akismet"] != verdict:
                await asyncio.sleep(0.02)
        await settled(self.conn)

    async def decide(self, status: str) -> None:
        """As the console does it, for its owner."""
        async with self.conn.transaction():
            await self.conn.execute(
                "SELECT set_config('app.user_id', (SELECT user_id::text FROM websites WHERE id = $1), true)", self.site
            )
            await self.conn.execute(
                "UPDATE form_submissions SET status = $1 WHERE id = $2", status, (await self.lead())["id"]
            )

    def calls(self) -> list[tuple[str, dict[str, str]]]:
        found = []
        for raw in self.service.heard:
            head, _, body = raw.partition(b"\r\n\r\n")
            found.append((head.split()[1].decode(), {name: one for name, (one,) in parse_qs(body.decode()).items()}))
        return found


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "PAUSE", 3600.0)


@asynccontextmanager
async def bench(conn: asyncpg.Connection, serve: Serve, tmp_path: Path, **settings: Any) -> AsyncIterator[Bench]:
    theirs, ours = certificate(tmp_path)

    async def answer(writer: asyncio.StreamWriter) -> None:
        if made.answer == b"slow":
            await asyncio.sleep(5)
        writer.write(made.answer)

    async with receiver(answer, theirs) as service, mail_server() as mail:
        client = OutboundClient(
            permitted=frozenset({LOCAL}), ports=frozenset({service.port}), tls=ours, lookup=lambda _: [LOCAL]
        )

        def give(app: web.Application) -> None:
            app[OUTBOUND] = client

        owner = await make_user(conn, email=OWNER, subscription_tier="business")
        site = await make_site(conn, subdomain="kopi", user_id=owner, config={"privacy": {"retention_days": 90}})
        account = {"key": "k3y", "endpoint": f"https://{NAME}:{service.port}", **settings}
        made = Bench(await serve(give, mail=mail.settings, akismet=account), service, mail, conn, site)
        yield made


async def test_what_is_no_spam_is_delivered_at_once_and_what_is_sent_is_what_the_privacy_page_says(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path
) -> None:
    async with bench(conn, serve, tmp_path) as made:
        await made.send(email="sari@example.org", _page="/")
        await made.mail.count(1)
        assert (await made.about())["akismet"] == "ham"
        ((path, fields),) = made.calls()
        assert path == "/1.1/comment-check"
        assert fields.pop("comment_date_gmt").endswith("+00:00")
        assert fields.pop("user_agent")
        assert fields == {
            "api_key": "k3y",
            "blog": f"http://{HOST}:8080",
            "user_ip": "127.0.0.1",
            "permalink": f"http://{HOST}:8080/",
            "comment_type": "contact-form",
            "comment_author": GOOD["name"],
            "comment_author_email": "sari@example.org",
            "comment_content": "Halo,\nmasih buka?",
            "blog_lang": "id",
            "blog_charset": "UTF-8",
        }
        page = (await made.visitor.get(HOST, "/privasi")).text
        assert "Akismet (Automattic Inc., Amerika Serikat)" in page
    quiet = await serve()
    assert "Akismet" not in (await quiet.get(HOST, "/privasi")).text


async def test_spam_is_kept_and_not_delivered_and_its_owner_has_the_last_word(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path
) -> None:
    async with bench(conn, serve, tmp_path) as made:
        for made.answer, verdict in ((SPAM, "spam"), (BLATANT, "blatant")):
            await made.send(message=f"Beli sekarang, {verdict}")
            await made.until(verdict)
            about = await made.about()
            assert ((await made.lead())["status"], about["spam"]) == ("spam", {"reasons": ["akismet"]})
        await deliver(made.visitor, conn)
        assert made.mail.raw == []
        assert {(outcome, why) for _, outcome, why in await attempts(conn)} == {("skipped", "it was marked as spam")}
        change = await conn.fetchrow("SELECT was, became, user_id FROM lead_changes ORDER BY id DESC LIMIT 1")
        assert tuple(change or ()) == ("new", "spam", None)
        # Not spam: delivered now, whatever Akismet says, which is told so once.
        made.answer = THANKS
        for status in ("new", "spam", "new"):
            await made.decide(status)
        assert await conn.fetchval("SELECT count(*) FROM outbox WHERE kind = 'lead_report'") == 1
        await deliver(made.visitor, conn)
        await made.mail.count(1)
        assert [path for path, _ in made.calls()[2:]] == ["/1.1/submit-ham"]
        await made.decide("spam")
        await deliver(made.visitor, conn)
        path, fields = made.calls()[-1]
        assert (path, fields["comment_content"]) == ("/1.1/submit-spam", "Beli sekarang, blatant")
        # Another program's word is not the owner's.
        await conn.execute("UPDATE form_submissions SET status = 'new'")
        await deliver(made.visitor, conn)
        assert len(made.calls()) == 4


async def test_a_lead_is_delivered_whatever_akismet_does(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(akismet, "SECONDS", 0.5)
    async with bench(conn, serve, tmp_path) as made:
        # Refused for good: nothing waits for a verdict that will not come.
        made.answer = INVALID
        await made.send(message="satu")
        await made.mail.count(1)
        assert (await made.about())["akismet"] == "silent"
        assert "akismet.key" in await conn.fetchval("SELECT last_error FROM outbox WHERE kind = 'lead_check'")
        # Down, slow, no HTTP: held for some seconds, and delivered then.
        for number, made.answer in enumerate((said("", status="503 Away"), b"slow", b"what?\r\n\r\n", b"")):
            await made.send(message=f"lagi {number}")
            await settled(conn)
            await asyncio.sleep(0.1)
            await settled(conn)
            assert await conn.fetchval(HELD) == 1
            # Its owner sees what is to be delivered, and no channel of Akismet's.
            _, coming = await log.deliveries_of_lead(conn, made.site, (await made.lead())["id"])
            assert [one.channel for one in coming] == ["email"]
            wait = await conn.fetchval(
                "SELECT extract(epoch FROM next_at - now()) FROM outbox WHERE kind = 'lead_email' AND state = 'waiting'"
            )
            assert 0 < wait <= 15
            await deliver(made.visitor, conn)
            await made.mail.count(number + 2)
            await conn.execute("DELETE FROM outbox WHERE kind = 'lead_check'")
        # A verdict that comes too late changes nothing.
        made.answer = said("", status="503 Away")
        await made.send(message="terlambat")
        await settled(conn)
        await conn.execute("UPDATE form_submissions SET email_notified = true")
        made.answer = SPAM
        await deliver(made.visitor, conn)
        assert ((await made.lead())["status"], (await made.about())["akismet"]) == ("new", "spam")


async def test_nobody_is_asked_about_what_is_spam_already_or_another_programs_or_without_a_key(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path
) -> None:
    async with bench(conn, serve, tmp_path) as made:
        await made.send(message="<a href=x>[url=y] http://a http://b http://c http://d http://e http://f", _extra="bot")
        assert (await made.lead())["status"] == "spam"
        await make_lead(conn, made.site)
        await make_form(conn, made.site, form_type="newsletter", fields="[]")
        asked = await send(made.visitor, {"email": "a@example.org"}, path="/_forms/newsletter")
        assert asked.status in (303, 422)
        await deliver(made.visitor, conn)
        assert made.calls() == []
        # The key is gone: what was to be asked is delivered.
        await made.visitor.client.close()
        lead = await make_lead(conn, made.site, data={"name": "Sari", "_about": {"akismet": "asked"}})
        await conn.execute("DELETE FROM outbox WHERE kind = 'lead_email' AND submission_id <> $1", lead)
        assert await conn.fetchval(HELD) == 1
        visitor = await serve(mail=made.mail.settings)
        before = len(made.mail.raw)
        await deliver(visitor, conn)
        await made.mail.count(before + 1)
        told = await conn.fetchval(
            "SELECT last_error FROM outbox WHERE kind = 'lead_check' AND submission_id = $1", lead
        )
        assert told == "akismet.key is not set"


async def test_senders_are_read_while_a_job_is_claimed_and_by_no_other_tenants_name(
    conn: asyncpg.Connection, database: Database, tmp_path: Path
) -> None:
    site, stranger = await make_site(conn, subdomain="kopi"), await make_site(conn)
    lead = await make_lead(conn, site, data={"_about": {"akismet": "asked"}}, ip_address="192.0.2.1")
    checks = await conn.fetch("SELECT id, kind FROM outbox ORDER BY kind")
    jobs = {row["kind"]: row["id"] for row in checks}
    edge = await asyncpg.connect(database.url_as("tapsite_edge"))
    try:
        ask, note = "SELECT address FROM claimed_sender($1, $2)", "SELECT note_verdict($1, $2, 'spam')"
        assert await edge.fetchval(ask, site, jobs["lead_check"]) is None
        assert await edge.fetchval(note, site, jobs["lead_check"]) is False
        await conn.execute("UPDATE outbox SET lease = gen_random_uuid()")
        for wrong in ((stranger, jobs["lead_check"]), (site, jobs["lead_email"])):
            assert await edge.fetchval(ask, *wrong) is None
            assert await edge.fetchval(note, *wrong) is False
        assert await edge.fetchval(ask, site, jobs["lead_check"]) == "192.0.2.1"
        # While a delivery is under way it is too late to call it spam.
        assert await edge.fetchval(note, site, jobs["lead_check"]) is False
        row = await conn.fetchrow("SELECT status, data FROM form_submissions WHERE id = $1", lead)
        assert row is not None
        assert (row["status"], json.loads(row["data"])) == ("new", {"_about": {"akismet": "spam"}})
        # What was noted once stays.
        await edge.fetchval("SELECT note_verdict($1, $2, 'silent')", site, jobs["lead_check"])
        assert json.loads(await conn.fetchval("SELECT data FROM form_submissions"))["_about"] == {"akismet": "spam"}
    finally:
        await edge.close()


def test_answers_are_judged_as_documented() -> None:
    def judged(status: int, body: bytes, **headers: str) -> tuple[str, str]:
        verdict, outcome = akismet.judge(Answer(status, None, body, headers))
        return verdict, outcome.state

    assert judged(200, b"true") == ("spam", "done")
    assert judged(200, b"false\n") == ("ham", "done")
    assert judged(200, b"true", **{"X-akismet-pro-tip": "Discard"}) == ("blatant", "done")
    assert judged(200, b"false", **{"X-akismet-pro-tip": "discard"}) == ("ham", "done")
    for status, body in ((200, b"invalid"), (200, b""), (200, b"<html>true"), (403, b"true"), (301, b"")):
        assert judged(status, body) in {("silent", "failed"), ("silent", "waiting")}
    for status in (429, 500, 503, 408):
        assert judged(status, b"true") == ("silent", "waiting")
