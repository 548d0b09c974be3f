"""Texts and pictures of a site's sections, changed in its draft; the preview leads here from what was tapped."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web

from renderer import drafts
from renderer.console import draw
from renderer.console.designing.desk import Desk, open_desk, take_step
from renderer.console.editing import texts
from renderer.console.editing.places import Places
from renderer.console.editing.texts import Field, TextsWrong
from renderer.console.preview_link import link_to_draft
from renderer.console.visit import Visit
from renderer.drafts.merge import Unmergeable, read
from renderer.media.queries import find_picture, list_pictures, picture_by_name
from renderer.preview.hosts import preview_host
from renderer.themes.pictures.own import own_picture

MOST_CHOICES = 60
COLUMN = "generated_content"


async def show_texts(visit: Visit) -> web.StreamResponse:
    return await _list(visit)


async def open_preview(visit: Visit) -> web.StreamResponse:
    """On to the site's preview, where texts and pictures can be tapped."""
    to = (await visit.form()).text("to")
    async with visit.db() as conn:
        link = await link_to_draft(conn, visit)
    if link is None:
        raise web.HTTPNotFound
    return draw.redirect(f"{link.url}?{urlencode({'edit': '1', 'to': to[:200] if to.startswith('/') else '/'})}")


async def show_section(visit: Visit) -> web.StreamResponse:
    query = visit.request.query
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    places = await _places(desk)
    pointer = _pointer(query.get("at", ""))
    fields = texts.read_fields(places, pointer) if places else None
    if fields is None:
        return await _list(visit, "texts_gone" if places else "content_unreadable", 404)
    focus = texts.tapped(fields, query.get("said", "")[:400], query.get("src", "")[:400])
    if focus and query.get("src"):
        return draw.redirect(f"{_root(visit)}/picture?at={pointer}&field={focus}")
    return await _section(visit, desk, pointer, fields, focus=focus or query.get("field", "")[:80])


async def change_section(visit: Visit) -> web.StreamResponse:
    """Of two editors the second is told: `seen` is what the form began with."""
    form = await visit.form()
    pointer = _pointer(form.text("at"))
    return await _change(visit, pointer, form.text("seen"), {name: _typed(value) for name, value in form.items()})


async def show_choice(visit: Visit) -> web.StreamResponse:
    """Pictures to choose one from, for a place that shows one."""
    query = visit.request.query
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    pointer, name = _pointer(query.get("at", "")), query.get("field", "")[:80]
    fields = (texts.read_fields(places, pointer) if (places := await _places(desk)) else None) or []
    field = next((one for one in fields if one.name == name and one.kind == "picture"), None)
    if field is None:
        raise web.HTTPNotFound
    return await _choice(visit, pointer, field, texts.digest_of(fields))


async def choose_picture(visit: Visit) -> web.StreamResponse:
    form = await visit.form()
    pointer, name, chosen = _pointer(form.text("at")), form.text("field")[:80], form.text("picture")
    wanted = {name: ""}
    if chosen == "none":
        return await _change(visit, pointer, form.text("seen"), wanted)
    async with visit.db() as conn:
        picture = await find_picture(conn, visit.site.id, _uuid(chosen))
    if picture is None:
        raise web.HTTPNotFound
    wanted = {name: picture.picture.src}
    return await _change(visit, pointer, form.text("seen"), wanted, alts={f"{name}/alt": picture.alt})


