"""The same DOM as TipTap's own HTML: tests/tiptap holds documents, and what TipTap makes of them (generate.js)."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from renderer.themes.text import tiptap
from renderer.themes.text.losses import Losses
from renderer.themes.text.picture import Framer
from renderer.themes.text.rich import RichOptions
from renderer.themes.text.words import words_for

FOLDER = Path(__file__).parent / "tiptap"
DOCUMENTS: dict[str, Any] = json.loads((FOLDER / "documents.json").read_text("utf-8"))
EXPECTED: dict[str, str] = json.loads((FOLDER / "expected.json").read_text("utf-8"))

_VOID = frozenset({"br", "hr", "img", "input", "col"})
_ALIGNED = {"text-align: center;": "align-center", "text-align: right;": "align-end"}
_ALIGNED["text-align: justify;"] = "align-justify"
# Documented differences: what opens where, what tells the editor's nodes apart, and defaults that TipTap spells out.
_OURS_OR_THEIRS = frozenset(
    {"rel", "target", "loading", "decoding", "disabled", "aria-label", "style", "colwidth", "class"}
)
_DEFAULTS = {("colspan", "1"), ("rowspan", "1"), ("alt", "")}


class Dom(HTMLParser):
    """HTML as nested lists: `[tag, attributes, child …]`, a string for text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root: list[Any] = ["", ()]
        self._open = [self.root]
        self.feed(html)
        self.close()
        assert self._open == [self.root], html

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element: list[Any] = [tag, _kept(attrs)]
        self._open[-1].append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        children = self._open[-1]
        if len(children) > 2 and isinstance(children[-1], str):
            children[-1] += data
        else:
            children.append(data)


def _kept(attrs: list[tuple[str, str | None]]) -> tuple[tuple[str, str], ...]:
    kept = []
    for name, value in attrs:
        value = value or ""
        if name == "style" and value in _ALIGNED:
            kept.append(("class", _ALIGNED[value]))
        elif name == "class" and value.startswith(("align-", "language-")):
            kept.append((name, value))
        elif name == "checked":
            kept.append((name, ""))
        elif name not in _OURS_OR_THEIRS and not name.startswith("data-") and (name, value) not in _DEFAULTS:
            kept.append((name, value))
    return tuple(sorted(kept))


def test_every_document_has_its_expectation() -> None:
    assert list(DOCUMENTS) == list(EXPECTED)
    assert len(DOCUMENTS) >= 60


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_dom_is_the_one_that_tiptap_makes(name: str) -> None:
    html = tiptap.render(
        {"type": "doc", "content": DOCUMENTS[name]},
        None,
        Framer(lambda source: source, RichOptions().sizes, losses := Losses()),
        words_for("id"),
        losses,
    )
    assert html is not None
    assert Dom(html).root == Dom(EXPECTED[name]).root


def test_a_difference_would_be_seen() -> None:
    assert Dom("<p>a<b>c</b></p>").root != Dom("<p>a<i>c</i></p>").root
    assert Dom('<ol start="2"><li>a</li></ol>').root != Dom("<ol><li>a</li></ol>").root
    assert Dom("<p>a</p>").root != Dom("<p>b</p>").root
