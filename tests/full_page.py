"""One page with a section of every kind, made of the demo sites: what a palette has to colour."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import Page, Route

from renderer.demo.files import read_files
from renderer.themes import PostSource, Site, Themes, draw_error, draw_page, draw_password, read_site
from renderer.themes.forms import Fault, Form, FormRow, FormState, read_form
from renderer.themes.forms.draw import draw_form, draw_thanks
from tests.pages import NOW, source

ORIGIN = "http://palette.test"
_POST = PostSource("sangrai", "Menyangrai pelan", "Apa yang berubah.", None, datetime(2026, 11, 1, tzinfo=UTC), 640)
_RICH: dict[str, Any] = {
    "id": "kaya",
    "type": "text",
    "title": "Teks kaya",
    "text": {
        "type": "markdown",
        "text": "Tulisan dengan [tautan](https://example.com/), `kode` dan **tebal**.\n\n> Kutipan\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nkode\n```\n\n### Judul\n\n- satu\n- dua",
    },
}
_FORM: dict[str, Any] = {"id": "formulir", "type": "form", "title": "Kirim pesan", "intro": "Kami jawab hari ini."}
_FILM: dict[str, Any] = {
    "id": "film",
    "type": "video",
    "title": "Sehari di bengkel",
    "note": "Direkam pada bulan Oktober.",
    "video": {"url": "/_media/sehari.mp4", "duration": "3:20"},
}


def full_site(themes: Themes, design_tokens: Any, variant: str = "default", theme: str = "pilar") -> Site:
    """Sections on each ground in turn, so that every kind of text stands on every kind of ground somewhere."""
    grounds = ("surface", "sunk", "band", "plain")
    content: dict[str, Any] = {}
    sections: list[dict[str, Any]] = [_RICH, _FILM, _FORM]
    for file in read_files():
        content = content or dict(file.website.generated_content)
        for page in file.website.generated_content["pages"]:
            for section in page["sections"]:
                if [other["type"] for other in sections].count(section["type"]) < 2:
                    sections.append(dict(section))
    components: list[dict[str, Any]] = []
    for index, section in enumerate(sections):
        section.update(id=f"s{index}", provenance="owner")
        section.pop("from", None)
        components.append({"id": f"s{index}", "type": section["type"], "page": "/", "background": grounds[index % 4]})
    content |= {"pages": [{"path": "/", "sections": sections}], "provenance": {"": "owner"}}
    return read_site(
        themes,
        source(
            template_id=theme,
            template_variant=variant,
            design_tokens=json.dumps(design_tokens),
            generated_content=json.dumps(content),
            components_config=json.dumps(components),
        ),
    )


def documents(site: Site) -> dict[str, str]:
    """Everything a theme draws, by name."""
    drawn = draw_page(site, "/", [_POST, _POST], NOW)
    assert drawn is not None
    return {
        "page": drawn.html,
        "error": draw_error(site, 404).html,
        "password": draw_password(site, action="/", error="wrong", next_path="/").html,
        "form": draw_form(site, whole_form(site), _TYPED).html,
        "thanks": draw_thanks(site, whole_form(site), reference="5F3A09BC", page="/", data=_SENT, now=NOW).html,
    }


def whole_form(site: Site) -> Form:
    """Every type of question; the default's words where it has none of its own."""
    kinds = (
        "text",
        "email",
        "tel",
        "number",
        "money",
        "textarea",
        "select",
        "radio",
        "multi",
        "date",
        "time",
        "url",
        "checkbox",
        "rating",
        "file",
    )
    fields = [
        {
            "name": kind,
            "type": kind,
            "label": f"Pertanyaan {kind}",
            "help": "Sebentar saja.",
            "options": ["Satu", "Dua"],
        }
        for kind in kinds
    ]
    products = [{"name": "Nasi goreng kampung", "price": 25_000}, {"name": "Es teh", "price": "5rb"}]
    fields.append({"name": "products", "type": "products", "label": "Yang dipesan", "items": products})
    fields.append({"name": "consent", "type": "consent", "label": "Saya setuju data saya dipakai untuk menjawab."})
    row = FormRow("order", "order", json.dumps(fields), json.dumps({"intro": "Kami jawab sebelum sore."}))
    return read_form(row, site.words, site.language)


_SENT = {"text": "Sari", "textarea": "Dua baris\nuntuk dibaca lagi", "multi": ["Satu", "Dua"], "radio": "Satu"}
_TYPED = FormState(
    {"text": ["Sari"], "radio": ["Satu"]},
    {
        name: Fault("form_required")
        for name in ("text", "textarea", "select", "radio", "multi", "rating", "file", "products", "consent")
    },
    page="/",
)


def serve_documents(themes: Themes, shown: dict[str, str]) -> Callable[[Route], Awaitable[None]]:
    """A handler for `page.route`: the documents by name below ORIGIN, the theme's files, and nothing else."""

    async def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path in themes.assets:
            asset = themes.assets[path]
            await route.fulfill(body=asset.body, content_type=asset.content_type)
        elif path[1:] in shown:
            await route.fulfill(body=shown[path[1:]], content_type="text/html; charset=utf-8")
        else:
            await route.fulfill(status=404, body="")

    return answer


async def open_document(page: Page, themes: Themes, shown: dict[str, str], name: str) -> None:
    await page.route("**/*", serve_documents(themes, shown))
    await page.goto(f"{ORIGIN}/{name}", wait_until="load")
