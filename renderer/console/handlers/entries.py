"""An entry that is added to a list, in the draft: a dish, a product, a question, photos, a link to a shop elsewhere."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aiohttp import web

from renderer.console import draw
from renderer.console.designing.desk import open_desk, places_of
from renderer.console.designing.step import Refusal, step_content
from renderer.console.editing.entries import NoRoom
from renderer.console.editing.newcomers import Newcomer, newcomer, with_newcomer
from renderer.console.editing.of_profile import PARTS
from renderer.console.handlers.text_forms import (
    form_address,
    list_texts,
    part_of_form,
    pointer_of,
    texts_root,
    typed_in,
)
from renderer.console.keeping import find_kept, forget_kept
from renderer.console.pictures.chosen import picture_of
from renderer.console.visit import Form, Visit
from renderer.media.queries import list_pictures

if TYPE_CHECKING:
    from renderer.db.lease import Connection

MOST_CHOICES = 60
MOST_AT_ONCE = 12


async def show_new_entry(visit: Visit) -> web.StreamResponse:
    query = visit.request.query
    return await _page(visit, pointer_of(query.get("at", "")), part_of_form(query.get("list", "")))


async def add_entry(visit: Visit) -> web.StreamResponse:
    """`of` says which section was meant: its number may be another one's by now."""
    form = await visit.form()
    pointer, shelf = pointer_of(form.text("at")), part_of_form(form.text("list"))
    wanted, of, made = typed_in(form), form.text("of"), list[str]()
    async with visit.db() as conn:
        chosen = await _chosen(conn, visit, form)

    def change(document: dict[str, Any]) -> str:
        if newcomer(document, pointer, shelf).of != of:
            raise LookupError(pointer)
        text, entry = with_newcomer(document, pointer, shelf, wanted, chosen)
        made.append(entry)
        return text

    refusal = await step_content(visit, change)
    if refusal:
        return await _page(visit, pointer, shelf, form=form, refusal=refusal)
    await forget_kept(visit, _address(visit, pointer, shelf), form)
    target = form_address(visit, pointer, shelf if shelf in PARTS else "")
    return draw.redirect(f"{target}&open={made[0]}#entry-{made[0]}", done="entry_added")


async def _page(
    visit: Visit, pointer: str, shelf: str, *, form: Form | None = None, refusal: Refusal | None = None
) -> web.StreamResponse:
    async with visit.db() as conn:
        places = await places_of(await open_desk(conn, visit))
        pictures = await list_pictures(conn, visit.site.id, most=MOST_CHOICES)
        keeping = await find_kept(conn, visit, _address(visit, pointer, shelf), typed=form is not None)
    new: Newcomer | None = None
    if places is not None:
        try:
            new = await asyncio.to_thread(newcomer, places.document, pointer, shelf)
        except (LookupError, NoRoom):
            new = None
    typed = typed_in(form) if form else {}
    if new is None or (refusal and refusal.gone):
        if refusal is None:
            raise web.HTTPNotFound
        return await list_texts(visit, refusal.problem, refusal.status, typed)
    fields = tuple(replace(one, value=typed.get(one.name, "")) for one in new.fields)
    return draw.page(
        visit,
        "texts_entry.html",
        status=refusal.status if refusal else 200,
        problem=refusal.problem if refusal else "",
        wrong=refusal.fields if refusal else {},
        at=pointer,
        shelf=shelf,
        part=shelf if shelf in PARTS else "",
        new=replace(new, fields=fields),
        chosen=form.texts("picture") if form else [],
        choices=pictures,
        keeping=keeping,
        root=f"/sites/{visit.site.id}",
    )


def _address(visit: Visit, pointer: str, shelf: str) -> str:
    return f"{texts_root(visit)}/entry?at={pointer}&list={shelf}"


async def _chosen(conn: "Connection", visit: Visit, form: Form) -> Sequence[tuple[str, str]]:
    """Addresses of the site's own pictures, and what is said of each. Raises web.HTTPNotFound for any other."""
    found = []
    for text in form.texts("picture")[:MOST_AT_ONCE]:
        if text in ("", "none"):
            continue
        picture = await picture_of(conn, visit, text)
        found.append((picture.picture.src, picture.alt))
    return found
