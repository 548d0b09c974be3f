"""The internal port beside a worker, in one process."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest
from aiohttp.test_utils import TestClient
from prometheus_client.parser import text_string_to_metric_families

from renderer import settings as settings_module
from renderer.app import make_app, until_ready
from renderer.internal import make_internal_app, until_loaded
from renderer.keyring import Keyring
from renderer.tally import Board
from renderer.themes import Themes
from tests.databases import Database
from tests.factories import make_site
from tests.serving import BASE_DOMAINS, WorkerServer

Client = TestClient[Any, Any]


class Program:
    """A worker and its internal process, in one."""

    def __init__(self, worker: Client, internal: Client, board: Board) -> None:
        self.worker, self.internal, self.board = worker, internal, board

    async def may(self, name: str) -> int:
        answer = await self.internal.get(f"/_edge/tls-ask?domain={quote(name)}")
        return answer.status

    async def metrics(self) -> dict[str, float]:
        text = await (await self.internal.get("/metrics")).text()
        return {
            sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }


Start = Callable[..., Awaitable[Program]]


@pytest.fixture
def start(database: Database, themes: Themes, keyring: Keyring, aiohttp_client: Any, tmp_path: Path) -> Start:
    async def start(places: int = 1, trusted: str = "", scheme: str = "", **internal: object) -> Program:
        (tmp_path / "config.toml").touch()
        server = {"base_domains": BASE_DOMAINS, "trusted_proxies": trusted, "public_scheme": scheme, "public_port": 0}
        sections = {"server": server, "internal": internal}
        settings = settings_module.load(tmp_path / "config.toml", sections)
        url, board = database.url_as("tapsite_edge"), Board(places)
        worker = await aiohttp_client(WorkerServer(make_app(settings, url, keyring, themes, board=board)))
        app = make_internal_app(settings, board, url, url, tmp_path / "var/spool")
        program = Program(worker, await aiohttp_client(WorkerServer(app)), board)
        async with asyncio.timeout(60):
            await until_ready(worker.app)
            if places == 1:
                await until_loaded(app)
        return program

    return start


@pytest.fixture
async def verified(conn: asyncpg.Connection) -> str:
    """The subdomain of a site that has proven kopi.example, and claims teh.example."""
    site = await make_site(conn, subdomain="kopi")
    await conn.execute(
        "INSERT INTO website_domains (website_id, host, verified_at) VALUES ($1, 'kopi.example', now()), "
        "($1, 'teh.example', NULL)",
        site,
    )
    return "kopi"
