"""Whether a page's elements stand where HTML lets them, name each other rightly, and are never empty."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from tests.judged import Element, Opening, Place, Read

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PHRASING = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "br",
        "button",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "mark",
        "picture",
        "q",
        "s",
        "samp",
        "select",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "svg",
        "textarea",
        "time",
        "u",
        "var",
        "wbr",
    ]
)
_SECTIONING = frozenset(("article", "aside", "nav", "section"))
_FLOW = (
    _PHRASING
    | _HEADINGS
    | _SECTIONING
    | {
        "address",
        "blockquote",
        "details",
        "div",
        "dl",
        "fieldset",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "main",
        "ol",
        "p",
        "pre",
        "table",
        "ul",
    }
)
_INTERACTIVE = frozenset(("a", "button", "details", "input", "label", "select", "textarea", "summary"))
_METADATA = frozenset(("meta", "title", "link", "style", "script"))
_SVG = frozenset(
    [
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "text",
        "polygon",
        "defs",
        "pattern",
        "clipPath",
        "title",
        "desc",
    ]
)
_CHILDREN: dict[str, frozenset[str]] = {
    "": frozenset(("html",)),
    "html": frozenset(("head", "body")),
    "head": _METADATA,
    "body": _FLOW | {"script"},
    "main": _FLOW,
    "ul": frozenset(("li",)),
    "ol": frozenset(("li",)),
    "dl": frozenset(("dt", "dd", "div")),
    "table": frozenset(("caption", "colgroup", "thead", "tbody", "tfoot")),
    "colgroup": frozenset(("col",)),
    "thead": frozenset(("tr",)),
    "tbody": frozenset(("tr",)),
    "tfoot": frozenset(("tr",)),
    "tr": frozenset(("th", "td")),
    "th": _FLOW - _HEADINGS - _SECTIONING - {"header", "footer"},
    "dt": _FLOW - _HEADINGS - _SECTIONING - {"header", "footer"},
    "caption": _FLOW - {"table"},
    "address": _FLOW - _HEADINGS - _SECTIONING - {"header", "footer", "address"},
    "details": _FLOW | {"summary"},
    "figure": _FLOW | {"figcaption"},
    "fieldset": _FLOW | {"legend"},
    "summary": _PHRASING | _HEADINGS,
    "picture": frozenset(("source", "img")),
    "select": frozenset(("option",)),
} | dict.fromkeys(
    [
        "div",
        "section",
        "article",
        "aside",
        "nav",
        "header",
        "footer",
        "li",
        "dd",
        "blockquote",
        "figcaption",
        "td",
        "form",
    ],
    _FLOW,
)
_PARAGRAPHS = (_PHRASING | _HEADINGS | {"p", "pre", "legend", "option"}) - {"svg", "picture", "select"}
# The nearest of these says what a link or a mark inside it may hold.
_TRANSPARENT = frozenset(("a", "ins", "del"))
_NEVER_EMPTY = _HEADINGS | {"a", "button", "summary", "label", "figcaption", "caption", "title", "legend"}
# What a person left empty in a text of their own says nothing about the theme.
_FILLED = _NEVER_EMPTY | {"li", "dt", "dd", "th", "strong", "blockquote", "address", "option"}
_HOLDERS = frozenset(("ul", "ol", "dl", "table", "tbody", "thead", "tr", "select", "picture", "section", "nav"))
_OWN_TEXT = frozenset(("prose", "lead", "text"))
_IDS = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "for", "headers", "list", "form")
_PLAIN = re.compile("[!-~]")
_LANG = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?\Z")


def problems(page: Read) -> Iterator[str]:
    """What is wrong with an element where it stands; with what only a tag says, `faults`."""
    for element in page.elements:
        place = element.place
        if place.faults is None:
            place.faults = tuple(_place(place))
        yield from place.faults
        if not place.foreign:
            yield from _emptiness(element)
    for element, text in zip(page.owners, page.texts, strict=True):
        if text[0] > "\x7f" and starts_with_a_mark(text) and not element.foreign:
            yield f"text that starts with a mark in <{element.tag}>"
    yield from _document(page)
    yield from _names(page.elements)


def faults(opening: Opening) -> Iterator[str]:
    """What is wrong with a start tag wherever it stands."""
    if not opening.foreign and any(starts_with_a_mark(value or "") for value in opening.attrs.values()):
        yield f"an attribute that starts with a mark in <{opening.tag}>"
    if opening.tag == "img" and not opening.foreign and "alt" not in opening.attrs:
        yield "a picture without alt"
    if "id" in opening.attrs and (not opening.get("id") or re.search(r"\s", opening.get("id"))):
        yield f"id is {opening.get('id')!r}"
    if "aria-label" in opening.attrs and not seen(opening.get("aria-label")):
        yield "an empty aria-label"
    for name in ("lang", "hreflang"):
        if name in opening.attrs and not _LANG.match(opening.get(name)) and opening.get(name) != "x-default":
            yield f"{name} is {opening.get(name)!r}"
    if opening.get("dir") not in ("", "ltr", "rtl", "auto"):
        yield f"dir is {opening.get('dir')!r}"


def names(opening: Opening) -> Iterator[tuple[str, str]]:
    """The ids that a start tag names, each with the attribute that does."""
    for name in _IDS:
        for wanted in opening.get(name).split() if name in opening.attrs else ():
            yield name, wanted
    if opening.tag == "a" and opening.get("href").startswith("#"):
        yield "href", opening.get("href")[1:]


def _place(place: Place) -> Iterator[str]:
    tag, over = place.tag.removesuffix(" hidden"), place.over
    if place.foreign and tag != "svg":
        if tag not in _SVG:
            yield f"<{tag}> in a drawing"
        return
    host = place.parent
    while host is not None and host.tag in _TRANSPARENT:
        host = host.parent
    assert host is not None
    allowed = _CHILDREN.get(host.tag, _PHRASING if host.tag in _PARAGRAPHS else frozenset())
    if host.tag == "div" and host.parent is not None and host.parent.tag == "dl":
        allowed = frozenset(("dt", "dd"))
    if tag not in allowed:
        yield f"<{tag}> in <{host.tag}>"
    if place.tag in _INTERACTIVE and over & {"a", "button"}:
        yield f"<{tag}> inside a link or button"
    if tag in over and tag in ("form", "label", "main", "header", "footer", "address", "dt", "th"):
        yield f"<{tag}> inside a <{tag}>"
    if tag in ("header", "footer") and over & {"header", "footer", "address", "dt", "th"}:
        yield f"<{tag}> where it may not be"
    if tag in _HEADINGS | _SECTIONING and over & {"address", "dt", "th", *_HEADINGS}:
        yield f"<{tag}> inside {sorted(over & {'address', 'dt', 'th', *_HEADINGS})}"
    if tag == "main" and over & (_SECTIONING | {"header", "footer"}):
        yield "<main> inside a part"


def _emptiness(element: Element) -> Iterator[str]:
    tag = element.tag
    if tag in _FILLED:
        if not says(element) and not _may_be_silent(element):
            yield f"empty <{tag}> {element.attrs}"
    elif tag in _HOLDERS:
        if not element.children:
            yield f"empty <{tag}>"
        if tag not in ("section", "nav") and element.own_text.strip():
            yield f"text straight in <{tag}>"
    if tag in ("details", "dl", "div"):
        kinds = [child.tag for child in element.children]
        if tag == "details" and kinds[:1] != ["summary"]:
            yield "<details> without a summary at its beginning"
        if tag == "dl" or (tag == "div" and "dt" in kinds):
            yield from _pairs(element, kinds)
    elif tag in ("summary", "figcaption", "caption"):
        yield from _first_or_last(element)
    elif tag == "time":
        if not _DATE.match(element.get("datetime") or element.text):
            yield f"<time> says {element.get('datetime')!r}"
    elif tag == "table":
        yield from _grid(element)


def _may_be_silent(element: Element) -> bool:
    if element.tag in _NEVER_EMPTY:
        return False
    if any(one.tag in ("img", "svg") for one in element.down()):
        return True  # a picture that only adorns
    return any(_OWN_TEXT & set(one.get("class").split()) for one in element.up())


def _first_or_last(element: Element) -> Iterator[str]:
    """A summary and a table's caption come first, a figure's caption first or last, and each once."""
    assert element.parent is not None
    kinds = [child.tag for child in element.parent.children]
    if (
        element.tag in kinds[1:-1]
        or kinds.count(element.tag) > 1
        or (element.tag != "figcaption" and kinds[0] != element.tag)
    ):
        yield f"a summary or caption out of place in <{element.parent.tag}>"


def _pairs(element: Element, kinds: list[str]) -> Iterator[str]:
    if element.tag == "dl" and "div" in kinds:
        if set(kinds) != {"div"} or any("dt" not in [one.tag for one in div.children] for div in element.children):
            yield "a <dl> of divs and others, or of divs without a name"
    elif kinds[:1] != ["dt"] or kinds[-1:] != ["dd"]:
        yield f"a <dl> that does not begin with a name and end with a value: {kinds}"


def _grid(table: Element) -> Iterator[str]:
    """HTML's table model: no overlap, nothing past the end of its rows, and a cell begins in every row and column."""
    for group in table.children:
        rows = [row for row in group.children if row.tag == "tr"]
        taken: dict[tuple[int, int], bool] = {}
        begun: set[int] = set()
        for number, row in enumerate(rows):
            at = 0
            for cell in row.children:
                while (number, at) in taken:
                    at += 1
                begun.add(at)
                across, down = int(cell.get("colspan") or 1), int(cell.get("rowspan") or 1)
                if number + down > len(rows):
                    yield "a cell past the end of its rows"
                for y in range(number, min(number + down, len(rows))):
                    for x in range(at, at + across):
                        if (y, x) in taken:
                            yield "cells on top of each other"
                        taken[y, x] = True
                at += across
            if not row.children:
                yield "a row in which no cell begins"
        if any(x not in begun for _, x in taken):
            yield "a column in which no cell begins"


