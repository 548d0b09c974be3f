"""Who wrote a post, its own language, and the same post in others: what a document says beside its text."""

import re
from typing import Any

import asyncpg
import pytest

from tests.factories import make_post, make_site
from tests.judge_feeds import atom_faults, json_faults, rss_faults
from tests.serving import Serve

HOST = "kopi.sites.test"


def document(**beside: Any) -> dict[str, Any]:
    return {"type": "markdown", "text": "Isi tulisan.", **beside}


async def linked(conn: asyncpg.Connection, site: Any, **english: Any) -> None:
    """A post and, unless the test says otherwise, the same in English."""
    await make_post(
        conn, site, slug="biji", title="Biji", content=document(translations={"en": "beans"}, author="Sari")
    )
    beans = {"content": document(language="en", translations={"id": "biji"}), "title": "Beans", **english}
    await make_post(conn, site, slug="beans", **beans)


async def test_a_post_says_who_wrote_it(conn: asyncpg.Connection, serve: Serve) -> None:
    site = await make_site(conn, subdomain="kopi")
    await make_post(conn, site, slug="biji", content=document(author={"name": "Sari <b>&amp; Bu Tini</b>"}))
    visitor = await serve()
    page = (await visitor.get(HOST, "/blog/biji")).text
    assert "Sari &amp; Bu Tini" in page
    assert '"author":{"@type":"Person","name":"Sari \\u0026 Bu Tini"}' in page
    for name, faults in (("feed.xml", rss_faults), ("atom.xml", atom_faults), ("feed.json", json_faults)):
        answer = await visitor.get(HOST, f"/blog/{name}")
        assert "Sari" in answer.text, name
        own = next(line for line in re.findall(r"http://[^\s\"<]+", answer.text) if line.endswith(name))
        assert faults(answer.body, own) == [], name


@pytest.mark.parametrize("author", [None, "", "None", 7, ["a"], {"name": {}}, {"nama": "x"}, "\u200b", "x" * 100_000])
async def test_an_author_that_is_none_is_not_shown(conn: asyncpg.Connection, serve: Serve, author: Any) -> None:
    site = await make_site(conn, subdomain="kopi")
    await make_post(conn, site, slug="biji", content=document(author=author))
    page = await (await serve()).get(HOST, "/blog/biji")
    assert page.status == 200
    assert ("Penulis" in page.text) is (author == "x" * 100_000)


async def test_the_same_post_in_another_language_is_one_step_away(conn: asyncpg.Connection, serve: Serve) -> None:
    site = await make_site(conn, subdomain="kopi")
    await linked(conn, site)
    visitor = await serve()
    page = (await visitor.get(HOST, "/blog/biji")).text
    assert '<a href="/blog/beans" lang="en" hreflang="en" rel="alternate">' in page
    assert f'<link rel="alternate" hreflang="en" href="http://{HOST}' in page
    assert '/blog/beans">' in page
    other = (await visitor.get(HOST, "/blog/beans")).text
    assert '<a href="/blog/biji" lang="id" hreflang="id" rel="alternate">' in other
    assert '<span lang="en" dir="ltr">Beans</span></h1>' in other
    assert '"inLanguage":"en"' in other


@pytest.mark.parametrize(
    "english",
    [
        {"status": "draft"},
        {"content": document(language="en")},
        {"content": document(language="en", translations={"id": "lain"})},
        {"content": document(language="en", translations=["biji"])},
    ],
    ids=["not to be seen", "knows nothing of it", "names another", "no map"],
)
async def test_what_does_not_name_it_in_turn_is_no_translation(
    conn: asyncpg.Connection, serve: Serve, english: Any
) -> None:
    site = await make_site(conn, subdomain="kopi")
    await linked(conn, site, **english)
    page = (await (await serve()).get(HOST, "/blog/biji")).text
    assert "hreflang" not in page
    assert "/blog/beans" not in page.partition("</article>")[0]


async def test_another_sites_post_is_no_translation(conn: asyncpg.Connection, serve: Serve) -> None:
    ours, other = await make_site(conn, subdomain="kopi"), await make_site(conn, subdomain="roti")
    await make_post(conn, ours, slug="biji", content=document(translations={"en": "beans"}))
    await make_post(conn, other, slug="beans", content=document(language="en", translations={"id": "biji"}))
    assert "hreflang" not in (await (await serve()).get(HOST, "/blog/biji")).text


@pytest.mark.parametrize(
    "beside",
    [
        {"translations": {str(n): "biji" for n in range(5_000)}},
        {"language": "<x>"},
        {"translations": {"en": None, "": "beans", "ar": "beans"}},
    ],
)
async def test_whatever_a_document_says_beside_its_text_is_a_page(
    conn: asyncpg.Connection, serve: Serve, beside: Any
) -> None:
    site = await make_site(conn, subdomain="kopi")
    await make_post(conn, site, slug="biji", content=document(**beside))
    await make_post(conn, site, slug="beans", content=document(translations={"id": "biji"}))
    page = await (await serve()).get(HOST, "/blog/biji")
    assert page.status == 200
