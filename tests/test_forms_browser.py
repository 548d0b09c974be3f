"""Forms in a real browser: with script and without, in every theme, while a site is flooded and while it is not."""

import asyncio
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from playwright.async_api import Browser, Page, Route, expect

from renderer.cli.commands_themes import sync_theme_rows
from renderer.forms.deliveries.lead import read_lead
from renderer.forms.deliveries.letter import write_lead
from renderer.settings import ROOT
from renderer.themes import Themes
from tests.browsers import keep_shot, needs_browser
from tests.factories import make_site
from tests.serving import Serve
from tests.test_addresses import site_with
from tests.test_browser import OVERFLOW
from tests.test_forms import make_form, stored
from tests.test_forms_asked import FIELDS

pytestmark = needs_browser
THEMES = sorted(path.parent.name for path in (ROOT / "themes").glob("*/theme.toml"))


async def _site(conn: asyncpg.Connection, theme: str) -> UUID:
    site = await make_site(conn, subdomain=theme, template_id=theme)
    file = {"name": "foto", "type": "file", "label": "Foto", "help": "JPEG atau PDF."}
    await make_form(conn, site, fields=json.dumps([*FIELDS, file]), settings={"title": "Pesan kopi"})
    return site


async def _fill(page: Page) -> None:
    await page.fill("[name=nama]", "Sari")
    await page.fill("[name='pesanan.kopi susu']", "2")
    await page.check("[name=cara][value=antar]")
    await page.fill("[name=kode]", "AB-12")
    await page.check("[name=setuju]")


async def test_a_form_works_with_script_and_without_in_every_theme(
    conn: Any, browser: Browser, serve: Serve, themes: Themes
) -> None:
    visitor = await serve(server={"base_domains": ["localhost"]}, forms={"site_alarm": 2})
    await sync_theme_rows(conn, themes)
    for number, theme in enumerate(THEMES):
        await _site(conn, theme)
        url = f"http://{theme}.localhost:{visitor.client.port}/_forms/order"
        scripted = number % 2 == 0
        for width in (360, 1280):
            context = await browser.new_context(
                viewport={"width": width, "height": 900}, java_script_enabled=scripted, reduced_motion="reduce"
            )
            page = await context.new_page()
            faults: list[str] = []
            page.on("pageerror", lambda error, faults=faults: faults.append(str(error)))
            page.on("console", lambda one, faults=faults: faults.append(one.text) if one.type == "error" else None)
            await page.goto(url)
            await keep_shot(page, f"form-{theme}-{width}-empty")
            assert await page.is_visible("[name=alamat]") is not scripted
            await _fill(page)
            assert await page.is_visible("[name=alamat]")
            # An address is asked for by the server alone: browsers do not insist on what may not apply.
            await page.click("button[type=submit] >> visible=true")
            await page.wait_for_selector(".form-sum")
            await keep_shot(page, f"form-{theme}-{width}-faults")
            if scripted:
                assert await page.evaluate(OVERFLOW) == []
            await page.fill("[name=alamat]", f"Jalan {theme} {width}")
            await page.click("button[type=submit] >> visible=true")
            await page.wait_for_selector(".sent")
            await keep_shot(page, f"form-{theme}-{width}-thanks")
            assert f"Jalan {theme} {width}" in await page.inner_text(".sent")
            assert faults == [fault for fault in faults if "422" in fault]
            await context.close()
    rows = await stored(conn)
    assert len(rows) == 2 * len(THEMES)
    assert all(row["data"]["alamat"].startswith("Jalan") for row in rows)
    assert {row["status"] for row in rows} == {"new"}


