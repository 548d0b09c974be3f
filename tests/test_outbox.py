"""The outbox: each job is done at least once, by one worker at a time, and what fails is tried again, then given up."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from renderer.db.pool import open_pool
from renderer.outbox import Dispatcher, Job, Kind, Outcome, done, failed, lanes, later, queries
from tests.databases import Database
from tests.factories import insert, make_site


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[asyncpg.Pool]:
    made = await open_pool(database.url_as("tapsite_edge"), largest=8, connect_seconds=5, statement_seconds=5)
    yield made
    await made.close()


async def put(conn: asyncpg.Connection, site: UUID, count: int = 1, **columns: object) -> list[UUID]:
    made = []
    for number in range(count):
        values = {"website_id": site, "kind": "note", "payload": {"number": number}, **columns}
        made.append(await insert(conn, "outbox", values))
    return made


async def rows(conn: asyncpg.Connection) -> list[asyncpg.Record]:
    return await conn.fetch(
        "SELECT state, attempts, lease, last_error, extract(epoch FROM next_at - now())::float8 AS wait FROM outbox"
    )


async def make_due(conn: asyncpg.Connection) -> None:
    await conn.execute("UPDATE outbox SET next_at = now() - interval '1 second'")


def kind(deliver: object, **arguments: object) -> Kind:
    return Kind("note", deliver, **arguments)  # type: ignore[arg-type]


class Notes:
    """Keeps what was delivered, in which company."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.groups: list[list[Job]] = []
        self._outcomes = list(outcomes)

    async def __call__(self, jobs: Sequence[Job]) -> Outcome:
        self.groups.append(list(jobs))
        return self._outcomes.pop(0) if self._outcomes else done()

    @property
    def ids(self) -> list[UUID]:
        return [job.id for group in self.groups for job in group]


async def test_what_is_due_is_done_once_and_what_is_not_waits(conn: asyncpg.Connection, pool: asyncpg.Pool) -> None:
    site, notes = await make_site(conn), Notes()
    (due,) = await put(conn, site, payload={"text": "halo"})
    await put(conn, site, next_at=datetime.now(UTC) + timedelta(hours=1))
    await put(conn, site, kind="other")
    dispatcher = Dispatcher(pool, [kind(notes)])
    assert await dispatcher.deliver_due() == 1
    assert await dispatcher.deliver_due() == 0
    assert notes.ids == [due]
    assert notes.groups[0][0].payload == {"text": "halo"}
    assert [row["state"] for row in await rows(conn)].count("done") == 1


async def test_workers_at_the_same_time_never_do_the_same_job(conn: asyncpg.Connection, pool: asyncpg.Pool) -> None:
    made, notes = await put(conn, await make_site(conn), 40), Notes()
    workers = [Dispatcher(pool, [kind(notes, most=7)]) for _ in range(4)]
    for _ in range(40):  # one that finds the others at a site's turn gets nothing that time
        if len(notes.ids) < len(made):
            await asyncio.gather(*(worker.deliver_due() for worker in workers))
    assert sorted(notes.ids) == sorted(made)


async def test_nobody_waits_for_a_job_that_another_is_just_taking(conn: asyncpg.Connection, pool: asyncpg.Pool) -> None:
    taken, free = await put(conn, await make_site(conn), 2)
    async with pool.acquire() as edge, conn.transaction():
        await conn.fetch("SELECT FROM outbox WHERE id = $1 FOR UPDATE", taken)
        claimed = await queries.claim_jobs(edge, "note", lease=uuid4(), most=5, seconds=60)
    assert [job.id for job in claimed] == [free]


