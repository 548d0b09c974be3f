"""Password-protected sites, over real HTTP and real rows."""

import asyncio
import gzip
import re
import time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import asyncpg
import bcrypt
import pytest

from renderer.gate import queries
from renderer.gate.attempts import FREE_ATTEMPTS, SITE_ATTEMPTS, SITE_WAIT, Attempts
from renderer.gate.passwords import hash_password
from tests.databases import let_waits_last
from tests.factories import make_site
from tests.serving import Serve
from tests.visitor import Answer, Visitor

HOST = "undangan.sites.test"
ACTION = "/_password"
SECRET = "Pernikahan Ayu dan Bima"
PASSWORD = "melati 2026 ❤"
HASH = hash_password(PASSWORD.encode())


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    return await make_site(
        conn,
        subdomain="undangan",
        title="Undangan",
        description=SECRET,
        seo_description=SECRET,
        is_password_protected=True,
        password_hash=HASH,
    )


async def post(visitor: Visitor, password: str | None = PASSWORD, host: str = HOST, **extra: Any) -> Answer:
    headers = {"Content-Type": "application/x-www-form-urlencoded", **extra.pop("headers", {})}
    fields = {"next": extra.pop("next_path", "/"), **({} if password is None else {"password": password})}
    return await visitor.ask("POST", host, ACTION, data=urlencode(fields).encode(), headers=headers, **extra)


def cookie_of(answer: Answer) -> str:
    return answer.headers["Set-Cookie"].partition(";")[0]


async def enter(visitor: Visitor, password: str = PASSWORD, host: str = HOST) -> str:
    answer = await post(visitor, password, host)
    assert answer.status == 303
    return cookie_of(answer)


async def see(visitor: Visitor, cookie: str, host: str = HOST, path: str = "/") -> Answer:
    return await visitor.get(host, path, headers={"Cookie": cookie})


def is_form(answer: Answer) -> bool:
    return f'action="{ACTION}"' in answer.text and 'name="password"' in answer.text


# Who is not let in


async def test_every_path_of_a_protected_site_shows_the_form_and_nothing_else(site: UUID, visitor: Visitor) -> None:
    for path in ("/", "/tentang", "/no-such-page", "/feed.xml", "/%2e%2e/x", "/?a=b", "/%00", ACTION):
        answer = await visitor.get(HOST, path)
        assert answer.status == 403, path
        assert is_form(answer), path
        assert SECRET not in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
        assert "ETag" not in answer.headers
        assert "WWW-Authenticate" not in answer.headers


async def test_odd_targets_stop_at_the_form_too(site: UUID, visitor: Visitor) -> None:
    for target in ("//x", f"http://{HOST}/galeri", "/\\x", "/a//b", "/./_password/../x"):
        answer = await visitor.raw(f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 403 "), target
        assert SECRET.encode() not in answer


async def test_a_path_that_exists_and_one_that_does_not_differ_in_the_address_alone(
    site: UUID, visitor: Visitor
) -> None:
    real, unreal = await visitor.get(HOST, "/"), await visitor.get(HOST, "/tidak-ada")
    assert real.text.replace('value="/"', "") == unreal.text.replace('value="/tidak-ada"', "")


async def test_every_method_stops_at_the_form(site: UUID, visitor: Visitor) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"):
        answer = await visitor.ask(method, HOST, "/kontak")
        assert answer.status == 403, method
        assert is_form(answer)
        assert 'value="/"' in answer.text


async def test_head_has_the_headers_and_no_body(site: UUID, visitor: Visitor) -> None:
    answer = await visitor.ask("HEAD", HOST)
    assert answer.status == 403
    assert answer.body == b""
    assert answer.headers["Cache-Control"] == "private, no-store"


async def test_the_form_keeps_where_the_visitor_was_going(site: UUID, visitor: Visitor) -> None:
    answer = await visitor.get(HOST, "/galeri?halaman=2&q=%22%3E%3Cscript%3E")
    assert 'value="/galeri?halaman=2&amp;q=%22%3E%3Cscript%3E"' in answer.text


async def test_the_files_of_the_theme_are_no_content_of_the_site(site: UUID, visitor: Visitor) -> None:
    form = await visitor.get(HOST)
    for path in set(re.findall(r'"(/_theme/[^"]+)"', form.text)):
        assert (await visitor.get(HOST, path)).status == 200


# The right password


async def test_the_right_password_opens_the_site_and_leads_on(site: UUID, visitor: Visitor) -> None:
    answer = await post(visitor, next_path="/?a=b")
    assert answer.status == 303
    assert answer.headers["Location"] == "/?a=b"
    assert answer.headers["Cache-Control"] == "private, no-store"
    page = await see(visitor, cookie_of(answer))
    assert page.status == 200
    assert SECRET in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    for path, status in (("/tidak-ada", 404), ("//", 301), (ACTION, 404)):
        answer_inside = await visitor.raw(
            f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie_of(answer)}\r\nConnection: close\r\n\r\n".encode()
        )
        assert answer_inside.startswith(f"HTTP/1.1 {status} ".encode()), path
        assert b"Cache-Control: private, no-store\r\n" in answer_inside


