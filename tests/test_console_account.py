"""The owner's account: profile, ways in, the second step, tokens; each owner's own alone."""

import ast
import asyncio
import base64
import html
import json
import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import bcrypt
import pytest

from renderer.console import second_step as console_second_step
from renderer.console import totp
from renderer.console.safe_next import mailed_next
from renderer.console.words import words_for
from renderer.db import queries as named
from renderer.gate.passwords import hash_password
from renderer.keyring import Keyring
from renderer.settings import ROOT
from tests.databases import let_waits_last, waiting
from tests.editors import fields_of
from tests.mail_server import MailServer, mail_server
from tests.owners import HASH, HOST, MARK, PASSWORD, Owner, furnish, mailed_link, make_owner
from tests.serving import Serve
from tests.visitor import Visitor

NEW = "sepeda tua di gudang belakang"
OTHER_HASH = hash_password(NEW.encode())
# RFC 6238, appendix B: seconds since 1970 and the last six digits of the SHA-1 codes.
RFC_6238 = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
async def console(serve: Serve, mail: MailServer) -> Visitor:
    return await serve(console={"host": HOST}, mail=mail.settings)


@pytest.fixture
async def ani(console: Visitor, conn: asyncpg.Connection) -> Owner:
    owner = await furnish(conn, await make_owner(conn, console, "Ani Rahayu"), MARK)
    await owner.sign_in()
    return owner


async def test_a_profile_is_saved_and_the_trail_tells_it_without_the_person(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    answer = await ani.post("/account", {"full_name": " Ani R. ", "phone": "0812 3456"})
    assert (answer.status, answer.headers["Location"]) == (303, "/account?done=profile")
    row = await conn.fetchrow("SELECT full_name, phone, is_admin, subscription_tier FROM users WHERE id = $1", ani.id)
    assert tuple(row) == ("Ani R.", "0812 3456", False, "pro")
    page = await ani.get("/account?done=profile")
    assert "Profil tersimpan" in page.text
    assert 'value="0812 3456"' in page.text
    note = await conn.fetchrow("SELECT old_values, new_values FROM audit_logs WHERE action = 'profile_changed'")
    assert "Ani" not in str(tuple(note))
    assert json.loads(note["old_values"])["full_name"] != json.loads(note["new_values"])["full_name"]
    too_long = {"full_name": "a" * 101, "phone": "1" * 21}
    answer = await ani.post("/account", too_long)
    assert answer.status == 422
    assert all(value in answer.text for value in too_long.values())
    assert await conn.fetchval("SELECT full_name FROM users WHERE id = $1", ani.id) == "Ani R."
    odd = {"full_name": "‮<b>🍜", "phone": "+62\n", "is_admin": "true", "subscription_tier": "business"}
    assert (await ani.post("/account", odd)).status == 303
    assert "&lt;b&gt;🍜" in (await ani.get("/account")).text
    row = await conn.fetchrow("SELECT is_admin, subscription_tier FROM users WHERE id = $1", ani.id)
    assert tuple(row) == (False, "pro")


async def test_an_address_is_confirmed_by_a_link(ani: Owner, mail: MailServer, conn: asyncpg.Connection) -> None:
    assert "belum dipastikan" in (await ani.get("/account")).text
    assert (await ani.post("/account/verify")).headers["Location"] == "/account?done=verify_sent"
    token = (await mailed_link(mail)).removeprefix("/link/")
    nobody = Owner(ani.visitor, None, "")
    answer = await nobody.post("/link", {"token": token})
    assert answer.headers["Location"] == "/sign-in?done=verified"
    nobody.take(answer)
    assert nobody.cookie == ""  # it proves an address, and lets nobody in
    assert "sudah dipastikan" in (await ani.get("/account")).text
    assert (await ani.post("/account/verify")).headers["Location"] == "/account"


async def test_a_password_is_changed_with_the_present_one_and_ends_other_sessions(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    other = Owner(ani.visitor, ani.id, ani.email)
    await other.sign_in()
    for current, new, said in (
        ("salah sekali", NEW, "Kata sandi sekarang tidak cocok"),
        ("", NEW, "Kata sandi sekarang tidak cocok"),
        (PASSWORD, "pendek", "Paling sedikit 10"),
        (PASSWORD, "1234567890", "umum"),
    ):
        answer = await ani.post("/account/password", {"current-password": current, "new-password": new})
        assert answer.status == 422
        assert said in answer.text
        assert new not in answer.text
    answer = await ani.post("/account/password", {"current-password": PASSWORD, "new-password": NEW})
    assert answer.headers["Location"] == "/account/security?done=password"
    ani.take(answer)
    assert (await ani.get("/")).status == 200
    assert (await other.get("/")).status == 303
    assert (await other.sign_in()).status == 422
    assert (await other.sign_in(NEW)).status == 303
    await conn.execute("UPDATE users SET password_hash = '!' WHERE id = $1", ani.id)
    page = await ani.get("/account/security")
    assert "belum punya kata sandi" in page.text
    assert "current-password" not in page.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/account/password", {"current-password": PASSWORD, "new-password": NEW}),
        ("/account/sessions", {"others": "1"}),
    ],
)
async def test_a_copy_of_the_cookie_ends_with_the_other_sessions(
    ani: Owner, conn: asyncpg.Connection, path: str, fields: dict[str, str]
) -> None:
    thief = Owner(ani.visitor, ani.id, ani.email, cookie=ani.cookie)
    since = await conn.fetchrow("SELECT id, created_at, ends_at FROM console_sessions WHERE user_id = $1", ani.id)
    ani.take(await ani.post(path, fields))
    assert (await thief.get("/")).status == 303
    assert (await ani.get("/")).status == 200
    # It is no younger for that: what asks for having signed in just now is not answered by it.
    assert since == await conn.fetchrow(
        "SELECT id, created_at, ends_at FROM console_sessions WHERE user_id = $1", ani.id
    )


