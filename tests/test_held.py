"""What is posted asks the database for neither site nor form again, and never goes by what they no longer are."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from aiohttp import web

from renderer.edge.ground import Ground
from renderer.edge.held import HeldSites
from renderer.edge.sites import OpenSite, State
from renderer.edge.snapshot import Snapshot
from renderer.keys import FRONT, POOL
from tests.factories import make_site
from tests.serving import Serve
from tests.test_forms import GOOD, make_form, send, stored
from tests.visitor import Visitor


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    return await make_site(conn, subdomain="kopi")


def app_of(visitor: Visitor) -> web.Application:
    app: web.Application = visitor.client.server.app  # type: ignore[attr-defined]
    return app


async def test_a_post_takes_two_statements_once_its_site_is_known(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    visitor = await serve(database={"pool_max": 1})
    assert (await send(visitor)).status == 303
    said: list[str] = []
    async with app_of(visitor)[POOL].acquire() as only:
        only.add_query_logger(lambda record: said.append(record.query))
    assert (await send(visitor, {**GOOD, "message": "Halo lagi"})).status == 303
    asked = [one for one in said if "count_rates" in one or "store_lead" in one]
    assert len(asked) == 2
    assert [one for one in said if "edge_sites" in one or "form_templates" in one] == []
    assert len(await stored(conn)) == 2


async def test_what_changed_is_what_the_next_post_meets(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    await make_site(conn, subdomain="roti")
    await make_form(conn, site, form_type="contact", fields='[{"name": "nama", "type": "text", "required": true}]')
    assert (await send(visitor, {"nama": "Sari"})).status == 303
    assert (await send(visitor, host="roti.sites.test")).status == 303
    await conn.execute("""UPDATE form_templates SET fields = '[{"name": "kode", "type": "text", "required": true}]'""")
    assert (await send(visitor, {"nama": "Budi"})).status == 422
    assert (await send(visitor, {"kode": "B"})).status == 303
    await conn.execute("UPDATE form_templates SET is_active = false")
    assert (await send(visitor, {"kode": "C"})).status == 404
    await conn.execute("DELETE FROM form_templates")
    assert (await send(visitor, {**GOOD, "message": "Tanpa baris"})).status == 303
    # Offered to all: of no site, and so of each.
    await make_form(conn, None, form_type="contact", fields='[{"name": "semua", "type": "text", "required": true}]')
    assert (await send(visitor, {**GOOD, "message": "x"})).status == 422
    assert (await send(visitor, {"semua": "x"}, host="roti.sites.test")).status == 303
    before = len(await stored(conn))
    for change, statuses in (
        ("password_hash = '!', is_password_protected = true", {401, 403, 303}),
        ("is_password_protected = false, password_hash = NULL, status = 'draft'", {404}),
        ("status = 'suspended'", {503}),
        ("status = 'archived'", {410}),
        ("status = 'published', deleted_at = now()", {410}),
    ):
        await conn.execute(f"UPDATE websites SET {change} WHERE id = $1", site)
        assert (await send(visitor, {"semua": change})).status in statuses
    assert len(await stored(conn)) == before
    await conn.execute("UPDATE websites SET subdomain = 'lama', deleted_at = NULL WHERE id = $1", site)
    assert (await send(visitor, {"semua": "nama lama"})).status == 404


async def test_keys_that_nobody_has_push_out_nothing_for_good(conn: asyncpg.Connection, visitor: Visitor) -> None:
    await make_site(conn, subdomain="kopi")
    for number in range(30):
        assert (await send(visitor, path=f"/_forms/tiada{number}")).status == 404
    assert (await send(visitor)).status == 303


async def test_where_no_answer_is_kept_a_site_is_held_all_the_same(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    visitor = await serve(cache={"room": 0})
    for number in range(2):
        assert (await send(visitor, {**GOOD, "message": f"nomor {number}"})).status == 303
    assert app_of(visitor)[FRONT].held("kopi.sites.test") is not None


def test_sites_are_held_within_their_room_and_forgotten_by_whatever_they_stand_on() -> None:
    def site(number: int, text: Any = "x" * 5_000) -> OpenSite:
        ground = Ground(Snapshot(1, 1, frozenset()), 0.0, 1e12, UUID(int=number), [UUID(int=number), f"host:{number}"])
        columns = {"text": text, "none": None}
        return OpenSite(UUID(int=number), str(number), State.LIVE, False, 0, None, columns, ground)

    held = HeldSites(50_000)
    assert held.put("big", site(99, "x" * 100_000)) is None
    for number in range(10):
        assert held.put(str(number), site(number)) is not None
    assert [number for number in range(10) if held.get(str(number))] == [7, 8, 9]
    held.forget([UUID(int=8), "host:9", "host:1"])
    assert [number for number in range(10) if held.get(str(number))] == [7]
    again = held.put("7", site(7))
    assert held.get("7") is again
    held.clear()
    assert held.get("7") is None
