"""What is typed into a post's editor, kept by a script while it is typed, and given up by a button."""

from uuid import UUID

from aiohttp import web

from renderer import respond
from renderer.console import draw
from renderer.console.handlers.editor import typed_of
from renderer.console.visit import Visit
from renderer.console.writing.unsaved import Typist, forget_unsaved, keep_unsaved


async def change_unsaved(visit: Visit) -> web.StreamResponse:
    """Nothing of it is checked: half a title is what was typed."""
    form = await visit.form()
    typist = typist_of(visit, _post(visit.params["post_id"]))
    forgets = form.text("do") == "forget"
    async with visit.db() as conn:
        if forgets:
            await forget_unsaved(conn, typist)
        elif not await keep_unsaved(conn, typist, typed_of(form), form.text("seen")[:60]):
            raise web.HTTPNotFound
    if forgets:
        return draw.redirect(f"/sites/{visit.site.id}/posts/{visit.params['post_id']}", done="post_unsaved_forgotten")
    return web.Response(status=204, headers={**respond.SECURITY, "Cache-Control": respond.PRIVATE})


def typist_of(visit: Visit, post_id: UUID | None) -> Typist:
    return Typist(visit.user.id, visit.site.id, post_id)


def _post(named: str) -> UUID | None:
    if named == "new":
        return None
    try:
        return UUID(named)
    except ValueError:
        raise web.HTTPNotFound from None
