"""Nothing stands in the tree that nobody reaches, and nobody silences a checker without a reason."""

import ast
import re
from collections.abc import Iterator

from renderer.console import words as console_words
from renderer.settings import ROOT
from renderer.themes.text import words as theme_words

CODE = {path: path.read_text() for path in sorted((ROOT / "renderer").rglob("*.py"))}
TEMPLATES = [
    path.read_text()
    for room in ("renderer", "themes")
    for path in (ROOT / room).rglob("*")
    if path.suffix in (".html", ".txt", ".js")
]
CATALOGUES = {
    *(path for path in (ROOT / "renderer/console/words").glob("*.py") if path.name != "__init__.py"),
    *(ROOT / "renderer/themes/text").glob("words*.py"),
}
OPTIONS = ("density_", "mode_", "pay_accepted_", "radius_")
"""Words of choices: `option()` puts the name of the field and the value together."""


def code_texts(tree: ast.Module) -> Iterator[str]:
    """Every text of a module; beginnings of what is put together end in an underscore, and ends begin with one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "word" and isinstance(node.value, ast.Constant):
            yield f"{node.value.value}_"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_every_word_is_said_somewhere() -> None:
    said = {text for path, source in CODE.items() if path not in CATALOGUES for text in code_texts(ast.parse(source))}
    said |= {text for source in TEMPLATES for text in re.findall(r"""["']([\w-]+)["']""", source)}
    begins = (*OPTIONS, *(text for text in said if re.fullmatch(r"[a-z_]*[a-z]_", text)))
    ends = tuple(text for text in said if re.fullmatch(r"_[a-z_]+", text))
    keys = [*console_words._ALL, *theme_words.words_for("id")._all, *theme_words._COUNTED]
    assert len(keys) > 1_500
    assert not [key for key in keys if not (key in said or key.startswith(begins) or key.endswith(ends))]


def test_every_query_is_asked() -> None:
    """By its name. Those of drafts and of tables of statistics are put together of a kind and a name."""
    words = {word for source in CODE.values() for word in re.findall(r"\w+", source)}
    for path in sorted((ROOT / "sql/queries").glob("*.sql")):
        kinds = {"drafts": "site_|post_", "statistics": "lines_of_"}.get(path.stem, "$")
        named = re.findall(rf"^-- name: ((?:{kinds})?)(\w+)", path.read_text(), re.M)
        assert named, path.name
        assert not [f"{kind}{name}" for kind, name in named if words.isdisjoint((name, f"{kind}{name}"))]


def test_what_is_silenced_says_why() -> None:
    """Types in the program and the benchmarks, and rules about safety in the program."""
    sources = {**CODE, **{path: path.read_text() for path in (ROOT / "bench").rglob("*.py")}}
    silent = re.compile(r"# type: ignore(?!\[[a-z, -]+\]  # \w)|# noqa: S\d{3}(?! (?:- )?\w)")
    assert not [
        f"{path.relative_to(ROOT)}:{number}"
        for path, source in sources.items()
        for number, line in enumerate(source.splitlines(), 1)
        if silent.search(line)
    ]
