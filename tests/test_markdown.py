"""Markdown: what it may become, what it never becomes, and how much of it is read."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.rich_text import hostile
from renderer.themes.text import markdown_price
from renderer.themes.text.links import own_path
from renderer.themes.text.rich import RichOptions, plain_text, render_rich
from renderer.themes.text.words import words_for
from tests.fragments import fragment

OPTIONS = RichOptions(picture=lambda text: own_path(text, "https://kopi.example"))
ATTACKS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "<iframe src=//evil.example>", "<style>*{display:none}</style>", "<a href='javascript:x'>a</a>", "<!-- a",
    "<![CDATA[x]]>", "<?php x ?>", "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](java\tscript:x)",
    "[a](<java script:x>)", "[a](&#106;avascript:x)", "[a](javascript&colon;x)", "[a](data:text/html;base64,x)",
    "[a](vbscript:x)", "[a](//evil.example)", "[a](/\\evil.example)", "[a](https://a@evil.example)",
    "<javascript:alert(1)>", "<data:x>", "![a](javascript:x)", "![a](https://evil.example/x.png)",
    "![a](//evil.example/x.png)", '![a" onerror="x](/a.png)', '[a](/b "x\\" onclick=\\"y")', '[a](/b \'"><script>\')',
    "[a]: javascript:x\n\n[a]", "[![a](javascript:x)](javascript:y)", '``` "onload=x\ncode\n```',
    '~~~ x" onclick="y\nz\n~~~', "```</code></pre><script>\nx\n```", "|<script>|b|\n|-|-|\n|<b>|c|", "# <script>",
    "[](https://a.example)", "[ ](https://a.example)", "[![](/a.png)](https://a.example)", "#", "- [ ] ", "- [x]",
    "- [x] <script>", "&lt;script&gt;", "&#x3c;script&#x3e;", "&#0;&#xD800;&#x202e;", "\x00", "a\\\nb", "| |\n|-|\n",
    "***", "1986\\. a", "* a\n\n      b\n* c", "> - # a\n>   ```\n>   b", "[a [b](/c) d](/e)", "*a [b*](/c)",
    "**[a**](/b)", "<https://a.example/<b>>", "{{ 7*7 }}{% x %}", "-----BEGIN", "Setext\n===", "a | b\n-|-\n`|` | c",
    "![a][b]\n\n[b]: /x.png 'y'", "[//]: # (x)",
]  # fmt: skip


def md(text: str) -> dict[str, Any]:
    return {"type": "markdown", "text": text}


def html_of(text: str) -> str:
    html = render_rich(md(text), OPTIONS)
    page = fragment(html)
    assert all(link.attrs.get("href") for link in page.all("a"))
    return html or ""


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_no_markdown_is_a_script_or_an_unsafe_address(attack: str) -> None:
    html = html_of(attack).lower()
    for mark in ("<script", "<svg", "<iframe", "<style", "onerror=x onload", 'href="javascript', 'evil.example/x.png"'):
        assert mark not in html
    for around in ("- {}", "> {}", "1. {}", "**{}**", "[{}](/a)", "# {}", "|a|\n|-|\n|{}|", "~~{}~~", "![{}](/a.png)"):
        html_of(around.format(attack) if "{{" not in attack else around.replace("{}", attack))


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from([*ATTACKS, "\n", "\n\n", " ", "    ", "- ", "> ", "|", "*", "_", "`", "[", "]", "("]),
        max_size=14,
    )
)
def test_any_mixture_of_markdown_is_valid_html(parts: list[str]) -> None:
    html_of("".join(parts))


@pytest.mark.parametrize("name", hostile(10))
def test_a_hostile_text_is_valid_html(name: str) -> None:
    html_of(hostile(3_000)[name])


def test_what_is_too_dear_to_read_is_shown_as_it_is_written() -> None:
    prose = "Kopi **susu** dari kebun.\n\n"
    html = html_of(prose + "[" * 50_000 + "akhir")
    assert "<strong>susu</strong>" in html
    assert html.count("[") == 50_000
    assert "akhir</p>" in html
    assert html_of("[" * 50_000 + "<script>").endswith("&lt;script&gt;</p>")


def test_a_post_of_ten_thousand_words_is_read_to_its_end() -> None:
    post = (
        "## Bagian\n\n" + "Kopi susu dari kebun sendiri, **dipanggang** pagi hari. " * 20 + "\n\n- satu\n- dua\n\n"
    ) * 60
    assert len(post) < 100_000
    assert markdown_price.split(post)[:2] == (post, "")


@pytest.mark.parametrize("name", hostile(10))
def test_what_is_read_is_within_the_budget(name: str) -> None:
    read, rest, _ = markdown_price.split(hostile(100_000)[name])
    assert read + rest == hostile(100_000)[name]
    assert markdown_price.price(read) <= markdown_price.BUDGET


def test_many_dear_texts_are_read_until_the_purse_is_empty() -> None:
    options = RichOptions(purse=markdown_price.Purse())
    drawn = [str(render_rich(md(f"**a{number}** " + "*" * 5_000), options)) for number in range(20)]
    assert "<strong>a0</strong>" in drawn[0]
    assert "<strong>" not in drawn[-1]
    assert "a19" in drawn[-1]
    again = RichOptions(purse=markdown_price.Purse())
    assert [str(render_rich(md(f"**a{number}** " + "*" * 5_000), again)) for number in range(20)] == drawn


def test_levels_of_lists_lose_no_text() -> None:
    html = html_of("\n".join("  " * level + f"- t{level}" for level in range(40)))
    assert all(f"t{level}\n" in html or f"t{level}<" in html for level in range(40))


def test_a_wide_table_is_priced_by_its_cells() -> None:
    assert markdown_price.split("|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n" + "|c\n" * 500)[0] == ""


def test_tables_strikethrough_and_tasks_are_drawn() -> None:
    html = html_of("|a|b|c|\n|:-|:-:|-:|\n|d|~~e~~||\n\n- [x] beres\n- [ ] belum\n- biasa\n\n```py\nx\n```")
    assert '<div class="table"><table>' in html
    assert '<th scope="col" class="align-center">b</th>' in html
    assert "scope" not in html_of("| |b|\n|-|-|\n|c|d|").split("</td>")[0]  # an empty head is no head
    assert '<td class="align-center"><s>e</s></td>' in html
    assert '<ul class="tasks">' in html
    assert html.count("<input") == html.count("disabled") == 2
    assert '<li class="done"><label><input type="checkbox" disabled="" checked="" aria-label="Selesai">' in html
    assert '<code class="language-py">' in html
    english = render_rich(md("- [x] done"), RichOptions(words=words_for("en")))
    assert 'aria-label="Done"' in str(english)


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("Lihat https://kopi.example/menu.", "https://kopi.example/menu", "."),
        ("(https://kopi.example/a_(b)) ya", "https://kopi.example/a_(b)", ") ya"),
        ("https://kopi.example/x--y_z_?a=1&b=2...", "https://kopi.example/x--y_z_?a=1&amp;b=2", "…"),
        ("**https://kopi.example/**", "https://kopi.example/", "</strong>"),
    ],
)
def test_a_bare_address_is_a_link(text: str, address: str, rest: str) -> None:
    html = html_of(text)
    assert f'href="{address}"' in html
    assert f">{address}</a>{rest}" in html


@pytest.mark.parametrize(
    "text",
    [
        "`https://kopi.example`",
        "xhttps://kopi.example",
        "https://",
        "javascript://https",
        f"https://{'a' * 3000}",
        "http:/a",
    ],
)
def test_what_is_no_address_stays_a_text(text: str) -> None:
    assert "<a " not in html_of(text)


def test_an_address_in_a_link_is_no_other_link() -> None:
    assert html_of("[https://a.example](https://b.example)").count("<a ") == 1
    assert html_of("<https://a.example>").count("<a ") == 1


def test_the_address_of_a_video_by_itself_is_its_card() -> None:
    address = "https://www.youtube.com/watch?v=aqz-KE-bpKQ&t=5s"
    html = html_of(f"Lihat:\n\n{address}\n\nHalo")
    assert '<a class="video" href="https://www.youtube.com/watch?v=aqz-KE-bpKQ&amp;t=5s"' in html
    assert "<p><a" not in html
    for beside in (f"{address} ya", f"- {address}", f"> {address}", f"[Video]({address})", "https://vimeo.example/1"):
        assert 'class="video"' not in html_of(beside), beside


def test_the_same_text_is_drawn_for_each_site_with_its_own_pictures() -> None:
    text = 'Lihat ![kedai](/a.jpg "Pagi") dan ![](https://x.example/b.png).'
    first = render_rich(md(text), OPTIONS)
    second = render_rich(md(text), RichOptions(picture=lambda source: f"/x{source}" if source == "/a.jpg" else None))
    assert 'src="/a.jpg" alt="kedai" title="Pagi"' in str(first)
    assert 'src="/x/a.jpg"' in str(second)
    assert "kedai</p>" not in str(first)
    assert "Lihat kedai dan ." in str(render_rich(md(text), RichOptions()))


def test_the_same_text_is_drawn_for_each_level_of_headings() -> None:
    assert "<h3>" in str(render_rich(md("# a"), RichOptions(first_heading=3)))
    assert "<h2>" in str(render_rich(md("# a"), RichOptions(first_heading=2)))


def test_sixty_levels_of_quotes_keep_their_text() -> None:
    assert "dasar" in html_of(">" * 25 + " dasar")
    assert "dasar" in plain_text(md(">" * 25 + " dasar"))


def test_entities_bring_nothing_in_that_text_could_not() -> None:
    assert "\u202e" not in html_of("a&#x202e;b &#8238;c")
    assert "<b>" not in html_of("&lt;b&gt;")
