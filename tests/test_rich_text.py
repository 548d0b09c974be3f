"""Rich text, links, money, numbers and hours as a visitor reads them."""

from html import unescape
from typing import Any
from unicodedata import normalize

import pytest

from renderer.themes.contract.content import Hours
from renderer.themes.decode import clean_text, decode
from renderer.themes.repair import Repairs
from renderer.themes.text.hours import read_week
from renderer.themes.text.links import mail_link, own_path, safe_link
from renderer.themes.text.money import parse_range, parse_rupiah, rupiah
from renderer.themes.text.phone import read_phone
from renderer.themes.text.rich import RichOptions, plain_text, render_rich
from renderer.themes.text.typography import heading, polish, shorten
from renderer.themes.text.words import words_for

OPTIONS = RichOptions(picture=lambda text: own_path(text, "https://kopi.example"))


def doc(*content: Any) -> dict[str, Any]:
    return {"type": "doc", "content": list(content)}


def para(*content: Any) -> dict[str, Any]:
    return {"type": "paragraph", "content": list(content)}


def text(words: str, *marks: Any) -> dict[str, Any]:
    return {
        "type": "text",
        "text": words,
        "marks": [mark if isinstance(mark, dict) else {"type": mark} for mark in marks],
    }


def test_a_plain_text_is_paragraphs() -> None:
    assert render_rich("Satu\nbaris\n\nDua <b>", OPTIONS) == "<p>Satu<br>baris</p><p>Dua &lt;b&gt;</p>"


@pytest.mark.parametrize(
    "nothing",
    [None, "", "  ", [], {}, True, doc(), doc(para()), doc(para(text(" "))), {"type": "markdown", "text": ""}],
)
def test_what_shows_nothing_is_nothing(nothing: Any) -> None:
    assert render_rich(nothing, OPTIONS) is None


def test_tiptap_marks_lists_and_tables_become_html() -> None:
    html = render_rich(
        doc(
            {"type": "heading", "attrs": {"level": 2}, "content": [text("Judul")]},
            para(
                text("tebal", "bold"),
                text(" dan "),
                text("miring", "italic"),
                {"type": "hardBreak"},
                text("x", {"type": "link", "attrs": {"href": "https://a.example"}}),
            ),
            {
                "type": "orderedList",
                "attrs": {"start": 3},
                "content": [{"type": "listItem", "content": [para(text("tiga"))]}],
            },
            {
                "type": "table",
                "content": [
                    {
                        "type": "tableRow",
                        "content": [
                            {"type": "tableHeader", "content": [para(text("h"))]},
                            {"type": "tableCell", "content": [para(text("d"))]},
                        ],
                    }
                ],
            },
            {"type": "codeBlock", "content": [text("a < b")]},
        ),
        OPTIONS,
    )
    assert html == (
        "<h3>Judul</h3><p><strong>tebal</strong> dan <em>miring</em><br>"
        '<a href="https://a.example" rel="noopener">x</a></p>'
        '<ol start="3"><li><p>tiga</p></li></ol>'
        '<div class="table"><table><colgroup><col><col></colgroup>'
        "<tbody><tr><th><p>h</p></th><td><p>d</p></td></tr></tbody></table></div>"
        "<pre><code>a &lt; b</code></pre>"
    )


def test_an_unknown_node_degrades_to_its_text() -> None:
    html = render_rich(
        doc({"type": "widget", "content": [para(text("isi"))]}, {"type": "x", "text": "tampil"}), OPTIONS
    )
    assert html == "<p>isi</p><p>tampil</p>"


def test_what_is_out_of_place_is_put_in_place() -> None:
    html = render_rich(
        doc(text("lepas"), {"type": "bulletList", "content": [para(text("butir"))]}, para(para(text("dalam")))), OPTIONS
    )
    assert html == "<p>lepas</p><ul><li><p>butir</p></li></ul><p>dalam</p>"


def test_headings_never_skip_a_level() -> None:
    html = render_rich(
        doc(*({"type": "heading", "attrs": {"level": level}, "content": [text("x")]} for level in (4, 2, 6))), OPTIONS
    )
    assert html == "<h3>x</h3><h3>x</h3><h4>x</h4>"


def test_a_document_of_three_thousand_levels_keeps_its_text() -> None:
    node: dict[str, Any] = para(text("dasar"))
    for _ in range(3000):
        node = {"type": "blockquote", "content": [node]}
    html = render_rich(doc(node), OPTIONS)
    assert html is not None
    assert "dasar" in html
    assert plain_text(doc(node)) == "dasar"


def test_markdown_has_no_html_of_its_own() -> None:
    html = render_rich(
        {
            "type": "markdown",
            "text": "# Hai\n\n<script>x</script> **a** [j](javascript:x) [k](https://k.example) ![](https://k.example/a.png)",
        },
        OPTIONS,
    )
    assert html is not None
    assert "<script" not in html
    assert "<h3>Hai</h3>" in html
    assert "<strong>a</strong>" in html
    assert 'href="https://k.example"' in html
    assert "<img" not in html