@pytest.mark.parametrize("looked_at", [3, 1_000])
async def test_a_site_with_many_jobs_keeps_no_other_site_waiting(
    conn: asyncpg.Connection, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr(queries, "MOST_LOOKED_AT", looked_at)
    busy, quiet, notes = await make_site(conn), await make_site(conn), Notes()
    ids = set(await put(conn, busy, 60, next_at=datetime.now(UTC) - timedelta(hours=1)))
    theirs = set(await put(conn, quiet, 2, next_at=datetime.now(UTC) - timedelta(seconds=5)))
    dispatcher = Dispatcher(pool, [kind(notes)])
    await dispatcher.deliver_due()
    assert theirs <= set(notes.ids)
    assert len(ids & set(notes.ids)) <= 4
    # All of it is done in the end, the longest waiting first.
    running = asyncio.create_task(dispatcher.run())
    async with asyncio.timeout(60):
        while len(notes.ids) < 62:
            await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert set(notes.ids) == ids | theirs
    assert len(notes.ids) == 62


async def test_receivers_that_hang_keep_no_other_waiting(
    conn: asyncpg.Connection, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More of them than there are places, each with more jobs than its share, before and after they are known."""
    monkeypatch.setattr(lanes, "SLOW_SECONDS", 0.2)
    hanging, good = [await make_site(conn) for _ in range(12)], [await make_site(conn) for _ in range(12)]
    ago = datetime.now(UTC) - timedelta(hours=1)
    for site in hanging:
        await put(conn, site, 6, next_at=ago)
    begun: Counter[UUID] = Counter()
    told: list[UUID] = []

    async def deliver(jobs: Sequence[Job]) -> Outcome:
        begun[jobs[0].website_id] += 1
        if jobs[0].website_id in hanging:
            await asyncio.sleep(3_600)
        told.append(jobs[0].id)
        return done()

    dispatcher = Dispatcher(pool, [kind(deliver)])
    running = asyncio.create_task(dispatcher.run())
    for _ in range(3):
        told.clear()
        theirs = {one for site in good for one in await put(conn, site, 2)}
        dispatcher.wake()
        async with asyncio.timeout(30):
            while set(told) != theirs:
                await asyncio.sleep(0.02)
    under_way = sum(begun[site] for site in hanging)
    assert under_way <= lanes.AT_ONCE + lanes.MOST_SLOW
    assert max(begun[site] for site in hanging) <= lanes.SHARE
    running.cancel()
    await asyncio.wait([running])
    assert {(row["lease"], row["attempts"]) for row in await rows(conn) if row["state"] == "waiting"} == {(None, 0)}


async def test_after_a_start_many_that_hang_soon_leave_the_quick_places(
    conn: asyncpg.Connection, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than there are places for slow ones that are known, and nobody is known yet: whoever answers waits for some
    rounds of `SLOW_SECONDS`, and not until they give up."""
    monkeypatch.setattr(lanes, "SLOW_SECONDS", 0.2)
    hanging, good = [await make_site(conn) for _ in range(36)], await make_site(conn)
    for site in hanging:
        await put(conn, site, next_at=datetime.now(UTC) - timedelta(hours=1))
    await put(conn, good)
    told = asyncio.Event()

    async def deliver(jobs: Sequence[Job]) -> Outcome:
        if jobs[0].website_id in hanging:
            await asyncio.sleep(3_600)
        told.set()
        return done()

    running = asyncio.create_task(Dispatcher(pool, [kind(deliver)]).run())
    try:
        async with asyncio.timeout(30):
            await told.wait()
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_a_receiver_that_is_quick_again_is_no_slow_one(
    conn: asyncpg.Connection, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "SLOW_SECONDS", 0.05)
    site, hangs = await make_site(conn), [True]

    async def deliver(_: Sequence[Job]) -> Outcome:
        await asyncio.sleep(0.3 if hangs.pop() else 0)
        hangs.append(False)
        return done()

    dispatcher = Dispatcher(pool, [kind(deliver)])
    for expected in ([site], []):
        await put(conn, site)
        assert await dispatcher.deliver_due() == 1
        found = dispatcher._lanes["note"]
        assert (found.slow_sites, dict(found.held)) == (expected, {})
        assert (found.quick, found.slow) == (lanes.AT_ONCE, lanes.SLOW_AT_ONCE)


async def test_a_worker_that_dies_loses_nothing_and_comes_back_too_late(
    conn: asyncpg.Connection, pool: asyncpg.Pool
) -> None:
    (job,), dead, notes = await put(conn, await make_site(conn)), uuid4(), Notes()
    async with pool.acquire() as edge:
        assert len(await queries.claim_jobs(edge, "note", lease=dead, most=5, seconds=60)) == 1
    dispatcher = Dispatcher(pool, [kind(notes)])
    assert await dispatcher.deliver_due() == 0, "somebody is at it"
    await make_due(conn)  # its lease ends
    assert await dispatcher.deliver_due() == 1
    assert notes.ids == [job]
    assert (notes.groups[0][0].attempts, notes.groups[0][0].deaths) == (1, 1), "a death is no attempt"
    async with pool.acquire() as edge:
        await queries.settle_jobs(edge, [job], dead, failed("too late"), 0)
    assert [(row["state"], row["last_error"]) for row in await rows(conn)] == [("done", None)]


async def test_a_worker_that_is_told_to_stop_gives_back_what_it_was_at(
    conn: asyncpg.Connection, pool: asyncpg.Pool
) -> None:
    site = await make_site(conn)
    quick, slow = await put(conn, site), await put(conn, site)
    begun = asyncio.Event()

    async def deliver(jobs: Sequence[Job]) -> Outcome:
        if jobs[0].id in quick:
            return done()
        begun.set()
        await asyncio.sleep(3_600)
        return done()

    stopped = asyncio.create_task(Dispatcher(pool, [kind(deliver)]).deliver_due())
    async with asyncio.timeout(60):
        await begun.wait()
        while await conn.fetchval("SELECT count(*) FROM outbox WHERE state = 'done'") == 0:
            await asyncio.sleep(0.02)
    stopped.cancel()
    await asyncio.gather(stopped, return_exceptions=True)
    notes = Notes()
    assert await Dispatcher(pool, [kind(notes)]).deliver_due() == 1, "at once, and only what was not settled"
    assert notes.ids == slow
    assert (notes.groups[0][0].attempts, notes.groups[0][0].deaths) == (1, 0), "neither an attempt nor a death"


async def test_what_a_worker_is_just_claiming_when_it_is_told_to_stop_is_given_back(
    conn: asyncpg.Connection, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = await put(conn, await make_site(conn))
    claim, claimed = queries.claim_jobs, asyncio.Event()

    async def claim_slowly(*arguments: Any, **more: Any) -> list[Job]:
        found = await claim(*arguments, **more)
        claimed.set()
        await asyncio.sleep(0.3)
        return found

    monkeypatch.setattr(queries, "claim_jobs", claim_slowly)
    dispatcher = Dispatcher(pool, [kind(Notes())])
    running = asyncio.create_task(dispatcher.run())
    dispatcher.wake()
    async with asyncio.timeout(60):
        await claimed.wait()
    running.cancel()
    await asyncio.wait([running])
    monkeypatch.undo()
    notes = Notes()
    assert await Dispatcher(pool, [kind(notes)]).deliver_due() == 1
    assert (notes.ids, notes.groups[0][0].deaths) == ([job], 0)


async def test_what_is_given_back_after_a_death_or_a_failure_has_had_no_attempt_more(
    conn: asyncpg.Connection, pool: asyncpg.Pool
) -> None:
    """However often workers are told to stop over it, and others are killed between: each attempt that ended counts
    once."""
    (job,) = await put(conn, await make_site(conn))
    counted = []
    async with pool.acquire() as edge:
        for deed in ("back", "die", "back", "fail", "die", "die", "back", "back", "die", "fail", "back"):
            await make_due(conn)
            lease = uuid4()
            (claimed,) = await queries.claim_jobs(edge, "note", lease=lease, most=5, seconds=60)
            counted.append(claimed.attempts)
            if deed == "back":
                await queries.give_back_jobs(edge, [job], lease)
            if deed == "fail":
                await queries.settle_jobs(edge, [job], lease, later("no connection"), 0)
    assert counted == [1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3]
    assert [(row["state"], row["attempts"], row["lease"]) for row in await rows(conn)] == [("waiting", 2, None)]


async def test_a_job_outlives_many_deaths_of_workers_and_is_given_up_when_it_kills_all(
    conn: asyncpg.Connection, pool: asyncpg.Pool
) -> None:
    await put(conn, await make_site(conn))
    notes = Notes(later("no connection"))
    for _ in range(30):
        async with pool.acquire() as edge:
            assert len(await queries.claim_jobs(edge, "note", lease=uuid4(), most=5, seconds=60)) == 1
        await make_due(conn)
    dispatcher = Dispatcher(pool, [kind(notes, schedule=(100,))])
    assert await dispatcher.deliver_due() == 1
    (row,) = await rows(conn)
    assert (row["state"], row["attempts"], notes.groups[0][0].deaths) == ("waiting", 1, 30)
    for _ in range(21):
        await make_due(conn)
        async with pool.acquire() as edge:
            await queries.claim_jobs(edge, "note", lease=uuid4(), most=5, seconds=60)
    await make_due(conn)
    assert await dispatcher.deliver_due() == 1
    assert len(notes.groups) == 1, "it is not tried"
    (row,) = await rows(conn)
    assert (row["state"], row["last_error"]) == ("failed", "51 workers ended over it")


async def test_what_kills_workers_takes_no_other_job_along(conn: asyncpg.Connection, pool: asyncpg.Pool) -> None:
    site, notes = await make_site(conn), Notes()
    killer, *_ = await put(conn, site, 6)
    for _ in range(30):
        async with pool.acquire() as edge:
            lease = uuid4()
            claimed = [job.id for job in await queries.claim_jobs(edge, "note", lease=lease, most=4, seconds=60)]
            if killer not in claimed:
                await queries.settle_jobs(edge, claimed, lease, done(), 0)
        await conn.execute("UPDATE outbox SET next_at = now() WHERE lease = $1", lease)  # it ends, and stands last
    left = await conn.fetch("SELECT id, deaths FROM outbox WHERE state = 'waiting'")
    assert [row["id"] for row in left] == [killer]
    assert left[0]["deaths"] > 20
    await make_due(conn)
    fresh = await put(conn, site, 2)
    dispatcher = Dispatcher(pool, [kind(notes, most=4)])
    assert sorted([await dispatcher.deliver_due(), await dispatcher.deliver_due()]) == [1, 2]
    assert sorted(notes.ids) == sorted([killer, *fresh]), "alone it is tried, and what came meanwhile is done"


async def test_jobs_of_an_idle_kind_are_settled_without_a_look(conn: asyncpg.Connection, pool: asyncpg.Pool) -> None:
    await put(conn, await make_site(conn), 60)
    notes, noted = Notes(), []

    async def note(_: object, jobs: Sequence[Job], outcome: Outcome) -> None:
        noted.append((len(jobs), outcome.skipped, outcome.error))

    dispatcher = Dispatcher(pool, [kind(notes, note=note, idle=lambda: "nothing is configured")])
    assert await dispatcher.deliver_due() == 50
    assert await dispatcher.deliver_due() == 10
    assert notes.groups == []
    assert noted == [(50, True, "nothing is configured"), (10, True, "nothing is configured")]
    assert {(row["state"], row["last_error"]) for row in await rows(conn)} == {("done", "nothing is configured")}


async def test_what_fails_is_tried_again_by_the_schedule_and_then_given_up(
    conn: asyncpg.Connection, pool: asyncpg.Pool
) -> None:
    await put(conn, await make_site(conn))
    notes = Notes(*[later("no connection")] * 3)
    dispatcher = Dispatcher(pool, [kind(notes, schedule=(100, 1000))])
    for wait in (100, 1000):
        assert await dispatcher.deliver_due() == 1
        (row,) = await rows(conn)
        assert (row["state"], row["lease"], row["last_error"]) == ("waiting", None, "no connection")
        assert wait * 0.8 - 5 < row["wait"] <= wait * 1.2
        assert await dispatcher.deliver_due() == 0
        await make_due(conn)
    assert await dispatcher.deliver_due() == 1
    (row,) = await rows(conn)
    assert (row["state"], row["attempts"], row["last_error"]) == ("failed", 3, "no connection")
    await make_due(conn)
    assert await dispatcher.deliver_due() == 0
    await conn.execute("UPDATE outbox SET state = 'waiting', attempts = 0")  # an administrator's wish
    assert await dispatcher.deliver_due() == 1
    assert (await rows(conn))[0]["state"] == "done"


async def test_what_is_in_vain_is_given_up_at_once(conn: asyncpg.Connection, pool: asyncpg.Pool) -> None:
    await put(conn, await make_site(conn))
    await Dispatcher(pool, [kind(Notes(failed("status 410" + "x" * 900 + "\0")))]).deliver_due()
    (row,) = await rows(conn)
    assert row["state"] == "failed"
    assert len(row["last_error"]) == 500


async def test_the_same_that_is_given_up_is_said_once_in_a_while(
    conn: asyncpg.Connection, pool: asyncpg.Pool, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(conn, await make_site(conn), 4)
    dispatcher = Dispatcher(
        pool, [kind(Notes(*[failed("is the key right?")] * 3, failed("another"), failed("is the key right?")))]
    )
    await dispatcher.deliver_due()
    assert sorted(caplog.messages) == [
        "outbox: 1 of kind note given up: another",
        "outbox: 1 of kind note given up: is the key right?",
    ]
    monkeypatch.setattr("renderer.outbox.dispatcher.SAY_EVERY", 0.0)
    await put(conn, await make_site(conn))
    await dispatcher.deliver_due()
    assert caplog.messages[-1] == "outbox: 3 of kind note given up: is the key right?"


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("99999999999999999999", 86_400),
        (format_datetime(NOW + timedelta(hours=1), usegmt=True), 3_600),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), 0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 86_400),
        ("-5", 0),
        ("1e9", 0),
        ("١٢٠", 0),
        ("soon", 0),
        ("", 0),
    ],
)
def test_retry_after_is_honoured_up_to_a_day(header: str, seconds: float) -> None:
    assert later("busy", header, NOW).after == seconds


