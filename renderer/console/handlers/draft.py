"""A site's draft: what it changes, publishing, taking steps back; revisions; whether the site is live, and for whom."""

import re
from typing import Any

from aiohttp import web

from renderer import drafts
from renderer.console import audit, draw
from renderer.console.designing.desk import open_desk, seen_version, subject_of
from renderer.console.designing.told import tell
from renderer.console.preview_link import preview_of
from renderer.console.visit import Visit
from renderer.console.words import words_for
from renderer.console.workshop import WORKSHOP
from renderer.gate.passwords import MAX_PASSWORD_BYTES, hash_password
from renderer.keys import THEMES

MOST_TOLD = 60
MOST_REVISIONS = 20
FEWEST_CHARACTERS = 4
"""Of a site's password: guests type it from an invitation, and the gate slows whoever guesses."""
_KEEP: dict[str, drafts.Keep] = {"keep-live": "live", "keep-draft": "draft"}
_SCREEN = re.compile(r"/[a-z]{1,20}(?:\?page=/[A-Za-z0-9_./~-]{0,200}|/section\?at=[a-z0-9/]{1,80})?")
_STATUS = {"published": "published", "draft": "draft", "archived": "archived"}


async def show_draft(visit: Visit) -> web.StreamResponse:
    return await _page(visit)


async def change_draft(visit: Visit) -> web.StreamResponse:
    """Publish it, decide what it is in conflict with, discard it, or take its last step back."""
    form = await visit.form()
    deed, seen, subject = form.text("do"), seen_version(form), subject_of(visit)
    if deed not in ("publish", "discard", "undo", *_KEEP):
        raise web.HTTPBadRequest
    try:
        async with visit.db() as conn:
            if deed == "discard":
                desk = await open_desk(conn, visit)
                if desk.draft.version != seen:
                    raise drafts.Stale(desk.draft)
                if await drafts.discard(conn, subject):
                    await audit.note_site(conn, visit, "draft_discarded", old={"version": seen})
                return draw.redirect(_root(visit), done="discarded")
            if deed == "undo":
                undone = await drafts.undo(conn, subject, seen_version=seen, edited_by=visit.user.id)
                if undone is not None:
                    await audit.note_site(
                        conn, visit, "draft_undone", old={"version": seen}, new={"version": undone.version}
                    )
                return draw.redirect(_back(visit, form.text("next")), done="undone" if undone else "nothing_to_undo")
            status = None if visit.site.status == "suspended" else "published"
            done = await drafts.publish(conn, subject, seen_version=seen, keep=_KEEP.get(deed), status=status)
            old = {"revision": done.before, "status": visit.site.status}
            new = {"revision": done.revision, "status": status or visit.site.status, "merged": done.merged}
            await audit.note_site(conn, visit, "site_published", old=old, new=new)
    except drafts.Stale as stale:
        # Published or discarded meanwhile.
        if not stale.draft.version:
            return draw.redirect(_root(visit), done="nothing_waits")
        return await _page(visit, 409, "draft_moved")
    except drafts.Conflict as conflict:
        return await _page(visit, 409, "draft_conflict", conflict)
    except drafts.Refused:
        return await _page(visit, 422, "draft_refused")
    except drafts.Gone:
        raise web.HTTPNotFound from None
    return draw.redirect(_root(visit), done="merged" if done.merged else "published")


async def change_status(visit: Visit) -> web.StreamResponse:
    """Put the site live, take it down, archive it. What operators suspended stays so."""
    status = _STATUS.get((await visit.form()).text("status"))
    if status is None:
        return await _page(visit, 422, "status_refused")
    try:
        async with visit.db() as conn:
            await drafts.set_status(conn, subject_of(visit), status)
            await audit.note_site(
                conn, visit, "site_status_changed", old={"status": visit.site.status}, new={"status": status}
            )
    except drafts.Gone:
        return await _page(visit, 409, "status_refused")
    return draw.redirect(_root(visit), done=f"status_{status}")


async def change_site_password(visit: Visit) -> web.StreamResponse:
    """Close the site with a password, change that, or open it."""
    form = await visit.form()
    wanted, hashed = form.raw("site-password"), None
    if form.text("do") != "off":
        if len(wanted) < FEWEST_CHARACTERS or len(wanted.encode("utf-8", "replace")) > MAX_PASSWORD_BYTES:
            return await _page(
                visit, 422, wrong="password_short" if len(wanted) < FEWEST_CHARACTERS else "password_long"
            )
        hashed = await visit.request.app[WORKSHOP].hash(hash_password, wanted.encode())
        if hashed is None:
            return draw.problem(visit, 503)
    async with visit.db() as conn:
        await drafts.set_password(conn, subject_of(visit), hashed)
        old, new = {"protected": visit.site.is_protected}, {"protected": hashed is not None}
        await audit.note_site(conn, visit, "site_password_changed", old=old, new=new)
    return draw.redirect(_root(visit), done="password_set" if hashed else "password_off")


async def roll_back(visit: Visit) -> web.StreamResponse:
    """Make an old revision live again, as a new one; the answer says how to undo that."""
    text = (await visit.form()).text("revision")
    revision = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    try:
        async with visit.db() as conn:
            done = await drafts.roll_back(conn, subject_of(visit), revision)
            old, new = {"revision": done.before}, {"revision": done.revision, "content_of": revision}
            await audit.note_site(conn, visit, "site_rolled_back", old=old, new=new)
    except drafts.Gone:
        return await _page(visit, 409, "revision_gone")
    except drafts.Refused:
        return await _page(visit, 422, "draft_refused")
    return draw.redirect(f"{_root(visit)}?back={revision}&from={done.before}")


async def _page(
    visit: Visit, status: int = 200, problem: str = "", conflict: drafts.Conflict | None = None, *, wrong: str = ""
) -> web.StreamResponse:
    subject, words, themes = subject_of(visit), words_for(visit.language), visit.request.app[THEMES]
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
        live = await subject.ask(conn, "live")
        found = await drafts.difference(conn, subject)
        revisions = (await drafts.revisions(conn, subject))[:MOST_REVISIONS]
        changed = await drafts.changed_columns(conn, subject, MOST_REVISIONS)
    values = desk.draft.values
    documents = (live["generated_content"], values["generated_content"])
    listed: Any = conflict.differences if conflict else found
    told = await visit.request.app[WORKSHOP].draw(
        lambda: tell(listed[:MOST_TOLD], documents, words, themes, values["template_id"])
    )
    back, before = (visit.request.query.get(name, "") for name in ("back", "from"))
    known = {str(one.revision) for one in revisions}
    return draw.page(
        visit,
        "draft.html",
        status=422 if wrong else status,
        problem=problem,
        wrong=wrong,
        fewest=FEWEST_CHARACTERS,
        desk=desk,
        conflict=conflict is not None,
        forms=[preview_of(visit)],
        told=told,
        more=len(listed) > MOST_TOLD,
        revisions=revisions,
        changed=changed,
        rolled_back=(back, before) if {back, before} <= known else None,
        root=f"/sites/{visit.site.id}",
    )


def _back(visit: Visit, path: str) -> str:
    """The screen of this site from which a step was taken back."""
    root = f"/sites/{visit.site.id}"
    return path if path.startswith(root) and _SCREEN.fullmatch(path[len(root) :]) else _root(visit)


def _root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/draft"
