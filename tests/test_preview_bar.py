"""The bar of previews: what it says of a page, and that it says it within the page's own policy."""

import html
import json
import re
import subprocess
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import pytest
from playwright.async_api import Browser

from renderer.keyring import Keyring
from renderer.preview import queries
from renderer.preview.findings import placeholders
from renderer.preview.telling import told
from renderer.preview.tokens import link_path
from renderer.themes import Repair, Themes, read_site
from renderer.themes.text.words import words_for
from tests.browsers import keep_shot, needs_browser
from tests.factories import make_post, make_site
from tests.pages import source
from tests.serving import Serve
from tests.test_axe import AXE, RUN, TAGS
from tests.test_vnu import FLAGS, JAR, JAVA
from tests.visitor import Answer, Visitor


def content(**more: Any) -> dict[str, Any]:
    return {
        "site": {"name": "Kopi Senja", "contact": {"whatsapp": {"number": "081234567890"}}},
        "pages": [
            {
                "path": "/",
                "sections": [
                    {"id": "hero-1", "type": "hero", "title": "Kopi sore"},
                    {"id": "menu-1", "type": "menu", "items": [{"id": "a", "name": "Kopi susu", "price": 18000}]},
                    {
                        "id": "kata-1",
                        "type": "testimonials",
                        "items": [{"id": "t", "name": "Sari", "text": "Enak sekali, saya datang tiap sore."}],
                    },
                    {"id": "info-1", "type": "announcement", "title": "Buka puasa bersama"},
                    *more.get("sections", ()),
                ],
            }
        ],
    }


COMPONENTS = [
    {"id": "info-1", "type": "announcement", "page": "/", "from": "2031-03-01", "until": "2031-03-12"},
    *(
        {"id": name, "type": kind, "page": "/"}
        for name, kind in (("hero-1", "hero"), ("menu-1", "menu"), ("kata-1", "testimonials"), ("teks-1", "text"))
    ),
]


class Viewer:
    def __init__(self, visitor: Visitor, site: UUID, cookie: str) -> None:
        self.visitor, self.host, self.cookie = visitor, f"{site.hex}.preview.sites.test", cookie

    async def see(self, path: str = "/", **headers: str) -> Answer:
        return await self.visitor.get(self.host, path, headers={"Cookie": self.cookie, **headers})


async def open_preview(conn: asyncpg.Connection, visitor: Visitor, keyring: Keyring, site: UUID, **what: Any) -> Viewer:
    link = await queries.make_link(conn, site, timedelta(days=7), **what)
    assert link is not None
    opened = await visitor.get(f"{site.hex}.preview.sites.test", link_path(keyring, link))
    return Viewer(visitor, site, opened.headers["Set-Cookie"].partition(";")[0])


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    """Published, with a draft that changes the menu and adds a text."""
    site = await make_site(
        conn, subdomain="kopi", generated_content=content(), components_config=json.dumps(COMPONENTS)
    )
    drafted = content(sections=[{"id": "teks-1", "type": "text", "title": "Cerita", "text": "Kami mulai di garasi."}])
    drafted["pages"][0]["sections"][1]["items"][0]["price"] = 20000
    await conn.execute(
        "INSERT INTO website_drafts (website_id, base_revision, template_id, generated_content, components_config) "
        "SELECT id, 1, template_id, $2, components_config FROM websites WHERE id = $1",
        site,
        json.dumps(drafted),
    )
    return site


def bar_of(answer: Answer) -> str:
    found = re.search(r'<aside id="tapsite-preview".*?</aside>', answer.text, re.S)
    assert found, answer.text[:3000]
    return html.unescape(re.sub(r"<[^>]+>", " ", found[0]))


def allows_its_styles(answer: Answer) -> bool:
    policy = answer.headers["Content-Security-Policy"]
    return all(
        f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in policy
        for style in re.findall(r"<style>(.*?)</style>", answer.text, re.S)
    )


