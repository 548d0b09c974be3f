"""Pictures of link previews, icons, the web manifest and robots.txt: drawn, and over real HTTP."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from shutil import copytree
from threading import Event
from typing import Any

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from renderer.app import make_app
from renderer.seo.easel import Busy, Easel
from renderer.settings import load as load_settings
from renderer.themes import Site, Themes, draw_error, draw_password, load_themes, read_site
from renderer.themes.found.sharing import card_fonts, find_card
from renderer.themes.motifs import MOTIFS
from renderer.themes.pictures.card import Card, draw_card
from renderer.themes.pictures.lettering import fit_lines, read_typeface
from tests.factories import make_post, make_site
from tests.pages import ROOT, Page, draw, source
from tests.serving import WorkerServer
from tests.visitor import Visitor

HOST = "kopi.sites.test"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def themes() -> Themes:
    return load_themes(ROOT)


def read(themes: Themes, title: str = "Kopi sore, sebelum pasar tutup lampu", **columns: Any) -> Site:
    hero = {"id": "h", "type": "hero", "title": title}
    content = {"site": {"name": "Kopi Senja"}, "pages": [{"path": "/", "sections": [hero]}]}
    return read_site(themes, source(**{"generated_content": json.dumps(content), **columns}))


@cache
def default_site() -> Site:
    return read(load_themes(ROOT))


def card_of(site: Site) -> Card:
    return site.shares["/"].card


def picture(png: bytes) -> Image.Image:
    image = Image.open(BytesIO(png))
    image.load()
    return image


def colours(image: Image.Image) -> set[str]:
    found = image.convert("RGB").getcolors(image.width * image.height) or []
    return {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in found}  # type: ignore[misc]


def links(page: Page) -> dict[str, str]:
    return {link.attrs["rel"] or "": link.attrs["href"] or "" for link in page.all("link")}


def og_image(page: Page) -> str:
    wanted = [meta.attrs["content"] for meta in page.all("meta") if meta.attrs.get("property") == "og:image"]
    return wanted[0] or ""


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


# What is drawn


@pytest.mark.parametrize("motif", sorted(MOTIFS))
def test_a_card_is_drawn_in_the_sites_colours_with_every_motif(themes: Themes, motif: str) -> None:
    site = read(themes, design_tokens=json.dumps({"motif": motif, "color": {"primary": "#c2591c"}}))
    image = picture(draw_card(card_of(site), card_fonts(site)))
    assert (image.size, image.format) == ((1200, 630), "PNG")
    assert {site.look.light["ground"], "#c2591c"} <= colours(image)


@pytest.mark.parametrize("theme", [theme.id for theme in load_themes(ROOT)])
def test_each_theme_lays_a_card_out_otherwise_and_any_length_fits(themes: Themes, theme: str) -> None:
    """The same site in every theme: colours and letters differ, and so does where the title's ink stands."""
    tokens = json.dumps({"motif": "kertas", "color": {"primary": "#c2591c", "ground": "#ffffff", "ink": "#111111"}})
    for title in ("Kopi", "K" * 80, "Perawatan gigi yang tenang untuk anak, orang tua, dan kakek nenek kita"):
        site = read(themes, title=title, template_id=theme, design_tokens=tokens)
        assert picture(draw_card(card_of(site), card_fonts(site))).size == (1200, 630)
    compositions = {one.manifest.composition("default") for one in themes}
    assert compositions == {"rail", "banner", "frame", "shelf", "folio"}
    assert themes.get("pilar").manifest.composition("papan-nama") == "board"


@pytest.mark.parametrize("theme", [theme.id for theme in load_themes(ROOT)])
def test_a_card_is_lettered_in_faces_that_have_letters(themes: Themes, theme: str) -> None:
    for pairing in themes.get(theme).manifest.pairings:
        site = read(themes, template_id=theme, design_tokens=json.dumps({"font": {"pairing": pairing}}))
        card, fonts = card_of(site), card_fonts(site)
        for face in (card.heading, card.body):
            assert read_typeface(fonts[face or ""]).known("Kopi Senja, 12 November") == "Kopi Senja, 12 November", face