async def test_over_http_the_cookie_is_host_only_and_closed_to_scripts(site: UUID, visitor: Visitor) -> None:
    parts = (await post(visitor)).headers["Set-Cookie"].split("; ")
    assert parts[0].startswith("gate=")
    assert sorted(part.lower() for part in parts[1:]) == ["httponly", "max-age=604800", "path=/", "samesite=lax"]


async def test_over_https_the_cookie_cannot_be_planted_by_a_sibling(site: UUID, serve: Serve) -> None:
    visitor = await serve(server={"trusted_proxies": ["127.0.0.1", "::1"]})
    https = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
    answer = await post(visitor, headers=https)
    parts = answer.headers["Set-Cookie"].split("; ")
    assert parts[0].startswith("__Host-gate=")
    assert {part.lower() for part in parts} >= {"secure", "httponly", "path=/", "samesite=lax"}
    assert "domain" not in answer.headers["Set-Cookie"].lower()
    value = cookie_of(answer)
    assert (await visitor.get(HOST, headers={**https, "Cookie": value})).status == 200
    assert (await visitor.get(HOST, headers={**https, "Cookie": value.replace("__Host-", "")})).status == 403
    assert (await visitor.get(HOST, headers={"Cookie": value})).status == 403


async def test_a_site_that_was_opened_meanwhile_leads_on_without_asking(
    conn: asyncpg.Connection, site: UUID, visitor: Visitor
) -> None:
    await conn.execute("UPDATE websites SET is_password_protected = false WHERE id = $1", site)
    answer = await post(visitor, "anything", next_path="/x")
    assert (answer.status, answer.headers["Location"]) == (303, "/x")
    assert "Set-Cookie" not in answer.headers


async def test_the_way_on_never_leaves_the_site(site: UUID, visitor: Visitor) -> None:
    for target in ("//evil.test", "https://evil.test/", "/\\evil.test", "/\t/evil.test", "/\r\nX: y", ACTION):
        answer = await post(visitor, next_path=target)
        assert (answer.status, answer.headers["Location"]) == (303, "/"), target
    assert 'value="/"' in (await post(visitor, "wrong", next_path="//evil.test")).text


# The wrong one


async def test_a_wrong_password_gets_the_form_again(site: UUID, visitor: Visitor) -> None:
    fresh = await visitor.get(HOST, "/galeri")
    for password in ("", "wrong", PASSWORD + " ", PASSWORD.upper(), "x" * 257, "❤" * 86, "x" * 2000):
        answer = await post(visitor, password, next_path="/galeri")
        assert answer.status == 403
        assert is_form(answer)
        assert 'value="/galeri"' in answer.text
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.text != fresh.text  # it says that the password was wrong
        assert not password or password not in answer.text


