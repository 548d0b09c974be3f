"""One site in several languages: addresses, the switch, what is marked as untranslated, what no translation may do."""

import json
from typing import Any

import pytest

from renderer.themes import Site, Themes, draw_error, draw_page, read_site
from tests.pages import NOW, Page, draw, source

CONTENT: dict[str, Any] = {
    "language": "id",
    "site": {"name": "Kopi", "tagline": "Kopi sore", "contact": {"whatsapp": "0813-5550-0101"}},
    "provenance": {"/pages/0/sections/kata": "owner"},
    "pages": [
        {
            "path": "/",
            "sections": [
                {
                    "id": "m",
                    "type": "menu",
                    "title": "Menu kami",
                    "items": [
                        {"id": "susu", "name": "Kopi susu", "text": "Manis", "price": "25rb"},
                        {"id": "tubruk", "name": "Kopi tubruk", "price": "15rb"},
                    ],
                    "actions": [{"label": "Tentang kami", "to": {"kind": "page", "path": "/tentang"}}],
                },
                {"id": "kata", "type": "testimonials", "items": [{"name": "Ani", "text": "Enak"}]},
            ],
        },
        {
            "path": "/tentang",
            "title": "Tentang kami",
            "sections": [{"id": "a", "type": "about", "title": "Sejak 2010", "text": "Kami mulai kecil."}],
        },
    ],
}
ENGLISH: dict[str, Any] = {
    "site": {"tagline": "Coffee at dusk"},
    "pages": [
        {
            "path": "/",
            "sections": [
                {
                    "id": "m",
                    "title": "Our menu",
                    "items": [{"id": "susu", "name": "Milk coffee"}],
                    "actions": [{"label": "About us"}],
                }
            ],
        },
        {"path": "/tentang", "as": "/about", "title": "About us", "sections": [{"id": "a", "title": "Since 2010"}]},
    ],
}


def bilingual(themes: Themes, translations: Any = None, **columns: Any) -> Site:
    content = {**CONTENT, "translations": {"en": ENGLISH} if translations is None else translations}
    return read_site(themes, source(title="Kopi", generated_content=json.dumps(content), **columns))


def switch(page: Page) -> dict[str, str]:
    links = [link for link in page.all("a") if link.attrs.get("hreflang")]
    return {str(link.attrs["hreflang"]): str(link.attrs["href"]) for link in links}


def test_a_translated_page_has_an_address_of_its_own_and_the_home_page_has_its_language(themes: Themes) -> None:
    site = bilingual(themes)
    assert site.paths == ("/", "/tentang", "/en", "/about")
    assert draw(site, "/about").all("html")[0].attrs["lang"] == "en"
    assert draw(site, "/tentang").all("html")[0].attrs["lang"] == "id"


def test_translations_are_read_as_a_list_too(themes: Themes) -> None:
    assert bilingual(themes, [{"language": "en", **ENGLISH}]).paths == bilingual(themes).paths


def test_the_switch_leads_to_the_same_page(themes: Themes) -> None:
    site = bilingual(themes)
    assert switch(draw(site, "/tentang")) == {"en": "/about"}
    assert switch(draw(site, "/about")) == {"id": "/tentang"}
    assert switch(draw(site, "/en")) == {"id": "/"}


def test_a_site_in_one_language_has_no_switch_and_no_alternates(themes: Themes) -> None:
    site = bilingual(themes, {})
    page = draw(site)
    assert not page.with_class("tongues")
    assert 'rel="alternate"' not in page.html


def test_hreflang_names_each_language_and_a_default(themes: Themes) -> None:
    html = draw(bilingual(themes), "/about").html
    for code, address in (("id", "/tentang"), ("en", "/about"), ("x-default", "/tentang")):
        assert f'<link rel="alternate" hreflang="{code}" href="https://kopi.example{address}">' in html
    assert '<link rel="canonical" href="https://kopi.example/about">' in html


def test_a_page_without_words_in_a_language_is_a_copy_of_the_original(themes: Themes) -> None:
    """It can be read, under the program's own signs in that language, but search engines are sent to the original."""
    site = bilingual(themes, {"en": {"pages": [ENGLISH["pages"][0]]}})
    page = draw(site, "/en/tentang")
    assert '<link rel="canonical" href="https://kopi.example/tentang">' in page.html
    assert "hreflang" not in page.html.partition("</head>")[0]
    assert '<h1 class="h1 s-xl"><span lang="id">Tentang\u00a0kami</span></h1>' in page.html.replace(
        " kami", "\u00a0kami"
    )


def test_what_a_translation_leaves_out_is_marked_with_its_language(themes: Themes) -> None:
    page = draw(bilingual(themes), "/en")
    marked = [element.text for element in page.elements if element.attrs.get("lang") == "id" and element.tag != "a"]
    assert "Kopi tubruk" in marked
    assert "Manis" in marked
    assert "Milk coffee" not in marked
    assert "Our menu" not in marked
    assert "Rp25,000" in page.text


def test_links_stay_in_their_language(themes: Themes) -> None:
    site = bilingual(themes)
    hrefs = [link.attrs["href"] for link in draw(site, "/en").all("a") if not link.attrs.get("hreflang")]
    assert "/about" in hrefs
    assert "/tentang" not in hrefs
    assert "/" not in hrefs
    brand = draw(site, "/about").with_class("name")[0]
    assert brand.attrs["href"] == "/en"


