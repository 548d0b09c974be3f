"""What the caller hands in: rows as read from the database, JSON columns still text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from renderer.themes.pictures.rules import ImageRules, Pictures


@dataclass(frozen=True, slots=True)
class SiteSource:
    """One row of `edge_sites`; nothing in it is trusted. JSON columns are text or None."""

    id: UUID
    subdomain: str
    title: str | None
    description: str | None
    favicon_url: str | None
    template_id: str
    template_variant: str | None
    config: str | None
    design_tokens: str | None
    generated_content: str | None
    components_config: str | None
    seo_title: str | None
    seo_description: str | None
    og_image_url: str | None
    updated_at: datetime | None
    default_sections: Sequence[str] | None
    css_variables: str | None
    available_color_schemes: str | None
    base_url: str
    """The site's primary origin, without a trailing slash: `https://kopi.example`."""
    is_protected: bool = False
    images: ImageRules = field(default_factory=ImageRules)
    tier: str | None = "business"
    """The owner's tier, which says what themes the site may have; a draft may have any."""
    owner: UUID | None = None
    """Who a private theme may belong to; None asks for nobody's leave."""
    is_judged: bool = False
    """What visitors send is judged by a service beside the program, which the privacy page says."""
    file_bytes: int = 0
    """Largest file that a visitor may send; 0: nobody has said."""
    shows_examples: bool = False
    """A preview shows what nobody vouched for yet, marked as an example."""

    @property
    def length(self) -> int:
        """Characters of its documents."""
        columns = (self.config, self.design_tokens, self.generated_content, self.components_config)
        return sum(len(text or "") for text in columns)

    @property
    def pictures(self) -> Pictures:
        return Pictures(self.base_url, self.images)


@dataclass(frozen=True, slots=True)
class PostSource:
    """One visible post as lists show it; `excerpt` is the writer's or else the document's beginning."""

    slug: str
    title: str
    excerpt: str | None
    featured_image: str | None
    visible_from: datetime
    words: int
    """Of the document, for its reading time."""


@dataclass(frozen=True, slots=True)
class PostRow:
    """A visible post as its own page shows it; `content` is JSON text or None, labels are (slug, name)."""

    id: UUID
    slug: str
    title: str
    excerpt: str | None
    """The writer's own."""
    extract: str | None
    content: str | None
    featured_image: str | None
    gallery_images: Sequence[str]
    seo_title: str | None
    seo_description: str | None
    visible_from: datetime
    updated_at: datetime | None
    words: int
    categories: Sequence[tuple[str, str]] = ()
    tags: Sequence[tuple[str, str]] = ()
    likes: int = 0
    is_translated: bool = False
    """Whether it names posts as itself in other languages."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside a post: its neighbours in time, posts like it, and itself in other languages."""

    older: PostSource | None = None
    newer: PostSource | None = None
    related: Sequence[PostSource] = ()
    translations: Sequence[tuple[str, str, str]] = ()
    """(language, slug, title) of visible posts that it names as itself in other languages, and that name it."""


@dataclass(frozen=True, slots=True)
class Label:
    """A category or tag as its own page shows it."""

    slug: str
    name: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class PostList:
    """A page of a list of posts. `more`: whether another page follows; `spans` are the years (month 0) or months of the
    archive that it leads to; `found` are extracts of a search, by address;
    `instead` are the words it was made with where those asked for found nothing; `notice` names the words that say why
    there is nothing."""

    posts: Sequence[PostSource]
    more: bool = False
    label: Label | None = None
    categories: Sequence[tuple[str, str]] = ()
    spans: Sequence[tuple[int, int]] = ()
    query: str = ""
    found: Mapping[str, str] = field(default_factory=dict)
    instead: str = ""
    notice: str = ""