def _document(page: Read) -> Iterator[str]:
    own = [element for element in page.elements if not element.foreign]
    count = Counter(element.tag for element in own)
    if [child.tag for child in page.root.children] != ["html"] or [
        one.tag for one in page.root.children[0].children
    ] != ["head", "body"]:
        yield "not html with a head and a body"
        return
    html = page.root.children[0]
    if not _LANG.match(html.get("lang")):
        yield f"lang is {html.get('lang')!r}"
    if count["title"] != 1 or count["style"] != 1:
        yield "title or style not exactly once"
    if count["h1"] != 1 or count["main"] != 1:
        yield f"{count['h1']} first headings, or not one main part"
    headings = [element for element in own if element.tag in _HEADINGS]
    if headings and headings[0].tag != "h1":
        yield f"the first heading is <{headings[0].tag}>"
    levels = [int(heading.tag[1]) for heading in headings]
    if any(lower - upper > 1 for upper, lower in pairwise(levels)):
        yield f"heading level skipped: {levels}"
    for section in own:
        if section.tag == "section":
            inside = [heading for heading in headings if section.holds(heading)]
            if not inside:
                yield f"a section without a heading: {section.attrs}"
            if not any(one.tag == "h1" for one in inside) and not _worth_its_heading(section):
                yield f"a lone heading: {section.text.split()[:8]}"


