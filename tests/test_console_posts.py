"""Posts: written, previewed, published, scheduled, moved; and never over what somebody else saved meanwhile."""

import html
import json
import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from renderer.console.writing import Typed, Wrong, read_typed, slug_of
from renderer.upkeep import prune_deleted_posts
from renderer.zones import DEFAULT_ZONE
from tests.factories import insert, make_post, make_site
from tests.owners import HOST, Owner, make_owner
from tests.serving import Serve
from tests.test_console_shop import forms

ZONE = ZoneInfo(DEFAULT_ZONE)


@pytest.fixture
async def ani(serve: Serve, conn: asyncpg.Connection) -> Owner:
    owner = await make_owner(conn, await serve(console={"host": HOST}), "Ani")
    owner.site_id = await make_site(conn, user_id=owner.id, subdomain="warung")
    await owner.sign_in()
    return owner


def seen_in(page: str) -> str:
    return next(form["seen"] for form in forms(page) if "seen" in form)


async def test_a_post_is_written_previewed_published_and_moved(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/posts"
    written = {
        "title": "Sambal Baru!",
        "body": "## Pedas\n\n**Ramah** <script>alert(1)</script>",
        "status": "draft",
        "categories": "Menu, Dapur",
        "tags": "pedas, menu",
    }
    preview = await ani.post(f"{root}/new", {**written, "do": "preview"})
    assert preview.status == 200
    framed = html.unescape(preview.text.split('srcdoc="')[1].split('"')[0])
    assert "<strong>Ramah</strong>" in framed
    assert "<script" not in framed
    assert 'sandbox=""' in preview.text
    assert await conn.fetchval("SELECT count(*) FROM blog_posts") == 0
    answer = await ani.post(f"{root}/new", {**written, "do": "save"})
    assert answer.status == 303
    place = answer.headers["Location"].partition("?")[0]
    assert (await ani.visitor.get("warung.sites.test", "/blog/sambal-baru")).status == 404
    page = (await ani.get(place)).text
    assert "Dapur, Menu" in page
    answer = await ani.post(
        place, {**written, "slug": "sambal", "status": "published", "tags": "", "seen": seen_in(page)}
    )
    assert answer.headers["Location"] == f"{place}?done=post_saved"
    logged = await conn.fetch("SELECT action, new_values FROM audit_logs WHERE entity_type = 'blog_post' ORDER BY 1")
    assert [row["action"] for row in logged] == ["post_added", "post_changed"]
    assert json.loads(logged[1]["new_values"]).items() >= {"slug": "sambal", "status": "published"}.items()
    shown = await ani.visitor.get("warung.sites.test", "/blog/sambal")
    assert shown.status == 200
    assert "Ramah" in shown.text
    moved = await ani.visitor.get("warung.sites.test", "/blog/sambal-baru")
    assert (moved.status, moved.headers["Location"]) == (301, "/blog/sambal")
    assert "/sambal-baru" in (await ani.get(place)).text
    assert await conn.fetchval("SELECT count(*) FROM blog_post_tags") == 0
    assert await conn.fetchval("SELECT count(*) FROM blog_post_categories") == 2
    assert "Sambal Baru!" in (await ani.get(f"{root}?status=published")).text
    assert "Sambal Baru!" not in (await ani.get(f"{root}?status=draft")).text
    # The second of two editors is told, and keeps what they typed.
    late = await ani.post(place, {**written, "body": "Ketikan kedua", "seen": seen_in(page)})
    assert late.status == 409
    assert "Ketikan kedua" in late.text
    assert (await ani.visitor.get("warung.sites.test", "/blog/sambal")).status == 200
    again = await ani.post(place, {**written, "body": "Ketikan kedua", "seen": seen_in(late.text)})
    assert again.status == 303
    assert (await ani.visitor.get("warung.sites.test", "/blog/sambal")).status == 404  # a draft again


async def test_a_time_to_come_is_a_schedule_in_the_sites_zone(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/posts"
    at = (datetime.now(ZONE) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    answer = await ani.post(f"{root}/new", {"title": "Nanti", "status": "published", "at": at, "body": "x"})
    assert answer.status == 303
    stored = await conn.fetchval("SELECT scheduled_at FROM blog_posts")
    assert stored == datetime.fromisoformat(at).replace(tzinfo=ZONE).astimezone(UTC)
    assert "Terjadwal" in (await ani.get(root)).text
    assert f'value="{at}"' in (await ani.get(answer.headers["Location"])).text
    assert (await ani.visitor.get("warung.sites.test", "/blog/nanti")).status == 404
    assert "(WIB)" in (await ani.get(f"{root}/new")).text
    said = []
    for when in ("2099-01-02T08:00", "2020-01-02T08:00", ""):
        made = await ani.post(f"{root}/new", {"title": f"Kabar {when}", "body": "x", "at": when, "do": "publish"})
        said.append(made.headers["Location"].rpartition("=")[2])
    assert said == ["post_scheduled", "post_published", "post_published"]


async def test_the_longest_post_is_taken_whatever_it_is_written_in(ani: Owner, conn: asyncpg.Connection) -> None:
    body = "\u0628\u6f22" * 50_000
    made = await ani.post(f"/sites/{ani.site_id}/posts/new", {"title": "Kitab", "slug": "kitab", "body": body})
    assert made.status == 303
    assert await conn.fetchval("SELECT content ->> 'text' FROM blog_posts WHERE slug = 'kitab'") == body
    await conn.execute("DELETE FROM console_sessions")
    lost = await ani.post(f"/sites/{ani.site_id}/posts/new", {"title": "Kitab", "slug": "lain", "body": body})
    assert lost.status == 403
    assert body in lost.text


async def test_a_draft_is_shown_on_the_site_to_who_has_its_link(ani: Owner, conn: asyncpg.Connection) -> None:
    post = await make_post(conn, ani.site_id, title="Rahasia", slug="rahasia", status="draft")
    place = f"/sites/{ani.site_id}/posts/{post}"
    typed = {"title": "Baru disimpan", "slug": "rahasia", "body": "x", "status": "draft", "do": "link"}
    urls = []
    for _ in range(2):
        given = await ani.post(place, {**typed, "seen": seen_in((await ani.get(place)).text)})
        assert given.status == 303
        answer = await ani.get(given.headers["Location"])
        assert "Baru disimpan" in answer.text
        urls.append(urlsplit(html.unescape(answer.text.split('id="link" value="')[1].split('"')[0])))
    assert [urls[0].hostname] * 2 == [url.hostname for url in urls]
    assert await conn.fetchval("SELECT count(*) FROM preview_links WHERE created_by = $1", ani.id) == 1
    assert await conn.fetchval("SELECT count(*) FROM audit_logs WHERE action = 'preview_link_made'") == 1
    host = f"{ani.site_id.hex}.preview.sites.test"  # type: ignore[union-attr]
    assert urls[1].hostname == host
    opened = await ani.visitor.get(host, urls[1].path)
    cookie = opened.headers["Set-Cookie"].partition(";")[0]
    assert "Baru disimpan" in (await ani.visitor.get(host, "/blog/rahasia", headers={"Cookie": cookie})).text
    # Somebody else's post has none, nor has one that is not there.
    foreign = await make_post(conn, await make_site(conn), slug="asing")
    for path in (f"/sites/{ani.site_id}/posts/{foreign}", f"/sites/{ani.site_id}/posts/{UUID(int=1)}"):
        assert (await ani.post(path, typed)).status == 404
    assert await conn.fetchval("SELECT count(*) FROM preview_links") == 1


async def test_the_document_of_another_editor_stays_untouched(ani: Owner, conn: asyncpg.Connection) -> None:
    text = {"type": "paragraph", "content": [{"type": "text", "text": "Dari TipTap"}], "attrs": {"own": 1.50}}
    post = await make_post(conn, ani.site_id, title="Lama", slug="lama", content={"type": "doc", "content": [text]})
    before = await conn.fetchval("SELECT content FROM blog_posts WHERE id = $1", post)
    place = f"/sites/{ani.site_id}/posts/{post}"
    page = (await ani.get(place)).text
    assert "Dari TipTap" in page
    assert 'name="body"' not in page
    sent = {"title": "Baru", "slug": "lama", "status": "published", "body": "ditimpa", "seen": seen_in(page)}
    assert (await ani.post(place, {**sent, "do": "preview"})).text.count("Dari TipTap") == 1
    assert (await ani.post(place, sent)).status == 303
    row = await conn.fetchrow("SELECT content, title FROM blog_posts WHERE id = $1", post)
    assert (row["content"], row["title"]) == (before, "Baru")


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/posts"
    await make_post(conn, ani.site_id, slug="ada")
    foreign = await make_post(conn, await make_site(conn), slug="asing")
    taken = await ani.post(f"{root}/new", {"title": "Ada", "body": "masih di sini", "status": "draft"})
    assert taken.status == 422
    assert "masih di sini" in taken.text
    assert "sudah memakai alamat ini" in taken.text
    for fields in (
        {"title": ""},
        {"title": "A", "slug": "日本"},
        {"title": "A", "status": "live"},
        {"title": "x" * 300},
    ):
        assert (await ani.post(f"{root}/new", {"status": "draft", "body": "x", **fields})).status == 422
    for path in (f"{root}/{foreign}", f"{root}/{UUID(int=1)}", f"{root}/bukan"):
        assert (await ani.get(path)).status == 404
        assert (await ani.post(path, {"title": "x", "status": "draft"})).status == 404
    for query in ("?page=0", "?page=x", "?page=999999", "?status=zzz"):
        assert (await ani.get(root + query)).status == 200
    assert json.loads(await conn.fetchval("SELECT content FROM blog_posts WHERE id = $1", foreign))["type"] == "doc"


async def test_an_earlier_version_of_a_post_is_brought_back(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/posts"
    made = await ani.post(f"{root}/new", {"title": "Menu", "slug": "menu", "body": "Pertama", "do": "publish"})
    place = made.headers["Location"].partition("?")[0]
    assert "Versi sebelumnya" not in (await ani.get(place)).text
    changed = {"title": "Menu baru", "slug": "menu-baru", "body": "Kedua", "status": "published", "do": "save"}
    assert (await ani.post(place, {**changed, "seen": seen_in((await ani.get(place)).text)})).status == 303
    page = (await ani.get(place)).text
    assert "Versi sebelumnya" in page
    back = {"do": "back", "revision": "1", "seen": seen_in(page)}
    assert (await ani.post(place, {**back, "seen": "x"})).status == 409, "somebody saved meanwhile"
    for odd in ("", "0", "99", "-1", "9" * 30, "١"):
        assert (await ani.post(place, {**back, "revision": odd})).status == 409
    # Another post took its address meanwhile.
    other = await make_post(conn, ani.site_id, slug="menu")
    assert (await ani.post(place, back)).status == 422
    await conn.execute("DELETE FROM blog_posts WHERE id = $1", other)
    assert (await ani.post(place, back)).headers["Location"].endswith("?done=post_back")
    row = await conn.fetchrow(
        "SELECT title, slug, content ->> 'text' AS text, status, content_revision FROM blog_posts"
    )
    assert tuple(row) == ("Menu", "menu", "Pertama", "published", 3)
    assert await conn.fetchval("SELECT count(*) FROM audit_logs WHERE action = 'post_rolled_back'") == 1
    # What it was before is still there; and nobody brings back what is somebody else's.
    assert 'value="2"' in (await ani.get(place)).text
    foreign = await make_post(conn, await make_site(conn), slug="asing")
    assert (await ani.post(f"{root}/{foreign}", back)).status == 404


async def test_labels_and_the_time_to_appear_wait_with_the_other_changes(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/posts"
    written = {"title": "Menu", "slug": "menu", "body": "Lama", "categories": "Dapur"}
    made = await ani.post(f"{root}/new", {**written, "do": "publish"})
    place = made.headers["Location"].partition("?")[0]
    labels = {"categories": "Dapur, Musim hujan", "tags": "sambal", "at": "2099-05-04T08:00"}
    for deed in ("keep", "link"):
        changed = {**written, **labels, "status": "published", "seen": seen_in((await ani.get(place)).text), "do": deed}
        assert (await ani.post(place, changed)).status == 303
        page = (await ani.get(place)).text
        assert all(f'value="{value}"' in page for value in labels.values()), deed
        assert await conn.fetchval("SELECT count(*) FROM blog_post_tags") == 0
        assert await conn.fetchval("SELECT scheduled_at FROM blog_posts") is None
    # What was not changed follows the post.
    kept = {**changed, **labels, "categories": "Dapur", "seen": seen_in(page), "do": "keep"}
    assert (await ani.post(place, kept)).status == 303
    await conn.execute("UPDATE blog_categories SET name = 'Dapur Bu Tini'")
    page = (await ani.get(place)).text
    assert 'value="Dapur Bu Tini"' in page
    assert (await ani.post(place, {**kept, "tags": "", "seen": seen_in(page), "do": "save"})).status == 303
    assert await conn.fetchval("SELECT count(*) FROM blog_post_drafts") == 0
    assert await conn.fetchval("SELECT count(*) FROM blog_post_tags") == 0
    assert await conn.fetchval("SELECT scheduled_at > now() FROM blog_posts")


async def test_changes_of_a_published_post_wait_beside_it(ani: Owner, conn: asyncpg.Connection) -> None:
    root, host = f"/sites/{ani.site_id}/posts", f"{ani.site_id.hex}.preview.sites.test"  # type: ignore[union-attr]
    written = {"title": "Menu", "slug": "menu", "body": "Lama"}
    answer = await ani.post(f"{root}/new", {**written, "do": "publish"})
    assert answer.headers["Location"].endswith("?done=post_published")
    place = answer.headers["Location"].partition("?")[0]

    async def seen_by_visitors() -> str:
        await ani.visitor.caught_up()
        return (await ani.visitor.get("warung.sites.test", "/blog/menu")).text

    changed = {**written, "status": "published", "body": "Baru sekali", "title": "Menu baru"}
    kept = await ani.post(place, {**changed, "seen": seen_in((await ani.get(place)).text), "do": "keep"})
    assert kept.headers["Location"].endswith("?done=post_kept")
    assert "Lama" in await seen_by_visitors()
    page = (await ani.get(place)).text
    assert "Baru sekali" in page
    assert "belum tayang" in page
    assert "perubahan belum tayang" in (await ani.get(root)).text
    linked = await ani.post(place, {**changed, "body": "Lebih baru", "seen": seen_in(page), "do": "link"})
    shown = await ani.get(linked.headers["Location"])
    url = urlsplit(html.unescape(shown.text.split('id="link" value="')[1].split('"')[0]))
    cookie = (await ani.visitor.get(host, url.path)).headers["Set-Cookie"].partition(";")[0]
    assert "Lebih baru" in (await ani.visitor.get(host, "/blog/menu", headers={"Cookie": cookie})).text
    assert "Lama" in await seen_by_visitors()
    assert (await ani.post(place, {"do": "discard"})).status == 303
    assert "Lebih baru" not in (await ani.get(place)).text
    for deed in ("keep", "save"):
        page = (await ani.get(place)).text
        assert (await ani.post(place, {**changed, "seen": seen_in(page), "do": deed})).status == 303
    assert "Baru sekali" in await seen_by_visitors()
    assert await conn.fetchval("SELECT count(*) FROM blog_post_drafts") == 0
    taken = await ani.post(place, {**changed, "seen": seen_in((await ani.get(place)).text), "do": "unpublish"})
    assert taken.status == 303
    assert await conn.fetchval("SELECT status FROM blog_posts") == "draft"
    # Nobody keeps changes beside what is somebody else's.
    foreign = await make_post(conn, await make_site(conn), slug="asing")
    for deed in ("keep", "discard", "link"):
        assert (await ani.post(f"{root}/{foreign}", {**changed, "do": deed})).status == 404
    assert await conn.fetchval("SELECT count(*) FROM blog_post_drafts") == 0


def test_an_address_is_made_of_the_title() -> None:
    assert slug_of("  Café & Kue “Lapis” ") == "cafe-kue-lapis"
    assert slug_of("日本") == ""
    with pytest.raises(Wrong) as wrong:
        read_typed(Typed(title="日本", at="0001-01-01T00:00", categories="!!!"), ZONE)
    assert [name for name, _ in wrong.value.fields] == ["slug", "at", "categories"]


async def test_what_another_program_wrote_of_a_post_stays_as_it_is(ani: Owner, conn: asyncpg.Connection) -> None:
    site = ani.site_id
    beside = {"author": "Sari", "language": "en", "translations": {"id": "lain"}}
    content = {"type": "markdown", "text": "Lama", **beside}
    post = await make_post(conn, site, slug="日本", title="Judul", content=content, excerpt="x" * 2_500)
    named = {
        "blog_categories": [("english", "In English"), ("makan", "Makan, minum"), ("ネコ", "ネコ")],
        "blog_tags": [(f"t-{number}", f"Tag {number:02}") for number in range(30)] + [("kopi-1", "Kopi!")],
    }
    for table, rows in named.items():
        kind = "category" if table == "blog_categories" else "tag"
        for slug, name in rows:
            label = await insert(conn, table, {"website_id": site, "slug": slug, "name": name})
            await conn.execute(
                f"INSERT INTO {table.replace('blog_', 'blog_post_')} (blog_post_id, {kind}_id) VALUES ($1, $2)",
                post,
                label,
            )
    # Another of that name and address, which this post is not under.
    await insert(conn, "blog_tags", {"website_id": site, "slug": "kopi", "name": "Kopi"})

    async def labels(kind: str, plural: str) -> set[str]:
        joined = f"blog_{plural} l JOIN blog_post_{plural} p ON p.{kind}_id = l.id"
        rows = await conn.fetch(f"SELECT slug FROM {joined} WHERE p.blog_post_id = $1", post)
        return {row["slug"] for row in rows}

    before = await labels("category", "categories"), await labels("tag", "tags")
    place = f"/sites/{site}/posts/{post}"

    async def save(**changed: str) -> int:
        typed = next(form for form in forms((await ani.get(place)).text) if "seen" in form)
        areas = {"excerpt": "x" * 2_500, "body": "Baru"}
        return (await ani.post(place, {**typed, **areas, "status": "published", "do": "save", **changed})).status

    assert await save() == 303
    stored = json.loads(await conn.fetchval("SELECT content FROM blog_posts WHERE id = $1", post))
    assert stored == {**content, "text": "Baru"}
    assert await conn.fetchval("SELECT slug FROM blog_posts WHERE id = $1", post) == "日本"
    assert (await labels("category", "categories"), await labels("tag", "tags")) == before
    assert await save(body="Nanti", do="keep") == 303
    kept = json.loads(await conn.fetchval("SELECT content FROM blog_post_drafts WHERE blog_post_id = $1", post))
    assert kept == {**content, "text": "Nanti"}
    # Who changes some is understood by the names of the others.
    assert await save(categories="In English, ネコ, Kabar", tags="tag 01, KOPI!, Teh") == 303
    assert await labels("category", "categories") == {"english", "ネコ", "kabar"}
    assert await labels("tag", "tags") == {"t-1", "kopi-1", "teh"}
    assert await conn.fetchval("SELECT count(*) FROM blog_tags") == 33
    # What is typed anew is judged all the same.
    for wrong in ({"tags": "tag 01, ☕"}, {"excerpt": "y" * 2_001}, {"slug": "☕"}):
        assert await save(**wrong) == 422, wrong


async def test_what_is_published_now_is_seen_now(ani: Owner, conn: asyncpg.Connection) -> None:
    post = await make_post(conn, ani.site_id, slug="nanti", published_at=datetime.now(UTC) + timedelta(days=30))
    place = f"/sites/{ani.site_id}/posts/{post}"
    typed = next(form for form in forms((await ani.get(place)).text) if "seen" in form)
    assert typed["at"]
    assert (await ani.post(place, {**typed, "title": "Nanti", "status": "published", "do": "save"})).status == 303
    assert (await ani.visitor.get("warung.sites.test", "/blog/nanti")).status == 404
    typed = next(form for form in forms((await ani.get(place)).text) if "seen" in form)
    answer = await ani.post(place, {**typed, "at": "", "do": "publish"})
    assert answer.headers["Location"].endswith("?done=post_published")
    assert await conn.fetchval("SELECT EXISTS (SELECT FROM visible_posts WHERE id = $1)", post)


async def test_a_post_has_its_main_photo_from_the_pictures_of_its_site(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/posts"
    row = {"website_id": ani.site_id, "name": f"{'d' * 32}-600x400", "fallback": "jpg", "bytes": 1, "alt": "Sambal"}
    mine = await insert(conn, "pictures", row)
    strange = await insert(conn, "pictures", {**row, "website_id": await make_site(conn)})
    written = {"title": "Sambal", "body": "**Pedas**", "status": "published"}
    src = f"/_media/{row['name']}/600.jpg"
    chosen = await ani.post(f"{root}/new", {**written, "picture": mine})
    assert f'name="featured" value="{src}"' in chosen.text
    assert "**Pedas**" in chosen.text
    assert "belum disimpan" in chosen.text
    assert await conn.fetchval("SELECT count(*) FROM blog_posts") == 0
    put = await ani.post(f"{root}/new", {**written, "insert": mine})
    assert f"**Pedas**\n\n![Sambal]({src})</textarea>" in put.text
    for wrong in (strange, "x"):
        assert (await ani.post(f"{root}/new", {**written, "insert": wrong})).status == 404
        assert (await ani.post(f"{root}/new", {**written, "picture": wrong})).status == 404
    place = (await ani.post(f"{root}/new", {**written, "featured": src, "do": "save"})).headers["Location"]
    place = place.partition("?")[0]
    shown = (await ani.visitor.get("warung.sites.test", "/blog/sambal")).text
    assert f'<source type="image/webp" srcset="/_media/{row["name"]}/320.webp 320w' in shown
    assert f'src="{src}"' in shown
    # What says nothing of the photo leaves it; to take it away is said.
    seen = seen_in((await ani.get(place)).text)
    assert (await ani.post(place, {**written, "title": "Lain", "seen": seen})).status == 303
    assert await conn.fetchval("SELECT featured_image FROM blog_posts") == src
    taken = await ani.post(place, {**written, "featured": src, "picture": "none", "seen": seen})
    assert 'name="featured" value=""' in taken.text
    assert (await ani.post(place, {**written, "featured": "x" * 501, "seen": seen})).status == 422


async def test_what_is_typed_is_drawn_beside_it_and_is_no_page(ani: Owner) -> None:
    typed = {"title": "<b>", "body": "![x](/a.jpg) **tebal** <script>alert(1)</script>"}
    answer = await ani.post(f"/sites/{ani.site_id}/posts/paper", typed)
    assert answer.headers["Content-Type"].startswith("application/json")
    paper = json.loads(answer.body)["paper"]
    assert "<strong>tebal</strong>" in paper
    assert "<script" not in paper
    assert "<h1>&lt;b&gt;</h1>" in paper
    assert 'src="http://warung.sites.test' in paper
    # A frame without an origin has no own files: in Safari what it linked to is refused.
    assert "<link" not in paper
    [style] = re.findall(r"<style>(.*?)</style>", paper, re.DOTALL)
    page = await ani.get(f"/sites/{ani.site_id}/posts/new")
    hashed = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{hashed}';" in page.headers["Content-Security-Policy"]


async def test_a_deleted_post_is_gone_and_comes_back_as_it_was(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/posts"
    written = {"title": "Sambal", "body": "Pedas", "categories": "Menu", "tags": "cabai"}
    place = (await ani.post(f"{root}/new", {**written, "status": "published", "do": "publish"})).headers["Location"]
    place = place.partition("?")[0]
    page = (await ani.get(place)).text
    await ani.post(
        place, {**written, "status": "published", "slug": "sambal-kita", "do": "save", "seen": seen_in(page)}
    )
    assert (await ani.visitor.get("warung.sites.test", "/blog/sambal-kita")).status == 200
    # Who saw an older state of it is told.
    assert (await ani.post(place, {"do": "delete", "seen": seen_in(page)})).status == 409
    before = await conn.fetchrow("SELECT * FROM blog_posts")
    deleted = await ani.post(place, {"do": "delete", "seen": seen_in((await ani.get(place)).text)})
    assert deleted.headers["Location"] == f"{root}/deleted?done=post_deleted"
    for slug in ("sambal", "sambal-kita"):
        assert (await ani.visitor.get("warung.sites.test", f"/blog/{slug}")).status == 410
    assert (await ani.get(place)).status == 404
    listed = (await ani.get(f"{root}/deleted")).text
    assert "/sambal-kita" in listed
    # Another owner's list is empty, and brings nothing back.
    other = await make_owner(conn, ani.visitor, "Budi")
    other.site_id = await make_site(conn, user_id=other.id, subdomain="kedai")
    await other.sign_in()
    gone = place.rpartition("/")[2]
    assert "sambal-kita" not in (await other.get(f"/sites/{other.site_id}/posts/deleted")).text
    assert (await other.post(f"/sites/{other.site_id}/posts/deleted", {"post": gone})).status == 409
    assert (await ani.post(f"{root}/deleted", {"post": "x"})).status == 404
    back = await ani.post(f"{root}/deleted", {"post": gone})
    assert back.headers["Location"] == f"{place}?done=post_restored"
    after = await conn.fetchrow("SELECT * FROM blog_posts")
    kept = set(before.keys()) - {"updated_at", "changed_in", "content_revision"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert (await ani.visitor.get("warung.sites.test", "/blog/sambal-kita")).status == 200
    assert (await ani.visitor.get("warung.sites.test", "/blog/sambal")).status == 301
    assert "Menu" in (await ani.get(place)).text
    assert "cabai" in (await ani.get(place)).text
    assert (await ani.post(f"{root}/deleted", {"post": gone})).headers["Location"] == f"{place}?done=post_restored"
    actions = [row[0] for row in await conn.fetch("SELECT action FROM audit_logs WHERE entity_type = 'blog_post'")]
    assert sorted(actions) == ["post_added", "post_changed", "post_deleted", "post_restored"]


async def test_nobody_learns_of_a_draft_that_was_deleted(ani: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{ani.site_id}/posts"
    answer = await ani.post(f"{root}/new", {"title": "Rahasia", "body": "x", "tags": "satu", "do": "save"})
    place = answer.headers["Location"].partition("?")[0]
    copied = await ani.post(place, {"do": "duplicate"})
    copy = copied.headers["Location"].partition("?")[0]
    shown = (await ani.get(copy)).text
    assert "Salinan: Rahasia" in shown
    assert "satu" in shown
    await ani.post(
        place, {"title": "Rahasia", "slug": "lain", "body": "x", "seen": seen_in((await ani.get(place)).text)}
    )
    await ani.post(place, {"do": "delete", "seen": seen_in((await ani.get(place)).text)})
    never = await ani.visitor.get("warung.sites.test", "/blog/tidak-pernah")
    for slug in ("rahasia", "lain"):
        found = await ani.visitor.get("warung.sites.test", f"/blog/{slug}")
        assert (found.status, found.text) == (404, never.text)
    # Its address is another post's by now.
    await ani.post(f"{root}/new", {"title": "Lain", "body": "x", "do": "save"})
    await ani.post(f"{root}/deleted", {"post": place.rpartition("/")[2]})
    assert await conn.fetchval("SELECT slug FROM blog_posts WHERE title = 'Rahasia'") != "lain"
    await ani.post(place, {"do": "delete", "seen": seen_in((await ani.get(place)).text)})
    assert await prune_deleted_posts(conn) is None
    await conn.execute("UPDATE deleted_posts SET deleted_at = now() - interval '31 days'")
    assert await prune_deleted_posts(conn) == "1 deleted posts forgotten"
    assert await conn.fetchval("SELECT count(*) FROM deleted_posts") == 0