async def test_the_bar_says_what_is_seen_and_what_differs(
    conn: asyncpg.Connection, visitor: Visitor, keyring: Keyring, site: UUID
) -> None:
    viewer = await open_preview(conn, visitor, keyring, site, shows="draft")
    home = await viewer.see()
    said = bar_of(home)
    assert "Pratinjau" in said
    assert "draf" in said
    assert "berlaku sampai" in said
    assert "2 bagian berubah" in said
    assert "Formulir di sini hanya menyimpan tes" in said
    assert "[id='menu-1'], [id='teks-1'] { outline" in home.text
    assert "hal perlu dicek" in said
    assert "Bagian “Kata mereka”: ditandai “contoh”" in said
    assert "Rincian untuk pembuat situs" in said
    assert "081234567890" in said
    assert allows_its_styles(home)
    assert home.text.count("<style>") == 2
    assert "script" not in said
    # As it is stored: nothing to compare with. Posts and errors have the bar, too.
    plain = await open_preview(conn, visitor, keyring, site)
    assert "bagian berubah" not in bar_of(await plain.see())
    await make_post(conn, site, slug="satu", status="draft")
    for path, status in (("/blog/satu", 200), ("/blog", 200), ("/tidak-ada", 404)):
        answer = await viewer.see(path)
        assert answer.status == status
        assert bar_of(answer)
        assert allows_its_styles(answer)
    # Not on files, nor in the preview's own frames.
    assert "tapsite-preview" not in (await viewer.see("/robots.txt")).text
    framed = await viewer.see("/", **{"Sec-Fetch-Dest": "iframe"})
    assert "tapsite-preview" not in framed.text
    assert "frame-ancestors 'self'" in framed.headers["Content-Security-Policy"]
    # Visitors' pages know nothing of it.
    live = await visitor.get("kopi.sites.test")
    assert "tapsite-preview" not in live.text
    assert "Enak sekali" not in live.text
    await conn.execute("UPDATE website_drafts SET generated_content = (SELECT generated_content FROM websites)")
    assert "sama dengan yang terbit" in bar_of(await viewer.see())


async def test_the_owner_finds_the_way_to_publishing(
    conn: asyncpg.Connection, serve: Serve, keyring: Keyring, site: UUID
) -> None:
    visitor = await serve(console={"host": "pemilik.test"})
    home = await (await open_preview(conn, visitor, keyring, site)).see()
    assert f'<a href="http://pemilik.test:8080/sites/{site}/draft">Terbitkan' in home.text
    post = await make_post(conn, site, slug="satu", status="draft")
    page = await (await open_preview(conn, visitor, keyring, site, blog_post_id=post)).see("/blog/satu")
    assert f'<a href="http://pemilik.test:8080/sites/{site}/posts/{post}">Terbitkan' in page.text


async def test_a_new_look_is_told_apart_from_new_content(
    conn: asyncpg.Connection, visitor: Visitor, keyring: Keyring, site: UUID
) -> None:
    await conn.execute(
        "INSERT INTO templates (id, name, category, component_structure, css_variables) "
        "VALUES ('lembar', 'lembar', 'business', '{}', '{}')"
    )
    await conn.execute("UPDATE website_drafts SET template_id = 'lembar'")
    said = bar_of(await (await open_preview(conn, visitor, keyring, site, shows="draft")).see())
    assert "2 bagian berubah" in said
    assert "Tampilannya berubah" in said


async def test_what_nobody_vouched_for_is_shown_and_marked_as_an_example(
    conn: asyncpg.Connection, visitor: Visitor, keyring: Keyring, site: UUID
) -> None:
    home = await (await open_preview(conn, visitor, keyring, site)).see()
    assert "Enak sekali" in home.text
    assert "[id='kata-1']::after" in home.text
    assert 'content: "Contoh"' in home.text
    assert "ditandai “contoh”" in bar_of(home)
    vouched = {**content(), "provenance": {"/pages/~1/sections/kata-1": "owner"}}
    await conn.execute("UPDATE websites SET generated_content = $1", json.dumps(vouched))
    home = await (await open_preview(conn, visitor, keyring, site)).see()
    assert "Enak sekali" in home.text
    assert "::after { content" not in home.text


