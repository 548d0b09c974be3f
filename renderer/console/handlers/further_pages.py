"""Pages beside the home page: added and removed, in the draft."""

from aiohttp import web

from renderer import drafts, themes
from renderer.console import draw
from renderer.console.designing import further_pages
from renderer.console.designing.desk import content_of, open_desk, require_seen, source_of, take_step
from renderer.console.designing.further_pages import MOST_TITLE, NoSuchPage
from renderer.console.editing.entries import NoRoom
from renderer.console.handlers.order import arrangement_of, draw_order
from renderer.console.visit import Visit
from renderer.console.workshop import WORKSHOP
from renderer.console.writing.post import slug_of
from renderer.keys import THEMES


async def change_pages(visit: Visit) -> web.StreamResponse:
    """`do`: `new` makes a page of `title`, and leads to the form of its text; `remove` takes away the one at `page`."""
    form = await visit.form()
    path, title = form.text("page") or "/", " ".join(form.text("title").split())
    removes = form.text("do") == "remove"
    if not removes and not 0 < len(title) <= MOST_TITLE:
        return await draw_order(visit, path, 422, "page_untitled")
    app, pointer = visit.request.app, ""
    try:
        async with visit.db() as conn:
            desk = await open_desk(conn, visit)
            require_seen(form, desk)
            arranged, document = await arrangement_of(visit, desk), content_of(desk)
            if removes:
                columns = await app[WORKSHOP].draw(lambda: further_pages.without_page(arranged, document, path))
            else:
                source = source_of(visit, desk.standing, desk.draft.values)
                site = await app[WORKSHOP].draw(lambda: themes.read_site(app[THEMES], source))
                taken, stem = {*site.paths, *arranged.pages}, slug_of(title) or "halaman"
                columns, pointer = await app[WORKSHOP].draw(
                    lambda: further_pages.with_page(arranged, document, title, stem, taken)
                )
            await take_step(conn, visit, desk, columns)
    except drafts.Stale:
        return await draw_order(visit, path, 409, "draft_moved")
    except NoRoom:
        return await draw_order(visit, path, 422, "page_full")
    except NoSuchPage:
        return await draw_order(visit, "/", 422, "page_unknown")
    except (drafts.Refused, LookupError):
        return await draw_order(visit, path, 422, "draft_refused")
    root = f"/sites/{visit.site.id}"
    if pointer:
        return draw.redirect(f"{root}/texts/section?at={pointer}", done="page_added")
    return draw.redirect(f"{root}/order", done="page_removed")