async def test_sessions_are_listed_and_ended_one_by_one_or_all_others(
    ani: Owner, console: Visitor, conn: asyncpg.Connection
) -> None:
    agent = "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 Chrome/124.0.0.0 Mobile Safari/537.36"
    others = [Owner(console, ani.id, ani.email) for _ in range(3)]
    for other in others:
        other.take(await other.post("/sign-in", {"email": other.email, "password": PASSWORD}, **{"User-Agent": agent}))
    page = await ani.get("/account/security")
    assert page.text.count("Chrome Mobile, Android") >= 3
    assert page.text.count("perangkat ini") == 1
    ids = re.findall(r'name="session" value="([^"]+)"', page.text)
    assert len(ids) == 3
    budi = await make_owner(conn, console, "Budi")
    await budi.sign_in()
    assert (await budi.post("/account/sessions", {"session": ids[0]})).status == 303
    assert await conn.fetchval("SELECT count(*) FROM console_sessions WHERE user_id = $1", ani.id) == 4
    assert (await ani.post("/account/sessions", {"session": ids[0]})).headers["Location"].endswith("done=session")
    assert sorted([(await other.get("/")).status for other in others]) == [200, 200, 303]
    ani.take(await ani.post("/account/sessions", {"others": "1"}))
    assert {(await other.get("/")).status for other in others} == {303}
    assert (await ani.get("/")).status == 200
    assert (await budi.get("/")).status == 200
    for odd in ("", "x", "0" * 400):
        assert (await ani.post("/account/sessions", {"session": odd})).status == 400


