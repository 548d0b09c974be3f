"""Pictures of a site: the list, uploads, one picture with where it is used."""

from aiohttp import web

from renderer import respond
from renderer.console import audit, draw
from renderer.console.pictures import upload
from renderer.console.pictures.chosen import picture_of
from renderer.console.visit import Visit
from renderer.console.words import words_for
from renderer.console.workshop import WORKSHOP
from renderer.edge.turns import without_turn
from renderer.keys import PICTURES, STUDIO
from renderer.media import leftovers, queries
from renderer.media.adding import Full, add_picture
from renderer.media.drawing import Refused
from renderer.media.queries import Listed
from renderer.media.studio import Busy
from renderer.themes.pictures.own import type_of

PICTURES_A_PAGE = 60
MOST_ALT = 500


async def show_pictures(visit: Visit) -> web.StreamResponse:
    return await _page(visit)


async def add_pictures(visit: Visit) -> web.StreamResponse:
    """Each file is a picture of its own: what is wrong with one keeps no other back."""
    try:
        with visit.request.app[WORKSHOP].uploads.admit(visit.user.id):
            return await _add(visit)
    except upload.Crowd:
        return await _page(visit, 429, problem="picture_no_busy")


async def _add(visit: Visit) -> web.StreamResponse:
    app, words, most = visit.request.app, words_for(visit.language), visit.settings.media.file_bytes
    kept = 0
    refused: list[tuple[str, str]] = []
    try:
        async for sent in upload.files(visit.request, most):
            if kept + len(refused) == upload.MOST_FILES:
                refused.append((sent.name, words("picture_no_many", n=upload.MOST_FILES)))
                break
            if sent.data is None:
                refused.append((sent.name, words("picture_no_size", most=_size(visit, most))))
                continue
            try:
                async with without_turn(visit.request):
                    added = await add_picture(
                        app[STUDIO], app[PICTURES], visit.db, visit.user.id, visit.site.id, sent.name, sent.data
                    )
            except Refused as fault:
                refused.append((sent.name, words[f"picture_no_{fault.why}"]))
            except Full:
                refused.append((sent.name, words["picture_no_full"]))
            except Busy:
                refused.append((sent.name, words["picture_no_busy"]))
            except OSError:
                refused.append((sent.name, words["picture_no_away"]))
            else:
                kept += 1
                async with visit.db() as conn:
                    await audit.note(
                        conn, visit, "picture_added", entity=("picture", added.id), new={"name": added.name}
                    )
    except upload.Unread:
        return await _page(visit, 400, kept=kept, refused=refused, problem="pictures_unread")
    if refused:
        return await _page(visit, 422, kept=kept, refused=refused)
    if not kept:
        return await _page(visit, 422, problem="pictures_nothing")
    return draw.redirect(_root(visit), done="pictures_added")


async def show_picture(visit: Visit) -> web.StreamResponse:
    picture = await _find(visit)
    async with visit.db() as conn:
        uses = await queries.uses_of(conn, visit.site.id, picture.name)
    return draw.page(
        visit,
        "picture.html",
        picture=picture,
        shown=picture.picture.file_for(960),
        size=_size(visit, picture.bytes),
        uses=uses,
        most=MOST_ALT,
        root=_root(visit),
    )


async def change_picture(visit: Visit) -> web.StreamResponse:
    """Another description, or gone for ever."""
    form = await visit.form()
    picture = await _find(visit)
    if form.text("do") != "delete":
        async with visit.db() as conn:
            await queries.describe(conn, visit.site.id, picture.id, " ".join(form.text("alt").split())[:MOST_ALT])
        return draw.redirect(f"{_root(visit)}/{picture.id}", done="picture_described")
    if not form.ticked("sure"):
        raise web.HTTPBadRequest
    async with visit.db() as conn:
        await queries.delete_picture(conn, visit.site.id, picture.id)
        await audit.note(conn, visit, "picture_deleted", entity=("picture", picture.id), old={"name": picture.name})
    await leftovers.erase_now(visit.request.app[PICTURES], picture.place)
    return draw.redirect(_root(visit), done="picture_deleted")


async def give_file(visit: Visit) -> web.StreamResponse:
    """A file of a picture, for the console's own pages: the site itself may be a draft, or behind a password."""
    picture = await _find(visit)
    file = visit.params["file"]
    if file not in picture.picture.files:
        raise web.HTTPNotFound
    try:
        body = await visit.request.app[PICTURES].get(f"{picture.place}/{file}")
    except OSError:
        body = None
    if body is None:
        raise web.HTTPNotFound
    content_type = type_of(file)
    return web.Response(
        body=body,
        headers={
            **respond.SECURITY,
            **respond.file_headers(content_type),
            "Cache-Control": "private, max-age=86400, immutable",
            "Content-Type": content_type,
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


async def _find(visit: Visit) -> Listed:
    async with visit.db() as conn:
        return await picture_of(conn, visit, visit.params["picture_id"])


async def _page(
    visit: Visit, status: int = 200, *, kept: int = 0, refused: list[tuple[str, str]] | None = None, problem: str = ""
) -> web.StreamResponse:
    async with visit.db() as conn:
        room = await queries.room_of(conn, visit.user.id)
        found = await queries.list_pictures(
            conn, visit.site.id, most=PICTURES_A_PAGE + 1, skip=(visit.page - 1) * PICTURES_A_PAGE
        )
    return draw.page(
        visit,
        "pictures.html",
        status=status,
        wall=found[:PICTURES_A_PAGE],
        has_more=len(found) > PICTURES_A_PAGE,
        number=visit.page,
        room=room,
        taken=_size(visit, room.taken),
        most=_size(visit, room.most) if room.most is not None else None,
        share=min(100, 100 * room.taken // room.most) if room.most else 100 if room.most == 0 else 0,
        kept=kept,
        refused=refused or [],
        problem=problem,
        most_files=upload.MOST_FILES,
        most_bytes=_size(visit, visit.settings.media.file_bytes),
        root=_root(visit),
    )


def _size(visit: Visit, count: int) -> str:
    """`840 KB`, `1,2 MB`, `2 GB`."""
    unit, one = next((pair for pair in (("GB", 2**30), ("MB", 2**20)) if count >= pair[1]), ("KB", 2**10))
    number = round(count / one, 1) if unit != "KB" else count // one
    return f"{words_for(visit.language).number(number)} {unit}"


def _root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/pictures"
