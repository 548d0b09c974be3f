"""What the database looks at for one site does not grow with what all others have, also before a table was ever
analysed: a plan that is good by its statistics alone is a slow one after each restore.

Rows are counted, not milliseconds: those that scans and indexes gave (pg_stat_xact_user_tables).
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from renderer import inbox
from renderer.console import doors
from renderer.console import queries as console
from renderer.content.forms import forms_by_key
from renderer.forms import queries as forms
from renderer.forms.deliveries import log
from renderer.forms.lead import Lead
from renderer.forms.validate import Answers
from renderer.inbox import Status, Wanted
from renderer.outbox import queries as outbox
from renderer.views import rollup
from renderer.views.referrers import sources
from tests.databases import Database
from tests.factories import make_site, make_user

OTHERS, EACH, OWN = 30, 60, 20
"""Other sites, what each of them has of everything, and what the site that is asked about has."""
MOST = 10 * OWN
"""Rows of a table that may be looked at once it is known what it holds, of the thousands there are."""
JOBS = 300
"""What each of the others has of what workers look for in all."""
FAILED = 100
"""Attempts of the site's that failed."""
AS_A_WHOLE = 3
"""How often a table of some hundred pages may be read from end to end of which nothing is known: never for each row."""
LARGE = ("form_submissions", "outbox", "page_views")
TABLES = ("form_submissions", "outbox", "lead_attempts", "views_due", "referrer_sources", "websites")
LISTS = {
    "the inbox": Wanted(),
    "spam": Wanted((Status.SPAM,)),
    "a word that all have": Wanted(words="gudeg"),
    "words that one has": Wanted((Status.NEW,), words="gudeg 7"),
    "an hour": Wanted(since=datetime.now(UTC) - timedelta(hours=1)),
    "a form": Wanted(form_type="contact"),
}
Work = Callable[[asyncpg.Connection], Awaitable[object]]


async def make_world(conn: asyncpg.Connection) -> tuple[UUID, UUID]:
    """An owner and their site among many."""
    months = await conn.fetch(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'page_views'::regclass"
    )
    for table in (*TABLES, *(month for (month,) in months)):
        await conn.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
    others = [await make_site(conn) for _ in range(OTHERS)]
    owner = await make_user(conn)
    site = await make_site(conn, user_id=owner)
    for sites, number in (([site], OWN), (others, EACH)):
        each = "FROM unnest($1::uuid[]) AS site, generate_series(1, $2) AS n"
        await conn.execute(
            "INSERT INTO form_submissions (website_id, form_type, submitter_name, data, status, created_at) "
            "SELECT site, 'contact', 'Sari', jsonb_build_object('message', 'gudeg ' || n), "
            f"CASE n % 10 WHEN 0 THEN 'spam' WHEN 1 THEN 'read' ELSE 'new' END, now() - n * interval '1 minute' {each}",
            sites, number,
        )  # fmt: skip
        await conn.execute(
            "INSERT INTO outbox (website_id, kind, next_at) "
            f"SELECT site, 'indexnow', now() - n * interval '1 second' {each}",
            sites, JOBS if number == EACH else number,
        )  # fmt: skip
        await conn.execute(
            "INSERT INTO page_views (website_id, page_path, visitor_hash, referrer, created_at) SELECT site, '/', "
            f"'h' || n, 'https://google.com/', now() - interval '1 hour' - n * interval '1 second' {each}",
            sites, number,
        )  # fmt: skip
    await conn.execute(
        "INSERT INTO lead_attempts (website_id, submission_id, channel, outcome) "
        "SELECT website_id, id, 'email', 'failed' FROM form_submissions"
    )
    await conn.execute("DELETE FROM views_due WHERE website_id <> $1", site)
    return owner, site


async def looked_at(conn: asyncpg.Connection, work: Work) -> dict[str, int]:
    """Rows by table that are looked at by what is undone then; a table that is in months is one."""
    transaction = conn.transaction()
    await transaction.start()
    try:
        before = await _rows(conn)
        await work(conn)
        after = await _rows(conn)
    finally:
        await transaction.rollback()
    return {name: rows - before.get(name, 0) for name, rows in after.items() if rows > before.get(name, 0)}


async def _rows(conn: asyncpg.Connection) -> dict[str, int]:
    """So far; of transactions before, too, while the server has not asked for them."""
    found = await conn.fetch(
        "SELECT CASE WHEN relname LIKE 'page\\_views%' THEN 'page_views' ELSE relname::text END AS name, "
        "sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint AS looked FROM pg_stat_xact_user_tables GROUP BY 1"
    )
    return {row["name"]: row["looked"] for row in found}


def sending(site: UUID) -> Work:
    answers = Answers({"name": "Sari", "message": "Halo"}, "Sari", None, None)
    lead = Lead(uuid4(), datetime.now(UTC), "contact", "contact", answers, {}, "192.0.2.1", "", "", b"d" * 32)

    async def send(conn: asyncpg.Connection) -> None:
        await forms_by_key(conn, site, ["contact"])
        assert await forms.store_lead(conn, site, lead) == lead.id
        assert await forms.store_lead(conn, site, lead) == lead.id

    return send


def listing(owner: UUID, site: UUID, wanted: Wanted) -> Work:
    async def read(conn: asyncpg.Connection) -> None:
        await doors.name_owner(conn, owner)
        assert (await inbox.list_leads(conn, site, wanted)).leads
        if wanted.form_type is None and wanted.since is None:
            assert (await inbox.list_leads_of_owner(conn, owner, wanted)).leads

    return read


