"""Pictures of a site: whose are shown, how, and in which sizes."""

import json
from base64 import urlsafe_b64decode
from typing import Any

import pytest

from renderer.settings import SettingsError, load
from renderer.themes import ImageRules, Resizer, Site, Themes, draw_page, load_themes, read_site
from renderer.themes.pictures.resizer import sign_imgproxy, sign_thumbor
from renderer.themes.pictures.rules import Pictures
from tests.pages import NOW, ROOT, Element, Page, source

HOSTS = ImageRules(("img.example",))
IMGPROXY = Resizer("https://kecil.example", "imgproxy", b"secret", b"hello")
THUMBOR = Resizer("https://kecil.example", "thumbor", b"my-security-key")


@pytest.fixture(scope="module")
def themes() -> Themes:
    return load_themes(ROOT)


def shown(themes: Themes, *sections: Any, rules: ImageRules | None = None) -> tuple[Site, list[Element]]:
    content = json.dumps({"pages": [{"path": "/", "sections": list(sections)}]})
    site = read_site(themes, source(generated_content=content, images=rules or ImageRules()))
    drawn = draw_page(site, "/", [], NOW)
    assert drawn is not None
    return site, Page(drawn.html).all("img")


def gallery(*pictures: Any) -> dict[str, Any]:
    return {
        "id": "g",
        "type": "gallery",
        "items": [{"name": f"Karya {n}", "image": one} for n, one in enumerate(pictures)],
    }


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/foto/a%20bé.jpg", "/foto/a%20b%C3%A9.jpg"),
        ("https://kopi.example/foto/a.jpg", "/foto/a.jpg"),
        ("https://img.example/a.jpg?w=1", "https://img.example/a.jpg?w=1"),
        ("https://IMG.example:443/a.jpg", "https://img.example:443/a.jpg"),
        ("http://img.example/a.jpg", None), ("https://img.example:8443/a.jpg", None),
        ("https://img.example.evil.example/a.jpg", None), ("https://evil.example/img.example/a.jpg", None),
        ("https://img.example@evil.example/a.jpg", None), ("//img.example/a.jpg", None),
        ("data:image/png;base64,AAAA", None), ("javascript:alert(1)", None), ("", None), (None, None),
        ("https://img.example\\@evil.example/", None), ("/../a.jpg", None),
    ],
)  # fmt: skip
def test_a_picture_is_the_sites_own_or_an_allowed_hosts(address: str | None, found: str | None) -> None:
    vetted = Pictures("https://kopi.example", HOSTS).vet(address)
    assert (vetted or "").casefold() == (found or "").casefold()


def test_a_foreign_picture_is_left_out_and_reported_wherever_it_stands(themes: Themes) -> None:
    foreign = "https://img.example/a.jpg"
    text = {"id": "t", "type": "text", "text": {"type": "markdown", "text": f"Kata ![gambar]({foreign})"}}
    document = {"type": "doc", "content": [{"type": "image", "attrs": {"src": foreign}}, {"type": "text", "text": "x"}]}
    sections = [gallery(foreign), text, {"id": "d", "type": "text", "text": document}]
    site, images = shown(themes, *sections)
    assert images == []
    assert {repair.pointer for repair in site.repairs if "picture" in repair.message} == {
        "/generated_content/pages/0/sections/0/items/0/image",
        "/generated_content/pages/0/sections/1/text",
        "/generated_content/pages/0/sections/2/text/content/0",
    }
    site, images = shown(themes, *sections, rules=HOSTS)
    assert [image.attrs["src"] for image in images] == [foreign] * 3
    assert not [repair for repair in site.repairs if "picture" in repair.message]


def test_every_picture_has_words_and_waits_but_the_first_screens(themes: Themes) -> None:
    photo = {"src": "/a.jpg", "alt": "Kedai dari depan", "width": 1200, "height": 900, "focus": [0.9, 0.1]}
    hero = {"id": "h", "type": "hero", "title": "Halo", "image": photo}
    text = {"id": "t", "type": "text", "text": {"type": "markdown", "text": "![](/b.jpg)"}}
    _, (first, second, third) = shown(themes, hero, gallery({"src": "/c.jpg"}), text)
    assert (first.attrs["alt"], first.attrs["width"], first.attrs["height"]) == ("Kedai dari depan", "1200", "900")
    assert first.attrs["class"] == "photo f-rt"
    assert (first.attrs["fetchpriority"], first.attrs.get("loading")) == ("high", None)
    for image in (second, third):
        assert (image.attrs["loading"], image.attrs.get("fetchpriority")) == ("lazy", None)
        assert image.attrs["alt"] is not None
    assert all(image.attrs["decoding"] == "async" for image in (first, second, third))
    assert all("srcset" not in image.attrs for image in (first, second, third))


