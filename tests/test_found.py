"""How a site is found and shared: head, robots, and the JSON-LD graph of a page."""

import json
from typing import Any

import asyncpg
import pytest
from markupsafe import Markup

from renderer.themes import Site, Themes, draw_error, draw_page, load_themes, read_site
from renderer.themes.found.business import FOOD, LOCAL, business_type
from renderer.themes.found.indexing import site_robots
from renderer.themes.found.urls import absolute
from renderer.themes.found.wording import bare_words, plain
from tests.factories import make_site
from tests.pages import NOW, ROOT, Page, draw, source
from tests.schema_org import PARENTS, PROPERTIES
from tests.serving import Serve
from tests.visitor import Visitor


@pytest.fixture(scope="module")
def themes() -> Themes:
    return load_themes(ROOT)


def read(themes: Themes, content: dict[str, Any] | None = None, **columns: Any) -> Site:
    return read_site(themes, source(generated_content=json.dumps(content or {}), **columns))


def home(*sections: Any, **site: Any) -> dict[str, Any]:
    return {"site": site, "pages": [{"path": "/", "sections": list(sections)}]}


def metas(page: Page) -> dict[str, str]:
    pairs = ((meta.attrs.get("name") or meta.attrs.get("property"), meta.attrs) for meta in page.all("meta"))
    return {name: attrs["content"] or "" for name, attrs in pairs if name}


def node(page: Page, kind: str) -> dict[str, Any]:
    return next(node for node in page.graph if node["@type"] == kind)


def test_an_address_is_built_from_the_sites_origin_and_percent_encoded() -> None:
    assert absolute("https://kopi.example", "/téh manis#a") == "https://kopi.example/t%C3%A9h%20manis#a"
    assert absolute("https://kopi.example", "/a%20b/100%") == "https://kopi.example/a%20b/100%25"
    assert absolute("https://kopi.example", "https://img.example/a.jpg") == "https://img.example/a.jpg"


async def test_an_address_never_comes_from_the_request(conn: asyncpg.Connection, visitor: Visitor) -> None:
    await make_site(conn, subdomain="kopi", title="Kopi Senja")
    page = Page((await visitor.get("kopi.other.test", headers={"X-Forwarded-Host": "evil.example"})).text)
    links = {link.attrs["rel"]: link.attrs["href"] for link in page.all("link")}
    assert str(links["canonical"]).startswith("http://kopi.sites.test:")
    assert "evil.example" not in page.html


@pytest.mark.parametrize(
    ("stated", "index", "follow"),
    [
        (None, True, True), ("", True, True), ("index, follow", True, True), ("all", True, True), ({}, True, True),
        ({"index": True}, True, True), (7, True, True), (True, True, True), ("User-agent: *\nDisallow:", True, True),
        ("noindex", False, True), ("NoIndex, NoFollow", False, False), ("none", False, False), (False, False, True),
        (["noindex"], False, True), ({"index": False}, False, True), ({"index": "no"}, False, True),
        ({"noindex": True}, False, True), ({"follow": False}, True, False), ("nofollow", True, False),
        ("User-agent: *\nDisallow: /", False, False),
    ],
)  # fmt: skip
def test_what_a_site_says_to_robots_is_read_generously(stated: Any, index: bool, follow: bool) -> None:
    robots = site_robots(stated, is_protected=False)
    assert (robots.index, robots.follow) == (index, follow)
    assert site_robots(stated, is_protected=True).index is False


async def test_a_site_that_wants_no_index_says_so_in_its_head_and_in_a_header(
    conn: asyncpg.Connection, visitor: Visitor
) -> None:
    await make_site(conn, subdomain="diam", config={"robots": {"index": False}})
    await make_site(conn, subdomain="kopi")
    quiet, open_ = await visitor.get("diam.sites.test"), await visitor.get("kopi.sites.test")
    assert quiet.headers["X-Robots-Tag"] == metas(Page(quiet.text))["robots"] == "noindex"
    assert "X-Robots-Tag" not in open_.headers
    assert "robots" not in metas(Page(open_.text))
    missing = await visitor.get("kopi.sites.test", "/tidak-ada")
    assert missing.headers["X-Robots-Tag"] == "noindex"