async def test_an_order_says_what_it_comes_to_while_it_is_typed(conn: Any, browser: Browser, serve: Serve) -> None:
    visitor = await serve(server={"base_domains": ["localhost"]})
    for language, later, price in (
        ("en", "price on request", "Rp36,018,000"),
        ("id", "harga menyusul", "Rp36.018.000"),
    ):
        site = await make_site(conn, subdomain=f"kopi-{language}", generated_content={"language": language})
        await make_form(conn, site, fields=json.dumps(FIELDS))
        base = f"http://kopi-{language}.localhost:{visitor.client.port}"
        page = await browser.new_page()
        await page.goto(f"{base}/_forms/order")
        total, spoken = page.locator("p.comes-to"), page.locator("p.comes-to + [role=status]")
        assert not await total.is_visible()
        await page.fill("[name='pesanan.tanpa harga']", "1")
        assert await total.inner_text() == f"Total: {later}"
        await page.fill("[name='pesanan.tanpa harga']", "")
        assert not await total.is_visible()
        for typed in ("2", "20", "2001"):
            await page.fill("[name='pesanan.kopi susu']", typed)
        assert await total.inner_text() == f"Total: {price}"
        await page.fill("[name='pesanan.roti']", "dua")
        assert await spoken.text_content() == "", "nothing is read out while somebody types"
        await expect(spoken).to_have_text(f"Total: {price}")
        await page.close()
    # The server counts for itself, and the total is there again after a step back.
    page = await browser.new_page()
    await page.goto(f"{base}/_forms/order")
    await _fill(page)
    await page.fill("[name=alamat]", "Jalan Melati 3")
    await page.fill("[name='pesanan.x']", "1")
    shown = await page.inner_text("p.comes-to")
    await page.evaluate("document.querySelector('[data-price]').setAttribute('data-price', '1')")
    await page.click("button[type=submit] >> visible=true")
    await page.wait_for_selector(".sent")
    assert shown == "Total: Rp36.000, ditambah yang harganya menyusul"
    assert shown in await page.inner_text(".sent")
    await page.go_back()
    await expect(page.locator("p.comes-to")).to_have_text(shown)
    await page.close()


async def test_a_file_that_is_too_large_is_not_sent_first(
    conn: Any, browser: Browser, serve: Serve, tmp_path: Path
) -> None:
    visitor = await serve(server={"base_domains": ["localhost"]}, forms={"file_bytes": 50_000})
    site = await make_site(conn, subdomain="kopi")
    fields = [{"name": "nama", "label": "Nama"}, {"name": "foto", "type": "file", "label": "Foto", "max": 2}]
    await make_form(conn, site, fields=json.dumps(fields))
    small, large = tmp_path / "kecil.jpg", tmp_path / "besar.jpg"
    small.write_bytes(b"\xff\xd8\xff" + bytes(40_000))
    large.write_bytes(b"\xff\xd8\xff" + bytes(50_000))
    page = await browser.new_page(viewport={"width": 360, "height": 700})
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.method))
    await page.goto(f"http://kopi.localhost:{visitor.client.port}/_forms/order")
    await page.fill("[name=nama]", "Sari")
    await page.set_input_files("[name=foto]", [small, large])
    await page.click("button[type=submit] >> visible=true")
    await expect(page.locator(".form-sum")).to_be_focused()
    assert "Foto" in await page.inner_text(".form-sum")
    assert await page.inner_text("#form-foto-fault") == "Paling besar 48 KB per berkas, dan 12 MB untuk semuanya."
    assert await page.get_attribute("[name=foto]", "aria-invalid") == "true"
    assert await page.evaluate(OVERFLOW) == []
    assert "POST" not in asked
    await page.set_input_files("[name=foto]", [small])
    await page.click("button[type=submit] >> visible=true")
    await page.wait_for_selector(".sent")
    assert len(await stored(conn)) == 1
    await page.close()


async def test_a_browser_proves_itself_while_a_site_is_flooded_and_goes_to_spam_without_script(
    conn: Any, browser: Browser, serve: Serve
) -> None:
    visitor = await serve(server={"base_domains": ["localhost"]}, forms={"site_alarm": 1})
    await make_site(conn, subdomain="kopi")
    for script in (True, True, False):
        context = await browser.new_context(java_script_enabled=script)
        page = await context.new_page()
        await page.goto(f"http://kopi.localhost:{visitor.client.port}/_forms/contact")
        await page.fill("[name=name]", f"Sari {len(await stored(conn))}")
        await page.fill("[name=whatsapp]", "081355500101")
        await page.fill("[name=message]", "Halo")
        await page.click("button[type=submit] >> visible=true")
        await page.wait_for_selector(".sent", timeout=120_000)
        await context.close()
    assert [row["status"] for row in await stored(conn)] == ["new", "new", "spam"]


async def test_the_form_tells_how_long_it_was_open(conn: Any, browser: Browser, serve: Serve) -> None:
    visitor = await serve(server={"base_domains": ["localhost"]})
    await make_site(conn, subdomain="kopi")
    fill = """took => {
        const form = document.querySelector('form.form'), fields = form.elements;
        fields.name.value = 'Sari ' + took; fields.whatsapp.value = '081355500101';
        fields.message.value = 'Halo <a href="x">'; fields._extra.value = 'x';
        window.clock += took;
        form.querySelector('[type=submit]').click();
    }"""
    for took in (1_900, 2_100):
        context = await browser.new_context()
        await context.add_init_script("window.clock = 1e12; Date.now = () => window.clock")
        page = await context.new_page()
        await page.goto(f"http://kopi.localhost:{visitor.client.port}/_forms/contact")
        await page.evaluate(fill, took)
        await page.wait_for_selector(".sent")
        await context.close()
    reasons = [row["data"]["_about"]["spam"]["reasons"] for row in await stored(conn)]
    assert [sorted(one) for one in reasons] == [["markup", "quick", "trap"], ["markup", "trap"]]


