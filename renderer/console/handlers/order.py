"""The order of a site's sections, page by page: moved by buttons, hidden and shown, in the draft."""

from aiohttp import web

from renderer import drafts
from renderer.console import draw
from renderer.console.designing import order
from renderer.console.designing.desk import Desk, open_desk, require_seen, source_of, take_step
from renderer.console.designing.order import Arrangement, NoSuchSection
from renderer.console.designing.sample import sample
from renderer.console.visit import Visit
from renderer.console.workshop import WORKSHOP
from renderer.keys import THEMES
from renderer.themes import read_site


async def show_order(visit: Visit) -> web.StreamResponse:
    return await _page(visit, visit.request.query.get("page", "/"))


async def change_order(visit: Visit) -> web.StreamResponse:
    """`do` says what and which: `up-3`, `hide-0`, `add-5`."""
    form = await visit.form()
    deed, _, number = form.text("do").partition("-")
    path = form.text("page")
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else -1
    try:
        async with visit.db() as conn:
            desk = await open_desk(conn, visit)
            require_seen(form, desk)
            column = order.rearranged(await _arrangement(visit, desk), path, deed, place)
            await take_step(conn, visit, desk, {"components_config": column})
    except drafts.Stale:
        return await _page(visit, path, 409, "draft_moved")
    except NoSuchSection:
        return await _page(visit, path, 422, "order_unknown")
    except drafts.Refused:
        return await _page(visit, path, 422, "draft_refused")
    return draw.redirect(_address(visit, path), done="drafted")


async def show_ordered(visit: Visit) -> web.StreamResponse:
    """A page as the draft has it, for the frame beside its sections."""
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    source = source_of(visit, desk.standing, desk.draft.values)
    return await sample(visit, source, visit.request.query.get("page", "/"))


async def _page(visit: Visit, path: str, status: int = 200, problem: str = "") -> web.StreamResponse:
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    arranged = await _arrangement(visit, desk)
    if path not in arranged.pages:
        if status == 200:
            raise web.HTTPNotFound
        path = "/"
    app, source = visit.request.app, source_of(visit, desk.standing, desk.draft.values)
    site = await app[WORKSHOP].draw(lambda: read_site(app[THEMES], source))
    drawn = site.pages.get(path)
    return draw.page(
        visit,
        "order.html",
        status=status,
        problem=problem,
        desk=desk,
        path=path,
        pages=[(one, page.title or one, _address(visit, one)) for one, page in arranged.pages.items()],
        rows=arranged.rows(path),
        drawn={section.type for section in drawn.sections} if drawn else set(),
        frames=["'self'"],
        root=f"/sites/{visit.site.id}",
    )


async def _arrangement(visit: Visit, desk: Desk) -> Arrangement:
    values = desk.draft.values
    row = desk.standing.templates.get(values["template_id"])
    theme = visit.request.app[THEMES].get(values["template_id"])
    defaults = (row.default_sections if row else None) or theme.manifest.default_sections
    return await visit.request.app[WORKSHOP].draw(lambda: order.arrangement(values, defaults))


def _address(visit: Visit, path: str) -> str:
    root = f"/sites/{visit.site.id}/order"
    return root if path == "/" else f"{root}?page={path}"