async def test_thirty_guesses_end_in_429_for_the_right_password_too(
    conn: asyncpg.Connection, site: UUID, visitor: Visitor
) -> None:
    answers = []
    for number in range(30):
        if number == 10:
            await let_waits_last(conn)
        answers.append(await post(visitor, f"guess {number}", next_path="/galeri"))
    assert [answer.status for answer in answers] == [403] * 10 + [429] * 20
    slow_down = answers[10]
    assert is_form(slow_down)
    assert int(slow_down.headers["Retry-After"]) >= 1
    assert slow_down.headers["Cache-Control"] == "private, no-store"
    assert (await post(visitor)).status == 429


async def test_guesses_at_once_are_all_counted(site: UUID, visitor: Visitor) -> None:
    statuses = [answer.status for answer in await asyncio.gather(*(post(visitor, f"{n}") for n in range(30)))]
    assert statuses.count(429) >= 15
    assert set(statuses) <= {403, 429, 503}


async def test_guesses_of_one_client_leave_the_others_alone(conn: asyncpg.Connection, site: UUID, serve: Serve) -> None:
    visitor = await serve(server={"trusted_proxies": ["127.0.0.1", "::1"]})
    for number in range(10):
        await post(visitor, f"{number}", headers={"X-Forwarded-For": "192.0.2.1"})
    await let_waits_last(conn)
    assert (await post(visitor, headers={"X-Forwarded-For": "192.0.2.1"})).status == 429
    assert (await post(visitor, headers={"X-Forwarded-For": "192.0.2.2"})).status == 303


# What is not a password at all


