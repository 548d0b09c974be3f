"""Spam is stored and kept back, never refused; floods end; and nobody is punished for sharing an address."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from renderer.edge import limits
from renderer.edge.client_address import network_of
from renderer.forms.judging import Judge
from renderer.forms.proof import make_challenge, read_proof
from renderer.forms.rates import Rates
from renderer.forms.spam import CLIENT_OFTEN, EVERYWHERE_FLOOD, Signs, judge_spam, normal_text
from renderer.forms.spool import spool_folder
from renderer.forms.validate import Answers
from renderer.inbox import Status, set_status
from renderer.keyring import Keyring
from renderer.keyring.stamps import age_of, make_stamp
from renderer.settings.sections import Forms
from renderer.themes import Themes
from tests.factories import make_site
from tests.judge import Page
from tests.serving import Serve
from tests.test_forms import GOOD, HOST, send, stored
from tests.test_forms_spool import make_lead
from tests.test_stale import running, until
from tests.visitor import Visitor

LONG = "Selamat pagi, apakah Anda masih menerima pesanan untuk hari Minggu depan?"


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    return await make_site(conn, subdomain="kopi")


def reasons(text: str = "Halo", email: str | None = None, referrer: str = "", **signs: Any) -> list[str]:
    lead = make_lead(answers=Answers({"message": text, "email": email}, "Sari", email, None), referrer=referrer)
    verdict = judge_spam(lead, Signs(**signs), frozenset({"jelek.example"}))
    return [*(["spam"] if verdict.is_spam else []), *(name for name, _ in verdict.reasons)]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, []),
        ({"trapped": True}, ["trap"]),
        ({"stamp_age": None}, ["stamp"]),
        ({"stamp_age": 30}, []),
        ({"stamp_age": 400}, ["stamp"]),
        ({"trapped": True, "stamp_age": 400}, ["spam", "trap", "stamp"]),
        ({"text": "lihat https://a.example dan www.b.example"}, []),
        ({"text": "https://a.example " * 3}, ["links"]),
        ({"text": "https://a.example " * 9, "stamp_age": None}, ["spam", "links", "stamp"]),
        ({"text": '<a href="https://a.example">murah</a>'}, ["markup"]),
        ({"text": "[url=https://a.example]murah[/url]", "stamp_age": 99}, ["spam", "markup", "stamp"]),
        ({"text": "Купить дешево прямо сейчас без регистрации"}, ["writing"]),
        ({"email": "a@sub.mailinator.com"}, ["mailbox"]),
        ({"email": "a@com"}, []),
        ({"referrer": "https://www.semalt.com/x"}, ["referrer"]),
        ({"referrer": "https://x.jelek.example/"}, ["referrer"]),
        ({"referrer": "https://[x"}, ["referrer"]),
        ({"seconds": 0.5}, ["quick"]),
        ({"seconds": 30.0}, []),
        ({"by_client": 10}, ["often"]),
        ({"by_client": 15}, ["spam", "often"]),
        ({"by_client": 15, "solved": True}, []),
        ({"by_client_everywhere": 40}, ["spam", "everywhere"]),
        ({"under_attack": True}, ["spam", "attack"]),
        ({"under_attack": True, "solved": True}, []),
        ({"same_text": 4}, ["text"]),
        ({"same_text": 10}, ["spam", "text"]),
    ],
    ids=str,
)
def test_what_speaks_for_spam(given: dict[str, Any], found: list[str]) -> None:
    assert reasons(**given) == found


def test_a_text_is_the_same_however_it_is_spaced_and_a_short_one_tells_nothing() -> None:
    assert normal_text({"a": LONG}) == normal_text({"a": LONG.upper().replace(" ", " \n ")})
    assert normal_text({"a": "Halo", "b": True, "c": ["x"]}) is None


def test_a_stamp_tells_its_day_to_its_site_alone() -> None:
    keyring, site, today = Keyring.generate(), uuid4(), datetime.now(UTC).date()
    stamp = make_stamp(keyring, site, today)
    assert stamp == make_stamp(keyring, site, today)
    assert age_of(keyring, site, stamp, today) == 0
    assert age_of(keyring, site, stamp, today + timedelta(days=365)) == 365
    assert age_of(keyring, site, stamp, today - timedelta(days=365)) is None
    for wrong in ("", "x", stamp[:-1], stamp.upper(), "é.x", "9" * 4000, stamp + "\n", "-1.x"):
        assert age_of(keyring, site, wrong, today) is None
    assert age_of(keyring, uuid4(), stamp, today) is None
    assert age_of(Keyring.generate(), site, stamp, today) is None


def solve(task: dict[str, Any], **changes: Any) -> str:
    number = next(
        n
        for n in range(task["maxnumber"] + 1)
        if sha256(f"{task['salt']}{n}".encode()).hexdigest() == task["challenge"]
    )
    given = {key: task[key] for key in ("algorithm", "challenge", "salt", "signature")} | {"number": number, **changes}
    return base64.b64encode(json.dumps(given).encode()).decode()


def test_a_proof_is_believed_only_for_a_challenge_of_ours() -> None:
    task = make_challenge(b"k" * 32)
    assert read_proof(b"k" * 32, solve(task)) is not None
    assert read_proof(b"j" * 32, solve(task)) is None
    wrong: list[dict[str, Any]] = [
        {"number": -1}, {"number": "1"}, {"number": True}, {"number": 10**4000}, {"salt": task["salt"].split("?")[0]},
        {"salt": task["salt"] + "x"}, {"salt": task["salt"].replace("expires=1", "expires=9")}, {"signature": None},
        {"algorithm": "SHA-1"}, {"algorithm": ["x"]}, {"challenge": "é"},
    ]  # fmt: skip
    for changes in wrong:
        assert read_proof(b"k" * 32, solve(task, **changes)) is None, changes
    for junk in ("", "x", "!", "bnVsbA==", "W10=", base64.b64encode(b"[" * 1400).decode(), "é"):
        assert read_proof(b"k" * 32, junk) is None


@pytest.mark.parametrize(
    ("rates", "is_wanted"),
    [
        ({}, False),
        ({"client": CLIENT_OFTEN - 2, "everywhere": EVERYWHERE_FLOOD - 2, "site": 59}, False),
        ({"client": CLIENT_OFTEN - 1}, True),
        ({"everywhere": EVERYWHERE_FLOOD - 1}, True),
        ({"site": 60}, True),
    ],
)
def test_work_is_asked_for_before_what_comes_next_would_count_as_a_sign(rates: dict[str, int], is_wanted: bool) -> None:
    """By then it is too late: a browser proves its work before it sends."""
    assert Judge(Forms(site_alarm=60), Keyring.generate())._is_wanted(Rates(**rates)) is is_wanted


def test_an_ipv6_client_is_its_network() -> None:
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert [network_of(text) for text in ("198.51.100.1", "", "x")] == ["198.51.100.1", "", ""]


async def test_a_form_that_a_browser_sends_as_it_stands_is_new_and_a_trapped_one_is_kept_back(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    page = Page((await visitor.get(HOST, "/_forms/contact")).text, "http://kopi.sites.test:8080")
    own = {one.get("name") or "": one.get("value") or "" for one in page.all("input")}
    assert own["_stamp"]
    (trap,) = [one for one in page.all("input") if one.get("name") == "_extra"]
    assert (trap.get("tabindex"), trap.get("autocomplete"), trap.get("value")) == ("-1", "off", "")
    assert (await send(visitor, {**own, **GOOD})).status == 303
    assert (await send(visitor, {**own, **GOOD, "name": "B", "_extra": "x", "message": "[url=x]y[/url]"})).status == 303
    good, bad = await stored(conn)
    assert (good["status"], bad["status"]) == ("new", "spam")
    assert "spam" not in good["data"]["_about"]
    assert bad["data"]["_about"]["spam"] == {"score": 8, "reasons": ["markup", "trap"]}
    assert {"_stamp", "_extra", "_proof"}.isdisjoint(bad["data"])
    # Its owner says otherwise; nobody else can.
    other = await make_site(conn, subdomain="roti")
    assert await set_status(conn, other, [bad["id"]], Status.NEW) == 0
    assert await set_status(conn, site, [bad["id"]], Status.NEW) == 1
    assert await conn.fetchval("SELECT count(*) FROM outbox WHERE submission_id = $1", bad["id"]) == 1
    assert [row["status"] for row in await stored(conn)] == ["new", "new"]


async def test_a_page_that_was_kept_for_thirty_days_is_as_good_as_new(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, keyring: Keyring
) -> None:
    for days in (30, 36):
        stamp = make_stamp(keyring, site, datetime.now(UTC).date() - timedelta(days=days))
        # Beside a trap that autofill fell into, one point more would tell.
        sent = {**GOOD, "name": str(days), "_stamp": stamp, "_extra": "x"}
        assert (await send(visitor, sent)).status == 303
    assert [row["status"] for row in await stored(conn)] == ["new", "spam"]


async def test_a_shared_address_is_first_kept_back_then_asked_to_wait_with_its_text(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    settings = {"server": {"trusted_proxies": ["127.0.0.1"]}, "forms": {"client_limit": 20}}
    one, two = await serve(**settings), await serve(**settings)
    own = {"_stamp": (await _fields(one))["_stamp"]}

    async def post(number: int, address: str) -> int:
        fields = {**own, **GOOD, "message": f"nomor {number}"}
        return (await send((one, two)[number % 2], fields, headers={"X-Forwarded-For": address})).status

    # Two addresses of one /64, two workers: one count.
    statuses = [await post(number, f"2001:db8::{number % 7 + 1}") for number in range(22)]
    assert statuses == [303] * 20 + [429] * 2
    assert sorted(row["status"] for row in await stored(conn)) == ["new"] * 14 + ["spam"] * 6
    assert await post(100, "2001:db8:0:1::1") == 303
    refused = await send(one, {**own, **GOOD}, headers={"X-Forwarded-For": "2001:db8::9"})
    assert (refused.status, refused.headers["Retry-After"]) == (429, "600")
    assert "masih buka?" in refused.text
    assert "Too much" in refused.text or "Terlalu banyak" in refused.text
    told = await send(one, {**own, **GOOD}, headers={"X-Forwarded-For": "2001:db8::9", "Accept": "application/json"})
    assert (told.status, json.loads(told.text)["status"]) == (429, 429)
    # The same sent at once is counted once.
    same = {**own, **GOOD, "message": LONG}
    answers = await asyncio.gather(
        *(send((one, two)[n % 2], same, headers={"X-Forwarded-For": "192.0.2.7"}) for n in range(40))
    )
    assert {answer.status for answer in answers} == {303}
    (row,) = [row for row in await stored(conn) if row["data"]["message"] == LONG]
    assert row["status"] == "new"
    await conn.execute("UPDATE form_rates SET began = began - interval '20 minutes'")
    assert await post(101, "2001:db8::1") == 303
    await conn.execute("UPDATE form_rates SET began = began - interval '3 days'")
    await limits.forget_rates(conn)
    assert await conn.fetchval("SELECT count(*) FROM form_rates") == 0


async def _fields(visitor: Visitor) -> dict[str, str]:
    page = Page((await visitor.get(HOST, "/_forms/contact")).text, "http://kopi.sites.test:8080")
    return {one.get("name") or "": one.get("value") or "" for one in page.all("input")}


async def test_under_attack_a_solved_challenge_tells_people_from_robots_once(
    conn: asyncpg.Connection, serve: Serve, site: UUID
) -> None:
    visitor = await serve(server={"trusted_proxies": ["127.0.0.1"]}, forms={"site_alarm": 3, "site_limit": 8})
    own = {"_stamp": (await _fields(visitor))["_stamp"]}
    number = iter(range(1000))

    async def post(**more: str) -> int:
        here = next(number)
        fields = {**own, **GOOD, "message": f"nomor {here}", **more}
        return (await send(visitor, fields, headers={"X-Forwarded-For": f"192.0.2.{here}"})).status

    asked = await visitor.get(HOST, "/_forms/contact/challenge")
    assert (asked.status, asked.text, asked.headers["Cache-Control"]) == (200, "{}", "private, no-store")
    assert [await post() for _ in range(5)] == [303] * 5
    task = json.loads((await visitor.get(HOST, "/_forms/contact/challenge")).text)
    proof = solve(task)
    assert await post(_proof=proof) == 303
    assert await post(_proof=proof) == 303
    assert await post(_proof="x") == 303
    assert await post() == 429
    assert await post(_proof=solve(json.loads((await visitor.get(HOST, "/_forms/contact/challenge")).text))) == 303
    assert [row["status"] for row in await stored(conn)] == ["new"] * 3 + ["spam"] * 2 + ["new", "spam", "spam", "new"]


async def test_who_proves_work_while_the_server_is_away_is_no_flood(
    stopped_server: Path, keyring: Keyring, themes: Themes, aiohttp_client: Any, tmp_path: Path
) -> None:
    forms = {"site_alarm": 2}
    async with running(stopped_server, keyring, themes, aiohttp_client, tmp_path, 3_600, forms=forms) as world:
        host = "kopi.sites.test"
        async with world.writing() as conn:
            await conn.execute("DELETE FROM form_submissions")
            await conn.execute("DELETE FROM form_receipts")
            await conn.execute("DELETE FROM form_rates")
        assert (await world.visitor.get(host, "/_forms/contact")).status == 200
        await world.stop()
        proof = ""
        for number in range(6):
            # As a browser does, before each.
            proof = solve(json.loads((await world.visitor.get(host, "/_forms/contact/challenge")).text))
            answer = await send(world.visitor, {**GOOD, "message": f"nomor {number}", "_proof": proof})
            assert answer.status == 303
        again = {**GOOD, "message": "lagi", "_proof": proof}
        assert (await send(world.visitor, again)).status == 303
        folder = spool_folder(tmp_path / "var")
        await world.start()
        async with world.writing() as conn:

            async def all_there() -> bool:
                return not list(folder.glob("*.lead"))

            await until(all_there)
            status = {row["data"]["message"]: row["status"] for row in await stored(conn)}
        assert status == {**{f"nomor {number}": "new" for number in range(6)}, "lagi": "spam"}


async def test_the_same_text_to_many_sites_is_kept_back(conn: asyncpg.Connection, serve: Serve, site: UUID) -> None:
    visitor = await serve(server={"trusted_proxies": ["127.0.0.1"]})
    for number in range(12):
        await make_site(conn, subdomain=f"toko{number}")
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        answer = await send(visitor, {**GOOD, "message": LONG}, host=f"toko{number}.sites.test", headers=headers)
        assert answer.status == 303
    rows = await stored(conn)
    # Without a stamp a repeated text is enough.
    assert [row["status"] for row in rows] == ["new"] * 2 + ["spam"] * 10
