"""The worst rows in a real browser, through the real server: nothing runs, nothing comes from elsewhere, it fits."""

import asyncio
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import asyncpg
from playwright.async_api import Browser, Page

from renderer.settings import ROOT
from tests import vectors
from tests.browsers import needs_browser
from tests.factories import make_post, make_site
from tests.torture import trial
from tests.visitor import Visitor
from tests.whole import places, put, whole_row

pytestmark = needs_browser
WIDTHS = (320, 360, 1280)
SITE_COLUMNS = ("config", "design_tokens", "generated_content", "components_config")
SHOTS = ROOT / "var" / "screenshots"
_KEPT = (
    "type",
    "kind",
    "id",
    "path",
    "page",
    "visible",
    "provenance",
    "number",
    "days",
    "open",
    "close",
    "from",
    "until",
)
# Whatever sticks out of its page, and whatever a text turned round outside its own element.
_PROBE = """() => {
  const wide = document.documentElement.clientWidth;
  const boxed = node => /(auto|scroll|hidden|clip)/.test(getComputedStyle(node).overflowX);
  const scrolls = node => node && node !== document.body && (boxed(node) || scrolls(node.parentElement));
  const out = [...document.body.querySelectorAll('*')].filter(node => {
    const box = node.getBoundingClientRect();
    return box.width && (box.right > wide + 1 || box.left < -1) && !scrolls(node.parentElement) &&
      getComputedStyle(node).position !== 'fixed' && !node.closest('.skip, .vh, svg');
  }).map(node => node.tagName + '.' + node.className).slice(0, 5);
  if (!out.length && document.documentElement.scrollWidth > wide) {  // a word that leaves a box which itself fits
    for (const node of document.body.querySelectorAll('*')) {
      const leaves = one => one.scrollWidth > one.clientWidth + 1;
      if (node.clientWidth && leaves(node) && getComputedStyle(node).overflowX === 'visible' &&
          ![...node.children].some(leaves)) out.push(node.outerHTML.slice(0, 120));
    }
  }
  return {
    out,
    scroll: document.documentElement.scrollWidth,
    wide,
    ran: window.ran || 0,
    scripts: document.scripts.length,
    frames: document.querySelectorAll('iframe, object, embed, base').length,
  };
}"""


