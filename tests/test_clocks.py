"""A clock that leaps ahead, and one that is right again after that: nothing is deleted early, and nobody waits for a
time that never was."""

from datetime import timedelta
from itertools import product
from typing import Any

import asyncpg

from renderer.console import doors, sessions
from renderer.console import queries as console
from renderer.db import queries
from renderer.domains import queries as domains
from renderer.edge import limits
from renderer.edge.freshness import Freshness
from renderer.edge.reader import Reader
from renderer.jobs import upkeep_jobs
from renderer.keyring import Keyring
from renderer.outbox import queries as outbox
from renderer.settings import Settings
from renderer.tally import Tally
from renderer.upkeep import do_all, doubts_clock
from tests.databases import Database
from tests.factories import make_site, make_user

LEAP = "UPDATE upkeep_clock SET seen_at = seen_at - $1::interval, doubted_until = doubted_until - $1::interval"


async def leap(conn: asyncpg.Connection, **time: float) -> bool:
    """As if the server's clock had gone ahead by that, seen from the last upkeep; whether it is doubted then."""
    await conn.execute(LEAP, timedelta(**time))
    return await doubts_clock(conn) is not None


async def test_after_a_leap_nothing_old_is_deleted_for_a_day(conn: asyncpg.Connection, database: Database) -> None:
    site = await make_site(conn)
    await conn.execute(
        "UPDATE system_config SET value = jsonb_set(value, '{free,retention_days}', '60') WHERE key = 'tier_rights'"
    )
    await conn.execute(
        "CREATE TABLE page_views_y2020m01 PARTITION OF page_views "
        "FOR VALUES FROM ('2020-01-01+00') TO ('2020-02-01+00')"
    )
    old = "INSERT INTO page_views (website_id, created_at, page_path) SELECT $1, unnest($2::timestamptz[]), '/'"
    now = await conn.fetchval("SELECT now()")
    await conn.execute(old, site, [now, now.replace(year=2020, month=1, day=5)])
    await conn.execute(
        "INSERT INTO form_submissions (website_id, form_type, data, ip_address, created_at) "
        "VALUES ($1, 'contact', '{}', '192.0.2.1', now() - interval '100 days')",
        site,
    )
    count = (
        "SELECT (SELECT count(*) FROM page_views), (SELECT count(*) FROM form_submissions WHERE ip_address IS NOT NULL)"
    )
    jobs = [job for job in upkeep_jobs(Settings(), Keyring.generate()) if job.name in ("leads", "page views")]
    maintain = await asyncpg.connect(database.url)
    try:
        assert not await leap(conn, days=400), "the first of all times is believed"
        assert await leap(conn, days=400)
        said = await do_all(maintain, jobs)
        assert said is not None
        assert all("nothing old is deleted before" in line for line in said)
        assert tuple(await conn.fetchrow(count)) == (2, 1)
        assert await conn.fetchval("SELECT to_regclass('page_views_y2020m01') IS NOT NULL")
        assert await leap(conn, hours=23)
        assert not await leap(conn, hours=2), "a day later it is believed"
        await do_all(maintain, jobs)
        assert tuple(await conn.fetchrow(count)) == (1, 0)
        assert await conn.fetchval("SELECT to_regclass('page_views_y2020m01') IS NULL")
    finally:
        await maintain.close()


async def test_a_clock_that_goes_back_is_believed_at_once_and_who_comes_weekly_is_no_leap(
    conn: asyncpg.Connection,
) -> None:
    assert not await doubts_clock(conn)
    assert await leap(conn, days=400)
    assert not await leap(conn, days=-400)
    assert await leap(conn, days=3)
    assert not await leap(conn, days=-3)
    assert [await leap(conn, days=days) for days in (7, 7, 7, 15, 0.5)] == [True, False, False, True, True]
    assert not await leap(conn, days=1)


