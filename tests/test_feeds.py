"""Feeds, sitemaps, llms.txt and Markdown twins: what they say, and that they agree with what may be indexed."""

import asyncio
import contextlib
import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from uuid import UUID
from xml.etree import ElementTree as ET

import asyncpg
import pytest

from tests.factories import make_post, make_site
from tests.judge import Page
from tests.test_blog import link, make_label
from tests.visitor import Answer, Visitor

HOST = "kopi.sites.test"
BASE = "http://kopi.sites.test:8080"
NOW = datetime.now(UTC)
FEEDS = ("/blog/feed.xml", "/blog/atom.xml", "/blog/feed.json")
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HOSTILE = ']]> <b>&amp; \x1b "\u2028'
BODY = {
    "type": "doc",
    "content": [
        {
            "type": "paragraph",
            "content": [
                {"type": "text", "text": "Baca "},
                {"type": "text", "text": "menunya", "marks": [{"type": "link", "attrs": {"href": "/menu"}}]},
            ],
        },
        {"type": "image", "attrs": {"src": "/foto/a.jpg", "alt": "Kopi"}},
    ],
}


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    site = await make_site(conn, subdomain="kopi", title="Kopi & Senja", description="Kopi dari Aceh")
    post = await make_post(
        conn, site, slug="tubruk", title=f"Tubruk {HOSTILE}", excerpt=HOSTILE, content=BODY,
        featured_image="/foto/tubruk.png", published_at=NOW - timedelta(days=2),
    )  # fmt: skip
    await make_post(conn, site, slug="besok", title="Besok", scheduled_at=NOW + timedelta(days=1))
    await make_label(conn, site, "tag", "robusta", post)
    await make_label(conn, site, "category", "kosong")
    return site


async def test_rss_has_whole_texts_with_absolute_addresses(visitor: Visitor, site: UUID) -> None:
    answer = await visitor.get(HOST, "/blog/feed.xml")
    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    channel = ET.fromstring(answer.body).find("channel")
    assert channel is not None
    assert channel.findtext("title") == "Kopi & Senja"
    assert channel.findtext("link") == f"{BASE}/blog"
    (item,) = channel.findall("item")
    assert item.findtext("link") == f"{BASE}/blog/tubruk"
    text = item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded") or ""
    assert f'href="{BASE}/menu"' in text
    assert f'src="{BASE}/foto/a.jpg"' in text
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.attrib == {"url": f"{BASE}/foto/tubruk.png", "length": "0", "type": "image/png"}
    assert parsedate_to_datetime(item.findtext("pubDate") or "") < NOW


async def test_atom_has_what_the_standard_asks_for(visitor: Visitor, site: UUID) -> None:
    feed = ET.fromstring((await visitor.get(HOST, "/blog/atom.xml")).body)
    for name in ("id", "title", "updated", "author"):
        assert feed.find(ATOM + name) is not None, name
    (entry,) = feed.findall(ATOM + "entry")
    assert (entry.findtext(ATOM + "id") or "").startswith("urn:uuid:")
    for name in ("title", "updated", "published", "content"):
        assert entry.find(ATOM + name) is not None, name
    rels = {one.get("rel"): one.get("href") for one in feed.findall(ATOM + "link")}
    assert rels == {"self": f"{BASE}/blog/atom.xml", "alternate": f"{BASE}/blog"}


