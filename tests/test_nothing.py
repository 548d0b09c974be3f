"""Nothing is never shown: no word that says nothing, no empty button, no heading without what it heads."""

import json
from typing import Any

import pytest

from renderer.themes import PostSource, Themes, read_site
from renderer.themes.contract.sections import KINDS
from tests.pages import NOW, Page, draw, source

NOTHING = ["None", "undefined", "null", "NaN", "[object Object]", "N/A", "TODO", "", "   "]
POST = PostSource("satu", "Satu", None, None, NOW, 0)


def page(themes: Themes, *sections: dict[str, Any], **site: Any) -> Page:
    row = {"site": site, "pages": [{"path": "/", "sections": list(sections)}]}
    components = [{"id": section["id"], "type": section["type"]} for section in sections]
    return draw(
        read_site(themes, source(generated_content=json.dumps(row), components_config=json.dumps(components))),
        posts=[POST],
    )


def says(page: Page, word: str) -> bool:
    return word in page.text.split() or word in page.text.strip().splitlines()


FACTS = {
    "name": "Warung", "contact": {"whatsapp": "0813-5550-0123"}, "payments": {"accepted": ["cash"]},
    "channels": [{"kind": "gofood", "url": "https://gofood.example/x"}], "locations": [{"name": "Cabang"}],
}  # fmt: skip
SHOWN: dict[str, dict[str, Any]] = {
    "facts alone": {"facts": [{"label": "Kursi", "value": "28"}]},
    "an intro alone": {"intro": "Pengantar."},
    "items with names alone": {"items": [{"name": "A"}, {"name": "B"}]},
    "items with texts alone": {"items": [{"text": "Isi a."}, {"text": "Isi b."}]},
    "items with values alone": {"items": [{"value": "1"}]},
    "items with prices alone": {"items": [{"name": "A", "price": {"amount": None, "unit": "gelas"}}]},
    "items with pictures alone": {"items": [{"image": "/a.webp"}]},
    "groups without names": {"groups": [{"items": [{"name": "A"}]}]},
    "a text alone": {"text": "Isi."},
    "a form alone": {"form": "contact"},
    "a film alone": {"video": "https://youtu.be/aqz-KE-bpKQ"},
}


@pytest.mark.parametrize("given", SHOWN.values(), ids=SHOWN)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_a_section_lacks_is_not_written_out(themes: Themes, kind: str, given: dict[str, Any]) -> None:
    for more in ({}, {"title": "Judul", "label": "Label", "note": "Catatan"}):
        shown = page(themes, {"id": "x", "type": kind, "provenance": "owner", **more, **given}, **FACTS)
        assert not says(shown, "None")
        for tag in ("p", "dd", "dt", "li", "h2", "h3", "strong", "figcaption", "blockquote", "td"):
            hollow = [one for one in shown.all(tag) if not one.text.strip() and tag != "li"]
            assert hollow == [], (tag, kind)


@pytest.mark.parametrize("word", NOTHING)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_words_that_say_nothing_are_shown_nowhere(themes: Themes, kind: str, word: str) -> None:
    fields = (
        "name",
        "text",
        "role",
        "value",
        "status",
        "badge",
        "duration",
        "when",
        "place",
        "phone",
        "price",
        "image",
    )
    item = dict.fromkeys(fields, word)
    own = {"label": word, "title": word, "intro": word, "text": word, "note": word}
    section = {
        "id": "x", "type": kind, "provenance": "owner", **own, "items": [item, {**item, "name": "Ada", "value": "1"}],
        "groups": [{"name": word, "text": word, "items": [item, {"name": "Ada"}]}],
        "facts": [{"label": word, "value": word}, {"label": "Kursi", "value": word}],
        "actions": [{"label": word, "to": {"kind": "whatsapp"}}, {"label": "Ada", "to": {"kind": "url", "url": word}}],
    }  # fmt: skip
    site = {**FACTS, "name": word, "tagline": word, "contact": {**FACTS["contact"], "email": word, "address": word}}
    shown = page(themes, section, **site)
    assert not word.strip() or not says(shown, word)


HOLLOW: dict[str, dict[str, Any]] = {
    "an icon": {"items": [{"icon": "kawung"}, {"icon": "coffee"}]},
    "a price": {"items": [{"price": 25_000}]},
    "a state": {"items": [{"status": "sold_out"}]},
    "nothing in them": {"items": [{}, {}, None]},
    "pictures from elsewhere": {"items": [{"image": "https://evil.example/x.png"}]},
    "groups with names alone": {"groups": [{"name": "Kopi"}, {"name": "Teh", "items": []}]},
    "groups of nothing": {"groups": [{"name": "Kopi", "items": [{"price": 25_000}]}]},
    "a note alone": {"note": "Catatan"},
    "halves of facts": {"facts": [{"label": "Kursi"}, {"value": "28"}]},
    "dead buttons": {"actions": [{"label": "Mati", "to": {"kind": "section", "section": "tidak-ada"}}]},
}
SPEAKS_ALONE = {"hero", "announcement", "latest-posts", "cta", "form"}


@pytest.mark.parametrize("given", HOLLOW.values(), ids=HOLLOW)
@pytest.mark.parametrize("kind", sorted(set(KINDS) - SPEAKS_ALONE))
def test_a_heading_never_stands_alone(themes: Themes, kind: str, given: dict[str, Any]) -> None:
    shown = page(themes, {"id": "x", "type": kind, "provenance": "owner", "title": "Sendirian", **given})
    assert "Sendirian" not in shown.text


def test_a_call_that_has_nobody_to_call_is_left_out(themes: Themes) -> None:
    cta = {"id": "x", "type": "cta", "title": "Sendirian", "actions": [{"label": "Mati", "to": {"kind": "phone"}}]}
    assert "Sendirian" not in page(themes, cta).text


def test_a_button_to_a_section_that_is_left_out_goes_with_it_wherever_it_stands(themes: Themes) -> None:
    empty = {"id": "kosong", "type": "faq", "title": "Kosong"}
    to = {"label": "Ke sana", "to": {"kind": "section", "section": "kosong"}}
    items = [{"name": "A", "actions": [to]}]
    shown = page(
        themes, empty, {"id": "p", "type": "products", "items": items, "actions": [to]},
        {"id": "m", "type": "services", "groups": [{"name": "G", "items": items}]}, **FACTS,
    )  # fmt: skip
    assert "Ke sana" not in shown.text
