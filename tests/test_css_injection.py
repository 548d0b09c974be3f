"""Nothing that a token holds reaches a style sheet but our own names, hex colours, numbers and families."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import tinycss2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renderer.themes import Themes, palette, read_site
from renderer.themes.css_values import colour_of, parse_colour, parse_families, parse_pixels
from renderer.themes.manifest import Pairing
from tests.pages import source

ATTACKS = [
    "red;", "red}", "red;}*{background:url(//evil.example)}", "url(https://evil.example)", "url('x')", "URL(x)",
    "image-set('x' 1x)", "src(x)", "</style><script>alert(1)</script>", "<!--", "-->", "<![CDATA[", "re\\64 ",
    "\\72 ed", "\\0000red", "/**/red", "red/**/", "r/**/ed", "#fff/*", "*/red", "@import 'x'", "@import url(x);",
    "expression(alert(1))", "var(--x)", "var(--c-ink,red)", "env(x)", "attr(x)", "attr(data-x color)",
    "re\nd", "red\r\n;", "red\f}", "\nred\n",
    "ｒｅｄ", "rеd", "red\u200b", "\u202ered", "red\u00a0", "red\u2028}", "red\x00", "r\x00ed", "red\x01", "red\x7f",
    "x" * 5000, "#" + "f" * 5000, "rgb(" * 2000, "calc(1e400)", "rgb(calc(1) 0 0)", "rgb(1e400 0 0)", "rgb(1e5000 0 0)",
    "currentColor", "transparent", "inherit", "initial", "unset", "revert", "Canvas", "ButtonText",
    "rgb(from red r g b)", "oklch(from #fff l c h)", "color-mix(in srgb,red,blue)", "light-dark(red,blue)",
    "color(from red srgb r g b)", "color(--custom 1 1 1)", "color(url(x) 1 1 1)", "color(srgb 1 1 1 / 0.5)",
    "device-cmyk(0 0 0 0)",
    "linear-gradient(red,blue)", "red !important", "red, blue", "red blue", "rgb(0 0 0 / 50%)", "#0000", "#ffffff80",
    "rgb(url(x),0,0)", "rgb(0,0,0);x:y", "hsl(0 0% 0%)}", "javascript:alert(1)", "{{7*7}}", "{% x %}", "${x}", "'red'",
    '"red"', "[red]", "(red)", "{red}", "--x:red", ":root{}", "red\\", "#ff\\66 fff", "rgb(0 0 0", "u+26",
    "-1",
    "oklch(nan 0 0)", "oklch(infinity 0 0)", "rgb(none none none / none)", "behavior:url(x)", "-moz-binding:url(x)",
]  # fmt: skip
FIELDS = ("radius", "density", "motif", "scheme", "mode", "font", "color")
ROLES = ("primary", "accent", "ground", "ink")


def tokens_of(css: str) -> Iterator[Any]:
    """Every component value of a sheet, at any depth."""

    def walk(nodes: Any) -> Iterator[Any]:
        for node in nodes:
            yield node
            for inner in (getattr(node, "content", None), getattr(node, "arguments", None)):
                if inner:
                    yield from walk(inner)

    return walk(tinycss2.parse_component_value_list(css))


def problems(css: str, pairings: Any) -> list[str]:
    """What is in a sheet besides `:root{--name:value}` of ours, plain or inside three media queries."""
    wrong: list[str] = []
    names = set(palette.light(palette.Seeds("#0b6e6e")))
    families = {family for p in pairings for face in (p.heading, p.body) for family in (face, f"{face} Fallback")}
    own = {"r", "r-button", "r-small", "f-head", "f-body", "w-head", "w-strong", "t-head", "l-head", "x-head"}
    own |= {f"s{index}" for index in range(1, 9)}

    def block(content: Any) -> None:
        for part in tinycss2.parse_blocks_contents(content):
            if part.type != "declaration":
                wrong.append(f"no declaration: {part!r}")
                continue
            value = [token for token in part.value if token.type != "whitespace"]
            kinds = {token.type for token in value}
            if part.name == "color-scheme":
                ok = [token.value for token in value] in (["light"], ["dark"])
            elif part.name.startswith("--c-") and part.name[4:] in names:
                ok = kinds == {"hash"} and len(value) == 1 and len(value[0].value) == 6
            elif part.name.startswith("--") and part.name[2:] in own:
                ok = all(
                    token.type in ("number", "dimension")
                    or (token.type == "string" and token.value in families)
                    or (token.type == "ident" and token.value in ("serif", "sans-serif"))
                    or token == ","
                    for token in value
                )
            else:
                ok = False
            if not ok or part.important:
                wrong.append(f"{part.name}: {tinycss2.serialize(part.value)}")

    def sheet(rules: Any, inside: bool) -> None:
        for rule in rules:
            prelude = tinycss2.serialize(getattr(rule, "prelude", [])).strip()
            if rule.type == "qualified-rule" and prelude == ":root":
                block(rule.content)
            elif rule.type == "at-rule" and not inside and rule.lower_at_keyword == "media" and prelude in _MEDIA:
                sheet(tinycss2.parse_rule_list(rule.content), True)
            else:
                wrong.append(f"rule: {rule!r} {prelude}")

    sheet(tinycss2.parse_stylesheet(css), False)
    if any(token.type in ("url", "function", "error", "comment", "unicode-range") for token in tokens_of(css)):
        wrong.append("a url, function, comment or broken token")
    if not css.isascii() or "<" in css or "\\" in css or "\n" in css:
        wrong.append("a character that no sheet of ours has")
    return wrong


_MEDIA = {
    "(prefers-contrast:more)",
    "(prefers-color-scheme:dark)",
    "(prefers-color-scheme:dark) and (prefers-contrast:more)",
    "print",
}


def forms(attack: str) -> Iterator[Any]:
    """The text as a plain value, and wherever W3C's format and generators let text stand."""
    yield attack
    yield {"$value": attack}
    yield {"$type": "color", "$value": attack}
    yield {"$type": attack, "$value": attack}
    yield {"$type": [attack], "$value": attack}
    yield {"$value": {"colorSpace": [attack], "components": [0, 0, 0]}}
    yield {"$value": {"value": [attack], "unit": [attack]}}
    yield {"500": attack, "DEFAULT": attack}
    yield {"light": attack, "dark": attack}
    yield {"$root": {"$value": attack}}
    yield {"$value": {"colorSpace": attack, "components": [attack, attack, attack], "alpha": attack, "hex": attack}}
    yield {"$value": {"colorSpace": "srgb", "components": [0, 0, attack]}}
    yield {"value": attack, "unit": attack}
    yield {"$value": [attack, "serif"]}
    yield {"fontFamily": attack, "family": [attack]}
    yield {"heading": {"$value": {"fontFamily": attack}}, "body": attack, "pairing": attack}
    yield {"$ref": attack, "$extends": attack}
    yield {attack: attack}
    yield f"{{{attack}}}"


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_value_is_read_out_of_an_attack(attack: str) -> None:
    assert parse_colour(attack) is None
    assert colour_of({"colorSpace": attack, "components": [0, 0, 0]}) is None
    assert colour_of({"hex": attack}) is None
    assert parse_pixels(attack) is None
    for family in parse_families(attack):
        assert family.replace("-", "").replace(" ", "").isalnum()


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_every_token_position_changes_no_character_of_the_sheet(themes: Themes, attack: str) -> None:
    plain = read_site(themes, source()).look.css
    for form in forms(attack):
        by_role = dict.fromkeys(ROLES, form)
        fields = dict.fromkeys(FIELDS, form)
        for tokens in ({**fields, "color": by_role}, {"color": form}, {"dark": {"color": by_role}}, form):
            text = json.dumps(tokens)
            assert read_site(themes, source(design_tokens=text)).look.css == plain
            assert read_site(themes, source(css_variables=text)).look.css == plain
        schemes = json.dumps([{"id": "x", "color": by_role, "mode": attack}])
        scheme = read_site(themes, source(available_color_schemes=schemes, design_tokens='{"scheme":"x"}'))
        assert scheme.look.light["brand"] in plain or scheme.look.light["brand"] == "#0b6e6e"


