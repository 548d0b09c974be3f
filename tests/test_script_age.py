"""Scripts are read by the browsers that their style sheets are written for: a newer sign would cost all of a script.

Visitors meet any telephone, so pages speak ECMAScript 5; owners' screens speak that of 2015. What a browser may lack
beside that (fetch, the clipboard) is asked for where it is used, and nothing needs it.
"""

import re
from collections.abc import Iterator

import pytest

from renderer.settings import ROOT
from renderer.themes import Themes

# What is no code, in the order in which a reader meets it; a slash after a value divides.
_UNREAD = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|"""
    r"""(?<![\w)\]\s])\s*/(?![*/])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n\[])+/[a-z]*""",
    re.DOTALL,
)
_OF_2015 = {
    "let or const": r"\b(?:let|const)\b",
    "arrow": r"=>",
    "template": r"`",
    "class": r"\bclass\b",
    "generator or iterator": r"\bfunction\s*\*|\byield\b|\bfor\s*\([^;()]*\bof\b",
    "spread or rest": r"\.\.\.",
    "default of a parameter": r"\bfunction\b[^(]*\([^)]*=",
    "destructuring": r"\b(?:var|let|const)\s*[\[{]|\bfunction\b[^(]*\(\s*[\[{]",
    "method": r"[{,]\s*(?!(?:if|for|while|switch|catch|function|with)\b)\w+\s*\([^()]*\)\s*\{",
    "computed key": r"[{,]\s*\[[^\]]*\]\s*:",
}
_NEWER = {
    "optional chaining": r"\?\.(?!\d)",
    "nullish": r"\?\?",
    "async": r"\basync\b|\bawait\b",
    "power": r"\*\*",
    "assignment": r"(?:&&|\|\|)=",
    "private field": r"\.#|[{;]\s*#\w",
    "spread of an object": r"[{,]\s*\.\.\.\w+[\s\w,]*\}",
    "catch without a name": r"\bcatch\s*\{",
    "number with marks or bigint": r"\b\d+(?:_\d|n\b)",
    "import or export": r"\b(?:import|export)\b",
}


def too_new(script: str, *, owners: bool = False) -> set[str]:
    """Kinds of what an old browser cannot read; of owners' scripts what came after 2015 alone."""
    return set(_found(_UNREAD.sub('""', script), _NEWER if owners else {**_OF_2015, **_NEWER}))


def _found(code: str, kinds: dict[str, str]) -> Iterator[str]:
    return (kind for kind, pattern in kinds.items() if re.search(pattern, code))


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("let a = 1", "let or const"),
        ("f(a => a)", "arrow"),
        ("var a = `b`", "template"),
        ("for (var a of b) c()", "generator or iterator"),
        ("f(...a)", "spread or rest"),
        ("function f(a = 1) {}", "default of a parameter"),
        ("var {a} = b", "destructuring"),
        ("a = { b() {} }", "method"),
        ("a = { [b]: 1 }", "computed key"),
        ("a?.b", "optional chaining"),
        ("a = b ?? c", "nullish"),
        ("async function f() {}", "async"),
        ("a ||= b", "assignment"),
        ("a = 2 ** 3", "power"),
        ("try { a() } catch { b() }", "catch without a name"),
        ("a = 1_000", "number with marks or bigint"),
        ("import('x')", "import or export"),
        ('a = "\\"" + b?.c', "optional chaining"),
        ("a = b.replace(/[/\"`]/g, '') ?? c", "nullish"),
    ],
)
def test_what_is_too_new_is_named(script: str, said: str) -> None:
    assert said in too_new(script)


@pytest.mark.parametrize(
    "script",
    [
        "/* let a => `b` */ var a = 'const ?? `'; // async",
        "a = b ? .5 : c / d / e;",
        "a = b.replace(/ {2,}/g, ' ').split(/`|=>/);",
        "a = { b: function (c) { return { d: c }; } };",
    ],
)
def test_what_is_old_passes(script: str) -> None:
    assert too_new(script) == set()


def test_every_page_s_scripts_are_read_by_browsers_of_ecmascript_5(themes: Themes) -> None:
    for theme in themes:
        for name, script in theme.scripts.items():
            assert too_new(script.text) == set(), f"{theme.id} {name}"


def test_owners_scripts_are_read_by_browsers_of_2016() -> None:
    files = [*(ROOT / "renderer/console/static").glob("*.js"), *(ROOT / "renderer/preview").glob("*.js")]
    assert len(files) >= 7
    for file in files:
        assert too_new(file.read_text("utf-8"), owners=True) == set(), file.name
