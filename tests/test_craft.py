"""The rules of craft, measured in Chromium on every theme in every variant: type, space, counts, paper."""

from typing import Any

import pytest
from playwright.async_api import Browser

from renderer.settings import ROOT
from renderer.themes import Site, Themes, draw_page, load_themes
from tests.browsers import needs_browser
from tests.craft import WIDTHS, Easel, said, sheets_of_paper
from tests.craft_pages import TITLES, count_pages, demo_sites, ladder, long_menu, made, variants
from tests.full_page import documents, full_site
from tests.pages import NOW

PAINTED = variants(load_themes(ROOT / "themes"))
MOST_SIZES = 7
EMPTY = {360: 96, 1280: 160}

pytestmark = [*needs_browser, pytest.mark.parametrize(("theme", "variant"), PAINTED)]


def home(site: Site) -> str:
    drawn = draw_page(site, "/", [], NOW)
    assert drawn is not None
    return drawn.html


async def test_type_space_and_surface_are_of_one_hand(
    browser: Browser, themes: Themes, theme: str, variant: str
) -> None:
    easel = await Easel.open(browser, themes)
    wrong: list[str] = []
    for name, html in documents(full_site(themes, {"mode": "light"}, variant, theme)).items():
        await easel.show(html)
        for width in (360, 1280):
            await easel.resize(width)
            measures: dict[str, Any] = {
                "sizes": MOST_SIZES, "body": (), "measure": (45 if width > 700 else 0, 75), "faux": (), "figures": (),
                "centred": 1, "targets": 48, "surface": (), "overflow": (),
            }  # fmt: skip
            if name == "page":
                measures["bands"] = EMPTY[width]
            wrong += said(f"{name} at {width}", await easel.ask(**measures))
        if name == "page":
            steps = (await easel.ask(paddings=()))["paddings"]
            if len(steps) < 3 or steps[-1] < 1.6 * steps[0]:
                wrong.append(f"section paddings are {steps}")
    wrong += easel.faults + [url for url in easel.requests if not url.startswith(("http://craft.test/", "data:"))]
    await easel.close()
    assert wrong == [], "\n".join(wrong)


async def test_no_count_of_entries_and_no_name_leaves_an_orphan_or_sticks_out(
    browser: Browser, themes: Themes, theme: str, variant: str
) -> None:
    easel = await Easel.open(browser, themes)
    wrong: list[str] = []
    kinds = ("gofood", "grabfood", "tokopedia", "instagram", "shopee")
    channels = [{"kind": kind, "url": f"https://{kind}.example/contoh"} for kind in kinds]
    sections = [({"id": kind, "type": kind}, "") for kind in ("channels", "payments")]
    accepted = {"accepted": ["Tunai", "QRIS", "BCA", "Mandiri", "GoPay"]}
    lists = made(themes, theme, variant, sections, channels=channels, payments=accepted)
    for site in (*count_pages(themes, theme, variant).values(), lists):
        await easel.show(home(site))
        for width in WIDTHS:
            await easel.resize(width)
            wrong += said(f"at {width}", await easel.ask(overflow=(), orphans=()))
    await easel.close()
    assert wrong == [], "\n".join(wrong)


async def test_a_first_heading_of_sixty_characters_takes_four_lines_of_a_phone_at_most(
    browser: Browser, themes: Themes, theme: str, variant: str
) -> None:
    drawn = [
        home(made(themes, theme, variant, [({"id": "h", "type": "hero", "title": title}, "")])) for title in TITLES
    ]
    headings = []
    for html in drawn:
        begin = html.index("<h1")
        headings.append(html[begin : html.index("</h1>") + 5])
    easel = await Easel.open(browser, themes)
    await easel.show(drawn[0], 360, 640)
    lines = (await easel.ask(headings=(headings,)))["headings"]
    await easel.close()
    assert max(lines) <= 4, dict(zip(TITLES, lines, strict=True))


async def test_the_first_screen_of_a_phone_shows_name_offer_and_action(
    browser: Browser, themes: Themes, theme: str, variant: str
) -> None:
    easel = await Easel.open(browser, themes)
    wrong: list[str] = []
    for subdomain, site in demo_sites(themes, theme, variant).items():
        await easel.show(home(site), 360, 640)
        wrong += said(subdomain, await easel.ask(firstScreen=site.view.name, overflow=()))
    await easel.show(home(long_menu(themes, theme, variant)), 360, 640)
    wrong += said("a menu of 40", await easel.ask(density=6))
    await easel.close()
    assert wrong == [], "\n".join(wrong)


