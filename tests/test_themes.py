"""Themes: what loads, what a row becomes, what a visitor finds."""

import json
import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from renderer.themes import (
    PostSource,
    Themes,
    draw_error,
    draw_page,
    draw_password,
    load_themes,
    next_change,
    read_site,
)
from renderer.themes.sections import TYPES
from tests.pages import NOW, ROOT, Page, draw, source

CONTACT = {
    "whatsapp": {"number": "0813-5550-0101", "text": "Halo {site}, saya mau {item}"},
    "phone": "022-555-0101",
    "address": {"street": "Jl. Cihapit No. 27", "city": "Bandung", "landmark": "Seberang pasar"},
}


@pytest.fixture(scope="module")
def themes() -> Themes:
    return load_themes(ROOT)


def content(*sections: Any, **site: Any) -> str:
    return json.dumps({"site": {"contact": CONTACT, **site}, "pages": [{"path": "/", "sections": list(sections)}]})


def test_without_any_content_the_name_stands_on_a_designed_first_screen(themes: Themes) -> None:
    page = draw(read_site(themes, source(title="Kopi Senja")))
    assert page.all("h1")[0].text == "Kopi Senja"
    assert page.with_class("motif")
    assert "None" not in page.text
    assert page.all("h2") == []


def test_a_row_without_a_title_takes_its_name_from_the_subdomain(themes: Themes) -> None:
    assert draw(read_site(themes, source())).all("h1")[0].text == "Kopi Senja"


def test_no_components_means_the_templates_default_sections(themes: Themes) -> None:
    sections = [
        {"id": "faq-1", "type": "faq", "items": [{"question": "Q?", "answer": "A."}]},
        {"id": "menu-2", "items": [{"name": "Kopi", "price": "25rb"}]},
    ]
    text = content(*sections)
    page = draw(
        read_site(themes, source(generated_content=text, components_config="[]", default_sections=["menu", "faq"]))
    )
    assert [element.attrs["id"] for element in page.all("section")] == ["hero", "menu-2", "faq-1"]


def test_components_decide_what_stands_where_and_what_is_hidden(themes: Themes) -> None:
    sections = [{"id": name, "type": "text", "text": name} for name in ("satu", "dua", "tiga")]
    components = [
        {"id": "tiga", "type": "text"},
        {"id": "satu", "type": "text"},
        {"id": "dua", "type": "text", "visible": False},
        {"id": "x", "type": "hologram"},
    ]
    site = read_site(themes, source(generated_content=content(*sections), components_config=json.dumps(components)))
    assert [element.attrs["id"] for element in draw(site).with_class("sec")] == ["tiga", "satu"]
    assert "/components_config/3/type" in {repair.pointer for repair in site.repairs}


def test_maps_are_read_wherever_a_list_with_ids_is(themes: Themes) -> None:
    raw = {
        "pages": {
            "/": {"sections": {"tanya": {"type": "faq", "items": {"a": {"question": "Q?", "answer": "A."}}}}},
            "/tentang": {"sections": {"x": {"type": "text", "text": "Hai"}}},
        }
    }
    site = read_site(themes, source(generated_content=json.dumps(raw)))
    assert site.paths == ("/", "/tentang")
    assert "Q?" in draw(site).text
    assert "Hai" in draw(site, "/tentang").text


def test_reserved_and_malformed_paths_are_no_pages(themes: Themes) -> None:
    paths = ["/blog", "/blog/x", "/_theme/x", "/.well-known/x", "//evil", "/../x", "/a b", "/robots.txt", "/ok"]
    raw = {"pages": [{"path": path, "sections": [{"type": "text", "text": "x"}]} for path in paths]}
    site = read_site(themes, source(generated_content=json.dumps(raw)))
    assert site.paths == ("/", "/ok")
    assert draw_page(site, "/blog", [], NOW) is None


@pytest.mark.parametrize("kind", sorted(TYPES - {"hero", "form"}))
def test_a_section_with_nothing_but_its_heading_is_left_out(themes: Themes, kind: str) -> None:
    raw = {
        "pages": [{"path": "/", "sections": [{"id": "x", "type": kind, "title": "Sendirian", "provenance": "owner"}]}]
    }
    page = draw(read_site(themes, source(generated_content=json.dumps(raw))))
    if kind == "announcement":
        return
    assert "Sendirian" not in page.text


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 12])
@pytest.mark.parametrize(
    "kind",
    [
        "features",
        "services",
        "products",
        "gallery",
        "team",
        "pricing",
        "steps",
        "statistics",
        "testimonials",
        "locations",
        "logos",
        "faq",
        "itinerary",
        "menu",
    ],
)
def test_every_count_with_short_and_long_titles_is_drawn(themes: Themes, kind: str, count: int) -> None:
    items = [
        {"name": name, "question": name, "text": "Isi.", "value": "12", "price": 25000}
        for name in (
            ["Abc", "Sebuah judul yang panjangnya delapan puluh huruf supaya terlihat apakah muat di sini"] * 6
        )[:count]
    ]
    section = {"id": "x", "type": kind, "title": "Judul", "items": items, "provenance": "owner"}
    page = draw(read_site(themes, source(generated_content=content(section))))
    assert page.text.count("Abc") >= (count + 1) // 2


