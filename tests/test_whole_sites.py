"""What operators do with a whole site, and where its abuse is reported."""

import json
import resource
import zipfile
from pathlib import Path
from secrets import token_hex
from uuid import UUID

import asyncpg
import pytest

from renderer.objects import Folder
from renderer.settings import SettingsError
from renderer.sites import restore, suspend, write_export
from tests.commands import Run
from tests.databases import Database
from tests.factories import insert, make_post, make_site, make_user
from tests.serving import Serve
from tests.visitor import Visitor

HOST = "kopi.sites.test"


async def make_two(conn: asyncpg.Connection) -> tuple[UUID, UUID]:
    """Two sites with something in many tables."""
    made = []
    for label in ("kopi", "roti"):
        site = await make_site(conn, subdomain=label, title=f"Judul {label}", password_hash=f"hash-of-{label}")
        post = await make_post(conn, site, slug="satu", title=f"Tulisan {label}")
        tag = await insert(conn, "blog_tags", {"website_id": site, "slug": "t", "name": f"Tag {label}"})
        await conn.execute("INSERT INTO blog_post_tags (blog_post_id, tag_id) VALUES ($1, $2)", post, tag)
        lead = {"website_id": site, "form_type": "contact", "data": {"name": f"Budi {label}"}}
        await insert(conn, "form_submissions", lead)
        await conn.execute("INSERT INTO website_domains (website_id, host) VALUES ($1, $2)", site, f"{label}.example")
        made.append(site)
    return made[0], made[1]


async def status_of(conn: asyncpg.Connection, site: UUID) -> str:
    return str(await conn.fetchval("SELECT status FROM websites WHERE id = $1", site))


async def test_a_suspended_site_is_out_of_sight_and_comes_back_as_it_was(
    conn: asyncpg.Connection, database: Database, renderer: Run, visitor: Visitor
) -> None:
    site = await make_site(conn, subdomain="kopi")
    draft = await make_site(conn, subdomain="draf", status="draft")
    given = {"database": database, "database_migrate_url": database.url}
    assert renderer("sites", "restore", "kopi", **given).returncode == 1
    assert renderer("sites", "suspend", HOST, "--why", "phishing", **given).returncode == 0
    assert (await visitor.get(HOST, "/")).status == 503
    again = renderer("sites", "suspend", "kopi", **given)
    assert again.returncode == 0
    assert "before" in again.stderr
    assert renderer("sites", "suspend", "draf", **given).returncode == 0
    for name, back in (("kopi", "published"), ("draf", "draft")):
        done = renderer("sites", "restore", name, **given)
        assert done.returncode == 0, done.stderr
        assert back in done.stdout
    assert await status_of(conn, site) == "published"
    assert await status_of(conn, draft) == "draft"
    trail = await conn.fetch(
        "SELECT action, changes_summary FROM audit_logs WHERE entity_id = $1 ORDER BY created_at", site
    )
    assert [tuple(row) for row in trail] == [("site_suspended", "phishing"), ("site_restored", "")]
    for name in ("nobody", "nobody.example", "not a host"):
        assert renderer("sites", "suspend", name, **given).returncode == 2


async def test_what_another_program_suspended_comes_back_as_it_was_and_not_as_it_was_at_an_earlier_suspension(
    conn: asyncpg.Connection,
) -> None:
    site = await make_site(conn, status="draft")
    assert await suspend(conn, site, "")
    assert await restore(conn, site, "") == "draft"
    for status in ("published", "suspended"):
        await conn.execute("UPDATE websites SET status = $2 WHERE id = $1", site, status)
    assert await restore(conn, site, "") == "published"


