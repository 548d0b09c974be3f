"""A link with which its owner, or whoever gets it, sees a post on the site before it is published."""

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


async def link_to_post(conn: "Connection", visit: Visit, post_id: UUID, slug: str) -> PreviewLink | None:
    """Of the site that `visit` is about; `slug` is the stored one. None: the post is gone."""
    site_id = visit.site.id
    link = await _fresh(conn, visit, post_id, slug)
    if link is None:
        link = await queries.make_link(conn, site_id, USUAL, blog_post_id=post_id, created_by=visit.user.id)
        if link is None:
            return None
        await audit.note(conn, visit, "preview_link_made", entity=("blog_post", post_id))
    origin = visit.settings.origin(preview_host(visit.settings, site_id))
    return PreviewLink(origin + link_path(visit.request.app[KEYRING], link), link.expires_at)


async def _fresh(conn: "Connection", visit: Visit, post_id: UUID, slug: str) -> Link | None:
    for one in await queries.links_of_site(conn, visit.site.id):
        mine = one.is_live and one.shows == "site" and one.post == slug and one.created_by == visit.user.id
        if mine and one.expires_at - datetime.now(UTC) > FRESH:
            return Link(one.id, visit.site.id, one.shows, None, post_id, one.created_at, one.expires_at)
    return None
