"""The rules of craft on a blog's pages, measured in Chromium on every theme in every variant."""

from typing import Any

import pytest
from playwright.async_api import Browser

from renderer.settings import ROOT
from renderer.themes import Themes, load_themes
from tests.blog_pages import blog_documents
from tests.browsers import needs_browser
from tests.craft import Easel, said
from tests.craft_pages import variants
from tests.photographs import files
from tests.test_craft import EMPTY, MOST_SIZES

PAINTED = variants(load_themes(ROOT / "themes"))
MEASURED = ("list", "search", "subscribe", "post", "post-strained", "post-bare")
IN_OTHER_VARIANTS = ("list", "post-strained")

pytestmark = needs_browser
each_look = pytest.mark.parametrize(("theme", "variant"), PAINTED)


@each_look
async def test_type_space_and_surface_are_of_one_hand(
    browser: Browser, themes: Themes, theme: str, variant: str
) -> None:
    shown = blog_documents(themes, theme, variant, {"mode": "light"})
    easel = await Easel.open(browser, themes, files=files())
    wrong: list[str] = []
    for name in MEASURED if variant == "default" else IN_OTHER_VARIANTS:
        await easel.show(shown[name])
        for width in (360, 1280):
            await easel.resize(width)
            measures: dict[str, Any] = {
                "sizes": MOST_SIZES, "body": (), "measure": (45 if width > 700 else 0, 75), "faux": (), "centred": 1,
                "targets": 48, "surface": (), "overflow": (), "squeezed": (), "bands": EMPTY[width], "fills": (),
            }  # fmt: skip
            wrong += said(f"{name} at {width}", await easel.ask(**measures))
    wrong += easel.faults + [url for url in easel.requests if not url.startswith(("http://craft.test/", "data:"))]
    await easel.close()
    assert wrong == [], "\n".join(wrong)


@each_look
async def test_read_from_the_right_nothing_sticks_out_and_paper_has_the_text_and_its_address(
    browser: Browser, themes: Themes, theme: str, variant: str
) -> None:
    shown = blog_documents(themes, theme, variant)
    easel = await Easel.open(browser, themes, files=files())
    wrong: list[str] = []
    for name in IN_OTHER_VARIANTS:
        await easel.show(shown[name].replace("<html ", '<html dir="rtl" ', 1))
        for width in (360, 1280):
            await easel.resize(width)
            wrong += said(f"{name} at {width}", await easel.ask(overflow=(), squeezed=()))
    await easel.page.emulate_media(media="print")
    await easel.resize(760)
    words = ["Semua yang bisa dimuat", "Kutipan yang berdiri sendiri", "https://kopi.example/blog/semuanya"]
    wrong += said("on paper", await easel.ask(printed=(words,), overflow=()))
    clicked = await easel.page.evaluate("[...document.querySelectorAll('form, .btn')].filter(craft.seen).length")
    await easel.close()
    assert wrong == [], "\n".join(wrong)
    assert clicked == 0


@pytest.mark.parametrize("theme", sorted({theme for theme, _ in PAINTED}))
async def test_photographs_are_pulled_sideways_by_keys_and_each_leads_to_the_whole(
    browser: Browser, themes: Themes, theme: str
) -> None:
    easel = await Easel.open(browser, themes, files=files())
    await easel.show(blog_documents(themes, theme, "default")["post-strained"], 360, 640)
    strip = easel.page.get_by_role("region", name="Foto")
    await strip.focus()
    assert await strip.evaluate("box => getComputedStyle(box).outlineStyle") != "none"
    for _ in range(3):
        await easel.page.keyboard.press("ArrowRight")
    await easel.page.wait_for_function("document.activeElement.scrollLeft > 0")
    found = await strip.evaluate("""box => [
      getComputedStyle(box).scrollSnapType, [...box.querySelectorAll('a')].every(a => a.querySelector('img[alt]')),
      [...box.querySelectorAll('a')].map(a => new URL(a.href).pathname)]""")
    assert found == ["x", True, [f"/foto/{number}.jpg" for number in range(2, 9)]]
    await easel.close()