def test_signatures_are_those_of_the_resizers_own_documentation() -> None:
    path = "/rs:fill:300:400:0/g:sm/aHR0cDovL2V4YW1w/bGUuY29tL2ltYWdl/cy9jdXJpb3NpdHku/anBn.png"
    assert sign_imgproxy(b"secret", b"hello", path) == "oKfUtW34Dvo2BGQehJFR4Nr0_rIjOtdtzJ3QFsUcXH8"
    path = "300x200/my.server.com/some/path/to/image.jpg"
    assert sign_thumbor(b"my-security-key", path) == "8ammJH8D-7tXy6kU3lTvoXlhu4o="


def test_a_resized_picture_is_named_by_its_whole_address() -> None:
    address = IMGPROXY.address("https://kopi.example/foto/a%20b.jpg", 640)
    signature, path = address.removeprefix("https://kecil.example/").split("/", 1)
    assert signature == sign_imgproxy(b"secret", b"hello", "/" + path)
    option, _, encoded = path.partition("/")
    assert option == "rs:fit:640:0"
    assert urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)) == b"https://kopi.example/foto/a%20b.jpg"
    address = THUMBOR.address("https://kopi.example/foto/a%20b+c.jpg", 640)
    signature, path = address.removeprefix("https://kecil.example/").split("/", 1)
    assert path == "640x0/https://kopi.example/foto/a%20b%2Bc.jpg"
    assert signature == sign_thumbor(b"my-security-key", path)


def test_with_a_resizer_a_picture_comes_in_widths_up_to_its_own(themes: Themes) -> None:
    rules = ImageRules(("img.example",), IMGPROXY)
    pictures = [
        {"src": "/a.jpg", "width": 1200, "height": 900}, {"src": "https://img.example/b.jpg"},
        {"src": "/c.svg"}, {"src": "/d.jpg", "width": 300, "height": 300},
    ]  # fmt: skip
    _, (known, unknown, drawing, small) = shown(themes, gallery(*pictures), rules=rules)
    widths = [part.split(" ")[1] for part in (known.attrs["srcset"] or "").split(", ")]
    assert widths == ["320w", "480w", "640w", "960w", "1200w"]
    assert known.attrs["sizes"]
    assert (unknown.attrs["srcset"] or "").endswith(" 1920w")
    assert "srcset" not in drawing.attrs
    assert "srcset" not in small.attrs
    assert known.attrs["src"] == "/a.jpg"


def test_a_picture_in_rich_text_comes_in_the_same_widths(themes: Themes) -> None:
    node = {"type": "image", "attrs": {"src": "/a.jpg", "alt": "Kedai", "width": 1200, "height": 900}}
    document = {"id": "d", "type": "text", "text": {"type": "doc", "content": [node]}}
    marked = {"id": "t", "type": "text", "text": {"type": "markdown", "text": "Kata ![Kedai](/b.jpg) ![](/c.svg)"}}
    rules = ImageRules((), IMGPROXY)
    _, (known, unknown, drawing) = shown(themes, document, marked, rules=rules)
    assert known.attrs["srcset"] == Pictures("https://kopi.example", rules).srcset("/a.jpg", 1200)
    assert known.attrs["sizes"]
    assert (unknown.attrs["srcset"] or "").endswith(" 1920w")
    assert "srcset" not in drawing.attrs
    assert "sizes" not in drawing.attrs
    _, images = shown(themes, document, marked)
    assert len(images) == 3
    assert all("srcset" not in image.attrs for image in images)


def test_the_resizers_key_is_shown_nowhere() -> None:
    assert "secret" not in repr(ImageRules((), IMGPROXY))
    assert "hello" not in repr(source(images=ImageRules((), IMGPROXY)))


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ({"resizer": "https://kecil.example"}, "needs images.resizer_key"),
        ({"resizer": "https://kecil.example", "resizer_key": "00ff"}, "needs images.resizer_salt"),
        ({"resizer": "https://kecil.example", "resizer_key": "hunter2", "resizer_salt": "00"}, "hexadecimal"),
        ({"resizer": "kecil.example"}, "images.resizer"),
        ({"resizer": "https://kecil.example/pola/{width}"}, "images.resizer"),
        ({"hosts": ["https://img.example/"]}, "images.hosts"),
    ],
)
def test_a_wrong_setting_is_named_without_its_secret(images: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load(None, {"images": images})
    assert said in str(raised.value)
    assert "hunter2" not in str(raised.value)