def test_a_password_protected_site_is_never_indexed(themes: Themes) -> None:
    drawn = draw_page(read(themes, is_protected=True), "/", [], NOW)
    assert drawn is not None
    assert drawn.robots == "noindex"


def test_no_title_is_longer_than_70_and_no_description_than_160_characters(themes: Themes) -> None:
    pages = [
        {"path": "/", "title": "Judul " * 40, "sections": []},
        {
            "path": "/satu",
            "title": "Judul halaman yang panjang sekali " * 4,
            "sections": [{"type": "text", "text": "x"}],
        },
        {"path": "/dua", "title": "Tentang", "description": "Kata " * 90, "sections": [{"type": "text", "text": "x"}]},
    ]
    content = {"site": {"name": "Nama " * 15, "tagline": "Semboyan " * 30}, "pages": pages}
    site = read(themes, content, seo_title="S " * 90, seo_description="D " * 90)
    for path in site.paths:
        page = draw(site, path)
        assert 0 < len(page.all("title")[0].text) <= 70
        assert 0 < len(metas(page)["description"]) <= 160


def test_a_page_that_leaves_no_room_for_the_sites_name_keeps_its_own(themes: Themes) -> None:
    title = "Semua paket perjalanan ke Flores dan Komodo untuk tahun depan"
    pages = [{"path": "/paket", "title": title, "sections": [{"type": "text", "text": "x"}]}]
    site = read(themes, {"site": {"name": "Compang Trails"}, "pages": pages})
    assert draw(site, "/paket").all("title")[0].text == title


@pytest.mark.parametrize("junk", ["None", "undefined", "  ", "null", "<p></p>", "N/A", "**"])
def test_junk_where_a_title_or_a_description_should_be_falls_back(themes: Themes, junk: str) -> None:
    hero = {"id": "h", "type": "hero", "title": "Halo", "intro": "Kopi sore di seberang pasar, sampai lampu padam."}
    content = {**home(hero, name="Kopi Senja"), "pages": [{"path": "/", "description": junk, "sections": [hero]}]}
    page = draw(read(themes, content, seo_title=junk, seo_description=junk, description=junk, title=junk))
    assert page.all("title")[0].text == "Kopi Senja"
    assert metas(page)["description"] == "Kopi sore di seberang pasar, sampai lampu padam."


def test_a_description_comes_from_whoever_said_it_best(themes: Themes) -> None:
    hero = {"id": "h", "type": "hero", "title": "Halo", "intro": "Kata-kata pertama halaman ini, cukup panjang."}
    described = {"path": "/", "description": "Kata halaman", "sections": [hero]}

    def said(content: dict[str, Any], **columns: Any) -> str | None:
        return metas(draw(read(themes, content, **columns))).get("description")

    whole = {"site": {"tagline": "Semboyan"}, "pages": [described]}
    assert said(whole, seo_description="Kata pemilik", description="Kata baris") == "Kata pemilik"
    assert said(whole, description="Kata baris") == "Kata halaman"
    assert said(home(hero, tagline="Semboyan"), description="Kata baris") == "Kata baris"
    assert said(home(hero, tagline="Semboyan")) == "Kata-kata pertama halaman ini, cukup panjang."
    assert said(home(tagline="Semboyan")) == "Semboyan"
    assert said(home()) is None


