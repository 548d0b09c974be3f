"""Turns: no key takes more than its share, and none waits behind another's queue."""

import asyncio
from contextlib import suppress
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from renderer.edge.turns import ALONE_SECONDS, AT_HAND, MOST_PAUSE, SHARE, Busy, Turn, Turns, charge
from renderer.keys import FRONT, LEASE
from tests.factories import make_site
from tests.serving import Serve


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_key_has_so_many_turns_at_once_and_its_queue_is_nobody_elses() -> None:
    turns, entered = Turns(4), []

    async def ask(key: str, number: int) -> None:
        await turns.enter(key)
        entered.append((key, number))

    tasks = [asyncio.create_task(ask("a", number)) for number in range(50)]
    await settle()
    assert entered == [("a", 0), ("a", 1)]
    tasks += [asyncio.create_task(ask(key, 0)) for key in ("b", "c", "d")]
    await settle()
    assert entered[2:] == [("b", 0), ("c", 0)]
    turns.leave("a")
    await settle()
    assert entered[4:] == [("a", 2)]  # it asked before d did, and had less than its share
    turns.leave("b")
    await settle()
    assert entered[5:] == [("d", 0)]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert turns.waiting == 0


async def test_who_waits_too_long_or_behind_too_many_is_told_so_and_who_leaves_takes_no_turn() -> None:
    turns = Turns(1, waiting=2, seconds=0.05, first=0.0)
    await turns.enter("a")
    waiting = [asyncio.create_task(turns.enter("a")) for _ in range(2)]
    await settle()
    with pytest.raises(Busy):
        await turns.enter("a")
    waiting[0].cancel()
    with pytest.raises(Busy):
        await waiting[1]
    with suppress(asyncio.CancelledError):
        await waiting[0]
    turns.leave("a")
    await turns.enter("a")


async def test_who_comes_to_a_worker_that_has_just_begun_waits_longer() -> None:
    turns = Turns(1, seconds=0.01, first=0.3)
    await turns.enter("a")
    patient = asyncio.create_task(turns.enter("b"))
    await asyncio.sleep(0.1)
    turns.leave("a")
    await patient
    await asyncio.sleep(0.3)
    with pytest.raises(Busy):
        await turns.enter("c")
    assert turns.waiting == 0


@given(
    total=st.integers(1, 4),
    steps=st.lists(st.tuples(st.sampled_from(["ask", "leave", "go away"]), st.integers(0, 3)), max_size=120),
)
async def test_no_turn_is_lost_or_given_twice(total: int, steps: list[tuple[str, int]]) -> None:
    turns, held, waiting = Turns(total), [0] * 4, [[] for _ in range(4)]  # type: ignore[var-annotated]

    async def ask(key: int) -> None:
        await turns.enter(key)
        held[key] += 1

    for what, key in steps:
        if what == "ask":
            waiting[key].append(asyncio.create_task(ask(key)))
        elif what == "leave" and held[key]:
            held[key] -= 1
            turns.leave(key)
        elif what == "go away" and waiting[key]:
            waiting[key].pop().cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert sum(held) <= total
        assert max(held) <= 2
    for key in range(4):
        for task in waiting[key]:
            task.cancel()
        await asyncio.gather(*waiting[key], return_exceptions=True)
        for _ in range(held[key]):
            turns.leave(key)
    assert (turns.waiting, turns._free, turns._under_way, len(turns._queues)) == (0, total, {}, 0)


async def test_a_key_that_takes_turn_after_turn_has_them_further_apart_and_no_other_key_has() -> None:
    turns, clock = Turns(4), asyncio.get_running_loop().time
    began, spent, number = clock(), AT_HAND / 4, 0
    async with asyncio.timeout(60):
        await turns.enter("b")
        turns.leave("b", spent)
        while number < 6:  # a third more than is at hand
            await turns.enter("a")
            turns.leave("a", spent)
            number += 1
        # What it took beyond that is made good, at its share, before its next two turns are both free again.
        for _ in range(2):
            await turns.enter("a")
        assert clock() - began >= (number * spent - AT_HAND) / SHARE - 0.05
        for _ in range(50):
            await turns.enter("b")
            turns.leave("b", spent / 50)
    for _ in range(2):
        turns.leave("a")
    assert (turns._free, turns._under_way) == (4, {})


