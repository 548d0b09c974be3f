"""The rules of craft that need no browser: one scale of spaces, drawn states, layouts that differ, weight."""

import itertools
import random
import re
from collections.abc import Iterator
from typing import Any

import brotli
import pytest
import tinycss2

from renderer.settings import ROOT
from renderer.themes import PostSource, Theme, Themes, draw_page, load_themes
from renderer.themes.layouts import set_layouts
from renderer.themes.rhythm import set_grounds
from renderer.themes.views import SectionView
from tests.blog_pages import blog_documents
from tests.craft_pages import demo_sites, variants
from tests.pages import NOW
from tests.test_palette import rules

THEMES = load_themes(ROOT / "themes")
PAINTED = variants(THEMES)
each_theme = pytest.mark.parametrize("theme", list(THEMES), ids=lambda theme: theme.id)

# Where a margin or gap is no space between things.
_EXCEPTIONS = {
    "gut": "the edge of the page, not a space on it",
}
_SPACED = re.compile(r"(?:margin(?:-(?:top|right|bottom|left))?|(?:grid-)?(?:row-|column-)?gap)")
_SMALL = {"1px", "4px", "8px", "12px"}
"""Steps that are the same in every density, and the width of a hairline that another one covers."""
_ROOM = 14 * 1024
_PAGE = 60 * 1024


def off_scale(css: str) -> list[str]:
    """Margins and gaps that are no step of the scale --s1…--s8, nothing, or the middle (auto)."""
    # Paper has spaces of its own.
    screen = [
        rule
        for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
        if not (rule.type == "at-rule" and tinycss2.serialize(rule.prelude).strip() == "print")
    ]
    found = list(rules(tinycss2.serialize(screen)))
    own = {name: value for _, declared in found for name, value in declared.items() if name.startswith("--")}
    wrong = [
        f"{selector}: {name} is the scale's"
        for selector, declared in found
        for name in declared
        if re.fullmatch(r"--s[1-8]", name)
    ]
    for selector, declared in found:
        if ".vh" in selector or selector in ("@page", "from", "to"):
            continue
        for name, value in declared.items():
            if _SPACED.fullmatch(name):
                values = tinycss2.parse_component_value_list(value.replace("!important", ""))
                wrong += [f"{selector}: {name}: {value}" for _ in itertools.islice(_strange(values, own), 1)]
    return wrong