async def test_what_the_network_loses_stays_on_the_page_and_is_sent_once_more(
    conn: Any, browser: Browser, serve: Serve
) -> None:
    visitor = await serve(server={"base_domains": ["localhost"]})
    site = await make_site(conn, subdomain="kopi")
    # Questions that a form's own properties are called.
    fields = [{"name": "submit", "label": "Nama"}, {"name": "elements", "label": "Surel", "type": "email"}]
    await make_form(conn, site, fields=json.dumps(fields))
    page = await browser.new_page()
    base = f"http://kopi.localhost:{visitor.client.port}"
    ways: list[str] = []
    page.on("request", lambda one: ways.append(one.resource_type) if one.method == "POST" else None)
    posts = re.compile("/_forms/order$")

    async def send(wanted: str) -> None:
        await page.click("button[type=submit] >> visible=true")
        await page.wait_for_selector(wanted)

    async def answer_lost(route: Route) -> None:
        kept = {name: value for name, value in route.request.headers.items() if name != "content-length"}
        answer = await visitor.ask("POST", base[7:], "/_forms/order", data=route.request.post_data_buffer, headers=kept)
        assert answer.status == 200
        await route.abort()

    await page.goto(f"{base}/_forms/order")
    await page.fill("[name=submit]", "Sari")
    await page.fill("[name=elements]", "sari")
    await page.evaluate("document.querySelector('form.form').noValidate = true")
    await send(".err")
    assert await page.evaluate("document.activeElement.className") == "form-sum"
    about = await page.get_attribute("[name=elements]", "aria-describedby")
    assert await page.inner_text(f"#{about}") in await page.inner_text(".form-sum li")
    # Stored, but nobody was told: sent again it is the same.
    await page.fill("[name=elements]", "sari@example.com")
    await page.route(posts, answer_lost)
    await send(".form-sum:not(:has(li))")
    assert "masih ada di sini" in await page.inner_text(".form-sum")
    assert await page.query_selector("[aria-invalid]") is None
    assert await page.input_value("[name=submit]") == "Sari"
    await page.unroute(posts)
    await send(".sent")
    assert len(await stored(conn)) == 1
    # And so is what is sent once more from where it was left.
    await page.go_back()
    assert await page.input_value("[name=submit]") == "Sari"
    await send(".sent")
    assert len(await stored(conn)) == 1
    # What was changed in between is another one.
    for _ in range(2):
        await page.goto(f"{base}/_forms/order")
        await page.fill("[name=submit]", "Budi")
        await page.route(posts, answer_lost)
        await send(".form-sum")
        await page.fill("[name=submit]", f"Budi {len(await stored(conn))}")
        await page.unroute(posts)
        await send(".sent")
    assert sorted(row["data"]["submit"] for row in await stored(conn)) == ["Budi", "Budi", "Budi 2", "Budi 4", "Sari"]
    assert set(ways) == {"fetch"}
    # A form that was closed meanwhile says so, and keeps what was typed.
    await page.goto(f"{base}/_forms/order")
    await page.fill("[name=submit]", "Sari")
    await conn.execute("DELETE FROM form_templates")
    await send(".form-sum")
    assert "Formulir ini ditutup" in await page.inner_text(".form-sum")
    assert await page.input_value("[name=submit]") == "Sari"
    # A site that went meanwhile shows its own page.
    await conn.execute("UPDATE websites SET deleted_at = now()")
    await send("main, body > *")
    await page.locator("form.form").wait_for(state="detached")
    await page.close()


