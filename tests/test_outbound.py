"""The guarded client calls what is public, over https, once, within its bounds; everything else is refused."""

import asyncio
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from renderer.outbound import OutboundClient, OutboundError
from renderer.outbound.addresses import is_public
from renderer.outbound.targets import read_target
from tests.receivers import LOCAL, NAME, OK, Script, certificate, client, receiver, saying

PUBLIC = ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1"]
NOT_PUBLIC = [
    *("0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.8.8.8", "168.63.129.16"),
    *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
    *("198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808"),
    *("64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1"),
    *("3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1"),
    *("2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1", "2606:4700::1%eth0"),
    *("", "localhost", "127.1", "0x7f000001", "2130706433", "[::1]"),
]
BAD_URLS = [
    *("", "hook.example", "//hook.example/", "http://hook.example/", "ftp://hook.example/", "file:///etc/passwd"),
    *("gopher://hook.example/", "javascript:alert(1)", "https://", "https:///x", "https://:443/", "https:hook.example"),
    *("https://user@hook.example/", "https://u:p@hook.example/", "https://hook.example@127.0.0.1/"),
    *("https://hook.example:22/", "https://hook.example:25/", "https://hook.example:0/", "https://hook.example:99999/"),
    *(
        "https://hook.example:x/",
        "https://hook.example\\@127.0.0.1/",
        "https://hook.example/a b",
        "https://a b.example/",
    ),
    *("https://hook.example/\r\nX-Evil:1", "https://hook.example\x00.evil.example/", "https://hook_.example/"),
    *("https://localhost/", "https://metadata/", "https://2130706433/", "https://0x7f000001/", "https://127.1/"),
    *(
        "https://0177.0.0.1/",
        "https://127.0.0.0x1/",
        "https://127.0.0.01/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
    ),
    *("https://hook..example/", f"https://{'a' * 64}.example/", f"https://hook.example/{'a' * 2050}", "https://①②⑦.1/"),
]
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LITERALS = [
    "127.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "１２７.0.0.1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_called(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_a_public_address_may_not(address: str) -> None:
    assert not is_public(address)


async def refused(made: OutboundClient, url: str, **arguments: object) -> str:
    with pytest.raises(OutboundError) as caught:
        await made.send("POST", url, **arguments)  # type: ignore[arg-type]
    return caught.value.reason


@pytest.mark.parametrize("url", BAD_URLS, ids=ascii)
async def test_an_address_that_is_not_plain_https_is_refused_before_any_look_up(url: str) -> None:
    asked: list[str] = []
    async with client(lookup=lambda name: asked.append(name) or [LOCAL]) as made:  # type: ignore[func-returns-value]
        assert await refused(made, url) == "url"
    assert asked == []


@pytest.mark.parametrize("host", LITERALS)
async def test_an_address_written_out_is_judged_like_any_other(host: str) -> None:
    made = OutboundClient()
    assert await refused(made, f"https://{host}/") == "address"
    await made.close()


def test_a_target_is_written_anew_from_its_parts() -> None:
    target = read_target("HTTPS://Bücher.Example:443/a/../b?q=1#part", frozenset({"https"}), frozenset({443}))
    assert target.url == "https://xn--bcher-kva.example/a/../b?q=1"


async def test_what_is_sent_arrives_once_and_nothing_of_the_environment_goes_along(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text(f"machine {NAME} login ani password rahasia\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    async with receiver() as proxy, receiver() as hook, client(hook) as made:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://{LOCAL}:{proxy.port}")
        answer = await made.send("POST", hook.url, body=b'{"a":1}', headers={"X-Kind": "lead"}, plain_http=True, most=9)
    assert (answer.status, answer.body) == (200, b"ok")
    assert "ok" not in repr(answer)
    assert proxy.heard == []
    (heard,) = hook.heard
    head, _, body = heard.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook HTTP/1.1\r\n")
    assert f"host: {NAME}:{hook.port}".encode() in head.lower()
    assert b"x-kind: lead" in head.lower()
    assert body == b'{"a":1}'
    for word in (b"authorization", b"cookie", b"aiohttp", b"python"):
        assert word not in head.lower()


@pytest.mark.parametrize(
    "found",
    [["10.0.0.1"], ["::1"], ["8.8.8.8", "127.0.0.2"], [LOCAL, "fd00::1"], ["::ffff:127.0.0.1"], []],
    ids=",".join,
)
async def test_a_name_is_refused_when_any_of_its_addresses_is_not_public(found: list[str]) -> None:
    async with receiver() as hook, client(hook, lookup=lambda _: found) as made:
        assert await refused(made, hook.url, plain_http=True) == "address"
        assert hook.heard == []


async def test_a_name_that_answers_differently_the_second_time_gains_nothing() -> None:
    answers = [[LOCAL], ["127.0.0.2"], ["127.0.0.2"]]
    async with receiver() as hook, client(hook, lookup=lambda _: answers.pop(0)) as made:
        assert (await made.send("POST", hook.url, plain_http=True)).status == 200
        assert len(answers) == 2, "looked up once: what was judged is what was called"
        assert await refused(made, hook.url, plain_http=True) == "address"
    assert len(hook.heard) == 1


async def test_the_socket_itself_refuses_what_came_past_the_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiver() as hook, client(hook) as made:
        made._permitted = frozenset({"192.0.2.9"})

        async def addresses(_: str) -> list[str]:
            return [LOCAL]

        monkeypatch.setattr(made, "_addresses", addresses)
        assert await refused(made, hook.url, plain_http=True) == "address"
    assert hook.heard == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    async with receiver() as inner:
        to = f"HTTP/1.1 {status} X\r\nLocation: {inner.url}\r\nContent-Length: 0\r\n\r\n".encode()
        async with receiver(saying(to)) as hook, client(hook, inner) as made:
            assert (await made.send("POST", hook.url, plain_http=True)).status == status
        assert inner.heard == []


async def test_tls_is_checked_against_the_name(tmp_path: Path) -> None:
    server, trusting = certificate(tmp_path)
    async with receiver(tls=server) as hook:
        url = hook.url.replace("http://", "https://")
        async with client(hook, tls=trusting) as made:
            assert (await made.send("POST", url)).status == 200
            assert await refused(made, url.replace(NAME, "other.example")) == "tls"
        async with client(hook) as distrusting:
            assert await refused(distrusting, url) == "tls"
    assert len(hook.heard) == 1


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def slow_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(1000):
        writer.write(b"X: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(20)


async def endless_chunks(writer: asyncio.StreamWriter) -> None:
    writer.write(CHUNKED)
    while True:
        writer.write(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
        await writer.drain()


async def endless_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Much: " + b"y" * 2000 + b"\r\n")
        await writer.drain()


async def endless_early_hints(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50)
        await writer.drain()
        await asyncio.sleep(0.01)


BOMB = gzip.compress(b"\0" * 20_000_000)
ENCODED = b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (drip, "time"),
        (slow_head, "time"),
        (silence, "time"),
        (endless_early_hints, "time"),
        (endless_chunks, "size"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999\r\n\r\n" + b"x" * 5000), "size"),
        (saying(ENCODED % (b"gzip", len(BOMB), BOMB)), "protocol"),
        (saying(ENCODED % (b"br", 2, b"xx")), "protocol"),
        (endless_headers, "size"),
        (saying(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"), "protocol"),
        (saying(b"HTTP/1.1 999999 OK\r\n\r\n"), "protocol"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"), "protocol"),
        (saying(b"SSH-2.0-OpenSSH_9.9\r\n"), "protocol"),
        (saying(b""), "connection"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort"), "protocol"),
    ],
)
async def test_an_answer_beyond_its_bounds_is_none(script: object, reason: str) -> None:
    seconds = 0.4 if reason == "time" else 30.0
    async with receiver(script) as hook, client(hook) as made:  # type: ignore[arg-type]
        assert await refused(made, hook.url, plain_http=True, most=1000, total_seconds=seconds) == reason


def flood(head: bytes, unit: bytes) -> Callable[[list[int]], Script]:
    """As much of `unit` as the other side takes; how much that was."""

    def counting(taken: list[int]) -> Script:
        async def script(writer: asyncio.StreamWriter) -> None:
            writer.write(head)
            while not writer.is_closing():
                writer.write(unit)
                await writer.drain()
                taken.append(len(unit))

        return script

    return counting


FLOODS = {
    "interim answers": flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "blank lines": flood(b"", b"\r\n" * 5000),
    "an endless extension of a chunk": flood(CHUNKED + b"1;", b"e" * 10_000),
    "extensions of chunks": flood(CHUNKED, b"1;" + b"e" * 4000 + b"\r\nx\r\n"),
}
MOST_UNDER_WAY = 20_000_000
"""Bytes that the system takes for us before anybody reads them."""


@pytest.mark.parametrize("made_of", FLOODS.values(), ids=FLOODS.keys())
async def test_what_is_no_part_of_a_body_is_bounded_too(made_of: Callable[[list[int]], Script]) -> None:
    taken: list[int] = []
    async with receiver(made_of(taken)) as hook, client(hook) as made:
        assert await refused(made, hook.url, plain_http=True, most=90_000) == "size"
    assert sum(taken) < MOST_UNDER_WAY


async def test_the_status_before_more_than_anybody_takes_is_an_answer() -> None:
    async with receiver(saying(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5_000_000)) as hook, client(hook) as made:
        assert (await made.send("POST", hook.url, plain_http=True)).status == 200


async def test_a_body_that_nobody_wants_is_not_read() -> None:
    for script in (endless_chunks, drip, saying(ENCODED % (b"gzip", len(BOMB), BOMB))):
        async with receiver(script) as hook, client(hook) as made:
            answer = await made.send("POST", hook.url, plain_http=True, total_seconds=5)
            assert (answer.status, answer.body) == (200, b"")


async def test_nobody_listening_is_told_apart_from_a_name_that_is_not_known() -> None:
    def unknown(_: str) -> list[str]:
        raise OSError(-2, "not known")

    async with receiver() as hook:
        pass
    async with client(hook) as made:
        assert await refused(made, hook.url, plain_http=True) == "connection"
    async with client(hook, lookup=unknown) as made:
        assert await refused(made, hook.url, plain_http=True) == "lookup"


async def test_a_name_server_that_never_answers_ends_with_the_time() -> None:
    hanging = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hang(_: str) -> list[str]:
        asyncio.run_coroutine_threadsafe(hanging.wait(), loop).result(10)
        return [LOCAL]

    async with receiver(OK) as hook, client(hook, lookup=hang) as made:
        assert await refused(made, hook.url, plain_http=True, total_seconds=0.2) == "time"
        hanging.set()


async def test_what_failed_says_nothing_of_the_other_side() -> None:
    secret = b"HTTP/1.1 200 root:x:0:0\r\nX-Secret\x00: s3cret\r\n\r\ns3cret"
    async with receiver(saying(secret)) as hook, client(hook) as made:
        with pytest.raises(OutboundError) as caught:
            await made.send("GET", hook.url, plain_http=True, most=100)
    for word in ("s3cret", "root", LOCAL, str(hook.port)):
        assert word not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("name", "until", "trusts", "said"),
    [
        (NAME, -1.0, True, "the certificate has expired"),
        ("other.example", 1.0, True, "the certificate is for another name"),
        (NAME, 1.0, False, "the certificate is of no known authority"),
    ],
)
async def test_what_is_wrong_with_a_certificate_is_said(
    tmp_path: Path, name: str, until: float, trusts: bool, said: str
) -> None:
    server, trusting = certificate(tmp_path, name, until)
    async with receiver(OK, server) as made, client(made, tls=trusting if trusts else None) as ours:
        with pytest.raises(OutboundError, match=said) as caught:
            await ours.send("POST", made.url.replace("http:", "https:"))
        assert caught.value.reason == "tls"
        assert made.heard == []
