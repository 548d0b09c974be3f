"""Feeds judged as the public validator does: RSS 2.0 (with the RSS Board's profile), Atom (RFC 4287), JSON Feed 1.1.

Each function returns its findings in words, none for a feed that is valid without a warning.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# RFC 3339 §5.6 as RFC 4287 §3.3 narrows it: upper-case T and Z.
_RFC3339 = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]\d\d:\d\d)"
)
_URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[!#$%&'()*+,./0-9:;=?@A-Z_a-z~\[\]-]+")
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MEDIA = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|&(#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|nbsp);")

# Child → (at least, at most).
_CHANNEL = {
    **{"title": (1, 1), "link": (1, 1), "description": (1, 1), "language": (0, 1), "lastBuildDate": (0, 1)},
    **{f"{ATOM}link": (1, 1), "item": (0, 99)},
}
_ITEM = {
    **{"title": (1, 1), "link": (1, 1), "guid": (1, 1), "pubDate": (1, 1), "description": (0, 1)},
    **{f"{CONTENT}encoded": (0, 1), "enclosure": (0, 1), f"{DUBLIN_CORE}creator": (0, 1)},
}
_FEED = {"id": (1, 1), "title": (1, 1), "subtitle": (0, 1), "updated": (1, 1), "link": (2, 9), "author": (1, 9)}
_ENTRY = {
    **{"id": (1, 1), "title": (1, 1), "link": (1, 9), "published": (0, 1), "updated": (1, 1)},
    **{"summary": (0, 1), "content": (0, 1), "author": (0, 9)},
}

# What readers keep of HTML, and the validator says nothing about.
_KEPT = """a abbr b blockquote br caption cite code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3
    h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead
    time tr u ul var"""
_ELEMENTS = frozenset(_KEPT.split())

_KEPT_OF_THEM = """abbr align alt class colspan datetime dir headers height href hreflang id lang rel reversed
    rowspan scope span src start title type value width"""
_ATTRIBUTES = frozenset(_KEPT_OF_THEM.split())
_VOID = frozenset({"br", "col", "hr", "img", "input", "source", "wbr"})


def rss_faults(body: bytes, location: str) -> list[str]:
    """Findings of an RSS 2.0 feed that was fetched from `location`."""
    found = [*_bytes(body)]
    root = ET.fromstring(body)
    if root.tag != "rss" or root.get("version") != "2.0":
        return [*found, "no rss element of version 2.0"]
    (channel,) = root
    found += _counts(channel, _CHANNEL)
    for name in ("title", "description"):
        found += _plain(channel, name)
    found += _uri(channel.findtext("link"), "channel link", {"https", "http"})
    if not _TAG.fullmatch(channel.findtext("language") or ""):
        found.append("language is no tag")
    found += _http_date(channel.findtext("lastBuildDate"), "lastBuildDate")
    own = channel.find(f"{ATOM}link")
    if own is not None and own.attrib != {"rel": "self", "type": "application/rss+xml", "href": location}:
        found.append(f"atom:link rel=self is not where the feed is: {own.attrib}")
    items = channel.findall("item")
    found += _repeated("guid", [item.findtext("guid") or "" for item in items])
    for item in items:
        found += _rss_item(item)
    return found


def _rss_item(item: ET.Element) -> Iterator[str]:
    yield from _counts(item, _ITEM)
    yield from _plain(item, "title")
    yield from _uri(item.findtext("link"), "item link", {"https", "http"})
    guid = item.find("guid")
    if guid is not None:
        # Without the attribute, or with "true", it must be an address that leads to the item.
        if guid.get("isPermaLink") != "false":
            yield from _uri(guid.text, "guid", {"https", "http"})
        elif not _URN.fullmatch(guid.text or ""):
            yield f"guid {guid.text!r} is no urn:uuid"
    yield from _http_date(item.findtext("pubDate"), "pubDate")
    names = [child.tag for child in item]
    if f"{CONTENT}encoded" in names and "description" in names[names.index(f"{CONTENT}encoded") :]:
        yield "content:encoded stands before description"
    enclosure = item.find("enclosure")
    if enclosure is not None:
        yield from _uri(enclosure.get("url"), "enclosure", {"https", "http"})
        if not (enclosure.get("length") or "").isdecimal() or not _MEDIA.fullmatch(enclosure.get("type") or ""):
            yield f"enclosure: {enclosure.attrib}"
    for name in ("description", f"{CONTENT}encoded"):
        if (text := item.findtext(name)) is not None:
            yield from _html(text, name) if name != "description" else ()
            if not text.strip():
                yield f"{name} is blank"


def atom_faults(body: bytes, location: str) -> list[str]:
    """Findings of an Atom feed that was fetched from `location`."""
    found = [*_bytes(body)]
    feed = ET.fromstring(body)
    if feed.tag != f"{ATOM}feed":
        return [*found, "no feed element"]
    if not _TAG.fullmatch(feed.get(LANG) or ""):
        found.append("xml:lang is no tag")
    found += _counts(feed, {ATOM + name: bounds for name, bounds in _FEED.items()} | {f"{ATOM}entry": (0, 99)})
    found += _uri(feed.findtext(f"{ATOM}id"), "feed id", {"https", "http"})
    found += _texts(feed, ("title", "subtitle"))
    found += _moment(feed.findtext(f"{ATOM}updated"), "updated")
    found += _links(feed)
    own = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if own != [location]:
        found.append(f"rel=self is {own}")
    for author in feed.findall(f"{ATOM}author"):
        found += _counts(author, {f"{ATOM}name": (1, 1), f"{ATOM}uri": (0, 1), f"{ATOM}email": (0, 1)})
        if not (author.findtext(f"{ATOM}name") or "").strip():
            found.append("an author without a name")
    seen_entry = False
    for child in feed:
        seen_entry = seen_entry or child.tag == f"{ATOM}entry"
        if seen_entry and child.tag != f"{ATOM}entry":
            found.append(f"{child.tag} stands after an entry")
    entries = feed.findall(f"{ATOM}entry")
    found += _repeated("id", [entry.findtext(f"{ATOM}id") or "" for entry in entries])
    for entry in entries:
        found += _atom_entry(entry)
    return found


def _atom_entry(entry: ET.Element) -> Iterator[str]:
    yield from _counts(entry, {ATOM + name: bounds for name, bounds in _ENTRY.items()})
    if not _URN.fullmatch(entry.findtext(f"{ATOM}id") or ""):
        yield "an id is no urn:uuid"
    yield from _texts(entry, ("title", "summary"))
    for name in ("updated", "published"):
        yield from _moment(entry.findtext(ATOM + name), name)
    yield from _links(entry)
    content = entry.find(f"{ATOM}content")
    if content is None and entry.find(f"{ATOM}summary") is None:
        yield "an entry without any text"
    if content is not None:
        if content.attrib != {"type": "html"} or len(content):
            yield f"content: {content.attrib}"
        yield from _html(content.text or "", "content")


def json_faults(body: bytes, location: str) -> list[str]:
    """Findings of a JSON Feed that was fetched from `location`."""
    feed = json.loads(body.decode("utf-8"))
    found = []
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        found.append("version")
    if feed.get("feed_url") != location:
        found.append(f"feed_url is {feed.get('feed_url')}")
    known = {"version", "title", "home_page_url", "feed_url", "description", "language", "authors", "items", "icon"}
    found += [f"unknown or deprecated: {name}" for name in feed.keys() - known]
    found += [f"{name} is no text" for name in ("title", "description") if not _is_text(feed.get(name))]
    found += _uri(feed.get("home_page_url"), "home_page_url", {"https", "http"})
    if not _TAG.fullmatch(feed.get("language") or ""):
        found.append("language is no tag")
    for author in feed.get("authors", []):
        if not _is_text(author.get("name")) or author.keys() - {"name", "url", "avatar"}:
            found.append(f"author {author}")
        found += _uri(author.get("url"), "author's url", {"https", "http"})
    found += _repeated("id", [item.get("id") for item in feed["items"]])
    for item in feed["items"]:
        found += _json_item(item)
    return found


def _json_item(item: dict[str, object]) -> Iterator[str]:
    known = {"id", "url", "title", "content_html", "content_text", "summary", "image", "date_published", "authors"}
    yield from (f"unknown or deprecated: {name}" for name in item.keys() - known - {"date_modified"})
    if not _is_text(item.get("id")):
        yield "an id is no text"
    yield from (f"{name} is no text" for name in ("title", "summary") if name in item and not _is_text(item[name]))
    yield from _uri(item.get("url"), "url", {"https", "http"})
    if "image" in item:
        yield from _uri(item["image"], "image", {"https", "http"})
    if not ("content_html" in item or "content_text" in item):
        yield "an item without any text"
    yield from _html(str(item.get("content_html", "")), "content_html")
    for name in ("date_published", "date_modified"):
        if name in item:
            yield from _moment(str(item[name]), name)


def _bytes(body: bytes) -> Iterator[str]:
    head = body.split(b"?>")[0].lower().replace(b"'", b'"')
    if not head.startswith(b"<?xml") or b'encoding="utf-8"' not in head:
        yield "no XML declaration that says utf-8"
    body.decode("utf-8")


def _counts(element: ET.Element, allowed: dict[str, tuple[int, int]]) -> Iterator[str]:
    there = Counter(child.tag for child in element)
    yield from (f"{element.tag}: unknown element {tag}" for tag in there.keys() - allowed.keys())
    for tag, (least, most) in allowed.items():
        if not least <= there[tag] <= most:
            yield f"{element.tag}: {there[tag]} × {tag}"


def _plain(element: ET.Element, name: str) -> Iterator[str]:
    """Text that readers take for HTML in RSS: where it looks like markup they show something else."""
    text = element.findtext(name) or ""
    if not text.strip():
        yield f"{name} is blank"
    if text != text.strip() or _MARKUP.search(text):
        yield f"{name} looks like markup or is padded: {text!r}"


def _texts(element: ET.Element, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        child = element.find(ATOM + name)
        if child is not None:
            if child.get("type", "text") not in ("text", "html") or len(child):
                yield f"{name} is no text construct"
            if not (child.text or "").strip():
                yield f"{name} is blank"


def _links(element: ET.Element) -> Iterator[str]:
    kinds = []
    for link in element.findall(f"{ATOM}link"):
        yield from _uri(link.get("href"), "link", {"https", "http"})
        rel, kind = link.get("rel"), link.get("type") or ""
        if rel not in ("alternate", "self", "enclosure") or not _MEDIA.fullmatch(kind):
            yield f"link: {link.attrib}"
        if link.attrib.keys() - {"rel", "href", "type", "length", "hreflang", "title"} or len(link) or link.text:
            yield f"link: {link.attrib}"
        kinds.append((rel, kind))
    yield from (f"two links {kind}" for kind, count in Counter(kinds).items() if count > 1)
    if not any(rel == "alternate" for rel, _ in kinds):
        yield f"{element.tag}: no alternate link"


def _uri(value: object, name: str, schemes: set[str]) -> Iterator[str]:
    """Absolute, of a scheme, with nothing that must be escaped (RFC 3986)."""
    text = value if isinstance(value, str) else ""
    parts = urlsplit(text)
    if not _URI.fullmatch(text) or _ESCAPE.search(text) or parts.scheme not in schemes or not parts.hostname:
        yield f"{name}: {value!r} is no absolute address"


def _http_date(value: str | None, name: str) -> Iterator[str]:
    try:
        moment = datetime.strptime(value or "", "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
        same = format_datetime(moment, usegmt=True) == value
    except ValueError:
        same = False
    if not same:
        yield f"{name}: {value!r} is no date of RFC 822 with a four-digit year and its own weekday"


def _moment(value: str | None, name: str) -> Iterator[str]:
    if not _RFC3339.fullmatch(value or ""):
        yield f"{name}: {value!r} is no moment of RFC 3339"


def _repeated(name: str, values: list[str]) -> Iterator[str]:
    yield from (f"{name} {value!r} stands twice" for value, count in Counter(values).items() if count > 1)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _ELEMENTS:
            self.found.append(f"<{tag}> is not for readers")
        if tag not in _VOID:
            self._open.append(tag)
        for name, value in attrs:
            if name not in _ATTRIBUTES:
                self.found.append(f"<{tag} {name}> is not for readers")
            if name in ("href", "src", "cite") and not re.match(r"(https?|mailto|tel|sms|geo):", value or ""):
                self.found.append(f"<{tag} {name}={value!r}> is relative or of an odd scheme")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.found.append(f"</{tag}> closes something else")

    def close(self) -> None:
        super().close()
        self.found += [f"<{tag}> is never closed" for tag in self._open]


def _html(text: str, name: str) -> Iterator[str]:
    parser = _Html()
    parser.feed(text)
    parser.close()
    yield from (f"{name}: {said}" for said in parser.found)