async def test_an_export_holds_all_of_a_site_and_nothing_of_another(
    conn: asyncpg.Connection, database: Database, renderer: Run, tmp_path: Path
) -> None:
    site, _ = await make_two(conn)
    path = tmp_path / "kopi.zip"
    given = {"database": database, "database_migrate_url": database.url}
    done = renderer("sites", "export", "kopi", "--out", str(path), **given)
    assert done.returncode == 0, done.stderr
    assert path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    rows = {name.removesuffix(".jsonl"): list(map(json.loads, text.splitlines())) for name, text in files.items()}
    assert manifest["rows"] == {table: len(found) for table, found in rows.items()}
    assert rows["websites"][0]["title"] == "Judul kopi"
    assert rows["blog_posts"][0]["title"] == "Tulisan kopi"
    assert rows["form_submissions"][0]["data"]["name"] == "Budi kopi"
    assert rows["website_domains"][0]["host"] == "kopi.example"
    assert len(rows["blog_post_tags"]) == 1
    assert {row.get("website_id", str(site)) for found in rows.values() for row in found} == {str(site)}
    whole = "".join(files.values())
    assert "roti" not in whole
    assert "hash-of-kopi" not in whole
    assert "audit_logs" not in rows
    again = renderer("sites", "export", "kopi", "--output", str(path), **given)
    assert again.returncode == 1
    assert "exists" in again.stderr


async def test_an_export_that_finds_no_room_says_so_and_leaves_nothing(
    conn: asyncpg.Connection, tmp_path: Path
) -> None:
    site, _ = await make_two(conn)
    await conn.execute("UPDATE websites SET description = $2 WHERE id = $1", site, token_hex(100_000))
    path, (_, most) = tmp_path / "kopi.zip", resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, most))
    try:
        with pytest.raises(OSError, match="File too large"):
            await write_export(conn, site, path, Folder(tmp_path))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    assert not path.exists()


async def test_an_erased_site_is_gone_with_all_it_had_but_for_money_and_the_trail(
    conn: asyncpg.Connection, database: Database, renderer: Run
) -> None:
    site, other = await make_two(conn)
    owner = await make_user(conn)
    await insert(
        conn,
        "ai_generation_logs",
        {"user_id": owner, "website_id": site, "stage": "x", "model": "x", "provider": "x", "usd_idr_rate": 16_000},
    )
    given = {"database": database, "database_migrate_url": database.url}
    for confirmed in ("roti", "KOPI", "kopi "):
        assert renderer("sites", "erase", "kopi", "--confirm", confirmed, **given).returncode == 1
    assert renderer("sites", "erase", "kopi", stdin="roti\n", **given).returncode == 1
    assert await status_of(conn, site) == "published"
    done = renderer("sites", "erase", "kopi", stdin="kopi\n", **given)
    assert done.returncode == 0, done.stderr
    for table in ("blog_posts", "form_submissions", "website_domains", "blog_tags"):
        left = await conn.fetch(f"SELECT website_id FROM {table}")
        assert {row["website_id"] for row in left} == {other}, table
    assert await conn.fetchval("SELECT count(*) FROM ai_generation_logs WHERE website_id = $1", site) == 1
    assert await conn.fetchval("SELECT old_values->>'subdomain' FROM audit_logs WHERE action = 'site_erased'") == "kopi"
    assert renderer("sites", "erase", "kopi", "--confirm", "kopi", **given).returncode == 2


async def test_abuse_is_reported_where_the_operator_says(serve: Serve, conn: asyncpg.Connection) -> None:
    await make_site(conn, subdomain="kopi")
    visitor = await serve(server={"abuse_contact": "abuse@tapsite.example", "base_redirect": "https://x.example/"})
    page = await visitor.get("sites.test", "/abuse")
    assert page.status == 200
    text = page.text
    assert 'href="mailto:abuse@tapsite.example"' in text
    assert "Laporkan penyalahgunaan" in text
    assert "Report abuse" in text
    told = await visitor.get("other.test", "/.well-known/security.txt")
    assert told.headers["Content-Type"].startswith("text/plain")
    lines = told.text.splitlines()
    assert lines[0] == "Contact: mailto:abuse@tapsite.example"
    assert lines[1].startswith("Expires: 20")
    assert (await visitor.get("sites.test", "/")).status == 302
    # Sites' own paths are theirs.
    assert (await visitor.get(HOST, "/abuse")).status == 404


async def test_without_a_contact_there_is_no_such_page(visitor: Visitor, serve: Serve) -> None:
    assert (await visitor.get("sites.test", "/abuse")).status == 404
    for wrong in ("nobody", "http://tapsite.example/", "https://", "a@b\nBcc: c@d", "javascript:alert(1)"):
        with pytest.raises(SettingsError, match=r"server\.abuse_contact"):
            await serve(server={"abuse_contact": wrong})