async def test_a_json_feed_is_of_version_1_1(visitor: Visitor, site: UUID) -> None:
    answer = await visitor.get(HOST, "/blog/feed.json")
    feed = json.loads(answer.body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{BASE}/blog/feed.json"
    (item,) = feed["items"]
    assert {"id", "url", "title", "content_html", "date_published"} <= set(item)


async def test_an_owner_may_give_feeds_the_beginning_of_posts_alone(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    await make_post(conn, site, slug="tanpa", title="Tanpa ringkasan", content={"text": "awal " * 200 + "akhir"})
    before = (await visitor.get(HOST, FEEDS[0])).headers["ETag"]
    await conn.execute("""UPDATE websites SET config = '{"feeds": "excerpt"}' WHERE id = $1""", site)
    for path in FEEDS:
        answer = await fresh(visitor, path, before)
        assert "menunya" not in answer.text, path
        assert "akhir" not in answer.text, path
        assert "awal awal" in answer.text, path
    items = json.loads((await visitor.get(HOST, FEEDS[2])).text)["items"]
    assert all(item["content_text"] and "content_html" not in item for item in items)


async def fresh(visitor: Visitor, path: str, before: str) -> Answer:
    """The answer once what was kept before a change is no more."""
    for _ in range(100):
        answer = await visitor.get(HOST, path)
        if answer.headers["ETag"] != before and "menunya" not in answer.text:
            return answer
        await asyncio.sleep(0.05)
    return answer


async def test_feeds_of_labels_have_their_posts_alone(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    other = await make_post(conn, site, slug="lain", title="Lain", published_at=NOW - timedelta(days=1))
    label = await make_label(conn, site, "category", "resep")
    await link(conn, "category", other, label)
    feed = json.loads((await visitor.get(HOST, "/blog/kategori/resep/feed.json")).body)
    assert [item["title"] for item in feed["items"]] == ["Lain"]
    feed = json.loads((await visitor.get(HOST, "/blog/tag/robusta/feed.json")).body)
    assert [item["url"] for item in feed["items"]] == [f"{BASE}/blog/tubruk"]
    assert (await visitor.get(HOST, "/blog/tag/tiada/feed.xml")).status == 404


@pytest.mark.parametrize("path", [*FEEDS, "/sitemap.xml", "/sitemap-pages.xml", "/sitemap-posts-1.xml", "/llms.txt"])
async def test_a_reader_who_has_it_is_told_so_until_something_changes(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, path: str
) -> None:
    first = await visitor.get(HOST, path)
    assert first.status == 200
    etag, last = first.headers["ETag"], first.headers["Last-Modified"]
    assert not etag.startswith("W/")
    assert (await visitor.get(HOST, path, headers={"If-None-Match": etag})).status == 304
    assert (await visitor.get(HOST, path, headers={"If-Modified-Since": last})).status == 304
    for no_date in ("Sat, 28 Nov 99999999999 00:00:00 GMT", f"{'9' * 4_000} Nov 2037 00:00:00 GMT", "soon"):
        assert (await visitor.get(HOST, path, headers={"If-Modified-Since": no_date})).status == 200
    # RFC 9110: If-None-Match decides alone where it is there.
    both = {"If-None-Match": '"other"', "If-Modified-Since": last}
    assert (await visitor.get(HOST, path, headers=both)).status == 200
    await conn.execute("DELETE FROM blog_posts WHERE slug = 'besok'")
    again = await visitor.get(HOST, path, headers={"If-None-Match": etag})
    assert again.status == 200
    assert parsedate_to_datetime(again.headers["Last-Modified"]) >= parsedate_to_datetime(last)


async def test_last_modified_never_goes_back(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    before = (await visitor.get(HOST, "/blog/feed.xml")).headers["Last-Modified"]
    await conn.execute("UPDATE change_log SET logged_at = logged_at - interval '3 hours'")
    aged = (await visitor.get(HOST, "/blog/feed.xml")).headers["Last-Modified"]
    await conn.execute("SELECT prune_change_log()")
    pruned = (await visitor.get(HOST, "/blog/feed.xml")).headers["Last-Modified"]
    assert pruned == aged
    await conn.execute("DELETE FROM blog_posts WHERE website_id = $1", site)
    after = (await visitor.get(HOST, "/blog/feed.xml")).headers["Last-Modified"]
    assert parsedate_to_datetime(after) >= parsedate_to_datetime(before)


async def test_a_post_that_becomes_due_changes_the_feed(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    for seconds in (0.5, 5, 25):  # until the machine has read it before the time has come
        due = datetime.now(UTC) + timedelta(seconds=seconds)
        await conn.execute("UPDATE blog_posts SET scheduled_at = $1 WHERE slug = 'besok'", due)
        first = await visitor.get(HOST, "/blog/feed.xml")
        if "Besok" not in first.text:
            break
    assert "Besok" not in first.text
    async with asyncio.timeout(60):
        while datetime.now(UTC) <= due:
            await asyncio.sleep(0.05)  # nobody writes
    again = await visitor.get(HOST, "/blog/feed.xml", headers={"If-None-Match": first.headers["ETag"]})
    assert "Besok" in again.text


async def test_the_sitemap_lists_what_visitors_see_and_nothing_else(visitor: Visitor, site: UUID) -> None:
    index = ET.fromstring((await visitor.get(HOST, "/sitemap.xml")).body)
    files = [one.text or "" for one in index.iter(MAP + "loc")]
    assert files == [f"{BASE}/sitemap-pages.xml", f"{BASE}/sitemap-posts-1.xml"]
    found: list[str] = []
    for file in files:
        answer = await visitor.get(HOST, file.removeprefix(BASE))
        found += [one.text or "" for one in ET.fromstring(answer.body).iter(MAP + "loc")]
    assert found == [f"{BASE}/", f"{BASE}/blog", f"{BASE}/blog/tag/robusta", f"{BASE}/blog/tubruk"]
    for url in found:
        answer = await visitor.get(HOST, url.removeprefix(BASE))
        assert answer.status == 200
        assert "X-Robots-Tag" not in answer.headers
        page = Page(answer.text, BASE)
        canonical = [one.attrs["href"] for one in page.all("link") if one.attrs["rel"] == "canonical"]
        assert canonical == [url]
    assert (await visitor.get(HOST, "/sitemap-posts-2.xml")).status == 404
    assert f"Sitemap: {BASE}/sitemap.xml" in (await visitor.get(HOST, "/robots.txt")).text


async def test_pictures_stand_in_the_sitemap(visitor: Visitor, site: UUID) -> None:
    assert f"<image:loc>{BASE}/foto/tubruk.png</image:loc>" in (await visitor.get(HOST, "/sitemap-posts-1.xml")).text


async def test_a_long_sitemap_comes_in_pieces(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renderer.seo import indexes
    from renderer.themes.found import sitemap

    for number in range(7):
        # Some of the same moment: a piece may end among them.
        await make_post(conn, site, slug=f"p{number}", published_at=NOW - timedelta(days=10 + number // 3))
    monkeypatch.setattr(indexes, "_CHUNK", 2)
    monkeypatch.setattr(sitemap, "MOST_ENTRIES", 5)
    index = await visitor.get(HOST, "/sitemap.xml")
    assert index.text.count("sitemap-posts-") == 2
    urls = []
    for number in (1, 2):
        answer = await visitor.get(HOST, f"/sitemap-posts-{number}.xml")
        rows = [one.text for one in ET.fromstring(answer.body).iter(MAP + "loc")]
        assert len(rows) <= 5
        urls += rows
    assert len(urls) == len(set(urls)) == 8
    assert urls[-1] == f"{BASE}/blog/tubruk"
    head = await visitor.ask("HEAD", HOST, "/sitemap-posts-1.xml")
    assert (head.status, head.body) == (200, b"")


@pytest.mark.parametrize("fault", [TimeoutError, LookupError])
async def test_a_sitemap_that_breaks_off_is_no_whole_one_and_nothing_follows_it(
    visitor: Visitor, site: UUID, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    from renderer.seo import indexes

    def fail(*_: object) -> object:
        raise fault

    await visitor.get(HOST, "/sitemap.xml")
    monkeypatch.setattr(indexes.sitemap, "post_rows", fail)
    reader, writer = await asyncio.open_connection(visitor.client.host, visitor.client.port)
    writer.write(f"GET /sitemap-posts-1.xml HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode() * 2)
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := await asyncio.wait_for(reader.read(65_536), 60):
            said += piece
    writer.close()
    assert said.count(b"HTTP/1.1 ") <= 1
    assert not said.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("columns", [{"config": {"robots": "noindex"}}, {"is_password_protected": True}])
async def test_what_is_not_to_be_indexed_has_no_index(
    conn: asyncpg.Connection, visitor: Visitor, columns: dict[str, object]
) -> None:
    site = await make_site(conn, subdomain="sepi", **columns)
    await make_post(conn, site, slug="a", title="Rahasia")
    for path in ("/sitemap.xml", "/sitemap-pages.xml", "/sitemap-posts-1.xml", "/llms.txt"):
        answer = await visitor.get("sepi.sites.test", path)
        assert answer.status in (403, 404), path
        assert "Rahasia" not in answer.text
    assert "Sitemap:" not in (await visitor.get("sepi.sites.test", "/robots.txt")).text


async def test_an_owners_own_lines_stand_in_robots_txt(conn: asyncpg.Connection, visitor: Visitor) -> None:
    stated = "User-agent: GPTBot\nDisallow: /\n\n<script>\nUser-agent: *\nDisallow: /rahasia"
    await make_site(conn, subdomain="kopi", config={"robots": stated})
    text = (await visitor.get(HOST, "/robots.txt")).text
    assert text == (
        f"User-agent: GPTBot\nDisallow: /\nUser-agent: *\nDisallow: /rahasia\n\nSitemap: {BASE}/sitemap.xml\n"
    )
    assert "X-Robots-Tag" not in (await visitor.get(HOST)).headers


async def test_llms_txt_leads_to_twins_that_say_what_the_post_says(visitor: Visitor, site: UUID) -> None:
    index = await visitor.get(HOST, "/llms.txt")
    assert index.text.startswith("# Kopi & Senja\n\n> Kopi dari Aceh\n")
    assert f"({BASE}/blog/tubruk.md)" in index.text
    assert "Besok" not in index.text
    twin = await visitor.get(HOST, "/blog/tubruk.md")
    assert twin.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert twin.headers["X-Robots-Tag"] == "noindex"
    assert twin.text.startswith("# Tubruk ")
    assert f"[menunya]({BASE}/menu)" in twin.text
    assert f"![Kopi]({BASE}/foto/a.jpg" in twin.text
    assert "<b>" not in twin.text
    assert (await visitor.get(HOST, "/blog/besok.md")).status == 404


async def test_a_neighbour_gets_nothing(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    await make_site(conn, subdomain="roti")
    for path in (*FEEDS, "/sitemap-pages.xml", "/llms.txt"):
        assert "ubruk" not in (await visitor.get("roti.sites.test", path)).text
    assert (await visitor.get("roti.sites.test", "/sitemap-posts-1.xml")).status == 404
    assert (await visitor.get("roti.sites.test", "/blog/tubruk.md")).status == 404


async def test_pages_name_their_feeds(visitor: Visitor, site: UUID) -> None:
    for path, wanted in (("/blog/tubruk", "/blog/feed.xml"), ("/blog/tag/robusta", "/blog/tag/robusta/feed.xml")):
        page = Page((await visitor.get(HOST, path)).text, BASE)
        feeds = {one.attrs["type"]: one.attrs["href"] for one in page.all("link") if one.attrs.get("title")}
        assert feeds["application/rss+xml"] == wanted
        assert len(feeds) == 3
    subscribe = await visitor.get(HOST, "/blog/langganan")
    assert subscribe.status == 200
    assert all(path in subscribe.text for path in FEEDS)
    listed = await visitor.get(HOST, "/blog")
    assert 'href="/blog/langganan"' in listed.text
