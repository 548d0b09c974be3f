"""A site's draft on its owner's desk: opened with what stands around it, changed in steps, each of them logged."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from renderer import drafts
from renderer.console import audit
from renderer.console.designing.standing import Standing, standing_of
from renderer.console.editing.places import Places
from renderer.console.visit import Form, Visit
from renderer.drafts import Draft, Subject
from renderer.drafts.merge import Unmergeable, read
from renderer.keys import IMAGE_RULES
from renderer.themes import SiteSource

if TYPE_CHECKING:
    from renderer.db.lease import Connection


@dataclass(frozen=True, slots=True)
class Desk:
    """`can_undo`: whether the last step can be taken back."""

    draft: Draft
    standing: Standing
    can_undo: bool


async def open_desk(conn: "Connection", visit: Visit) -> Desk:
    """Of the site that the visit is about; it is locked until the transaction ends. Raises web.HTTPNotFound."""
    draft = await drafts.open_draft(conn, subject_of(visit))
    standing = await standing_of(conn, visit.user.id, visit.site.id)
    if draft is None or standing is None:
        raise web.HTTPNotFound
    return Desk(draft, standing, await drafts.can_undo(conn, subject_of(visit), draft))


async def take_step(conn: "Connection", visit: Visit, desk: Desk, values: Mapping[str, Any]) -> Draft:
    """Save columns into the draft. Raises drafts.Refused, also where a column is too large to be drafted."""
    if desk.standing.oversized:
        raise drafts.Refused(f"oversized: {', '.join(desk.standing.oversized)}")
    subject = subject_of(visit)
    draft = await drafts.change(conn, subject, values, seen=desk.draft, edited_by=visit.user.id)
    if draft.version != desk.draft.version:
        changed = sorted(name for name in values if desk.draft.values[name] != values[name])
        await audit.note_site(conn, visit, "draft_changed", new={"columns": changed, "version": draft.version})
    return draft


def content_of(desk: Desk) -> dict[str, Any]:
    """The draft's content. Raises drafts.Refused where it cannot be read and written as it is."""
    column = "generated_content"
    if column in desk.standing.oversized:
        raise drafts.Refused(f"oversized: {column}")
    try:
        document: Any = read(desk.draft.values[column] or "{}")
    except Unmergeable as fault:
        raise drafts.Refused(str(fault)) from None
    if not isinstance(document, dict):
        raise drafts.Refused("no document")
    return document


async def places_of(desk: Desk) -> Places | None:
    """The draft's content; None where it cannot be read and written as it is."""
    try:
        return await asyncio.to_thread(Places, content_of(desk))
    except drafts.Refused:
        return None


def require_seen(form: Form, desk: Desk) -> None:
    """Raises drafts.Stale where the form began from another version of the draft (`seen`)."""
    if seen_version(form) != desk.draft.version:
        raise drafts.Stale(desk.draft)


def seen_version(form: Form) -> int:
    text = form.text("seen")
    return int(text[:9]) if text.isascii() and text.isdigit() else -1


def subject_of(visit: Visit) -> Subject:
    return Subject(visit.user.id, visit.site.id)


def source_of(visit: Visit, standing: Standing, values: Mapping[str, Any]) -> SiteSource:
    """The site as the theme engine takes it, with these content columns, at its own address."""
    row = standing.templates.get(values["template_id"])
    columns = {name: values[name] for name in drafts.SITE.columns if name != "seo_keywords"}
    return SiteSource(
        **{**columns, "description": (values["description"] or "")[:10_000] or None},
        id=visit.site.id,
        subdomain=standing.subdomain,
        updated_at=standing.updated_at,
        default_sections=row.default_sections if row else None,
        css_variables=row.css_variables if row else None,
        available_color_schemes=row.available_color_schemes if row else None,
        base_url=visit.site.url,
        images=visit.request.app[IMAGE_RULES],
        tier=standing.tier,
        owner=visit.user.id,
        shows_examples=True,
    )
