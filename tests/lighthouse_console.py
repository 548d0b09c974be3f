"""The console's pages as Lighthouse sees them on a phone, an owner signed in: part of `make lighthouse`.

95 at least in each category, the best of three runs. That nobody may index the console is meant, and not judged.
"""

import asyncio
import sys

import asyncpg

from tests.databases import Database
from tests.desks import desk_database, serve_desk, session_cookie
from tests.factories import make_user
from tests.lighthouse_run import LEAST, PROGRAM, best
from tests.owners import HASH, PASSWORD, Owner
from tests.showcase import furnish_shop
from tests.visitor import Visitor

# Browsers take names below localhost for secure without a certificate.
HOST = "pemilik.localhost"
EMAIL = "ani@example.com"
ENOUGH = dict.fromkeys(LEAST, 95)


async def judge(database: Database) -> int:
    """How many pages miss it."""
    conn = await asyncpg.connect(database.url)
    user = await make_user(conn, email=EMAIL, full_name="Ani Rahayu", password_hash=HASH)
    missed = 0
    async with serve_desk(database, HOST) as client:
        owner = Owner(Visitor(client), user, EMAIL)
        await furnish_shop(conn, owner)
        await conn.close()
        origin = f"http://{HOST}:{client.port}"
        cookie = await session_cookie(client, f"{HOST}:{client.port}", EMAIL, PASSWORD)
        root = f"/sites/{owner.site_id}"
        photo, branch = "texts/section?at=/pages/1/sections/0", "texts/section?at=/site&part=locations/0"
        screens = ("leads", "statistics", "prices", "facts", "draft", "posts/new", "pictures", photo, branch)
        for path in ("/sign-in", "/", root, *(f"{root}/{screen}" for screen in screens)):
            sent = {} if path == "/sign-in" else {"Cookie": cookie}
            found, why = await asyncio.to_thread(best, f"{origin}{path}", ENOUGH, sent, ("is-crawlable",))
            name = path.replace(root, "/sites/…")
            print(f"{name}: {', '.join(f'{one} {score}' for one, score in found.items())}", *why, sep="\n  ")
            missed += any(found[one] < least for one, least in ENOUGH.items())
    return missed


def main() -> int:
    if not PROGRAM.exists():
        print("there is no Lighthouse on this machine (`npm ci --prefix tests/lighthouse`)", file=sys.stderr)
        return 2
    with desk_database() as database:
        return 1 if asyncio.run(judge(database)) else 0


if __name__ == "__main__":
    sys.exit(main())