async def test_a_day_can_be_chosen(conn: asyncpg.Connection, visitor: Visitor, keyring: Keyring, site: UUID) -> None:
    await conn.execute(
        "INSERT INTO blog_posts (website_id, slug, title, content, status, scheduled_at) VALUES "
        "($1, 'maret', 'Tulisan Maret', '{}', 'published', '2031-03-05T10:00+07'), "
        "($1, 'april', 'Tulisan April', '{}', 'published', '2031-04-05T10:00+07')",
        site,
    )
    viewer = await open_preview(conn, visitor, keyring, site)
    assert "Tulisan April" in (await viewer.see("/blog")).text
    assert "Buka puasa bersama" not in (await viewer.see()).text
    chosen = await viewer.see("/_preview/as-of?date=2031-03-05&to=/blog")
    assert (chosen.status, chosen.headers["Location"]) == (303, "/blog")
    usual = viewer.cookie
    viewer.cookie += "; " + chosen.headers["Set-Cookie"].partition(";")[0]
    blog = await viewer.see("/blog")
    assert "Tulisan Maret" in blog.text
    assert "Tulisan April" not in blog.text
    assert "5 Maret 2031" in bar_of(blog)
    assert 'value="2031-03-05"' in blog.text
    assert (await viewer.see("/blog/april")).status == 404
    assert "Buka puasa bersama" in (await viewer.see()).text
    for wrong in ("", "kemarin", "0001-01-01", "9999-12-31", "2031-02-30", "%00"):
        answer = await viewer.see(f"/_preview/as-of?date={wrong}&to=//evil.example")
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        assert "preview-as-of=;" in answer.headers["Set-Cookie"].replace('""', "")
    for wrong in ("x", "2031-03-05", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-23:00", "2031-03-05T00:00:00"):
        viewer.cookie = f"{usual}; preview-as-of={wrong}"
        assert "Seperti pada tanggal" in bar_of(await viewer.see("/blog"))


async def test_a_frame_is_as_wide_as_a_device(
    conn: asyncpg.Connection, visitor: Visitor, keyring: Keyring, site: UUID
) -> None:
    viewer = await open_preview(conn, visitor, keyring, site, shows="draft")
    for width in ("360", "768"):
        frame = await viewer.see(f"/_preview/frame?w={width}&to=/blog%3Fa=b")
        assert f'<iframe class="w{width}" title="Halaman selebar {width} piksel" src="/blog?a=b">' in frame.text
        assert bar_of(frame)
        assert frame.text.count('id="tapsite-preview"') == 1
        assert "frame-src 'self'" in frame.headers["Content-Security-Policy"]
        assert allows_its_styles(frame)
    for wrong in ("frame?w=1&to=/", "frame", "tidak-ada", "frame?w=360&to=/_preview/frame", "%00"):
        assert (await viewer.see(f"/_preview/{wrong}")).status == 404, wrong
    for target in ("//evil.example", "https://evil.example", "/\\evil.example", '/"><script>', "javascript:alert(1)"):
        frame = await viewer.see(
            "/_preview/frame?w=360&to=" + re.sub(r"[^\w/.:]", lambda m: f"%{ord(m[0]):02x}", target)
        )
        assert 'src="/"' in frame.text or 'src="/&#34;&gt;&lt;script&gt;"' in frame.text, target
    assert (await visitor.ask("POST", viewer.host, "/_preview/as-of", headers={"Cookie": viewer.cookie})).status in (
        404,
        405,
    )


async def test_the_bar_speaks_the_pages_language_and_survives_any_row(
    conn: asyncpg.Connection, visitor: Visitor, keyring: Keyring
) -> None:
    hostile = "</style><script>alert(1)</script>\"'{}%s&amp;</aside>"
    site = await make_site(
        conn,
        title=hostile[:200],
        generated_content={
            "language": "en",
            "site": {"name": hostile},
            "pages": [
                {"path": "/", "sections": [{"id": hostile, "type": "testimonials", "title": hostile, "items": 5}]}
            ],
            hostile: hostile,
        },
        components_config=json.dumps([{"id": hostile, "type": "testimonials", "page": "/"}]),
    )
    home = await (await open_preview(conn, visitor, keyring, site)).see()
    assert home.status == 200
    assert "Preview" in bar_of(home)
    assert "The link lasts until" in bar_of(home)
    assert "<script>alert" not in home.text
    assert allows_its_styles(home)
    frame = await (await open_preview(conn, visitor, keyring, site)).see("/_preview/frame?w=360&to=/")
    assert allows_its_styles(frame)
    assert "<script" not in frame.text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hubungi 0812-3456-7890", ("0812-3456-7890",)),
        ("wa 6281111111111", ("6281111111111",)),
        ("Lorem ipsum dolor", ("Lorem ipsum",)),
        ("[nama usaha] melayani", ("[nama usaha]",)),
        ("tulis ke halo@example.com", ("halo@example.com",)),
        ("0813 9021 4477, Rp 1.234.567, sejak 1999, order 123456", ()),
    ],
)
def test_what_looks_like_a_placeholder(themes: Themes, text: str, found: tuple[str, ...]) -> None:
    row = source(generated_content=json.dumps({"site": {"tagline": text}}))
    assert placeholders(read_site(themes, row)) == found


