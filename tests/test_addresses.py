"""Redirects that an owner states, the privacy page, and navigation."""

import json
from typing import Any

import pytest

from renderer.themes import Site, Themes, read_site
from tests.pages import draw, source

PAGES = {
    "site": {"contact": {"email": "halo@kopi.example"}},
    "pages": [
        {"path": "/", "sections": [{"id": "t", "type": "text", "title": "Halo", "text": "Halo"}]},
        {"path": "/baru", "title": "Baru", "sections": [{"id": "b", "type": "text", "text": "Baru"}]},
    ],
}


def site_with(themes: Themes, content: Any = None, **config: Any) -> Site:
    return read_site(themes, source(generated_content=json.dumps(content or PAGES), config=json.dumps(config)))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("/lama", "/baru"),
        ("/LAMA", "/baru"),
        ("/dua", "/baru"),
        ("/menü", "/baru#b"),
        ("/lama.html", "/blog/satu?x=1"),
        ("/BARU", "/baru"),
        ("/lingkar", None),
        ("/lingkar-2", None),
        ("/diri", None),
        ("/tidak-ada", None),
    ],
)
def test_an_old_path_leads_to_its_end_in_one_hop(themes: Themes, asked: str, expected: str | None) -> None:
    site = site_with(
        themes,
        redirects={
            "/lama/": "/baru",
            "/dua": "/lama",
            "/men%C3%BC": "/baru#b",
            "/lama.html": "/blog/satu?x=1",
            "/lingkar": "/lingkar-2",
            "/lingkar-2": "/Lingkar",
            "/diri": "/diri",
        },
    )
    assert site.redirect(asked) == expected


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/", "javascript:alert(1)", "",
        "/\t/evil.example", "/%0d%0aSet-Cookie: a=b\r\n", "/..//evil.example", "&#47;/evil.example",
        "/\u200b/evil.example", None, 7, [], "baru", "#b", "?x",
    ],
)  # fmt: skip
def test_a_redirect_leads_to_the_same_site_or_nowhere(themes: Themes, target: object) -> None:
    site = site_with(themes, redirects={"/lama": target})
    found = site.redirect("/lama")
    assert found is None or (found.startswith("/%0d%0aSet-Cookie") and found.isprintable())
    assert found or any(repair.pointer.startswith("/config/redirects") for repair in site.repairs)


@pytest.mark.parametrize(
    "path",
    ["/", "/baru", "/Baru/", "/blog", "/BLOG/x", "/_gate", "/%5fgate", "/.well-known/x", "/robots.txt", "x", "//a"],
)
def test_a_redirect_hides_no_page_and_no_path_of_the_program(themes: Themes, path: str) -> None:
    site = site_with(themes, redirects={path: "/blog/lain"})
    assert site.redirect(path) != "/blog/lain"
    assert [repair.pointer for repair in site.repairs if repair.pointer.startswith("/config/redirects/")] != []


def test_redirects_are_read_as_a_list_too(themes: Themes) -> None:
    assert site_with(themes, redirects=[{"from": "/lama", "to": "/baru"}, 7, {}]).redirect("/lama") == "/baru"


def test_a_chain_as_long_as_the_list_is_one_hop(themes: Themes) -> None:
    chain = {f"/r{number}": f"/r{number + 1}" for number in range(900)}
    assert site_with(themes, redirects={**chain, "/r900": "/baru"}).redirect("/r0") == "/baru"


def test_whatever_leads_into_a_loop_leads_nowhere(themes: Themes) -> None:
    loop = {f"/r{number}": f"/r{(number + 1) % 900}" for number in range(900)}
    site = site_with(themes, redirects={"/masuk": "/r5", **loop, "/aman": "/baru"})
    assert dict(site.redirects) == {"/aman": "/baru"}


def test_the_privacy_page_says_who_what_for_and_how_long(themes: Themes) -> None:
    privacy = {
        "controller": "PT Kopi & Teh",
        "contact": "data@kopi.example",
        "retention_days": 1365,
        "purposes": ["Undian"],
    }
    site = site_with(themes, privacy=privacy)
    page = draw(site, "/privasi")
    for words in ("PT Kopi & Teh", "No. 27 Tahun 2022", "1.365 hari", "Undian"):
        assert words in page.text
    assert "mailto:data@kopi.example" in [link.attrs["href"] for link in page.all("a")]
    assert "/privasi" in [link.attrs["href"] for link in draw(site).all("a")]


def test_a_contact_that_is_no_address_is_shown_and_leads_nowhere(themes: Themes) -> None:
    page = draw(site_with(themes, privacy={"contact": "surat@sekar<![CDATA[<b>.example"}), "/privasi")
    assert "surat@sekar<![CDATA[<b>.example" in page.text
    assert not any("sekar" in link.attrs["href"] for link in page.all("a"))


def test_what_the_owner_left_out_of_the_privacy_page_comes_from_the_site(themes: Themes) -> None:
    page = draw(site_with(themes, {**PAGES, "language": "en"}, privacy={"retention_days": -3}), "/privacy")
    assert "Kopi Senja is the controller" in page.text
    assert "halo@kopi.example" in page.text
    assert "for as long as" in page.text


def test_without_a_statement_there_is_no_privacy_page_and_no_link_to_one(themes: Themes) -> None:
    site = site_with(themes)
    assert "/privasi" not in site.paths
    assert "privasi" not in draw(site).html


def test_the_owners_own_page_stands_in_the_place_of_ours(themes: Themes) -> None:
    own = {"pages": [*PAGES["pages"], {"path": "/privasi", "sections": [{"type": "text", "text": "Milik saya"}]}]}
    site = site_with(themes, own, privacy={"controller": "X"})
    assert "Milik saya" in draw(site, "/privasi").text
    assert "Kebijakan privasi" in draw(site).text


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "{x}", "{0.__class__}", "javascript:alert(1)", "%s"])
def test_what_the_owner_states_is_only_ever_text(themes: Themes, hostile: str) -> None:
    privacy = dict.fromkeys(("controller", "contact", "address"), hostile) | {"purposes": [hostile]}
    page = draw(site_with(themes, privacy=privacy), "/privasi")
    assert hostile in page.text


def test_a_stated_navigation_stands_in_place_of_the_derived_one(themes: Themes) -> None:
    navigation = [
        {"label": "Halaman baru", "to": {"kind": "page", "path": "/baru"}},
        {"label": "Halo", "to": {"kind": "section", "section": "t"}},
        {"label": "Buntu", "to": {"kind": "section", "section": "x"}},
        {"label": "Luar", "to": "https://kopi.example.com/"},
    ]
    site = site_with(themes, {**PAGES, "site": {"navigation": navigation}})

    def links(path: str) -> list[tuple[str | None, str]]:
        page = draw(site, path)
        start = page.elements.index(page.with_class("links")[0])
        found = [one for one in page.elements[start:] if one.tag == "a"][:3]
        return [(link.attrs["href"], link.text) for link in found]

    assert links("/") == [("/baru", "Halaman baru"), ("#t", "Halo"), ("https://kopi.example.com/", "Luar")]
    assert links("/baru")[1] == ("/#t", "Halo")