def test_claims_are_shown_only_with_the_owners_word(themes: Themes) -> None:
    voice = {"id": "ulasan", "type": "testimonials", "items": [{"quote": "Enak sekali", "name": "Dimas"}]}
    number = {"id": "angka", "type": "statistics", "items": [{"value": "99", "label": "gelas"}]}

    def page(provenance: dict[str, str]) -> Page:
        raw = json.loads(content(voice, number, credentials=[{"kind": "halal", "number": "ID1"}]))
        return draw(read_site(themes, source(generated_content=json.dumps({**raw, "provenance": provenance}))))

    assert not any(word in page({}).text for word in ("Enak sekali", "gelas", "ID1"))
    assert "Enak sekali" in page({"/pages/~1/sections/ulasan": "owner"}).text
    assert "gelas" in page({"/pages/0/sections/1": "owner"}).text
    assert "ID1" in page({"/site/credentials": "owner"}).text
    assert (
        "Enak sekali"
        not in page({"/pages": "owner", "/pages/~1/sections/ulasan": "generated", "/pages/0": "generated"}).text
    )


def test_prices_and_whatsapp_links_name_the_item(themes: Themes) -> None:
    section = {
        "id": "menu",
        "type": "menu",
        "items": [
            {
                "id": "kopi",
                "name": "Kopi Susu",
                "price": {"amount": "25rb", "was": 30000, "unit": "gelas", "from": True},
            }
        ],
        "actions": [
            {"label": "Pesan", "to": {"kind": "whatsapp", "item": "kopi"}},
            {"label": "Mati", "to": {"kind": "section", "section": "tidak-ada"}},
        ],
    }
    page = draw(read_site(themes, source(generated_content=content(section), title="Kopi Senja")))
    assert "Rp25.000" in page.text
    assert "Rp30.000" in page.text
    links = [link.attrs["href"] for link in page.all("a") if link.text == "Pesan"]
    assert links == ["https://wa.me/6281355500101?text=Halo%20Kopi%20Senja%2C%20saya%20mau%20Kopi%20Susu"]
    assert "Mati" not in page.text


def test_a_placeholder_number_is_hidden_with_every_button_that_needs_it(themes: Themes) -> None:
    raw = {
        "site": {"contact": {"whatsapp": "0812-3456-7890"}},
        "pages": [
            {
                "path": "/",
                "sections": [
                    {"type": "hero", "title": "Hai", "actions": [{"label": "Pesan", "to": {"kind": "whatsapp"}}]}
                ],
            }
        ],
    }
    site = read_site(themes, source(generated_content=json.dumps(raw)))
    assert "Pesan" not in draw(site).text
    assert "wa.me" not in str([link.attrs for link in draw(site).all("a")])
    assert any("placeholder" in repair.message for repair in site.repairs)


def test_the_week_is_seven_rows_with_changed_days_below(themes: Themes) -> None:
    hours = {
        "weekly": [{"days": ["mo", "tu"], "open": "07:00", "close": "22:00"}],
        "exceptions": [
            {"from": "2026-12-01", "label": "Libur", "closed": True},
            {"from": "2027-09-01", "closed": True},
        ],
    }
    page = draw(read_site(themes, source(generated_content=content(hours=hours))))
    assert len([row for row in page.all("tr") if "Tutup" in row.text or "07.00–22.00" in row.text]) == 7
    assert "1 Des: Libur" in page.text
    assert "2027" not in page.text


def test_an_announcement_stands_between_its_days_and_names_the_next_change(themes: Themes) -> None:
    raw = content({"id": "info", "type": "announcement", "text": "Tutup sementara"})
    site = read_site(
        themes,
        source(
            generated_content=raw,
            components_config=json.dumps(
                [{"id": "info", "type": "announcement", "from": "2026-11-20", "until": "2026-11-24"}]
            ),
        ),
    )
    assert "Tutup sementara" in draw(site).text
    assert "Tutup sementara" not in draw(site, now=NOW + timedelta(days=2)).text
    assert next_change(site, "/", NOW) == datetime(2026, 11, 24, 17, tzinfo=UTC)  # midnight in Jakarta


