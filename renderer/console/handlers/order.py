"""The sections of a site, page by page: moved, hidden, added and removed, in the draft."""

from aiohttp import web

from renderer import drafts
from renderer.console import draw
from renderer.console.designing import furnishing, order
from renderer.console.designing.desk import Desk, content_of, open_desk, require_seen, source_of, take_step
from renderer.console.designing.further_pages import MOST_TITLE
from renderer.console.designing.order import Arrangement, NoSuchSection
from renderer.console.designing.sample import sample
from renderer.console.editing.entries import NoRoom
from renderer.console.visit import Visit
from renderer.console.words import words_for
from renderer.console.workshop import WORKSHOP
from renderer.keys import THEMES
from renderer.themes import read_site
from renderer.themes.contract.sections import KINDS


async def show_order(visit: Visit) -> web.StreamResponse:
    return await draw_order(visit, visit.request.query.get("page", "/"))


async def change_order(visit: Visit) -> web.StreamResponse:
    """`do` says what and which: `up-3`, `hide-0`, `add-5`; `remove-3`, and `drop-3` of one that stands nowhere; `new`
    makes a section of `kind`, and leads to its form."""
    form = await visit.form()
    deed, _, number = form.text("do").partition("-")
    path, kind = form.text("page"), form.text("kind")
    place, after = _number(number), _number(form.text("after"))
    pointer = ""
    try:
        async with visit.db() as conn:
            desk = await open_desk(conn, visit)
            require_seen(form, desk)
            arranged = await arrangement_of(visit, desk)
            if deed in ("new", "remove", "drop"):
                document = content_of(desk)
                easel = visit.request.app[WORKSHOP].draw
                if deed == "new":
                    # The site's visitors read it, so it is said in the site's language.
                    spoken = "en" if furnishing.language_of(document) == "en" else "id"
                    title = words_for(spoken)[f"section_{kind}"] if kind in KINDS else ""
                    columns, pointer = await easel(
                        lambda: furnishing.with_section(arranged, document, path, kind, title, after)
                    )
                else:
                    columns = await easel(
                        lambda: furnishing.without_section(arranged, document, path, place, deed == "drop")
                    )
            else:
                columns = {"components_config": order.rearranged(arranged, path, deed, place)}
            await take_step(conn, visit, desk, columns)
    except drafts.Stale:
        return await draw_order(visit, path, 409, "draft_moved")
    except NoSuchSection:
        return await draw_order(visit, path, 422, "order_unknown")
    except NoRoom:
        return await draw_order(visit, path, 422, "order_full")
    except (drafts.Refused, LookupError):
        return await draw_order(visit, path, 422, "draft_refused")
    if pointer:
        return draw.redirect(f"/sites/{visit.site.id}/texts/section?at={pointer}", done="section_added")
    now = _line(arranged, path, deed, place)
    return draw.redirect(
        f"{_address(visit, path)}#line-{now}", done="section_removed" if deed in ("remove", "drop") else "drafted"
    )


async def show_ordered(visit: Visit) -> web.StreamResponse:
    """A page as the draft has it, for the frame beside its sections."""
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    source = source_of(visit, desk.standing, desk.draft.values)
    return await sample(visit, source, visit.request.query.get("page", "/"))


async def draw_order(visit: Visit, path: str, status: int = 200, problem: str = "") -> web.StreamResponse:
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    arranged = await arrangement_of(visit, desk)
    if path not in arranged.pages:
        if status == 200:
            raise web.HTTPNotFound
        path = "/"
    app, source = visit.request.app, source_of(visit, desk.standing, desk.draft.values)
    site = await app[WORKSHOP].draw(lambda: read_site(app[THEMES], source))
    drawn = site.pages.get(path)
    kinds, pointer = await _furnishing(visit, desk, arranged, path)
    return draw.page(
        visit,
        "order.html",
        status=status,
        problem=problem,
        desk=desk,
        path=path,
        pages=[(one, page.title or one, _address(visit, one)) for one, page in arranged.pages.items()],
        rows=arranged.rows(path),
        kinds=kinds,
        pointer=pointer,
        drawn={section.type for section in drawn.sections} if drawn else set(),
        most_title=MOST_TITLE,
        frames=["'self'"],
        root=f"/sites/{visit.site.id}",
    )


async def arrangement_of(visit: Visit, desk: Desk) -> Arrangement:
    values = desk.draft.values
    row = desk.standing.templates.get(values["template_id"])
    theme = visit.request.app[THEMES].get(values["template_id"])
    defaults = (row.default_sections if row else None) or theme.manifest.default_sections
    return await visit.request.app[WORKSHOP].draw(lambda: order.arrangement(values, defaults))


async def _furnishing(visit: Visit, desk: Desk, arranged: Arrangement, path: str) -> tuple[list[str], str]:
    """Types of sections that may be added to a page, and where its sections are written; nothing of both where its
    texts cannot be changed."""
    try:
        document = content_of(desk)
    except drafts.Refused:
        return [], ""
    return await visit.request.app[WORKSHOP].draw(
        lambda: (
            furnishing.kinds_to_add(arranged, document, path),
            furnishing.page_pointer(document, path),
        )
    )


def _line(arranged: Arrangement, path: str, deed: str, place: int) -> int:
    """Which line of the list the section that was moved, shown or hidden stands on afterwards; of one that is gone, the
    line it stood on."""
    was = next((line for line, row in enumerate(arranged.rows(path), 1) if row.place == place), 1)
    return max(1, was + {"up": -1, "down": 1}.get(deed, 0))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _address(visit: Visit, path: str) -> str:
    root = f"/sites/{visit.site.id}/order"
    return root if path == "/" else f"{root}?page={path}"