async def _change(
    visit: Visit, pointer: str, seen: str, wanted: Mapping[str, str], alts: Mapping[str, str] | None = None
) -> web.StreamResponse:
    """`alts` are written once the picture that they tell of stands there."""
    desk, fields, moved = None, None, False
    try:
        async with visit.db() as conn:
            desk = await open_desk(conn, visit)
            places = await _places(desk)
            if places is None:
                raise drafts.Refused("unreadable")
            fields = texts.read_fields(places, pointer)
            if fields is None:
                raise LookupError(pointer)
            moved = texts.digest_of(fields) != seen
            if not moved:
                # Documents may be megabytes: not on the loop.
                text = await asyncio.to_thread(texts.rewritten, places.document, pointer, wanted, alts or {})
                await take_step(conn, visit, desk, {COLUMN: text})
    except TextsWrong as wrong:
        assert desk is not None and fields is not None  # noqa: S101, PT018 - it was read before
        return await _section(visit, desk, pointer, fields, typed=wanted, wrong=dict(wrong.fields), status=422)
    except drafts.Refused:
        return await _list(visit, "draft_refused", 422)
    except drafts.Stale:
        return await _list(visit, "draft_moved", 409)
    except LookupError:
        return await _list(visit, "texts_gone", 404)
    if moved:
        return await _section(visit, desk, pointer, fields, typed=wanted, status=409, problem="texts_moved")
    return draw.redirect(f"{_root(visit)}/section?at={pointer}", done="texts_changed")


async def _list(visit: Visit, problem: str = "", status: int = 200) -> web.StreamResponse:
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    places = await _places(desk)
    if places is None:
        problem, status = problem or "content_unreadable", max(status, 422)
    pages: dict[str, list[texts.SectionLine]] = {}
    for line in texts.list_sections(places) if places else ():
        pages.setdefault(line.page, []).append(line)
    return draw.page(
        visit,
        "texts.html",
        status=status,
        problem=problem,
        desk=desk,
        pages=pages,
        forms=[_preview(visit)],
        root=f"/sites/{visit.site.id}",
    )


async def _section(
    visit: Visit,
    desk: Desk,
    pointer: str,
    fields: list[Field],
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    focus: str = "",
    status: int = 200,
    problem: str = "",
) -> web.StreamResponse:
    typed = typed or {}
    shown = [
        replace(one, value=typed[one.name]) if one.kind in ("line", "text") and one.name in typed else one
        for one in fields
    ]
    now = (
        {one.name: one.value for one in fields if typed.get(one.name, one.value) != one.value} if status == 409 else {}
    )
    async with visit.db() as conn:
        thumbs = {}
        for one in fields:
            own = own_picture(one.value) if one.kind == "picture" else None
            if own is not None and (kept := await picture_by_name(conn, visit.site.id, own.name)):
                thumbs[one.name] = f"{kept.id}/{own.file_for(320)}"
    places = await _places(desk)
    line = next((one for one in texts.list_sections(places) if one.pointer == pointer), None) if places else None
    return draw.page(
        visit,
        "texts_section.html",
        status=status,
        problem=problem,
        desk=desk,
        at=pointer,
        line=line,
        fields=shown,
        now=now,
        wrong=wrong or {},
        focus=focus,
        thumbs=thumbs,
        digest=texts.digest_of(fields),
        preview=_preview(visit),
        forms=[_preview(visit)],
        root=f"/sites/{visit.site.id}",
    )


async def _choice(visit: Visit, pointer: str, field: Field, digest: str) -> web.StreamResponse:
    async with visit.db() as conn:
        found = await list_pictures(conn, visit.site.id, most=MOST_CHOICES)
    own = own_picture(field.value)
    return draw.page(
        visit,
        "texts_picture.html",
        at=pointer,
        field=field,
        digest=digest,
        choices=found,
        chosen=own.name if own else "",
        root=f"/sites/{visit.site.id}",
    )


async def _places(desk: Desk) -> Places | None:
    """The draft's content; None where it cannot be read and written as it is."""
    if COLUMN in desk.standing.oversized:
        return None
    try:
        document: Any = read(desk.draft.values[COLUMN] or "{}")
    except Unmergeable:
        return None
    return await asyncio.to_thread(Places, document) if isinstance(document, dict) else None


def _pointer(text: str) -> str:
    """As it is told by a preview, or by one of our own forms."""
    return text[:80].removeprefix("/generated_content")


def _typed(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise web.HTTPNotFound from None


def _preview(visit: Visit) -> str:
    return visit.settings.origin(preview_host(visit.settings, visit.site.id))


def _root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/texts"
