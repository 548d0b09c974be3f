"""Rows of forms, leads and jobs that other programs wrote: whatever they hold, visitors and owners get their pages."""

import json
from typing import Any

import asyncpg
import pytest

from renderer.forms import delivery_kinds
from renderer.keys import POOL
from renderer.outbox import Dispatcher, dispatcher
from tests.mail_server import mail_server
from tests.owners import HOST, MARK, Owner, furnish, make_owner
from tests.serving import Serve
from tests.test_deliveries import settled
from tests.test_forms import GOOD, make_form, send

DEEP = "[" * 2_500 + "]" * 2_500
DEEP_OBJECT = '{"a":' * 2_500 + "1" + "}" * 2_500
ODD_TEXT = "\u202e\ufffe\U0001f468\u200d\U0001f469\x1b\x7f \ue000 e\u0301" * 20
ROWS = [
    *('"text"', "7", "true", "null", "[]", "{}", "[[]]", "[null, 1, true, \"x\", {}, []]", "1e5000", DEEP, DEEP_OBJECT),
    json.dumps([{"name": "x" * 300_000, "label": "y" * 300_000, "type": "text"}]),
    json.dumps([{"name": one, "label": one, "type": one} for one in (None, 7, True, [], {}, ODD_TEXT, "__proto__")]),
    json.dumps([{"name": "a", "type": kind, "options": odd, "min": odd, "max": odd, "pattern": odd, "items": odd,
                 "when": odd, "label": odd, "help": odd, "required": odd, "accept": odd}
                for kind in ("products", "select", "date", "rating", "file", "consent", "hidden", "money")
                for odd in (None, -1e300, "(((((", [[[]]], {"a": {"b": []}}, ODD_TEXT)]),
    json.dumps({key: odd for odd in (7, [{}], {"a": None}, ODD_TEXT) for key in (
        "notify_emails", "webhook_url", "whatsapp_to", "email_subject", "reply", "title", "thanks", "next", "button",
        "email_notifications", "whatsapp_notifications", "name", "message", "_about", "pesanan", "files")}),
    json.dumps({"notify_emails": [None, 7, {}, "a@b", ODD_TEXT, "x\r\nBcc: y@example.com"] * 50,
                "webhook_url": "http://[::1", "whatsapp_to": ["+62"], "email_subject": ["\r\nBcc: x"], "next": "//x"}),
    json.dumps({"pesanan": {"lines": [{"label": ODD_TEXT, "quantity": 10**30, "amount": -(10**30)}], "total": 10**40},
                "uang": {"amount": 10**300, "currency": "IDR"},
                "foto": [{"sha256": "../..", "name": ODD_TEXT, "size": -1}],
                "setuju": {"given": True, "wording": [1]}, "message": ["a", {"b": [None]}], "name": {"first": "x"},
                "_about": {"spam": {"reasons": [7, None], "score": "x"}, "page": ["/"], "akismet": {}, "encoding": 7,
                           "language": ["id"], "form": {"x": 1}}}),
    json.dumps({ODD_TEXT: ODD_TEXT, "": "", "\n": "\n", "x" * 5_000: "y" * 100_000}),
    json.dumps({f"q{number}": "z" * 500 for number in range(2_000)}),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "PAUSE", 3600.0)


async def furnished(serve: Serve, conn: asyncpg.Connection, **sections: Any) -> tuple[Owner, str]:
    owner = await furnish(conn, await make_owner(conn, await serve(console={"host": HOST}, **sections), "Ani"), MARK)
    await owner.sign_in()
    host = await conn.fetchval("SELECT subdomain FROM websites WHERE id = $1", owner.site_id)
    return owner, f"{host}.sites.test"


async def test_no_definition_of_a_form_breaks_a_page_of_it(serve: Serve, conn: asyncpg.Connection) -> None:
    owner, host = await furnished(serve, conn)
    assert owner.site_id is not None
    found: dict[tuple[str, int], int] = {}
    for number, row in enumerate(ROWS):
        await conn.execute("DELETE FROM form_templates WHERE website_id = $1", owner.site_id)
        for key, fields, settings in (("contact", row, "{}"), ("order", "[]", row), ("x", row, row)):
            await make_form(conn, owner.site_id, form_type=key, fields=fields, settings=settings)
            for answer in (
                await owner.visitor.get(host, f"/_forms/{key}"),
                await owner.visitor.get(host, f"/_forms/{key}/thanks"),
                await send(owner.visitor, host=host, path=f"/_forms/{key}", fields={**GOOD, "a": str(number)}),
                await send(owner.visitor, {}, host=host, path=f"/_forms/{key}"),
            ):
                found[key, number] = max(found.get((key, number), 0), answer.status)
        for path in ("leads/forms", "leads/forms/contact", "leads/forms/x", "leads", "leads/table.csv"):
            found[path, number] = (await owner.get(f"/sites/{owner.site_id}/{path}")).status
    assert {where: status for where, status in found.items() if status >= 500} == {}


async def test_no_lead_of_another_program_breaks_its_owners_pages_or_its_letter(
    serve: Serve, conn: asyncpg.Connection
) -> None:
    async with mail_server() as mail:
        owner, _ = await furnished(serve, conn, mail=mail.settings)
        app = owner.visitor.client.app
        await conn.execute("DELETE FROM form_submissions")
        leads = []
        for number, row in enumerate(ROWS):
            odd = (None, "", ODD_TEXT[:100], "=1+1", "\r\nBcc: x@example.com")[number % 5]
            leads.append(
                await conn.fetchval(
                    "INSERT INTO form_submissions (website_id, form_type, submitter_name, submitter_email, "
                    "submitter_phone, data, status) VALUES ($1, $2, $3::text, $3::text, left($3::text, 20), $4, 'new') "
                    "RETURNING id",
                    owner.site_id,
                    ("contact", "order", "x", "")[number % 4],
                    odd,
                    row,
                )
            )
        payloads = [*ROWS, '{"accepted": 7, "refused": [1, {}]}', '{"accepted": {"a": 1}}']
        for number, lead in enumerate(leads):
            for kind in ("lead_email", "lead_webhook", "lead_whatsapp"):
                await conn.execute(
                    "INSERT INTO outbox (website_id, kind, submission_id, payload, attempts) "
                    "VALUES ($1, $2, $3, $4, 1)",
                    owner.site_id,
                    kind,
                    lead,
                    payloads[-1 - number % len(payloads)],
                )
        works = Dispatcher(app[POOL], delivery_kinds(app))
        while await works.deliver_due():
            await settled(conn)
        assert await conn.fetchval("SELECT count(*) FROM lead_attempts WHERE said = 'an error of ours'") == 0
        assert set(leads) <= {
            row["id"] for row in await conn.fetch("SELECT id FROM form_submissions WHERE email_notified")
        }
        here = f"/sites/{owner.site_id}"
        paths = [f"{here}/leads", f"{here}/leads?q=x", f"{here}/leads/table.csv", f"{here}/leads/forms"]
        paths += [f"{here}/leads/{lead}" for lead in leads]
        assert {path: status for path in paths if (status := (await owner.get(path)).status) != 200} == {}
