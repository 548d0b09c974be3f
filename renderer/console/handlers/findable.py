"""How a site is found: title, description and picture with what searches and messages make of them; robots."""

from dataclasses import replace

from aiohttp import web

from renderer import drafts, respond, themes
from renderer.console import draw
from renderer.console.designing import findable
from renderer.console.designing.desk import Desk, open_desk, require_seen, source_of, take_step
from renderer.console.designing.findable import Found
from renderer.console.visit import Form, Visit
from renderer.console.workshop import WORKSHOP
from renderer.drafts.merge import Unmergeable
from renderer.keys import IMAGE_RULES, THEMES
from renderer.themes import Site
from renderer.themes.found.sharing import card_fonts
from renderer.themes.pictures.card import draw_card


async def show_findable(visit: Visit) -> web.StreamResponse:
    return await _page(visit)


async def change_findable(visit: Visit) -> web.StreamResponse:
    """Try what was typed, or save it into the draft."""
    form = await visit.form()
    found = _read(form)
    try:
        async with visit.db() as conn:
            desk = await open_desk(conn, visit)
            source = source_of(visit, desk.standing, desk.draft.values)
            wrong = findable.wrong_with(found, source.pictures)
            if not wrong and form.text("do") != "try":
                require_seen(form, desk)
                await take_step(conn, visit, desk, findable.columns_of(desk.draft.values, found))
    except drafts.Stale:
        return await _page(visit, found, 409, "draft_moved")
    except (drafts.Refused, Unmergeable):
        return await _page(visit, found, 422, "draft_refused")
    if wrong:
        return await _page(visit, found, 422, wrong=wrong)
    if form.text("do") == "try":
        return await _page(visit, found)
    return draw.redirect(f"/sites/{visit.site.id}/search", done="drafted")


async def show_share_card(visit: Visit) -> web.StreamResponse:
    """The picture that is drawn for the draft's home page, where it has none of its own."""
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    site = await _site(visit, desk, None)
    card = site.shares[site.view.home].card
    body = await visit.request.app[WORKSHOP].draw(lambda: draw_card(card, card_fonts(site)))
    headers = {
        **respond.file_headers("image/png"),
        "Cache-Control": respond.PRIVATE,
        "Content-Type": "image/png",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return web.Response(body=body, headers=headers)


async def _page(
    visit: Visit,
    found: Found | None = None,
    status: int = 200,
    problem: str = "",
    wrong: dict[str, str] | None = None,
) -> web.StreamResponse:
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    site = await _site(visit, desk, found if not wrong else None)
    try:
        shown = found or findable.found_of(desk.draft.values)
    except Unmergeable:
        shown, status, problem = Found(), 422, "content_unreadable"
    share, source = site.shares[site.view.home], site.source
    own = source.pictures.vet(source.og_image_url)
    return draw.page(
        visit,
        "findable.html",
        status=status,
        problem=problem,
        wrong=wrong or {},
        desk=desk,
        found=shown,
        most=findable.MOST,
        share=share,
        picture=(source.base_url + own if own.startswith("/") else own) if own else None,
        pictures=[source.base_url, *visit.request.app[IMAGE_RULES].origins] if own else [],
        root=f"/sites/{visit.site.id}",
    )


async def _site(visit: Visit, desk: Desk, found: Found | None) -> Site:
    """The site as the draft has it, or as it would be found with what was typed."""
    source = source_of(visit, desk.standing, desk.draft.values)
    if found is not None:
        source = replace(
            source,
            seo_title=found.title or None,
            seo_description=found.description or None,
            og_image_url=found.picture or None,
        )
    app = visit.request.app
    return await app[WORKSHOP].draw(lambda: themes.read_site(app[THEMES], source))


def _read(form: Form) -> Found:
    title, description = (" ".join(form.text(name).split())[:2_000] for name in ("title", "description"))
    lines = "\n".join(line.strip() for line in form.text("lines")[:20_000].splitlines() if line.strip())
    return Found(title, description, form.text("picture")[:2_000], form.ticked("hidden"), lines)
