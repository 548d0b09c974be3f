"""What a blog reads of the database. Every row is one that visitors may see."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg

from renderer.db import queries
from renderer.db.bounded import bounded
from renderer.themes import Around, FeedPost, Label, PostRow, PostSource

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("blog")
_MOST_PICTURES = 60
_SEARCH_MS = 1_000
"""No search occupies the database for longer; the dearest that was measured takes a twentieth of it."""


@dataclass(frozen=True, slots=True)
class Retired:
    """What became of an old slug: `slug` where it leads now; `gone`: what it named was deleted."""

    slug: str | None
    gone: bool


@dataclass(frozen=True, slots=True)
class Hits:
    """Posts a search has found, the best first, with a marked extract of each. `instead`: the words that found them,
    where those asked for found none."""

    posts: Sequence[PostSource]
    extracts: Sequence[str | None]
    instead: str = ""


async def post_by_slug(conn: "Connection", website_id: UUID, slug: str) -> PostRow | None:
    """`slug` in normal form C; the row may have it in form D, as some programs write letters with marks."""
    rows = await _post_rows(conn, website_id, slug, beside=False)
    return _post(rows[0]) if rows else None


async def post_with_beside(conn: "Connection", website_id: UUID, slug: str) -> tuple[PostRow, Around] | None:
    """The same with what its page shows beside it."""
    rows = await _post_rows(conn, website_id, slug, beside=True)
    if not rows:
        return None
    post = _post(rows[0])
    found: dict[str, list[PostSource]] = {"older": [], "newer": [], "related": []}
    for row in rows[1:]:
        found[row["side"]].append(_source(row))
    older, newer = (next(iter(found[side]), None) for side in ("older", "newer"))
    translations = []
    if post.is_translated:
        own = _queries.translations(conn, website_id=website_id, slug=post.slug)
        translations = [(one["language"], one["slug"], one["title"]) async for one in own]
    return post, Around(older, newer, tuple(found["related"]), tuple(translations))


async def _post_rows(conn: "Connection", website_id: UUID, slug: str, *, beside: bool) -> list[Mapping[str, Any]]:
    """The post's first; none where it is not to be seen."""
    for spelled in _spellings(slug):
        found = _queries.post_by_slug(conn, website_id=website_id, slug=spelled, beside=beside)
        rows = [row async for row in found]
        if rows:
            return rows
    return []


async def posts_of_span(
    conn: "Connection", website_id: UUID, first: datetime, end: datetime, *, most: int, skip: int
) -> list[PostSource]:
    """Those that appeared from `first` until before `end`."""
    found = _queries.posts_of_span(conn, website_id=website_id, first=first, end=end, most=most, skip=skip)
    return [_source(row) async for row in found]


async def spans_shown(
    conn: "Connection", website_id: UUID, spans: Sequence[tuple[datetime, datetime]]
) -> tuple[int, ...]:
    """Positions of those (first moment, first after it) in which a visible post appeared."""
    firsts, ends = [first for first, _ in spans], [end for _, end in spans]
    found = _queries.spans_shown(conn, website_id=website_id, firsts=firsts, ends=ends)
    return tuple([row["place"] - 1 async for row in found])


async def label_by_slug(conn: "Connection", website_id: UUID, kind: str, slug: str) -> tuple[UUID, Label] | None:
    """A category or tag (`kind`) of the site, with its id. `slug` as for posts."""
    ask = _queries.category_by_slug if kind == "category" else _queries.tag_by_slug
    for spelled in _spellings(slug):
        row = await ask(conn, website_id=website_id, slug=spelled)
        if row:
            return row["id"], Label(row["slug"], row["name"], row["description"])
    return None


async def posts_of_label(
    conn: "Connection", website_id: UUID, kind: str, label: UUID, *, most: int, skip: int
) -> list[PostSource]:
    found = _queries.posts_of_label(conn, website_id=website_id, kind=kind, label=label, most=most, skip=skip)
    return [_source(row) async for row in found]


async def categories(conn: "Connection", website_id: UUID) -> tuple[tuple[str, str], ...]:
    """(slug, name) of the categories that have a visible post."""
    return tuple([(row["slug"], row["name"]) async for row in _queries.categories(conn, website_id=website_id)])


async def retired_slug(conn: "Connection", website_id: UUID, kind: str, slug: str) -> Retired | None:
    row = await _queries.retired_slug(conn, website_id=website_id, kind=kind, slug=slug)
    return Retired(row["slug"], row["gone"]) if row else None


async def feed_posts(
    conn: "Connection", website_id: UUID, kind: str, label: UUID | None, *, most: int
) -> list[FeedPost]:
    """The newest visible posts with their documents: of the site, or of one of its labels."""
    if label is None:
        found = _queries.feed_of_site(conn, website_id=website_id, most=most)
    else:
        found = _queries.feed_of_label(conn, website_id=website_id, kind=kind, label=label, most=most)
    return [FeedPost(**dict(row)) async for row in found]


async def posts_found(conn: "Connection", website_id: UUID, query: str, *, most: int, skip: int) -> Hits | None:
    """None: it took too long."""
    rows: list[Mapping[str, Any]] = []
    try:
        async with bounded(conn, _SEARCH_MS):
            for ask in (_queries.posts_found, _queries.posts_found_instead):
                rows = [row async for row in ask(conn, website_id=website_id, query=query, most=most, skip=skip)]
                if rows:
                    break
    except asyncpg.QueryCanceledError:
        return None
    return Hits(
        [_source(row) for row in rows], [row["found"] for row in rows], rows[0]["instead"] or "" if rows else ""
    )


def _spellings(slug: str) -> tuple[str, ...]:
    return (slug,) if slug.isascii() else tuple(dict.fromkeys((slug, unicodedata.normalize("NFD", slug))))


def _post(row: Mapping[str, Any]) -> PostRow:
    columns: dict[str, Any] = {name: value for name, value in row.items() if name not in ("side", "place")}
    pictures = columns.pop("gallery_images") or ()
    return PostRow(
        **{
            **columns,
            "gallery_images": tuple(one for one in pictures[:_MOST_PICTURES] if isinstance(one, str)),
            "categories": _pairs(columns["categories"]),
            "tags": _pairs(columns["tags"]),
            "is_translated": bool(columns["is_translated"]),
        }
    )


def _source(row: Mapping[str, Any]) -> PostSource:
    names = ("slug", "title", "excerpt", "featured_image", "visible_from", "words")
    return PostSource(**{name: row[name] for name in names})


def _pairs(text: str | None) -> tuple[tuple[str, str], ...]:
    return tuple((slug, name) for slug, name in json.loads(text)) if text else ()