def test_an_attack_is_named_where_it_stands(themes: Themes) -> None:
    for attack in ATTACKS:
        site = read_site(themes, source(design_tokens=json.dumps({"color": {"primary": {"$value": attack}}})))
        assert "/design_tokens/color/primary" in {repair.pointer for repair in site.repairs}, attack


_text = st.one_of(
    st.sampled_from(ATTACKS), st.text(max_size=30), st.sampled_from(["#abc", "teal", "8px", "md", "{color}"])
)
_names = st.one_of(
    st.sampled_from(
        [*FIELDS, *ROLES, "$value", "$type", "$ref", "$extends", "$root", "500", "light", "dark", "heading"]
    ),
    _text,
)
_values = st.recursive(
    st.one_of(_text, st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_names, inner, max_size=5)),
    max_leaves=25,
)


@given(_values, _values, _values)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_whatever_the_columns_hold_the_sheet_is_ours(themes: Themes, site: Any, row: Any, schemes: Any) -> None:
    look = read_site(
        themes,
        source(
            design_tokens=json.dumps(site), css_variables=json.dumps(row), available_color_schemes=json.dumps(schemes)
        ),
    ).look
    assert problems(look.css, themes.get("pilar").manifest.pairings.values()) == []


def test_every_scheme_mode_pairing_and_radius_gives_a_sheet_of_ours(themes: Themes) -> None:
    for theme in themes:
        manifest = theme.manifest
        for index, scheme in enumerate(manifest.schemes):
            for mode in ("auto", "light", "dark"):
                pairing = list(manifest.pairings)[index % len(manifest.pairings)]
                tokens = {"scheme": scheme, "mode": mode, "font": pairing, "radius": "full", "density": "airy"}
                look = read_site(themes, source(template_id=theme.id, design_tokens=json.dumps(tokens))).look
                assert problems(look.css, manifest.pairings.values()) == []


@pytest.mark.parametrize(
    "css",
    [
        ":root{--c-ink:red}",
        ":root{--c-ink:#fff;}",
        ":root{--c-evil:#ffffff}",
        ":root{--r:url(x)}",
        ':root{--f-head:"Evil"}',
        ":root{--s1:calc(1px)}",
        "*{--c-ink:#ffffff}",
        "@import 'x';",
        "@media (min-width:1px){:root{--c-ink:#ffffff}}",
        ":root{--c-ink:#ffffff}/**/",
        ":root{--c-ink:#ffffff!important}",
        "</style>",
    ],
)
def test_a_sheet_that_is_not_ours_is_found_out(css: str) -> None:
    assert problems(css, [Pairing(name="x", heading="Figtree", body="Figtree")])
