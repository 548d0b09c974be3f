"""Texts and pictures of a site's sections, changed in its draft; the preview leads here from what was tapped."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from aiohttp import web

from renderer import drafts
from renderer.console import draw
from renderer.console.designing.desk import Desk, content_of, open_desk, take_step
from renderer.console.editing import texts
from renderer.console.editing.entries import NoRoom, NoSuchEntry
from renderer.console.editing.fields import Field
from renderer.console.editing.places import Places
from renderer.console.editing.shelves import laid_out
from renderer.console.editing.texts import TextsWrong
from renderer.console.editing.tongues import tongues_of
from renderer.console.preview_link import link_to_draft
from renderer.console.visit import Visit
from renderer.media.queries import picture_by_name
from renderer.preview.hosts import preview_host
from renderer.themes.pictures.own import own_picture
from renderer.themes.tongues import own_name

_TYPED = ("line", "text", "lines", "tick")
COLUMN = "generated_content"
ENTRY = re.compile(r"(?:groups/\d{1,3}/)?items/\d{1,3}|groups/\d{1,3}|locations/\d{1,3}")


async def show_texts(visit: Visit) -> web.StreamResponse:
    return await list_texts(visit)


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
    if query.get("lang"):
        return draw.redirect(f"{texts_root(visit)}/translation?{visit.request.rel_url.raw_query_string}")
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    places = await places_of(desk)
    pointer = pointer_of(query.get("at", ""))
    fields = texts.read_fields(places, pointer) if places else None
    if fields is None:
        return await list_texts(visit, "texts_gone" if places else "content_unreadable", 404)
    focus = texts.tapped(fields, query.get("said", "")[:400], query.get("src", "")[:400])
    if focus and query.get("src"):
        return draw.redirect(f"{texts_root(visit)}/picture?at={pointer}&field={focus}")
    return await _section(visit, desk, pointer, fields, focus=focus or query.get("field", "")[:80])


async def change_section(visit: Visit) -> web.StreamResponse:
    """Of two editors the second is told: `seen` is what the form began with."""
    form = await visit.form()
    pointer = pointer_of(form.text("at"))
    deed, _, entry = form.text("do").partition("-")
    wanted = {name: _typed(value) for name, value in form.items()}
    if deed in (*texts.STEPS, "remove") and ENTRY.fullmatch(entry):
        return await change_texts(visit, pointer, form.text("seen"), wanted, deed=deed, entry=entry)
    return await change_texts(visit, pointer, form.text("seen"), wanted)


async def change_texts(
    visit: Visit,
    pointer: str,
    seen: str,
    wanted: Mapping[str, str],
    alts: Mapping[str, str] | None = None,
    *,
    deed: str = "",
    entry: str = "",
) -> web.StreamResponse:
    """`alts` are written once the picture that they tell of stands there; a deed is done to an entry after that."""
    desk, fields, moved = None, None, False
    try:
        async with visit.db() as conn:
            desk = await open_desk(conn, visit)
            places = await places_of(desk)
            if places is None:
                raise drafts.Refused("unreadable")
            fields = texts.read_fields(places, pointer)
            if fields is None:
                raise LookupError(pointer)
            moved = texts.digest_of(fields) != seen
            if not moved:
                # Documents may be megabytes: not on the loop.
                text = await asyncio.to_thread(
                    texts.rewritten, places.document, pointer, wanted, alts or {}, deed, entry
                )
                await take_step(conn, visit, desk, {COLUMN: text})
    except TextsWrong as wrong:
        assert desk is not None and fields is not None  # noqa: S101, PT018 - it was read before
        return await _section(visit, desk, pointer, fields, typed=wanted, wrong=dict(wrong.fields), status=422)
    except drafts.Refused:
        return await list_texts(visit, "draft_refused", 422)
    except drafts.Stale:
        return await list_texts(visit, "draft_moved", 409)
    except NoRoom:
        assert desk is not None and fields is not None  # noqa: S101, PT018 - it was read before
        return await _section(visit, desk, pointer, fields, typed=wanted, status=422, problem="entry_full")
    except NoSuchEntry:
        assert desk is not None and fields is not None  # noqa: S101, PT018 - it was read before
        return await _section(visit, desk, pointer, fields, typed=wanted, status=409, problem="entry_gone")
    except LookupError:
        return await list_texts(visit, "texts_gone", 404)
    if moved:
        return await _section(visit, desk, pointer, fields, typed=wanted, status=409, problem="texts_moved")
    target = f"{texts_root(visit)}/section?at={pointer}"
    if deed == "remove":
        return draw.redirect(f"{target}#entries", done="entry_removed")
    if deed:
        shelf, _, number = entry.rpartition("/")
        place = f"{shelf}/{int(number) + texts.STEPS[deed]}"
        return draw.redirect(f"{target}&open={place}#entry-{place}", done="entry_moved")
    return draw.redirect(target, done="texts_changed")


async def list_texts(visit: Visit, problem: str = "", status: int = 200) -> web.StreamResponse:
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    places = await places_of(desk)
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
        forms=[preview_of(visit)],
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
    shown = [replace(one, value=typed[one.name]) if one.kind in _TYPED and one.name in typed else one for one in fields]
    now = (
        {one.name: one.value for one in fields if typed.get(one.name, one.value) != one.value} if status == 409 else {}
    )
    async with visit.db() as conn:
        thumbs = {}
        for one in fields:
            own = own_picture(one.value) if one.kind == "picture" else None
            if own is not None and (kept := await picture_by_name(conn, visit.site.id, own.name)):
                thumbs[one.name] = f"{kept.id}/{own.file_for(320)}"
    places = await places_of(desk)
    own_fields, shelves = laid_out(places, pointer, shown) if places else (shown, [])
    line = next((one for one in texts.list_sections(places) if one.pointer == pointer), None) if places else None
    return draw.page(
        visit,
        "texts_section.html",
        status=status,
        problem=problem,
        desk=desk,
        at=pointer,
        line=line,
        tongues=[(tag, own_name(tag)) for tag in tongues_of(places)] if places else [],
        own=own_fields,
        shelves=shelves,
        own_language=own_name((places.content.language if places else None) or "id"),
        opened=visit.request.query.get("open", "")[:40],
        fields=shown,
        now=now,
        wrong=wrong or {},
        focus=focus,
        thumbs=thumbs,
        digest=texts.digest_of(fields),
        preview=preview_of(visit),
        forms=[preview_of(visit)],
        root=f"/sites/{visit.site.id}",
    )


async def places_of(desk: Desk) -> Places | None:
    """The draft's content; None where it cannot be read and written as it is."""
    try:
        return await asyncio.to_thread(Places, content_of(desk))
    except drafts.Refused:
        return None


def pointer_of(text: str) -> str:
    """As it is told by a preview, or by one of our own forms."""
    return text[:80].removeprefix("/generated_content")


def _typed(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


def preview_of(visit: Visit) -> str:
    return visit.settings.origin(preview_host(visit.settings, visit.site.id))


def texts_root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/texts"