async def test_a_server_that_asks_for_more_time_gets_it(conn: asyncpg.Connection, pool: asyncpg.Pool) -> None:
    await put(conn, await make_site(conn))
    await Dispatcher(pool, [kind(Notes(later("busy", "5000")), schedule=(10,))]).deliver_due()
    assert 4_900 < (await rows(conn))[0]["wait"] <= 5000


async def test_an_error_of_one_delivery_is_no_other_ones(conn: asyncpg.Connection, pool: asyncpg.Pool) -> None:
    for number in range(6):
        await put(conn, await make_site(conn), payload={"number": number})

    async def deliver(jobs: Sequence[Job]) -> Outcome:
        (job,) = jobs
        if job.payload["number"] == 1:
            raise KeyError("secret")
        if job.payload["number"] == 2:
            await asyncio.sleep(20)
        if job.payload["number"] == 3:
            raise ConnectionResetError
        return done()

    await Dispatcher(pool, [kind(deliver, seconds=0.2)]).deliver_due()
    found = {json.loads(row["payload"])["number"]: row for row in await conn.fetch("SELECT * FROM outbox")}
    assert [found[number]["state"] for number in range(6)] == ["done", *["waiting"] * 3, "done", "done"]
    assert "secret" not in found[1]["last_error"]


async def test_jobs_that_go_together_are_of_one_site(conn: asyncpg.Connection, pool: asyncpg.Pool) -> None:
    sites, notes = [await make_site(conn) for _ in range(3)], Notes(later("busy"))
    for _ in range(3):
        for site in sites:
            await put(conn, site)
    await Dispatcher(pool, [kind(notes, together=True)]).deliver_due()
    assert sorted(len(group) for group in notes.groups) == [3, 3, 3]
    for group in notes.groups:
        assert len({job.website_id for job in group}) == 1
    assert sorted(row["state"] for row in await rows(conn)) == ["done"] * 6 + ["waiting"] * 3


