"""What was typed is not lost with an answer that cannot be given."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import asyncpg
import pytest
from aiohttp import web

from renderer.edge.turns import Turns
from renderer.forms import Unsent
from renderer.keys import FRONT
from tests.factories import make_site
from tests.owners import HOST as CONSOLE
from tests.owners import make_owner
from tests.serving import Serve
from tests.visitor import Answer, Visitor

HOST = "kopi.sites.test"
TYPED = {"message": '<b>masih buka?</b>\n"ya"', "code": "HEMAT", "_page": "/kontak", "kosong": " "}


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    return await make_site(conn, subdomain="kopi", title="Kopi")


@asynccontextmanager
async def busy(serve: Serve, *hosts: str, **sections: Any) -> AsyncIterator[Visitor]:
    """While all turns of these hosts are taken and their queues are full."""
    done = asyncio.Event()

    async def hold(request: web.Request) -> web.Response:
        await done.wait()
        return web.Response(text="done")

    visitor = await serve(lambda app: app.router.add_get("/_lama/{n}", hold), **sections)  # type: ignore[arg-type]
    for host in hosts:
        await visitor.get(host, "/")
    turns = visitor.client.server.app[FRONT]._turns = Turns(3, waiting=1, seconds=600)  # type: ignore[union-attr]
    held = [asyncio.create_task(visitor.get(host, f"/_lama/{number}")) for host in hosts for number in range(3)]
    async with asyncio.timeout(60):
        while turns.waiting < len(hosts):
            await asyncio.sleep(0.01)
    yield visitor
    done.set()
    await asyncio.gather(*held)


async def send(
    visitor: Visitor, fields: dict[str, str] | None = None, path: str = "/_forms/contact", **given: Any
) -> Answer:
    headers = {"Content-Type": "application/x-www-form-urlencoded", **given.pop("headers", {})}
    data = given.pop("data", urlencode(TYPED if fields is None else fields).encode())
    return await visitor.ask("POST", given.pop("host", HOST), path, data=data, headers=headers)


async def test_a_post_to_a_busy_site_shows_what_was_typed(conn: asyncpg.Connection, serve: Serve, site: UUID) -> None:
    await make_site(conn, subdomain="tea", generated_content={"language": "en"})
    async with busy(serve, HOST, "tea.sites.test") as visitor:
        answer = await send(visitor)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert answer.headers["Cache-Control"] == "no-store"
        assert {"Server"} & set(answer.headers) == set()
        assert "&lt;b&gt;masih buka?&lt;/b&gt;\n&quot;ya&quot;</textarea>" in answer.text
        assert "HEMAT" in answer.text, "a question may be called anything"
        assert answer.text.count("<textarea") == 2
        assert "/kontak" not in answer.text
        assert '<html lang="id">' in answer.text
        english = await send(visitor, host="tea.sites.test")
        assert '<html lang="en">' in english.text
        assert english.text.index("What you typed") < english.text.index("Isian Anda")
        boundary = b'--x\r\nContent-Disposition: form-data; name="message"\r\n\r\nlewat berkas\r\n--x--\r\n'
        parts = await send(visitor, data=boundary, headers={"Content-Type": "multipart/form-data; boundary=x"})
        assert "lewat berkas" in parts.text
        script = await send(visitor, headers={"Accept": "application/json"})
        assert script.headers["Content-Type"] == "application/problem+json"
        assert json.loads(script.text)["status"] == 503
        foreign = await send(visitor, headers={"Sec-Fetch-Site": "cross-site"})
        assert "masih buka" not in foreign.text, "another site's text is not ours to show"
        secret = await send(visitor, {"password": "rahasia", "next": "/"}, "/_gate")
        assert secret.status == 503
        assert "rahasia" not in secret.text
        for data, kind in [(b"%ff%fe=1&a=%00", "application/x-www-form-urlencoded"), (b"x", "multipart/form-data"),
                           (b"[[[", "application/json"), (b"x" * 300_000, "application/x-www-form-urlencoded"),
                           (b"halo", "text/plain"), (b"", "")]:  # fmt: skip
            odd = await send(visitor, data=data, headers={"Content-Type": kind})
            assert (odd.status, "<textarea" in odd.text) == (503, False), kind
        front = visitor.client.server.app[FRONT]  # type: ignore[union-attr]
        front.unsent = Unsent(front.languages, room=10)
        assert "<textarea" not in (await send(visitor)).text, "no more is read than there is room for"
        assert (await visitor.get(HOST, "/_lama/9")).text.count("<textarea") == 0


async def test_who_never_had_a_turn_lends_none(conn: asyncpg.Connection, serve: Serve, site: UUID) -> None:
    await make_site(conn, subdomain="tea")
    async with busy(serve, "tea.sites.test") as visitor:
        turns = visitor.client.server.app[FRONT]._turns = Turns(0, waiting=0)  # type: ignore[union-attr]
        for _ in range(3):
            answer = await send(visitor)
            assert (answer.status, "masih buka" in answer.text) == (503, True)
        assert (turns._free, turns._under_way, turns.waiting) == (0, {}, 0)


async def test_what_an_owner_wrote_is_shown_again_without_the_database(conn: asyncpg.Connection, serve: Serve) -> None:
    from renderer.console.workshop import WORKSHOP

    visitor = await serve(console={"host": CONSOLE})
    ani = await make_owner(conn, visitor, "Ani")
    await ani.sign_in()
    await visitor.client.server.app[WORKSHOP].pool.close()  # type: ignore[union-attr]
    fields = {"title": "Judul <baru>", "body": "Panjang sekali", "current-password": "rahasia", "code": "123456"}
    answer = await ani.post("/account", fields)
    assert answer.status == 503
    assert "Judul &lt;baru&gt;" in answer.text
    assert "Panjang sekali" in answer.text
    assert "rahasia" not in answer.text
    assert "123456" not in answer.text
