"""Random palettes, as Chromium computes them: every text on every ground reads, by day and by night.

TAPSITE_TEST_PALETTES=1000 takes a thousand.
"""

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from renderer.themes import Themes, load_themes, palette
from renderer.themes.repair import Repairs
from renderer.themes.rhythm import BANDS
from renderer.themes.tokens import Look, settle
from tests.browsers import needs_browser
from tests.craft_pages import variants
from tests.full_page import documents, full_site, open_document
from tests.pages import ROOT
from tests.palettes import random_tokens

PALETTES = int(os.environ.get("TAPSITE_TEST_PALETTES", "100"))
# One document has nearly every pair there is; what the others add is few and soon seen.
ELSEWHERE = PALETTES // 8
PROBE = (ROOT.parent / "tests" / "palette_probe.js").read_text("utf-8")
# Each document with the theme and the layout it is drawn in; together they hold every rule that sets a colour.
THEMES = load_themes(ROOT)
DRAWN = [("page", theme, variant) for theme, variant in variants(THEMES)]
DRAWN += [(name, theme.id, next(iter(theme.manifest.variants))) for theme in THEMES for name in ("error", "password")]
MOST = ("page", "pilar", "default")

pytestmark = needs_browser


def look(themes: Themes, tokens: dict[str, Any], theme: str = "pilar") -> Look:
    text = json.dumps(tokens)
    manifest = themes.get(theme).manifest
    return settle(manifest, css_variables=None, schemes=None, design_tokens=text, repairs=Repairs())


def marked(sheet: str) -> tuple[str, dict[str, str]]:
    """The sheet with a colour of its own for each custom property, and those colours' names."""
    names: dict[str, str] = {}

    def mark(match: re.Match[str]) -> str:
        index = len(names)
        names[f"rgb({index + 9}, {200 - index}, {(index * 37) % 256})"] = match[1]
        return f"--c-{match[1]}:{list(names)[-1]};"

    root = sheet[: sheet.index("@media")]
    return re.sub(r"--c-([a-z0-9-]+):#[0-9a-f]{6};", mark, root), names


async def prepare(
    browser: Browser, themes: Themes, name: str, variant: str, theme: str = "pilar"
) -> tuple[Page, list[dict[str, Any]]]:
    """The document with every section on every ground and every control in every state; and the pairs it shows."""
    site = full_site(themes, {"mode": "light"}, variant, theme)
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = await context.new_page()
    await open_document(page, themes, documents(site), name)
    await page.evaluate(PROBE)
    await page.evaluate("bands => probe.spread(bands)", [f"t-{band}" for band in BANDS])
    protocol = await context.new_cdp_session(page)
    await protocol.send("DOM.enable")
    await protocol.send("CSS.enable")
    document = (await protocol.send("DOM.getDocument"))["root"]["nodeId"]
    # Each forcing reckons the styles of all that is shown anew.
    await page.evaluate("document.documentElement.hidden = true")
    states = {"hover": ["hover"], "focus": ["focus", "focus-visible"], "active": ["hover", "active"]}
    for state, forced in states.items():
        query = {"nodeId": document, "selector": f"[data-state={state}]"}
        for node in (await protocol.send("DOM.querySelectorAll", query))["nodeIds"]:
            await protocol.send("CSS.forcePseudoState", {"nodeId": node, "forcedPseudoClasses": forced})
    await page.evaluate("document.documentElement.hidden = false")
    sheet, names = marked(site.look.css)
    await page.evaluate("sheet => probe.wear(sheet)", sheet)
    pairs = await page.evaluate("probe.collect()")
    for pair in pairs:
        pair["pair"] = (names.get(pair["colour"], pair["colour"]), names.get(pair["ground"], pair["ground"]))
    return page, pairs


@cache
def sheet_of(themes: Themes, theme: str, seed: int) -> str:
    """The style of a random palette: the same for every document and layout of the theme."""
    return look(themes, random_tokens(seed), theme).css


def batches(sheets: list[str]) -> Iterator[tuple[int, list[str]]]:
    for first in range(0, len(sheets), 100):
        yield first, sheets[first : first + 100]


@pytest.mark.parametrize(("name", "theme", "variant"), DRAWN)
async def test_only_listed_colours_meet_and_every_text_reads_in_every_palette_by_day_and_by_night(
    browser: Browser, themes: Themes, name: str, theme: str, variant: str
) -> None:
    page, pairs = await prepare(browser, themes, name, variant, theme)
    assert len(pairs) > 5
    assert strangers(pairs) == {}
    number = PALETTES if (name, theme, variant) == MOST else ELSEWHERE
    sheets = [sheet_of(themes, theme, seed) for seed in range(number)]
    for mode in ("light", "dark"):
        await page.emulate_media(color_scheme=mode)
        for first, some in batches(sheets):
            for index, low in enumerate(await page.evaluate("sheets => probe.measure(sheets)", some)):
                assert low == [], f"palette {first + index} ({random_tokens(first + index)}), {mode}"


def strangers(pairs: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """Pairs of colours that are not listed, each with an element that shows them."""
    listed = palette.PAIRS | {pair[::-1] for pair in palette.PAIRS}
    shapes = listed | palette.SHAPES | {pair[::-1] for pair in palette.SHAPES}
    return {
        pair["pair"]: pair["name"] for pair in pairs if pair["pair"] not in (listed if pair["least"] > 4 else shapes)
    }


async def test_the_probe_sees_a_text_that_does_not_read(browser: Browser, themes: Themes) -> None:
    page, _ = await prepare(browser, themes, "page", "default")
    good = look(themes, {"mode": "light"}).css
    bad = re.sub("--c-muted:#[0-9a-f]{6}", "--c-muted:#999999", good)
    low = await page.evaluate("sheets => probe.measure(sheets)", [good, bad])
    assert low[0] == []
    assert low[1]
    assert all("rgb(153, 153, 153)" in line for line in low[1])
