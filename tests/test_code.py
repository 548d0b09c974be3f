"""Code in posts: marked by what it is, to the letter, at a price that is counted before."""

import html
import re
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.themes import Themes
from renderer.themes.text import code
from renderer.themes.text.code import CodePurse, highlight
from renderer.themes.text.rich import RichOptions, render_rich
from tests.fragments import fragment

SOURCE = '# tutup\ndef seduh(air: int) -> str:\n    return f"<{air} ml>" if air > 0 & True else None\n'
COLOURED = RichOptions(coloured=True)
_TAG = re.compile(r'<span class="h[cdfkns]">|</span>')


def block(text: str, language: object) -> dict[str, object]:
    attrs = {"language": language}
    return {
        "type": "doc",
        "content": [{"type": "codeBlock", "attrs": attrs, "content": [{"type": "text", "text": text}]}],
    }


def fence(text: str, language: str) -> dict[str, object]:
    return {"type": "markdown", "text": f"````{language}\n{text}````\n"}


def read_back(parts: tuple[str, ...]) -> str:
    return html.unescape(_TAG.sub("", "".join(parts)))


@pytest.mark.parametrize("write", [block, fence])
def test_keywords_texts_names_and_comments_have_classes_and_no_style(write: object) -> None:
    drawn = render_rich(write(SOURCE, "python"), COLOURED)  # type: ignore[operator]
    assert drawn is not None
    assert '<pre><code class="language-python"><span class="hc"># tutup\n</span>' in drawn
    assert '<span class="hk">def </span><span class="hf">seduh</span>(air' in drawn
    assert "style=" not in drawn
    plain = render_rich(write(SOURCE, "python"), RichOptions())  # type: ignore[operator]
    assert plain is not None
    assert _TAG.sub("", drawn) == plain
    fragment(drawn)


@pytest.mark.parametrize("language", ["brainfuck", "pythonesque", "x" * 90, "", None, 5, '"><script>'])
@pytest.mark.parametrize("write", [block, fence])
def test_an_unknown_language_is_plain(write: object, language: object) -> None:
    if write is fence and not isinstance(language, str):
        return
    drawn = render_rich(write(SOURCE, language), COLOURED)  # type: ignore[operator]
    assert drawn is not None
    assert "<span" not in drawn
    assert "def seduh" in drawn


@pytest.mark.parametrize("name", sorted({*code._LEXERS, *code._ALSO}))
def test_every_language_keeps_its_text(name: str) -> None:
    for text in (
        SOURCE,
        "",
        "\n",
        "\n\n  a\n\n",
        "<a b='c'>&amp;</a>",
        "x",
        "\tif (a) { return 1; }",
        "é \U0001f642 \ue000",
    ):
        parts = highlight(text, name, CodePurse())
        assert parts is None or read_back(parts) == text


@given(
    st.sampled_from(sorted(code._LEXERS)),
    st.text(st.sampled_from("ab01 \n\t\"'`<>&{}[]()/*-#$@\\=:;.%!|~^+,_é"), max_size=80),
)
@settings(max_examples=300)
def test_any_text_is_kept_or_left_plain(name: str, text: str) -> None:
    parts = highlight(text, name, CodePurse())
    assert parts is None or read_back(parts) == text


def test_what_is_too_dear_is_shown_as_it_is_written() -> None:
    megabyte = "x = 1\n" * 180_000
    purse = CodePurse()
    assert highlight(megabyte, "python", purse) is None
    assert purse.left == code.PURSE
    drawn = render_rich(block(megabyte, "python"), COLOURED)
    assert drawn is not None
    assert "<span" not in drawn
    # Many blocks, each within its price: those that come first are marked.
    many = {"type": "doc", "content": block(SOURCE * 20, "python")["content"] * 40}  # type: ignore[operator]
    drawn = render_rich(many, COLOURED)
    assert drawn is not None
    blocks = drawn.split("<pre>")[1:]
    assert 0 < sum("<span" in one for one in blocks) < 40
    assert "<span" in blocks[0]
    assert "<span" not in blocks[-1]


def test_the_price_is_counted_where_it_was_read_before_too() -> None:
    purse = CodePurse()
    for _ in range(2):
        highlight(SOURCE, "python", purse)
    assert purse.left == code.PURSE - 2 * len(SOURCE) ** 2


@pytest.mark.parametrize("name", ["c", "console", "typescript", "javascript", "yaml", "html", "rust"])
def test_the_worst_that_is_known_ends(name: str) -> None:
    """Some seconds are a bound for a machine in need; bench/rich_text has what it takes."""
    dearest = int((code._DEAREST / code._LEXERS[name][2]) ** 0.5)
    for piece in ("\n", "//", '\\"', "a.", "&&", "a?", "::", "a::"):
        begun = process_time()
        highlight((piece * dearest)[:dearest], name, CodePurse())
        assert process_time() - begun < 8


def test_every_theme_has_inks_for_all_classes_beside_its_blog_alone(themes: Themes) -> None:
    for theme in themes:
        sheet, blog = (theme.assets[path].body.decode() for path in (theme.css_path, theme.blog_css_path))
        for name in {one for _, one in code._CLASSES}:
            assert f".prose .{name}" in blog
            assert f".prose .{name}" not in sheet


def test_a_table_of_code_is_whole() -> None:
    cell = {"type": "tableHeader", "content": block(SOURCE, "python")["content"]}
    table = {"type": "table", "content": [{"type": "tableRow", "content": [cell]}]}
    drawn = render_rich({"type": "doc", "content": [table]}, COLOURED)
    assert drawn is not None
    fragment(drawn)
