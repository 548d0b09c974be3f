"""Forms under a fuzzer that sees which code an input reaches: `make fuzz MINUTES=20`.

Bodies of every media type go through the real handler into a real database. A finding is an answer of 5xx, or a row
that the owner's list, table or letter cannot show; the input is left in var/fuzz. The first process keeps the database,
the second, which atheris ends as it likes, asks. What was found interesting is kept there too, and gone on from.
"""

import asyncio
import json
import random
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from renderer.settings import ROOT
from tests.databases import server

FOLDER = ROOT / "var" / "fuzz"
SEEDS = 400
CHECK_EVERY = 300
LONGEST = 6_000
TYPES = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=xYz",
    "application/json",
    'multipart/form-data; boundary="x\'(Z"',
)
WORDS = (
    *("name=", "&", "%00", "%ff", "--xYz", "--xYz--", '"', "\\\\", "{", "}", "[", "]", ":", "null", "true", "1e999"),
    *("Content-Disposition: form-data; name=", "filename*=", "; filename=", "\\x0d\\x0a", "_page", "_once", "_stamp"),
    *("_proof", "_took", "_extra", "pesanan.kopi susu", "setuju", "\\\\u0000", "\\\\ud800", "%ed%a0%80", "+62", "@"),
)


def keep(minutes: float) -> int:
    """A database with a site and its form, for as long as the other process asks."""
    from tests.test_forms_asked import FIELDS
    from tests.test_forms_fuzz import body_of

    corpus = FOLDER / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    chance = random.Random(7)
    for number in range(SEEDS):
        body, content_type = body_of(chance)
        kind = next(n for n, one in enumerate(TYPES) if content_type.startswith(one[:20]))
        (corpus / f"seed-{number}").write_bytes(bytes([kind]) + body[: LONGEST - 1])
    (FOLDER / "words").write_text("".join(f'"{word}"\n' for word in (one.replace('"', '\\"') for one in WORDS)))
    fields = json.dumps([*FIELDS, {"name": "foto", "type": "file", "label": "Foto"}])
    with server() as databases:
        database = databases.make()
        try:
            with psycopg.connect(database.url, autocommit=True) as conn:
                conn.execute("INSERT INTO users (email, password_hash) VALUES ('a@example.com', '!')")
                conn.execute(
                    "INSERT INTO templates (id, name, category, component_structure, css_variables) "
                    "VALUES ('pilar', 'pilar', 'business', '{}', '{}') ON CONFLICT DO NOTHING"
                )
                conn.execute(
                    "INSERT INTO websites (user_id, subdomain, template_id, status) "
                    "SELECT id, 'kopi', 'pilar', 'published' FROM users"
                )
                form = "INSERT INTO form_templates (website_id, name, form_type, fields) "
                conn.execute(form + "SELECT id, 'x', 'order', %s FROM websites", [fields])
            command = [sys.executable, "-m", "tests.fuzz", "ask", database.url, database.url_as("tapsite_edge")]
            known = [f"-dict={FOLDER / 'words'}", f"-artifact_prefix={FOLDER}/", f"-max_len={LONGEST}", "-timeout=30"]
            return subprocess.run(
                [*command, *known, f"-max_total_time={int(minutes * 60)}", "-rss_limit_mb=4096", str(corpus)],
                check=False,
            ).returncode
        finally:
            databases.drop(database)
            databases.drop_template()


def ask(owner_url: str, edge_url: str, arguments: list[str]) -> None:
    import atheris  # type: ignore[import-not-found]

    with atheris.instrument_imports(
        include=["renderer.forms", "renderer.themes.forms", "renderer.edge.body", "renderer.edge.urlencoded"]
    ):
        import renderer.forms.handlers  # noqa: F401 its rooms are what is looked into
    world = World(owner_url, edge_url)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(world.start())

    def one(data: bytes) -> None:
        loop.run_until_complete(world.post(data))

    atheris.Setup([sys.argv[0], *arguments], one)
    atheris.Fuzz()


