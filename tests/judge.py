"""The one judge of drawn pages: what is wrong with one, in words.

It reads a *part* of HTML only: every tag written out and in lower case, values in double quotes, no comment, no
character reference beyond a handful, no tag left to the parser to imply. A page within it means the same to every
parser (tests/test_judge.py compares with a whole HTML5 parser and with the Nu checker), and whatever broke out of its
place in a template leaves it at once. What the elements mean is judged in `judge_markup`, what they could do in
`judge_safety`.
"""

import json
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from tests import judge_markup, judge_safety
from tests.judged import RAW, VOID, Element

_PIECE = re.compile(
    r"(?P<text>[^<]+)"
    r"|</(?P<close>[a-zA-Z][a-zA-Z0-9]*)>"
    r"|<(?P<open>[a-zA-Z][a-zA-Z0-9]*)(?P<attrs>(?: [a-zA-Z][a-zA-Z0-9:_-]*(?:=\"[^\"]*\")?)*)(?P<shut>/?)>"
)
_ATTRIBUTE = re.compile(r" ([a-zA-Z][a-zA-Z0-9:_-]*)(?:=\"([^\"]*)\")?")
_REFERENCE = re.compile(r"&(amp|lt|gt|quot|nbsp|#34|#39);")
_REFERRED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "nbsp": "\u00a0", "#34": '"', "#39": "'"}
# What an HTML5 parser names control-, noncharacter- or surrogate-in-input-stream.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ud800-\udfff"
    + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_DOCTYPE = "<!doctype html>\n"


class Page:
    """A page read back. `elements` in the order of the document; `problems` is empty for a good one."""

    def __init__(self, html: str, base_url: str = judge_safety.BASE_URL) -> None:
        self.html = html
        self.problems: list[str] = []
        self.elements: list[Element] = []
        self.texts: list[str] = []
        self.root = Element("", {}, None, self.texts)
        if found := _UNFIT.search(html):
            self.problems.append(f"a character HTML does not allow: {found[0]!r}")
        self._read(html)
        if self.problems:
            return  # what follows would only repeat it
        self.problems += judge_markup.problems(self.root, self.elements)
        self.problems += judge_safety.problems(self.elements, base_url)

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def with_class(self, name: str) -> list[Element]:
        return [element for element in self.elements if name in (element.attrs.get("class") or "").split()]

    @property
    def scripts(self) -> list[str]:
        """What would be executed."""
        return [element.text for element in self.all("script") if not element.attrs]

    @property
    def graph(self) -> list[dict[str, Any]]:
        """The nodes of the page's JSON-LD."""
        blocks = [element.text for element in self.all("script") if element.attrs.get("type")]
        return json.loads(blocks[0])["@graph"] if blocks else []  # type: ignore[no-any-return]

    @cached_property
    def text(self) -> str:
        body = self.all("body")
        return body[0].text if body else ""

    @cached_property
    def visible(self) -> str:
        """The body's words as a visitor could read them: no script, a space between blocks."""
        parts = [self.texts[place] for element, place in self._runs() if element.tag not in ("script", "style")]
        return " ".join(" ".join(parts).split())

    def _runs(self) -> Iterator[tuple[Element, int]]:
        for element in self.all("body"):
            yield from element.runs()

    def _read(self, html: str) -> None:
        if not html.startswith(_DOCTYPE):
            self.problems.append("does not begin with its doctype")
            return
        place, here = len(_DOCTYPE), self.root
        while place < len(html):
            piece = _PIECE.match(html, place)
            if piece is None:
                self._wrong("no tag and no text", html, place)
                return
            place = piece.end()
            if piece["text"] is not None:
                here.say(self._decode(piece["text"]))
            elif piece["close"]:
                if here.tag != piece["close"]:
                    self._wrong(f"</{piece['close']}> closes <{here.tag}>", html, piece.start())
                    return
                here.end = len(self.texts)
                assert here.parent is not None
                here = here.parent
            else:
                opened = Element(piece["open"], self._attributes(piece["attrs"]), here, self.texts)
                self.elements.append(opened)
                if piece["shut"] and not opened.foreign:
                    self._wrong("a tag that closes itself", html, piece.start())
                if piece["shut"] or opened.tag in VOID:
                    opened.end = len(self.texts)
                elif opened.tag in RAW:
                    end = html.find(f"</{opened.tag}>", place)
                    if end < 0:
                        self._wrong("never closed", html, piece.start())
                        return
                    raw = html[place:end]
                    opened.say(self._decode(raw) if opened.tag == "title" else raw)
                    opened.end = len(self.texts)
                    place = end + len(opened.tag) + 3
                else:
                    here = opened
        if here is not self.root:
            self.problems.append(f"<{here.tag}> is never closed")

    def _attributes(self, text: str) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for name, value in _ATTRIBUTE.findall(text) if text else ():
            if name in found:
                self.problems.append(f"{name} twice on one element")
            found[name] = self._decode(value) if "&" in value else value
        return found

    def _decode(self, text: str) -> str:
        if "&" not in text:
            return text
        if "&" in (rest := _REFERENCE.sub("", text)):
            self.problems.append(f"an ampersand that is none of ours: {rest[max(0, rest.index('&') - 20) :][:40]!r}")
        return _REFERENCE.sub(lambda found: _REFERRED[found[1]], text)

    def _wrong(self, what: str, html: str, place: int) -> None:
        self.problems.append(f"{what}: {html[max(0, place - 60) : place]!r} ⮕ {html[place : place + 60]!r}")
