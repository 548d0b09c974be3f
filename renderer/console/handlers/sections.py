"""A form of texts and photos: of a section, of one of its entries, of a part of the profile. It goes into the draft."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aiohttp import web

from renderer.console import draw
from renderer.console.designing.desk import open_desk, places_of
from renderer.console.designing.step import Refusal, step_content
from renderer.console.editing import texts
from renderer.console.editing.fields import ENTRY, Field
from renderer.console.editing.newcomers import TYPED
from renderer.console.editing.places import Places
from renderer.console.editing.rewriting import rewritten
from renderer.console.editing.shelves import block_at, laid_out
from renderer.console.handlers.text_forms import (
    form_address,
    part_of_form,
    pointer_of,
    say_gone,
    surroundings,
    texts_root,
    typed_in,
)
from renderer.console.keeping import find_kept, forget_kept
from renderer.console.visit import Form, Visit
from renderer.media.queries import picture_by_name
from renderer.themes.pictures.own import own_picture
from renderer.themes.plan import page_path

if TYPE_CHECKING:
    from renderer.db.lease import Connection

PAGE = re.compile(r"/pages/\d{1,4}")


async def show_section(visit: Visit) -> web.StreamResponse:
    """`said` and `src` are what was tapped in the preview."""
    query = visit.request.query
    if query.get("lang"):
        return draw.redirect(f"{texts_root(visit)}/translation?{visit.request.rel_url.raw_query_string}")
    pointer, part = pointer_of(query.get("at", "")), part_of_form(query.get("part", ""))
    said, src = query.get("said", "")[:400], query.get("src", "")[:400]
    if not said and not src and not PAGE.fullmatch(pointer):
        return await _section(visit, pointer, part, focus=query.get("field", "")[:80])
    async with visit.db() as conn:
        places = await places_of(await open_desk(conn, visit))
    if places and (page := places.page(pointer)) is not None:
        return draw.redirect(f"/sites/{visit.site.id}/search?{urlencode({'page': page_path(page.path) or '/'})}")
    fields = texts.all_fields(places, pointer) if places else None
    focus = texts.tapped(fields or [], said, src)
    part = texts.part_of(places, pointer, focus) if places and focus else ""
    if focus and src:
        more = f"&part={part}" if part else ""
        return draw.redirect(f"{texts_root(visit)}/picture?at={pointer}&field={focus}{more}")
    return await _section(visit, pointer, part, focus=focus)


async def change_section(visit: Visit) -> web.StreamResponse:
    """Of two editors the second is told: `seen` is what the form began with."""
    form = await visit.form()
    pointer, part = pointer_of(form.text("at")), part_of_form(form.text("part"))
    deed, _, entry = form.text("do").partition("-")
    if deed not in (*texts.STEPS, "remove") or not ENTRY.fullmatch(entry):
        deed = entry = ""
    seen, wanted = form.text("seen"), typed_in(form)
    return await change_texts(visit, pointer, seen, wanted, part=part, deed=deed, entry=entry, form=form)


async def change_texts(
    visit: Visit,
    pointer: str,
    seen: str,
    wanted: Mapping[str, str],
    alts: Mapping[str, str] | None = None,
    *,
    part: str = "",
    deed: str = "",
    entry: str = "",
    form: Form | None = None,
) -> web.StreamResponse:
    """`alts` are written once the picture that they tell of stands there; a deed is done to an entry after that.
    `form`: all that can be said there, so nothing that was kept of it is left."""

    def change(document: dict[str, Any]) -> str:
        fields = texts.read_fields(Places(document), pointer, part)
        if fields is None:
            raise LookupError(pointer)
        if texts.digest_of(fields) != seen:
            raise texts.TextsMoved
        return rewritten(document, pointer, wanted, alts or {}, part, deed, entry)

    refusal = await step_content(visit, change)
    if refusal:
        return await _section(visit, pointer, part, typed=wanted, refusal=refusal)
    if form:
        await forget_kept(visit, form_address(visit, pointer, part), form)
    own = part if part == entry else ""  # the form was the entry's own
    if deed == "remove":
        return draw.redirect(f"{form_address(visit, pointer, '' if own else part)}#entries", done="entry_removed")
    if deed:
        shelf, _, number = entry.rpartition("/")
        place = f"{shelf}/{int(number) + texts.STEPS[deed]}"
        if own:
            return draw.redirect(form_address(visit, pointer, place), done="entry_moved")
        target = f"{form_address(visit, pointer, part)}&open={place}#entry-{place}"
        return draw.redirect(target, done="entry_moved")
    return draw.redirect(form_address(visit, pointer, part), done="texts_changed")


async def _section(
    visit: Visit,
    pointer: str,
    part: str,
    *,
    typed: Mapping[str, str] | None = None,
    focus: str = "",
    refusal: Refusal | None = None,
) -> web.StreamResponse:
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
        places = await places_of(desk)
        fields = texts.read_fields(places, pointer, part) if places else None
        thumbs = await _thumbs(conn, visit, fields or [])
        keeping = await find_kept(conn, visit, form_address(visit, pointer, part), typed=typed is not None)
    if places is None or fields is None or (refusal and refusal.gone):
        return await say_gone(visit, places, typed)
    typed, status = typed or {}, refusal.status if refusal else 200
    shown = [replace(one, value=typed[one.name]) if one.kind in TYPED and one.name in typed else one for one in fields]
    now = (
        {one.name: one.value for one in fields if typed.get(one.name, one.value) != one.value} if status == 409 else {}
    )
    own_fields, shelves = laid_out(places, pointer, shown, part)
    block, before, after = block_at(places, pointer, part, shown) if ENTRY.fullmatch(part) else (None, None, None)
    return draw.page(
        visit,
        "texts_section.html",
        status=status,
        problem=refusal.problem if refusal else "",
        block=block,
        before=before,
        after=after,
        own=own_fields,
        shelves=shelves,
        opened=part_of_form(visit.request.query.get("open", "")),
        fields=shown,
        now=now,
        wrong=refusal.fields if refusal else {},
        focus=focus,
        thumbs=thumbs,
        digest=texts.digest_of(fields),
        here=form_address(visit, pointer, part),
        keeping=keeping,
        **surroundings(visit, desk, places, pointer, part),
    )


async def _thumbs(conn: "Connection", visit: Visit, fields: list[Field]) -> dict[str, str]:
    """Small files of the site's own pictures, by field."""
    thumbs = {}
    for one in fields:
        own = own_picture(one.value) if one.kind == "picture" else None
        if own is not None and (kept := await picture_by_name(conn, visit.site.id, own.name)):
            thumbs[one.name] = f"{kept.id}/{own.file_for(320)}"
    return thumbs