class World:
    """One worker's application, who sends, and whose rows they become."""

    def __init__(self, owner_url: str, edge_url: str) -> None:
        self._owner_url, self._edge_url, self._sent = owner_url, edge_url, 0

    async def start(self) -> None:
        import aiohttp
        import asyncpg

        from renderer import settings
        from renderer.app import make_app
        from renderer.keyring import Keyring
        from renderer.outbox import dispatcher
        from renderer.themes import load_themes
        from renderer.workers import listen
        from renderer.workers.protocol import Runner

        dispatcher.PAUSE = dispatcher.GAP = 86_400.0  # no jobs: letters are written below
        folder = Path(tempfile.mkdtemp(prefix="tapsite-fuzz-"))
        (folder / "config.toml").touch()
        limits = {"client_limit": 1_000_000, "site_limit": 10_000_000, "site_alarm": 1_000_000}
        made = settings.load(
            folder / "config.toml",
            {"server": {"base_domains": ["sites.test"]}, "paths": {"var": str(folder)}, "forms": limits,
             "log": {"level": "error"}},
        )  # fmt: skip
        app = make_app(made, self._edge_url, Keyring.generate(), load_themes(made.themes_dir))
        runner = Runner(app, access_log=None, auto_decompress=False)
        await runner.setup()
        listener = listen("127.0.0.1", 0, 1)[0]
        await runner.accept(listener)
        self._url = f"http://127.0.0.1:{listener.getsockname()[1]}/_forms/order"
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._conn = await asyncpg.connect(self._owner_url)
        self._site = await self._conn.fetchval("SELECT id FROM websites WHERE subdomain = 'kopi'")

    async def post(self, data: bytes) -> None:
        kind = data[0] % len(TYPES) if data else 0
        headers = {"Host": "kopi.sites.test", "Content-Type": TYPES[kind], "Sec-Fetch-Site": "same-origin"}
        if data and data[0] >= 128:
            headers["Accept"] = "application/json"
        async with self._session.post(self._url, data=data[1:], headers=headers, allow_redirects=False) as answer:
            if answer.status >= 500:
                raise AssertionError(f"answered {answer.status}")
        self._sent += 1
        if self._sent % CHECK_EVERY == 0:
            await self._look()

    async def _look(self) -> None:
        """Whatever was stored, as its owner sees it."""
        from zoneinfo import ZoneInfo

        from renderer.inbox import Wanted, answers_of, find_lead, list_leads, question_names
        from renderer.inbox.export import lead_rows
        from renderer.themes.forms import FormRow, read_form
        from renderer.themes.text.words import words_for
        from tests.test_forms_asked import FIELDS

        conn, site = self._conn, self._site
        form = read_form(FormRow("order", "order", json.dumps(FIELDS), None), words_for("id"), "id")
        ids = [row["id"] for row in await conn.fetch("SELECT id FROM form_submissions")]
        for lead_id in ids:
            lead = await find_lead(conn, site, lead_id)
            if lead is None or not answers_of(lead, form, words_for("id"), "Ya", "Tidak"):
                raise AssertionError(f"a lead cannot be shown: {await self._row(lead_id)}")
        found = await list_leads(conn, site, Wanted(), most=10_000)
        listed = await conn.fetchval("SELECT count(*) FROM form_submissions WHERE status <> 'spam'")
        if len(found.leads) != listed:
            raise AssertionError("leads are missing in the list")
        names = await question_names(conn, site, Wanted())

        async def page(after: str | None) -> Any:
            return await list_leads(conn, site, Wanted(after=after))

        async for _ in lead_rows(page, names, ["x"] * 7, {}, {}, ZoneInfo("Asia/Jakarta"), "id"):
            pass
        await conn.execute("TRUNCATE form_submissions, form_receipts, form_rates, form_erasures CASCADE")

    async def _row(self, lead_id: Any) -> str:
        return str(await self._conn.fetchval("SELECT data::text FROM form_submissions WHERE id = $1", lead_id))[:2_000]


if __name__ == "__main__":
    if sys.argv[1:2] == ["ask"]:
        ask(sys.argv[2], sys.argv[3], sys.argv[4:])
    else:
        with suppress(KeyboardInterrupt):
            sys.exit(keep(float(sys.argv[1])))