def test_another_title_or_another_colour_is_another_picture(themes: Themes) -> None:
    cards = [
        card_of(read(themes)),
        card_of(read(themes, title="Kopi pagi")),
        card_of(read(themes, design_tokens='{"color": {"primary": "#0b6e4f"}}')),
        card_of(read(themes, template_variant="papan-nama")),
    ]
    assert len({card.digest for card in cards}) == 4
    assert card_of(read(themes)).digest == cards[0].digest


def test_a_long_title_stands_in_four_lines_within_its_column(themes: Themes) -> None:
    site = read(themes)
    typeface = read_typeface(card_fonts(site)[card_of(site).heading or ""])
    sizes = (96.0, 64.0, 42.0)
    for text in ("Kopi", "Kopi sore " * 12, "K" * 400, "Keber-" * 60 + " ya"):
        face, lines = fit_lines(text, typeface, 700, (660, 362), sizes, 1.1, 4)
        assert 1 <= len(lines) <= 4
        assert len(lines) * face.size * 1.1 <= 362
        assert lines[-1].endswith("…") == (len("".join(lines)) < len(text.replace(" ", "")))
        assert all(face.getlength(line) <= 660 + face.size for line in lines)
    _, lines = fit_lines("Kopi sore, sebelum pasar tutup lampu", typeface, 700, (660, 362), sizes, 1.1, 4)
    assert " ".join(lines) == "Kopi sore, sebelum pasar tutup lampu"


@pytest.mark.parametrize(
    "title", ["咖啡館在海邊", "قهوة المساء عند البحر", "☕️🌅✨", "कॉफ़ी", "", "\u202ekopi", "K\u0301opi ☕ sore"]
)
def test_a_title_that_no_face_of_the_theme_can_write_still_makes_a_picture(themes: Themes, title: str) -> None:
    site = read(themes, title=title)
    assert picture(draw_card(card_of(site), card_fonts(site))).size == (1200, 630)


def test_letters_that_a_face_lacks_are_left_out_and_a_text_without_the_rest_too(themes: Themes) -> None:
    site = read(themes)
    typeface = read_typeface(card_fonts(site)[card_of(site).heading or ""])
    assert typeface.known("Kopi ☕ sore") == "Kopi sore"
    assert typeface.known("咖啡 a") == ""
    assert typeface.known("Te\u0301h") == "Téh"


@settings(max_examples=25)
@given(st.text(max_size=300), st.text(max_size=80))
def test_no_text_keeps_a_card_from_being_drawn(title: str, name: str) -> None:
    card = replace(card_of(site := default_site()), title=title, name=name)
    assert draw_card(card, card_fonts(site)).startswith(b"\x89PNG")


def test_without_the_themes_fonts_a_card_is_the_motif_alone(themes: Themes) -> None:
    assert picture(draw_card(card_of(read(themes)), {})).size == (1200, 630)


def test_a_card_is_found_by_its_name_in_every_language_and_no_other_is(themes: Themes) -> None:
    english = {"language": "en", "pages": [{"path": "/", "sections": [{"id": "h", "title": "Evening coffee"}]}]}
    hero = {"id": "h", "type": "hero", "title": "Kopi sore"}
    content = {"pages": [{"path": "/", "sections": [hero]}], "translations": [english]}
    site = read_site(themes, source(generated_content=json.dumps(content)))
    titles = {}
    for path in site.paths:
        address = og_image(draw(site, path))
        card = find_card(site, address.rpartition("/")[2].removesuffix(".png"))
        titles[path] = card and card.title
    assert titles == {"/": "Kopi sore", "/en": "Evening coffee"}
    assert find_card(site, "0" * 24) is None


# What pages say of it


def test_a_page_names_its_card_with_its_size(themes: Themes) -> None:
    page = draw(read(themes))
    found = {meta.attrs.get("property"): meta.attrs.get("content") for meta in page.all("meta")}
    assert str(found["og:image"]).startswith("https://kopi.example/_site/og/")
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert found["og:image:alt"]