async def test_tokens_are_listed_and_cannot_be_changed(ani: Owner, conn: asyncpg.Connection) -> None:
    for number in range(60):
        await conn.execute(
            "INSERT INTO token_transactions (user_id, amount, type, description) "
            "VALUES ($1, -10, 'image_generation', $2)",
            *(ani.id, f"Gambar <{number}>"),
        )
    page = await ani.get("/account/tokens")
    for text in ("49.400", "Pembuatan gambar", "Gambar &lt;59&gt;", "-10", "50.000", "Lebih lama"):
        assert text in page.text
    older = await ani.get("/account/tokens?page=2")
    assert "Bonus pendaftaran" in older.text
    assert "+50.000" in older.text
    assert (await ani.get("/account/tokens?page=3")).status == 404


async def test_a_ledger_of_other_programs_is_listed_as_it_is(ani: Owner, conn: asyncpg.Connection) -> None:
    odd = ("balance", "after", "type", "<b>x</b>", "x" * 30, "\u202eterbalik")
    for kind in odd:
        await conn.execute(
            "INSERT INTO token_transactions (user_id, amount, type, description, created_at) "
            "VALUES ($1, $2, $3, $4, $5)",
            *(ani.id, 2_000_000, kind, f"<i>{'w' * 250}", datetime(9999, 12, 31, 23, tzinfo=UTC)),
        )
    page = (await ani.get("/account/tokens")).text
    for kind in odd:
        assert f"<bdi>{html.escape(kind)}</bdi>" in page
    assert "12.050.000" in page
    assert "saldo {n}" not in page


async def test_the_overview_says_when_tokens_are_nearly_used_up(ani: Owner, conn: asyncpg.Connection) -> None:
    spend = "INSERT INTO token_transactions (user_id, amount, type) VALUES ($1, $2, 'image_generation')"
    assert "Token hampir habis" not in (await ani.get("/")).text
    for amount, left in ((-45_000, None), (-1, "4.999"), (-4_999, "0")):
        await conn.execute(spend, ani.id, amount)
        page = (await ani.get("/")).text
        said = f'<a href="/account/tokens">Token hampir habis: sisa {left}</a>'
        assert (said in page) == (left is not None), amount