def test_pictures_come_from_the_sites_own_origin_only() -> None:
    image = {"type": "image", "attrs": {"src": "/media/a.jpg", "alt": 'A "b"'}}
    assert (
        render_rich(doc(image), OPTIONS)
        == '<img src="/media/a.jpg" alt="A &#34;b&#34;" loading="lazy" decoding="async">'
    )
    for foreign in ("https://evil.example/a.jpg", "//evil.example/a", "data:image/png;base64,x", "/\\evil", "/../x"):
        assert render_rich(doc({"type": "image", "attrs": {"src": foreign}}), OPTIONS) is None
    assert own_path("https://kopi.example/a.jpg", "https://kopi.example") == "/a.jpg"
    assert own_path("https://kopi.example.evil/a.jpg", "https://kopi.example") is None


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        " javascript:x",
        "java\tscript:x",
        "java\u0000script:x",
        "&#106;avascript:x",
        "&amp;#106;avascript:x",
        "javascript&colon;x",
        "\u200bjavascript:x",
        "\u202ejavascript:x",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:x",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "https://a@b.example/",
        "https:///x",
        "http://[::1",
        "http://a.example:99999/",
        "https://",
        "mailto:",
        "x" * 5000,
        "",
        "http://127.0.0.1/",
        "&#x6A&#x61;vascript:x",
        "javascript&#58x",
        "javascript%3Aalert(1)",
        "%6aavascript:x",
        "/\t/evil.example",
        "/&#47;evil.example",
        "/&#92;evil.example",
        "\u2066javascript:x\u2069",
        "java\u00adscript:x",
        "ｊavascript:x",
        "https://evil.example\\@kopi.example/",
        "https://kopi.example@evil.example/",
        "https://evil.example%2f@kopi.example/",
        "view-source:https://a.example",
        "feed:javascript:x",
        "intent://a#Intent;scheme=javascript;end",
    ],
)
def test_a_dangerous_or_broken_address_is_none(link: str) -> None:
    assert safe_link(link) is None


@pytest.mark.parametrize(
    ("link", "safe"),
    [
        ("https://a.example/b?c=d#e", "https://a.example/b?c=d#e"),
        ("/layanan", "/layanan"),
        ("https://a.example/?a=1&copy=2&reg=3", "https://a.example/?a=1&copy=2&reg=3"),
        ("https://a.example/?a=1&amp;b=2", "https://a.example/?a=1&b=2"),
        ("https://a.example/%C3%A4?q=%20#%25", "https://a.example/%C3%A4?q=%20#%25"),
        ("https://a.example/%zz", "https://a.example/%25zz"),
        ("https://wa.me/6281355500101?text=Halo%20%26", "https://wa.me/6281355500101?text=Halo%20%26"),
        ("whatsapp://send?phone=62813", "whatsapp://send?phone=62813"),
        ("https://medium.example/@nama", "https://medium.example/@nama"),
        ("https://раураl.example/", "https://xn--l-7sba6dbr.example/"),
        ("https://a.example/\ud800", "https://a.example/?"),
        ("a.example/x", "https://a.example/x"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("mailto:a@[::1].example", "mailto:a@%5B::1%5D.example"),
        ("tel:+62813", "tel:+62813"),
        ("https://münchen.example/ä b", "https://xn--mnchen-3ya.example/%C3%A4b"),
        ('https://a.example/"><script>', "https://a.example/%22%3E%3Cscript%3E"),
    ],
)
def test_an_honest_address_is_kept(link: str, safe: str) -> None:
    assert safe_link(link) == safe


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("halo@kopi.example", "mailto:halo@kopi.example"),
        ("halo+web@kopi-senja.co.id", "mailto:halo+web@kopi-senja.co.id"),
        ("a?b#c%d@kopi.example", "mailto:a%3Fb%23c%25d@kopi.example"),
        ("a@b", None),
        ("a b@kopi.example", None),
        ("a@kopi..example", None),
        ("a@-kopi.example", None),
        ("a@[::1].example", None),
        ("a<![CDATA[<script>]]>@kopi.example", None),
        ("a@kopi.example?bcc=b@kopi.example", None),
        ("a@kopi.example\n", None),
        ("a" * 65 + "@kopi.example", None),
        ("a@" + "b." * 126 + "example", None),
        ("mailto:a@kopi.example", None),
    ],
)
def test_mail_goes_to_what_a_browser_takes_for_an_address(text: str, link: str | None) -> None:
    assert mail_link(text) == link


