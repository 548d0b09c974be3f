"""A form as a section of a page: drawn by every theme, posted from there, and drawn there again with what is wrong."""

import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from renderer.themes import PostSource, Themes, draw_page, read_site
from renderer.themes.forms import FormRow
from tests.factories import insert, make_site
from tests.judge import Page
from tests.pages import NOW, source
from tests.test_forms import ACTION, GOOD, HOST, send, stored
from tests.visitor import Visitor

BASE = "http://kopi.sites.test:8080"
THEMES = ("pilar", "spanduk", "bingkai", "etalase", "lembar")
SECTIONS: list[dict[str, Any]] = [
    {"id": "tulis", "type": "contact-form", "title": "Tulis kepada kami"},
    {"id": "pesan", "type": "form", "form": "order"},
    {"id": "cerita", "type": "text", "title": "Cerita", "text": "Kami menyeduh sejak 1998."},
]
CONTENT = {
    "languages": ["id", "en"],
    "pages": [{"path": "/", "sections": SECTIONS}],
    "translations": {"en": {"pages": [{"path": "/", "sections": [{"id": "tulis", "title": "Write to us"}]}]}},
}
ROWS = {"order": FormRow("order", "order", '[{"name": "rasa", "label": "Rasa"}]', '{"title": "Pesan kopi"}')}


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_draws_the_forms_of_a_page(themes: Themes, theme: str) -> None:
    site = read_site(themes, source(template_id=theme, generated_content=json.dumps(CONTENT)))
    assert site.repairs == ()
    drawn = draw_page(site, "/", [], NOW, ROWS)
    assert drawn is not None
    page = Page(drawn.html)
    assert page.problems == []
    forms = [one.get("action") for one in page.all("form")]
    assert forms == ["/_forms/contact", "/_forms/order"]
    assert {one.get("value") for one in page.all("input") if one.get("name") == "_page"} == {"/"}
    labels = {one.get("for") for one in page.all("label")}
    typed = [one for one in page.all("input", "textarea") if one.get("type") != "hidden"]
    assert {one.get("id") for one in typed} == labels
    assert "Tulis kepada kami" in page.text
    assert "Pesan kopi" in page.text, "the form's own title where the section has none"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("kind", "name", "indonesian", "english"),
    [
        ("contact", "Apa saja", "Kirim pesan", "Send a message"),
        ("order", "Apa saja", "Buat pesanan", "Place an order"),
        ("registration", "Apa saja", "Pendaftaran", "Registration"),
        ("newsletter", "Apa saja", "Kabar lewat surel", "News by e-mail"),
        ("custom", "Usul menu", "Usul menu", "Usul menu"),
        ("custom", "<b>custom</b>", "&lt;b&gt;custom&lt;/b&gt;", "&lt;b&gt;custom&lt;/b&gt;"),
        ("custom", "Custom", "Kirim pesan", "Send a message"),
        ("custom", "\u200b ", "Kirim pesan", "Send a message"),
    ],
)
def test_a_form_without_a_title_is_headed_by_its_type(
    themes: Themes, theme: str, kind: str, name: str, indonesian: str, english: str
) -> None:
    rows = {kind: FormRow(kind, kind, '[{"name": "rasa", "label": "Rasa"}]', None, name)}
    for language, title in (("id", indonesian), ("en", english)):
        content = {"language": language, "pages": [{"path": "/", "sections": [{"type": "form", "form": kind}]}]}
        site = read_site(themes, source(template_id=theme, generated_content=json.dumps(content)))
        drawn = draw_page(site, "/", [], NOW, rows)
        assert drawn is not None
        headings = [one.rpartition(">")[2] for one in drawn.html.split("</h2>")[:-1]]
        assert title in headings, (language, headings)
        assert title == "Kirim pesan" or "Kirim pesan" not in drawn.html


