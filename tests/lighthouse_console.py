"""The console's pages as Lighthouse sees them on a phone, an owner signed in: part of `make lighthouse`.

95 at least in each category, the best of three runs. That nobody may index the console is meant, and not judged.
"""

import asyncio
import sys
import tempfile
from http.cookies import SimpleCookie
from pathlib import Path

import asyncpg
from aiohttp import ClientSession, DummyCookieJar
from aiohttp.test_utils import TestClient

from renderer import settings
from renderer.app import make_app
from renderer.keyring import Keyring
from renderer.themes import load_themes
from tests.databases import Database, server
from tests.factories import make_user
from tests.lighthouse_run import LEAST, PROGRAM, best
from tests.owners import HASH, PASSWORD, Owner
from tests.serving import WorkerServer
from tests.showcase import furnish_shop
from tests.visitor import Visitor

# Browsers take names below localhost for secure without a certificate.
HOST = "pemilik.localhost"
EMAIL = "ani@example.com"
ENOUGH = dict.fromkeys(LEAST, 95)


async def judge(database: Database, folder: Path) -> int:
    """How many pages miss it."""
    config = folder / "config.toml"
    config.touch()
    made = settings.load(config, {"server": {"base_domains": ["sites.test"]}, "console": {"host": HOST}})
    app = make_app(
        made,
        database.url_as("tapsite_edge"),
        Keyring.generate(),
        load_themes(made.themes_dir),
        console_url=database.url_as("tapsite_console"),
    )
    conn = await asyncpg.connect(database.url)
    user = await make_user(conn, email=EMAIL, full_name="Ani Rahayu", password_hash=HASH)
    missed = 0
    async with TestClient(WorkerServer(app), cookie_jar=DummyCookieJar()) as client:
        owner = Owner(Visitor(client), user, EMAIL)
        await furnish_shop(conn, owner)
        await conn.close()
        origin = f"http://{HOST}:{client.port}"
        cookie = await _cookie(str(client.make_url("/sign-in")), origin)
        root = f"/sites/{owner.site_id}"
        for path in ("/sign-in", "/", f"{root}/leads", f"{root}/statistics"):
            sent = {} if path == "/sign-in" else {"Cookie": cookie}
            found, why = await asyncio.to_thread(best, f"{origin}{path}", ENOUGH, sent, ("is-crawlable",))
            name = path.replace(root, "/sites/…")
            print(f"{name}: {', '.join(f'{one} {score}' for one, score in found.items())}", *why, sep="\n  ")
            missed += any(found[one] < least for one, least in ENOUGH.items())
    return missed


async def _cookie(url: str, origin: str) -> str:
    headers = {"Host": origin.removeprefix("http://"), "Sec-Fetch-Site": "same-origin"}
    sent = {"email": EMAIL, "password": PASSWORD}
    async with (
        ClientSession(cookie_jar=DummyCookieJar()) as session,
        session.post(url, data=sent, headers=headers, allow_redirects=False) as answer,
    ):
        given = SimpleCookie(answer.headers["Set-Cookie"])
    return "; ".join(f"{name}={morsel.value}" for name, morsel in given.items())


def main() -> int:
    if not PROGRAM.exists():
        print("there is no Lighthouse on this machine (`npm ci --prefix tests/lighthouse`)", file=sys.stderr)
        return 2
    with server() as databases, tempfile.TemporaryDirectory() as folder:
        database = databases.make()
        try:
            return 1 if asyncio.run(judge(database, Path(folder))) else 0
        finally:
            databases.drop(database)
            databases.drop_template()


if __name__ == "__main__":
    sys.exit(main())
