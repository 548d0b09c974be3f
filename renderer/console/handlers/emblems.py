"""The site's icon, and the picture that shows where its link is sent: chosen from the pictures that were uploaded."""

from aiohttp import web

from renderer import drafts
from renderer.console import draw
from renderer.console.designing.desk import open_desk, require_seen, take_step
from renderer.console.pictures.chosen import picture_of
from renderer.console.visit import Visit
from renderer.media.queries import Listed, list_pictures
from renderer.themes.pictures.own import own_picture

MOST_CHOICES = 200
COLUMNS = {"card": "og_image_url", "icon": "favicon_url"}
ROUND = 0.02
"""By how much the sides of a picture for an icon may differ."""


async def show_emblem(visit: Visit) -> web.StreamResponse:
    return await _page(visit, _which(visit.request.query.get("for", "")))


async def choose_emblem(visit: Visit) -> web.StreamResponse:
    form = await visit.form()
    which, chosen = _which(form.text("for")), form.text("picture")
    address = None
    try:
        async with visit.db() as conn:
            desk = await open_desk(conn, visit)
            require_seen(form, desk)
            if chosen != "none":
                picture = await picture_of(conn, visit, chosen)
                if not _fits(which, picture):
                    raise web.HTTPNotFound
                address = picture.picture.small if which == "icon" else picture.picture.src
            await take_step(conn, visit, desk, {COLUMNS[which]: address})
    except drafts.Stale:
        return await _page(visit, which, 409, "draft_moved")
    except drafts.Refused:
        return await _page(visit, which, 422, "draft_refused")
    return draw.redirect(f"/sites/{visit.site.id}/search", done="drafted")


async def _page(visit: Visit, which: str, status: int = 200, problem: str = "") -> web.StreamResponse:
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
        found = await list_pictures(conn, visit.site.id, most=MOST_CHOICES)
    now = desk.draft.values[COLUMNS[which]]
    own = own_picture(now)
    return draw.page(
        visit,
        "emblem.html",
        status=status,
        problem=problem,
        desk=desk,
        which=which,
        now=now,
        chosen=own.name if own else "",
        choices=[one for one in found if _fits(which, one)],
        left_out=sum(not _fits(which, one) for one in found),
        root=f"/sites/{visit.site.id}",
    )


def _fits(which: str, one: Listed) -> bool:
    """An icon is square: browsers would squeeze any other."""
    width, height = one.picture.width, one.picture.height
    return which != "icon" or abs(width - height) <= ROUND * max(width, height)


def _which(text: str) -> str:
    if text not in COLUMNS:
        raise web.HTTPNotFound
    return text