def test_a_form_that_is_not_there_leaves_no_section_and_no_link_to_it(themes: Themes) -> None:
    content = {"pages": [{"path": "/", "sections": [
        {"type": "hero", "title": "Kopi", "actions": [{"label": "Tulis", "to": {"kind": "section", "id": "tulis"}}]},
        *SECTIONS]}]}  # fmt: skip
    site = read_site(themes, source(generated_content=json.dumps(content)))
    drawn = draw_page(site, "/", [], NOW, {"contact": None})
    assert drawn is not None
    page = Page(drawn.html)
    assert page.problems == []
    assert page.all("form") == []
    assert "#tulis" not in [one.get("href") for one in page.all("a")]
    again = draw_page(site, "/", [], NOW, ROWS)
    assert again is not None
    assert len(Page(again.html).all("form")) == 2, "a page is kept for the forms it was drawn with alone"
    assert draw_page(site, "/", [PostSource("a", "A", None, None, NOW, 1)], NOW, ROWS) is not None


@pytest.mark.parametrize("key", ["", "a b", "/x", '"><b>', "x" * 65, "//evil.example", 7, ["a"], {"id": "a"}])
def test_a_section_that_names_no_form_has_the_usual_one(themes: Themes, key: Any) -> None:
    content = {"pages": [{"path": "/", "sections": [{"id": "a", "type": "form", "form": key}]}]}
    drawn = draw_page(read_site(themes, source(generated_content=json.dumps(content))), "/", [], NOW)
    assert drawn is not None
    assert Page(drawn.html).problems == []
    assert [one.get("action") for one in Page(drawn.html).all("form")] in (["/_forms/contact"], [])


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    site = await make_site(conn, subdomain="kopi", generated_content=CONTENT)
    fields = json.dumps([{"name": "rasa", "label": "Rasa", "required": True}])
    await insert(conn, "form_templates", {"website_id": site, "name": "n", "form_type": "order", "fields": fields})
    return site


async def test_the_page_itself_is_drawn_again_with_what_is_wrong(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    home = Page((await visitor.get(HOST)).text, BASE)
    assert len(home.all("form")) == 2
    answer = await send(visitor, {**GOOD, "whatsapp": "08", "_page": "/"})
    assert answer.status == 422
    page = Page(answer.text, BASE)
    assert page.problems == []
    assert "Kami menyeduh sejak 1998." in page.text
    (summary,) = page.with_class("form-sum")
    assert [one.get("href") for one in summary.down() if one.tag == "a"] == ["#tulis-f-whatsapp"]
    fields = {one.get("id"): one for one in page.all("input", "textarea")}
    assert fields["tulis-f-name"].get("value") == "Sari"
    assert fields["pesan-f-rasa"].get("value") == ""
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert Page((await visitor.get(HOST)).text, BASE).with_class("form-sum") == []
    assert (await send(visitor, {"rasa": "manis", "_page": "/"}, path="/_forms/order")).status == 303
    assert [row["form_type"] for row in await stored(conn)] == ["order"]


async def test_in_another_language_the_page_and_its_errors_are_in_that_language(visitor: Visitor, site: UUID) -> None:
    english = await visitor.get(HOST, "/en")
    assert "Write to us" in english.text
    assert 'name="_page" value="/en"' in english.text
    answer = await send(visitor, {**GOOD, "name": "", "_page": "/en"})
    assert (answer.status, "This is needed." in answer.text, "Write to us" in answer.text) == (422, True, True)
    told = await send(visitor, {**GOOD, "_page": "/en"})
    assert "Thank you" in (await visitor.get(HOST, told.headers["Location"])).text


async def test_a_page_follows_its_forms_rows(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    assert ">Rasa" in (await visitor.get(HOST)).text
    fields = json.dumps([{"name": "rasa", "label": "Rasa apa"}])
    await conn.execute("UPDATE form_templates SET fields = $1", fields)
    assert "Rasa apa" in (await visitor.get(HOST)).text
    await conn.execute("UPDATE form_templates SET is_active = false")
    assert "Rasa apa" not in (await visitor.get(HOST)).text
    assert (await visitor.get(HOST, "/_forms/order")).status == 404
    assert (await visitor.get(HOST, ACTION)).status == 200


async def test_another_tenants_form_is_not_drawn(conn: asyncpg.Connection, visitor: Visitor, site: UUID) -> None:
    content = {"pages": [{"path": "/", "sections": [{"id": "a", "type": "form", "form": "order"}]}]}
    await make_site(conn, subdomain="roti", generated_content=content)
    assert "Rasa" not in (await visitor.get("roti.sites.test")).text
