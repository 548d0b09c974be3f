"""axe finds nothing on any page of any theme: WCAG 2.2 AA and its best practices, by day and by night.

It comes from npm (tests/axe); `.ci/install` brings it, and TAPSITE_TEST_AXE=required insists on it.
"""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser

from renderer.settings import ROOT
from renderer.themes import Themes, draw_page, load_themes
from tests.blog_pages import blog_documents
from tests.browsers import needs_browser
from tests.craft import Easel
from tests.craft_pages import demo_sites, variants
from tests.full_page import documents, full_site
from tests.pages import NOW
from tests.photographs import files

AXE = Path(__file__).parent / "axe/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAINTED = variants(load_themes(ROOT / "themes"))
# What the colours of the night may change; the rest was seen by day.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
RUN = """async only => (await axe.run(document, {runOnly: only, resultTypes: ['violations']}))
  .violations.flatMap(rule => rule.nodes.slice(0, 3).map(node =>
    `${rule.id}: ${node.target.join(' ')}: ${node.html.slice(0, 120)}: ${node.failureSummary}`))"""

pytestmark = [
    *needs_browser,
    pytest.mark.skipif(
        os.environ.get("TAPSITE_TEST_AXE") != "required" and not AXE.exists(),
        reason="there is no axe on this machine (`npm ci --prefix tests/axe`)",
    ),
]


async def complaints(easel: Easel, html: str, *widths: int) -> list[str]:
    await easel.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    await easel.show(html)
    await easel.page.evaluate(AXE.read_text("utf-8"))
    said = []
    for width in widths:
        await easel.resize(width)
        found = await easel.page.evaluate(RUN, {"type": "tag", "values": TAGS})
        said += [f"by day at {width}: {one}" for one in found]
    await easel.page.emulate_media(color_scheme="dark")
    for width in widths:
        await easel.resize(width)
        found = await easel.page.evaluate(RUN, {"type": "rule", "values": OF_COLOUR})
        said += [f"by night at {width}: {one}" for one in found]
    return said


@pytest.mark.parametrize(("theme", "variant"), PAINTED)
async def test_axe_finds_nothing(browser: Browser, themes: Themes, theme: str, variant: str) -> None:
    further = demo_sites(themes, theme, variant)["gigi-arunika"]
    drawn = draw_page(further, further.paths[1], [], NOW)
    assert drawn is not None
    easel = await Easel.open(browser, themes)
    said = []
    shown = documents(full_site(themes, {"mode": "auto"}, variant, theme))
    for name, html in {**shown, "further page": drawn.html}.items():
        said += [f"{name}, {one}" for one in await complaints(easel, html, 360, 1280)]
    await easel.close()
    assert said == [], "\n".join(said)


@pytest.mark.parametrize(("theme", "variant"), PAINTED)
async def test_axe_finds_nothing_on_a_blogs_pages(browser: Browser, themes: Themes, theme: str, variant: str) -> None:
    easel = await Easel.open(browser, themes, files=files())
    shown = blog_documents(themes, theme, variant, {"mode": "auto"})
    said = []
    for name in ("list", "post-strained", *(("search", "subscribe") if variant == "default" else ())):
        said += [f"{name}, {one}" for one in await complaints(easel, shown[name], 360, 1280)]
    await easel.close()
    assert said == [], "\n".join(said)


async def test_axe_finds_what_is_wrong(browser: Browser, themes: Themes) -> None:
    easel = await Easel.open(browser, themes)
    html = documents(full_site(themes, {"mode": "auto"}))["error"]
    spoilt = "<img src='/a.png'><a href='#'></a><p class=fine>Kata</p>"
    spoilt += "<style>@media (prefers-color-scheme: dark) {.fine{color:#555}}</style>"
    said = await complaints(easel, html.replace("</main>", f"{spoilt}</main>"), 1280)
    for rule in ("by day at 1280: image-alt", "by day at 1280: link-name", "by night at 1280: color-contrast"):
        assert any(one.startswith(rule) for one in said), said
    await easel.close()
