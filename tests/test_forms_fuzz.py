"""Whatever a stranger sends: never a 5xx, and never a row that the owner's list cannot show."""

import json
import os
import random
from typing import Any
from urllib.parse import quote

import asyncpg

from renderer.inbox import Wanted, answers_of, find_lead, list_leads, question_names
from renderer.themes.forms import FormRow, read_form
from renderer.themes.text.words import words_for
from tests.factories import make_site
from tests.serving import Serve
from tests.test_forms import HOST, make_form, multipart, send, stored
from tests.test_forms_asked import FIELDS, GOOD

# TAPSITE_TEST_EXAMPLES=10000 sends so many.
EXAMPLES = int(os.environ.get("TAPSITE_TEST_EXAMPLES", "250"))
NAMES = [
    *GOOD,
    "foto",
    "kapan",
    "_page",
    "_once",
    "_stamp",
    "_proof",
    "_took",
    "_extra",
    "_about",
    "pesanan",
    "pesanan.",
]
TEXTS = [
    "", " ", "1", "\0", "\ud800", "\u202e", "=cmd|' /C calc'!A0", "9" * 400, "x" * 6000, "<script>", "[url=x]", "٣",
    "2027-13-45", "25:61", "a@b", "+62", "1e999", "-0", "NaN", "\r\nX: y", "{{7*7}}", "../../etc/passwd",
    "%00", "é" * 300,
]  # fmt: skip
HEADS = ["", "é", "x" * 5000, "https://semalt.com/", "https://["]


def body_of(chance: random.Random) -> tuple[bytes, str]:
    fields = [(name, text) for name, text in GOOD.items() if chance.random() < 0.9]
    for _ in range(chance.randrange(4)):
        fields.append((chance.choice(NAMES), chance.choice(TEXTS)))
    chance.shuffle(fields)
    kind = chance.randrange(3)
    if kind == 0:
        text = "&".join(f"{quote(a)}={quote(b.encode('utf-8', 'surrogatepass'))}" for a, b in fields)
        data, content_type = text.encode(), "application/x-www-form-urlencoded"
    elif kind == 1:
        values: dict[str, Any] = dict(fields)
        if chance.random() < 0.3:
            values[chance.choice(NAMES)] = chance.choice([None, True, [], [1, "x"], 1e308, -1, {"a": 1}, [[]]])
        data, content_type = json.dumps(values).encode(), "application/json"
    else:
        file = f'--xYz\r\nContent-Disposition: form-data; name="foto"; filename="{chance.choice(TEXTS[:6])}"\r\n\r\n'
        content = chance.choice([b"", b"%PDF-1", b"MZ", b"PK\x03\x04" + b"x" * 50, b"\xff\xd8\xff"])
        safe = [(a, b.encode("utf-8", "replace").decode()) for a, b in fields]
        data, content_type = multipart(safe, file.encode("utf-8", "replace") + content + b"\r\n")
    if chance.random() < 0.15 and data:
        cut = chance.randrange(len(data))
        data = data[:cut] + bytes([chance.randrange(256)]) * chance.randrange(3) + data[cut + 1 :]
    return data, content_type


async def test_whatever_is_sent_is_answered_and_whatever_is_stored_is_shown(
    conn: asyncpg.Connection, serve: Serve
) -> None:
    site = await make_site(conn, subdomain="kopi")
    fields = json.dumps([*FIELDS, {"name": "foto", "type": "file", "label": "Foto"}])
    await make_form(conn, site, fields=fields)
    visitor = await serve(forms={"client_limit": 1_000_000, "site_limit": 1_000_000})
    chance, seen = random.Random(11), set()
    for _ in range(EXAMPLES):
        data, content_type = body_of(chance)
        heads = {"Content-Type": content_type, "Referer": chance.choice(HEADS), "User-Agent": chance.choice(HEADS)}
        answer = await send(visitor, data=data, path="/_forms/order", headers=heads)
        assert answer.status < 500, (answer.status, data)
        seen.add(answer.status)
    assert {303, 422} <= seen
    rows = await stored(conn)
    assert rows
    form = read_form(FormRow("order", "order", fields, None), words_for("id"), "id")
    found = await list_leads(conn, site, Wanted(), most=10_000)
    assert len(found.leads) == len([row for row in rows if row["status"] != "spam"])
    for row in rows:
        lead = await find_lead(conn, site, row["id"])
        assert lead is not None
        assert answers_of(lead, form, words_for("id"), "Ya", "Tidak")
    await question_names(conn, site, Wanted())
    assert (await visitor.get(HOST, "/_forms/order")).status == 200
