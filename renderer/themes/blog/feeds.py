"""Feeds of a blog: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1, with whole texts or excerpts, and absolute addresses."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as ET

from renderer.themes.blog.body import directed
from renderer.themes.blog.credits import author_of
from renderer.themes.blog.listing import FEED_TYPES, names_of
from renderer.themes.blog.places import Place, address, post_address
from renderer.themes.blog.readers import for_readers
from renderer.themes.decode import POST_NODES, TEXT_DEPTH, clean_text, decode, is_seen
from renderer.themes.found.urls import absolute
from renderer.themes.found.wording import plain, plain_column
from renderer.themes.posts import plain_photo
from renderer.themes.site import Site
from renderer.themes.source import Label, PostList
from renderer.themes.text.rich import RichOptions, render_rich
from renderer.themes.text.typography import shorten

MOST_POSTS = 20
_ATOM = "http://www.w3.org/2005/Atom"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
# The system's table would differ from machine to machine, and lacks the newer ones.
_MEDIA_TYPES = {
    **{".avif": "image/avif", ".gif": "image/gif", ".png": "image/png", ".svg": "image/svg+xml"},
    **{".webp": "image/webp", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"},
}
# Readers take RSS's titles and descriptions for HTML.
_text, _column = partial(plain, as_html=True), partial(plain_column, as_html=True)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedPost:
    """A visible post with its whole text, as a feed has it; `content` is JSON text or None."""

    id: UUID
    slug: str
    title: str
    excerpt: str | None
    extract: str | None
    content: str | None
    featured_image: str | None
    visible_from: datetime
    updated_at: datetime | None
    words: int


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    url: str
    title: str
    summary: str
    html: str
    image: str | None
    published: datetime
    updated: datetime
    author: str | None


def draw_feed(site: Site, place: Place, posts: Sequence[FeedPost], label: Label | None, changed: datetime) -> bytes:
    """The feed at `place` (its `feed` says which); the same bytes for the same rows."""
    site = site.unmarked
    entries = [entry for post in posts if (entry := _entry(site, post))]
    title, _, text = names_of(site, place, PostList((), label=label))
    name = _text(site.name) if place.kind == "index" else f"{_text(title)} – {_text(site.name)}"
    about = _text(text) or _text(site.source.description) or _text(site.view.tagline) or name
    base = site.source.base_url
    home, own = (
        absolute(base, address(Place(place.kind, place.slug), site.words)),
        absolute(base, address(place, site.words)),
    )
    if place.feed == "json":
        return _json_feed(site, name, about, home, own, entries)
    tree = (
        _rss(site, name, about, home, own, entries, changed)
        if place.feed == "rss"
        else _atom(site, name, about, home, own, entries, changed)
    )
    xml: bytes = ET.tostring(tree, encoding="utf-8", xml_declaration=True)
    return xml


def _entry(site: Site, post: FeedPost) -> _Entry | None:
    title = _text(shorten(clean_text(post.title), 200))
    if not is_seen(title) or not post.slug:
        return None
    base = site.source.base_url
    url = absolute(base, post_address(post.slug))
    body = None
    value, _ = decode(post.content, max_nodes=POST_NODES, max_depth=TEXT_DEPTH)
    if not site.excerpt_feeds:
        body = render_rich(value, RichOptions(2, site.source.pictures.vet, words=site.words, captions=True))
    photo = plain_photo(site, post.featured_image)
    return _Entry(
        id=f"urn:uuid:{post.id}",
        url=url,
        title=title,
        summary=shorten(_column(post.excerpt) or _column(post.extract), 300),
        html=for_readers(directed(body), url, base) if body else "",
        image=absolute(base, photo.src) if photo else None,
        published=post.visible_from,
        updated=max(post.updated_at or post.visible_from, post.visible_from),
        author=author_of(value),
    )


def _rss(
    site: Site, name: str, about: str, home: str, own: str, entries: Sequence[_Entry], changed: datetime
) -> ET.Element:
    root = ET.Element(
        "rss", {"version": "2.0", "xmlns:atom": _ATOM, "xmlns:content": _CONTENT, "xmlns:dc": _DUBLIN_CORE}
    )
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", name)
    _add(channel, "link", home)
    _add(channel, "description", about)
    _add(channel, "language", site.language.lower())
    _add(channel, "lastBuildDate", _http_date(changed))
    ET.SubElement(channel, "atom:link", {"href": own, "rel": "self", "type": FEED_TYPES["rss"]})
    for entry in entries:
        item = ET.SubElement(channel, "item")
        _add(item, "title", entry.title)
        _add(item, "link", entry.url)
        guid = _add(item, "guid", entry.id)
        guid.set("isPermaLink", "false")
        _add(item, "pubDate", _http_date(entry.published))
        if entry.author:
            # `author` wants an e-mail address (RSS 2.0); Dublin Core's wants a name.
            _add(item, "dc:creator", entry.author)
        if entry.summary:
            _add(item, "description", entry.summary)
        if entry.html:
            _add(item, "content:encoded", entry.html)
        if entry.image:
            # Nobody asked the picture's host how large it is; the specification's readers take 0 for unknown.
            ET.SubElement(item, "enclosure", {"url": entry.image, "length": "0", "type": _media_type(entry.image)})
    return root


def _atom(
    site: Site, name: str, about: str, home: str, own: str, entries: Sequence[_Entry], changed: datetime
) -> ET.Element:
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": site.language})
    _add(root, "id", own)
    _add(root, "title", name)
    _add(root, "subtitle", about)
    _add(root, "updated", _iso(changed))
    ET.SubElement(root, "link", {"rel": "self", "type": FEED_TYPES["atom"], "href": own})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": home})
    _add(ET.SubElement(root, "author"), "name", _text(site.name) or name)
    for entry in entries:
        item = ET.SubElement(root, "entry")
        _add(item, "id", entry.id)
        _add(item, "title", entry.title)
        ET.SubElement(item, "link", {"rel": "alternate", "type": "text/html", "href": entry.url})
        _add(item, "published", _iso(entry.published))
        _add(item, "updated", _iso(entry.updated))
        if entry.author:
            _add(ET.SubElement(item, "author"), "name", entry.author)
        if entry.summary or not entry.html:
            _add(item, "summary", entry.summary or entry.title)
        if entry.html:
            _add(item, "content", entry.html).set("type", "html")
        if entry.image:
            ET.SubElement(item, "link", {"rel": "enclosure", "type": _media_type(entry.image), "href": entry.image})
    return root


def _json_feed(site: Site, name: str, about: str, home: str, own: str, entries: Sequence[_Entry]) -> bytes:
    items = []
    for entry in entries:
        item: dict[str, object] = {"id": entry.id, "url": entry.url, "title": entry.title}
        # Version 1.1: an item has one of the two at least.
        item |= {"content_html": entry.html} if entry.html else {"content_text": entry.summary or entry.title}
        if entry.summary:
            item["summary"] = entry.summary
        if entry.image:
            item["image"] = entry.image
        if entry.author:
            item["authors"] = [{"name": entry.author}]
        item |= {"date_published": _iso(entry.published), "date_modified": _iso(entry.updated)}
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": name,
        "home_page_url": home,
        "feed_url": own,
        "description": about,
        "language": site.language,
        "authors": [{"name": _text(site.name) or name, "url": absolute(site.source.base_url, "/")}],
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False).encode("utf-8", "replace")


def _add(parent: ET.Element, tag: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, tag)
    child.text = _NOT_XML.sub("\ufffd", text)
    return child


def _media_type(url: str) -> str:
    return _MEDIA_TYPES.get(PurePosixPath(urlsplit(url).path).suffix.casefold(), "image/jpeg")


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