def test_the_newest_posts_are_listed_and_linked(themes: Themes) -> None:
    posts = [PostSource("tubruk manis", "Tubruk <b>", "Isi tulisan", None, NOW, words=600)]
    page = draw(read_site(themes, source()), posts=posts)
    link = next(link for link in page.all("a") if "Tubruk" in link.text)
    assert link.attrs["href"] == "/blog/tubruk%20manis"
    assert "3 menit baca" in page.text
    assert "23 November 2026" in page.text


def test_a_page_has_its_head(themes: Themes) -> None:
    raw = json.dumps(
        {
            "language": "en",
            "pages": [
                {
                    "path": "/trips",
                    "title": "Trips",
                    "description": "All of them",
                    "sections": [{"type": "text", "text": "x"}],
                }
            ],
        }
    )
    site = read_site(
        themes,
        source(
            generated_content=raw,
            title="Compang",
            seo_title="Compang – hikes",
            seo_description="Walks",
            og_image_url="/og.png",
            favicon_url="https://evil.example/x.ico",
        ),
    )
    page = draw(site)
    metas = {
        meta.attrs.get("name") or meta.attrs.get("property"): meta.attrs.get("content") for meta in page.all("meta")
    }
    assert page.all("title")[0].text == "Compang – hikes"
    assert metas["description"] == "Walks"
    assert metas["og:image"] == "https://kopi.example/og.png"
    links = {link.attrs["rel"]: link.attrs["href"] or "" for link in page.all("link")}
    assert links["canonical"] == "https://kopi.example/"
    assert links["icon"].startswith("data:image/svg+xml,")
    assert page.all("html")[0].attrs["lang"] == "en"
    inner = draw(site, "/trips")
    assert inner.all("title")[0].text == "Trips – Compang"
    assert {link.attrs["rel"]: link.attrs["href"] for link in inner.all("link")}[
        "canonical"
    ] == "https://kopi.example/trips"


def test_the_inline_style_is_the_one_that_the_policy_names(themes: Themes) -> None:
    site = read_site(themes, source(config='{"analytics": {"mode": "off"}}'))
    drawn = draw_page(site, "/", [], NOW)
    assert drawn is not None
    style = Page(drawn.html).all("style")[0].text
    assert drawn.style_hashes == (b64encode(sha256(style.encode()).digest()).decode(),)
    assert drawn.script_hashes == ()


def test_the_menus_script_is_the_one_that_the_policy_names(themes: Themes) -> None:
    drawn = draw_page(read_site(themes, source(generated_content=content())), "/", [], NOW)
    assert drawn is not None
    scripts = Page(drawn.html).scripts
    assert drawn.script_hashes == tuple(b64encode(sha256(text.encode()).digest()).decode() for text in scripts)
    assert len(scripts) == 1


def test_a_script_is_sent_with_what_it_is_for(themes: Themes) -> None:
    hours = {"weekly": [{"days": ["mo"], "open": "08:00", "close": "16:00"}]}
    for given, name in ((hours, "clock"), (None, "")):
        row = content({"id": "b", "type": "contact", "title": '<form class="form">'}, hours=given)
        site = read_site(themes, source(generated_content=row))
        drawn = draw_page(site, "/", [], NOW)
        assert drawn is not None
        wanted = [site.theme.scripts[one].digest for one in ("page", name) if one]
        assert list(drawn.script_hashes) == wanted
        assert drawn.html.endswith("</script>\n</body>\n</html>")


def test_errors_are_drawn_in_the_theme_and_never_indexed(themes: Themes) -> None:
    site = read_site(themes, source(title="Kopi Senja", generated_content=content(language="id")))
    for status in (400, 404, 405, 410, 418, 429, 500, 503, 599):
        page = Page(draw_error(site, status).html)
        assert page.problems == []
        assert any(meta.attrs.get("content") == "noindex" for meta in page.all("meta"))
        assert "Kopi Senja" in page.text


