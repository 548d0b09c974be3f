"""What was stored is thanked for, whatever breaks after it: an error would make its sender send it again."""

import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from renderer import respond
from renderer.forms import handlers, thanks
from renderer.forms.keeper import Keeper
from renderer.forms.rates import FormRates
from renderer.outbox import Dispatcher
from tests.serving import Serve
from tests.test_forms import ACTION, GOOD, HOST, make_form, multipart, send, stored
from tests.test_forms import site as site
from tests.visitor import Visitor

JSON = {"Accept": "application/json"}


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("broken on purpose")


@pytest.mark.parametrize("headers", [{}, JSON], ids=["page", "script"])
@pytest.mark.parametrize(
    ("place", "name"),
    [
        (handlers, "_tell"),
        (Dispatcher, "wake"),
        (thanks, "_led_on"),
        (thanks, "keep_copy"),
        (thanks, "quote"),
    ],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)
async def test_whatever_breaks_after_a_lead_was_stored_it_is_thanked_for(
    conn: asyncpg.Connection,
    serve: Serve,
    site: UUID,
    monkeypatch: pytest.MonkeyPatch,
    place: Any,
    name: str,
    headers: dict[str, str],
) -> None:
    visitor = await serve()
    monkeypatch.setattr(place, name, broken)
    answer = await send(visitor, {**GOOD, "_page": "/tentang"}, headers=headers)
    (row,) = await stored(conn)
    reference = row["id"].hex[:8].upper()
    if headers:
        assert (answer.status, json.loads(answer.text)["reference"]) == (200, reference)
        target = json.loads(answer.text)["next"]
    elif name == "_tell":
        assert answer.status == 303
        target = answer.headers["Location"]
    else:
        assert answer.status == 200
        assert reference in answer.text
        assert "Anda tidak perlu mengirimnya lagi" in answer.text
        return
    assert (await visitor.get(HOST, target)).status == 200


@pytest.mark.parametrize(
    ("place", "name"),
    [(thanks, "draw_thanks"), (thanks, "read_copy"), (thanks, "forms_at_hand"), (respond, "themed")],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)
async def test_thanks_that_cannot_be_drawn_are_said_plainly(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, monkeypatch: pytest.MonkeyPatch, place: Any, name: str
) -> None:
    target = (await send(visitor)).headers["Location"]
    for fault in (RuntimeError, ConnectionResetError):

        def fail(*_: Any, fault: type[Exception] = fault, **__: Any) -> Any:
            raise fault

        monkeypatch.setattr(place, name, fail)
        answer = await visitor.get(HOST, target)
        assert answer.status == 200
        assert "Terima kasih" in answer.text
        assert answer.headers["Cache-Control"] == respond.PRIVATE


async def test_thanks_of_a_form_that_was_switched_off_meanwhile_are_said(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    await make_form(conn, site, fields='[{"name": "nama", "label": "Nama"}]')
    sent = await send(visitor, {"nama": "Sari"}, path="/_forms/order")
    await conn.execute("UPDATE form_templates SET is_active = false")
    answer = await visitor.get(HOST, sent.headers["Location"])
    (row,) = await stored(conn)
    assert answer.status == 200
    assert row["id"].hex[:8].upper() in answer.text
    assert (await visitor.get(HOST, "/_forms/order/thanks")).status == 404
    assert (await visitor.get(HOST, "/_forms/order/thanks?ref=x.y")).status == 404


async def test_the_same_sent_twice_is_thanked_for_where_its_files_cannot_be_erased(
    conn: asyncpg.Connection, serve: Serve, site: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = '[{"name": "nama", "label": "Nama"}, {"name": "foto", "type": "file", "label": "Foto"}]'
    await make_form(conn, site, fields=fields)
    visitor = await serve()
    monkeypatch.setattr(Keeper, "erase_files", broken)
    file = b'--xYz\r\nContent-Disposition: form-data; name="foto"; filename="a.pdf"\r\n\r\n%PDF-1.4 x\r\n'
    body, kind = multipart([("nama", "Sari")], file)
    first = await send(visitor, data=body, path="/_forms/order", headers={"Content-Type": kind})
    assert first.status == 303
    # What is remembered of it says another id, as of one that was sent in the ten minutes before.
    await conn.execute("UPDATE form_receipts SET submission_id = gen_random_uuid()")
    again = await send(visitor, data=body, path="/_forms/order", headers={"Content-Type": kind})
    assert again.status == 303
    assert len(await stored(conn)) == 1


@pytest.mark.parametrize(
    "fault", [asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedFunctionError, asyncpg.LockNotAvailableError]
)
async def test_what_the_database_says_of_counting_keeps_no_lead_from_being_stored(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    async def fail(*_: Any) -> Any:
        raise fault("no")

    monkeypatch.setattr(FormRates, "count", fail)
    assert (await send(visitor, path=ACTION)).status == 303
    assert len(await stored(conn)) == 1
