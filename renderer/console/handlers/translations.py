"""A section's words in a further language of the site, changed in its draft; the preview leads here as well."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from renderer import drafts
from renderer.console import draw
from renderer.console.designing.desk import content_of, open_desk, take_step
from renderer.console.editing import texts, tongues
from renderer.console.editing.places import Places
from renderer.console.editing.texts import TextsWrong
from renderer.console.handlers.texts import COLUMN, list_texts, pointer_of, preview_of, texts_root
from renderer.console.visit import Visit
from renderer.themes.tongues import own_name


async def show_translation(visit: Visit) -> web.StreamResponse:
    query = visit.request.query
    return await _page(visit, pointer_of(query.get("at", "")), query.get("lang", "")[:20], said=query.get("said", ""))


async def change_translation(visit: Visit) -> web.StreamResponse:
    """Of two editors the second is told: `seen` is what the form began with."""
    form = await visit.form()
    pointer, language = pointer_of(form.text("at")), form.text("lang")[:20]
    wanted = {name: value.replace("\r\n", "\n").strip() for name, value in form.items()}
    try:
        async with visit.db() as conn:
            desk = await open_desk(conn, visit)
            document = content_of(desk)
            found = await asyncio.to_thread(lambda: tongues.read_translated(Places(document), pointer, language))
            if found is None:
                raise LookupError(pointer)
            moved = _digest(found) != form.text("seen")
            if not moved:
                text = await asyncio.to_thread(tongues.write_translated, document, pointer, language, wanted)
                await take_step(conn, visit, desk, {COLUMN: text})
    except TextsWrong as wrong:
        return await _page(visit, pointer, language, typed=wanted, wrong=dict(wrong.fields), status=422)
    except drafts.Refused:
        return await list_texts(visit, "draft_refused", 422)
    except drafts.Stale:
        return await list_texts(visit, "draft_moved", 409)
    except (LookupError, ValueError):
        return await list_texts(visit, "texts_gone", 404)
    if moved:  # its draft is locked until the transaction ends
        return await _page(visit, pointer, language, typed=wanted, problem="texts_moved", status=409)
    return draw.redirect(f"{texts_root(visit)}/translation?at={pointer}&lang={language}", done="texts_changed")


async def _page(
    visit: Visit,
    pointer: str,
    language: str,
    *,
    said: str = "",
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> web.StreamResponse:
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    try:
        places = await asyncio.to_thread(Places, content_of(desk))
    except drafts.Refused:
        return await list_texts(visit, "content_unreadable", 422)
    found = tongues.read_translated(places, pointer, language)
    if found is None:
        return await list_texts(visit, "texts_gone", 404)
    typed = typed or {}
    shown = [replace(one, field=replace(one.field, value=typed.get(one.field.name, one.field.value))) for one in found]
    line = next((one for one in texts.list_sections(places) if one.pointer == pointer), None)
    return draw.page(
        visit,
        "texts_translation.html",
        status=status,
        problem=problem,
        wrong=wrong or {},
        desk=desk,
        at=pointer,
        line=line,
        language=language,
        tongues=[(tag, own_name(tag)) for tag in tongues.tongues_of(places)],
        own_language=own_name(places.content.language or "id"),
        said=shown,
        focus=texts.tapped([one.field for one in found], said[:400], ""),
        digest=_digest(found),
        forms=[preview_of(visit)],
        root=f"/sites/{visit.site.id}",
    )


def _digest(found: list[tongues.Said]) -> str:
    return texts.digest_of([one.field for one in found])
