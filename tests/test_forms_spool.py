"""Leads while the database is away: on disk before the answer, in the database once when it is back."""

import asyncio
import base64
import json
import resource
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import asyncpg
import pytest
from aiohttp import DummyCookieJar

from renderer import settings as settings_module
from renderer.app import make_app
from renderer.db.pool import open_pool
from renderer.forms.keeper import Keeper
from renderer.forms.lead import Lead, digest_of, from_bytes, id_of, to_bytes
from renderer.forms.spool import ASIDE, Spool, SpoolFull, spool_folder
from renderer.forms.validate import Answers
from renderer.keyring import CannotOpen, Keyring
from renderer.keys import FRONT
from renderer.themes import Themes
from tests.databases import Database
from tests.factories import make_site
from tests.serving import Serve, WorkerServer
from tests.test_forms import GOOD, make_form, send, stored
from tests.test_stale import running, until
from tests.visitor import Answer, Visitor

MEGABYTE = 1 << 20


def make_lead(number: int = 0, **changes: Any) -> Lead:
    answers = Answers({"name": "Sari", "message": f"{number} \U0001f600"}, "Sari", None, "+6281355500101")
    digest = digest_of(b"k" * 32, "contact", answers, "", "")
    now = datetime.now(UTC)
    made = Lead(
        id_of(b"k" * 32, digest, now), now, "contact", "contact", answers, {"page": "/"}, "::1", "x", "", digest
    )
    return replace(made, **changes)


def reference(answer: Answer) -> str:
    token = answer.headers["Location"].partition("ref=")[2].partition(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))))


async def test_what_is_sent_while_the_server_is_away_is_stored_once_when_it_is_back(
    stopped_server: Path, keyring: Keyring, themes: Themes, aiohttp_client: Any, tmp_path: Path
) -> None:
    async with running(stopped_server, keyring, themes, aiohttp_client, tmp_path, 3_600) as world:
        host, others = "kopi.sites.test", [{**GOOD, "message": f"nomor {number}"} for number in range(20)]
        async with world.writing() as conn:
            await conn.execute("DELETE FROM form_submissions")
            await conn.execute("DELETE FROM form_receipts")
        assert (await world.visitor.get(host, "/_forms/contact")).status == 200
        assert (await send(world.visitor, GOOD)).status == 303
        await world.stop()
        # Another worker, started while the database is away, that has never seen this site.
        settings = settings_module.load(tmp_path / "config.toml", {"server": {"base_domains": ["sites.test"]}})
        app = make_app(settings, world.server.url("tapsite_edge"), keyring, themes)
        second = Visitor(await aiohttp_client(WorkerServer(app), cookie_jar=DummyCookieJar()))
        for number, fields in enumerate(others):
            answer = await send((world.visitor, second)[number % 2], fields)
            assert answer.status == 303
        body = urlencode(GOOD | {"message": "sama"}).encode()
        same = await asyncio.gather(*(send((world.visitor, second)[i % 2], data=body) for i in range(20)))
        assert {one.status for one in same} == {303}
        thanks = await world.visitor.get(host, same[0].headers["Location"])
        assert thanks.status == 200
        assert "Nomor:" in thanks.text
        wrong = await send(world.visitor, {**GOOD, "whatsapp": "x"})
        assert wrong.status == 422
        assert "masih buka?" in wrong.text
        # Nobody has seen this one's forms: what was typed stays on the page, and nothing is promised.
        unknown = await send(world.visitor, {**GOOD, "message": "<b>satu</b>"}, host="tiada.sites.test")
        assert (unknown.status, unknown.headers["Retry-After"]) == (503, "10")
        assert "&lt;b&gt;satu&lt;/b&gt;" in unknown.text
        folder = spool_folder(tmp_path / "var")
        left = list(folder.glob("*.lead"))
        assert len(left) == 21
        assert not any(b"Sari" in path.read_bytes() for path in left)
        before = datetime.now(UTC)
        await world.start()
        async with world.writing() as conn:

            async def all_there() -> bool:
                return not list(folder.glob("*.lead"))

            await until(all_there)
            rows = await stored(conn)
            wanted = [GOOD["message"].replace("\r", ""), *(one["message"] for one in others), "sama"]
            assert sorted(row["data"]["message"] for row in rows) == sorted(wanted)
            assert all(row["created_at"] < before for row in rows)
            (one,) = [row for row in rows if row["data"]["message"] == "sama"]
            assert {one["id"].hex[:8].upper()} == {reference(answer) for answer in same}
        await second.client.close()


