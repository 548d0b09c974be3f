"""Posts as they were drawn last, and what stood beside them: kept by all that they follow from, so that none is stale.

What stands beside a post is kept for a site that is held (edge/held.py), which ends with the first change of anything
the site shows. A drawn post is kept by its rows, like the pages of a site (themes/draw.py): they are read each time.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from sys import getsizeof
from typing import Any
from uuid import UUID
from weakref import ref

from aiohttp import web
from cachetools import LRUCache

from renderer.edge.held import Held
from renderer.themes import Around, Drawn, PostRow, Site

ROOM = 32 * 2**20
"""Bytes that a worker's drawn posts may take."""
ROOM_BESIDE = 8 * 2**20
"""The same for what stands beside posts: some 4,000 for each."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """`site` goes when it is read anew, and must not be held here."""

    site: "ref[Site]"
    post: PostRow
    around: Around
    today: date
    drawn: Drawn = field(repr=False)

    @property
    def size(self) -> int:
        return 3_000 + getsizeof(self.drawn.html) + _size_of_post(self.post) + _size_beside(self.around)


class KeptPosts:
    """One worker's. By the post's id: what is shown of it otherwise (in a preview) takes its place."""

    def __init__(self, room: int = ROOM, room_beside: int = ROOM_BESIDE) -> None:
        self._drawn: LRUCache[UUID, _Kept] = LRUCache(room, getsizeof=lambda kept: kept.size)
        self._beside: LRUCache[tuple[UUID, str], tuple[ref[Held], Around]] = LRUCache(
            room_beside, getsizeof=lambda known: 500 + _size_beside(known[1])
        )

    def beside(self, held: Held | None, website_id: UUID, slug: str) -> Around | None:
        """What stands beside a post, where it was read since the request's site was."""
        known = self._beside.get((website_id, slug))
        return known[1] if held is not None and known is not None and known[0]() is held else None

    def keep_beside(self, held: Held | None, website_id: UUID, slug: str, around: Around) -> None:
        if held is not None:
            _put(self._beside, (website_id, slug), (ref(held), around))

    def drawn(self, site: Site, post: PostRow, around: Around, today: date) -> Drawn | None:
        """The page of a post as it was drawn from all the same."""
        kept = self._drawn.get(post.id)
        if kept is None or kept.site() is not site:
            return None
        return kept.drawn if (kept.today, kept.post, kept.around) == (today, post, around) else None

    def keep(self, site: Site, post: PostRow, around: Around, today: date, drawn: Drawn) -> None:
        _put(self._drawn, post.id, _Kept(ref(site), post, around, today, drawn))


def _put(cache: LRUCache[Any, Any], key: UUID | tuple[UUID, str], value: Any) -> None:
    """In place of what there was; not at all where it is larger than the whole room."""
    cache.pop(key, None)
    with contextlib.suppress(ValueError):
        cache[key] = value


def _size_of_post(post: PostRow) -> int:
    """Bytes of what in a row may be long or many; the rest is some three thousand."""
    texts = (post.title, post.excerpt, post.extract, post.content, post.featured_image, post.seo_title)
    return _size_of_texts(texts, (post.seo_description,), post.gallery_images, *post.categories, *post.tags)


def _size_beside(around: Around) -> int:
    """The same of what stands beside a post."""
    posts = [post for post in (around.older, around.newer, *around.related) if post is not None]
    return _size_of_texts(
        *((post.slug, post.title, post.excerpt, post.featured_image) for post in posts), *around.translations
    )


def _size_of_texts(*rows: Iterable[str | None]) -> int:
    return sum(160 + sum(map(getsizeof, filter(None, row))) for row in rows)


KEPT_POSTS = web.AppKey("kept_posts", KeptPosts)
