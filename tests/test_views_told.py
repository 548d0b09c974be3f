"""What browsers tell: followed links, and pages that the server could not see being shown."""

import asyncio
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import asyncpg
import pytest
from playwright.async_api import Browser

from renderer.keyring import Keyring
from renderer.themes import WAYS
from renderer.views import keep_up, recorder
from tests.browsers import launch, needs_browser
from tests.factories import insert, make_post, make_site
from tests.serving import Serve
from tests.test_forms import ACTION, GOOD, send
from tests.test_views_recorder import PHONE, hold_roots, stored
from tests.visitor import Answer, Visitor

HOST = "kopi.sites.test"
CONTENT = {
    "site": {
        "name": "Kopi",
        "contact": {"whatsapp": "081277881234", "phone": "021 555 0101", "email": "a@kopi.example",
                    "address": {"street": "Jl. A 1", "city": "Bandung"}},
        "channels": [{"kind": "gofood", "url": "https://gofood.link/a/b?x=1&y=2"},
                     {"kind": "Toko saya", "url": "https://toko.example/"}],
    }
}  # fmt: skip


@pytest.fixture(autouse=True)
def _all_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine: who stops leaves to the next start what does not go quickly."""
    monkeypatch.setattr(recorder, "LAST_SECONDS", 60.0)


async def open_site(conn: asyncpg.Connection, mode: Any = None) -> UUID:
    config = {"analytics": {"mode": mode}} if mode else {}
    found: UUID = await make_site(
        conn, subdomain="kopi", config=json.dumps(config), generated_content=json.dumps(CONTENT)
    )
    return found


async def tell(visitor: Visitor, path: str, body: str | None = None, **headers: str) -> int:
    """As a browser does; False for a header leaves it out."""
    given = {
        "User-Agent": PHONE,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "text/plain;charset=UTF-8",
        **headers,
    }
    return (await visitor.ask("POST", HOST, path, headers=given, data=body)).status


async def clicks(conn: asyncpg.Connection) -> dict[str, tuple[int, int]]:
    rows = await conn.fetch("SELECT way, clicks, visitors FROM website_clicks_daily ORDER BY way")
    return {row["way"]: (row["clicks"], row["visitors"]) for row in rows}


async def test_links_to_the_owner_tell_when_they_are_followed(conn: asyncpg.Connection, serve: Serve) -> None:
    await open_site(conn)
    page = (await (await serve()).get(HOST)).text
    found = {way: href for href, way in re.findall(r'<a [^>]*href="([^"]+)"[^>]* data-way="(\w+)"', page)}
    assert found.keys() == {"whatsapp", "phone", "email", "route", "gofood", "channel"}
    assert found["gofood"] == "https://gofood.link/a/b?x=1&amp;y=2"
    assert found["whatsapp"].startswith("https://wa.me/62812")
    assert found.keys() <= WAYS


async def test_a_site_that_counts_nothing_asks_nobody_to_tell(
    conn: asyncpg.Connection, serve: Serve, keyring: Keyring
) -> None:
    await open_site(conn, "off")
    visitor = await serve()
    page = (await visitor.get(HOST, headers={"User-Agent": PHONE})).text
    assert " data-way=" not in page
    assert " data-seen=" not in page
    assert await tell(visitor, "/_seen/click?to=whatsapp") == 204
    assert await tell(visitor, "/_seen/view", "off\n/\n\n") == 204
    await visitor.client.close()
    assert await clicks(conn) == {}
    assert await stored(conn) == []


async def test_a_visitor_counts_once_a_day_and_way(conn: asyncpg.Connection, serve: Serve, keyring: Keyring) -> None:
    site = await open_site(conn)
    await keep_up(conn, keyring, 90)
    visitor = await serve()
    await hold_roots(visitor)
    other = PHONE.replace("17_6", "16_1")
    for agent in (PHONE, PHONE, other):
        assert (
            await tell(
                visitor, "/_seen/click?to=whatsapp", "PING", **{"User-Agent": agent, "Content-Type": "text/ping"}
            )
            == 204
        )
    await tell(visitor, "/_seen/click?to=phone", **{"Sec-GPC": "1"})
    for path, headers in (
        ("/_seen/click?to=whatsapp", {"User-Agent": "Googlebot/2.1"}),
        ("/_seen/click?to=whatsapp", {"Sec-Fetch-Site": "cross-site"}),
        ("/_seen/click?to=whatsapp", {"Cookie": "__Host-nocount=1"}),
        ("/_seen/click?to=%00", {}),
        ("/_seen/click", {}),
        ("/_seen/click?to=" + "x" * 500, {}),
    ):
        assert await tell(visitor, path, None, **headers) == 204
    await visitor.client.close()
    assert await clicks(conn) == {"phone": (1, 0), "whatsapp": (3, 2)}
    assert {row[0] for row in await conn.fetch("SELECT website_id FROM website_clicks_daily")} == {site}
    await conn.execute("UPDATE website_click_labels SET date = date - 4")
    await keep_up(conn, keyring, 90)
    assert await conn.fetchval("SELECT count(*) FROM website_click_labels") == 0
    assert await clicks(conn) == {"phone": (1, 0), "whatsapp": (3, 2)}


async def test_who_sends_a_form_gets_in_touch(conn: asyncpg.Connection, serve: Serve, keyring: Keyring) -> None:
    await open_site(conn)
    quiet = await make_site(conn, subdomain="diam", config='{"analytics": {"mode": "off"}}')
    await keep_up(conn, keyring, 90)
    visitor = await serve()
    await hold_roots(visitor)
    for number, (host, headers) in enumerate(
        (
            (HOST, {}),
            (HOST, {}),
            (HOST, {"Sec-GPC": "1"}),
            (HOST, {"Cookie": "__Host-nocount=1"}),
            (HOST, {"Sec-Fetch-Site": "cross-site"}),
            ("diam.sites.test", {}),
        )
    ):
        await send(visitor, {**GOOD, "message": f"Pesanan {number}"}, host, headers={"User-Agent": PHONE, **headers})
    await send(visitor, {**GOOD, "message": "Pesanan 0"}, headers={"User-Agent": PHONE})  # the same once more
    await send(visitor, {**GOOD, "_extra": "x", "message": "[url=x]y[/url]"}, headers={"User-Agent": PHONE})
    statuses = await conn.fetch("SELECT website_id = $1, status FROM form_submissions ORDER BY created_at", quiet)
    assert [tuple(row) for row in statuses] == [*[(False, "new")] * 4, (True, "new"), (False, "spam")]
    await tell(visitor, "/_seen/click?to=form")  # is no link
    # The form's own page is seen; its thanks are no view, nor are pages behind links in letters.
    sent = await send(visitor, {**GOOD, "message": "Pesanan 0"}, headers={"User-Agent": PHONE})
    for path, status in ((ACTION, 200), (sent.headers["Location"], 200), ("/_newsletter/confirm?t=x", 404)):
        assert (await visitor.get(HOST, path, headers={"User-Agent": PHONE})).status == status
    await visitor.client.close()
    assert await stored(conn) == [ACTION]
    # What was sent again is one lead and a click each time: nobody is shown these, but the visitors.
    assert await clicks(conn) == {"form": (5, 1)}
    assert await conn.fetchval("SELECT count(DISTINCT label) FROM website_click_labels WHERE way = 'form'") == 1


async def test_a_site_says_whether_dnt_is_heeded(conn: asyncpg.Connection, serve: Serve, keyring: Keyring) -> None:
    for name, analytics in (("kopi", {}), ("roti", {"dnt": False})):
        await make_site(
            conn, subdomain=name, config=json.dumps({"analytics": analytics}), generated_content=json.dumps(CONTENT)
        )
    await keep_up(conn, keyring, 90)
    visitor = await serve()
    await hold_roots(visitor)
    for name in ("kopi", "roti"):
        for wish in ("DNT", "DNT", "Sec-GPC"):  # drawn, then kept
            host, headers = f"{name}.sites.test", {"User-Agent": PHONE, wish: "1"}
            await visitor.get(host, headers=headers)
            await visitor.ask(
                "POST", host, "/_seen/click?to=phone", headers={"Sec-Fetch-Site": "same-origin", **headers}
            )
    await visitor.client.close()
    rows = await conn.fetch(
        "SELECT subdomain, count(v.id), count(visitor_hash), max(visitors) FROM websites w JOIN page_views v "
        "ON v.website_id = w.id JOIN website_clicks_daily c ON c.website_id = w.id GROUP BY 1 ORDER BY 1"
    )
    assert [tuple(row) for row in rows] == [("kopi", 3, 0, 0), ("roti", 3, 2, 1)]


async def test_a_click_belongs_to_the_site_that_was_looked_at(conn: asyncpg.Connection, serve: Serve) -> None:
    ours = await open_site(conn)
    other = await make_site(conn, subdomain="roti")
    visitor = await serve()
    headers = {"User-Agent": PHONE, "X-Forwarded-Host": HOST, "Cookie": f"site={ours}", "Ping-From": f"http://{HOST}/"}
    await visitor.ask("POST", "roti.sites.test", f"/_seen/click?to=phone&website_id={ours}", headers=headers)
    await visitor.client.close()
    assert [row[0] for row in await conn.fetch("SELECT website_id FROM website_clicks_daily")] == [other]


async def test_views_that_browsers_tell_of_are_counted_once(
    conn: asyncpg.Connection, serve: Serve, keyring: Keyring
) -> None:
    site, other = await open_site(conn, "beacon"), await make_site(conn, subdomain="teh")
    await make_post(conn, site, slug="biji-pilihan")
    await make_post(conn, site, slug="rahasia", status="draft")
    await make_post(conn, other, slug="daun-pilihan")
    kabar = await insert(conn, "blog_categories", {"website_id": site, "name": "Kabar", "slug": "kabar"})
    await insert(conn, "blog_categories", {"website_id": site, "name": "Kosong", "slug": "kosong"})
    await insert(conn, "blog_tags", {"website_id": site, "name": "Sepi", "slug": "sepi"})
    # As some programs write letters with marks (normal form D); its address is in form C.
    cafe = await make_post(conn, site, slug="cafe\u0301", published_at=datetime(2024, 3, 31, 18, tzinfo=UTC))
    await conn.execute("INSERT INTO blog_post_categories VALUES ($1, $2)", cafe, kabar)
    visitor = await serve()
    page = await visitor.get(HOST, headers={"User-Agent": PHONE})
    assert ' data-seen="beacon"' in page.text
    assert " data-seen=" not in (await visitor.get(HOST, "/tidak-ada", headers={"User-Agent": PHONE})).text
    assert (
        await tell(visitor, "/_seen/view", "beacon\n/blog/biji%2Dpilihan\n?utm_source=wa\nhttps://a.example/b?rahasia")
        == 204
    )
    shown = ["/_forms/contact", "/blog/caf%C3%A9", "/blog/kategori/kabar", "/blog/arsip/2024", "/blog/arsip/2024/04"]
    for path in shown:
        assert (await visitor.get(HOST, path)).status == 200, path
        assert await tell(visitor, "/_seen/view", f"beacon\n{path}\n\n") == 204
    empty = ("/blog/kategori/kosong", "/blog/tag/sepi", "/blog/kategori/kabar/halaman/2", "/blog/halaman/2",
             "/blog/arsip/2024/03", "/blog/arsip/1999")  # fmt: skip
    for path in empty:
        assert (await visitor.get(HOST, path)).status == 404, path
    for mode, path in (
        *(("beacon", path) for path in empty),
        ("server", "/"),
        ("beacon", "/beli-di-tempat-lain"),
        ("beacon", "blog"),
        ("beacon", "//x.example/"),
        ("beacon", "/blog/beli-di-tempat-lain"),
        ("beacon", "/blog/rahasia"),
        ("beacon", "/blog/daun-pilihan"),
        ("beacon", "/blog/Biji-Pilihan"),
        ("beacon", "/blog/biji-pilihan.md"),
        ("beacon", "/blog/feed.xml"),
        ("beacon", "/blog/tag/beli-di-tempat-lain"),
        ("beacon", "/_forms/beli"),
        ("beacon", "/_forms/contact/thanks"),
        ("beacon", "/_forms/%00"),
    ):
        assert await tell(visitor, "/_seen/view", f"{mode}\n{path}\n\n") == 204
    await visitor.client.close()
    rows = await conn.fetch("SELECT page_path, referrer, utm_source FROM page_views")
    assert sorted(map(tuple, rows)) == sorted(
        [("/blog/biji-pilihan", "https://a.example/b", "wa"), *((unquote(path), None, None) for path in shown)]
    )


async def test_browsers_tell_of_a_form_s_own_page_and_not_of_what_was_wrong_with_it(
    conn: asyncpg.Connection, serve: Serve
) -> None:
    await open_site(conn, "beacon")
    visitor = await serve()
    page = await visitor.get(HOST, "/_forms/contact", headers={"User-Agent": PHONE})
    assert ' data-seen="beacon"' in page.text
    given = {"User-Agent": PHONE, "Sec-Fetch-Site": "same-origin"}
    for shown in ("/_forms/contact", "/"):
        answer = await visitor.ask(
            "POST", HOST, "/_forms/contact", headers=given, data={"_page": shown, "name": "", "message": "x"}
        )
        assert answer.status == 422
        assert " data-seen=" not in answer.text


async def test_a_page_fetched_ahead_is_a_view_once_it_is_shown(conn: asyncpg.Connection, serve: Serve) -> None:
    await open_site(conn)
    visitor = await serve()
    await visitor.get(HOST, headers={"User-Agent": PHONE, "Sec-Purpose": "prefetch;prerender"})
    await tell(visitor, "/_seen/view", "server\n/\n\n", **{"Sec-Fetch-Dest": "empty"})
    await visitor.client.close()
    assert await stored(conn) == ["/"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "beacon",
        "beacon\nmenu",
        "beacon\n//\n" + "?" * 7_000,
        "\n\n\n\n",
        "beacon\n/\0\ud800",
        "beacon\n/blog/a%00b",
        "beacon\n/blog/tag/%ED%A0%80",
    ],
)
async def test_whatever_is_told_is_heard_without_an_error(conn: asyncpg.Connection, serve: Serve, body: str) -> None:
    await open_site(conn, "beacon")
    visitor = await serve()
    given = {"User-Agent": PHONE, "Content-Type": "text/plain"}
    for data in (body.encode("utf-8", "surrogatepass"), b"\xff" * 20_000):
        answer = await visitor.ask("POST", HOST, "/_seen/view", headers=given, data=data)
        assert (answer.status, answer.body) == (204, b"")
    assert (
        await visitor.ask("POST", HOST, "/_seen/view", data=b"{}", headers={"Content-Type": "application/json"})
    ).status == 204
    await visitor.client.close()
    assert len(await stored(conn)) <= 1


async def like(visitor: Visitor, slug: str, host: str = HOST, **headers: str) -> Any:
    given = {"User-Agent": PHONE, "Sec-Fetch-Site": "same-origin", **headers}
    return await visitor.ask("POST", host, "/_seen/like", headers=given, data={"post": slug})


async def test_an_owner_leaves_a_browser_out_and_takes_it_back(conn: asyncpg.Connection, serve: Serve) -> None:
    await open_site(conn)
    await make_site(conn, subdomain="diam", config='{"analytics": {"mode": "off"}}')
    visitor = await serve()
    agent = {"User-Agent": PHONE}
    own = {**agent, "Sec-Fetch-Site": "same-origin"}

    async def change(count: str, **headers: str) -> Answer:
        return await visitor.ask("POST", HOST, f"/_seen/own?count={count}", headers={**own, **headers})

    page = await visitor.get(HOST, "/_seen/own", headers=agent)
    assert page.status == 200
    assert "Jangan hitung peramban ini" in page.text
    assert 'name="robots" content="noindex' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in page.headers, "looking changes nothing"
    assert 'action="/_seen/own?count=no"' in page.text
    left_out = await change("no")
    assert (left_out.status, left_out.headers["Location"]) == (303, "/_seen/own")
    given, *attributes = left_out.headers["Set-Cookie"].split("; ")
    assert set(attributes) == {"HttpOnly", "Max-Age=34560000", "Path=/", "SameSite=Lax", "Secure"}
    assert left_out.headers["Cache-Control"] == "no-store"
    twice = await change("no", Cookie=given)
    assert twice.headers["Set-Cookie"] == left_out.headers["Set-Cookie"], "a finger was too quick"
    again = (await visitor.get(HOST, "/_seen/own", headers={**agent, "Cookie": given})).text
    assert "Hitung lagi" in again
    assert 'action="/_seen/own?count=yes"' in again
    await visitor.get(HOST, headers={**agent, "Cookie": given})
    back = await change("yes", Cookie=given)
    assert "Max-Age=0" in back.headers["Set-Cookie"]
    await visitor.get(HOST, headers=agent)
    refused = await change("no", **{"Sec-Fetch-Site": "cross-site"})
    assert (refused.status, "Set-Cookie" in refused.headers) == (403, False)
    silent = await visitor.get("diam.sites.test", "/_seen/own", headers=agent)
    assert "tidak dihitung" in silent.text
    assert "<button" not in silent.text.partition('class="wrap form-page"')[2].partition("</section>")[0]
    await visitor.client.close()
    assert await stored(conn) == ["/"]
    counted = await conn.fetch("SELECT reason, visits FROM website_uncounted_daily")
    assert [tuple(row) for row in counted] == [("own", 1)]


async def test_a_post_is_liked_once_a_day_by_a_visitor_and_nothing_is_remade(
    conn: asyncpg.Connection, serve: Serve, keyring: Keyring
) -> None:
    site = await open_site(conn)
    other = await make_site(conn, subdomain="roti")
    post, theirs = await make_post(conn, site, slug="biji-pilihan"), await make_post(conn, other, slug="biji-pilihan")
    draft = await make_post(conn, site, slug="rahasia", status="draft")
    before = await conn.fetchval("SELECT updated_at FROM blog_posts WHERE id = $1", post)
    await keep_up(conn, keyring, 90)
    visitor = await serve()
    await hold_roots(visitor)
    page = (await visitor.get(HOST, "/blog/biji-pilihan")).text
    assert '<input type="hidden" name="post" value="biji-pilihan">' in page
    for agent in (PHONE, PHONE, PHONE.replace("17_6", "16_1")):
        answer = await like(visitor, "biji-pilihan", **{"User-Agent": agent})
        assert (answer.status, answer.headers["Location"]) == (303, "/blog/biji-pilihan#suka")
    assert 'id="suka"' in page
    await like(visitor, "rahasia")
    await like(visitor, "biji-pilihan", **{"User-Agent": "Googlebot/2.1"})
    assert (await like(visitor, "biji-pilihan", **{"Sec-Fetch-Site": "cross-site"})).status == 403
    assert (await like(visitor, "")).status == 404
    form = {"User-Agent": PHONE, "Content-Type": "application/x-www-form-urlencoded"}
    assert (await visitor.ask("POST", HOST, "/_seen/like", headers=form, data="a=1&" * 50)).status == 400
    assert (await like(visitor, "//evil.example/\x00\r\n")).headers["Location"].startswith("/blog/~2F~2Fevil.example")
    await visitor.client.close()
    counts = dict(await conn.fetch("SELECT id, like_count FROM blog_posts"))
    assert counts == {post: 2, theirs: 0, draft: 0}
    assert await conn.fetchval("SELECT updated_at FROM blog_posts WHERE id = $1", post) == before
    await conn.execute("UPDATE blog_like_labels SET date = date - 4")
    await keep_up(conn, keyring, 90)
    assert await conn.fetchval("SELECT count(*) FROM blog_like_labels") == 0


class TestInABrowser:
    pytestmark = needs_browser

    async def test_a_browser_tells_of_a_followed_link(
        self, conn: asyncpg.Connection, serve: Serve, browser: Browser
    ) -> None:
        await open_site(conn)
        visitor = await serve(server={"base_domains": ["sites.test"]})
        context = await browser.new_context(user_agent=PHONE)
        page = await context.new_page()
        await page.goto(f"http://{HOST}:{visitor.client.port}/")
        await context.route("https://wa.me/**", lambda route: route.abort())
        link = 'a[href^="https://wa.me/"] >> visible=true'
        await page.click(link, button="right")  # which follows nothing
        await page.keyboard.press("Escape")
        await page.click(link, button="middle")
        await page.click(link, no_wait_after=True)
        async with asyncio.timeout(60):
            while (heard := (await clicks(conn)).get("whatsapp", (0, 0))[0]) < 2:
                await asyncio.sleep(0.1)
        await context.close()
        assert heard == 2

    @pytest.mark.parametrize("mode", ["server", "beacon"])
    @pytest.mark.parametrize("keeps", [False, True], ids=["drawn anew", "kept in memory"])
    async def test_a_page_that_is_gone_back_to_is_seen_again(
        self, conn: asyncpg.Connection, serve: Serve, mode: str, keeps: bool
    ) -> None:
        await open_site(conn, mode)
        visitor = await serve(server={"base_domains": ["sites.test"]})
        more = {"ignore_default_args": ["--disable-back-forward-cache"]} if keeps else {}
        async with launch(**more) as browser:
            page = await (await browser.new_context(user_agent=PHONE)).new_page()
            await page.goto(f"http://{HOST}:{visitor.client.port}/")
            await page.evaluate("window.mine = true")
            await page.goto(f"http://{HOST}:{visitor.client.port}/blog")
            # What is kept in memory is not loaded: `go_back` would wait for it. Later, as the page must answer before.
            await page.evaluate("void setTimeout(() => history.back(), 100)")
            await page.wait_for_url("**/", wait_until="commit")
            await page.wait_for_function("document.readyState === 'complete'")
            assert bool(await page.evaluate("window.mine")) == keeps
            await page.reload()
            async with asyncio.timeout(30):
                while len(await stored(conn)) < 4:
                    await asyncio.sleep(0.1)
        await visitor.client.close()
        assert await stored(conn) == ["/", "/", "/", "/blog"]
