"""A post in its editor. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from renderer.themes.decode import POST_NODES, TEXT_DEPTH, decode

STATUSES = ("draft", "published", "archived")
SHELVES = ("draft", "scheduled", "published", "archived")
"""Of the list. A post that is to appear by itself is published as the database says it, and on a shelf of its own."""
MOST_BODY = 100_000
"""Characters of a text, as the engine draws them."""
MOST_LABELS = 50
MOST_LABEL_SLUG = 50
MOST_LINE = 2_000
"""Characters of labels in a row."""
_LONGEST = {"title": 200, "slug": 200, "excerpt": 2_000, "body": MOST_BODY, "featured": 500}


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post in the list. `visible_from` is when it was, or will be, seen if it is published; `waits`: changes are kept
    beside it."""

    id: UUID
    slug: str
    title: str
    status: str
    visible_from: datetime | None
    updated_at: datetime
    views: int
    waits: bool

    @property
    def is_scheduled(self) -> bool:
        return self.status == "published" and self.visible_from is not None and self.visible_from > datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form says. `body` is Markdown; None where the document is another editor's. `at` is a time of day in the
    site's zone, as `<input type="datetime-local">` writes it."""

    title: str = ""
    slug: str = ""
    excerpt: str = ""
    body: str | None = ""
    status: str = "draft"
    at: str = ""
    categories: str = ""
    tags: str = ""
    featured: str = ""
    """Address of the picture at its head."""


NOTHING = Typed()


@dataclass(frozen=True, slots=True)
class Post:
    """`seen` is what `save_post` wants to hear again; `value` the document, None where it is too large."""

    id: UUID
    typed: Typed
    seen: str
    value: Any = field(repr=False)
    old_slugs: tuple[str, ...]
    visible_from: datetime | None

    @property
    def is_published(self) -> bool:
        return self.typed.status == "published"

    @property
    def is_scheduled(self) -> bool:
        return self.is_published and self.visible_from is not None and self.visible_from > datetime.now(UTC)

    @property
    def is_seen(self) -> bool:
        """By visitors, where the site itself is live."""
        return self.is_published and not self.is_scheduled


class Wrong(ValueError):
    """`fields` are (field, a word of what is wrong with it)."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        super().__init__(", ".join(name for name, _ in fields))
        self.fields = fields


def post_of(row: Mapping[str, Any], zone: ZoneInfo) -> Post:
    value = read_document(row["content"])
    when = row["visible_from"]
    at = when.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if when and when > datetime.now(UTC) else ""
    typed = Typed(
        row["title"],
        row["slug"],
        row["excerpt"] or "",
        body_of(value),
        row["status"] or "draft",
        at,
        ", ".join(row["categories"]),
        ", ".join(row["tags"]),
        row["featured_image"] or "",
    )
    return Post(row["id"], typed, row["seen"], value, tuple(row["old_slugs"]), when)


def read_document(content: Any) -> Any:
    value, _ = decode(content, max_nodes=POST_NODES, max_depth=TEXT_DEPTH)
    return value


def body_of(value: Any) -> str | None:
    """The Markdown of a document; None where it is another editor's, or too long for ours."""
    if isinstance(value, dict) and value.get("type") in ("markdown", None) and isinstance(value.get("text"), str):
        return value["text"] if len(value["text"]) <= MOST_BODY else None
    return None


def read_typed(typed: Typed, zone: ZoneInfo, live: Typed = NOTHING) -> tuple[Typed, datetime | None]:
    """The same with a slug, and when it is to be seen (None: now, or as before). What is as it was in `live` stays so,
    whoever wrote it and however. Raises Wrong."""
    slug = slug_of(typed.slug, _LONGEST["slug"]) if typed.slug else slug_of(typed.title)
    if live.slug and typed.slug == one_line(live.slug).lower():
        slug = live.slug
    new = [name for name in _LONGEST if getattr(typed, name) != getattr(live, name)]
    wrong = [(name, "too_long") for name in new if len(getattr(typed, name) or "") > _LONGEST[name]]
    if not typed.title.strip():
        wrong.append(("title", "needed"))
    elif not slug:
        wrong.append(("slug", "no_slug"))
    if typed.status not in STATUSES:
        wrong.append(("status", "needed"))
    at = None
    if typed.at:
        try:
            at = datetime.fromisoformat(typed.at[:19]).replace(tzinfo=zone).astimezone(UTC)
            if not 2000 <= at.year <= 2200:
                raise ValueError
        except (ValueError, OverflowError):
            wrong.append(("at", "no_day"))
    for name in ("categories", "tags"):
        known = labels(getattr(live, name))
        if any(not slug_of(one) for one in labels(getattr(typed, name)) if one not in known):
            wrong.append((name, "no_label"))
    if wrong:
        raise Wrong(wrong)
    return replace(typed, slug=slug), at


def slug_of(text: str, most: int = 80) -> str:
    """Of what it is called: lower case, ASCII, hyphens between words; "" where nothing is left."""
    plain = unicodedata.normalize("NFKD", text[: 4 * most]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:most].strip("-")


def one_line(text: str) -> str:
    return " ".join(text.split())[:MOST_LINE]


def labels(text: str, longest: int = 100) -> list[str]:
    """Names between commas, each once."""
    names = [" ".join(one.split())[:longest] for one in text.split(",")]
    return list(dict.fromkeys(one for one in names if one))[:MOST_LABELS]