BODIES: list[tuple[bytes, dict[str, str], int]] = [
    (b"password=a%00b", {}, 400),
    (b"password=%ff", {}, 400),
    (b"password=\xff", {}, 400),
    (b"password=%ed%a0%80", {}, 400),
    (b"next=/", {}, 400),
    (b"", {}, 400),
    (b"password=a&password=b", {}, 400),
    (b"a&" * 100, {}, 400),
    (b"password=" + b"x" * 10_000, {}, 413),
    (b"password=" + b"x" * 900_000, {}, 413),
    (b'{"password": "a"}', {"Content-Type": "application/json"}, 415),
    (b"--x\r\n\r\n--x--", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
    (b"password=a", {"Content-Type": "text/plain"}, 415),
    (b"password=a", {"Content-Type": "nonsense"}, 415),
    (gzip.compress(b"password=a"), {"Content-Encoding": "gzip"}, 415),
    (b"password=a", {"Content-Encoding": "gzip, identity"}, 415),
    (b"password=a", {"Content-Encoding": "odd"}, 415),
]


async def test_a_body_that_is_no_form_is_refused_in_words_and_without_the_sites_content(
    site: UUID, visitor: Visitor
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for body, headers, status in BODIES:
        answer = await visitor.ask("POST", HOST, ACTION, data=body, headers={**form, **headers})
        assert answer.status == status, (body[:20], headers)
        assert "<h1>" in answer.text
        assert SECRET not in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert (await post(visitor)).status == 303  # none of them counted as an attempt


async def test_a_body_without_a_stated_length_is_cut_off_too(site: UUID, visitor: Visitor) -> None:
    head = f"POST {ACTION} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    chunks = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    answer = await visitor.raw(
        f"{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n".encode() + chunks * 4 + b"0\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 413 ")


# Posts of other pages


ORIGINS: list[tuple[dict[str, str], int]] = [
    ({}, 303),
    ({"Sec-Fetch-Site": "same-origin"}, 303),
    ({"Sec-Fetch-Site": "none"}, 303),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": ""}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HOST}"}, 403),
    ({"Origin": f"http://{HOST}"}, 303),
    ({"Origin": f"http://{HOST.upper()}"}, 303),
    ({"Origin": f"https://{HOST}"}, 403),
    ({"Origin": f"http://{HOST}:81"}, 403),
    ({"Origin": "http://other.sites.test"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": ""}, 403),
]


async def test_only_the_sites_own_page_posts_the_password(site: UUID, visitor: Visitor) -> None:
    for headers, status in ORIGINS:
        answer = await post(visitor, headers=headers)
        assert answer.status == status, headers
        assert ("Set-Cookie" in answer.headers) == (status == 303)


async def test_another_page_cannot_use_up_a_visitors_attempts(site: UUID, visitor: Visitor) -> None:
    for _ in range(20):
        assert (await post(visitor, "wrong", headers={"Sec-Fetch-Site": "cross-site"})).status == 403
    assert (await post(visitor)).status == 303


# Cookies


async def test_the_cookie_of_another_site_opens_nothing(conn: asyncpg.Connection, site: UUID, visitor: Visitor) -> None:
    await make_site(conn, subdomain="tetangga", is_password_protected=True, password_hash=HASH)
    theirs = await enter(visitor, host="tetangga.sites.test")
    assert (await see(visitor, theirs, host="tetangga.sites.test")).status == 200
    assert (await see(visitor, theirs)).status == 403


async def test_a_new_password_ends_every_cookie_and_the_old_one_opens_nothing(
    conn: asyncpg.Connection, site: UUID, visitor: Visitor
) -> None:
    cookie = await enter(visitor)
    await conn.execute("UPDATE websites SET password_hash = $2 WHERE id = $1", site, hash_password(b"baru"))
    assert (await see(visitor, cookie)).status == 403
    assert (await post(visitor)).status == 403
    assert (await see(visitor, await enter(visitor, "baru"))).status == 200


async def test_taking_the_protection_away_and_back_ends_every_cookie(
    conn: asyncpg.Connection, site: UUID, visitor: Visitor
) -> None:
    cookie = await enter(visitor)
    for protected in (False, True):
        await conn.execute("UPDATE websites SET is_password_protected = $2 WHERE id = $1", site, protected)
    assert (await see(visitor, cookie)).status == 403


async def test_other_changes_of_the_site_keep_the_cookie(
    conn: asyncpg.Connection, site: UUID, visitor: Visitor
) -> None:
    cookie = await enter(visitor)
    await conn.execute("UPDATE websites SET title = 'Lain' WHERE id = $1", site)
    assert (await see(visitor, cookie)).status == 200


async def test_a_changed_or_invented_cookie_opens_nothing(site: UUID, visitor: Visitor) -> None:
    cookie = await enter(visitor)
    value = cookie.partition("=")[2]
    payload, signed_at, signature = value.split(".")
    for forged in (
        "",
        "1",
        "x" * 8000,
        value[:-2],
        f"{payload}.{signed_at}.{signature[::-1]}",
        f"Mg.{signed_at}.{signature}",
        f"{payload}.zzzzzz.{signature}",
        f'"{value}é"',
    ):
        assert (await see(visitor, f"gate={forged}")).status == 403, forged


async def test_a_cookie_ends_after_seven_days(site: UUID, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    now = int(time.time())
    for age, status in ((6 * 86_400, 200), (7 * 86_400 + 60, 403)):
        with monkeypatch.context() as patch:
            patch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _, age=age: now - age)
            cookie = await enter(visitor)
        assert (await see(visitor, cookie)).status == status


# Hashes as rows hold them


async def test_a_bcrypt_hash_of_another_writer_is_replaced_and_nothing_else_moves(
    conn: asyncpg.Connection, site: UUID, visitor: Visitor
) -> None:
    stored = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$")
    await conn.execute("UPDATE websites SET password_hash = $2 WHERE id = $1", site, stored)
    row = "SELECT password_hash, password_version, updated_at FROM websites WHERE id = $1"
    before = await conn.fetchrow(row, site)
    first = await enter(visitor)
    after = await conn.fetchrow(row, site)
    assert after["password_hash"].startswith("$argon2id$")
    assert (after["password_version"], after["updated_at"]) == (before["password_version"], before["updated_at"])
    assert (await see(visitor, first)).status == 200
    await enter(visitor)
    assert await conn.fetchval("SELECT password_hash FROM websites WHERE id = $1", site) == after["password_hash"]


async def test_who_knows_the_password_enters_though_a_better_hash_cannot_be_stored(
    conn: asyncpg.Connection, site: UUID, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    await conn.execute("UPDATE websites SET password_hash = $2 WHERE id = $1", site, stored)
    for fault in (asyncpg.ReadOnlySQLTransactionError("no"), ConnectionResetError()):

        async def fail(*_: Any, fault: Exception = fault, **__: Any) -> None:
            raise fault

        monkeypatch.setattr(queries, "site_password_rehash", fail)
        assert (await see(visitor, await enter(visitor))).status == 200
    assert await queries.site_password_hash(conn, site) == stored


async def test_a_better_hash_never_overwrites_a_password_changed_meanwhile(
    conn: asyncpg.Connection, site: UUID
) -> None:
    assert not await queries.site_password_rehash(conn, site, old="$2b$something else", new=hash_password(b"old"))
    assert await queries.site_password_hash(conn, site) == HASH


async def test_a_site_without_a_usable_hash_lets_nobody_in_and_the_operator_is_told(
    conn: asyncpg.Connection, site: UUID, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    greedy = HASH.replace("m=19456", "m=1048576")
    for stored in (None, "", "plain text", "$2b$31$" + "." * 53, greedy):
        caplog.clear()
        await conn.execute("UPDATE websites SET password_hash = $2 WHERE id = $1", site, stored)
        assert (await visitor.get(HOST)).status == 403
        for password in (PASSWORD, stored or "x"):
            assert (await post(visitor, password)).status == 403
        assert str(site) in caplog.text
        assert not stored or stored not in caplog.text
        assert [entry.subdomain for entry in await queries.closed_sites(conn)] == ["undangan"]


async def test_sites_that_can_be_entered_are_not_reported(conn: asyncpg.Connection, site: UUID) -> None:
    await make_site(conn, subdomain="terbuka")
    assert await queries.closed_sites(conn) == []


async def test_the_edge_cannot_read_hashes_out_of_the_table(database: Any, site: UUID) -> None:
    edge = await asyncpg.connect(database.url_as("tapsite_edge"))
    try:
        assert await queries.site_password_hash(edge, site) == HASH
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await edge.fetch("SELECT password_hash FROM websites")
    finally:
        await edge.close()


async def test_a_sites_own_attempts_are_counted_whoever_makes_them(conn: asyncpg.Connection) -> None:
    site, other, attempts = await make_site(conn), await make_site(conn), Attempts(b"k" * 32)
    await attempts._sites.add(conn, f"site {site}", 2 * SITE_ATTEMPTS)
    for address in ("192.0.2.1", "2001:db8::1"):
        assert await attempts.admit(conn, site, address) == SITE_WAIT
        assert await attempts.admit(conn, other, address) == 0.0
    assert await site_attempts(attempts, conn, site) == 2 * SITE_ATTEMPTS, "who has to wait does not lengthen it"


async def test_right_passwords_use_up_attempts_of_nobody(conn: asyncpg.Connection) -> None:
    site, attempts, client = await make_site(conn), Attempts(b"k" * 32), "192.0.2.1"
    for _ in range(FREE_ATTEMPTS + 2):
        assert await attempts.admit(conn, site, client) == 0.0
        assert await site_attempts(attempts, conn, site) == 1
        await attempts.succeed(conn, site, client)
    assert await site_attempts(attempts, conn, site) == 0
    # What was never checked is the site's again, and still the client's.
    for _ in range(FREE_ATTEMPTS):
        assert await attempts.admit(conn, site, client) == 0.0
        await attempts.take_back(conn, site)
    assert await attempts.admit(conn, site, client) > 0
    assert await site_attempts(attempts, conn, site) == 0


async def site_attempts(attempts: Attempts, conn: asyncpg.Connection, site: UUID) -> int:
    return (await attempts._sites.seen(conn, {"": f"site {site}"}))[""]