def _strange(tokens: list[Any], own: dict[str, str]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("whitespace", "comment") or (token.type == "literal" and token.value in "*-+"):
            continue
        if token.type == "ident" and token.value == "auto":
            continue
        if token.type == "number" and token.value in (0, 1, -1):
            continue
        if token.type == "dimension" and token.serialize().lstrip("-") in _SMALL:
            continue
        if token.type == "function" and token.lower_name == "calc":
            yield from _strange(token.arguments, own)
        elif token.type == "function" and token.lower_name == "var":
            name = token.arguments[0].value.removeprefix("--")
            if re.fullmatch(r"s[1-8]", name) or name in _EXCEPTIONS:
                continue
            if f"--{name}" not in own:
                yield name
            else:
                yield from _strange(tinycss2.parse_component_value_list(own[f"--{name}"]), own)
        else:
            yield token.serialize()


def sheet(theme: Theme) -> str:
    return theme.css


@each_theme
def test_every_margin_and_gap_is_a_step_of_one_scale(theme: Theme) -> None:
    wrong = off_scale(sheet(theme))
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize(
    "css",
    [
        "a{margin-top:10px}", "a{margin:0 1em}", "a{gap:20px}", "a{grid-gap:var(--s5) 20px}",
        "a{--x:20px;margin:var(--x)}",
        ":root{--s4:20px}",
        "@media (min-width:40em){a{margin:5%}}", "a{margin:calc(var(--s4) + 3px)}", "a{column-gap:2rem}",
    ],
)  # fmt: skip
def test_another_space_is_found(css: str) -> None:
    assert off_scale(css)


@pytest.mark.parametrize(
    "css",
    ["a{margin:0 auto var(--s4)}", "a{gap:8px}", "a{margin:calc(-1*var(--s3)) 0}", "a{--x:var(--s2);margin:var(--x)}",
     ".vh{margin:-1px}", "a{padding:3px;top:20px}", "a{margin:calc(var(--s5) - var(--s3)) 4px 0 -4px}"],
)  # fmt: skip
def test_a_step_of_the_scale_passes(css: str) -> None:
    assert off_scale(css) == []


@each_theme
def test_hover_focus_active_and_disabled_are_drawn(theme: Theme) -> None:
    selectors = " ".join(selector for selector, _ in rules(sheet(theme)))
    for state in (":hover", ":focus", ":active", "[disabled]"):
        assert state in selectors, state


@each_theme
def test_a_theme_has_variants_schemes_and_faces_to_choose_from(theme: Theme) -> None:
    manifest = theme.manifest
    assert len(manifest.variants) >= 2
    assert len(manifest.schemes) >= 4
    schemes = manifest.schemes.values()
    assert any(scheme.mode == "dark" for scheme in schemes), "none is dark first"
    assert any(scheme.character == "mono" for scheme in schemes), "none is nearly without colour"
    assert any(scheme.character == "saturated" for scheme in schemes), "none has a saturated ground"
    assert any({"primary", "accent"} <= set(scheme.color) for scheme in schemes), "none has two hues"
    for name in manifest.variants:
        assert name == "default" or f"v-{name}" in sheet(theme), f"nothing is drawn otherwise in {name}"


@each_theme
def test_types_that_follow_each_other_never_share_a_layout(theme: Theme) -> None:
    """Whatever stands above the two: a section gives way to the one above it, never to the one below."""
    sections = theme.manifest.sections
    kinds = [kind for kind in sections if kind not in ("announcement", "hero")]
    alike = set()
    for above in ("hero", *kinds):
        for pair in itertools.permutations(kinds, 2):
            if above in pair:
                continue
            shown = set_layouts([SectionView(kind, kind, "") for kind in (above, *pair)], sections)
            if shown[1].layout == shown[2].layout:
                alike.add(f"{pair[0]} and {pair[1]}: {shown[1].layout}")
    assert sorted(alike) == []


@each_theme
def test_eight_sections_in_any_order_have_three_layouts_and_one_band(theme: Theme) -> None:
    rng = random.Random("rhythm")
    kinds = [kind for kind in theme.manifest.sections if kind not in ("announcement", "hero")]
    for _ in range(200):
        grounds = [rng.choice(["", "band", "surface", "sunk", "ground"]) for _ in range(8)]
        asked = [
            SectionView(kind, kind, "", ground=ground)
            for kind, ground in zip(rng.sample(kinds, 8), grounds, strict=True)
        ]
        shown = set_layouts(set_grounds(asked), theme.manifest.sections)
        assert len({section.layout for section in shown}) >= 3
        assert sum(section.ground == "band" for section in shown) <= 1
        runs = [len(list(run)) for _, run in itertools.groupby(shown, key=lambda section: section.ground)]
        assert max(runs) <= 2


def _packed(part: bytes, quality: int = 11) -> int:
    return len(brotli.compress(part, quality=quality))


@pytest.mark.parametrize(("theme", "variant"), PAINTED)
def test_a_home_page_is_light(themes: Themes, theme: str, variant: str) -> None:
    """Document and style sheet as they are sent (Brotli), and the fonts that the page asks for at once."""
    own = themes.get(theme)
    style, paper = (_packed(own.assets[path].body) for path in (own.css_path, own.print_css_path))
    posts = [PostSource(f"tulisan-{n}", "Menyangrai pelan", "Apa yang berubah.", None, NOW, 640) for n in range(3)]
    for subdomain, site in demo_sites(themes, theme, variant).items():
        drawn = draw_page(site, "/", posts, NOW)
        assert drawn is not None
        first = style + _packed(drawn.html[: drawn.html.index("</section>")].encode())
        assert first <= _ROOM, f"{subdomain}: {first} bytes for the first screen"
        fonts = [len(themes.assets[path].body) for path in re.findall(r'href="([^"]+\.woff2)"', drawn.html)]
        assert 0 < sum(fonts) <= 45 * 1024
        whole = style + paper + _packed(drawn.html.encode(), 5) + sum(fonts)
        assert whole <= _PAGE, f"{subdomain}: the page weighs {whole} bytes"


@pytest.mark.parametrize(("theme", "variant"), PAINTED)
def test_a_blogs_page_is_light(themes: Themes, theme: str, variant: str) -> None:
    """Document, both style sheets and fonts as they are sent, without photographs."""
    own = themes.get(theme)
    style = sum(_packed(own.assets[path].body) for path in (own.css_path, own.blog_css_path))
    assert _packed(own.assets[own.blog_css_path].body) <= 3 * 1024
    for name, html in blog_documents(themes, theme, variant).items():
        fonts = [len(themes.assets[path].body) for path in re.findall(r'href="([^"]+\.woff2)"', html)]
        assert sum(fonts) <= 45 * 1024
        whole = style + _packed(html.encode(), 5) + sum(fonts)
        assert whole <= _PAGE, f"{name}: the page weighs {whole} bytes"


def test_what_forms_alone_have_is_no_sections_name() -> None:
    """Their sheet is loaded beside the theme's: a name of both would change sections wherever a form stands."""
    begins = re.compile(r"(?m)^\.([a-z][a-z-]*)")
    forms = {name for path in ROOT.glob("themes/*/static/css/forms/*.css") for name in begins.findall(path.read_text())}
    others = {name for path in ROOT.glob("themes/*/static/css/*.css") for name in begins.findall(path.read_text())}
    assert forms >= {"field", "tick", "wanted"}
    assert forms & others == set()
