"""What a page could do to its reader: anything that is not on these lists is a problem."""

import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from renderer.themes import load_themes
from tests.judged import Element, Opening

BASE_URL = "https://kopi.example"
"""The origin that tests/pages.py gives its sites."""
_EVERYWHERE = frozenset(("id", "class", "lang", "dir", "hidden", "role", "tabindex", "title"))
_ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset(("href", "rel", "hreflang", "download")),
    "img": frozenset(("src", "srcset", "sizes", "alt", "width", "height", "loading", "decoding", "fetchpriority")),
    "picture": frozenset(),
    "source": frozenset(("type", "srcset", "sizes")),
    "link": frozenset(("rel", "href", "as", "type", "crossorigin", "sizes", "hreflang", "media", "title")),
    "meta": frozenset(("charset", "name", "property", "content", "media")),
    "script": frozenset(("type",)),
    "form": frozenset(("method", "action", "enctype")),
    "input": frozenset(
        (
            *("name", "value", "type", "required", "maxlength", "autocomplete", "checked", "disabled", "inputmode"),
            *("placeholder", "min", "max", "accept", "multiple"),
        )
    ),
    "textarea": frozenset(("name", "rows", "maxlength", "placeholder", "required")),
    "select": frozenset(("name", "required")),
    "option": frozenset(("value", "selected")),
    "div": frozenset(("autofocus",)),
    "label": frozenset(("for",)),
    "button": frozenset(("type",)),
    "time": frozenset(("datetime",)),
    "ol": frozenset(("start",)),
    "li": frozenset(("value",)),
    "td": frozenset(("colspan", "rowspan")),
    "th": frozenset(("colspan", "rowspan", "scope")),
    "details": frozenset(("open", "name")),
    "blockquote": frozenset(),
}
_DRAWING = frozenset(
    [
        "class",
        "viewBox",
        "width",
        "height",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "rx",
        "ry",
        "r",
        "cx",
        "cy",
        "d",
        "points",
        "fill",
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-dasharray",
        "opacity",
        "fill-opacity",
        "fill-rule",
        "clip-rule",
        "textLength",
        "lengthAdjust",
        "text-anchor",
        "transform",
        "preserveAspectRatio",
        "xmlns",
        "focusable",
        "role",
        "id",
        "clip-path",
        "patternUnits",
        "patternTransform",
        "clipPathUnits",
    ]
)
_PATH = re.compile(
    r"/(?![/\\])(?:[A-Za-z0-9._~!$&'()*+,;=:@/?%-]|%[0-9A-Fa-f]{2})*(?:#[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?\Z"
)
_OPEN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.?)+(?::\d{1,5})?(?:[/?][A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?"
    r"(?:#[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?\Z",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"(?:mailto|tel|whatsapp):[A-Za-z0-9._~!$&'()*+,;=:@/?%-]+\Z")
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ICON = re.compile(r"data:image/svg\+xml,[A-Za-z0-9%/:='._~-]+\Z")
_NOT_IN_STYLE = re.compile(r"[<\\]|url\(|@import|expression|javascript:|/\*", re.IGNORECASE)
_NAMES = frozenset(("description", "robots", "theme-color", "viewport", "referrer", "color-scheme"))


def problems(elements: list[Element]) -> Iterator[str]:
    for element in elements:
        yield from element.opening.faults
        if element.tag in ("script", "style"):
            yield from _text(element)


def faults(opening: Opening, base_url: str) -> Iterator[str]:
    """What is wrong with a start tag, wherever it stands, on a page of that origin."""
    yield from _attributes(opening)
    if opening.tag == "link":
        yield from _link(opening, base_url)
    if opening.tag == "meta":
        yield from _meta(opening, base_url)
    if opening.get("download") and not opening.get("href").startswith("/_site/"):
        yield f"a download of {opening.get('href')!r}"
    if opening.tag == "a" and not is_link(opening.get("href"), base_url):
        yield f"href {opening.attrs.get('href')!r}"
    for name in ("src", "action"):
        if name in opening.attrs and not is_own(opening.get(name), base_url):
            yield f"{name} {opening.get(name)[:60]!r}"
    for one in opening.get("srcset").split(", "):
        if one and not (is_own(one.split(" ")[0], base_url) and re.fullmatch(r"\S+ \d+(?:w|\.?\d*x)", one)):
            yield f"srcset {one[:60]!r}"


def is_own(address: str, base_url: str) -> bool:
    """A path of the site's own origin, written as a validator asks for."""
    return bool(_PATH.match(address.removeprefix(base_url))) and not _STRAY.search(address)


def is_link(address: str, base_url: str) -> bool:
    """Where a link may lead: a heading of the page, the same site, the web, a mail, a call."""
    if address.startswith("#"):
        return True
    return (is_own(address, base_url) or bool(_OPEN.match(address) or _PLAIN.match(address))) and not _STRAY.search(
        address
    )


def _attributes(opening: Opening) -> Iterator[str]:
    for name in opening.attrs:
        if name in _EVERYWHERE or name.startswith(("aria-", "data-")):
            continue
        if name not in (_DRAWING if opening.foreign else _ATTRIBUTES.get(opening.tag, ())):
            yield f"{name} on <{opening.tag}>"
    for value in opening.attrs.values() if opening.foreign else ():
        if "url" in (value or "").lower() and not re.fullmatch(r"url\(#m[0-9a-z]+\)", value or ""):
            yield f"an address in a drawing: {value!r}"


def _text(element: Element) -> Iterator[str]:
    if element.tag == "style":
        if found := _style_fault(element.text):
            yield f"{found} in the style"
    elif element.get("type") == "application/ld+json":
        if re.search(r"[<>&\u2028\u2029]", element.text):
            yield "structured data that a parser could leave"
        try:
            graph = json.loads(element.text)
        except ValueError:
            yield "structured data that is no JSON"
            return
        if graph.get("@context") != "https://schema.org" or not isinstance(graph.get("@graph"), list):
            yield "structured data that is no graph"
    elif element.attrs or element.text not in own_scripts():
        yield f"a script that is not the theme's: {element.text[:60]!r}"


@lru_cache(maxsize=512)
def _style_fault(css: str) -> str | None:
    found = _NOT_IN_STYLE.search(css)
    return found[0] if found else None


@cache
def own_scripts() -> frozenset[str]:
    """Every script that a theme may put into a page."""
    themes = load_themes(Path(__file__).parent.parent / "themes")
    return frozenset(script.text for theme in themes for script in theme.scripts.values())


def _link(opening: Opening, base_url: str) -> Iterator[str]:
    href, rel = opening.get("href"), opening.get("rel")
    if rel not in (
        "canonical",
        "icon",
        "apple-touch-icon",
        "manifest",
        "preload",
        "stylesheet",
        "alternate",
        "mask-icon",
    ):
        yield f"<link rel={rel!r}>"
    if not (is_own(href, base_url) or (rel == "icon" and _ICON.match(href))):
        yield f"foreign <link> {href[:60]!r}"


def _meta(opening: Opening, base_url: str) -> Iterator[str]:
    name, said = opening.get("name"), opening.get("content")
    own = opening.get("property")
    if "charset" in opening.attrs:
        if opening.get("charset") != "utf-8":
            yield "not utf-8"
    elif not (name in _NAMES or name.startswith("twitter:") or own.startswith(("og:", "article:"))):
        yield f"<meta {opening.attrs}>"
    elif not said.strip():
        yield f"<meta {name or own}> says nothing"
    if own in ("og:url", "og:image", "og:image:url") and not (
        said.startswith(base_url + "/") and is_own(said, base_url)
    ):
        yield f"{own} {said[:60]!r}"
