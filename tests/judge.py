"""The one judge of drawn pages: what is wrong with one, in words.

It reads a *part* of HTML only: every tag written out and in lower case, values in double quotes, no comment, no
character reference beyond a handful, no tag left to the parser to imply. A page within it means the same to every
parser (tests/test_judge.py compares with a whole HTML5 parser and with the Nu checker), and whatever broke out of its
place in a template leaves it at once. What the elements mean is judged in `judge_markup`, what they could do in
`judge_safety`.
"""

import json
import re
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

from tests import judge_markup, judge_safety
from tests.judged import RAW, VOID, Attributes, Element, Opening, Read

# A text, which may be empty, and the tag after it.
_PIECE = re.compile(r"([^<]*)(?:<(/?)([a-zA-Z][a-zA-Z0-9]*)((?: [a-zA-Z][a-zA-Z0-9:_-]*(?:=\"[^\"]*\")?)*)(/?)>|\Z)")
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
_UNSEEN = frozenset(("script", "style"))


class Page(Read):
    """A page read back. `elements` in the order of the document; `problems` is empty for a good one."""

    def __init__(self, html: str, base_url: str = judge_safety.BASE_URL) -> None:
        super().__init__()
        self.html = html
        self.problems: list[str] = []
        # Most pages hold nothing unprintable but these two, and that is seen much sooner.
        if not html.replace("\n", "").replace("\u00a0", "").isprintable() and (found := _UNFIT.search(html)):
            self.problems.append(f"a character HTML does not allow: {found[0]!r}")
        self._read(html, base_url)
        self.root.close()
        if self.problems:
            return  # what follows would only repeat it
        self.problems += judge_markup.problems(self)
        self.problems += judge_safety.problems(self.elements)

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
        runs = zip(self.owners, self.texts, strict=True)
        parts = [text for owner, text in runs if owner.tag not in _UNSEEN and "body" in owner.place.within]
        return " ".join(" ".join(parts).split())

    def _read(self, html: str, base_url: str) -> None:
        if not html.startswith(_DOCTYPE):
            self.problems.append("does not begin with its doctype")
            return
        place, size, here, read = len(_DOCTYPE), len(html), self.root, _PIECE.match
        while place < size:
            piece = read(html, place)
            if piece is None:
                self._wrong("no tag and no text", html, html.index("<", place))
                return
            text, closes, tag, attributes, shut = piece.groups()
            at, place = place + len(text), piece.end()
            if text:
                self._say(here, text)
            if tag is None:
                break
            if closes:
                if here.tag != tag or attributes or shut:
                    self._wrong(f"</{tag}> closes <{here.tag}>", html, at)
                    return
                here.close()
                assert here.parent is not None
                here = here.parent
                continue
            foreign = tag == "svg" or here.place.foreign
            opening = read_opening(tag, attributes, foreign, base_url)
            kind = "input hidden" if tag == "input" and opening.get("type") == "hidden" else tag
            opened = Element(opening, here, here.place.below(kind), self)
            if shut and not foreign:
                self._wrong("a tag that closes itself", html, at)
            if shut or tag in VOID:
                opened.close()
            elif tag in RAW:
                end = html.find(f"</{tag}>", place)
                if end < 0:
                    self._wrong("never closed", html, at)
                    return
                if end > place:
                    self._say(opened, html[place:end], raw=tag != "title")
                opened.close()
                place = end + len(tag) + 3
            else:
                here = opened
        if here is not self.root:
            self.problems.append(f"<{here.tag}> is never closed")

    def _say(self, here: Element, text: str, raw: bool = False) -> None:
        if "&" in text and not raw:
            text, wrong = _decode(text)
            self.problems += wrong
        here.say(text)

    def _wrong(self, what: str, html: str, place: int) -> None:
        self.problems.append(f"{what}: {html[max(0, place - 60) : place]!r} ⮕ {html[place : place + 60]!r}")


@lru_cache(maxsize=20_000)
def read_opening(tag: str, text: str, foreign: bool, base_url: str) -> Opening:
    """A start tag from its name and the text of its attributes."""
    attrs: Attributes = {}
    faults: list[str] = []
    for name, value in _ATTRIBUTE.findall(text) if text else ():
        if name in attrs:
            faults.append(f"{name} twice on one element")
        if "&" in value:
            value, wrong = _decode(value)
            faults += wrong
        attrs[name] = value
    plain = Opening(tag, attrs, foreign)
    faults += [*judge_markup.faults(plain), *judge_safety.faults(plain, base_url)]
    return replace(plain, names=tuple(judge_markup.names(plain)), faults=tuple(faults))


def _decode(text: str) -> tuple[str, list[str]]:
    wrong = []
    if "&" in (rest := _REFERENCE.sub("", text)):
        wrong.append(f"an ampersand that is none of ours: {rest[max(0, rest.index('&') - 20) :][:40]!r}")
    return _REFERENCE.sub(lambda found: _REFERRED[found[1]], text), wrong
