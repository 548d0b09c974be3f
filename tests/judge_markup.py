"""Whether a page's elements stand where HTML lets them, name each other rightly, and are never empty."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

from tests.judged import Element

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
_OWN_TEXT = frozenset(("prose", "lead", "text"))
_IDS = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "for", "headers", "list", "form")
_LANG = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?\Z")


def problems(root: Element, elements: list[Element]) -> Iterator[str]:
    for element in elements:
        if element.foreign:
            if element.tag not in _SVG:
                yield f"<{element.tag}> in a drawing"
            continue
        if any(
            starts_with_a_mark(text) for text in (*element.own_runs, *(value or "" for value in element.attrs.values()))
        ):
            yield f"text that starts with a mark in <{element.tag}>"
        yield from _place(element)
        yield from _emptiness(element)
        if element.tag == "table":
            yield from _grid(element)
    yield from _document(root, elements)
    yield from _names(elements)


def _place(element: Element) -> Iterator[str]:
    assert element.parent is not None
    host = element.parent
    while host.tag in _TRANSPARENT:
        assert host.parent is not None
        host = host.parent
    allowed = _CHILDREN.get(host.tag, _PHRASING if host.tag in _PARAGRAPHS else frozenset())
    if host.tag == "div" and host.parent is not None and host.parent.tag == "dl":
        allowed = frozenset(("dt", "dd"))
    if element.tag not in allowed:
        yield f"<{element.tag}> in <{host.tag}>"
    over = {one.tag for one in element.up()}
    if element.tag in _INTERACTIVE and element.get("type") != "hidden" and over & {"a", "button"}:
        yield f"<{element.tag}> inside a link or button"
    for name in ("form", "label", "main", "header", "footer", "address", "dt", "th"):
        if element.tag == name and name in over:
            yield f"<{name}> inside a <{name}>"
    if element.tag in ("header", "footer") and over & {"header", "footer", "address", "dt", "th"}:
        yield f"<{element.tag}> where it may not be"
    if element.tag in _HEADINGS | _SECTIONING and over & {"address", "dt", "th", *_HEADINGS}:
        yield f"<{element.tag}> inside {sorted(over & {'address', 'dt', 'th', *_HEADINGS})}"
    if element.tag == "main" and over & (_SECTIONING | {"header", "footer"}):
        yield "<main> inside a part"


def _emptiness(element: Element) -> Iterator[str]:
    kinds = [child.tag for child in element.children]
    if element.tag in _FILLED and not seen(name_of(element)):
        if element.tag not in _NEVER_EMPTY and any(one.tag in ("img", "svg") for one in element.down()):
            return  # a picture that only adorns
        if element.tag not in _NEVER_EMPTY and any(_OWN_TEXT & set(one.get("class").split()) for one in element.up()):
            return
        yield f"empty <{element.tag}> {element.attrs}"
    elif element.tag in ("ul", "ol", "dl", "table", "tbody", "thead", "tr", "select", "picture", "section", "nav"):
        if not kinds:
            yield f"empty <{element.tag}>"
        if element.tag not in ("section", "nav") and element.own_text.strip():
            yield f"text straight in <{element.tag}>"
    if element.tag == "details" and kinds[:1] != ["summary"]:
        yield "<details> without a summary at its beginning"
    if "summary" in kinds[1:] or kinds.count("figcaption") > 1 or "figcaption" in kinds[1:-1] or "caption" in kinds[1:]:
        yield f"a summary or caption out of place in <{element.tag}>"
    if element.tag == "dl" or (element.tag == "div" and "dt" in kinds):
        yield from _pairs(element, kinds)
    if element.tag == "img" and "alt" not in element.attrs:
        yield "a picture without alt"
    if element.tag == "time" and not _DATE.match(element.get("datetime") or element.text):
        yield f"<time> says {element.get('datetime')!r}"


def _pairs(element: Element, kinds: list[str]) -> Iterator[str]:
    if element.tag == "dl" and "div" in kinds:
        if set(kinds) != {"div"} or any("dt" not in [one.tag for one in div.children] for div in element.children):
            yield "a <dl> of divs and others, or of divs without a name"
    elif kinds[:1] != ["dt"] or kinds[-1:] != ["dd"]:
        yield f"a <dl> that does not begin with a name and end with a value: {kinds}"


def _grid(table: Element) -> Iterator[str]:
    """HTML's table model: no overlap, nothing past the end of its rows, no row where nothing stands."""
    for group in table.children:
        rows = [row for row in group.children if row.tag == "tr"]
        taken: dict[tuple[int, int], bool] = {}
        for number, row in enumerate(rows):
            at = 0
            for cell in row.children:
                while (number, at) in taken:
                    at += 1
                across, down = int(cell.get("colspan") or 1), int(cell.get("rowspan") or 1)
                if number + down > len(rows):
                    yield "a cell past the end of its rows"
                for y in range(number, min(number + down, len(rows))):
                    for x in range(at, at + across):
                        if (y, x) in taken:
                            yield "cells on top of each other"
                        taken[y, x] = True
                at += across
            if not any((number, x) in taken for x in range(at)):
                yield "a row without cells"


