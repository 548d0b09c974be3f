"""The internal port: health, readiness, metrics, and what a proxy may get certificates for."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
import psycopg
import pytest

from renderer.edge.changes import Change
from renderer.internal.certificates import Certificates
from renderer.keys import FRONT
from renderer.tally import BOUNDS, Board, Tally
from renderer.telemetry.outages import Outages
from tests.databases import Database
from tests.factories import make_site
from tests.internals import Program, Start


async def eventually(asked: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await asked():
            await asyncio.sleep(0.05)


async def test_certificates_may_be_had_for_verified_hosts_alone(
    start: Start, verified: str, conn: asyncpg.Connection
) -> None:
    program = await start()
    for name in ("kopi.example", "KOPI.example.", "www.kopi.example", "sites.test"):
        assert await program.may(name) == 200, name
    for name in ("teh.example", "a.kopi.example", "www.www.kopi.example", "kopi.sites.test", "example", "10.0.0.1"):
        assert await program.may(name) == 404, name
    for name in ("", "kopi.example/", "a@kopi.example", "x" * 2000, "kopi.example:99999", "\x00"):
        assert await program.may(name) == 400, name
    for query in ("", "?domain=", "?domain=kopi.example&domain=teh.example", "?" + "&" * 99, "?host=kopi.example"):
        assert (await program.internal.get(f"/_edge/tls-ask{query}")).status == 400, query
    assert (await program.internal.post("/_edge/tls-ask?domain=kopi.example")).status == 404

    await conn.execute("UPDATE website_domains SET verified_at = now() WHERE host = 'teh.example'")
    await eventually(lambda: _is(program, "teh.example", 200))
    await conn.execute("UPDATE website_domains SET verified_at = NULL WHERE host = 'kopi.example'")
    await eventually(lambda: _is(program, "kopi.example", 404))
    await conn.execute("DELETE FROM website_domains WHERE host = 'teh.example'")
    await eventually(lambda: _is(program, "teh.example", 404))


async def test_below_a_base_domain_a_row_proves_nothing(start: Start, verified: str, conn: asyncpg.Connection) -> None:
    """One that was written past the console: no visitor is ever led to its site there (edge/sites.py)."""
    site = await conn.fetchval("SELECT id FROM websites")
    for host in ("teh.sites.test", "a.kopi.sites.test", "kopi.sites.test"):
        await conn.execute(
            "INSERT INTO website_domains (website_id, host, verified_at) VALUES ($1, $2, now())", site, host
        )
    wildcard, singly = await start(), await start(tls_subdomains=True)
    for program in (wildcard, singly):
        for name in ("teh.sites.test", "a.kopi.sites.test", "www.teh.sites.test", "www.a.kopi.sites.test"):
            assert await program.may(name) == 404, name
        assert await program.may("kopi.example") == 200
    assert await wildcard.may("kopi.sites.test") == 404
    assert await singly.may("kopi.sites.test") == 200


async def _is(program: Program, name: str, status: int) -> bool:
    return await program.may(name) == status


async def test_subdomains_have_certificates_of_their_own_only_where_configured(
    start: Start, verified: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = await start(tls_subdomains=True)
    assert await program.may("kopi.sites.test") == 200
    assert await program.may("nobody.sites.test") == 404
    assert await program.may("a.kopi.sites.test") == 404
    # A scan is refused without asking the database; what is known goes on being answered.
    monkeypatch.setattr(
        "renderer.internal.certificates._QUESTIONS", 3
    )  # a second, which a busy machine may take for few
    statuses = await asyncio.gather(*(program.may(f"scan{number}.sites.test") for number in range(120)))
    assert 503 in statuses
    assert set(statuses) <= {404, 503}
    assert await program.may("kopi.sites.test") == 200


async def test_previews_have_certificates_as_long_as_somebody_has_a_link(
    start: Start, verified: str, conn: asyncpg.Connection
) -> None:
    site, other = await make_site(conn, subdomain="teh", status="draft"), await make_site(conn, subdomain="roti")
    host = f"{site.hex}.preview.sites.test"
    wildcard, program = await start(), await start(tls_subdomains=True)
    assert await program.may(host) == 404
    link = await conn.fetchval("INSERT INTO preview_links (website_id, generation) VALUES ($1, 1) RETURNING id", site)
    assert await program.may(host) == 200, "who makes a link opens it at once"
    assert await wildcard.may(host) == 404
    for name in (f"{other.hex}.preview.sites.test", f"{UUID(int=7).hex}.preview.sites.test", f"a.{host}"):
        assert await program.may(name) == 404, name
    await conn.execute("UPDATE preview_links SET revoked_at = now() WHERE id = $1", link)
    assert await (await start(tls_subdomains=True)).may(host) == 404


async def test_what_is_known_is_answered_while_the_database_is_away(
    start: Start, verified: str, database: Database
) -> None:
    program = await start()
    await eventually(lambda: _ready(program))
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute(f'REVOKE CONNECT ON DATABASE "{database.name}" FROM public, tapsite_edge')
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = 'tapsite_edge'"
        )
    assert await program.may("kopi.example") == 200
    assert await program.may("other.example") == 404
    assert (await program.internal.get("/readyz")).status == 200
    assert "renderer_workers" in await program.metrics()


async def test_nothing_is_known_before_it_was_read_once() -> None:
    def no_pool() -> asyncpg.Pool:
        raise OSError

    certificates = Certificates(no_pool, ["sites.test"], {"sites.test"}, subdomains=True)
    running = asyncio.create_task(certificates.run())
    await asyncio.sleep(0.05)
    assert not certificates.loaded.is_set()
    assert certificates.knows("sites.test")
    assert not certificates.knows("kopi.example")
    assert await certificates.asks("kopi.sites.test") is None
    running.cancel()


async def test_a_name_that_was_found_is_asked_for_again_however_much_is_scanned(
    database: Database, conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = await make_site(conn, subdomain="kopi")
    async with asyncpg.create_pool(database.url, min_size=1) as pool:
        certificates = Certificates(lambda: pool, ["sites.test"], (), subdomains=True)
        assert await certificates.asks("kopi.sites.test")
        monkeypatch.setattr("renderer.internal.certificates._QUESTIONS", 0)
        certificates._left = 0
        assert await certificates.asks("scan.sites.test") is None
        certificates.apply([Change(site, "subdomain:kopi", 1)])
        assert certificates.knows("kopi.sites.test") is None
        assert await certificates.asks("kopi.sites.test")
        certificates.restart(0.0)
        assert await certificates.asks("kopi.sites.test")
        assert certificates.knows("kopi.sites.test")


async def test_health_readiness_and_metrics_tell_of_the_workers_and_of_no_tenant(start: Start, verified: str) -> None:
    program = await start()
    await eventually(lambda: _ready(program))
    assert (await program.internal.get("/healthz")).status == 200
    assert (await program.internal.get("/nothing")).status == 404
    for path in ("/", "/", "/", "/nothing"):
        await (await program.worker.get(path, headers={"Host": "kopi.example"})).read()
    found: dict[str, float] = {}

    async def counted() -> bool:
        found.update(await program.metrics())
        return found["renderer_answers_total 2xx"] == 3 and found["renderer_answers_total 4xx"] == 1

    await eventually(counted)
    assert found["renderer_cache_lookups_total hit"] == 2
    assert found["renderer_cache_lookups_total miss"] == 2
    assert found["renderer_render_seconds_count"] >= 1
    assert found["renderer_render_seconds_bucket +Inf"] == found["renderer_render_seconds_count"]
    assert found["renderer_pool_wait_seconds_count"] >= 2
    assert found["renderer_cache_bytes 0"] > 1_000
    assert 0 <= found["renderer_listener_lag_seconds 0"] < 30
    assert found["renderer_certificate_hosts verified"] == 1
    assert found["renderer_workers"] == 1
    text = await (await program.internal.get("/metrics")).text()
    assert "kopi" not in text
    assert program.worker.app is not None
    assert program.worker.app[FRONT].tally.hits == 2


async def test_probes_and_scrapes_leave_no_lines_among_the_visitors(
    start: Start, verified: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "renderer.access")
    program = await start()
    await eventually(lambda: _ready(program))
    for path in ("/healthz", "/metrics", "/nothing"):
        await (await program.internal.get(path)).read()
    assert await program.may("kopi.example") == 200
    await (await program.worker.get("/", headers={"Host": "kopi.example"})).read()
    await eventually(lambda: _told(caplog))
    assert [line.__dict__["host"] for line in caplog.records if line.name == "renderer.access"] == ["kopi.example"]


async def _told(caplog: pytest.LogCaptureFixture) -> bool:
    return any(line.name == "renderer.access" for line in caplog.records)


async def _ready(program: Program) -> bool:
    return (await program.internal.get("/readyz")).status == 200


async def test_a_silent_worker_is_neither_ready_nor_well(start: Start) -> None:
    program = await start(places=2)
    for path in ("/healthz", "/readyz"):
        answer = await program.internal.get(path)
        assert answer.status == 503
        assert "worker 1" in await answer.text()


def test_an_outage_is_told_once_when_it_begins_and_once_when_it_is_over(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """By one of the workers, and with the requests of all of them."""
    boards, tallies = [Board(2), Board(2)], [Tally(), Tally()]
    boards[1]._memory = boards[0]._memory
    boards[1].claim(1)

    def publish() -> None:
        for board, tally in zip(boards, tallies, strict=True):
            board.publish(tally, {}, True)

    publish()
    watches = [Outages(board) for board in boards]

    def look(missed: tuple[int, int], *, reached: bool = False) -> list[str]:
        caplog.clear()
        for tally, times in zip(tallies, missed, strict=True):
            for _ in range(times):
                tally.miss_database(ConnectionRefusedError())
        publish()
        for watch in watches:
            watch.look(reached=reached)
        return [record.getMessage() for record in caplog.records]

    assert look((0, 0), reached=True) == []
    assert look((0, 3)) == ["database unavailable: ConnectionRefusedError; what needs it is answered 503"]
    assert look((700, 710)) == []
    # It comes and goes.
    assert look((0, 0), reached=True) == []
    monkeypatch.setattr("renderer.telemetry.outages.QUIET_SECONDS", 0.0)
    assert look((0, 0)) == []
    assert look((0, 0), reached=True) == ["database available again: 1413 requests in 0 s were answered 503"]
    assert look((0, 0), reached=True) == []
    assert len(look((1, 0))) == 1


async def test_requests_that_miss_the_database_are_counted_and_not_logged_each(
    start: Start, verified: str, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    program = await start()
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{database.name}" CONNECTION LIMIT 0')
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = 'tapsite_edge'"
        )
    for number in range(3):
        assert (await program.worker.get(f"/{number}", headers={"Host": "unknown.example"})).status == 503
    assert program.worker.app is not None
    program.board.publish(program.worker.app[FRONT].tally, {}, True)
    assert (await program.metrics())["renderer_unanswered_total"] == 3
    assert sum("database unavailable" in record.getMessage() for record in caplog.records) <= 1


def test_a_worker_goes_on_with_the_counts_of_the_one_before() -> None:
    board = Board(2)
    for _ in range(2):
        board.claim(1)
        tally = Tally(hits=3)
        tally.classes[4] += 1
        tally.renders.add(0.003)
        tally.renders.add(9.0)
        board.publish(tally, {"cache_bytes": 5}, True)
    silent, seen = board.read()
    assert not silent.is_alive
    assert seen.is_alive
    assert seen.counts["hits"] == 6
    assert seen.counts["answers_4xx"] == 2
    assert seen.renders[BOUNDS.index(0.005)] == 2
    assert seen.renders[len(BOUNDS)] == 2
    assert seen.renders[-1] == pytest.approx(18.006)
    assert seen.gauges["cache_bytes"] == 5