def test_text_cannot_reorder_what_stands_around_it() -> None:
    for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        assert clean_text(f"a{mark}b") == "ab"
    assert decode('"a\\u202eb"')[0] == "ab"
    printable = (f"a{chr(code)}" for code in range(0x110000) if chr(code).isprintable())
    assert all(clean_text(text) == normalize("NFC", text) for text in printable)
    assert not any(clean_text(chr(code)) == chr(code) for code in (0, 8, 0x7F, 0x80, 0xFEFF, 0xFFFF, 0xD800, 0xDFFF))
    arabic = "بِسْمِ اللَّهِ \u200f(1)\u200e"
    assert clean_text(arabic) == normalize("NFC", arabic)
    assert clean_text("👩\u200d🍳 \U0001f3f4\U000e0067\U000e007f") == "👩\u200d🍳 \U0001f3f4\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("25000", 25000),
        ("25.000", 25000),
        ("25,000", 25000),
        ("Rp 25.000,-", 25000),
        ("Rp25.000,00", 25000),
        ("25rb", 25000),
        ("25 ribu", 25000),
        ("25k", 25000),
        ("1,5jt", 1_500_000),
        ("1.5jt", 1_500_000),
        ("2 juta", 2_000_000),
        ("1.250.000", 1_250_000),
        ("1.500rb", 1_500_000),
        ("IDR 90.000", 90000),
        ("0", 0),
        ("gratis", None),
        ("-5", None),
        ("1e9", None),
        ("", None),
        ("9" * 50, None),
        ("12.34.5", None),
        ("NaN", None),
    ],
)
def test_rupiah_is_read_as_people_write_it(written: str, amount: int | None) -> None:
    assert parse_rupiah(written) == amount


def test_rupiah_is_written_without_a_space() -> None:
    assert rupiah(25000) == "Rp25.000"
    assert rupiah(25000, "en") == "Rp25,000"
    assert parse_range("25rb – 30rb") == (25000, 30000)


@pytest.mark.parametrize(
    "written", ["0813-5550-0101", "81355500101", "6281355500101", "+62 (0)813 5550 0101", "+6281355500101"]
)
def test_a_number_is_accepted_in_every_spelling(written: str) -> None:
    phone = read_phone(written)
    assert phone is not None
    assert phone.shown == "0813-5550-0101"
    assert phone.whatsapp("Halo & hai") == "https://wa.me/6281355500101?text=Halo%20%26%20hai"
    assert phone.tel == "tel:+6281355500101"


@pytest.mark.parametrize(
    "written", ["0812-3456-7890", "081234567890", "08xxxxxxxxxx", "08111111111", "0000000000", "12", "abc", "", None]
)
def test_a_placeholder_is_no_number(written: str | None) -> None:
    assert read_phone(written) is None


def test_a_whatsapp_text_is_cut_at_five_hundred_characters() -> None:
    phone = read_phone("0813-5550-0101")
    assert phone is not None
    assert phone.whatsapp("a" * 900) == "https://wa.me/6281355500101?text=" + "a" * 500


def test_hours_past_midnight_and_by_name_are_a_week() -> None:
    raw = {
        "weekly": [
            {"days": ["Senin–Kamis"], "open": "17:00", "close": "01:00"},
            {"days": ["sa", "Sunday"], "open": "9am", "close": "5 pm"},
            {"days": ["sa"], "open": "9am", "close": "17.00"},
            {"days": ["x"], "open": "26:00", "close": "9"},
        ]
    }
    repairs = Repairs()
    week = read_week(Hours.model_validate(raw), "Asia/Makassar", "/hours", repairs)
    assert week is not None
    assert week.zone == "WITA"
    assert [len(day) for day in week.days] == [1, 1, 1, 1, 0, 1, 1]
    assert week.days[0][0].say(".") == "17.00–01.00"
    assert len(repairs.done()) >= 2


def test_typography_is_repaired_but_numbers_are_left_alone() -> None:
    assert polish("Dia bilang \"ya\" - lalu 'pergi'... Rp 25.000") == "Dia bilang “ya” – lalu ‘pergi’… Rp25.000"
    assert polish("0813-5550-0101") == "0813-5550-0101"
    assert heading("Kopi susu gula aren") == "Kopi susu gula\u00a0aren"
    assert shorten("satu dua tiga empat", 12) == "satu dua…"


def test_words_stand_in_indonesian_and_english() -> None:
    assert words_for("en-GB").language == "en"
    assert words_for("xx").language == "en"
    assert words_for("jv").language == "id"
    assert words_for("id").say("minutes", n=3) == "3 menit baca"


def test_markdown_written_into_a_plain_text_is_read_as_such() -> None:
    drawn = str(render_rich("Kami **sangat** ramah,\nsetiap hari:\n\n- satu\n- <b>dua</b>", RichOptions()))
    assert "<strong>sangat</strong>" in drawn
    assert "ramah,<br>" in drawn.replace("<br />", "<br>")
    assert "<li>satu</li>" in drawn
    assert "&lt;b&gt;dua" in drawn


@pytest.mark.parametrize(
    "text", ["2 * 3 * 4", "5*3*2", "Diskon 50%* untuk semua. *Syarat berlaku", "# 1 di kota", "- satu", "a ** b"]
)
def test_signs_that_are_no_markdown_stay(text: str) -> None:
    assert text in unescape(str(render_rich(text, RichOptions())))


def test_a_plain_text_keeps_no_asterisks_around_words() -> None:
    assert polish("**Promo** hari *ini*\n## Judul") == "Promo hari ini\nJudul"
    assert polish("2 * 3 * 4 = 24, 5*3*2") == "2 * 3 * 4 = 24, 5*3*2"
