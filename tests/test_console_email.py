"""Another e-mail address for an account: asked with the password, done from the new mailbox, told to the old one."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from renderer.keyring import Keyring
from tests.mail_server import MailServer, mail_server
from tests.owners import HOST, MARK, PASSWORD, Owner, furnish, mailed_link, make_owner
from tests.serving import Serve

NEW = "ani.baru@example.org"


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
async def ani(serve: Serve, mail: MailServer, conn: asyncpg.Connection) -> Owner:
    visitor = await serve(console={"host": HOST}, mail=mail.settings)
    owner = await furnish(conn, await make_owner(conn, visitor, "Ani Rahayu"), MARK)
    await owner.sign_in()
    return owner


async def ask(owner: Owner, email: str = NEW, password: str = PASSWORD) -> int:
    return (await owner.post("/account/email", {"email": email, "current-password": password})).status


def of_the_account(mail: MailServer) -> list[tuple[str, str]]:
    """(to, text) of letters; her site's lead is mailed, too, in its own time."""
    mine = [one for one in mail.letters if MARK not in str(one["From"])]
    return [(str(one["To"] or ""), one.get_body(("plain",)).get_content()) for one in mine]  # type: ignore[union-attr]


async def letters(mail: MailServer, number: int) -> list[tuple[str, str]]:
    """The first so many."""
    async with asyncio.timeout(60):
        while len(found := of_the_account(mail)) < number:
            mail.arrived.clear()
            await mail.arrived.wait()
    return found[:number]


async def link(mail: MailServer, number: int) -> str:
    return (await mailed_link(mail, number)).removeprefix("/link/")


async def address(conn: asyncpg.Connection, owner: Owner) -> str:
    return str(await conn.fetchval("SELECT email FROM users WHERE id = $1", owner.id))


async def test_an_address_changes_once_its_own_mailbox_says_so_and_sessions_stay(
    ani: Owner, mail: MailServer, conn: asyncpg.Connection
) -> None:
    assert await ask(ani) == 303
    await link(mail, 2)
    # The present address is told before anything has happened.
    assert "meminta alamat surel lain" in (await letters(mail, 2))[0][1]
    assert await address(conn, ani) == ani.email
    nobody = Owner(ani.visitor, None, "")
    await nobody.post("/reset", {"email": ani.email})
    reset, go = await link(mail, 3), await link(mail, 2)
    page = await nobody.get(f"/link/{go}")
    assert NEW in page.text
    assert await address(conn, ani) == ani.email  # looking at it, as scanners do, changes nothing
    answer = await nobody.post("/link", {"token": go})
    assert answer.headers["Location"] == "/sign-in?done=email_changed"
    nobody.take(answer)
    assert nobody.cookie == ""
    assert await address(conn, ani) == NEW
    assert "bukan anda? hubungi" in (await letters(mail, 4))[3][1].lower()
    assert NEW in (await ani.get("/account")).text
    # What was mailed to the old address is void, the link is good once, and each address signs in as it should.
    stop = await link(mail, 1)
    for gone in (reset, go, stop):
        assert (await nobody.post("/link", {"token": gone, "new-password": "sepeda tua di gudang"})).status == 410
    assert (await nobody.sign_in()).status == 422
    assert (await Owner(ani.visitor, ani.id, ani.email).sign_in()).status == 422
    assert (await Owner(ani.visitor, ani.id, NEW.upper()).sign_in()).status == 303
    rows = await conn.fetch("SELECT action, old_values, new_values FROM audit_logs WHERE action LIKE 'email%'")
    assert [row["action"] for row in rows] == ["email_asked", "email_changed"]
    assert "example" not in str(rows)


async def test_the_present_address_can_stop_it_and_the_last_wish_holds(
    ani: Owner, mail: MailServer, conn: asyncpg.Connection
) -> None:
    nobody = Owner(ani.visitor, None, "")
    assert await ask(ani, "salah@example.org") == 303
    former = await link(mail, 2)
    assert await ask(ani) == 303
    stop, go = await link(mail, 3), await link(mail, 4)
    assert (await nobody.post("/link", {"token": former})).status == 410
    assert (await nobody.post("/link", {"token": stop})).headers["Location"] == "/sign-in?done=email_stopped"
    assert (await nobody.post("/link", {"token": go})).status == 410
    assert await address(conn, ani) == ani.email
    # Five an hour, then nothing is sent.
    for number in range(5):
        assert await ask(ani, f"{number}@example.org") == 303
    await link(mail, 10)
    await asyncio.sleep(0.2)
    assert await conn.fetchval("SELECT count(*) FROM console_links WHERE purpose = 'email'") == 5
    # By their text: a letter that a slow server took twice is one. A lead may be mailed meanwhile.
    texts = {one.get_body(("plain",)).get_content() for one in mail.letters}  # type: ignore[union-attr]
    assert len([text for text in texts if "/link/" in text]) == 10


async def test_what_is_no_address_or_not_the_owner_changes_nothing(
    ani: Owner, mail: MailServer, conn: asyncpg.Connection, keyring: Keyring
) -> None:
    for wrong in ("", "x", "a@b", "a" * 300 + "@example.org", "ani@example.com\nBcc: x@example.org", "é@example.org",
                  ani.email.upper(), "<script>@example.org", "a@-.com"):  # fmt: skip
        answer = await ani.post("/account/email", {"email": wrong, "current-password": PASSWORD})
        assert answer.status == 422, wrong
        assert "<script>" not in answer.text
    for password in ("", "salah sekali", "x" * 5000):
        assert await ask(ani, NEW, password) == 422
    assert of_the_account(mail) == []
    # Somebody else's address is not told to be one; who reads it is.
    budi = await make_owner(conn, ani.visitor, "Budi")
    assert await ask(ani, budi.email.upper()) == 303
    said = await letters(mail, 2)
    assert "sudah punya akun" in said[1][1]
    assert "/link/" not in said[1][1]
    # Nor is it taken by a link, when it came to be somebody's after that was sent.
    assert await ask(ani) == 303
    go = await link(mail, 3)
    await conn.execute("UPDATE users SET email = $1 WHERE id = $2", NEW, budi.id)
    assert (await ani.post("/link", {"token": go})).status == 410
    assert await address(conn, ani) == ani.email
    # An account that is entered by links alone proves itself at its present mailbox first.
    await conn.execute("UPDATE users SET password_hash = '!' WHERE id = $1", ani.id)
    page = (await ani.get("/account/email")).text
    assert 'name="current-password"' not in page
    assert 'action="/reset"' in page
    assert await ask(ani, "lain@example.org", "!") == 422
