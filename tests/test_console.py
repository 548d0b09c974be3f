"""The console's shell: its host, who enters which screen, sessions, and that an outsider gets nothing."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import asyncpg
import pytest

from renderer.console import doors, queries
from renderer.console.screens import SCREENS, Entry, Screen
from renderer.console.sessions import IDLE, LONGEST
from renderer.keys import SETTINGS
from tests.databases import Database
from tests.factories import make_site
from tests.owners import HASH, HOST, MARK, ORIGIN, PASSWORD, Owner, furnish, make_owner
from tests.serving import Serve, WorkerServer
from tests.test_console_shop import forms
from tests.test_inbox import make_lead
from tests.visitor import Visitor


@pytest.fixture
async def console(serve: Serve) -> Visitor:
    return await serve(console={"host": HOST})


@pytest.fixture
async def ani(console: Visitor, conn: asyncpg.Connection) -> Owner:
    owner = await furnish(conn, await make_owner(conn, console, "Ani Rahayu"), MARK)
    await owner.sign_in()
    return owner


@pytest.fixture
async def charlie(console: Visitor, conn: asyncpg.Connection) -> Owner:
    owner = await furnish(conn, await make_owner(conn, console, "Charlie"), "Milik-Charlie")
    await owner.sign_in()
    return owner


# How an outsider asks for what is Ani's: a path for every screen. A screen that is missing here fails the suite.
OUTSIDERS: dict[str, Callable[[Owner], str]] = {
    "GET /": lambda ani: "/",
    "GET /leads": lambda ani: "/leads?site=Warung",
    "GET /leads/table.csv": lambda ani: "/leads/table.csv?site=Warung",
    "POST /leads/status": lambda ani: "/leads/status",
    "GET /domains": lambda ani: "/domains",
    "GET /sites/{site_id}": lambda ani: f"/sites/{ani.site_id}",
    "GET /sites/{site_id}/everything.zip": lambda ani: f"/sites/{ani.site_id}/everything.zip",
    "GET /sites/{site_id}/domains": lambda ani: f"/sites/{ani.site_id}/domains",
    "POST /sites/{site_id}/domains": lambda ani: f"/sites/{ani.site_id}/domains",
    "GET /sites/{site_id}/draft": lambda ani: f"/sites/{ani.site_id}/draft",
    "POST /sites/{site_id}/draft": lambda ani: f"/sites/{ani.site_id}/draft",
    "POST /sites/{site_id}/status": lambda ani: f"/sites/{ani.site_id}/status",
    "POST /sites/{site_id}/password": lambda ani: f"/sites/{ani.site_id}/password",
    "POST /sites/{site_id}/revisions": lambda ani: f"/sites/{ani.site_id}/revisions",
    "GET /sites/{site_id}/previews": lambda ani: f"/sites/{ani.site_id}/previews",
    "POST /sites/{site_id}/previews": lambda ani: f"/sites/{ani.site_id}/previews",
    "GET /sites/{site_id}/order": lambda ani: f"/sites/{ani.site_id}/order",
    "POST /sites/{site_id}/order": lambda ani: f"/sites/{ani.site_id}/order",
    "POST /sites/{site_id}/order/pages": lambda ani: f"/sites/{ani.site_id}/order/pages",
    "GET /sites/{site_id}/order/sample": lambda ani: f"/sites/{ani.site_id}/order/sample",
    "GET /sites/{site_id}/colours": lambda ani: f"/sites/{ani.site_id}/colours",
    "POST /sites/{site_id}/colours": lambda ani: f"/sites/{ani.site_id}/colours",
    "GET /sites/{site_id}/colours/sample": lambda ani: f"/sites/{ani.site_id}/colours/sample",
    "GET /sites/{site_id}/search": lambda ani: f"/sites/{ani.site_id}/search",
    "POST /sites/{site_id}/search": lambda ani: f"/sites/{ani.site_id}/search",
    "GET /sites/{site_id}/search/card.png": lambda ani: f"/sites/{ani.site_id}/search/card.png",
    "GET /sites/{site_id}/search/picture": lambda ani: f"/sites/{ani.site_id}/search/picture?for=icon",
    "POST /sites/{site_id}/search/picture": lambda ani: f"/sites/{ani.site_id}/search/picture",
    "GET /sites/{site_id}/look": lambda ani: f"/sites/{ani.site_id}/look",
    "POST /sites/{site_id}/look": lambda ani: f"/sites/{ani.site_id}/look",
    "GET /sites/{site_id}/look/sample": lambda ani: f"/sites/{ani.site_id}/look/sample",
    "GET /sites/{site_id}/posts": lambda ani: f"/sites/{ani.site_id}/posts",
    "GET /sites/{site_id}/posts/new": lambda ani: f"/sites/{ani.site_id}/posts/new",
    "POST /sites/{site_id}/posts/new": lambda ani: f"/sites/{ani.site_id}/posts/new",
    "POST /sites/{site_id}/posts/paper": lambda ani: f"/sites/{ani.site_id}/posts/paper",
    "GET /sites/{site_id}/posts/deleted": lambda ani: f"/sites/{ani.site_id}/posts/deleted",
    "POST /sites/{site_id}/posts/deleted": lambda ani: f"/sites/{ani.site_id}/posts/deleted",
    "GET /sites/{site_id}/posts/{post_id}": lambda ani: f"/sites/{ani.site_id}/posts/{ani.post_id}",
    "POST /sites/{site_id}/posts/{post_id}": lambda ani: f"/sites/{ani.site_id}/posts/{ani.post_id}",
    "POST /sites/{site_id}/unsaved": lambda ani: f"/sites/{ani.site_id}/unsaved?for=facts",
    "POST /sites/{site_id}/posts/{post_id}/unsaved": lambda ani: f"/sites/{ani.site_id}/posts/{ani.post_id}/unsaved",
    "GET /sites/{site_id}/texts": lambda ani: f"/sites/{ani.site_id}/texts",
    "POST /sites/{site_id}/texts/preview": lambda ani: f"/sites/{ani.site_id}/texts/preview",
    "GET /sites/{site_id}/texts/section": lambda ani: f"/sites/{ani.site_id}/texts/section?at=/pages/0/sections/0",
    "POST /sites/{site_id}/texts/section": lambda ani: f"/sites/{ani.site_id}/texts/section",
    "GET /sites/{site_id}/texts/entry": lambda ani: (
        f"/sites/{ani.site_id}/texts/entry?at=/pages/0/sections/0&list=items"
    ),
    "POST /sites/{site_id}/texts/entry": lambda ani: f"/sites/{ani.site_id}/texts/entry",
    "GET /sites/{site_id}/texts/translation": lambda ani: (
        f"/sites/{ani.site_id}/texts/translation?at=/pages/0/sections/0&lang=en"
    ),
    "POST /sites/{site_id}/texts/translation": lambda ani: f"/sites/{ani.site_id}/texts/translation",
    "GET /sites/{site_id}/texts/picture": lambda ani: f"/sites/{ani.site_id}/texts/picture?at=/pages/0/sections/0",
    "POST /sites/{site_id}/texts/picture": lambda ani: f"/sites/{ani.site_id}/texts/picture",
    "GET /sites/{site_id}/pictures": lambda ani: f"/sites/{ani.site_id}/pictures",
    "POST /sites/{site_id}/pictures": lambda ani: f"/sites/{ani.site_id}/pictures",
    "GET /sites/{site_id}/pictures/{picture_id}": lambda ani: f"/sites/{ani.site_id}/pictures/{ani.picture_id}",
    "POST /sites/{site_id}/pictures/{picture_id}": lambda ani: f"/sites/{ani.site_id}/pictures/{ani.picture_id}",
    "GET /sites/{site_id}/pictures/{picture_id}/{file}": lambda ani: (
        f"/sites/{ani.site_id}/pictures/{ani.picture_id}/1.webp"
    ),
    "GET /sites/{site_id}/statistics": lambda ani: f"/sites/{ani.site_id}/statistics",
    "GET /sites/{site_id}/statistics.json": lambda ani: f"/sites/{ani.site_id}/statistics.json?country=ID",
    "GET /sites/{site_id}/statistics/{table}.csv": lambda ani: f"/sites/{ani.site_id}/statistics/days.csv",
    "GET /sites/{site_id}/prices": lambda ani: f"/sites/{ani.site_id}/prices",
    "POST /sites/{site_id}/prices": lambda ani: f"/sites/{ani.site_id}/prices",
    "GET /sites/{site_id}/facts": lambda ani: f"/sites/{ani.site_id}/facts",
    "POST /sites/{site_id}/facts": lambda ani: f"/sites/{ani.site_id}/facts",
    "GET /sites/{site_id}/leads": lambda ani: f"/sites/{ani.site_id}/leads",
    "GET /sites/{site_id}/leads/table.csv": lambda ani: f"/sites/{ani.site_id}/leads/table.csv",
    "POST /sites/{site_id}/leads/status": lambda ani: f"/sites/{ani.site_id}/leads/status",
    "GET /sites/{site_id}/leads/newsletter": lambda ani: f"/sites/{ani.site_id}/leads/newsletter",
    "POST /sites/{site_id}/leads/newsletter": lambda ani: f"/sites/{ani.site_id}/leads/newsletter",
    "GET /sites/{site_id}/leads/newsletter/table.csv": lambda ani: f"/sites/{ani.site_id}/leads/newsletter/table.csv",
    "GET /sites/{site_id}/leads/forms": lambda ani: f"/sites/{ani.site_id}/leads/forms",
    "POST /sites/{site_id}/leads/forms": lambda ani: f"/sites/{ani.site_id}/leads/forms",
    "GET /sites/{site_id}/leads/forms/{form}": lambda ani: f"/sites/{ani.site_id}/leads/forms/contact",
    "POST /sites/{site_id}/leads/forms/{form}": lambda ani: f"/sites/{ani.site_id}/leads/forms/contact",
    "GET /sites/{site_id}/leads/{lead_id}": lambda ani: f"/sites/{ani.site_id}/leads/{ani.lead_id}",
    "GET /sites/{site_id}/leads/{lead_id}/files/{number}": lambda ani: (
        f"/sites/{ani.site_id}/leads/{ani.lead_id}/files/0"
    ),
    "POST /sites/{site_id}/leads/{lead_id}/deliver": lambda ani: f"/sites/{ani.site_id}/leads/{ani.lead_id}/deliver",
    "POST /sites/{site_id}/leads/{lead_id}/erase": lambda ani: f"/sites/{ani.site_id}/leads/{ani.lead_id}/erase",
    "GET /sign-in": lambda ani: "/sign-in",
    "POST /sign-in": lambda ani: "/sign-in",
    "GET /account": lambda ani: "/account",
    "POST /account": lambda ani: "/account",
    "POST /account/verify": lambda ani: "/account/verify",
    "GET /account/email": lambda ani: "/account/email",
    "POST /account/email": lambda ani: "/account/email",
    "GET /account/tokens": lambda ani: "/account/tokens",
    "GET /account/security": lambda ani: "/account/security",
    "POST /account/password": lambda ani: "/account/password",
    "POST /account/sessions": lambda ani: "/account/sessions",
    "GET /account/second-step": lambda ani: "/account/second-step",
    "POST /account/second-step": lambda ani: "/account/second-step",
    "POST /account/second-step/off": lambda ani: "/account/second-step/off",
    "POST /sign-in/code": lambda ani: "/sign-in/code",
    "POST /sign-in/link": lambda ani: "/sign-in/link",
    "GET /reset": lambda ani: "/reset",
    "POST /reset": lambda ani: "/reset",
    "GET /link/{token}": lambda ani: "/link/x.y.z",
    "POST /link": lambda ani: "/link",
    "POST /sign-out": lambda ani: "/sign-out",
    "POST /language": lambda ani: "/language",
    "GET /_console/{name}": lambda ani: "/_console/console.css",
}


async def test_a_site_is_its_owners_even_where_no_row_is_walled_off(
    conn: asyncpg.Connection, console: Visitor, ani: Owner, charlie: Owner
) -> None:
    """The query's own condition: to the owner of the database, unlike to the console's role, every row is there."""
    server = console.client.server
    assert isinstance(server, WorkerServer)
    mine = await queries.site_of_owner(conn, ani.id, ani.site_id, server.app[SETTINGS])
    assert mine is not None
    assert await queries.site_of_owner(conn, charlie.id, ani.site_id, server.app[SETTINGS]) is None


async def test_no_screen_shows_or_changes_anything_for_an_outsider(
    ani: Owner, charlie: Owner, conn: asyncpg.Connection, database: Database
) -> None:
    before = await everything_of(conn, ani)
    session = await conn.fetchval("SELECT id FROM console_sessions WHERE user_id = $1", ani.id)
    fields = {"email": "x", "password": "x", "session": session, "post": ani.deleted_id}
    fields |= {"lead": ani.lead_id, "status": "archived"}
    for screen in SCREENS:
        assert screen.name in OUTSIDERS, f"{screen.name}: no outsider case in tests/test_console.py"
        path = OUTSIDERS[screen.name](ani)
        nobody = Owner(ani.visitor, None, "")
        for who in (charlie, nobody):
            cookie = who.cookie
            answer = await (who.get(path) if screen.method == "GET" else who.post(path, fields))
            who.cookie = cookie
            assert MARK not in answer.text, (screen.name, who.email)
            assert answer.status == expected(screen, who), (screen.name, who.email, answer.status)
            if screen.name == "POST /sign-out" and who is charlie:
                await charlie.sign_in()
    assert await everything_of(conn, ani) == before


def expected(screen: Screen, who: Owner) -> int:
    if screen.entry is Entry.ANYONE:
        return {
            "GET /sign-in": 303 if who.cookie else 200,
            "POST /sign-in": 422,
            "POST /sign-in/code": 410,
            "POST /sign-in/link": 422,
            "GET /reset": 200,
            "POST /reset": 422,
            "GET /link/{token}": 410,
            "POST /link": 410,
            "GET /_console/{name}": 404,
        }.get(screen.name, 303)
    if not who.cookie:
        return 303 if screen.method == "GET" else 403
    if screen.entry is Entry.OWNER:
        return 404
    own = {
        "POST /account/email": 422,
        "POST /account/password": 422,
        "POST /account/sessions": 303,
        "POST /account/second-step/off": 422,
    }
    return own.get(screen.name, 200 if screen.method == "GET" else 303)


async def everything_of(conn: asyncpg.Connection, owner: Owner) -> list[object]:
    rows: list[object] = []
    for query in (
        "SELECT * FROM users WHERE id = $1",
        "SELECT * FROM websites WHERE user_id = $1",
        "SELECT f.* FROM form_submissions f JOIN websites w ON w.id = website_id WHERE user_id = $1",
        "SELECT d.* FROM website_domains d JOIN websites w ON w.id = website_id WHERE user_id = $1",
        "SELECT p.* FROM blog_posts p JOIN websites w ON w.id = website_id WHERE user_id = $1",
        "SELECT p.* FROM deleted_posts p JOIN websites w ON w.id = website_id WHERE user_id = $1",
        "SELECT * FROM unsaved_posts WHERE user_id = $1",
        "SELECT * FROM unsaved_forms WHERE user_id = $1",
        "SELECT f.* FROM form_templates f JOIN websites w ON w.id = website_id WHERE user_id = $1",
        "SELECT p.* FROM pictures p JOIN websites w ON w.id = website_id WHERE user_id = $1",
        "SELECT count(*) FROM console_sessions WHERE user_id = $1",
    ):
        rows += [tuple(row) for row in await conn.fetch(query, owner.id)]
    return rows


# What the console's role sees without being anybody: the same for every tenant.
OF_EVERYBODY = {"templates", "token_packages", "system_config", "schema_versions"}


async def test_raw_sql_as_the_consoles_role_sees_one_owners_rows_alone(
    ani: Owner, charlie: Owner, conn: asyncpg.Connection, database: Database
) -> None:
    await conn.execute("SELECT settle_database()")
    role = await asyncpg.connect(database.url_as("tapsite_console"))
    try:
        readable = [
            row[0]
            for row in await conn.fetch(
                "SELECT c.relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace "
                "AND relkind IN ('r', 'p', 'v', 'm') "
                "AND has_any_column_privilege('tapsite_console', c.oid, 'SELECT')"
            )
        ]
        assert {"users", "websites", "form_submissions", "user_dashboard", "audit_logs"} <= set(readable)
        for table in set(readable) - OF_EVERYBODY:
            names = ", ".join(
                f"t.{row[0]}"
                for row in await conn.fetch(
                    "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 "
                    "AND NOT attisdropped AND has_column_privilege('tapsite_console', attrelid, attnum, 'SELECT')",
                    f"public.{table}",
                )
            )
            seen = f"SELECT coalesce(string_agg(row({names})::text, ' '), '') FROM {table} t"
            # That a screen is about a site of another opens none of its rows.
            for user, site in product(("", str(charlie.id)), ("", str(ani.site_id))):
                await role.execute(
                    "SELECT set_config('app.user_id', $1, false), set_config('app.site_id', $2, false)", user, site
                )
                text = await role.fetchval(seen)
                assert user or text == "", f"{table}: seen by nobody in particular"
                assert MARK not in text, table
                assert not any(str(own) in text for own in (ani.id, ani.site_id)), table
        assert await role.fetchval("SELECT count(*) FROM websites") == 1
        for change in (
            "UPDATE websites SET title = 'x' WHERE id = $1",
            "DELETE FROM form_submissions WHERE website_id = $1",
            "DELETE FROM website_domains WHERE website_id = $1",
            "UPDATE blog_posts SET title = 'x' WHERE website_id = $1",
            "DELETE FROM deleted_posts WHERE website_id = $1",
            "UPDATE unsaved_posts SET seen = 'x' WHERE website_id = $1",
            "UPDATE taken_forms SET location = '/' WHERE website_id = $1",
            "UPDATE unsaved_forms SET typed = '[]' WHERE website_id = $1",
        ):
            assert (await role.execute(change, ani.site_id)).endswith(" 0"), change
        for insertion in (
            "INSERT INTO blog_posts (website_id, slug, title, content) VALUES ($1, 'x', 'x', '{}')",
            "INSERT INTO website_domains (website_id, host) VALUES ($1, 'jahat.example')",
            "INSERT INTO unsaved_posts (website_id, user_id, typed, seen) SELECT $1, app_user_id(), '{}', ''",
            "INSERT INTO taken_forms SELECT $1, app_user_id(), ''",
            "INSERT INTO unsaved_forms SELECT $1, app_user_id(), 'x', '[]', ''",
            "INSERT INTO form_submissions (website_id, form_type, data) VALUES ($1, 'x', '{}')",
            "INSERT INTO audit_logs (action, entity_type, user_id) SELECT 'x', 'user', $1",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await role.execute(insertion, ani.site_id)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await role.execute("UPDATE websites SET user_id = $1", ani.id)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await role.execute("UPDATE users SET is_admin = true")
    finally:
        await role.close()


# Functions with the owner's rights that the console may call, and why that opens nothing.
DEFINERS = {
    "account_by_email": "the one way to an account before anybody is signed in",
    "resume_session": "needs the cookie's digest",
    "end_session": "needs the cookie's digest",
    "make_console_link": "the link itself is known to who mails it alone",
    "note_lost_letter": "needs the link's digest",
    "look_at_console_link": "needs the link's digest",
    "take_console_link": "needs the link's digest",
    "void_console_links": "the owner's own alone",
    "make_email_links": "the owner's own alone",
    "admit_attempt": "counts, and shows a number of seconds",
    "forgive_attempt": "needs the digest of what was counted",
    "config_integer": "numbers of system_config",
    "platform_day": "a date",
    "live_views": "numbers alone, and of sites of the owner for whom the console works",
    "told_visits": "sums alone, and of sites of the owner for whom the console works",
    "owner_leads_with_words": "ids alone, and of the sites of the owner for whom the console works",
    "leads_with_words": "ids alone, and of sites of the owner for whom the console works",
    "invite_recipients": "asks by mail, ten of a site a day, and for sites of the owner for whom the console works",
    "confirm_number": "notes a number, and for sites of the owner for whom the console works",
    "site_search_language": "the language of a site, which its pages say",
}


async def test_the_consoles_role_calls_no_other_function_with_the_owners_rights(conn: asyncpg.Connection) -> None:
    await conn.execute("SELECT settle_database()")
    rows = await conn.fetch(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef "
        "AND prorettype <> 'trigger'::regtype AND has_function_privilege('tapsite_console', oid, 'EXECUTE')"
    )
    assert {row[0] for row in rows} - set(DEFINERS) == set()


async def test_every_view_that_the_console_reads_is_read_with_its_own_rights(conn: asyncpg.Connection) -> None:
    await conn.execute("SELECT settle_database()")
    rows = await conn.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm') "
        "AND has_any_column_privilege('tapsite_console', oid, 'SELECT') "
        "AND NOT coalesce('security_invoker=true' = ANY(reloptions), false)"
    )
    assert rows == []


async def test_a_site_that_was_never_shown_says_what_is_left_to_do(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}"
    assert "Langkah pertama" not in (await ani.get(root)).text
    contact = {"site": {"contact": {"whatsapp": "081355500123"}}}
    week = {"hours": {"weekly": [{"days": ["mo"], "open": "07:00", "close": "16:00"}]}}
    pages = {"pages": [{"path": "/", "sections": [{"type": "hero", "title": "Halo"}]}]}
    for content, done, texts in (
        ({}, 0, "order#add"),
        (contact, 1, "order#add"),
        ({"site": {**contact["site"], **week}, **pages}, 3, "texts"),
    ):
        await conn.execute(
            "UPDATE websites SET status = 'draft', generated_content = $2 WHERE id = $1",
            ani.site_id, json.dumps(content),
        )  # fmt: skip
        page = (await ani.get(root)).text
        steps = page[page.index("Langkah pertama") : page.index("</ol>")]
        assert (steps.count("<li"), steps.count('class="done"')) == (4, done)
        assert re.findall(rf'href="{root}/([^"]*)"', steps) == ["facts", "facts#hours", texts, "draft#live"]
    assert 'id="live"' in (await ani.get(f"{root}/draft")).text
    await conn.execute("UPDATE websites SET generated_content = '[1]' WHERE id = $1", ani.site_id)
    assert (await ani.get(root)).status == 200


async def test_the_overview_shows_the_owners_sites_and_numbers(ani: Owner) -> None:
    answer = await ani.get("/")
    assert answer.status == 200
    for text in ("Halo, Ani Rahayu", f"Warung {MARK}", "1.204", "rahasia-ani.example", "50.000", "1 pesan baru"):
        assert text in answer.text
    assert "private, no-store" in answer.headers["Cache-Control"]
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    english = await ani.get("/", **{"Accept-Language": "en-GB,en;q=0.8"})
    assert 'lang="en"' in english.text
    assert "1 new message" in english.text
    assert (await ani.get(f"/sites/{ani.site_id}")).status == 200
    for odd in ("?page=9", "/sites/nobody", "/sites/00000000-0000-0000-0000-000000000000", "/nothing"):
        assert (await ani.get(odd if odd[0] == "/" else f"/{odd}")).status == 404
    for odd in ("?page=x", "?page=-1", "?page=0", f"?page={'9' * 5000}", "?done=%00", "?done=x"):
        assert (await ani.get(f"/{odd}")).status in (200, 404), odd


async def test_the_consoles_host_serves_no_site_and_a_sites_host_no_console(
    ani: Owner, conn: asyncpg.Connection
) -> None:
    label = await conn.fetchval("SELECT subdomain FROM websites WHERE id = $1", ani.site_id)
    own = await conn.fetchval("SELECT primary_host FROM edge_sites WHERE id = $1", ani.site_id)
    for path in ("/sign-in", "/sign-out", f"/sites/{ani.site_id}"):
        for host in (f"{label}.sites.test", own):
            answer = await ani.visitor.get(host, path, headers={"Cookie": ani.cookie})
            assert answer.status == (404 if host == own else 301)
    assert "Ruang pemilik" in (await ani.visitor.get(HOST.upper() + ".:8080", "/sign-in")).text
    for path in ("/robots.txt", "/_password", "/blog", "/sitemap.xml"):
        assert (await ani.get(path)).status == 404


async def test_without_a_host_there_is_no_console(serve: Serve) -> None:
    assert (await (await serve()).get(HOST, "/sign-in")).status == 404


async def test_who_is_not_signed_in_is_led_to_the_door_and_back(ani: Owner) -> None:
    nobody = Owner(ani.visitor, None, "")
    answer = await nobody.get(f"/sites/{ani.site_id}?a=b")
    assert answer.status == 303
    door = answer.headers["Location"]
    assert door == f"/sign-in?next=%2Fsites%2F{ani.site_id}%3Fa%3Db"
    assert f'value="/sites/{ani.site_id}?a=b"' in (await nobody.get(door)).text
    fields = {"email": ani.email.upper(), "password": PASSWORD, "next": f"/sites/{ani.site_id}"}
    answer = await nobody.post("/sign-in", fields)
    assert (answer.status, answer.headers["Location"]) == (303, f"/sites/{ani.site_id}")
    for elsewhere in (
        "//evil.test",
        "https://evil.test/",
        "/\\evil.test",
        "/.//evil.test",
        "/sign-out",
        "javascript:x",
    ):
        answer = await nobody.post("/sign-in", {**fields, "next": elsewhere})
        assert answer.headers["Location"] == "/", elsewhere


async def test_a_wrong_password_an_unknown_and_a_closed_account_are_answered_alike(
    console: Visitor, conn: asyncpg.Connection
) -> None:
    right = await make_owner(conn, console, "Benar")
    closed = await make_owner(conn, console, "Tutup", is_active=False)
    gone = await make_owner(conn, console, "Hilang", deleted_at=await conn.fetchval("SELECT now()"))
    nobody = Owner(console, None, "siapa@example.com")
    said = set()
    for owner, password in ((right, "salah sekali"), (closed, PASSWORD), (gone, PASSWORD), (nobody, PASSWORD)):
        answer = await owner.sign_in(password)
        assert answer.status == 422
        assert "Set-Cookie" not in answer.headers
        said.add(answer.text.replace(owner.email, ""))
    assert len(said) == 1
    for odd in ("", "x" * 257, "a\0b", "\ud800" if False else "ÿ" * 129):
        assert (await right.sign_in(odd)).status in (400, 422), odd
    await conn.execute("UPDATE users SET password_hash = '' WHERE id = $1", right.id)
    assert (await right.sign_in("")).status == 422


async def test_bcrypt_of_other_writers_is_accepted_and_hashed_anew(console: Visitor, conn: asyncpg.Connection) -> None:
    import bcrypt

    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    owner = await make_owner(conn, console, "Lama", password_hash=old)
    assert (await owner.sign_in()).status == 303
    row = await conn.fetchrow("SELECT password_hash, last_login_at FROM users WHERE id = $1", owner.id)
    assert row["password_hash"].startswith("$argon2id$")
    assert row["last_login_at"] is not None
    assert (await owner.sign_in()).status == 303
    await conn.execute(
        "UPDATE users SET password_hash = '$argon2id$v=19$m=1048576,t=9,p=1$YWFhYWFhYWFhYQ$YWFhYWFhYWFhYWFhYWFhYQ'"
    )
    assert (await owner.sign_in()).status == 422


async def test_a_closed_account_is_out_at_once_and_stays_out(ani: Owner, conn: asyncpg.Connection) -> None:
    assert (await ani.get("/")).status == 200
    for column, closed, opened in (("is_active", "false", "true"), ("deleted_at", "now()", "NULL")):
        await conn.execute(f"UPDATE users SET {column} = {closed} WHERE id = $1", ani.id)
        assert (await ani.get("/")).status == 303
        # Nor is one good that began while the account was being closed.
        late = closed.encode().ljust(32)
        await queries.open_session(conn, ani.id, late, "", IDLE, LONGEST)
        assert await doors.resume_session(conn, late, IDLE) is None
        await conn.execute(f"UPDATE users SET {column} = {opened} WHERE id = $1", ani.id)
        assert (await ani.get("/")).status == 303
        await ani.sign_in()
        assert (await ani.get("/")).status == 200


async def test_a_session_ends_when_it_is_idle_too_old_or_signed_out(ani: Owner, conn: asyncpg.Connection) -> None:
    await conn.execute(
        "UPDATE console_sessions SET seen_at = now() - interval '5 minutes', idle_until = now() + interval '1 minute'"
    )
    assert (await ani.get("/")).status == 200
    assert await conn.fetchval("SELECT idle_until - now() > interval '13 days' FROM console_sessions")
    await conn.execute("UPDATE console_sessions SET idle_until = now() - interval '1 second'")
    assert (await ani.get("/")).status == 303
    await conn.execute("UPDATE console_sessions SET idle_until = now() + interval '1 day', ends_at = now()")
    assert (await ani.get("/")).status == 303
    assert await conn.fetchval("SELECT prune_console_sessions()") == 1
    await ani.sign_in()
    cookie = ani.cookie
    digests = await conn.fetch("SELECT digest FROM console_sessions")
    assert all(row[0].hex() not in cookie for row in digests)
    answer = await ani.post("/sign-out")
    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in?done=signed_out")
    ani.cookie = cookie
    assert (await ani.get("/")).status == 303
    for odd in ("session=", f"session={'x' * 4000}", "session=%7f", 'session="a b"'):
        ani.cookie = odd
        assert (await ani.get("/")).status == 303


async def test_only_the_consoles_own_pages_change_anything(ani: Owner) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
    ):
        answer = await ani.post("/sign-out", **headers)
        assert answer.status == 403
        answer = await Owner(ani.visitor, None, ani.email).sign_in()
        assert answer.status == 303
        answer = await ani.post("/sign-in", {"email": ani.email, "password": PASSWORD}, **headers)
        assert answer.status == 403
    for origin, status in (
        (ORIGIN, 303),
        (f"{ORIGIN}:81", 403),
        (f"https://{HOST}", 403),
        (f"http://x.{HOST}", 403),
        ("null", 403),
        ("", 403),
    ):
        headers = {"Cookie": ani.cookie, "Origin": origin, "Content-Type": "application/x-www-form-urlencoded"}
        answer = await ani.visitor.ask("POST", HOST, "/language", data="language=en", headers=headers)
        assert answer.status == status, origin
    headers = {"Cookie": ani.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    assert (await ani.visitor.ask("POST", HOST, "/language", data="language=en", headers=headers)).status == 403
    # Who is not in yet stays at the door they came to.
    nobody = Owner(ani.visitor, None, "")
    for here in ("/link/x.y", "/sign-in?next=/account"):
        answer = await nobody.post("/language", {"language": "en", "next": here})
        assert answer.headers["Location"] == here
    for here in ("/account", "//evil.test", "/link//evil.test"):
        answer = await nobody.post("/language", {"language": "en", "next": here})
        assert answer.headers["Location"] == "/sign-in"
    assert (await ani.get("/")).status == 200


async def test_over_https_the_cookie_is_bound_to_the_host(serve: Serve, conn: asyncpg.Connection) -> None:
    console = await serve(console={"host": HOST}, server={"trusted_proxies": ["127.0.0.0/8"]})
    owner = await make_owner(conn, console, "Aman")
    answer = await owner.post(
        "/sign-in", {"email": owner.email, "password": PASSWORD}, **{"X-Forwarded-Proto": "https"}
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    owner.take(answer)
    assert (await owner.get("/", **{"X-Forwarded-Proto": "https"})).status == 200
    assert (await owner.get("/")).status == 303  # what a page without TLS could plant is not believed, nor the reverse


@pytest.mark.parametrize("blank", ["\u2000", "\u00a0", "\u0085", "\u2028", "\u3000"])
async def test_a_neighbouring_host_sets_no_cookie_in_the_name_of_ours(
    serve: Serve, conn: asyncpg.Connection, blank: str
) -> None:
    """To a browser a name with such a blank is no `__Host-` name: any host of the domain may set it for all of them."""
    console = await serve(console={"host": HOST}, server={"trusted_proxies": ["127.0.0.0/8"]})
    https = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    owners = [await make_owner(conn, console, name) for name in ("Ani", "Charlie")]
    for owner in owners:
        owner.take(await owner.post("/sign-in", {"email": owner.email, "password": PASSWORD}, **https))
    ani, charlie = (owner.cookie for owner in owners)
    assert ani.startswith("__Host-session=")
    tossed = [f"{blank}{charlie}", charlie.replace("=", f"{blank}=", 1), charlie.lower()]
    for sent in tossed:
        for cookies in (f"{ani}; {sent}", f"{sent}; {ani}"):
            answer = await console.get(HOST, "/account", headers={**https, "Cookie": cookies})
            assert (answer.status, owners[0].email in answer.text) == (200, True), cookies
        assert (await console.get(HOST, "/account", headers={**https, "Cookie": sent})).status == 303


async def test_long_and_odd_texts_are_shown_as_text(console: Visitor, conn: asyncpg.Connection) -> None:
    evil = "<script>alert(1)</script>{{7*7}}"
    owner = await make_owner(conn, console, "Aneh", full_name=evil)
    await furnish(conn, owner, "x")
    await conn.execute("UPDATE websites SET title = $1, status = 'suspended'", (evil * 9)[:200])
    await owner.sign_in()
    for path in ("/", f"/sites/{owner.site_id}"):
        text = (await owner.get(path)).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text
        assert "{{7*7}}" in text


async def test_one_of_many_sites_is_found_by_name_address_and_what_is_new(
    charlie: Owner, ani: Owner, conn: asyncpg.Connection
) -> None:
    assert 'role="search"' not in (await charlie.get("/")).text, "few need no search"
    for number in range(30):
        site = await make_site(conn, user_id=charlie.id, subdomain=f"klien-{number}", title=f"Klinik {number:02}, 100%")
    await conn.execute(
        "INSERT INTO website_domains (website_id, host, verified_at) VALUES ($1, 'gigi.example', now())", site
    )
    await make_lead(conn, site, 0)
    await conn.execute("UPDATE form_submissions SET status = 'read' WHERE website_id = $1", charlie.site_id)

    async def found(query: str) -> set[str]:
        answer = await charlie.get(f"/?{query}")
        assert answer.status == 200
        assert MARK not in answer.text
        return set(re.findall(r"<bdi>Klinik (\d\d)", answer.text))

    assert len(await found("")) == 24
    assert await found("words=klinik+07") == {"07"}
    assert await found("words=KLIEN-12") == {"12"}
    assert await found("words=gigi.ex") == {"29"}
    assert await found("show=new") == {"29"}
    assert await found("show=new&words=klinik+07") == set()
    for odd in ("%25%25", "%00x%00y", "%27%3B--", "%EF%BF%BF", "kabar", "x" * 900):
        assert await found(f"words={odd}") == set()
    page = (await charlie.get("/?words=klinik")).text
    assert 'href="/?words=klinik&amp;page=2"' in page
    assert len(await found("words=klinik&page=2")) == 6
    assert 'href="/leads?shelf=new"' in page, "many sites: the number leads to the messages of all"


async def test_what_was_typed_when_a_session_ended_is_sent_once_more(ani: Owner, conn: asyncpg.Connection) -> None:
    path = f"/sites/{ani.site_id}/posts/new"
    typed = {"title": 'Sambal "baru"', "body": "Satu\n\n<b>dua</b>", "status": "draft", "do": "save"}
    cookie, ani.cookie = ani.cookie, ""
    answer = await ani.post(path, typed)
    assert answer.status == 403
    assert "Kirim lagi" in answer.text
    again = next(form for form in forms(answer.text) if "title" in form)
    assert again == typed
    assert f'action="{path}"' in answer.text
    # A password does not belong into a page, and another site's post is not repeated.
    secret = {"current-password": "rahasia sekali", "new-password": "y"}
    assert "rahasia sekali" not in (await ani.post("/account/password", secret)).text
    foreign = await ani.post(path, typed, **{"Sec-Fetch-Site": "cross-site"})
    assert "Kirim lagi" not in foreign.text
    assert "Sambal" not in foreign.text
    ani.cookie = cookie
    assert (await ani.post(path, again)).status == 303
    assert await conn.fetchval("SELECT count(*) FROM blog_posts WHERE title = $1", typed["title"]) == 1


async def test_away_from_the_database_the_console_says_so(ani: Owner) -> None:
    from renderer.console.workshop import WORKSHOP

    server = ani.visitor.client.server
    await server.app[WORKSHOP].pool.close()  # type: ignore[union-attr]
    answer = await ani.get("/")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert "Situs Anda tetap tayang" in answer.text


async def test_a_database_that_may_only_be_read_is_one_that_is_away(
    ani: Owner, serve: Serve, conn: asyncpg.Connection, database: Database
) -> None:
    """As after a failover, or where the server's disk is full."""
    await conn.execute("UPDATE websites SET subdomain = 'ani' WHERE id = $1", ani.site_id)
    superuser = await asyncpg.connect(database.admin_url)
    try:
        for role in ("tapsite_console", "tapsite_edge"):
            await superuser.execute(
                f"ALTER ROLE {role} IN DATABASE {database.name} SET default_transaction_read_only = on"
            )
    finally:
        await superuser.close()
    standby = replace(ani, visitor=await serve(console={"host": HOST}))
    for path in ("/", f"/sites/{ani.site_id}/draft"):
        assert (await standby.get(path)).status == 503, path
    answer = await standby.post(f"/sites/{ani.site_id}/facts", {"name": "Nama yang baru"})
    assert (answer.status, "Nama yang baru" in answer.text, "Kirim lagi" in answer.text) == (503, True, True)
    host = await conn.fetchval("SELECT host FROM website_domains WHERE website_id = $1 AND is_primary", ani.site_id)
    for path in ("/", "/blog", "/sitemap.xml"):
        assert (await standby.visitor.get(host, path)).status == 200, path
    sent = {"name": "Sari", "whatsapp": "0813 5550 0101", "message": "Halo, masih buka?"}
    assert (await standby.visitor.ask("POST", host, "/_forms/contact", data=sent)).status == 303


async def test_the_console_refuses_a_role_that_sees_everything(
    database: Database, serve: Serve, conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner_url = database.url
    monkeypatch.setattr(type(database), "url_as", lambda self, role: owner_url)
    console = await serve(console={"host": HOST})
    owner = await make_owner(conn, console, "Ani")
    assert (await owner.sign_in()).status == 503


def test_the_longest_session_is_longer_than_an_idle_one() -> None:
    from renderer.console.sessions import IDLE, LONGEST

    assert timedelta(days=1) < IDLE < LONGEST
    assert HASH.startswith("$argon2id$")


def test_no_word_is_said_in_two_files() -> None:
    from renderer.console import words

    assert sum(len(one) for one in words._FILES) == len(words._ALL)
    assert all(text.strip() for pair in words._ALL.values() for text in pair)
