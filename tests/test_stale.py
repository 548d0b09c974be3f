"""While the database is away, whatever is kept goes on being sent; and it comes back by itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiohttp import DummyCookieJar, web

from renderer import settings as settings_module
from renderer.app import make_app
from renderer.db.embedded import EmbeddedServer, start
from renderer.db.migrations import migrate
from renderer.edge.reader import Reader
from renderer.keyring import Keyring
from renderer.keys import FRONT
from renderer.themes import Themes
from tests.embedded_servers import FAST
from tests.factories import make_site
from tests.serving import WorkerServer
from tests.visitor import Visitor

HOST = "kopi.sites.test"
OTHER = "roti.sites.test"
KEPT = [(HOST, "/"), (HOST, "/blog"), (HOST, "/tidak-ada"), (HOST, "/robots.txt"), ("tiada.sites.test", "/")]


@dataclass
class World:
    root: Path
    server: EmbeddedServer
    visitor: Visitor

    @property
    def reader(self) -> Reader:
        found = self.visitor.client.server.app[FRONT].reader  # type: ignore[union-attr]
        assert found is not None
        return found

    async def stop(self) -> None:
        await asyncio.to_thread(self.server.stop)
        await until(lambda: _is(self.reader.is_away))

    async def start(self) -> None:
        self.server = await asyncio.to_thread(start, self.root, settings=FAST)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[asyncpg.Connection]:
        conn = await asyncpg.connect(self.server.url())
        try:
            yield conn
        finally:
            await conn.close()


async def _is(value: bool) -> bool:
    return value


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await condition():
            await asyncio.sleep(0.05)


@asynccontextmanager
async def running(
    root: Path, keyring: Keyring, themes: Themes, aiohttp_client: Any, folder: Path, seconds: int, **more: Any
) -> AsyncIterator[World]:
    server = await asyncio.to_thread(start, root, settings=FAST)
    try:
        await asyncio.to_thread(migrate, server.url())
        await asyncio.to_thread(server.enable_logins, ["tapsite_edge"])
        config = folder / "config.toml"
        config.touch()
        sections: dict[str, Any] = {
            "server": {"base_domains": ["sites.test"]},
            "cache": {"stale_if_error": seconds},
            "views": {"enabled": False},
            **more,
        }
        settings = settings_module.load(config, sections)
        app: web.Application = make_app(settings, server.url("tapsite_edge"), keyring, themes)
        visitor = Visitor(await aiohttp_client(WorkerServer(app), cookie_jar=DummyCookieJar()))
        made = World(root, server, visitor)
        async with made.writing() as conn:
            if await conn.fetchval("SELECT count(*) FROM websites") == 0:
                await make_site(conn, subdomain="kopi", title="Kopi Senja")
                await make_site(conn, subdomain="roti", title="Roti Hangat")
                await make_site(conn, subdomain="rahasia", is_password_protected=True, password_hash="x")
        yield made
        await visitor.client.close()
        server = made.server
    finally:
        await asyncio.to_thread(server.stop)


async def test_what_is_kept_is_sent_while_the_database_is_away_and_all_is_well_when_it_is_back(
    stopped_server: Path, keyring: Keyring, themes: Themes, aiohttp_client: Any, tmp_path: Path
) -> None:
    async with running(stopped_server, keyring, themes, aiohttp_client, tmp_path, 3_600) as world:
        before = [await world.visitor.get(host, path) for host, path in KEPT]
        assert (await world.visitor.get("rahasia.sites.test")).status == 403
        await world.stop()
        for _ in range(3):
            for (host, path), first in zip(KEPT, before, strict=True):
                now = await world.visitor.get(host, path)
                assert (now.status, now.body) == (first.status, first.body)
            known = await world.visitor.get(HOST, headers={"If-None-Match": before[0].headers["ETag"]})
            assert known.status == 304
            for host, path in ((HOST, "/blog/feed.xml"), (OTHER, "/"), ("rahasia.sites.test", "/")):
                missing = await world.visitor.get(host, path)
                assert (missing.status, missing.headers["Retry-After"]) == (503, "10")
                assert missing.headers["Cache-Control"] == "no-store"
        await world.start()
        async with world.writing() as conn:
            await conn.execute("UPDATE websites SET title = 'Kopi Pagi' WHERE subdomain = 'kopi'")

            async def shows() -> bool:
                return "Kopi Pagi" in (await world.visitor.get(HOST)).text

            await until(shows)
            assert (await world.visitor.get(OTHER)).status == 200
            await conn.execute("UPDATE websites SET title = 'Kopi Senja' WHERE subdomain = 'kopi'")
            assert "Kopi Senja" in (await world.visitor.get(HOST)).text


@pytest.mark.parametrize("path", ["/"])
async def test_after_so_long_nothing_old_is_sent(
    stopped_server: Path, keyring: Keyring, themes: Themes, aiohttp_client: Any, tmp_path: Path, path: str
) -> None:
    async with running(stopped_server, keyring, themes, aiohttp_client, tmp_path, 3_600) as world:
        assert (await world.visitor.get(HOST, path)).status == 200
        await world.stop()
        assert (await world.visitor.get(HOST, path)).status == 200
        world.reader.read_at -= 3_600
        assert (await world.visitor.get(HOST, path)).status == 503
        await world.start()
