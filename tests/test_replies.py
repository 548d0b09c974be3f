"""Who sends a lead is told that it has come: where the form asks for it, seldom, and in no word of a visitor's."""

import json
from uuid import UUID, uuid4

import asyncpg
import pytest

from renderer.forms.deliveries import queries
from renderer.outbox import Job, dispatcher
from renderer.outbox import queries as outbox
from tests.databases import Database
from tests.factories import make_site
from tests.mail_server import mail_server
from tests.serving import Serve
from tests.test_deliveries import deliver, make_lead, parts, site
from tests.test_forms import make_form

__all__ = ["site"]
SARI = "sari@example.org"


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "PAUSE", 3600.0)


async def test_who_gave_an_address_is_told_twice_a_day_at_most_and_nothing_that_was_typed(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    await conn.execute(
        "UPDATE websites SET generated_content = generated_content || jsonb_build_object('provenance', $1::jsonb)",
        json.dumps({"/site/contact": "owner"}),
    )
    other = await make_site(conn, subdomain="teh")
    for one in (site, other):
        await make_form(conn, one, form_type="contact", settings={"reply": True})
    advert = {"name": "Beli di iklan.example", "message": "Menang! https://iklan.example"}
    first = await make_lead(conn, site, submitter_name=advert["name"], submitter_email=SARI, data=advert)
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        await deliver(visitor, conn)
        (letter,) = [one for one in mail.letters if one["To"] == SARI]
        text, html = parts(letter)
        assert first.hex[:8].upper() in text
        assert first.hex[:8].upper() in letter["Subject"]
        assert letter["Reply-To"] == "halo@kopi.example.com"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert "iklan" not in f"{letter['Subject']}{text}{html}".lower()
        for one in (other, site, other):
            await make_lead(conn, one, submitter_email=SARI.upper())
            await deliver(visitor, conn)
        assert len([to for _, to in mail.envelopes if to[0].lower() == SARI]) == 2
        # The owners heard of each.
        assert len([one for one in mail.letters if "X-Tapsite-Lead" in one]) == 4
    assert await conn.fetchval("SELECT count(*) FROM outbox WHERE kind = 'lead_reply' AND state = 'done'") == 4


@pytest.mark.parametrize(
    ("said", "page", "text"),
    [
        ("Bayar ke BCA 123.\nTerima kasih!", "/", "Bayar ke BCA 123. Terima kasih!"),
        ({"id": "Bayar dulu.", "en": "Please pay."}, "/", "Bayar dulu."),
        ("x" * 5_000, "/", "x" * 600),
        ("<b>tebal</b>", "/", "<b>tebal</b>"),
    ],
    ids=["lines", "languages", "long", "markup"],
)
async def test_what_the_owner_says_besides_is_in_the_reply(
    conn: asyncpg.Connection, serve: Serve, site: UUID, said: object, page: str, text: str
) -> None:
    await make_form(conn, None, form_type="contact", settings={"reply_text": "Semua"})
    await make_form(conn, site, form_type="contact", settings={"reply": True, "reply_text": said})
    await make_lead(conn, site, submitter_email=SARI)
    async with mail_server() as mail:
        await deliver(await serve(mail=mail.settings), conn)
        (letter,) = [one for one in mail.letters if one["To"] == SARI]
    plain, html = parts(letter)
    assert f"\n\n{text}\n\n" in plain
    assert "<b>" not in html
    assert "Semua" not in plain


async def test_a_site_has_so_many_strangers_told_a_day(conn: asyncpg.Connection, serve: Serve, site: UUID) -> None:
    """Whoever sends the form with one address after the other mails nobody's list with it."""
    await conn.execute("UPDATE system_config SET value = '{\"reply\": 3}' WHERE key = 'letters_a_day'")
    other = await make_site(conn, subdomain="teh")
    for one in (site, other):
        await make_form(conn, one, form_type="contact", settings={"reply": True})
    for number in range(5):
        await make_lead(conn, site, submitter_email=f"korban{number}@example.org")
    await make_lead(conn, other, submitter_email=SARI)
    async with mail_server() as mail:
        visitor = await serve(mail=mail.settings)
        for _ in range(3):
            await deliver(visitor, conn)
        told = {letter["To"] for letter in mail.letters if "X-Tapsite-Lead" not in letter}
        assert len([to for to in told if to.startswith("korban")]) == 3
        assert SARI in told, "another site has letters of its own"
        leads = {letter["X-Tapsite-Lead"] for letter in mail.letters if "X-Tapsite-Lead" in letter}
        assert len(leads) == 6, "owners hear of each"


@pytest.mark.parametrize("said", ["[]", "{}", '{"reply": "x"}', "null", '{"reply": 1e400}'])
async def test_what_cannot_be_read_of_the_limit_counts_as_the_usual(
    conn: asyncpg.Connection, serve: Serve, site: UUID, said: str
) -> None:
    await conn.execute("UPDATE system_config SET value = $1::jsonb WHERE key = 'letters_a_day'", said)
    await make_form(conn, site, form_type="contact", settings={"reply": True})
    await make_lead(conn, site, submitter_email=SARI)
    async with mail_server() as mail:
        await deliver(await serve(mail=mail.settings), conn)
        assert [SARI] in [to for _, to in mail.envelopes]


async def test_nobody_is_told_unless_the_form_asks_for_it_or_of_spam(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    form = await make_form(conn, site, form_type="contact", settings={})
    # What is offered to all is nobody's wish.
    await make_form(conn, None, form_type="other", settings={"reply": True})
    await make_lead(conn, site, submitter_email=SARI)
    await make_lead(conn, site, form_type="other", submitter_email=SARI)
    for wish in ("[1]", '{"reply": false}', '{"reply": 7}', '{"reply": {"a": "true"}}'):
        await conn.execute("UPDATE form_templates SET settings = $2::jsonb WHERE id = $1", form, wish)
        await make_lead(conn, site, submitter_email=SARI)
    await conn.execute("UPDATE form_templates SET settings = $2::jsonb WHERE id = $1", form, '{"reply": true}')
    await make_lead(conn, site, submitter_email=None)
    spam = await make_lead(conn, site, submitter_email=SARI, status="spam")
    await conn.execute("UPDATE form_submissions SET status = 'new' WHERE id = $1", spam)
    assert await conn.fetchval("SELECT count(*) FROM outbox WHERE kind = 'lead_reply'") == 0
    late = await make_lead(conn, site, submitter_email=SARI)
    await conn.execute("UPDATE form_submissions SET status = 'spam' WHERE id = $1", late)
    async with mail_server() as mail:
        await deliver(await serve(mail=mail.settings), conn)
        assert not [to for _, to in mail.envelopes if SARI in to]


async def test_a_reply_is_read_by_its_site_alone_while_it_is_claimed(
    conn: asyncpg.Connection, database: Database, site: UUID
) -> None:
    stranger = await make_site(conn, subdomain="teh")
    await make_form(conn, site, form_type="contact", settings={"reply": True})
    lead = await make_lead(conn, site, submitter_email=SARI)
    edge = await asyncpg.connect(database.url_as("tapsite_edge"))
    try:
        job = await conn.fetchval("SELECT id FROM outbox WHERE kind = 'lead_reply'")
        mine, theirs = Job(job, site, None, 1), Job(job, stranger, None, 1)
        assert await queries.claimed_reply(edge, mine) is None
        assert len(await outbox.claim_jobs(edge, "lead_reply", lease=uuid4(), most=5, seconds=60)) == 1
        assert await queries.claimed_reply(edge, theirs) is None
        assert not await queries.may_reply(edge, theirs, b"x")
        found = await queries.claimed_reply(edge, mine)
        assert found is not None
        assert (found["id"], found["email"]) == (lead, SARI)
    finally:
        await edge.close()
