"""Design tokens: parsed by type, refused whole when anything else, readable by construction."""

import json

import pytest

from renderer.themes import Themes, read_site
from renderer.themes.colour import from_hex
from renderer.themes.css_values import parse_colour
from tests.pages import source


@pytest.mark.parametrize(
    ("text", "hex_colour"),
    [
        ("#0b6e4f", "#0b6e4f"),
        ("#0b6", "#00bb66"),
        ("#0B6E4FFF", "#0b6e4f"),
        ("rgb(11 110 79)", "#0b6e4f"),
        ("rgb(11, 110, 79)", "#0b6e4f"),
        ("hsl(161 82% 24%)", "#0b6f50"),
        ("rebeccapurple", "#663399"),
        ("  teal ", "#008080"),
    ],
)
def test_css_colours_are_read(text: str, hex_colour: str) -> None:
    assert parse_colour(text) == hex_colour


def test_a_colour_outside_srgb_is_brought_in_by_its_chroma() -> None:
    found = parse_colour("oklch(72% .35 150)")
    assert found is not None
    assert abs(from_hex(found).h - 150) < 6


def test_nothing_of_a_hostile_token_reaches_the_style_sheet(themes: Themes) -> None:
    attack = "red;}*{x:url(//evil)}</style><script>"
    tokens = {
        "color": {"primary": attack, "accent": {"$value": attack}, attack: attack},
        "font": {"pairing": attack},
        "radius": attack,
        "density": attack,
        "motif": attack,
        "scheme": attack,
        "mode": attack,
    }
    site = read_site(themes, source(design_tokens=json.dumps(tokens)))
    plain = read_site(themes, source())
    assert site.look.css == plain.look.css
    assert {repair.pointer for repair in site.repairs} >= {"/design_tokens/color/primary", "/design_tokens/radius"}


def test_w3c_values_and_aliases_are_read_and_a_cycle_is_refused(themes: Themes) -> None:
    tokens = {
        "base": {
            "teal": {"$type": "color", "$value": "#0f6b74"},
            "a": {"$value": "{base.b}"},
            "b": {"$value": "{base.a}"},
        },
        "color": {"primary": "{base.teal}", "accent": {"$value": "{base.a}"}, "ground": "{nowhere.at.all}"},
        "radius": {"$value": "lg"},
    }
    site = read_site(themes, source(design_tokens=json.dumps(tokens)))
    assert site.look.light["brand"] == "#0f6b74"
    assert site.look.radius == "lg"
    assert any("alias" in repair.message for repair in site.repairs)


def test_the_site_stands_above_its_scheme_and_the_scheme_above_the_template(themes: Themes) -> None:
    row = json.dumps({"color": {"primary": "#111177", "accent": "#aa3311"}, "density": "airy"})
    only_row = read_site(themes, source(css_variables=row, design_tokens="{}"))
    assert only_row.look.density == "airy"
    schemed = read_site(themes, source(css_variables=row, design_tokens='{"scheme": "sogan"}'))
    assert schemed.look.light["brand"] == "#27345f"
    own = read_site(
        themes, source(css_variables=row, design_tokens='{"scheme": "sogan", "color": {"primary": "#903"}}')
    )
    assert own.look.light["brand"] == "#990033"


def test_every_scheme_of_every_theme_differs_from_the_others(themes: Themes) -> None:
    for theme in themes:
        sheets = {
            read_site(themes, source(template_id=theme.id, design_tokens=json.dumps({"scheme": name}))).look.css
            for name in theme.manifest.schemes
        }
        assert len(sheets) == len(theme.manifest.schemes) >= 4


def test_a_mode_is_fixed_or_follows_the_reader(themes: Themes) -> None:
    looks = {
        mode: read_site(themes, source(design_tokens=json.dumps({"mode": mode}))).look
        for mode in ("light", "dark", "auto")
    }
    assert "prefers-color-scheme" in looks["auto"].css
    assert "prefers-color-scheme" not in looks["light"].css + looks["dark"].css
    assert looks["dark"].dark["ground"] in looks["dark"].css


def test_none_is_a_radius_and_a_motif_of_its_own(themes: Themes) -> None:
    site = read_site(themes, source(design_tokens=json.dumps({"radius": "none", "motif": "none"})))
    assert (site.look.radius, site.look.motif) == ("none", "none")
    assert not [repair for repair in site.repairs if repair.pointer.startswith("/design_tokens")]
