"""Palettes: readable by construction, whatever they are made from; and the style sheets that use them."""

import re
from typing import Any

import pytest
import tinycss2
from coloraide import Color
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.themes import Themes, palette
from renderer.themes.colour import contrast, from_hex, luminance
from tests.palettes import CHARACTERS

_HARD = ["#000000", "#ffffff", "#00ff00", "#ffff00", "#ff00ff", "#777777", "#767676", "#757575", "#fffffe", "#010101"]
colours = st.one_of(st.sampled_from(_HARD), st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))


@st.composite
def seeds(draw: st.DrawFn) -> palette.Seeds:
    primary = draw(colours)
    other = st.one_of(st.none(), colours, st.just(primary))
    ground = draw(other)
    return palette.Seeds(
        primary=primary,
        accent=draw(st.one_of(other, st.just(ground))),
        ground=ground,
        ink=draw(st.one_of(other, st.just(ground))),
        character=draw(st.sampled_from(CHARACTERS)),
    )


def low(shades: palette.Shades, pairs: Any, least: float) -> dict[tuple[str, str], float]:
    ratios = {pair: contrast(shades[pair[0]], shades[pair[1]]) for pair in pairs}
    return {pair: ratio for pair, ratio in ratios.items() if ratio < least}


@given(seeds())
@settings(max_examples=400)
def test_every_listed_pair_reads_by_day_and_by_night_whatever_the_seeds(seeds: palette.Seeds) -> None:
    for shades in (palette.light(seeds), palette.dark(seeds)):
        assert low(shades, palette.PAIRS, palette.AA) == {}
        assert low(shades, palette.SHAPES, palette.SHAPE) == {}
        assert all(re.fullmatch(r"#[0-9a-f]{6}", shade) for shade in shades.values())


@given(seeds())
@settings(max_examples=200)
def test_more_contrast_is_never_less_and_reaches_seven_wherever_it_can(seeds: palette.Seeds) -> None:
    for shades in (palette.light(seeds), palette.dark(seeds)):
        more = {**shades, **palette.more_contrast(shades)}
        assert low(more, palette.PAIRS, palette.AA) == {}
        assert low(more, palette.SHAPES, palette.AA) == {}
        grounds = [shades[name] for name in palette.GROUNDS]
        best = max(min(contrast(ink, ground) for ground in grounds) for ink in ("#000000", "#ffffff"))
        assert low(more, [("muted", name) for name in palette.GROUNDS], min(7.0, best)) == {}


@given(seeds())
@settings(max_examples=200)
def test_the_brand_fill_is_the_brand_by_day_and_by_night_unless_it_is_black_on_black(seeds: palette.Seeds) -> None:
    for shades in (palette.light(seeds), palette.dark(seeds)):
        if Color(seeds.primary).convert("oklch")["chroma"] < 0.02 and contrast(seeds.primary, shades["ground"]) < 1.7:
            assert contrast(shades["brand"], shades["ground"]) >= 1.7 or luminance(shades["ground"]) > 0.18
        else:
            assert Color(shades["brand"]).delta_e(seeds.primary, method="ok") <= 0.02
        if seeds.accent:
            assert Color(shades["accent"]).delta_e(seeds.accent, method="ok") <= 0.02


@given(seeds())
@settings(max_examples=200)
def test_a_button_answers_when_it_is_pointed_at_and_is_seen_on_its_ground(seeds: palette.Seeds) -> None:
    for shades in (palette.light(seeds), palette.dark(seeds)):
        assert contrast(shades["button-edge"], shades["ground"]) >= 1.7
        if contrast(shades["on-brand"], shades["brand"]) > 5.5:
            assert shades["brand-hover"] != shades["brand"]


def test_the_ink_that_is_given_is_used_where_it_reads() -> None:
    light = palette.light(palette.Seeds("#0b6e6e", ground="#ffffff", ink="#3a0ca3"))
    night = palette.light(palette.Seeds("#0b6e6e", ground="#101418", ink="#ffe8c2"))
    assert light["ink"] == "#3a0ca3"
    assert night["ink"] == "#ffe8c2"
    assert night["ground"] == "#101418"


