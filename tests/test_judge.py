"""The judge of pages: it sees what is wrong, and reads a page as every other HTML5 parser does."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from justhtml import JustHTML

from renderer.themes import Themes, draw_page, read_site
from tests.judge import Page
from tests.judged import Element
from tests.pages import NOW, source

SITES = sorted((Path(__file__).parent.parent / "demo" / "sites").glob("*.json"))


def page(body: str, head: str = "") -> str:
    return (
        f'<!doctype html>\n<html lang="id"><head><title>T</title>{head}<style>a{{color:red}}</style></head>'
        f"<body><main><h1>Hai</h1>{body}</main></body></html>"
    )


def test_a_good_page_has_no_problem() -> None:
    assert Page(page('<p>Hai <a href="/a">&amp; &lt;b&gt;</a></p>')).problems == []


BAD = {
    "unwritten end": "<p>a<p>b</p>",
    "wrong order": "<p><b>a</p></b>",
    "loose bracket": "<p>a < b</p>",
    "loose ampersand": "<p>a &copy; b</p>",
    "single quotes": "<p id='a'>a</p>",
    "unquoted": "<p id=a>a</p>",
    "comment": "<!-- a --><p>b</p>",
    "upper case": "<P>a</P>",
    "closes itself": "<br/>",
    "control character": "<p>a\x07b</p>",
    "surrogate": "<p>a\ud800b</p>",
    "noncharacter": "<p>a\ufdd0b</p>",
    "twice an attribute": '<p id="a" id="b">a</p>',
    "block in a paragraph": "<p><div>a</div></p>",
    "block in a mark": "<p><em><div>a</div></em></p>",
    "link in a link": '<p><a href="/a">a<span><a href="/b">b</a></span></a></p>',
    "item outside a list": "<li>a</li>",
    "text in a list": "<ul>a<li>b</li></ul>",
    "paragraph in a list": "<ul><p>a</p></ul>",
    "value without a name": "<dl><dd>a</dd></dl>",
    "name without a value": "<dl><div><dt>a</dt></div></dl>",
    "cell outside a row": "<table><tbody><td>a</td></tbody></table>",
    "cells on top of each other": '<table><tbody><tr><td>a</td><td rowspan="2">b</td></tr><tr><td colspan="2">c</td>'
    "</tr></tbody></table>",
    "a column in which no cell begins": '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>',
    "a row in which no cell begins": '<table><tbody><tr><td rowspan="2">a</td></tr><tr></tr></tbody></table>',
    "cell past the end": '<table><tbody><tr><td rowspan="2">a</td></tr></tbody></table>',
    "id twice": '<p id="a">a</p><p id="a">b</p>',
    "id with a space": '<p id="a b">a</p>',
    "reference to nothing": '<p aria-labelledby="x">a</p>',
    "reference to nothing said": '<p id="x">\u200b</p><p aria-labelledby="x">a</p>',
    "anchor to nothing": '<p><a href="#x">a</a></p>',
    "empty heading": "<h2></h2>",
    "invisible heading": "<h2>\u200b\u2060 \u3164</h2>",
    "empty link": '<p><a href="/"> </a></p>',
    "empty button": "<button></button>",
    "no name of a picture": '<img src="/a.png">',
    "skipped level": "<h3>a</h3>",
    "second first heading": "<h1>a</h1>",
    "lone heading": '<section><p class="label">a</p><h2>b</h2></section>',
    "field without a label": '<form method="post" action="/"><input name="a" type="text"></form>',
    "language": '<p lang="1d">a</p>',
    "time": '<p><time datetime="yesterday">a</time></p>',
    "summary": "<details><p>a</p></details>",
    "handler": '<p onclick="a()">a</p>',
    "style attribute": '<p style="color:red">a</p>',
    "script": "<script>alert(1)</script>",
    "data that ends its script": '<script type="application/ld+json">{"a":"<b>"}</script>',
    "data that is none": '<script type="application/ld+json">{</script>',
    "frame": '<iframe src="/a"></iframe>',
    "object": '<object data="/a"></object>',
    "base": '<base href="/">',
    "foreign picture": '<img src="https://evil.example/a.png" alt="">',
    "foreign picture without a scheme": '<img src="//evil.example/a.png" alt="">',
    "foreign picture in a set": '<img src="/a.png" srcset="/a.png 1x, https://evil.example/b.png 2x" alt="">',
    "foreign form": '<form action="https://evil.example/"><button>a</button></form>',
    "script link": '<p><a href="javascript:alert(1)">a</a></p>',
    "data link": '<p><a href="data:text/html,a">a</a></p>',
    "backslash link": '<p><a href="/\\evil.example">a</a></p>',
    "no link": "<p><a>a</a></p>",
    "space in an address": '<p><a href="/a b">a</a></p>',
    "stray percent": '<p><a href="/%zz">a</a></p>',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "address in a drawing": '<svg><rect fill="url(https://evil.example/a)"/></svg>',
    "link in a drawing": '<svg><a href="/a"><rect/></a></svg>',
    "foreign element in a drawing": "<svg><foreignObject></foreignObject></svg>",
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_what_is_wrong_is_seen(body: str) -> None:
    assert Page(page(body)).problems != []


HEADS = {
    "foreign style sheet": '<link rel="stylesheet" href="https://evil.example/a.css">',
    "foreign icon": '<link rel="icon" href="https://evil.example/a.ico">',
    "import in the style": "<style>@import 'a'</style>",
    "address in the style": "<style>a{background:url(/a)}</style>",
    "second title": "<title>b</title>",
    "foreign picture to share": '<meta property="og:image" content="https://evil.example/a.png">',
    "empty meta": '<meta name="description" content="">',
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_what_is_wrong_in_a_head_is_seen(head: str) -> None:
    assert Page(page("<p>a</p>", head)).problems != []


@pytest.mark.parametrize("file", SITES, ids=[file.stem for file in SITES])
def test_another_parser_reads_the_same_tree_without_an_error(themes: Themes, file: Path) -> None:
    website = json.loads(file.read_text("utf-8"))["website"]
    columns = ("config", "design_tokens", "generated_content", "components_config")
    site = read_site(
        themes, source(title=website["title"], **{name: json.dumps(website.get(name)) for name in columns})
    )
    for path in site.paths:
        drawn = draw_page(site, path, [], NOW)
        assert drawn is not None
        same_tree(drawn.html)


def same_tree(html: str) -> None:
    """Our strict reading is what an HTML5 parser makes of the page: same elements, same attributes, same text."""
    other = JustHTML(html, sanitize=False, collect_errors=True)
    assert other.errors == []
    ours = Page(html)
    assert ours.problems == []
    assert list(_theirs(other.root)) == list(_ours(ours.root))


def _ours(element: Element) -> Iterator[object]:
    for child in element.children:
        yield (child.tag, child.attrs, " ".join(child.own_text.split()))
        yield from _ours(child)


def _theirs(node: Any) -> Iterator[object]:
    for child in node.children or ():
        if not child.name.startswith(("#", "!")):
            text = "".join(str(one.data) for one in child.children or () if one.name == "#text")
            yield (child.name, dict(child.attrs or {}), " ".join(text.split()))
            yield from _theirs(child)
