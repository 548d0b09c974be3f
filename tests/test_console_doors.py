"""Links in mail, limits of attempts, rules of passwords, and the audit trail of the console."""

import asyncio
import json
import re
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from math import log2
from pathlib import Path
from time import monotonic

import asyncpg
import pytest

from renderer.console import links, neighbour_of, password_fault
from renderer.keyring import Keyring, new_inline
from tests.commands import Run
from tests.databases import Database, let_waits_last
from tests.mail_server import MailServer, mail_server
from tests.owners import HOST, MARK, PASSWORD, Owner, furnish, mailed_link, make_owner
from tests.serving import Serve
from tests.visitor import Answer, Visitor

NEW = "sepeda tua di gudang belakang"


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
async def console(serve: Serve, mail: MailServer) -> Visitor:
    return await serve(console={"host": HOST}, mail=mail.settings)


@pytest.fixture
async def ani(console: Visitor, conn: asyncpg.Connection) -> Owner:
    return await furnish(conn, await make_owner(conn, console, "Ani Rahayu"), MARK)


def token_of(path: str) -> str:
    return path.removeprefix("/link/")


async def actions(conn: asyncpg.Connection, user: object) -> list[str]:
    return [
        row[0] for row in await conn.fetch("SELECT action FROM audit_logs WHERE user_id = $1 ORDER BY created_at", user)
    ]


async def test_a_mailed_link_signs_in_once_by_a_button(ani: Owner, mail: MailServer, conn: asyncpg.Connection) -> None:
    answer = await ani.post("/sign-in/link", {"email": ani.email.upper(), "password": ""})
    assert answer.status == 200
    path = await mailed_link(mail)
    letter = next(one for one in mail.letters if one["Subject"] == "Tautan masuk Anda")
    assert letter["To"] == ani.email
    # A scanner, a preview of a messenger, an impatient person: looking uses nothing up.
    for _ in range(3):
        page = await ani.get(path)
        assert page.status == 200
        assert ani.email in page.text
        assert not ani.cookie
    assert (await ani.visitor.ask("HEAD", HOST, path)).status == 200
    answer = await ani.post("/link", {"token": token_of(path)})
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    ani.take(answer)
    assert (await ani.get("/")).status == 200
    assert await conn.fetchval("SELECT email_verified_at IS NOT NULL FROM users WHERE id = $1", ani.id)
    again = Owner(ani.visitor, None, "")
    assert (await again.post("/link", {"token": token_of(path)})).status == 410
    assert (await again.get(path)).status == 410
    assert await actions(conn, ani.id) == ["link_sent", "sign_in"]
    stored = await conn.fetchval("SELECT digest FROM console_links")
    assert stored.hex() not in path


async def test_an_unknown_address_is_answered_alike_and_gets_nothing(
    ani: Owner, mail: MailServer, conn: asyncpg.Connection
) -> None:
    closed = await make_owner(conn, ani.visitor, "Tutup", is_active=False)
    said = set()
    for email in ("siapa@example.com", closed.email, ani.email):
        for path in ("/sign-in/link", "/reset"):
            answer = await ani.post(path, {"email": email})
            assert answer.status == 200
            said.add(re.sub(r"\d+ menit", "", answer.text.replace(email, "")))
    assert len(said) == 1
    await mailed_link(mail, 2)
    await asyncio.sleep(0.1)
    assert {one for _, to in mail.envelopes for one in to} == {ani.email}
    for odd in ("", "x", "@example.com", "a@b", "x" * 250 + "@a.id", "a\nb@example.com", "a\x00@example.com"):
        assert (await ani.post("/sign-in/link", {"email": odd})).status in (400, 422), odd


@pytest.mark.parametrize(
    "typed", ["ani@gmail..com", ".ani@gmail.com", "ani.@gmail.com", "a..i@gmail.com", "ani@-mail.com", "ani@.mail.com"]
)
async def test_an_address_that_no_mail_server_takes_is_asked_for_again(ani: Owner, typed: str) -> None:
    for path in ("/sign-in/link", "/reset"):
        answer = await ani.post(path, {"email": typed})
        assert answer.status == 422, path
        assert typed in answer.text


