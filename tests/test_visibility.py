"""The one visibility rule: every address that shows posts, against every state of a post and of its site."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from tests.factories import make_post, make_site, make_user
from tests.test_blog import HOST, link, make_label
from tests.visitor import Visitor

NOW = datetime.now(UTC)
# Both posts are of one moment, and so of one year, whatever day it is; the zone is that of a site that names none.
THEN = NOW - timedelta(days=1)
YEAR = THEN.astimezone(ZoneInfo("Asia/Jakarta")).year
SECRET = "Qwertyrahasia"  # in everything a hidden post says of itself
# Where the post would stand, beside one that everybody may see; its own addresses are below.
SHOWN_WITH_OTHERS = [
    "/",
    "/blog",
    "/blog/kategori/resep",
    "/blog/tag/susu",
    f"/blog/arsip/{YEAR}",
    "/blog/cari?q=qwertyrahasia",
    "/blog/cari?q=tulisan",
    *(
        f"/blog{of}/{name}"
        for of in ("", "/kategori/resep", "/tag/susu")
        for name in ("feed.xml", "atom.xml", "feed.json")
    ),
    "/sitemap.xml",
    "/sitemap-pages.xml",
    "/sitemap-posts-1.xml",
    "/llms.txt",
    "/blog/terlihat",  # its neighbours and related posts
    "/blog/terlihat.md",
]
OWN = ["/blog/qwertyrahasia", "/blog/qwertyrahasia.md", "/blog/kategori/hanya-itu", "/blog/tag/hanya-itu"]
# What says only that there is something, or what the site has beside posts.
SAYS_NOTHING_OF_POSTS = {"/sitemap.xml"}

POSTS: dict[str, dict[str, object]] = {
    "draft": {"status": "draft"},
    "archived": {"status": "archived"},
    "scheduled": {"scheduled_at": NOW + timedelta(days=1), "published_at": THEN},
    "future": {"published_at": NOW + timedelta(days=1)},
    "deleted": {},
    "published": {},
}
SITES: dict[str, tuple[str, int]] = {
    "draft": ("UPDATE websites SET status = 'draft'", 404),
    "archived": ("UPDATE websites SET status = 'archived'", 410),
    "suspended": ("UPDATE websites SET status = 'suspended'", 503),
    "owner inactive": ("UPDATE users SET is_active = false", 503),
    "protected": ("UPDATE websites SET is_password_protected = true, password_hash = '!'", 403),
    "deleted": ("UPDATE websites SET deleted_at = now()", 410),
}


async def write(conn: asyncpg.Connection, **columns: object) -> None:
    """A site with two posts that share all their labels, one of them to be seen by everybody."""
    site = await make_site(conn, subdomain="kopi", title="Kopi Senja", user_id=await make_user(conn), **{
        "generated_content": {"pages": [{"path": "/", "sections": [
            {"id": "a", "type": "latest-posts", "provenance": "owner"}]}]},
    })  # fmt: skip
    body = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": f"{SECRET} isi"}]}]}
    seen = await make_post(conn, site, slug="terlihat", title="Tulisan terlihat", published_at=THEN)
    hidden = await make_post(conn, site, **{
        "slug": "qwertyrahasia", "title": f"Tulisan {SECRET}", "excerpt": SECRET, "content": body,
        "featured_image": f"/foto/{SECRET}.jpg", "published_at": THEN, **columns,
    })  # fmt: skip
    for kind, slug in (("category", "resep"), ("tag", "susu")):
        label = await make_label(conn, site, kind, slug, hidden)
        await link(conn, kind, seen, label)
        await make_label(conn, site, kind, "hanya-itu", hidden)


def tells(text: str, path: str) -> bool:
    """Whether an answer says anything of the post; the address and the words asked for may be repeated."""
    without = text.lower().replace(path.lower(), "").replace("q=qwertyrahasia", "").replace('value="qwertyrahasia"', "")
    if "/cari" in path:
        without = without.replace("hasil pencarian: qwertyrahasia", "")
    return "qwertyrahasia" in without or "hanya-itu" in without


@pytest.mark.parametrize("state", POSTS)
async def test_a_post_is_shown_everywhere_or_nowhere(conn: asyncpg.Connection, visitor: Visitor, state: str) -> None:
    await write(conn, **POSTS[state])
    if state == "deleted":
        await conn.execute("DELETE FROM blog_posts WHERE slug = 'qwertyrahasia'")
    shown = state == "published"
    for path in SHOWN_WITH_OTHERS:
        answer = await visitor.get(HOST, path)
        assert answer.status == 200, path
        said_of_posts = path not in SAYS_NOTHING_OF_POSTS and not path.endswith("terlihat.md")
        assert tells(answer.text, path) == (shown and said_of_posts), path
    for path in OWN:
        answer = await visitor.get(HOST, path)
        if shown:
            assert answer.status == 200, path
            assert SECRET in answer.text
        else:
            gone = state == "deleted" and path.startswith("/blog/qwertyrahasia")
            assert answer.status == (410 if gone else 404), path
            assert not tells(answer.text, path), path


@pytest.mark.parametrize("state", SITES)
async def test_a_site_that_is_not_open_shows_no_post(conn: asyncpg.Connection, visitor: Visitor, state: str) -> None:
    await write(conn)
    sql, status = SITES[state]
    paths = [*SHOWN_WITH_OTHERS, *OWN]
    before = [(await visitor.get(HOST, path)).status for path in paths]
    assert set(before) == {200}
    await conn.execute(sql)
    for path in paths:
        answer = await visitor.get(HOST, path)
        assert answer.status == status, path
        assert not tells(answer.text, path), path
        assert "terlihat" not in answer.text.replace(path, ""), path
    # Nor does the database tell who asks it without the edge's own rule, but of a password, which is the gate's matter.
    asked = "SELECT count(*) FROM visible_posts", "SELECT count(*) FROM visible_posts_upward"
    found = "SELECT count(*) FROM search_posts((SELECT id FROM websites), 'tulisan', 10, 0)"
    for query in (*asked, found):
        assert await conn.fetchval(query) == (2 if state == "protected" else 0), query
