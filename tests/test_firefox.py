"""The essential story in another engine: every theme, a form, a view that is told of, an owner who signs in and writes.

Firefox differs where it matters here: it fills in hidden fields again, keeps pages to go back to, and reads sandboxed
frames and policies in its own way.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from renderer import demo
from renderer.cli.commands_themes import sync_theme_rows
from renderer.keyring import Keyring
from renderer.themes import Themes
from renderer.views import keep_up, recorder
from tests.factories import make_site
from tests.firefox import Firefox, launch, needs_firefox
from tests.owners import PASSWORD, make_owner
from tests.serving import Serve
from tests.showcase import furnish_shop
from tests.test_browser import OVERFLOW
from tests.test_forms import stored
from tests.test_views_recorder import hold_roots

pytestmark = needs_firefox
DESK = "pemilik.localhost"
FITS = f"document.documentElement.scrollWidth <= innerWidth && ({OVERFLOW})().length === 0"
# Fallbacks are faces of the machine's, which it may lack.
FACES = """document.fonts.ready.then(all => [...all].filter(face => face.status === 'error')
    .map(face => face.family).filter(name => !/Fallback/.test(name)))"""


@pytest.fixture
async def firefox(tmp_path: Path) -> AsyncIterator[Firefox]:
    folder = tmp_path / "firefox"
    folder.mkdir()
    async with launch(folder) as browser:
        yield browser


async def test_every_demo_site_a_form_and_the_way_back_work_in_firefox(
    conn: Any, firefox: Firefox, serve: Serve, themes: Themes, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "LAST_SECONDS", 60.0)
    visitor = await serve(server={"base_domains": ["localhost"]}, forms={"site_alarm": 1})
    await sync_theme_rows(conn, themes)
    await keep_up(conn, keyring, 90)
    await hold_roots(visitor)
    for site in await demo.load(conn):
        for width in (360, 1280):
            await firefox.resize(width, 800)
            await firefox.goto(f"http://{site.subdomain}.localhost:{visitor.client.port}/")
            assert await firefox.evaluate(FITS), f"{site.subdomain} at {width}"
        assert await firefox.evaluate(FACES) == [], site.subdomain
    assert firefox.faults == []
    await firefox.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")
    await firefox.wait("true")
    assert [fault for fault in firefox.faults if "script-src" in fault], "what a policy refuses is seen"
    firefox.faults.clear()

    told = await make_site(conn, subdomain="kopi", config=json.dumps({"analytics": {"mode": "beacon"}}))
    await firefox.goto(f"http://kopi.localhost:{visitor.client.port}/_forms/contact")
    await firefox.fill("[name=name]", "Sari")
    await firefox.fill("[name=whatsapp]", "12")
    await firefox.fill("[name=message]", "Pesan satu nasi kotak")
    await firefox.click("form.form [type=submit]")
    assert await firefox.wait("document.querySelectorAll('.form-sum li, .err').length") == 2
    assert await firefox.evaluate("document.activeElement.className") == "form-sum"
    await firefox.fill("[name=whatsapp]", "081355500101")
    for number in ("satu", "dua", "tiga"):
        await firefox.fill("[name=message]", f"Pesan {number} nasi kotak")
        # Who listens to this is not kept: the page is made anew, with what stood in it.
        await firefox.evaluate("addEventListener('unload', () => {})")
        await firefox.click("form.form [type=submit]")
        await firefox.wait("!!document.querySelector('.sent')")
        await firefox.back()
        await firefox.wait("document.readyState === 'complete' && !!document.querySelector('form.form')")
        assert number in await firefox.evaluate("document.querySelector('[name=message]').value")
    assert await firefox.evaluate("document.querySelector('[name=_proof]').value"), "it fills in a proof that was taken"
    assert [row["status"] for row in await stored(conn)] == ["new"] * 3
    # A page that is kept tells of itself once more.
    await firefox.goto(f"http://kopi.localhost:{visitor.client.port}/")
    await firefox.evaluate("window.kept = true")
    await firefox.goto(f"http://kopi.localhost:{visitor.client.port}/_forms/contact")
    await firefox.back()
    await firefox.wait("window.kept")
    await asyncio.sleep(1)
    await visitor.client.close()
    seen = await conn.fetch("SELECT page_path, count(*) FROM page_views WHERE website_id = $1 GROUP BY 1", told)
    assert dict(map(tuple, seen)) == {"/": 2, "/_forms/contact": 5}
    assert firefox.faults == [fault for fault in firefox.faults if "422" in fault]


async def test_an_owner_signs_in_and_sees_what_they_type_in_firefox(conn: Any, firefox: Firefox, serve: Serve) -> None:
    visitor = await serve(server={"base_domains": ["localhost"]}, console={"host": DESK})
    owner = await make_owner(conn, visitor, "Ani Rahayu")
    await furnish_shop(conn, owner)
    root = f"http://{DESK}:{visitor.client.port}"
    await firefox.resize(1280, 900)
    await firefox.goto(f"{root}/")
    await firefox.fill("#email", owner.email)
    await firefox.fill("#password", PASSWORD)
    await firefox.click("main form [type=submit], main form button")
    await firefox.wait("location.pathname === '/' && !!document.querySelector('.sites')")
    for screen in ("", "/look", "/statistics", "/leads", "/draft"):
        await firefox.goto(f"{root}/sites/{owner.site_id}{screen}")
        assert await firefox.evaluate("document.documentElement.scrollWidth <= innerWidth"), screen
    await firefox.goto(f"{root}/sites/{owner.site_id}/posts/new")
    await firefox.fill("#title", "Sambal baru")
    await firefox.fill("#body", "**Pedas**")
    await firefox.wait("(document.querySelector('iframe.paper') || {srcdoc: ''}).srcdoc.includes('<strong>Pedas')")
    await firefox.click("button[value=publish]")
    await firefox.wait("!!document.querySelector('.notice')")
    assert await conn.fetchval("SELECT count(*) FROM blog_posts WHERE title = 'Sambal baru'") == 1
    assert firefox.faults == []