@pytest.mark.parametrize("company", ["nobody", "a key", "kept answers"])
async def test_only_who_is_alone_has_all_there_is(company: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now, kept = 0.0, 0
    monkeypatch.setattr("renderer.edge.turns.monotonic", lambda: now)
    turns = Turns(4, kept=lambda: kept)
    pauses = []
    for _ in range(40):
        now += ALONE_SECONDS / 4
        kept += 100 if company == "kept answers" else 1
        if company == "a key":
            turns._pause("b", 0.001)
        pauses.append(turns._pause("a", AT_HAND))
    assert (max(pauses) == 0) is (company == "nobody")
    assert turns._debts["a"][0] <= AT_HAND + SHARE * MOST_PAUSE


async def test_what_is_drawn_is_charged_to_who_asked_for_it() -> None:
    turns = Turns(4)
    async with Turn(turns, "a", 0.25).held():
        charge(0.5)
    charge(8.0)  # of nobody's turn
    assert turns._debts["a"][0] == pytest.approx(0.75)
    for number in range(20_000):
        await turns.enter(number)
        turns.leave(number, 1e-9)
    assert len(turns._debts) <= 10_000


@pytest.fixture
async def sites(conn: asyncpg.Connection) -> list[UUID]:
    return [await make_site(conn, subdomain=name, title=name) for name in ("kopi", "roti", "teh")]


async def test_a_site_that_is_asked_too_much_keeps_no_other_from_its_turn(serve: Serve, sites: list[UUID]) -> None:
    done = asyncio.Event()

    async def hold(request: web.Request) -> web.Response:
        await request[LEASE].conn()
        await done.wait()
        return web.Response(text="done")

    visitor = await serve(
        lambda app: app.router.add_get("/_lama/{n}", hold),  # type: ignore[arg-type]
        database={"pool_max": 4},
        server={"trusted_proxies": ["127.0.0.0/8"]},
    )
    visitor.client.server.app[FRONT]._turns._seconds = 600  # type: ignore[union-attr]
    await visitor.get("kopi.sites.test", "/robots.txt")
    numbers = count()

    def ask(host: str, client: str) -> "asyncio.Task[Any]":
        headers = {"X-Forwarded-For": client}
        return asyncio.create_task(visitor.get(host, f"/_lama/{next(numbers)}", headers=headers))

    busy = [ask("kopi.sites.test", "192.0.2.1") for _ in range(30)]
    await asyncio.sleep(0.2)
    async with asyncio.timeout(60):
        for host in ("roti.sites.test", "teh.sites.test", "tiada.sites.test"):
            answer = await visitor.get(host, headers={"X-Forwarded-For": "192.0.2.2"})
            assert answer.status in (200, 404)
    done.set()
    assert {answer.status for answer in await asyncio.gather(*busy)} == {200}
    turns = visitor.client.server.app[FRONT]._turns  # type: ignore[union-attr]
    assert len(turns._debts) > 1
    assert "192.0.2" not in str(list(turns._debts)), "who asked for a host of nobody's is remembered by no address"


async def test_beyond_its_queue_a_site_is_busy_for_a_while_and_only_that(serve: Serve, sites: list[UUID]) -> None:
    done = asyncio.Event()

    async def hold(request: web.Request) -> web.Response:
        await done.wait()
        return web.Response(text="done")

    visitor = await serve(lambda app: app.router.add_get("/_lama/{n}", hold))  # type: ignore[arg-type]
    turns = visitor.client.server.app[FRONT]._turns = Turns(4, waiting=3)  # type: ignore[union-attr]
    await visitor.get("kopi.sites.test", "/robots.txt")
    await visitor.get("kopi.sites.test", "/")
    held = [asyncio.create_task(visitor.get("kopi.sites.test", f"/_lama/{number}")) for number in range(5)]
    async with asyncio.timeout(60):
        while turns.waiting < 3:
            await asyncio.sleep(0.01)
    answer = await visitor.get("kopi.sites.test", "/_lama/x")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sedang tidak tersedia" in answer.text
    assert (await visitor.get("kopi.sites.test", "/")).status == 200
    done.set()
    assert {one.status for one in await asyncio.gather(*held)} == {200}
    assert (await visitor.get("kopi.sites.test", "/_lama/x")).status == 200


async def test_who_sends_a_body_slowly_holds_no_turn(serve: Serve, sites: list[UUID]) -> None:
    visitor = await serve()
    await visitor.get("kopi.sites.test", "/robots.txt")
    writers = []
    for _ in range(10):
        _, writer = await asyncio.open_connection(visitor.client.host, visitor.client.port)
        writer.write(
            b"POST /_forms/contact HTTP/1.1\r\nHost: kopi.sites.test\r\nContent-Length: 10\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\na"
        )
        writers.append(writer)
    await asyncio.sleep(0.2)
    async with asyncio.timeout(60):
        assert (await visitor.get("kopi.sites.test", "/tidak-ada")).status == 404
    for writer in writers:
        writer.close()
