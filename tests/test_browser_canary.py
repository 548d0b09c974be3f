"""Rows whose every text is an attack, in a real browser: public pages, a preview, and the owner's own screens.

The policy that pages are sent with is the second line: once it has to refuse nothing, and once it is taken away and
still nothing runs, nothing is fetched from elsewhere, nothing lies over the page. `TAPSITE_TEST_ROUNDS=5` gives each
column further attacks.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from playwright.async_api import Browser, BrowserContext, Route

from tests import vectors
from tests.browsers import needs_browser
from tests.columns import Column, columns_of
from tests.databases import Database
from tests.owners import HOST, MARK
from tests.serving import Serve
from tests.showcase import EMPTY, screens_of
from tests.test_hostile_columns import FOUND_BY, OF_PAGES, SITE, Good, make_good
from tests.visitor import Visitor
from tests.whole import RICH, whole_row

pytestmark = needs_browser
ROUNDS = int(os.environ.get("TAPSITE_TEST_ROUNDS", "1"))
PAGES = (
    *("/", "/tentang", "/blog", "/blog?halaman=2", "/blog/cari?q=kata", "/blog/subjek", "/blog/kategori/kabar"),
    *("/blog/tag/baru", "/_forms/contact", "/_forms/order", "/_forms/contact/thanks", "/tidak-ada", "/_seen/own"),
)
"""Of each kind one. What is there no more answers as that, which is a page as well."""
EVIL = "evil.example"
RUN = "window.ran=1"
CANARIES = (
    f"</script><script>{RUN}</script>",
    f"<!--<script>{RUN}</script>",
    f"</style></title></textarea></noscript><svg/onload={RUN}>",
    f'" autofocus onfocus="{RUN}" tabindex="0" x="',
    f"' onpointerenter='{RUN}' onanimationstart='{RUN}' style='animation:x 1s",
    f"<img srcset='https://{EVIL}/s.png 1x' src=x onerror={RUN}>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={RUN}&gt;'>",
    f"<svg><use href='https://{EVIL}/u.svg#a'/><image href='https://{EVIL}/i.png'/><animate onbegin={RUN}></svg>",
    f"<form id=body name=cookie action=https://{EVIL}/><input name=forms id=documentElement>",
    f'<script type=speculationrules>{{"prefetch":[{{"urls":["https://{EVIL}/r"]}}]}}</script>',
    f'<script type=importmap>{{"imports":{{"x":"https://{EVIL}/m.js"}}}}</script>',
    f"<link rel='preconnect stylesheet' href=https://{EVIL}/l.css><meta http-equiv=refresh content='0;url=https://{EVIL}/'>",
    f"<base href=https://{EVIL}/><iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    f"<object data='data:text/html,<script>{RUN}</script>'></object><embed src=https://{EVIL}/e>",
    f"<style>@import url(https://{EVIL}/i);*{{position:fixed;inset:0;z-index:2147483647}}</style>",
    f"red;}}*{{position:fixed;inset:0;z-index:2147483647;background:url(https://{EVIL}/c)}}/*",
    f"url(https://{EVIL}/u)",
    f"https://{EVIL}/p.png",
    f"//{EVIL}/p.png",
    f"\\\\{EVIL}\\p.png",
    f"javascript:{RUN}//",
    f"data:text/html,<script>{RUN}</script>",
    f"[x](javascript:{RUN}) ![x](https://{EVIL}/m.png) <img src=x onerror={RUN}>",
    "\u202e\u2066</bdi></bdo>{{7*7}}${7*7}",
    '"><a id=location name=location href=x>',
)
# Of these each owner has some, beside what the pages are drawn of.
OF_DESKS = {
    "form_submissions": "website_id = '{site}'",
    "lead_attempts": "website_id = '{site}'",
    "deleted_posts": "website_id = '{site}'",
    "unsaved_posts": "user_id = '{owner}'",
    "website_pages_daily": "website_id = '{site}'",
    "website_referrers_daily": "website_id = '{site}'",
    "website_contacts_daily": "website_id = '{site}'",
    "website_analytics_daily": "website_id = '{site}'",
    "audit_logs": "user_id = '{owner}'",
    "console_sessions": "user_id = '{owner}'",
    "token_transactions": "user_id = '{owner}'",
}
_DOCUMENTS = {"config", "design_tokens", "generated_content", "components_config"}
# By these rows are found, or say what they are; what a word of theirs must be, a rule of the table says.
_LEFT = re.compile(
    rf"{FOUND_BY.pattern}|.*\.(slug|host|status|kind|shows|digest|custom_domain|email|template_id|form_type"
    r"|subscription_tier)|system_config\..*"
)
_NAMES = {"type", "kind", "id", "path", "page", "visible", "form", "layout", "variant"}
PROBE = """() => {
  const all = [...document.querySelectorAll('*')];
  const leads = /^\\s*(javascript|vbscript|data:text)/i;
  return {
    ran: window.ran || 0,
    handlers: all.flatMap(one => [...one.attributes].filter(a => /^on/i.test(a.name)).map(a => a.name)),
    strange: all.filter(one => one.matches('object, embed, base, portal, iframe:not([sandbox])'))
      .map(one => one.outerHTML),
    leads: all.flatMap(one => ['href', 'action', 'formaction', 'src', 'data'].map(name => one.getAttribute(name) || ''))
      .filter(value => leads.test(value)),
    clobbered: [document.body.tagName, typeof document.cookie, document.forms.constructor.name,
      document.documentElement.tagName].join() !== 'BODY,string,HTMLCollection,HTML',
    covers: all.filter(one => {
      const box = one.getBoundingClientRect(), style = getComputedStyle(one);
      return style.position === 'fixed' && style.visibility !== 'hidden' &&
        box.width * box.height > innerWidth * innerHeight / 2;
    }).map(one => one.outerHTML.slice(0, 200)),
    text: document.documentElement.innerHTML,
  };
}"""


class Attacks:
    """One after the other, another beginning each round."""

    def __init__(self, start: int) -> None:
        strings = [text for text in (*vectors.MARKUP, *vectors.ADDRESSES, *vectors.STYLES) if text.isprintable()]
        self._all = [*CANARIES, *strings]
        self._next = start * 37

    def one(self) -> str:
        self._next += 1
        return self._all[self._next % len(self._all)].replace("alert(1)", RUN)

    def document(self, value: Any, name: str = "") -> Any:
        """The same with an attack for every text, and one more member a map."""
        if isinstance(value, dict):
            spoiled = {key: self.document(inner, key) for key, inner in value.items()}
            return {**spoiled, self.one()[:60]: self.one()}
        if isinstance(value, list):
            return [self.document(inner, name) for inner in value]
        return self.one() if isinstance(value, str) and name not in _NAMES else value


async def spoil(good: Good, attacks: Attacks) -> int:
    """Attacks in every text of the owner's rows; how many columns hold one now."""
    conn, named = good.superuser, {"site": good.ani.site_id, "owner": good.ani.id, "post": good.ani.post_id}
    held = 0
    tables = OF_PAGES | OF_DESKS
    for column in await columns_of(conn):
        if column.table not in tables or _LEFT.fullmatch(column.place):
            continue
        condition = tables[column.table].format(**named)
        held += await _put(conn, column, condition, attacks)
    await conn.execute("INSERT INTO change_log (tag) VALUES ('platform')")
    return held