def test_the_other_spellings_of_a_translated_address_lead_to_it(themes: Themes) -> None:
    site = bilingual(themes)
    assert {site.redirect(path) for path in ("/en/tentang", "/en/about", "/EN/About", "/About")} == {"/about"}


@pytest.mark.parametrize("address", ["/tentang", "/blog/x", "/_gate", "//evil.example", "/", "javascript:x", "", 7])
def test_an_address_that_is_taken_or_none_is_not_given(themes: Themes, address: object) -> None:
    given = {"en": {"pages": [{"path": "/tentang", "as": address, "title": "About"}]}}
    site = bilingual(themes, given)
    assert site.paths in (("/", "/tentang", "/en", "/en/tentang"), ("/", "/tentang", "/en", "/7"))


def test_an_address_that_another_page_has_in_other_letters_is_not_given(themes: Themes) -> None:
    pages = [{"path": "/tentang", "as": "/EN"}, {"path": "/", "as": "/Tentang"}]
    site = bilingual(themes, {"en": {"pages": pages, "site": {"tagline": "Coffee"}}})
    assert site.others[0].pages.keys() == {"/en", "/en/tentang"}
    assert site.redirect("/EN") == "/en"


def test_a_page_of_the_site_keeps_the_path_that_a_language_would_take(themes: Themes) -> None:
    content = {**CONTENT, "pages": [*CONTENT["pages"], {"path": "/en", "sections": CONTENT["pages"][1]["sections"]}]}
    raw = json.dumps({**content, "translations": {"en": ENGLISH}})
    site = read_site(themes, source(generated_content=raw))
    assert "Sejak 2010" in draw(site, "/en").text
    assert len(set(site.paths)) == len(site.paths)
    for path in site.paths:
        draw(site, path)


def test_a_language_finds_an_address_whatever_the_sites_own_pages_take(themes: Themes) -> None:
    section = CONTENT["pages"][1]["sections"]
    paths = ["/", *(f"{name}{rest}" for name in ("/en", "/lang-en", "/lang-en-2") for rest in ("", "/en"))]
    raw = {"pages": [{"path": path, "sections": section} for path in paths], "translations": {"en": ENGLISH}}
    site = read_site(themes, source(generated_content=json.dumps(raw)))
    assert len(set(site.paths)) == len(site.paths) == 2 * len(paths)
    for path in site.paths:
        draw(site, path)


@pytest.mark.parametrize(
    "given", [{"id": ENGLISH}, {"xx yy": ENGLISH}, {"en": {}}, {"en": 7}, [ENGLISH], "en", {"../x": ENGLISH}]
)
def test_what_is_no_other_language_is_left_out_and_reported(themes: Themes, given: object) -> None:
    site = bilingual(themes, given)
    assert site.paths == ("/", "/tentang")
    assert any(repair.pointer.startswith("/generated_content/translations") for repair in site.repairs)


def test_a_translation_cannot_add_vouch_or_invent(themes: Themes) -> None:
    over = {
        "site": {"credentials": [{"kind": "halal", "number": "1"}], "payments": {"qris": {"merchant": "Palsu"}}},
        "pages": [
            {
                "path": "/",
                "sections": [{"id": "kata", "provenance": "owner"}, {"id": "baru", "type": "text", "text": "X"}],
            },
            {"path": "/baru", "title": "New", "sections": [{"id": "b", "type": "text", "text": "New"}]},
        ],
    }
    content = {key: value for key, value in CONTENT.items() if key != "provenance"}
    site = read_site(themes, source(generated_content=json.dumps({**content, "translations": {"en": over}})))
    page = draw(site, "/en")
    assert "Enak" not in page.text
    assert "Palsu" not in page.text
    assert "/baru" not in site.paths
    assert {repair.pointer: repair.message for repair in site.repairs}.items() >= {
        "/generated_content/translations/en/pages/1": "no page of the site; left out",
        "/generated_content/translations/en/pages/0/sections/1": "no section of this page; left out",
    }.items()


def test_a_language_read_from_the_right_says_so(themes: Themes) -> None:
    site = bilingual(themes, {"ar": {"pages": [{"path": "/", "sections": [{"id": "m", "title": "قائمة"}]}]}})
    html = draw(site, "/ar").all("html")[0]
    assert (html.attrs["lang"], html.attrs["dir"]) == ("ar", "rtl")
    assert "dir" not in draw(site).all("html")[0].attrs


def test_an_error_below_a_language_speaks_it(themes: Themes) -> None:
    site = bilingual(themes)
    assert 'lang="en"' in draw_error(site, 404, "/en/tidak-ada").html[:60]
    assert 'lang="id"' in draw_error(site, 404, "/english").html[:60]


def test_every_page_of_every_language_has_one_switch_entry_for_each(themes: Themes) -> None:
    site = bilingual(themes, {"en": ENGLISH, "nl": {"site": {"tagline": "Koffie"}}})
    for path in site.paths:
        drawn = draw_page(site, path, [], NOW)
        assert drawn is not None
        assert len(switch(Page(drawn.html))) == 2