THEMES = ("bingkai", "etalase", "lembar", "pilar", "spanduk")


def test_what_was_repaired_is_told_by_where_an_owner_finds_it(themes: Themes) -> None:
    document = content(sections=[{"id": "m", "type": "menu", "title": "Oleh-oleh", "items": [{"nama": 1}, "?"]}])
    document["pages"][0]["sections"][0]["actions"] = [{"label": "Pesan"}, {"label": "Beli"}]
    document["site"]["hours"] = "kadang"
    row = source(
        generated_content=json.dumps(document), template_variant="tiada", og_image_url="https://lain.example/a.png"
    )
    site = read_site(themes, row)
    said = told(site.repairs, site, words_for("id"))
    assert "Bagian “Kopi sore”: tombol tanpa tujuan atau tanpa tulisan (2×)" in said
    assert "Bagian “Oleh-oleh”, nomor 1: ada isi yang tidak dapat ditampilkan" in said
    assert "Info usaha: nomor atau alamat yang tampaknya karangan" in said
    assert "Rupa dan warna: ada isi yang tidak terbaca; dipakai nilai bawaan" in said
    assert "Pencarian dan berbagi: gambar dari situs lain, tidak ditampilkan" in said
    assert not [line for line in said if "/" in line]
    assert len(said) == len(set(said))
    english = told(site.repairs, site, words_for("en"))
    assert "“Kopi sore”: a button without a target or a label (2×)" in english
    assert told((Repair("/generated_content/pages/9/sections/9/x", "expected text"),) * 3, site, words_for("en")) == [
        "Pages: something that cannot be read; the default is used (3×)"
    ]


