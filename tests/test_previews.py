"""Links to previews: who sees what through them, and that nothing of it is ever kept, counted or told."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import asyncpg
import pytest

from renderer.console.writing.post import labels, slug_of
from renderer.db import queries as named
from renderer.db.pool import open_pool
from renderer.edge.asked import ID_FIELD
from renderer.keyring import Keyring
from renderer.keys import SEEN
from renderer.preview import queries
from renderer.preview.lease import PreviewLease
from renderer.preview.tokens import USUAL, link_path
from renderer.themes import CLICK_PATH, LIKE_PATH, VIEW_PATH
from renderer.views.watch import WATCH
from tests.databases import Database
from tests.factories import insert, make_post, make_site, make_user
from tests.serving import Serve
from tests.visitor import Answer, Visitor

DAY = timedelta(days=1)
UNKNOWN = "tidak-ada.sites.test"
FAR = datetime(2031, 3, 1, 3, tzinfo=UTC)


def host_of(site: UUID) -> str:
    return f"{site.hex}.preview.sites.test"


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    """A draft site with a draft, a scheduled and a published post."""
    site = await make_site(conn, subdomain="kopi", title="Kopi Rahasia", status="draft")
    await make_post(conn, site, slug="terbit", title="Sudah terbit")
    await make_post(conn, site, slug="besok", title="Terjadwal", scheduled_at=FAR)
    await make_post(conn, site, slug="konsep", title="Masih konsep", status="draft")
    await make_post(conn, site, slug="arsip", title="Sudah diarsipkan", status="archived")
    return site


class Previewer:
    """Somebody with a link."""

    def __init__(self, conn: asyncpg.Connection, visitor: Visitor, keyring: Keyring, site: UUID) -> None:
        self.conn, self.visitor, self.keyring, self.site = conn, visitor, keyring, site
        self.host, self.cookie = host_of(site), ""

    async def link(self, lasts: timedelta = USUAL, **what: object) -> str:
        made = await queries.make_link(self.conn, self.site, lasts, **what)  # type: ignore[arg-type]
        assert made is not None
        self.id = made.id
        return link_path(self.keyring, made)

    async def open(self, **what: object) -> Answer:
        answer = await self.visitor.get(self.host, await self.link(**what))
        assert answer.status == 200
        self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return answer

    async def see(self, path: str = "/", **more: object) -> Answer:
        return await self.visitor.get(self.host, path, headers={"Cookie": self.cookie, **more})


@pytest.fixture
async def previewer(conn: asyncpg.Connection, visitor: Visitor, keyring: Keyring, site: UUID) -> Previewer:
    return Previewer(conn, visitor, keyring, site)


async def nobody(visitor: Visitor, host: str, path: str, method: str = "GET", **headers: str) -> bool:
    """Whether the answer is, to the byte and header, that of a host nobody has."""
    unknown = await visitor.raw(f"{method} / HTTP/1.1\r\nHost: {UNKNOWN}\r\nConnection: close\r\n\r\n".encode())
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    answer = await visitor.raw(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{lines}\r\n".encode())
    assert b" 404 " in unknown.partition(b"\r\n")[0]

    def plain(raw: bytes) -> tuple[bytes, list[bytes], bytes]:
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *rest = head.split(b"\r\n")
        of_each = (b"date:", f"{ID_FIELD}:".lower().encode())
        return first, [line for line in rest if not line.lower().startswith(of_each)], body

    return plain(unknown) == plain(answer)


async def test_a_link_becomes_a_cookie_and_every_page_shows_what_is_not_published(
    previewer: Previewer, visitor: Visitor
) -> None:
    opened = await previewer.open()
    assert 'http-equiv="refresh" content="0; url=/"' in opened.text
    morsel = opened.headers["Set-Cookie"]
    assert "HttpOnly" in morsel
    assert "Path=/" in morsel
    assert "SameSite=Lax" in morsel
    assert "Domain" not in morsel
    home = await previewer.see()
    assert home.status == 200
    assert "Kopi Rahasia" in home.text
    blog = await previewer.see("/blog")
    for title in ("Sudah terbit", "Terjadwal", "Masih konsep"):
        assert title in blog.text
    assert "Sudah diarsipkan" not in blog.text
    for slug, title in (("terbit", "Sudah terbit"), ("besok", "Terjadwal"), ("konsep", "Masih konsep")):
        assert title in (await previewer.see(f"/blog/{slug}")).text
    assert (await previewer.see("/blog/arsip")).status == 404
    assert "Masih konsep" in (await previewer.see("/blog/cari?q=konsep")).text
    # Its own addresses are the preview's.
    assert f"http://{previewer.host}:8080/" in home.text
    assert "kopi.sites.test" not in home.text
    # To everybody else there is nothing.
    assert (await visitor.get("kopi.sites.test")).status == 404


async def test_nothing_of_a_preview_is_kept_counted_or_indexed(
    conn: asyncpg.Connection, serve: Serve, keyring: Keyring, site: UUID
) -> None:
    seen: list[object] = []

    def count(app: object) -> None:
        app[SEEN] = lambda *what: seen.append(what)  # type: ignore[index]

    await conn.execute("UPDATE websites SET status = 'published' WHERE id = $1", site)
    previewer = Previewer(conn, await serve(configure=count), keyring, site)
    await previewer.open()
    paths = (
        "/",
        "/blog",
        "/blog/konsep",
        "/tidak-ada",
        "/robots.txt",
        "/blog/feed.xml",
        "/favicon.ico",
        "/blog/cari?q=x",
    )
    for path in (*paths, *paths):
        for more in ({}, {"If-None-Match": "*"}):
            answer = await previewer.see(path, **more)
            assert answer.headers["Cache-Control"] == "private, no-store", path
            assert "noindex" in answer.headers["X-Robots-Tag"], path
            assert answer.headers["Referrer-Policy"] == "same-origin", path
            assert not {"ETag", "Last-Modified"} & set(answer.headers), path
            assert answer.status != 304
        # The same address without the cookie, straight after: nothing was kept for it.
        assert await nobody(previewer.visitor, previewer.host, path), path
    assert seen == []
    for path in ("/sitemap.xml", "/llms.txt"):
        assert (await previewer.see(path)).status == 404
    # Always as it is now.
    await conn.execute("UPDATE websites SET title = 'Nama Baru' WHERE id = $1", site)
    assert "Nama Baru" in (await previewer.see()).text
    # And what visitors get is still theirs.
    live = await previewer.visitor.get("kopi.sites.test", "/blog")
    assert "Sudah terbit" in live.text
    assert "Masih konsep" not in live.text
    assert "Terjadwal" not in live.text


async def test_what_browsers_tell_of_a_preview_is_counted_for_nobody(
    conn: asyncpg.Connection, previewer: Previewer, visitor: Visitor, site: UUID
) -> None:
    await conn.execute("UPDATE websites SET status = 'published' WHERE id = $1", site)
    await previewer.open()
    recorder = visitor.client.server.app[WATCH].recorder  # type: ignore[attr-defined]
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"}
    told = (
        (f"{CLICK_PATH}?to=whatsapp", b"", "text/plain", 204),
        (VIEW_PATH, b"server\n/\n\n", "text/plain", 204),
        (LIKE_PATH, b"post=terbit", "application/x-www-form-urlencoded", 303),
    )
    for host, cookie, counted in ((previewer.host, previewer.cookie, False), ("kopi.sites.test", "", True)):
        before = recorder.tally.seen
        for path, body, kind, status in told:
            headers = {**agent, "Cookie": cookie, "Content-Type": kind}
            assert (await visitor.ask("POST", host, path, data=body, headers=headers)).status == status
        assert (recorder.tally.seen > before) == counted, host


async def test_a_message_makes_a_card_that_says_draft_and_uses_nothing_up(
    conn: asyncpg.Connection, previewer: Previewer, visitor: Visitor
) -> None:
    path = await previewer.link()
    agents = (
        "WhatsApp/2.23.20.0",
        "facebookexternalhit/1.1",
        "Slackbot-LinkExpanding 1.0",
        "TelegramBot (like TwitterBot)",
    )
    for agent in agents:
        for method, more in (("HEAD", {}), ("GET", {"Range": "bytes=0-524287"}), ("GET", {})):
            answer = await visitor.ask(method, previewer.host, path, headers={"User-Agent": agent, **more})
            assert answer.status == 200, (agent, method)
        assert '<meta property="og:title" content="Draf">' in answer.text
        assert "Rahasia" not in answer.text
        assert "kopi" not in answer.text.lower()
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        # Who keeps no cookies finds nothing behind it.
        leads_to = answer.text.partition('content="0; url=')[2].partition('"')[0]
        assert await nobody(visitor, previewer.host, leads_to, **{"User-Agent": agent})
    last = "SELECT last_used_at FROM preview_links"
    assert await conn.fetchval(last) is None
    await previewer.open()
    await previewer.see()
    assert await conn.fetchval(f"{last} WHERE id = $1", previewer.id) is not None


async def test_what_is_wrong_with_a_link_or_cookie_is_nobodys_to_learn(
    conn: asyncpg.Connection, previewer: Previewer, visitor: Visitor, keyring: Keyring, site: UUID
) -> None:
    other = Previewer(conn, visitor, keyring, await make_site(conn, subdomain="lain", title="Situs lain"))
    await other.open()
    foreign = await other.link()
    path = await previewer.link()
    token = path.rpartition("/")[2]
    for wrong in (
        "/",
        "/_preview/",
        foreign,
        path[:-9] + ("A" if path[-9] != "A" else "B") + path[-8:],
        path + "=",
        path + "/",
        path.upper(),
        "/_preview/" + token[1:],
        "/_preview/a.b.c",
        "/_preview/" + "a." * 3000 + "a",
    ):
        assert await nobody(visitor, previewer.host, wrong), wrong
    assert await nobody(visitor, previewer.host, path, "POST", **{"Content-Length": "0"})
    # A link is no cookie, and a cookie no link; one of another site is neither.
    await previewer.open()
    for cookie in (f"preview={token}", other.cookie, "preview=", "preview=a.b.c", previewer.cookie + "x"):
        assert await nobody(visitor, previewer.host, "/", Cookie=cookie), cookie
    assert await nobody(visitor, previewer.host, "/_preview/" + previewer.cookie.partition("=")[2])
    assert await nobody(visitor, other.host, "/", Cookie=previewer.cookie)
    hosts = ("preview.sites.test", "x.preview.sites.test", f"a.{previewer.host}", f"{'0' * 32}.preview.sites.test")
    for host in hosts:
        assert await nobody(visitor, host, "/", Cookie=previewer.cookie), host
        assert await nobody(visitor, host, path), host
    assert "Kopi Rahasia" in (await previewer.see()).text


async def test_what_ends_a_link_ends_its_cookies_too(
    conn: asyncpg.Connection, previewer: Previewer, visitor: Visitor, site: UUID
) -> None:
    async def dead(path: str) -> bool:
        return await nobody(visitor, previewer.host, path) and await nobody(
            visitor, previewer.host, "/", Cookie=previewer.cookie
        )

    for ended, mended in (
        (
            "UPDATE preview_links SET created_at = now() - interval '8 days', expires_at = now() - interval '1 second'",
            None,
        ),
        ("UPDATE preview_links SET revoked_at = now()", None),
        ("SELECT revoke_previews($1)", None),
        ("UPDATE websites SET user_id = (SELECT id FROM users WHERE email = 'baru@example.com')", None),
        ("UPDATE websites SET deleted_at = now()", "UPDATE websites SET deleted_at = NULL"),
        ("UPDATE websites SET status = 'suspended'", "UPDATE websites SET status = 'draft'"),
        ("UPDATE users SET is_active = false", "UPDATE users SET is_active = true"),
        (
            "UPDATE users SET subscription_expires_at = now() - interval '1 day'",
            "UPDATE users SET subscription_expires_at = NULL",
        ),
    ):
        await make_user(conn, email="baru@example.com") if "baru" in ended else None
        path = await previewer.link()
        await previewer.open()
        assert (await previewer.see()).status == 200
        await conn.execute(ended, *([site] if "$1" in ended else ()))
        assert (await dead(path)) or mended is None
        assert await nobody(visitor, previewer.host, "/", Cookie=previewer.cookie), ended
        if mended:
            await conn.execute(mended)
            assert (await previewer.see()).status == 200, mended
    with pytest.raises(asyncpg.CheckViolationError):
        await queries.make_link(conn, site, timedelta(days=31))


async def test_a_link_to_one_post_opens_that_post_alone(
    conn: asyncpg.Connection, previewer: Previewer, site: UUID
) -> None:
    post = await conn.fetchval("SELECT id FROM blog_posts WHERE slug = 'konsep'")
    opened = await previewer.open(blog_post_id=post)
    assert 'url=/blog/konsep"' in opened.text
    assert (await previewer.see("/blog/konsep")).status == 200
    assert (await previewer.see("/blog/terbit")).status == 200
    assert (await previewer.see("/blog/besok")).status == 404
    stranger = await make_site(conn)
    assert await queries.make_link(conn, stranger, DAY, blog_post_id=post) is None


async def test_a_revision_is_shown_as_it_was(conn: asyncpg.Connection, previewer: Previewer, site: UUID) -> None:
    await conn.execute("UPDATE websites SET title = 'Kedua' WHERE id = $1", site)
    await previewer.open(shows="revision", revision=1)
    home = await previewer.see()
    assert "Kopi Rahasia" in home.text
    assert "Kedua" not in home.text
    assert (await previewer.see("/blog/konsep")).status == 404
    assert await queries.make_link(conn, site, DAY, shows="revision", revision=9) is None


async def test_drafts_stand_in_for_what_is_live_only_through_a_link_to_them(
    conn: asyncpg.Connection, previewer: Previewer, site: UUID
) -> None:
    await insert_draft(conn, site, title="Nama Konsep")
    post = await conn.fetchval("SELECT id FROM blog_posts WHERE slug = 'terbit'")
    await conn.execute(
        "INSERT INTO blog_post_drafts (blog_post_id, base_revision, slug, title, content) VALUES ($1, 1, 'ganti', "
        "'Judul ganti', $2)",
        post,
        json.dumps({"type": "markdown", "text": "Isi yang **baru** sekali."}),
    )
    await previewer.open()
    assert "Nama Konsep" not in (await previewer.see()).text
    assert "Judul ganti" not in (await previewer.see("/blog")).text
    await previewer.open(shows="draft")
    assert "Nama Konsep" in (await previewer.see()).text
    assert "Judul ganti" in (await previewer.see("/blog")).text
    assert "<strong>baru</strong>" in (await previewer.see("/blog/ganti")).text
    assert (await previewer.see("/blog/terbit")).status == 404


async def test_kept_labels_and_days_are_shown_through_a_link_to_them_alone(
    conn: asyncpg.Connection, previewer: Previewer, site: UUID
) -> None:
    post = await conn.fetchval("SELECT id FROM blog_posts WHERE slug = 'terbit'")
    other = await make_site(conn, subdomain="lain")
    kabar = await insert(conn, "blog_categories", {"website_id": site, "name": "Kabar", "slug": "kabar"})
    await insert(conn, "blog_categories", {"website_id": site, "name": "Resep Bu Tini", "slug": "resep"})
    await insert(conn, "blog_categories", {"website_id": other, "name": "Orang lain", "slug": "baru"})
    await conn.execute("INSERT INTO blog_post_categories VALUES ($1, $2)", post, kabar)
    await conn.execute(
        "INSERT INTO blog_post_drafts "
        "(blog_post_id, base_revision, slug, title, content, categories, tags, appears_at) "
        "SELECT id, 1, slug, title, content, 'RESEP,  Baru  sekali , baru', 'Pedas, —', '2031-05-04T08:00' "
        "FROM blog_posts WHERE id = $1",
        post,
    )

    async def shown(path: str) -> str:
        answer = await previewer.see(path)
        return answer.text if answer.status == 200 else str(answer.status)

    await previewer.open(shows="draft")
    page = await shown("/blog/terbit")
    for name in ("Resep Bu Tini", "Baru sekali", "Pedas", "4 Mei 2031"):
        assert name in page, name
    assert "Kabar" not in page.partition("<article")[2].partition("</article")[0]
    for slug, found in (("resep", True), ("baru-sekali", True), ("baru", True), ("kabar", False)):
        assert ("Sudah terbit" in await shown(f"/blog/kategori/{slug}")) == found, slug
    assert "Sudah terbit" in await shown("/blog/tag/pedas")
    assert "Baru sekali" in await shown("/blog")
    for day, due in ((3, False), (5, True)):
        async with conn.transaction():
            await queries.enter_preview(conn, site, UUID(str(previewer.id)), datetime(2031, 5, day, tzinfo=UTC))
            slugs = {row["slug"] for row in await conn.fetch("SELECT slug FROM visible_posts")}
            assert ("terbit" in slugs) == due, day
    # Whatever a row says of the day, there is a page.
    for odd in ("kemarin dulu", "2031-13-45T99:99", "4714-11-24 BC", "infinity", ""):
        await conn.execute("UPDATE blog_post_drafts SET appears_at = $1", odd)
        assert "Sudah terbit" in await shown("/blog/terbit"), odd
    # Other links show what is live: of the site as it is stored, and of another post's changes.
    konsep = await conn.fetchval("SELECT id FROM blog_posts WHERE slug = 'konsep'")
    for what in ({}, {"shows": "draft", "blog_post_id": konsep}):
        await previewer.open(**what)
        page = await shown("/blog/terbit")
        assert "Kabar" in page
        assert "Pedas" not in page
        assert await shown("/blog/tag/pedas") == "404"
    assert await conn.fetchval("SELECT count(*) FROM blog_categories WHERE website_id = $1", site) == 2


async def test_a_kept_label_has_the_address_that_it_gets_when_it_is_published(conn: asyncpg.Connection) -> None:
    names = [
        "Musim Hujan",
        "  a  b ",
        "Café",
        "ﬁlm ①",
        "日本",
        "İstanbul IĞDIR",
        "a" * 70,
        "x" * 49 + "--y",
        "--",
        "É" * 60,
    ]
    for name in names:
        assert await conn.fetchval("SELECT label_slug($1)", name) == slug_of(name, 50), name
    typed = ", ".join(names) + ",,A B,"
    rows = await conn.fetch("SELECT name, slug FROM label_names($1)", typed)
    assert [tuple(row) for row in rows] == [(name, slug_of(name, 50)) for name in labels(typed)]


async def insert_draft(conn: asyncpg.Connection, site: UUID, **columns: object) -> None:
    await conn.execute(
        "INSERT INTO website_drafts (website_id, base_revision, title, template_id, config, design_tokens, "
        "generated_content, components_config) SELECT id, content_revision, coalesce($2, title), template_id, config, "
        "design_tokens, generated_content, components_config FROM websites WHERE id = $1",
        site,
        columns.get("title"),
    )


async def test_a_password_does_not_stand_before_a_preview(
    conn: asyncpg.Connection, previewer: Previewer, site: UUID
) -> None:
    await conn.execute("UPDATE websites SET status = 'published', is_password_protected = true, password_hash = '!'")
    await previewer.open()
    assert "Kopi Rahasia" in (await previewer.see()).text


async def test_what_a_preview_s_form_sends_is_a_test_and_no_lead(
    conn: asyncpg.Connection, previewer: Previewer, site: UUID
) -> None:
    fields = json.dumps([{"name": "pesan", "label": "Pesan", "type": "textarea", "required": True}])
    await conn.execute(
        "INSERT INTO form_templates (website_id, name, form_type, fields) VALUES ($1, 'Kontak', 'kontak', $2)",
        site,
        fields,
    )
    await previewer.open()
    body = urlencode({"pesan": "Halo, ini tes."}).encode()
    headers = {"Cookie": previewer.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(2):
        answer = await previewer.visitor.ask("POST", previewer.host, "/_forms/kontak", data=body, headers=headers)
        assert answer.status == 303
    assert await conn.fetchval("SELECT count(*) FROM form_submissions") == 0
    assert await conn.fetchval("SELECT count(*) FROM outbox") == 0
    rows = await conn.fetch("SELECT website_id, form_type, data FROM test_submissions")
    assert [(row["website_id"], row["form_type"]) for row in rows] == [(site, "kontak")] * 2
    assert "Halo, ini tes." in rows[0]["data"]
    thanks = await previewer.see(answer.headers["Location"])
    assert thanks.status == 200
    stranger = {**headers, "Sec-Fetch-Site": "cross-site"}
    assert (
        await previewer.visitor.ask("POST", previewer.host, "/_forms/kontak", data=body, headers=stranger)
    ).status == 403


# The database's own wall


@pytest.fixture
async def edge(database: Database) -> AsyncIterator[asyncpg.Connection]:
    role = await asyncpg.connect(database.url_as("tapsite_edge"))
    yield role
    await role.close()


async def test_the_views_show_nothing_without_a_live_link_and_the_edge_cannot_list_links(
    conn: asyncpg.Connection, edge: asyncpg.Connection, site: UUID
) -> None:
    await conn.execute("SELECT settle_database()")
    other = await make_site(conn)
    link = await queries.make_link(conn, site, DAY)
    assert link is not None
    for website_id, link_id, count in ((site, link.id, 1), (other, link.id, 0), (site, UUID(int=5), 0)):
        async with edge.transaction():
            await queries.enter_preview(edge, website_id, link_id, None)
            assert await edge.fetchval("SELECT count(*) FROM edge_sites") == count
            assert await edge.fetchval("SELECT count(*) FROM visible_posts") == 3 * count
        # Nothing of it lasts longer than the transaction.
        assert await edge.fetchval("SELECT count(*) FROM edge_sites") == 2
        assert await edge.fetchval("SELECT count(*) FROM visible_posts") == 0
    assert await edge.fetchval("SELECT count(*) FROM preview.edge_sites") == 0
    for forbidden in (
        "SELECT id FROM preview_links",
        "SELECT * FROM website_drafts",
        "SELECT * FROM blog_post_drafts",
        "SELECT * FROM preview.published_posts",
        "SELECT revoke_previews(gen_random_uuid())",
        "CREATE VIEW preview.mine AS SELECT 1",
        "UPDATE preview_links SET revoked_at = NULL",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await edge.execute(forbidden)


async def test_what_stands_in_for_the_live_views_has_their_columns_and_types(conn: asyncpg.Connection) -> None:
    columns = (
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = $1::text::regclass "
        "AND attnum > 0 ORDER BY attnum"
    )
    views = await conn.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'preview'::regnamespace AND relkind = 'v'"
    )
    assert len(views) == 8
    for (view,) in views:
        assert await conn.fetch(columns, f"preview.{view}") == await conn.fetch(columns, f"public.{view}"), view


async def test_every_query_that_draws_pages_reads_views_that_previews_have(conn: asyncpg.Connection) -> None:
    """Whatever is made of published_posts has a namesake in schema preview, or shows less there on purpose."""
    less = {"related_posts", "similar_query", "search_extract", "retired_slug", "blog_changed"}
    made_of = await conn.fetch(
        "SELECT proname AS name FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace AND prosrc ~ 'published_posts' "
        "UNION SELECT viewname FROM pg_views WHERE schemaname = 'public' AND definition ~ 'published_posts|edge_sites'"
    )
    stand_ins = {
        row[0]
        for row in await conn.fetch(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'preview'::regnamespace "
            "UNION SELECT relname FROM pg_class WHERE relnamespace = 'preview'::regnamespace"
        )
    }
    asked = " ".join(named.text(room, name) for room in ("blog", "posts", "seo") for name in named.scopes(room))
    names = {row["name"] for row in made_of if re.search(rf"\b{row['name']}\b", asked)}
    assert names - stand_ins - less == set()
    assert names & stand_ins >= {"visible_posts", "visible_posts_upward", "posts_under_label", "search_posts"}


async def test_the_commands_make_list_and_revoke_links(
    conn: asyncpg.Connection, database: Database, renderer: object, site: UUID, tmp_path: object
) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        done = renderer(*arguments, database=database, var=tmp_path, database_migrate_url=database.url)  # type: ignore[operator]
        return done.returncode, done.stdout, done.stderr

    code, made, said = run("preview-link", "kopi", "--days", "3", "--draft", "--post", "konsep")
    assert code == 0, said
    assert re.fullmatch(rf"http://{host_of(site)}:8080/_preview/\S+\n", made)
    code, listed, _ = run("previews", "list", "kopi.sites.test")
    assert re.fullmatch(r"[0-9a-f-]{36} draft post konsep, until \S+ \S+, never used\n", listed)
    link = listed.split()[0]
    other = await make_site(conn, subdomain="lain")
    assert run("previews", "revoke", "lain", link)[0] == 1
    assert run("previews", "revoke", "kopi", link)[:1] == (0,)
    assert run("previews", "revoke", "kopi", link)[0] == 1
    assert ", dead, " in run("previews", "list", "kopi")[1]
    assert run("preview-link", "kopi", "--post", "tidak-ada")[0] == 2
    assert run("preview-link", "kopi", "--days", "31")[0] == 2
    assert run("preview-link", "kopi", "--revision", "7")[0] == 2
    assert run("previews", "revoke", "lain")[0] == 0
    assert await conn.fetchval("SELECT generation FROM preview_generations WHERE website_id = $1", other) == 2
    assert await insert(conn, "users", {"email": "x@example.com", "password_hash": "!"})


async def test_who_is_ended_while_a_preview_is_given_back_keeps_no_connection(
    conn: asyncpg.Connection, database: Database, site: UUID
) -> None:
    made = await queries.make_link(conn, site, USUAL)
    assert made is not None
    pool = await open_pool(database.url_as("tapsite_edge"), largest=1, connect_seconds=5, statement_seconds=5)
    lease = PreviewLease(pool, 5, site, made.id, None)
    await lease.conn()
    ending = asyncio.create_task(lease.release())
    await asyncio.sleep(0)  # it has asked for the commit
    ending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ending
    async with asyncio.timeout(60):
        await pool.close()
