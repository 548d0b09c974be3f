"""What is typed into a post or a long form, kept by a script while it is typed, and given up by a button."""

from uuid import UUID

from aiohttp import web

from renderer import respond
from renderer.console import draw
from renderer.console.handlers.editor import typed_of
from renderer.console.keeping import PLACE, forget_kept, keep_form, tabs_of
from renderer.console.visit import Visit, read_id
from renderer.console.writing.unsaved import Typist, forget_unsaved, is_kept, keep_unsaved


async def change_unsaved(visit: Visit) -> web.StreamResponse:
    """Nothing of it is checked: half a title is what was typed. 409: another open page of the post is typed into."""
    form = await visit.form()
    typist = typist_of(visit, _post(visit.params["post_id"]))
    if form.text("do") == "forget":
        async with visit.db() as conn:
            await forget_unsaved(conn, typist)
        return draw.redirect(f"/sites/{visit.site.id}/posts/{visit.params['post_id']}", done="unsaved_forgotten")
    async with visit.db() as conn:
        kept = await keep_unsaved(conn, typist, typed_of(form), form.text("seen")[:60], tabs_of(form))
        if not kept and not await is_kept(conn, typist):
            raise web.HTTPNotFound
    return _kept(kept)


async def change_unsaved_form(visit: Visit) -> web.StreamResponse:
    """The same of the form that `for` is the address of, below its site's."""
    form = await visit.form()
    place = visit.request.query.get("for", "")
    if not PLACE.fullmatch(place):
        raise web.HTTPNotFound
    if form.text("do") == "forget":
        address = f"/sites/{visit.site.id}/{place}"
        await forget_kept(visit, address)
        return draw.redirect(address, done="unsaved_forgotten")
    async with visit.db() as conn:
        return _kept(await keep_form(conn, visit, place, form.items(), tabs_of(form)))


def typist_of(visit: Visit, post_id: UUID | None) -> Typist:
    return Typist(visit.user.id, visit.site.id, post_id)


def _kept(is_so: bool) -> web.Response:
    headers = {**respond.SECURITY, "Cache-Control": respond.PRIVATE}
    return web.Response(status=204 if is_so else 409, headers=headers)


def _post(named: str) -> UUID | None:
    return None if named == "new" else read_id(named)