def test_the_owners_own_icon_stands_before_their_logo_and_that_before_a_drawn_one(themes: Themes) -> None:
    def icons(logo: Any = None, **columns: Any) -> tuple[str, str]:
        content = json.dumps({"site": {"name": "Kopi", "logo": logo}})
        found = links(draw(read_site(themes, source(generated_content=content, **columns))))
        return found["icon"][:20], found["apple-touch-icon"].partition("/icon/")[0]

    square = {"src": "/logo.png", "width": 256, "height": 256}
    assert icons(square, favicon_url="/ikon.png") == ("/ikon.png", "/logo.png")
    assert icons(square) == ("/logo.png", "/logo.png")
    assert icons({"src": "/logo.png", "width": 600, "height": 120}) == ("data:image/svg+xml,%", "/_site")
    assert icons({"src": "/logo.png"}) == ("data:image/svg+xml,%", "/_site")
    assert icons() == ("data:image/svg+xml,%", "/_site")


def test_pages_that_are_no_content_ask_for_nothing_that_the_gate_would_refuse(themes: Themes) -> None:
    site = read(themes, is_protected=True, favicon_url="/ikon.png")
    for drawn in (draw_error(site, 404), draw_password(site, action="/_password", error=None, next_path="/")):
        assert not {"manifest", "apple-touch-icon", "canonical"} & set(links(Page(drawn.html)))
        assert links(Page(drawn.html))["icon"].startswith("data:image/svg+xml,")
    assert not {"manifest", "apple-touch-icon"} & set(links(draw(site)))


# Over HTTP


@pytest.fixture
async def page(conn: asyncpg.Connection, visitor: Visitor) -> Page:
    """The home page of a site, beside another tenant's."""
    await make_site(conn, subdomain="kopi", title="Kopi Senja", design_tokens={"color": {"primary": "#c2591c"}})
    await make_site(conn, subdomain="roti", title="Roti Pagi")
    return Page((await visitor.get(HOST)).text)


async def test_a_card_is_served_for_ever_under_the_name_of_what_it_shows(visitor: Visitor, page: Page) -> None:
    path = path_of(og_image(page))
    answer = await visitor.get(HOST, path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
    assert picture(answer.body).size == (1200, 630)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = await visitor.get(HOST, path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    head = await visitor.ask("HEAD", HOST, path)
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(answer.body)))
    assert (await visitor.ask("POST", HOST, path)).status == 405


async def test_a_card_of_another_tenant_or_of_yesterday_is_not_found(
    conn: asyncpg.Connection, visitor: Visitor, page: Page
) -> None:
    path = path_of(og_image(page))
    assert (await visitor.get("roti.sites.test", path)).status == 404
    icon = links(page)["apple-touch-icon"]
    assert (await visitor.get("roti.sites.test", icon)).status == 404
    await conn.execute("UPDATE websites SET title = 'Kopi Fajar' WHERE subdomain = 'kopi'")
    assert (await visitor.get(HOST, path)).status == 404
    assert (await visitor.get(HOST, path_of(og_image(Page((await visitor.get(HOST)).text))))).status == 200


async def test_a_post_has_a_card_of_its_own_while_it_may_be_seen(
    conn: asyncpg.Connection, visitor: Visitor, page: Page
) -> None:
    site = await conn.fetchval("SELECT id FROM websites WHERE subdomain = 'kopi'")
    await make_post(conn, site, slug="srikaya-é", title="Resep srikaya", published_at=NOW - timedelta(days=1))
    shown = path_of(og_image(Page((await visitor.get(HOST, "/blog/srikaya-%C3%A9")).text)))
    answer = await visitor.get(HOST, shown)
    assert (answer.status, picture(answer.body).size) == (200, (1200, 630))
    assert "immutable" in answer.headers["Cache-Control"]
    assert shown != path_of(og_image(page))
    # Neither another tenant's host nor another post's name nor another digest has it.
    assert (await visitor.get("roti.sites.test", shown)).status == 404
    assert (await visitor.get(HOST, shown.replace("srikaya-", "lain-"))).status == 404
    assert (await visitor.get(HOST, shown.rpartition("/")[0] + f"/{'0' * 24}.png")).status == 404
    await conn.execute("UPDATE blog_posts SET title = 'Resep lain'")
    assert (await visitor.get(HOST, shown)).status == 404
    await conn.execute("UPDATE blog_posts SET title = 'Resep srikaya'")
    assert (await visitor.get(HOST, shown)).status == 200
    for hidden in ("status = 'draft'", "status = 'published', scheduled_at = now() + interval '1 hour'"):
        await conn.execute(f"UPDATE blog_posts SET {hidden}")
        assert (await visitor.get(HOST, shown)).status == 404