async def test_where_neither_database_nor_disk_take_it_the_text_stays_on_the_page(
    conn: asyncpg.Connection, serve: Serve, tmp_path: Path
) -> None:
    site = await make_site(conn, subdomain="kopi")
    await make_form(conn, site)
    folder = spool_folder(tmp_path / "var")
    folder.parent.mkdir(parents=True)
    folder.write_text("not a folder")
    visitor = await serve(database={"statement_seconds": 0.3})
    async with conn.transaction():
        await conn.execute("LOCK TABLE form_submissions")
        answer = await send(visitor)
        told = await send(visitor, headers={"Accept": "application/json"})
        assert answer.status == told.status == 503
        assert answer.headers["Retry-After"] == "10"
        assert "masih buka?" in answer.text
        assert json.loads(told.text)["errors"] == []
        assert visitor.client.app is not None
        assert visitor.client.app[FRONT].tally.leads_refused == 2
        folder.unlink()
        assert (await send(visitor)).status == 303
        assert len(list(folder.glob("*.lead"))) == 1
    assert (await send(visitor)).status == 303
    assert len(await stored(conn)) == 1


def test_a_lead_on_disk_is_read_only_where_it_was_written(tmp_path: Path) -> None:
    keyring, site, lead = Keyring.generate(), uuid4(), make_lead()
    spool = Spool(tmp_path / "s", keyring, MEGABYTE)
    assert spool.prove() == []
    spool.put(site, lead)
    spool.put(site, lead)
    (one,) = spool.waiting()
    assert (one.id, one.website_id, one.key) == (lead.id, site, "contact")
    assert spool.read(one) == lead == from_bytes(to_bytes(lead))
    assert one.path.stat().st_mode & 0o777 == 0o600
    sealed = one.path.read_bytes()
    # Torn, changed, of another site or form, under another key: kept, and said at the start.
    other = one.path.with_name(f"{lead.id}.{uuid4()}.contact.lead")
    renamed = one.path.with_name(f"{lead.id}.{site}.order.lead")
    torn = one.path.with_name(f"{uuid4()}.{site}.contact.lead")
    for path, data in ((other, sealed), (renamed, sealed), (torn, sealed[:-20]), (torn.with_name("x.lead"), b"")):
        path.write_bytes(data)
    assert len(spool.waiting()) == 4
    for bad in spool.waiting():
        if bad != one:
            with pytest.raises((CannotOpen, ValueError)):
                spool.read(bad)
    (fault,) = spool.prove()
    assert fault.startswith("3 leads in ")
    strange = Spool(tmp_path / "s", Keyring.generate(), MEGABYTE)
    faults = strange.prove()
    assert any(f"key {keyring.primary_id} is not in the keyring" in fault for fault in faults)
    with pytest.raises(ValueError, match="not a lead"):
        from_bytes(b'{"id": 1}')
    for data in (b"", b"[]", b"null", b'{"id": "x"}', b"[" * 100_000):
        with pytest.raises(ValueError):  # noqa: PT011
            from_bytes(data)