def test_an_ink_that_does_not_read_moves_and_keeps_its_hue() -> None:
    shades = palette.light(palette.Seeds("#0b6e6e", ground="#ffffff", ink="#7fb3ff"))
    assert shades["brand"] == "#0b6e6e"
    assert contrast(shades["ink"], shades["ground"]) >= 7
    assert abs(from_hex(shades["ink"]).h - from_hex("#7fb3ff").h) < 12


def test_neutrals_carry_the_hue_of_the_brand_and_dark_is_not_an_inversion() -> None:
    seeds = palette.Seeds(primary="#0b6e6e")
    light, dark = palette.light(seeds), palette.dark(seeds)
    hue = from_hex("#0b6e6e").h
    assert abs(from_hex(light["sunk"]).h - hue) < 15
    assert abs(from_hex(dark["ground"]).h - hue) < 25
    assert from_hex(dark["surface"]).l > from_hex(dark["ground"]).l
    assert from_hex(light["surface"]).l < from_hex(light["ground"]).l


def test_a_loud_ground_is_what_is_lit_at_night() -> None:
    """A yellow sheet darkened is mud; a road sign at night is still yellow."""
    dark = palette.dark(palette.Seeds("#14342b", ground="#f7cf57", character="saturated"))
    assert dark["band"] == "#f7cf57"
    assert from_hex(dark["ground"]).c < 0.03
    assert abs(from_hex(dark["brand-ink"]).h - from_hex("#f7cf57").h) < 12


# What a theme's style sheets do with the palette.

_VAR = re.compile(r"var\(--c-([a-z0-9-]+)\)")
_PLAIN = frozenset({"transparent", "currentcolor", "inherit", "none", "canvas", "canvastext", "buttontext", "graytext"})


def rules(css: str) -> list[tuple[str, dict[str, str]]]:
    """(selector, declarations) of every rule, also of those inside @media."""
    found = []
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.lower_at_keyword == "media":
            found += rules(tinycss2.serialize(rule.content))
        elif rule.type == "qualified-rule":
            block = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
            declared = {
                part.name: tinycss2.serialize(part.value).strip() for part in block if part.type == "declaration"
            }
            found.append((tinycss2.serialize(rule.prelude).strip(), declared))
    return found


def unlisted(css: str) -> list[str]:
    """Rules that set an ink on a ground not in palette.PAIRS; also where the band renames them."""
    listed = palette.PAIRS | {pair[::-1] for pair in palette.PAIRS}
    inks = {name for pair in listed for name in pair}
    renamed = {
        name.removeprefix("--c-"): _VAR.findall(value)[0]
        for _, declared in rules(css)
        for name, value in declared.items()
        if name.startswith("--c-")
    }
    wrong = []
    for selector, declared in rules(css):
        ink = _VAR.findall(declared.get("color", ""))
        ground = _VAR.findall(declared.get("background", declared.get("background-color", "")))
        if ink and ink[0] not in inks:
            wrong.append(f"{selector}: {ink[0]} is no ink")
        for name in {"color", "background", "background-color"} & set(declared):
            if (
                not _VAR.fullmatch(declared[name])
                and declared[name].lower() not in _PLAIN
                and "--m" not in declared[name]
            ):
                wrong.append(f"{selector}: {name} {declared[name]}")
        if ink and ground:
            for pair in ((ink[0], ground[0]), (renamed.get(ink[0], ink[0]), renamed.get(ground[0], ground[0]))):
                if pair not in listed:
                    wrong.append(f"{selector}: {pair[0]} on {pair[1]}")
    return wrong


def test_the_style_sheets_of_the_themes_set_listed_pairs_only(themes: Themes) -> None:
    for theme in themes:
        assert unlisted(theme.css) == []


@pytest.mark.parametrize(
    "css",
    [
        "a{color:var(--c-muted);background:var(--c-brand)}",
        "a{color:var(--c-line)}",
        "a{color:#888}",
        "@media print{a{background:red}}",
        ".g-band{--c-ink:var(--c-on-band)}a{color:var(--c-ink);background:var(--c-ground)}",
    ],
)
def test_another_pair_is_found(css: str) -> None:
    assert unlisted(css)


def test_every_colour_that_a_style_sheet_asks_for_exists(themes: Themes) -> None:
    shades = palette.light(palette.Seeds("#0b6e6e"))
    for theme in themes:
        assert set(_VAR.findall(theme.css)) <= set(shades)
