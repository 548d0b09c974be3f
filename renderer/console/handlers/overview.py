"""The first page: sites and numbers; and the first page of one site."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aiohttp import web

from renderer.console import draw, editing, queries
from renderer.console.designing.desk import Desk, open_desk, places_of
from renderer.console.designing.first_steps import FirstStep, first_steps
from renderer.console.keeping import kept_places, screens_of
from renderer.console.shelves import read_words
from renderer.console.visit import Visit

if TYPE_CHECKING:
    from renderer.db.lease import Connection

SITES_A_PAGE = 24
MANY = 8
"""Sites from which on they are looked for by name."""
SORTS = ("name", "views")
SHORT = 5_000
"""Tokens that are nearly none: a tenth of what an account begins with."""
MOST_MINIATURES = 6
"""Sites of who has more are known by their names; each miniature is a page that is drawn."""


async def show_overview(visit: Visit) -> web.StreamResponse:
    """All sites, or those that `words`, or what they need (`show`), narrow the list to."""
    page, query = visit.page, visit.request.query
    words = read_words(query.get("words", ""))[:100]
    show = query["show"] if query.get("show") in queries.NEEDS else ""
    sort = query["sort"] if query.get("sort") in SORTS else ""
    asked: dict[str, Any] = {"skip": (page - 1) * SITES_A_PAGE, "words": words.lower(), "show": show, "sort": sort}
    async with visit.db() as conn:
        numbers = await queries.dashboard(conn, visit.user.id)
        cards = await queries.sites(conn, visit.user.id, visit.settings, most=SITES_A_PAGE + 1, **asked)
        visit.has_several = numbers is not None and numbers.website_count > 1
        needs = await queries.needs(conn, visit.user.id) if visit.has_several else {}
    if numbers is None or (page > 1 and not cards):
        raise web.HTTPNotFound
    return draw.page(
        visit,
        "overview.html",
        numbers=numbers,
        sites=cards[:SITES_A_PAGE],
        page=page,
        has_more=len(cards) > SITES_A_PAGE,
        words=words,
        show=show,
        sort=sort,
        sorts=("", *SORTS),
        query=urlencode({name: text for name, text in (("words", words), ("show", show), ("sort", sort)) if text}),
        needs={name: number for name, number in needs.items() if number},
        is_short=numbers.tokens_balance < SHORT,
        is_long=numbers.website_count > MANY,
        miniatures=len(cards) <= MOST_MINIATURES,
        frames=["'self'"],
    )


async def show_site(visit: Visit) -> web.StreamResponse:
    """While it was never shown, with what is still to do before."""
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
        first = await _first_steps(conn, visit, desk) if visit.site.status == "draft" else []
        typing = screens_of(await kept_places(conn, visit))
    return draw.page(
        visit,
        "site.html",
        desk=desk,
        first=first,
        typing=typing,
        frames=["'self'"],
        root=f"/sites/{visit.site.id}",
    )


async def _first_steps(conn: "Connection", visit: Visit, desk: Desk) -> list[FirstStep]:
    """None of them where the content cannot be changed from here."""
    places = await places_of(desk)
    try:
        content = await editing.read_content(conn, visit.user.id, visit.site.id)
    except (editing.Unreadable, LookupError):
        return []
    return first_steps(editing.read_facts(content), places) if places else []
