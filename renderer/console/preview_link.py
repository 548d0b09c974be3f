"""Links with which their owner, or whoever gets one, sees a post, or the site's draft, before it is published."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.console import audit
from renderer.console.visit import Visit
from renderer.keys import KEYRING
from renderer.preview import queries
from renderer.preview.hosts import preview_host
from renderer.preview.queries import Link
from renderer.preview.tokens import USUAL, link_path

if TYPE_CHECKING:
    from renderer.db.lease import Connection

FRESH = timedelta(days=6)
"""A link that lasts as long still is given again: pressing the button twice makes one."""


@dataclass(frozen=True, slots=True)
class PreviewLink:
    url: str
    until: datetime


async def link_to_post(
    conn: "Connection", visit: Visit, post_id: UUID, slug: str, *, is_drafted: bool = False
) -> PreviewLink | None:
    """Of the site that `visit` is about; `slug` is the stored one. `is_drafted`: with the changes that wait beside it.
    None: the post is gone."""
    return await _link(conn, visit, "draft" if is_drafted else "site", post_id, slug)


async def given_link(
    conn: "Connection", visit: Visit, post_id: UUID, slug: str, *, is_drafted: bool
) -> PreviewLink | None:
    """What `link_to_post` gave; None where it gave none, or that is about to end."""
    link = await _fresh(conn, visit, "draft" if is_drafted else "site", post_id, slug)
    return _told(visit, link) if link else None


async def link_to_draft(conn: "Connection", visit: Visit) -> PreviewLink | None:
    """To the draft of the site that `visit` is about. None: the site is gone."""
    return await _link(conn, visit, "draft")


async def _link(
    conn: "Connection", visit: Visit, shows: str, post_id: UUID | None = None, slug: str | None = None
) -> PreviewLink | None:
    site_id = visit.site.id
    link = await _fresh(conn, visit, shows, post_id, slug)
    if link is None:
        link = await queries.make_link(
            conn, site_id, USUAL, shows=shows, blog_post_id=post_id, created_by=visit.user.id
        )
        if link is None:
            return None
        entity = ("blog_post", post_id) if post_id is not None else ("website", site_id)
        await audit.note(conn, visit, "preview_link_made", entity=entity)
    return _told(visit, link)


def _told(visit: Visit, link: Link) -> PreviewLink:
    return PreviewLink(preview_of(visit) + link_path(visit.request.app[KEYRING], link), link.expires_at)


async def _fresh(conn: "Connection", visit: Visit, shows: str, post_id: UUID | None, slug: str | None) -> Link | None:
    for one in await queries.links_of_site(conn, visit.site.id):
        mine = one.is_live and one.shows == shows and one.post == slug and one.created_by == visit.user.id
        if mine and one.expires_at - datetime.now(UTC) > FRESH:
            return Link(one.id, visit.site.id, one.shows, None, post_id, one.created_at, one.expires_at)
    return None


def preview_of(visit: Visit) -> str:
    """The origin of the site's previews."""
    return visit.settings.origin(preview_host(visit.settings, visit.site.id))
