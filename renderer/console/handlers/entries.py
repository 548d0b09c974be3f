"""An entry that is added to a list of a section, in the draft: a dish, a product, a question, photos."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from aiohttp import web

from renderer import drafts
from renderer.console import draw
from renderer.console.designing.desk import Desk, content_of, open_desk, take_step
from renderer.console.editing.entries import NoRoom
from renderer.console.editing.newcomers import Newcomer, newcomer, with_newcomer
from renderer.console.editing.texts import TextsWrong
from renderer.console.handlers.texts import COLUMN, list_texts, pointer_of, texts_root
from renderer.console.visit import Form, Visit
from renderer.media.queries import find_picture, list_pictures

if TYPE_CHECKING:
    from renderer.db.lease import Connection

MOST_CHOICES = 60
MOST_AT_ONCE = 12


async def show_new_entry(visit: Visit) -> web.StreamResponse:
    query = visit.request.query
    return await _page(visit, pointer_of(query.get("at", "")), query.get("list", "")[:40])


async def add_entry(visit: Visit) -> web.StreamResponse:
    """`of` says which section was meant: its number may be another one's by now."""
    form = await visit.form()
    pointer, shelf = pointer_of(form.text("at")), form.text("list")[:40]
    wanted = {name: value.strip() for name, value in form.items()}
    try:
        async with visit.db() as conn:
            desk = await open_desk(conn, visit)
            document = content_of(desk)
            new = await asyncio.to_thread(newcomer, document, pointer, shelf)
            if new.of != form.text("of"):
                raise LookupError(pointer)
            chosen = await _chosen(conn, visit, form)
            text, entry = await asyncio.to_thread(with_newcomer, document, pointer, shelf, wanted, chosen)
            await take_step(conn, visit, desk, {COLUMN: text})
    except TextsWrong as wrong:
        return await _page(visit, pointer, shelf, form=form, wrong=dict(wrong.fields), status=422)
    except NoRoom:
        return await list_texts(visit, "entry_full", 422)
    except drafts.Refused:
        return await _page(visit, pointer, shelf, form=form, problem="draft_refused", status=422)
    except drafts.Stale:
        return await _page(visit, pointer, shelf, form=form, problem="draft_moved", status=409)
    except LookupError:
        return await list_texts(visit, "texts_gone", 404)
    target = f"{texts_root(visit)}/section?at={pointer}&open={entry}#entry-{entry}"
    return draw.redirect(target, done="entry_added")


async def _page(
    visit: Visit,
    pointer: str,
    shelf: str,
    *,
    form: Form | None = None,
    wrong: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> web.StreamResponse:
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
        pictures = await list_pictures(conn, visit.site.id, most=MOST_CHOICES)
    new = await _newcomer(desk, pointer, shelf)
    return draw.page(
        visit,
        "texts_entry.html",
        status=status,
        problem=problem,
        wrong=wrong or {},
        at=pointer,
        shelf=shelf,
        new=new,
        typed={one.name: form.text(one.name) for one in new.fields} if form else {},
        chosen=form.texts("picture") if form else [],
        choices=pictures,
        root=f"/sites/{visit.site.id}",
    )


async def _newcomer(desk: Desk, pointer: str, shelf: str) -> Newcomer:
    try:
        return await asyncio.to_thread(newcomer, content_of(desk), pointer, shelf)
    except (LookupError, NoRoom, drafts.Refused):
        raise web.HTTPNotFound from None


async def _chosen(conn: "Connection", visit: Visit, form: Form) -> Sequence[tuple[str, str]]:
    """Addresses of the site's own pictures, and what is said of each. Raises web.HTTPNotFound for any other."""
    found = []
    for text in form.texts("picture")[:MOST_AT_ONCE]:
        if text in ("", "none"):
            continue
        try:
            picture = await find_picture(conn, visit.site.id, UUID(text))
        except ValueError:
            picture = None
        if picture is None:
            raise web.HTTPNotFound
        found.append((picture.picture.src, picture.alt))
    return found
