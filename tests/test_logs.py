"""What is logged, and what never is."""

import fcntl
import io
import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from renderer import logs
from renderer.logs.scrub import printable, scrub
from renderer.logs.trace import ASKED, Asked, Trace, new_id, read_trace
from tests.factories import make_site
from tests.serving import Serve

HOST = "kopi.sites.test"
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What JSON lines are written to."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.set_up("info", "auto", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    return await make_site(conn, subdomain="kopi", title="Kopi Senja")


async def test_each_answer_has_an_id_and_its_line_the_same(serve: Serve, site: UUID, written: io.StringIO) -> None:
    visitor = await serve(log={"hits": 1.0})
    asked = [
        ("GET", HOST, "/", 200, "/"),
        ("GET", HOST, "/", 200, "/"),
        ("HEAD", HOST, "/?utm_source=rahasia", 200, "/"),
        ("GET", HOST, "/tidak-ada", 404, "/tidak-ada"),
        ("GET", HOST, "/blog/cari?q=rahasia", 200, None),
        ("PUT", HOST, "/", 405, None),
        ("GET", "tiada.sites.test", "/", 404, "/"),
        ("GET", "a@b", "/rahasia", 400, None),
    ]
    ids = []
    for method, host, path, status, _ in asked:
        answer = await visitor.ask(method, host, path, headers={"X-Request-Id": "0" * 16, "traceparent": PARENT})
        assert answer.status == status
        ids.append(answer.headers["X-Request-Id"])
    assert len({*ids, "0" * 16}) == len(asked) + 1
    told = [line for line in lines(written) if line["logger"] == logs.ACCESS]
    for line, sent, (method, host, _, status, path) in zip(told, ids, asked, strict=True):
        assert (line["request"], line["trace"]) == (sent, TRACE)
        assert line["message"] == f"{method} {status}"
        assert (line["host"], line.get("path")) == (host, path)
    assert [line["kept"] for line in told[:3]] == [False, True, True]
    assert told[4]["route"] == "blog"
    assert "rahasia" not in written.getvalue()
    assert "127.0.0.1" not in written.getvalue()


async def test_kept_answers_have_no_line_unless_they_are_sampled_and_none_has_where_lines_are_off(
    serve: Serve, site: UUID, written: io.StringIO
) -> None:
    visitor = await serve()
    for _ in range(5):
        await visitor.get(HOST)
    assert len(lines(written)) == 1
    silent = await serve(log={"access": False})
    for path in ("/", "/", "/x"):
        assert (await silent.get(HOST, path)).headers["X-Request-Id"]
    assert len(lines(written)) == 1