def standing_around(owner: UUID, site: UUID, lead: UUID) -> Work:
    async def read(conn: asyncpg.Connection) -> None:
        await doors.name_owner(conn, owner)
        assert (await inbox.counts(conn, site))[Status.SPAM] == OWN // 10
        assert (await inbox.counts_of_owner(conn, owner))[Status.SPAM] == OWN // 10
        assert await inbox.form_types(conn, site) == ["contact"]
        assert await inbox.question_names(conn, site, Wanted()) == ["message"]
        assert await inbox.find_lead(conn, site, lead) is not None
        assert (await log.deliveries_of_lead(conn, site, lead))[0]
        await inbox.open_lead(conn, site, lead)
        assert await inbox.history(conn, site, lead)

    return read


def needing(owner: UUID, channels: int) -> Work:
    async def read(conn: asyncpg.Connection) -> None:
        await doors.name_owner(conn, owner)
        assert (await console.needs(conn, owner))["channels"] == channels

    return read


async def sum_up(conn: asyncpg.Connection) -> None:
    assert (await rollup.roll_up_due(conn, 90)).views == OWN


async def claim(conn: asyncpg.Connection) -> None:
    assert await outbox.due_kinds(conn, ["indexnow", "webhook"]) == ["indexnow"]
    assert len(await outbox.claim_jobs(conn, "indexnow", lease=uuid4(), most=8, seconds=60, share=4)) == 8


async def test_work_for_one_site_does_not_grow_with_what_others_have(
    database: Database, conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, site = await make_world(conn)
    lead = await conn.fetchval("SELECT id FROM form_submissions WHERE website_id = $1 AND status = 'new' LIMIT 1", site)
    monkeypatch.setattr(rollup, "sources", lambda: sources()[:OWN])  # they are stored once, all of them
    monkeypatch.setattr(outbox, "MOST_LOOKED_AT", MOST // 4)
    works: list[tuple[str, str, Work]] = [
        ("what is sent", "tapsite_edge", sending(site)),
        ("a claim", "tapsite_edge", claim),
        ("a day", "tapsite_maintain", sum_up),
        ("around a message", "tapsite_console", standing_around(owner, site, lead)),
        ("what sites need", "tapsite_console", needing(owner, 1)),
        *((name, "tapsite_console", listing(owner, site, wanted)) for name, wanted in LISTS.items()),
    ]
    roles = {role: await asyncpg.connect(database.url_as(role)) for role in {role for _, role, _ in works}}
    sizes = {table: await conn.fetchval(f"SELECT count(*) FROM {table}") for table in LARGE}
    faults: list[str] = []
    for state in ("never analysed", "analysed"):
        if state == "analysed":
            await conn.execute("ANALYZE")
        for name, role, work in works:
            looked = await looked_at(roles[role], work)
            assert looked, name
            faults += [
                f"{state}, {name}: {looked[table]} of {table}"
                for table in sizes.keys() & looked.keys()
                if looked[table] > (MOST if state == "analysed" else AS_A_WHOLE * sizes[table])
            ]
    for connected in roles.values():
        await connected.close()
    assert faults == [], "\n".join(faults)


async def test_what_failed_is_not_held_against_all_that_came_after_it(
    database: Database, conn: asyncpg.Connection
) -> None:
    owner = await make_user(conn)
    site = await make_site(conn, user_id=owner)
    lead = await conn.fetchval(
        "INSERT INTO form_submissions (website_id, form_type, data) VALUES ($1, 'contact', '{}') RETURNING id", site
    )
    role = await asyncpg.connect(database.url_as("tapsite_console"))

    async def attempt(outcome: str, number: int = 1) -> None:
        await conn.execute(
            "INSERT INTO lead_attempts (website_id, submission_id, channel, outcome, attempted_at) "
            "SELECT $1, $2, 'email', $3, clock_timestamp() FROM generate_series(1, $4)",
            site, lead, outcome, number,
        )  # fmt: skip

    await attempt("failed", FAILED)
    assert (await looked_at(role, needing(owner, 1)))["lead_attempts"] < 2 * FAILED
    await attempt("waiting", FAILED)
    await attempt("delivered")
    assert (await looked_at(role, needing(owner, 0)))["lead_attempts"] < 4 * FAILED
    # By another way they fail all the same.
    await conn.execute("UPDATE lead_attempts SET channel = 'webhook' WHERE outcome = 'delivered'")
    assert (await looked_at(role, needing(owner, 1)))["lead_attempts"] < 8 * FAILED
    await role.close()


async def test_a_referrer_is_held_against_the_lines_that_may_be_its_own(conn: asyncpg.Connection) -> None:
    lines, asked = 4_000, 100
    await conn.execute("ALTER TABLE referrer_sources SET (autovacuum_enabled = off)")
    await conn.execute(
        "INSERT INTO referrer_sources (host, channel, name, below) SELECT 'h' || n || '.example', 'search', 'x', true "
        "FROM generate_series(1, $1) AS n",
        lines,
    )
    hosts = [f"https://www.h{number}.a.b.c.d.example/x" for number in range(asked - 1)] + ["https://m.h7.example"]

    async def find(conn: asyncpg.Connection) -> None:
        nothing = "array_fill(''::text, ARRAY[$2::integer]), array_fill(false, ARRAY[$2::integer])"
        rows = await conn.fetch(f"SELECT * FROM referrer_origins($1, {nothing})", hosts, asked)
        assert len(rows) == asked
        assert sum(row["name"] == "x" for row in rows) == 1

    # One look through the whole list for all of them is no matter, one for each is.
    assert (await looked_at(conn, find))["referrer_sources"] < 4 * lines
    await conn.execute("ANALYZE referrer_sources")
    assert (await looked_at(conn, find))["referrer_sources"] < 4 * lines
