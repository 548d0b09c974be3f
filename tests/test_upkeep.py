"""What is due is done once at a time, by whichever process comes first; one job's failure is its own."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from time import monotonic

import asyncpg
import psycopg
import pytest

from renderer import upkeep
from renderer.tally import Tally
from renderer.upkeep import OF_THE_DATABASE, Job, JobsFailed, Rounds, do_all
from tests.databases import Database
from tests.factories import make_site


@pytest.fixture
def url(database: Database) -> str:
    return database.url_as("tapsite_maintain")


@pytest.fixture
async def maintain(url: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(url)
    yield conn
    await conn.close()


@pytest.fixture
async def holder(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Another process that is at it."""
    conn = await asyncpg.connect(database.url)
    await conn.execute("SELECT pg_advisory_lock($1)", upkeep.LOCK)
    yield conn
    await conn.close()


class Counted:
    """A job that counts, and does `work` if there is any."""

    def __init__(
        self, name: str, every: float = 3_600.0, sql: str | None = None, error: Exception | None = None
    ) -> None:
        self.times = 0
        self._sql, self._error = sql, error
        self.job = Job(name, every, self._work)

    async def _work(self, conn: asyncpg.Connection) -> str | None:
        self.times += 1
        if self._error:
            raise self._error
        if self._sql:
            await conn.execute(self._sql)
        return "done"


async def test_what_is_due_is_done_and_not_again_before_its_time(url: str) -> None:
    seldom, often = Counted("seldom"), Counted("often", every=0.0)
    rounds = Rounds(url, [seldom.job, often.job])
    for _ in range(3):
        await rounds.once()
    assert (seldom.times, often.times) == (1, 3)


async def test_a_job_that_makes_its_own_pauses_is_not_paused_for(url: str) -> None:
    for paced in (False, True):
        slow = Counted("slow", sql="SELECT pg_sleep(0.2)")
        rounds, begun = Rounds(url, [replace(slow.job, paced=paced)]), monotonic()
        took = await rounds.once()
        assert took <= monotonic() - begun - 0.2 if paced else took >= 0.2


async def test_one_process_at_a_time(url: str, maintain: asyncpg.Connection, holder: asyncpg.Connection) -> None:
    job = Counted("a")
    rounds = Rounds(url, [job.job])
    await rounds.once()
    assert job.times == 0
    assert await do_all(maintain, [job.job]) is None
    await holder.close()
    await rounds.once()
    assert job.times == 1
    assert await do_all(maintain, [job.job]) == ["a: done"]