def _document(root: Element, elements: list[Element]) -> Iterator[str]:
    count = {tag: sum(element.tag == tag and not element.foreign for element in elements) for tag in ("h1", "style")}
    if [child.tag for child in root.children] != ["html"] or [one.tag for one in root.children[0].children] != [
        "head",
        "body",
    ]:
        yield "not html with a head and a body"
        return
    html = root.children[0]
    if not _LANG.match(html.get("lang")):
        yield f"lang is {html.get('lang')!r}"
    titles = [element for element in elements if element.tag == "title" and not element.foreign]
    if len(titles) != 1 or count["style"] != 1:
        yield "title or style not exactly once"
    if count["h1"] != 1 or len([one for one in elements if one.tag == "main"]) != 1:
        yield f"{count['h1']} first headings, or not one main part"
    headings = [element for element in elements if element.tag in _HEADINGS]
    if headings and headings[0].tag != "h1":
        yield f"the first heading is <{headings[0].tag}>"
    levels = [int(heading.tag[1]) for heading in headings]
    if any(lower - upper > 1 for upper, lower in pairwise(levels)):
        yield f"heading level skipped: {levels}"
    for section in elements:
        if section.tag == "section":
            if not _worth_its_heading(section):
                yield f"a lone heading: {section.text.split()[:8]}"
            if not any(one.tag in _HEADINGS for one in section.down()):
                yield f"a section without a heading: {section.attrs}"


def _worth_its_heading(section: Element) -> bool:
    """Whether a section holds more than headings and the small label above them."""
    if any(one.tag == "h1" for one in section.down()):
        return True
    for element, place in section.runs():
        line = [element, *element.up()]
        named = any(one.tag in _HEADINGS or "label" in one.get("class").split() for one in line)
        if not named and seen(element.run(place)):
            return True
    cards = ("li", "article", "figure", "details")
    return any(one.tag in cards or (one.tag == "img" and one.get("alt")) for one in section.down())


def _names(elements: list[Element]) -> Iterator[str]:
    ids: dict[str, Element] = {}
    for element in elements:
        if "id" not in element.attrs:
            continue
        name = element.get("id")
        if name in ids or not name or re.search(r"\s", name):
            yield f"id {name!r} twice, or none"
        ids[name] = element
    labelled = {element.get("for") for element in elements if element.tag == "label"}
    for element in elements:
        field = element.tag in ("input", "select", "textarea") and element.get("type") not in ("hidden", "submit")
        if field and element.get("id") not in labelled and not seen(element.get("aria-label")):
            yield "a field without a label"
        for name in _IDS:
            for wanted in element.get(name).split() if name in element.attrs else ():
                if wanted not in ids:
                    yield f"{name} names {wanted!r}, which is not there"
                elif name == "aria-labelledby" and not seen(name_of(ids[wanted])):
                    yield f"{name} names {wanted!r}, which says nothing"
        if "aria-label" in element.attrs and not seen(element.get("aria-label")):
            yield "an empty aria-label"
        if element.tag == "a" and element.get("href").startswith("#") and element.get("href")[1:] not in ids:
            yield f"leads nowhere: {element.get('href')}"
        for name in ("lang", "hreflang"):
            if name in element.attrs and not _LANG.match(element.get(name)) and element.get(name) != "x-default":
                yield f"{name} is {element.get(name)!r}"
        if element.get("dir") not in ("", "ltr", "rtl", "auto"):
            yield f"dir is {element.get('dir')!r}"


def name_of(element: Element) -> str:
    """Roughly its accessible name: its label or its words, with the words of its pictures."""
    pictures = (one.get("alt") or one.get("aria-label") for one in element.down() if one.tag in ("img", "svg", "input"))
    return " ".join((element.get("aria-label"), element.text, *pictures))


def starts_with_a_mark(text: str) -> bool:
    """A mark that belongs on a letter and finds the page's own markup instead."""
    return bool(text) and not text[0].isascii() and unicodedata.category(text[0])[0] == "M"


def seen(text: str | Iterable[str]) -> bool:
    """Whether anything would be visible: more than spaces, marks without a letter, and invisible characters."""
    return any(
        unicodedata.category(one)[0] not in "ZCM" and one not in "\u115f\u1160\u2800\u3164\uffa0" for one in text
    )