async def test_what_is_answered_below_the_application_has_an_id_too(
    serve: Serve, site: UUID, written: io.StringIO
) -> None:
    visitor = await serve()
    etag = (await visitor.get(HOST)).headers["ETag"]
    answers = [
        await visitor.raw(b"nonsense\r\n\r\n"),
        await visitor.raw(b"GET http://xn--a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        await visitor.raw(f'GET / HTTP/1.1\r\nHost: {HOST}\r\nIf-Match: "x"\r\nConnection: close\r\n\r\n'.encode()),
        await visitor.raw(f"GET / HTTP/1.0\r\nHost: {HOST}\r\nIf-None-Match: {etag}\r\n\r\n".encode()),
    ]
    assert [int(answer.split(b" ")[1]) for answer in answers] == [400, 400, 412, 304]
    for answer in answers:
        assert answer.count(b"\r\nX-Request-Id: ") == 1
        assert b"\r\nServer:" not in answer
    assert [line["message"].rpartition(" ")[2] for line in lines(written)] == ["200", "400", "400", "412"]


async def test_a_line_written_for_a_request_names_it(serve: Serve, site: UUID, written: io.StringIO) -> None:
    async def fail(request: object) -> None:
        logging.getLogger("renderer.x").warning("on the way")
        raise RuntimeError("of 10.1.2.3")

    visitor = await serve(lambda app: app.router.add_get("/_gagal", fail))  # type: ignore[arg-type]
    answer = await visitor.get(HOST, "/_gagal", headers={"traceparent": PARENT})
    assert answer.status == 500
    for line in lines(written):
        assert (line["request"], line["trace"]) == (answer.headers["X-Request-Id"], TRACE)
    fault = lines(written)[1]
    assert fault["level"] == "error"
    assert "RuntimeError: of [address]" in fault["exception"]
    assert "in fail: raise RuntimeError" in fault["exception"]


async def test_what_a_row_holds_is_not_in_the_line_of_its_fault(
    conn: asyncpg.Connection, site: UUID, written: io.StringIO
) -> None:
    try:
        await conn.execute("INSERT INTO users (email, password_hash) SELECT email, 'rahasia' FROM users")
    except asyncpg.UniqueViolationError:
        logging.getLogger("x").exception("a row was refused")
    line = lines(written)[0]
    assert "UniqueViolationError" in line["exception"]
    assert not {"rahasia", "DETAIL", "example.com"} & set(line["exception"].split())
    assert "@" not in line["exception"]


HOSTILE = "baris\nsatu \x1b]0;judul\x07\x9b31m\u202e"


def test_a_line_is_never_waited_for_and_what_is_left_out_is_counted(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = os.pipe()
    fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, 4_096)
    with os.fdopen(ends[0], encoding="utf-8") as reader, os.fdopen(ends[1], "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        logs.set_up("info", "json")
        aside = logs.step_aside()
        assert aside is not None
        for number in range(logs.MOST_WAITING * 2):
            logging.getLogger("x").info("%d", number)
        aside.end(0)  # nobody reads, and it has an end all the same
        said: list[str] = []
        for line in reader:
            said.append(json.loads(line)["message"])
            if "were lost" in said[-1]:
                break
    lost = int(said.pop().partition(" ")[0])
    assert said == [str(number) for number in range(len(said))]
    assert len(said) + lost == logs.MOST_WAITING * 2
    assert lost > 0


def test_what_cannot_be_written_is_said_once_it_can_be(written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = os.pipe()
    with os.fdopen(ends[0], encoding="utf-8") as reader, os.fdopen(ends[1], "w", encoding="utf-8") as stream:
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            kept = os.dup(stream.fileno())
            os.dup2(full.fileno(), stream.fileno())
        monkeypatch.setattr(sys, "stderr", stream)
        logs.set_up("info", "json")
        aside = logs.step_aside()
        assert aside is not None
        logging.getLogger("x").info("lost")
        for _ in range(500):
            if aside.failed:
                break
            time.sleep(0.01)
        os.dup2(kept, stream.fileno())
        os.close(kept)
        logging.getLogger("x").info("written")
        assert [json.loads(reader.readline())["message"] for _ in range(2)] == [
            "written",
            "1 lines of the log were lost: nobody took them",
        ]
        aside.end(1)


def test_nothing_that_moves_a_cursor_is_written(written: io.StringIO) -> None:
    logging.getLogger("x").error("%s", HOSTILE, extra={"host": HOSTILE, "thing": [HOSTILE]})
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        logging.getLogger("x").exception("gagal")
    terminal = Terminal()
    logs.set_up("info", "auto", terminal)
    logging.getLogger("x").error("%s", HOSTILE, extra={"host": HOSTILE})
    logging.getLogger(logs.ACCESS).info("GET 200", extra={"host": HOSTILE})
    text = written.getvalue() + terminal.getvalue()
    assert written.getvalue().count("\n") == 2
    assert terminal.getvalue().count("\n") == 2
    for sign in ("\x1b]", "\x07", "\x9b", "\u202e"):
        assert sign not in text
    text.encode()


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("from 203.0.113.9, port 1", "from [address], port 1"),
        ("2001:db8::1 and ::1 at 12:30:45", "[address] and [address] at 12:30:45"),
        ("to budi.s+x@mail.example", "to [mail]"),
        ("postgresql://edge:rahasia@db/tapsite", "postgresql://[secret]@db/tapsite"),
        ("InJhaGFzaWEi.Z1abcd.QmFzZTY0IHNpZ25hdHVyZXM", "[secret]"),
        ("x" * 43, "[secret]"),
        ("site 3f2b8c1e-9d4a-4c7b-8a65-0123456789ab: ok", "site 3f2b8c1e-9d4a-4c7b-8a65-0123456789ab: ok"),
        ("renderer.edge.sites.find_site", "renderer.edge.sites.find_site"),
        ("1.5 of 10, 3.11.2", "1.5 of 10, 3.11.2"),
        ("\ud800\u202e\n", r"\ud800\u202e\u000a"),
    ],
)
def test_addresses_and_secrets_are_masked(text: str, clean: str) -> None:
    assert printable(scrub(text)) == clean


@pytest.mark.parametrize(
    ("header", "trace"),
    [
        (PARENT, Trace(TRACE, "01", "b7ad6b7169203331")),
        (f"cc-{TRACE}-b7ad6b7169203331-00-what-comes-later", Trace(TRACE, "00", "b7ad6b7169203331")),
        (None, None),
        (f"{PARENT}-more", None),
        (f"ff-{TRACE}-b7ad6b7169203331-01", None),
        (f"00-{'0' * 32}-b7ad6b7169203331-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (PARENT.upper(), None),
        (f"{PARENT}\n", None),
        (f"cc{PARENT[2:]}-{'x' * 600}", None),
    ],
)
def test_a_trace_is_carried_on_where_it_is_valid(header: str | None, trace: Trace | None) -> None:
    assert read_trace(header) == trace
    asked = Asked(new_id(), trace)
    assert asked.parent == (f"00-{trace.id}-{asked.id}-{trace.flags}" if trace else None)
    assert ASKED.get() is None