async def test_a_link_that_is_forged_foreign_late_or_outdated_opens_nothing(
    ani: Owner, mail: MailServer, conn: asyncpg.Connection, keyring: Keyring
) -> None:
    await ani.post("/sign-in/link", {"email": ani.email})
    path = await mailed_link(mail)
    token = token_of(path)
    forged = Keyring.generate().signer("session", "link").sign(["sign_in", "x"])
    unknown = keyring.signer("session", "link").sign(["sign_in", "nobody"])
    swapped = keyring.signer("gate", "link").sign(["sign_in", "nobody"])
    odd = keyring.signer("session", "link").sign({"a": 1})
    for bad in (forged, unknown, swapped, odd, token[:-1], token + "A", "", "x" * 9000, "a.b.c", "%00"):
        assert (await ani.post("/link", {"token": bad})).status == 410, bad[:40]
    for change, back in (
        (
            "UPDATE console_links SET expires_at = now()",
            "UPDATE console_links SET expires_at = now() + interval '1 hour'",
        ),
        (
            "UPDATE users SET email = 'lain@example.com' WHERE id = $1",
            "UPDATE users SET email = 'ani@example.com' WHERE id = $1",
        ),
    ):
        await conn.execute(change, *([ani.id] if "$1" in change else []))
        assert (await ani.post("/link", {"token": token})).status == 410
        await conn.execute(back, *([ani.id] if "$1" in back else []))
    assert (await ani.get(path)).status == 200
    await conn.execute("UPDATE users SET is_active = false WHERE id = $1", ani.id)
    assert (await ani.post("/link", {"token": token})).status == 410
    await conn.execute("UPDATE users SET is_active = true WHERE id = $1", ani.id)
    assert (await ani.post("/link", {"token": token})).status == 410  # closed for good with the account
    answer = await ani.post("/link", {"token": token}, **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403


async def test_ten_who_press_the_button_at_once_get_one_session(
    ani: Owner, mail: MailServer, conn: asyncpg.Connection
) -> None:
    await ani.post("/sign-in/link", {"email": ani.email})
    token = token_of(await mailed_link(mail))
    answers = await asyncio.gather(*(Owner(ani.visitor, None, "").post("/link", {"token": token}) for _ in range(10)))
    assert sorted(answer.status for answer in answers) == [303] + [410] * 9
    assert await conn.fetchval("SELECT count(*) FROM console_sessions") == 1


async def test_a_new_password_is_set_by_a_link_and_ends_every_other_way_in(
    ani: Owner, mail: MailServer, conn: asyncpg.Connection
) -> None:
    await ani.sign_in()
    thief = Owner(ani.visitor, ani.id, ani.email)
    await thief.sign_in()
    for number, path in enumerate(("/sign-in/link", "/reset"), start=1):
        await ani.post(path, {"email": ani.email})
        await mailed_link(mail, number)
    sign_in, path = await mailed_link(mail, 1), await mailed_link(mail, 2)
    assert "new-password" in (await ani.get(path)).text
    for bad, said in (
        ("pendek", "Paling sedikit 10"),
        (ani.email, "surel"),
        ("password123", "umum"),
        ("a" * 300, "bita"),
    ):
        answer = await ani.post("/link", {"token": token_of(path), "new-password": bad})
        assert answer.status == 422
        assert said in answer.text
    answer = await ani.post("/link", {"token": token_of(path), "new-password": NEW})
    assert (answer.status, answer.headers["Location"]) == (303, "/?done=password")
    ani.take(answer)
    assert "Kata sandi baru tersimpan" in (await ani.get("/?done=password")).text
    assert (await thief.get("/")).status == 303
    assert (await thief.sign_in()).status == 422
    assert (await thief.post("/link", {"token": token_of(sign_in)})).status == 410
    assert (await thief.sign_in(NEW)).status == 303
    assert "password_changed" in await actions(conn, ani.id)


async def test_letters_to_one_address_are_few(ani: Owner, mail: MailServer, conn: asyncpg.Connection) -> None:
    for _ in range(7):
        answer = await ani.post("/sign-in/link", {"email": ani.email})
        assert answer.status == 200
    await mailed_link(mail, 5)
    await asyncio.sleep(0.1)
    assert sum(one["Subject"] == "Tautan masuk Anda" for one in mail.letters) == 5


async def test_strangers_have_few_letters_a_day_written_and_one_always_opens_the_account(
    conn: asyncpg.Connection, ani: Owner
) -> None:
    keyring, written, lasted = Keyring.generate(), 0, set()
    for _ in range(24 * 6):
        made = await links.make(conn, keyring, ani.email, "sign_in", is_known=False)
        if made is not None:
            written += 1
            lasted.add(made.lasts)
        assert await conn.fetchval("SELECT count(*) FROM console_links WHERE expires_at > now() AND used_at IS NULL")
        await conn.execute(
            "UPDATE console_links SET created_at = created_at - interval '10 minutes', "
            "expires_at = expires_at - interval '10 minutes'"
        )
    assert 5 < written <= 14
    assert lasted == {timedelta(minutes=30 * times) for times in (1, 2, 4, 8)}
    assert await links.make(conn, keyring, ani.email, "sign_in", is_known=False) is None
    for _ in range(4):
        made = await links.make(conn, keyring, ani.email, "sign_in", is_known=True)
        assert made is not None
        assert made.lasts == timedelta(minutes=30)
    assert (await links.make(conn, keyring, ani.email, "reset", is_known=False)) is not None, "another kind of letter"


async def test_an_owner_s_browser_has_letters_written_whatever_strangers_asked_for(
    ani: Owner, mail: MailServer, conn: asyncpg.Connection
) -> None:
    await ani.sign_in()
    ani.cookie = ""
    stranger = Owner(ani.visitor, None, "")
    for _ in range(6):
        await stranger.post("/sign-in/link", {"email": ani.email})
    await mailed_link(mail, 5)
    # Four of them two hours ago.
    await conn.execute(
        "UPDATE console_links SET created_at = created_at - interval '2 hours', expires_at = now() "
        "WHERE id <> (SELECT id FROM console_links ORDER BY created_at DESC LIMIT 1)"
    )
    await stranger.post("/sign-in/link", {"email": ani.email})
    await ani.post("/sign-in/link", {"email": ani.email})
    path = await mailed_link(mail, 6)
    assert await conn.fetchval("SELECT count(*) FROM console_links WHERE expires_at > now()") == 2
    answer = await ani.post("/link", {"token": token_of(path)})
    assert answer.status == 303


async def test_letters_that_no_mail_server_took_keep_no_later_one_back(
    ani: Owner, mail: MailServer, conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renderer.console.letters.PAUSES", (0.0,))
    mail.data = "554 no"
    for number in range(1, 8):
        await ani.post("/sign-in/link", {"email": ani.email})
        async with asyncio.timeout(60):
            while await conn.fetchval("SELECT count(lost_at) FROM console_links") < number:
                await asyncio.sleep(0.01)
    mail.data = "250 OK"
    await ani.post("/sign-in/link", {"email": ani.email})
    lost = 7
    assert (await ani.post("/link", {"token": token_of(await mailed_link(mail))})).status == 303
    assert await conn.fetchval("SELECT count(lost_at) FROM console_links") == lost


async def test_a_mail_server_that_is_away_is_asked_again_and_hidden_from_who_asks(
    ani: Owner, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renderer.console.letters.PAUSES", (0.0, 0.01, 0.02))
    mail.data = "451 later"
    assert (await ani.post("/sign-in/link", {"email": ani.email})).status == 200
    await asyncio.sleep(0.2)
    mail.data = "250 OK"
    assert (await ani.post("/sign-in/link", {"email": ani.email})).status == 200
    assert await mailed_link(mail)


async def test_guessing_takes_longer_each_time_for_an_account_and_for_a_client(
    console: Visitor, conn: asyncpg.Connection, serve: Serve
) -> None:
    ani = await make_owner(conn, console, "Ani")
    statuses = []
    for number in range(14):
        if number == 12:
            await let_waits_last(conn)
        answer = await Owner(console, None, f"tebak{number}@example.com").sign_in("salah sekali")
        statuses.append(answer.status)
    assert statuses == [422] * 12 + [429] * 2
    assert int(answer.headers["Retry-After"]) >= 1
    assert "Tunggu" in answer.text
    assert (await ani.sign_in()).status == 429  # the same client
    # Another worker counts on; the delay doubles, up to a quarter of an hour.
    other = Owner(await serve(console={"host": HOST}), ani.id, ani.email)
    assert (await other.sign_in()).status == 429
    waits = []
    for _ in range(14):
        await conn.execute("UPDATE console_attempts SET waits_until = now()")
        assert (await other.sign_in("salah sekali")).status == 422
        waits.append(
            await conn.fetchval(
                "SELECT extract(epoch FROM waits_until - tried_at)::integer FROM console_attempts "
                "ORDER BY attempts DESC LIMIT 1"
            )
        )
    assert waits[:4] == [4, 8, 16, 32]
    assert waits[-1] == 900
    await conn.execute("UPDATE console_attempts SET waits_until = now()")
    assert (await other.sign_in()).status == 303
    assert await conn.fetchval("SELECT count(*) FROM console_attempts WHERE attempts >= 20") == 1  # the client's own
    await conn.execute("UPDATE console_attempts SET tried_at = now() - interval '2 hours', waits_until = now()")
    assert (await other.sign_in("salah sekali")).status == 422
    assert (
        await conn.fetchval("SELECT max(attempts) FROM console_attempts WHERE tried_at > now() - interval '1 minute'")
        == 1
    )
    text = str([tuple(row) for row in await conn.fetch("SELECT * FROM console_attempts")])
    assert "ani@" not in text
    assert "127.0.0.1" not in text


async def test_fifty_guesses_at_once_are_counted_before_they_are_judged(
    console: Visitor, conn: asyncpg.Connection
) -> None:
    ani = await make_owner(conn, console, "Ani")
    began = monotonic()
    guesses: list[Answer] = await asyncio.gather(
        *(Owner(console, None, ani.email).sign_in(f"salah nomor {number}") for number in range(50))
    )
    judged = sum(one.status in (422, 503) and "Retry-After" not in one.headers for one in guesses)
    # Twelve, and on a slow machine as many as their waits (2, 4, 8 … s) were over in the meantime.
    assert judged <= 12 + log2(1 + (monotonic() - began) / 2)
    assert {one.status for one in guesses} <= {422, 429, 503}


async def test_the_trail_tells_what_happened_and_nothing_personal_or_secret(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    await ani.sign_in("salah sekali")
    await Owner(ani.visitor, None, "siapa@example.com").sign_in("salah sekali")
    await ani.sign_in()
    await ani.post("/sign-out")
    rows = await conn.fetch("SELECT * FROM audit_logs ORDER BY created_at")
    assert [(row["action"], row["user_id"]) for row in rows] == [
        ("sign_in_failed", ani.id),
        ("sign_in_failed", None),
        ("sign_in", ani.id),
        ("sign_out", ani.id),
    ]
    assert all(len(row["request_id"]) == 16 for row in rows)
    assert json.loads(rows[2]["new_values"])["by"] == "password"
    text = str([tuple(row) for row in rows])
    for secret in ("salah", PASSWORD, "siapa@", "ani@", "127.0.0.1"):
        assert secret not in text
    emails = [json.loads(row["new_values"]).get("email") for row in rows[:2]]
    assert None not in emails
    assert len(set(emails)) == 2


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("pendek", "password_short"),
        ("1234567890", "password_common"),
        ("PASSWORD123", "password_common"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("indonesia123", "password_common"),
        ("Ani@Example.com", "password_personal"),
        ("ÿ" * 129, "password_long"),
        (PASSWORD, None),
        (NEW, None),
        ("ダブルコーヒー四杯目の朝", None),
    ],
)
def test_a_password_is_refused_for_its_length_or_because_many_have_it(password: str, fault: str | None) -> None:
    assert password_fault(password, "ani@example.com") == fault


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("pemilik.example", None),
        ("console.sites.test", "sites.test"),
        ("console.tapsite.example", "id.tapsite.example"),
        ("tapsite.example", "id.tapsite.example"),
        ("pemilik.co.id", None),
        ("console.localhost", "localhost"),
        ("", None),
    ],
)
def test_a_console_beside_its_sites_is_noticed(host: str, base: str | None) -> None:
    assert neighbour_of(host, ["situs.co.id", "sites.test", "localhost", "id.tapsite.example"]) == base


async def test_users_are_made_and_let_in_by_an_operator(
    renderer: Run, database: Database, conn: asyncpg.Connection, tmp_path: Path
) -> None:
    def run(*arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return renderer(  # type: ignore[no-any-return]
            "users",
            *arguments,
            stdin=stdin,
            database=database,
            var=tmp_path,
            database_migrate_url=database.url,
            database_console_url=database.url_as("tapsite_console"),
            console_host=HOST,
        )

    made = run("create", "Ani@example.com", "--name", "Ani", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert made.returncode == 0, made.stderr
    for arguments, stdin, said in (
        (("ani@example.com",), "", "there is an account"),
        (("kosong",), "", "no e-mail address"),
        (("budi@example.com", "--password-stdin"), "pendek\n", "password short"),
        (("budi@example.com", "--password-stdin"), "", "password short"),
        (("budi@example.com", "--password-stdin"), "\udcff" * 12, "not UTF-8"),
    ):
        refused = run("create", *arguments, stdin=stdin)
        assert refused.returncode == 2, refused.stderr
        assert said in " ".join(refused.stderr.split())
    link = run("link", "ani@example.com")
    assert link.stdout.startswith(f"http://{HOST}:8080/link/"), link.stderr
    assert run("link", "siapa@example.com").returncode == 2
    assert await conn.fetchval("SELECT count(*) FROM users") == 1
    beside = {"console_host": "console.sites.test", "server_mode": "production", "secrets_keyring": new_inline()}
    walled = {"database_console_url": database.url_as("tapsite_console"), "database_migrate_url": database.url}
    checked = renderer("check", database=database, var=tmp_path, **beside, **walled)
    assert "of one site with server.base_domains sites.test" in checked.stdout  # type: ignore[attr-defined]