def worst() -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows by name: one class of strings everywhere at once, a section of each type; long words; random ones."""
    attacks = {
        "markup": vectors.MARKUP,
        "addresses": vectors.ADDRESSES,
        "templates": vectors.TEMPLATES,
        "bidi": vectors.BIDI,
        "unseen": vectors.UNSEEN,
        "nothing": vectors.NOTHING,
    }
    whole = whole_row()
    free = [place for place in places(whole) if place[-1] not in _KEPT and place[0] in SITE_COLUMNS]
    for name, every in attacks.items():
        strings = [text for text in every if not re.search("[\x00\ud800-\udfff]", text)]  # what cannot be stored
        for turn in range(3):
            row = deepcopy(whole)
            for number, place in enumerate(free):
                put(row, place, strings[(number * 7 + turn * 11) % len(strings)])
            yield f"{name}-{turn}", row
    for number, long in enumerate(
        ("W" * 80, "w" * 999, "panjang-" * 60, "🙂" * 600, "ﷺ" * 300, "Ä" * 80, "0" * 500, "咖" * 200)
    ):
        row = deepcopy(whole)
        for place in free:
            if place[-1] not in ("url", "src", "phone", "email", "language", "languages"):
                put(row, place, long)
        yield f"long-{number}", row
    row = deepcopy(whole)
    cell = {"type": "tableCell", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "W" * 60}]}]}
    table = {"type": "table", "content": [{"type": "tableRow", "content": [cell] * 12}]}
    code = {"type": "codeBlock", "content": [{"type": "text", "text": "x" * 900}]}
    for section in row["generated_content"]["pages"][0]["sections"]:
        section["text"] = {"type": "doc", "content": [table, code]}
    yield "tables", row


async def test_the_worst_rows_run_nothing_fetch_nothing_and_fit(
    conn: asyncpg.Connection, browser: Browser, visitor: Visitor
) -> None:
    hosts = []
    for name, row in worst():
        columns = {column: json.dumps(row[column]) for column in SITE_COLUMNS}
        hosts.append(await _made(conn, name, columns))
    for number in range(800_000, 800_018):
        tried = trial(number).columns
        hosts.append(await _made(conn, f"acak-{number}", {name: tried[name] for name in SITE_COLUMNS if name in tried}))
    made = [host for host in hosts if host]
    assert len(made) >= 35
    SHOTS.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    for place, width in enumerate(WIDTHS):
        context = await browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
        page = await context.new_page()
        await page.add_init_script("window.alert = window.confirm = window.prompt = () => { window.ran = 1 }")
        heard = _listen(page)
        for host in made[:: 1 if place else 2]:
            heard.clear()
            url = f"http://{host}.sites.test:{visitor.client.port}/"
            await page.goto(url, wait_until="load")
            found = await page.evaluate(_PROBE)
            if found["out"] or found["scroll"] > found["wide"]:
                faults.append(f"{host} at {width}: sticks out: {found['out']} {found['scroll']}")
                await asyncio.to_thread((SHOTS / f"worst-{host}-{width}.png").write_bytes, await page.screenshot())
            if found["ran"] or found["frames"]:
                faults.append(f"{host} at {width}: something ran, or a frame")
            faults += [f"{host} at {width}: {one}" for one in heard if not _own(one, visitor.client.port)]
        await context.close()
    assert faults == [], "\n".join(faults)


def _own(said: str, port: int | None) -> bool:
    """A picture that the row names on its own site and nobody uploaded: a 404 of our own."""
    return said.startswith("request http://") and f".sites.test:{port}/" in said


def _listen(page: Page) -> list[str]:
    heard: list[str] = []
    page.on("dialog", lambda dialog: heard.append(f"dialog {dialog.message}"))
    page.on("pageerror", lambda error: heard.append(f"error {error}"))
    page.on(
        "request",
        lambda request: None if request.url.startswith("data:image/svg") else heard.append(f"request {request.url}"),
    )
    page.on("popup", lambda other: heard.append("popup"))

    def said(message: Any) -> None:
        if message.type in ("error", "warning") and "404" not in message.text:
            heard.append(f"{message.type} {message.text}")

    page.on("console", said)
    return heard


async def _made(conn: asyncpg.Connection, name: str, columns: dict[str, Any]) -> str | None:
    try:
        async with conn.transaction():
            site = await make_site(conn, subdomain=f"w-{name}", **columns)
            await make_post(conn, site, slug="satu", title="\u05d0\u05d1 <b>x</b> " + "W" * 90, excerpt="w" * 300)
    except (asyncpg.PostgresError, asyncpg.DataError):
        return None
    return f"w-{name}"


async def test_a_direction_stays_inside_its_own_element(
    conn: asyncpg.Connection, browser: Browser, visitor: Visitor
) -> None:
    """Right-to-left names beside left-to-right prices: the price stands to the right of its name, digits in order."""
    item = {"name": "מרק \u202eשם", "price": 25000, "text": "مرحبا 12.000 \u2067x", "status": "new"}
    content = {
        "site": {"name": "\u202eKopi", "hours": {"weekly": [{"days": ["mo"], "open": "07:00", "close": "16:00"}]}},
        "pages": [
            {"path": "/", "sections": [{"id": "m", "type": "menu", "title": "\u202eתפריט", "items": [item] * 3}]}
        ],
    }
    await make_site(conn, subdomain="arah", generated_content=json.dumps(content))
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    await page.goto(f"http://arah.sites.test:{visitor.client.port}/", wait_until="load")
    order = await page.evaluate(
        """() => [...document.querySelectorAll('.dish-line')].map(line => {
          const name = line.querySelector('.dish-name').getBoundingClientRect();
          const price = line.querySelector('.price').getBoundingClientRect();
          const range = document.createRange();
          const digits = line.querySelector('.price').lastChild;
          const at = index => { range.setStart(digits, index); range.setEnd(digits, index + 1);
            return range.getBoundingClientRect().left };
          return name.right <= price.left + 1 && at(0) < at(1) && at(1) < at(2);
        })"""
    )
    assert order == [True, True, True]
    await page.close()
