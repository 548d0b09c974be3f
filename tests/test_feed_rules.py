"""Every feed is valid by the public validators' rules, whatever its posts hold."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from uuid import UUID

import asyncpg
import feedparser
import pytest

from renderer.settings import ROOT
from tests.factories import make_post, make_site
from tests.judge_feeds import atom_faults, json_faults, rss_faults
from tests.test_blog import link, make_label
from tests.visitor import Visitor

Judge = Callable[[bytes, str], list[str]]

HOST = "kopi.sites.test"
BASE = "http://kopi.sites.test:8080"
FORMS: list[tuple[str, Judge]] = [("feed.xml", rss_faults), ("atom.xml", atom_faults), ("feed.json", json_faults)]
PLACES = ["/blog", "/blog/kategori/resep", "/blog/tag/robusta"]
NOW = datetime.now(UTC)
MARKDOWN = """# Judul

## Bab [dua](/menu?a=1&b=2#c "x")

Teks *miring* **tebal** `kode` ~~coret~~ [surel](mailto:a@b.id) [lokal](menu.html) [jangkar](#bab) <b>mentah</b>
[jahat](javascript:alert(1)) [luar](https://x.example/ä?q=é&amp) href="/palsu"

![gambar](/foto/kopi senja.webp) ![asing](https://evil.example/x.png)

- [ ] belum
- [x] sudah

> kutipan

```python
print("<script>")
```

| a | b |
|:-:|--:|
| 1 | [2](/dua) |

https://www.youtube.com/watch?v=dQw4w9WgXcQ
"""
TITLES = [
    "Tubruk & <b>tebal</b> &amp; &lt;i&gt; </title>",
    "]]> \x1b \x01 \u2028 \ufffe \U0001f600 \u202e",
    "  spasi  di   mana-mana ",
    "a < b dan c > d; x&y",
    "<script>alert(1)</script>",
]
ODD = {
    "type": "doc",
    "content": [
        {"type": "youtube", "attrs": {"src": "https://www.youtube.com/watch?v=dQw4w9WgXcQ"}},
        {"type": "image", "attrs": {"src": "/foto/\u202e.avif", "alt": 'href="/x"', "title": "t"}},
        {"type": "taskList", "content": [{"type": "taskItem", "attrs": {"checked": True}, "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": "selesai"}]}]}]},
        {"type": "details", "content": [
            {"type": "detailsSummary", "content": [{"type": "text", "text": "s"}]},
            {"type": "detailsContent", "content": [{"type": "paragraph", "content": [
                {"type": "text", "text": "d", "marks": [{"type": "link", "attrs": {"href": "//evil.example"}}]}]}]}]},
        {"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [
            {"type": "link", "attrs": {"href": "/a b\"><img src=x onerror=alert(1)>"}}]}]},
    ],
}  # fmt: skip


async def fill(conn: asyncpg.Connection, **columns: object) -> UUID:
    site = await make_site(conn, **{"subdomain": "kopi", "title": "Kopi & Senja <b>", **columns})
    contents: list[object] = [
        {"type": "markdown", "text": MARKDOWN},
        ODD,
        {"text": "Satu\n\n<b>dua</b> & tiga"},
        {"odd": 1},
    ]
    posts = json.loads((ROOT / "tests" / "tiptap" / "documents.json").read_text("utf-8"))
    contents.append({"type": "doc", "content": [node for nodes in posts.values() for node in nodes][:400]})
    category, tag = await make_label(conn, site, "category", "resep"), await make_label(conn, site, "tag", "robusta")
    for number, content in enumerate(contents):
        post = await make_post(
            conn, site, slug=f"p-{number} é%2F&<", title=TITLES[number], content=content,
            excerpt=[None, "", "<p>&nbsp;x</p>", TITLES[0], "\u200b"][number],
            featured_image=["/foto/a b.webp", "/foto/é.avif", "https://evil.example/x.png", None, "/foto/a"][number],
            published_at=NOW - timedelta(days=number),
        )  # fmt: skip
        await link(conn, "category", post, category)
        await link(conn, "tag", post, tag)
    old = [datetime(2, 1, 1, tzinfo=UTC), datetime(1969, 7, 20, tzinfo=UTC)]
    for number, at in enumerate(old):
        await make_post(conn, site, slug=f"tua{number}", published_at=at)
    return site


@pytest.mark.parametrize("language", ["id", "ar", "zh-Hant"])
async def test_feeds_are_valid_whatever_their_posts_hold(
    conn: asyncpg.Connection, visitor: Visitor, language: str
) -> None:
    await fill(conn, generated_content={"language": language, "site": {"name": "Kopi & <i>Senja</i> \x02"}})
    for place in PLACES if language != "id" else PLACES[:1]:
        for name, judge in FORMS:
            path = f"{place}/{name}"
            answer = await visitor.get(HOST, path)
            if answer.status == 301:
                path = answer.headers["Location"]
                answer = await visitor.get(HOST, path)
            assert answer.status == 200
            found = judge(answer.body, BASE + path)
            assert found == [], path


async def test_an_empty_blog_has_valid_feeds(conn: asyncpg.Connection, visitor: Visitor) -> None:
    await make_site(conn, subdomain="kopi")
    for name, judge in FORMS:
        assert judge((await visitor.get(HOST, f"/blog/{name}")).body, f"{BASE}/blog/{name}") == []


def addresses(html: str) -> list[str | None]:
    """Of links and pictures; the reader empties those of telephones, which it does not know."""
    found: list[str | None] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            for name, value in attrs:
                if name in ("href", "src"):
                    found.append("" if value and value.startswith("tel:") else value)

    Parser().feed(html)
    return found


async def test_an_independent_reader_finds_the_same_in_all_three(conn: asyncpg.Connection, visitor: Visitor) -> None:
    await fill(conn)
    stated = json.loads((await visitor.get(HOST, "/blog/feed.json")).body)
    for name, version in (("feed.xml", "rss20"), ("atom.xml", "atom10")):
        answer = await visitor.get(HOST, f"/blog/{name}")
        read = feedparser.parse(answer.body, response_headers={"content-type": answer.headers["Content-Type"]})
        assert not read.bozo, read.get("bozo_exception")
        assert read.version == version
        assert read.feed.link == stated["home_page_url"]
        assert [entry.id for entry in read.entries] == [item["id"] for item in stated["items"]]
        assert [entry.link for entry in read.entries] == [item["url"] for item in stated["items"]]
        moments = [datetime(*entry.published_parsed[:6], tzinfo=UTC) for entry in read.entries]
        assert moments == [datetime.fromisoformat(item["date_published"]) for item in stated["items"]]
        # What a reader cleans away was never sent.
        for entry, item in zip(read.entries, stated["items"], strict=True):
            html = entry.content[0].value if "content" in entry else ""
            assert addresses(html) == addresses(item.get("content_html", ""))


async def test_readers_see_what_a_task_list_has_done_and_where_a_film_is(
    conn: asyncpg.Connection, visitor: Visitor
) -> None:
    await fill(conn)
    items = json.loads((await visitor.get(HOST, "/blog/feed.json")).body)["items"]
    html = items[0]["content_html"]
    assert "☐ " in html
    assert "☑ " in html
    assert "belum" in html
    assert "palsu" in html
    assert ":8080/palsu" not in html, "text that looks like markup is text"
    assert 'href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"' in items[1]["content_html"]
    assert "<input" not in html
    assert "data-" not in html


GOOD_RSS = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>T</title><link>https://a.example/blog</link>'
    "<description>D</description><language>id</language><lastBuildDate>Sat, 28 Nov 2026 11:54:33 GMT</lastBuildDate>"
    '<atom:link href="https://a.example/f" rel="self" type="application/rss+xml"/><item><title>I</title>'
    '<link>https://a.example/i</link><guid isPermaLink="false">urn:uuid:e9dbe5dc-d0c0-4d0b-99b1-e8a46a69bc79</guid>'
    "<pubDate>Sat, 28 Nov 2026 11:54:33 GMT</pubDate><description>x</description><content:encoded>&lt;p&gt;x&lt;/p&gt;"
    '</content:encoded><enclosure url="https://a.example/x.png" length="0" type="image/png"/></item></channel></rss>'
)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('version="2.0" xmlns:atom', 'version="0.91" xmlns:atom'),
        ("<title>T</title>", ""),
        ("<title>T</title>", "<title>T</title><title>T</title>"),
        ("<title>I</title>", "<title>&lt;b&gt;I&lt;/b&gt;</title>"),
        ("<description>D</description>", "<description/>"),
        ("https://a.example/blog", "/blog"),
        ("https://a.example/i<", "https://a.example/i j<"),
        ('rel="self"', 'rel="alternate"'),
        ("https://a.example/f", "https://b.example/f"),
        ("Sat, 28 Nov 2026 11:54:33 GMT</pub", "Sun, 28 Nov 2026 11:54:33 GMT</pub"),
        ("Sat, 28 Nov 2026 11:54:33 GMT</pub", "2026-11-28T11:54:33Z</pub"),
        ("Sat, 28 Nov 2026 11:54:33 GMT</last", "28 Nov 26 11:54 GMT</last"),
        ('isPermaLink="false"', ""),
        ("urn:uuid:e9dbe5dc", "e9dbe5dc"),
        ('length="0"', 'length="-1"'),
        ('length="0"', ""),
        ('type="image/png"', 'type="png"'),
        ("&lt;p&gt;x", "&lt;p&gt;&lt;a href=&quot;/x&quot;&gt;x&lt;/a&gt;"),
        ("&lt;p&gt;x", "&lt;p onclick=&quot;x&quot;&gt;x"),
        ("&lt;p&gt;x", "&lt;p&gt;&lt;iframe&gt;&lt;/iframe&gt;x"),
        ("&lt;/p&gt;", ""),
        ("<language>id</language>", "<language>bahasa indonesia</language>"),
        ("</item>", "<odd/></item>"),
    ],
)
def test_the_judge_sees_what_is_wrong(right: str, wrong: str) -> None:
    assert rss_faults(GOOD_RSS.encode(), "https://a.example/f") == []
    assert right in GOOD_RSS
    assert rss_faults(GOOD_RSS.replace(right, wrong).encode(), "https://a.example/f")


async def test_the_judges_of_the_other_two_see_what_is_wrong(conn: asyncpg.Connection, visitor: Visitor) -> None:
    await make_post(conn, await make_site(conn, subdomain="kopi"), title="Tubruk", content={"text": "Halo"})
    atom = (await visitor.get(HOST, "/blog/atom.xml")).text
    where = f"{BASE}/blog/atom.xml"
    assert atom_faults(atom.encode(), where) == []
    for pattern, wrong in (
        ("<id>urn:uuid:", "<id>"),
        (r"<author>.*?</author>", ""),
        (r"<updated>[^<]*</updated>(?=<link)", ""),
        ("Z</updated><", "</updated><"),
        ('rel="alternate"', 'rel="via"'),
        (r'href="http://kopi\.sites\.test:8080/blog"', 'href="/blog"'),
        ('<content type="html">', '<content type="text/html">'),
        ("Tubruk", ""),
        ("<entry>", "<entry><odd/>"),
        (r"(<entry>.*</entry>)", r"\1\1"),
    ):
        assert re.search(pattern, atom), pattern
        assert atom_faults(re.sub(pattern, wrong, atom, count=1).encode(), where), pattern
    where = f"{BASE}/blog/feed.json"
    feed = json.loads((await visitor.get(HOST, "/blog/feed.json")).body)
    assert json_faults(json.dumps(feed).encode(), where) == []
    (item,) = feed["items"]
    for changed in (
        {"version": "https://jsonfeed.org/version/1"},
        {"title": ""},
        {"author": {"name": "x"}},
        {"authors": [{"url": "https://a.example/"}]},
        {"home_page_url": "/"},
        {"feed_url": "https://a.example/"},
        {"items": [item, item]},
        *({"items": [{**item, **one}]} for one in ({"id": 5}, {"url": "/x"}, {"date_published": "2026-11-28"})),
        {"items": [{name: value for name, value in item.items() if name != "content_html"}]},
        {"items": [{**item, "content_html": '<img src="x.png">'}]},
    ):
        assert json_faults(json.dumps({**feed, **changed}).encode(), where), changed
