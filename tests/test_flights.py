"""An answer that is made once for all who ask for it: whatever becomes of its making, nobody waits for ever."""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from renderer.edge.cache import Wanted
from renderer.edge.flights import Flights
from tests.test_page_cache_parts import kept

WANTED = Wanted("http", "kopi.test", "/")


def begin(flights: Flights, making: asyncio.Event) -> "asyncio.Task[web.StreamResponse]":
    async def make() -> web.StreamResponse:
        await making.wait()
        raise web.HTTPNotFound

    return flights.begin(make_mocked_request("GET", "/"), WANTED, make, lambda _: None)


@pytest.mark.parametrize("steps", [0, 1, 3], ids=["before its first step", "at it", "waiting"])
async def test_who_waits_for_what_is_given_up_is_told_so(steps: int) -> None:
    flights = Flights()
    task = begin(flights, asyncio.Event())
    waiting = flights.joined(WANTED)
    assert waiting is not None
    for _ in range(steps):
        await asyncio.sleep(0)
    await flights.land()
    assert task.cancelled()
    assert waiting.result() is None
    assert flights.joined(WANTED) is None


async def test_a_making_that_ends_late_takes_nothing_from_the_next_one() -> None:
    flights, first, second = Flights(), asyncio.Event(), asyncio.Event()
    begin(flights, first)
    late = flights.joined(WANTED)
    made = begin(flights, second)
    next_one = flights.joined(WANTED)
    assert next_one is not late
    first.set()
    assert late is not None
    assert await asyncio.wait_for(late, 60) is None
    assert flights.joined(WANTED) is next_one
    second.set()
    with pytest.raises(web.HTTPNotFound):
        await made
    await asyncio.sleep(0)
    assert flights.joined(WANTED) is None


async def test_an_answer_is_given_to_all_who_asked() -> None:
    flights, one = Flights(), kept(1)

    async def make() -> web.StreamResponse:
        return web.Response(text="x")

    flights.begin(make_mocked_request("GET", "/"), WANTED, make, lambda _: one)
    waiting = flights.joined(WANTED)
    assert waiting is not None
    assert await asyncio.wait_for(waiting, 60) is one
