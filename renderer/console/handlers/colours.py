"""Colours, fonts and shapes of a site: tried with its own content, their contrast shown, and saved into the draft."""

from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from renderer import drafts
from renderer.console import draw
from renderer.console.designing import colours, looks
from renderer.console.designing.colours import NoSuchChoice, Typed
from renderer.console.designing.desk import Desk, open_desk, require_seen, source_of, take_step
from renderer.console.designing.sample import sample
from renderer.console.visit import Visit
from renderer.keys import THEMES
from renderer.themes import Theme


async def show_colours(visit: Visit) -> web.StreamResponse:
    return await _page(visit)


async def change_colours(visit: Visit) -> web.StreamResponse:
    """Try what was typed, save it, or go back to what the theme and its scheme have."""
    form = await visit.form()
    typed = None
    try:
        async with visit.db() as conn:
            desk = await open_desk(conn, visit)
            column, manifest = desk.draft.values["design_tokens"], _theme(visit, desk).manifest
            if form.text("do") == "reset":
                wanted = colours.without_own(column)
            else:
                typed = colours.read_typed(lambda name: form.text(name)[:60], manifest)
                wanted = colours.column_of(column, typed, manifest)
            wrong = bool(typed and typed.wrong)
            if form.text("do") != "try" and not wrong:
                require_seen(form, desk)
                await take_step(conn, visit, desk, {"design_tokens": wanted})
    except drafts.Stale:
        return await _page(visit, 409, "draft_moved", typed)
    except NoSuchChoice:
        return await _page(visit, 422, "look_unknown")
    except drafts.Refused:
        return await _page(visit, 422, "draft_refused", typed)
    if wrong:
        return await _page(visit, 422, "colour_wrong", typed)
    if form.text("do") == "try":
        return await _page(visit, typed=typed)
    done = "colours_reset" if form.text("do") == "reset" else "colours_drafted"
    return draw.redirect(f"/sites/{visit.site.id}/colours#saved", done=done)


async def show_coloured(visit: Visit) -> web.StreamResponse:
    """The home page in colours that are being tried, or as the draft has it."""
    query = visit.request.query
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    values = dict(desk.draft.values)
    if "try" in query:
        manifest = _theme(visit, desk).manifest
        try:
            typed = colours.read_typed(lambda name: query.get(name, "")[:60], manifest)
        except NoSuchChoice:
            raise web.HTTPNotFound from None
        values["design_tokens"] = colours.column_of(values["design_tokens"], typed, manifest)
    return await sample(visit, source_of(visit, desk.standing, values))


async def _page(visit: Visit, status: int = 200, problem: str = "", typed: Typed | None = None) -> web.StreamResponse:
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    theme, column = _theme(visit, desk), desk.draft.values["design_tokens"]
    shown = typed or colours.typed_of(column, theme.manifest)
    wanted = colours.column_of(column, shown, theme.manifest)
    look = looks.look_of(theme, desk.standing, {**desk.draft.values, "design_tokens": wanted})
    came_to = colours.shades_of(look)
    trying = urlencode(_sent(shown)) if typed else ""
    return draw.page(
        visit,
        "colours.html",
        status=status,
        problem=problem,
        desk=desk,
        typed=shown,
        tried=typed is not None,
        roles=[(role, shown.own.get(role, came_to[role]), came_to[role], role in shown.own) for role in colours.ROLES],
        options={name: _named(visit, theme, name, keys) for name, keys in colours.options(theme.manifest).items()},
        contrasts=list(colours.contrasts(look)),
        sample=f"?{trying}" if trying else f"?v={desk.draft.version}",
        frames=["'self'"],
        root=f"/sites/{visit.site.id}",
    )


def _sent(typed: Typed) -> Mapping[str, str]:
    own = {f"own-{role}": "1" for role in typed.own}
    return {"try": "1", **own, **typed.own, **{name: chosen for name, chosen in typed.choices.items() if chosen}}


def _named(visit: Visit, theme: Theme, name: str, keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """(key, what a person calls it); "" where the words know it by its key."""
    if name == "pairing":
        return [(key, theme.manifest.pairings[key].name) for key in keys]
    # Drawings have names of their own, and none of them has not.
    is_named = name == "motif"
    return [(key, key.replace("-", " ").capitalize() if is_named and key != "none" else "") for key in keys]


def _theme(visit: Visit, desk: Desk) -> Theme:
    return visit.request.app[THEMES].get(desk.draft.values["template_id"])
