"""Links to previews: made, given on, listed with their last use, revoked one by one or all at once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from aiohttp import web

from renderer.console import audit, draw
from renderer.console.visit import Form, Visit, read_id
from renderer.console.words import words_for
from renderer.keys import KEYRING
from renderer.preview import queries
from renderer.preview.hosts import preview_host
from renderer.preview.queries import Link, ListedLink
from renderer.preview.tokens import LONGEST, USUAL, link_path

DAYS = (1, USUAL.days, LONGEST.days)
MOST_LIVE = 40
MOST_DEAD = 20
_SHOWS = ("draft", "site", "revision")


@dataclass(frozen=True, slots=True)
class Given:
    """A link with its address and the addresses that pass it on; "" once it opens nothing."""

    link: ListedLink
    is_expired: bool
    url: str = ""
    whatsapp: str = ""
    mail: str = ""


async def show_previews(visit: Visit) -> web.StreamResponse:
    return await _page(visit)


async def change_previews(visit: Visit) -> web.StreamResponse:
    """Make a link, revoke one, or all there are."""
    form = await visit.form()
    deed, site_id = form.text("do"), visit.site.id
    if deed not in ("revoke", "revoke-all"):
        return await _make(visit, form)
    async with visit.db() as conn:
        if deed == "revoke-all":
            await queries.revoke_all_links(conn, site_id)
            await audit.note_site(conn, visit, "preview_links_revoked")
        else:
            if not await queries.revoke_link(conn, site_id, read_id(form.text("link"))):
                raise web.HTTPNotFound
            await audit.note_site(conn, visit, "preview_link_revoked")
    return draw.redirect(_root(visit), done="previews_revoked" if deed == "revoke-all" else "preview_revoked")


async def _make(visit: Visit, form: Form) -> web.StreamResponse:
    shows, days, revision = form.text("shows"), _number(form.text("days")), _number(form.text("revision"))
    if shows not in _SHOWS or days not in DAYS or (shows == "revision") != bool(revision):
        return await _page(visit, 422, "preview_refused")
    said: dict[str, Any] = {"shows": shows, "revision": revision or None}
    async with visit.db() as conn:
        links = await queries.links_of_site(conn, visit.site.id)
        link = None
        if sum(one.is_live for one in links) < MOST_LIVE:
            link = await queries.make_link(conn, visit.site.id, timedelta(days=days), **said, created_by=visit.user.id)
        if link is not None:
            # Its id is what lets its holder in, so the log has none.
            await audit.note_site(conn, visit, "preview_link_made", new={**said, "days": days})
    if link is None:
        return await _page(visit, 422, "preview_too_many" if shows != "revision" else "revision_gone")
    return draw.redirect(f"{_root(visit)}?made={link.id}")


async def _page(visit: Visit, status: int = 200, problem: str = "") -> web.StreamResponse:
    async with visit.db() as conn:
        links = await queries.links_of_site(conn, visit.site.id)
    given = [_given(visit, one) for one in links]
    made = visit.request.query.get("made", "")
    return draw.page(
        visit,
        "previews.html",
        status=status,
        problem=problem,
        made=next((one for one in given if one.url and str(one.link.id) == made), None),
        live=[one for one in given if one.url],
        dead=[one for one in given if not one.url][:MOST_DEAD],
        days=DAYS,
        usual=USUAL.days,
        root=f"/sites/{visit.site.id}",
    )


def _given(visit: Visit, one: ListedLink) -> Given:
    expired = one.expires_at <= datetime.now(UTC)
    if not one.is_live:
        return Given(one, expired)
    link = Link(one.id, visit.site.id, one.shows, one.revision, None, one.created_at, one.expires_at)
    origin = visit.settings.origin(preview_host(visit.settings, visit.site.id))
    url = origin + link_path(visit.request.app[KEYRING], link)
    words = words_for(visit.language)
    said = words("preview_message", name=visit.site.title, date=words.date(one.expires_at, visit.site.zone))
    subject = quote(words("preview_subject", name=visit.site.title), safe="")
    text = quote(f"{said} {url}", safe="")
    return Given(one, False, url, f"https://wa.me/?text={text}", f"mailto:?subject={subject}&body={text}")


def _number(text: str) -> int:
    """0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/previews"