def test_marks_and_tags_are_stripped_but_words_are_kept() -> None:
    assert plain("<p>Kopi <b>enak</b></p>") == "Kopi enak"
    assert plain("Kopi<br>enak <img src=x onerror=alert(1)>") == "Kopi enak"
    assert plain("<div> vs <span>") == "<div> vs <span>"
    assert plain("&lt;div> vs &lt;span>") == "<div> vs <span>"
    assert plain("<div> vs <span>", as_html=True) == "vs"
    assert plain("</p>Kopi</body>") == "Kopi"
    assert "<" not in plain("<div>" + "panjang " * 1_000 + "</div>")
    assert plain("## **Kopi** _enak_ [di sini](https://a.example) `ya`") == "Kopi enak di sini ya"
    assert plain("2 < 3 & 5 > 4, snake_case, 3*4*5") == "2 < 3 & 5 > 4, snake_case, 3*4*5"


def test_a_shared_link_has_its_picture_with_words_for_it(themes: Themes) -> None:
    page = draw(read(themes, home(name="Kopi Senja"), og_image_url="/foto/depan%20kedai.jpg"))
    found = metas(page)
    assert found["og:image"] == "https://kopi.example/foto/depan%20kedai.jpg"
    assert found["og:image:alt"] == "Kopi Senja"
    assert found["twitter:card"] == "summary_large_image"
    assert found["og:locale"] == "id_ID"
    assert metas(draw(read(themes, {"language": "en"})))["og:locale"] == "en_GB"


CONTACT = {
    "whatsapp": "0813-5550-0101",
    "phone": "022-555-0101",
    "email": "halo@kopi.example",
    "geo": {"lat": -6.9, "lng": 107.6},
    "address": {"street": "Jl. Cihapit No. 27", "city": "Bandung", "province": "Jawa Barat", "postal_code": "40114"},
}
HOURS = {
    "weekly": [
        {"days": ["mo", "tu"], "open": "07:00", "close": "22:00"},
        {"days": ["fr", "sa"], "open": "17:00", "close": "01:00"},
        {"days": ["su"], "open": "00:00", "close": "24:00"},
        {"days": ["th"], "open": "18:00", "close": "24:00"},
    ],
    "exceptions": [
        {"from": "2027-03-10", "to": "2027-03-12", "label": "Idulfitri", "closed": True},
        {"from": "2026-12-31", "open": "20:00", "close": "02:00"},
    ],
}


def test_the_business_stands_in_the_graph_with_what_the_page_shows_of_it(themes: Themes) -> None:
    channels = [{"kind": "instagram", "url": "https://www.instagram.com/kopi.example"}]
    site = home(name="Kopi Senja", business="CafeOrCoffeeShop", contact=CONTACT, channels=channels, logo="/logo.png")
    cafe = node(draw(read(themes, site)), "CafeOrCoffeeShop")
    assert cafe["@id"] == "https://kopi.example/#owner"
    assert cafe["telephone"] == "+62225550101"
    assert cafe["email"] == "halo@kopi.example"
    assert cafe["address"] == {
        "@type": "PostalAddress", "streetAddress": "Jl. Cihapit No. 27", "addressLocality": "Bandung",
        "addressRegion": "Jawa Barat", "postalCode": "40114", "addressCountry": "ID",
    }  # fmt: skip
    assert cafe["geo"] == {"@type": "GeoCoordinates", "latitude": -6.9, "longitude": 107.6}
    assert cafe["sameAs"] == ["https://www.instagram.com/kopi.example"]
    assert cafe["logo"] == "https://kopi.example/logo.png"


