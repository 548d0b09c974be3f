"""The console over a database of one's own, for what is no test: `make bench` and `make lighthouse`."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.cookies import SimpleCookie
from pathlib import Path

from aiohttp import ClientSession, DummyCookieJar
from aiohttp.test_utils import TestClient

from renderer import settings
from renderer.app import make_app
from renderer.keyring import Keyring
from renderer.themes import load_themes
from tests.databases import Database, server
from tests.serving import WorkerServer


@contextmanager
def desk_database() -> Iterator[Database]:
    with server() as databases:
        database = databases.make()
        try:
            yield database
        finally:
            databases.drop(database)
            databases.drop_template()


@asynccontextmanager
async def serve_desk(database: Database, host: str) -> AsyncIterator["TestClient[object, object]"]:
    """The application as one worker runs it, its console at `host`."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.touch()
        made = settings.load(config, {"server": {"base_domains": ["sites.test"]}, "console": {"host": host}})
        app = make_app(
            made,
            database.url_as("tapsite_edge"),
            Keyring.generate(),
            load_themes(made.themes_dir),
            console_url=database.url_as("tapsite_console"),
        )
        async with TestClient(WorkerServer(app), cookie_jar=DummyCookieJar()) as client:
            yield client


async def session_cookie(client: "TestClient[object, object]", host: str, email: str, password: str) -> str:
    """What the browser of who has signed in sends."""
    headers = {"Host": host, "Sec-Fetch-Site": "same-origin"}
    sent = {"email": email, "password": password}
    async with (
        ClientSession(cookie_jar=DummyCookieJar()) as session,
        session.post(client.make_url("/sign-in"), data=sent, headers=headers, allow_redirects=False) as answer,
    ):
        given = SimpleCookie(answer.headers["Set-Cookie"])
    return "; ".join(f"{name}={morsel.value}" for name, morsel in given.items())