async def test_what_was_written_while_the_clock_was_ahead_keeps_nobody_waiting(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    # Attempts of somebody who signed in while it was a year later.
    mine = b"0" * 32
    assert await limits.admit_attempt(conn, [mine], [3], 3_600) == 0
    await conn.execute(
        "UPDATE console_attempts SET tried_at = now() + interval '1 year', waits_until = now() + interval '1 year'"
    )
    assert await limits.admit_attempt(conn, [mine], [3], 3_600) == 0
    # A rate.
    counter = limits.Counter(b"k")
    await counter.add(conn, "x", 5)
    assert await counter.seen(conn, {"x": "x"}) == {"x": 5}
    await conn.execute("UPDATE form_rates SET began = began + interval '1 year'")
    assert await counter.seen(conn, {"x": "x"}) == {"x": 0}
    # A job written then, one tried then, one that waits as it should, and one for a post of next month.
    job = (
        "INSERT INTO outbox (website_id, kind, payload, attempts, next_at, created_at) "
        "VALUES ($1, 'indexnow', '{}', $2, now() + $3::interval, now() + $4::interval) RETURNING id"
    )
    hour, year = timedelta(hours=1), timedelta(days=365)
    ids = [
        await conn.fetchval(job, site, *values)
        for values in ((0, year, year), (2, year, -hour), (2, 20 * hour, -hour), (0, 30 * 24 * hour, -hour))
    ]
    await outbox.prune_outbox(conn)
    due = await conn.fetch("SELECT id FROM outbox WHERE id = ANY($1) AND next_at <= now()", ids)
    assert {row["id"] for row in due} == set(ids[:2])
    # A domain that was looked at then.
    await conn.execute("UPDATE websites SET custom_domain = 'kopi.example' WHERE id = $1", site)
    assert [one.host for one in await domains.due_claims(conn, 5)] == ["kopi.example"]
    await conn.execute("UPDATE website_domains SET last_checked_at = now() + interval '1 year'")
    assert [one.host for one in await domains.due_claims(conn, 5)] == ["kopi.example"]


async def test_a_session_opened_or_used_while_the_clock_was_ahead_lasts_no_longer(conn: asyncpg.Connection) -> None:
    person = await make_user(conn)
    idle, longest = sessions.IDLE, sessions.LONGEST
    lasts = (
        "SELECT created_at - now() AS made, seen_at - now() AS seen, idle_until - now() AS idle, "
        "ends_at - now() AS ends FROM console_sessions WHERE digest = $1"
    )
    shift = "UPDATE console_sessions SET {} WHERE digest = $2"
    opened = (
        "created_at = created_at + $1, seen_at = seen_at + $1, idle_until = idle_until + $1, ends_at = ends_at + $1"
    )
    used = "seen_at = seen_at + $1, idle_until = idle_until + $1"
    for number, (change, mend) in enumerate(product((opened, used), ("resumed", "pruned"))):
        digest = bytes([number]) * 32
        await console.open_session(conn, person, digest, "", idle, longest)
        await conn.execute(shift.format(change), timedelta(days=365 if change == opened else 30), digest)
        async with conn.transaction():
            if mend == "resumed":
                assert (await doors.resume_session(conn, digest, idle))["user_id"] == person  # type: ignore[index]
            else:
                assert await doors.prune_sessions(conn) == 0
            row = await conn.fetchrow(lasts, digest)
        # The same transaction, the same now().
        assert row["seen"] == timedelta(0)
        if change == opened:
            assert (row["made"], row["idle"], row["ends"]) == (timedelta(0), idle, longest)
        else:
            assert row["made"] < timedelta(0)
            assert (row["idle"], row["ends"]) == (idle, longest + row["made"])
    # A little ahead is no leap, and who has ended stays out.
    digest = b"a" * 32
    await console.open_session(conn, person, digest, "", idle, longest)
    await conn.execute(shift.format(opened), timedelta(minutes=4), digest)
    before = await conn.fetchrow("SELECT * FROM console_sessions WHERE digest = $1", digest)
    assert await doors.resume_session(conn, digest, idle)
    assert await conn.fetchrow("SELECT * FROM console_sessions WHERE digest = $1", digest) == before
    await conn.execute(
        "UPDATE console_sessions SET seen_at = now() + interval '1 year', ends_at = now() WHERE digest = $1", digest
    )
    assert await doors.resume_session(conn, digest, idle) is None


async def test_what_is_kept_is_sent_as_long_as_it_may_be_whatever_the_clock_says(monkeypatch: Any) -> None:
    freshness = Freshness(3_600.0, Tally())
    freshness.reader = reader = Reader("", None, None, 1.0)  # type: ignore[arg-type]
    assert not freshness.may_be_stale()
    monkeypatch.setattr("renderer.edge.freshness.time.time", lambda: 4e9)
    monkeypatch.setattr("renderer.edge.freshness.time.monotonic", lambda: 50.0)
    reader.read_at = 10.0
    assert freshness.may_be_stale()
    monkeypatch.setattr("renderer.edge.freshness.time.monotonic", lambda: 3_700.0)
    assert not freshness.may_be_stale()


async def test_the_timeline_is_that_of_what_is_written_now(conn: asyncpg.Connection, database: Database) -> None:
    admin = await asyncpg.connect(database.admin_url)
    try:
        origin = (await queries.load("changes").log_now(admin))["origin"].split("/")
        assert origin[1] == (await admin.fetchval("SELECT pg_walfile_name(pg_current_wal_insert_lsn())"))[:8]
    finally:
        await admin.close()


async def test_attempts_that_come_at_once_are_free_alike(conn: asyncpg.Connection, database: Database) -> None:
    mine, other = b"m" * 32, await asyncpg.connect(database.url)
    async with conn.transaction():
        await conn.execute("SELECT now()")  # before the other's
        assert await limits.admit_attempt(other, [mine], [3], 3_600) == 0
        assert await limits.admit_attempt(conn, [mine], [3], 3_600) == 0
    await other.close()