def test_opening_hours_pass_midnight_and_a_closed_day_is_midnight_twice(themes: Themes) -> None:
    cafe = node(draw(read(themes, home(business="Bakery", contact=CONTACT, hours=HOURS))), "Bakery")
    week = {tuple(row["dayOfWeek"]): (row["opens"], row["closes"]) for row in cafe["openingHoursSpecification"]}
    day = "https://schema.org/"
    assert week == {
        (f"{day}Monday", f"{day}Tuesday"): ("07:00", "22:00"),
        (f"{day}Friday", f"{day}Saturday"): ("17:00", "01:00"),
        (f"{day}Sunday",): ("00:00", "23:59"),
        (f"{day}Thursday",): ("18:00", "00:00"),
    }
    special = cafe["specialOpeningHoursSpecification"]
    assert [(row["validFrom"], row["validThrough"], row["opens"], row["closes"]) for row in special] == [
        ("2026-12-31", "2026-12-31", "20:00", "02:00"),
        ("2027-03-10", "2027-03-12", "00:00", "00:00"),
    ]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("CafeOrCoffeeShop", "CafeOrCoffeeShop"), ("cafe_or_coffee_shop", "CafeOrCoffeeShop"), ("Kafe aneh", None),
        ("https://schema.org/Dentist", "Dentist"), ("travel agency", "TravelAgency"), ("Store", "Store"),
        ("toko", "Store"), ("Person", "Person"), ("Volcano", None), ("", None), (None, None), ("WebSite", None),
    ],
)  # fmt: skip
def test_a_kind_of_business_is_one_of_schema_orgs(said: str | None, kind: str | None) -> None:
    assert business_type(said) == kind


def test_an_unknown_kind_of_business_is_a_local_business_and_reported(themes: Themes) -> None:
    site = read(themes, home(business="Volcano"))
    assert node(draw(site), "LocalBusiness")
    assert "/generated_content/site/business" in {repair.pointer for repair in site.repairs}


def test_a_personal_site_is_a_persons(themes: Themes) -> None:
    person = node(draw(read(themes, home(name="Lintang", business="Person", contact=CONTACT, hours=HOURS))), "Person")
    assert person["name"] == "Lintang"
    assert not {"geo", "openingHoursSpecification", "slogan", "hasMap"} & set(person)


def test_a_sub_page_has_its_trail_and_the_home_page_none(themes: Themes) -> None:
    pages = [{"path": "/tentang", "title": "Tentang kami", "sections": [{"type": "text", "text": "x"}]}]
    site = read(themes, {"site": {"name": "Kopi Senja"}, "pages": pages})
    trail = node(draw(site, "/tentang"), "BreadcrumbList")["itemListElement"]
    assert [(item["position"], item["name"], item["item"]) for item in trail] == [
        (1, "Kopi Senja", "https://kopi.example/"),
        (2, "Tentang kami", "https://kopi.example/tentang"),
    ]
    assert "BreadcrumbList" not in [node["@type"] for node in draw(site).graph]


def test_questions_of_all_sections_make_one_page_of_questions(themes: Themes) -> None:
    answers = [{"type": "markdown", "text": f"**Ya** {n}."} for n in (1, 2)]
    rows = [
        {"type": "faq", "items": [{"question": f"Tanya {n}?", "answer": text}]} for n, text in enumerate(answers, 1)
    ]
    asked = node(draw(read(themes, home(*rows))), "FAQPage")["mainEntity"]
    assert [(one["name"], one["acceptedAnswer"]["text"]) for one in asked] == [
        ("Tanya 1?", "Ya 1."),
        ("Tanya 2?", "Ya 2."),
    ]


def test_products_have_offers_where_they_have_prices(themes: Themes) -> None:
    items = [
        {"name": "Kain", "price": 650000, "status": "habis", "image": "/kain.jpg", "description": "Tulis tangan."},
        {"name": "Selendang", "price": {"amount": "200rb", "max": "350rb"}},
        {"name": "Pesanan", "price": {"amount": 900000, "from": True}, "status": "preorder"},
        {"name": "Tanya dulu"},
    ]
    page = draw(read(themes, home({"id": "kain", "type": "products", "items": items}, business="Store")))
    shown = {one["name"]: one for one in page.graph if one["@type"] == "Product"}
    assert list(shown) == ["Kain", "Selendang", "Pesanan"]
    assert shown["Kain"]["image"] == "https://kopi.example/kain.jpg"
    assert shown["Kain"]["description"] == "Tulis tangan."
    assert shown["Kain"]["offers"] == {
        "@type": "Offer", "price": "650000", "priceCurrency": "IDR", "url": "https://kopi.example/#kain",
        "availability": "https://schema.org/OutOfStock",
    }  # fmt: skip
    offers = shown["Selendang"]["offers"]
    assert (offers["@type"], offers["lowPrice"], offers["highPrice"]) == ("AggregateOffer", "200000", "350000")
    offers = shown["Pesanan"]["offers"]
    assert (offers["lowPrice"], offers["availability"]) == ("900000", "https://schema.org/MadeToOrder")
    assert "highPrice" not in offers