async def test_from_no_section_to_eighteen_a_page_is_filled_and_whole(
    browser: Browser, themes: Themes, theme: str, variant: str
) -> None:
    easel = await Easel.open(browser, themes)
    wrong: list[str] = []
    for count, site in ladder(themes, theme, variant).items():
        await easel.show(home(site))
        for width, height in ((360, 640), (1280, 800)):
            await easel.resize(width, height)
            answers = await easel.ask(bands=EMPTY[width], fills=(), overflow=())
            wrong += said(f"{count} sections at {width}", answers)
    await easel.close()
    assert wrong == [], "\n".join(wrong)


async def test_a_picture_that_does_not_come_leaves_no_hole(
    browser: Browser, themes: Themes, theme: str, variant: str
) -> None:
    picture = {"src": "/pictures/satu.png", "alt": "Sebuah foto", "width": 640, "height": 480}
    items = [{"id": f"i{n}", "name": "Nama", "text": "Kata.", "price": 1000, "image": picture} for n in range(3)]
    kinds = ("hero", "about", "gallery", "products", "team", "logos")
    sections = [
        ({"id": kind, "type": kind, "title": kind, "text": "Kata.", "image": picture, "items": items}, "")
        for kind in kinds
    ]
    easel = await Easel.open(browser, themes)
    await easel.show(home(made(themes, theme, variant, sections)))
    await easel.page.evaluate("document.querySelectorAll('img').forEach(img => { img.loading = 'eager'; })")
    await easel.page.wait_for_function("[...document.images].every(img => img.complete)")
    wrong = []
    for width in (360, 1280):
        await easel.resize(width)
        wrong += said(f"at {width}", await easel.ask(holes=()))
    await easel.close()
    assert wrong == [], "\n".join(wrong)


async def test_a_menu_of_forty_is_printed_on_two_sheets_with_address_and_url(
    browser: Browser, themes: Themes, theme: str, variant: str
) -> None:
    easel = await Easel.open(browser, themes)
    site = long_menu(themes, theme, variant)
    await easel.show(home(site))
    sheets = sheets_of_paper(await easel.page.pdf(format="A4"))
    await easel.page.emulate_media(media="print")
    wrong = said("on paper", await easel.ask(printed=(["kopi.example", "Jalan Kaliurang 12", "Rp"],)))
    await easel.close()
    assert wrong == [], "\n".join(wrong)
    assert sheets <= 2


async def test_nothing_sticks_out_of_a_page_that_is_read_from_the_right(
    browser: Browser, themes: Themes, theme: str, variant: str
) -> None:
    easel = await Easel.open(browser, themes)
    html = documents(full_site(themes, {}, variant, theme))["page"].replace("<html ", '<html dir="rtl" ', 1)
    await easel.show(html)
    wrong = []
    for width in (360, 768, 1280):
        await easel.resize(width)
        wrong += said(f"at {width}", await easel.ask(overflow=()))
    await easel.close()
    assert wrong == [], "\n".join(wrong)


# Names of two lines at most: what a font says its letters need must lie within what is painted.
CUT = """() => [...document.querySelectorAll('header *')].filter(one => {
  const style = getComputedStyle(one);
  return style.webkitLineClamp !== 'none' && style.overflow !== 'visible' && one.textContent.trim();
}).flatMap(one => {
  const range = document.createRange(), box = one.getBoundingClientRect();
  range.selectNodeContents(one);
  const lines = [...range.getClientRects()], low = Math.max(...lines.map(line => line.bottom));
  return low > box.bottom + 1 ? [`${one.textContent.trim()}: ${low} below ${box.bottom}`] : [];
})"""


async def test_letters_of_a_name_that_reach_down_are_whole(
    browser: Browser, themes: Themes, theme: str, variant: str
) -> None:
    easel = await Easel.open(browser, themes)
    site = demo_sites(themes, theme, variant)["gigi-arunika"]
    wrong = []
    await easel.show(home(site))
    for width in (360, 1280):
        await easel.resize(width)
        wrong += await easel.page.evaluate(CUT)
    await easel.close()
    assert wrong == [], "\n".join(wrong)
