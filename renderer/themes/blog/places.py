"""Addresses of a blog, read and written in one place, so that each of its pages has exactly one.

Path words follow the site's language; those of the other language are read too, so that old addresses survive a change
of language.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from renderer.themes.text.segments import FEEDS, segment, slug_of
from renderer.themes.text.words import Words

BASE = "/blog"
POSTS_A_PAGE = 10
"""Of a list."""
MOST_PAGES = 1_000
"""Pages of a list that can be asked for: what lies beyond is found by its category, tag or month."""

KINDS = ("index", "post", "twin", "category", "tag", "archive", "search", "subscribe")
_FILES = {form: name for name, form in FEEDS.items()}
_WORDS = {
    "category": ("kategori", "category"),
    "tag": ("tag", "tag"),
    "archive": ("arsip", "archive"),
    "search": ("cari", "search"),
    "page": ("halaman", "page"),
    "subscribe": ("langganan", "subscribe"),
}
_MEANS = {word: meaning for meaning, words in _WORDS.items() for word in words}
_YEAR = re.compile(r"[12][0-9]{3}")
_MONTH = re.compile(r"0?[1-9]|1[0-2]")
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Place:
    """One page of a blog. `feed`: rss, atom or json where it is the feed of a list; `month` 0: the whole year."""

    kind: str
    slug: str = ""
    page: int = 1
    year: int = 0
    month: int = 0
    feed: str = ""

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """First moment of the year or month in the site's zone, and the first after it."""
        last = (self.year + 1, 1) if not self.month or self.month == 12 else (self.year, self.month + 1)
        return (
            datetime(self.year, self.month or 1, 1, tzinfo=zone).astimezone(UTC),
            datetime(*last, 1, tzinfo=zone).astimezone(UTC),
        )


def read_place(raw_path: str) -> Place | None:
    """The page that a percent-encoded path below /blog names, in whatever spelling; None: none."""
    try:
        parts = [unquote(part, errors="strict") for part in raw_path.split("/") if part]
    except UnicodeDecodeError:
        return None
    if not parts or parts[0].casefold() != BASE[1:]:
        return None
    return _read([unicodedata.normalize("NFC", part) for part in parts[1:]])


def _read(parts: list[str]) -> Place | None:
    feed = FEEDS.get(parts[-1].casefold(), "") if parts else ""
    if feed:
        parts = parts[:-1]
    page = 1
    if len(parts) >= 2 and _MEANS.get(parts[-2].casefold()) == "page" and _NUMBER.fullmatch(parts[-1]):
        page, parts = int(parts[-1]), parts[:-2]
    place = _bare(parts)
    if place is None or (feed and (place.kind not in ("index", "category", "tag") or page != 1)):
        return None
    if page != 1 and place.kind not in ("index", "category", "tag", "archive"):
        return None
    return replace(place, page=page, feed=feed) if 1 <= page <= MOST_PAGES else None


def _bare(parts: list[str]) -> Place | None:
    if not parts:
        return Place("index")
    meaning = _MEANS.get(parts[0].casefold())
    if len(parts) == 1:
        if meaning in ("search", "subscribe"):
            return Place(meaning, parts[0])
        if parts[0].casefold().endswith(".md") and len(parts[0]) > 3:
            return Place("twin", slug_of(parts[0][:-3]))
        return Place("post", slug_of(parts[0]))
    if meaning in ("category", "tag") and len(parts) == 2:
        return Place(meaning, slug_of(parts[1]))
    if meaning == "archive" and len(parts) in (2, 3) and _YEAR.fullmatch(parts[1]):
        if len(parts) == 2:
            return Place("archive", year=int(parts[1]))
        return Place("archive", year=int(parts[1]), month=int(parts[2])) if _MONTH.fullmatch(parts[2]) else None
    return None


def address(place: Place, words: Words) -> str:
    """The one path of a page, percent-encoded."""
    path = BASE
    if place.kind in ("post", "twin"):
        path += "/" + segment(place.slug) + (".md" if place.kind == "twin" else "")
    elif place.kind in ("category", "tag"):
        path += f"/{_word(place.kind, words)}/{segment(place.slug)}"
    elif place.kind == "archive":
        path += f"/{_word('archive', words)}/{place.year}" + (f"/{place.month:02}" if place.month else "")
    elif place.kind in ("search", "subscribe"):
        path += f"/{_word(place.kind, words)}"
    if place.page > 1:
        path += f"/{_word('page', words)}/{place.page}"
    return path + (f"/{_FILES[place.feed]}" if place.feed else "")


def post_address(slug: str) -> str:
    return f"{BASE}/{segment(slug)}"


def _word(meaning: str, words: Words) -> str:
    return _WORDS[meaning][0 if words.language == "id" else 1]