def test_a_menu_has_sections_and_dishes_with_prices(themes: Themes) -> None:
    groups = [{"name": "Kopi susu", "items": [{"name": "Es kopi", "price": "24rb"}, {"name": "Air putih"}]}]
    page = draw(read(themes, home({"id": "menu", "type": "menu", "groups": groups}, business="Restaurant")))
    menu = node(page, "Menu")
    part = menu["hasMenuSection"][0]
    assert part["name"] == "Kopi susu"
    assert [dish["name"] for dish in part["hasMenuItem"]] == ["Es kopi", "Air putih"]
    assert part["hasMenuItem"][0]["offers"]["price"] == "24000"
    assert node(page, "Restaurant")["hasMenu"] == menu["@id"] == "https://kopi.example/#menu"


def test_a_section_that_is_not_on_today_is_not_in_the_graph(themes: Themes) -> None:
    section = {"id": "kain", "type": "products", "items": [{"name": "Kain", "price": 650000}]}
    components = [{"id": "kain", "type": "products", "until": "2026-11-01"}]
    site = read(themes, home(section), components_config=json.dumps(components))
    assert "Product" not in [one["@type"] for one in draw(site).graph]


def test_claims_never_enter_the_graph_whoever_vouches_for_them(themes: Themes) -> None:
    sections = [
        {"id": "u", "type": "testimonials", "items": [{"quote": "Paling enak sedunia", "name": "Dimas"}]},
        {"id": "n", "type": "statistics", "items": [{"value": "4.9", "label": "bintang"}]},
    ]
    site = {**home(*sections, credentials=[{"kind": "halal", "number": "ID1"}]), "provenance": {"/pages": "owner",
            "/site": "owner"}}  # fmt: skip
    page = draw(read(themes, site))
    assert "Paling enak sedunia" in page.text
    written = json.dumps(page.graph)
    for claim in ("Paling enak", "Dimas", "4.9", "bintang", "ID1", "ating", "eview"):
        assert claim not in written


ATTACK = "</script><script>alert(1)</script><!-- \u2028 & \u2029 \ud800 ]]> \\u003c"


def test_nothing_breaks_out_of_the_graph(themes: Themes) -> None:
    section = {"id": "m", "type": "faq", "items": [{"question": ATTACK, "answer": ATTACK}]}
    content = home(section, name=ATTACK, tagline=ATTACK, contact={"address": {"street": ATTACK, "city": ATTACK}})
    page = draw(read(themes, content, title=ATTACK, description=ATTACK, seo_title=ATTACK))
    assert len(page.scripts) == 1  # the theme's own
    assert any("alert(1)" in str(one) for one in page.graph)


def test_errors_have_no_graph_and_no_address(themes: Themes) -> None:
    page = Page(draw_error(read(themes, home(name="Kopi Senja")), 404).html)
    assert page.graph == []
    assert "canonical" not in {link.attrs["rel"] for link in page.all("link")}


