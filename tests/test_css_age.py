"""Themes use what a WebView of 2020 has (Chromium 80): what is newer is refused, or is known to be missed by nobody."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import tinycss2

from renderer.themes import Themes, read_site
from tests.pages import source

# Chromium 80 has these. What is not here is either too new or was never looked at: both are for a person to decide.
_PROPERTIES = frozenset(
    """
    align-content align-items align-self animation background background-color background-image background-position
    background-repeat background-size border border-bottom border-bottom-color border-bottom-style border-bottom-width
    border-collapse border-color border-inline-end border-inline-start border-left border-left-color border-left-style
    border-left-width border-radius border-right border-right-color border-right-style border-right-width
    border-spacing border-style border-top
    border-top-color border-width bottom box-shadow box-sizing break-after break-before break-inside caption-side clear
    clip clip-path color color-scheme column-count column-gap column-rule column-width columns content
    counter-increment
    counter-reset cursor
    display fill filter flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap float font font-family
    font-feature-settings font-kerning font-size font-stretch font-style font-synthesis font-variant
    font-variant-ligatures font-variant-numeric font-weight gap grid grid-area grid-auto-columns grid-auto-flow
    grid-auto-rows grid-column grid-column-gap grid-gap grid-row grid-row-gap grid-template grid-template-areas
    grid-template-columns grid-template-rows height hyphens justify-content justify-items justify-self left
    letter-spacing line-height list-style list-style-type
    margin margin-bottom margin-inline-end margin-inline-start margin-left margin-right margin-top
    max-height max-width min-height min-width mix-blend-mode object-fit object-position opacity order orphans outline
    outline-color outline-offset outline-style outline-width overflow overflow-anchor overflow-wrap overflow-x
    overflow-y padding padding-bottom padding-inline-end padding-inline-start padding-left padding-right
    padding-top pointer-events position quotes resize
    right scroll-behavior
    scroll-margin scroll-margin-top scroll-padding scroll-padding-top scroll-snap-align scroll-snap-type src
    stroke stroke-dasharray
    stroke-linecap stroke-width tab-size table-layout text-align text-decoration text-decoration-color
    text-decoration-line text-decoration-style text-indent text-overflow text-rendering text-shadow text-transform top
    touch-action transform transform-origin transition unicode-bidi unicode-range user-select vertical-align visibility
    white-space widows width will-change word-break word-spacing z-index font-display
    -webkit-appearance -webkit-box-orient -webkit-font-smoothing -webkit-line-clamp -webkit-tap-highlight-color
    -webkit-text-size-adjust
    """.split()  # noqa: SIM905 - a list of words
)
# Newer, and harmless where they are not known: the page is whole without them.
_EXTRAS = {
    "text-wrap": "lines of a heading are as long as they come",
    "text-underline-offset": "the line sits closer to the word",
    "text-decoration-thickness": "the line has its usual weight",
    "text-size-adjust": "-webkit-text-size-adjust stands beside it",
    "forced-color-adjust": "only asked inside @media (forced-colors)",
    "size-adjust": "words move when the font arrives",
    "ascent-override": "as above",
    "descent-override": "as above",
    "line-gap-override": "as above",
    "accent-color": "boxes are the browser's blue",
    "box-decoration-break": "code that breaks over a line has square ends",
    "-webkit-box-decoration-break": "as above",
}
_PSEUDO = frozenset(
    """
    :active :after :before :checked :disabled :empty :enabled :first-child :first-of-type :focus :focus-within :hover
    :indeterminate :invalid :lang :last-child :last-of-type :link :not :nth-child :nth-last-child :nth-of-type
    :only-child :only-of-type :placeholder-shown :required :root :target :valid :visited
    ::after ::before ::first-letter ::first-line ::placeholder ::selection ::-webkit-details-marker
    """.split()  # noqa: SIM905
)
_FUNCTIONS = frozenset(
    """
    attr calc clamp counter cubic-bezier env fit-content format hsl hsla linear-gradient local matrix max min minmax
    polygon radial-gradient rect repeat rgb rgba rotate rotatex rotatey scale scalex scaley skew steps translate
    translatex translatey url var
    """.split()  # noqa: SIM905
)
_UNITS = frozenset("ch cm deg em ex fr in mm ms pc pt px rad rem s turn vh vmax vmin vw x dpi dppx".split())  # noqa: SIM905
_MEDIA = re.compile(
    r"(?:print|screen|and|not|only|,|\((?:(?:min|max)-(?:width|height)|orientation|hover|pointer|"
    r"prefers-color-scheme|prefers-reduced-motion|prefers-contrast|forced-colors)\s*:\s*[a-z0-9.-]+\)|\s)*"
)
_KEYWORDS = frozenset({"revert", "revert-layer"})


def too_new(css: str) -> list[str]:
    """What an old WebView would not understand, in words; rules inside @supports look after themselves."""
    return list(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def _rules(rules: list[Any]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "error":
            yield f"not CSS: {rule.message}"
        elif rule.type == "qualified-rule":
            yield from _selector(tinycss2.serialize(rule.prelude).strip())
            yield from _block(rule.content)
        elif rule.type == "at-rule":
            name = rule.lower_at_keyword
            if name == "media":
                query = tinycss2.serialize(rule.prelude)
                if not _MEDIA.fullmatch(query):
                    yield f"@media {query.strip()}"
                yield from _rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
            elif name == "font-face":
                yield from _block(rule.content)
            elif name not in ("supports", "keyframes", "page", "charset"):
                yield f"@{name}"


def _selector(selector: str) -> Iterator[str]:
    # An unknown selector drops its whole rule, so :focus-visible may only take away what :focus gave, on its own.
    if re.fullmatch(r"[^,]*:focus:not\(:focus-visible\)", selector):
        return
    for pseudo in re.findall(r"::?[a-z-]+", selector):
        if pseudo not in _PSEUDO:
            yield pseudo
    for inside in re.findall(r":not\(([^)]*)\)", selector):
        if re.search(r"[ ,>+~]", inside):
            yield f":not({inside})"


def _block(content: list[Any]) -> Iterator[str]:
    flex, seen = False, set()
    for part in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if part.type != "declaration":
            yield f"nested or broken: {tinycss2.serialize([part])[:40]}"
            continue
        name = part.lower_name
        value = tinycss2.serialize(part.value).strip()
        flex = flex or (name == "display" and "flex" in value)
        if name.startswith("--"):
            pass
        elif name not in _PROPERTIES and name not in _EXTRAS:
            yield name
        elif flex and name in ("gap", "column-gap", "row-gap"):
            yield "gap of a flex box"
        newer = list(_value(part.value))
        # An older value before it is what an old browser keeps; a custom property is never dropped when it is parsed.
        if newer and (name not in seen or name.startswith("--")):
            yield from newer
        elif not newer:
            seen.add(name)


def _value(tokens: list[Any]) -> Iterator[str]:
    for token in tokens:
        if token.type == "function":
            if token.lower_name not in _FUNCTIONS:
                yield f"{token.lower_name}()"
            yield from _value(token.arguments)
        elif token.type == "dimension" and token.lower_unit not in _UNITS:
            yield token.lower_unit
        elif token.type == "ident" and token.lower_value in _KEYWORDS:
            yield token.lower_value
        elif token.type in ("() block", "[] block"):
            yield from _value(token.content)


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("a:has(b){color:red}", ":has"),
        (":is(a,b){color:red}", ":is"),
        (":where(a){color:red}", ":where"),
        ("a:focus-visible{color:red}", ":focus-visible"),
        ("a,b:focus:not(:focus-visible){outline:0}", ":focus-visible"),
        ("a:not(.b,.c){color:red}", ":not(.b,.c)"),
        ("a{inset:0}", "inset"),
        ("a{aspect-ratio:1}", "aspect-ratio"),
        ("a{display:flex;gap:8px}", "gap of a flex box"),
        ("a{margin-inline:auto}", "margin-inline"),
        ("a{color:oklch(60% .1 30)}", "oklch()"),
        ("a{color:color-mix(in srgb,red,blue)}", "color-mix()"),
        ("a{--x:oklch(60% .1 30)}", "oklch()"),
        ("a{min-height:100dvh}", "dvh"),
        ("@layer x{a{color:red}}", "@layer"),
        ("@container (min-width:1px){a{color:red}}", "@container"),
        ("@media (width>=40em){a{color:red}}", "@media (width>=40em)"),
        ("@property --x{syntax:'*'}", "@property"),
        ("a{&:hover{color:red}}", "nested or broken: &:hover{color:red}"),
        ("a{overflow:clip;content-visibility:auto}", "content-visibility"),
        ("@media print{a{inset:0}}", "inset"),
    ],
)
def test_what_is_too_new_is_named(css: str, said: str) -> None:
    assert said in too_new(css)


@pytest.mark.parametrize(
    "css",
    [
        "a{min-height:100vh;min-height:100dvh}",
        "@supports (inset:0){a{inset:0}}",
        "a{width:min(100%,20rem);font-size:clamp(1rem,2vw,2rem)}",
        "a{display:grid;gap:8px}",
        ":focus:not(:focus-visible){outline:none}",
        "@media (min-width:40em) and (max-width:60em){a{color:red}}",
    ],
)
def test_what_is_old_or_has_a_fall_back_passes(css: str) -> None:
    assert too_new(css) == []


def test_every_theme_is_drawn_by_a_web_view_of_2020(themes: Themes) -> None:
    for theme in themes:
        assert too_new(theme.css) == [], theme.id
        site = read_site(
            themes, source(template_id=theme.id, design_tokens='{"color": {"primary": "oklch(60% .2 30)"}}')
        )
        assert too_new(site.look.css) == [], theme.id