def test_a_full_disk_takes_nothing_and_leaves_nothing_half(tmp_path: Path) -> None:
    spool, site = Spool(tmp_path / "s", Keyring.generate(), MEGABYTE), uuid4()
    spool.put(site, make_lead(1))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
        with pytest.raises(OSError, match="too large"):
            spool.put(site, make_lead(2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(spool.waiting()) == 1
    spool.put(site, make_lead(2))
    assert [spool.read(one).answers.data["message"][0] for one in spool.waiting()] == ["1", "2"]
    with pytest.raises(SpoolFull):
        Spool(tmp_path / "s", Keyring.generate(), 1_000).put(site, make_lead(3))


async def test_what_cannot_be_stored_holds_up_nothing(
    conn: asyncpg.Connection, database: Database, keyring: Keyring, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = await make_site(conn, subdomain="kopi")
    spool = Spool(tmp_path / "s", keyring, MEGABYTE)
    Spool(tmp_path / "s", Keyring.generate(), MEGABYTE).put(site, make_lead(1))
    spool.put(uuid4(), make_lead(2))
    spool.put(site, make_lead(3))
    pool = await open_pool(database.url_as("tapsite_edge"), largest=2, connect_seconds=5, statement_seconds=5)
    keeper = Keeper(pool, spool)
    for _ in range(2):
        assert await keeper.store_waiting()
    assert [row["data"]["message"][0] for row in await stored(conn)] == ["3"]
    assert len(list(spool.folder.glob("*.lead"))) == 1
    assert len(list((spool.folder / ASIDE).glob("*.lead"))) == 1
    assert len([one for one in caplog.records if one.levelname == "ERROR"]) == 2
    assert "Sari" not in caplog.text
    # The same is known again, whoever deleted it meanwhile.
    spool.put(site, make_lead(3))
    assert await keeper.store_waiting()
    assert len(await stored(conn)) == 1
    assert spool.erase(site, make_lead(1).id) == 1
    assert spool.waiting() == []
    keeper.close()
    await pool.close()


PROGRAM = """
import asyncio, os, random, signal, sys
from pathlib import Path
from uuid import UUID
from renderer.db.pool import open_pool
from renderer.forms.keeper import Keeper
from renderer.forms.spool import Spool
from renderer.keyring import Keyring
from tests.test_forms_spool import make_lead, MEGABYTE

url, folder, site, key, seed = sys.argv[1:]
keyring = Keyring.parse_inline(key)

class Dying(Spool):
    def remove(self, one):
        if random.random() < 0.3:
            os.kill(os.getpid(), signal.SIGKILL)
        super().remove(one)

async def work(round_):
    pool = await open_pool(url, largest=2, connect_seconds=10, statement_seconds=20)
    spool = Dying(Path(folder), keyring, MEGABYTE)
    keeper = Keeper(pool, spool)
    for number in range(4):
        spool.put(UUID(site), make_lead(round_ * 4 + number))
    while spool.waiting():
        await keeper.store_waiting()
    os._exit(0)

random.seed(int(seed))
for round_ in range(8):
    pids = []
    for two in (0, 1):
        pid = os.fork()
        if pid == 0:
            random.seed(round_ * 2 + two)
            asyncio.run(work(round_ * 2 + two))
        pids.append(pid)
    print(sum(os.WIFSIGNALED(os.waitpid(pid, 0)[1]) for pid in pids), flush=True)
"""


async def test_workers_killed_between_commit_and_deletion_lose_and_double_nothing(
    conn: asyncpg.Connection, database: Database, tmp_path: Path
) -> None:
    site, keyring = await make_site(conn, subdomain="kopi"), Keyring.generate()
    key = ",".join(f"{one.id}:{one.encoded()}" for one in keyring.all_keys)
    arguments = [database.url_as("tapsite_edge"), str(tmp_path / "s"), str(site), key, "1"]
    program = [sys.executable, "-c", PROGRAM, *arguments]
    done = await asyncio.to_thread(
        subprocess.run, program, capture_output=True, text=True, timeout=180, check=True, cwd=settings_module.ROOT
    )
    assert sum(map(int, done.stdout.split())) >= 5
    pool = await open_pool(database.url_as("tapsite_edge"), largest=2, connect_seconds=5, statement_seconds=5)
    spool = Spool(tmp_path / "s", keyring, MEGABYTE)
    keeper = Keeper(pool, spool)
    assert await keeper.store_waiting()
    assert spool.waiting() == []
    rows = await stored(conn)
    assert sorted(int(row["data"]["message"].split()[0]) for row in rows) == list(range(64))
    keeper.close()
    await pool.close()
