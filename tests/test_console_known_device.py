"""Strangers who try to get into an account keep its owner out of nothing that the owner was in before."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from renderer.console.attempts import FREE_OF_AN_ACCOUNT
from renderer.keyring import Keyring
from tests.mail_server import MailServer, mail_server
from tests.owners import HOST, PASSWORD, Owner, mailed_link, make_owner
from tests.serving import Serve
from tests.visitor import Visitor

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
    return await make_owner(conn, console, "Ani")


async def shut_the_doors(conn: asyncpg.Connection) -> None:
    """Whatever is counted has used up its attempts."""
    await conn.execute(
        "UPDATE console_attempts SET attempts = 50, tried_at = now(), waits_until = now() + interval '900 s'"
    )


async def besiege(conn: asyncpg.Connection, visitor: Visitor, email: str) -> None:
    stranger = Owner(visitor, None, email)
    assert (await stranger.sign_in("salah sekali")).status == 422
    await shut_the_doors(conn)
    assert (await stranger.sign_in()).status == 429


async def test_whoever_guesses_keeps_no_owner_out_of_a_browser_they_were_in(
    ani: Owner, conn: asyncpg.Connection, console: Visitor
) -> None:
    assert (await ani.sign_in()).status == 303
    ani.take(await ani.post("/sign-out"))
    assert ani.known
    assert not ani.cookie
    assert (await ani.get("/")).status == 303  # it opens nothing
    await besiege(conn, console, ani.email)  # from her own network, too
    assert (await ani.sign_in()).status == 303
    assert (await ani.get("/")).status == 200


async def test_a_known_browser_has_no_more_attempts_than_a_stranger(ani: Owner, conn: asyncpg.Connection) -> None:
    await ani.sign_in()
    ani.cookie = ""
    statuses = [(await ani.sign_in("salah sekali")).status for _ in range(13)]
    assert statuses == [422] * 12 + [429]
    assert (await ani.sign_in()).status == 429
    await conn.execute("UPDATE console_attempts SET waits_until = now()")
    assert (await ani.sign_in("salah sekali")).status == 422
    # Signing in again starts no further count beside it.
    await conn.execute("UPDATE console_attempts SET waits_until = now()")
    assert (await ani.sign_in()).status == 303
    assert await conn.fetchval("SELECT count(*) FROM console_attempts WHERE attempts > 0") == 0


async def test_what_was_never_given_for_this_account_and_password_is_a_stranger_s(
    ani: Owner, conn: asyncpg.Connection, console: Visitor
) -> None:
    budi = await make_owner(conn, console, "Budi")
    await ani.sign_in()
    await budi.sign_in()
    name, _, token = ani.known.partition("=")
    forged = Keyring.generate().signer("session", "known-device").sign([["x", str(ani.id), ""]])
    await besiege(conn, console, ani.email)
    for bad in (budi.known.partition("=")[2], forged, token[:-1], token + "A", "", "x" * 5000):
        thief = Owner(console, None, ani.email, known=f"{name}={bad}")
        assert (await thief.sign_in()).status == 429, bad[:30]
    # Who knew a former password is a stranger again.
    changed = await ani.post("/account/password", {"current-password": PASSWORD, "new-password": NEW})
    assert changed.status == 303
    assert (await Owner(console, None, ani.email, known=ani.known).sign_in(NEW)).status == 429


async def test_one_computer_is_known_for_several_accounts(
    ani: Owner, conn: asyncpg.Connection, console: Visitor
) -> None:
    others = [await make_owner(conn, console, name) for name in ("Budi", "Cahya", "Dewi", "Eko")]
    known = ""
    for owner in (ani, *others):
        owner.known = known
        assert (await owner.sign_in()).status == 303
        known = owner.known
    await conn.execute("DELETE FROM console_attempts")
    for owner in (ani, *others):
        await besiege(conn, console, owner.email)
        owner.known, owner.cookie = known, ""
        # The one whose turn was longest ago is forgotten.
        assert (await owner.sign_in()).status == (429 if owner is ani else 303)
        await conn.execute("DELETE FROM console_attempts")


async def test_who_is_signed_in_confirms_what_they_do_whoever_guesses_meanwhile(
    ani: Owner, conn: asyncpg.Connection, console: Visitor
) -> None:
    await ani.sign_in()
    ani.known = ""
    await besiege(conn, console, ani.email)
    answer = await ani.post("/account/password", {"current-password": PASSWORD, "new-password": NEW})
    assert (answer.status, answer.headers["Location"]) == (303, "/account/security?done=password")


async def test_letters_that_strangers_ask_for_leave_a_good_one_or_room_for_another(
    ani: Owner, mail: MailServer, conn: asyncpg.Connection
) -> None:
    stranger = Owner(ani.visitor, None, ani.email)
    for _ in range(7):
        assert (await stranger.post("/sign-in/link", {"email": ani.email})).status == 200
    path = await mailed_link(mail, 5)
    assert await conn.fetchval("SELECT count(*) FROM console_links") == 5
    # While no other is sent, those in the mailbox open the account.
    assert (await ani.get(path)).status == 200
    # Once they have ended there is another to be had, though the hour is not over.
    await conn.execute("UPDATE console_links SET created_at = now() - interval '31 min', expires_at = now()")
    assert (await ani.post("/sign-in/link", {"email": ani.email})).status == 200
    path = await mailed_link(mail, 6)
    assert (await ani.post("/link", {"token": path.removeprefix("/link/")})).status == 303


async def test_whoever_asks_for_letters_keeps_nobody_of_another_network_from_asking(
    ani: Owner, conn: asyncpg.Connection, serve: Serve, mail: MailServer
) -> None:
    behind = await serve(console={"host": HOST}, mail=mail.settings, server={"trusted_proxies": ["127.0.0.1"]})
    here = {"X-Forwarded-For": "203.0.113.7"}
    stranger = Owner(behind, None, "")
    # From three networks, as one alone would have to wait before it had asked often.
    for number in range(FREE_OF_AN_ACCOUNT + 10):
        there = {"X-Forwarded-For": f"198.51.100.{number % 3}"}
        assert (await stranger.post("/sign-in/link", {"email": ani.email}, **there)).status == 200
    assert (await stranger.post("/sign-in/link", {"email": ani.email}, **here)).status == 200
