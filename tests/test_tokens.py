"""Design tokens: parsed by type, refused whole when anything else, readable by construction."""

import json
import re
from pathlib import Path
from random import Random

import pytest

from renderer.themes import Themes, load_themes, palette, read_site
from renderer.themes.colour import contrast, from_hex
from renderer.themes.css_values import parse_colour
from tests.pages import source

_TEXT_PAIRS = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("ink", "sunk"),
    ("ink", "raised"),
    ("muted", "ground"),
    ("muted", "surface"),
    ("muted", "sunk"),
    ("muted", "raised"),
    ("brand-ink", "ground"),
    ("brand-ink", "surface"),
    ("brand-ink", "sunk"),
    ("brand-ink", "raised"),
    ("on-brand", "brand"),
    ("on-brand", "brand-hover"),
    ("on-accent", "accent"),
    ("on-band", "band"),
    ("band-muted", "band"),
]


@pytest.fixture(scope="module")
def themes() -> Themes:
    return load_themes(Path(__file__).parent.parent / "themes")


def test_every_text_pair_of_three_hundred_random_palettes_reaches_aa_in_light_and_dark() -> None:
    rng = Random(20261123)

    def colour() -> str:
        return f"#{rng.randrange(1 << 24):06x}"

    for _ in range(300):
        seeds = palette.Seeds(
            primary=colour(),
            accent=rng.choice([None, colour()]),
            ground=rng.choice([None, None, colour()]),
            ink=rng.choice([None, None, colour()]),
            character=rng.choice(["mono", "paper", "tint", "rich", "saturated"]),
        )
        for shades in (palette.light(seeds), palette.dark(seeds)):
            low = {pair: contrast(shades[pair[0]], shades[pair[1]]) for pair in _TEXT_PAIRS}
            assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}, seeds
            for ground in ("ground", "surface", "sunk"):
                assert min(contrast(shades[name], shades[ground]) for name in ("edge", "brand-edge")) >= 3


def test_the_brand_fill_is_the_brand_itself() -> None:
    for brand in ("#ffeb3b", "#777777", "#0b6e6e", "#000000", "#ffffff", "#e8590c"):
        seeds = palette.Seeds(primary=brand)
        assert palette.light(seeds)["brand"] == palette.dark(seeds)["brand"] == brand


def test_neutrals_carry_the_hue_of_the_brand_and_dark_is_not_an_inversion() -> None:
    seeds = palette.Seeds(primary="#0b6e6e")
    light, dark = palette.light(seeds), palette.dark(seeds)
    hue = from_hex("#0b6e6e").h
    assert abs(from_hex(light["sunk"]).h - hue) < 15
    assert abs(from_hex(dark["ground"]).h - hue) < 25
    assert from_hex(dark["surface"]).l > from_hex(dark["ground"]).l
    assert from_hex(light["surface"]).l < from_hex(light["ground"]).l


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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "red;",
        "red}",
        "red;}body{background:url(https://evil.example)}",
        "url(https://evil.example)",
        "var(--x)",
        "expression(1)",
        "#ggg",
        "#12345",
        "rgb(0 0 0 / 50%)",
        "rgba(0,0,0,.5)",
        "transparent",
        "currentColor",
        "inherit",
        "</style>",
        "re\\64",
        "/* */red",
        "red/**/",
        "red blue",
        "rgb(url(x),0,0)",
        "rgb(1e5000 0 0)",
        "calc(1)",
        "color-mix(in srgb, red, blue)",
        "\u202ered",
        "ｒｅｄ",
        "x" * 5000,
        "oklch(nan 0 0 / nan)",
        "#fff\u0000",
    ],
)
def test_anything_else_is_refused_whole(text: str) -> None:
    assert parse_colour(text) is None


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


def test_the_style_sheet_is_custom_properties_and_hex_colours_only(themes: Themes) -> None:
    site = read_site(themes, source(design_tokens='{"color": {"primary": "oklch(60% .2 30)"}, "mode": "auto"}'))
    bare = re.sub(r"@media (?:\(prefers-color-scheme:dark\)|print)", "", site.look.css)
    declarations = re.findall(r"(--[a-z0-9-]+|color-scheme):([^;{}]*)[;}]", bare)
    assert re.sub(r"(--[a-z0-9-]+|color-scheme):[^;{}]*;?", "", bare).replace(":root", "").strip("{} ") in (
        "",
        "}{",
        "}{}{",
        "}{{}}{{",
    )
    for name, value in declarations:
        if name.startswith("--c-"):
            assert re.fullmatch(r"#[0-9a-f]{6}", value)


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


def test_a_scheme_of_the_templates_row_is_read_like_any_other_colour(themes: Themes) -> None:
    schemes = json.dumps(
        [{"id": "khas", "color": {"primary": "#225588", "ground": "url(x)"}}, 5, {"id": "x", "color": 3}]
    )
    site = read_site(themes, source(available_color_schemes=schemes, design_tokens='{"scheme": "khas"}'))
    assert site.look.light["brand"] == "#225588"


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
