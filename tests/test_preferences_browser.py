"""What a reader asks of the browser is honoured: colour scheme, contrast, motion, forced colours, paper."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page

from renderer.themes import Themes
from renderer.themes.colour import contrast
from tests.browsers import needs_browser
from tests.full_page import documents, full_site, open_document

pytestmark = needs_browser

HEX = """
const hex = value => '#' + value.match(/\\d+/g).slice(0, 3).map(n => (+n).toString(16).padStart(2, '0')).join('');"""
COLOURS = (
    f"() => {{ {HEX}"
    + """
  const root = getComputedStyle(document.documentElement);
  const of = selector => getComputedStyle(document.querySelector(selector));
  return {
    ground: hex(of('body').backgroundColor), ink: hex(of('body').color), muted: hex(of('.muted, .fine, .text').color),
    line: root.getPropertyValue('--c-line').trim(), edge: root.getPropertyValue('--c-edge').trim(),
    button: hex(of('.hero .btn').backgroundColor), scheme: root.colorScheme,
  };
}"""
)


async def opened(browser: Browser, themes: Themes, tokens: Any, name: str = "page", **context: Any) -> Page:
    page = await (await browser.new_context(viewport={"width": 390, "height": 800}, **context)).new_page()
    await open_document(page, themes, documents(full_site(themes, tokens)), name)
    return page


async def test_a_reader_of_the_dark_gets_the_dark_palette(browser: Browser, themes: Themes) -> None:
    page = await opened(browser, themes, {"mode": "auto"})
    light = await page.evaluate(COLOURS)
    await page.emulate_media(color_scheme="dark")
    dark = await page.evaluate(COLOURS)
    assert (light["scheme"], dark["scheme"]) == ("light", "dark")
    assert contrast(light["ground"], "#ffffff") < 1.2 < 12 < contrast(dark["ground"], "#ffffff")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_reader_who_asks_for_more_contrast_gets_it_by_day_and_by_night(
    browser: Browser, themes: Themes, scheme: Any
) -> None:
    page = await opened(browser, themes, {"color": {"primary": "#7aa6c2"}}, color_scheme=scheme)
    usual = await page.evaluate(COLOURS)
    await page.emulate_media(contrast="more")
    more = await page.evaluate(COLOURS)
    assert more["ground"] == usual["ground"]
    assert contrast(usual["muted"], usual["ground"]) <= contrast(more["muted"], more["ground"])
    assert contrast(more["muted"], more["ground"]) >= 7
    assert contrast(more["ink"], more["ground"]) > contrast(usual["ink"], usual["ground"])
    assert contrast(usual["line"], usual["ground"]) < 3 <= contrast(more["line"], more["ground"])
    assert contrast(more["edge"], more["ground"]) >= 4.5


async def test_nothing_moves_for_a_reader_who_asks_for_less_motion(browser: Browser, themes: Themes) -> None:
    moving = """() => [...document.querySelectorAll('*')].filter(node => {
      const style = getComputedStyle(node);
      return style.transitionDuration.split(',').some(time => parseFloat(time) > 0) || style.animationName !== 'none';
    }).length"""
    page = await opened(browser, themes, {}, reduced_motion="no-preference")
    assert await page.evaluate(moving) > 0
    await page.emulate_media(reduced_motion="reduce")
    assert await page.evaluate(moving) == 0


async def test_buttons_bars_and_focus_are_seen_in_forced_colours(browser: Browser, themes: Themes) -> None:
    page = await opened(browser, themes, {"color": {"primary": "#ffffff"}}, forced_colors="active")
    seen = await page.evaluate("""() => {
      const of = (selector, pseudo) => getComputedStyle(document.querySelector(selector), pseudo);
      const canvas = of('body').backgroundColor;
      document.body.insertAdjacentHTML('beforeend', '<ul class="ticks"><li>x</li></ul>');
      document.querySelector('.hero .btn').focus();
      const button = of('.hero .btn'), bar = of('.bar .open'), track = of('.bar .track');
      return {
        canvas, ink: of('body').color,
        button: button.borderTopColor, width: button.borderTopWidth, outline: button.outlineStyle,
        ring: button.outlineColor, bar: bar.fill, track: track.fill, trackLine: track.stroke,
        burger: of('.burger').backgroundColor, tick: of('.ticks li', '::before').backgroundColor,
        line: of('.line > li', '::before').backgroundColor, mark: of('.mark').borderTopStyle,
      };
    }""")
    assert seen["width"] == "2px"
    assert (seen["outline"], seen["mark"]) == ("solid", "solid")
    for name in ("button", "ring", "bar", "trackLine", "burger", "tick", "line", "ink"):
        assert seen[name] != seen["canvas"], name
    assert seen["track"] != seen["bar"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_paper_is_white_and_its_ink_is_black(browser: Browser, themes: Themes, scheme: Any) -> None:
    page = await opened(browser, themes, {"color": {"ground": "#101820"}}, color_scheme=scheme, contrast="more")
    await page.emulate_media(media="print")
    paper = await page.evaluate(COLOURS)
    assert (paper["ground"], paper["ink"]) == ("#ffffff", "#000000")
    grounds = """() => [...new Set([...document.querySelectorAll('main *')].filter(node => node.checkVisibility())
      .map(node => getComputedStyle(node).backgroundColor))]"""
    assert set(await page.evaluate(grounds)) <= {"rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"}


async def test_the_edge_of_a_field_is_seen_on_the_password_page(browser: Browser, themes: Themes) -> None:
    page = await opened(browser, themes, {"color": {"primary": "#ffff00"}}, name="password")
    edge, ground = await page.evaluate(
        f"() => {{ {HEX}"
        + """
      const field = document.querySelector('input[type=password]'), card = field.closest('.gate-card');
      return [hex(getComputedStyle(field).borderTopColor), hex(getComputedStyle(card).backgroundColor)];
    }"""
    )
    assert contrast(edge, ground) >= 3


async def test_the_inlined_style_passes_under_its_hash_alone(browser: Browser, themes: Themes) -> None:
    site = full_site(themes, {"color": {"primary": "oklch(60% .2 30)"}})
    shown = documents(site)
    csp = f"default-src 'none'; style-src 'self' 'sha256-{site.look.css_hash}'; font-src 'self'; img-src data:"
    shown["page"] = shown["page"].replace(
        "<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{csp}">', 1
    )
    page = await (await browser.new_context()).new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "style" in message.text else None)
    await open_document(page, themes, shown, "page")
    assert await page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--c-brand')")
    assert refused == []
