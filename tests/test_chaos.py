"""Everything round a form fails: what was thanked for is stored once, and what became of it is written down."""

import asyncio

import asyncpg

from tests.factories import make_site, make_user
from tests.serving import Serve
from tests.test_forms import make_form, send, stored


async def test_where_every_channel_is_down_the_visitor_is_thanked_and_there_is_one_row_each(
    conn: asyncpg.Connection, serve: Serve
) -> None:
    site = await make_site(conn, subdomain="kopi", user_id=await make_user(conn, subscription_tier="business"))
    settings = {"webhook_url": "https://127.0.0.1:1/", "whatsapp_to": "+6281355500101"}
    await make_form(conn, site, form_type="contact", settings=settings, fields='[{"name": "nama", "type": "text"}]')
    down = {"host": "127.0.0.1", "port": 1, "tls": "none", "sender": "leads@tapsite.example.com"}
    meta = {"phone_number_id": "1", "token": "x", "endpoint": "https://127.0.0.1:1"}
    visitor = await serve(mail=down, whatsapp=meta)
    for number in range(5):
        assert (await send(visitor, {"nama": f"Sari {number}"})).status == 303
    assert sorted(row["data"]["nama"] for row in await stored(conn)) == [f"Sari {number}" for number in range(5)]
    async with asyncio.timeout(30):
        while await conn.fetchval("SELECT count(*) FROM lead_attempts") < 15:
            await asyncio.sleep(0.1)
    kept = await conn.fetch("SELECT channel, count(DISTINCT submission_id) FROM lead_attempts GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in kept] == [("email", 5), ("webhook", 5), ("whatsapp", 5)]
    assert await conn.fetchval("SELECT count(*) FROM lead_attempts WHERE outcome = 'delivered'") == 0