def _worth_its_heading(section: Element) -> bool:
    """Whether a section holds more than headings and the small label above them."""
    for element, text in section.runs():
        named = not _HEADINGS.isdisjoint(element.place.within) or any(
            "label" in one.get("class").split() for one in (element, *element.up())
        )
        if not named and seen(text):
            return True
    cards = ("li", "article", "figure", "details")
    return any(one.tag in cards or (one.tag == "img" and one.get("alt")) for one in section.down())


def _names(elements: list[Element]) -> Iterator[str]:
    ids: dict[str, Element] = {}
    for element in elements:
        if "id" in element.attrs:
            name = element.get("id")
            if name in ids:
                yield f"id {name!r} twice"
            ids[name] = element
    labelled = {element.get("for") for element in elements if element.tag == "label"}
    for element in elements:
        field = element.tag in ("input", "select", "textarea") and element.get("type") not in ("hidden", "submit")
        if field and element.get("id") not in labelled and not seen(element.get("aria-label")):
            yield "a field without a label"
        for name, wanted in element.opening.names:
            if wanted not in ids:
                yield f"{name} names {wanted!r}, which is not there"
            elif name == "aria-labelledby" and not says(ids[wanted]):
                yield f"{name} names {wanted!r}, which says nothing"


def says(element: Element) -> bool:
    """Whether its accessible name, roughly, is seen: its label or its words, or the words of its pictures."""
    if seen(element.get("aria-label")) or any(map(seen, element.page.texts[element.begin : element.end])):
        return True
    pictures = (one for one in element.down() if one.tag in ("img", "svg", "input"))
    return any(seen(one.get("alt") or one.get("aria-label")) for one in pictures)


def starts_with_a_mark(text: str) -> bool:
    """A mark that belongs on a letter and finds the page's own markup instead."""
    return bool(text) and not text[0].isascii() and unicodedata.category(text[0])[0] == "M"


def seen(text: str) -> bool:
    """Whether anything would be visible: more than spaces, marks without a letter, and invisible characters."""
    return _PLAIN.search(text) is not None or any(
        unicodedata.category(one)[0] not in "ZCM" and one not in "\u115f\u1160\u2800\u3164\uffa0" for one in text
    )
