"""The list of a site's posts, by status and by words."""

from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from renderer.console import draw, writing
from renderer.console.handlers.unsaved import typist_of
from renderer.console.shelves import read_words
from renderer.console.visit import Visit
from renderer.console.writing.post import SHELVES
from renderer.console.writing.unsaved import unsaved_of_site

POSTS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list was narrowed to, as it stands in its address. `shelf` "" has all."""

    shelf: str = ""
    words: str = ""
    page: int = 1

    def query(self, *, shelf: str | None = None, page: int = 1) -> str:
        """`?...` of the same list from another page or on another shelf; "" for all from the beginning."""
        parts = {
            "status": self.shelf if shelf is None else shelf,
            "words": self.words,
            "page": str(page) if page > 1 else "",
        }
        query = urlencode({name: value for name, value in parts.items() if value})
        return f"?{query}" if query else ""


async def show_posts(visit: Visit) -> web.StreamResponse:
    query = visit.request.query
    shelf = query.get("status", "")
    listed = Listed(shelf if shelf in SHELVES else "", read_words(query.get("words", "")), visit.page)
    async with visit.db() as conn:
        posts = await writing.list_posts(
            conn,
            visit.site.id,
            shelf=listed.shelf,
            words=listed.words,
            most=POSTS_A_PAGE + 1,
            skip=(listed.page - 1) * POSTS_A_PAGE,
        )
        unsaved = await unsaved_of_site(conn, typist_of(visit, None))
    return draw.page(
        visit,
        "posts.html",
        posts=posts[:POSTS_A_PAGE],
        has_more=len(posts) > POSTS_A_PAGE,
        listed=listed,
        shelves=SHELVES,
        unsaved=unsaved,
        root=f"/sites/{visit.site.id}/posts",
    )
