"""Templates as they are compiled here say what Jinja2's sandbox says."""

from pathlib import Path
from typing import Any

import jinja2
import pytest
from jinja2.sandbox import SecurityError
from markupsafe import Markup

from renderer.themes.environment import compile_templates
from renderer.themes.views import Link, Pair

PAIR, LINK = Pair("<b>", Markup("<i>")), Link("Menu", "/menu")


class Shout(str):
    """A text of another type."""


def rendered(folder: Path, text: str, **values: Any) -> str:
    (folder / "x.html").write_text(text)
    template = compile_templates(folder)["x.html"]
    template.begin(0)
    return template.render(**values)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("<&\"'>", "&lt;&amp;&#34;&#39;&gt;"),
        (Markup("<b>"), "<b>"),
        (Shout("<b>"), "&lt;b&gt;"),
        (7, "7"),
        (None, "None"),
        (["<b>"], "[&#39;&lt;b&gt;&#39;]"),
    ],
)
def test_what_is_said_is_escaped_unless_it_is_markup(tmp_path: Path, value: Any, said: str) -> None:
    assert rendered(tmp_path, "{{ value }}|{{ [value]|first }}", value=value) == f"{said}|{said}"
    assert rendered(tmp_path, "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(value) }}", value=value) == said
    assert rendered(tmp_path, "{% set x %}{{ value }}{% endset %}{{ x }}", value=value) == said


def test_attributes_are_asked_again_and_again(tmp_path: Path) -> None:
    text = "{{ one.label }}={{ one.value if one.value is defined else one.href }}{{ loop.last }};"
    text = "{% for one in many %}" + text + "{% endfor %}"
    said = "&lt;b&gt;=<i>False;Menu=/menuFalse;&lt;b&gt;=<i>False;Menu=/menuTrue;"
    assert rendered(tmp_path, text, many=[PAIR, LINK, PAIR, LINK]) == said


def test_a_name_that_one_type_has_is_undefined_for_another(tmp_path: Path) -> None:
    with pytest.raises(jinja2.UndefinedError, match="href"):
        rendered(tmp_path, "{{ link.href }}{{ pair.href }}", link=LINK, pair=PAIR)
    assert rendered(tmp_path, "{{ link.href }}{{ pair.href is defined }}", link=LINK, pair=PAIR) == "/menuFalse"


def test_attributes_of_attributes_and_of_maps(tmp_path: Path) -> None:
    values = {"map": {"class": "a", "of": {"for": PAIR}}, "pair": Pair("a", LINK)}  # type: ignore[arg-type]
    assert (
        rendered(tmp_path, "{{ map.class }}{{ map.of.for.label }}{{ pair.value.label }}", **values) == "a&lt;b&gt;Menu"
    )


@pytest.mark.parametrize(
    "text",
    [
        "{{ pair.__class__ }}",
        "{{ pair.label }}{{ pair.__class__.__mro__ }}",
        "{{ pair._x }}",
        "{{ pair.label.__class__ }}",
        "{{ pair|attr('__class__') }}",
        "{% for one in [pair] %}{{ loop._iterable }}{% endfor %}",
        "{{ (pair.label).format(pair) }}",
        "{% macro m() %}{% endmacro %}{{ m._func }}",
        "{% macro m() %}{% endmacro %}{{ m.__call__ }}",
        "{{ own.label }}",
        "{{ said(pair) }}",
        "{{ environment.holders }}",
        "{{ has_label }}{{ pair.label }}",
    ],
)
def test_what_is_not_a_themes_is_not_there(tmp_path: Path, text: str) -> None:
    with pytest.raises((SecurityError, jinja2.UndefinedError)):
        rendered(tmp_path, text, pair=PAIR)


def test_macros_take_what_they_name_and_nothing_else(tmp_path: Path) -> None:
    macro = "{% macro m(a, b='x') %}{{ a }}{{ b }}{{ caller() if caller is defined }}{% endmacro %}"
    assert rendered(tmp_path, macro + "{% for i in (1, 2) %}{{ m(i, b='<') }}{% endfor %}") == "1&lt;2&lt;"
    assert rendered(tmp_path, macro + "{% call m('a') %}<b>{% endcall %}") == "ax<b>"
    for call in ("{{ m(1, 2, 3) }}", "{{ m(c=1) }}"):
        with pytest.raises(TypeError, match="macro"):
            rendered(tmp_path, macro + call)
