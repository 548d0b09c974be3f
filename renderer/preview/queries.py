"""Links to previews in the database. Every function is of one site; who may ask is for the caller to know."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.db import queries

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("previews")


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be used now."""

    id: UUID
    website_id: UUID
    shows: str
    """site, draft or revision."""
    revision: int | None
    blog_post_id: UUID | None
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedLink:
    """A link as its owner sees it. `post`: the slug of the one that it opens; `is_live`: whether it still opens
    anything."""

    id: UUID
    shows: str
    revision: int | None
    post: str | None
    created_by: UUID | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    is_live: bool


async def enter_preview(conn: "Connection", website_id: UUID, link_id: UUID, as_of: datetime | None) -> None:
    """Let the transaction under way read what the link shows."""
    moment = as_of.astimezone(UTC).isoformat() if as_of else ""
    await _queries.enter_preview(conn, website_id=str(website_id), link_id=str(link_id), as_of=moment)


async def live_link(conn: "Connection", website_id: UUID, link_id: UUID) -> Link | None:
    row = await _queries.live_preview(conn, website_id=website_id, link_id=link_id)
    return Link(**dict(row)) if row else None


async def use_link(conn: "Connection", link: Link) -> None:
    """Note that it is used; once a minute is enough."""
    if link.last_used_at is None or datetime.now(UTC) - link.last_used_at > timedelta(minutes=1):
        await _queries.use_preview(conn, website_id=link.website_id, link_id=link.id)


async def make_link(
    conn: "Connection",
    website_id: UUID,
    lasts: timedelta,
    *,
    shows: str = "site",
    revision: int | None = None,
    blog_post_id: UUID | None = None,
    created_by: UUID | None = None,
) -> Link | None:
    """None: the site has no such post or revision, or is gone itself. `lasts`: 30 days at most."""
    now = datetime.now(UTC)
    row = await _queries.insert_link(
        conn,
        website_id=website_id,
        shows=shows,
        revision=revision,
        blog_post_id=blog_post_id,
        created_by=created_by,
        lasts=lasts,
    )
    return Link(row["id"], website_id, shows, revision, blog_post_id, now, row["expires_at"]) if row else None


async def links_of_site(conn: "Connection", website_id: UUID) -> list[ListedLink]:
    """The newest first, 200 at most."""
    return [ListedLink(**dict(row)) async for row in _queries.links_of_site(conn, website_id=website_id)]


async def revoke_link(conn: "Connection", website_id: UUID, link_id: UUID) -> bool:
    """False: the site has no such link, or it was revoked before."""
    return await _queries.revoke_link(conn, website_id=website_id, link_id=link_id) is not None


async def revoke_all_links(conn: "Connection", website_id: UUID) -> None:
    """All that were made until now, and the cookies that came of them."""
    await _queries.revoke_all(conn, website_id=website_id)


async def post_id(conn: "Connection", website_id: UUID, slug: str) -> UUID | None:
    row = await _queries.post_of_site(conn, website_id=website_id, slug=slug)
    return row["id"] if row else None


async def slug_shown(conn: "Connection", website_id: UUID, blog_post_id: UUID) -> str | None:
    """Under which slug the preview under way shows a post."""
    slug: str | None = await _queries.slug_of_post(conn, website_id=website_id, blog_post_id=blog_post_id)
    return slug


async def owned_site(conn: "Connection", user_id: UUID, website_id: UUID) -> bool:
    """Whether a site is a user's: to be asked before any function here is called for that user."""
    return await _queries.owned_site(conn, user_id=user_id, website_id=website_id) is not None
