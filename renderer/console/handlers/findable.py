"""How a site and each of its pages are found: title, description, what searches and messages make of them; robots."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web

from renderer import drafts, respond, themes
from renderer.console import draw
from renderer.console.designing import findable, moving
from renderer.console.designing.desk import Desk, content_of, open_desk, places_of, require_seen, source_of, take_step
from renderer.console.designing.findable import Found, PageFound
from renderer.console.editing.tongues import MOST_ADDRESS, tongues_of
from renderer.console.pictures.shown import console_address
from renderer.console.visit import Form, Visit
from renderer.console.workshop import WORKSHOP
from renderer.drafts.merge import Unmergeable
from renderer.keys import IMAGE_RULES, THEMES
from renderer.themes import Site, SiteSource
from renderer.themes.found.sharing import card_fonts, own_icon, site_icon
from renderer.themes.pictures.card import draw_card
from renderer.themes.pictures.icon import data_url
from renderer.themes.tongues import own_name

_COLUMNS = {"title": "seo_title", "description": "seo_description", "picture": "og_image_url"}


async def show_findable(visit: Visit) -> web.StreamResponse:
    return await _page(visit, visit.request.query.get("page", "/"))


async def change_findable(visit: Visit) -> web.StreamResponse:
    """Try what was typed, or save it into the draft. `page` names a further page; without it, the site."""
    form = await visit.form()
    path, tries = form.text("page") or "/", form.text("do") == "try"
    found: Found | PageFound = _read(form) if path == "/" else _read_page(form, path)
    address = moving.tidied(form.text("address")[:400]) if path != "/" and form.text("address") else path
    try:
        async with visit.db() as conn:
            desk = await open_desk(conn, visit)
            source = source_of(visit, desk.standing, desk.draft.values)
            if isinstance(found, PageFound):
                wrong = findable.wrong_with_page(found)
            else:
                wrong = findable.wrong_with(found, source.pictures)
            if address != path and not tries:
                taken = {one for one in (await _site(visit, source)).paths if one != path}
                if fault := moving.wrong_with_address(address, taken):
                    wrong["address"] = fault
            if not wrong and not tries:
                columns = await _columns(desk, found)
                require_seen(form, desk)
                if address != path:
                    columns |= await asyncio.to_thread(
                        moving.columns_moved, {**desk.draft.values, **columns}, path, address
                    )
                await take_step(conn, visit, desk, columns)
    except drafts.Stale:
        return await _page(visit, path, found, 409, "draft_moved", address=address)
    except (drafts.Refused, Unmergeable):
        return await _page(visit, path, found, 422, "draft_refused", address=address)
    except LookupError:
        raise web.HTTPNotFound from None
    except ValueError:
        return await _page(visit, path, found, 422, wrong={"title": "unread"}, address=address)
    if wrong:
        return await _page(visit, path, found, 422, wrong=wrong, address=address)
    if tries:
        return await _page(visit, path, found, address=address)
    return draw.redirect(_address(visit, address), done="drafted" if address == path else "page_moved")


async def show_share_card(visit: Visit) -> web.StreamResponse:
    """The picture that is drawn for a page of the draft, where the site has none of its own."""
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    site = await _site(visit, source_of(visit, desk.standing, desk.draft.values))
    share = site.shares.get(visit.request.query.get("page", "/")) or site.shares[site.view.home]
    body = await visit.request.app[WORKSHOP].draw(lambda: draw_card(share.card, card_fonts(site)))
    headers = {
        **respond.file_headers("image/png"),
        "Cache-Control": respond.PRIVATE,
        "Content-Type": "image/png",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return web.Response(body=body, headers=headers)


async def _page(
    visit: Visit,
    path: str,
    found: Found | PageFound | None = None,
    status: int = 200,
    problem: str = "",
    wrong: Mapping[str, str] | None = None,
    address: str = "",
) -> web.StreamResponse:
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    source = source_of(visit, desk.standing, desk.draft.values)
    places = await places_of(desk)
    pages = findable.pages_found(places) if places else {}
    pointer = findable.pointers(places).get(path) if places else None
    if path != "/" and path not in pages:
        if found is None and visit.request.query.get("done") == "undone":  # it had this address a step ago
            return draw.redirect(_address(visit, "/"), done="undone")
        raise web.HTTPNotFound
    try:
        shown = found or (pages[path] if path != "/" else findable.found_of(desk.draft.values))
    except Unmergeable:
        shown, status, problem = Found(), 422, "content_unreadable"
    if found is not None and not wrong and not problem:
        source = replace(source, **await _tried(desk, found))
    site = await _site(visit, source)
    share = site.shares.get(path) or site.shares[site.view.home]
    own, icon = source.pictures.vet(source.og_image_url), own_icon(site)
    async with visit.db() as conn:
        picture = await console_address(conn, visit, own)
        icon_shown = await console_address(conn, visit, icon)
    foreign = [one for one in (picture, icon_shown) if one and not one.startswith("/sites/")]
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
        path=path,
        own_address=address or path,
        most_address=MOST_ADDRESS,
        old=_old(desk, path, site),
        pages=[one for one in pages.values() if one.path in site.shares],
        at=pointer,
        tongues=[(tag, own_name(tag)) for tag in tongues_of(places)] if places and pointer else [],
        own_language=own_name((places.content.language if places else None) or "id"),
        address=visit.site.host + ("" if path == "/" else path.replace("/", " › ")),
        picture=picture,
        has_icon=source.favicon_url,
        icon=icon_shown or data_url(site_icon(site)),
        pictures=[source.base_url, *visit.request.app[IMAGE_RULES].origins] if foreign else [],
        root=f"/sites/{visit.site.id}",
    )


def _old(desk: Desk, path: str, site: Site) -> list[str]:
    """Addresses that lead to a further page."""
    try:
        return moving.old_addresses(desk.draft.values["config"], path, site.paths) if path != "/" else []
    except Unmergeable:
        return []


async def _site(visit: Visit, source: SiteSource) -> Site:
    app = visit.request.app
    return await app[WORKSHOP].draw(lambda: themes.read_site(app[THEMES], source))


async def _columns(desk: Desk, found: Found | PageFound) -> dict[str, Any]:
    if isinstance(found, Found):
        return findable.columns_of(desk.draft.values, found)
    return {"generated_content": await asyncio.to_thread(findable.column_of_page, content_of(desk), found)}


async def _tried(desk: Desk, found: Found | PageFound) -> dict[str, Any]:
    """What the site's source would have, as it is typed."""
    if isinstance(found, Found):
        return {column: getattr(found, name) or None for name, column in _COLUMNS.items()}
    try:
        return await _columns(desk, found)
    except (drafts.Refused, LookupError, ValueError):
        return {}


def _read(form: Form) -> Found:
    title, description = (_line(form, name) for name in ("title", "description"))
    lines = "\n".join(line.strip() for line in form.text("lines")[:20_000].splitlines() if line.strip())
    return Found(title, description, form.text("picture")[:2_000], form.ticked("hidden"), lines)


def _read_page(form: Form, path: str) -> PageFound:
    return PageFound(path, _line(form, "title"), _line(form, "description"), _line(form, "nav"))


def _line(form: Form, name: str) -> str:
    return " ".join(form.text(name).split())[:2_000]


def _address(visit: Visit, path: str) -> str:
    root = f"/sites/{visit.site.id}/search"
    return root if path == "/" else f"{root}?page={path}"
