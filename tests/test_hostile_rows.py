"""Rows that PostgreSQL stores and a program chokes on: read back and served over HTTP, always a good page."""

import re
from xml.etree import ElementTree

import asyncpg
import pytest

from renderer.themes import Themes
from tests.factories import make_post, make_site
from tests.judge import Page
from tests.torture import JSON_COLUMNS, trial
from tests.trial import problems_of
from tests.visitor import Visitor

SITE_COLUMNS = ("config", "design_tokens", "generated_content", "components_config")
MEGABYTE = 2**20

STORED = {
    "number beyond a float": '{"site": {"name": 1e5000}, "pages": [{"path": 1e5000, "sections": 1e5000}]}',
    "small number": '{"site": {"name": 1e-5000, "contact": {"geo": {"lat": 1e-5000, "lng": 1e400}}}}',
    "number of a megabyte": '{"site": {"name": ' + "9" * 100_000 + "}}",
    "decimals of a megabyte": '{"site": {"name": 0.' + "1" * 16_000 + "}}",
    "array 3,000 deep": '{"pages": ' + "[" * 3_000 + "]" * 3_000 + "}",
    "object 3,000 deep": '{"pages": ' + '{"a":' * 3_000 + "1" + "}" * 3_000 + "}",
    "rich text 2,000 deep": '{"pages": [{"path": "/", "sections": [{"type": "text", "text": '
    + '{"type": "doc", "content": [' * 2_000
    + '{"type": "text", "text": "Dasar"}'
    + "]}" * 2_000
    + "}]}]}",
    "keys twice": '{"site": {"name": "A", "name": ["B"]}, "pages": [], "pages": {"/": {"sections": []}}}',
    "text of a megabyte": '{"site": {"name": "' + "x" * MEGABYTE + '"}}',
    "entries of a megabyte": '{"pages": [' + ",".join(["0"] * 300_000) + "]}",
    "bare": "1e5000",
    "bare text": '"text"',
    "escapes": '{"site": {"name": "\\ud83d\\ude00\\u202e\\u0001\\ufffe\\u2028"}}',
    "empty key": '{"": {"": [""]}, "site": {"": ""}, "pages": {"": {"": ""}}}',
}


@pytest.mark.parametrize("text", STORED.values(), ids=STORED.keys())
def test_what_a_json_reader_chokes_on_is_a_good_page(themes: Themes, text: str) -> None:
    assert problems_of(themes, dict.fromkeys(JSON_COLUMNS, text)) == []


@pytest.mark.parametrize("text", STORED.values(), ids=STORED.keys())
async def test_what_a_json_reader_chokes_on_is_stored_and_served(
    conn: asyncpg.Connection, visitor: Visitor, text: str
) -> None:
    stored = 0
    for column in SITE_COLUMNS:
        host = f"s-{column.replace('_', '-')}"
        try:
            async with conn.transaction():
                await make_site(conn, subdomain=host, title="Aneh", **{column: text})
        except asyncpg.PostgresError:
            continue  # what the table itself refuses can never be asked for
        stored += 1
        await served(visitor, host)
    assert stored > 0


async def test_rows_that_went_wrong_at_random_are_stored_and_served(conn: asyncpg.Connection, visitor: Visitor) -> None:
    stored = 0
    for number in range(700_000, 700_080):
        row = trial(number)
        host = f"acak-{number}"
        columns = {name: text for name, text in row.columns.items() if name in (*SITE_COLUMNS, "title", "favicon_url")}
        try:
            async with conn.transaction():
                site = await make_site(conn, subdomain=host, **columns)
                for place, post in enumerate(row.posts):
                    await make_post(conn, site, slug=f"tulisan-{place}", title=post.title, excerpt=post.excerpt)
        except (asyncpg.PostgresError, asyncpg.DataError, UnicodeEncodeError):
            continue
        stored += 1
        await served(visitor, host)
    assert stored > 40


async def test_what_no_page_and_no_feed_can_hold_is_left_out_of_them(
    conn: asyncpg.Connection, visitor: Visitor
) -> None:
    """Slides that are pasted bring vertical tabs along: one of them would leave a whole feed unreadable."""
    odd = "\u0301Satu\x0bdua\x1btiga\ufdd1\ufffe\u202eempat"
    site = await make_site(conn, subdomain="tempel", title="Tempel")
    await make_post(conn, site, slug="a", title=odd, excerpt=odd, seo_title=odd, seo_description=odd)
    host = "tempel.sites.test"
    for path in ("/blog/a", "/blog", "/blog/cari?q=%0Bdua%EF%B7%91%CC%81"):
        answer = await visitor.get(host, path)
        assert answer.status == 200
        assert Page(answer.text, f"http://{host}:8080").problems == [], path
        assert "\u202e" not in answer.text
    for path in ("/blog/feed.xml", "/blog/atom.xml"):
        assert "Satu" in "".join(ElementTree.fromstring((await visitor.get(host, path)).body).itertext())
    assert not re.search("[\x0b\x1b\ufdd1\ufffe\u202e]", (await visitor.get(host, "/llms.txt")).text)


async def served(visitor: Visitor, host: str) -> None:
    """The home page and every page it links to."""
    todo, done = ["/"], set()
    while todo and len(done) < 6:
        path = todo.pop()
        done.add(path)
        answer = await visitor.get(f"{host}.sites.test", path)
        assert answer.status == 200, f"{host}{path}: {answer.status}"
        found = re.search(r'<link rel="canonical" href="(https?://[^/"]+)', answer.text)
        page = Page(answer.text, found[1] if found else "https://nobody.example")
        assert page.problems == [], f"{host}{path}: {page.problems[:3]}"
        links = {link.get("href").partition("#")[0].partition("?")[0] for link in page.all("a")}
        # Below /_site are files: a payment code to be kept as a picture.
        todo += sorted(
            link for link in links - done if link.startswith("/") and not link.startswith(("/blog", "/_site"))
        )
    missing = await visitor.get(f"{host}.sites.test", "/tidak-ada")
    assert missing.status == 404
    assert Page(missing.text).problems == []
