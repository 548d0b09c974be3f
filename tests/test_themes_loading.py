"""Theme folders: what is read from them, what is refused; the drawings and grids that all themes share."""

import json
import re
from pathlib import Path

import pytest

from renderer.themes import ThemeError, Themes, draw_page, load_themes, read_site
from renderer.themes.grid import row_sizes
from renderer.themes.motifs import MOTIFS, draw_motif
from renderer.themes.sections import TYPES
from tests.pages import NOW, ROOT, source


@pytest.fixture(scope="module")
def themes() -> Themes:
    return load_themes(ROOT)


def test_a_theme_gives_the_columns_of_its_templates_row(themes: Themes) -> None:
    row = themes.get("pilar").template_row()
    assert row["id"] == "pilar"
    assert set(row) >= {
        "name",
        "category",
        "component_structure",
        "css_variables",
        "default_sections",
        "available_color_schemes",
    }
    assert json.loads(json.dumps(row)) == row
    for theme in themes:
        row = theme.template_row()
        assert set(row["component_structure"]["sections"]) == set(row["default_sections"]) == TYPES, theme.id


def test_an_unknown_template_is_drawn_with_the_default_theme(themes: Themes) -> None:
    site = read_site(themes, source(template_id="tidak-ada"))
    assert site.theme.id == "pilar"
    assert site.repairs[0].pointer == "/template_id"


def test_assets_stand_under_names_that_hold_their_hash_and_everything_linked_is_there(themes: Themes) -> None:
    for theme in themes:
        css = theme.css
        linked = re.findall(r"url\(([^)]+)\)", css)
        assert linked
        assert set(linked) <= set(theme.assets)
        assert all(path.startswith(f"/_theme/{theme.id}/") for path in theme.assets)
        assert "http" not in css
        drawn = draw_page(read_site(themes, source(template_id=theme.id)), "/", [], NOW)
        assert drawn is not None
        asked = set(re.findall(r'<link rel="(?:stylesheet|preload)" href="([^"]+)"', drawn.html))
        assert theme.css_path in asked
        assert f'<link rel="stylesheet" href="{theme.print_css_path}" media="print">' in drawn.html
        assert "@page" in theme.assets[theme.print_css_path].body.decode(), "no screen waits for what is for paper"
        assert "@media print" not in theme.assets[theme.css_path].body.decode()
        assert asked <= set(theme.assets)


def test_fonts_of_a_page_weigh_at_most_45_kb_and_carry_their_licence(themes: Themes) -> None:
    for theme in themes:
        for pairing in theme.manifest.pairings.values():
            assert sum(len(theme.assets[theme.files[file]].body) for file in pairing.preload) <= 45_000
        fonts = ROOT / theme.id / "static" / "fonts"
        licences = [path.stem.removeprefix("LICENSE-") for path in fonts.glob("LICENSE-*.txt")]
        assert all(any(font.stem.startswith(name) for name in licences) for font in fonts.glob("*.woff2")), theme.id


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("theme.toml", "api = 99", "api is 99"),
        ("theme.toml", "api = ", "theme.toml"),
        ("templates/page.html", "{{ x|safe }}", "safe"),
        ("templates/page.html", "{% if %}", "page.html"),
        ("static/css/10-root.css", "a{background:url(nowhere.png)}", "nowhere.png"),
        ("static/inline/other.js", "alert(1)", "no page would have it"),
        ("static/inline/page.js", 'a = "</script>"', "must not hold"),
    ],
)
def test_a_broken_theme_is_refused_with_file_and_reason(tmp_path: Path, file: str, text: str, says: str) -> None:
    for path in [*(ROOT / "pilar").rglob("*"), *(ROOT / "shared").rglob("*")]:
        if path.is_file():
            copy = tmp_path / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    (tmp_path / "pilar" / file).parent.mkdir(exist_ok=True)
    (tmp_path / "pilar" / file).write_text(text)
    with pytest.raises(ThemeError, match=says):
        load_themes(tmp_path)


def test_no_row_leaves_an_orphan() -> None:
    for most in (3, 4):
        for count in range(1, 60):
            sizes = row_sizes(count, most)
            assert sum(sizes) == count
            assert max(sizes) <= most
            assert max(sizes) - min(sizes) <= 1
            assert count == 1 or min(sizes) > 1


def test_every_drawing_is_small_its_own_and_the_same_each_time() -> None:
    for motif in MOTIFS:
        drawn = [draw_motif(motif, f"situs/{index}") for index in range(12)]
        assert len(set(drawn)) == 12
        assert max(map(len, drawn)) <= 3072
        assert draw_motif(motif, "situs/3") == drawn[3]
