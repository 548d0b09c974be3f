"""TipTap documents that no editor wrote: wrong types, junk, depth and size."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renderer.themes.text.links import own_path
from renderer.themes.text.rich import RichOptions, plain_text, render_rich
from renderer.themes.text.tiptap import MAX_DEPTH
from renderer.themes.text.tiptap_inline import MAX_NODES, MAX_TEXT
from renderer.themes.text.tiptap_nodes import BLOCKS, INLINE
from tests.fragments import fragment

OPTIONS = RichOptions(picture=lambda text: own_path(text, "https://kopi.example"))
JUNK: list[Any] = [
    None, True, 0, -1, 3.5, float("inf"), 10**30, "", "x", "x" * 100_000, [], [[]], [None], {}, {"type": "text"},
    {"type": []}, ["bold"], {"a": {"b": []}}, "</p><script>", "javascript:alert(1)", '" onload="x', "\x00",
]  # fmt: skip
KINDS = [*sorted(BLOCKS | INLINE), "widget", "script", ""]
MARKS = ["bold", "italic", "link", "highlight", "code", "textStyle", "superscript", "nothing"]
ATTRS = ["level", "start", "order", "type", "language", "src", "alt", "title", "width", "height", "href", "colspan"]
ATTRS += ["rowspan", "checked", "textAlign", "color", "label", "id", "open"]


def doc(*content: Any) -> dict[str, Any]:
    return {"type": "doc", "content": list(content)}


def node(kind: Any, *content: Any, **attrs: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attrs, "content": list(content)}


def text(words: Any, *marks: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, "marks": list(marks)}


def link(href: Any, **attrs: Any) -> dict[str, Any]:
    return {"type": "link", "attrs": {"href": href, **attrs}}


def html_of(*content: Any) -> str:
    html = render_rich(doc(*content), OPTIONS)
    fragment(html)
    return html or ""


def places(junk: Any) -> Iterator[Any]:
    """A document for every place in which a value of the wrong type may stand."""
    yield junk
    yield doc(junk)
    yield {"type": "doc", "content": junk}
    for kind in KINDS:
        yield doc({"type": kind, "content": junk})
        yield doc({"type": kind, "attrs": junk, "content": [text("isi")]})
        yield doc({"type": kind, "text": junk})
        yield doc({"type": "paragraph", "content": [{"type": kind, "content": [junk], "marks": junk}]})
        for name in ATTRS:
            yield doc({"type": kind, "attrs": {name: junk}, "content": [text("isi")]})
    for mark in MARKS:
        yield doc(text("isi", junk, {"type": mark, "attrs": junk}, mark, {"type": mark, "attrs": {"href": junk}}))
    yield doc({"type": junk, "content": [text("isi")]}, text(junk), {"type": "text", "text": "isi", "marks": junk})


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_a_wrong_type_at_any_place_is_survived(junk: Any) -> None:
    for document in places(junk):
        fragment(render_rich(document, OPTIONS))
        plain_text(document)


@pytest.mark.parametrize(
    "kind", ["blockquote", "bulletList", "orderedList", "taskList", "listItem", "widget", "paragraph"]
)
def test_three_thousand_levels_lose_no_text(kind: str) -> None:
    inner: dict[str, Any] = node("paragraph", text("dasar"))
    for level in range(3_000):
        inner = node(kind, node("paragraph", text(f"tingkat{level}")), inner)
    html = html_of(inner)
    assert "dasar" in html
    assert all(f"tingkat{level}<" in html or f"tingkat{level} " in html for level in range(3_000))
    assert html.count("<blockquote>") <= MAX_DEPTH


def test_tables_in_tables_lose_no_text() -> None:
    inner: dict[str, Any] = node("paragraph", text("dasar"))
    for level in range(1_000):
        inner = node("table", node("tableRow", node("tableCell", node("paragraph", text(f"t{level}")), inner)))
    html = html_of(inner)
    assert "dasar" in html
    assert "t0<" in html


def test_marks_and_inline_nodes_nest_without_limit_too() -> None:
    inner: dict[str, Any] = text("dasar", *[{"type": mark} for mark in MARKS * 500])
    for _ in range(3_000):
        inner = {"type": "inlineThing", "content": [inner]}
    assert "dasar" in html_of(node("paragraph", inner))


def test_a_document_ends_at_its_caps() -> None:
    many = html_of(*(node("paragraph", text("isi")) for _ in range(MAX_NODES)))
    assert many.count("<p>isi</p>") == MAX_NODES // 2
    long = html_of(*(node("paragraph", text("x" * 50_000)) for _ in range(20)))
    assert long.count("x") == MAX_TEXT
    assert fragment(
        html_of(node("bulletList", *(node("listItem", node("paragraph", text("a"))) for _ in range(30_000))))
    )


def test_text_that_stands_where_it_should_not_is_shown() -> None:
    assert html_of("lepas") == "<p>lepas</p>"
    assert html_of({"type": "paragraph", "content": "langsung"}) == "<p>langsung</p>"
    assert html_of({"type": "paragraph", "text": "langsung"}) == "<p>langsung</p>"
    assert html_of({"type": "heading", "content": text("satu")}) == "<h3>satu</h3>"
    assert html_of(node("bulletList", "a", text("b"))) == "<ul><li><p>a</p></li><li><p>b</p></li></ul>"
    assert html_of(text("a", "bold")) == "<p><strong>a</strong></p>"
    assert html_of(node("paragraph", node("paragraph", text("a")), node("paragraph", text("b")), text("c"))) == (
        "<p>a b c</p>"
    )


def test_rows_and_cells_out_of_place_become_a_table() -> None:
    html = html_of(node("table", node("tableCell", text("a")), node("tableRow", node("paragraph", text("b"))), "c"))
    assert html == (
        '<div class="table"><table><colgroup><col></colgroup><tbody><tr><td><p>a</p></td></tr>'
        "<tr><td><p>b</p></td></tr><tr><td><p>c</p></td></tr></tbody></table></div>"
    )


def test_cells_never_overlap_nor_reach_out_of_their_table() -> None:
    def cell(**attrs: Any) -> dict[str, Any]:
        return node("tableCell", node("paragraph", text("x")), **attrs)

    reaching = html_of(node("table", node("tableRow", cell(rowspan=40), cell())))
    assert "rowspan" not in reaching
    crossing = node("table", node("tableRow", cell(), cell(rowspan=2)), node("tableRow", cell(colspan=2)))
    assert "colspan" not in html_of(crossing)
    assert "rowspan" not in html_of(crossing)
    wide = html_of(node("table", *(node("tableRow", *(cell(colspan=50) for _ in range(30))) for _ in range(30))))
    assert "colspan" not in wide


def test_spans_reach_over_rows_and_columns_in_which_a_cell_begins_alone() -> None:
    def row(*cells: tuple[int, int]) -> dict[str, Any]:
        return node("tableRow", *(node("tableCell", text("x"), colspan=wide, rowspan=tall) for wide, tall in cells))

    def spans(*rows: Any) -> str:
        html = html_of(node("table", *rows)).replace("<p>x</p>", "").replace("</td>", "").replace("</tr>", "")
        return html.removeprefix('<div class="table"><table>').removesuffix("</tbody></table></div>")

    one, two = (1, 1), (2, 1)
    assert spans(row((3, 1)), row(one), row(one)) == "<colgroup><col></colgroup><tbody><tr><td><tr><td><tr><td>"
    assert spans(row((3, 1)), row(one, one)) == '<colgroup><col><col></colgroup><tbody><tr><td colspan="2"><tr><td><td>'
    assert spans(row(two, one), row(one, two)) == (
        '<colgroup><col><col><col></colgroup><tbody><tr><td colspan="2"><td><tr><td><td colspan="2">'
    )
    assert spans(row((1, 2), (1, 2)), row(), row(one, one)) == (
        "<colgroup><col><col></colgroup><tbody><tr><td><td><tr><td><td>"
    )
    assert spans(row((1, 3), one), row(), row(one)) == (
        '<colgroup><col><col></colgroup><tbody><tr><td rowspan="2"><td><tr><td>'
    )
    assert spans(row(two, (1, 2)), row(one)) == (
        '<colgroup><col><col></colgroup><tbody><tr><td><td rowspan="2"><tr><td>'
    )
    assert spans(row(), row((1, 5)), row()) == "<colgroup><col></colgroup><tbody><tr><td>"


def test_a_table_in_which_the_document_ends_is_a_whole_one() -> None:
    filler = [node("paragraph") for _ in range(MAX_NODES - 12)]
    for cells in range(20):
        wide = node("table", node("tableRow", node("tableCell", text("a"), colspan=9, rowspan=9)))
        wide["content"] += [node("tableRow", *(node("tableCell", text("b")) for _ in range(cells)))] * 3
        html_of(*filler[cells % 7 :], wide)
        html_of(*filler[cells % 7 :], *[node("bulletList", text("a"))] * 9)


spans = st.integers(-1, 4) | st.sampled_from([49, 50, 51, "2", 2.0, None])
cells = st.builds(lambda wide, tall: node("tableCell", text("x"), colspan=wide, rowspan=tall), spans, spans)


@settings(max_examples=300)
@given(st.lists(st.lists(cells, max_size=5), max_size=6))
def test_any_spans_are_a_table_as_html_has_them(rows: list[list[Any]]) -> None:
    html_of(node("table", *(node("tableRow", *row) for row in rows)))


def test_a_heading_cell_without_words_is_a_plain_one() -> None:
    html = html_of(
        node("table", node("tableRow", node("tableHeader", node("paragraph")), node("tableHeader", text("a"))))
    )
    assert '<td class="th"><p></p></td><th><p>a</p></th>' in html


def test_a_link_that_leads_nowhere_or_shows_nothing_is_its_words() -> None:
    assert html_of(node("paragraph", text("a", link("javascript:alert(1)")))) == "<p>a</p>"
    assert html_of(node("paragraph", text(" ", link("https://a.example")), text("b"))) == "<p> b</p>"
    foreign = html_of(
        node("paragraph", {**node("image", src="https://x.example/a.png"), "marks": [link("/a")]}, text("b"))
    )
    assert foreign == "<p>b</p>"


def test_a_picture_says_what_it_is_or_is_no_name_for_a_link() -> None:
    named = {**node("image", src="/a.jpg", alt="Kopi"), "marks": [link("/menu")]}
    nameless = {**node("image", src="/a.jpg"), "marks": [link("/menu")]}
    html = render_rich(doc(node("paragraph", named)), OPTIONS)
    assert html is not None
    assert html.startswith('<p><a href="/menu"><img src="/a.jpg" alt="Kopi"')
    assert "<a" not in html_of(node("paragraph", nameless))


def test_a_language_class_is_one_safe_word() -> None:
    assert '<code class="language-c++">' in html_of(node("codeBlock", text("x"), language="c++"))
    for language in ('x"><script>', "a b", "", "x" * 90, None, 5, ["py"]):
        assert "class" not in html_of(node("codeBlock", text("x"), language=language))


def test_details_without_a_summary_stand_open() -> None:
    body = node("detailsContent", node("paragraph", text("isi")))
    closed = html_of(node("details", node("detailsSummary", text("Tanya")), body))
    assert closed == "<details><summary>Tanya</summary><div><p>isi</p></div></details>"
    assert html_of(node("details", node("detailsSummary"), body)) == "<p>isi</p>"
    assert html_of(node("details", body)) == "<p>isi</p>"


def test_many_unusual_links_are_judged_up_to_a_number() -> None:
    content = [text(f"a{index} ", link(f"https://münchen{index}.example/")) for index in range(1_000)]
    html = html_of(node("paragraph", *content))
    assert 0 < html.count("<a ") < 1_000
    assert "a999" in html


def test_prosemirrors_own_names_are_understood() -> None:
    html = html_of(node("bullet_list", node("list_item", node("paragraph", text("a", {"type": "strong"})))))
    assert html == "<ul><li><p><strong>a</strong></p></li></ul>"
    assert html_of(node("ordered_list", node("list_item", node("paragraph", text("a"))), order=4)).startswith(
        '<ol start="4">'
    )


leaf = st.sampled_from(JUNK)
trees = st.recursive(
    leaf | st.builds(text, st.text(max_size=8), st.sampled_from(MARKS).map(lambda name: {"type": name})),
    lambda inner: st.fixed_dictionaries(
        {"type": st.sampled_from(KINDS), "content": st.lists(inner, max_size=4)},
        optional={
            "attrs": st.dictionaries(st.sampled_from(ATTRS), leaf | st.sampled_from([1, 2, 3, "/a.jpg"]), max_size=4),
            "marks": st.lists(
                st.sampled_from(MARKS).map(lambda name: link("/a") if name == "link" else name), max_size=3
            ),
            "text": leaf,
        },
    ),
    max_leaves=20,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(trees, max_size=4))
def test_any_tree_of_nodes_is_valid_html(content: list[Any]) -> None:
    html_of(*content)


def test_short_rows_of_a_table_get_empty_cells_unless_they_would_be_very_many() -> None:
    def table(*rows: list[dict[str, Any]]) -> str:
        return html_of(node("table", *(node("tableRow", *row) for row in rows)))

    def cell(words: str, **attrs: Any) -> dict[str, Any]:
        return node("tableCell", node("paragraph", text(words)), **attrs)

    html = table([cell("a"), cell("b"), cell("c")], [cell("d")], [cell("e", rowspan=2), cell("f")], [cell("g")])
    assert html.count("<col>") == 3
    rows = html.split("<tr>")[1:]
    assert [row.count("<td") for row in rows] == [3, 3, 3, 2]
    assert "<td></td><td></td></tr>" in rows[1]
    many = table([cell(str(number)) for number in range(40)], *[[cell("x")] for _ in range(40)])
    assert "<td></td>" not in many
    assert "<col>" not in many