async def test_a_payload_that_no_program_can_read_is_still_a_job(conn: asyncpg.Connection, pool: asyncpg.Pool) -> None:
    notes = Notes()
    payload = '{"a": 1e400, "b": ' + "[" * 3000 + "]" * 3000 + "}"
    await put(conn, await make_site(conn), payload=payload)
    assert await Dispatcher(pool, [kind(notes)]).deliver_due() == 1


async def test_what_was_settled_long_ago_is_forgotten(conn: asyncpg.Connection, pool: asyncpg.Pool) -> None:
    site = await make_site(conn)
    for state, days in (("done", 8), ("failed", 8), ("done", 6), ("waiting", 30)):
        at = datetime.now(UTC) - timedelta(days=days)
        settled = None if state == "waiting" else at
        await put(conn, site, state=state, settled_at=settled, created_at=at)
    async with pool.acquire() as edge:
        assert await queries.prune_outbox(edge) == 2
    assert sorted(row["state"] for row in await rows(conn)) == ["done", "waiting"]


async def test_the_loop_goes_on_after_the_database_was_away(
    conn: asyncpg.Connection, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renderer.outbox import dispatcher as module

    monkeypatch.setattr(module, "PAUSE", 0.01)
    monkeypatch.setattr(module, "LONG_PAUSE", 0.01)
    notes = Notes()
    await conn.execute("ALTER TABLE outbox RENAME TO away")
    running = asyncio.create_task(Dispatcher(pool, [kind(notes)]).run())
    await asyncio.sleep(0.1)
    await conn.execute("ALTER TABLE away RENAME TO outbox")
    made = await put(conn, await make_site(conn), 3)
    async with asyncio.timeout(60):
        while len(notes.ids) < 3:
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait([running])
    assert sorted(notes.ids) == sorted(made)
