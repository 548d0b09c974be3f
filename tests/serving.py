"""Fixtures: the application as one worker runs it, over a fresh database."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import DummyCookieJar, web
from aiohttp.test_utils import TestServer
from aiohttp.web_runner import BaseRunner

from renderer import settings as settings_module
from renderer.app import make_app
from renderer.edge.relay import Line
from renderer.keyring import Keyring
from renderer.themes import Themes, load_themes
from renderer.workers.protocol import Runner
from tests.visitor import Visitor

BASE_DOMAINS = ["sites.test", "other.test"]


class WorkerServer(TestServer):
    """Serves as workers do."""

    async def _make_runner(self, **arguments: Any) -> "BaseRunner[Any]":
        return Runner(self.app, **arguments)


Serve = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="session")
def themes() -> Themes:
    return load_themes(settings_module.ROOT / "themes")


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring.generate()


@pytest.fixture
def serve(database: Any, themes: Themes, keyring: Keyring, aiohttp_client: Any, tmp_path: Path) -> Serve:
    """`await serve(server={…})`: a visitor of an application with these settings beside the usual ones; `configure`
    may change the application before it is started, `upkeep_url` lets it keep up the database, `line` leads to other
    workers."""

    async def start(
        configure: Callable[[web.Application], None] | None = None,
        upkeep_url: str = "",
        line: Line | None = None,
        **sections: Any,
    ) -> Visitor:
        config = tmp_path / "config.toml"
        config.touch()
        server = {"base_domains": BASE_DOMAINS, **sections.pop("server", {})}
        settings = settings_module.load(config, {"server": server, **sections})
        app = make_app(
            settings,
            database.url_as("tapsite_edge"),
            keyring,
            themes,
            upkeep_url,
            console_url=database.url_as("tapsite_console"),
            line=line,
        )
        if configure is not None:
            configure(app)
        # Without a jar: every host is the same 127.0.0.1 to it, so it would carry cookies from site to site.
        return Visitor(await aiohttp_client(WorkerServer(app), cookie_jar=DummyCookieJar()))

    return start


@pytest.fixture
async def visitor(serve: Serve) -> Visitor:
    return await serve()
