"""The look of a site: themes, their styles and colours, each shown with the owner's own content."""

from aiohttp import web

from renderer import drafts
from renderer.console import draw
from renderer.console.designing import looks
from renderer.console.designing.desk import open_desk, require_seen, source_of, take_step
from renderer.console.designing.sample import sample
from renderer.console.visit import Visit
from renderer.keys import THEMES

PARTS = ("template", "variant", "scheme")


async def show_look(visit: Visit) -> web.StreamResponse:
    return await _page(visit)


async def choose_look(visit: Visit) -> web.StreamResponse:
    """A theme, a style of it or a scheme, into the draft."""
    form = await visit.form()
    choice = {name: form.text(name)[:60] for name in PARTS}
    try:
        async with visit.db() as conn:
            desk = await open_desk(conn, visit)
            values = looks.choose(visit.request.app[THEMES], desk.standing, desk.draft.values, visit.user.id, **choice)
            require_seen(form, desk)
            await take_step(conn, visit, desk, values)
    except drafts.Stale:
        return await _page(visit, 409, "draft_moved")
    except looks.NoSuchLook:
        return await _page(visit, 422, "look_unknown")
    except drafts.Refused:
        return await _page(visit, 422, "draft_refused")
    part = next((name for name in PARTS if choice[name]), PARTS[0])
    return draw.redirect(f"/sites/{visit.site.id}/look#{part}", done=f"look_{part}")


async def show_sample(visit: Visit) -> web.StreamResponse:
    """The home page as it would be with a choice that is not made yet, for a frame of the chooser."""
    choice = {name: visit.request.query.get(name, "")[:60] for name in PARTS}
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    try:
        values = looks.choose(visit.request.app[THEMES], desk.standing, desk.draft.values, visit.user.id, **choice)
    except looks.NoSuchLook:
        raise web.HTTPNotFound from None
    return await sample(visit, source_of(visit, desk.standing, {**desk.draft.values, **values}))


async def _page(visit: Visit, status: int = 200, problem: str = "") -> web.StreamResponse:
    themes = visit.request.app[THEMES]
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    values = desk.draft.values
    return draw.page(
        visit,
        "look.html",
        status=status,
        problem=problem,
        desk=desk,
        wardrobe=looks.wardrobe(themes, desk.standing, values, visit.language, visit.user.id),
        theme=themes.get(values["template_id"]).name,
        frames=["'self'"],
        root=f"/sites/{visit.site.id}",
    )
