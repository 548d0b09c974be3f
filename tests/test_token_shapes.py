"""Design tokens as W3C writes them, and as generators do: every shape comes to the same few tokens."""

import json
from typing import Any

import pytest

from renderer.themes import Site, Themes, read_site
from renderer.themes.repair import Repairs
from renderer.themes.token_names import read_tokens
from renderer.themes.token_tree import MOST_TOKENS
from tests.pages import source


def site_of(themes: Themes, tokens: Any, **columns: Any) -> Site:
    return read_site(themes, source(design_tokens=json.dumps(tokens), **columns))


def read(tokens: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """The tokens that were understood, and message by pointer."""
    repairs = Repairs()
    given = read_tokens(tokens, "/design_tokens", repairs)
    return given.tokens.model_dump(exclude_none=True), {repair.pointer: repair.message for repair in repairs.done()}


def colour(space: str, *components: Any, **more: Any) -> dict[str, Any]:
    return {"$type": "color", "$value": {"colorSpace": space, "components": list(components), **more}}


@pytest.mark.parametrize(
    ("token", "hex_colour"),
    [
        (colour("srgb", 0, 0.4, 0.8, alpha=1, hex="#0066cc"), "#0066cc"),
        (colour("srgb-linear", 0, 0, 1), "#0000ff"),
        (colour("hsl", 330, 100, 50), "#ff0080"),
        (colour("hwb", 330, 0, 0), "#ff0080"),
        (colour("lab", 100, 0, 0), "#ffffff"),
        (colour("lch", 0, 0, 0), "#000000"),
        (colour("oklab", 0.628, 0.2249, 0.1258), "#ff0000"),
        (colour("oklch", 0.628, 0.2577, 29.23), "#ff0000"),
        (colour("display-p3", 1, 1, 1), "#ffffff"),
        (colour("a98-rgb", 0, 0, 0), "#000000"),
        (colour("prophoto-rgb", 1, 1, 1), "#ffffff"),
        (colour("rec2020", 0, 0, 0), "#000000"),
        (colour("xyz-d65", 0, 0, 0), "#000000"),
        (colour("xyz-d50", 0, 0, 0), "#000000"),
        (colour("hsl", "none", 0, 100), "#ffffff"),
        ({"$value": "#0b6e4f"}, "#0b6e4f"),
        ({"colorSpace": "srgb", "components": [1, 0, 0]}, "#ff0000"),
        ({"$value": {"hex": "#0b6e4f"}}, "#0b6e4f"),
        ("color(display-p3 1 1 1)", "#ffffff"),
    ],
)
def test_a_colour_is_read_in_every_space_of_the_format(token: Any, hex_colour: str) -> None:
    assert read({"color": {"primary": token}}) == ({"color": {"primary": hex_colour}}, {})


@pytest.mark.parametrize(
    "token",
    [
        colour("srgb", 0, 0, 0, alpha=0.5),
        colour("srgb", 0, 0),
        colour("srgb", 0, 0, 0, 0),
        colour("srgb", "0", 0, 0),
        colour("srgb", True, 0, 0),
        colour("srgb", 1e9, 0, 0),
        colour("cmyk", 0, 0, 0),
        colour("url(x)", 0, 0, 0),
        {"$type": "color", "$value": {"colorSpace": ["srgb"], "components": [0, 0, 0]}},
        {"$type": "color", "$value": {"colorSpace": "srgb", "components": {"0": 0}}},
        {"$type": "color", "$value": {"hex": "#0b6e4f", "alpha": 0}},
        {"$type": "color", "$value": {"hex": "red;}"}},
        {"$type": "color", "$value": []},
        {"$type": "color", "$value": 5},
    ],
)
def test_a_colour_that_is_none_is_refused_and_named(token: Any) -> None:
    tokens, repairs = read({"color": {"primary": token}})
    assert tokens == {}
    assert repairs == {"/design_tokens/color/primary": "not an opaque CSS colour"}


@pytest.mark.parametrize(
    "tokens",
    [
        {"color": {"primary": "#123456"}},
        {"colors": {"brand": {"50": "#eeeeee", "500": "#123456", "900": "#000000"}}},
        {"colours": {"Primary": "#123456"}},
        {"palette": {"primary": {"main": "#123456", "light": "#5f6f7f", "dark": "#0a1a2a", "contrastText": "#ffffff"}}},
        {"primaryColor": "#123456"},
        {"primary-color": "#123456"},
        {"--color-primary": "#123456"},
        {"brand": "#123456"},
        {"color": {"primary": {"default": "#123456", "hover": "#000000"}}},
        {"color": {"primary": {"DEFAULT": "#123456", "foreground": "#ffffff"}}},
        {"color": {"primary": {"$root": {"$value": "#123456"}, "light": {"$value": "#ffffff"}}}},
        {"color": {"primary": {"value": "#123456", "type": "color"}}},
        {"color": {"brand": {"primary": {"$value": "#123456"}}}},
        {"color": {"semantic": {"primary": "#123456"}}},
        {"color": {"primary": {str(step): "#000000" for step in range(1, 13)} | {"9": "#123456"}}},
        {"color": {"primary": {"0": "#000000", "40": "#123456", "100": "#ffffff"}}},
        {"tokens": {"color": {"primary": "#123456"}}},
        {"theme": {"colors": {"primary": "#123456"}}},
        {"base": {"x": {"$value": "#123456"}}, "color": {"$type": "color", "primary": {"$value": "{base.x}"}}},
        {"base": {"x": {"$value": "#123456"}}, "color": {"primary": {"$ref": "#/base/x"}}},
        {"base": {"x": {"$value": "#123456"}}, "color": {"primary": {"$ref": "#/base/x/$value"}}},
        {"a/b": {"$value": "#123456"}, "color": {"primary": {"$ref": "#/a~1b"}}},
        {"base": {"primary": {"$value": "#123456"}}, "color": {"$extends": "{base}"}},
        {"base": {"primary": {"$value": "#123456"}}, "color": {"$ref": "#/base"}},
        {"base": {"500": "#123456"}, "color": {"primary": "{base}"}},
        {"base": {"$extends": "{deep}"}, "deep": {"x": "#123456"}, "color": {"primary": "{base.x}"}},
        {"base": {"primary": "#000000"}, "color": {"$extends": "{base}", "primary": {"$value": "#123456"}}},
        {
            "color": {
                "primary": {"$value": "#123456", "$description": "x", "$deprecated": True, "$extensions": {"a": 1}}
            }
        },
    ],
)
def test_the_brand_is_found_however_it_is_written(tokens: Any) -> None:
    understood, repairs = read(tokens)
    assert understood["color"]["primary"] == "#123456"
    assert repairs == {}


def test_ground_and_ink_take_the_ends_of_a_scale() -> None:
    scale = {"50": "#fafafa", "500": "#777777", "900": "#111111"}
    understood, _ = read({"colors": {"background": scale, "text": scale, "accent": scale}})
    assert understood["color"] == {"ground": "#fafafa", "ink": "#111111", "accent": "#777777"}


@pytest.mark.parametrize(
    "tokens",
    [
        {"color": {"primary": "#123456", "ground": {"light": "#fffdf8", "dark": "#101418"}}},
        {"color": {"primary": "#123456", "ground": "#fffdf8", "dark": {"ground": "#101418"}}},
        {"light": {"color": {"primary": "#123456", "ground": "#fffdf8"}}, "dark": {"color": {"ground": "#101418"}}},
        {"color": {"light": {"primary": "#123456", "ground": "#fffdf8"}, "dark": {"ground": "#101418"}}},
    ],
)
def test_a_ground_of_its_own_by_day_and_by_night(themes: Themes, tokens: Any) -> None:
    look = site_of(themes, tokens).look
    assert (look.light["ground"], look.dark["ground"]) == ("#fffdf8", "#101418")
    assert look.light["brand"] == look.dark["brand"] == "#123456"


def test_a_brand_of_its_own_at_night(themes: Themes) -> None:
    look = site_of(themes, {"color": {"primary": {"light": "#123456", "dark": "#9fc6ff"}}}).look
    assert (look.light["brand"], look.dark["brand"]) == ("#123456", "#9fc6ff")


@pytest.mark.parametrize(
    ("given", "radius"),
    [
        (0, "none"),
        ("0", "none"),
        ("none", "none"),
        (4, "sm"),
        (8, "md"),
        ("8px", "md"),
        ("0.5rem", "md"),
        ({"value": 8, "unit": "px"}, "md"),
        ({"$type": "dimension", "$value": {"value": 1, "unit": "rem"}}, "lg"),
        ({"sm": "2px", "md": "6px", "lg": "16px"}, "md"),
        ("9999px", "full"),
        ("50%", "full"),
        ("pill", "full"),
        ("rounded", "md"),
    ],
)
def test_a_radius_is_the_nearest_step(themes: Themes, given: Any, radius: str) -> None:
    for name in ("radius", "borderRadius"):
        assert site_of(themes, {name: given}).look.radius == radius
    assert read({"shape": {"borderRadius": given}})[0]["radius"] == radius


@pytest.mark.parametrize(
    ("given", "pairing"),
    [
        ("surat", "surat"),
        ({"pairing": "papan"}, "papan"),
        ("Newsreader", "surat"),
        ({"heading": "Alegreya", "body": "Figtree"}, "sogan"),
        ({"heading": "Marcellus"}, "janur"),
        ({"body": "Overpass, sans-serif"}, "papan"),
        ({"fontFamily": {"heading": {"$type": "fontFamily", "$value": ["Bitter", "serif"]}}}, "cangkir"),
        (
            {"heading": {"$type": "typography", "$value": {"fontFamily": "'Alegreya', serif", "fontSize": "2rem"}}},
            "sogan",
        ),
        ({"body": {"fontFamily": '"Plus Jakarta Sans", sans-serif'}}, "pelat"),
        ({"heading": "Unknown", "body": "Newsreader"}, "surat"),
    ],
)
def test_a_family_is_the_pairing_that_has_it(themes: Themes, given: Any, pairing: str) -> None:
    for name in ("font", "typography"):
        assert site_of(themes, {name: given}).look.pairing_id == pairing


@pytest.mark.parametrize(
    ("tokens", "at", "says"),
    [
        (
            {"color": {"primary": {"$type": "dimension", "$value": {"value": 8, "unit": "px"}}}},
            "/color/primary",
            "$type",
        ),
        ({"color": {"$type": "dimension", "primary": {"$value": "#123"}}}, "/color/primary", "a colour is wanted"),
        ({"radius": {"$type": "color", "$value": "#123456"}}, "/radius", "a dimension is wanted"),
        ({"font": {"$type": "color", "$value": "#123456"}}, "/font", "a font family is wanted"),
        ({"color": {"primary": "{nowhere}"}}, "/color/primary", "leads to nothing"),
        ({"color": {"primary": {"$ref": "#/nowhere"}}}, "/color/primary", "leads to nothing"),
        ({"color": {"primary": {"$ref": "https://x.example/#/a"}}}, "/color/primary", "$extends"),
        ({"color": {"primary": {"deep": {"er": "#123456"}}}}, "/color/primary", "a group"),
        ({"color": {"primary": {"$value": "#123456", "500": "#000000"}}}, "/color/primary", "holds no tokens"),
        ({"color": {"primary": "{color.primary}"}}, "/color/primary", "back to itself"),
        ({"color": {"primary": "{color}"}}, "/color/primary", "back to itself"),
        ({"a": {"$extends": "{b}"}, "b": {"$extends": "{a}"}}, "/b", "back to itself"),
        ({"font": "Comic Sans MS"}, "/font", "not a pairing"),
        ({"font": {"heading": "Papyrus", "body": "Figtree"}}, "/font/heading", "not a family"),
        ({"font": "x;}"}, "/font", "not a list of font families"),
        ({"radius": "big"}, "/radius", "not one of none"),
        ({"radius": -4}, "/radius", "not one of none"),
        ({"mode": "dusk"}, "/mode", "not one of auto"),
        ({"density": {"sm": "4px"}}, "/density", "a group"),
        ({"motif": "stripes"}, "/motif", "not one of kawung"),
        ({"scheme": "nowhere"}, "/scheme", "not a scheme"),
        ({"color": {"ground": "#808080"}}, "/color/ground", "is used"),
        ([], "", "expected an object"),
        ("#123456", "", "expected an object"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_pointer(themes: Themes, tokens: Any, at: str, says: str) -> None:
    site = site_of(themes, tokens)
    messages = [repair.message for repair in site.repairs if repair.pointer == f"/design_tokens{at}"]
    assert any(says in message for message in messages), site.repairs


def test_what_nobody_asks_for_is_left_alone(themes: Themes) -> None:
    site = site_of(themes, {"spacing-scale": [1, 2], "shadow": {"$value": "0 0 4px red"}, "color": {"link": "url(x)"}})
    assert [repair for repair in site.repairs if repair.pointer.startswith("/design_tokens")] == []


def test_an_alias_of_a_wrong_type_is_refused(themes: Themes) -> None:
    tokens = {"size": {"$type": "dimension", "$value": {"value": 8, "unit": "px"}}, "color": {"primary": "{size}"}}
    site = site_of(themes, tokens)
    assert site.look.css == read_site(themes, source()).look.css
    assert "a colour is wanted" in {r.pointer: r.message for r in site.repairs}["/design_tokens/color/primary"]


def nested(levels: int) -> Any:
    value: Any = "#123456"
    for _ in range(levels):
        value = {"x": value}
    return value


@pytest.mark.parametrize(
    "bomb",
    [
        {f"g{i}": {"a": f"{{g{i + 1}}}", "b": f"{{g{i + 1}}}"} for i in range(60)},
        {f"g{i}": {"$extends": f"{{g{i + 1}}}", "a": {"$extends": f"{{g{i + 1}}}"}} for i in range(60)},
        {f"t{i}": {"$value": f"{{t{i + 1}}}"} for i in range(20_000)},
        {"huge": {f"h{i}": "x" for i in range(4_000)}, **{f"k{i}": {"$extends": "{huge}"} for i in range(3_000)}},
        {f"t{i}": "x" for i in range(3 * MOST_TOKENS)},
        {"deep": nested(90)},
        {f"t{i}": {"$value": [f"{{t{i + 1}}}"] * 50} for i in range(60)},
    ],
)
def test_a_bomb_is_cut_reported_and_leaves_the_known_tokens(themes: Themes, bomb: dict[str, Any]) -> None:
    site = site_of(themes, {**bomb, "color": {"primary": "#123456"}, "radius": "lg"})
    assert (site.look.light["brand"], site.look.radius) == ("#123456", "lg")
    assert any(repair.pointer.startswith("/design_tokens") for repair in site.repairs)


def test_equal_token_text_is_read_once(themes: Themes) -> None:
    text = json.dumps({"color": {"primary": "#135790"}, "radius": "nothing"})
    first, again = (read_site(themes, source(design_tokens=text)) for _ in range(2))
    assert first.look is again.look
    assert first.repairs == again.repairs
    assert "/design_tokens/radius" in {repair.pointer for repair in again.repairs}


def test_colours_of_the_row_stand_above_a_scheme_nobody_chose_and_below_one_that_was_chosen(themes: Themes) -> None:
    row = json.dumps({"color": {"primary": "#111177"}})
    assert site_of(themes, {}, css_variables=row).look.light["brand"] == "#111177"
    assert site_of(themes, {"scheme": "sogan"}, css_variables=row).look.light["brand"] == "#27345f"
    chosen = json.dumps({"color": {"primary": "#111177"}, "scheme": "laut"})
    assert site_of(themes, {}, css_variables=chosen).look.light["brand"] == "#14508c"
    assert site_of(themes, {"color": {"primary": "#903"}}, css_variables=chosen).look.light["brand"] == "#990033"


def test_a_scheme_of_the_row_is_read_in_any_shape_and_what_is_wrong_in_it_is_named(themes: Themes) -> None:
    schemes = [{"id": "khas", "colors": {"primary": {"$value": "#225588"}, "ground": "url(x)"}, "mode": "dark"}]
    for rows in (schemes, {"khas": schemes[0]}):
        site = site_of(themes, {"scheme": "khas"}, available_color_schemes=json.dumps(rows))
        assert (site.look.light["brand"], site.look.mode) == ("#225588", "dark")
        key = "0" if isinstance(rows, list) else "khas"
        assert f"/available_color_schemes/{key}/colors/ground" in {repair.pointer for repair in site.repairs}