def test_an_error_page_is_drawn_once_for_all_addresses_and_anew_for_another_reading(themes: Themes) -> None:
    row = {"title": "Kopi Senja", "generated_content": content(language="id")}
    site = read_site(themes, source(**row))
    assert draw_error(site, 404, "/a") is draw_error(site, 404, "/b")
    assert draw_error(site, 410).html != draw_error(site, 404).html
    # Nothing but a head is another, and then the content: what was drawn of the former row is not theirs.
    headed = read_site(themes, source(**row, favicon_url="/media/tanda.png"), site)
    assert "/media/tanda.png" in draw_error(headed, 404).html
    renamed = read_site(themes, source(**{**row, "generated_content": content(name="Kopi Fajar")}), headed)
    assert "Kopi Fajar" in draw_error(renamed, 404).html
    assert "/media/tanda.png" not in draw_error(site, 404).html


def test_the_password_page_shows_the_name_and_nothing_of_the_content(themes: Themes) -> None:
    site = read_site(
        themes, source(title="Kopi Senja", description="Rahasia", generated_content=content(tagline="Rahasia juga"))
    )
    page = Page(draw_password(site, action="/_gate", error="wrong", next_path='/a?b="c').html)
    assert page.problems == []
    assert "Kopi Senja" in page.text
    assert "Rahasia" not in page.html
    assert "0813" not in page.html
    fields = {field.attrs["name"]: field.attrs for field in page.all("input")}
    assert fields["next"]["value"] == '/a?b="c'
    assert fields["password"]["type"] == "password"
    assert page.all("form")[0].attrs["action"] == "/_gate"


def test_at_most_one_band_and_never_three_equal_grounds_in_a_row(themes: Themes) -> None:
    sections = [{"id": f"s{index}", "type": "faq", "items": [{"question": "Q", "answer": "A"}]} for index in range(8)]
    components = [{"id": f"s{index}", "type": "faq", "background": "band"} for index in range(8)] + [
        {"type": "contact"}
    ]
    site = read_site(themes, source(generated_content=content(*sections), components_config=json.dumps(components)))
    grounds = [
        next(name for name in (element.attrs["class"] or "").split() if name.startswith("g-"))
        for element in draw(site).with_class("sec")
    ]
    assert grounds.count("g-band") <= 1
    assert all(len(set(grounds[index : index + 3])) > 1 for index in range(len(grounds) - 2))


@pytest.mark.parametrize("variant", ["default", "papan-nama", "buku"])
def test_every_demo_site_is_drawn_without_a_problem_in_every_variant(themes: Themes, variant: str) -> None:
    files = sorted((Path(__file__).parent.parent / "demo" / "sites").glob("*.json"))
    for file in files:
        website = json.loads(file.read_text("utf-8"))["website"]
        columns = {
            name: json.dumps(website.get(name))
            for name in ("config", "design_tokens", "generated_content", "components_config")
        }
        site = read_site(
            themes, source(subdomain=website["subdomain"], title=website["title"], template_variant=variant, **columns)
        )
        for path in site.paths:
            page = draw(site, path)
            assert not re.search(r"\b(?:None|undefined|nan|null)\b", page.text)


def test_a_branch_has_a_way_to_it(themes: Themes) -> None:
    places = [
        {"name": "Galeri", "geo": {"lat": -6.9747, "lng": 110.4283}, "phone": "024-555-0130"},
        {"name": "Dapur", "address": {"street": "Jl. Lasem 3", "city": "Rembang"}},
        {"name": "Gudang", "geo": {"lat": -6.9}},
        {"name": "Toko", "address": "Jl. Lasem 4", "url": "https://toko.example/"},
    ]
    content = {"site": {"name": "Sekar", "locations": places}, "pages": [{"sections": [{"type": "locations"}]}]}
    site = read_site(themes, source(generated_content=json.dumps(content)))
    ways = [link.attrs["href"] for link in draw(site).all("a") if link.text == "Petunjuk arah"]
    assert ways == [
        "https://www.google.com/maps/dir/?api=1&destination=-6.974700%2C110.428300",
        "https://www.google.com/maps/search/?api=1&query=Dapur%2C%20Jl.%20Lasem%203%2C%20Rembang",
        "https://toko.example/",
    ]
    assert [repair.pointer for repair in site.repairs] == ["/generated_content/site/locations/2/geo"]


@pytest.mark.parametrize("name", ["hero", "badge", "hero-4", "post"])
def test_a_section_called_as_a_drawing_of_the_sites_own_has_another(themes: Themes, name: str) -> None:
    sections = [{"id": name, "type": "about", "facts": [{"label": "Sejak", "value": "1998"}]}]
    content = json.dumps({"pages": [{"sections": sections}]})
    for theme in themes:
        for variant in theme.manifest.variants:
            row = source(template_id=theme.id, template_variant=variant, generated_content=content)
            assert draw(read_site(themes, row)).problems == []