async def test_a_job_that_fails_is_said_once_and_keeps_no_other_from_its_turn(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = Counted("wrong", every=0.0, sql="SELECT 1 / 0")
    refused = Counted("refused", every=0.0, sql="SELECT * FROM users")
    stumbling = Counted("stumbling", error=KeyError("x"))
    last = Counted("last", every=0.0)
    rounds = Rounds(url, [wrong.job, refused.job, stumbling.job, last.job])
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            rounds._due = dict.fromkeys(rounds._due, 0.0)
            await rounds.once()
    assert (wrong.times, refused.times, stumbling.times, last.times) == (3, 3, 3, 3)
    said = [record.getMessage() for record in caplog.records]
    assert sum("upkeep of wrong failed" in line for line in said) == 1
    assert sum("database.maintain_url" in line for line in said) == 1


async def test_a_command_does_the_other_jobs_and_says_which_failed(maintain: asyncpg.Connection) -> None:
    wrong, stumbling, last = Counted("wrong", sql="SELECT 1 / 0"), Counted("odd", error=KeyError("x")), Counted("last")
    with pytest.raises(JobsFailed) as raised:
        await do_all(maintain, [wrong.job, stumbling.job, last.job])
    assert raised.value.said == ["last: done"]
    assert [line.partition(":")[0] for line in raised.value.failed] == ["wrong", "odd"]
    await maintain.close()
    with pytest.raises(asyncpg.InterfaceError):
        await do_all(maintain, [last.job])


async def test_without_a_database_it_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    job = Counted("a")
    rounds = Rounds("postgresql://nobody@127.0.0.1:1/none", [job.job])
    await rounds.once()
    await rounds.once()
    assert job.times == 0
    assert sum("no upkeep" in record.getMessage() for record in caplog.records) == 1


async def test_a_connection_that_is_lost_in_a_job_is_an_outage_and_no_failure(
    url: str, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether while a statement runs or while a job rests; what comes after it waits for the next round."""
    ended, lost = [], ["SELECT pg_terminate_backend(pg_backend_pid())", None]

    async def lose(own: asyncpg.Connection) -> str | None:
        if how := lost.pop(0):
            async with own.transaction():
                await own.execute(how)
        with psycopg.connect(database.admin_url, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [own.get_server_pid()])
        async with own.transaction():
            ended.append(await own.fetchval("SELECT 1"))
        return None

    after, tally = Counted("after", every=0.0), Tally()
    rounds = Rounds(url, [Job("lose", 3_600.0, lose), after.job], tally)
    with caplog.at_level(logging.WARNING):
        await rounds.once()
        await rounds.once()
    assert not lost
    assert not ended
    assert (after.times, tally.upkeep_failed) == (0, 0)
    assert [record.getMessage() for record in caplog.records] == ["no upkeep, tried again: the connection was lost"]


async def test_jobs_take_no_more_than_one_processor_of_the_database(url: str) -> None:
    said = []

    async def ask(conn: asyncpg.Connection) -> str | None:
        said.append(await conn.fetchval("SHOW max_parallel_workers_per_gather"))
        return None

    await Rounds(url, [Job("ask", 1.0, ask)]).once()
    assert said == ["0"]


async def test_rounds_end_when_they_are_cancelled(url: str, maintain: asyncpg.Connection) -> None:
    begun = asyncio.Event()

    async def forever(conn: asyncpg.Connection) -> str | None:
        begun.set()
        await asyncio.sleep(3_600)
        return None

    running = asyncio.create_task(Rounds(url, [Job("forever", 1.0, forever)]).run())
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await do_all(maintain, []) == []


async def test_old_changes_and_revisions_are_forgotten_and_the_newest_kept(
    maintain: asyncpg.Connection, conn: asyncpg.Connection
) -> None:
    site = await make_site(conn)
    for number in range(60):
        await conn.execute("UPDATE websites SET title = $2 WHERE id = $1", site, f"Judul {number}")
    await conn.execute("UPDATE website_revisions SET taken_at = now() - interval '31 days'")
    await conn.execute("UPDATE change_log SET logged_at = now() - interval '2 hours'")
    async with asyncio.timeout(60):
        while True:
            assert await do_all(maintain, OF_THE_DATABASE) is not None
            kept = await conn.fetch("SELECT tag, count(*) FROM change_log WHERE website_id = $1 GROUP BY tag", site)
            # What other databases' transactions hold back goes when they have ended.
            if all(row["count"] == 1 for row in kept):
                break
            await asyncio.sleep(0.2)
    assert kept
    assert await conn.fetchval("SELECT count(*) FROM website_revisions WHERE website_id = $1", site) <= 51


async def test_uses_of_templates_that_were_left_are_counted(
    maintain: asyncpg.Connection, conn: asyncpg.Connection
) -> None:
    site = await make_site(conn)
    template = await conn.fetchval("SELECT template_id FROM websites WHERE id = $1", site)
    before = await conn.fetchval("SELECT usage_count FROM templates WHERE id = $1", template)
    await conn.execute("INSERT INTO template_uses (template_id, change) VALUES ($1, 2)", template)
    done = await do_all(maintain, OF_THE_DATABASE)
    assert done is not None
    assert "templates: 1 uses of templates counted" in done
    assert await conn.fetchval("SELECT usage_count FROM templates WHERE id = $1", template) == before + 2
