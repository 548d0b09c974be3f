"""Errors and traces told to services of the operator's: by configuration alone, and nothing personal in them."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from aiohttp import web

from renderer import settings
from renderer.outbound import neighbour
from renderer.settings import SettingsError
from renderer.telemetry import sentry
from renderer.telemetry.otlp import Tracer
from tests.factories import make_post, make_site
from tests.receivers import LOCAL, OK, Receiver, receiver, saying
from tests.serving import Serve

HOST = "kopi.sites.test"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PERSONAL = ("sari@example.com", "198.51.100.7", "rahasia", "kopi.sites.test", "Mozilla")


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbour, "GAP", 0.05)
    monkeypatch.setattr(neighbour, "RETRY", 0.2)


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with receiver(OK) as made:
        yield made


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    made = await make_site(conn, subdomain="kopi")
    await make_post(conn, made, slug="satu")
    return made


async def until(hook: Receiver, count: int = 1) -> None:
    async with asyncio.timeout(60):
        while len(hook.heard) < count:
            await asyncio.sleep(0.02)


def fail(app: web.Application) -> None:
    async def show(request: web.Request) -> web.Response:
        typed = (await request.read()).decode()
        try:
            raise KeyError(f"of {request.remote}")
        except KeyError as fault:
            raise RuntimeError(f"{PERSONAL[0]} at {PERSONAL[1]}\nDETAIL: {typed}") from fault

    app.router.add_post("/_gagal/{what}", show)


async def test_an_error_is_told_with_its_place_and_nothing_of_who_met_it(
    serve: Serve, site: UUID, hook: Receiver
) -> None:
    dsn = f"http://abc123@{LOCAL}:{hook.port}/sub/42"
    visitor = await serve(fail, sentry={"dsn": dsn, "addresses": [LOCAL], "environment": "uji"})
    for number in range(sentry.MOST_ALIKE + 5):
        answer = await visitor.ask(
            "POST",
            HOST,
            f"/_gagal/rahasia?q=rahasia{number}",
            data=b"rahasia=rahasia",
            headers={"Cookie": "a=rahasia", "User-Agent": "Mozilla/5.0", "traceparent": f"00-{TRACE}-{PARENT}-01"},
        )
        assert answer.status == 500
    logging.getLogger("renderer.x").warning("no error")
    await until(hook, sentry.MOST_ALIKE)
    await asyncio.sleep(0.3)
    assert len(hook.heard) == sentry.MOST_ALIKE, "what fails for everybody is told some times"
    head, _, body = hook.heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /sub/api/42/envelope/ HTTP/1.1\r\n")
    assert b"sentry_key=abc123" in head
    first, item, event_line = body.strip().split(b"\n")
    event = json.loads(event_line)
    assert json.loads(first)["event_id"] == event["event_id"]
    assert json.loads(item) == {"type": "event", "content_type": "application/json", "length": len(event_line)}
    assert (event["level"], event["platform"], event["environment"]) == ("error", "python", "uji")
    assert event["tags"]["request"]
    assert event["contexts"]["trace"]["trace_id"] == TRACE
    led, fault = event["exception"]["values"]
    assert (led["type"], fault["type"]) == ("KeyError", "RuntimeError")
    assert fault["value"] == "[mail] at [address]"
    places = [frame["function"] for frame in fault["stacktrace"]["frames"]]
    assert places[0] == "errors"
    assert places[-1] == "show"
    for personal in PERSONAL:
        assert personal not in body.decode(), personal


def test_what_goes_on_failing_is_told_again_ten_minutes_after_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentry, "ALIKE_SECONDS", 0.5)
    told: list[dict[str, Any]] = []
    reporter = sentry.Reporter(told.append, "uji")
    began = time.monotonic()
    while time.monotonic() - began < 1.2:
        for _ in range(sentry.MOST_ALIKE):
            reporter.handle(logging.makeLogRecord({"levelno": logging.ERROR, "msg": "jatuh"}))
        time.sleep(0.05)
    assert 2 * sentry.MOST_ALIKE <= len(told) <= 3 * sentry.MOST_ALIKE


async def test_without_configuration_nobody_is_told(serve: Serve, site: UUID) -> None:
    before = list(logging.getLogger().handlers)
    visitor = await serve(fail)
    assert (await visitor.ask("POST", HOST, "/_gagal/x")).status == 500
    assert logging.getLogger().handlers == before


async def test_a_request_is_a_span_that_continues_its_clients_trace(serve: Serve, site: UUID, hook: Receiver) -> None:
    endpoint = f"http://{LOCAL}:{hook.port}/v1/traces"
    otlp = {"endpoint": endpoint, "addresses": [LOCAL], "sample": 1, "secret": "kunci",
            "headers": ["Authorization: Bearer {secret}"]}  # fmt: skip
    visitor = await serve(fail, otlp=otlp)
    personal = {"User-Agent": "Mozilla/5.0", "Cookie": "a=rahasia"}
    traced = {**personal, "traceparent": f"00-{TRACE}-{PARENT}-00"}
    for _ in range(3):  # the first alone is answered by the application
        answer = await visitor.get(HOST, "/blog/satu?q=rahasia" if _ == 0 else "/blog/satu", headers=traced)
        assert answer.status == 200
    await visitor.ask("POST", HOST, "/_gagal/rahasia", headers=personal)
    await visitor.get(HOST, "/", headers={**personal, "traceparent": "00-0-0-zz"})
    async with asyncio.timeout(60):
        while sum(heard.count(b'"spanId"') for heard in hook.heard) < 4:  # in as many pieces as it took
            await asyncio.sleep(0.02)
    spans: list[dict[str, Any]] = []
    for heard in hook.heard:
        head, _, body = heard.partition(b"\r\n\r\n")
        assert head.startswith(b"POST /v1/traces HTTP/1.1\r\n")
        assert b"Authorization: Bearer kunci" in head
        (resource,) = json.loads(body)["resourceSpans"]
        spans += resource["scopeSpans"][0]["spans"]
        for one in PERSONAL:
            assert one not in body.decode(), one
    names = [span["name"] for span in spans]
    assert names == ["GET /{path}", "GET /{path}", "POST /_gagal/{what}", "GET /{path}"]
    first, _, failed, home = spans
    assert (first["traceId"], first["parentSpanId"], first["kind"]) == (TRACE, PARENT, 2)
    assert int(first["endTimeUnixNano"]) > int(first["startTimeUnixNano"])
    assert failed["status"] == {"code": 2}
    assert {"key": "http.response.status_code", "value": {"intValue": "500"}} in failed["attributes"]
    assert home["status"] == {}
    assert len({span["traceId"] for span in spans}) == 3
    assert len({span["spanId"] for span in spans}) == 4
    assert "parentSpanId" not in home


async def test_a_share_of_the_traces_is_told_by_their_ids(serve: Serve) -> None:
    def tracer(sample: float) -> Tracer:
        return Tracer(settings.load(None, {"otlp": {"endpoint": "https://otlp.example/v1/traces", "sample": sample}}))

    low, high = f"{'a' * 18}{'0' * 14}", f"{'a' * 18}{'f' * 14}"
    assert [tracer(share)._is_told(low) for share in (0.0, 0.01, 1.0)] == [False, True, True]
    assert [tracer(share)._is_told(high) for share in (0.0, 0.99, 1.0)] == [False, False, True]


async def test_what_a_service_cannot_take_now_waits_and_what_it_refuses_does_not() -> None:
    async with receiver(saying(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")) as down:
        one = neighbour.Neighbour[str](
            f"http://{LOCAL}:{down.port}/", [LOCAL], {}, lambda items: ",".join(items).encode()
        )
        for number in range(neighbour.MOST_WAITING + 20):
            one.tell(str(number))
        assert await one.flush() == "answered with status 503"
        port = down.port
    assert await one.flush() == "no connection"
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        heard.append(await reader.readexactly(length))
        refused = len(heard) == 1
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % (400 if refused else 200))
        writer.close()

    server = await asyncio.start_server(answer, LOCAL, port)
    assert await one.flush() == "answered with status 400"
    assert await one.flush() is None
    server.close()
    told = [name for body in heard for name in body.decode().split(",")]
    assert told == [str(number) for number in range(20, neighbour.MOST_WAITING + 20)], "the oldest gave way"
    await one.stop(asyncio.create_task(one.run()))


async def test_what_is_being_told_when_a_worker_ends_is_told_and_so_is_what_waits() -> None:
    heard: list[str] = []
    begun = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        begun.set()
        await asyncio.sleep(0.3)  # who is cut off here by its sender has told nothing
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        body = (await reader.readexactly(length)).decode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        if not reader.at_eof():
            heard.append(body)
        writer.close()

    server = await asyncio.start_server(answer, LOCAL, 0)
    port = server.sockets[0].getsockname()[1]
    one = neighbour.Neighbour[str](f"http://{LOCAL}:{port}/", [LOCAL], {}, lambda items: ",".join(items).encode())
    running = asyncio.create_task(one.run())
    one.tell("one")
    await begun.wait()
    one.tell("two")
    await one.stop(running)
    server.close()
    assert heard == ["one", "two"]
    assert running.cancelled()


async def test_of_what_could_not_be_told_the_oldest_gives_way_to_what_came_meanwhile() -> None:
    async with receiver(saying(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")) as down:

        def write(items: Sequence[str]) -> bytes:
            for number in range(5):  # while these are under way
                one.tell(f"later {number}")
            return ",".join(items).encode()

        one = neighbour.Neighbour[str](f"http://{LOCAL}:{down.port}/", [LOCAL], {}, write)
        for number in range(neighbour.MOST_WAITING):
            one.tell(str(number))
        assert await one.flush() == "answered with status 503"
        waiting = list(one._waiting)
        assert len(waiting) == neighbour.MOST_WAITING
        assert (waiting[0], waiting[-1]) == ("5", "later 4")
        await one.stop(asyncio.create_task(one.run()))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sentry": {"dsn": "https://sentry.example/1"}}, "sentry.dsn"),
        ({"sentry": {"dsn": "http://rahasia@sentry.example/1"}}, "https"),
        ({"sentry": {"dsn": "https://rahasia@sentry.example/x"}}, "sentry.dsn"),
        ({"otlp": {"endpoint": "http://otlp.example/v1/traces"}}, "https"),
        ({"otlp": {"endpoint": "otlp.example"}}, "otlp.endpoint"),
        ({"otlp": {"sample": 2}}, "otlp.sample"),
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as raised:
        settings.load(None, given)
    assert "rahasia" not in str(raised.value)
