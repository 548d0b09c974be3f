"""Custom domains: claims, proofs as real name servers tell them, and who gets a host that two want."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from renderer.domains import (
    Claim,
    Finding,
    Outcome,
    Proofs,
    Refused,
    Standing,
    check_domain,
    check_due,
    claimable,
    queries,
)
from renderer.domains.checking import GRACE, HELD, LOST, NOT_ENTITLED, UNKNOWN
from renderer.domains.queries import NotVerified
from renderer.edge.sites import EdgeSite, find_site
from tests.commands import Run
from tests.databases import Database
from tests.factories import make_site, make_user
from tests.name_servers import NameServer, name_servers

HOST = "kopi.example"
BASES = ("tapsite.test",)


@pytest.fixture
def servers() -> Iterator[list[NameServer]]:
    with name_servers() as running:
        yield running


@pytest.fixture
def proofs(servers: list[NameServer]) -> Proofs:
    return Proofs([server.address for server in servers], seconds=0.6)


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(database.url)
    yield conn
    await conn.close()


@pytest.fixture
async def conn(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """As the role that the checks run under."""
    conn = await asyncpg.connect(database.url_as("tapsite_maintain"))
    yield conn
    await conn.close()


async def claim_of(conn: asyncpg.Connection, website_id: UUID, host: str = HOST) -> Claim:
    found = [claim for claim in await queries.claims_of_site(conn, website_id) if claim.host == host]
    assert found
    return found[0]


async def claimed(owner: asyncpg.Connection, host: str = HOST, **columns: object) -> Claim:
    return await claim_of(owner, await make_site(owner, custom_domain=host, **columns), host)


def prove(servers: list[NameServer], claim: Claim) -> None:
    for server in servers:
        server.texts.setdefault(claim.record_name, []).append(claim.record_value)


def withdraw(servers: list[NameServer], claim: Claim) -> None:
    for server in servers:
        server.texts[claim.record_name].remove(claim.record_value)


async def check(conn: asyncpg.Connection, proofs: Proofs, claim: Claim, **options: bool) -> Outcome:
    return await check_domain(conn, proofs, claim, BASES, **options)


async def served(conn: asyncpg.Connection, host: str = HOST) -> str | None:
    found = await find_site(conn, host, BASES)
    return found.subdomain if isinstance(found, EdgeSite) else None


@pytest.mark.parametrize(
    ("raw", "host"),
    [
        ("Kopi.Example.", "kopi.example"),
        ("www.kopi.co.id", "www.kopi.co.id"),
        (" kopi.co.id ", "kopi.co.id"),
        ("kópi.example", "xn--kpi-gna.example"),
        ("toko.my.id", "toko.my.id"),
    ],
)
def test_a_host_is_claimed_in_one_spelling(raw: str, host: str) -> None:
    assert claimable(raw, BASES) == host


@pytest.mark.parametrize(
    "raw",
    ["", "co.id", "example", "github.io", "tapsite.test", "a.tapsite.test", "127.0.0.1", "[::1]", "a..b",
     "kopi_.example", "x.localhost", "printer.local", "a.onion", "1.168.192.in-addr.arpa", "*.kopi.example",
     "kopi.example/x",     "a." * 124 + "example"],
)  # fmt: skip
def test_what_nobody_can_claim_is_refused_in_words(raw: str) -> None:
    with pytest.raises(Refused, match=r"\w+"):
        claimable(raw, BASES)


async def test_a_proof_that_most_resolvers_see_counts(
    owner: asyncpg.Connection, conn: asyncpg.Connection, servers: list[NameServer], proofs: Proofs
) -> None:
    claim = await claimed(owner)
    assert await served(owner) is None
    prove(servers[:1], claim)
    assert (await check(conn, proofs, claim)).finding is Finding.ABSENT
    prove(servers[1:2], claim)
    servers[2].mode = "silent"
    assert await check(conn, proofs, claim) == Outcome(Finding.PROVEN, Standing.VERIFIED)
    assert await served(owner) == claim.subdomain
    assert await served(owner, f"www.{HOST}") == claim.subdomain
    assert servers[0].asked[0] == f"_tapsite.{HOST}"
    assert (await claim_of(conn, claim.website_id)).is_primary


@pytest.mark.parametrize("mode", ["silent", "broken", "garbage", "forged"])
async def test_servers_that_do_not_answer_say_nothing_about_a_claim(
    owner: asyncpg.Connection, conn: asyncpg.Connection, servers: list[NameServer], proofs: Proofs, mode: str
) -> None:
    claim = await claimed(owner)
    prove(servers, claim)
    await check(conn, proofs, claim)
    for server in servers[:2]:
        server.mode = mode
    assert await check(conn, proofs, claim) == Outcome(Finding.UNKNOWN, Standing.CLAIMED, UNKNOWN)
    assert await served(owner) == claim.subdomain


@pytest.mark.parametrize(
    "texts",
    [[], ["tapsite-verify=" + "0" * 64], ["tapsite-verify="], ["x" * 2_000], ["\u00ff\\"], ["a"] * 200],
)
async def test_any_other_text_proves_nothing(
    owner: asyncpg.Connection, conn: asyncpg.Connection, servers: list[NameServer], proofs: Proofs, texts: list[str]
) -> None:
    claim = await claimed(owner)
    for server in servers:
        server.texts[claim.record_name] = texts
    assert (await check(conn, proofs, claim)).standing is Standing.CLAIMED


async def test_the_record_may_stand_among_others_and_behind_an_alias(
    owner: asyncpg.Connection, conn: asyncpg.Connection, servers: list[NameServer]
) -> None:
    proofs = Proofs([server.address for server in servers], seconds=60)
    claim = await claimed(owner)
    for server in servers:
        server.aliases[claim.record_name] = "proofs.elsewhere.example"
        # Which come in any order.
        server.texts["proofs.elsewhere.example"] = [
            *(f"other={number:04}" for number in range(300)),
            claim.record_value,
        ]
    assert (await check(conn, proofs, claim)).standing is Standing.VERIFIED


async def test_a_missing_proof_is_served_for_a_grace_and_no_longer(
    owner: asyncpg.Connection, conn: asyncpg.Connection, servers: list[NameServer], proofs: Proofs
) -> None:
    claim = await claimed(owner)
    prove(servers, claim)
    await check(conn, proofs, claim)
    withdraw(servers, claim)
    assert (await check(conn, proofs, claim)).standing is Standing.FAILING
    assert await served(owner) == claim.subdomain
    await owner.execute("UPDATE website_domains SET failing_since = now() - interval '6 days 23 hours'")
    assert (await check(conn, proofs, claim)).standing is Standing.FAILING
    await owner.execute("UPDATE website_domains SET failing_since = now() - interval '7 days 1 minute'")
    assert (await check(conn, proofs, claim)).standing is Standing.QUARANTINED
    assert await served(owner) is None
    assert (await claim_of(conn, claim.website_id)).standing is Standing.QUARANTINED
    prove(servers, claim)
    assert (await check(conn, proofs, claim)).standing is Standing.VERIFIED
    assert await served(owner) == claim.subdomain


async def test_who_proves_a_host_keeps_it_and_who_does_not_loses_it(
    owner: asyncpg.Connection, conn: asyncpg.Connection, servers: list[NameServer], proofs: Proofs
) -> None:
    first = await claimed(owner)
    second = await claimed(owner)
    prove(servers, first)
    assert (await check(conn, proofs, first)).standing is Standing.VERIFIED
    prove(servers, second)
    assert await check(conn, proofs, second) == Outcome(Finding.PROVEN, Standing.CLAIMED, HELD)
    assert await served(owner) == first.subdomain
    withdraw(servers, first)
    servers[0].mode = servers[1].mode = "silent"
    assert (await check(conn, proofs, second)).standing is Standing.CLAIMED
    servers[0].mode = servers[1].mode = "answer"
    assert (await check(conn, proofs, second)).standing is Standing.VERIFIED
    assert await served(owner) == second.subdomain
    lost = await claim_of(conn, first.website_id)
    assert (lost.standing, lost.last_error) == (Standing.QUARANTINED, LOST)


async def test_a_holder_that_changed_its_claim_while_it_was_looked_for_loses_nothing(
    owner: asyncpg.Connection,
    conn: asyncpg.Connection,
    servers: list[NameServer],
    proofs: Proofs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, look = await claimed(owner), await claimed(owner), proofs.look
    prove(servers, first)
    assert (await check(conn, proofs, first)).standing is Standing.VERIFIED
    withdraw(servers, first)
    prove(servers, second)

    async def look_and_change(claim: Claim) -> Finding:
        found = await look(claim)
        if claim.id == first.id:
            await owner.execute("UPDATE website_domains SET claim_token = reverse(claim_token) WHERE id = $1", first.id)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(proofs, "look", look_and_change)
        assert await check(conn, proofs, second) == Outcome(Finding.PROVEN, Standing.CLAIMED, HELD)
    assert await served(owner) == first.subdomain


async def test_a_claim_blocks_nobody(
    owner: asyncpg.Connection, conn: asyncpg.Connection, servers: list[NameServer], proofs: Proofs
) -> None:
    await claimed(owner)
    real = await claimed(owner)
    prove(servers, real)
    assert (await check(conn, proofs, real)).standing is Standing.VERIFIED


async def test_a_result_counts_only_for_an_unchanged_claim(
    owner: asyncpg.Connection, conn: asyncpg.Connection, servers: list[NameServer], proofs: Proofs
) -> None:
    claim = await claimed(owner)
    prove(servers, claim)
    await owner.execute("UPDATE websites SET custom_domain = NULL WHERE id = $1", claim.website_id)
    await owner.execute("UPDATE websites SET custom_domain = $2 WHERE id = $1", claim.website_id, HOST)
    assert (await check(conn, proofs, claim)).standing is None
    assert (await claim_of(conn, claim.website_id)).standing is Standing.CLAIMED
    again = replace(claim, token=(await claim_of(conn, claim.website_id)).token)
    assert (await check(conn, proofs, again)).standing is None
    assert await served(owner) is None


async def test_a_tier_without_the_right_proves_in_vain_unless_an_operator_says_so(
    owner: asyncpg.Connection, conn: asyncpg.Connection, servers: list[NameServer], proofs: Proofs
) -> None:
    claim = await claimed(owner, user_id=await make_user(owner, subscription_tier="free"))
    prove(servers, claim)
    assert await check(conn, proofs, claim) == Outcome(Finding.PROVEN, Standing.CLAIMED, NOT_ENTITLED)
    assert (await check(conn, proofs, claim, by_operator=True)).standing is Standing.VERIFIED
    assert await served(owner) == claim.subdomain
    withdraw(servers, claim)
    assert (await check(conn, proofs, await claim_of(conn, claim.website_id))).standing is Standing.FAILING
    prove(servers, claim)
    assert (await check(conn, proofs, await claim_of(conn, claim.website_id))).standing is Standing.VERIFIED


async def test_hosts_that_were_claimed_by_other_programs_are_judged_as_well(
    owner: asyncpg.Connection, conn: asyncpg.Connection, servers: list[NameServer], proofs: Proofs
) -> None:
    claim = await claimed(owner, "co.id")
    prove(servers, claim)
    outcome = await check(conn, proofs, claim)
    assert outcome.standing is Standing.CLAIMED
    assert "public suffix" in (outcome.why or "")
    assert not servers[0].asked


async def test_what_is_due_is_checked_and_nothing_else(
    owner: asyncpg.Connection, conn: asyncpg.Connection, servers: list[NameServer], proofs: Proofs
) -> None:
    claims = [await claimed(owner, f"situs{number}.example") for number in range(5)]
    for claim in claims[:4]:
        prove(servers, claim)
    assert await check_due(conn, proofs, BASES) == 5
    assert [await served(owner, claim.host) for claim in claims] == [*(one.subdomain for one in claims[:4]), None]
    assert await check_due(conn, proofs, BASES) == 0
    for number, columns in enumerate(
        [
            "last_checked_at = now() - interval '25 hours'",
            "last_checked_at = now() - interval '23 hours'",
            "last_checked_at = now() - interval '11 minutes', failing_since = now() - interval '20 minutes'",
            "last_checked_at = NULL, failing_since = now() - interval '31 days', verified_at = NULL",
            "last_checked_at = now() - interval '1 hour', created_at = now() - interval '5 hours'",
        ]
    ):
        await owner.execute(f"UPDATE website_domains SET {columns} WHERE id = $1", claims[number].id)
    servers[0].asked.clear()
    assert await check_due(conn, proofs, BASES) == 3
    assert set(servers[0].asked) == {claims[number].record_name for number in (0, 2, 4)}


async def test_the_primary_host_is_one_that_the_site_has_proven(
    owner: asyncpg.Connection, conn: asyncpg.Connection, servers: list[NameServer], proofs: Proofs
) -> None:
    claim = await claimed(owner)
    await queries.add_claim(owner, claim.website_id, "kedai.example")
    second = await claim_of(owner, claim.website_id, "kedai.example")
    stranger = await claimed(owner, "lain.example")
    for one in (claim, stranger):
        prove(servers, one)
        await check(conn, proofs, one)
    for host in ("kedai.example", "lain.example"):
        with pytest.raises(NotVerified):
            await queries.set_primary(owner, claim.website_id, host)
    assert (await claim_of(owner, claim.website_id)).is_primary
    prove(servers, second)
    await check(conn, proofs, second)
    await queries.set_primary(owner, claim.website_id, "kedai.example")
    assert [one.host for one in await queries.claims_of_site(owner, claim.website_id) if one.is_primary] == [
        "kedai.example"
    ]
    assert (await claim_of(owner, stranger.website_id, "lain.example")).is_primary


async def test_a_stranger_cannot_take_anothers_claim_back(owner: asyncpg.Connection) -> None:
    claim, other = await claimed(owner), await claimed(owner, "lain.example")
    assert not await queries.remove_claim(owner, other.website_id, HOST)
    assert (await claim_of(owner, claim.website_id)).id == claim.id
    assert await queries.remove_claim(owner, claim.website_id, HOST)
    assert await queries.claims_of_site(owner, claim.website_id) == []
    assert await owner.fetchval("SELECT custom_domain FROM websites WHERE id = $1", claim.website_id) is None
    assert await owner.fetchval("SELECT custom_domain FROM websites WHERE id = $1", other.website_id) == "lain.example"


async def test_two_checks_of_one_host_follow_one_another(
    owner: asyncpg.Connection, conn: asyncpg.Connection, servers: list[NameServer], proofs: Proofs, database: Database
) -> None:
    claims = [await claimed(owner) for _ in range(4)]
    for claim in claims:
        prove(servers, claim)
    conns = [await asyncpg.connect(database.url_as("tapsite_maintain")) for _ in claims]
    outcomes = await asyncio.gather(*(check(one, proofs, claim) for one, claim in zip(conns, claims, strict=True)))
    for one in conns:
        await one.close()
    assert sorted(str(outcome.standing) for outcome in outcomes) == ["claimed", "claimed", "claimed", "verified"]


def test_grace_is_a_week() -> None:
    assert timedelta(days=7) == GRACE


async def test_the_whole_way_by_the_command_line(
    owner: asyncpg.Connection, database: Database, servers: list[NameServer], renderer: Run
) -> None:
    site = await make_site(owner, subdomain="kopi-senja")
    await make_site(owner, subdomain="lain")
    told = {
        "domains_resolvers": ",".join(server.address for server in servers),
        "domains_cname": "sites.tapsite.example",
        "domains_addresses": "192.0.2.7,2001:db8::7",
        "database_migrate_url": database.url,
    }

    def run(*arguments: str) -> str:
        done = renderer("domains", *arguments, database=database, **told)
        return f"{done.returncode} {done.stdout}{done.stderr}"

    said = run("add", "kopi-senja", "Kopi.Example")
    claim = await claim_of(owner, site)
    assert said.startswith("0 ")
    assert f'_tapsite.kopi.example. 300 IN TXT "{claim.record_value}"' in said
    assert "kopi.example. 300 IN CNAME sites.tapsite.example." in said
    assert "; or, where the zone begins at this name: kopi.example. 300 IN AAAA 2001:db8::7" in said
    assert run("verify", "kopi-senja", HOST).startswith("1 kopi.example: claimed (the TXT record was not found)")
    assert "does not claim it" in run("verify", "lain", HOST)
    assert run("primary", "kopi-senja", HOST) == f"1 {HOST}: kopi-senja has not proven it.\n"
    prove(servers, claim)
    assert run("verify", "kopi-senja", HOST).startswith("0 kopi.example: verified")
    assert run("primary", "kopi-senja", HOST).startswith("0 ")
    assert "verified primary, checked" in run("list")
    assert "No custom domains." in run("list", "lain")
    assert run("recheck").startswith("0 0 checked.")
    assert run("remove", "lain", HOST).startswith("1 ")
    assert run("remove", "kopi-senja", HOST).startswith("0 ")
    for wrong in (("add", "kopi-senja", "co.id"), ("add", "tidak-ada", HOST), ("add", "kopi-senja", "a b")):
        assert run(*wrong).startswith("2 ")
        assert "Traceback" not in run(*wrong)