async def _put(conn: asyncpg.Connection, column: Column, condition: str, attacks: Attacks) -> bool:
    """False where the column's own rules refuse it, or it holds no text."""
    if column.type.startswith(("text", "varchar", "character varying")):
        value = attacks.one()[: column.length]
        value = "{}" if "[" in column.type else value
    elif column.type.startswith("json"):
        value = json.dumps(attacks.document(await _present(conn, column, condition)))
    else:
        return False
    try:
        async with conn.transaction():
            await conn.execute("SET LOCAL session_replication_role = replica")
            change = f'UPDATE {column.table} SET "{column.name}" = $1::text::{column.type} WHERE {condition}'
            return str(await conn.execute(change, value)) != "UPDATE 0"
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError):
        return False


async def _present(conn: asyncpg.Connection, column: Column, condition: str) -> Any:
    if column.table in ("websites", "website_drafts") and column.name in _DOCUMENTS:
        return whole_row()[column.name]
    if column.name == "content":
        return RICH[2]
    if column.table == "form_templates" and column.name == "fields":
        kinds = ("text", "select", "radio", "textarea", "consent", "file", "date", "product")
        return [
            {"name": f"n{number}", "type": kind, "label": "x", "help": "x", "placeholder": "x", "options": ["x", "y"]}
            for number, kind in enumerate(kinds)
        ]
    found = await conn.fetchval(f'SELECT "{column.name}" FROM {column.table} WHERE {condition} LIMIT 1')
    return json.loads(found) if found else {"message": "x", "name": "x", "title": "x"}


