"""Frozen values that a blog's templates draw, as those of `themes/views.py`."""

from dataclasses import dataclass

from markupsafe import Markup

from renderer.themes.views import Link, Photo, PostView, Tongue


@dataclass(frozen=True, slots=True)
class ArticleView:
    """A post on its own page. `excerpt` is the writer's; `contents` lead to the headings of a long text."""

    href: str
    title: str
    size: str
    excerpt: str | None
    body: Markup | None
    contents: tuple[Link, ...]
    date: str
    iso: str
    updated: str | None
    updated_iso: str | None
    minutes: int
    motif: Markup
    photo: Photo | None
    gallery: tuple[Photo, ...]
    categories: tuple[Link, ...]
    tags: tuple[Link, ...]
    older: Link | None
    newer: Link | None
    related: tuple[PostView, ...]
    share: tuple[Link, ...]
    """WhatsApp first, then the page's own absolute address (kind `copy`)."""
    slug: str = ""
    likes: int = 0
    author: str | None = None
    language: str | None = None
    """Where it is another than the site's."""
    tongues: tuple[Tongue, ...] = ()
    """The same post in each of its languages; empty where it has one."""


@dataclass(frozen=True, slots=True)
class ListView:
    """A page of a list of posts. `kind`: index, category, tag, archive, search or subscribe."""

    kind: str
    href: str
    title: str
    label: str | None
    text: str | None
    posts: tuple[PostView, ...]
    page: int
    newer: Link | None
    older: Link | None
    categories: tuple[Link, ...]
    archive: tuple[Link, ...]
    """Years, or the months of the one that is shown."""
    search: Link
    whole: Link | None
    """The blog itself, where `categories` do not lead there."""
    subscribe: Link | None
    """The page that tells people of the feeds; None where there is no list of its own."""
    query: str
    empty: str | None
    """What is said where there is no post."""
    feeds: tuple[Link, ...]