@pytest.mark.skipif(JAVA is None or not JAR.exists(), reason="there is no Nu checker on this machine")
async def test_nu_has_nothing_to_say(
    conn: asyncpg.Connection, visitor: Visitor, keyring: Keyring, site: UUID, tmp_path: Path
) -> None:
    viewer = await open_preview(conn, visitor, keyring, site, shows="draft")
    pages = tmp_path / "pages"
    pages.mkdir()
    for theme in THEMES:
        await conn.execute(
            "INSERT INTO templates (id, name, category, component_structure, css_variables) "
            "VALUES ($1, $1, 'business', '{}', '{}') ON CONFLICT DO NOTHING",
            theme,
        )
        await conn.execute("UPDATE website_drafts SET template_id = $1", theme)
        for name, path in (("page", "/"), ("frame", "/_preview/frame?w=360&to=/"), ("blog", "/blog"), ("404", "/x")):
            (pages / f"{theme}-{name}.html").write_text((await viewer.see(path)).text, "utf-8")
    said = subprocess.run(
        [str(JAVA), *FLAGS, "-jar", str(JAR), "--format", "json", str(pages)], capture_output=True, check=False
    )
    assert json.loads(said.stderr)["messages"] == []


class TestInABrowser:
    pytestmark: ClassVar = [
        *needs_browser,
        pytest.mark.skipif(not AXE.exists(), reason="there is no axe on this machine"),
    ]

    @pytest.mark.parametrize("theme", THEMES)
    async def test_axe_finds_nothing_and_nothing_overflows(
        self,
        conn: asyncpg.Connection,
        visitor: Visitor,
        keyring: Keyring,
        site: UUID,
        browser: Browser,
        theme: str,
    ) -> None:
        await conn.execute(
            "INSERT INTO templates (id, name, category, component_structure, css_variables) "
            "VALUES ($1, $1, 'business', '{}', '{}') ON CONFLICT DO NOTHING",
            theme,
        )
        await conn.execute("UPDATE website_drafts SET template_id = $1", theme)
        viewer = await open_preview(conn, visitor, keyring, site, shows="draft")
        port, complaints = visitor.client.port, []
        name, _, value = viewer.cookie.partition("=")
        origin = f"http://{viewer.host}:{port}"
        context = await browser.new_context(bypass_csp=True, reduced_motion="reduce")
        await context.add_cookies([{"name": name, "value": value, "url": origin}])
        page = await context.new_page()
        for path in ("/", "/_preview/frame?w=360&to=/"):
            for width, height in ((360, 740), (1280, 900)):
                await page.set_viewport_size({"width": width, "height": height})
                await page.goto(origin + path)
                await page.evaluate("document.querySelectorAll('#tapsite-preview details').forEach(d => d.open = true)")
                await page.evaluate(AXE.read_text("utf-8"))
                complaints += await page.evaluate(RUN, {"type": "tag", "values": TAGS})
                if path == "/":
                    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    assert wide <= 0, (theme, width)
                shown = "frame" if "frame" in path else "page"
                await keep_shot(page, f"{theme}-{shown}-{width}", full_page=False)
        assert complaints == []

    async def test_a_link_gives_way_to_the_pages_own_address(
        self, conn: asyncpg.Connection, visitor: Visitor, keyring: Keyring, site: UUID, browser: Browser
    ) -> None:
        link = await queries.make_link(conn, site, timedelta(days=7), shows="draft")
        assert link is not None
        origin = f"http://{site.hex}.preview.sites.test:{visitor.client.port}"
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
        await page.goto(origin + link_path(keyring, link))
        await page.wait_for_url(f"{origin}/")
        assert "Pratinjau" in await page.inner_text("#tapsite-preview")
        await page.click("#tapsite-preview summary >> nth=0")
        await page.fill("#tapsite-preview input[type=date]", "2031-03-05")
        await page.click("#tapsite-preview button")
        await page.wait_for_url(f"{origin}/")
        assert "5 Maret 2031" in await page.inner_text("#tapsite-preview")
        assert "Buka puasa bersama" in await page.inner_text("body")
        await page.set_viewport_size({"width": 1280, "height": 900})
        await page.click("#tapsite-preview nav a >> nth=0")
        frame = page.frame_locator("iframe")
        assert "Kopi sore" in await frame.locator("h1").inner_text()
        assert [one for one in refused if "Content Security Policy" in one] == []
