"""What a theme's templates may take: more than that ends in an error, never in a hang."""

import json
from pathlib import Path

import asyncpg
import jinja2
import pytest

from renderer.themes import Themes, draw_page, load_themes, read_site
from renderer.themes.environment import compile_templates
from renderer.themes.meter import MOST_OUTPUT, MOST_STEPS, TooMuch
from tests.factories import make_site
from tests.pages import NOW, source
from tests.theme_copies import copy_theme
from tests.visitor import Visitor

NESTED = "{% for a in range(300) %}{% for b in range(300) %}x{% endfor %}{% endfor %}"


@pytest.fixture(scope="module")
def themes(tmp_path_factory: pytest.TempPathFactory) -> Themes:
    root = tmp_path_factory.mktemp("themes")
    footer = copy_theme(root) / "templates" / "footer.html"
    footer.write_text(footer.read_text("utf-8") + "{% if site.name == 'Banyak' %}" + NESTED + "{% endif %}", "utf-8")
    return load_themes(root)


def rendered(folder: Path, text: str, **values: object) -> str:
    (folder / "x.html").write_text(text)
    template = compile_templates(folder)["x.html"]
    template.begin(0)
    return template.render(**values)


@pytest.mark.parametrize(
    "text",
    [
        NESTED,
        "{% for a in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0) %}" * 6 + "x" + "{% endfor %}" * 6,
        "{% for a in many|map('upper') %}{% for b in many|select %}x{% endfor %}{% endfor %}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
        "{% set n = (n or 40) - 1 %}{% if n > 1 %}{% include 'x.html' %}{% include 'x.html' %}{% endif %}",
        "{% set s = namespace(n=40) %}{% block b %}{% if s.n %}{{ self.b() }}{% endif %}{% endblock %}",
    ],
)
def test_steps_beyond_the_most_end_a_page(tmp_path: Path, text: str) -> None:
    with pytest.raises((TooMuch, RecursionError, jinja2.UndefinedError)):
        rendered(tmp_path, text, many=["a"] * 400, n=None)


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(9000) %}{{ long }}{% endfor %}",
        "{% macro m() %}{% for a in range(9000) %}{{ long }}{% endfor %}{% endmacro %}{{ m()|length }}",
        "{% set s = namespace(x=long) %}{% for a in range(60) %}{% set s.x = s.x ~ s.x %}{% endfor %}",
        "{% set s = namespace(x=long) %}{% for a in range(60) %}{% set s.x = s.x + s.x %}{% endfor %}",
        "{% set s = namespace(x=[long]) %}{% for a in range(60) %}{% set s.x = s.x + s.x %}{% endfor %}",
        "{% set s = namespace(x=long) %}{% for a in range(60) %}{% set s.x = s.x|replace('a', 'aa') %}{% endfor %}",
        "{% set s = namespace(x=long) %}{% for a in range(60) %}{% set s.x = [s.x, s.x]|join %}{% endfor %}",
        "{% set s = namespace(x=a) %}{% for a in range(50) %}{% set s.x %}{{ s.x }}{{ s.x }}{% endset %}{% endfor %}",
    ],
)
def test_output_beyond_the_most_ends_a_page(tmp_path: Path, text: str) -> None:
    with pytest.raises(TooMuch, match=str(MOST_OUTPUT)):
        rendered(tmp_path, text, long="a" * 1000, a="a" * 1000)


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 'a'.ljust(1000000000) }}",
        "{{ 'a'.replace('a', 'b') }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ 9 ** 999999999 }}",
    ],
)
def test_what_makes_much_of_little_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(jinja2.exceptions.SecurityError):
        rendered(tmp_path, text)


@pytest.mark.parametrize("name", ["center(1000000000)", "indent(1000000000)", "format(1)", "batch(9, 1)", "slice(9)"])
def test_filters_without_bounds_are_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(jinja2.TemplateSyntaxError, match="filter"):
        rendered(tmp_path, "{{ 'a'|" + name + " }}")


def test_recursive_loops_are_refused_when_a_theme_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(jinja2.TemplateSyntaxError, match="recursive"):
        rendered(tmp_path, "{% for a in b recursive %}{{ loop(a) }}{% endfor %}")


def test_every_page_is_counted_anew_and_may_use_all_there_is(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text("{% for a in many %}{{ loop.index % 10 }}{% endfor %}")
    template = compile_templates(tmp_path)["x.html"]
    for _ in range(3):
        template.begin(0)
        assert len(template.render(many=[0] * (MOST_STEPS - 10))) == MOST_STEPS - 10


async def test_a_page_beyond_its_bounds_is_a_plain_error_and_logged_while_other_sites_stand(
    conn: asyncpg.Connection, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    await make_site(conn, subdomain="banyak", title="Banyak")
    await make_site(conn, subdomain="biasa", title="Biasa")
    page = await visitor.get("banyak.sites.test")
    assert page.status == 500
    assert "Banyak" not in page.text
    assert "steps" in caplog.text
    assert (await visitor.get("biasa.sites.test")).status == 200


def test_many_pieces_that_say_nothing_end_nothing(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{% for a in range(900) %}{{ nothing }}{% endfor %}end", nothing="") == "end"


def test_a_row_that_says_much_is_drawn_whatever_it_says(themes: Themes) -> None:
    sections = [{"id": f"t{number}", "type": "text", "title": "A", "text": "&" * 100_000} for number in range(19)]
    row = source(generated_content=json.dumps({"pages": [{"path": "/", "sections": sections}]}), components_config="[]")
    drawn = draw_page(read_site(themes, row), "/", [], NOW)
    assert drawn is not None
    assert drawn.html.count("&amp;") >= 1_900_000
