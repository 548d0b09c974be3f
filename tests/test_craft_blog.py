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

pytestmark = [*needs_browser, pytest.mark.parametrize(("theme", "variant"), PAINTED)]


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
                "targets": 48, "surface": (), "overflow": (), "bands": EMPTY[width], "fills": (),
            }  # fmt: skip
            wrong += said(f"{name} at {width}", await easel.ask(**measures))
    wrong += easel.faults + [url for url in easel.requests if not url.startswith(("http://craft.test/", "data:"))]
    await easel.close()
    assert wrong == [], "\n".join(wrong)
