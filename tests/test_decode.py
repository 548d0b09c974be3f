"""JSON of any depth and size: what is kept of it, and what is said of the rest."""

import json
import random
from typing import Any

import pytest

from renderer.themes import Themes, draw_page, read_site
from renderer.themes.decode import MAX_DEPTH, MAX_NODES, POST_NODES, TEXT_DEPTH, decode
from renderer.themes.deep_json import read_deep
from renderer.themes.text.rich import RichOptions, render_rich
from tests.fragments import fragment
from tests.pages import NOW, source

LEVELS = 3_000


def nested(kind: str, levels: int = LEVELS) -> str:
    """A document in which every level says its number, as JSON: no library would write it."""
    said = '{"type":"paragraph","content":[{"type":"text","text":"tingkat%d."}]}'
    inside = "".join(f'{{"type":"{kind}","content":[{said % level},' for level in range(levels))
    return f'{{"type":"doc","content":[{inside}{said % levels}{"]}" * levels}]}}'


@pytest.mark.parametrize("kind", ["blockquote", "listItem", "bulletList", "tableCell", "widget"])
def test_a_post_of_three_thousand_levels_keeps_its_text(kind: str) -> None:
    document, lost = decode(nested(kind), max_nodes=POST_NODES, max_depth=TEXT_DEPTH)
    assert lost is None
    html = render_rich(document, RichOptions())
    fragment(html)
    assert html is not None
    assert all(f"tingkat{level}." in html for level in range(LEVELS + 1))


def test_lists_in_lists_of_three_thousand_levels_keep_their_text() -> None:
    text = '{"type":"bulletList","content":[{"type":"listItem","content":[' * LEVELS + '"dasar"' + "]}]}" * LEVELS
    document, lost = decode(f'{{"type":"doc","content":[{text}]}}', max_nodes=POST_NODES, max_depth=TEXT_DEPTH)
    assert lost is None
    assert "dasar" in (render_rich(document, RichOptions()) or "")


def test_a_sites_text_of_three_thousand_levels_is_drawn_whole(themes: Themes) -> None:
    section = f'{{"type":"text","title":"T","text":{nested("blockquote")}}}'
    site = read_site(themes, source(generated_content=f'{{"pages":[{{"path":"/","sections":[{section}]}}]}}'))
    drawn = draw_page(site, "/", [], NOW)
    assert drawn is not None
    assert all(f"tingkat{level}." in drawn.html for level in range(LEVELS + 1))
    assert not [repair for repair in site.repairs if "deeper" in repair.message]


def test_what_is_nested_deeper_is_left_out_and_said() -> None:
    assert decode("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))[1] == f"nested deeper than {MAX_DEPTH} levels"
    assert decode("[" * MAX_DEPTH + "]" * MAX_DEPTH)[1] is None
    value, lost = decode('{"a":' * 5_000 + "1" + "}" * 5_000 + "")
    assert lost == f"nested deeper than {MAX_DEPTH} levels"
    depth = 0
    while isinstance(value, dict):
        value, depth = value.get("a"), depth + 1
    assert (value, depth) == (None, MAX_DEPTH)
    many = "[" * (TEXT_DEPTH + 5) + "]" * (TEXT_DEPTH + 5)
    assert decode(many, max_depth=TEXT_DEPTH)[1] == f"nested deeper than {TEXT_DEPTH} levels"


def test_values_beyond_the_number_are_left_out_in_their_order() -> None:
    value, lost = decode(json.dumps({"a": [1, 2, {"b": 3}], "c": [4]}), max_nodes=6)
    assert (value, lost) == ({"a": [1, 2, {"b": 3}]}, "too many values; the rest was left out")
    assert decode(json.dumps({"a": [1, 2, {"b": 3}], "c": [4]}), max_nodes=8)[1] is None
    value, lost = decode("[" * 2_000 + "1,2,3" + "]" * 2_000, max_nodes=2_001, max_depth=TEXT_DEPTH)
    assert lost == "too many values; the rest was left out"
    while isinstance(value, list) and isinstance(value[0], list):
        value = value[0]
    assert value == [1]
    assert decode("[" * (MAX_NODES * 5))[0] is not None  # never read to its end


BROKEN = [
    "", "[", "]", "[}", "{]", "[1,]", "[,1]", "[1 2]", '{"a"}', '{"a":}', '{"a":1,}', '{"a" 1}', '{1:2}', "{:1}",
    "[1:2]", "1 2", "[]]", "[],", '"a', '"\\x"', "[tru]", "[01]", "[1.]", "[--1]", "{,}", '["a" "b"]', '{"a":1 "b":2}',
    "[1],[2]", "[\u00a01]", ",", ":", '{"a"::1}', "[1,,2]", '"a"b',
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_json_is_none_at_any_depth(text: str) -> None:
    for reading in (json.loads, lambda text: read_deep(text, 1_000, json.loads)):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
            reading(text)


def test_the_deep_reader_reads_as_the_other() -> None:
    chance = random.Random(7)

    def some(depth: int) -> Any:
        kind = chance.randrange(8) if depth else chance.randrange(6)
        if kind < 6:
            return [None, True, -1.5e3, 12, 'a"\\\u00e9\n[{', ""][kind]
        if kind == 6:
            return [some(depth - 1) for _ in range(chance.randrange(4))]
        return {f"k{number}:": some(depth - 1) for number in range(chance.randrange(4))}

    for _ in range(500):
        value = some(6)
        for written in (json.dumps(value), json.dumps(value, indent=2), f" {json.dumps(value, ensure_ascii=False)}\n"):
            assert read_deep(written, 10_000, json.loads) == (value, True)