async def test_what_keeps_a_form_from_being_stored_is_said_in_the_servers_words(
    conn: Any, browser: Browser, serve: Serve
) -> None:
    visitor = await serve(server={"base_domains": ["localhost"]})
    await make_site(conn, subdomain="kopi")
    page = await browser.new_page()
    told: dict[str, Any] = {}
    await page.goto(f"http://kopi.localhost:{visitor.client.port}/_forms/contact")
    await page.route(re.compile("/_forms/contact$"), lambda route: route.fulfill(**told))
    await page.fill("[name=message]", "Halo")
    lost = await page.get_attribute("form.form", "data-lost")
    await page.evaluate("document.querySelector('form.form').noValidate = true")
    for status, kind, body, said in (
        (503, "application/problem+json", '{"title": "Sebentar lagi."}', "Sebentar lagi."),
        (502, "text/html", "<h1>Bad gateway</h1>", lost),  # of whoever stands before the server
        (500, "application/json", "{}", lost),
    ):
        told |= {"status": status, "content_type": kind, "body": body}
        await page.evaluate("for (const old of document.querySelectorAll('.form-sum')) old.remove()")
        await page.click("form.form button[type=submit] >> visible=true")
        assert await page.locator(".form-sum").inner_text() == said
        assert await page.input_value("[name=message]") == "Halo"
    await page.close()


SARI = {
    "NAME_FULL": "Sari Dewi",
    "EMAIL_ADDRESS": "sari@example.com",
    "PHONE_HOME_WHOLE_NUMBER": "+6281355500101",
    "COMPANY_NAME": "Kopi Senja",
    "ADDRESS_HOME_LINE1": "Jalan Mawar 1",
    "ADDRESS_HOME_CITY": "Bandung",
    "ADDRESS_HOME_ZIP": "40111",
    "ADDRESS_HOME_COUNTRY": "ID",
}


async def test_a_browsers_autofill_fills_the_form_and_leaves_the_trap_alone(
    conn: Any, desktop: Browser, serve: Serve
) -> None:
    visitor = await serve(server={"base_domains": ["localhost"]})
    await make_site(conn, subdomain="kopi")
    context = await desktop.new_context()
    page = await context.new_page()
    await page.goto(f"http://kopi.localhost:{visitor.client.port}/_forms/contact")
    tools = await context.new_cdp_session(page)
    filled: asyncio.Future[list[dict[str, str]]] = asyncio.get_running_loop().create_future()
    tools.on("Autofill.addressFormFilled", lambda said: filled.set_result(said["filledFields"]))
    root = (await tools.send("DOM.getDocument"))["root"]["nodeId"]
    found = await tools.send("DOM.querySelector", {"nodeId": root, "selector": "form.form [name=name]"})
    field = (await tools.send("DOM.describeNode", {"nodeId": found["nodeId"]}))["node"]["backendNodeId"]
    address = {"fields": [{"name": name, "value": value} for name, value in SARI.items()]}
    await tools.send("Autofill.enable")
    await tools.send("Autofill.setAddresses", {"addresses": [address]})
    await tools.send("Autofill.trigger", {"fieldId": field, "address": address})
    told = {one["name"]: one["value"] for one in await asyncio.wait_for(filled, 60)}
    assert (told["name"], told["email"]) == ("Sari Dewi", "sari@example.com")
    values = await page.evaluate(
        "Object.fromEntries([...document.querySelector('form.form').elements].map(one => [one.name, one.value]))"
    )
    assert (values["name"], values["whatsapp"]) == ("Sari Dewi", "+6281355500101")
    assert values["_extra"] == values["message"] == ""
    await page.fill("[name=message]", "Halo")
    await page.click("button[type=submit] >> visible=true")
    await page.wait_for_selector(".sent")
    await context.close()
    (row,) = await stored(conn)
    assert (row["status"], row["submitter_email"]) == ("new", "sari@example.com")


async def test_a_letter_is_no_wider_than_a_telephone(browser: Browser, themes: Themes) -> None:
    site = site_with(themes, {"site": {"name": "Kopi " + "Senja" * 30}, "pages": [{"path": "/", "title": "Kopi"}]})
    answers = {"name": "Sari" * 60, "message": f"https://contoh.id/{'a' * 900}", "whatsapp": "+6281355500101"}
    names = ("form_key", "form_name", "fields", "settings", "submitter_name", "submitter_email", "submitter_phone")
    row = dict.fromkeys(names)
    row |= {"submission_id": UUID(int=1), "form_type": "contact", "data": json.dumps(answers)}
    row |= {"owner_email": "o@example.com", "received_at": datetime(2027, 3, 10, tzinfo=UTC)}
    letter = write_lead(read_lead(UUID(int=2), site, row), UUID(int=3), ("o@example.com",))
    context = await browser.new_context(viewport={"width": 360, "height": 800}, is_mobile=True)
    page = await context.new_page()
    await page.set_content(letter.html)
    assert "a" * 900 in await page.inner_text("body")
    assert await page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [360, 360]
    await context.close()
