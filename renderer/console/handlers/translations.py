"""The words of a section, a page or a part of the profile in a further language of the site, changed in its draft."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web

from renderer.console import draw
from renderer.console.designing import moving
from renderer.console.designing.desk import open_desk, places_of, source_of
from renderer.console.designing.step import Refusal, step_content
from renderer.console.editing import texts, tongues
from renderer.console.editing.fields import ENTRY, TextsWrong
from renderer.console.editing.places import Places
from renderer.console.editing.shelves import title_of
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
from renderer.console.visit import Visit
from renderer.console.workshop import WORKSHOP
from renderer.drafts.merge import read
from renderer.keys import THEMES
from renderer.themes import read_site
from renderer.themes.plan import page_path


async def show_translation(visit: Visit) -> web.StreamResponse:
    """`said` is what was tapped in the preview."""
    query = visit.request.query
    pointer, part, language = (
        pointer_of(query.get("at", "")),
        part_of_form(query.get("part", "")),
        query.get("lang", ""),
    )
    return await _page(visit, pointer, part, language[:20], said=query.get("said", "")[:400])


async def change_translation(visit: Visit) -> web.StreamResponse:
    """Of two editors the second is told: `seen` is what the form began with."""
    form = await visit.form()
    pointer, part, language = pointer_of(form.text("at")), part_of_form(form.text("part")), form.text("lang")[:20]
    wanted, seen = typed_in(form), form.text("seen")
    taken = await _addresses(visit) if wanted.get(tongues.ADDRESS) else frozenset()
    lead: list[str] = []

    def change(document: dict[str, Any]) -> str:
        before = Places(document)
        found = tongues.read_translated(before, pointer, language, part)
        if found is None:
            raise LookupError(pointer)
        if _digest(found) != seen:
            raise texts.TextsMoved
        if address := wanted.get(tongues.ADDRESS):
            wanted[tongues.ADDRESS] = address = moving.tidied(address)
            if why := moving.wrong_with_address(address, taken - {tongues.own_address(before, pointer, language)}):
                raise TextsWrong([(tongues.ADDRESS, why)])
        made = tongues.write_translated(document, pointer, language, wanted, part)
        if tongues.ADDRESS in wanted:
            places = (before, Places(read(made)))
            old, new = (tongues.own_address(one, pointer, language) for one in places)
            if old != new:
                lead[:] = old, new
        return made

    def beside(values: Mapping[str, Any]) -> dict[str, Any]:
        return {"config": moving.config_leading(values["config"], *lead)} if lead else {}

    refusal = await step_content(visit, change, beside)
    if refusal:
        return await _page(visit, pointer, part, language, typed=wanted, refusal=refusal)
    await forget_kept(visit, _address(visit, pointer, part, language), form)
    return draw.redirect(_address(visit, pointer, part, language), done="texts_changed")


async def _addresses(visit: Visit) -> frozenset[str]:
    """Where the draft's pages stand, in every language."""
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    app, source = visit.request.app, source_of(visit, desk.standing, desk.draft.values)
    site = await app[WORKSHOP].draw(lambda: read_site(app[THEMES], source))
    return frozenset(site.paths)


async def _page(
    visit: Visit,
    pointer: str,
    part: str,
    language: str,
    *,
    said: str = "",
    typed: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
) -> web.StreamResponse:
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    places = await places_of(desk)
    if places is None:
        return await say_gone(visit, places, typed)
    if said and not part:
        part = tongues.tapped_part(places, pointer, language, said)
    found = tongues.read_translated(places, pointer, language, part)
    if found is None or (refusal and refusal.gone):
        return await say_gone(visit, places, typed)
    async with visit.db() as conn:
        keeping = await find_kept(conn, visit, _address(visit, pointer, part, language), typed=typed is not None)
    typed = typed or {}
    shown = [replace(one, field=replace(one.field, value=typed.get(one.field.name, one.field.value))) for one in found]
    return draw.page(
        visit,
        "texts_translation.html",
        status=refusal.status if refusal else 200,
        problem=refusal.problem if refusal else "",
        wrong=refusal.fields if refusal else {},
        page=(page := places.page(pointer)),
        path=page_path(page.path) or "/" if page else "",
        entry=title_of(places.at(f"{pointer}/{part}")) if ENTRY.fullmatch(part) else "",
        entries=tongues.entries_of(places, pointer, part),
        language=language,
        said=shown,
        focus=texts.tapped([one.field for one in found], said, ""),
        digest=_digest(found),
        here=_address(visit, pointer, part, language),
        keeping=keeping,
        own_address=form_address(visit, pointer, part),
        **surroundings(visit, desk, places, pointer, part),
    )


def _address(visit: Visit, pointer: str, part: str, language: str) -> str:
    return f"{texts_root(visit)}/translation?at={pointer}&lang={language}" + (f"&part={part}" if part else "")


def _digest(found: list[tongues.Said]) -> str:
    return texts.digest_of([one.field for one in found])
