"""What a post's text has beyond that of a section: captions, and the direction of each block's own words."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from renderer.themes import Themes, draw_list, draw_page, draw_post, draw_twin
from renderer.themes.blog.body import directed
from renderer.themes.blog.places import Place
from renderer.themes.source import Around, PostList
from renderer.themes.text.rich import RichOptions, render_rich
from tests.blog_pages import SITES, listed, posts_of, row
from tests.judge import Page

NOW = datetime(2026, 11, 1, tzinfo=UTC)
OPTIONS = RichOptions(2, lambda source: source if source.startswith("/") else None, captions=True)
FIGURE = '<figure><img src="/a.jpg" alt="Cerek"%s><figcaption>Cerek &amp; &lt;b&gt;</figcaption></figure>'
PLAIN = '<img src="/a.jpg" alt="Cerek"'


def drawn(value: Any, options: RichOptions = OPTIONS) -> str:
    return str(render_rich(value, options)).replace(' loading="lazy" decoding="async"', "")


def markdown(text: str) -> dict[str, str]:
    return {"type": "markdown", "text": text}


def picture(**attrs: Any) -> dict[str, Any]:
    return {"type": "image", "attrs": {"src": "/a.jpg", "alt": "Cerek", **attrs}}


def test_the_title_of_a_picture_that_stands_alone_is_its_caption() -> None:
    figure = FIGURE % ""
    written = '![Cerek](/a.jpg "Cerek & <b>")'
    assert (
        drawn(markdown(f"satu\n\n{written}\n\n{written}\n\ndua")).replace("\n", "")
        == f"<p>satu</p>{figure}{figure}<p>dua</p>"
    )
    assert drawn({"type": "doc", "content": [picture(title="Cerek & <b>")] * 2}) == figure * 2


def test_beside_text_or_where_titles_are_no_captions_it_stays_what_it_was() -> None:
    text = {"type": "text", "text": "lihat "}
    inline = {"type": "doc", "content": [{"type": "paragraph", "content": [text, picture(title="T")]}]}
    assert drawn(inline) == f'<p>lihat {PLAIN} title="T"></p>'
    assert drawn(markdown('lihat ![Cerek](/a.jpg "T")')) == f'<p>lihat {PLAIN} title="T"></p>'
    assert drawn({"type": "doc", "content": [picture(title=" \u200b")]}) == f'{PLAIN} title=" \u200b">'
    section = RichOptions(2, OPTIONS.picture)
    assert drawn(markdown('![Cerek](/a.jpg "T")'), section) == f'<p>{PLAIN} title="T"></p>'
    assert drawn(markdown('![Cerek](https://lain.example/a.jpg "T")')) == "<p>Cerek</p>"


@pytest.mark.parametrize("title", ["T" * 9_000, '"><script>', "\u202e&#8238;x", 7, ["x"]])
def test_any_title_is_a_caption_of_bounded_text_or_none(title: Any) -> None:
    html = drawn({"type": "doc", "content": [picture(title=title)]})
    assert "<script" not in html
    assert "\u202e" not in html
    assert len(html) < 1_000


def test_each_block_is_read_in_the_direction_of_its_own_words(themes: Themes) -> None:
    site, _ = posts_of(themes, "lembar", "default")
    text = "Katanya:\n\n> مرحبا، كيف الحال!\n\n- שלום\n\n| أ | ب |\n|---|---|\n| ١ | ٢ |"
    post = row(content=json.dumps(markdown(text)), words=9)
    html = draw_post(site, post, Around(), NOW).html
    for block in ("p", "blockquote", "ul", "table"):
        assert re.search(rf'<{block} dir="auto"[^>]*>', html), block
    assert "dir=" not in draw_twin(site, post)
    assert "مرحبا" in draw_twin(site, post)


@pytest.mark.parametrize("theme", ["bingkai", "etalase", "lembar", "pilar", "spanduk"])
def test_title_and_excerpt_are_read_in_the_direction_of_their_words(themes: Themes, theme: str) -> None:
    site, _ = posts_of(themes, theme, "default")
    post = row(title="قهوة <b>: 3", excerpt="كل صباح.")
    html = draw_post(site, post, Around(), NOW).html
    assert re.search(r"<h1[^>]*><bdi>قهوة &lt;b&gt;: 3</bdi></h1>", html)
    assert "<bdi>كل صباح.</bdi>" in html
    assert "bdi" not in html[: html.index("</head>")]
    assert "bdi" not in draw_twin(site, post)
    # What says its language has its direction from it.
    said = row(title="قهوة", content=json.dumps({**markdown("قهوة"), "language": "ar"}))
    assert "bdi" not in draw_post(site, said, Around(), NOW).html


@pytest.mark.parametrize("title", ["\u200b", " \u2060 ", ""])
def test_a_title_that_nobody_sees_is_none(themes: Themes, title: str) -> None:
    site, _ = posts_of(themes, "pilar", "default")
    html = draw_post(site, row(title=title), Around(), NOW).html
    assert re.search(r"<h1[^>]*>Tulisan</h1>", html)


def test_a_list_and_a_quote_begin_where_their_words_do() -> None:
    """A browser passes over what has a direction of its own when it looks for that of what is around it."""
    said = {"type": "paragraph", "content": [{"type": "text", "text": "قهوة"}]}
    entries = {"type": "bulletList", "content": [{"type": "listItem", "content": [said, said]}]}
    quote = {"type": "blockquote", "content": [said]}
    body = render_rich({"type": "doc", "content": [entries, quote]}, OPTIONS)
    assert body is not None
    html = directed(body)
    assert '<ul dir="auto"><li><p>قهوة</p><p dir="auto">قهوة</p></li></ul>' in html.replace("\n", "")
    assert '<blockquote dir="auto"><p>قهوة</p></blockquote>' in html.replace("\n", "")


def test_a_text_of_one_direction_is_left_as_it_is() -> None:
    html = render_rich(markdown("Satu, dua & tiga — 1.000 ½ 😀 é 漢字.\n\n```\nx\n```"), OPTIONS)
    assert html is not None
    assert directed(html) is html


@pytest.mark.parametrize(
    "title", ["\u3164", "\u115f\u1160", "\u200b", "<b></b>", "</body><frameset></frameset>", "&ZeroWidthSpace;"]
)
def test_a_title_that_says_nothing_leaves_no_empty_place(themes: Themes, title: str) -> None:
    site, _ = posts_of(themes, "pilar", "default")
    post = row(
        title=title, excerpt=title, seo_title=title, seo_description=title, content=json.dumps(markdown("Isi")), words=1
    )
    page = Page(draw_post(site, post, Around(), NOW).html)
    assert page.problems == []
    assert page.all("title")[0].text in (site.name, f"Tulisan – {site.name}")


@pytest.mark.parametrize("theme", SITES)
def test_other_posts_titles_are_set_apart_where_they_are_read_from_the_right(themes: Themes, theme: str) -> None:
    site, _ = posts_of(themes, theme, "default")
    other = listed(row(slug="qahwa", title="قهوة <b>: 3", excerpt="كل صباح.", words=300))
    title = "<bdi>قهوة &lt;b&gt;: 3</bdi>"
    own = row(content=json.dumps(markdown("Kopi.")), words=1)
    beside = draw_post(site, own, Around(other, other, (other,)), NOW).html
    assert beside.count(title) == 3
    found = PostList([other], query="x", found={"/blog/qahwa": "كل \ue000صباح\ue001."})
    hits = draw_list(site, Place("search"), found, NOW).html
    assert title in hits
    assert "<bdi>كل <mark>صباح</mark>.</bdi>" in hits
    assert title in draw_list(site, Place("index"), PostList([other]), NOW).html
    assert "bdi" not in beside[: beside.index("</head>")]


@pytest.mark.parametrize("theme", SITES)
def test_a_post_without_words_takes_no_minute(themes: Themes, theme: str) -> None:
    site, _ = posts_of(themes, theme, "default")
    bare = row(slug="foto", title="Foto")
    for words, said in ((0, False), (1, True)):
        post = row(slug="foto", title="Foto", words=words)
        for html in (
            draw_post(site, post, Around(), NOW).html,
            draw_list(site, Place("index"), PostList([listed(post)]), NOW).html,
        ):
            assert ("menit" in html) is said
            assert "· </" not in html
    home = draw_page(site, "/", [listed(bare)], NOW)
    assert home is not None
    assert not re.search(r"\b1 menit", home.html)
