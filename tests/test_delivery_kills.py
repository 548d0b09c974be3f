"""Workers killed at every point between a lead's commit and its delivery: each lead arrives, and what arrives twice has
one id."""

import asyncio
import json
import os
import subprocess
import sys
from collections import defaultdict, deque
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from tests.databases import Database
from tests.factories import make_site
from tests.mail_server import mail_server

# TAPSITE_TEST_KILLS=100 kills a hundred workers.
KILLS = int(os.environ.get("TAPSITE_TEST_KILLS", "6"))
POINTS = ("stored", "claimed", "sent")
# Forks workers, so that not each of them loads the program. Each line of standard input: where it dies, or "".
PROGRAM = """
import asyncio, json, os, signal, sys
from datetime import UTC, datetime
from uuid import UUID, uuid4
from aiohttp import web
from renderer import respond, settings as module
from renderer.db.pool import open_pool
from renderer.forms import delivery_kinds, queries
from renderer.forms.lead import Lead
from renderer.forms.validate import Answers
from renderer.keyring import Keyring
from renderer.keys import IMAGE_RULES, KEYRING, MAIL, OUTBOUND, POOL, SETTINGS, SHELF
from renderer.outbound import MailClient, OutboundClient
from renderer.outbox import Dispatcher
from renderer.shelf import Shelf
from renderer.themes import load_themes
from pathlib import Path

url, site, mail, config = sys.argv[1:]
settings = module.load(Path(config), {"mail": json.loads(mail), "server": {"base_domains": ["sites.test"]}})
themes, keyring = load_themes(module.ROOT / "themes"), Keyring.generate()

def die():
    os.kill(os.getpid(), signal.SIGKILL)

class Dying(MailClient):
    async def send(self, letter):
        if point == "claimed":
            die()
        refused = await super().send(letter)
        if point == "sent":
            die()
        return refused

async def work():
    app = web.Application()
    app[SETTINGS], app[KEYRING], app[OUTBOUND], app[MAIL] = settings, keyring, OutboundClient(), Dying(settings)
    app[SHELF], app[IMAGE_RULES] = Shelf(themes), respond.image_rules(settings)
    app[POOL] = await open_pool(url, largest=4, connect_seconds=10, statement_seconds=20)
    data = {"name": "Sari", "message": "Halo"}
    async with app[POOL].acquire() as conn:
        for _ in range(2):
            one = uuid4()
            lead = Lead(one, datetime.now(UTC), "contact", "contact", Answers(data, "Sari", None, None), {}, "", "", "",
                        one.bytes)
            await queries.store_lead(conn, UUID(site), lead)
    if point == "stored":
        die()
    while await Dispatcher(app[POOL], delivery_kinds(app)).deliver_due():
        pass
    os._exit(0)

for line in sys.stdin:
    point = line.strip()
    pid = os.fork()
    if pid == 0:
        asyncio.run(work())
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    return await make_site(conn, subdomain="kopi")


async def test_a_worker_killed_between_commit_and_confirmation_loses_no_lead(
    conn: asyncpg.Connection, database: Database, site: UUID, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.touch()
    await conn.execute("UPDATE system_config SET value = '{\"lead\": 2000}' WHERE key = 'letters_an_hour'")
    async with mail_server() as mail:
        arguments = ["-c", PROGRAM, database.url_as("tapsite_edge"), str(site), json.dumps(mail.settings), str(config)]
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdin is not None
        assert process.stdout is not None
        points = deque(point for number in range(KILLS) for point in (POINTS[number % 3], *[""] * (number % 9 == 8)))
        workers = 0
        try:
            while points or await conn.fetchval("SELECT EXISTS (SELECT FROM outbox WHERE state = 'waiting')"):
                point = points[0] if points else ""
                workers += 1
                assert workers < 4 * KILLS
                process.stdin.write(f"{point}\n".encode())
                code = int(await process.stdout.readline())
                # Leases of the dead end; what takes days is tried at once here, and not given up for it.
                await conn.execute(
                    "UPDATE outbox SET next_at = now() - interval '1 s', attempts = 0 WHERE state = 'waiting'"
                )
                if code == 0 and point:
                    continue  # a busy machine: every attempt took too long, and none came to where it would have died
                assert code == (-9 if point else 0)
                if points:
                    points.popleft()
        finally:
            process.kill()
            await process.wait()
        ids = defaultdict(set)
        # Others tell the owner that a channel fails.
        for letter in (one for one in mail.letters if "X-Tapsite-Lead" in one):
            ids[UUID(letter["X-Tapsite-Lead"])].add(letter["Message-ID"])
    stored = {row["id"] for row in await conn.fetch("SELECT id FROM form_submissions WHERE email_notified")}
    assert len(stored) == 2 * workers
    assert set(ids) == stored
    assert {len(one) for one in ids.values()} == {1}, "what is sent twice has one id"
    assert len(mail.raw) >= len(stored)
    assert await conn.fetchval("SELECT count(*) FROM outbox WHERE state <> 'done'") == 0