async def test_a_posts_own_picture_is_what_shares_it(conn: asyncpg.Connection, visitor: Visitor, page: Page) -> None:
    site = await conn.fetchval("SELECT id FROM websites WHERE subdomain = 'kopi'")
    await make_post(conn, site, slug="foto", featured_image="/foto/satu.jpg", published_at=NOW - timedelta(days=1))
    assert path_of(og_image(Page((await visitor.get(HOST, "/blog/foto")).text))) == "/foto/satu.jpg"


@pytest.mark.parametrize(
    "path",
    ["/_site/og/", "/_site/og/x/", "/_site/og/%00/00.png", "/_site/og/%ff/00.png", "/_site/og/" + "a" * 3000 + "/0.png",
     "/_site/og/x.png", "/_site/og/" + "0" * 24 + ".png", "/_site/og/" + "0" * 5000 + ".png", "/_site/",
     "/_site/icon/0/32.png", "/_site/og/..%2f..%2fx.png", "/_site/icon/" + "0" * 16 + "/../32.png"],
)  # fmt: skip
async def test_a_picture_that_nobody_has_is_not_found(visitor: Visitor, page: Page, path: str) -> None:
    assert (await visitor.get(HOST, path)).status == 404


async def test_the_manifest_names_icons_that_exist(visitor: Visitor, page: Page) -> None:
    answer = await visitor.get(HOST, links(page)["manifest"])
    assert answer.headers["Content-Type"].startswith("application/manifest+json")
    manifest = json.loads(answer.text)
    assert (manifest["name"], manifest["short_name"], manifest["start_url"]) == ("Kopi Senja", "Kopi Senja", "/")
    assert (manifest["lang"], manifest["dir"], manifest["display"]) == ("id", "ltr", "minimal-ui")
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert "maskable" in {icon.get("purpose") for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        served = await visitor.get(HOST, icon["src"])
        assert "immutable" in served.headers["Cache-Control"]
        image = picture(served.body)
        assert f"{image.width}x{image.height}" == icon["sizes"]
        assert "#c2591c" in colours(image)


async def test_an_icon_for_home_screens_has_no_see_through_corners(visitor: Visitor, page: Page) -> None:
    image = picture((await visitor.get(HOST, links(page)["apple-touch-icon"])).body)
    assert (image.size, image.convert("RGBA").getpixel((0, 0))) == ((180, 180), (0xC2, 0x59, 0x1C, 255))


async def test_whoever_asks_for_favicon_ico_gets_an_icon(
    conn: asyncpg.Connection, visitor: Visitor, page: Page
) -> None:
    answer = await visitor.get(HOST, "/favicon.ico")
    assert answer.status == 200
    icon = Image.open(BytesIO(answer.body))
    assert (icon.format, icon.size) == ("ICO", (32, 32))
    await conn.execute("UPDATE websites SET favicon_url = '/ikon.png' WHERE subdomain = 'kopi'")
    answer = await visitor.get(HOST, "/favicon.ico")
    assert (answer.status, answer.headers["Location"]) == (302, "/ikon.png")
    await conn.execute("UPDATE websites SET favicon_url = '/favicon.ico' WHERE subdomain = 'kopi'")
    assert (await visitor.get(HOST, "/favicon.ico")).status == 200


async def test_an_svg_is_served_in_a_sandbox(visitor: Visitor, page: Page) -> None:
    digest = links(page)["apple-touch-icon"].split("/")[3]
    answer = await visitor.get(HOST, f"/_site/icon/{digest}/any.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_picture_of_a_theme_that_is_an_svg_is_served_in_a_sandbox_too(
    conn: asyncpg.Connection, database: Any, keyring: Any, aiohttp_client: Any, tmp_path: Path
) -> None:
    copytree(ROOT, tmp_path / "themes")
    (tmp_path / "themes" / "pilar" / "static" / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    themes = load_themes(tmp_path / "themes")
    await make_site(conn, subdomain="kopi")
    chosen = load_settings(None, {"server": {"base_domains": ["sites.test"]}})
    app = make_app(chosen, database.url_as("tapsite_edge"), keyring, themes)
    visitor = Visitor(await aiohttp_client(WorkerServer(app)))
    answer = await visitor.get(HOST, themes.get("pilar").files["a.svg"])
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


async def test_pictures_of_a_site_that_wants_no_index_are_not_indexed_either(
    conn: asyncpg.Connection, visitor: Visitor
) -> None:
    await make_site(conn, subdomain="diam", config={"robots": "noindex"})
    page = Page((await visitor.get("diam.sites.test")).text)
    for path in (path_of(og_image(page)), links(page)["apple-touch-icon"], "/favicon.ico"):
        assert (await visitor.get("diam.sites.test", path)).headers["X-Robots-Tag"] == "noindex"


async def test_robots_txt_is_open_or_lets_in_only_those_who_obey_the_pages(
    conn: asyncpg.Connection, visitor: Visitor, page: Page
) -> None:
    answer = await visitor.get(HOST, "/robots.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text == "User-agent: *\nAllow: /\n\nSitemap: http://kopi.sites.test:8080/sitemap.xml\n"
    await make_site(conn, subdomain="diam", config={"robots": "noindex"})
    quiet = (await visitor.get("diam.sites.test", "/robots.txt")).text
    assert quiet.endswith("User-agent: *\nDisallow: /\n")
    assert "User-agent: Googlebot\n" in quiet  # it cannot see a noindex on a page that it may not read
    assert (await visitor.get("nobody.sites.test", "/robots.txt")).status == 404


async def test_everything_of_a_protected_site_stands_behind_its_gate(
    conn: asyncpg.Connection, visitor: Visitor, page: Page
) -> None:
    paths = [
        path_of(og_image(page)),
        links(page)["manifest"],
        links(page)["apple-touch-icon"],
        "/favicon.ico",
        "/robots.txt",
    ]
    await conn.execute("UPDATE websites SET is_password_protected = true, password_hash = 'x' WHERE subdomain = 'kopi'")
    for path in paths:
        answer = await visitor.get(HOST, path)
        assert (answer.status, answer.headers["Cache-Control"]) == (403, "private, no-store"), path
        assert answer.headers["X-Robots-Tag"] == "noindex"


async def test_a_picture_is_drawn_once_for_all_who_wait_and_then_kept() -> None:
    drawn: list[int] = []

    def draw_it() -> bytes:
        drawn.append(1)
        return b"png"

    easel = Easel()
    assert await asyncio.gather(*(easel.picture("a", draw_it) for _ in range(5))) == [b"png"] * 5
    assert await easel.picture("a", draw_it) == b"png"
    assert len(drawn) == 1
    easel.close()


async def test_pictures_are_kept_within_their_memory_and_too_large_a_one_is_drawn_again() -> None:
    drawn: list[str] = []

    def drawing(name: str, size: int) -> Any:
        return lambda: (drawn.append(name), b"x" * size)[1]

    easel = Easel(kept_bytes=100)
    for name, size in (("a", 60), ("b", 60), ("a", 60), ("c", 200), ("c", 200)):
        assert len(await easel.picture(name, drawing(name, size))) == size
    assert drawn == ["a", "b", "a", "c", "c"]
    easel.close()


async def test_a_drawing_that_fails_is_tried_again_and_too_long_a_queue_is_refused() -> None:
    def fails() -> bytes:
        raise ValueError("no ink")

    easel = Easel(most_waiting=2)
    for _ in range(2):
        with pytest.raises(ValueError, match="no ink"):
            await easel.picture("a", fails)
    gate = Event()

    def waits() -> bytes:
        gate.wait(60)
        return b"png"

    waiting = [asyncio.ensure_future(easel.picture(name, waits)) for name in "ab"]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await easel.picture("c", waits)
    gate.set()
    assert await asyncio.gather(*waiting) == [b"png"] * 2
    easel.close()
