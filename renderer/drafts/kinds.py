"""The two things there are drafts of, and their content columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from renderer.db import queries

if TYPE_CHECKING:
    from renderer.db.lease import Connection

Values = Mapping[str, Any]
"""Content columns by name: text, lists of texts, and JSON as text, as the database gives it."""

_queries = queries.load("drafts")


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    columns: tuple[str, ...]
    documents: frozenset[str]
    """Columns that hold JSON."""
    statuses: frozenset[str]
    """Which an owner may set."""


SITE = Kind(
    "site",
    (
        "title",
        "description",
        "favicon_url",
        "template_id",
        "template_variant",
        "config",
        "design_tokens",
        "generated_content",
        "components_config",
        "seo_title",
        "seo_description",
        "seo_keywords",
        "og_image_url",
    ),
    frozenset({"config", "design_tokens", "generated_content", "components_config"}),
    frozenset({"draft", "published", "archived"}),
)
POST = Kind(
    "post",
    (
        "slug",
        "title",
        "excerpt",
        "content",
        "featured_image",
        "gallery_images",
        "seo_title",
        "seo_description",
        "seo_keywords",
    ),
    frozenset({"content"}),
    frozenset({"draft", "published", "archived"}),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A site of an owner, or one of its posts."""

    user_id: UUID
    website_id: UUID
    post_id: UUID | None = None

    @property
    def kind(self) -> Kind:
        return SITE if self.post_id is None else POST

    async def ask(self, conn: "Connection", query: str, **values: Any) -> Any:
        """What the query of that name says of the subject: `site_draft`, `post_draft`…"""
        call = getattr(_queries, f"{self.kind.name}_{query}")
        return await call(conn, **self._named(), **values)

    def rows(self, conn: "Connection", query: str, **values: Any) -> Any:
        return getattr(_queries, f"{self.kind.name}_{query}")(conn, **self._named(), **values)

    def _named(self) -> dict[str, UUID]:
        named = {"user_id": self.user_id, "website_id": self.website_id}
        return named if self.post_id is None else {**named, "post_id": self.post_id}