@pytest.mark.parametrize("stripped", [False, True], ids=["with its policy", "without it"])
async def test_whatever_every_row_says_nothing_runs_leaves_or_covers_a_page(
    conn: asyncpg.Connection, database: Database, serve: Serve, browser: Browser, stripped: bool
) -> None:
    good = await make_good(conn, database, await serve(console={"host": HOST}))
    public = [(SITE, path) for path in PAGES]
    previewed = [(good.previewed, path) for path in ("/", "/blog", "/blog/subjek")]
    shown = [path for _, path in screens_of(good.ani) if str(EMPTY) not in path]
    screens = [(HOST, path) for path in (*shown, "/account", "/account/security")]
    clean = await _walk(browser, good, public, stripped=stripped)
    assert clean.faults == [], "\n".join(clean.faults)
    assert clean.attacked == 0
    faults: list[str] = []
    for turn in range(ROUNDS):
        assert await spoil(good, Attacks(turn)) > 90
        found = await _walk(browser, good, [*public, *previewed, *screens], stripped=stripped)
        assert found.statuses[: len(public)] == clean.statuses, "all is still there to be attacked"
        assert found.attacked >= 30, "half of it shows what was written"
        # As the gate shows the site's words, too.
        protected = "UPDATE websites SET is_password_protected = $2, password_hash = 'x' WHERE id = $1"
        await good.superuser.execute(protected, good.ani.site_id, True)
        gate = await _walk(browser, good, [(SITE, "/")], stripped=stripped)
        assert gate.statuses == [403]
        await good.superuser.execute(protected, good.ani.site_id, False)
        faults += [f"turn {turn}, {one}" for one in (*found.faults, *gate.faults)]
    await good.superuser.close()
    assert faults == [], "\n".join(faults[:40])


async def test_the_probe_sees_what_it_looks_for(browser: Browser, visitor: Visitor) -> None:
    """What runs, leaves or covers is told; else the walk above would see nothing either."""
    shown = (
        f"<body><img src=https://{EVIL}/x onerror={RUN}><base href=x><a href='javascript:{RUN}'>x</a>"
        "<form name=cookie></form><p style='position:fixed;inset:0'>x</p>"
    )
    context, leaked = await _context(browser, visitor, stripped=True)
    page = await context.new_page()
    await page.route("http://uji.sites.test/", lambda one: one.fulfill(body=shown, content_type="text/html"))
    await page.goto("http://uji.sites.test/", wait_until="load")
    await page.wait_for_function("window.ran")
    found = list(wrong(await page.evaluate(PROBE)))
    assert {one.split(":")[0] for one in found} == {"ran", "handlers", "strange", "leads", "clobbered", "covers"}
    assert leaked == [f"https://{EVIL}/x"]
    await context.close()


def wrong(found: dict[str, Any]) -> Iterator[str]:
    for name in ("ran", "handlers", "strange", "leads", "clobbered", "covers"):
        if found[name]:
            yield f"{name}: {found[name]!r:.300}"
    if MARK in found["text"]:
        yield "another tenant's"


@dataclass
class Walked:
    """`attacked`: pages that hold an attack, as a text."""

    faults: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    attacked: int = 0


async def _walk(browser: Browser, good: Good, asked: list[tuple[str, str]], *, stripped: bool) -> Walked:
    context, leaked = await _context(browser, good.visitor, stripped=stripped)
    cookies = [(HOST, good.ani.cookie), *((good.previewed, one) for one in good.cookies.split("; "))]
    for host, pair in cookies:
        key, _, value = pair.partition("=")
        await context.add_cookies([{"name": key, "value": value, "domain": host, "path": "/"}])
    page, walked = await context.new_page(), Walked()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("dialog", lambda dialog: refused.append(f"dialog {dialog.message}"))
    for host, path in asked:
        leaked.clear()
        refused.clear()
        answer = await page.goto(f"http://{host}:{good.visitor.client.port}{path}", wait_until="load")
        assert answer is not None
        found = await page.evaluate(PROBE)
        said = [*wrong(found), *(f"asks for {url}" for url in leaked), *refused]
        walked.faults += [f"{host}{path}: {one}" for one in (said if answer.status < 500 else ["an error of ours"])]
        walked.statuses.append(answer.status)
        walked.attacked += EVIL in found["text"] or RUN in found["text"]
    await context.close()
    return walked


async def _context(browser: Browser, visitor: Visitor, *, stripped: bool) -> tuple[BrowserContext, list[str]]:
    """One in which nothing leaves this server, and what wanted to. `stripped`: pages come without their policy."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    leaked: list[str] = []

    async def route(one: Route) -> None:
        request = one.request
        host = urlsplit(request.url).hostname or ""
        if host not in (SITE, HOST) and not host.endswith(".sites.test"):
            leaked.append(request.url)
            await one.abort()
        elif stripped and request.resource_type == "document" and request.method == "GET":
            parts = urlsplit(request.url)
            sent = {key: value for key, value in (await request.all_headers()).items() if key[0] != ":"}
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            answer = await visitor.get(host, path, headers={**sent, "Host": f"{host}:{parts.port}"})
            kept = {key: value for key, value in answer.headers.items() if "security-policy" not in key.lower()}
            await one.fulfill(status=answer.status, headers=kept, body=answer.body)
        else:
            await one.continue_()

    await context.route("**/*", route)
    await context.add_init_script("window.alert = window.confirm = window.prompt = () => { window.ran = 1 }")
    return context, leaked