async def second_step(owner: Owner) -> tuple[bytes, list[str]]:
    """Turn it on: the secret and the recovery codes."""
    page = await owner.get("/account/second-step")
    setup = re.search(r'name="setup" value="([^"]+)"', page.text)[1]  # type: ignore[index]
    spelled = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)[1].replace(" ", "")  # type: ignore[index]
    secret = base64.b32decode(spelled)
    form = {"setup": setup, "current-password": PASSWORD}
    wrong = await owner.post("/account/second-step", {**form, "code": "000000"})
    assert wrong.status == 422
    assert spelled[:4] in wrong.text  # the same secret: the app has it already
    for _ in range(2):  # the earliest code there is may be over by the time it comes
        code = totp.code_at(secret, int(time.time() // 30) - 1)
        answer = await owner.post("/account/second-step", {**form, "code": f"{code[:3]} {code[3:]}"})
        if answer.status == 200:
            break
    assert answer.status == 200, answer.text
    return secret, re.findall(r"<code>([a-z2-7-]{19})</code>", answer.text)


def halfway(text: str) -> str:
    return re.search(r'name="token" value="([^"]+)"', text)[1]  # type: ignore[index,no-any-return]


async def test_the_second_step_is_asked_for_after_every_first_one(
    ani: Owner, mail: MailServer, conn: asyncpg.Connection
) -> None:
    secret, codes = await second_step(ani)
    assert len(set(codes)) == 8
    stored = await conn.fetchrow("SELECT secret, recovery FROM console_totp")
    assert secret not in stored["secret"]
    assert (await ani.post("/sign-out")).status == 303
    ani.cookie = ""
    answer = await ani.sign_in()
    assert answer.status == 200
    assert ani.cookie == ""
    token = halfway(answer.text)
    for bad in ("", "000000", "abcdef", "x" * 9000, totp.code_at(secret, 1), "１２３４５６"):
        assert (await ani.post("/sign-in/code", {"token": token, "code": bad})).status == 422, bad
    now = int(time.time() // 30)
    answer = await ani.post("/sign-in/code", {"token": token, "code": totp.code_at(secret, now)})
    assert answer.status == 303
    ani.take(answer)
    assert (await ani.get("/")).status == 200
    # Each code is good once, and none before the last one used.
    again = Owner(ani.visitor, ani.id, ani.email)
    token = halfway((await again.sign_in()).text)
    for used in (totp.code_at(secret, now), totp.code_at(secret, now - 1)):
        assert (await again.post("/sign-in/code", {"token": token, "code": used})).status == 422
    assert (await again.post("/sign-in/code", {"token": token, "code": codes[0].upper()})).status == 303
    assert (await again.post("/sign-in/code", {"token": token, "code": codes[0]})).status == 422
    # A link in a mail is a first step, too.
    nobody = Owner(ani.visitor, None, "")
    await nobody.post("/sign-in/link", {"email": ani.email})
    link = (await mailed_link(mail, 1)).removeprefix("/link/")
    answer = await nobody.post("/link", {"token": link})
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers
    # A new password needs it before the link is used up.
    await nobody.post("/reset", {"email": ani.email})
    link = (await mailed_link(mail, 2)).removeprefix("/link/")
    assert 'name="code"' in (await nobody.get(f"/link/{link}")).text
    fields = {"token": link, "new-password": NEW}
    assert (await nobody.post("/link", {**fields, "code": "000000"})).status == 422
    assert (await nobody.post("/link", {**fields, "code": codes[1]})).status == 303
    assert (await conn.fetchval("SELECT count(*) FROM console_totp")) == 1
    # Who stood between the steps when the password became another one has shown nothing.
    for halfway_there in (token, halfway(answer.text)):
        refused = await nobody.post("/sign-in/code", {"token": halfway_there, "code": codes[2]})
        assert refused.status == 410
        assert "Set-Cookie" not in refused.headers
    assert (await ani.sign_in(NEW)).status == 200


async def test_of_two_who_show_one_code_at_once_one_is_let_in(ani: Owner, conn: asyncpg.Connection) -> None:
    """Both have read which code was used last; what is written down decides."""
    await second_step(ani)
    use = named.load("console_account").use_step
    later = int(time.time() // 30) + 5
    assert await use(conn, user_id=ani.id, step=later)
    assert not await use(conn, user_id=ani.id, step=later)
    assert not await use(conn, user_id=ani.id, step=later - 1)


async def test_a_weak_hash_is_made_anew_before_the_second_step(ani: Owner, conn: asyncpg.Connection) -> None:
    secret, _ = await second_step(ani)
    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    await conn.execute("UPDATE users SET password_hash = $2 WHERE id = $1", ani.id, old)
    again = Owner(ani.visitor, ani.id, ani.email)
    token = halfway((await again.sign_in()).text)
    new = await conn.fetchval("SELECT password_hash FROM users WHERE id = $1", ani.id)
    assert new.startswith("$argon2id$")
    now = int(time.time() // 30)
    assert (await again.post("/sign-in/code", {"token": token, "code": totp.code_at(secret, now)})).status == 303
    assert await conn.fetchval("SELECT password_hash FROM users WHERE id = $1", ani.id) == new


async def test_who_signs_in_while_the_password_becomes_another_one_neither_enters_nor_sets_it_back(
    ani: Owner, console: Visitor, conn: asyncpg.Connection
) -> None:
    weak = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    for old in (weak, HASH):
        await conn.execute("UPDATE users SET password_hash = $2 WHERE id = $1", ani.id, old)
        thief = Owner(console, ani.id, ani.email)
        async with conn.transaction():
            await conn.execute("UPDATE users SET password_hash = $2 WHERE id = $1", ani.id, OTHER_HASH)
            entering = asyncio.create_task(thief.sign_in())
            async with asyncio.timeout(60):
                while not await waiting(conn):
                    await asyncio.sleep(0.01)
        answer = await entering
        assert answer.status == 422
        assert thief.cookie == ""
        assert await conn.fetchval("SELECT password_hash FROM users WHERE id = $1", ani.id) == OTHER_HASH


async def test_the_second_step_is_turned_off_with_a_code_and_guessing_codes_takes_longer(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    _, codes = await second_step(ani)
    statuses = [(await ani.post("/account/second-step/off", {"code": f"{n:06}"})).status for n in range(12)]
    assert statuses == [422] * 12
    await let_waits_last(conn)
    assert (await ani.post("/account/second-step/off", {"code": "000012"})).status == 429
    await conn.execute("UPDATE console_attempts SET waits_until = now()")
    answer = await ani.post("/account/second-step/off", {"code": codes[2]})
    assert answer.headers["Location"] == "/account/security?done=second_step_off"
    assert (await ani.sign_in()).status == 303
    rows = [row[0] for row in await conn.fetch("SELECT action FROM audit_logs ORDER BY created_at")]
    assert [row for row in rows if "step" in row] == ["second_step_on", "second_step_off"]


async def test_a_borrowed_browser_turns_no_second_step_on(
    ani: Owner, keyring: Keyring, conn: asyncpg.Connection
) -> None:
    secret = totp.new_secret()
    form = {"setup": console_second_step.setup_token(keyring, ani.id, secret)}  # type: ignore[arg-type]
    for typed in ({}, {"current-password": ""}, {"current-password": "salah sekali"}):
        code = totp.code_at(secret, int(time.time() // 30))
        refused = await ani.post("/account/second-step", {**form, "code": code, **typed})
        assert (refused.status, "tidak cocok" in refused.text) == (422, True), typed
        assert totp.spelled(secret)[:4] in refused.text  # the same secret: the app has it already
    assert await conn.fetchval("SELECT count(*) FROM console_totp") == 0
    # Who signs in by letters alone has no password to show.
    await conn.execute("UPDATE users SET password_hash = '' WHERE id = $1", ani.id)
    assert "current-password" not in (await ani.get("/account/second-step")).text
    for _ in range(2):
        code = totp.code_at(secret, int(time.time() // 30))
        answer = await ani.post("/account/second-step", {**form, "code": code})
    assert (answer.status, answer.text.count("<code>")) == (200, 8)


async def test_who_has_no_password_signs_in_anew_before_the_second_step(
    ani: Owner, keyring: Keyring, mail: MailServer, conn: asyncpg.Connection
) -> None:
    await conn.execute("UPDATE users SET password_hash = '' WHERE id = $1", ani.id)
    await conn.execute("UPDATE console_sessions SET created_at = now() - interval '16 minutes'")
    page = (await ani.get("/account/second-step")).text
    assert "Masuk sekali lagi" in page
    assert 'name="setup"' not in page
    secret = totp.new_secret()
    setup = console_second_step.setup_token(keyring, ani.id, secret)  # type: ignore[arg-type]
    form = {"setup": setup, "code": totp.code_at(secret, int(time.time() // 30))}
    assert (await ani.post("/account/second-step", form)).status == 403
    assert await conn.fetchval("SELECT count(*) FROM console_totp") == 0
    target = re.search(r'name="next" value="([^"]+)"', page)[1]  # type: ignore[index]
    assert (await ani.post("/sign-in/link", {"email": ani.email, "next": target})).status == 200
    link = await mailed_link(mail)
    done = await ani.post("/link", fields_of((await ani.get(link)).text, "/link"))
    assert done.headers["Location"] == target == "/account/second-step"
    ani.take(done)
    assert 'name="setup"' in (await ani.get(target)).text


async def test_a_mailed_link_leads_back_to_the_screen_that_asked_to_sign_in_and_says_nothing_of_others(
    ani: Owner, mail: MailServer
) -> None:
    lead = f"/sites/{ani.site_id}/leads/{ani.lead_id}"
    nobody = Owner(ani.visitor, None, "")
    for number, (asked, leads) in enumerate(((lead, lead), ("/pinjaman-cepat-cair", "/")), start=1):
        await nobody.post("/sign-in/link", {"email": ani.email, "next": asked})
        path = await mailed_link(mail, number)
        assert ("?" in path) == (leads != "/"), asked
        sent = fields_of((await nobody.get(path)).text, "/link")
        assert sent["next"] == leads
        assert (await nobody.post("/link", {**sent, "next": asked})).headers["Location"] == leads, asked
    for odd in (
        "",
        "//evil.example",
        "/sites/x",
        f"{lead}/files/1",
        f"{lead}?x=murah",
        "/account/../x",
        "/account/A",
        f"{lead}\n",
    ):
        assert mailed_next(odd) == "/", odd
    for path in ("/account", "/account/second-step", f"/sites/{ani.site_id}", f"/sites/{ani.site_id}/leads"):
        assert mailed_next(path) == path


async def test_a_second_step_turned_on_twice_at_once_shows_the_codes_that_are_kept(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    pages = [(await ani.get("/account/second-step")).text for _ in range(2)]
    forms = []
    for page in pages:
        spelled = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")  # type: ignore[index]
        code = totp.code_at(base64.b32decode(spelled), int(time.time() // 30))
        setup = re.search(r'name="setup" value="([^"]+)"', page)[1]  # type: ignore[index]
        forms.append({"setup": setup, "code": code, "current-password": PASSWORD})
    answers = await asyncio.gather(*(ani.post("/account/second-step", form) for form in forms * 3))
    shown = {tuple(re.findall(r"<code>([a-z2-7-]{19})</code>", one.text)) for one in answers if one.status == 200}
    assert len(shown) == 1
    kept = await conn.fetchval("SELECT recovery FROM console_totp")
    assert kept == [totp.recovery_digest(code) for code in shown.pop()]
    assert sorted(one.status for one in answers) == [200, 200, 200, 303, 303, 303]
    actions = await conn.fetch("SELECT action FROM audit_logs WHERE action = 'second_step_on'")
    assert len(actions) == 1


async def test_what_was_signed_for_one_owner_or_step_is_nothing_elsewhere(
    ani: Owner, console: Visitor, conn: asyncpg.Connection, keyring: Keyring
) -> None:
    budi = await make_owner(conn, console, "Budi")
    await budi.sign_in()
    setup = re.search(r'name="setup" value="([^"]+)"', (await ani.get("/account/second-step")).text)[1]  # type: ignore[index]
    for bad in (setup, "x", "", keyring.signer("session", "link").sign(["sign_in", "x"])):
        answer = await budi.post("/account/second-step", {"setup": bad, "code": "123456"})
        assert answer.headers["Location"] == "/account/second-step"
        assert (await budi.post("/sign-in/code", {"token": bad, "code": "123456"})).status == 410
    assert await conn.fetchval("SELECT count(*) FROM console_totp") == 0


@pytest.mark.parametrize(("seconds", "code"), RFC_6238.items())
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    secret = b"12345678901234567890"
    assert totp.code_at(secret, seconds // 30) == code
    assert totp.step_of(secret, code, seconds) == seconds // 30
    assert totp.step_of(secret, code, seconds + 30) == seconds // 30
    assert totp.step_of(secret, code, seconds + 90) is None
    assert totp.step_of(secret, code, seconds, last=seconds // 30) is None


def test_every_deed_that_is_noted_has_a_word() -> None:
    """Owners read them as their recent activity."""
    noted = {f"domain_{deed}" for deed in ("claim", "primary", "gone")} | {
        f"price_{deed}" for deed in ("changed", "gone", "back")
    }
    noted |= {"webhook_rotated", "webhook_enabled"}
    for path in (ROOT / "renderer/console").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr in ("note", "note_site")
            ):
                noted |= {str(one.value) for one in call.args[2:3] if isinstance(one, ast.Constant)}
    assert len(noted) > 30
    assert [deed for deed in sorted(noted) if f"deed_{deed}" not in words_for("id")] == []