def test_every_type_and_property_that_is_written_is_schema_orgs(themes: Themes) -> None:
    sections = [
        {"id": "h", "type": "hero", "title": "Halo", "image": "/a.jpg"},
        {"id": "p", "type": "products", "items": [{"name": "A", "price": {"amount": 1, "max": 2}, "image": "/k.jpg"}]},
        {"id": "m", "type": "menu", "title": "Menu", "items": [{"name": "D"}],
         "groups": [{"name": "A", "text": "B", "items": [{"name": "C", "price": 1}]}]},
        {"id": "f", "type": "faq", "items": [{"question": "Q?", "answer": "A."}]},
    ]  # fmt: skip
    pages = [{"path": "/", "sections": sections}, {"path": "/b", "title": "B", "sections": sections}]
    channels = [{"kind": "instagram", "url": "https://www.instagram.com/kopi.example"}]
    for kind in ("CafeOrCoffeeShop", "Person", "Store", "", "?"):
        facts = {"name": "N", "tagline": "T", "business": kind, "contact": CONTACT, "hours": HOURS, "logo": "/l.png",
                 "channels": channels}  # fmt: skip
        site = read(themes, {"site": facts, "pages": pages}, description="D")
        for path in site.paths:
            for one in draw(site, path).graph:
                judge(one)


def judge(value: Any) -> None:
    if isinstance(value, list):
        for one in value:
            judge(one)
    if not isinstance(value, dict) or set(value) == {"@id"}:
        return
    kind = value["@type"]
    lineage = [kind]
    while lineage[-1] in PARENTS or lineage[-1] in FOOD | LOCAL:
        known = PARENTS.get(lineage[-1]) or ("FoodEstablishment" if lineage[-1] in FOOD else "LocalBusiness")
        lineage.append(known)
    allowed = {name for one in lineage for name in PROPERTIES.get(one, ())}
    assert any(one in PROPERTIES for one in lineage), kind
    assert set(value) - {"@type", "@id"} <= allowed, kind
    assert not [key for key, held in value.items() if held in (None, "", [], {})], kind
    for held in value.values():
        judge(held)


async def test_the_policy_allows_pictures_only_from_where_the_operator_says(
    conn: asyncpg.Connection, serve: Serve
) -> None:
    await make_site(conn, subdomain="kopi", title="Kopi Senja")
    plain_one = await serve()
    policy = (await plain_one.get("kopi.sites.test")).headers["Content-Security-Policy"]
    assert "img-src 'self' data:;" in policy
    assert "manifest-src 'self'" in policy
    key = {"resizer_key": "00ff", "resizer_salt": "ff00"}
    visitor = await serve(images={"hosts": ["img.example"], "resizer": "https://kecil.example/", **key})
    policy = (await visitor.get("kopi.sites.test")).headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://img.example https://kecil.example;" in policy
    assert "img.example" not in (await visitor.get("nobody.sites.test")).headers["Content-Security-Policy"]


def test_a_translated_page_is_described_in_its_language_and_names_the_others(themes: Themes) -> None:
    english = {
        "language": "en",
        "site": {"tagline": "Coffee till the lights go out"},
        "pages": [{"path": "/", "title": "A"}],
    }
    content = {**home(name="Kopi Senja", tagline="Kopi sampai lampu padam"), "translations": [english]}
    site = read(themes, content, seo_title="Kedai kopi", seo_description="Kopi enak.", description="Kopi di Bandung.")
    page = draw(site, "/en")
    found = metas(page)
    assert found["description"] == "Coffee till the lights go out"
    assert "Kedai kopi" not in page.all("title")[0].text
    assert (found["og:locale"], found["og:locale:alternate"]) == ("en_GB", "id_ID")
    assert node(page, "WebPage")["url"] == "https://kopi.example/en"
    assert node(page, "WebSite")["inLanguage"] == "en"


def test_words_of_two_paragraphs_do_not_run_together() -> None:
    assert (
        bare_words(Markup("<p>Kami <b>sang</b>at.</p><p>Buka<br>pagi</p><ul><li>satu</li></ul>"))
        == "Kami sangat. Buka pagi satu"
    )
